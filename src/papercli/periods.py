"""Listings over more than a day: weeks and months in one question, ranges day by day, and what is trending."""

from __future__ import annotations

from papercli.dates import days
from papercli.errors import NotAllowed, PapercliError, Unreachable
from papercli.library import Listing
from papercli.value import changed, value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from papercli.ask import Gathered, Heap
    from papercli.dates import Span
    from papercli.feed import Feed
    from papercli.library import Library
    from papercli.paper import Paper
    from papercli.request import Request
    from papercli.sources import Source
    from papercli.turn import Turn

FRESH = 600  # seconds for what can still gain papers


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
        self, feed: Feed, library: Library, source: Source, alone: Callable[[str], Turn], now: Callable[[], float]
    ) -> None:
        self._feed, self._library, self._source, self._alone, self._now = feed, library, source, alone, now

    def span(self, span: Span) -> Period:
        """The listings of every day of `span`, up to the newest.

        Raises Unreachable or NotAllowed when nothing of it can be had and nothing is kept.
        """
        span = self._clipped(span)
        if span.last < span.first:
            return Period(span, self._now())
        request = (
            self._source.period(span.form, span.first, self._feed.fresh(span.last)) if _asked_whole(span) else None
        )
        stale = self._stale(span, whole=request is not None)
        if not stale:
            return self._kept(span)
        with self._alone(f"{span.first}..{span.last}"):
            stale = self._stale(span, whole=request is not None)  # another process asked while this one waited
            if not stale:
                return self._kept(span)
            return self._ask_whole(span, request) if request else self._ask_days(span, stale)

    def _clipped(self, span: Span) -> Span:
        """Without the days that have not begun and those before there were listings."""
        newest = self._library.newest()
        last = max(self._feed.today, newest.day) if newest else self._feed.today
        return changed(span, first=max(span.first, self._source.first_day), last=min(span.last, last))

    def _stale(self, span: Span, *, whole: bool) -> list[date]:
        """The days that must be asked for. A week or month asked in one question is as fresh as its last day."""
        fresh = self._feed.fresh(span.last)
        kept = self._library.listings(span.first, span.last)
        return [
            day
            for day in days(span)
            if not (day in kept and self._feed.good(kept[day], fresh if whole else self._feed.fresh(day)))
        ]

    def _kept(self, span: Span, missing: Sequence[str] = (), failure: PapercliError | None = None) -> Period:
        kept = self._library.listings(span.first, span.last).values()
        at = min((listing.at for listing in kept), default=self._now())
        parts = [f"the rest of {listing.day}" for listing in kept if not listing.whole] if not missing else []
        return Period(span, at, sum(listing.skipped for listing in kept), (*missing, *parts), failure)

    def _ask_whole(self, span: Span, request: Request) -> Period:
        every = self._library.listings(span.first, span.last)
        have_all = all(day in every and every[day].whole for day in days(span))
        try:
            heap = self._feed.ask().heap(request, hurry=have_all)
        except (Unreachable, NotAllowed) as failure:
            if not every:
                raise
            return self._kept(span, [] if have_all else ["days that were never asked for"], failure)
        if heap.missing and have_all:
            return self._kept(span, failure=heap.failure)
        self._keep(span, heap)
        return self._kept(span, [f"page {number}" for number in heap.missing], heap.failure)

    def _keep(self, span: Span, heap: Heap) -> None:
        """Each day's rows as that day's listing; a day without rows has an empty one."""
        by_day: dict[str, list[Paper]] = {day.isoformat(): [] for day in days(span)}
        for paper in heap.papers:
            if paper.day in by_day:
                by_day[paper.day].append(paper)
        first = span.last  # rows that cannot be read are counted once
        for day in days(span):
            listing = Listing(day, heap.at, not heap.missing, heap.skipped if day == first else 0)
            self._library.remember_listing(listing, by_day[day.isoformat()])

    def _ask_days(self, span: Span, stale: Sequence[date]) -> Period:
        requests = [(self._source.day(day, self._feed.fresh(day)), day.isoformat()) for day in stale]
        missing: list[str] = []
        failure: PapercliError | None = None
        for day, outcome in zip(stale, self._feed.ask().days(requests), strict=True):
            if isinstance(outcome, PapercliError):
                failure = outcome
                if not self._library.listing(day):
                    missing.append(day.isoformat())
            else:
                self._keep_day(day, outcome)
                failure = failure or outcome.failure
        if failure and len(missing) == sum(1 for _ in days(span)):
            raise failure
        return self._kept(span, missing, failure)

    def _keep_day(self, day: date, gathered: Gathered) -> None:
        at = self._now() if gathered.refused else gathered.at  # refused: a day that has not begun there
        listing = Listing(day, at, not gathered.missing_page, gathered.skipped)
        self._library.remember_listing(listing, gathered.papers)

    def trending(self, most: int) -> Period:
        """The source's own rank, at least the first `most` papers of it where it has so many.

        Raises as `span` does.
        """
        from papercli.dates import Span

        today = Span(self._feed.today, self._feed.today, "day")
        kept = self._library.trending()
        if kept and kept[1] >= most and self._feed.good(Listing(self._feed.today, kept[0]), FRESH):
            return Period(today, kept[0])
        with self._alone("trending"):
            try:
                heap = self._feed.ask().heap(self._source.trending(FRESH), most=-(-most // 100), hurry=bool(kept))
            except (Unreachable, NotAllowed) as failure:
                if not kept:
                    raise
                return Period(today, kept[0], failure=failure)
            self._library.remember_trending(heap.papers, at=heap.at)
            missing = tuple(f"page {number}" for number in heap.missing)
            return Period(today, heap.at, heap.skipped, missing, heap.failure)


def _asked_whole(span: Span) -> bool:
    return span.form in ("week", "month")
