"""`papers trending`: the site's own rank of what is talked about."""

from __future__ import annotations

from papercli.commands.listing import print_trending

TYPE_CHECKING = False
if TYPE_CHECKING:
    from papercli.app import App
    from papercli.commands import options

MOST = 5_000  # fifty pages
USUAL = 100  # the rank has no end that anyone reads to


def trending(app: App, filters: options.Filters, output: options.Output) -> None:
    """What is trending on Hugging Face, in the site's own order.

    Examples:
      papers trending
      papers trending -n 10 --has code
      papers trending --sort newest

    The first hundred papers, or as many as -n asks for. The order is the site's and moves within hours; papers of other
    years are among them.
    """
    most = MOST if filters.limit == 0 else max(filters.limit or 0, USUAL)
    print_trending(app, app.periods.trending(most), filters, output)
