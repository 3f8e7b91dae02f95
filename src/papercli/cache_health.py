"""How the cache is doing, seen from outside: how much it holds, whether it is sound. Emptying it, and starting anew."""

from __future__ import annotations

import os
import sqlite3

from papercli.cache import move_aside
from papercli.value import value

# What the cache keeps in its folder. Nothing else there is touched: PAPERCLI_HOME may be any folder of a person's.
FILES = ("cache.db", "cache.db-wal", "cache.db-shm", "cache.db-journal", "cache.db.broken")


@value
class Health:
    """What there is to know of a cache."""

    bytes: int = 0
    """Size of its files."""

    answers: int = 0
    oldest: float | None = None
    """When the oldest answer was kept: seconds since 1970, UTC. None without answers."""

    newest: float | None = None
    damage: str = ""
    """Why it cannot be read, in a clause; empty when it can."""


def examine(folder: str) -> Health:
    """What is in the cache in `folder`, which need not exist. Nothing is written, and nothing raised."""
    path = os.path.join(folder, "cache.db")
    size = sum(os.path.getsize(file) for file in _files(folder))
    if not os.path.exists(path):
        return Health(size)
    try:
        db = sqlite3.connect(path, timeout=2.0, isolation_level=None)
        try:
            db.execute("PRAGMA query_only = ON")
            (checked,) = db.execute("PRAGMA quick_check(1)").fetchone()
            if checked != "ok":
                return Health(size, damage=str(checked).partition("\n")[0].strip("* "))
            row = db.execute("SELECT count(*), min(store_time), max(store_time) FROM Cache").fetchone()
            return Health(size, *row)
        finally:
            db.close()
    except sqlite3.Error as error:
        return Health(size, damage=str(error) or type(error).__name__)


def clear(folder: str) -> int:
    """Delete what the cache keeps in `folder`; how many bytes that were. Raises OSError when it cannot be deleted."""
    size = 0
    for file in _files(folder):
        size += os.path.getsize(file)
        os.remove(file)
    return size


def start_anew(folder: str) -> bool:
    """Move a damaged cache aside, to `cache.db.broken`; the next run begins a new one. False when it cannot be."""
    return move_aside(folder)


def _files(folder: str) -> list[str]:
    paths = [os.path.join(folder, name) for name in FILES]
    return [path for path in paths if os.path.lexists(path) and not os.path.isdir(path)]
