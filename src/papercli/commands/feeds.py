"""Whose listings are wanted: by --source, else by the settings."""

from __future__ import annotations

from papercli.errors import BadRequest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from papercli.app import App
    from papercli.commands import options
    from papercli.dates import Span

DAILY = ("hf",)


def feeds_of(app: App, given: Sequence[str] | None) -> tuple[str, ...]:
    """The listings that are wanted: those named by --source, else by the settings. A source that has them by category,
    named without one, stands for the categories in the settings.

    Raises BadRequest when there are none.
    """
    usual: tuple[str, ...] = app.setting("sources")
    feeds: list[str] = []
    for name in given or usual:
        if name != "arxiv":
            feeds.append(name)
        elif categories := [each for each in usual if each.startswith("arxiv:")]:
            feeds += categories
        else:
            raise BadRequest("arXiv's listings are by category", hint="for example --source arxiv:cs.CL")
    return tuple(dict.fromkeys(feeds))


def print_days(app: App, span: Span, filters: options.Filters, output: options.Output) -> None:
    """Print the listings of several days."""
    feeds = feeds_of(app, filters.source)
    if feeds == DAILY:
        from papercli.commands.listing import print_period

        print_period(app, app.periods.span(span), filters, output)
        return
    from papercli.commands.several import print_span

    print_span(app, span, feeds, filters, output)
