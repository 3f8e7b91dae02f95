"""A server that takes for ever, by the clock of this machine: every command ends, in thirty seconds for each server it
asks when there is nothing to show, in five when there is; and two minutes later when servers ask for time."""

from __future__ import annotations

import shutil
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing

from server import Server, Step, answer, trickled

from .made_up import WAYS, dump, row
from .reader import Reader, Run, places
from .streams import slowness
from .trial import Trial
from .wire import head

RUN, KEPT, LAST, WAITS, IN_ALL, SPARE = 30.0, 5.0, 1.0, 120.0, 120.0, 2.0
"""Seconds: for each server with nothing at home, for each when there is something to show and for each further question
to one that was silent, for any after a minute in vain, for all waits that servers ask for, for all answers of one
server, and for the start of a process."""

SLOW: dict[str, list[Step]] = {
    "says nothing": [600.0],
    "never ends its head": [*trickled(b"HTTP/1.1 200 OK\r\n", 0.01), *[b"X-More: 1\r\n", 0.3] * 2_000],
    "sends a byte now and then": [head("Content-Length: 900000"), *[b"[", 0.25] * 2_400],
    "always has a little more": [head("Transfer-Encoding: chunked"), *[b"1\r\n \r\n", 0.25] * 2_400],
    "asks to come back in nine seconds": [head("Retry-After: 9").replace(b"200 OK", b"503 Busy") + b"\r\n"],
    "asks to come back in a minute": [head("Retry-After: 60").replace(b"200 OK", b"503 Busy") + b"\r\n"],
}
LINES: dict[str, list[str]] = {
    "today": ["today", "--json"],
    "a month": ["month", "2026-07", "--json"],
    "a range": ["day", "2026-05-20..2026-07-03", "--json"],
    "trending": ["trending", "--json"],
    "a search": ["search", "kangaroo", "--json"],
    "both sources": ["today", "--source", "hf", "--source", "arxiv:cs.CL", "--json"],
    "four papers": ["show", "2607.10001", "2607.10002", "hep-th/9901001", "2501.12948", "--json"],
    "a text": ["read", "2607.10001"],
    "a citation": ["cite", "2607.10001", "2607.10002"],
}
SERVERS = {"both sources": 2, "four papers": 2, "a text": 2}
QUESTIONS = {"a range": 7, "four papers": 5, "a text": 4}
"""What is asked after one another, where that is more than one thing. Of 45 days all but the first six questions to a
silent server have a second each."""

GATE = ("sends a byte now and then",)


def suite(trial: Trial) -> None:
    """In the gate one listing that is kept; in the long form every command at every slow server, too."""
    with ExitStack() as stack:
        servers = {name: stack.enter_context(Server()) for name in SLOW}
        kept = [f"{name}, kept" for name in (SLOW if trial.long else GATE)]
        empty = [f"{name}: {line}" for name in SLOW for line in LINES] if trial.long else []
        with ThreadPoolExecutor(64) as pool:  # nearly all of it is waiting
            for case in trial.named(kept + empty, what="commands at a slow server"):
                name = case.partition(":")[0].partition(",")[0]
                pool.submit(_kept if case in kept else _empty, trial, case, servers[name])
            for case in trial.named(["a page more each time"] * trial.long, what="listings of slow pages"):
                pool.submit(_paged, trial, case)


def _kept(trial: Trial, case: str, server: Server) -> None:
    """Today's listing is at home: it is shown, with its age."""
    way, name = WAYS["listing"], case.partition(",")[0]
    with trial.case(f"'{case}'"), Server() as good:
        good.on(way.path, [head(f"Content-Length: {len(way.new)}") + way.new])
        reader = Reader(**places(good.url))
        reader.process("today", "--json")
        _older(reader)
        server.on("/*", SLOW[name])
        reader.environ |= places(server.url)
        done, seconds = _timed(reader, ["today", "--json"])
        right = done.code == 0 and "Kangaroo" in done.out and not done.wrong()
        trial.check(right, f"'{case}'", f"exit {done.code}: {done.err[-300:]!r} {done.wrong()}")
        trial.check(seconds < KEPT + SPARE * slowness(), f"'{case}'", f"{seconds:.1f} s")
        reader.leave()


def _empty(trial: Trial, case: str, server: Server) -> None:
    """Nothing is at home: a failure of the network, in time."""
    name, _, line = case.partition(": ")
    with trial.case(f"'{case}'"):
        server.on("/*", SLOW[name])
        reader = Reader(**places(server.url))
        done, seconds = _timed(reader, LINES[line])
        wrong = "Traceback" in done.err or done.out not in ("", "[]\n")  # lines beside the failure tell of waits
        trial.check(done.code in (5, 6) and not wrong, f"'{case}'", f"exit {done.code}: {done.err[-300:]!r}")
        servers, questions = SERVERS.get(line, 1), QUESTIONS.get(line, 1)
        questions = max(questions, servers)
        most = (
            RUN * servers
            + KEPT * (questions - servers)
            + LAST * (45 if line == "a range" else 0)
            + WAITS * ("come back" in name)
            + SPARE * slowness()
        )
        trial.check(seconds < most, f"'{case}'", f"{seconds:.1f} s, more than {most:.0f}")
        reader.leave()


def _paged(trial: Trial, case: str) -> None:
    """Each page comes in good time and names another: what came is shown in the end, and is not called whole."""
    with trial.case(f"'{case}'"), Server() as server:
        server.on("/*", [8.0, lambda seen: _page(server, len(server.seen))])
        reader = Reader(**places(server.url))
        done, seconds = _timed(reader, ["today", "--json"])
        right = done.code == 8 and "Kangaroo" in done.out and not done.wrong()
        trial.check(right, f"'{case}'", f"exit {done.code}: {done.err[-300:]!r} {done.wrong()}")
        trial.check(seconds < IN_ALL + LAST + SPARE * slowness(), f"'{case}'", f"{seconds:.1f} s")
        reader.leave()


def _page(server: Server, number: int) -> bytes:
    link = f'<{server.url}/api/daily_papers?limit=100&p={number}>; rel="next"'
    return answer(dump([row(number)]), 200, {"Content-Type": "application/json", "Link": link})


def _older(reader: Reader) -> None:
    """As if the listing had been asked for an hour ago, and the answers been cleared away."""
    with closing(sqlite3.connect(reader.home / "data" / "library.db")) as db, db:
        for table in ("newest", "listing"):
            db.execute(f"UPDATE {table} SET at = at - 3600")
    shutil.rmtree(reader.home / "cache")


def _timed(reader: Reader, words: list[str]) -> tuple[Run, float]:
    began = time.monotonic()
    return reader.process(*words, seconds=300), time.monotonic() - began
