"""Listings of many pages: pages that fail, come twice, in any order, without an end, or lead elsewhere.

Partial is exit 8 and named; what is kept of it is never taken to be whole; the next run completes it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from unittest import mock

from server import CLOSE, Seen, Server, Step, answer

from .made_up import DAY, dump, row
from .reader import Reader, places, rows, scaled
from .trial import Trial

SIZE = 10  # rows of a full page; for the program a hundred, which only takes longer
PAGES = 6
ALL = [row(n, votes=1_000 - n) for n in range(SIZE * (PAGES - 1) + 4)]
"""Five full pages and a short one, in the order of the service: by votes."""

LINES = {
    "day": ["day", DAY],
    "month": ["month", "2026-07"],
    "week": ["week", "2026-W27"],
    "trending": ["trending", "-n", "0"],
    "today": ["today"],
}
BAD: dict[str, list[Step]] = {
    "500": [answer(b"{}", 500)],
    "403": [answer(b"{}", 403)],
    "a web page": [answer(b"<html>")],
    "cut": [answer(b"[]", length=99), CLOSE],
    "closed": [CLOSE],
    "400": [answer(b'{"error":"no"}', 400)],
    "404": [answer(b"{}", 404)],
}


class Book:
    """A server of one listing, whatever is asked for. `page` says what stands on a page, `bad` what goes wrong."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.page: Callable[[int], list[object]] = lambda number: ALL[number * SIZE : number * SIZE + SIZE]
        self.bad: dict[int, list[Step]] = {}
        self.link = '<{here}&p={next}>; rel="next"'
        server.on("/api/daily_papers*", [self._answer, self._end])

    def _answer(self, seen: Seen) -> bytes:
        here, _, number = seen.target.partition("&p=")
        if steps := self.bad.get(int(number or 0)):
            return next((step for step in steps if isinstance(step, bytes)), b"")
        found = self.page(int(number or 0))
        link = self.link.format(here=here, next=int(number or 0) + 1)
        return answer(dump(found), headers={"Link": link} if found else {})

    def _end(self, seen: Seen) -> bytes:
        if CLOSE in self.bad.get(int(seen.target.partition("&p=")[2] or 0), []):
            raise ConnectionAbortedError
        return b""


def suite(trial: Trial) -> None:
    """The pages of each kind of listing."""
    with scaled(), Server() as server, mock.patch("papercli.heap.PAGE", SIZE):
        names = [f"{line}: page {k + 1} {bad}" for line in LINES for k in range(PAGES) for bad in BAD]
        for name in trial.named(names if trial.long else names[::8], what="pages that fail"):
            with trial.case(name):
                one_fails(trial, Book(server), name)
        for name in trial.named(
            [f"{line}: {order}" for line in ("day", "month", "trending") for order in ORDERS], what="odd orders"
        ):
            with trial.case(name):
                in_odd_order(trial, Book(server), name)
        for name in trial.named([f"{line}: no end" for line in ("day", "month", "trending")], what="endless listings"):
            with trial.case(name):
                endless(trial, Book(server), name)
        for name in trial.named([f"link {n}" for n in range(len(LINKS))], what="links elsewhere"):
            with trial.case(name):
                elsewhere(trial, Book(server), name)
        for name in trial.named(["sync twice", "sync, then day by day"], what="listings asked for twice"):
            with trial.case(name):
                twice(trial, Book(server), name)


def one_fails(trial: Trial, book: Book, name: str) -> None:
    """Page k cannot be had: the others are printed, and the next run brings it."""
    line, _, rest = name.partition(": ")
    k, bad = int(rest.split()[1]) - 1, rest.split(maxsplit=2)[2]
    reader = Reader(**places(book.server.url))
    book.bad = {k: BAD[bad]}
    done = reader.run(*LINES[line], "--json")
    trial.check(not done.wrong() and isinstance(json.loads(done.out or "[]"), list), name, done.wrong())
    partial = k > 0
    codes = (8,) if partial else (4, 6) if bad != "400" else (0, 4, 6)
    trial.check(done.code in codes, name, f"exit {done.code}, not one of {codes}: {done.err!r}")
    if partial:
        had = rows(done.out)
        trial.check(f"page {k + 1}" in done.err, name, f"the page is not named: {done.err!r}")
        trial.check(0 < len(had) < len(ALL) and len(had) >= k * SIZE, name, f"{len(had)} rows")
    kept = reader.library().get("listing", []) if line != "trending" else []
    trial.check(not partial or not any(each[3] for each in kept if each[0] == DAY), name, "it is taken to be whole")
    book.bad = {}
    reader.at += 60
    again = reader.run(*LINES[line], "--json")
    trial.check(again.code == 0 and len(rows(again.out)) == len(ALL), name, f"then: exit {again.code}: {again.err!r}")
    reader.at += 700
    book.bad = {k: BAD[bad]}
    kept_whole = reader.run(*LINES[line], "--json")
    right = kept_whole.code == 0 and len(rows(kept_whole.out)) == len(ALL)
    trial.check(right, name, f"with all of it kept: exit {kept_whole.code}: {kept_whole.err!r}")
    reader.leave()


def _shuffled(number: int) -> list[object]:
    mixed = [row(n, votes=1_000 - n) for n in range(len(ALL))]
    mixed.sort(key=lambda each: hash((each["numComments"] * 7919) % 541))
    return mixed[number * SIZE : number * SIZE + SIZE]  # type: ignore[return-value]


ORDERS: dict[str, Callable[[int], list[object]]] = {
    "each page twice": lambda number: ALL[number // 2 * SIZE : number // 2 * SIZE + SIZE],
    "each row twice": lambda number: [each for each in ALL[number * 5 : number * 5 + 5] for _ in range(2)],
    "pages that overlap": lambda number: ALL[number * 9 : number * 9 + SIZE],
    "any order": _shuffled,
    "backwards": lambda number: ALL[::-1][number * SIZE : number * SIZE + SIZE],
    "the first page again": lambda number: ALL[number * SIZE :][:SIZE] or (ALL[:SIZE] if number == PAGES else []),
}  # fmt: skip


def in_odd_order(trial: Trial, book: Book, name: str) -> None:
    """Each paper is printed once, with the rank that its votes give it, however its row came."""
    line, _, order = name.partition(": ")
    book.page = ORDERS[order]
    reader = Reader(**places(book.server.url))
    done = reader.run(*LINES[line], "--json")
    trial.check(done.code in (0, 8) and not done.wrong(), name, f"exit {done.code}: {done.err!r}")
    had = rows(done.out)
    trial.check(len(had) == len(set(had)) == len(ALL), name, f"{len(had)} rows, {len(set(had))} papers of {len(ALL)}")
    if line != "trending":
        ranks = {each["id"]: each["rank"] for each in json.loads(done.out)}
        right = {each["paper"]["id"]: place for place, each in enumerate(ALL, 1)}
        trial.check(ranks == right, name, "the ranks are not those of the votes")
    reader.leave()


def endless(trial: Trial, book: Book, name: str) -> None:
    """After fifty pages it is exit 8, and said so."""
    book.page = lambda number: [row(n, votes=9_000 - n) for n in range(number * SIZE, number * SIZE + SIZE)]
    book.server.seen.clear()
    reader = Reader(**places(book.server.url))
    done = reader.run(*LINES[name.partition(":")[0]], "--json")
    asked = len({seen.target for seen in book.server.seen})
    if name.startswith("trending"):
        trial.check(done.code in (0, 8) and asked <= 50, name, f"exit {done.code} after {asked} pages: {done.err!r}")
    else:
        trial.check(done.code == 8 and asked == 50, name, f"exit {done.code} after {asked} pages: {done.err!r}")
        trial.check(
            "page 51" in done.err and len(rows(done.out)) == 50 * SIZE,
            name,
            f"{len(rows(done.out))} rows: {done.err!r}",
        )
    reader.leave()


LINKS = (
    '<http://127.0.0.1:9/api/daily_papers?p={next}>; rel="next"', '<//127.0.0.1:9/x>; rel="next"',
    '<https://huggingface.co/api/daily_papers?p=1>; rel="next"', '<file:///etc/passwd>; rel="next"',
    '</api/papers/2607.10001>; rel="next"', '<{here}>; rel="next"', '<http://[::1>; rel="next"', "<>; rel=next",
    '<javascript:x>; rel="next"', '<\\x1b]0;x\\x07>; rel="next"', '<' + "x" * 900 + '>; rel="next"',
)  # fmt: skip


def elsewhere(trial: Trial, book: Book, name: str) -> None:
    """A link that leads elsewhere is not followed: nobody else is asked, and what is there is printed."""
    book.link = LINKS[int(name.split()[1])]
    book.server.seen.clear()
    reader = Reader(**places(book.server.url))
    done = reader.run("day", DAY, "--json")
    asked = [seen.target for seen in book.server.seen]
    trial.check(done.code in (0, 8) and len(rows(done.out)) == SIZE, name, f"exit {done.code}: {done.err!r}")
    trial.check(len(asked) == 1, name, f"asked for {asked}")
    reader.leave()


def twice(trial: Trial, book: Book, name: str) -> None:
    """To ask for everything again changes nothing but times and what was counted."""
    first = Reader(**places(book.server.url))
    words = ["sync", "--since", DAY, "--refresh"]
    once = first.run(*words)
    trial.check(once.code == 0, name, f"exit {once.code}: {once.err!r}")
    before = facts(first)
    first.at += 4_000
    done = first.run(*words) if name == "sync twice" else first.run("day", DAY, "--json", "--refresh")
    trial.check(done.code == 0 and facts(first) == before, name, f"exit {done.code}, or something changed")
    trial.check(len(before["paper"]) == len(ALL), name, f"{len(before['paper'])} papers")
    first.leave()


def facts(reader: Reader) -> dict[str, list[tuple[object, ...]]]:
    """The papers and their places, without times and the checksum that changes with them."""
    library = reader.library()
    listed = [each for each in library["listed"] if each[0] == DAY]
    return {"paper": [each[:-2] for each in library["paper"]], "listed": listed}
