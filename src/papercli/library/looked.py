"""How far a reader has come: when they last asked what is new, and what has come since."""

from __future__ import annotations

import json
from datetime import date

from papercli.library.failures import failures
from papercli.library.own import checksum
from papercli.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

    from papercli.library.store import Store


@value
class Look:
    """When the reader looked (seconds since 1970, UTC, of the last answer that was known then), and the day of the
    newest listing at that time."""

    at: int
    day: date


# When this listing was first known to hold the paper. What the library was told without counting came with the paper.
_SINCE = (
    "coalesce((SELECT min(o.at) FROM observation o WHERE o.paper = {0}.paper AND o.day = {0}.day),"
    " (SELECT first_seen FROM paper f WHERE f.number = {0}.paper))"
)
_NEW = f"({{0}}.day > :day OR ({{0}}.day = :day AND {_SINCE} > :at))"

# Each paper once, though it was listed on two days: what had been listed before the look is not new again.
_ENTERED = f"""
SELECT l.paper, max(l.day) FROM listed l
WHERE l.source = :feed AND l.day >= :day AND {_NEW.format("l")}
AND NOT EXISTS (SELECT 1 FROM listed e WHERE e.paper = l.paper AND e.day < l.day AND NOT {_NEW.format("e")})
GROUP BY l.paper ORDER BY 2 DESC, min(l.rank) IS NULL, min(l.rank), l.paper DESC
"""  # noqa: S608 - text of our own


class Looks:
    """The looks kept in `store`: one for the feed and one for each followed topic, by name."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def last(self, name: str) -> Look | None:
        """The last look at `name`, or None; a row that is not as it was written says nothing."""
        row = self._store.one("SELECT at, day, checksum FROM looked WHERE name = ?", name)
        if not row or row[2] != checksum(name, row[0], row[1]):
            return None
        with failures():
            return Look(row[0], date.fromisoformat(row[1]))

    def entered(self, feed: str, since: Look) -> list[tuple[int, date]]:
        """(paper's number, day) of what came into the feed since that look, newest day first, best rank first."""
        with failures():
            rows = self._store.read(_ENTERED, {"feed": feed, "day": since.day.isoformat(), "at": since.at})
            return [(number, date.fromisoformat(day)) for number, day in rows]

    def now(self, day: date, at: int | None = None) -> Look:
        """A look at what is known now, where `day` is the newest listing's; or at what is known `at` a time."""
        row = self._store.one("SELECT max(at) FROM observation")
        return Look(at or row[0] or 0, day)

    def met(self, numbers: Sequence[int]) -> int:
        """When the library met the latest of these papers (seconds since 1970, UTC); 0 for none."""
        sql = "SELECT max(first_seen) FROM paper WHERE number IN (SELECT value FROM json_each(?))"
        return int(self._store.one(sql, json.dumps(list(numbers)))[0] or 0)

    def keep(self, name: str, look: Look) -> None:
        """Remember that everything up to `look` was seen."""
        self._store.write(lambda db: _put(db, {name: look}))

    def keep_for_good(self, looks: Mapping[str, Look]) -> None:
        """`keep` for each by its name, all or none. Raises LibraryError when that cannot last."""
        self._store.keep(lambda db: _put(db, looks))


def _put(db: sqlite3.Connection, looks: Mapping[str, Look]) -> None:
    rows = [(name, look.at, look.day.isoformat()) for name, look in looks.items()]
    sql = "INSERT OR REPLACE INTO looked (name, at, day, checksum) VALUES (?, ?, ?, ?)"
    db.executemany(sql, [(*row, checksum(*row)) for row in rows])
