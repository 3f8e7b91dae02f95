"""A checksum for every row of facts that is shown: a flipped bit must not become a wrong title or number of votes.

What a source said can be asked for again: a row whose checksum is wrong is left out, and the next answer replaces it.
"""

from __future__ import annotations

from papercli.library.own import checksum

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

_PAPER = (
    "number", "id", "title", "authors", "abstract", "published", "updated", "organization", "organization_name",
    "ai_summary", "keywords", "code", "project", "media", "thumbnail", "categories", "doi", "journal_ref",
    "arxiv_comment", "version", "sources", "upvotes", "comments", "stars", "submitter", "submitter_name", "first_seen",
    "fetched_at",
)  # fmt: skip
_LISTED = (
    "day", "source", "paper", "rank", "upvotes", "comments", "stars", "submitter", "submitter_name", "submitted",
    "announce",
)  # fmt: skip
COLUMNS = {"paper": _PAPER, "listed": _LISTED}
"""The columns of each table that is summed up, in the order in which they are."""


def right(table: str, alias: str) -> str:
    """SQL that is true for a row of the table, called `alias`, which is as it was written."""
    return f"{alias}.checksum IS summed({', '.join(f'{alias}.{name}' for name in COLUMNS[table])})"


def sum_up(table: str) -> str:
    """SQL that sums up rows of the table: all of them, or those for which a WHERE after it holds."""
    return f"UPDATE {table} SET checksum = summed({', '.join(COLUMNS[table])})"  # noqa: S608 - the names are ours


def make_ready(db: sqlite3.Connection) -> None:
    """Give the connection the function `summed`, which all of this takes."""
    db.create_function("summed", -1, _summed, deterministic=True)


def _summed(*columns: object) -> int | None:
    try:
        return checksum(*columns)
    except TypeError:  # a blob, which no papercli writes
        return None
