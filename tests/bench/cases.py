"""The commands that are measured, and how: every round runs each once, so that a busy moment hits them all."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from typing import NamedTuple

from peer import settled
from processes import Cost, Failed, cost

PYTHON, PEER = "`python -c pass`", "`hf papers ls`"
JSON, CARDS = ("today", "--json"), ("today", "-o", "cards", "--color", "always")
STILL_FRESH = 300.0
"""Seconds. The newest listing is asked for again after 600, and then a run would not be a warm one."""


class Limits(NamedTuple):
    """The most that is allowed; 0 is no limit. CPU time against a bare Python's and the peer's, memory in MiB."""

    times: float = 0.0
    share: float = 0.0
    peak: float = 0.0


class Case(NamedTuple):
    """A command to measure. A cold one begins with an empty home."""

    what: str
    command: list[str]
    environ: dict[str, str]
    limits: Limits = Limits()
    cold: bool = False


def cases(folder: str, endpoint: str, peer: str | None) -> list[Case]:
    """All of them, a bare Python first; homes are made in `folder`, `peer` is the path of an `hf`."""
    environ = environment(folder, endpoint)
    found = [
        Case(PYTHON, [sys.executable, "-c", "pass"], environ),
        Case("warm `papers today --json`", papers(*JSON), environ, Limits(times=4, peak=50)),
        Case("warm `papers today`, cards in colour", papers(*CARDS), environ, Limits(times=9, share=0.30, peak=50)),
        Case("cold `papers today`, cards in colour", papers(*CARDS), environ, Limits(share=0.75, peak=50), cold=True),
    ]
    if peer:
        home = settled(os.path.join(folder, "hf"))
        found.append(Case(PEER, [peer, "papers", "ls"], {**environ, "HF_HOME": home}))
    return found


def papers(*words: str) -> list[str]:
    """The command line of `papers`: the program installed beside this Python, else the module."""
    program = os.path.join(os.path.dirname(sys.executable), "papers")
    return [program, *words] if os.path.exists(program) else [sys.executable, "-m", "papercli", *words]


def environment(folder: str, endpoint: str) -> dict[str, str]:
    """Nothing of the person who runs this; above all no PYTHONDONTWRITEBYTECODE, which would compile in every run."""
    home = {"HOME": folder, "PAPERCLI_HOME": os.path.join(folder, "warm"), "HF_ENDPOINT": endpoint}
    return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TERM": "xterm-256color", "COLUMNS": "100", **home}


def warm_up(measured: list[Case], folder: str) -> int:
    """Run everything once: bytecode is written, the library filled. How many papers the listing holds."""
    for case in measured:
        run(case, folder)
    listing = measured[1]
    done = subprocess.run(listing.command, env=listing.environ, stdin=subprocess.DEVNULL, capture_output=True)
    return len(json.loads(done.stdout or b"[]"))


def rounds(measured: list[Case], folder: str, many: int) -> dict[str, list[Cost]]:
    """What every run cost, by what was run; every other round goes backwards."""
    costs: dict[str, list[Cost]] = {case.what: [] for case in measured}
    filled = time.monotonic()
    for number in range(many):
        if time.monotonic() - filled > STILL_FRESH:
            run(measured[1]._replace(command=papers(*JSON, "--refresh")), folder)
            filled = time.monotonic()
        for case in measured if number % 2 else reversed(measured):
            costs[case.what].append(run(case, folder))
    return costs


def run(case: Case, folder: str) -> Cost:
    """Run it once. Raises Failed when it does not end well, or has something to say."""
    if case.cold:
        home = os.path.join(folder, "cold")
        shutil.rmtree(home, ignore_errors=True)
        case = case._replace(environ={**case.environ, "PAPERCLI_HOME": home})
    try:
        spent = cost(case.command, case.environ)
    except OSError as error:
        raise Failed(f"{case.command[0]} cannot be run: {error.strerror}") from error
    # A note of ours means that something was not as it should be, such as a listing asked for again in vain.
    if spent.code or (spent.said and case.what != PEER):
        raise Failed(f"{' '.join(case.command)} ended with {spent.code}: {spent.said.strip()[-500:]}")
    return spent
