"""Folders of ours, which nobody else need look into, and files in them that are replaced at once."""

from __future__ import annotations

import os
import time

FORGOTTEN = 60.0
"""Seconds after which a draft is nobody's any more: writing one takes a moment."""


def make(folder: str) -> None:
    """Make the folder and those above it that are missing, for their owner only. Raises OSError."""
    if not os.path.isdir(folder):
        above = os.path.dirname(folder)
        if above and above != folder:
            make(above)
        try:
            os.mkdir(folder, 0o700)
        except FileExistsError:
            if not os.path.isdir(folder):
                raise


def draft(path: str) -> str:
    """Where this process may write what is to replace the file at `path`. What a process that was killed has left
    there for longer than a minute is removed."""
    folder, name = os.path.split(path)
    begins = f".{name}.papers-"
    try:
        for each in os.listdir(folder or "."):
            left = os.path.join(folder, each)
            if each.startswith(begins) and abs(time.time() - os.stat(left).st_mtime) > FORGOTTEN:
                os.remove(left)
    except OSError:
        pass  # there is no such folder yet, or another process was faster
    return os.path.join(folder, f"{begins}{os.getpid()}")


def write(path: str, data: bytes) -> None:
    """Make `data` the file at `path`, for its owner only: all of it or nothing, and no draft stays. The folder is made
    if need be. Raises OSError."""
    made = draft(path)
    try:
        try:
            file = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        except FileNotFoundError:
            make(os.path.dirname(path))
            file = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(file, "wb") as opened:
            opened.write(data)
        os.replace(made, path)
    except BaseException:
        if os.path.exists(made):
            os.remove(made)
        raise
