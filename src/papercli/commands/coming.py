"""What has come into the feeds and the followed topics since a look: `papers new` and `papers digest` show it."""

from __future__ import annotations

from datetime import date, timedelta

from papercli.dates import Span, days, span_of
from papercli.errors import NotAllowed, Unreachable
from papercli.value import changed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from papercli.app import App
    from papercli.errors import PapercliError
    from papercli.expression import Expression
    from papercli.library.looked import Look

LONGEST = 70  # days that are asked for; papers sync knows the rest
FEW = 4  # days that are asked for one by one
LATE = 3  # days by which a source may tell of a paper after the day that it bears


def topics_of(app: App, name: str | None) -> dict[str, Expression]:
    """The followed topics, or only the one of that name. Raises BadRequest when there is none."""
    followed = app.topics.followed
    if name is None:
        return followed
    app.topics.query(name)  # or it says that there is none
    return {name: followed[name]}


class Coming:
    """What has come since the last looks, by feed and topic, as it is gathered.

    `kept_as` gives the name under which the look at a feed is kept; without one, `back` days before the feed's newest
    are where the first look begins.
    """

    def __init__(self, app: App, kept_as: Callable[[str], str], *, back: int = 0) -> None:
        self._app, self._kept_as, self._back = app, kept_as, back
        self.came: dict[int, date] = {}
        """The numbers of the new papers in order, with the day that each came."""

        self.missing: list[str] = []
        """What of the listings could not be had, in words."""

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

        app, looks, name = self._app, self._app.library.looks, self._kept_as(feed)
        try:
            newest = app.feed_of(feed).newest()
        except (Unreachable, NotAllowed) as failure:
            self.missing.append(str(failure))
            self.failure = self.failure or failure
            return
        if newest.failure:
            app.console.note("kept", f"{newest.failure}; this is what was known before")
        day, last = newest.listing.day, looks.last(name)
        since = last or Look(0, day - timedelta(self._back))
        if last and feed == "hf":
            self.missing += _ask(app, since.day, day)
        self.known = self.known or last is not None
        self.away = max(self.away, (day - since.day).days if last else 0)
        self.since[name], self.until[name] = since, looks.now(day)
        if shown:
            self.came |= {number: day for number, day in looks.entered(feed, since) if number not in self.came}

    def search(self, topics: dict[str, Expression]) -> list[str]:
        """Add what entered the topics: papers that the library met after the look, and that are not of long before.

        Returns what the sources could not be asked for, in words.
        """
        from papercli.expression import All, Between
        from papercli.query import Query

        missing = asked_for(self._app, topics)
        if not self.since:
            return missing
        since = min(self.since.values(), key=lambda look: look.at)
        recent = (Between("day", since.day - timedelta(LATE)), Between("first_seen", since.at + 1))
        for topic in topics.values():
            query = Query(expression=All((topic, *recent)), sort="newest")
            for number, day, *_ in self._app.library.find(query).refs:
                self.came.setdefault(number, date.fromisoformat(day) if day else since.day)
        # What a search brought is in no listing, so nothing of it was counted: it would be new again.
        met = self._app.library.looks.met(tuple(self.came))
        self.until = {name: changed(look, at=max(look.at, met)) for name, look in self.until.items()}
        return missing


def asked_for(app: App, topics: dict[str, Expression]) -> list[str]:
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
