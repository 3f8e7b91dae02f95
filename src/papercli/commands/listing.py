"""What every listing command does once the library holds the listing: select, say what it is, print."""

from __future__ import annotations

from papercli.commands.printing import print_list
from papercli.errors import BadRequest, Partial
from papercli.query import Query
from papercli.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from papercli.app import App
    from papercli.commands import options
    from papercli.errors import PapercliError
    from papercli.expression import Expression
    from papercli.outcomes import Told
    from papercli.periods import Period


FILTERS = (
    "keyword", "min_upvotes", "min_comments", "min_stars", "author", "org", "submitter", "category", "tag", "has",
    "since", "until", "unread", "starred", "later", "announce", "source",
)  # fmt: skip
"""The options that say which papers; `filters` turns them into an expression."""


@value
class Shown:
    """A listing to print, and what there is to say of it."""

    span: dict[str, object]
    """The fields of a Query that say which papers it holds."""

    name: str
    at: float
    """When its oldest part was asked for: seconds since 1970, UTC."""

    skipped: int
    missing: tuple[str, ...]
    """What of it could not be had, in words."""

    failure: PapercliError | None
    remarks: Callable[[], list[str]]
    why_empty: Callable[[], str]
    title: Callable[[], str]


def print_listing(app: App, told: Told, filters: options.Filters, output: options.Output) -> None:
    """Print a day's listing. Raises Partial, after printing, when pages of it are missing."""
    day = told.listing.day
    page = f"page {told.missing_page}" if told.missing_page else "its last pages"
    shown = Shown(
        span={"first": day, "last": day}, name=f"the listing of {day}", at=told.listing.at,
        skipped=told.listing.skipped, missing=() if told.listing.whole else (page,), failure=told.failure,
        remarks=lambda: _remarks(app, told), why_empty=lambda: _why_empty(app, told), title=lambda: _title(day),
    )  # fmt: skip
    print_shown(app, shown, filters, output)


def print_period(app: App, period: Period, filters: options.Filters, output: options.Output) -> None:
    """Print the listings of a span as one. Raises Partial, after printing, when something of it is missing."""
    from papercli import caption

    span = period.span
    shown = Shown(
        span={"first": span.first, "last": span.last}, name="the listing", at=period.at, skipped=period.skipped,
        missing=period.missing, failure=period.failure,
        remarks=lambda: caption.period_remarks(span, bool(period.missing), app.now()),
        why_empty=lambda: caption.why_period_empty(span), title=lambda: f"Daily Papers · {caption.span_spoken(span)}",
    )  # fmt: skip
    print_shown(app, shown, filters, output)


def print_trending(app: App, period: Period, filters: options.Filters, output: options.Output) -> None:
    """Print the source's own rank. Raises Partial, after printing, when pages of it are missing."""
    shown = Shown(
        span={"trending": True}, name="what is trending", at=period.at, skipped=period.skipped,
        missing=period.missing, failure=period.failure, remarks=lambda: ["not whole"] if period.missing else [],
        why_empty=lambda: "nothing is trending", title=lambda: "Trending Papers",
    )  # fmt: skip
    print_shown(app, shown, filters, output)


def print_shown(app: App, shown: Shown, filters: options.Filters, output: options.Output) -> None:
    """Print it, with what there is to say. Raises Partial, after printing, when something of it is missing."""
    query = query_of(app, filters, **shown.span)
    found = app.library.find(query)
    entries = app.library.each(found.refs)
    print_list(app, entries, output, caption=lambda: _caption(app, shown, len(entries), found.hidden))
    _say(app, shown, empty=not entries, sought=query.expression is not None)
    if filters.category and (unfiled := _unfiled(app, shown)):
        papers = "1 paper" if unfiled == 1 else f"{unfiled:,} papers"
        app.console.note("incomplete", f"the categories of {papers} are not known; only arXiv tells them")
    if shown.missing:
        raise Partial(f"{shown.name} is not whole: {', '.join(shown.missing)} could not be had")


def query_of(app: App, filters: options.Filters, **span: object) -> Query:
    """The filters as a Query; raises BadRequest for a keyword that cannot be read, or a day that is none."""
    return Query(
        expression=_expression(app, filters, told_by="feeds" not in span and "first" not in span),
        shown=_shown(filters),
        muted=app.topics.muted,
        sort=filters.sort,
        reverse=filters.reverse,
        limit=filters.limit or None,
        **span,  # type: ignore[arg-type]
    )


def _expression(app: App, filters: options.Filters, *, told_by: bool) -> Expression | None:
    """What all the filters mean together; None when there are none. With `told_by` --source is one of them: of a
    listing it says whose it is."""
    names = [name for name in FILTERS if told_by or name != "source"]
    if all(given is None or given is False for given in (getattr(filters, name) for name in names)):
        return None
    from papercli.filters import expression_of

    return expression_of(filters, app.calendar.days, told_by=told_by)


def _shown(filters: options.Filters) -> str:
    """Which of the papers that are usually left out. Raises BadRequest when two kinds were asked for."""
    asked = [name for name in ("hidden", "muted", "all") if getattr(filters, name)]
    if len(asked) > 1:
        raise BadRequest(
            f"--{asked[0]} and --{asked[1]} exclude each other", hint="--all shows both kinds and the rest"
        )
    return asked[0] if asked else "usual"


def _caption(app: App, shown: Shown, count: int, hidden: int) -> tuple[str, str]:
    from papercli.caption import caption

    remarks = ["a made-up sample: no such papers exist"] if app.given.demo else shown.remarks()
    return caption(shown.title(), shown=count, hidden=hidden, total=_all(app, shown), remarks=remarks)


def _title(day: date) -> str:
    from papercli.dates import spoken

    return f"Daily Papers · {spoken(day)}"


def _remarks(app: App, told: Told) -> list[str]:
    from papercli.caption import day_remarks

    known = app.library.newest()
    return day_remarks(told, newest=known is not None and known.day == told.listing.day, now=app.now())


def _why_empty(app: App, told: Told) -> str:
    from papercli.caption import why_empty
    from papercli.nearest import nearest

    first = app.source.first_day
    return why_empty(told, nearest(told.listing.day, app.feed, app.library, first=first), now=app.now(), first=first)


def _all(app: App, shown: Shown) -> int:
    """How many papers the listing holds, filters and marks aside."""
    return len(app.library.find(Query(**shown.span, shown="all")).refs)  # type: ignore[arg-type]


def _unfiled(app: App, shown: Shown) -> int:
    """How many papers of the listing no source has told the categories of."""
    refs = app.library.find(Query(**shown.span, shown="all")).refs  # type: ignore[arg-type]
    return sum(not entry.categories for entry in app.library.each(refs))


def _say(app: App, shown: Shown, *, empty: bool, sought: bool) -> None:
    """Notes on standard error: what was left out, what is old, and why there is nothing."""
    if shown.failure and not shown.missing:
        from papercli.caption import ago

        app.console.note("kept", f"{shown.failure}; this is what was kept {ago(app.now() - shown.at)}")
    elif shown.failure:
        app.console.note("missing", str(shown.failure))
    if shown.skipped:
        rows = "1 row" if shown.skipped == 1 else f"{shown.skipped} rows"
        app.console.note("skipped", f"{rows} of the listing could not be read and were left out")
    if empty and not shown.missing:
        if not _all(app, shown):
            app.console.note("empty", shown.why_empty())
        elif sought:
            app.console.note("empty", "no paper matches")
