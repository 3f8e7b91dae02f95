"""Why a server could not be reached, in one sentence, and how often asking again may help."""

from __future__ import annotations

import errno
import re
import socket
import ssl

from papercli.errors import Unreachable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class Dropped(Unreachable):
    """The connection was slow or broke off: worth two more tries."""

    more_tries = 2


class NoRoad(Unreachable):
    """There is nobody at that address, or no network: worth one more try at most."""

    more_tries = 1


def explained(error: BaseException, place: str) -> Unreachable:
    """What an error of sockets, name look-up or TLS, or one raised because of such an error, means for `place`."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLError):
            return _tls(cause, place)
        if isinstance(cause, socket.gaierror):
            if cause.errno == socket.EAI_AGAIN:
                return NoRoad(f"{place}: the name could not be looked up", hint="is this machine online?")
            return NoRoad(f"{place}: the name was not found")
        if isinstance(cause, ConnectionRefusedError):
            return NoRoad(f"could not reach {place}: connection refused")
        if isinstance(cause, ConnectionError):
            return Dropped(f"{place} closed the connection without an answer")
        if isinstance(cause, TimeoutError):
            return Dropped(f"could not reach {place} in time")
        if isinstance(cause, UnicodeError):
            return Unreachable(f"{place}: no name can look like this")
        if isinstance(cause, OSError) and cause.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN):
            return NoRoad(f"could not reach {place}: there is no network to it", hint="is this machine online?")
    return Dropped(f"could not reach {place}: {printable(str(error))[:100] or type(error).__name__}")


def printable(text: str) -> str:
    """Printable ASCII only, for header values and words of libraries, which may quote a server."""
    return re.sub(r"[^ -~]", "", text).strip()


def _tls(error: ssl.SSLError, place: str) -> Unreachable:
    if isinstance(error, ssl.SSLCertVerificationError):
        why = printable(error.verify_message)[:100]
        return Unreachable(
            f"{place}: its certificate is not trusted ({why})",
            hint="if your network checks traffic, SSL_CERT_FILE can name its certificates",
        )
    if isinstance(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        return Dropped(f"{place} closed the connection without an answer")
    return Unreachable(f"{place}: no secure connection ({printable(error.reason or 'TLS failed')[:100]})")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
