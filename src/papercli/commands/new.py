"""`papers new`: what came since you last looked."""

from __future__ import annotations

from datetime import timedelta

from papercli.commands.finding import print_found
from papercli.commands.listing import FILTERS, query_of
from papercli.dates import Span, days, span_of, spoken
from papercli.errors import NotAllowed, Partial, Unreachable
from papercli.value import changed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date

    from papercli.app import App
    from papercli.commands import options
    from papercli.expression import Expression
    from papercli.library.looked import Look

FEED = "feed"
LONGEST = 70  # days that are asked for; papers sync knows the rest
FEW = 4  # days that are asked for one by one
AWAY = 7  # days after which the count by day comes first
LATE = 3  # days by which a source may tell of a paper after the day that it bears


def new(app: App, filters: options.Filters, output: options.Output, looking: options.Looking) -> None:
    """What came into the feed or a followed topic since you last looked, each paper once.

    Examples:
      papers new
      papers new --peek
      papers new --follow kv-cache -o ids

    The next time begins where this one ended, unless --peek or a filter says that this was not all of it. With
    --follow only that topic, which has a mark of its own. The first time it is the newest listing.
    """
    from papercli.library.looked import Look

    newest = app.feed.newest()
    day = newest.listing.day
    name = f"follow:{looking.follow}" if looking.follow else FEED
    topics = _topics(app, looking.follow)
    last = app.library.looks.last(name)
    since = last or Look(0, day if not looking.follow else day - timedelta(AWAY))
    missing = _ask(app, since.day, day) if last else []
    missing += _search(app, topics)
    look = app.library.looks.now(day)
    came = _found(app, since, topics, feed=not looking.follow)
    query = changed(query_of(app, filters), among=tuple(came))
    found = app.library.find(query)
    entries = app.library.rows(found.refs)
    print_found(
        app, entries, output, title=_title(since, last is not None, looking.follow), limit=None, sought=None,
        counted=lambda: (len(entries), found.hidden),
        preface=_by_day([came[ref[0]] for ref in found.refs]) if (day - since.day).days >= AWAY else (),
    )  # fmt: skip
    if newest.failure:
        app.console.note("kept", f"{newest.failure}; this is what was known before")
    if not came and not missing:
        app.console.note("empty", f"nothing new since {spoken(since.day)}" if last else "there is nothing yet")
    _move(app, name, look, looking, filters, missing)
    if missing:
        raise Partial(f"not all that is new: {'; '.join(missing)}")


def _topics(app: App, name: str | None) -> dict[str, Expression]:
    followed = app.topics.followed
    if name is None:
        return followed
    app.topics.query(name)  # or it says that there is none
    return {name: followed[name]}


def _ask(app: App, first: date, last: date) -> list[str]:
    """Bring the listings of these days into the library; returns what could not be had, in words."""
    if (last - first).days > LONGEST:
        app.console.note("limit", f"only the last {LONGEST} days were asked for; papers sync fetches the rest")
        first = last - timedelta(LONGEST)
    missing: list[str] = []
    for span in _spans(first, last):
        try:
            missing += app.periods.span(span).missing
        except (Unreachable, NotAllowed) as failure:
            missing.append(f"{span.first} to {span.last}: {failure}")
    return missing


def _spans(first: date, last: date) -> list[Span]:
    """These days as they are best asked for: a few one by one, more in weeks."""
    if (last - first).days < FEW:
        return [Span(first, last, "range")]
    weeks = {span_of(Span(day, day, "day"), "week") for day in days(Span(first, last, "range"))}
    return sorted(weeks, key=lambda week: week.first)


def _search(app: App, topics: dict[str, Expression]) -> list[str]:
    """Ask the source for what belongs to the topics; returns what could not be had, in words."""
    from papercli.expression import said

    missing: list[str] = []
    for name, topic in topics.items():
        try:
            if words := said(topic):
                app.feed.search(words)
        except (Unreachable, NotAllowed) as failure:
            if not app.offline:
                missing.append(f"{name}: {failure}")
                break  # a source that does not answer for one topic does not for the next
    return missing


def _found(app: App, since: Look, topics: dict[str, Expression], *, feed: bool) -> dict[int, date]:
    """The numbers of the new papers in order, with the day that each came."""
    from papercli.expression import All, Between
    from papercli.query import Query

    found = dict(app.library.looks.entered(since)) if feed else {}
    for topic in topics.values():
        recent = (Between("day", since.day - timedelta(LATE)), Between("first_seen", since.at + 1))
        for number, listed, _ in app.library.find(Query(expression=All((topic, *recent)), sort="newest")).refs:
            found.setdefault(number, _date(listed) or since.day)
    return found


def _date(day: str | None) -> date | None:
    from datetime import date

    return date.fromisoformat(day) if day else None


def _title(since: Look, known: bool, topic: str | None) -> str:
    where = f"New in {topic}" if topic else "New"
    return f"{where} since {spoken(since.day)}" if known else f"{where} · {spoken(since.day)}"


def _by_day(days: list[date]) -> tuple[tuple[str, int], ...]:
    """(day, how many papers), newest first."""
    return tuple((spoken(day), days.count(day)) for day in sorted(set(days), reverse=True))


def _move(
    app: App, name: str, look: Look, looking: options.Looking, filters: options.Filters, missing: list[str]
) -> None:
    """The next look begins at `look`, if this one saw everything."""
    narrowed = filters.limit is not None or any(getattr(filters, option) for option in (*FILTERS, "hidden", "muted"))
    if looking.peek or missing:
        return
    if narrowed:
        app.console.note("peek", "this was a part of what is new, so the next papers new shows it again")
        return
    app.library.looks.keep(name, look)
