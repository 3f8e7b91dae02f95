"""`papers today`: the newest Daily Papers listing."""

from __future__ import annotations

from papercli.commands.feeds import feeds_of
from papercli.commands.listing import print_listing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from papercli.app import App
    from papercli.commands import options


def today(app: App, filters: options.Filters, output: options.Output) -> None:
    """The newest Daily Papers listing, or that of other sources.

    Examples:
      papers today
      papers today -k diffusion --min-upvotes 10
      papers today --sort comments -n 5
      papers today --source hf --source arxiv:cs.CL
      papers today --json | jq '.[].title'

    The caption names its day, and says why that is not today when it is not.
    On a terminal papers are printed as cards, in a pipe as tab-separated lines: id, day, upvotes, title, authors, url.
    """
    feeds = feeds_of(app, filters.source)
    if feeds == ("hf",):
        print_listing(app, app.feed.newest(), filters, output)
        return
    from papercli.commands.several import print_newest

    print_newest(app, feeds, filters, output)
