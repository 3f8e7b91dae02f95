"""`papers day WHEN`: the listing of one day, or of several."""

from __future__ import annotations

from papercli.commands.feeds import DAILY, feeds_of, print_days
from papercli.commands.listing import print_listing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from papercli.app import App
    from papercli.commands import options


def day(app: App, when: options.When, filters: options.Filters, output: options.Output) -> None:
    """The Daily Papers listing of a day, or of several.

    Examples:
      papers day 2026-07-01
      papers day yesterday --sort comments
      papers day friday -o ids
      papers day 2026-07-01..2026-07-03 --min-upvotes 20

    WHEN is a date, today, yesterday, last, -3d (three days back), a weekday (the latest one), a week (2026-W27), a
    month (2026-07, july) or a range A..B of these. Relative days count from the newest listing.
    """
    span, feeds = app.calendar.span(when), feeds_of(app, filters.source)
    if span.form == "day" and feeds == DAILY:
        print_listing(app, app.feed.day(span.first), filters, output)
    else:
        print_days(app, span, filters, output)
