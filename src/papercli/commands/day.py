"""`papers day WHEN`: the listing of one day."""

from __future__ import annotations

from papercli.commands.listing import print_listing
from papercli.errors import BadRequest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from papercli.app import App
    from papercli.commands import options


def day(app: App, when: options.When, filters: options.Filters, output: options.Output) -> None:
    """The Daily Papers listing of one day.

    Examples:
      papers day 2026-07-01
      papers day yesterday --sort comments
      papers day friday -o ids
      papers day -3d

    WHEN is a date, today, yesterday, last, -3d (three days back) or a weekday (the latest one).
    Relative days count from the newest listing.
    """
    from datetime import timedelta

    from papercli.dates import not_beyond
    from papercli.dates import when as span_of

    span = span_of(when, newest=app.newest_day(when))
    if span.first != span.last:
        raise BadRequest(f"“{when}” is more than one day", hint="papers day takes one day, such as 2026-07-01")
    not_beyond(span, tomorrow=app.today + timedelta(days=1))
    print_listing(app, app.feed.day(span.first), filters, output)
