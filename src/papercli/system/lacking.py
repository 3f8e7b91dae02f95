"""What a machine has too little of: that is no fault of the program's, and is told in a clause."""

from __future__ import annotations

import errno

_ERRORS = {
    errno.EMFILE: "too many files are open",
    errno.ENFILE: "too many files are open on this machine",
    errno.ENOMEM: "there is not enough memory",
}


def lacking(error: BaseException) -> str:
    """What there is too little of, in a clause, when the error or what it was raised from says so; else "".

    A module that cannot be opened for want of descriptors is an ImportError in words only.
    """
    seen: BaseException | None = error
    while seen is not None:
        said = str(seen)
        if isinstance(seen, OSError) and seen.errno in _ERRORS:
            return _ERRORS[seen.errno]
        if isinstance(seen, ImportError) and "Too many open files" in said:
            return _ERRORS[errno.EMFILE]
        if isinstance(seen, RuntimeError) and "start new thread" in said:
            return "no thread can be started"
        if isinstance(seen, MemoryError):
            return _ERRORS[errno.ENOMEM]
        seen = seen.__cause__
    return ""
