"""Folders, and files in them that are replaced at once: what is a person's own so that a power cut takes nothing back
(`replace`, `create`), what can be had again without that wait (`write`)."""

from __future__ import annotations

import errno
import os
import time
from _thread import allocate_lock  # `threading` costs two milliseconds, in every run

from papercli.system.opening import NO_LINK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_writing = allocate_lock()
FORGOTTEN = 60.0
"""Seconds after which a draft is nobody's any more: writing one takes a moment."""

_NO_SYNC = (errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EBADF, errno.EACCES, errno.EPERM)
"""How a file system says that folders cannot be synced there."""


def make(folder: str, mode: int = 0o700) -> None:
    """Make the folder and those above it that are missing, by default for their owner only. Raises OSError."""
    missing = []
    while folder and not os.path.isdir(folder):
        missing.append(folder)
        above = os.path.dirname(folder)
        folder = above if above != folder else ""
    for each in reversed(missing):
        try:
            os.mkdir(each, mode)
        except FileExistsError:
            if not os.path.isdir(each):
                raise
        else:
            sync(os.path.dirname(each) or ".")


def sync(folder: str) -> None:
    """Have the names in the folder on the disk too, where a system lets one ask for that. Raises OSError for a disk
    that fails."""
    try:
        file = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows opens no folders, and one may be writable that cannot be read
        return
    try:
        os.fsync(file)
    except OSError as error:
        if error.errno not in _NO_SYNC:
            raise
    finally:
        os.close(file)


def beginning(path: str) -> str:
    """How the names of all drafts of the file at `path` begin; no longer than a name may be."""
    name = os.path.basename(path).encode("utf-8", "replace")[:200].decode("utf-8", "ignore")
    return f".{name}.papers-"


def draft(path: str) -> str:
    """Where this process may write what is to replace the file at `path`. What a process that was killed has left
    there for longer than a minute is removed."""
    folder, begins = os.path.dirname(path), beginning(path)
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
    with _writing:
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


def settle(seconds: float = 1.0) -> None:
    """Let a thread end what it writes, for the process is about to; none begins to write after that."""
    _writing.acquire(timeout=seconds)


def replace(
    path: str, data: bytes, *, mode: int = 0o600, made: str = "", still: Callable[[], bool] | None = None,
    settled: bool = True,
) -> bool:  # fmt: skip
    """Make `data` the file at `path`, all of it or nothing; when this returns it is on the disk under that name, where
    the disk keeps its word. The folder is made if need be.

    A file that is there keeps its mode, a new one gets `mode`. `made` is where the draft is, if not beside it under a
    name like it; none stays. `still` is asked at the last moment: without its yes nothing is replaced, and False
    returned. Who replaces many leaves `settled` away, and syncs their folders in the end. Raises OSError.
    """
    made = made or draft(path)
    try:
        _write_through(made, data, mode, path)
        if still is not None and not still():
            return False
        os.replace(made, path)
    finally:
        _remove(made)
    if settled:
        sync(os.path.dirname(path) or ".")
    return True


def create(path: str, data: bytes, *, mode: int = 0o600) -> bool:
    """As `replace`, unless there is something at `path`: then False, and it stays."""
    made = draft(path)
    try:
        _write_through(made, data, mode, "")
        try:
            os.link(made, path)
        except FileExistsError:
            return False
        except OSError:  # a file system without links
            if os.path.lexists(path):
                return False
            os.replace(made, path)
    finally:
        _remove(made)
    sync(os.path.dirname(path) or ".")
    return True


def _write_through(made: str, data: bytes, mode: int, like: str) -> None:
    """Write the draft, with the mode of the file `like` if there is one, and have it on the disk."""
    try:
        file = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | NO_LINK, mode)
    except FileNotFoundError:
        make(os.path.dirname(made))
        file = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | NO_LINK, mode)
    with open(file, "wb") as opened:
        opened.write(data)
        opened.flush()
        if like and os.path.exists(like):
            os.chmod(made, os.stat(like).st_mode & 0o777)
        os.fsync(file)


def _remove(made: str) -> None:
    if os.path.lexists(made):
        os.remove(made)
