"""Rows of what is the reader's own, as they stand in the file. Each carries a checksum, because a flipped bit in a mark
would be a lie that nobody can ask a source about."""

from __future__ import annotations

import json
import zlib

from papercli.text import line

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

NAMES = ("seen", "read", "starred", "later", "hidden")
LONGEST_TAG, LONGEST_NOTE = 64, 20_000
"""In characters."""


def checksum(*columns: object) -> int:
    """CRC-32 of a mark's columns in order, as JSON."""
    return zlib.crc32(json.dumps(columns).encode())


def intact(*columns: object) -> bool:
    """Whether a row is as it was written; its last column is the checksum of those before it."""
    try:
        return bool(columns[-1] == checksum(*columns[:-1]))
    except TypeError:  # a blob, which no papercli writes
        return False


def checked(id: str, columns: Sequence[int | None]) -> tuple[bool, bool, bool, bool, bool]:
    """The five marks as yes or no, from their columns and the checksum; a row whose checksum is wrong says nothing."""
    *marks, kept = columns
    if kept is None or kept != checksum(id, *marks):
        return False, False, False, False, False
    return tuple(mark is not None for mark in marks)  # type: ignore[return-value]


def note_text(words: str) -> str:
    """The words of a note, cleaned line by line: its lines stay, with at most one empty one between them."""
    text = "\n".join(line(each, LONGEST_NOTE + 1) for each in words.splitlines()).strip("\n")
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text


def saw(db: sqlite3.Connection, ids: Sequence[str], at: int) -> None:
    """Mark as seen. Seeing is no decision, so there is nothing to undo and no entry in the log; and no reason to write
    over a row whose checksum is wrong, which is the reader's to judge."""
    known = "SELECT i.value FROM json_each(?) i LEFT JOIN mark m ON m.id = i.value WHERE m.seen IS NULL"
    for (id,) in db.execute(known, [json.dumps(list(ids))]).fetchall():
        if (marks := row_of(db, id)) is not None:
            put_row(db, id, {**marks, "seen": at})


def row_of(db: sqlite3.Connection, id: str) -> dict[str, int | None] | None:
    """When each mark was made, {} when there is none; None when the checksum of the row is wrong."""
    row = db.execute("SELECT seen, read, starred, later, hidden, checksum FROM mark WHERE id = ?", [id]).fetchone()
    if not row:
        return {}
    return dict(zip(NAMES, row[:-1], strict=True)) if intact(id, *row) else None


def put_row(db: sqlite3.Connection, id: str, marks: Mapping[str, int | None]) -> None:
    """Make these the paper's marks; without any there is no row."""
    columns = [id, *(marks.get(name) for name in NAMES)]
    db.execute("DELETE FROM mark WHERE id = ?", [id])
    if any(when is not None for when in columns[1:]):
        db.execute("INSERT INTO mark VALUES (?, ?, ?, ?, ?, ?, ?)", [*columns, checksum(*columns)])
