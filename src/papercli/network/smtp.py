"""Handing a mail to the reader's own server: over TLS whose certificate is verified, within one deadline, or not at
all. What goes in the clear goes to this machine only."""

from __future__ import annotations

import base64
import smtplib
import ssl

from papercli.errors import BadRequest, NotAllowed, PapercliError, Unreachable
from papercli.network.cut import cut
from papercli.network.proxies import is_loopback
from papercli.network.trouble import explained
from papercli.text import line
from papercli.threads import begun
from papercli.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from io import BufferedReader
    from typing import Any

PORTS = {"starttls": 587, "tls": 465, "none": 25}
"""The usual ones (RFC 6409, RFC 8314), by how the connection is secured."""

SECONDS = 60.0
MOST_SAID = 256_000
"""Bytes of all that a server may say."""

FOR_GOOD = 500
WANTS_PASSWORD = (530, 534, 535, 538)  # RFC 4954, 6

_US = "[127.0.0.1]"  # who we say we are (RFC 5321, 4.1.4): the name of the reader's machine is nobody's business


@value
class Server:
    """Where a mail is handed in. `security` is a key of PORTS; `user` is "" where no password is wanted."""

    host: str
    port: int
    security: str
    user: str = ""
    password: str = ""

    @property
    def place(self) -> str:
        """The server in words."""
        return f"{self.host}:{self.port}"


def hand_in(
    server: Server, mail: bytes, sender: str, to: Sequence[str], environ: Mapping[str, str], seconds: float = SECONDS
) -> dict[str, str]:
    """Hand in `mail` for all of `to` within `seconds`. Returns the addresses that the server refused, with its words;
    for the others it has the mail.

    Raises NotAllowed when the password is refused or wanted; BadRequest when a setting is wrong: the server refuses the
    addresses for good, knows no passwords, or would be spoken to in the clear; Unreachable for all else.
    """
    if server.security == "none" and not is_loopback(server.host):
        raise BadRequest(
            f"mail.security is none, and {server.host} is not this machine", hint="papers config set mail.security tls"
        )
    call = _Call(server, environ, seconds)
    ended = begun(lambda: call.hand_in(mail, sender, to))
    try:
        return ended(seconds)
    except TimeoutError:
        raise Unreachable(f"{server.place} did not take the mail in {seconds:.0f} s") from None
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise _meant(error, server) from error
    finally:
        call.cut()


class _Call:
    """One conversation with a server."""

    def __init__(self, server: Server, environ: Mapping[str, str], seconds: float) -> None:
        self._server, self._environ, self._seconds = server, environ, seconds
        self.line: smtplib.SMTP | None = None

    def hand_in(self, mail: bytes, sender: str, to: Sequence[str]) -> dict[str, str]:
        server = self._server
        try:
            smtp = self._connected()
            if server.security == "starttls":
                smtp.starttls(context=_certificates(self._environ))
            if server.user:
                smtp.login(server.user, server.password)
            refused = smtp.sendmail(sender, list(to), mail)
            _part(smtp)
            return {address: _said(words, server) for address, (_, words) in refused.items()}
        finally:
            if self.line is not None:
                self.line.close()

    def _connected(self) -> smtplib.SMTP:
        if self._server.security == "tls":
            return _Secure(self, self._server, self._seconds, context=_certificates(self._environ))
        return _Line(self, self._server, self._seconds)

    def cut(self) -> None:
        """End it, whatever its thread is waiting for."""
        cut(getattr(self.line, "sock", None))


class _Line(smtplib.SMTP):
    """A connection that its call can cut, to a server that may not say more than MOST_SAID bytes."""

    def __init__(self, call: _Call, server: Server, seconds: float, **how: Any) -> None:
        call.line = self
        super().__init__(server.host, server.port, local_hostname=_US, timeout=seconds, **how)

    def getreply(self) -> tuple[int, bytes]:
        """As smtplib has it, which reads as long as there is something to read."""
        if self.file is None and self.sock is not None:
            self.file = _Bounded(self.sock.makefile("rb"))
        return super().getreply()


def _part(smtp: smtplib.SMTP) -> None:
    try:
        smtp.quit()
    except (OSError, smtplib.SMTPException):
        pass  # it has the mail


class _Secure(_Line, smtplib.SMTP_SSL):
    """With TLS from the first byte."""


class _Bounded:
    def __init__(self, file: BufferedReader) -> None:
        self._file, self._left = file, MOST_SAID

    def readline(self, most: int = -1) -> bytes:
        line = self._file.readline(most)
        self._left -= len(line)
        if self._left < 0:
            raise OSError("it says too much")
        return line

    def close(self) -> None:
        self._file.close()


def _certificates(environ: Mapping[str, str]) -> ssl.SSLContext:
    """The system's certificates, or those that SSL_CERT_FILE names."""
    try:
        return ssl.create_default_context(cafile=environ.get("SSL_CERT_FILE") or None)
    except (OSError, ValueError) as error:
        raise BadRequest("SSL_CERT_FILE is not a file of certificates that can be read") from error


def _meant(error: Exception, server: Server) -> PapercliError:
    """A failure of smtplib, sockets or TLS as the reader should hear it."""
    place = server.place
    if isinstance(error, smtplib.SMTPAuthenticationError) and error.smtp_code >= FOR_GOOD:
        return NotAllowed(f"{place} refused the password of {server.user} ({error.smtp_code})",
                          hint="look at mail.user and at what mail.password_command prints")  # fmt: skip
    if isinstance(error, smtplib.SMTPNotSupportedError) and server.security == "starttls" and "STARTTLS" in str(error):
        return Unreachable(f"{place} offers no STARTTLS; nothing was sent in the clear",
                           hint="papers config set mail.security tls, if it has a port for that")  # fmt: skip
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return BadRequest(f"{place} takes no passwords", hint="unset mail.user, or look at mail.host and mail.port")
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
        return _refused("mail.to", code, words, server)
    if isinstance(error, smtplib.SMTPSenderRefused):
        return _refused("mail.from", error.smtp_code, error.smtp_error, server)
    if isinstance(error, smtplib.SMTPResponseException):
        return Unreachable(f"{place} did not take the mail: {error.smtp_code} {_said(error.smtp_error, server)}")
    broken = (smtplib.SMTPServerDisconnected, ConnectionResetError, ConnectionAbortedError, BrokenPipeError)
    if isinstance(error, broken):
        return Unreachable(f"{place} broke off before it said that it has the mail")
    if isinstance(error, smtplib.SMTPException):
        return Unreachable(f"{place} did not take the mail: {_said(str(error), server)}")
    return explained(error, place)


def _refused(setting: str, code: int, words: bytes | str, server: Server) -> PapercliError:
    """What it means that the server does not take mail from, or to, the addresses of a setting."""
    said = f"{code} {_said(words, server)}"
    if code in WANTS_PASSWORD:
        return NotAllowed(f"{server.place} wants a password: {said}", hint="set mail.user and mail.password_command")
    if code >= FOR_GOOD:
        return BadRequest(f"{server.place} refuses {setting}: {said}", hint=f"look at {setting}")
    return Unreachable(f"{server.place} does not take {setting} now: {said}", hint="run it again later")


def _said(words: bytes | str, server: Server) -> str:
    """What a server said, on a short line; not where the password is in it, as it is or in its dress for the wire."""
    text = line(words.decode("utf-8", "replace") if isinstance(words, bytes) else words, 200)
    secrets = [server.password, *(base64.b64encode(each.encode()).decode().rstrip("=") for each in (
        server.password, f"\0{server.user}\0{server.password}"))]  # fmt: skip
    return "" if server.password and any(secret in text for secret in secrets) else text
