"""How long ago something was, in words."""

from __future__ import annotations

from datetime import UTC, datetime

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date

MONTH, YEAR = 30.44, 365.25  # days, on the average


def timeago(when: date | datetime | None, now: float) -> str:
    """ "3 days ago", "yesterday", "in 2 days" of a day of UTC; "5 min ago", "3 h ago" of an instant of the last two
    days; "" for None. `now` is in seconds since 1970, UTC."""
    if when is None:
        return ""
    present = datetime.fromtimestamp(now, UTC)
    if isinstance(when, datetime):
        seconds = (present - when).total_seconds()
        if seconds < 60:
            return "just now"
        if seconds < 3_600:
            return f"{int(seconds // 60)} min ago"
        if seconds < 48 * 3_600:
            return f"{int(seconds // 3_600)} h ago"
        when = when.date()
    days = (present.date() - when).days
    if -1 <= days <= 1:
        return ("tomorrow", "today", "yesterday")[days + 1]
    return f"in {_long(-days)}" if days < 0 else f"{_long(days)} ago"


def _long(days: int) -> str:
    """A number of days, more than one, in the largest unit of which it holds one."""
    many, unit = (days, "day") if days < MONTH else (days / MONTH, "month") if days < YEAR else (days / YEAR, "year")
    return f"{int(many)} {unit}{'' if int(many) == 1 else 's'}"
