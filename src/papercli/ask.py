"""Asking a source, page by page, and reading what it says. Nothing is kept here: that is the feed's affair."""

from __future__ import annotations

from papercli.errors import Busy, NotAllowed, PapercliError, Unreachable, Unreadable
from papercli.threads import at_once
from papercli.value import changed, value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TypeVar

    from papercli.expression import Expression
    from papercli.fetch import Fetch
    from papercli.manuscript import Text
    from papercli.paper import Paper
    from papercli.request import Answer, Request
    from papercli.sources import Page, Source

    T = TypeVar("T")

PAGES = 50  # the most of one listing; a month is about ten
PAGE = 100  # rows of a full page
AT_ONCE = 4  # requests under way at a time


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


class Ask:
    """Asks `source` through `fetch`."""

    def __init__(self, source: Source, fetch: Fetch) -> None:
        self._source, self._fetch = source, fetch

    def listing(self, request: Request, day: str = "", *, latest: str = "", hurry: bool | None) -> Gathered:
        """The rows of `day` from all pages. Without a day: those of the newest one, whole once an older one shows up;
        a row from after `latest` (a day) is not believed while there are others.

        Pages that cannot be had leave the listing in part, unless a whole one is kept (`hurry`): then it raises, also
        where an older answer could stand in for a page. With `hurry` None every question gets all its time, and an
        older answer stands in for none.
        """
        papers: list[Paper] = []
        at, skipped, pages, any_day, whole, failure = 0.0, 0, 0, not day, False, None
        try:
            for answer, page in self.pages(request, hurry=hurry):
                if answer.refused and pages:
                    raise refusal(request, answer.refused)
                if answer.refused:
                    return Gathered(day, refused=answer.refused)
                if answer.failure and hurry is not False:
                    raise answer.failure
                pages, at, skipped = pages + 1, at or answer.at, skipped + page.skipped
                failure = failure or answer.failure
                day = day or _newest([paper.day for paper in page.papers if paper.day], latest) or page.day
                papers += [paper for paper in page.papers if not any_day or paper.day == day]
                if whole := any_day and any("" < paper.day < day for paper in page.papers):
                    break
            else:
                whole = pages < PAGES
        except (Unreachable, NotAllowed):
            if not papers or hurry:
                raise
        return Gathered(day, tuple(papers), at, skipped, 0 if whole else pages + 1, failure)

    def days(
        self,
        asked: Sequence[tuple[Request, str, bool | None]],
        heard: Callable[[Gathered], None] = lambda gathered: None,
    ) -> list[Gathered | PapercliError]:
        """`listing` for each (request, day, hurry), or its failure, in order; a few of them at a time. Where the server
        asks to come back later, the rest are not asked for. `heard` is told of each as it comes, in some thread."""
        busy: list[PapercliError] = []

        def ask(one: tuple[Request, str, bool | None]) -> Gathered | PapercliError:
            if busy:
                return busy[0]
            try:
                gathered = self.listing(one[0], one[1], hurry=one[2])
            except PapercliError as failure:
                busy.extend([failure] if isinstance(failure, Busy) else [])
                return failure
            heard(gathered)
            return gathered

        return at_once(ask, asked, most=AT_ONCE)

    def page_of(self, request: Request, number: int, hurry: bool | None) -> tuple[Answer, Page]:
        """Page `number` (from 0) of a listing over more than a day; to refuse that is a failure, not a day to come."""
        answer, page = self._page(self._source.page(request, number), hurry=hurry)
        if answer.refused:
            raise refusal(request, answer.refused)
        return answer, page

    def search(self, expression: Expression, fresh: int, *, newest: bool = False) -> tuple[Answer, Page] | None:
        """What the source finds; None when it has no question for that. Raises as `fetch` does."""
        request = self._source.search(expression, fresh, newest=newest)
        if request is None:
            return None
        answer, page = self._page(request, hurry=False)
        if answer.refused:
            raise refusal(request, answer.refused)
        return answer, page

    def batch(self, ids: Sequence[str], fresh: int, *, hurry: bool = False) -> tuple[Answer, Page]:
        """What the source knows of these papers, in one request. Raises as `fetch` does."""
        return self._page(self._source.papers(ids, fresh), hurry=hurry)

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

    def refused(self, id: str, answer: Answer) -> Unreadable:
        """The failure that a refusal to tell of a paper is."""
        return refusal(self._source.paper(id, 0), answer.refused)

    def text(self, request: Request, id: str, *, hurry: bool) -> tuple[Answer, Text | None]:
        """The answer and the whole text of the paper; None when there is none. Raises as `fetch` does."""
        return self._one(request, lambda body: self._source.read_text(body, id), hurry=hurry)

    def pages(self, request: Request, *, hurry: bool | None) -> Iterator[tuple[Answer, Page]]:
        """The pages of a listing, each read once, until an empty one, a link that leads nowhere new, or PAGES."""
        asked: set[str] = set()
        following: Request | None = request
        while following and following.url not in asked and len(asked) < PAGES:
            asked.add(following.url)
            answer, page = self._page(following, hurry=hurry)
            yield answer, page
            following = self._source.following(following, answer.next) if page.papers else None

    def _page(self, request: Request, *, hurry: bool | None) -> tuple[Answer, Page]:
        from papercli.sources import Page

        answer, page = self._one(request, self._source.read, hurry=hurry)
        if answer.missing:
            raise Unreadable(
                f"{host(request)} has no listings at this address", hint="is its address right? papers help environment"
            )
        return answer, page or Page(())

    def _one(
        self, request: Request, read: Callable[[bytes], T], *, hurry: bool | None = False
    ) -> tuple[Answer, T | None]:
        """The answer and what `read` makes of it; None when there is no such thing, or the question was refused.

        What cannot be read is never kept: it raises before it could take the place of something good.
        """
        found: list[T] = []
        named = _naming(read, request)
        answer = self._fetch(request, hurry=hurry, check=lambda body: found.append(named(body)))
        if answer.refused and (said := self._source.refusal(answer.body)):
            answer = changed(answer, refused=said)
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
