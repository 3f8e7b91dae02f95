"""`papers month [WHEN]`: the listings of a month, as one."""

from __future__ import annotations

from papercli.commands.feeds import print_days

TYPE_CHECKING = False
if TYPE_CHECKING:
    from papercli.app import App
    from papercli.commands import options


def month(app: App, when: options.Period, filters: options.Filters, output: options.Output) -> None:
    """The Daily Papers listings of a month, newest day first.

    Examples:
      papers month
      papers month last --sort upvotes -n 10
      papers month 2026-07 -k diffusion --has code

    WHEN is any day, week or month, as for papers day; the month that holds it is meant. Without it, the running one.
    A paper that was listed twice stands once, on its later day.
    """
    print_days(app, app.calendar.span(when or "today", "month"), filters, output)
