"""The reader's own marks. Only the reader changes them, every change can be taken back, and each row carries a
checksum, because a flipped bit in a mark would be a lie that nobody can ask a source about."""

from __future__ import annotations

import json
import zlib

from papercli.text import line

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from papercli.library.changes import Change
    from papercli.library.store import Store
    from papercli.library.transfer import Merged, Own

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


def mark(
    db: sqlite3.Connection, ids: Sequence[str], changes: Mapping[str, Any], *, by: str, clock: int, machine: str
) -> int:
    """Set or clear (None) marks on papers, all of them, and write down how to undo it: `changes.write`."""
    from papercli.library.changes import write

    return write(db, {id: dict(changes) for id in ids}, by=by, clock=clock, machine=machine)


class Marks:
    """The reader's own marks in `store`. What changes them raises LibraryError where it cannot be kept for good.

    In changes a mark's name (read, starred, later, hidden) stands for when it was made (seconds since 1970, UTC), or
    None for taking it away; "tag:NAME" likewise; "note" for its words or None. `clock` is the present in milliseconds
    since 1970, `machine` names this one, and `by` says who asked ("cli", "import", ...).
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    # Changing

    def change(self, ids: Sequence[str], changes: Mapping[str, Any], *, by: str, clock: int, machine: str) -> int:
        """Make the changes to each paper, all of them or none. Returns the number of the entry in the undo log.

        What is already so keeps its time; where all is already so nothing is written, and the number is 0.
        """
        from papercli.library.changes import needed, write

        def work(db: sqlite3.Connection) -> int:
            wanted = {id: new for id in ids if (new := needed(db, id, changes, clock // 1_000))}
            return write(db, wanted, by=by, clock=clock, machine=machine) if wanted else 0

        return self._store.keep(work)

    def undo(self, *, clock: int) -> Change | None:
        """Take back the newest change that is not taken back yet; None when there is none."""
        from papercli.library.changes import take_back

        return self._store.keep(lambda db: take_back(db, clock))

    def merge(self, given: Own, also: Callable[[], None], *, clock: int, machine: str) -> Merged:
        """Add what is given, as one change by "import": see `transfer.merge`. `also` is done with it, and when it
        raises nothing is changed."""
        from papercli.library.transfer import merge

        def work(db: sqlite3.Connection) -> Merged:
            merged = merge(db, given, clock=clock, machine=machine)
            also()
            return merged

        return self._store.keep(work)

    # Reading

    def log(self, most: int = 50) -> list[Change]:
        """The last changes, newest first."""
        from papercli.library.changes import logged

        return logged(self._store, "1 ORDER BY number DESC LIMIT ?", most)

    def entry(self, number: int) -> Change:
        """The entry of the undo log with that number."""
        from papercli.library.changes import logged

        return logged(self._store, "number = ?", number)[0]

    def titles(self, ids: Sequence[str]) -> dict[str, str]:
        """The title of each of these papers that the library knows, by id."""
        from papercli.library.changes import titles

        return titles(self._store, ids)

    def tags(self, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """The tags of each of these papers, sorted; all ids are in it."""
        from papercli.library.changes import tags

        return tags(self._store, ids)

    def note(self, id: str) -> str:
        """The words of the paper's note, "" when it has none."""
        from papercli.library.changes import note

        return note(self._store, id)

    def own(self) -> Own:
        """All that is the reader's own."""
        from papercli.library.transfer import own

        return own(self._store)
