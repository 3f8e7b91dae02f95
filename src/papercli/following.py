"""What the reader follows and mutes: the queries of topics.toml, read as the query language."""

from __future__ import annotations

import os

from papercli.errors import BadRequest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from papercli.config.topics import Topics
    from papercli.dates import Span
    from papercli.expression import Expression

FILE = "topics.toml"


class Following:
    """`folder(kind)` names the folders, `days` gives the days of a WHEN. Nothing is read before it is asked for.

    Asking raises BadRequest, which names the file and the line, for what cannot be read.
    """

    def __init__(self, folder: Callable[[str], str], days: Callable[[str], Span]) -> None:
        self._folder, self._days = folder, days
        self._kept: Topics | None = None
        self._muted: Expression | None = None

    @property
    def path(self) -> str:
        """Where topics.toml is, or would be."""
        return os.path.join(self._folder("config"), FILE)

    @property
    def muted(self) -> Expression | None:
        """What is muted, all of it together; None when nothing is."""
        if self._muted is None and (topics := self._topics()) and topics.mute:
            from papercli.expression import Either

            parts = [self._read("mute", name, query) for name, query in topics.mute.items()]
            self._muted = Either(tuple(parts)) if len(parts) > 1 else parts[0]
        return self._muted

    @property
    def followed(self) -> dict[str, Expression]:
        """Every followed topic by its name, in the order of the file."""
        topics = self._topics()
        return {name: self._read("follow", name, query) for name, query in topics.follow.items()} if topics else {}

    def query(self, name: str) -> str:
        """What the topic `name` looks for, as written. Raises BadRequest when nothing of that name is followed."""
        topics = self._topics()
        known = topics.follow if topics else {}
        if name not in known:
            from difflib import get_close_matches

            near = get_close_matches(name, known, 1, 0.5)
            meant = f"did you mean {near[0]}?" if near else f"papers follow add {name} QUERY"
            raise BadRequest(f"nothing called “{name}” is followed", hint=meant)
        return known[name]

    def _topics(self) -> Topics | None:
        if self._kept is None and os.path.lexists(self.path):
            from papercli.config.topics import read

            self._kept = read(self.path, self._folder("state"))
        return self._kept

    def _read(self, table: str, name: str, query: str) -> Expression:
        from papercli.grammar import parse

        try:
            return parse(query, self._days)
        except BadRequest as error:
            from papercli.config.topics import line_of

            where = f"{self.path}:{line_of(self.path, table, name)}"
            raise BadRequest(f"{where}: {name}: {error}", hint=error.hint, place=error.place) from error
