"""The history into the library, month by month, newest first: what to ask for, what is final, and when to stop."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from papercli.dates import Span, days, span_of, tomorrow
from papercli.errors import Busy, NotAllowed, PapercliError, Unreachable
from papercli.filling import fill, fill_days, within
from papercli.heap import Heap, heap
from papercli.periods import pages
from papercli.threads import begun
from papercli.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from papercli.ask import Gathered
    from papercli.feed import Feed
    from papercli.library import Library
    from papercli.periods import Periods
    from papercli.sources import Dated
    from papercli.turn import Turn

    Said = Heap | dict[date, Gathered | PapercliError] | PapercliError
    Heard = Callable[[Span, int], None]

SETTLED = timedelta(days=7)
"""After its last day a month is asked for until this has passed: votes and papers still come in."""


@value
class Month:
    """What became of a month that was asked for."""

    span: Span
    ids: tuple[str, ...] = ()
    """Its papers, each once."""

    days: int = 0
    """Days that have papers."""

    skipped: int = 0
    missing: tuple[str, ...] = ()
    """What could not be had, in words: "page 3 of 2026-07", "2026-07-01", "2026-06"."""

    failure: PapercliError | None = None
    """Why something is missing."""


@value
class _Asking:
    """A month that is being asked for, and the wait for what comes of it."""

    span: Span
    turn: Turn
    answered: Callable[[], Said]


class Sync:
    """Asks through `feed` for what `periods` finds stale and is not final; `now` is in seconds since 1970, UTC.

    With `refresh` nothing is final.
    """

    def __init__(
        self,
        periods: Periods,
        feed: Feed,
        library: Library,
        source: Dated,
        now: Callable[[], float],
        *,
        refresh: bool = False,
    ) -> None:
        self._periods, self._feed, self._library, self._source = periods, feed, library, source
        self._now, self._refresh = now, refresh

    def months(self, since: date) -> list[Span]:
        """The months that must be asked for, newest first, back to the one that holds `since`.

        Raises Unreachable or NotAllowed when the newest listing is neither kept nor can be asked for.
        """
        told = self._feed.newest()
        newest = told.listing.day
        if told.failure:  # then there may be a newer one
            newest = max(newest, self._feed.today)
        first = max(since, self._source.first_day)
        day = min(newest, tomorrow(self._feed.today))
        found: list[Span] = []
        while day >= first:
            month = self._periods.clipped(span_of(Span(day, day, "day"), "month"))
            if self._is_wanted(month, first):
                found.append(month)
            day = month.first - timedelta(days=1)
        return found

    def run(self, months: list[Span], since: date, heard: Heard = lambda span, rows: None) -> Iterator[Month]:
        """Ask for each of `months` and keep what comes; the next is asked for while one is written.

        `heard` is told how many rows of a month there are so far, maybe from another thread. Raises Busy or NotAllowed
        after the month where the source said so, Unreachable after the second in a row of which nothing could be had,
        or the last of all. What was had until then is kept.
        """
        left = iter(months)
        asking, following, none_in_a_row, any_said = self._begun(left, since, heard), None, 0, False
        try:
            while asking:
                said = asking.answered()
                failure, none = _failure(said)
                none_in_a_row, any_said = none_in_a_row + 1 if none else 0, any_said or not none
                ends = isinstance(failure, Busy | NotAllowed) or none_in_a_row == 2
                following = None if ends else self._begun(left, since, heard)
                month = self._kept(asking.span, said)
                if month.failure:
                    asking.turn.failed(month.failure, self._now())
                _leave(asking)
                yield month
                if failure and (ends or not (following or any_said)):
                    raise failure
                asking, following = following, None
        finally:
            _leave(asking)
            _leave(following)

    def _is_wanted(self, month: Span, since: date) -> bool:
        span = _from(since, month)
        return bool(self._periods.stale(span, whole=True)) and (self._refresh or not self._is_final(span))

    def _is_final(self, span: Span) -> bool:
        """Whether all its days are kept whole, as they were when none of them could change much any more."""
        end = span_of(span, "month").last + timedelta(days=1) + SETTLED
        settled = datetime(end.year, end.month, end.day, tzinfo=UTC).timestamp()
        kept = self._library.listings(span.first, span.last)
        return all(day in kept and kept[day].whole and settled <= kept[day].at <= self._now() + 1 for day in days(span))

    def _begun(self, left: Iterator[Span], since: date, heard: Heard) -> _Asking | None:
        """Begin to ask for the next month that is still wanted once it is this process's turn; None when none is."""
        for span in left:
            before = self._now()
            turn = self._periods.turn(span)
            turn.__enter__()
            if not self._is_wanted(span, since):  # another process asked while this one waited
                turn.__exit__()
            elif failed := turn.failure(before):
                return _Asking(span, turn, _already(failed))
            else:
                heard(span, 0)
                return _Asking(span, turn, begun(self._question(span, since, heard)))
        return None

    def _question(self, span: Span, since: date, heard: Heard) -> Callable[[], Said]:
        """What asks for `span`, in any thread: as one, or day by day where its rows do not make up days."""
        ask, stale = self._feed.ask(), self._periods.stale(_from(since, span), whole=True)
        request = self._source.period("month", span.first, self._feed.fresh(span.last))
        single = [(self._source.day(day, self._feed.fresh(day)), day.isoformat(), None) for day in stale]

        def asked() -> Said:
            if request is not None:
                try:
                    found = heap(ask, request, hurry=None, within=within(span), heard=lambda rows: heard(span, rows))
                except (Unreachable, NotAllowed) as failure:
                    return failure
                if found.whole or found.failure:
                    return found
            rows: list[int] = []

            def came(gathered: Gathered) -> None:
                rows.append(len(gathered.papers))
                heard(span, sum(rows))

            return dict(zip(stale, ask.days(single, came), strict=True))

        return asked

    def _kept(self, span: Span, said: Said) -> Month:
        """Write what was said of `span` into the library."""
        if isinstance(said, PapercliError):
            return Month(span, missing=(f"{span.first:%Y-%m}",), failure=said)
        if isinstance(said, Heap):
            fill(self._library, span, said)
            inside = [paper for paper in said.papers if span.first.isoformat() <= paper.day <= span.last.isoformat()]
            ids, listed = dict.fromkeys(paper.id for paper in inside), {paper.day for paper in inside}
            missing = tuple(f"{page} of {span.first:%Y-%m}" for page in pages(said))
            return Month(span, tuple(ids), len(listed), said.skipped, missing, said.failure)
        failure = fill_days(self._library, self._source, said, now=self._now())
        had = {day: gathered for day, gathered in said.items() if not isinstance(gathered, PapercliError)}
        ids = dict.fromkeys(paper.id for gathered in had.values() for paper in gathered.papers)
        missing = tuple(day.isoformat() for day in reversed(said) if day not in had or had[day].missing_page)
        skipped = sum(gathered.skipped for gathered in had.values())
        return Month(span, tuple(ids), sum(bool(each.papers) for each in had.values()), skipped, missing, failure)


def _from(since: date, month: Span) -> Span:
    return Span(max(month.first, since), month.last, month.form)


def _already(failure: PapercliError) -> Callable[[], Said]:
    """The answer of a month that another process asked for in vain, while this one waited."""
    return lambda: failure


def _failure(said: Said) -> tuple[PapercliError | None, bool]:
    """Why something of it is missing, and whether nothing at all could be had."""
    if isinstance(said, PapercliError):
        return said, True
    if isinstance(said, Heap):
        return said.failure, False
    failures = [each for each in said.values() if isinstance(each, PapercliError)]
    failures.sort(key=lambda each: not isinstance(each, Busy))
    return next(iter(failures), None), len(failures) == len(said)


def _leave(asking: _Asking | None) -> None:
    """Let others have their turn. To leave twice does nothing."""
    if asking:
        asking.turn.__exit__()
