"""With every fault of a server, a reading command answers from what is kept: exit 0, with its age on standard error.

Where one of two sources is silent, the other's papers are printed, and it is exit 8.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from server import Server, answer

from .made_up import DAY, WAYS
from .reader import NOWHERE, Reader, Run, places, rows, scaled
from .trial import Trial
from .wire import FAULTS

READING = {
    "today": ["today"],
    "day": ["day", DAY],
    "a range": ["day", f"{DAY}..{DAY}"],
    "week": ["week", "2026-W27"],
    "month": ["month", "2026-07"],
    "trending": ["trending"],
    "show": ["show", "2607.10001", "2607.20001"],
    "search": ["search", "kangaroo"],
    "search both": ["search", "kangaroo", "--source", "hf", "--source", "arxiv"],
    "new": ["new", "--peek"],
    "read": ["read", "2607.10001"],
    "arXiv": ["today", "--source", "arxiv:cs.CL"],
    "both": ["today", "--source", "hf", "--source", "arxiv:cs.CL"],
}
ALONE = {
    "list": ["list", "kangaroo"],
    "local search": ["search", "kangaroo", "--local"],
    "trends": ["trends", "--json"],
}
"""What asks nobody, whatever the state of the network."""

GATE = (
    "silence", "reset at once", "closed in the body", "HTTP 0.9", "length too long", "gzip cut in its sum", "403",
    "429", "503", "304 unasked", "a web page", "nothing", "rows that cannot be read", "302 to a file",
)  # fmt: skip
LATER = 7_200


def suite(trial: Trial) -> None:
    """Everything kept, then each fault for each reading command; then two sources, one of them silent."""
    with Server() as server, scaled():
        full = kept(server)
        before = {name: full.run(*said(name), "--offline") for name in READING}
        full.at += LATER
        faults = [
            name for name, (_, meant) in FAULTS.items() if isinstance(meant, int) and (trial.long or name in GATE)
        ]
        names = [f"{line}: {fault}" for fault in faults for line in READING]
        for name in trial.named(names, what="commands at a fault"):
            slow = name.endswith(("silence", "slow headers", "slow body"))
            with trial.case(name), scaled(*((0.3, 0.2) if slow else (20, 20))):
                at_fault(trial, server, full, before, name)
        names = [f"{line}: {state}" for line in READING for state in STATES]
        for name in trial.named(names, what="commands without a network"):
            with trial.case(name):
                without(trial, full, before, name)
        for name in trial.named(list(ALONE), what="commands that ask nobody"):
            with trial.case(name):
                alone(trial, server, full, name)
        names = [f"{line}: {who} is silent" for line in ("search both", "both") for who in ("hf", "arxiv")]
        for name in trial.named(names, what="one silent source of two"):
            with trial.case(name):
                one_silent(trial, server, name)
        full.leave()


def kept(server: Server) -> Reader:
    """A person who asked for everything once."""
    for way in WAYS.values():
        server.on(way.path, answer(way.old))
    reader = Reader(**places(server.url))
    for line in READING:
        reader.run(*said(line))
        reader.at += 1
    return reader


def said(line: str) -> list[str]:
    """The words of a command."""
    return [*READING[line], *([] if line == "read" else ["--json"])]


def at_fault(trial: Trial, server: Server, full: Reader, before: dict[str, Run], name: str) -> None:
    """One command, one fault."""
    line, _, fault = name.partition(": ")
    for way in WAYS.values():
        server.on(way.path, FAULTS[fault][0](way.new))
    reader = full.copy()
    done = reader.run(*said(line))
    wrong = done.wrong() if line not in ("search both", "both", "arXiv", "show") else ""
    trial.check(not wrong and done.code == 0, name, wrong or f"exit {done.code}: {done.err!r}")
    trial.check(done.out == before[line].out, name, f"printed {len(done.out)}, not {len(before[line].out)} characters")
    trial.check(" ago" in done.err or line in QUIET, name, f"the age was not said: {done.err!r}")
    trial.check(reader.library() == full.library(), name, "the library changed")
    reader.leave()


QUIET = ("arXiv", "new", "read")
"""What need not say how old it is: an announcement is the newest until the next, a text is for a week, and `new` tells
of the marks that it kept."""

STATES: dict[str, Callable[[Reader], None]] = {
    "nobody there": lambda reader: reader.environ.update(places(NOWHERE)),
    "offline": lambda reader: reader.environ.update(PAPERCLI_OFFLINE="1"),
}


def without(trial: Trial, full: Reader, before: dict[str, Run], name: str) -> None:
    """A machine without a network, and one that is told to ask nobody."""
    line, _, state = name.partition(": ")
    reader = full.copy()
    STATES[state](reader)
    done = reader.run(*said(line))
    if line == "read" and state == "nobody there":
        return
    # Answers are kept by address, and this is another: what a search found there is not known here.
    code = 8 if line.startswith("search") and state == "nobody there" else 0
    trial.check(done.code == code, name, f"exit {done.code}, not {code}: {done.err!r}")
    had = [each if line == "read" else sorted(rows(each)) for each in (done.out, before[line].out)]
    trial.check(had[0] == had[1], name, "not the papers that are kept")
    reader.leave()


def alone(trial: Trial, server: Server, full: Reader, name: str) -> None:
    """Nobody is asked."""
    server.seen.clear()
    reader = full.copy()
    done = reader.run(*ALONE[name])
    trial.check(done.code == 0 and bool(done.out) and not done.wrong(), name, f"exit {done.code}: {done.err!r}")
    trial.check(not server.seen, name, f"{len(server.seen)} requests")
    reader.leave()


def one_silent(trial: Trial, server: Server, name: str) -> None:
    """With nothing kept of the silent one."""
    line, _, rest = name.partition(": ")
    who = rest.split()[0]
    for way in WAYS.values():
        server.on(way.path, answer(way.old))
    reader = Reader(**places(server.url))
    silent = ("HF_ENDPOINT",) if who == "hf" else ("PAPERCLI_ARXIV_ENDPOINT", "PAPERCLI_ARXIV_RSS")
    reader.environ |= dict.fromkeys(silent, NOWHERE)
    done = reader.run(*said(line))
    theirs = "2607.1" if who == "hf" else "2607.2"
    trial.check(done.code == 8 and not done.wrong().startswith("a bug"), name, f"exit {done.code}: {done.err!r}")
    trial.check(bool(rows(done.out)) and theirs not in str(rows(done.out)), name, f"printed {rows(done.out)}")
    named = json.loads(done.err.splitlines()[-1])["error"]["message"]
    trial.check(
        {"hf": "Hugging Face", "arxiv": "arXiv"}[who] in named or "Daily Papers" in named, name, f"named: {named!r}"
    )
    reader.leave()
