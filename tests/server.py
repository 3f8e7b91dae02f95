"""A small HTTP server on loopback that does as it is told: what a test says goes over the wire, byte by byte."""

from __future__ import annotations

import gzip
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterable

Step = bytes | float | Callable[["Seen"], bytes] | str
"""Bytes are sent, a number is slept (seconds), a function makes bytes of the request; RESET and CLOSE end it."""

RESET = "reset"
"""Break the connection off with a TCP reset."""

CLOSE = "close"
"""End the connection in the ordinary way."""


class Seen:
    """One request as it arrived."""

    def __init__(self, method: str, target: str, headers: dict[str, str], connection: int) -> None:
        self.method = method
        self.target = target
        self.headers = headers
        self.connection = connection
        self.at = time.monotonic()

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


class Server:
    """`with Server() as server:` listens on `server.url` and answers as `on` says; `server.seen` is what was asked.

    `on(path, first, second, ...)` gives the steps for the first request to `path`, the second, and so on; the last go
    on for ever. A path that ends in `*` stands for all that begin so. Any other path is a 404.
    """

    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        self.seen: list[Seen] = []
        self._routes: dict[str, list[list[Step]]] = {}
        self._tls = tls
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._connections = 0
        self._closing = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._socket.getsockname()[1]
        self.host = f"127.0.0.1:{self.port}"
        self.url = f"{'https' if tls else 'http'}://{self.host}"
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Server:
        self._thread.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self._closing.set()
        socket.create_connection(("127.0.0.1", self.port)).close()  # wakes the thread that waits for connections
        self._thread.join()
        self._socket.close()
        with self._lock:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def on(self, path: str, *requests: Step | Iterable[Step]) -> str:
        """Say what is answered to `path`; its URL."""
        steps = [[r] if isinstance(r, bytes | float | int | str) or callable(r) else list(r) for r in requests]
        self._routes[path] = steps
        return self.url + path

    def paths(self) -> list[str]:
        return [seen.path for seen in self.seen]

    def _accept(self) -> None:
        while True:
            connection, _ = self._socket.accept()
            if self._closing.is_set():
                connection.close()
                return
            with self._lock:
                self._connections += 1
                number = self._connections
                self._open.add(connection)
            threading.Thread(target=self._serve, args=(connection, number), daemon=True).start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        plain = connection
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
            buffer = b""
            while True:
                while b"\r\n\r\n" not in buffer:
                    piece = connection.recv(65536)
                    if not piece:
                        return
                    buffer += piece
                head, _, buffer = buffer.partition(b"\r\n\r\n")
                seen = _seen(head, number)
                if not self._play(connection, self._steps(seen), seen):
                    return
        except OSError:
            pass
        finally:
            with self._lock:
                self._open.discard(plain)
            connection.close()

    def _steps(self, seen: Seen) -> list[Step]:
        with self._lock:
            before = sum(other.path == seen.path for other in self.seen)
            self.seen.append(seen)
        route = self._routes.get(seen.path)
        if route is None:
            prefixes = [path for path in self._routes if path.endswith("*") and seen.target.startswith(path[:-1])]
            route = self._routes[max(prefixes, key=len)] if prefixes else [[answer(b"{}", 404)]]
        return route[min(before, len(route) - 1)]

    def _play(self, connection: socket.socket, steps: list[Step], seen: Seen) -> bool:
        """Whether the connection is still good for another request."""
        for step in steps:
            if callable(step):
                step = step(seen)
            if step == RESET:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return False
            if step == CLOSE:
                return False
            if isinstance(step, bytes):
                connection.sendall(step)
            elif self._closing.wait(float(step)):
                return False
        return True


def _seen(head: bytes, number: int) -> Seen:
    first, *rest = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = {name.strip().lower(): said.strip() for name, _, said in (line.partition(":") for line in rest)}
    return Seen(method, target, headers, number)


def answer(
    body: bytes = b"",
    status: int = 200,
    headers: dict[str, str] | None = None,
    *,
    zipped: bool = False,
    length: int | None = None,
) -> bytes:
    """A whole answer as it goes over the wire. `length` is what Content-Length says, if not the truth; -1 for none."""
    headers = dict(headers or {})
    if zipped:
        body = gzip.compress(body, mtime=0)
        headers.setdefault("Content-Encoding", "gzip")
    if length != -1:
        headers["Content-Length"] = str(len(body) if length is None else length)
    lines = [f"HTTP/1.1 {status} Words", *(f"{name}: {said}" for name, said in headers.items())]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def chunked(body: bytes, size: int = 300) -> bytes:
    """A 200 in chunks."""
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head + b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def trickled(data: bytes, every: float = 0.1) -> list[Step]:
    """`data` a byte at a time, with a pause in seconds after each."""
    steps: list[Step] = []
    for at in range(len(data)):
        steps += [data[at : at + 1], every]
    return steps
