"""What a person means by `friday`, `july` or `last`: days counted from the newest listing where one is known."""

from __future__ import annotations

from datetime import UTC, date, datetime

from papercli import dates
from papercli.errors import PapercliError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from papercli.dates import Span


class Calendar:
    """`now` gives seconds since 1970, `newest` the day of the newest listing, or raises a PapercliError."""

    def __init__(self, now: Callable[[], float], newest: Callable[[], date]) -> None:
        self._now, self._newest = now, newest

    @property
    def today(self) -> date:
        """The UTC day."""
        return datetime.fromtimestamp(self._now(), UTC).date()

    def newest_day(self, when: str) -> date:
        """The day from which relative days count: the newest listing's, else the UTC day.

        A date needs no counting, so nothing is asked for then.
        """
        if all(side[:4].isdigit() and side[4:5] == "-" for side in map(str.strip, when.split(".."))):
            return self.today
        try:
            return self._newest()
        except PapercliError:
            return self.today

    def days(self, when: str) -> Span:
        """The days that a filter means by `when`: any, also some to come. Raises BadRequest when it means none."""
        return dates.when(when, newest=self.newest_day(when))

    def span(self, when: str, period: str = "day") -> Span:
        """The days that a person means by `when`; with `period` "week" or "month", the one that holds them.

        Raises BadRequest when it means none, or a day later than tomorrow (UTC).
        """
        newest = self.newest_day(when)
        span = dates.when(when, newest=newest, period=period)
        dates.not_beyond(span, tomorrow=dates.tomorrow(self.today))
        if period == "day":
            return span
        holding = dates.Span(min(span.first, newest), min(span.last, max(newest, self.today)), span.form)
        return dates.span_of(holding, period)
