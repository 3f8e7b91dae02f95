"""Very many papers at once, from a file: facts that must last, with nothing that was counted or listed."""

from __future__ import annotations

from papercli.library.failures import failures
from papercli.library.remember import facts

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from papercli.library.store import Store
    from papercli.paper import Paper

PAGES = 64 << 20
"""Bytes of the file that are held in memory: what one transaction changes, so that others can read until it ends."""

WORDS, USUAL = 32 << 20, 1 << 20
"""Bytes of words that an index gathers before it writes them; a third of the time is saved. What it does by itself is
the second (sqlite.org/fts5.html says nothing of it; `hashsize` stands in fts5_config.c)."""


def add(store: Store, papers: Sequence[Paper], *, source: str, at: float) -> None:
    """Keep what `source` said of `papers` at `at` (seconds since 1970): on the disk when this returns.

    Raises LibraryError when that cannot be; then none of them is kept.
    """

    def write(db: sqlite3.Connection) -> None:
        db.execute(f"PRAGMA cache_size = {-PAGES // 1024}")
        _gather(db, WORDS)
        facts(db, papers, source=source, at=at)
        _gather(db, USUAL)  # it is written into the file, and would hold for everyone

    store.keep(write)


def _gather(db: sqlite3.Connection, bytes: int) -> None:
    for index in ("words", "spelt"):
        db.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('hashsize', ?)", [bytes])  # noqa: S608


def knows(store: Store, ids: Sequence[str], *, source: str) -> bool:
    """Whether `source` has told of all of these."""
    marks = ", ".join("?" * len(ids))
    sql = f"SELECT count(*) FROM paper WHERE id IN ({marks}) AND instr(sources, json_quote(?))"  # noqa: S608
    with failures():
        return bool(store.one(sql, *ids, source)[0] == len(set(ids)))
