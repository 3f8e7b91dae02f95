"""What goes wrong with the library's file, in our words."""

from __future__ import annotations

import sqlite3

from papercli.errors import LibraryError
from papercli.library.file import why


class failures:  # noqa: N801 - reads as a word: with failures()
    """What SQLite cannot read, or we cannot in what it reads, is the library's failure; anything else passes."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, sqlite3.Error) and not isinstance(error, sqlite3.ProgrammingError):
            raise LibraryError(f"the library cannot be read: {why(error)}") from error
        if isinstance(error, ValueError | TypeError | OverflowError | LookupError | AttributeError):
            raise LibraryError("the library cannot be read: it holds what was not written by papercli") from error
