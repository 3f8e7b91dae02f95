"""The reader's own marks: only the reader changes them, and every change can be taken back."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from papercli.library.changes import Change
    from papercli.library.store import Store
    from papercli.library.transfer import Merged, Own


def mark(
    db: sqlite3.Connection, ids: Sequence[str], changes: Mapping[str, Any], *, by: str, clock: int, machine: str
) -> int:
    """Set or clear (None) marks on papers, all of them, and write down how to undo it: `changes.write`."""
    from papercli.library.changes import write

    return write(db, {id: dict(changes) for id in ids}, by=by, clock=clock, machine=machine)


class Marks:
    """The reader's own marks in `store`. What changes them raises LibraryError where it cannot be kept for good.

    In changes a mark's name (read, starred, later, hidden) stands for when it was made (seconds since 1970, UTC), or
    None for taking it away; "tag:NAME" likewise; "note" for its words or None. `clock` is the present in milliseconds
    since 1970, `machine` names this one, and `by` says who asked ("cli", "import", ...).
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    # Changing

    def change(self, ids: Sequence[str], changes: Mapping[str, Any], *, by: str, clock: int, machine: str) -> int:
        """Make the changes to each paper, all of them or none. Returns the number of the entry in the undo log.

        What is already so keeps its time; where all is already so nothing is written, and the number is 0.
        """
        from papercli.library.changes import needed, write

        def work(db: sqlite3.Connection) -> int:
            wanted = {id: new for id in ids if (new := needed(db, id, changes, clock // 1_000))}
            return write(db, wanted, by=by, clock=clock, machine=machine) if wanted else 0

        return self._store.keep(work)

    def undo(self, *, clock: int) -> Change | None:
        """Take back the newest change that is not taken back yet; None when there is none."""
        from papercli.library.changes import take_back

        return self._store.keep(lambda db: take_back(db, clock))

    def merge(self, given: Own, also: Callable[[], None], *, clock: int, machine: str) -> Merged:
        """Add what is given, as one change by "import": see `transfer.merge`. `also` is done with it, and when it
        raises nothing is changed."""
        from papercli.library.transfer import merge

        def work(db: sqlite3.Connection) -> Merged:
            merged = merge(db, given, clock=clock, machine=machine)
            also()
            return merged

        return self._store.keep(work)

    # Reading

    def log(self, most: int = 50) -> list[Change]:
        """The last changes, newest first."""
        from papercli.library.changes import logged

        return logged(self._store, "1 ORDER BY number DESC LIMIT ?", most)

    def entry(self, number: int) -> Change:
        """The entry of the undo log with that number."""
        from papercli.library.changes import logged

        return logged(self._store, "number = ?", number)[0]

    def titles(self, ids: Sequence[str]) -> dict[str, str]:
        """The title of each of these papers that the library knows, by id."""
        from papercli.library.changes import titles

        return titles(self._store, ids)

    def tags(self, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """The tags of each of these papers, sorted; all ids are in it."""
        from papercli.library.changes import tags

        return tags(self._store, ids)

    def note(self, id: str) -> str:
        """The words of the paper's note, "" when it has none."""
        from papercli.library.changes import note

        return note(self._store, id)

    def own(self) -> Own:
        """All that is the reader's own."""
        from papercli.library.transfer import own

        return own(self._store)
