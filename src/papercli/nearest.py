"""Which listing is nearest to a day that has none."""

from __future__ import annotations

from datetime import timedelta

from papercli.errors import PapercliError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date

    from papercli.feed import Feed
    from papercli.library import Library

SATURDAY = 5
QUESTIONS = 4  # a weekend and a holiday beside it


def nearest(day: date, feed: Feed, library: Library, *, first: date) -> date | None:
    """The nearest day with papers: asked for outwards from `day`, earlier first, a few times; else what is kept.

    Weekends are passed over, and nothing is asked beyond the newest listing or before the source's `first` one.
    None when nothing is known at all.
    """
    if day < first:
        return first
    try:
        newest = feed.newest().listing.day
    except PapercliError:
        newest = None
    if newest and day > newest:
        return newest
    if newest:
        for candidate in _outwards(day, newest):
            try:
                told = feed.day(candidate)
            except PapercliError:
                break
            if library.has_papers(told.listing.day):
                return candidate
    known = [near for near in library.neighbours(day) if near]
    return min(known, key=lambda near: abs((near - day).days), default=newest)


def _outwards(day: date, newest: date) -> list[date]:
    days = [day + timedelta(days=sign * step) for step in range(1, 6) for sign in (-1, 1)]
    return [each for each in days if each.weekday() < SATURDAY and each <= newest][:QUESTIONS]
