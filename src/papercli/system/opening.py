"""How a file is opened that somebody else may have put there, and what an open file forbids."""

from __future__ import annotations

import errno
import os
import stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
"""Flags for `os.open`: follow no link at the end of the path, translate no line ends, wait for no pipe."""

_NO_WAIT = getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)

OPEN_FILES_STAY = os.name == "nt"
"""An open file can be neither moved nor removed."""


def regular(path: str) -> BinaryIO:
    """The file at `path`, open to be read; a pipe or a device is never waited for. Raises OSError, for these too."""
    file = os.open(path, os.O_RDONLY | _NO_WAIT)
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise OSError(errno.EINVAL, "not a file", path)
    return open(file, "rb")
