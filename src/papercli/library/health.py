"""Whether library.db is sound: its pages, its word indexes, the checksums of its rows. And building an index anew.

Only what can be made again, or asked for again, is ever changed here; marks are looked at and stay as they are.
"""

from __future__ import annotations

import os
import sqlite3

from papercli.library.file import FAILURES, opened, why
from papercli.library.own import checksum
from papercli.library.sums import COLUMNS, right
from papercli.value import value

VERSION = sqlite3.sqlite_version
MOST_NAMED = 5
_COUNTED = ("paper", "listing", "mark", "tag", "note")
_NOT_ASKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
"""Why an index is not asked whether it is right: the file is locked, or cannot be written."""

_MARKS = ("mark", "tag", "note", "looked")
"""Tables of the reader's own, whose last column is the checksum of those before it."""


@value
class Health:
    """What there is to know of a library."""

    counts: dict[str, int]
    """Rows by table: papers, listings and marks."""

    trouble: str = ""
    """Why the file cannot be used at all, in a clause; empty when it can."""

    damage: str = ""
    """What SQLite finds wrong with its pages; empty when nothing."""

    indexes: tuple[str, ...] = ()
    """Word indexes that do not say what the papers say."""

    spoilt: int = 0
    """Papers and places in listings that are not what was written."""

    altered: tuple[str, ...] = ()
    """Ids of papers whose marks are not what was written; the first few, of `altered_count`."""

    altered_count: int = 0


def examine(path: str) -> Health | None:
    """What is known of the library at `path`; None when there is none. The file is opened as every run opens it."""
    if not os.path.lexists(path):
        return None
    found = opened(path)
    db = found.db
    try:
        if found.trouble:
            return Health({}, trouble=found.trouble)
        if damage := _damage(db):
            return Health({}, damage=damage, indexes=_indexes_that_differ(db))
        counts = {name: db.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in _COUNTED}  # noqa: S608
        altered = _altered(db)
        return Health(
            counts,
            spoilt=_spoilt(db),
            indexes=_indexes_that_differ(db),
            altered=tuple(altered[:MOST_NAMED]),
            altered_count=len(altered),
        )
    except FAILURES as error:
        return Health({}, damage=why(error))
    finally:
        db.close()


def rebuild(path: str) -> str:
    """Let go of papers that are not what was written, so that they are asked for again, and build the word indexes anew
    from the others. Why that failed, in a clause; empty when it did not."""
    found = opened(path)
    try:
        if found.trouble:
            return found.trouble
        found.db.execute("BEGIN IMMEDIATE")
        for statement in _LET_GO:
            found.db.execute(statement)
        for name in _indexes(found.db):
            found.db.execute(f"INSERT INTO {name} ({name}) VALUES ('rebuild')")  # noqa: S608 - a name of our own
        found.db.execute("COMMIT")
    except FAILURES as error:
        return why(error)
    finally:
        found.db.close()
    return ""


def _spoilt(db: sqlite3.Connection) -> int:
    wrong = (f"SELECT count(*) FROM {table} t WHERE NOT ({right(table, 't')})" for table in COLUMNS)  # noqa: S608
    return sum(db.execute(sql).fetchone()[0] for sql in wrong)


_LET_GO = (
    f"UPDATE listing SET whole = 0 WHERE (day, source) IN (SELECT day, source FROM listed l"  # noqa: S608 - our names
    f" LEFT JOIN paper p ON p.number = l.paper WHERE NOT ({right('listed', 'l')}) OR NOT ({right('paper', 'p')}))",
    *(f"DELETE FROM {table} AS t WHERE NOT ({right(table, 't')})" for table in COLUMNS),  # noqa: S608
)
"""Statements after which nothing that is spoilt is left, and the listings that it stood in are asked for again."""


def _damage(db: sqlite3.Connection) -> str:
    try:
        (said,) = db.execute("PRAGMA quick_check(1)").fetchone()
    except FAILURES as error:
        return why(error)
    return "" if said == "ok" else str(said).partition("\n")[2] or str(said)


def _indexes(db: sqlite3.Connection) -> list[str]:
    sql = (
        "SELECT name FROM sqlite_master WHERE type = 'table' AND lower(sql) LIKE 'create virtual table % using fts5 (%'"
    )
    return [name for (name,) in db.execute(sql) if name.isidentifier()]


def _indexes_that_differ(db: sqlite3.Connection) -> tuple[str, ...]:
    """The word indexes that are not what their papers say. Asking is a kind of writing to SQLite
    (sqlite.org/fts5.html#the_integrity_check_command), so a library that cannot be written is not asked."""
    differ = []
    for name in _indexes(db):
        try:
            db.execute("BEGIN IMMEDIATE")
            db.execute(f"INSERT INTO {name} ({name}, rank) VALUES ('integrity-check', 1)")  # noqa: S608
        except FAILURES as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _NOT_ASKED:
                differ.append(name)
        finally:
            if db.in_transaction:
                db.execute("ROLLBACK")
    return tuple(differ)


def _altered(db: sqlite3.Connection) -> list[str]:
    altered = []
    for table in _MARKS:
        for *columns, kept in db.execute(f"SELECT * FROM {table}"):  # noqa: S608 - names from the line above
            try:
                right = kept == checksum(*columns)
            except TypeError:  # a blob, which no papercli writes
                right = False
            if not right:
                altered.append(str(columns[0]))
    return altered
