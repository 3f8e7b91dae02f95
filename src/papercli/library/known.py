"""What can be told of the library file by a glance: for a shell that waits, never for a listing."""

from __future__ import annotations

import sqlite3
from datetime import date

from papercli.library.schema import APPLICATION_ID

PATIENCE = 0.1  # seconds, while another program writes
STEPS = 2_000_000  # of SQLite's machine; a file made by someone else may ask for any number
DAYS = """
    SELECT DISTINCT day FROM listing WHERE length(day) = 10
    AND EXISTS (SELECT 1 FROM listed WHERE listed.day = listing.day) ORDER BY day DESC LIMIT 2000
"""


def known_days(path: str) -> list[str]:
    """The days (YYYY-MM-DD, UTC) whose listing is kept and holds papers, newest first.

    Nothing is made, written or waited for; [] when the file cannot be read at once.
    """
    address = path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    try:
        db = sqlite3.connect(f"file:{address}?mode=ro", uri=True, timeout=PATIENCE)
    except sqlite3.Error:
        return []
    try:
        db.execute("PRAGMA trusted_schema = OFF")
        if db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            return []
        db.set_progress_handler(lambda: 1, STEPS)
        rows = db.execute(DAYS).fetchall()
    except (sqlite3.Error, UnicodeError):
        return []
    finally:
        db.close()
    return [day for (day,) in rows if _is_day(day)]


def _is_day(text: object) -> bool:
    try:
        return isinstance(text, str) and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
