"""What a TOML file of the reader's says, kept as JSON beside a stamp of the file, so that it is parsed once.

A run that finds the file as it was need not know what TOML is.
"""

from __future__ import annotations

import os
import stat

from papercli.errors import BadRequest
from papercli.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

MAX_BYTES = 1 << 20
SETTLED = 2.0
"""Seconds. A file younger than this may change once more and keep its time, which some disks count in two seconds."""


@value
class File:
    """A TOML file that a person may write by hand, and the words to speak of it."""

    path: str
    thing: str
    """What one line of it is."""

    example: str
    """Such a line."""

    editor: str
    """The command that opens it, and makes it when there is none."""


def content(
    file: File, copy: Callable[[], str], *, fits: Callable[[Any], bool], parse: Callable[[bytes], dict[str, Any]],
    keep: bool = True,
) -> dict[str, Any]:  # fmt: skip
    """What `parse` makes of the file's bytes, or made of them in an earlier run; {} when there is no file.

    `copy` says where it is kept, and is asked only when there is a file; of what is found there only what `fits`
    counts. Without `keep` nothing is written. Raises BadRequest for what is no file or cannot be read.
    """
    opened = _open(file)
    if opened is None:
        return {}
    try:
        found = os.fstat(opened)
        stamp = [found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino, found.st_dev]
        path = copy()
        if (kept := _kept(path, stamp, fits)) is not None:
            return kept
        data = _all(opened)
    except OSError as error:
        raise _unreadable(file, error) from error
    finally:
        os.close(opened)
    values = parse(data)
    if keep:
        _keep(path, stamp, values)
    return values


def bytes_of(file: File) -> bytes | None:
    """The file's bytes, at most one more than MAX_BYTES; None when there is no file. Raises BadRequest as `content`."""
    opened = _open(file)
    if opened is None:
        return None
    try:
        return _all(opened)
    except OSError as error:
        raise _unreadable(file, error) from error
    finally:
        os.close(opened)


def _open(file: File) -> int | None:
    """A descriptor of the file, None when there is none. Raises BadRequest when it is none or cannot be opened."""
    try:  # a pipe of that name must not be waited for
        opened = os.open(file.path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise _unreadable(file, error) from error
    if stat.S_ISREG(os.fstat(opened).st_mode):
        return opened
    os.close(opened)
    raise BadRequest(f"{file.path} is not a file", hint=f"move it away; {file.editor} makes one")


def _all(opened: int) -> bytes:
    pieces, left = [], MAX_BYTES + 1
    while left and (piece := os.read(opened, left)):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


def _unreadable(file: File, error: OSError) -> BadRequest:
    return BadRequest(f"{file.path} cannot be read: {(error.strerror or str(error)).lower()}")


def _kept(copy: str, stamp: list[int], fits: Callable[[Any], bool]) -> dict[str, Any] | None:
    """What an earlier run read in the very same file, if it was kept and is what it should be."""
    import json

    from papercli.system.opening import regular

    try:
        with regular(copy) as file:
            kept = json.loads(file.read(8 * MAX_BYTES))  # a letter may take six characters
        return kept["values"] if kept["stamp"] == stamp and fits(kept["values"]) else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _keep(copy: str, stamp: list[int], values: dict[str, Any]) -> None:
    """Keep what was read in the file with this stamp (its mtime in nanoseconds first). That it cannot be written is no
    reason to fail: the file is parsed again next time."""
    import json
    import time

    from papercli.system import folders

    if time.time() - stamp[0] / 1e9 < SETTLED:
        return
    try:
        folders.write(copy, json.dumps({"stamp": stamp, "values": values}).encode("ascii"))
    except OSError:
        return
