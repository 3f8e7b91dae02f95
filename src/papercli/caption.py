"""What is said of a listing: which day it is, how many papers, how old, and why it is empty or not today's."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from papercli.dates import MONTHS, short, spoken

TYPE_CHECKING = False
if TYPE_CHECKING:
    from papercli.dates import Span
    from papercli.outcomes import Told

SATURDAY = 5
WEEKEND = "nothing is listed on Saturdays and Sundays"
STALE = 600  # seconds after which the newest listing is asked for again


def caption(title: str, *, shown: int, hidden: int, total: int, remarks: list[str]) -> tuple[str, str]:
    """(title with how many papers, remark) for the head of a listing; the remark may be ""."""
    many = "no papers" if not total else "1 paper" if total == 1 else f"{total:,} papers"
    if shown + hidden < total:
        many = f"{shown:,} of {many}"
    if hidden:
        many += f", {hidden:,} hidden"
    return f"{title} · {many}", "; ".join(remarks)


def day_remarks(told: Told, *, newest: bool, now: float) -> list[str]:
    """Why it is not today's, whether it still grows, what is missing, how old it is.

    `newest` says that no newer listing is known; `now` is in seconds since 1970.
    """
    day, today = told.listing.day, utc_day(now)
    remarks = []
    if day >= today:  # a day is open for papers until the next one; its date is that of UTC
        remarks.append("still filling")
    age = now - told.listing.at
    if newest and day < today:  # what came since it was asked for, nobody knows
        remarks.append(f"the newest known {ago(age)}" if age >= STALE else f"the newest; {_since(day, today)}")
    elif newest and age >= STALE:
        remarks.append(f"kept {ago(age)}")
    if not told.listing.whole:
        remarks.append("not whole")
    return remarks


def period_remarks(span: Span, missing: bool, now: float) -> list[str]:
    """Whether it still grows, and whether something is missing."""
    return ["still filling"] * (span.last >= utc_day(now)) + ["not whole"] * missing


def span_spoken(span: Span) -> str:
    """`Fri 3 Jul 2026`, `week 27 of 2026, 29 Jun to 5 Jul`, `July 2026`, `29 Jun 2026 to 5 Jul 2026`."""
    if span.first == span.last:
        return spoken(span.last)
    if span.form == "month":
        return f"{MONTHS[span.first.month - 1].title()} {span.first.year}"
    if span.form == "week":
        year, week, _ = span.first.isocalendar()
        return f"week {week} of {year}, {short(span.first)} to {short(span.last)}"
    return f"{short(span.first)} {span.first.year} to {short(span.last)} {span.last.year}"


def why_period_empty(span: Span) -> str:
    """Why a span has no papers."""
    if span.last < span.first:
        return "none of these days has a listing: they have not begun, or were before the first one"
    return f"nothing was listed in {span_spoken(span)}"


def _since(day: date, today: date) -> str:
    """What came of the days after `day`, up to `today`."""
    missed = [each for step in range(1, (today - day).days + 1) if (each := day + timedelta(step)).weekday() < SATURDAY]
    if not missed:
        return WEEKEND
    if missed == [today]:
        return f"nothing is listed for {spoken(today)} yet"
    return "nothing has been listed since"


def utc_day(now: float) -> date:
    """The UTC day of an instant in seconds since 1970."""
    return datetime.fromtimestamp(now, UTC).date()


def ago(seconds: float) -> str:
    """An age in words: "just now", "5 min ago", "3 h ago", "2 days ago"."""
    if seconds < 60:
        return "just now"
    if seconds < 3_600:
        return f"{int(seconds // 60)} min ago"
    if seconds < 48 * 3_600:
        return f"{int(seconds // 3_600)} h ago"
    return f"{int(seconds // 86_400)} days ago"


def why_empty(told: Told, nearest: date | None, *, now: float, first: date) -> str:
    """Why a day has no papers, and which listing is nearest."""
    day, today = told.listing.day, utc_day(now)
    if day < first:
        reason = f"there were no listings before {spoken(first)}"
    elif day.weekday() >= SATURDAY:
        reason = f"nothing is listed on {spoken(day)}, a {'Saturday' if day.weekday() == SATURDAY else 'Sunday'}"
    elif told.not_open:
        reason = f"{spoken(day)} has not begun on Hugging Face yet"
    elif day >= today:
        reason = f"nothing is listed for {spoken(day)} yet"
    else:
        reason = f"nothing was listed on {spoken(day)}, perhaps a holiday"
    return f"{reason}; the nearest listing is {spoken(nearest)}" if nearest else reason
