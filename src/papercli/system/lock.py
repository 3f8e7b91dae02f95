"""One process at a time: a lock on a file, which the kernel lets go when its holder dies."""

from __future__ import annotations

import os
import sys
import time

from papercli.system import folders

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType


class Lock:
    """`with Lock(path): ...` runs while no other process or thread is inside the same lock.

    `timeout` is in seconds (None waits for ever) and ends in TimeoutError; `told` is called once when the wait has
    lasted `told_after` seconds. Ctrl-C ends the wait. Where the file cannot be made or locked (a read-only home, a file
    system without locks) there is no lock and nobody waits: `held` says which.

    The file stays behind on purpose: removing it would let two processes lock two different files of that name.
    """

    def __init__(
        self,
        path: str,
        *,
        timeout: float | None = None,
        told: Callable[[], None] | None = None,
        told_after: float = 1.0,
    ) -> None:
        self.held = False
        self._path = path
        self._timeout = timeout
        self._told = told
        self._told_after = told_after
        self._file = -1

    def __enter__(self) -> Lock:
        try:
            folders.make(os.path.dirname(self._path) or ".")
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            return self
        try:
            self._wait()
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def _wait(self) -> None:
        began = time.monotonic()
        pause = 0.002
        while True:
            try:
                _take(self._file)
            except BlockingIOError:
                pass
            except (OSError, ImportError):
                return  # this file system has no locks, or no file can be opened that knows of them
            else:
                self.held = True
                return
            waited = time.monotonic() - began
            if self._timeout is not None and waited >= self._timeout:
                raise TimeoutError(f"another process holds {self._path}")
            if self._told is not None and waited >= self._told_after:
                self._told()
                self._told = None
            # Asking again and again, since a wait inside the kernel has neither a time limit nor, on Windows, Ctrl-C.
            time.sleep(pause)
            pause = min(pause * 1.5, 0.05)

    def _close(self) -> None:
        if self._file < 0:
            return
        if self.held:
            _release(self._file)
        os.close(self._file)
        self._file, self.held = -1, False


class FileLock(Lock):
    """`with` an open file one has it to oneself, as with `Lock`; it is closed in the end."""

    def __init__(self, file: int, *, timeout: float | None = None, told: Callable[[], None] | None = None) -> None:
        super().__init__("the file", timeout=timeout, told=told)
        self._file = file

    def __enter__(self) -> FileLock:
        try:
            self._wait()
        except BaseException:
            self._close()
            raise
        return self


if sys.platform == "win32":

    def _take(file: int) -> None:
        import msvcrt

        os.lseek(file, 0, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except PermissionError as error:  # how Windows says that another has it
            raise BlockingIOError from error

    def _release(file: int) -> None:
        import msvcrt

        os.lseek(file, 0, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_UNLCK, 1)

else:

    def _take(file: int) -> None:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _release(file: int) -> None:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_UN)  # closing would do, but not while a forked child has the file open too
