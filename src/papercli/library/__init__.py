"""Papers that a source has told of, their listings, what was counted when, and the reader's own marks. SQLite.

The network fills it, every screen reads it. Whatever the disk does, reading goes on: a library that cannot be used is
one in memory, and `trouble` says so.
"""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, date, datetime

from papercli.errors import LibraryError
from papercli.library.file import in_memory, opened, why
from papercli.library.find import ROWS, ids
from papercli.library.marks import checked, saw
from papercli.paper import Entry
from papercli.text import line
from papercli.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from papercli.paper import Paper
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

    refs: tuple[tuple[int, str | None], ...]
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
        listing = row and self.listing(date.fromisoformat(row[0]), source)
        return Listing(listing.day, row[1], listing.whole, listing.skipped) if row and listing else None

    def listing(self, day: date, source: str = "hf") -> Listing | None:
        """That day's listing, or None when it was never asked for."""
        row = self._one("SELECT at, whole, skipped FROM listing WHERE day = ? AND source = ?", day.isoformat(), source)
        return row and Listing(day, row[0], bool(row[1]), row[2])

    def has_papers(self, day: date, source: str = "hf") -> bool:
        """Whether any paper is known to be listed on that day."""
        return self._one("SELECT 1 FROM listed WHERE day = ? AND source = ?", day.isoformat(), source) is not None

    def neighbours(self, day: date, source: str = "hf") -> tuple[date | None, date | None]:
        """The nearest days before and after `day` that are known to have a listing with papers."""
        before = self._one("SELECT max(day) FROM listed WHERE day < ? AND source = ?", day.isoformat(), source)
        after = self._one("SELECT min(day) FROM listed WHERE day > ? AND source = ?", day.isoformat(), source)
        return tuple(row[0] and date.fromisoformat(row[0]) for row in (before, after))  # type: ignore[return-value]

    def linked_at(self, id: str) -> int | None:
        """When the paper's linked repositories were last asked for (seconds since 1970, UTC), or None."""
        row = self._one("SELECT k.at FROM linked k JOIN paper p ON p.number = k.paper WHERE p.id = ?", id)
        return int(row[0]) if row else None

    # Reading

    def find(self, query: Query, *, with_hidden: bool = False) -> Found:
        """The papers that match, in order. Hidden ones are counted and left out, unless asked for."""
        sql, values = ids(query)
        with _failures():
            rows = self._db.execute(sql, values).fetchall()
        if query.reverse:
            rows.reverse()
        shown = [(row[0], row[1]) for row in rows if with_hidden or query.ids is not None or not row[2]]
        return Found(tuple(shown[: query.limit]), hidden=len(rows) - len(shown))

    def rows(self, refs: Sequence[tuple[int, str | None]], *, linked: bool = False) -> list[Entry]:
        """What is known of each, in the same order; with `linked`, its models, datasets and Spaces too."""
        with _failures():
            values = {"refs": json.dumps(refs), "linked": linked, "none": None}
            return [_entry(row) for row in self._db.execute(ROWS, values)]

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
            if listing.whole:
                db.execute("DELETE FROM listed WHERE day = ? AND source = ?", [day, source])
            at = int(listing.at)
            numbers = [facts(db, paper, source=source, at=at) for paper in papers]
            for paper, number in zip(papers, numbers, strict=True):
                place(db, day, paper, number, source=source)
            rank(db, day, source=source)
            observe(db, numbers, day=day, source=source, at=at)
            state = [day, source, listing.at, listing.whole, listing.skipped]
            db.execute("INSERT OR REPLACE INTO listing (day, source, at, whole, skipped) VALUES (?, ?, ?, ?, ?)", state)
            if newest:
                db.execute(
                    "INSERT OR REPLACE INTO newest (source, day, at) VALUES (?, ?, ?)", [source, day, listing.at]
                )

        self._write(write)

    def remember_paper(self, paper: Paper, *, source: str = "hf", at: int) -> None:
        """Keep what was said of one paper; its votes count for the listing that the row names, if that is kept."""
        from papercli.library.remember import facts, observe, place, rank

        def write(db: sqlite3.Connection) -> None:
            number, day = facts(db, paper, source=source, at=at), paper.day or None
            on_it = "SELECT 1 FROM listed WHERE day = ? AND source = ? AND paper = ?"
            if day and db.execute(on_it, [day, source, number]).fetchone():
                place(db, day, paper, number, source=source)
                rank(db, day, source=source)
            observe(db, [number], day=day, source=source, at=at)

        self._write(write)

    def saw(self, shown: Sequence[str], at: int) -> None:
        """These papers were shown to a person on a terminal."""
        self._write(lambda db: saw(db, shown, at))

    def _write(self, work: Callable[[sqlite3.Connection], None]) -> None:
        """All of `work` or nothing, in the file; where the file refuses, in memory, and the reader is told once."""
        try:
            self._transaction(work)
        except sqlite3.Error as error:
            if self.in_memory:
                raise LibraryError(f"the library failed: {why(error)}") from error
            self._note("library", f"{self._path} cannot be written ({why(error)}); this run keeps nothing")
            self._to_memory()
            self._transaction(work)

    def _transaction(self, work: Callable[[sqlite3.Connection], None]) -> None:
        self._db.execute("PRAGMA synchronous = EXTRA")  # with a rollback journal: nothing lost in a power cut
        self._db.execute("BEGIN IMMEDIATE")  # a deferred one that turns writer fails at once when another writes
        try:
            work(self._db)
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    def _to_memory(self) -> None:
        """Go on in memory with the reader's marks, so that what is hidden stays hidden."""
        memory, tables = in_memory(), ("mark", "tag", "note")
        for table in tables:
            try:
                rows = self._db.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - names from the line above
            except sqlite3.Error:
                continue
            if rows:
                memory.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)  # noqa: S608
        self._db.close()
        self._db, self.in_memory = memory, True

    def _one(self, sql: str, *values: object) -> Any:
        with _failures():
            return self._db.execute(sql, values).fetchone()


class _failures:  # noqa: N801 - reads as a word: with _failures()
    """SQLite's own words become ours; anything else is a bug and passes."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, sqlite3.Error) and _is_damage(error):
            raise LibraryError(f"the library cannot be read: {why(error)}") from error


def _is_damage(error: sqlite3.Error) -> bool:
    """Whether the file is at fault and not our SQL. A table that is not there was taken out by someone."""
    ours = getattr(error, "sqlite_errorcode", 0) & 0xFF == 1  # SQLITE_ERROR: "SQL error or missing database"
    return not ours or "no such table" in str(error)


def _entry(row: tuple[Any, ...]) -> Entry:
    """A row of ROWS, in its order, as an Entry. Text is cleaned here once more: the file may have been written by
    another hand, and every way to a terminal leads through here."""
    (id, title, authors, abstract, published, updated, listed, rank, upvotes, comments, submitter, submitter_name,
     organization, organization_name, ai_summary, keywords, code, stars, project, media, thumbnail, categories, doi,
     journal_ref, arxiv_comment, version, sources, first_seen, fetched_at, *marks, tags, note, linked,
    ) = row  # fmt: skip
    id, known_to = line(id, 100), _list(sources)
    page = "https://huggingface.co/papers/" if "hf" in known_to else "https://arxiv.org/abs/"
    seen, read, starred, later, hidden = checked(id, marks)
    return Entry(
        id, line(title), _list(authors), line(abstract, LONGEST), _day(published), _day(updated), _day(listed), rank,
        upvotes, comments, _text(submitter), _text(submitter_name), _text(organization), _text(organization_name),
        _text(ai_summary), _list(keywords), _text(code), stars, _text(project), _list(media), _text(thumbnail),
        _list(categories), _text(doi), _text(journal_ref), _text(arxiv_comment), version, known_to, page + id,
        f"https://arxiv.org/abs/{id}", f"https://arxiv.org/pdf/{id}", _instant(first_seen), _instant(fetched_at),
        seen, read, starred, later, hidden, _list(tags), _text(note), _clean(json.loads(linked)) if linked else None,
    )  # fmt: skip


LONGEST = 20_000


def _text(text: str | None) -> str | None:
    return None if text is None else line(text, LONGEST)


def _list(text: str) -> tuple[str, ...]:
    return tuple([line(item) for item in json.loads(text)]) if text != "[]" else ()


def _clean(data: Any) -> Any:
    """JSON data with every text in it cleaned."""
    if isinstance(data, str):
        return line(data)
    if isinstance(data, dict):
        return {line(name): _clean(item) for name, item in data.items()}
    return [_clean(item) for item in data] if isinstance(data, list) else data


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
