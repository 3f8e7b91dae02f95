"""Ask a server until it answers: at its pace, within a time, as often as makes sense."""

from __future__ import annotations

import time

from papercli.errors import Unreachable
from papercli.pace import lane, lane_of
from papercli.status import Failing, TooMany, one_line

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
    What was spent on a server in vain is not spent again: the next request to it has what is left, or `hurried`."""

    hurried = 5.0
    """Seconds for a request that something kept can stand in for, all told."""

    patience = 120.0
    """Seconds for which a run waits, from one answer to the next, because servers or arXiv's terms ask for it."""

    short_wait = 10.0
    """Seconds of such a wait for which there is always patience."""

    pauses = (1.5, 3.0)
    """Seconds before the second and the third try, where the server names no time."""

    short_pause = 0.5
    """Seconds before the only other try when nobody is there."""

    def __init__(self, pace: Callable[[], Pace], send: Callable[[], Send]) -> None:
        self._pace, self._send = pace, send
        self._in_vain: dict[str, float] = {}  # by host: seconds in which it was asked since its last answer
        self._waits_since = 0.0  # by the monotonic clock; 0 when an answer came after the last wait

    def reply(self, request: Request, kept: Kept | None, hurry: float) -> Reply:
        """Any reply but 429 and 5xx, which are errors: from one try in `hurry` seconds, or, if 0, from up to three."""
        host, tries = host_of(request), 0
        left = hurry or max(self.deadline - self._in_vain.get(host, 0.0), self.hurried)
        patience = hurry * 0.8
        while True:
            arrived = time.monotonic()
            self._pace().turn(lane_of(request), patience=patience if hurry else self._waits(arrived))
            began = time.monotonic()
            patience -= began - arrived
            left -= began - arrived if hurry else 0.0
            try:
                reply = self._once(request, kept, left)
                self._in_vain.pop(host, None)
                self._waits_since = 0.0
                return reply
            except Unreachable as failure:
                tries += 1
                left -= time.monotonic() - began
                self._in_vain[host] = self._in_vain.get(host, 0.0) + time.monotonic() - began
                pause = self._pause(failure, tries)
                if hurry or tries > getattr(failure, "more_tries", 0) or pause >= left:
                    raise
            time.sleep(pause)
            left -= pause

    def _waits(self, now: float) -> float:
        """Seconds for which a request may wait until it is sent."""
        self._waits_since = self._waits_since or now
        return max(self.patience - (now - self._waits_since), min(self.short_wait, self.patience))

    def _once(self, request: Request, kept: Kept | None, seconds: float) -> Reply:
        where = lane_of(request)
        try:
            etag, modified = (kept.etag, kept.last_modified) if kept else ("", "")
            reply = self._send()(request, seconds=seconds, etag=etag, last_modified=modified)
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
