"""Listings of several sources, or of another than Hugging Face, printed as one: each paper once, each source's share in
the caption."""

from __future__ import annotations

from papercli.caption import ago
from papercli.commands.listing import Shown, print_shown
from papercli.dates import short, spoken
from papercli.errors import PRECEDENCE, NotAllowed, PapercliError, Unreachable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from papercli.app import App
    from papercli.commands import options
    from papercli.dates import Span
    from papercli.outcomes import Told

DAILY = "hf"


def print_newest(app: App, feeds: Sequence[str], filters: options.Filters, output: options.Output) -> None:
    """Print the newest listing of each feed. Raises Partial, after printing, when one of them cannot be had."""
    told, failures = newest_of(app, feeds)
    days = tuple((feed, each.listing.day, each.listing.day) for feed, each in told.items())
    _print(app, days, told, failures, filters, output, remarks=lambda: _remarks(app, told))


def newest_of(app: App, feeds: Sequence[str]) -> tuple[dict[str, Told], dict[str, PapercliError]]:
    """The newest listing of each feed, and why others could not be had. Raises the gravest failure when none could."""
    return _asked(feeds, lambda feed: app.feed_of(feed, _siblings(feed, feeds)).newest())


def print_span(app: App, span: Span, feeds: Sequence[str], filters: options.Filters, output: options.Output) -> None:
    """Print the listings of a span of days. Of a source that tells of its newest listing only, those that were kept."""
    failures: dict[str, PapercliError] = {}
    missing: list[str] = []
    if DAILY in feeds:
        try:
            missing += app.periods.span(span).missing
        except (Unreachable, NotAllowed) as failure:
            failures[DAILY] = failure
    days = tuple((feed, span.first, span.last) for feed in feeds if feed not in failures)
    if not days:
        raise next(iter(failures.values()))
    _print(app, days, {}, failures, filters, output, remarks=list, missing=tuple(missing))


def name_of(feed: str) -> str:
    """What a listing is called: "Daily Papers", "arXiv cs.CL"."""
    source, _, category = feed.partition(":")
    return {"hf": "Daily Papers", "arxiv": "arXiv"}.get(source, source) + (f" {category}" if category else "")


def _siblings(feed: str, feeds: Sequence[str]) -> list[str]:
    source = feed.partition(":")[0]
    return [each for each in feeds if each.partition(":")[0] == source]


def _asked(feeds: Sequence[str], ask: Callable[[str], Told]) -> tuple[dict[str, Told], dict[str, PapercliError]]:
    """What each feed told, and why others did not. Raises the gravest failure when none did."""
    told: dict[str, Told] = {}
    failures: dict[str, PapercliError] = {}
    for feed in feeds:
        try:
            told[feed] = ask(feed)
        except (Unreachable, NotAllowed) as failure:
            failures[feed] = failure
    if failures and not told:
        raise min(failures.values(), key=lambda failure: PRECEDENCE.index(failure.exit_code))
    return told, failures


def _print(
    app: App,
    days: Sequence[tuple[str, date, date]],
    told: dict[str, Told],
    failures: dict[str, PapercliError],
    filters: options.Filters,
    output: options.Output,
    *,
    remarks: Callable[[], list[str]],
    missing: tuple[str, ...] = (),
) -> None:
    for feed, each in told.items():
        if each.failure:
            when = ago(app.now() - each.listing.at)
            app.console.note("kept", f"{name_of(feed)}: {each.failure}; this is what was kept {when}")
    for feed, failure in failures.items():
        app.console.note("missing", f"{name_of(feed)}: {failure}")
    shown = Shown(
        span={"feeds": tuple(days)}, name="the listing",
        at=min((each.listing.at for each in told.values()), default=app.now()),
        skipped=sum(each.listing.skipped for each in told.values()),
        missing=(*(name_of(feed) for feed in failures), *missing), failure=None,
        remarks=remarks, why_empty=lambda: _why_empty(app, told), title=lambda: _title(app, days),
    )  # fmt: skip
    print_shown(app, shown, filters, output)


def _title(app: App, days: Sequence[tuple[str, date, date]]) -> str:
    """Each listing's name, day and share: "Daily Papers Fri 3 Jul 36, arXiv cs.CL Fri 3 Jul 112"."""
    shares = []
    for feed, first, last in days:
        when = spoken(first) if first == last else f"{short(first)} to {short(last)} {last.year}"
        shares.append(f"{name_of(feed)} {when}: {sum(app.library.share(feed, first, last).values())}")
    return " · ".join(shares)


def _remarks(app: App, told: dict[str, Told]) -> list[str]:
    """How arXiv announced its papers, and why there is nothing newer."""
    remarks = []
    for feed, each in told.items():
        day = each.listing.day
        kinds = app.library.share(feed, day, day)
        words = {"new": "new", "cross": "cross-listed", "replace": "replaced"}
        counts = [f"{kinds[kind]} {spoken}" for kind, spoken in words.items() if kinds.get(kind)]
        source = app.source_of(feed) if feed != DAILY else None
        quiet = each.quiet or (source.quiet(app.now()) or source.late(day, app.now()) if source else "")
        remarks += [f"{name_of(feed)}: {', '.join(counts)}"] * bool(counts) + [quiet] * bool(quiet)
    return list(dict.fromkeys(remarks))


def _why_empty(app: App, told: dict[str, Told]) -> str:
    quiet = [each.quiet for each in told.values() if each.quiet]
    return quiet[0] if quiet else "nothing was listed, or it was not kept at the time"
