"""A question to a server, and how homes and output are when all goes well: what a run at a fault is held against."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable

from server import Server, answer

from .made_up import Way, atom
from .reader import Reader, Run
from .wire import FAULTS, Steps, outcome

NO_TROUBLE = ("400", "404", "an atom error of 400")
"""Answers that are the service's word on the question: an older answer to a search is not put in their place."""


class Place:
    """Three homes: "empty", "filled" with the old edition, and "bare", where the library is but the answers are not."""

    def __init__(self, server: Server, way: Way, form: str = "--json") -> None:
        self.server, self.way = server, way
        self.words = [*way.words, *form.split("=")] if way.name != "text" else way.words
        if way.name in ("paper", "text"):
            server.on("/api/query*", answer(atom([])))  # arXiv is asked, too, and knows nothing of it
        empty = Reader(HF_ENDPOINT=server.url, PAPERCLI_ARXIV_ENDPOINT=server.url, PAPERCLI_ARXIV_RSS=server.url)
        filled, _ = self._good(empty, way.old)
        empty.at = filled.at = filled.at + way.age
        if way.name in ("paper", "text"):  # what the other places that are asked for it answer may be kept
            self.answer([answer(b"", 404)])
            empty.run(*self.words)
        bare = filled.copy()
        shutil.rmtree(bare.home / "cache")
        self.homes = {"empty": empty, "filled": filled, "bare": bare}
        self.new = {name: self._good(home, way.new) for name, home in self.homes.items()}
        self.old = filled.run(*self.words, "--offline").out

    def _good(self, home: Reader, body: bytes) -> tuple[Reader, str]:
        """A copy of `home` after a good answer, and what was printed."""
        after = home.copy()
        self.answer([answer(body)])
        done = after.run(*self.words)
        if done.code or not done.out:
            raise AssertionError(f"{self.way.name} does not work at all: {done.err}")
        return after, done.out

    def answer(self, *requests: Steps) -> None:
        """Say what is answered from here on."""
        self.server.on(self.way.path, *requests)
        self.server.seen.clear()

    def wrong(self, fault: str, kind: str, run: Callable[[Reader], Run], *, now: bool = False) -> str:
        """What is wrong when a copy of that home meets a fault, in words; "" when nothing is. With `now` the run is by
        the clock of this machine, and a new answer is compared without its time."""
        home = self.homes[kind]
        reader = home.copy()
        self.answer(FAULTS[fault][0](self.way.new))
        try:
            done = run(reader)
            meant = outcome(fault, self.way.name, self.way.is_json)
            if meant == "new":
                after, out = self.new[kind]
                if now:
                    done, out, after = Run(done.code, _timeless(done.out), done.err), _timeless(out), reader
                return done.wrong() or differs(done, reader, 0, out, after)
            out = "" if kind == "empty" else self.old
            code = self._code(fault, kind, int(meant))
            return done.wrong() or differs(done, reader, code, out, home) or self._untold(fault, kind, done)
        finally:
            reader.leave()

    def _code(self, fault: str, kind: str, meant: int) -> int:
        if kind == "empty":
            return meant
        return self.way.without_answers if kind == "bare" or fault in NO_TROUBLE else 0

    def _untold(self, fault: str, kind: str, done: Run) -> str:
        """What standard error does not say, and should."""
        if fault == "404" and self.way.name == "paper" and kind != "empty":
            return ""  # the service's word, and no failure
        if not done.err:
            return "nothing was said about it"
        if kind == "filled" and not done.code and " ago" not in done.err:
            return f"the age of what was kept was not said: {done.err!r}"
        return ""

    def close(self) -> None:
        """Throw the homes away."""
        for reader in (*self.homes.values(), *(after for after, _ in self.new.values())):
            reader.leave()


def differs(done: Run, reader: Reader, code: int, out: str, stored: Reader) -> str:
    """How a run, and what it left at home, differ from this; "" when they do not."""
    if done.code != code:
        return f"exit {done.code}, not {code}: {done.err!r}"
    if done.out != out:
        return f"printed {len(done.out)} characters, not the {len(out)} that were due: {done.out[:80]!r}"
    if reader.library() != stored.library():
        return "the library is neither as it was nor as a good answer makes it"
    if {url: unified(body) for url, body in reader.answers().items()} != stored.answers():
        return "the kept answers are neither what they were nor the whole new one"
    return ""


def _timeless(out: str) -> str:
    return re.sub(r"\d{4}-\d\d-\d\dT[\d:]{8}Z", "T", out)


def unified(body: bytes) -> bytes:
    """The answer in UTF-8, whatever it was written in."""
    return body.decode("utf-16").encode() if body.startswith(b"\xff\xfe") else body
