"""`papers new`: what came since you last looked."""

from __future__ import annotations

from datetime import date, timedelta

from papercli.commands.feeds import feeds_of
from papercli.commands.finding import print_found
from papercli.commands.listing import FILTERS, query_of
from papercli.dates import Span, days, span_of, spoken
from papercli.errors import NotAllowed, Partial, Unreachable
from papercli.value import changed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from papercli.app import App
    from papercli.commands import options
    from papercli.errors import PapercliError
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
    feeds = () if looking.follow else feeds_of(app, filters.source)
    topics = _topics(app, looking.follow)
    scene = _Scene(app, looking.follow)
    for feed in feeds or ("hf",):
        scene.look_at(feed, shown=bool(feeds))
    if scene.failure and not scene.until:
        raise scene.failure
    scene.search(topics)
    query = changed(query_of(app, filters), among=tuple(scene.came))
    found = app.library.find(query)
    days = [scene.came[ref[0]] for ref in found.refs]
    print_found(
        app, app.library.rows(found.refs), output, title=scene.title, limit=None,
        counted=lambda: (len(found.refs), found.hidden), preface=_by_day(days) if scene.away >= AWAY else (),
    )  # fmt: skip
    if not scene.came and not scene.missing:
        since = min(scene.since.values(), key=lambda look: look.day).day
        app.console.note("empty", f"nothing new since {spoken(since)}" if scene.known else "there is nothing yet")
    if not scene.missing:
        _move(app, scene, looking, filters)
    else:
        raise Partial(f"not all that is new: {'; '.join(scene.missing)}")


class _Scene:
    """What has come since the last looks, by feed and topic, as it is gathered."""

    def __init__(self, app: App, topic: str | None) -> None:
        self._app, self._topic = app, topic
        self.came: dict[int, date] = {}
        """The numbers of the new papers in order, with the day that each came."""

        self.missing: list[str] = []
        self.since: dict[str, Look] = {}
        """The last look, by the name that it is kept under."""

        self.until: dict[str, Look] = {}
        """What this look has seen, by the same names."""

        self.failure: PapercliError | None = None
        """Why one of the feeds could not be looked at."""

        self.known = False
        """Whether there was any look before."""

        self.away = 0
        """Days since the last look."""

    def look_at(self, feed: str, *, shown: bool) -> None:
        """Bring what the feed has listed since the last look into the library, and add it when it is to be shown."""
        from papercli.library.looked import Look

        app, looks = self._app, self._app.library.looks
        name = f"follow:{self._topic}" if self._topic else FEED if feed == "hf" else f"{FEED}:{feed}"
        try:
            newest = app.feed_of(feed).newest()
        except (Unreachable, NotAllowed) as failure:
            self.missing.append(str(failure))
            self.failure = self.failure or failure
            return
        if newest.failure:
            app.console.note("kept", f"{newest.failure}; this is what was known before")
        day, last = newest.listing.day, looks.last(name)
        since = last or Look(0, day - timedelta(AWAY) if self._topic else day)
        if last and feed == "hf":
            self.missing += _ask(app, since.day, day)
        self.known = self.known or last is not None
        self.away = max(self.away, (day - since.day).days if last else 0)
        self.since[name], self.until[name] = since, looks.now(day)
        if shown:
            self.came |= {number: day for number, day in looks.entered(feed, since) if number not in self.came}

    def search(self, topics: dict[str, Expression]) -> None:
        """Add what entered the topics: papers that the library met after the look, and that are not of long before."""
        from papercli.expression import All, Between
        from papercli.query import Query

        self.missing += _search(self._app, topics)
        if not self.since:
            return
        since = min(self.since.values(), key=lambda look: look.at)
        recent = (Between("day", since.day - timedelta(LATE)), Between("first_seen", since.at + 1))
        for topic in topics.values():
            query = Query(expression=All((topic, *recent)), sort="newest")
            for number, day, *_ in self._app.library.find(query).refs:
                self.came.setdefault(number, date.fromisoformat(day) if day else since.day)

    @property
    def title(self) -> str:
        """What the list is called."""
        where = f"New in {self._topic}" if self._topic else "New"
        day = min((look.day for look in self.since.values()), default=self._app.calendar.today)
        return f"{where} since {spoken(day)}" if self.known else f"{where} · {spoken(day)}"


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
    """Ask the sources for what belongs to the topics; returns what could not be had, in words."""
    missing: list[str] = []
    for source in dict.fromkeys(name.partition(":")[0] for name in app.setting("sources")):
        for name, topic in topics.items():
            try:
                app.feed_of(source).search(topic, newest=True)
            except (Unreachable, NotAllowed) as failure:
                if not app.offline:
                    missing.append(f"{name}: {failure}")
                break  # a source that does not answer for one topic does not for the next
    return missing


def _by_day(days: list[date]) -> tuple[tuple[str, int], ...]:
    """(day, how many papers), newest first."""
    return tuple((spoken(day), days.count(day)) for day in sorted(set(days), reverse=True))


def _move(app: App, scene: _Scene, looking: options.Looking, filters: options.Filters) -> None:
    """The next looks begin where these ended, if they saw everything."""
    if looking.peek:
        return
    narrowing = [option for option in (*FILTERS, "hidden", "muted") if option != "source"]
    if filters.limit is not None or any(getattr(filters, option) for option in narrowing):
        app.console.note("peek", "this was a part of what is new, so the next papers new shows it again")
        return
    for name, look in scene.until.items():
        app.library.looks.keep(name, look)
