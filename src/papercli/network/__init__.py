"""The only room that opens a socket: one GET, with limits on its time, its bytes and its redirects."""

from __future__ import annotations

import os
import re
import ssl
import threading

import httpx

from papercli import __version__
from papercli.errors import BadRequest
from papercli.network.download import Download
from papercli.network.exchange import Exchange, Line, objection, origin
from papercli.network.proxies import proxy_for
from papercli.network.trouble import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from papercli.network.download import Sink
    from papercli.request import Reply, Request

__all__ = ["Network", "send"]

AGENT = f"papercli/{__version__} (+https://pypi.org/project/papercli/)"

MAX_IDLE = 8
"""Connections kept open for a next request."""


def send(request: Request, *, seconds: float, etag: str = "", last_modified: str = "") -> Reply:
    """As `Network.send`, on a connection of its own."""
    network = Network()
    try:
        return network.send(request, seconds=seconds, etag=etag, last_modified=last_modified)
    finally:
        network.close()


class Network:
    """Connections to servers, kept open for the next request. May be used from several threads.

    Proxies and SSL_CERT_FILE are read from `environ` when the first `https` request needs them.
    """

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self._environ = environ
        self._lock = threading.Lock()
        self._loading = threading.Lock()  # of its own: the file may be a pipe into which nobody writes
        self._idle: list[Line] = []
        self._certificates: ssl.SSLContext | None = None

    def send(self, request: Request, *, seconds: float, etag: str = "", last_modified: str = "") -> Reply:
        """GET `request.url` within `seconds`, whatever the server, the network or the name look-up do meanwhile.

        The token goes to the origin of `request.url` only. Cookies are neither kept nor sent.

        Raises BadRequest for a URL, token, proxy or certificate file that makes no sense; Unreadable for an answer
        that is too large, packed in an unknown way or cut short; Unreachable for all else that is not an answer.
        Those with `more_tries` say by it how often asking again may help.
        """
        headers = _headers(request, etag, last_modified)
        return Exchange(self, _url(request), headers, seconds, largest=request.largest).reply()

    def download(
        self, request: Request, sink: Sink, *, seconds: float, most: int, begin: int = 0, validator: str = ""
    ) -> Reply:
        """GET `request.url`, the body of a 200 or 206 in pieces to `sink`, which are called from another thread.

        Nothing may come for `seconds`, and no more than `most` bytes. With `begin` only what stands from that byte on
        is asked for, unless what is there is no longer what `validator` (an ETag or a Last-Modified) names: RFC 9110,
        13.1.5. Raises as `send`, and what `sink` raises; what came before is with the sink then.
        """
        headers = {**_headers(request, "", ""), "accept-encoding": "identity"}
        if begin:
            headers |= {"range": f"bytes={begin}-", "if-range": printable(validator)}
        return Download(self, _url(request), headers, seconds, sink=sink, most=most).reply()

    def close(self) -> None:
        """Close the connections that are kept open."""
        with self._lock:
            lines, self._idle = self._idle, []
        for line in lines:
            line.close()

    def take(self, url: httpx.URL) -> Line:
        """A connection for `url`: one that was given back, else a new one, which connects at its first request."""
        with self._lock:
            for line in reversed(self._idle):
                if line.origin == origin(url):
                    self._idle.remove(line)
                    return line
        return self._line(url)

    def give_back(self, line: Line) -> None:
        """Keep `line` for the next request there, and close the one that waits longest when there are many."""
        with self._lock:
            self._idle.append(line)
            oldest = self._idle.pop(0) if len(self._idle) > MAX_IDLE else None
        if oldest is not None:
            oldest.close()

    def _line(self, url: httpx.URL) -> Line:
        if url.scheme == "http":
            # Loading certificates is half the work of a request; this context holds none, so it could trust nobody.
            blank = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            return Line(origin(url), httpx.HTTPTransport(verify=blank, trust_env=False))
        with self._loading:
            if self._certificates is None:
                self._certificates = _certificates(self._environ.get("SSL_CERT_FILE", ""))
        trusted = self._certificates
        asked = proxy_for(url.raw_host.decode("ascii"), url.port or 443, self._environ)
        if asked is None:
            return Line(origin(url), httpx.HTTPTransport(verify=trusted, trust_env=False))
        try:
            proxy = httpx.Proxy(asked.url, ssl_context=trusted if asked.url.startswith("https:") else None)
        except (httpx.InvalidURL, ValueError):
            raise BadRequest(f"{asked.variable} is not the address of a proxy") from None  # its words hold the login
        return Line(origin(url), httpx.HTTPTransport(verify=trusted, trust_env=False, proxy=proxy), asked.variable)


def _url(request: Request) -> httpx.URL:
    try:
        url = httpx.URL(request.url)
    except (httpx.InvalidURL, ValueError) as error:
        raise BadRequest("the address of the source is not a URL") from error
    if why := objection(url, from_loopback=True):
        raise BadRequest(f"the address of the source {why}")
    return url


def _headers(request: Request, etag: str, last_modified: str) -> dict[str, str]:
    if not re.fullmatch(r"[!-~]*", request.token):
        raise BadRequest("the token holds characters that no token has", hint="check HF_TOKEN, or unset it")
    headers = {
        "user-agent": AGENT,
        "accept": request.accept,
        "accept-encoding": "gzip",
        "authorization": f"Bearer {request.token}" if request.token else "",
        "if-none-match": printable(etag),
        "if-modified-since": printable(last_modified),
    }
    return {name: said for name, said in headers.items() if said}


def _certificates(file: str) -> ssl.SSLContext:
    if not file:
        return httpx.create_ssl_context(trust_env=False)
    try:
        return ssl.create_default_context(cafile=file)
    except (OSError, ValueError) as error:
        raise BadRequest("SSL_CERT_FILE is not a file of certificates that can be read") from error
