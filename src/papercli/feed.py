"""Asking a source, and filling the library with what it says. Whoever wants to show something reads the library."""

from __future__ import annotations

from datetime import UTC, date, datetime

from papercli.errors import NotAllowed, PapercliError, Unreachable, Unreadable
from papercli.library import Listing
from papercli.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from typing import TypeVar

    from papercli.fetch import Fetch
    from papercli.library import Library
    from papercli.paper import Paper
    from papercli.request import Answer, Request
    from papercli.sources import Page, Source

    T = TypeVar("T")

MINUTE, HOUR, DAY = 60, 3_600, 86_400
PAGES = 50  # the most of one listing; a month is about ten
AT_ONCE = 4  # requests for single papers under way at a time


@value
class Told:
    """A listing as the library now holds it, and how that came about."""

    listing: Listing
    failure: PapercliError | None = None
    """Why this is what was kept, although something newer was wanted."""

    not_open: bool = False
    """The source says that this day has not begun."""

    missing_page: int = 0
    """The first page that could not be had; 0 when none is missing."""


@value
class Gathered:
    """The rows of one day, from as many pages as there were."""

    day: str
    papers: tuple[Paper, ...] = ()
    at: float = 0.0
    skipped: int = 0
    missing_page: int = 0
    failure: PapercliError | None = None
    refused: str = ""


@value
class Asked:
    """What became of asking for single papers."""

    missing: tuple[str, ...] = ()
    """Ids that the source does not know."""

    failures: tuple[tuple[str, PapercliError], ...] = ()
    """(id, why) for those that could not be asked for."""


class Feed:
    """`source`, `fetch` and `library` are asked for when first needed, so that a fresh listing costs none of them."""

    def __init__(
        self,
        *,
        source: Callable[[], Source],
        fetch: Callable[[], Fetch],
        library: Callable[[], Library],
        alone: Callable[[str], AbstractContextManager[object]],
        now: Callable[[], float],
        offline: bool = False,
        refresh: bool = False,
    ) -> None:
        """`alone(name)` is a context in which no other process of this person asks for the same thing; `now` gives
        seconds since 1970."""
        self._source, self._fetch, self._library, self._alone, self._now = source, fetch, library, alone, now
        self._offline, self._refresh, self._started = offline, refresh, now()

    # Listings

    def newest(self) -> Told:
        """The newest listing there is; asked for again when the last word on it is older than ten minutes.

        Raises Unreachable or NotAllowed when the source cannot be asked and nothing is kept.
        """
        return self._told("newest", lambda: self._library().newest(), 10 * MINUTE, self._ask_newest)

    def day(self, day: date) -> Told:
        """The listing of `day`; an empty one when that day has none. Raises as `newest` does."""
        return self._told(
            day.isoformat(),
            lambda: self._library().listing(day),
            self.fresh(day),
            lambda kept: self._ask_day(day, kept),
        )

    def fresh(self, day: date) -> int:
        """Seconds for which the listing of `day` stays true: the older the day, the less it moves."""
        newest = self._library().newest()
        back = ((newest.day if newest else self._today()) - day).days
        return 10 * MINUTE if back <= 0 else 2 * HOUR if back < 7 else DAY if back < 30 else 30 * DAY

    def _told(
        self, name: str, kept: Callable[[], Listing | None], fresh: int, ask: Callable[[Listing | None], Told]
    ) -> Told:
        """What is kept, while it is fresh; else what `ask` brings, with only one process of this person asking."""
        if (known := kept()) and self._good(known, fresh):
            return Told(known)
        with self._alone(name):
            if (known := kept()) and self._good(known, fresh):  # another process asked while this one waited
                return Told(known)
            try:
                return ask(known)
            except (Unreachable, NotAllowed) as failure:
                if known is None:
                    raise
                return Told(known, failure)

    def _good(self, kept: Listing, fresh: int) -> bool:
        if self._offline:
            return kept.whole
        since = self._started if self._refresh else self._now() - fresh
        return kept.whole and since <= kept.at <= self._now() + 1  # later than now is a clock that went wrong

    def _ask_newest(self, kept: Listing | None) -> Told:
        request = self._source().newest(10 * MINUTE)
        gathered = self._gather(request, "", hurry=bool(kept))
        if gathered.refused or not gathered.day:
            said = f': "{gathered.refused}"' if gathered.refused else ""
            raise Unreadable(f"{_host(request)} named no day for its newest listing{said}")
        return self._keep(date.fromisoformat(gathered.day), gathered, newest=True)

    def _ask_day(self, day: date, kept: Listing | None) -> Told:
        if day < self._source().first_day:
            return Told(Listing(day, self._now()))
        gathered = self._gather(self._source().day(day, self.fresh(day)), day.isoformat(), hurry=bool(kept))
        if gathered.refused:
            return Told(Listing(day, self._now()), not_open=True)
        newest = self._library().newest()
        return self._keep(day, gathered, newest=bool(gathered.papers and newest and newest.day < day))

    def _keep(self, day: date, gathered: Gathered, *, newest: bool) -> Told:
        listing = Listing(day, gathered.at, not gathered.missing_page, gathered.skipped)
        self._library().remember_listing(listing, gathered.papers, newest=newest)
        return Told(listing, gathered.failure, missing_page=gathered.missing_page)

    def _gather(self, request: Request, day: str, *, hurry: bool) -> Gathered:
        """The rows of `day` from all pages. Without a day: those of the newest one, whole once an older one shows up.

        Pages that cannot be had leave the listing in part, unless a whole one is kept (`hurry`): then it raises.
        """
        papers: list[Paper] = []
        at, skipped, pages, any_day, whole, failure = 0.0, 0, 0, not day, False, None
        try:
            for answer, page in self._pages(request, hurry=hurry):
                if answer.refused:
                    return Gathered(day, refused=answer.refused)
                pages, at, skipped = pages + 1, at or answer.at, skipped + page.skipped
                failure = failure or answer.failure
                day = day or max((paper.day for paper in page.papers), default="")
                papers += [paper for paper in page.papers if not any_day or paper.day == day]
                if whole := any_day and any("" < paper.day < day for paper in page.papers):
                    break
            else:
                whole = pages < PAGES
        except Unreachable:
            if not papers or hurry:
                raise
        return Gathered(day, tuple(papers), at, skipped, 0 if whole else pages + 1, failure)

    # Single papers

    def papers(self, ids: Sequence[str]) -> Asked:
        """Ask for each paper and what links to it, unless that was done within the hour; the library keeps them."""
        wanted = [id for id in ids if not self._known(id)]
        missing: list[str] = []
        failures: list[tuple[str, PapercliError]] = []
        for id, outcome in zip(wanted, self._at_once(wanted), strict=True):
            if isinstance(outcome, PapercliError):
                failures.append((id, outcome))
                continue
            answer, paper = outcome
            if paper is None:
                missing.append(id)
            else:
                self._library().remember_paper(paper, at=int(answer.at))
                failures += [(id, answer.failure)] if answer.failure else []
        return Asked(tuple(missing), tuple(failures))

    def _known(self, id: str) -> bool:
        at = self._library().linked_at(id)
        if at is None:
            return False
        return self._offline or (int(self._started) if self._refresh else self._now() - HOUR) <= at <= self._now() + 1

    def _at_once(self, ids: Sequence[str]) -> list[tuple[Answer, Paper | None] | PapercliError]:
        """An answer and what it says, or a failure, for each id, in order."""
        if not ids:
            return []
        source = self._source()

        def ask(id: str) -> tuple[Answer, Paper | None] | PapercliError:
            try:
                return self._ask(source.paper(id, HOUR), source.read_paper)
            except PapercliError as failure:
                return failure

        if len(ids) == 1:
            return [ask(ids[0])]
        from concurrent.futures import ThreadPoolExecutor

        self._fetch()  # built here: its threads share it
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(ask, ids))

    # Pages

    def _pages(self, request: Request, *, hurry: bool) -> Iterator[tuple[Answer, Page]]:
        """The pages of a listing, each read once, until an empty one, a link that leads nowhere new, or PAGES."""
        source, asked = self._source(), set[str]()
        following: Request | None = request
        while following and following.url not in asked and len(asked) < PAGES:
            asked.add(following.url)
            answer, page = self._page(following, hurry=hurry)
            yield answer, page
            following = source.following(following, answer.next) if page.papers else None

    def _page(self, request: Request, *, hurry: bool) -> tuple[Answer, Page]:
        from papercli.sources import Page

        answer, page = self._ask(request, self._source().read, hurry=hurry)
        if answer.missing:
            raise Unreadable(f"{_host(request)} has no listings at this address", hint="is HF_ENDPOINT right?")
        return answer, page or Page(())

    def _ask(self, request: Request, read: Callable[[bytes], T], *, hurry: bool = False) -> tuple[Answer, T | None]:
        """The answer and what `read` makes of it; None when there is no such thing, or the question was refused.

        What cannot be read is never kept: it raises before it could take the place of something good.
        """
        found: list[T] = []
        named = _naming(read, request)
        answer = self._fetch()(request, hurry=hurry, check=lambda body: found.append(named(body)))
        if answer.missing or answer.refused:
            return answer, None
        return answer, found[-1] if found else named(answer.body)

    def _today(self) -> date:
        return datetime.fromtimestamp(self._now(), UTC).date()


def _host(request: Request) -> str:
    return request.url.split("/", 3)[2]


def _naming(read: Callable[[bytes], T], request: Request) -> Callable[[bytes], T]:
    """`read`, with the host named in what it raises."""

    def named(body: bytes) -> T:
        try:
            return read(body)
        except Unreadable as error:
            raise Unreadable(f"{_host(request)} {error}") from error

    return named
