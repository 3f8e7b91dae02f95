"""The reader's own marks. Only the reader changes them, every change can be taken back, and each row carries a
checksum, because a flipped bit in a mark would be a lie that nobody can ask a source about."""

from __future__ import annotations

import json
import zlib

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

NAMES = ("seen", "read", "starred", "later", "hidden")


def checksum(*columns: object) -> int:
    """CRC-32 of a mark's columns in order, as JSON."""
    return zlib.crc32(json.dumps(columns).encode())


def checked(id: str, columns: Sequence[int | None]) -> tuple[bool, bool, bool, bool, bool]:
    """The five marks as yes or no, from their columns and the checksum; a row whose checksum is wrong says nothing."""
    *marks, kept = columns
    if kept is None or kept != checksum(id, *marks):
        return False, False, False, False, False
    return tuple(mark is not None for mark in marks)  # type: ignore[return-value]


def saw(db: sqlite3.Connection, ids: Sequence[str], at: int) -> None:
    """Mark as seen. Seeing is no decision, so there is nothing to undo and no entry in the log."""
    known = "SELECT i.value FROM json_each(?) i LEFT JOIN mark m ON m.id = i.value WHERE m.seen IS NULL"
    for (id,) in db.execute(known, [json.dumps(list(ids))]).fetchall():
        _put(db, id, {"seen": at})


def mark(
    db: sqlite3.Connection, ids: Sequence[str], changes: Mapping[str, int | None], *, by: str, clock: int, machine: str
) -> int:
    """Set (seconds since 1970) or clear (None) marks on papers, and write down how to undo it.

    `clock` is milliseconds since 1970, `machine` names this one, `by` who asked ("cli", "sync", ...).
    Returns the number of the entry in the undo log, whose clock is later than any before it.
    """
    before = {id: {name: _get(db, id)[name] for name in changes} for id in ids}
    for id in ids:
        _put(db, id, changes)
    after = {id: dict(changes) for id in ids}
    last: int = db.execute("SELECT coalesce(max(clock), 0) FROM undo").fetchone()[0]
    row = [max(clock, last + 1), machine, by, json.dumps(before), json.dumps(after)]
    cursor = db.execute("INSERT INTO undo (clock, machine, by, before, after) VALUES (?, ?, ?, ?, ?)", row)
    return cursor.lastrowid or 0


def _get(db: sqlite3.Connection, id: str) -> dict[str, int | None]:
    row = db.execute("SELECT seen, read, starred, later, hidden FROM mark WHERE id = ?", [id]).fetchone()
    return dict(zip(NAMES, row or (None,) * len(NAMES), strict=True))


def _put(db: sqlite3.Connection, id: str, changes: Mapping[str, int | None]) -> None:
    marks = {**_get(db, id), **changes}
    columns = [id, *(marks[name] for name in NAMES)]
    db.execute("INSERT OR REPLACE INTO mark VALUES (?, ?, ?, ?, ?, ?, ?)", [*columns, checksum(*columns)])
