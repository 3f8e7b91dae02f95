"""What to look for, as a value. The library turns it into SQL; later screens and feeds use the same one."""

from __future__ import annotations

from papercli.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date

    from papercli.expression import Expression

SORTS = ("rank", "upvotes", "comments", "stars", "newest", "oldest", "title", "relevance", "rising")
HAS = ("code", "project", "summary", "media")
SHOWN = ("usual", "hidden", "muted", "all")
FEED = r"(?!hf:)[a-z][a-z0-9_-]{0,30}(:[a-zA-Z-]{2,20}(\.[a-zA-Z-]{2,20})?)?"
"""How a listing is written: its source's name, maybe with a category, as in `arxiv:cs.CL`; Hugging Face has none."""


@value
class Query:
    """All conditions hold together. The empty query matches every paper."""

    first: date | None = None
    """Earliest day of listing."""

    last: date | None = None
    """Latest day of listing."""

    feeds: tuple[tuple[str, date, date], ...] = ()
    """Listings of several sources, instead of `first` and `last`, which are days of Hugging Face's: (source or
    source:category, earliest day, latest day), in the order in which their papers stand. A paper that several of them
    list stands once, where the first of them lists it."""

    ids: tuple[str, ...] | None = None
    """Exactly these papers, in this order; nothing hidden is left out then."""

    among: tuple[int, ...] | None = None
    """Only these, by their numbers in the library; their order is that of relevance."""

    trending: bool = False
    """The papers of the source's own rank, in its order."""

    expression: Expression | None = None
    """What the query language and the filters say."""

    shown: str = "usual"
    """One of SHOWN: without hidden and muted papers, only the one kind or the other, or all."""

    muted: Expression | None = None
    """What this means is muted."""

    sort: str = "rank"
    """One of SORTS. Papers that lack the value sorted by come last. Over the library as a whole "rank" is relevance
    where there are words, else newest first; and newest first is arXiv's own count."""

    reverse: bool = False
    limit: int | None = None
    """At most this many papers; None is all."""
