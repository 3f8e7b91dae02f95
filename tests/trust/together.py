"""Many processes of one person at once: nobody fails, nothing is asked twice, no mark is lost."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from hub import Hub

from .nest import Ran, start
from .trial import Trial
from .world import holds, lived_in, moved_on, world

READERS = (("today", "--json"), ("day", "2026-07-02", "--json"), ("list", "agents", "-o", "ids"), ("new", "--peek"))
IDS = [f"2607.99{number:03}" for number in range(1, 15)]
PATIENCE = 60.0  # seconds that the slowest may take, with 64 of them on two processors


def suite(trial: Trial) -> None:
    """16 processes, or 64: a quarter fill the library, a half read it, a quarter mark."""
    many = 64 if trial.long else 16
    with world() as (nest, hub, folder):
        for number in trial.numbers(1, 10, what="rounds on an empty home", kind="empty"):
            with trial.case(f"empty:{number}"):
                round_of(trial, f"empty:{number}", hub, nest.environ, folder / f"empty{number}", many)
        filled = folder / "filled"
        lived_in(nest, filled)
        for number in trial.numbers(1, 10, what="rounds on a filled one", kind="filled"):
            with trial.case(f"filled:{number}"):
                stale(filled)
                moved_on(hub) if not number else None
                round_of(trial, f"filled:{number}", hub, nest.environ, filled, many)


def stale(home: Path) -> None:
    """As if all had been asked for a day ago, and the answers been cleared away."""
    with closing(sqlite3.connect(home / "data" / "library.db")) as db, db:
        for table in ("newest", "listing", "trending", "linked"):
            db.execute(f"UPDATE {table} SET at = at - 86400")
    shutil.rmtree(home / "cache")


def round_of(trial: Trial, case: str, hub: Hub, environ: dict[str, str], home: Path, many: int) -> None:
    """All at once, then what they said, what the server heard, and what the library holds."""
    hub.requests.clear()
    hub.delay = 0.05  # so that all of them meet at the door
    before = own(home)
    words = [line_of(case, number) for number in range(many)]
    environ = {**environ, "PAPERCLI_HOME": str(home)}
    with ThreadPoolExecutor(many) as pool:
        done = list(pool.map(lambda line: timed(line, environ), words))
    hub.delay = 0.0
    for line, ran in zip(words, done, strict=True):
        fine = ran.code == 0 and "cannot" not in ran.err and "keeps nothing" not in ran.err
        trial.check(fine, case, f"{' '.join(line)}: {ran}")
    asked = Counter(hub.requests)
    trial.check(set(asked.values()) == {1}, case, f"asked more than once: {asked.most_common(3)}")
    held = holds(home)
    trial.check(held.get("day 2026-07-03", [0])[0] == 1, case, "the newest listing is not whole")  # type: ignore[index]
    marks = own(home) - before
    wanted = {(line[-1], line[0]) for line in words if line[0] in ("star", "later", "hide")} - before
    trial.check(wanted <= marks, case, f"acknowledged and not there: {sorted(wanted - marks)}")
    worst = max(ran.seconds for ran in done)
    trial.check(worst < PATIENCE, case, f"one took {worst:.1f} s")
    trial.count("processes", many)
    trial.tell(f"{case}: the slowest of {many} took {worst:.1f} s, {sum(asked.values())} requests")


def line_of(case: str, number: int) -> tuple[str, ...]:
    """What process `number` does."""
    if number % 4 == 0:
        return ("sync", "--since", "2026-06-20")
    if number % 4 == 1:
        return (("star", "later", "hide")[number // 4 % 3], IDS[number // 4 % len(IDS)])
    return READERS[number // 2 % len(READERS)]


def timed(line: tuple[str, ...], environ: dict[str, str]) -> Ran:
    began = time.monotonic()
    process = start(*line, environ=environ)
    out, err = process.communicate(timeout=180)
    return Ran(process.returncode, out, err, time.monotonic() - began)


def own(home: Path) -> set[tuple[str, str]]:
    """(id, mark) for every mark there is."""
    path = home / "data" / "library.db"
    if not path.exists():
        return set()
    names = {"star": "starred", "later": "later", "hide": "hidden"}
    with closing(sqlite3.connect(path)) as db:
        return {
            (id, word)
            for word, name in names.items()
            for (id,) in db.execute(f"SELECT id FROM mark WHERE {name} IS NOT NULL")
        }
