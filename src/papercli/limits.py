"""What servers say in their headers about when they may be asked again."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = 600.0
"""Seconds. No server is waited for longer; a time further ahead comes from a broken clock and is forgotten."""

_LEFT = re.compile(r"\br=([0-9]{1,9})\b")
_RESET = re.compile(r"\bt=([0-9]{1,9})\b")


def rate_limit(header: str) -> tuple[int | None, float]:
    """(requests left, seconds until reset) of the tightest of the limits in a RateLimit header; (None, 0) if none."""
    limits = []
    for item in header.split(","):
        left, reset = _LEFT.search(item), _RESET.search(item)
        if left and reset:
            limits.append((int(left[1]), min(float(reset[1]), LONGEST)))
    return min(limits, default=(None, 0.0))


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds of a Retry-After header, between 0 and LONGEST; None when there is none that makes sense."""
    said = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,6}", said, re.ASCII):
        return min(float(said), LONGEST)
    at = http_date(said)
    if at is None:
        return None
    # Counted from the server's own clock where it tells it: ours may be wrong.
    server_now = http_date(headers.get("date", ""))
    return min(max(at - (now if server_now is None else server_now), 0.0), LONGEST)


def http_date(text: str) -> float | None:
    """Seconds since 1970 of an HTTP date in one of its three forms (RFC 9110, 5.6.7); None when it is not one."""
    if not re.match(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? ", text):
        return None
    from datetime import UTC, datetime
    from email.utils import mktime_tz, parsedate_tz

    try:
        parts = parsedate_tz(text)
        if parts is None:
            return None
        datetime(*parts[:5], min(parts[5], 59), tzinfo=UTC)  # a minute may have 61 seconds, a month no 99 days
        return float(mktime_tz((*parts[:9], parts[9] or 0)))
    except (ValueError, OverflowError, IndexError, TypeError):  # what odd dates are known to raise in there
        return None
