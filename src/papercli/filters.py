"""The filter options as an expression of the query language: what may be written there may be said by an option."""

from __future__ import annotations

from papercli.errors import BadRequest
from papercli.expression import All, Between, Either, Named, joined
from papercli.grammar import parse
from papercli.text import folded, line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from papercli.commands import options
    from papercli.dates import Span
    from papercli.expression import Expression

_COUNTS = {"min_upvotes": "upvotes", "min_comments": "comments", "min_stars": "stars"}
_NAMES = {"author": "author", "org": "org", "submitter": "by", "category": "cat", "tag": "tag"}
_MARKS: dict[str, Expression] = {
    "unread": Named("is", "unread"), "starred": Named("is", "starred"), "later": Named("is", "later"),
}  # fmt: skip


def expression_of(filters: options.Filters, span: Callable[[str], Span], *, told_by: bool = True) -> Expression:
    """What the filters mean together, of which at least one is given; `span` gives the days of a WHEN. With `told_by`
    --source is among them.

    Raises BadRequest for a keyword that cannot be read, a name that is none, or a day that is none.
    """
    parts: list[Expression] = [parse(keyword, span) for keyword in filters.keyword or ()]
    for option, count in _COUNTS.items():
        if (least := getattr(filters, option)) is not None:
            parts.append(Between(count, least))
    for option, field in _NAMES.items():
        if (text := getattr(filters, option)) is not None:
            parts.append(_named(option, field, text))
    parts += [Named("has", what) for what in filters.has or ()]
    parts += [marked for option, marked in _MARKS.items() if getattr(filters, option)]
    if filters.since is not None:
        parts.append(Between("day", span(filters.since).first))
    if filters.until is not None:
        parts.append(Between("day", None, span(filters.until).last))
    announced = filters.announce.split(",") if filters.announce else ()
    told = filters.source or () if told_by else ()
    for either in (map(_announced, announced), map(_told_by, told)):
        if part := joined(Either, either):
            parts.append(part)
    return together(parts)


def together(parts: list[Expression]) -> Expression:
    """One expression in which all of these hold; there is at least one."""
    whole = joined(All, parts)
    assert whole is not None  # noqa: S101 - there is at least one
    return whole


def _named(option: str, field: str, text: str) -> Named:
    clean = line(text)
    if not folded(clean):
        raise BadRequest(f"--{option} needs a name")
    return Named(field, clean)


def _announced(kind: str) -> Expression:
    return Named("announce", kind)


def _told_by(source: str) -> Expression:
    """Papers of `hf`, `arxiv` or `arxiv:CATEGORY`."""
    name, _, category = source.partition(":")
    told = Named("source", name)
    return All((told, Named("category", category))) if category else told
