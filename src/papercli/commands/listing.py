"""What every listing command does once the library holds the listing: select, say what it is, print."""

from __future__ import annotations

from papercli.errors import Partial
from papercli.query import Query, words_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from papercli.app import App
    from papercli.commands import options
    from papercli.feed import Told


def print_listing(app: App, told: Told, filters: options.Filters, output: options.Output) -> None:
    """Print the papers of a day's listing that pass the filters, and what there is to say about them.

    Raises Partial, after printing, when pages of it are missing.
    """
    day = told.listing.day
    found = app.library.find(query_of(filters, first=day, last=day))
    entries = app.library.rows(found.refs)
    app.print(entries, output, caption=lambda: _caption(app, told, len(entries), found.hidden))
    _say(app, told, empty=not entries)
    if not told.listing.whole:
        page = f"page {told.missing_page}" if told.missing_page else "its last pages"
        raise Partial(f"the listing of {day} is not whole: {page} could not be had")


def query_of(filters: options.Filters, **span: object) -> Query:
    """The filters as a Query; raises BadRequest for a keyword without words."""
    return Query(
        words=tuple(word for expression in filters.keyword or () for word in words_of(expression)),
        min_upvotes=filters.min_upvotes,
        sort=filters.sort,
        reverse=filters.reverse,
        limit=filters.limit or None,
        **span,  # type: ignore[arg-type]
    )


def _caption(app: App, told: Told, shown: int, hidden: int) -> tuple[str, str]:
    from papercli.caption import caption

    total, known = _all(app, told), app.library.newest()
    newest = known is not None and known.day == told.listing.day
    return caption(told, newest=newest, shown=shown, hidden=hidden, total=total, now=app.now(), made_up=app.given.demo)


def _all(app: App, told: Told) -> int:
    """How many papers the day's listing holds, filters and marks aside."""
    return len(app.library.find(Query(first=told.listing.day, last=told.listing.day), with_hidden=True).refs)


def _say(app: App, told: Told, *, empty: bool) -> None:
    """Notes on standard error: what was left out, what is old, and why there is nothing."""
    listing = told.listing
    if told.failure:
        from papercli.caption import ago

        app.console.note("kept", f"{told.failure}; this is what was kept {ago(app.now() - listing.at)}")
    if listing.skipped:
        rows = "1 row" if listing.skipped == 1 else f"{listing.skipped} rows"
        app.console.note("skipped", f"{rows} of the listing could not be read and were left out")
    if empty and listing.whole and not _all(app, told):
        from papercli.caption import why_empty

        app.console.note("empty", why_empty(told, app.nearest(listing.day), now=app.now(), first=app.source.first_day))
