"""Every way papercli can fail on purpose. The numbers are the exit codes of docs/reference.md.

PapercliError                 1   a bug, when raised as itself
├── BadRequest                2   the words typed, or a setting, make no sense
├── NotAllowed                4   token refused or needed
├── Unreachable               6   a source did not answer
│   ├── Busy                  5   ... and asked us to come back later
│   └── Unreadable            6   ... or answered something that is not data
│       └── CutShort          6   ... or the beginning of it
├── LibraryError              7   the library cannot be read or written
├── NoSuchPaper               3   a paper asked for by id does not exist
├── Partial                   8   some pages or sources are missing from what was printed
└── OutputError              74   the output cannot be written
"""

from __future__ import annotations


class PapercliError(Exception):
    """A failure worth one clear sentence, and maybe a hint, to the person at the keyboard.

    `str(error)` is one sentence, lower case, without a full stop; `hint` says what to do next. `place` is what was read
    and the index in it where that went wrong, or None.
    """

    exit_code = 1
    kind = "bug"

    def __init__(self, message: str, *, hint: str = "", place: tuple[str, int] | None = None) -> None:
        super().__init__(message)
        self.hint, self.place = hint, place

    def alone(self) -> PapercliError:
        """This failure, to be kept for a while: without the frames that it was raised in, and the answers they hold."""
        self.__traceback__ = self.__cause__ = self.__context__ = None
        return self


class BadRequest(PapercliError):
    exit_code = 2
    kind = "usage"


class NoSuchPaper(PapercliError):
    exit_code = 3
    kind = "not_found"


class NotAllowed(PapercliError):
    exit_code = 4
    kind = "not_allowed"


class Unreachable(PapercliError):
    exit_code = 6
    kind = "unreachable"


class Busy(Unreachable):
    exit_code = 5
    kind = "rate_limited"


class Unreadable(Unreachable):
    kind = "unreadable"


class CutShort(Unreadable):
    """An answer that did not come whole: worth two more tries."""

    more_tries = 2


class LibraryError(PapercliError):
    exit_code = 7
    kind = "library"


class Partial(PapercliError):
    exit_code = 8
    kind = "partial"


class OutputError(PapercliError):
    exit_code = 74
    kind = "output"


# Where several failures meet in one run, the first of these is the one the shell hears.
PRECEDENCE = (2, 4, 5, 6, 7, 3, 8)
