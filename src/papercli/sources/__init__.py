"""What to ask a source, and how to read its answer. A source never fetches.

Adding one: a module here with `newest`, `day`, `paper`, `read` and `read_paper` as in `Source`, one line in
`NAMES`, and one recorded answer among the tests.
"""

from __future__ import annotations

from papercli.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date
    from typing import Protocol

    from papercli.paper import Paper
    from papercli.request import Request

    class Source(Protocol):
        """What every source can do. It is made of its endpoint (a base URL) and a token or ""."""

        first_day: date
        """Before it there were no listings."""

        def newest(self, fresh: int) -> Request: ...
        def day(self, day: date, fresh: int) -> Request: ...
        def paper(self, id: str, fresh: int) -> Request: ...
        def following(self, request: Request, link: str) -> Request | None: ...
        def read(self, body: bytes) -> Page: ...
        def read_paper(self, body: bytes) -> Paper: ...


@value
class Page:
    """One answer, read."""

    papers: tuple[Paper, ...]
    """In the source's own order; a paper that stands twice in one answer stands here twice."""

    skipped: int = 0
    """Rows that could not be read and were left out."""


NAMES = {"hf": "papercli.sources.huggingface:HuggingFace"}
