"""One request on its way, from the first byte sent to the last one read, through redirects, within its time."""

from __future__ import annotations

import threading
import time

import httpx

from papercli.errors import CutShort, PapercliError, Unreachable, Unreadable
from papercli.network.body import whole
from papercli.network.cut import cut
from papercli.network.proxies import is_loopback
from papercli.network.trouble import Dropped, explained, printable
from papercli.request import Reply

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from papercli.network import Network

CONNECT = 5.0
"""Seconds for the look-up of the name, the connection and TLS together."""

MAX_REDIRECTS = 5

MAX_WIRE = 16 << 20
"""Bytes of a body as sent."""

MAX_BODY = 32 << 20
"""Bytes of a body as decoded."""

MAX_WORDS = 64 << 10
"""Bytes of the body of a 400, which only explains itself."""


class Line:
    """At most one connection to one origin, maybe through the proxy that an environment variable names."""

    def __init__(self, origin: tuple[str, str, int], transport: httpx.HTTPTransport, variable: str = "") -> None:
        self.origin = origin
        self.transport = transport
        self.variable = variable
        self.socket: Any = None

    def cut(self) -> None:
        """Make a thread that waits for this connection wake up, with an error."""
        cut(self.socket)

    def close(self) -> None:
        """Close the connection, if there is one."""
        self.transport.close()


class Exchange:
    """One request on its way, in a thread of its own, so that whoever waits can leave at the deadline or by Ctrl-C.

    Without it a name look-up could not be left, and httpx starts its time limits anew with every byte that comes.
    """

    def __init__(
        self, network: Network, url: httpx.URL, headers: dict[str, str], seconds: float, *, largest: int = MAX_BODY
    ) -> None:
        self._network = network
        self._first = self._url = url
        self._headers = headers
        self._seconds, self._largest = seconds, largest
        self._done = threading.Event()
        self._left = False
        self._line: Line | None = None
        self._connecting: float | None = time.monotonic()
        """Since when (monotonic) a connection is being made; None while there is one."""
        self._outcome: Reply | BaseException = Unreachable("nothing came")

    def reply(self) -> Reply:
        """Raises what `Network.send` says."""
        threading.Thread(target=self._run, name="papercli-request", daemon=True).start()
        try:
            self._wait()
        finally:
            self._left = True
            if not self._done.is_set() and self._line is not None:
                self._line.cut()
        if isinstance(self._outcome, Reply):
            return self._outcome
        if isinstance(self._outcome, httpx.HTTPError | httpx.InvalidURL | OSError | ValueError):
            raise _explained(self._outcome, self._place()) from self._outcome
        raise self._outcome

    def _wait(self) -> None:
        end = time.monotonic() + self._seconds
        # In short steps, since on Windows Ctrl-C does not end a wait.
        while not self._done.wait(max(0.0, min(0.1, end - time.monotonic()))):
            now = time.monotonic()
            since = self._connecting
            if since is not None and (now >= end or now - since >= CONNECT):
                raise Dropped(f"could not reach {self._place()} within {round(min(self._seconds, CONNECT), 1):g} s")
            if now >= end:
                raise Dropped(f"{self._place()} did not answer within {round(self._seconds, 1):g} s")

    def _run(self) -> None:
        try:
            self._outcome = self._follow()
        except BaseException as error:  # told by the one who waits
            self._outcome = error
        finally:
            self._done.set()

    def _follow(self) -> Reply:
        for _ in range(MAX_REDIRECTS + 1):
            reply, location = self._get()
            if not location:
                return reply
            self._redirect(location)
        raise Unreachable(f"{_place(self._first)} redirects more than {MAX_REDIRECTS} times")

    def _get(self) -> tuple[Reply, str]:
        """The reply of one server, and where it redirects to, if it does."""
        if self._left:
            raise TimeoutError("nobody waits for this any more")
        self._connecting = time.monotonic()
        line = self._line = self._network.take(self._url)
        # A second longer than whoever waits, so that it is always there that the time runs out.
        limits = httpx.Timeout(self._seconds + 1, connect=CONNECT + 1).as_dict()
        request = httpx.Request(
            "GET", self._url, headers=self._headers, extensions={"timeout": limits, "trace": self._trace}
        )
        try:
            response = line.transport.handle_request(request)
            try:
                reply = self._read(response)
            finally:
                response.close()
        except BaseException:
            line.close()
            raise
        self._network.give_back(line)
        moved = response.status_code in (301, 302, 303, 307, 308)
        return reply, response.headers.get("location", "") if moved else ""

    def _read(self, response: httpx.Response) -> Reply:
        """Header values are cut to 1,000 characters; the body is whole for 200, what there is for 400, else empty."""
        status = response.status_code
        body = b""
        if status == 200:
            body = self._whole(response, min(MAX_WIRE, self._largest), self._largest)
        elif status == 400:
            try:
                body = self._whole(response, MAX_WORDS, MAX_WORDS)
            except Unreadable:
                pass  # it was refused, whatever the words
        elif status == 304:
            b"".join(response.iter_raw())  # nothing comes, but the connection can be used again
        headers = {name: printable(said)[:1000] for name, said in list(response.headers.items())[:100]}
        return Reply(status=status, headers=headers, body=body, url=str(self._url))

    def _whole(self, response: httpx.Response, max_wire: int, max_body: int) -> bytes:
        return whole(
            self._pieces(response),
            encoding=response.headers.get("content-encoding", ""),
            length=response.headers.get("content-length", ""),
            max_wire=max_wire,
            max_body=max_body,
            place=self._place(),
        )

    def _pieces(self, response: httpx.Response) -> Iterator[bytes]:
        try:
            yield from response.iter_raw()
        except httpx.TransportError as error:
            raise CutShort(f"the answer of {self._place()} was cut short") from error

    def _redirect(self, location: str) -> None:
        """Go on to `location`; without the token when that is another origin, and for good."""
        place = self._place()
        try:
            url = self._url.join(location).copy_with(fragment=None)
        except (httpx.InvalidURL, ValueError) as error:
            raise Unreachable(f"{place} redirects to something that is no address") from error
        if why := objection(url, from_loopback=is_loopback(self._first.host)):
            raise Unreachable(f"{place} redirects to an address that {why}")
        if origin(url) != origin(self._url):
            self._headers = {name: said for name, said in self._headers.items() if name != "authorization"}
        self._url = url

    def _trace(self, event: str, info: dict[str, Any]) -> None:
        """Called by httpx at every step: https://www.python-httpx.org/advanced/extensions/#trace"""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")) and self._line is not None:
            self._line.socket = info["return_value"].get_extra_info("socket")
            if self._left:
                self._line.cut()
        elif event.endswith("send_request_headers.started"):
            self._connecting = None

    def _place(self) -> str:
        through = f" (through the proxy of {self._line.variable})" if self._line and self._line.variable else ""
        return _place(self._url) + through


def objection(url: httpx.URL, *, from_loopback: bool) -> str:
    """Why `url` is not asked, to go after 'an address that'; empty when it may be."""
    if url.scheme != "https" and not (url.scheme == "http" and from_loopback and is_loopback(url.host)):
        return "does not start with https://"
    if not url.host:
        return "names no host"
    if url.userinfo:
        return "holds a login"
    if not 0 < (url.port or 1) < 65536:
        return "has a port that does not exist"
    return ""


def origin(url: httpx.URL) -> tuple[str, str, int]:
    """Scheme, host and port (RFC 6454): how far a token goes, and what a connection is good for."""
    return url.scheme, url.host, url.port or (443 if url.scheme == "https" else 80)


def _place(url: httpx.URL) -> str:
    return url.netloc.decode("ascii", "replace")[:100]


def _explained(error: Exception, place: str) -> PapercliError:
    if isinstance(error, httpx.ProxyError):
        return Unreachable(f"could not reach {place}: the proxy answered {printable(str(error))[:3]}")
    if isinstance(error, httpx.RemoteProtocolError):
        if str(error).startswith("Server disconnected"):
            return Dropped(f"{place} closed the connection without an answer")
        return Unreadable(f"{place} answered something that is not HTTP")
    return explained(error, place)
