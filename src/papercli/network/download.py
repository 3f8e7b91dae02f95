"""A body that is written as it comes, however large: bounded in bytes and in patience, and never held in memory."""

from __future__ import annotations

import threading
import time

from papercli.errors import Unreadable
from papercli.network.exchange import CONNECT, Exchange
from papercli.network.trouble import Dropped, printable
from papercli.request import Reply

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    import httpx

    from papercli.network import Network

    class Sink(Protocol):
        """What takes the body. What it raises ends the download, and is raised there."""

        def begin(self, reply: Reply) -> None:
            """The body of this reply (status 200 or 206) follows."""

        def write(self, piece: bytes) -> None:
            """The next piece, not empty."""


SLOWEST = 2_000
"""Bytes a second, on average, below which a server is given up after a minute."""

GRACE = 60.0


class Download(Exchange):
    """One request whose body goes to `sink`. `seconds` is how long nothing may come; at most `most` bytes are taken.

    `slowest` bytes a second must come, on average, once `grace` seconds are over.
    """

    slowest, grace = SLOWEST, GRACE

    def __init__(
        self, network: Network, url: httpx.URL, headers: dict[str, str], seconds: float, *, sink: Sink, most: int
    ) -> None:
        super().__init__(network, url, headers, seconds)
        self._sink, self._most = sink, most
        self._writing = threading.Lock()
        self._came = 0
        self._began = self._last = time.monotonic()

    def reply(self) -> Reply:
        """As `Exchange.reply`, without the body. Nothing more is written once this comes back, however it does."""
        try:
            return super().reply()
        finally:
            with self._writing:  # a piece that is being written is waited for; `_left` keeps out the next
                self._left = True

    def _wait(self) -> None:
        while not self._done.wait(0.1):
            now = time.monotonic()
            since = self._connecting
            if since is not None and now - since >= CONNECT:
                raise Dropped(f"could not reach {self._place()} within {CONNECT:g} s")
            if now - self._last >= self._seconds:
                raise Dropped(f"{self._place()} sent nothing for {round(self._seconds, 1):g} s")
            if self._came < (now - self._began - self.grace) * self.slowest:
                raise Dropped(f"{self._place()} sends too slowly: {self._came:,} bytes in {now - self._began:.0f} s")

    def _read(self, response: httpx.Response) -> Reply:
        if response.status_code not in (200, 206):
            return super()._read(response)
        encoding = response.headers.get("content-encoding", "").strip().lower()
        if encoding not in ("", "identity"):
            raise Unreadable(f"the answer of {self._place()} is packed in a way that was not asked for")
        headers = {name: printable(said)[:1000] for name, said in list(response.headers.items())[:100]}
        reply = Reply(status=response.status_code, headers=headers, body=b"", url=str(self._url))
        self._took(lambda: self._sink.begin(reply))
        for piece in self._pieces(response):
            self._came += len(piece)
            if self._came > self._most:
                raise Unreadable(f"the answer of {self._place()} is larger than {self._most >> 20} MiB")
            self._took(lambda piece=piece: self._sink.write(piece))  # type: ignore[misc]
        return reply

    def _took(self, take: Callable[[], None]) -> None:
        with self._writing:
            if self._left:
                raise TimeoutError("nobody waits for this any more")
            take()
            self._last = time.monotonic()
