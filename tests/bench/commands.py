"""Whole processes over a library: their CPU time as a ratio to that of a warm `papers today --json`."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing

from cases import environment, papers
from processes import Failed, cost, median
from questions import COMMON, Reader

TODAY = "`papers today --json`"
FEW, COMMONEST, STAR = "2 or 3 words", "2 very common words", "star"
SPOKEN = {
    FEW: "`papers list WORDS --json -n 20`, 2 or 3 words",
    COMMONEST: "`papers list WORDS --json -n 20`, 2 very common words",
    STAR: "`papers star ID`",
}
LIMITS = {STAR: 1.5}
LISTED = "`papers list WORD --json`, all that was ever listed"
LISTED_LIMIT = 1.4
OFTEN = (0.01, 0.03)
"""Of all papers, the part that holds a word that many speak of."""

FRESH = 300.0
"""Seconds. The newest listing is asked for again after 600, and then a run would not be a warm one."""

NOWHERE = "http://127.0.0.1:9"


def ratios(home: str, reader: Reader, rounds: int) -> dict[str, float]:
    """By name the ratios, and under TODAY milliseconds of CPU time. The library in `home` changes: give a copy."""
    return _measured(
        home,
        {
            FEW: lambda: ["list", *reader.few().split(), "--json", "-n", "20"],
            COMMONEST: lambda: ["list", *reader.words(2, COMMON).split(), "--json", "-n", "20"],
            STAR: lambda: ["star", reader.id()],
        },
        rounds,
    )


def of_listed(home: str, reader: Reader, rounds: int) -> float:
    """The ratio of a listing of fifty papers that hold a word, in a library of what a source has listed."""
    return _measured(home, {LISTED: lambda: ["list", reader.words(1, OFTEN), "--json"]}, rounds)[LISTED]


def _measured(home: str, commands: dict[str, Callable[[], list[str]]], rounds: int) -> dict[str, float]:
    """Rounds of all of them, so that a busy moment hits all; every other round goes backwards."""
    environ = {**environment(home, NOWHERE), "PAPERCLI_HOME": home}
    made: dict[str, Callable[[], list[str]]] = {TODAY: lambda: ["today", "--json"], **commands}
    taken: dict[str, list[float]] = {what: [] for what in made}
    for number in range(-1, rounds):  # the first is not counted: bytecode may have to be written
        _freshen(home)
        for what in list(made) if number % 2 else reversed(made):
            spent = _cpu(made[what](), environ)
            if number >= 0:
                taken[what].append(spent)
    base = median(taken[TODAY])
    return {TODAY: base * 1_000} | {what: median(taken[what]) / base for what in commands}


def _cpu(words: list[str], environ: dict[str, str]) -> float:
    spent = cost(papers(*words), environ)
    # Of a listing that is not warm any more there would be a note: there is no server to ask.
    if spent.code or (words[0] == "today" and spent.said):
        raise Failed(f"papers {' '.join(words)} ended with {spent.code}: {spent.said.strip()[-500:]}")
    return spent.cpu


def _freshen(home: str) -> None:
    """Let the newest listing be one that a source has just told of, unless it was a moment ago."""
    now = time.time()
    with closing(sqlite3.connect(os.path.join(home, "data", "library.db"), isolation_level=None)) as db:
        (at,) = db.execute("SELECT at FROM newest").fetchone()
        if not now - FRESH < at <= now:
            db.execute("UPDATE newest SET at = ?", [now])
            db.execute("UPDATE listing SET at = ? WHERE day = (SELECT day FROM newest)", [now])
