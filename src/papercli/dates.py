"""The days that a person means by `friday`, `2026-W27` or `july..yesterday`.

Every day is a UTC day. Relative words count from a day that the caller names, so nothing here asks a clock.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from papercli import text as words
from papercli.errors import BadRequest
from papercli.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import NoReturn

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_SHORT = {"tues": "tuesday", "thur": "thursday", "thurs": "thursday", "sept": "september"} | {
    name[:3]: name for name in (*WEEKDAYS, *MONTHS)
}
FORMS = (
    "days are written 2026-07-01, today, yesterday, friday, -3d or -2w; weeks 2026-W27; months 2026-07 or july;"
    " `last` is the period before this one; a range is 2026-07-01..2026-07-05"
)


@value
class Span:
    """One or more days in a row."""

    first: date
    """The oldest day (UTC)."""

    last: date
    """The newest day (UTC), not before `first`."""

    form: str
    """How it was written: `day`, `week`, `month` or `range`."""


def when(text: str, *, newest: date, period: str = "day") -> Span:
    """The days meant by `text`, in any case.

    Relative forms count from `newest`. `yesterday`, `-3d`, `-2w`: calendar days before it. `friday`, `july`: the latest
    not after it. `last`: the `period` ("day", "week" or "month") before the one that holds it. Weeks are ISO 8601
    weeks, Monday to Sunday. `A..B` goes from the first day of A to the last day of B.
    Raises BadRequest, with a hint that shows how days are written, for anything else.
    """
    first, dots, last = text.partition("..")
    if not dots:
        return _one(text, newest, period)
    if not first.strip() or not last.strip():
        raise BadRequest("a range needs a day on both sides of `..`", hint=FORMS)
    start, end = _one(first, newest, period), _one(last, newest, period)
    if start.first > end.last:
        raise BadRequest(f"the range {_shown(text)} ends before it begins", hint="write the older day first")
    return Span(start.first, end.last, "range")


def span_of(span: Span, period: str) -> Span:
    """The day, ISO week or calendar month (`period`: "day", "week", "month") that holds the last day of `span`."""
    if period == "week":
        return _week(span.last)
    if period == "month":
        return _month(span.last.year, span.last.month)
    return _day(span.last)


def days(span: Span) -> Iterator[date]:
    """Every day of `span`, newest first."""
    for number in range(span.last.toordinal(), span.first.toordinal() - 1, -1):
        yield date.fromordinal(number)


def not_beyond(span: Span, *, tomorrow: date) -> None:
    """Raises BadRequest when `span` asks for a day later than `tomorrow` (UTC).

    The running week or month is no such thing, though it ends later; nor is a range that ends with one of them.
    """
    begun = span.last if span.form == "range" and not _ends_with_running_period(span.last, tomorrow) else span.first
    if begun > tomorrow:
        raise BadRequest(
            f"{begun.isoformat()} is later than tomorrow (UTC)",
            hint=f"the latest day that can be asked for is {tomorrow.isoformat()}",
        )


def spoken(day: date) -> str:
    """`Fri 3 Jul 2026`, in English whatever the locale."""
    return f"{WEEKDAYS[day.weekday()][:3].title()} {short(day)} {day.year}"


def short(day: date) -> str:
    """`3 Jul`, in English whatever the locale."""
    return f"{day.day} {MONTHS[day.month - 1][:3].title()}"


def _one(text: str, newest: date, period: str) -> Span:
    """The days of one form, not a range."""
    typed = text.strip()
    lower = typed.lower()
    try:
        span = _relative(lower, newest, period) or _named(lower, newest) or _numbered(lower)
    except (ValueError, OverflowError):  # a day that no calendar has
        span = None
    return span or _misunderstood(typed)


def _relative(lower: str, newest: date, period: str) -> Span | None:
    if lower == "today":
        return _day(newest)
    if lower == "yesterday":
        return _day(newest - timedelta(days=1))
    if lower == "last":
        current = span_of(_day(newest), period)
        return span_of(_day(current.first - timedelta(days=1)), period)
    back = re.fullmatch(r"-([0-9]{1,6})([dw])", lower)
    if back:
        return _day(newest - timedelta(days=int(back[1]) * (7 if back[2] == "w" else 1)))
    return None


def _named(lower: str, newest: date) -> Span | None:
    name = _SHORT.get(lower, lower)
    if name in WEEKDAYS:
        return _day(newest - timedelta(days=(newest.weekday() - WEEKDAYS.index(name)) % 7))
    if name in MONTHS:
        month = MONTHS.index(name) + 1
        return _month(newest.year - (month > newest.month), month)
    return None


def tomorrow(day: date) -> date:
    """The day after, or the last day that there is."""
    return day + timedelta(days=1) if day < date.max else day


def _numbered(lower: str) -> Span | None:
    # date.fromisoformat also takes 20260701 and 2026-W01-1, and int() takes digits of every script.
    parts = re.fullmatch(r"([0-9]{4})-(?:([0-9]{2})-([0-9]{2})|w([0-9]{2})|([0-9]{2}))", lower)
    if not parts:
        return None
    year, month, day, week, whole_month = (int(part) if part else 0 for part in parts.groups())
    if parts[4]:
        return _week(date.fromisocalendar(year, week, 1))
    if parts[5]:
        return _month(year, whole_month)
    return _day(date(year, month, day))


def _day(day: date) -> Span:
    return Span(day, day, "day")


def _week(day: date) -> Span:
    monday = day.toordinal() - day.weekday()
    return Span(date.fromordinal(monday), date.fromordinal(min(monday + 6, date.max.toordinal())), "week")


def _month(year: int, month: int) -> Span:
    last = date(year, 12, 31) if month == 12 else date(year, month + 1, 1) - timedelta(days=1)
    return Span(date(year, month, 1), last, "month")


def _ends_with_running_period(last: date, tomorrow: date) -> bool:
    return last in (_week(tomorrow).last, _month(tomorrow.year, tomorrow.month).last)


def _shown(text: str) -> str:
    return words.line(text, 40)


def _misunderstood(typed: str) -> NoReturn:
    shown = _shown(typed)
    if not shown:
        raise BadRequest("a day is missing", hint=FORMS)
    if re.fullmatch(r"[0-9]{4}-[Ww][0-9]{2}", typed):
        raise BadRequest(f"{shown} is not a week", hint=_last_week(int(typed[:4])))
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}", typed):
        raise BadRequest(f"{shown} is not a month", hint=FORMS)
    meant = _meant(typed)
    hint = f"did you mean `{meant}`?" if meant else FORMS
    kind = "a day, week or month" if shown.isalpha() else "a day"
    raise BadRequest(f"{shown} is not {kind}", hint=hint)


def _last_week(year: int) -> str:
    if not year:
        return FORMS
    return f"the weeks of {year:04} are {year:04}-W01 to {year:04}-W{date(year, 12, 28).isocalendar().week}"


def _meant(typed: str) -> str:
    """The form that was probably meant by `2026/7/1`, `20260701` or `firday`, or ""."""
    numbers = re.fullmatch(r"([0-9]{4})(?:[-/. ]([0-9]{1,2})[-/. ]([0-9]{1,2})|([0-9]{2})([0-9]{2}))", typed)
    if numbers:
        year, month, day = (int(part) for part in numbers.groups() if part)
        try:
            return date(year, month, day).isoformat()
        except ValueError:
            return ""
    if len(typed) > 20 or not typed.isalpha():
        return ""
    from difflib import get_close_matches

    known = ("today", "yesterday", "last", *WEEKDAYS, *MONTHS)
    return "".join(get_close_matches(typed.lower(), known, n=1, cutoff=0.7))
