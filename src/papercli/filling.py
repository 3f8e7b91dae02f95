"""What a source answered becomes the listings of days, in the library."""

from __future__ import annotations

from papercli.ask import refusal
from papercli.dates import days, span_of
from papercli.errors import PapercliError
from papercli.library import Listing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from papercli.ask import Gathered
    from papercli.dates import Span
    from papercli.heap import Heap
    from papercli.library import Library
    from papercli.paper import Paper
    from papercli.sources import Dated

AT_ONCE = 500
"""Papers written in one go: whoever reads meanwhile waits no longer than that takes."""

_Listings = list[tuple[Listing, "Sequence[Paper]"]]


def within(span: Span) -> tuple[str, str]:
    """The first and the last day that rows may name where the week or month of `span` was asked for."""
    whole = span_of(span, span.form)
    return whole.first.isoformat(), whole.last.isoformat()


def fill(library: Library, span: Span, heap: Heap) -> None:
    """Keep each day's rows as that day's listing; a day of `span` without rows has an empty one."""
    by_day: dict[str, list[Paper]] = {day.isoformat(): [] for day in days(span)}
    for paper in heap.papers:
        if paper.day in by_day:
            by_day[paper.day].append(paper)
    _remember(library, [(Listing(day, heap.at, heap.whole), by_day[day.isoformat()]) for day in days(span)])


def fill_days(
    library: Library, source: Dated, outcomes: Mapping[date, Gathered | PapercliError], *, now: float
) -> PapercliError | None:
    """Keep what was said of these days, each by itself, at most until `now` (seconds since 1970, UTC); returns the
    first failure."""
    failure: PapercliError | None = None
    listings: _Listings = []
    for day, said in outcomes.items():
        if isinstance(said, PapercliError):
            failure = failure or said
        elif said.refused and library.has_papers(day):
            failure = failure or refusal(source.day(day, 0), said.refused)
        else:
            failure = failure or said.failure
            kept = library.listing(day) if said.failure else None
            if not (kept and kept.whole):  # new pages and old ones together are not the day
                at = now if said.refused else said.at  # refused: a day that has not begun there
                listings.append((Listing(day, at, not said.missing_page, said.skipped), said.papers))
    _remember(library, listings)
    return failure


def _remember(library: Library, listings: _Listings) -> None:
    some: _Listings = []
    for each in listings:
        some.append(each)
        if sum(len(papers) for _, papers in some) >= AT_ONCE:
            library.remember_listings(some)
            some = []
    if some:
        library.remember_listings(some)
