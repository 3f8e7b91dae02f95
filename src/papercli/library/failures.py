"""What goes wrong with the library's file, in our words."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # `signal` makes enums of all that it knows
import sqlite3

from papercli.errors import LibraryError
from papercli.library.file import why

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType

_heard: list[int] = []


def listen() -> None:
    """Remember Ctrl-C: SQLite swallows it while it calls a function of ours, and reports that as an error."""
    if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
        try:
            _signal.signal(_signal.SIGINT, _hear)
        except ValueError:
            pass  # another thread than the first, which hears none


def _hear(number: int, frame: FrameType | None) -> None:
    _heard.append(number)
    raise KeyboardInterrupt


def unless_interrupted(error: BaseException) -> None:
    """Raise KeyboardInterrupt, if that may be what the error is."""
    if _heard:
        raise KeyboardInterrupt from error


class failures:  # noqa: N801 - reads as a word: with failures()
    """What SQLite cannot read, or we cannot in what it reads, is the library's failure; anything else passes."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, sqlite3.OperationalError):
            unless_interrupted(error)
        if isinstance(error, sqlite3.Error) and not isinstance(error, sqlite3.ProgrammingError):
            raise LibraryError(f"the library cannot be read: {why(error)}") from error
        if isinstance(error, ValueError | TypeError | OverflowError | LookupError | AttributeError):
            raise LibraryError("the library cannot be read: it holds what was not written by papercli") from error
