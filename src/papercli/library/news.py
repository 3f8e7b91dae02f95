"""What happened to papers after they were known: a new version, a publication, a withdrawal. Written down when arXiv
tells of it, whoever asked, and read when the person wants to know."""

from __future__ import annotations

from papercli.library.failures import failures
from papercli.library.own import intact
from papercli.text import line

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

    from papercli.library.store import Store

    State = tuple[int | None, str | None, str | None, str | None]
    """Version, DOI, journal reference and comment."""

WITHDRAWN = "withdrawn"


def state(db: sqlite3.Connection, number: int) -> State:
    """What there may be news of."""
    sql = "SELECT version, doi, journal_ref, arxiv_comment FROM paper WHERE number = ?"
    found: State = db.execute(sql, [number]).fetchone()
    return found


def noted(db: sqlite3.Connection, number: int, before: State, at: int) -> None:
    """Write down what is new since `before`. Of a paper that arXiv had not told of before, all is: so nothing."""
    after = state(db, number)
    if before[0] is None or before == after:
        return
    found: list[tuple[str, str | None, str | None]] = []
    if (after[0] or 0) > before[0]:
        found.append(("version", f"v{before[0]}", f"v{after[0]}"))
    found += [(what, old, new) for what, old, new in zip(("doi", "journal"), before[1:3], after[1:3], strict=True)
              if new and new != old]  # fmt: skip
    if WITHDRAWN in (after[3] or "").lower() and WITHDRAWN not in (before[3] or "").lower():
        found.append((WITHDRAWN, None, after[3]))
    db.executemany("INSERT OR IGNORE INTO news VALUES (?, ?, ?, ?, ?)", [(number, at, *each) for each in found])


class News:
    """What `store` knows to have happened."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def starred(self, since: int) -> dict[int, tuple[str, ...]]:
        """What happened to starred papers after `since` (seconds since 1970), in words, by the papers' numbers; the
        latest first."""
        sql = (
            "SELECT n.paper, n.what, n.before, n.after, m.id, m.seen, m.read, m.starred, m.later, m.hidden, m.checksum"
            " FROM news n JOIN paper p ON p.number = n.paper JOIN mark m ON m.id = p.id"
            " WHERE m.starred IS NOT NULL AND n.at > ? ORDER BY n.at DESC, n.paper DESC"
        )
        found: dict[int, tuple[str, ...]] = {}
        with failures():
            for number, what, before, after, *marks in self._store.read(sql, [since]):
                if not intact(*marks):
                    continue
                found[number] = (*found.get(number, ()), _said(what, before, after))
        return found


def _said(what: str, before: str | None, after: str | None) -> str:
    if what == "version":
        return f"new version {line(after)}, was {line(before)}"
    if what == WITHDRAWN:
        return f"withdrawn: {line(after)}"
    return f"published: {'doi ' if what == 'doi' else ''}{line(after)}"
