"""When the next request to a server may be sent: one pace for all processes of this person on this machine."""

from __future__ import annotations

import json
import os
import re
import time

from papercli.errors import Busy
from papercli.limits import LONGEST, rate_limit, retry_after
from papercli.system import folders, opening
from papercli.system.lock import Lock
from papercli.value import changed, value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from papercli.request import Request

GAPS = {"arxiv.org": 3.0}
"""Seconds from the end of one request to the start of the next, for hosts that allow one connection at a time.

arXiv asks for this over all its machines together: https://info.arxiv.org/help/api/tou.html
"""


@value
class _Clock:
    """What is known of one lane. Times are seconds since 1970 (UTC); 0 is never."""

    left: int | None = None
    """Requests the server still takes until `reset`; None when it did not say."""

    reset: float = 0.0
    """When `left` is filled up again."""

    closed: float = 0.0
    """Until when the server asked not to be asked."""

    last: float = 0.0
    """When the last request ended. Kept for lanes with a gap only."""

    def wait(self, now: float, gap: float) -> float:
        """Seconds until the next request may be sent; 0 or less when it may be now."""
        empty = self.reset - now if self.left == 0 else 0.0
        return max(self.closed - now, empty, self.last + gap - now if self.last else 0.0)

    def taken(self, now: float, gap: float) -> _Clock:
        """The clock after one more request, if it may be sent now; else the same clock."""
        if self.left is None or self.wait(now, gap) > 0:
            return self
        return changed(self, left=max(0, self.left - 1))

    def sane(self, now: float) -> _Clock:
        """The same without what is over, and without times that only a broken clock can have written."""
        open_again = not 0 < self.closed - now <= LONGEST + 1
        full_again = not 0 < self.reset - now <= LONGEST + 1
        return _Clock(
            left=None if full_again else self.left,
            reset=0.0 if full_again else self.reset,
            closed=0.0 if open_again else self.closed,
            last=0.0 if self.last > now else self.last,
        )


def spoken(wait: float) -> str:
    """Seconds as '12 s', rounded up, so that coming back then is late enough."""
    return f"{-int(-wait // 1)} s"


def lane(url: str, token: str = "") -> str:
    """The name under which requests to `url` are counted together: "huggingface.co/api/token", "arxiv.org".

    Hugging Face counts its API apart from its pages, and those who send a token apart from those who send none
    (https://huggingface.co/docs/hub/rate-limits); arXiv counts all its machines together.
    """
    found = re.match(r"[^:/]*://(?:[^/?#]*@)?([^/?#]*)/?([^/?#]*)", url)
    host, first = (found[1].lower(), found[2]) if found else (url, "")
    for name in GAPS:
        if host == name or host.endswith("." + name):
            return name
    return f"{host}/{first}/{'token' if token else ''}".rstrip("/")


def lane_of(request: Request) -> str:
    """The lane in which the request waits."""
    return request.lane or lane(request.url, request.token)


class Pace:
    """The clocks of all lanes, each in a small file of `folder` that any process of this person reads and writes.

    Where the folder cannot be written each process keeps its own clocks. `told` hears of waits over
    `told_after` seconds.
    """

    stuck = 5.0
    """Seconds for which a clock is waited for that another process reads and writes."""

    def __init__(
        self,
        folder: str,
        *,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
        told: Callable[[str], None] = lambda text: None,
        gaps: Mapping[str, float] = GAPS,
        told_after: float = 1.0,
    ) -> None:
        self._folder = folder
        self._now = now
        self._sleep = sleep
        self._told = told
        self._gaps = gaps
        self._told_after = told_after
        self._lines: dict[str, Lock] = {}
        self._unsaved: dict[str, _Clock] = {}
        self._told_of: dict[str, float] = {}  # by lane: the end of the wait that was told last; threads wait together

    def turn(self, lane: str, *, patience: float = 120.0, asked: float | None = None) -> float:
        """Come back when a request on `lane` may be sent, and count it. Seconds waited because the server asked for it.

        Raises Busy when it would take longer than `patience` seconds, or when the server asks for more than `asked`.
        For a lane with a gap the turn lasts until `done`: no other process or thread gets one before.
        """
        if lane in self._gaps:
            self._take_line(lane, patience)
        try:
            return self._wait(lane, patience, patience if asked is None else asked)
        except BaseException:
            self._leave_line(lane)
            raise

    def heard(self, lane: str, status: int, headers: Mapping[str, str]) -> float | None:
        """Learn from an answer. Seconds the server asked to wait if this was a 429 or 503 that says so, else None.

        `headers` have lower-case names. Read are `RateLimit: "api";r=499;t=293` (r requests left, t seconds until it
        starts anew) and `Retry-After` (RFC 9110, 10.2.3).
        """
        now = self._now()
        left, reset = rate_limit(headers.get("ratelimit", ""))
        asked = None
        if status in (429, 503):
            asked = reset + 1 if left == 0 else retry_after(headers, now)

        def learned(clock: _Clock) -> _Clock:
            if left is not None:
                clock = _counted(clock, left, now + reset + 1)
            return clock if asked is None else changed(clock, closed=max(clock.closed, now + asked))

        if left is not None or asked is not None:
            self._change(lane, learned)
        return asked

    def done(self, lane: str) -> None:
        """The request of the last `turn` on `lane` is over, however it went."""
        if lane in self._lines:
            self._change(lane, lambda clock: changed(clock, last=self._now()))
            self._leave_line(lane)

    def _take_line(self, lane: str, patience: float) -> None:
        line = Lock(
            self._path(lane, "line"),
            timeout=patience,
            told=lambda: self._told(f"waiting for another papercli to finish with {lane}"),
        )
        try:
            line.__enter__()
        except TimeoutError as error:
            raise Busy(f"another papercli is still asking {lane}", hint="try again later") from error
        self._lines[lane] = line

    def _leave_line(self, lane: str) -> None:
        if lane in self._lines:
            self._lines.pop(lane).__exit__(None, None, None)

    def _wait(self, lane: str, patience: float, asked: float) -> float:
        gap = self._gaps.get(lane, 0.0)
        host = lane.partition("/")[0]
        told, waited = False, 0.0
        while (wait := self._try(lane, gap)) > 0:
            if wait > patience or (wait > gap and waited + wait > asked):
                raise Busy(f"{host} asks to come back in {spoken(wait)}", hint="try again then")
            if wait > self._told_after and not told and self._now() + wait > self._told_of.get(lane, 0.0) + 1:
                self._told_of[lane] = self._now() + wait
                self._told(f"waiting {spoken(wait)} for {host}, as it asked")
                told = True
            self._sleep(wait)
            patience -= wait
            waited += wait if wait > gap else 0.0
        return waited

    def _try(self, lane: str, gap: float) -> float:
        """Count a request that may be sent now; else the seconds to wait."""
        now = self._now()
        return self._change(lane, lambda clock: clock.taken(now, gap)).wait(now, gap)

    def _change(self, lane: str, change: Callable[[_Clock], _Clock]) -> _Clock:
        """Change the clock of `lane`, alone; the clock as it was before."""
        lock = Lock(self._path(lane, "lock"), timeout=self.stuck)
        try:
            lock.__enter__()
        except TimeoutError:
            pass  # its holder was stopped in the middle: a pace a little off is better than no answer
        try:
            before = self._read(lane)
            after = change(before)
            if after != before:
                self._write(lane, after)
            return before
        finally:
            lock.__exit__(None, None, None)

    def _path(self, lane: str, kind: str) -> str:
        return os.path.join(self._folder, f"pace-{re.sub(r'[^a-z0-9.-]', '_', lane)[:80]}.{kind}")

    def _read(self, lane: str) -> _Clock:
        """The clock as any process left it last; a new one when there is none, or none that can be read."""
        clock = self._unsaved.get(lane)
        if clock is None:
            try:
                with opening.regular(self._path(lane, "json")) as file:
                    clock = _clock(json.loads(file.read(4096)))
            except (OSError, ValueError, RecursionError):
                clock = _Clock()
        return clock.sane(self._now())

    def _write(self, lane: str, clock: _Clock) -> None:
        path = self._path(lane, "json")
        saved = {"left": clock.left, "reset": clock.reset, "closed": clock.closed, "last": clock.last}
        try:
            folders.write(path, json.dumps(saved).encode("ascii"))
            self._unsaved.pop(lane, None)
        except OSError:
            self._unsaved[lane] = clock


def _clock(saved: object) -> _Clock:
    """Raises ValueError for anything `_write` cannot have written."""
    left = saved.get("left") if isinstance(saved, dict) else -1
    if not isinstance(saved, dict) or not (left is None or (type(left) is int and left >= 0)):
        raise ValueError("not a clock")
    return _Clock(left, *(_time(saved.get(name)) for name in ("reset", "closed", "last")))


def _time(saved: object) -> float:
    if isinstance(saved, int | float) and 0 <= saved < 1e11:  # NaN is neither
        return float(saved)
    raise ValueError("not a time")


def _counted(clock: _Clock, left: int, reset: float) -> _Clock:
    """The clock after a server said that `left` requests are left until `reset`.

    Within one window the lower number holds: turns already taken may not have reached the server when it counted.
    """
    same_window = clock.left is not None and abs(clock.reset - reset) < 5
    return changed(clock, left=min(left, clock.left or 0) if same_window else left, reset=reset)
