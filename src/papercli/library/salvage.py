"""What can still be read of the reader's own in a library that is damaged."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from contextlib import closing

from papercli.library.file import FAILURES
from papercli.library.schema import MIGRATIONS
from papercli.library.transfer import TABLES, own_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from papercli.library.transfer import Own


def salvaged(path: str) -> Own:
    """Every mark, tag, note and look in the file at `path` whose checksum is right, and that a page holds which can be
    reached. The file is left as it is; a copy of it is read. Raises OSError when there is no such file."""
    with tempfile.TemporaryDirectory(prefix="papercli-") as folder:
        there = os.path.join(folder, "library.db")
        shutil.copyfile(path, there)
        if os.path.exists(path + "-journal"):
            shutil.copyfile(path + "-journal", there + "-journal")
        with closing(sqlite3.connect(there, isolation_level=None)) as db:
            db.text_factory = lambda text: text.decode("utf-8", "replace")
            db.execute("PRAGMA trusted_schema = OFF")
            db.execute("PRAGMA writable_schema = ON")  # then a damaged table does not keep others from being read
            return own_of({table: _rows(db, table, sql, key) for table, (sql, key) in TABLES.items()})


def _rows(db: sqlite3.Connection, table: str, sql: str, key: str) -> list[tuple[Any, ...]]:
    """The rows up to the damage, from the first on and from the last back; none of what is no table of ours."""
    found: dict[tuple[Any, ...], None] = {}
    try:
        kind = db.execute("SELECT type FROM sqlite_schema WHERE name = ?", [table]).fetchone()
        if kind != ("table",) or db.execute("PRAGMA user_version").fetchone()[0] > len(MIGRATIONS):
            return []
    except FAILURES:
        return []
    for way in (key, ", ".join(f"{name} DESC" for name in key.split(", "))):
        try:
            for row in db.execute(f"{sql} ORDER BY {way}"):
                found[row] = None
        except FAILURES:
            continue
    return sorted(found, key=lambda row: tuple(map(str, row)))
