"""Another hand that writes into a library, and knows how its rows are summed up."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from papercli.library.sums import COLUMNS, make_ready, sum_up


def resummed(path: Path) -> None:
    """Make every checksum of facts in the library right for what stands there now."""
    with closing(sqlite3.connect(path)) as db, db:
        make_ready(db)
        for table in COLUMNS:
            db.execute(sum_up(table))
