"""What to ask a server, and what it answered, as values. Nothing here talks to anyone."""

from __future__ import annotations

from papercli.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from papercli.errors import PapercliError


@value
class Request:
    """One GET."""

    url: str
    """Absolute `http(s)` URL on the source's endpoint; also the name under which the answer is kept."""

    fresh: int
    """Seconds for which the answer stays true."""

    token: str = ""
    """Bearer token, or empty. It goes to the origin of `url` only, never along a redirect to another host."""

    accept: str = "application/json"
    """Value of the Accept header."""

    largest: int = 32 << 20
    """Bytes of a decoded body, beyond which it is refused."""

    lane: str = ""
    """Whose pace counts, where that is not its host's: whoever stands in for arXiv is asked as arXiv wishes to be."""


@value
class Answer:
    """What a server said to a `Request`, now or some time ago."""

    body: bytes
    """The decoded body, whole."""

    at: float
    """When the server said it: seconds since 1970 (UTC)."""

    next: str = ""
    """Target of the `Link: <...>; rel="next"` header, as sent; empty when there was none."""

    missing: bool = False
    """The server said 404: there is no such thing."""

    refused: str = ""
    """The server said 400: its words, cleaned. Empty otherwise."""

    failure: PapercliError | None = None
    """Why this is a kept answer although a newer one was wanted."""


@value
class Reply:
    """One HTTP answer, as it came over the wire."""

    status: int
    headers: dict[str, str]
    """Lower-case names; values are printable ASCII."""

    body: bytes
    """Decoded, whole."""

    url: str
    """Where it came from, after redirects."""
