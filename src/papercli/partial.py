"""A file on its way: written under a hidden name beside where it shall be, gone on with later, and moved when whole."""

from __future__ import annotations

import errno
import json
import os
import stat

from papercli.errors import Busy, OutputError
from papercli.system import folders
from papercli.system.lock import FileLock
from papercli.system.opening import NO_LINK, OPEN_FILES_STAY
from papercli.system.person import is_own

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import TypeVar

    T = TypeVar("T")

ENDING, NOTE = ".part", ".json"
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM)
"""What would be no different for the next file."""


class CannotWrite(OutputError):
    """A file cannot be written; `for_all` says that this goes for the next one too."""

    def __init__(self, path: str, error: OSError) -> None:
        super().__init__(f"{path} cannot be written: {(error.strerror or str(error)).lower()}")
        self.for_all = error.errno in FULL


class Partial:
    """`with Partial(folder, key) as part:` one process at a time has what is there of the file named by `key`.

    It stays for a later run when it holds something and it is known how to go on; `discard` and `finish` end it. Others
    who want the same wait for at most `patience` seconds (Busy), and `told` is called when they do.
    Raises CannotWrite for whatever the file system refuses.
    """

    def __init__(
        self, folder: str, key: str, *, patience: float = 600.0, told: Callable[[], None] | None = None
    ) -> None:
        self.path = os.path.join(folder, f".{key}{ENDING}")
        self._note = self.path + NOTE
        self._patience, self._told = patience, told
        self._lock: FileLock | None = None
        self.file = -1
        self.size = 0
        """Bytes that are there."""

        self.length: int | None = None
        """Bytes of the whole, where the server said."""

        self._goes_on = True

    def __enter__(self) -> Partial:
        while True:
            file = self._open()
            lock = FileLock(file, timeout=self._patience, told=self._told)
            try:
                lock.__enter__()
            except TimeoutError as error:
                raise Busy("another papers is still saving the same paper", hint="try again later") from error
            if _is_still(file, self.path):
                self._lock, self.file, self.size = lock, file, os.fstat(file).st_size
                return self
            lock.__exit__(None, None, None)  # its last holder has finished it, and it is another file now

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.file >= 0 and not self.goes_on:
            self.discard()
        self._let_go()

    @property
    def goes_on(self) -> bool:
        """Whether there is something, and it is known what of."""
        return self.size > 0 and self._goes_on

    def kept(self, url: str) -> tuple[int, str]:
        """How many bytes of `url` are there, and what names them (ETag or Last-Modified); (0, "") to begin anew."""
        try:
            with open(os.open(self._note, os.O_RDONLY | NO_LINK), "rb") as file:
                note = json.loads(file.read(4096))
            validator, length = note["validator"], note["length"]
            right = note["url"] == url and isinstance(validator, str) and 0 < len(validator) <= 500
            right = right and (length is None or (type(length) is int and self.size <= length))
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            right = False
        if not right or not self.size:
            self._goes_on = False
            return 0, ""
        self.length, self._goes_on = length, True
        return self.size, validator

    def begin(self, url: str, validator: str, length: int | None) -> None:
        """Begin anew with the file of `length` bytes at `url` that `validator` names, if anything does."""
        self._do(lambda: os.ftruncate(self.file, 0))
        self.size, self.length, self._goes_on = 0, length, bool(validator)
        if validator:
            self._do(lambda: self._write_note({"url": url, "validator": validator, "length": length}))

    def write(self, piece: bytes) -> None:
        """Put the next piece behind what is there."""
        view = memoryview(piece)
        while view:
            written = self._do(lambda view=view: self._put(view))  # type: ignore[misc]
            self.size += written
            view = view[written:]

    def _put(self, view: memoryview) -> int:
        os.lseek(self.file, self.size, os.SEEK_SET)
        return os.write(self.file, view)

    def read(self, begin: int, count: int) -> bytes:
        """`count` bytes from `begin` on, fewer where it ends."""
        os.lseek(self.file, begin, os.SEEK_SET)
        return os.read(self.file, count)

    def finish(self, path: str) -> None:
        """Move it to `path`, durably, in the place of a file that may be there; never through a link."""
        self._do(lambda: os.fsync(self.file))
        check_place(path)
        if OPEN_FILES_STAY:
            self._let_go()
        self._do(lambda: os.replace(self.path, path), path)
        _remove(self._note)
        self._let_go()
        self._do(lambda: folders.sync(os.path.dirname(path) or "."), path)

    def discard(self) -> None:
        """Leave nothing of it."""
        if OPEN_FILES_STAY:
            self._let_go()
        _remove(self._note)
        _remove(self.path)
        self._goes_on = False
        self._let_go()

    def _open(self) -> int:
        file = self._do(lambda: os.open(self.path, os.O_RDWR | os.O_CREAT | NO_LINK, 0o666))
        found = os.fstat(file)
        if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1 or not is_own(found) or os.path.islink(self.path):
            os.close(file)
            raise OutputError(f"{self.path} is not a file of ours", hint="look what it is, and remove it")
        return file

    def _write_note(self, note: dict[str, object]) -> None:
        draft = self._note + ".new"
        _remove(draft)
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | NO_LINK, 0o600), "w", encoding="ascii") as file:
            json.dump(note, file)
        os.replace(draft, self._note)

    def _do(self, act: Callable[[], T], path: str = "") -> T:
        try:
            return act()
        except OSError as error:
            raise CannotWrite(path or self.path, error) from error

    def _let_go(self) -> None:
        lock, self._lock, self.file = self._lock, None, -1
        if lock is not None:
            lock.__exit__(None, None, None)


def check_place(path: str) -> None:
    """Raise OutputError when something other than a file, such as a link, has the name already."""
    try:
        found = os.lstat(path)
    except OSError:
        return
    if not stat.S_ISREG(found.st_mode):
        what = "a link" if stat.S_ISLNK(found.st_mode) else "no file"
        raise OutputError(
            f"{path} is {what}, and stays as it is", hint="move it away, or choose another folder with -d"
        )


def _is_still(file: int, path: str) -> bool:
    try:
        return os.path.samestat(os.fstat(file), os.lstat(path))
    except OSError:
        return False


def _remove(path: str) -> None:
    try:
        os.remove(path)
    except OSError:
        pass
