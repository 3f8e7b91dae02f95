"""`papers trends [QUERY...]`: popularity over time, from what the library holds."""

from __future__ import annotations

from datetime import timedelta

from papercli.commands.finding import sought_of
from papercli.errors import BadRequest
from papercli.query import Query

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from papercli.app import App
    from papercli.commands import options
    from papercli.library.trends import Period, Trends

USUAL = 12  # weeks or months


def trends(app: App, query: options.Terms, charts: options.Charts) -> None:
    """Papers and upvotes week by week, and the keywords that rose or fell.

    Examples:
      papers trends
      papers trends --by month
      papers trends quantization --since 2026-01
      papers trends --json | jq -r '.keywords.rose[].keyword'

    Of the Daily Papers listings that the library holds: papers sync fills it. Without --since the last twelve weeks or
    months. QUERY is what papers help query describes. In a pipe a line for each: period, papers, upvotes.
    """
    from papercli.library.trends import counted, listed_days

    app.console.json = charts.numbers
    since = None if charts.from_day is None else app.calendar.days(charts.from_day).first
    until = None if charts.to_day is None else app.calendar.days(charts.to_day).last
    if since and until and since > until:
        raise BadRequest("--since is later than --until", hint="write the older day first")
    known = listed_days(app.library)
    periods = _periods(app, charts.by, since, until, known) if known else ()
    among = _among(app, query)
    found = counted(app.library, periods, among)
    _show(app, found, charts, " ".join(query or ()))
    if not known:
        app.console.note("empty", "the library holds no listings yet; papers sync fills it")
    elif periods and not any(period.papers for period in found.periods):
        app.console.note("empty", f"no paper of these {charts.by}s matches" if among is not None else
                         f"the library holds no paper of these {charts.by}s; papers sync fills it")  # fmt: skip
    elif lacking := [period for period in found.periods if not period.listings and not period.papers]:
        words = f"1 {charts.by} has" if len(lacking) == 1 else f"{len(lacking)} {charts.by}s have"
        app.console.note(
            "missing", f"{words} no listing in the library; papers sync --since {lacking[0].first} fills it"
        )


def _periods(app: App, by: str, since: date | None, until: date | None, known: tuple[date, date]) -> tuple[Period, ...]:
    """The weeks or months that hold the days from `since` to `until`, or to the last listing; without `since` the last
    USUAL of them, but none before the first listing. `known` are the days of the first and the last listing."""
    from papercli.library.trends import periods_of

    last = min(until, max(known[1], app.calendar.today)) if until else known[1]
    if since:
        return periods_of(max(since, app.source.first_day), last, by)
    back = timedelta(7 * (USUAL - 1)) if by == "week" else timedelta(31 * USUAL)
    return periods_of(max(last - back, min(known[0], last)), last, by)[-USUAL:]


def _among(app: App, words: Sequence[str] | None) -> frozenset[int] | None:
    """The numbers of the papers that QUERY means, hidden and muted ones too: what was popular is no matter of taste."""
    query = sought_of(app, words, Query(shown="all"))
    if query.expression is None:
        return None
    return frozenset(ref[0] for ref in app.library.find(query).refs)


def _show(app: App, found: Trends, charts: options.Charts, query: str) -> None:
    from papercli.render import theme_for, view
    from papercli.render.trends import chart, data, tsv

    if charts.numbers:
        return app.console.show(data(found, charts.by))
    if not app.console.is_terminal:
        return app.console.show(tsv(found))
    if not found.periods:
        return None
    how = view(
        "cards", app.console, caption=lambda: _caption(app, found, charts.by, query), fields=(), pages=False,
        theme=lambda: theme_for(app.setting("output.theme"), app.environ.get("COLORFGBG", "")),
    )  # fmt: skip
    return app.console.show(chart(found, charts.by, how), paged=True)


def _caption(app: App, found: Trends, by: str, query: str) -> tuple[str, str]:
    from papercli.dates import short

    first, last = found.periods[0], found.periods[-1]
    many = f"1 {by}" if len(found.periods) == 1 else f"{len(found.periods)} {by}s"
    days = f"{short(first.first)}{f' {first.first.year}' * (first.first.year != last.last.year)}"
    papers, upvotes = (sum(getattr(each, name) for each in found.periods) for name in ("papers", "upvotes"))
    title = f"Trends{f' of {query}' * bool(query)} · {many}, {days} to {short(last.last)} {last.last.year}"
    remarks = ["a made-up sample: no such papers exist"] * app.given.demo
    remarks += [f"the last {by} is still running"] * (last.last >= app.calendar.today)
    return f"{title} · {papers:,} papers, {upvotes:,} upvotes", "; ".join(remarks)
