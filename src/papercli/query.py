"""What to look for, as a value. The library turns it into SQL; later screens and feeds use the same one."""

from __future__ import annotations

import re

from papercli.errors import BadRequest
from papercli.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date

SORTS = ("rank", "upvotes", "comments", "stars", "newest", "oldest", "title", "relevance")
HAS = ("code", "project", "summary", "media")
MAX_WORDS = 64  # fifty thousand words take the index a second; nobody means more than this


@value
class Query:
    """All conditions hold together. The empty query matches every paper."""

    first: date | None = None
    """Earliest day of listing."""

    last: date | None = None
    """Latest day of listing."""

    ids: tuple[str, ...] | None = None
    """Exactly these papers, in this order; nothing hidden is left out then."""

    trending: bool = False
    """The papers of the source's own rank, in its order."""

    words: tuple[str, ...] = ()
    """Each must stand in title, abstract or keywords: case and accents folded, by English stem."""

    min_upvotes: int | None = None
    min_comments: int | None = None
    min_stars: int | None = None
    author: str | None = None
    """Part of an author's name; case and accents folded."""

    org: str | None = None
    """The organisation's login, or part of its name."""

    submitter: str | None = None
    """The login of who put it on the listing."""

    category: str | None = None
    """An arXiv category, or an archive (`cs` for all of `cs.CL`, `cs.LG`, ...)."""

    has: tuple[str, ...] = ()
    """Names of HAS; all must be there."""

    since: date | None = None
    """Listed on this day or later; for papers never listed, published."""

    until: date | None = None
    sources: tuple[str, ...] = ()
    """Told of by one of these: a source's name, or `arxiv:CATEGORY`."""

    sort: str = "rank"
    """One of SORTS. Papers that lack the value sorted by come last."""

    reverse: bool = False
    limit: int | None = None
    """At most this many papers; None is all."""


def words_of(text: str) -> tuple[str, ...]:
    """The words of a plain-words expression, in order, each once.

    Raises BadRequest when there is nothing to look for, or more than MAX_WORDS.
    """
    words = tuple(dict.fromkeys(text.split()))
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise BadRequest("the words to look for are not UTF-8")
    if not words:
        raise BadRequest("there is no word to look for", hint="for example: -k diffusion")
    if len(words) > MAX_WORDS:
        raise BadRequest(f"{len(words)} words are too many to look for at once", hint=f"at most {MAX_WORDS}")
    return words


def indexed(word: str) -> bool:
    """Whether the full-text index holds anything of `word`: letters or digits, not signs or emoji alone."""
    return re.search(r"[^\W_]", word) is not None
