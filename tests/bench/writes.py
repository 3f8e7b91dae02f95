"""What is written to a library, and how long it takes until it is on the disk."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from made_up import DAYS, LAST, listings, papers
from questions import Reader, Took, figures

from papercli.library import Library

STARS = 100
AFTER = (LAST[0] + LAST[1] // 12, LAST[1] % 12 + 1)
"""The month after the last: what comes in then is new."""

ADDED = 100
STAR, ADD = "starring a paper", f"a listing of {ADDED} new papers"
WAITED = "{}, until it is on the disk"


def written(path: str, reader: Reader, runs: int = 0) -> dict[str, Took]:
    """CPU time of each, and under WAITED time by the clock, each time by a library that was just opened. The library at
    `path` changes: give a copy."""
    found: dict[str, Took] = {}
    for what, works in ((STAR, _stars(reader, runs or STARS)), (ADD, _listings(min(runs or DAYS, DAYS)))):
        took, waited = [], []
        for work in works:
            library = Library(path)
            start, began = time.process_time(), time.perf_counter()
            work(library)
            took.append((time.process_time() - start) * 1_000)
            waited.append((time.perf_counter() - began) * 1_000)
            library.close()
        found |= {what: figures(took), WAITED.format(what): figures(waited)}
    return found


def _stars(reader: Reader, many: int) -> list[Callable[[Library], object]]:
    now = datetime.now(UTC).timestamp()
    changes, clock = {"starred": int(now)}, int(now * 1_000)

    def star(id: str) -> Callable[[Library], object]:
        return lambda library: library.marks.change([id], changes, by="bench", clock=clock, machine="bench")

    return [star(reader.id()) for _ in range(many)]


def _listings(many: int) -> list[Callable[[Library], object]]:
    given = papers(AFTER, many * ADDED, many * ADDED)
    _, found = listings(AFTER, given, one_in=1, a_day=ADDED)

    def add(place: int) -> Callable[[Library], object]:
        return lambda library: library.remember_listing(*found[place], newest=True)

    return [add(place) for place in range(many)]
