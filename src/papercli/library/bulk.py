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

MEMORY = 64 << 20
"""Bytes of the file that are held in memory: what one transaction changes, so that others can read until it ends."""


def add(store: Store, papers: Sequence[Paper], *, source: str, at: float) -> None:
    """Keep what `source` said of `papers` at `at` (seconds since 1970): on the disk when this returns.

    Raises LibraryError when that cannot be; then none of them is kept.
    """

    def write(db: sqlite3.Connection) -> None:
        db.execute(f"PRAGMA cache_size = {-MEMORY // 1024}")
        facts(db, papers, source=source, at=at)

    store.keep(write)


def knows(store: Store, ids: Sequence[str], *, source: str) -> bool:
    """Whether `source` has told of all of these."""
    marks = ", ".join("?" * len(ids))
    sql = f"SELECT count(*) FROM paper WHERE id IN ({marks}) AND instr(sources, json_quote(?))"  # noqa: S608
    with failures():
        return bool(store.one(sql, *ids, source)[0] == len(set(ids)))
