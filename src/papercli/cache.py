"""What servers said, kept by URL. The cache may forget anything at any time; the library never does."""

from __future__ import annotations

import hashlib
import json
import math
import os
import sqlite3
import threading

import diskcache

from papercli.system import folders
from papercli.system.person import is_own, open_to_others
from papercli.value import value

LIMIT = 64 << 20
"""Bytes on disk, roughly; the answers stored longest ago go first."""

LARGEST = 16 << 20
"""Bytes of a body; a larger one is not kept."""

WAIT = 2.0
"""Seconds for which another process that writes is waited for."""


@value
class Kept:
    """What a server said once."""

    body: bytes
    """The decoded body, whole."""

    at: float
    """When it was said, or said to be still true: seconds since 1970 (UTC)."""

    etag: str = ""
    last_modified: str = ""

    next: str = ""
    """Target of the `Link: <...>; rel="next"` header, as sent; empty when there was none."""


class Cache:
    """Answers by URL in a diskcache in `folder`, which is made with mode 0700.

    Nothing here raises because of the disk. A file that is damaged is moved aside (the last such is kept) and a new
    one begun; where the folder is another user's, or cannot be written, nothing is kept and `trouble` says why.
    """

    def __init__(self, folder: str) -> None:
        self.trouble = ""
        """One sentence on why nothing is kept; empty when all is well."""
        self._folder = folder
        self._thread = threading.main_thread().ident
        self._disk = self._opened()
        self._leave()

    def get(self, url: str) -> Kept | None:
        """What was kept under `url`; None when there is nothing, or when what there is was altered."""
        if self._disk is None:
            return None
        try:
            packed = self._disk.get(url)
        except ValueError:  # not of our making
            return None
        except (sqlite3.Error, diskcache.Timeout, OSError) as error:
            self._failed(error)
            return None
        finally:
            self._leave()
        return _unpacked(url, packed)

    def put(self, url: str, kept: Kept) -> None:
        """Keep `kept` under `url` in place of what was there."""
        if self._disk is None or len(kept.body) > LARGEST:
            return
        try:
            self._disk.set(url, _packed(url, kept))
        except UnicodeEncodeError:  # a URL that no server can have answered
            return
        except (sqlite3.Error, diskcache.Timeout, OSError) as error:
            self._failed(error)
        finally:
            self._leave()

    def close(self) -> None:
        """Let go of the file."""
        if self._disk is not None:
            self._disk.close()
            self._disk = None

    def _opened(self, *, last_try: bool = False) -> Database | None:
        """The diskcache, or None with `trouble` said."""
        try:
            _own(self._folder)
            _look(os.path.join(self._folder, "cache.db"))
            return Database(self._folder)
        except (sqlite3.Error, diskcache.Timeout, OSError, TypeError, ValueError, AttributeError) as error:
            # The last three are what diskcache makes of a settings table that holds nonsense.
            if not last_try and _is_damage(error) and move_aside(self._folder):
                return self._opened(last_try=True)
            self.trouble = f"answers are not kept: {_reason(error)} ({self._folder})"
            return None

    def _failed(self, error: Exception) -> None:
        """After an error in use: begin a new file when this one is damaged, else go on and say so."""
        if not _is_damage(error):
            self.trouble = f"an answer was not kept: {_reason(error)} ({self._folder})"
            return
        self.close()
        move_aside(self._folder)
        self._disk = self._opened()

    def _leave(self) -> None:
        """Close the connection of a thread that is not the main one: diskcache opens one for each, and closes none."""
        if self._disk is not None and threading.get_ident() != self._thread:
            self._disk.close()


class PlainDisk(diskcache.Disk):  # type: ignore[misc]  # diskcache ships no types
    """Text keys and bytes values, inside the database: never pickled, never unpickled, never in files of their own.

    diskcache would run code that someone planted in its file (CVE-2025-69872).
    """

    def put(self, key: object) -> tuple[str, bool]:
        """The key for the database. Raises TypeError when it is not text."""
        if type(key) is not str:
            raise TypeError("keys are text")
        return key, True

    def get(self, key: object, raw: object) -> str:
        """The key from the database. Raises ValueError when it is not text."""
        if not raw or type(key) is not str:
            raise ValueError("a key that is not text")
        return key

    def store(self, value: object, read: bool, key: object = None) -> tuple[int, int, None, object]:
        """Size outside the database, mode, file name and value for it. Raises TypeError when it is not bytes."""
        if read or type(value) is not bytes:
            raise TypeError("values are bytes")
        return 0, diskcache.core.MODE_RAW, None, sqlite3.Binary(value)

    def fetch(self, mode: object, filename: object, value: object, read: bool) -> bytes:
        """The value from the database. Raises ValueError when it is not bytes, or said to be elsewhere."""
        if mode != diskcache.core.MODE_RAW or filename is not None or type(value) is not bytes:
            raise ValueError("a value that is not bytes")
        return value

    def remove(self, file_path: object) -> None:
        """Never: no file of ours has a name in the database."""


class Database(diskcache.Cache):  # type: ignore[misc]
    """A diskcache of plain bytes, which lets go of its file also when it cannot make sense of it."""

    def __init__(self, folder: str) -> None:
        try:
            super().__init__(
                folder,
                timeout=WAIT,
                disk=PlainDisk,
                size_limit=LIMIT,
                cull_limit=10,
                statistics=0,
                tag_index=0,
                eviction_policy="least-recently-stored",
                sqlite_mmap_size=0,  # a mapped file that another process cuts short kills this one
                sqlite_journal_mode="wal",
                sqlite_synchronous=0,  # what a power cut spoils is found by the digest, and is only a cache
            )
        except BaseException:
            self.close()
            raise


def _own(folder: str) -> None:
    """Make the folder, for this user alone. Raises OSError, PermissionError when it is another's."""
    folders.make(folder)
    found = os.stat(folder)
    if not is_own(found):
        raise PermissionError("the folder belongs to another user")
    if open_to_others(found):
        os.chmod(folder, 0o700)


def _look(path: str) -> None:
    """Raise sqlite3.DatabaseError when the file is no database, OperationalError when it cannot be written soon.

    diskcache itself would ask for a minute. A new file gets its form here, which spares the disk a dozen waits, and
    its mode, which SQLite would take the umask's word for; so do the files beside it.
    """
    if not os.path.exists(path):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    connection = sqlite3.connect(path, timeout=WAIT, isolation_level=None)
    try:
        for pragma in ("synchronous = 0", "auto_vacuum = 1", "journal_mode = wal"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")
    finally:
        connection.close()


def _is_damage(error: Exception) -> bool:
    """Whether the file is broken, and not only out of reach, locked or full."""
    if isinstance(error, sqlite3.OperationalError):
        return str(error).startswith("no such ") or "has no column" in str(error)
    return not isinstance(error, (OSError, diskcache.Timeout))


def move_aside(folder: str) -> bool:
    """Rename the database to `cache.db.broken`, over an earlier one. False when that cannot be done."""
    path = os.path.join(folder, "cache.db")
    try:
        os.replace(path, path + ".broken")
        for rest in ("-wal", "-shm"):
            if os.path.exists(path + rest):
                os.remove(path + rest)
    except OSError:
        return False
    return True


def _reason(error: Exception) -> str:
    if isinstance(error, diskcache.Timeout):
        return "another process holds the file"
    if isinstance(error, OSError):
        return (error.strerror or str(error)).lower()
    return str(error).lower()


def _packed(url: str, kept: Kept) -> bytes:
    said = {"url": url, "at": kept.at, "etag": kept.etag, "last_modified": kept.last_modified, "next": kept.next}
    rest = json.dumps(said).encode("ascii") + b"\n" + kept.body
    return hashlib.blake2b(rest, digest_size=16).digest() + rest


def _unpacked(url: str, packed: object) -> Kept | None:
    """None unless `packed` is, byte for byte, what was kept under `url`."""
    if type(packed) is not bytes or hashlib.blake2b(packed[16:], digest_size=16).digest() != packed[:16]:
        return None
    said, _, body = packed[16:].partition(b"\n")
    try:
        header = json.loads(said)
        if header.pop("url") != url or not math.isfinite(header["at"]):
            return None
        return Kept(body=body, **header)
    except (ValueError, KeyError, TypeError, AttributeError):  # kept by another version of this program
        return None
