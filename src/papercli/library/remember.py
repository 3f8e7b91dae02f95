"""Writing down what a source said. Facts are joined, never blanked; observations are only added."""

from __future__ import annotations

import json
import zlib

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from papercli.paper import Paper

# A column that the new answer leaves empty keeps what is known: a search hit lacks much of what a listing said.
_FACTS = (
    "published", "updated", "organization", "organization_name", "ai_summary", "code", "project", "thumbnail",
    "doi", "journal_ref", "arxiv_comment", "version",
)  # fmt: skip
_LISTS = ("authors", "keywords", "media", "categories")
_COUNTS = ("upvotes", "comments", "stars", "submitter", "submitter_name")

_NEWER = "excluded.fetched_at >= fetched_at"


def _newest_said(column: str, blank: str = "NULL") -> str:
    """SQL that sets the column to what was said last; what was said earlier only fills a blank."""
    new, old = f"nullif(excluded.{column}, {blank})", f"nullif({column}, {blank})"
    value = f"iif({_NEWER}, coalesce({new}, {old}), coalesce({old}, {new}))"
    return f"{column} = " + (value if blank == "NULL" else f"coalesce({value}, {blank})")


_UPSERT = f"""
INSERT INTO paper (id, title, abstract, {", ".join(_FACTS + _LISTS + _COUNTS)}, sources, first_seen, fetched_at)
VALUES (:id, :title, :abstract, {", ".join(":" + name for name in _FACTS + _LISTS + _COUNTS)},
    json_array(:source), :at, :at)
ON CONFLICT (id) DO UPDATE SET
    title = iif({_NEWER}, excluded.title, title),
    {", ".join(_newest_said(name, "''") for name in ("abstract",))},
    {", ".join(_newest_said(name, "'[]'") for name in _LISTS)},
    {", ".join(_newest_said(name) for name in _FACTS + _COUNTS)},
    sources = iif(instr(sources, json_quote(:source)), sources, json_insert(sources, '$[#]', :source)),
    fetched_at = max(fetched_at, excluded.fetched_at)
"""  # noqa: S608 - the names are ours


def facts(db: sqlite3.Connection, paper: Paper, *, source: str, at: float) -> int:
    """Keep what `source` said of `paper` at `at` (seconds since 1970); returns the paper's number."""
    second = int(at)
    row: dict[str, object] = {name: getattr(paper, name) or None for name in _FACTS}
    row |= {name: json.dumps(getattr(paper, name), ensure_ascii=False) for name in _LISTS}
    row |= {"id": paper.id, "title": paper.title, "abstract": paper.abstract, "source": source, "at": second}
    row |= {day: value and str(value) for day in ("published", "updated") for value in (row[day],)}
    row |= {name: _count(getattr(paper, name)) for name in _COUNTS}
    before = _indexed(db, paper.id)
    db.execute(_UPSERT, row)
    number = _index(db, before, _indexed(db, paper.id))
    if paper.row:
        db.execute(
            "INSERT INTO answered (paper, source, at, row) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE"
            " SET at = excluded.at, row = excluded.row WHERE excluded.at >= at",
            [number, source, second, zlib.compress(paper.row, 6)],
        )
    if paper.linked is not None:
        repositories = json.dumps(paper.linked, ensure_ascii=False)
        db.execute(
            "INSERT INTO linked VALUES (?, ?, ?) ON CONFLICT DO UPDATE"
            " SET at = excluded.at, repositories = excluded.repositories WHERE excluded.at >= at",
            [number, at, repositories],
        )
    return number


def _indexed(db: sqlite3.Connection, id: str) -> tuple[int, str, str, str] | None:
    found: tuple[int, str, str, str] | None = db.execute(
        "SELECT number, title, abstract, keywords FROM paper WHERE id = ?", [id]
    ).fetchone()
    return found


def _index(db: sqlite3.Connection, before: tuple[object, ...] | None, after: tuple[int, str, str, str] | None) -> int:
    """Bring the word index in step with the paper; returns the paper's number. An external-content FTS5 table must be
    told the old words to forget them (sqlite.org/fts5.html#external_content_tables)."""
    assert after is not None  # noqa: S101 - it was written a line ago
    if before != after:
        if before:
            db.execute(
                "INSERT INTO words (words, rowid, title, abstract, keywords) VALUES ('delete', ?, ?, ?, ?)", before
            )
        db.execute("INSERT INTO words (rowid, title, abstract, keywords) VALUES (?, ?, ?, ?)", after)
    return after[0]


def place(db: sqlite3.Connection, day: str, paper: Paper, number: int, *, source: str) -> None:
    """Put the paper on the listing of `day`. Of two rows in one answer the later submitted counts."""
    db.execute(
        "INSERT INTO listed (day, source, paper, rank, upvotes, comments, stars, submitter, submitter_name, submitted)"
        " VALUES (?, ?, ?, NULL, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
        " upvotes = coalesce(excluded.upvotes, upvotes), comments = coalesce(excluded.comments, comments),"
        " stars = coalesce(excluded.stars, stars), submitter = coalesce(excluded.submitter, submitter),"
        " submitter_name = coalesce(excluded.submitter_name, submitter_name), submitted = excluded.submitted"
        " WHERE coalesce(excluded.submitted, '') >= coalesce(submitted, '')",
        [day, source, number, *(_count(getattr(paper, name)) for name in _COUNTS), paper.submitted or None],
    )


def rank(db: sqlite3.Connection, day: str, *, source: str) -> None:
    """Give the day's listing its places again: by upvotes, ties by id, newest first."""
    rows = db.execute(
        "SELECT l.paper FROM listed l JOIN paper p ON p.number = l.paper WHERE l.day = ? AND l.source = ?"
        " ORDER BY l.upvotes IS NULL, l.upvotes DESC, p.id GLOB '[0-9]*' DESC, p.id DESC",
        [day, source],
    ).fetchall()
    db.executemany(
        "UPDATE listed SET rank = ? WHERE day = ? AND source = ? AND paper = ?",
        [(place, day, source, number) for place, (number,) in enumerate(rows, start=1)],
    )


def observe(db: sqlite3.Connection, numbers: Iterable[int], *, day: str | None, source: str, at: int) -> None:
    """Add what is counted now, for every paper in `numbers`; `day` is the listing that told it, None for no listing."""
    db.executemany(
        "INSERT OR IGNORE INTO observation (paper, at, day, rank, upvotes, comments, stars)"
        " SELECT p.number, ?, l.day, l.rank, coalesce(l.upvotes, p.upvotes), coalesce(l.comments, p.comments),"
        " coalesce(l.stars, p.stars) FROM paper p"
        " LEFT JOIN listed l ON l.paper = p.number AND l.day = ? AND l.source = ? WHERE p.number = ?",
        [(at, day, source, number) for number in numbers],
    )


def _count(given: object) -> object:
    """0 is a number that was counted; "" is a name that was not given."""
    return None if given == "" else given
