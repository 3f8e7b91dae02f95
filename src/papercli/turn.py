"""One process at a time asks for a thing; those that waited meanwhile learn how it ended, and need not ask again."""

from __future__ import annotations

import json
import os

from papercli.errors import Busy, CutShort, NotAllowed, Unreachable, Unreadable
from papercli.system.lock import Lock
from papercli.system.opening import NO_LINK, regular

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from papercli.errors import PapercliError

_KINDS = {kind.__name__: kind for kind in (Unreachable, Busy, Unreadable, CutShort, NotAllowed)}
MAX_BYTES = 4_096


class Turn:
    """`with Turn(path, scope, told) as turn: ...` runs while no other process is inside the same turn.

    `scope` says whom is asked and as whom: a failure concerns those alone that would ask the same. `told()` is called
    once when the wait is longer than a second. After `patience` seconds the wait is over in any case, and
    `waited_out` says so: the process before may hang, or be stopped.
    """

    def __init__(self, path: str, scope: str, told: Callable[[], None], patience: float = 120.0) -> None:
        self._path, self._scope = path + ".failed", scope
        self._lock = Lock(path, told=told, timeout=patience)
        self.waited_out = False

    def __enter__(self) -> Turn:
        try:
            self._lock.__enter__()
        except TimeoutError:
            self.waited_out = True
        return self

    def __exit__(self, *failure: object) -> None:
        self._lock.__exit__(None, None, None)

    def failure(self, since: float) -> PapercliError | None:
        """How the asking of another process failed, if it did so after `since` (seconds since 1970).

        What failed at that very moment had failed before this run began to wait.
        """
        try:
            with regular(self._path) as file:
                kind, message, hint, at, scope = json.loads(file.read(MAX_BYTES))
            mine = at > since and scope == self._scope
            return _KINDS[kind](str(message), hint=str(hint)) if mine else None
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return None

    def failed(self, error: PapercliError, at: float) -> None:
        """Tell those that wait that it failed, and when. Where that cannot be written they ask for themselves."""
        if not self._lock.held:
            return
        try:
            file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | NO_LINK, 0o600)
            with open(file, "w", encoding="utf-8") as opened:
                kind = next(each.__name__ for each in type(error).__mro__ if each.__name__ in _KINDS)
                json.dump([kind, str(error), error.hint, at, self._scope], opened)
        except OSError:
            pass


def turn_for(what: str, folder: str, told: Callable[[], None], patience: float) -> Turn:
    """The turn to ask for one answer. There are sixteen files in `folder` for all of them, so now and then one waits
    that need not."""
    from zlib import crc32

    number = crc32(what.encode("utf-8", "replace"))
    return Turn(f"{folder}/asking-answer-{number % 16:x}", f"{number:08x}", told, patience)
