"""The whole text of a paper: from the first source that has it, with why the ones before had not."""

from __future__ import annotations

from papercli.errors import NotAllowed, Unreachable
from papercli.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from papercli.errors import PapercliError
    from papercli.fetch import Fetch
    from papercli.manuscript import Text
    from papercli.request import Request
    from papercli.sources import Source

WEEK = 7 * 86_400
"""Seconds for which a text stays true: new versions are rare."""


@value
class Found:
    """What became of asking for a text."""

    text: Text | None = None
    source: str = ""
    """The name of the source that it is from."""

    at: float = 0.0
    """When the source said it: seconds since 1970 (UTC)."""

    failure: PapercliError | None = None
    """Why this is a kept text although a newer one was wanted."""

    passed: tuple[tuple[str, PapercliError | None], ...] = ()
    """The sources before, and why they could not be read or asked; None where they said that they have none."""


def found(sources: Sequence[tuple[str, Source]], fetch: Fetch, id: str) -> Found:
    """The text of the paper `id`, from the first of the named sources that has it."""
    from papercli.ask import Ask

    passed: list[tuple[str, PapercliError | None]] = []
    asked = [(name, source, request) for name, source in sources for request in source.texts(id, WEEK)]
    for place, (name, source, request) in enumerate(asked):
        hurry = _kept(fetch, [later for _, _, later in asked[place + 1 :]])
        try:
            answer, text = Ask(source, fetch).text(request, id, hurry=hurry)
        except (Unreachable, NotAllowed) as failure:
            passed.append((name, failure))
            continue
        if text is not None:
            return Found(text, name, answer.at, answer.failure, tuple(passed))
        passed.append((name, None))
    return Found(passed=tuple(passed))


def _kept(fetch: Fetch, requests: Sequence[Request]) -> bool:
    """Whether there is an answer that can stand in for one that takes long."""
    return any(fetch.keeps(request) for request in requests)
