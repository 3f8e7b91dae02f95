"""What SQLite writes and syncs, written down; and the disks that a power cut could have left of it.

The library's own code runs on it through `Connection`, which stands in for one of the module sqlite3. A disk is taken
to write sectors of 512 bytes whole or not at all, in any order between two syncs, and to keep the order in which names
are made and removed (as ext4 and xfs do). What was synced is there.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import apsw

SECTOR = 512
NAME = "recorded"
Event = tuple[Any, ...]


class Recorder(apsw.VFS):  # type: ignore[misc]
    """The system's file access, with every change of a file in `events`: ("made" | "removed", name, inode), ("wrote",
    inode, offset, data), ("cut", inode, size), ("synced", inode), ("folder synced",), and what the caller adds."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.inodes: dict[str, int] = {}
        self._next = 0
        super().__init__(NAME, "unix")

    def inode(self, name: str, *, there: bool) -> int:
        """The number of the file called so; a new one unless it is `there`."""
        if name not in self.inodes:
            self._next += 1
            self.inodes[name] = self._next
            self.events.append(("was" if there else "made", name, self._next))
        return self.inodes[name]

    def xOpen(self, name: Any, flags: list[int]) -> Any:
        """A file that tells of its changes."""
        return File(self, name, flags)

    def xDelete(self, name: str, sync_folder: bool) -> None:
        """Remove it, and say so."""
        super().xDelete(name, sync_folder)
        self.events.append(("removed", name, self.inodes.pop(name, 0)))
        if sync_folder:
            self.events.append(("folder synced",))


class File(apsw.VFSFile):  # type: ignore[misc]
    """One open file."""

    def __init__(self, recorder: Recorder, name: Any, flags: list[int]) -> None:
        import os

        self._recorder = recorder
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        there = bool(path) and os.path.exists(path)
        super().__init__("unix", name, flags)
        self._inode = recorder.inode(path, there=there) if path else 0

    def xWrite(self, data: bytes, offset: int) -> None:
        """Write, and say so."""
        super().xWrite(data, offset)
        self._recorder.events.append(("wrote", self._inode, offset, bytes(data)))

    def xTruncate(self, size: int) -> None:
        """Cut, and say so."""
        super().xTruncate(size)
        self._recorder.events.append(("cut", self._inode, size))

    def xSync(self, flags: int) -> None:
        """Sync, and say so."""
        super().xSync(flags)
        self._recorder.events.append(("synced", self._inode))


class Connection:
    """A connection of apsw that speaks as one of sqlite3 does, as far as the library asks it. `instead` are texts of
    SQL that are replaced, to see what other settings would do."""

    def __init__(self, path: str, instead: dict[str, str]) -> None:
        self._db = apsw.Connection(path, vfs=NAME if path != ":memory:" else "")
        self._instead = instead
        self.row_factory = None

    def execute(self, sql: str, values: Any = ()) -> Cursor:
        """As sqlite3's."""
        for old, new in self._instead.items():
            sql = sql.replace(old, new)
        try:
            cursor = self._db.cursor().execute(sql, values if isinstance(values, dict) else tuple(values))
        except apsw.Error as error:
            raise sqlite3.OperationalError(str(error)) from error
        return Cursor(cursor, self._db.last_insert_rowid())

    def executemany(self, sql: str, rows: Any) -> None:
        """As sqlite3's."""
        self._db.cursor().executemany(sql, (row if isinstance(row, dict) else tuple(row) for row in rows))

    def create_function(self, name: str, arguments: int, work: Any, *, deterministic: bool = False) -> None:
        """As sqlite3's."""
        self._db.create_scalar_function(name, work, arguments, deterministic=deterministic)

    @property
    def in_transaction(self) -> bool:
        """As sqlite3's."""
        return bool(self._db.in_transaction)

    def close(self) -> None:
        """As sqlite3's."""
        self._db.close()


class Cursor:
    """Rows, as sqlite3's cursor gives them."""

    def __init__(self, cursor: Any, lastrowid: int) -> None:
        self._rows, self.lastrowid = iter(cursor), lastrowid

    def __iter__(self) -> Iterator[Any]:
        return self._rows

    def fetchone(self) -> Any:
        """The next row, or None."""
        return next(self._rows, None)

    def fetchall(self) -> list[Any]:
        """All that are left."""
        return list(self._rows)


@contextmanager
def recorded(instead: dict[str, str]) -> Iterator[Recorder]:
    """While this lasts, what is opened with sqlite3.connect is recorded."""
    recorder, usual = Recorder(), sqlite3.connect
    sqlite3.connect = lambda path, **settings: Connection(path, instead)  # type: ignore[assignment, misc]
    try:
        yield recorder
    finally:
        sqlite3.connect = usual
        recorder.unregister()


class Disk:
    """Files by name as they are after the events up to one of them, and what of that was not synced."""

    def __init__(self, begin: dict[str, bytes]) -> None:
        self.begin = begin
        self.synced: dict[int, bytearray] = {}
        self.pending: dict[int, list[Event]] = {}
        self.names: dict[str, int] = {}
        self.moves: list[Event] = []  # names made and removed that are not certain yet, in order

    def hear(self, event: Event) -> None:
        """One event later."""
        kind = event[0]
        if kind == "was":
            self.names[event[1]], self.synced[event[2]] = event[2], bytearray(self.begin.get(event[1], b""))
        elif kind in ("made", "removed"):
            self.moves.append(event)
        elif kind in ("wrote", "cut"):
            self.pending.setdefault(event[1], []).append(event)
        elif kind == "synced":
            content = self.synced.setdefault(event[1], bytearray())
            for each in self.pending.pop(event[1], []):
                applied(content, each)
            # Syncing a file for the first time makes its name certain, and those before it.
            made = [place for place, move in enumerate(self.moves) if move[0] == "made" and move[2] == event[1]]
            self._certain(made[-1] + 1 if made else 0)
        elif kind == "folder synced":
            self._certain(len(self.moves))

    def _certain(self, many: int) -> None:
        for move in self.moves[:many]:
            moved(self.names, move)
        del self.moves[:many]

    def image(self, dice: random.Random) -> dict[str, bytes]:
        """One of the disks that the power cut may leave: names up to some move, any of the sectors."""
        names = dict(self.names)
        for move in self.moves[: dice.randint(0, len(self.moves))]:
            moved(names, move)
        found = {}
        share = dice.choice((0.0, 0.1, 0.5, 0.9, 1.0))
        for name, inode in names.items():
            content = bytearray(self.synced.get(inode, b""))
            for event in self.pending.get(inode, []):
                for piece in sectors(event):
                    if dice.random() < share:
                        applied(content, piece)
            found[name] = bytes(content)
        return found


def moved(names: dict[str, int], move: Event) -> None:
    if move[0] == "made":
        names[move[1]] = move[2]
    elif names.get(move[1]) == move[2]:
        del names[move[1]]


def sectors(event: Event) -> Iterator[Event]:
    """The event in pieces that a disk writes whole."""
    if event[0] == "cut":
        yield event
        return
    _, inode, offset, data = event
    place = 0
    while place < len(data):
        step = SECTOR - (offset + place) % SECTOR
        yield ("wrote", inode, offset + place, data[place : place + step])
        place += step


def applied(content: bytearray, event: Event) -> None:
    if event[0] == "cut":
        size = event[2]
        content[:] = content[:size] + bytes(max(0, size - len(content)))
        return
    _, _, offset, data = event
    if offset > len(content):
        content.extend(bytes(offset - len(content)))
    content[offset : offset + len(data)] = data
