"""All rows of a listing over more than a day, from pages that belong together."""

from __future__ import annotations

from papercli.ask import AT_ONCE, PAGE, PAGES
from papercli.errors import Busy, NotAllowed, PapercliError, Unreachable
from papercli.threads import at_once
from papercli.value import changed, value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from papercli.ask import Ask
    from papercli.paper import Paper
    from papercli.request import Answer, Request
    from papercli.sources import Page

    Outcome = tuple[Answer, Page] | PapercliError

APART = 600
"""Seconds within which answers are of one moment: as long as a listing that can gain papers is fresh."""


@value
class Heap:
    """The rows of a listing over more than a day, as the source ordered them."""

    papers: tuple[Paper, ...] = ()
    at: float = 0.0
    """When its oldest page was answered: seconds since 1970, UTC."""

    skipped: int = 0
    missing: tuple[int, ...] = ()
    """Numbers (from 1) of the pages that could not be had."""

    cut: bool = False
    """Whether pages after the last of these may be missing too."""

    failure: PapercliError | None = None
    """Why pages are missing, or why all of it is a kept answer."""

    apart: float = 0.0
    """Seconds between the first and the last of the answers."""

    torn: bool = False
    """A row stands on two pages, so they moved while they were asked for, and another row may stand on none."""

    strange: bool = False
    """Some rows name no day, or one that was not asked for."""

    @property
    def whole(self) -> bool:
        """Whether there is every row of one moment, as far as can be told."""
        return not (self.missing or self.torn or self.strange or self.apart > APART)


def heap(
    ask: Ask,
    request: Request,
    *,
    most: int = PAGES,
    hurry: bool | None = False,
    within: tuple[str, str] = ("", "~"),
    heard: Callable[[int], None] = lambda rows: None,
) -> Heap:
    """All rows of a listing: its first page, then the others a few at a time, until one of them is empty.

    A page that cannot be had is named in `missing`, and the others are read all the same, unless the server asks to
    come back later. Raises Unreachable or NotAllowed when that is the first; with `hurry`, for a caller who has the
    content elsewhere, also where an older answer could stand in for it. With `hurry` None every question gets all its
    time, and an older answer stands in for none.

    `within` are the first and the last day that rows may name; where those of the first page do not, the others are
    not asked for. `heard` is told how many rows there are so far.

    A paper that gains votes moves up, maybe to a page that was read before, and is then on neither. So what was
    answered long before the rest (a run was cut off) is asked for again; so is all of it, once, when a row stands on
    two pages, for then another fell between two.
    """
    found = _heap(ask, request, most, hurry, within, heard)
    if found.apart > APART and not found.failure:
        del found
        found = _heap(ask, changed(request, fresh=APART), most, hurry, within, heard)
    if found.torn and not found.failure:
        del found
        found = _heap(ask, changed(request, fresh=0), most, hurry, within, heard)
    return found


def _heap(
    ask: Ask, request: Request, most: int, hurry: bool | None, within: tuple[str, str], heard: Callable[[int], None]
) -> Heap:
    first = ask.page_of(request, 0, hurry)
    if hurry is not False and first[0].failure:
        raise first[0].failure
    pages, failure = [first], first[0].failure
    missing: list[int] = []
    number, down, done = 1, 0, not first[1].papers or _strange(first[1].papers, within)
    # A short page may have others after it, but seldom has: then one question more is enough.
    step = AT_ONCE if len(first[1].papers) >= PAGE else 1
    while not done and number < most and down < 2:
        heard(sum(len(page.papers) for _, page in pages))
        numbers = range(number, min(number + step, most))
        outcomes = _numbered(ask, request, numbers, hurry)
        for asked, outcome in zip(numbers, outcomes, strict=True):
            if isinstance(outcome, PapercliError):
                missing, failure = [*missing, asked + 1], outcome
                continue
            pages.append(outcome)
            failure = failure or outcome[0].failure
            if done := not outcome[1].papers:
                break  # whatever became of the questions beyond it
        down = _down(outcomes, down)
        number, step = number + len(numbers), AT_ONCE
    if not done and number >= PAGES:
        missing.append(PAGES + 1)
    return _of_pages(pages, tuple(missing), within, cut=down == 2 and not done, failure=failure)


def _of_pages(
    pages: Sequence[tuple[Answer, Page]],
    missing: tuple[int, ...],
    within: tuple[str, str],
    *,
    cut: bool,
    failure: PapercliError | None,
) -> Heap:
    papers = tuple(paper for _, page in pages for paper in page.papers)
    times = [answer.at for answer, _ in pages]
    return Heap(
        papers, min(times), sum(page.skipped for _, page in pages), missing, cut, failure,
        apart=max(times) - min(times), torn=_torn(pages), strange=_strange(papers, within),
    )  # fmt: skip


def _numbered(ask: Ask, request: Request, numbers: Sequence[int], hurry: bool | None) -> list[Outcome]:
    """The pages of these numbers (from 0), or their failures, asked for at once."""

    def one(number: int) -> Outcome:
        try:
            answer, page = ask.page_of(request, number, hurry)
        except (Unreachable, NotAllowed) as failure:
            return failure.alone()
        return answer.failure if hurry is None and answer.failure else (answer, page)

    return at_once(one, numbers, most=AT_ONCE)


def _down(outcomes: Sequence[Outcome], before: int) -> int:
    """How many times in a row no question was answered; 2 is enough, and to be asked to come back later is too."""
    if any(isinstance(outcome, Busy) for outcome in outcomes):
        return 2
    return before + 1 if all(isinstance(outcome, PapercliError) for outcome in outcomes) else 0


def _torn(pages: Sequence[tuple[Answer, Page]]) -> bool:
    seen: set[tuple[str, str]] = set()
    for _, page in pages:
        rows = {(paper.id, paper.submitted) for paper in page.papers}
        if seen & rows:
            return True
        seen |= rows
    return False


def _strange(papers: Sequence[Paper], within: tuple[str, str]) -> bool:
    return any(not within[0] <= paper.day <= within[1] for paper in papers)
