"""The last list that was printed, so that `papers show 3` knows which paper was third.

Kept per terminal. A list in a pipe never renumbers what a person sees on a terminal; where there is no terminal, the
last list of any kind counts.
"""

from __future__ import annotations

import json
import os

from papercli.errors import BadRequest
from papercli.identify import paper_id
from papercli.system import folders
from papercli.system.opening import regular
from papercli.system.session import boot, terminal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

MAX_BYTES = 1 << 20
MOST = 9_999  # rows: nobody types a longer number


class LastList:
    """`folder` is the state folder; it need not exist."""

    def __init__(self, folder: str) -> None:
        self._folder = os.path.join(folder, "last-lists")

    def keep(self, ids: Sequence[str], *, shown: bool) -> None:
        """Remember this list; with `shown`, as the one on this terminal. A state folder that cannot be written is no
        reason to fail: then there are no numbers. An empty list numbers nothing and replaces none."""
        if not ids:
            return
        names = ["any", terminal()] if shown else ["any"]
        for name in filter(None, names):
            try:
                self._write(name, json.dumps(list(ids[:MOST])))
            except OSError:
                return

    def row(self, number: int) -> str:
        """The id in row `number` (from 1). Raises BadRequest when there is no such row."""
        ids = self._read(terminal() or "any")
        if not ids:
            raise BadRequest("no list was printed here yet", hint="papers today prints one; or name a paper by its id")
        if not 1 <= number <= len(ids):
            raise BadRequest(f"the last list has {len(ids)} rows, and no row {number}")
        return ids[number - 1]

    def ids(self) -> list[str]:
        """What the last list on this terminal holds, or else the last list of any kind; not checked to be ids."""
        kept = self._kept(terminal() or "any") or self._kept("any")
        return [id for id in kept if isinstance(id, str)]

    def _write(self, name: str, text: str) -> None:
        folders.write(os.path.join(self._folder, name), text.encode())

    def _read(self, name: str) -> list[str]:
        try:
            return [paper_id(id) for id in self._kept(name)]
        except (TypeError, AttributeError, BadRequest):
            return []

    def _kept(self, name: str) -> list[Any]:
        try:
            with regular(os.path.join(self._folder, name)) as file:
                if name != "any" and os.fstat(file.fileno()).st_mtime < boot():
                    return []  # another session of that number
                kept = json.loads(file.read(MAX_BYTES))
        except (OSError, ValueError, RecursionError):
            return []
        return kept if isinstance(kept, list) else []
