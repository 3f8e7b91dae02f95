"""Writing down what a source said. Facts are joined, never blanked; observations are only added."""

from __future__ import annotations

import json
import zlib

from papercli.library.news import noted, state
from papercli.library.sums import right, sum_up
from papercli.numbers import numbered
from papercli.paper import BEST_OF_ARXIV

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from papercli.library import Listing
    from papercli.paper import Paper

    _Texts = tuple[int, str, str, str]
    """A paper's number, title, abstract and keywords."""

# A column that the new answer leaves empty keeps what is known: a search hit lacks much of what a listing said.
_FACTS = (
    "published", "updated", "organization", "organization_name", "ai_summary", "code", "project", "thumbnail",
    "doi", "journal_ref", "arxiv_comment", "version",
)  # fmt: skip
_LISTS = ("authors", "keywords", "media", "categories")
_COUNTS = ("upvotes", "comments", "stars", "submitter", "submitter_name")

# What arXiv itself says of a paper is better than what others say of it, whenever that was; but not an older version,
# such as a file that was fetched a year ago may hold.
_NEWER = "excluded.fetched_at >= fetched_at"
_BETTER = f"""CASE
    WHEN NOT instr(sources, '"arxiv"') THEN :source = 'arxiv' OR {_NEWER}
    ELSE :source = 'arxiv' AND {_NEWER} AND coalesce(excluded.version, version, 0) >= coalesce(version, 0)
END"""


def _newest_said(column: str, blank: str = "NULL") -> str:
    """SQL that sets the column to what was said last, or by who knows best; what others said only fills a blank."""
    new, old = f"nullif(excluded.{column}, {blank})", f"nullif({column}, {blank})"
    wins = _BETTER if column in BEST_OF_ARXIV else _NEWER
    value = f"iif({wins}, coalesce({new}, {old}), coalesce({old}, {new}))"
    return f"{column} = " + (value if blank == "NULL" else f"coalesce({value}, {blank})")


_UPSERT = f"""
INSERT INTO paper (number, id, title, abstract, {", ".join(_FACTS + _LISTS + _COUNTS)}, sources, first_seen, fetched_at)
VALUES (:number, :id, :title, :abstract, {", ".join(":" + name for name in _FACTS + _LISTS + _COUNTS)},
    json_array(:source), :at, :at)
ON CONFLICT (id) DO UPDATE SET
    title = iif({_BETTER}, excluded.title, title),
    {", ".join(_newest_said(name, "''") for name in ("abstract",))},
    {", ".join(_newest_said(name, "'[]'") for name in _LISTS)},
    {", ".join(_newest_said(name) for name in _FACTS + _COUNTS)},
    sources = iif(instr(sources, json_quote(:source)), sources, json_insert(sources, '$[#]', :source)),
    fetched_at = max(fetched_at, excluded.fetched_at)
"""  # noqa: S608 - the names are ours


# What is damaged must not be joined with what is said now, and then be summed up as if it were right.
_UNLESS_RIGHT = f"DELETE FROM paper AS p WHERE id = ? AND NOT ({right('paper', 'p')})"  # noqa: S608 - the names are ours
_SUM_UP = f"{sum_up('paper')} WHERE number = ?"
_SUM_UP_DAY = f"{sum_up('listed')} WHERE day = ? AND source = ?"


def listing(
    db: sqlite3.Connection,
    listing: Listing,
    known: Listing | None,
    papers: Sequence[Paper],
    *,
    source: str,
    newest: bool,
) -> None:
    """Keep the listing of a day of which `known` is kept. An answer older than that changes nothing."""
    if known and known.at > listing.at:
        return
    # What came in part does not make a listing that is kept whole a part.
    part_of_whole = known is not None and known.whole and not listing.whole
    day, at = listing.day.isoformat(), int(listing.at)
    if listing.whole:
        db.execute("DELETE FROM listed WHERE day = ? AND source = ?", [day, source])
    numbers = facts(db, papers, source=source.partition(":")[0], at=at)
    for paper, number in zip(papers, numbers, strict=True):
        place(db, day, paper, number, source=source)
    rank(db, day, source=source)
    db.execute(_SUM_UP_DAY, [day, source])
    observe(db, zip(numbers, papers, strict=True), day=day, source=source, at=at)
    state = [day, source, listing.at, listing.whole, listing.skipped]
    if not part_of_whole:
        db.execute("INSERT OR REPLACE INTO listing (day, source, at, whole, skipped) VALUES (?, ?, ?, ?, ?)", state)
    if newest:
        db.execute("INSERT OR REPLACE INTO newest (source, day, at) VALUES (?, ?, ?)", [source, day, listing.at])


def one(db: sqlite3.Connection, paper: Paper, known: Listing | None, *, source: str, at: float) -> int:
    """Keep a single paper; its votes count for the listing that its row names, of which `known` is kept. Returns the
    paper's number."""
    (number,), day = facts(db, [paper], source=source, at=at), paper.day
    if day and (known is None or known.at <= at):
        place(db, day, paper, number, source=source)
    if known:
        rank(db, day, source=source)
    if day:
        db.execute(_SUM_UP_DAY, [day, source])
    observe(db, [(number, paper)], day=day or None, source=source, at=int(at))
    return number


def facts(db: sqlite3.Connection, papers: Sequence[Paper], *, source: str, at: float) -> list[int]:
    """Keep what `source` said of `papers` at `at` (seconds since 1970); returns their numbers, in the same order."""
    texts: dict[int, tuple[_Texts | None, _Texts]] = {}
    numbers: list[int] = []
    for paper in papers:
        before = _texts(db, paper.id)
        if before:
            db.execute(_UNLESS_RIGHT, [paper.id])
        known = state(db, before[0]) if before and source == "arxiv" else None
        _write(db, paper, source=source, at=int(at))
        if before and known:
            noted(db, before[0], known, int(at))
        after = _texts(db, paper.id)
        assert after is not None  # noqa: S101 - it was written a line ago
        number = after[0]
        _write_rest(db, paper, number, source=source, at=at)
        db.execute(_SUM_UP, [number])
        texts[number] = (texts[number][0] if number in texts else before, after)
        numbers.append(number)
    _index(db, texts)
    return numbers


def _write(db: sqlite3.Connection, paper: Paper, *, source: str, at: int) -> None:
    row: dict[str, object] = {name: getattr(paper, name) or None for name in _FACTS}
    row |= {name: json.dumps(getattr(paper, name), ensure_ascii=False) for name in _LISTS}
    row |= {"number": numbered(paper.id), "id": paper.id, "title": paper.title, "abstract": paper.abstract}
    row |= {day: value and str(value) for day in ("published", "updated") for value in (row[day],)}
    row |= {name: _count(getattr(paper, name)) for name in _COUNTS}
    db.execute(_UPSERT, row | {"source": source, "at": at})


def _write_rest(db: sqlite3.Connection, paper: Paper, number: int, *, source: str, at: float) -> None:
    """The row as it was answered, and the repositories that name the paper, where they were told."""
    if paper.row:
        db.execute(
            "INSERT INTO answered (paper, source, at, row) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE"
            " SET at = excluded.at, row = excluded.row WHERE excluded.at >= at",
            [number, source, int(at), zlib.compress(paper.row, 6)],
        )
    if paper.linked is not None:
        repositories = json.dumps(paper.linked, ensure_ascii=False)
        db.execute(
            "INSERT INTO linked VALUES (?, ?, ?) ON CONFLICT DO UPDATE"
            " SET at = excluded.at, repositories = excluded.repositories WHERE excluded.at >= at",
            [number, at, repositories],
        )


def _texts(db: sqlite3.Connection, id: str) -> _Texts | None:
    """What the word indexes hold of the paper."""
    found: _Texts | None = db.execute(
        "SELECT number, title, abstract, keywords FROM paper WHERE id = ?", [id]
    ).fetchone()
    return found


def _index(db: sqlite3.Connection, texts: dict[int, tuple[_Texts | None, _Texts]]) -> None:
    """Bring the word indexes in step with papers whose texts were the first and are the second of a pair.

    An external-content FTS5 table must be told the old words to forget them
    (sqlite.org/fts5.html#external_content_tables). It writes out what it gathered as soon as a number is not above the
    one before it, so they come in order: that takes less than half the time.
    """
    changed = [pair for _, pair in sorted(texts.items()) if pair[0] != pair[1]]
    for index in ("words", "spelt"):
        for before, after in changed:
            if before:
                db.execute(
                    f"INSERT INTO {index} ({index}, rowid, title, abstract, keywords) VALUES ('delete', ?, ?, ?, ?)",  # noqa: S608
                    before,
                )
            db.execute(f"INSERT INTO {index} (rowid, title, abstract, keywords) VALUES (?, ?, ?, ?)", after)  # noqa: S608


def place(db: sqlite3.Connection, day: str, paper: Paper, number: int, *, source: str) -> None:
    """Put the paper on the listing of `day`. Of two rows in one answer the later submitted counts."""
    db.execute(
        "INSERT INTO listed"
        " (day, source, paper, rank, upvotes, comments, stars, submitter, submitter_name, submitted, announce)"
        " VALUES (?, ?, ?, NULL, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
        " upvotes = coalesce(excluded.upvotes, upvotes), comments = coalesce(excluded.comments, comments),"
        " stars = coalesce(excluded.stars, stars), submitter = coalesce(excluded.submitter, submitter),"
        " submitter_name = coalesce(excluded.submitter_name, submitter_name), submitted = excluded.submitted"
        " WHERE coalesce(excluded.submitted, '') >= coalesce(submitted, '')",
        [
            day,
            source,
            number,
            *(_count(getattr(paper, name)) for name in _COUNTS),
            paper.submitted or None,
            paper.announce or None,
        ],
    )


def rank(db: sqlite3.Connection, day: str, *, source: str) -> None:
    """Give the day's listing its places again: by upvotes, ties by id, newest first. Without votes there are none."""
    votes = "SELECT 1 FROM listed WHERE day = ? AND source = ? AND upvotes IS NOT NULL"
    if not db.execute(votes, [day, source]).fetchone():
        return
    rows = db.execute(
        "SELECT l.paper FROM listed l JOIN paper p ON p.number = l.paper WHERE l.day = ? AND l.source = ?"
        " ORDER BY l.upvotes IS NULL, l.upvotes DESC, p.id GLOB '[0-9]*' DESC, p.id DESC",
        [day, source],
    ).fetchall()
    db.executemany(
        "UPDATE listed SET rank = ? WHERE day = ? AND source = ? AND paper = ?",
        [(place, day, source, number) for place, (number,) in enumerate(rows, start=1)],
    )


def observe(
    db: sqlite3.Connection, looked: Iterable[tuple[int, Paper]], *, day: str | None, source: str, at: int
) -> None:
    """Add what is counted now, for each paper's number and what was answered of it; `day` is the listing that told it,
    None for no listing. Votes that the answer does not count were not looked at."""
    db.executemany(
        "INSERT OR IGNORE INTO observation (paper, at, day, rank, upvotes, comments, stars)"
        " SELECT p.number, ?, l.day, l.rank, ?, coalesce(l.comments, p.comments), coalesce(l.stars, p.stars)"
        " FROM paper p LEFT JOIN listed l ON l.paper = p.number AND l.day = ? AND l.source = ? WHERE p.number = ?",
        [(at, paper.upvotes, day, source, number) for number, paper in looked if day or paper.upvotes is not None],
    )


def _count(given: object) -> object:
    """0 is a number that was counted; "" is a name that was not given."""
    return None if given == "" else given
