"""Listings over more than a day: weeks and months in one question, ranges day by day, and what is trending."""

from __future__ import annotations

from contextlib import ExitStack

from papercli.dates import Span, days
from papercli.errors import Busy, NotAllowed, PapercliError, Unreachable
from papercli.filling import fill, fill_days, within
from papercli.heap import heap
from papercli.library import Listing
from papercli.value import changed, value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from papercli.feed import Feed
    from papercli.heap import Heap
    from papercli.library import Library
    from papercli.request import Request
    from papercli.sources import Dated
    from papercli.turn import Turn

FRESH = 600  # seconds for what can still gain papers
MOST_NAMED = 10  # of the days that are missing
TOGETHER = 31  # days whose rows are in memory at a time
MOST_TURNS = 62  # two months; more would be more open files than some systems allow


@value
class Period:
    """The listings of a span as the library now holds them, and how that came about."""

    span: Span
    at: float
    """When its oldest part was asked for: seconds since 1970, UTC."""

    skipped: int = 0
    missing: tuple[str, ...] = ()
    """What could not be had, in words: "page 3", "2026-07-01"."""

    failure: PapercliError | None = None
    """Why something is missing, or older than was wanted."""


class Periods:
    """Asks through `feed` and keeps in `library`; `alone(name)` is the turn to ask, `now` is in seconds since 1970."""

    def __init__(
        self,
        feed: Feed,
        library: Library,
        source: Dated,
        alone: Callable[[str, float], Turn],
        now: Callable[[], float],
    ) -> None:
        self._feed, self._library, self._source, self._alone, self._now = feed, library, source, alone, now

    def span(self, span: Span) -> Period:
        """The listings of every day of `span`, up to the newest.

        Raises Unreachable or NotAllowed when nothing of it can be had and nothing is kept.
        """
        span = self.clipped(span)
        if span.last < span.first:
            return Period(span, self._now())
        fresh = self._feed.fresh(span.last)
        request = self._source.period(span.form, span.first, fresh) if span.form in ("week", "month") else None
        whole = request is not None
        stale = self.stale(span, whole=whole)
        if not stale:
            return self._kept(span)
        single = [] if whole or len(stale) > MOST_TURNS else [day.isoformat() for day in reversed(stale)]
        return self._in_turn(
            [*single, f"{span.first}..{span.last}"],
            fresh=lambda: None if self.stale(span, whole=whole) else self._kept(span),
            ask=lambda: self._ask_whole(span, request) if request else self._ask_days(span, whole=False),
            kept=lambda failure: self._kept(span, failure) if self._listings(span) else None,
        )

    def _in_turn(
        self,
        names: Sequence[str],
        *,
        fresh: Callable[[], Period | None],
        ask: Callable[[], Period],
        kept: Callable[[PapercliError], Period | None],
    ) -> Period:
        """What `ask` brings, with only one process of this person asking for these `names`, the last of which is this
        very question's; `fresh`, if another asked while this one waited; `kept` when it fails, now or there."""
        slow = Unreachable("another papers is still asking for it")
        standing = kept(slow)
        with ExitStack() as held:
            patience = self._feed.hurried if standing else self._feed.patient
            turns = [held.enter_context(self._alone(name, patience)) for name in names]
            if period := fresh():
                return period
            if standing and any(turn.waited_out for turn in turns):
                return changed(standing, failure=slow)
            try:
                if failed := turns[-1].failure(self._feed.started):
                    raise failed
                period = ask()
            except (Unreachable, NotAllowed) as failure:
                period = kept(failure)
                if period is None:
                    _tell(turns, failure, self._now())
                    raise
                period = changed(period, failure=failure)
            if period.failure:
                _tell(turns, period.failure, self._now())
            return period

    def clipped(self, span: Span) -> Span:
        """Without the days that have not begun and those before there were listings."""
        newest = self._library.newest()
        last = max(self._feed.today, newest.day) if newest else self._feed.today
        return changed(span, first=max(span.first, self._source.first_day), last=min(span.last, last))

    def stale(self, span: Span, *, whole: bool) -> list[date]:
        """The days that must be asked for. A week or month asked in one question is as fresh as its last day."""
        fresh = self._feed.fresh(span.last)
        kept = self._library.listings(span.first, span.last)
        return [
            day
            for day in days(span)
            if not (day in kept and self._feed.good(kept[day], fresh if whole else self._feed.fresh(day)))
        ]

    def turn(self, span: Span) -> Turn:
        """The turn to ask for `span`, which other processes of this person that want the same wait for."""
        return self._alone(f"{span.first}..{span.last}", self._feed.patient)

    def _listings(self, span: Span) -> dict[date, Listing]:
        return self._library.listings(span.first, span.last)

    def _kept(self, span: Span, failure: PapercliError | None = None) -> Period:
        """What the library holds of `span`, and which days it lacks."""
        kept = self._listings(span)
        at = min((listing.at for listing in kept.values()), default=self._now())
        oldest_first = list(days(span))[::-1]
        missing = [day.isoformat() for day in oldest_first if day not in kept]
        missing += [f"the rest of {day}" for day in oldest_first if day in kept and not kept[day].whole]
        skipped = sum(listing.skipped for listing in kept.values())
        return Period(span, at, skipped, shortened(missing), failure)

    def _has_all(self, span: Span) -> bool:
        kept = self._listings(span)
        return all(day in kept and kept[day].whole for day in days(span))

    def _ask_whole(self, span: Span, request: Request) -> Period:
        has_all = self._has_all(span)
        found = heap(self._feed.ask(), request, hurry=has_all, within=within(span))
        if found.failure and has_all:
            return self._kept(span, found.failure)
        if found.strange or found.torn:  # strange are such as the rows of 2024
            del found
            return self._ask_days(span, whole=True)
        fill(self._library, span, found)
        kept = self._kept(span, found.failure)
        return changed(kept, missing=pages(found) or kept.missing, skipped=found.skipped)

    def _ask_days(self, span: Span, *, whole: bool) -> Period:
        """The days of `span` that are stale, each by itself."""
        stale, kept = self.stale(span, whole=whole), self._listings(span)
        # Where all is kept, a server that says nothing costs the time of one question: the others wait for the first.
        has_all = self._has_all(span)
        failure: PapercliError | None = None
        first = 1 if has_all else TOGETHER
        for some in (stale[:first], *(stale[at : at + TOGETHER] for at in range(first, len(stale), TOGETHER))):
            if failure and (has_all or isinstance(failure, Busy)):
                break
            failure = self._ask_each(some, kept) or failure
        if failure and not self._listings(span):
            raise failure
        return self._kept(span, failure)

    def _ask_each(self, stale: Sequence[date], kept: dict[date, Listing]) -> PapercliError | None:
        """Ask for these days and keep them; returns the first failure."""
        asked = [
            (self._source.day(day, self._feed.fresh(day)), day.isoformat(), day in kept and kept[day].whole)
            for day in stale
        ]
        outcomes = dict(zip(stale, self._feed.ask().days(asked), strict=True))
        return fill_days(self._library, self._source, outcomes, now=self._now())

    def trending(self, most: int) -> Period:
        """The source's own rank, at least the first `most` papers of it where it has so many.

        Raises as `span` does.
        """
        return self._rank(most) or self._in_turn(
            ["trending"],
            fresh=lambda: self._rank(most),
            ask=lambda: self._ask_trending(most),
            kept=lambda failure: self._rank(),
        )

    def _rank(self, most: int | None = None) -> Period | None:
        """The rank that is kept; with `most` only when it is fresh and has so many papers."""
        kept = self._library.trending()
        if not kept or (most and not (kept[1] >= most and self._feed.good(Listing(self._feed.today, kept[0]), FRESH))):
            return None
        return Period(Span(self._feed.today, self._feed.today, "day"), kept[0])

    def _ask_trending(self, most: int) -> Period:
        kept = self._library.trending()
        found = heap(self._feed.ask(), self._source.trending(FRESH), most=-(-most // 100), hurry=bool(kept))
        known = self._rank()
        if found.failure and kept and known and (kept[1] >= most or kept[1] > len(found.papers)):
            return changed(known, failure=found.failure)
        self._library.remember_trending(found.papers, at=found.at)
        today = Span(self._feed.today, self._feed.today, "day")
        return Period(today, found.at, found.skipped, pages(found), found.failure)


def _tell(turns: Sequence[Turn], failure: PapercliError, at: float) -> None:
    for turn in turns:
        turn.failed(failure, at)


def pages(found: Heap) -> tuple[str, ...]:
    """The pages that are missing, in words."""
    words = [f"page {number}" for number in found.missing]
    return (*words[:-1], f"{words[-1]} and those after it") if found.cut else tuple(words)


def shortened(words: Sequence[str]) -> tuple[str, ...]:
    """The first of many words, and how many more there are."""
    more = len(words) - MOST_NAMED
    return (*words[:MOST_NAMED], f"and {more} more") if more > 0 else tuple(words)
