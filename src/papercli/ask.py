"""Asking a source, page by page, and reading what it says. Nothing is kept here: that is the feed's affair."""

from __future__ import annotations

from papercli.errors import NotAllowed, PapercliError, Unreachable, Unreadable
from papercli.threads import at_once
from papercli.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TypeVar

    from papercli.fetch import Fetch
    from papercli.paper import Paper
    from papercli.request import Answer, Request
    from papercli.sources import Page, Source

    T = TypeVar("T")

PAGES = 50  # the most of one listing; a month is about ten
PAGE = 100  # rows of a full page
AT_ONCE = 4  # requests for single papers under way at a time


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
class Heap:
    """The rows of a listing over more than a day, as the source ordered them."""

    papers: tuple[Paper, ...] = ()
    at: float = 0.0
    skipped: int = 0
    missing: tuple[int, ...] = ()
    """Numbers (from 1) of the pages that could not be had."""

    cut: bool = False
    """Whether pages after the last of these may be missing too."""

    failure: PapercliError | None = None
    """Why pages are missing, or why all of it is a kept answer."""


class Ask:
    """Asks `source` through `fetch`."""

    def __init__(self, source: Source, fetch: Fetch) -> None:
        self._source, self._fetch = source, fetch

    def listing(self, request: Request, day: str = "", *, latest: str = "", hurry: bool) -> Gathered:
        """The rows of `day` from all pages. Without a day: those of the newest one, whole once an older one shows up;
        a row from after `latest` (a day) is not believed while there are others.

        Pages that cannot be had leave the listing in part, unless a whole one is kept (`hurry`): then it raises, also
        where an older answer could stand in for a page.
        """
        papers: list[Paper] = []
        at, skipped, pages, any_day, whole, failure = 0.0, 0, 0, not day, False, None
        try:
            for answer, page in self.pages(request, hurry=hurry):
                if answer.refused and pages:
                    raise refusal(request, answer.refused)
                if answer.refused:
                    return Gathered(day, refused=answer.refused)
                if answer.failure and hurry:
                    raise answer.failure
                pages, at, skipped = pages + 1, at or answer.at, skipped + page.skipped
                failure = failure or answer.failure
                day = day or _newest([paper.day for paper in page.papers if paper.day], latest)
                papers += [paper for paper in page.papers if not any_day or paper.day == day]
                if whole := any_day and any("" < paper.day < day for paper in page.papers):
                    break
            else:
                whole = pages < PAGES
        except (Unreachable, NotAllowed):
            if not papers or hurry:
                raise
        return Gathered(day, tuple(papers), at, skipped, 0 if whole else pages + 1, failure)

    def days(self, asked: Sequence[tuple[Request, str, bool]]) -> list[Gathered | PapercliError]:
        """`listing` for each (request, day, hurry), or its failure, in order; a few of them at a time."""

        def ask(one: tuple[Request, str, bool]) -> Gathered | PapercliError:
            try:
                return self.listing(one[0], one[1], hurry=one[2])
            except PapercliError as failure:
                return failure

        return at_once(ask, asked, most=AT_ONCE)

    def heap(self, request: Request, *, most: int = PAGES, hurry: bool = False) -> Heap:
        """All rows of a listing: its first page, then the others a few at a time, until one of them is empty.

        A page that cannot be had is named in `missing`, and the others are read all the same. Raises Unreachable or
        NotAllowed when that is the first; with `hurry`, for a caller who has the content elsewhere, also where an older
        answer could stand in for it.
        """
        first = self._page_of(request, 0, hurry)
        if hurry and first[0].failure:
            raise first[0].failure
        pages, failure = [first], first[0].failure
        missing: list[int] = []
        number, down, done = 1, 0, not first[1].papers
        # A short page may have others after it, but seldom has: then one question more is enough.
        step = AT_ONCE if len(first[1].papers) >= PAGE else 1
        while not done and number < most and down < 2:
            numbers = range(number, min(number + step, most))
            outcomes = self._numbered(request, numbers, hurry)
            for asked, outcome in zip(numbers, outcomes, strict=True):
                if isinstance(outcome, PapercliError):
                    missing, failure = [*missing, asked + 1], outcome
                elif done := not outcome[1].papers:
                    break  # whatever became of the questions beyond it
                else:
                    pages.append(outcome)
                    failure = failure or outcome[0].failure
            down = down + 1 if all(isinstance(outcome, PapercliError) for outcome in outcomes) else 0
            number, step = number + len(numbers), AT_ONCE
        if not done and number >= PAGES:
            missing.append(PAGES + 1)
        papers = tuple(paper for _, page in pages for paper in page.papers)
        skipped = sum(page.skipped for _, page in pages)
        at = min(answer.at for answer, _ in pages)
        return Heap(papers, at, skipped, tuple(missing), down == 2, failure)

    def _numbered(
        self, request: Request, numbers: Sequence[int], hurry: bool
    ) -> list[tuple[Answer, Page] | PapercliError]:
        """The pages of these numbers (from 0), or their failures, asked for at once."""

        def ask(number: int) -> tuple[Answer, Page] | PapercliError:
            try:
                return self._page_of(request, number, hurry)
            except (Unreachable, NotAllowed) as failure:
                return failure

        return at_once(ask, numbers, most=AT_ONCE)

    def _page_of(self, request: Request, number: int, hurry: bool) -> tuple[Answer, Page]:
        """Page `number` (from 0) of a listing over more than a day; to refuse that is a failure, not a day to come."""
        answer, page = self._page(self._source.page(request, number), hurry=hurry)
        if answer.refused:
            raise refusal(request, answer.refused)
        return answer, page

    def papers(self, ids: Sequence[str], fresh: int) -> list[tuple[Answer, Paper | None] | PapercliError]:
        """An answer and what it says, or a failure, for each id, in order."""

        down: list[PapercliError] = []

        def ask(id: str) -> tuple[Answer, Paper | None] | PapercliError:
            try:
                return down[0] if down else self._one(self._source.paper(id, fresh), self._source.read_paper)
            except PapercliError as failure:
                if isinstance(failure, Unreachable) and not isinstance(failure, Unreadable):
                    down.append(failure)  # a server that does not answer for one does not for the next hundred
                return failure

        return at_once(ask, ids, most=AT_ONCE)

    def pages(self, request: Request, *, hurry: bool) -> Iterator[tuple[Answer, Page]]:
        """The pages of a listing, each read once, until an empty one, a link that leads nowhere new, or PAGES."""
        asked: set[str] = set()
        following: Request | None = request
        while following and following.url not in asked and len(asked) < PAGES:
            asked.add(following.url)
            answer, page = self._page(following, hurry=hurry)
            yield answer, page
            following = self._source.following(following, answer.next) if page.papers else None

    def _page(self, request: Request, *, hurry: bool) -> tuple[Answer, Page]:
        from papercli.sources import Page

        answer, page = self._one(request, self._source.read, hurry=hurry)
        if answer.missing:
            raise Unreadable(f"{host(request)} has no listings at this address", hint="is HF_ENDPOINT right?")
        return answer, page or Page(())

    def _one(self, request: Request, read: Callable[[bytes], T], *, hurry: bool = False) -> tuple[Answer, T | None]:
        """The answer and what `read` makes of it; None when there is no such thing, or the question was refused.

        What cannot be read is never kept: it raises before it could take the place of something good.
        """
        found: list[T] = []
        named = _naming(read, request)
        answer = self._fetch(request, hurry=hurry, check=lambda body: found.append(named(body)))
        if answer.missing or answer.refused:
            return answer, None
        return answer, found[-1] if found else named(answer.body)


def _newest(days: list[str], latest: str) -> str:
    return max([day for day in days if day <= latest] or days, default="")


def refusal(request: Request, said: str) -> Unreadable:
    """The failure that an answer of 400 is, where it cannot mean that the day has not begun."""
    return Unreadable(f"{host(request)} refused the question{f': {said}' if said else ''}")


def host(request: Request) -> str:
    """The host that a request goes to, with its port."""
    return request.url.split("/", 3)[2]


def _naming(read: Callable[[bytes], T], request: Request) -> Callable[[bytes], T]:
    """`read`, with the host named in what it raises."""

    def named(body: bytes) -> T:
        try:
            return read(body)
        except Unreadable as error:
            raise Unreadable(f"{host(request)} {error}") from error

    return named
