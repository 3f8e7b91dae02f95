"""What a status other than 200 means, in our own words."""

from __future__ import annotations

import json

from papercli.errors import Busy, Unreachable
from papercli.pace import spoken

# The server's own words for a status are outside text, and often missing.
REASONS = {
    401: "Unauthorized",
    403: "Forbidden",
    408: "Request Timeout",
    410: "Gone",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


class TooMany(Busy):
    """429."""

    more_tries = 2

    def __init__(self, host: str, asked: float | None) -> None:
        come_back = f"to come back in {spoken(asked)}" if asked is not None else "for fewer requests"
        super().__init__(f"{host} asks {come_back}", hint="try again later")
        self.asked = asked


class Failing(Unreachable):
    """5xx."""

    def __init__(self, host: str, status: int, asked: float | None) -> None:
        super().__init__(said(host, status), hint="try again later")
        self.asked = asked
        self.more_tries = 2 if status in (500, 502, 503, 504) else 0


def one_line(text: str) -> str:
    """At most 300 characters of outside text, printable and on one line."""
    shown = (c if c.isprintable() else " " if c.isspace() else "" for c in text[:3000])
    return " ".join("".join(shown).split())[:300]


def words(body: bytes) -> str:
    """The `error` of the JSON body of a 400, cleaned; never empty."""
    try:
        text = json.loads(body)["error"]
    except (ValueError, KeyError, TypeError, RecursionError):
        text = ""
    return one_line(text if isinstance(text, str) else "") or "400 Bad Request"


def said(host: str, status: int) -> str:
    """'huggingface.co answered 502 Bad Gateway'."""
    return f"{host} answered {status} {REASONS.get(status, '')}".rstrip()
