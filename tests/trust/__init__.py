"""Suites that hold the six sentences of docs/reliability.md, each with a figure that it counts itself.

    python -m tests.trust                                    the gate: what every change must pass
    python -m tests.trust --long                             the long form, by which docs/reliability.md has its figures
    python -m tests.trust --suite json --seed 7 --case 4711  one case again, as a failure names it

A suite is a module here with `suite(trial)` and a line in `SUITES`. Everything random in a case comes from
`trial.random(case)`, so the seed and the number of a case say all about it. A failure that was found is kept in
`test_regressions.py`, which runs with the other tests.
"""

from __future__ import annotations

import sys
from pathlib import Path

TESTS = Path(__file__).parent.parent
RECORDINGS = TESTS.parent.parent / "shared" / "recordings"
sys.path.insert(0, str(TESTS))  # suites use `hub` and `server` of the other tests

# By name: the module, and the sentences of the promise that it holds (their numbers in docs/reliability.md). The
# longest first, so that two processes end at about the same time.
SUITES: dict[str, tuple[str, tuple[int, ...]]] = {
    "codepoints": ("codepoints", (1,)),
    "json": ("json_", (1, 2, 5, 6)),
    "queries": ("queries", (1, 2)),
    "kills": ("kills", (3,)),
    "damage": ("damage", (3, 4, 6)),
    "streams": ("streams", (2, 4)),
    "faults": ("faults", (2, 4, 5, 6)),
    "cuts": ("cuts", (4, 6)),
    "atom": ("atom", (1, 2, 5, 6)),
    "paths": ("paths", (2, 6)),
    "renderers": ("renderers", (1, 2)),
    "bombs": ("bombs", (2, 5)),
    "pages": ("pages", (6,)),
    "clocks": ("clocks", (4,)),
    "surroundings": ("surroundings", (2, 4)),
    "package": ("package", ()),
    "memory": ("memory", (5,)),
    "offline": ("offline", (4, 6)),
    "completions": ("completions", (1,)),
    "fulldisk": ("fulldisk", (3, 4)),
    "downloads": ("downloads", (2, 6)),
    "redirects": ("redirects", (1, 2)),
    "deadlines": ("deadlines", (5,)),
    "syscalls": ("syscalls", (2, 3, 4)),
    "powercut": ("powercut", (3,)),
    "together": ("together", (3, 5)),
    "ids": ("ids", (1, 2)),
    "terminal": ("terminal", (1,)),
    "mail": ("mail", (2, 6)),
    "json-cases": ("json_cases", (2,)),
    "branches": ("branches", ()),
}

APART = ("branches",)
"""No part of the gate: they are run by their names, or in the long form."""
