"""What is said of a listing: which day it is, how many papers, how old, and why it is empty or not today's."""

from __future__ import annotations

from papercli.dates import spoken

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date

    from papercli.feed import Told

SATURDAY = 5


def caption(told: Told, *, shown: int, hidden: int, total: int, today: date, made_up: bool) -> tuple[str, str]:
    """(title, remark) for the head of a listing; the remark is "" when it is today's and whole.

    `today` is the UTC day. The feed's day begins at 21:30 New York time the evening before, so it may be tomorrow's.
    """
    day = told.listing.day
    many = "no papers" if not total else "1 paper" if total == 1 else f"{total} papers"
    if shown + hidden < total:
        many = f"{shown} of {many}"
    if hidden:
        many += f", {hidden} hidden"
    return f"Daily Papers · {spoken(day)} · {many}", _remark(told, today, made_up)


def _remark(told: Told, today: date, made_up: bool) -> str:
    day = told.listing.day
    if made_up:
        return "a made-up sample: no such papers exist"
    if not told.listing.whole:
        return "not whole: some of its pages could not be had"
    if day >= today:
        return "still filling"
    return ""


def newest_remark(day: date, today: date) -> str:
    """Why the newest listing is not today's, or ""."""
    if day >= today:
        return ""
    if today.weekday() >= SATURDAY and (today - day).days <= 2 + (today.weekday() - SATURDAY):
        return "the newest: nothing is listed on Saturdays and Sundays"
    return f"the newest: nothing is listed for {spoken(today)} yet"


def ago(seconds: float) -> str:
    """An age in words: "just now", "5 min ago", "3 h ago", "2 days ago"."""
    if seconds < 60:
        return "just now"
    if seconds < 3_600:
        return f"{int(seconds // 60)} min ago"
    if seconds < 48 * 3_600:
        return f"{int(seconds // 3_600)} h ago"
    return f"{int(seconds // 86_400)} days ago"


def why_empty(told: Told, nearest: date | None, *, today: date, first: date) -> str:
    """Why a day has no papers, and which listing is nearest."""
    day = told.listing.day
    if day < first:
        reason = f"there were no listings before {spoken(first)}"
    elif told.not_open:
        reason = f"{spoken(day)} has not begun on Hugging Face yet"
    elif day.weekday() >= SATURDAY:
        reason = f"nothing is listed on {spoken(day)}, a {'Saturday' if day.weekday() == SATURDAY else 'Sunday'}"
    elif day >= today:
        reason = f"nothing is listed for {spoken(day)} yet"
    else:
        reason = f"nothing was listed on {spoken(day)}, perhaps a holiday"
    return f"{reason}; the nearest listing is {spoken(nearest)}" if nearest else reason
