"""How a file is opened that somebody else may have put there, and what an open file forbids."""

from __future__ import annotations

import os

NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
"""Flags for `os.open`: follow no link at the end of the path, translate no line ends, wait for no pipe."""

OPEN_FILES_STAY = os.name == "nt"
"""An open file can be neither moved nor removed."""
