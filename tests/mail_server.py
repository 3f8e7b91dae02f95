"""A real mail server on loopback for the tests (aiosmtpd), with certificates of its own (trustme), and one that says
what it is told to, for all that a real one does only on bad days."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword

PASSWORD = "canary 4711"


class Certificates:
    """An authority in `folder`, which SSL_CERT_FILE may name, and what it vouches for."""

    def __init__(self, folder: Path) -> None:
        self._authority = trustme.CA()
        self.file = str(folder / "authority.pem")
        self._authority.cert_pem.write_to_path(self.file)

    def of(self, host: str) -> ssl.SSLContext:
        """What a server needs that is called `host`."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._authority.issue_cert(host).configure_cert(context)
        return context


class MailServer:
    """A running server; `mails` holds what it took. `answers` are replies to RCPT and DATA, by what they are for."""

    def __init__(self, *, starttls: ssl.SSLContext | None = None, tls: ssl.SSLContext | None = None) -> None:
        self.mails: list[Envelope] = []
        self.logins: list[tuple[str, str]] = []
        self.answers: dict[str, str] = {}
        self._loop = asyncio.new_event_loop()

        def factory() -> SMTP:
            return SMTP(
                self, hostname="mail.test", tls_context=starttls, require_starttls=starttls is not None,
                authenticator=self._known, auth_require_tls=tls is None, auth_required=starttls is not None,
                enable_SMTPUTF8=False, loop=self._loop,
            )  # fmt: skip

        async def listen() -> asyncio.AbstractServer:
            return await self._loop.create_server(factory, "127.0.0.1", 0, ssl=tls)

        self._server = self._loop.run_until_complete(listen())
        self.port = self._server.sockets[0].getsockname()[1]
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0.05))
        self._loop.close()

    def _known(self, server: object, session: object, envelope: object, mechanism: str, data: object) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=data.password.decode() == PASSWORD, handled=False)

    async def handle_RCPT(
        self, server: object, session: object, envelope: Envelope, address: str, options: Sequence[str]
    ) -> str:
        if answer := self.answers.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: object, session: object, envelope: Envelope) -> str:
        if answer := self.answers.get("DATA"):
            return answer
        self.mails.append(envelope)
        return "250 OK"


class Scripted:
    """A server that greets, and answers each line with the next of `replies`: bytes, or what is done to the socket."""

    def __init__(self, *replies: bytes | Callable[[socket.socket], None]) -> None:
        self.said: list[bytes] = []
        self._replies = replies
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def stop(self) -> None:
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)  # ends the wait for somebody to come
        self._listening.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError), self._listening.accept()[0] as line, line.makefile("rb") as heard:
            for place, reply in enumerate(self._replies):
                if place:
                    self.said.append(heard.readline())
                if callable(reply):
                    reply(line)
                else:
                    line.sendall(reply)
            while word := heard.readline():
                self.said.append(word)
                line.sendall(b"250 ok\r\n")


def drip(line: socket.socket) -> None:
    """A byte now and then, for ever."""
    while True:
        line.sendall(b"2")
        time.sleep(0.05)


def flood(line: socket.socket) -> None:
    """An answer without an end."""
    while True:
        line.sendall(b"250-more of it\r\n" * 1_000)


def drop(line: socket.socket) -> None:
    """The connection is reset."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    line.shutdown(socket.SHUT_RDWR)
