"""What to ask a source, and how to read its answer. A source never fetches.

Adding one: a module here with a class that is a `Source`, one line in `NAMES`, and one recorded answer among the tests.
A package of someone else's adds one by an entry point of the group `papercli.sources`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import date

from papercli.errors import BadRequest, Unreadable
from papercli.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from papercli.expression import Expression
    from papercli.manuscript import Text
    from papercli.paper import Paper
    from papercli.request import Request


class Source(ABC):
    """What every source can do. What is not overridden it cannot: then it is not asked for that."""

    first_day = date(1991, 8, 14)
    """Before it there were no listings."""

    batch = 1
    """How many papers may be asked for by their ids in one request."""

    @classmethod
    def of(cls, environ: Mapping[str, str], feed: str, feeds: Sequence[str]) -> Source:
        """The source, at the place that the environment names, for its listing `feed`: its name, or `name:CATEGORY`.
        `feeds` are all of its listings that are wanted now. Raises BadRequest when the environment makes no sense."""
        return cls()

    # What to ask. `fresh` is in seconds, as in Request.

    def newest(self, fresh: int) -> Request:
        """The newest listing, its day in `submitted` of its papers. Raises BadRequest where there are no listings."""
        raise BadRequest("this source has no listings", hint="papers search asks it, if it can be searched")

    def day(self, day: date, fresh: int) -> Request | None:
        """The listing of one day; None when only the newest can be asked for."""
        return None

    def period(self, form: str, first: date, fresh: int) -> Request | None:
        """The "week" or "month" (`form`) that begins on `first`; None when its days must be asked one by one."""
        return None

    def trending(self, fresh: int) -> Request | None:
        """The source's own rank of what is talked about."""
        return None

    def search(self, expression: Expression, fresh: int, *, newest: bool = False) -> Request | None:
        """Papers that the expression means or has to do with, best first, or the newest first; None when the source
        has no question for it. What is answered may be more, and never must be less."""
        return None

    def paper(self, id: str, fresh: int) -> Request:
        """One paper by its bare arXiv id."""
        return self.papers([id], fresh)

    def papers(self, ids: Sequence[str], fresh: int) -> Request:
        """Up to `batch` papers by their bare arXiv ids. Raises BadRequest where papers cannot be asked for so."""
        raise BadRequest("this source cannot be asked for a paper by its id")

    def texts(self, id: str, fresh: int) -> Sequence[Request]:
        """Where the whole text of a paper may be had, by its bare arXiv id, the best place first."""
        return ()

    def page(self, request: Request, number: int) -> Request:
        """Page `number` (from 0) of a listing. One that cannot be asked for by its number is all there is."""
        return request

    def following(self, request: Request, link: str) -> Request | None:
        """The next page after `request`, from the answer's `next` link; None when there is none to ask."""
        return None

    # What was answered

    @abstractmethod
    def read(self, body: bytes) -> Page:
        """The papers of an answer. Raises Unreadable when it is not what this source promised."""

    def read_paper(self, body: bytes) -> Paper | None:
        """One paper with what links to it; None when it is not there. Raises Unreadable as `read` does."""
        return next(iter(self.read(body).papers), None)

    def read_text(self, body: bytes, id: str) -> Text:
        """The whole text of the paper. Raises Unreadable when the answer is something else."""
        raise Unreadable("has no texts")

    def refusal(self, body: bytes) -> str:
        """What an answer of status 400 says was wrong, cleaned, where that is not JSON with `error`; else ""."""
        return ""

    def read_row(self, row: bytes) -> Paper | None:
        """The paper of a row as it was kept (`Paper.row`); None when it cannot be read."""
        return None

    def profiles(self, row: bytes) -> dict[str, str]:
        """Login by name, for the authors of a row as it was kept who have a profile at this source."""
        return {}

    # When

    def fresh(self, day: date, now: float) -> int:
        """Seconds for which the newest listing, of `day`, stays true. `now` is in seconds since 1970."""
        return 600

    def late(self, day: date, now: float) -> str:
        """What is missing when the newest listing is that of `day`, in a clause; "" when nothing is."""
        return ""

    def quiet(self, now: float) -> str:
        """Why there may be nothing new, in a clause: a weekend; "" when there should be."""
        return ""


class Dated(Source):
    """A source that tells of any day's listing, and has a rank of its own."""

    @abstractmethod
    def day(self, day: date, fresh: int) -> Request:
        """The listing of one day."""

    @abstractmethod
    def trending(self, fresh: int) -> Request:
        """The source's own rank of what is talked about."""


@value
class Page:
    """One answer, read."""

    papers: tuple[Paper, ...]
    """In the source's own order; a paper that stands twice in one answer stands here twice."""

    skipped: int = 0
    """Rows that could not be read and were left out."""

    total: int | None = None
    """All results of the question, of which these are a part; None where the source counts none."""

    start: int = 0
    """The place of the first row among them, from 0."""

    day: str = ""
    """ISO day of the listing by what the answer says of itself, also where it has no rows; "" where it says none."""


NAMES = {"hf": "papercli.sources.huggingface:HuggingFace", "arxiv": "papercli.sources.arxiv:Arxiv"}


def named(name: str) -> type[Source]:
    """The class of the source called `name`: of NAMES, or by an entry point of the group `papercli.sources`.

    Raises BadRequest when there is none.
    """
    if name in NAMES:
        module, made = NAMES[name].split(":")
        return getattr(__import__(module, fromlist=[made]), made)  # type: ignore[no-any-return]
    from importlib.metadata import entry_points

    for point in entry_points(group="papercli.sources"):
        if point.name == name:
            return point.load()  # type: ignore[no-any-return]
    raise BadRequest(f"there is no source called “{name}”", hint=f"there are {', '.join(NAMES)}")
