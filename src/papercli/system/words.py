"""A command from the environment or the settings, in words: no shell ever sees it."""

from __future__ import annotations

import os


def split(command: str) -> list[str]:
    """The words of `command` as the system's shells part them: a backslash is part of a path on Windows. Raises
    ValueError for a quote without an end."""
    import shlex

    return shlex.split(command, posix=os.name == "posix")
