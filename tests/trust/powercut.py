"""Power cuts, simulated: what the library writes while it marks, fills and migrates is recorded, and of every moment
disks are made on which what was not synced is there, missing or torn. Each must open, whole, with all that was
acknowledged.

It is the library's own code, on the SQLite of the package apsw and not on Python's; the disks are opened with Python's.
A disk that says it has synced and has not, and file systems that reorder names, are beyond it.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from .trial import Trial
from .world import sound, world

PARTS = 2
TABLES = ("paper", "listed", "listing", "newest", "mark", "tag", "note", "undo", "observation", "answered")
Step = Callable[[Any], object]
OTHERS = {"synchronous = EXTRA": "synchronous = OFF"}  # must fail, or nothing is tested


def suite(trial: Trial) -> None:
    """Images of every moment of each history; and a few with another setting, to see that they would be found."""
    try:
        from .recorder import Disk, recorded
    except ImportError:
        trial.note("apsw is not installed: no power was cut")
        return
    with world() as (_, _, folder):
        for name, (begin, steps) in histories(folder).items():
            for sync, instead in (("", {}), (" unsynced", OTHERS)):
                events, states, before = told(folder / "home", begin, steps, recorded, instead)
                share = 6 if not sync else 40
                spoilt = images(trial, f"{name}{sync}", folder, Disk, events, states, before, share, count=not sync)
                if sync:
                    trial.check(
                        spoilt > 0, f"{name}{sync}:0", "without syncs nothing is spoilt: the suite sees nothing"
                    )


def histories(folder: Path) -> dict[str, tuple[Path | None, list[Step]]]:
    """By name: the library to begin with, if any, and what is done to it, each acknowledged when it returns."""
    from papercli.library import Library, Listing
    from papercli.paper import Paper

    from .syscalls import older

    day = date(2026, 7, 1)

    def papers(votes: int) -> list[Paper]:
        return [
            Paper(id=f"2607.{n:05}", title=f"Title {votes}", upvotes=votes, abstract="word " * 60) for n in range(1, 60)
        ]

    def filled(votes: int) -> Step:
        return lambda kept: kept.remember_listing(Listing(day, 1000.0 + votes), papers(votes), newest=True)

    def marked(number: int, **changes: object) -> Step:
        stamp = {"by": "cli", "clock": number * 1_000, "machine": "here"}
        return lambda kept: kept.marks.change([f"2607.{number:05}"], changes, **stamp)

    base = folder / "filled.db"
    with closing(Library(str(base))) as library:
        filled(1)(library)
        marked(1, starred=5)(library)
    older(folder / "older")
    marks = [marked(number, starred=number, note="words " * number) for number in range(2, 8)]
    undo: Step = lambda kept: kept.marks.undo(clock=99_000)  # noqa: E731
    tagged = marked(9, **{"tag:x": 5})
    return {
        "marks": (base, [*marks, undo, tagged]),
        "fills": (base, [filled(votes) for votes in range(2, 6)]),
        "first run": (None, [filled(1), *marks[:2]]),
        "migration": (folder / "older" / "data" / "library.db", [lambda kept: None, marked(3, starred=5), filled(3)]),
    }


def told(
    home: Path, begin: Path | None, steps: list[Step], recorded: Any, instead: dict[str, str]
) -> tuple[list[Any], list[Any], dict[str, bytes]]:
    """What was written, with ("acknowledged", n) where a step returned; the states before and after each; the files
    before all."""
    from papercli.library import Library

    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    path = home / "library.db"
    if begin:
        shutil.copyfile(begin, path)
    before = {str(path): path.read_bytes()} if begin else {}
    states = [state(path)]
    with recorded(instead) as recorder:
        library = Library(str(path))
        for number, step in enumerate(steps, start=1):
            step(library)
            recorder.events.append(("acknowledged", number))
    events = recorder.events
    with recorded({}):
        library.close()
    states += replayed(home, begin, steps)
    return events, states, before


def replayed(home: Path, begin: Path | None, steps: list[Step]) -> list[Any]:
    """The state after each step, by running them once more without a recorder."""
    from papercli.library import Library

    path = home / "again.db"
    if begin:
        shutil.copyfile(begin, path)
    found = []
    with closing(Library(str(path))) as library:
        for step in steps:
            step(library)
            found.append(state(path))
    return found


def state(path: Path) -> Any:
    """All rows, when the file is sound; None without tables. Raises sqlite3.Error or ValueError."""
    if not path.exists() or not path.stat().st_size:
        return None
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        sound(db)
        if not db.execute("SELECT 1 FROM sqlite_schema").fetchone():
            return None
        known = {name for (name,) in db.execute("SELECT name FROM sqlite_schema")}
        rows = [sorted(map(repr, db.execute(f"SELECT * FROM {name}"))) for name in TABLES if name in known]
        return (db.execute("PRAGMA user_version").fetchone(), hash(repr(rows)), rows[4:8])


def images(
    trial: Trial, name: str, folder: Path, disk: Any, events: list[Any], states: list[Any], before: dict[str, bytes],
    share: int, *, count: bool,
) -> int:  # fmt: skip
    """Disks after events, `share` of each in the long form; how many of them were not right."""
    each = share if trial.long else 1
    spoilt = 0
    moments = list(
        trial.numbers(len(events), len(events), what="moments" if count else "moments without syncs", kind=name)
    )
    for moment in moments:
        if not trial.long and moment % 7:
            continue
        now = disk(before)
        for event in events[: moment + 1]:
            now.hear(event)
        done = max([event[1] for event in events[: moment + 1] if event[0] == "acknowledged"], default=0)
        for number in range(each):
            dice = trial.random(f"{name} {moment} {number}")
            trial.count("disks after a power cut" if count else "disks without syncs")
            wrong = opened(folder / "cut", now.image(dice), states[done : done + 2], states[:1] if not done else [])
            spoilt += bool(wrong)
            if count:
                trial.check(not wrong, f"'{name}:{moment}'", f"disk {number}, {done} acknowledged: {wrong}")
    return spoilt


def opened(folder: Path, image: dict[str, bytes], may: list[Any], before: list[Any]) -> str:
    """What is wrong with the disk, in words."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in image.items():
        (folder / Path(name).name).write_bytes(content)
    try:
        found = state(folder / "library.db")
    except (sqlite3.Error, ValueError) as error:
        return f"not sound: {error}"
    if found in may or found in before or (None in [*may, *before] and found and not any(found[2])):
        return ""
    return "neither what was acknowledged nor what came next" if found else "empty"
