"""Bodies that end too soon: what is kept is the old or the complete answer, wherever it was cut and however it came.

Without a length, and without chunks, only the answer's own end says that it is whole; JSON and XML both have one.
"""

from __future__ import annotations

import gzip
from contextlib import closing

from server import CLOSE, Seen, Server, answer

from .made_up import DAY, WAYS, dump, row
from .place import Place, differs
from .reader import Reader, places, rows, scaled
from .trial import Trial
from .wire import head

PARTS = 2
STEP = 16
GATE = ("listing", "text", "atom")  # the others are read as these are
GATE_FORMS = {"listing": ("length", "until the end", "chunks", "gzip"), "text": ("length",), "atom": ("gzip",)}


def in_chunks(body: bytes, *lines: str) -> bytes:
    """An answer in chunks of a hundred bytes."""
    pieces = [body[at : at + 100] for at in range(0, len(body), 100)]
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return head("Transfer-Encoding: chunked", *lines) + chunks + b"0\r\n\r\n"


def forms(body: bytes) -> dict[str, tuple[bytes, int]]:
    """The ways in which a body comes over the wire: the whole answer, and how many bytes at its end may be missing."""
    packed, said = gzip.compress(body, mtime=0), "Content-Encoding: gzip"
    return {
        "length": (answer(body), 0),
        "until the end": (head() + body, len(body) - len(body.rstrip())),
        "chunks": (in_chunks(body), 0),
        "gzip": (answer(packed, headers={"Content-Encoding": "gzip"}), 0),
        "gzip in chunks": (in_chunks(packed, said), 0),
        "gzip until the end": (head(said) + packed, 0),
    }


def suite(trial: Trial) -> None:
    """Every question, every form, cut at every 16th byte; in the long form at every byte."""
    with scaled(), Server() as server:
        for way in (way for name, way in WAYS.items() if trial.long or name in GATE):
            with closing(Place(server, way)) as place:
                for form, (whole, spare) in forms(way.new).items():
                    if not trial.long and form not in GATE_FORMS[way.name]:
                        continue
                    if way.name == "text" and form == "until the end":
                        continue  # Markdown has no end of its own: a cut without a length cannot be told
                    one_body(trial, place, form, whole, spare)
        paged(trial, server)


def one_body(trial: Trial, place: Place, form: str, whole: bytes, spare: int) -> None:
    """One answer, cut at all those places. Nothing may change at home, so the homes serve for all."""
    step = 1 if trial.long else STEP
    homes = {"empty": place.homes["empty"], "filled": place.homes["filled"]}
    before = {kind: home.stored() for kind, home in homes.items()}
    names = [f"{place.way.name} {form} {at}" for at in range(0, len(whole) - spare, step)]
    for name in trial.named(names, what="cuts"):
        at = int(name.rpartition(" ")[2])
        kind = "empty" if at // step % 2 else "filled"
        with trial.case(name):
            place.answer([whole[:at], CLOSE])
            done = homes[kind].run(*place.words)
            out, codes = ("", (3, 6) if place.way.name == "text" else (6,)) if kind == "empty" else (place.old, (0,))
            right = done.code in codes and done.out == out and not done.wrong()
            trial.check(right, name, f"{kind} home: exit {done.code}, {len(done.out)} characters: {done.err!r}")
            if homes[kind].touched() and homes[kind].stored() != before[kind]:
                trial.check(False, name, f"{kind} home: something of it was kept")
                before[kind] = homes[kind].stored()
    for name in trial.named([f"{place.way.name} {form} whole"], what="whole answers"):
        after, out = place.new["empty"]
        reader = homes["empty"].copy()
        place.answer([whole, CLOSE])
        done = reader.run(*place.words)
        wrong = differs(done, reader, 0, out, after)
        trial.check(not wrong, name, wrong)
        reader.leave()


def paged(trial: Trial, server: Server) -> None:
    """A listing of four pages, one of them cut: with nothing at home those before it are printed, exit 8, and the day
    is not taken to be whole; with the old listing at home that is shown."""
    book = Book(server)
    old = Reader(**places(server.url))
    book.play()
    shown = old.run("day", DAY, "--json").out
    old.at += 86_400
    book.edition = 1
    kept = old.library()
    for k in range(PAGES):
        for form in FORMS:
            whole = book.sent(k, form)
            names = [f"page {k + 1} {form} {at}" for at in range(0, len(whole), 4 if trial.long else 6 * STEP)]
            for name in trial.named(names, what="cuts of pages"):
                with trial.case(name):
                    book.play(k, form, int(name.rpartition(" ")[2]))
                    fresh = Reader(**places(server.url))
                    done = fresh.run("day", DAY, "--json")
                    right = done.code == (8 if k else 6) and not done.wrong() and (not k or f"page {k + 1}" in done.err)
                    trial.check(right, name, f"empty home: exit {done.code}: {done.err!r}")
                    trial.check(not done.out or len(rows(done.out)) == 3 * k, name, "not the rows of the pages before")
                    trial.check(
                        all(not row[3] for row in fresh.library().get("listing", [])), name, "taken to be whole"
                    )
                    trial.check(set(fresh.answers().values()) <= {*book.pages()}, name, "a part was kept")
                    fresh.leave()
                    at_home = old.copy()
                    done = at_home.run("day", DAY, "--json")
                    right = (done.code, done.out) == (0, shown) and " ago" in done.err and not done.wrong()
                    trial.check(right, name, f"filled home: exit {done.code}: {done.err!r}")
                    trial.check(at_home.library() == kept, name, "filled home: something of it was kept")
                    at_home.leave()
    old.leave()


PAGES = 4
FORMS = ("length", "chunks", "gzip")


class Book:
    """A listing of one day in four pages of three rows, in two editions."""

    def __init__(self, server: Server) -> None:
        self.server, self.edition = server, 0

    def pages(self) -> list[bytes]:
        rows = [row(n, votes=n % 7 + self.edition) for n in range(3 * PAGES)]
        return [*(dump(rows[at : at + 3]) for at in range(0, len(rows), 3)), b"[]"]

    def sent(self, number: int, form: str) -> bytes:
        """The page as it comes over the wire, with a link to the next."""
        here = f"/api/daily_papers?date={DAY}&limit=100"
        link = f'HTTP/1.1 200 OK\r\nLink: <{here}&p={number + 1}>; rel="next"\r\n'.encode()
        whole, _ = forms(self.pages()[number])[form]
        status = whole.index(b"\r\n") + 2
        return link + whole[status:] if number < PAGES else whole

    def play(self, cut: int = -1, form: str = "length", at: int = 0) -> None:
        """Serve it; page `cut` (from 0) only as far as `at`."""

        def one(seen: Seen) -> bytes:
            number = int(seen.target.partition("&p=")[2] or 0)
            return self.sent(number, form)[:at] if number == cut else self.sent(number, form)

        self.server.on("/api/daily_papers*", [one, CLOSE])
