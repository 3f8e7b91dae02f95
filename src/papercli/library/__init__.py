"""Papers that a source has told of, their listings, what was counted when, and the reader's own marks. SQLite.

The network fills it, every screen reads it.
"""

from __future__ import annotations

import json
from datetime import date

from papercli.errors import LibraryError
from papercli.library.entries import Rows
from papercli.library.failures import failures
from papercli.library.find import counts, ids
from papercli.library.own import intact, saw
from papercli.library.store import Store
from papercli.library.sums import right
from papercli.text import folded
from papercli.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from typing import Any

    from papercli.library.history import History
    from papercli.library.looked import Looks
    from papercli.library.marks import Marks
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


if TYPE_CHECKING:
    Ref = tuple[int, str | None, str | None, int | None]
    """A paper's number, day and source of the listing that it is shown from, and its rank where that is another."""


@value
class Found:
    """The matches of a query: what `rows` takes, and how many papers of a listing are hidden or muted."""

    refs: tuple[Ref, ...]
    hidden: int = 0


class Library(Store):
    """A store of papers. What belongs to one noun has a room of its own, opened when asked for."""

    @property
    def marks(self) -> Marks:
        """The reader's own marks, and taking changes of them back."""
        from papercli.library.marks import Marks

        return Marks(self)

    @property
    def looks(self) -> Looks:
        """How far the reader has come in what is new."""
        from papercli.library.looked import Looks

        return Looks(self)

    @property
    def history(self) -> History:
        """What was counted over time."""
        from papercli.library.history import History

        return History(self)

    # What is known of listings

    def newest(self, source: str = "hf") -> Listing | None:
        """The newest listing that `source` has told of when asked without a day; `at` is when that was."""
        row = self.one("SELECT day, at FROM newest WHERE source = ?", source)
        listing = self.listing(_day(row[0]), source) if row else None
        return Listing(listing.day, row[1], listing.whole, listing.skipped) if row and listing else None

    def listing(self, day: date, source: str = "hf") -> Listing | None:
        """That day's listing, or None when it was never asked for."""
        row = self.one("SELECT at, whole, skipped FROM listing WHERE day = ? AND source = ?", day.isoformat(), source)
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
        at, papers = self.one("SELECT min(at), count(*) FROM trending WHERE source = ?", source)
        return (at, papers) if papers else None

    def answered(self, id: str) -> list[tuple[str, int, bytes]]:
        """(source, when in seconds since 1970, the row as it was answered) for every source that told of the paper."""
        import zlib

        sql = "SELECT a.source, a.at, a.row FROM answered a JOIN paper p ON p.number = a.paper WHERE p.id = ?"
        with failures():
            rows = self.read(sql, [id])
        return [(source, at, zlib.decompressobj().decompress(row, 1 << 24)) for source, at, row in rows]

    def knows(self, id: str) -> bool:
        """Whether any source has told of the paper, and that is as it was written."""
        return self.one(f"SELECT 1 FROM paper p WHERE id = ? AND {right('paper', 'p')}", id) is not None  # noqa: S608

    def has_any(self) -> bool:
        """Whether there is any paper at all."""
        return self.one("SELECT 1 FROM paper LIMIT 1") is not None

    def has_papers(self, day: date, source: str = "hf") -> bool:
        """Whether any paper is known to be listed on that day."""
        return self.one("SELECT 1 FROM listed WHERE day = ? AND source = ?", day.isoformat(), source) is not None

    def share(self, source: str, first: date, last: date) -> dict[str, int]:
        """How many papers the source's listings of these days hold, by how they were announced ("" where that is not
        said)."""
        days = "FROM listed WHERE source = ? AND day BETWEEN ? AND ?"
        sql = f"SELECT coalesce(announce, ''), count(DISTINCT paper) {days} GROUP BY 1"
        with failures():
            return dict(self.read(sql, [source, first.isoformat(), last.isoformat()]))

    def neighbours(self, day: date, source: str = "hf") -> tuple[date | None, date | None]:
        """The nearest days before and after `day` that are known to have a listing with papers."""
        known = "FROM listing JOIN listed USING (day, source) WHERE source = ? AND day"
        before = self.one(f"SELECT max(day) {known} < ?", source, day.isoformat())
        after = self.one(f"SELECT min(day) {known} > ?", source, day.isoformat())
        return before[0] and _day(before[0]), after[0] and _day(after[0])

    def oldest_word(self, ids: Sequence[str], source: str) -> int:
        """When the source last spoke of these papers, of the one that it is longest ago for (seconds since 1970, UTC);
        0 when it has never spoken of one of them."""
        told = "answered a ON a.paper = p.number AND a.source = ?"
        sql = f"SELECT count(*), min(a.at) FROM json_each(?) i JOIN paper p ON p.id = i.value JOIN {told}"  # noqa: S608
        known, at = self.one(sql, json.dumps(list(ids)), source)
        return int(at) if known == len(ids) and at else 0

    def linked_at(self, id: str) -> float | None:
        """When the paper's linked repositories were last asked for (seconds since 1970, UTC), or None."""
        joined = f"linked k JOIN paper p ON p.number = k.paper AND {right('paper', 'p')}"
        row = self.one(f"SELECT k.at FROM {joined} WHERE p.id = ?", id)  # noqa: S608 - the names are ours
        return float(row[0]) if row else None

    # Reading

    def find(self, query: Query) -> Found:
        """The papers that match, in order; hidden and muted ones as the query says."""
        sql, values, is_listing = ids(query)
        with failures():
            rows = self._matching(sql, values)
            if query.limit and "window" in values and len(rows) < query.limit:
                rows = self._matching(sql, {**values, "window": 1 << 62})  # what else matches is older than the window
        if not is_listing:  # of a million papers: once in memory is enough
            return Found(tuple(rows))
        shown = [ref for *ref, out in rows if not out]
        return Found(tuple(map(tuple, shown[: query.limit])), hidden=len(rows) - len(shown))

    def count(self, query: Query) -> tuple[int, int]:
        """How many papers match, and how many more are hidden or muted; the query's limit aside."""
        with failures():
            ((matches, hidden),) = self._matching(*counts(query))
        return matches - hidden, hidden

    def _matching(self, sql: str, values: dict[str, object]) -> list[tuple[Any, ...]]:
        """Read with the functions of ours that conditions may call."""
        self._db.create_function("intact", -1, intact, deterministic=True)
        if "folded(" in sql:
            self._db.create_function("folded", 1, folded, deterministic=True)
        return self.read(sql, values)

    def rows(self, refs: Sequence[Ref], *, linked: bool = False) -> list[Entry]:
        """What is known of each, in the same order; with `linked`, its models, datasets and Spaces too. What is not as
        it was written is left out, and the reader is told."""
        return list(Rows(self.read, self._note, refs, linked=linked))

    def each(self, refs: Sequence[Ref]) -> Rows:
        """`rows`, for as many papers as there are: they are read as one goes through them."""
        return Rows(self.read, self._note, refs)

    # Writing

    def remember_listing(
        self, listing: Listing, papers: Sequence[Paper], *, source: str = "hf", newest: bool = False
    ) -> None:
        """Keep a day's listing: whole, it replaces the one before; in part, it adds to it.

        An answer older than what is kept changes nothing. With `newest` it is also the source's newest.
        """
        self.remember_listings([(listing, papers)], source=source, newest=newest)

    def remember_listings(
        self, listings: Sequence[tuple[Listing, Sequence[Paper]]], *, source: str = "hf", newest: bool = False
    ) -> None:
        """`remember_listing` for each, all of them or none."""
        from papercli.library.remember import listing as remember

        def write(db: sqlite3.Connection) -> None:
            for each, papers in listings:
                remember(db, each, self.listing(each.day, source), papers, source=source, newest=newest)

        self.write(write)

    def still_newest(self, source: str, at: float) -> None:
        """The source was asked, and has nothing newer than what is kept."""
        self.write(lambda db: db.execute("UPDATE newest SET at = ? WHERE source = ?", [at, source]))

    def remember_trending(self, papers: Sequence[Paper], *, source: str = "hf", at: float) -> None:
        """Keep the source's own rank, in its order; it replaces the one before."""

        def write(db: sqlite3.Connection) -> None:
            db.execute("DELETE FROM trending WHERE source = ?", [source])
            seen = dict.fromkeys(self._remember_one(db, paper, source, at) for paper in papers)
            rows = [(source, place, number, at) for place, number in enumerate(seen, start=1)]
            db.executemany("INSERT INTO trending (source, place, paper, at) VALUES (?, ?, ?, ?)", rows)

        self.write(write)

    def remember_papers(self, papers: Sequence[Paper], *, source: str = "hf", at: float) -> None:
        """Keep what was said of single papers; their votes count for the listings that the rows name, if kept."""
        self.write(lambda db: [self._remember_one(db, paper, source, at) for paper in papers])

    def remember_paper(self, paper: Paper, *, source: str = "hf", at: float) -> None:
        """`remember_papers` for one."""
        self.remember_papers([paper], source=source, at=at)

    def _remember_one(self, db: sqlite3.Connection, paper: Paper, source: str, at: float) -> int:
        from papercli.library.remember import one

        known = self.listing(_day(paper.day), source) if paper.day else None
        return one(db, paper, known, source=source, at=at)

    def saw(self, shown: Sequence[str], at: int) -> None:
        """These papers were shown to a person on a terminal. That they were is not worth a failure."""
        try:
            self.write(lambda db: saw(db, shown, at))
        except LibraryError:
            pass


def _day(text: str) -> date:
    with failures():
        return date.fromisoformat(text)
