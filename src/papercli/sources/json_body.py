"""The body of an answer as JSON: what is in it, and what an error in it says."""

from __future__ import annotations

import json

from papercli import text
from papercli.errors import Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def data(body: bytes) -> Any:
    """What the body holds. Raises Unreadable when it is not JSON."""
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_no_constant, parse_float=_finite)
    except (ValueError, RecursionError) as error:  # depth is RecursionError, a 5,000-digit number ValueError
        kind = "a web page" if body.lstrip()[:1] == b"<" else "something that is not JSON"
        raise Unreadable(f"answered {kind}") from error


def _finite(digits: str) -> float | None:
    """The number, or None for one too large for JSON's readers (1e999), so that what is kept is JSON again."""
    number = float(digits)
    return number if abs(number) < float("inf") else None


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def error_in(answer: Any) -> str:
    """The words of an error, after a colon; "" where there are none."""
    words = text.line(answer.get("error"), 200) if isinstance(answer, dict) else ""
    return f': "{words}"' if words else ""
