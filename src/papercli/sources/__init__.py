"""What to ask a source, and how to read its answer. A source never fetches.

Adding one: a module here with `newest`, `day`, `paper`, `read` and `read_paper` as in `Source`, one line in
`NAMES`, and one recorded answer among the tests.
"""

from __future__ import annotations

from papercli.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from typing import Protocol

    from papercli.paper import Paper
    from papercli.request import Request

    class Source(Protocol):
        """What every source can do. It is made of its endpoint (a base URL) and a token or ""."""

        first_day: date
        """Before it there were no listings."""

        def newest(self, fresh: int) -> Request:
            """The listing without a date, newest day first."""
            ...

        def day(self, day: date, fresh: int) -> Request:
            """The listing of one day. `fresh` is in seconds, as in Request."""
            ...

        def period(self, form: str, first: date, fresh: int) -> Request | None:
            """The "week" or "month" (`form`) that begins on `first`; None when its days must be asked one by one."""
            ...

        def trending(self, fresh: int) -> Request:
            """The source's own rank of what is talked about."""
            ...

        def search(self, words: str, fresh: int) -> Request:
            """Papers that have to do with `words`, best first."""
            ...

        def page(self, request: Request, number: int) -> Request:
            """Page `number` (from 0) of a listing."""
            ...

        def paper(self, id: str, fresh: int) -> Request:
            """One paper by its bare arXiv id."""
            ...

        def following(self, request: Request, link: str) -> Request | None:
            """The next page after `request`, from the answer's `next` link; None when there is none to ask."""
            ...

        def read(self, body: bytes) -> Page:
            """The papers of an answer. Raises Unreadable when it is not what this source promised."""
            ...

        def read_paper(self, body: bytes) -> Paper:
            """One paper with what links to it. Raises Unreadable as `read` does."""
            ...


@value
class Page:
    """One answer, read."""

    papers: tuple[Paper, ...]
    """In the source's own order; a paper that stands twice in one answer stands here twice."""

    skipped: int = 0
    """Rows that could not be read and were left out."""


NAMES = {"hf": "papercli.sources.huggingface:HuggingFace"}


def named(name: str) -> Callable[[str, str], Source]:
    """The class of the source called `name`, one of NAMES: made of its endpoint and a token."""
    module, made = NAMES[name].split(":")
    return getattr(__import__(module, fromlist=[made]), made)  # type: ignore[no-any-return]
