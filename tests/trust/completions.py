"""Completion in a real shell, with 30 hostile texts for identifiers, tags, topics, titles and answers: the menu is
shown, and nothing of them runs."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from hub import Hub, sample_days

from .reader import KEPT, NOWHERE
from .trial import Trial

HONEST, TOPICS = "2607.99001", ("honest-topic", "honest-other")


def payloads(sentinel: Path) -> list[str]:
    """Texts of which some shell would make a command that leaves `sentinel` behind."""
    touch = f"touch {sentinel}"
    return [
        f"$({touch})", f"`{touch}`", f"\\$({touch})", f"\\`{touch}\\`", f";{touch};", f"'; {touch}; '", f"=({touch})",
        f'"; {touch}; "', f"2607.99002$({touch})", f"2607.99003\n{touch}\n", f"2607.99004\t$({touch})",
        f"({touch})", f"<({touch})", f">({touch})", f"${{(e):-`{touch}`}}", f"2607.99005:$({touch})", f"| {touch}",
        f"& {touch} &", f"$(({touch}))", f"\\\\$({touch})", f"2607.99007\\n$({touch})", f"%F{{red}}$({touch})",
        f"{{{touch}}}", "*", "~", f"!{touch}", "$HOME", f"\x1b]0;owned\x07{touch}\r", "2607.9900６",
        f"2607.99008\x00$({touch})",
    ]  # fmt: skip


def suite(trial: Trial) -> None:
    """bash; in the long form zsh and fish as well."""
    try:
        from test_completion import Shell
    except ImportError as error:
        trial.note(f"no terminals here to run shells in: {error}")
        return
    shells = ["bash", "zsh", "fish"] if trial.long else ["bash"]
    for missing in [name for name in shells if shutil.which(name) is None]:
        trial.note(f"{missing} is not installed here")
    for name in trial.named([name for name in shells if shutil.which(name)], what="shells"):
        with tempfile.TemporaryDirectory() as folder, trial.case(name):
            place = Place(Path(folder))
            shell = Shell(name, place.environ, place.programs)
            try:
                _offered(trial, name, shell, place)
                _answered(trial, name, shell, place)
            finally:
                shell.close()


class Place:
    """A home full of hostile texts, wherever completion looks, and programs that run papercli."""

    def __init__(self, folder: Path) -> None:
        self.home, self.programs, self.sentinel = folder / "home", folder / "programs", folder / "ran"
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        own = {"HOME": str(folder), "PAPERCLI_HOME": str(self.home), "LANG": "C.UTF-8", "TERM": "xterm-256color"}
        servers = dict.fromkeys(("PAPERCLI_ARXIV_ENDPOINT", "PAPERCLI_ARXIV_RSS"), NOWHERE)
        self.environ = {**kept, **own, **servers}
        self.programs.mkdir()
        self.program(f'exec "{sys.executable}" -m papercli "$@"')
        self._fill()
        self._plant(payloads(self.sentinel))

    def program(self, line: str) -> None:
        """What `papers` and `papercli` are."""
        for name in ("papers", "papercli"):
            (self.programs / name).write_text(f"#!/bin/sh\n{line}\n")
            (self.programs / name).chmod(0o755)

    def _fill(self) -> None:
        import subprocess

        hub = Hub(sample_days())
        self.environ["HF_ENDPOINT"] = hub.url
        for words in (["today", "-q"], ["day", "2026-07-02", "-q"], *(["follow", "add", name, "x"] for name in TOPICS)):
            command = [sys.executable, "-m", "papercli", *words]
            subprocess.run(command, env=self.environ, check=True, capture_output=True, stdin=subprocess.DEVNULL)
        hub.stop()

    def _plant(self, texts: list[str]) -> None:
        (self.home / "state" / "last-lists" / "any").write_text(json.dumps([HONEST, *texts]))
        self._plant_topics({text: text for text in (*TOPICS, *texts)})
        with closing(sqlite3.connect(self.home / "data" / "library.db")) as db, db:
            for number, text in enumerate(texts):
                db.execute("UPDATE paper SET title = ? WHERE rowid = (SELECT rowid FROM paper LIMIT 1 OFFSET ?)",
                           [text, number % 10])  # fmt: skip
                db.execute("INSERT INTO tag VALUES (?, ?, 1, 1)", [HONEST, text])
                db.execute("INSERT OR IGNORE INTO listing VALUES (?, 'hf', 1, 1, 0)", [text])
                db.execute("INSERT OR IGNORE INTO listed (day, source, paper) VALUES (?, 'hf', 1)", [text])

    def _plant_topics(self, queries: dict[str, str]) -> None:
        """In the copy of topics.toml, past all that is checked when the file is read."""
        found = (self.home / "config" / "topics.toml").stat()
        stamp = [found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino, found.st_dev]
        kept = {"stamp": stamp, "values": {"follow": queries, "mute": queries}}
        (self.home / "state" / "topics.json").write_text(json.dumps(kept))


def _offered(trial: Trial, name: str, shell: object, place: Place) -> None:
    """What papercli itself offers: only what is made of plain characters."""
    for line, expected in (
        ("papers show ", HONEST), ("papers day 2026-", "2026-07-0"), ("papers tag ", HONEST),
        ("papers new --follow ", "honest-topic"), ("papers follow edit ", "honest-topic"),
    ):  # fmt: skip
        seen = shell.menu(line, expected)  # type: ignore[attr-defined]
        trial.count("menus")
        trial.check("touch" not in seen and "owned" not in seen, name, f"{line}: {seen[-200:]!a}")
        trial.check(not place.sentinel.exists(), name, f"{line}: something ran")


def _answered(trial: Trial, name: str, shell: object, place: Place) -> None:
    """What a program that is not papercli would offer, as a value and as its help: few texts at once, since of many
    one that no shell can read would keep the others from running."""
    answer = place.programs / "answer"
    place.program(f'cat "{answer}"')
    texts, together = payloads(place.sentinel), 1 if trial.long else 3
    for at in range(0, len(texts), together):
        some = texts[at : at + together]
        answer.write_text("\n".join([f"{HONEST}\trow 1", *some, *(f"2607.99009\t{text}" for text in some)]) + "\n")
        seen = shell.menu("papers show ", HONEST)  # type: ignore[attr-defined]
        trial.count("hostile texts as answers", len(some))
        # zsh and fish show it as what it is, quoted; bash would put it on the line as it stands.
        trial.check(name != "bash" or "touch" not in seen, name, f"one of {some!a} is offered")
        trial.check(not place.sentinel.exists(), name, f"one of {some!a} ran")
        place.sentinel.unlink(missing_ok=True)
