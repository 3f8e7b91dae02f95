"""One process at a time asks for a thing; those that waited meanwhile learn how it ended, and need not ask again."""

from __future__ import annotations

import json
import os

from papercli.errors import Busy, NotAllowed, Unreachable, Unreadable
from papercli.lock import Lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from papercli.errors import PapercliError

_KINDS = {kind.kind: kind for kind in (Unreachable, Busy, Unreadable, NotAllowed)}
MAX_BYTES = 4_096


class Turn:
    """`with Turn(path, told) as turn: ...` runs while no other process is inside the same turn.

    `told()` is called once when the wait is longer than a second.
    """

    def __init__(self, path: str, told: Callable[[], None]) -> None:
        self._path, self._lock = path + ".failed", Lock(path, told=told)

    def __enter__(self) -> Turn:
        self._lock.__enter__()
        return self

    def __exit__(self, *failure: object) -> None:
        self._lock.__exit__(None, None, None)

    def failure(self, since: float) -> PapercliError | None:
        """How the asking of another process failed, if it did so after `since` (seconds since 1970).

        What failed at that very moment had failed before this run began to wait.
        """
        try:
            with open(self._path, encoding="utf-8") as file:
                kind, message, at = json.loads(file.read(MAX_BYTES))
            return _KINDS[kind](str(message)) if at > since else None
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return None

    def failed(self, error: PapercliError, at: float) -> None:
        """Tell those that wait that it failed, and when. Where that cannot be written they ask for themselves."""
        if not self._lock.held:
            return
        try:
            with open(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
                json.dump([error.kind, str(error), at], file)
        except OSError:
            pass
