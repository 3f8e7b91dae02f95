"""What was counted when: a paper's votes over time, and how fast they come in."""

from __future__ import annotations

from papercli.library.entries import instant
from papercli.library.failures import failures
from papercli.text import number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime

    from papercli.library.store import Store

APART = 6 * 3_600
"""Seconds between two looks that say something of an hour's votes: after one hour chance says more than the paper."""

RISING = f"""(
    SELECT (n.upvotes - coalesce(b.upvotes, 0) + 1.0) / ({APART / 3_600:g} + max(0,
        -- until the last look at anything, since when
        max(n.at, coalesce((SELECT max(at) FROM listing), 0)) - coalesce(b.at,
            -- the look before; without one there were no votes when its first day began
            strftime('%s', coalesce((SELECT min(y.day) FROM listed y WHERE y.paper = p.number), p.published)),
            p.first_seen
        )) / 3600.0)
    FROM observation n LEFT JOIN observation b ON b.paper = n.paper AND b.at = (
        SELECT max(x.at) FROM observation x
        WHERE x.paper = p.number AND x.upvotes IS NOT NULL AND x.at <= n.at - {APART}
    )
    WHERE n.paper = p.number AND n.at = (
        SELECT max(x.at) FROM observation x WHERE x.paper = p.number AND x.upvotes IS NOT NULL
    )
)"""  # noqa: S608 - the numbers are ours
"""SQL: votes an hour since the look before the last one, smoothed; NULL where no votes were counted. `p` is a row of
table paper. docs/trends.md has the formula in words, and why it is so."""


class History:
    """What was counted when, as `store` remembers it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def upvotes(self, id: str) -> tuple[tuple[datetime, int], ...]:
        """(when, in UTC; how many votes) for every look at the paper, oldest first; () where no votes were counted.

        Raises LibraryError when that cannot be read.
        """
        sql = (
            "SELECT o.at, o.upvotes FROM observation o JOIN paper p ON p.number = o.paper"
            " WHERE p.id = ? AND o.upvotes IS NOT NULL ORDER BY o.at"
        )
        with failures():
            rows = self._store.read(sql, [id])
            return tuple((instant(at), votes) for at, given in rows if (votes := number(given)) is not None)
