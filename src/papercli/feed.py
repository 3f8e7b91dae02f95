"""Asking a source, and filling the library with what it says. Whoever wants to show something reads the library."""

from __future__ import annotations

from datetime import UTC, date, datetime

from papercli.dates import tomorrow
from papercli.errors import NotAllowed, PapercliError, Unreachable, Unreadable
from papercli.library import Listing
from papercli.outcomes import Asked, Hits, Told
from papercli.value import changed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeVar

    from papercli.ask import Ask, Gathered
    from papercli.expression import Expression
    from papercli.fetch import Fetch
    from papercli.library import Library
    from papercli.request import Answer
    from papercli.sources import Page, Source
    from papercli.turn import Turn

    T = TypeVar("T")

MINUTE, HOUR, DAY = 60, 3_600, 86_400


class Feed:
    """`source`, `fetch` and `library` are asked for when first needed, so that a fresh listing costs none of them."""

    hurried, patient = 5.0, 120.0
    """Seconds to wait for another process that asks for the same: with something kept, and without."""

    def __init__(
        self,
        *,
        source: Callable[[], Source],
        fetch: Callable[[], Fetch],
        library: Callable[[], Library],
        alone: Callable[[str, float], Turn],
        now: Callable[[], float],
        name: str = "hf",
        offline: bool = False,
        refresh: bool = False,
    ) -> None:
        """`name` is the listing's: the source's, or `source:CATEGORY`. `alone(name, patience)` is the turn to ask for
        that thing, one process of this person at a time; it waits at most `patience` seconds. `now` gives seconds since
        1970."""
        self._source, self._fetch, self._library, self._alone, self._now = source, fetch, library, alone, now
        self._name, self._offline, self._refresh = name, offline, refresh
        self.started = now()
        """When this run began: seconds since 1970, UTC."""

    # Listings

    def newest(self) -> Told:
        """The newest listing there is; asked for again when the last word on it is older than ten minutes.

        Raises Unreachable or NotAllowed when the source cannot be asked and nothing is kept.
        """
        kept = lambda: self._library().newest(self._name)  # noqa: E731
        return self._told("newest", kept, self._fresh_newest, self._ask_newest)

    def day(self, day: date) -> Told:
        """The listing of `day`; an empty one when that day has none. Raises as `newest` does."""
        return self._told(
            day.isoformat(),
            lambda: self._library().listing(day, self._name),
            lambda kept: self.fresh(day),
            lambda kept: self._ask_day(day, kept),
        )

    def _fresh_newest(self, known: Listing) -> int:
        """Seconds for which the newest listing stays true; only of an older one the source need be asked for that."""
        young = self._name == "hf" or self.good(known, 10 * MINUTE)
        return 10 * MINUTE if young else self._source().fresh(known.day, self._now())

    def fresh(self, day: date) -> int:
        """Seconds for which the listing of `day` stays true: the older the day, the less it moves."""
        newest = self._library().newest(self._name)
        back = ((newest.day if newest else self.today) - day).days
        return 10 * MINUTE if back <= 0 else 2 * HOUR if back < 7 else DAY if back < 30 else 30 * DAY

    def _told(
        self,
        name: str,
        kept: Callable[[], Listing | None],
        fresh: Callable[[Listing], int],
        ask: Callable[[Listing | None], Told],
    ) -> Told:
        """What is kept, while it is fresh; else what `ask` brings, with only one process of this person asking."""
        if (known := kept()) and self.good(known, fresh(known)):
            return Told(known)
        patience = self.hurried if known and not self._refresh else self.patient
        name = name if self._name == "hf" else f"{self._name}-{name}".replace(":", "-")
        with self._alone(name, patience) as turn:
            if (known := kept()) and self.good(known, fresh(known)):  # another process asked while this one waited
                return Told(known)
            try:
                if turn.waited_out and known:
                    raise Unreachable("another papers is still asking for it")
                if failed := turn.failure(self.started):
                    raise failed
                told = ask(known)
            except (Unreachable, NotAllowed) as failure:
                turn.failed(failure, self._now())
                if known is None:
                    raise
                return Told(known, failure)
            if told.failure:
                turn.failed(told.failure, self._now())
            return told

    def good(self, kept: Listing, fresh: int) -> bool:
        """Whether what is kept need not be asked for again: whole, and younger than `fresh` seconds."""
        if self._offline:
            return kept.whole
        since = self.started if self._refresh else self._now() - fresh
        return kept.whole and since <= kept.at <= self._now() + 1  # later than now is a clock that went wrong

    def _ask_newest(self, kept: Listing | None) -> Told:
        request = self._source().newest(10 * MINUTE)
        latest = tomorrow(self.today).isoformat()
        gathered = self.ask().listing(request, latest=latest, hurry=bool(kept))
        quiet = self._source().quiet(self._now()) or (gathered.day and f"nothing was announced for {gathered.day}")
        if quiet and not gathered.papers and not gathered.refused:
            listing = changed(kept, at=gathered.at) if kept else Listing(self.today, gathered.at)
            if kept:
                self._library().still_newest(self._name, gathered.at)
            return Told(listing, gathered.failure, quiet=quiet)
        if gathered.refused or not gathered.day:
            said = f': "{gathered.refused}"' if gathered.refused else ""
            from papercli.ask import host

            raise Unreadable(f"{host(request)} named no day for its newest listing{said}")
        return self._keep(date.fromisoformat(gathered.day), gathered, newest=True)

    def _ask_day(self, day: date, kept: Listing | None) -> Told:
        if day < self._source().first_day:
            return Told(Listing(day, self._now()))
        request = self._source().day(day, self.fresh(day))
        if request is None:  # only the newest can be asked for
            return Told(kept or Listing(day, self._now(), whole=False), not_kept=kept is None)
        gathered = self.ask().listing(request, day.isoformat(), hurry=bool(kept))
        if gathered.refused and self._library().has_papers(day, self._name):
            from papercli.ask import refusal

            raise refusal(request, gathered.refused)
        if gathered.refused:
            return Told(Listing(day, self._now()), not_open=True)
        newest = self._library().newest(self._name)
        return self._keep(day, gathered, newest=bool(gathered.papers and newest and newest.day < day))

    def _keep(self, day: date, gathered: Gathered, *, newest: bool) -> Told:
        listing = Listing(day, gathered.at, not gathered.missing_page, gathered.skipped)
        self._library().remember_listing(listing, gathered.papers, source=self._name, newest=newest)
        return Told(listing, gathered.failure, missing_page=gathered.missing_page)

    # Searching, and single papers

    def search(self, expression: Expression, *, newest: bool = False) -> Hits | None:
        """Ask the source, unless that was done within the hour; the library keeps what it finds. None when the source
        has no question for the expression.

        Raises Unreachable or NotAllowed when the source cannot be asked and no answer is kept.
        """
        if (found := self.ask().search(expression, HOUR, newest=newest)) is None:
            return None
        answer, page = found
        ids = self._remembered(answer, page)
        return Hits(ids, answer.at, page.skipped, answer.failure)

    def _remembered(self, answer: Answer, page: Page) -> tuple[str, ...]:
        """Keep single papers, unless that was done when they were asked for; returns their ids, each once."""
        ids = tuple(dict.fromkeys(paper.id for paper in page.papers))
        source = self._name.partition(":")[0]
        if ids and self._library().oldest_word(ids, source) < int(answer.at):
            self._library().remember_papers(page.papers, source=source, at=answer.at)
        return ids

    def known(self, ids: Sequence[str], *, hurry: bool = False) -> Asked:
        """Ask for papers, as many in a request as the source allows; the library keeps them. With `hurry` five seconds
        are enough: most is known already."""
        missing: list[str] = []
        failures: list[tuple[str, PapercliError]] = []
        step = self._source().batch
        for batch in (ids[at : at + step] for at in range(0, len(ids), step)):
            try:
                answer, page = self.ask().batch(batch, HOUR, hurry=hurry)
            except (Unreachable, NotAllowed) as failure:
                failures += [(id, failure) for id in batch]
                continue
            there = self._remembered(answer, page)
            missing += [id for id in batch if id not in there]
            failures += [(id, answer.failure) for id in there if answer.failure]
        return Asked(tuple(missing), tuple(failures))

    def papers(self, ids: Sequence[str]) -> Asked:
        """Ask for each paper and what links to it, unless that was done within the hour; the library keeps them."""
        wanted = [id for id in ids if not self._known(id)]
        missing: list[str] = []
        failures: list[tuple[str, PapercliError]] = []
        for id, outcome in zip(wanted, self.ask().papers(wanted, HOUR) if wanted else (), strict=True):
            if isinstance(outcome, PapercliError):
                failures.append((id, outcome))
                continue
            answer, paper = outcome
            if paper is None and answer.refused and self._library().knows(id):
                failures.append((id, self.ask().refused(id, answer)))
            elif paper is None:
                missing.append(id)
            else:
                self._library().remember_paper(paper, at=answer.at)
                failures += [(id, answer.failure)] if answer.failure else []
        return Asked(tuple(missing), tuple(failures))

    def _known(self, id: str) -> bool:
        at = self._library().linked_at(id)
        if at is None:
            return False
        return self._offline or (self.started if self._refresh else self._now() - HOUR) <= at <= self._now() + 1

    def ask(self) -> Ask:
        """Who asks the source for pages."""
        from papercli.ask import Ask

        return Ask(self._source(), self._fetch())

    @property
    def today(self) -> date:
        """The UTC day."""
        return datetime.fromtimestamp(self._now(), UTC).date()
