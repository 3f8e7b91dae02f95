"""What a server's reply means: what is kept of it, and the answer or the failure that it is."""

from __future__ import annotations

from papercli.errors import NotAllowed, Unreachable, Unreadable
from papercli.link import next_link
from papercli.request import Answer
from papercli.status import said, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from papercli.cache import Kept
    from papercli.errors import PapercliError
    from papercli.request import Reply


def kept_of(reply: Reply, now: float) -> Kept:
    """What is kept of a 200 that came at `now` (seconds since 1970, UTC)."""
    from papercli.cache import Kept

    return Kept(
        body=reply.body,
        at=now,
        etag=reply.headers.get("etag", ""),
        last_modified=reply.headers.get("last-modified", ""),
        next=next_link(reply.headers.get("link", "")),
    )


def answer_of(kept: Kept, failure: PapercliError | None = None) -> Answer:
    """What is kept, as an answer; `failure` says why it is none that is newer."""
    return Answer(body=kept.body, at=kept.at, next=kept.next, failure=failure)


def other(reply: Reply, host: str, now: float) -> Answer:
    """The answer that a reply without data is. Raises NotAllowed, Unreadable or Unreachable where it is none."""
    if reply.status == 404:
        return Answer(body=b"", at=now, missing=True)
    if reply.status == 400:
        return Answer(body=reply.body, at=now, refused=words(reply.body))
    sentence = said(host, reply.status)
    if reply.status in (401, 403):
        raise NotAllowed(sentence, hint="HF_TOKEN may be missing or wrong" if reply.status == 401 else "")
    if reply.status < 400:
        raise Unreadable(sentence)
    raise Unreachable(sentence)
