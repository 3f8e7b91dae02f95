"""kill -9 at any moment of anything that writes. What was acknowledged is there, a listing is the old or the new one,
every file is sound, the next run works, and nothing is left lying about after it."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import time
from pathlib import Path

from .nest import Nest, Ran, start
from .trial import Trial
from .world import copied, files, holds, lived_in, moved_on, own_lines, snapshot_of, world

PARTS = GATE_PARTS = 2
ID, OTHER = "2607.99009", "2607.99013"
# What is run, and the words on standard error by which it acknowledges ("" where its end alone does).
COMMANDS: dict[str, tuple[tuple[str, ...], str]] = {
    "today": (("today", "--refresh"), ""),
    "sync": (("sync", "--refresh", "--since", "2026-06-20"), " in "),
    "import": (("import", "{snapshot}"), "kept"),
    "star": (("star", ID, "2607.99010"), "starred"),
    "unstar": (("unstar", OTHER), "unstarred"),
    "mark": (("mark", "--read", ID), "marked as read"),
    "hide": (("hide", "1", "2", "3"), "hidden"),
    "note": (("note", "2607.99001", "-m", "other words"), "noted"),
    "tag": (("tag", OTHER, "--add", "to teach", "--remove", "thesis"), "tagged"),
    "undo": (("undo",), "took back"),
    "library import": (("library", "import", "{own}"), "brought in"),
    "library export": (("library", "export", "{home}/marks.jsonl"), "papers to"),
    "config set": (("config", "set", "output.color", "never"), ""),
    "follow add": (("follow", "add", "videos", "video"), "following"),
    "follow remove": (("follow", "remove", "agents"), ""),
    "mute add": (("mute", "add", "crypto", "blockchain"), ""),
    "new": (("new", "--refresh"), ""),
}
WRITING = ("today", "sync", "import", "star", "unstar", "mark", "hide", "note", "tag", "undo", "library import", "new")
TWICE = ("follow add", "follow remove", "mute add")  # what cannot be done twice says so, with exit code 2


class Before:
    """The home that every case begins with, and what each command makes of it when it is left alone."""

    def __init__(self, nest: Nest, folder: Path) -> None:
        self.nest, self.template, self.home = nest, folder / "template", folder / "home"
        self.given = {"snapshot": str(snapshot_of(200, folder / "snapshot.json")), "home": str(self.home)}
        self.given["own"] = str(own_lines(50, folder / "own.jsonl"))
        self.after: dict[str, dict[str, object]] = {}
        self.names: dict[str, set[str]] = {}
        self.length: dict[str, tuple[float, int]] = {}

    def words(self, name: str) -> list[str]:
        return [word.format(**self.given) for word in COMMANDS[name][0]]

    def learn(self) -> None:
        self.old, self.old_names = holds(self.template), files(self.template)
        for name in COMMANDS:
            counted = self.alone(name, count=True)
            taken = self.alone(name)
            assert taken.code == counted.code == 0, (name, taken)
            self.after[name], self.names[name] = holds(self.home), files(self.home)
            self.length[name] = (taken.seconds, counted.events)

    def alone(self, name: str, **options: bool) -> Ran:
        copied(self.template, self.home)
        return self.nest.run(*self.words(name), home=self.home, **options)  # type: ignore[arg-type]


def suite(trial: Trial) -> None:
    """Kills by the clock, at chosen calls, and, for a sample, of processes that were started for real."""
    with world() as (nest, hub, folder):
        before = Before(nest, folder)
        lived_in(nest, before.template)
        moved_on(hub)
        before.learn()
        # The copies of two files that are kept once these are two seconds old: any run may make them.
        before.old_names |= {"state/config.json", "state/topics.json"}
        for number in trial.numbers(200, 5_000, what="kills"):
            with trial.case(number):
                dice = trial.random(number)
                name = dice.choice(list(COMMANDS))
                copied(before.template, before.home)
                after_kill(trial, number, before, name, killed(trial, before, name, dice))
        for number in trial.numbers(8, 200, what="kills of started processes", kind="real"):
            with trial.case(f"real:{number}"):
                dice = trial.random(f"real {number}")
                name = dice.choice(list(COMMANDS))
                copied(before.template, before.home)
                after_kill(trial, f"real:{number}", before, name, killed_for_real(before, name, dice))


def killed(trial: Trial, before: Before, name: str, dice: random.Random) -> Ran:
    """By the clock, at one of the calls of C that the run makes, or in the middle of writing: with a journal there."""
    seconds, calls = before.length[name]
    how = dice.random()
    if how < 0.4 and name in WRITING:
        trial.count("while there is a journal")
        journal = str(before.home / "data" / "library.db-journal")
        after = dice.uniform(0.000001, 0.0006)
        return before.nest.run(*before.words(name), home=before.home, kill_with=journal, kill_after=after)
    if how < 0.7:
        return before.nest.run(*before.words(name), home=before.home, kill_after=dice.uniform(0.001, 1.2 * seconds))
    trial.count("at a chosen call")
    return before.nest.run(*before.words(name), home=before.home, kill_at=dice.randint(1, calls))


def killed_for_real(before: Before, name: str, dice: random.Random) -> Ran:
    environ = {**before.nest.environ, "PAPERCLI_HOME": str(before.home)}
    process = start(*before.words(name), environ=environ)
    time.sleep(dice.uniform(0.05, 0.2))
    process.send_signal(signal.SIGKILL)
    out, err = process.communicate()
    return Ran(process.returncode, out, err, 0.0)


def after_kill(trial: Trial, case: object, before: Before, name: str, ran: Ran) -> None:
    """Look at the home, run once more, and look again."""
    here = f"{name}, {'killed' if ran.code == -signal.SIGKILL else f'exit {ran.code}'}"
    new, done = before.after[name], ran.code == 0 or (COMMANDS[name][1] and COMMANDS[name][1] in ran.err)
    trial.count("runs that had ended or acknowledged") if done else None
    trial.check(ran.code in (0, -signal.SIGKILL), case, f"{here}: {ran}")
    try:
        found = holds(before.home)
    except (sqlite3.Error, ValueError) as error:
        trial.check(False, case, f"{here}: the library is not sound: {error}")
        return
    for key in {*found, *before.old, *new}:
        may = [new.get(key)] if done else [before.old.get(key), new.get(key)]
        trial.check(found.get(key) in may, case, f"{here}: {key} is neither as before nor as after")
    changed = any(found.get(key) != before.old.get(key) for key in new if new[key] != before.old.get(key))
    forgotten(before.home)
    again = ["library", "check"] if name == "undo" and changed else before.words(name)
    rest = before.nest.run(*again, home=before.home)
    fine = rest.code == 0 or (name in TWICE and changed and rest.code == 2)
    trial.check(fine, case, f"{here}; the next run: {rest}")
    at_last = holds(before.home)
    wrong = [key for key in new if at_last.get(key) != new[key]]
    trial.check(not wrong, case, f"{here}; after the next run {', '.join(wrong)} is not as it should be")
    left = files(before.home) - before.names[name] - before.old_names
    trial.check(not left, case, f"{here}; left behind: {', '.join(sorted(left))}")


def forgotten(home: Path) -> None:
    """As if a minute had passed: drafts are nobody's then."""
    for path in home.rglob(".*.papers-*"):
        os.utime(path, (1, 1))
