"""The library's file as a place to read from and write to. Whatever the disk does, reading goes on; what must last is
written to the file or not at all."""

from __future__ import annotations

import sqlite3

from papercli.errors import LibraryError
from papercli.library.failures import failures, listen, unless_interrupted
from papercli.library.file import (
    FAILURES,
    WAIT_TO_READ,
    WAIT_TO_WRITE,
    in_memory,
    moved_to_memory,
    opened,
    own_in_memory,
    patiently,
    why,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    T = TypeVar("T")


NO_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)


class Store:
    """`path` is the file, or ":memory:". `note(kind, text)` hears, once, why the file could not be used."""

    def __init__(self, path: str, note: Callable[[str, str], None] = lambda kind, text: None) -> None:
        listen()
        self._path, self._note = path, note
        self.in_memory, self.trouble = path == ":memory:", ""
        if self.in_memory:
            self._db = in_memory()
            return
        found = opened(path)
        self._db = found.db
        if found.trouble:
            self.in_memory, self.trouble = True, found.trouble
            note("library", f"{path} cannot be used ({found.trouble}); this run keeps nothing")

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    # Reading

    def one(self, sql: str, *values: object) -> Any:
        """The first row, or None. Raises LibraryError when the file is damaged."""
        with failures():
            return next(iter(self.read(sql, values)), None)

    def read(self, sql: str, values: Any = ()) -> list[tuple[Any, ...]]:
        """Every row. Raises sqlite3.Error, which `failures` makes a LibraryError."""
        if self._db.in_transaction:
            return self._db.execute(sql, values).fetchall()
        try:
            return patiently(self._db, lambda: self._db.execute(sql, values).fetchall(), WAIT_TO_READ)
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF not in NO_ROOM:
                raise
        # What is sorted goes to a temporary file, for which there may be no room, or no folder.
        self._db.execute("PRAGMA temp_store = MEMORY")
        return self._db.execute(sql, values).fetchall()

    # Writing

    def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """All of `work` or nothing, in the file; where the file refuses, in memory, and the reader is told once."""
        try:
            return self._transaction(work)
        except FAILURES as error:
            unless_interrupted(error)
            if self.in_memory:
                raise LibraryError(f"the library failed: {why(error)}") from error
            self._note("library", f"{self._path} cannot be written ({why(error)}); this run keeps nothing")
            # All that can be read goes along: nothing known is missing, what is hidden stays hidden.
            self._db, self.in_memory, self.trouble = moved_to_memory(self._db), True, why(error)
        try:
            return self._transaction(work)
        except FAILURES:  # what came along is not as it should be
            self._db = own_in_memory(self._db)
            return self._transaction(work)

    def keep(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """All of `work`, on the disk when this returns. Raises LibraryError when that cannot be, and nothing changed.

        A library that was in memory from the start (":memory:") lasts no longer than it promised.
        """
        if self.trouble:
            raise LibraryError(f"{self._path} cannot be used: {self.trouble}")
        try:
            return self._transaction(work)
        except FAILURES as error:
            unless_interrupted(error)
            raise LibraryError(f"{self._path} cannot be written: {why(error)}") from error

    def _transaction(self, work: Callable[[sqlite3.Connection], T]) -> T:
        self._db.execute("PRAGMA synchronous = EXTRA")  # with a rollback journal: nothing lost in a power cut
        # IMMEDIATE: a deferred transaction that turns writer fails at once when another writes.
        patiently(self._db, lambda: self._db.execute("BEGIN IMMEDIATE"), WAIT_TO_WRITE)
        try:
            result = work(self._db)
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise
        return result
