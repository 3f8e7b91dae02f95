"""Papers that a source has told of, their listings, what was counted when, and the reader's own marks. SQLite.

The network fills it, every screen reads it. Whatever the disk does, reading goes on: a library that cannot be used is
one in memory, and `trouble` says so.
"""

from __future__ import annotations

import json
import sqlite3
from datetime import date

from papercli.errors import LibraryError
from papercli.library.entries import entry
from papercli.library.failures import failures
from papercli.library.file import (
    WAIT_TO_READ,
    WAIT_TO_WRITE,
    in_memory,
    moved_to_memory,
    opened,
    patiently,
    why,
)
from papercli.library.find import ROWS, ids
from papercli.library.marks import checked, saw
from papercli.text import folded
from papercli.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from papercli.paper import Entry, Paper
    from papercli.query import Query


@value
class Listing:
    """What is known of one day's listing, besides its papers."""

    day: date
    at: float
    """When the source was asked last: seconds since 1970, UTC."""

    whole: bool = True
    """False while pages of it are missing."""

    skipped: int = 0
    """Rows that could not be read."""


@value
class Found:
    """The matches of a query: what `rows` takes, and how many papers the reader's marks keep out of sight."""

    refs: tuple[tuple[int, str | None, int | None], ...]
    hidden: int = 0


class Library:
    """`path` is the file, or ":memory:". `note(kind, text)` hears, once, why the file could not be used."""

    def __init__(self, path: str, note: Callable[[str, str], None] = lambda kind, text: None) -> None:
        self._path, self._note = path, note
        self.in_memory = path == ":memory:"
        if self.in_memory:
            self._db = in_memory()
            return
        found = opened(path)
        self._db = found.db
        if found.trouble:
            self.in_memory = True
            note("library", f"{path} cannot be used ({found.trouble}); this run keeps nothing")

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    # What is known of listings

    def newest(self, source: str = "hf") -> Listing | None:
        """The newest listing that `source` has told of when asked without a day; `at` is when that was."""
        row = self._one("SELECT day, at FROM newest WHERE source = ?", source)
        listing = self.listing(_day(row[0]), source) if row else None
        return Listing(listing.day, row[1], listing.whole, listing.skipped) if row and listing else None

    def listing(self, day: date, source: str = "hf") -> Listing | None:
        """That day's listing, or None when it was never asked for."""
        row = self._one("SELECT at, whole, skipped FROM listing WHERE day = ? AND source = ?", day.isoformat(), source)
        return row and Listing(day, row[0], bool(row[1]), row[2])

    def listings(self, first: date, last: date, source: str = "hf") -> dict[date, Listing]:
        """What is known of every day's listing from `first` to `last`, newest first."""
        span = [source, first.isoformat(), last.isoformat()]
        sql = "SELECT day, at, whole, skipped FROM listing WHERE source = ? AND day BETWEEN ? AND ? ORDER BY day DESC"
        with failures():
            rows = self._db.execute(sql, span).fetchall()
        return {_day(row[0]): Listing(_day(row[0]), row[1], bool(row[2]), row[3]) for row in rows}

    def trending(self, source: str = "hf") -> tuple[float, int] | None:
        """When the source's own rank was last asked for (seconds since 1970, UTC), and how many papers it held."""
        at, papers = self._one("SELECT min(at), count(*) FROM trending WHERE source = ?", source)
        return (at, papers) if papers else None

    def has_papers(self, day: date, source: str = "hf") -> bool:
        """Whether any paper is known to be listed on that day."""
        return self._one("SELECT 1 FROM listed WHERE day = ? AND source = ?", day.isoformat(), source) is not None

    def neighbours(self, day: date, source: str = "hf") -> tuple[date | None, date | None]:
        """The nearest days before and after `day` that are known to have a listing with papers."""
        known = "FROM listing JOIN listed USING (day, source) WHERE source = ? AND day"
        before = self._one(f"SELECT max(day) {known} < ?", source, day.isoformat())
        after = self._one(f"SELECT min(day) {known} > ?", source, day.isoformat())
        return before[0] and _day(before[0]), after[0] and _day(after[0])

    def linked_at(self, id: str) -> float | None:
        """When the paper's linked repositories were last asked for (seconds since 1970, UTC), or None."""
        row = self._one("SELECT k.at FROM linked k JOIN paper p ON p.number = k.paper WHERE p.id = ?", id)
        return float(row[0]) if row else None

    # Reading

    def find(self, query: Query, *, with_hidden: bool = False) -> Found:
        """The papers that match, in order. Hidden ones are counted and left out, unless asked for."""
        sql, values = ids(query)
        if "folded(" in sql:
            self._db.create_function("folded", 1, folded, deterministic=True)
        with failures():
            rows = self._read(sql, values)
        if query.reverse:
            rows.reverse()
            rows.sort(key=lambda row: row[2])  # what is unknown stays last
        every = with_hidden or query.ids is not None
        shown = [
            (row[0], row[1], row[10]) for row in rows if every or row[3] is None or not checked(row[3], row[4:10])[4]
        ]
        return Found(tuple(shown[: query.limit]), hidden=len(rows) - len(shown))

    def rows(self, refs: Sequence[tuple[int, str | None, int | None]], *, linked: bool = False) -> list[Entry]:
        """What is known of each, in the same order; with `linked`, its models, datasets and Spaces too."""
        with failures():
            values = {"refs": json.dumps(refs), "linked": linked, "none": None}
            return [entry(row) for row in self._read(ROWS, values)]

    # Writing

    def remember_listing(
        self, listing: Listing, papers: Sequence[Paper], *, source: str = "hf", newest: bool = False
    ) -> None:
        """Keep a day's listing: whole, it replaces the one before; in part, it adds to it.

        An answer older than what is kept changes nothing. With `newest` it is also the source's newest.
        """
        from papercli.library.remember import facts, observe, place, rank

        def write(db: sqlite3.Connection) -> None:
            day, known = listing.day.isoformat(), self.listing(listing.day, source)
            if known and known.at > listing.at:
                return
            # What came in part does not make a listing that is kept whole a part.
            part_of_whole = known is not None and known.whole and not listing.whole
            if listing.whole:
                db.execute("DELETE FROM listed WHERE day = ? AND source = ?", [day, source])
            at = int(listing.at)
            numbers = [facts(db, paper, source=source, at=at) for paper in papers]
            for paper, number in zip(papers, numbers, strict=True):
                place(db, day, paper, number, source=source)
            rank(db, day, source=source)
            observe(db, numbers, day=day, source=source, at=at)
            state = [day, source, listing.at, listing.whole, listing.skipped]
            if not part_of_whole:
                db.execute(
                    "INSERT OR REPLACE INTO listing (day, source, at, whole, skipped) VALUES (?, ?, ?, ?, ?)", state
                )
            if newest:
                db.execute(
                    "INSERT OR REPLACE INTO newest (source, day, at) VALUES (?, ?, ?)", [source, day, listing.at]
                )

        self._write(write)

    def remember_trending(self, papers: Sequence[Paper], *, source: str = "hf", at: float) -> None:
        """Keep the source's own rank, in its order; it replaces the one before."""

        def write(db: sqlite3.Connection) -> None:
            db.execute("DELETE FROM trending WHERE source = ?", [source])
            seen = dict.fromkeys(self._remember_one(db, paper, source, at) for paper in papers)
            rows = [(source, place, number, at) for place, number in enumerate(seen, start=1)]
            db.executemany("INSERT INTO trending (source, place, paper, at) VALUES (?, ?, ?, ?)", rows)

        self._write(write)

    def remember_paper(self, paper: Paper, *, source: str = "hf", at: float) -> None:
        """Keep what was said of one paper; its votes count for the listing that the row names, if that is kept."""
        self._write(lambda db: self._remember_one(db, paper, source, at))

    def _remember_one(self, db: sqlite3.Connection, paper: Paper, source: str, at: float) -> int:
        from papercli.library.remember import facts, observe, place, rank

        number, day = facts(db, paper, source=source, at=at), paper.day
        known = self.listing(_day(day), source) if day else None
        if day and (known is None or known.at <= at):
            place(db, day, paper, number, source=source)
        if known:
            rank(db, day, source=source)
        observe(db, [number], day=day or None, source=source, at=int(at))
        return number

    def saw(self, shown: Sequence[str], at: int) -> None:
        """These papers were shown to a person on a terminal. That they were is not worth a failure."""
        try:
            self._write(lambda db: saw(db, shown, at))
        except LibraryError:
            pass

    def _write(self, work: Callable[[sqlite3.Connection], object]) -> None:
        """All of `work` or nothing, in the file; where the file refuses, in memory, and the reader is told once."""
        try:
            self._transaction(work)
        except sqlite3.Error as error:
            if self.in_memory:
                raise LibraryError(f"the library failed: {why(error)}") from error
            self._note("library", f"{self._path} cannot be written ({why(error)}); this run keeps nothing")
            self._to_memory()
            self._transaction(work)

    def _transaction(self, work: Callable[[sqlite3.Connection], object]) -> None:
        self._db.execute("PRAGMA synchronous = EXTRA")  # with a rollback journal: nothing lost in a power cut
        # IMMEDIATE: a deferred transaction that turns writer fails at once when another writes.
        patiently(self._db, lambda: self._db.execute("BEGIN IMMEDIATE"), WAIT_TO_WRITE)
        try:
            work(self._db)
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    def _to_memory(self) -> None:
        """Go on in memory with all that can be read: nothing known is missing, what is hidden stays hidden."""
        self._db, self.in_memory = moved_to_memory(self._db), True

    def _one(self, sql: str, *values: object) -> Any:
        with failures():
            return next(iter(self._read(sql, values)), None)

    def _read(self, sql: str, values: Any) -> list[tuple[Any, ...]]:
        if self._db.in_transaction:
            return self._db.execute(sql, values).fetchall()
        return patiently(self._db, lambda: self._db.execute(sql, values).fetchall(), WAIT_TO_READ)


def _day(text: str) -> date:
    with failures():
        return date.fromisoformat(text)
