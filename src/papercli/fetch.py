"""Answer a request: from what is kept while that is fresh, else from the network."""

from __future__ import annotations

import time
from _thread import allocate_lock  # `threading` costs two milliseconds, in every run

from papercli.errors import NotAllowed, Unreachable
from papercli.link import next_link
from papercli.replies import answer_of, kept_of, other
from papercli.tries import Tries, host_of
from papercli.value import changed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from papercli.cache import Cache, Kept
    from papercli.network import Network
    from papercli.pace import Pace
    from papercli.request import Answer, Reply, Request
    from papercli.tries import Send
    from papercli.turn import Turn

    Check = Callable[[bytes], None]


class Fetch:
    """`fetch(request)` is the answer to a GET. May be used from several threads.

    `cache` and `pace` are opened when first needed. With `offline` nothing is asked, with `refresh` everything is.
    `now` is in seconds since 1970 (UTC). `note(kind, text)` hears what the person should know besides the answer.
    `alone(what, patience)` is the turn to ask for `what`, one process of this person at a time; it waits at most
    `patience` seconds.
    """

    def __init__(
        self,
        *,
        cache: Callable[[], Cache],
        pace: Callable[[], Pace],
        send: Send | None = None,
        now: Callable[[], float] = time.time,
        offline: bool = False,
        refresh: bool = False,
        note: Callable[[str, str], None] = lambda kind, text: None,
        alone: Callable[[str, float], Turn] | None = None,
    ) -> None:
        self._open_cache = cache
        self._open_pace = pace
        self._send = send
        self._now = now
        self._offline = offline
        self._refresh = refresh
        self._note = note
        self._alone = alone
        self._lock = allocate_lock()
        self._cache: Cache | None = None
        self._network: Network | None = None
        self._pace: Pace | None = None
        self._refused_tokens: set[str] = set()
        self._trouble = ""
        self.tries = Tries(self._paced, self._sender)

    def __call__(self, request: Request, *, hurry: bool | None = False, check: Check | None = None) -> Answer:
        """The answer: kept, if that is fresh; new, if it can be had; else kept, with `failure` saying why.

        `hurry` is for a caller who has the content elsewhere: one try, five seconds, as where an answer is kept. None
        is for work that nobody waits for: all tries and all the time, also where an answer is kept.
        `check` raises Unreadable for a new body that is no data, which then is not kept and replaces nothing.

        Raises Unreachable (Busy, Unreadable), NotAllowed or BadRequest when there is neither a new nor a kept answer.
        """
        began, kept = self._now(), self._kept(request.url)
        if kept is not None and (self._offline or (not self._refresh and self._is_fresh(kept, request))):
            return answer_of(kept)
        if self._offline:
            raise Unreachable(f"nothing is kept of {host_of(request)}'s answer", hint="run again without --offline")
        try:
            hurried = hurry is not None and not self._refresh and (hurry or kept is not None)
            if self._alone is None:
                return self._read(request, self._ask(request, kept, hurried, hurry is None), kept, check)
            with self._alone(
                f"{request.token} {request.url}", self.tries.hurried if hurried else self.tries.patience
            ) as turn:
                return self._in_turn(turn, began, request, hurried, hurry is None, check)
        except (Unreachable, NotAllowed) as failure:
            if kept is None:
                raise
            return answer_of(kept, failure)

    def _in_turn(
        self, turn: Turn, began: float, request: Request, hurried: bool, patient: bool, check: Check | None
    ) -> Answer:
        """Ask, unless another process did since this one `began` to wait; then its answer, or how it failed."""
        kept = self._kept(request.url)
        fresh = kept is not None and not self._refresh and self._is_fresh(kept, request)
        if kept is not None and (fresh or began < kept.at <= self._now()):
            return answer_of(kept)
        if turn.waited_out and kept is not None:
            raise Unreachable("another papers is still asking for it")
        if failed := turn.failure(began):
            raise failed
        try:
            return self._read(request, self._ask(request, kept, hurried, patient), kept, check)
        except (Unreachable, NotAllowed) as failure:
            turn.failed(failure, self._now())
            raise

    def keeps(self, request: Request) -> bool:
        """Whether an answer is kept, however old."""
        return self._kept(request.url) is not None

    def close(self) -> None:
        """Let go of the cache's file and of the connections that are kept open."""
        with self._lock:
            cache, self._cache = self._cache, None
            network, self._network = self._network, None
        if cache is not None:
            cache.close()
        if network is not None:
            network.close()
            self._send = None

    def _is_fresh(self, kept: Kept, request: Request) -> bool:
        return 0 <= self._now() - kept.at < request.fresh

    def _ask(self, request: Request, kept: Kept | None, hurry: bool, patient: bool) -> Reply:
        """The reply; if the server refuses the token, that to the same request without it."""
        if request.token in self._refused_tokens:
            request = changed(request, token="")
        began = time.monotonic()
        reply = self.tries.reply(request, kept, self.tries.hurried if hurry else 0.0, patient=patient)
        if reply.status == 401 and request.token:
            with self._lock:
                first = request.token not in self._refused_tokens
                self._refused_tokens.add(request.token)
            if first:
                self._note("token", f"{host_of(request)} refused the token; asked again without it")
            left = max(self.tries.hurried - (time.monotonic() - began), 1.0) if hurry else 0.0
            reply = self.tries.reply(changed(request, token=""), kept, left, patient=patient)
        return reply

    def _read(self, request: Request, reply: Reply, kept: Kept | None, check: Check | None) -> Answer:
        """What the reply means; a new or confirmed answer is kept."""
        now = self._now()
        if reply.status == 200:
            if check is not None:
                check(reply.body)
            return self._keep(request, kept_of(reply, now))
        if reply.status == 304 and kept is not None and (kept.etag or kept.last_modified):  # else it was not asked so
            link = next_link(reply.headers["link"]) if "link" in reply.headers else kept.next
            return self._keep(request, changed(kept, at=now, next=link))
        return other(reply, host_of(request), now)

    def _kept(self, url: str) -> Kept | None:
        with self._lock:
            cache = self._opened()
            kept = cache.get(url)
        self._tell(cache)
        return kept

    def _keep(self, request: Request, kept: Kept) -> Answer:
        with self._lock:
            cache = self._opened()
            cache.put(request.url, kept)
        self._tell(cache)
        return answer_of(kept)

    def _opened(self) -> Cache:
        if self._cache is None:
            self._cache = self._open_cache()
        return self._cache

    def _tell(self, cache: Cache) -> None:
        if cache.trouble and cache.trouble != self._trouble:
            self._trouble = cache.trouble
            self._note("cache", cache.trouble)

    def _paced(self) -> Pace:
        with self._lock:
            if self._pace is None:
                self._pace = self._open_pace()
            return self._pace

    def _sender(self) -> Send:
        with self._lock:
            if self._send is None:
                from papercli.network import Network

                self._network = Network()
                self._send = self._network.send
            return self._send
