"""`papers week [WHEN]`: the listings of a week, as one."""

from __future__ import annotations

from papercli.commands.feeds import print_days

TYPE_CHECKING = False
if TYPE_CHECKING:
    from papercli.app import App
    from papercli.commands import options


def week(app: App, when: options.Period, filters: options.Filters, output: options.Output) -> None:
    """The Daily Papers listings of a week, newest day first.

    Examples:
      papers week
      papers week last --sort upvotes -n 10
      papers week 2026-W27 -k diffusion --has code

    WHEN is any day, week or month, as for papers day; the week that holds it is meant. Without it, the running one.
    A paper that was listed twice stands once, on its later day.
    """
    print_days(app, app.calendar.span(when or "today", "week"), filters, output)
