"""How library.db is opened: as it is, else from a copy, else in memory. Reading goes on whatever the disk does."""

from __future__ import annotations

import os
import sqlite3
import time

from papercli.library.schema import Foreign, is_todays, migrate
from papercli.library.sums import make_ready
from papercli.system import folders

WAIT_TO_WRITE = 30.0  # seconds for other processes to finish
WAIT_TO_READ = 5.0  # nobody writes for longer; a reader who waits more is better off without the library
LARGEST = 256 << 20  # bytes of a library that is copied whole into memory
FAILURES = (sqlite3.Error, UnicodeDecodeError)
"""What a damaged file raises: the second where SQLite's own sentence, or the name of a column, is what was damaged."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    T = TypeVar("T")


def patiently(db: sqlite3.Connection, work: Callable[[], T], seconds: float) -> T:
    """`work`, tried again while another process holds the file, for at most `seconds`.

    SQLite can wait by itself, and does inside a transaction; but while it waits, Ctrl-C waits too.
    """
    began, pause = time.monotonic(), 0.001
    db.execute("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                return work()
            except sqlite3.OperationalError as error:
                busy = getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
                if not busy or time.monotonic() - began > seconds:
                    raise
            time.sleep(pause)
            pause = min(pause * 1.5, 0.05)
    finally:
        db.execute(f"PRAGMA busy_timeout = {WAIT_TO_WRITE * 1_000:.0f}")


class Opened:
    """A connection, and why it is not the file itself (`trouble`, one clause, "" when it is)."""

    def __init__(self, db: sqlite3.Connection, trouble: str = "") -> None:
        self.db, self.trouble = db, trouble


def opened(path: str) -> Opened:
    """The library at `path`, brought up to date; or, with the trouble named, a copy or an empty one in memory."""
    try:
        return Opened(_file(path))
    except (sqlite3.Error, OSError, UnicodeError) as error:
        trouble = why(error)
    except Foreign as error:
        return Opened(in_memory(), str(error))
    try:
        return Opened(_copy(path), trouble)
    except (sqlite3.Error, OSError, UnicodeError, Foreign):
        return Opened(in_memory(), trouble)


def in_memory() -> sqlite3.Connection:
    """A library that lasts as long as this process."""
    return _ready(sqlite3.connect(":memory:", isolation_level=None))


def moved_to_memory(db: sqlite3.Connection) -> sqlite3.Connection:
    """All that the open library holds, in memory, and the file let go of. Of one that is very large, or that cannot be
    read to its end, only the reader's own marks."""
    memory = in_memory()
    try:
        pages, size = (db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
        if pages * size > LARGEST:
            raise sqlite3.OperationalError("too large to copy")
        db.backup(memory)
    except FAILURES:
        return own_in_memory(db)
    db.close()
    return memory


def own_in_memory(db: sqlite3.Connection) -> sqlite3.Connection:
    """The reader's own marks in memory, as far as they can be read, and nothing else of the open library, which is let
    go of."""
    memory = in_memory()
    for table in ("mark", "tag", "note", "looked", "undo"):
        try:
            rows = db.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - the names are ours
            marks = ", ".join("?" * len(rows[0])) if rows else ""
            memory.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608
        except FAILURES:
            pass  # damaged, or not the table that it should be
    db.close()
    return memory


def why(error: Exception) -> str:
    """The error in a clause that ends a sentence: lower case, no full stop."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    if isinstance(error, UnicodeError):  # of SQLite's own sentence about a table whose name is damaged
        return "database disk image is malformed"
    return str(error) or type(error).__name__


def _file(path: str) -> sqlite3.Connection:
    if not os.path.exists(path):
        folders.make(os.path.dirname(path))
        # Made here and not by SQLite, which would take the umask's word for who may read it.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    return _ready(sqlite3.connect(path, timeout=WAIT_TO_WRITE, isolation_level=None))


def _ready(db: sqlite3.Connection) -> sqlite3.Connection:
    """Checked to be ours and of today's shape. The journal stays a rollback journal: a WAL cannot be read on a full
    disk or in a read-only folder, and loses commits when the power goes."""
    try:
        db.execute("PRAGMA trusted_schema = OFF")
        make_ready(db)
        if not patiently(db, lambda: is_todays(db), WAIT_TO_READ):
            migrate(db)
    except BaseException:
        db.close()
        raise
    return db


def _copy(path: str) -> sqlite3.Connection:
    """A copy in memory of a file that cannot be read where it lies, such as one with a journal left over in a folder
    that we may not write: SQLite has to play the journal back first."""
    import shutil
    import tempfile

    with tempfile.TemporaryDirectory(prefix="papercli-") as folder:
        there = os.path.join(folder, "library.db")
        shutil.copyfile(path, there)
        if os.path.exists(path + "-journal"):
            shutil.copyfile(path + "-journal", there + "-journal")
        db, memory = (
            _ready(sqlite3.connect(there, isolation_level=None)),
            sqlite3.connect(":memory:", isolation_level=None),
        )
        try:
            db.backup(memory)
        finally:
            db.close()
    return _ready(memory)
