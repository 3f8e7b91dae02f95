"""The papers of a digest, gathered: those of some days, or all that came since the one before, parted by topic."""

from __future__ import annotations

from papercli.commands.coming import Coming, asked_for, topics_of
from papercli.commands.listing import query_of
from papercli.dates import short
from papercli.query import Query
from papercli.render.digest import Section
from papercli.value import changed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from papercli.app import App
    from papercli.commands import options
    from papercli.expression import Expression
    from papercli.library import Ref
    from papercli.paper import Entry

    Days = tuple[str, date, date]
    """A feed, its first and its last day."""

MOST = 200
"""Papers of a section: a mail of more is read by nobody."""


class Gathering:
    """Papers as they are found: `listed` by the feeds, and `besides` of them by the topics.

    `topic` is the only one that is asked for, or None. Raises BadRequest when there is no such topic, or a filter makes
    no sense.
    """

    def __init__(self, app: App, filters: options.Filters, topic: str | None) -> None:
        self._app, self._filters, self._only = app, filters, topic
        self._topics = topics_of(app, topic)
        self._listed: Sequence[Ref] = ()
        self._besides: Sequence[Ref] = ()
        self._shown_by = "papers new"
        self.hidden = 0
        self.missing: list[str] = []
        """What of the topics the sources could not be asked for, in words."""

    def of_days(self, days: Sequence[Days], *, asking: bool) -> None:
        """All that the feeds list on these days, and what else of the topics is of them. With `asking` the sources are
        asked for the topics: they tell of what is new."""
        from papercli.expression import Between

        if asking:
            self.missing += asked_for(self._app, self._topics)
        self._find(Query(feeds=tuple(days)))
        self._over(days)
        first, last = min(first for _, first, _ in days), max(last for *_, last in days)
        for topic in self._topics.values():
            self._add(self._matching((topic, Between("day", first, last)), Query(sort="newest", limit=MOST)))

    def since(self, feeds: Sequence[str], kept_as: Callable[[str], str]) -> Coming:
        """All that came since the looks that are kept under these names. What comes back knows what of it is missing,
        and where the next looks begin."""
        coming = Coming(self._app, kept_as)
        for feed in feeds:
            coming.look_at(feed, shown=True)
        listed = tuple(coming.came)
        self.missing += coming.search(self._topics)
        self._find(Query(among=listed))
        self._add(tuple(coming.came)[len(listed) :])
        self._over([(feed, coming.since[kept_as(feed)].day, coming.until[kept_as(feed)].day)
                    for feed in feeds if kept_as(feed) in coming.until])  # fmt: skip
        return coming

    def _over(self, days: Sequence[Days]) -> None:
        """What shows all of it is known now."""
        first, last = min((first for _, first, _ in days)), max(last for *_, last in days)
        self._shown_by = f"papers day {first}{f'..{last}' * (first < last)}"

    def sections(self, limit: int) -> tuple[Section, ...]:
        """A section for each topic, in the reader's order, and one of the most upvoted of the rest, at most `limit` of
        them (0 is all). Each paper stands once."""
        refs = (*self._listed, *self._besides)
        left = {ref[0]: ref for ref in refs}
        sections = []
        for name, topic in self._topics.items():
            holding = self._holding(tuple(left), topic)
            its = [left.pop(number) for number in list(left) if number in holding]
            if its:
                most = limit if self._only and limit else MOST
                sections.append(self._section(name, its, most, f"{self._shown_by} -k … shows them"))
        rest = [ref for ref in self._listed if ref[0] in left]
        if rest and not self._only:
            title = "Most upvoted of the rest" if sections else "Most upvoted"
            sections.append(self._section(title, rest, limit or MOST, f"{self._shown_by} shows all"))
        return tuple(sections)

    def _section(self, title: str, refs: Sequence[Ref], most: int, more: str) -> Section:
        from papercli.reasons import explained

        entries = explained(self._app, self._app.library.rows(refs[:most]), None)
        return Section(title, tuple(map(_ranked, entries)), max(0, len(refs) - most), more)

    def _holding(self, numbers: tuple[int, ...], topic: Expression) -> set[int]:
        found = self._app.library.find(Query(among=numbers, expression=topic, shown="all"))
        return {ref[0] for ref in found.refs}

    def _find(self, where: Query) -> None:
        found = self._app.library.find(self._narrowed(where))
        self._listed, self.hidden = found.refs, found.hidden

    def _add(self, numbers: Sequence[int]) -> None:
        """Papers of topics that no feed lists, as far as the filters let them through."""
        known = {ref[0] for ref in (*self._listed, *self._besides)}
        new = tuple(number for number in numbers if number not in known)
        if new:
            refs = self._app.library.find(self._narrowed(Query(among=new))).refs
            self._besides = (*self._besides, *refs)

    def _matching(self, parts: tuple[Expression, ...], query: Query) -> tuple[int, ...]:
        from papercli.expression import All

        found = self._app.library.find(changed(query, expression=All(parts), shown="all"))
        return tuple(ref[0] for ref in found.refs)

    def _narrowed(self, where: Query) -> Query:
        """The filters' query, of the papers that `where` names; --source says whose listings they are."""
        query = query_of(self._app, self._filters, feeds=where.feeds)
        return changed(query, among=where.among, limit=None)


def _ranked(entry: Entry) -> Entry:
    """With its place in its day's listing among the reasons why it is shown."""
    if not entry.rank or not entry.listed or not entry.upvotes:
        return entry
    return changed(entry, why=(*entry.why, f"no. {entry.rank} by votes on {short(entry.listed)}"))
