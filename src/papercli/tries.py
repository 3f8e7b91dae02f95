"""Ask a server until it answers: at its pace, within a time, as often as makes sense."""

from __future__ import annotations

import time
from _thread import allocate_lock  # `threading` costs two milliseconds, in every run

from papercli.errors import Unreachable
from papercli.pace import lane, lane_of
from papercli.status import Failing, TooMany, one_line
from papercli.system.lacking import lacking

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from papercli.cache import Kept
    from papercli.pace import Pace
    from papercli.request import Reply, Request

    class Send(Protocol):
        """`Network.send`, or what stands in for it."""

        def __call__(self, request: Request, *, seconds: float, etag: str, last_modified: str) -> Reply:
            """See `Network.send`."""


class Tries:
    """`reply(request)` is what the server said at last. One for each run, which may use it from several threads."""

    deadline = 30.0
    """Seconds for a request with all its tries, from when it may be sent; waits that a server asked for come on top.
    What a server was asked for in vain counts for the requests after it, too."""

    hurried = 5.0
    """Seconds for a request that something kept can stand in for, all told; and for one to a server that has had its
    deadline, up to twice that deadline."""

    last = 1.0
    """Seconds for a request to a server that has been asked in vain for longer."""

    in_all = 120.0
    """Seconds that a server takes for the answers of a run; then a question has the `last`. Work that nobody waits for
    goes on."""

    patience = 120.0
    """Seconds for which a run waits in all because servers ask for it; work that nobody waits for, each time."""

    pauses = (1.5, 3.0)
    """Seconds before the second and the third try, where the server names no time."""

    short_pause = 0.5
    """Seconds before the only other try when nobody is there."""

    def __init__(self, pace: Callable[[], Pace], send: Callable[[], Send]) -> None:
        self._pace, self._send = pace, send
        self._in_vain: dict[str, _Spent] = {}  # by host, since its last answer
        self._asked: dict[str, _Spent] = {}  # by host, whatever came of it
        self._waited = _Spent()

    def reply(self, request: Request, kept: Kept | None, hurry: float, *, patient: bool = False) -> Reply:
        """Any reply but 429 and 5xx, which are errors: from one try in `hurry` seconds, or, if 0, from up to three.
        With `patient` the waits of the run before this request do not count."""
        host, tries = host_of(request), 0
        in_vain = self._in_vain.setdefault(host, _Spent())
        asked = self._asked.setdefault(host, _Spent())
        left = hurry or self._left(in_vain.seconds)
        if not patient:
            left = min(left, max(self.in_all - asked.seconds, self.last))
        while True:
            arrived = time.monotonic()
            waits = self.patience if patient else max(0.0, self.patience - self._waited.seconds)
            waited = self._pace().turn(lane_of(request), patience=hurry * 0.8 or self.patience, asked=waits)
            began = time.monotonic()
            self._waited.add(began - waited, began)
            left -= began - arrived if hurry else 0.0
            try:
                reply = self._once(request, kept, left)
                asked.add(began, time.monotonic())
                self._in_vain.pop(host, None)
                return reply
            except Unreachable as failure:
                tries += 1
                ended = time.monotonic()
                left -= ended - began
                asked.add(began, ended)
                in_vain.add(began, ended)
                pause = self._pause(failure, tries)
                if hurry or tries > getattr(failure, "more_tries", 0) or pause >= left:
                    raise
            time.sleep(pause)
            left -= pause

    def _left(self, in_vain: float) -> float:
        if in_vain >= 2 * self.deadline:
            return min(self.last, self.deadline)
        return max(self.deadline - in_vain, min(self.hurried, self.deadline))

    def _once(self, request: Request, kept: Kept | None, seconds: float) -> Reply:
        where = lane_of(request)
        try:
            etag, modified = (kept.etag, kept.last_modified) if kept else ("", "")
            reply = self._send()(request, seconds=seconds, etag=etag, last_modified=modified)
        except Exception as error:
            if why := lacking(error):
                raise Unreachable(f"{host_of(request)} cannot be asked: {why}") from error
            raise
        finally:
            self._pace().done(where)
        asked = self._pace().heard(where, reply.status, reply.headers)
        if reply.status == 429:
            raise TooMany(host_of(request), asked)
        if reply.status >= 500:
            raise Failing(host_of(request), reply.status, asked)
        return reply

    def _pause(self, failure: Unreachable, tries: int) -> float:
        """Seconds of our own before the next try; none where the pace will wait as long as the server asked."""
        if getattr(failure, "asked", None) is not None:
            return 0.0
        if getattr(failure, "more_tries", 0) == 1:
            return self.short_pause
        return self.pauses[min(tries, len(self.pauses)) - 1]


def host_of(request: Request) -> str:
    """The host that is asked, as it is told."""
    return one_line(lane(request.url).partition("/")[0])


class _Spent:
    """Seconds that were spent on something; what several threads spend at once counts once."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._until = 0.0
        self._lock = allocate_lock()

    def add(self, began: float, ended: float) -> None:
        """It was from then to then, by the monotonic clock."""
        with self._lock:
            self.seconds += max(0.0, ended - max(began, self._until))
            self._until = max(ended, self._until)
