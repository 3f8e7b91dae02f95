"""The fields of the query language, `name:value`: what each is called and what it takes."""

from __future__ import annotations

import re
from datetime import date, timedelta

from papercli.errors import BadRequest
from papercli.query import HAS
from papercli.text import folded, line
from papercli.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from papercli.dates import Span

    Fact = tuple[str, str] | tuple[str, int | date | None, int | date | None]
    """(field, text), or (field, lowest, highest) with both included and None for no limit."""

IS = ("read", "unread", "seen", "unseen", "starred", "later", "hidden")


@value
class Field:
    """What a field means. One of `where`, `number`, `choices` says of which kind it is; else it takes text or a day."""

    example: str
    about: str
    where: str = ""
    """The column of the word index in which the words must stand."""

    number: str = ""
    """The count that it compares."""

    choices: tuple[str, ...] = ()


FIELDS = {
    "title": Field("title:attention", "in the title", where="title"),
    "abs": Field('abs:"large language model"', "in the abstract", where="abstract"),
    "kw": Field("kw:robot*", "in the keywords", where="keywords"),
    "author": Field('author:"Ada Example"', "part of an author's name"),
    "org": Field("org:example-lab", "the organisation's login, or part of its name"),
    "cat": Field("cat:cs.CL", "an arXiv category, or an archive"),
    "by": Field("by:ada", "put on the listing by this person"),
    "tag": Field("tag:thesis", "a tag of yours"),
    "id": Field("id:2501.12948", "the paper of this id"),
    "has": Field("has:code", ", ".join(HAS), choices=HAS),
    "is": Field("is:starred", ", ".join(IS), choices=IS),
    "on": Field("on:2026-W27", "listed in these days; for papers never listed, published"),
    "since": Field("since:-7d", "listed on this day or later"),
    "until": Field("until:2026-07-31", "listed on this day or earlier"),
    "up": Field("up:>20", "upvotes", number="upvotes"),
    "stars": Field("stars:100..500", "stars of the code", number="stars"),
    "comments": Field("comments:>=3", "comments", number="comments"),
}
EXAMPLES = tuple((field.example, field.about) for field in FIELDS.values())
"""Every field as it is written, and what it means."""

NUMBERS = tuple(field.number for field in FIELDS.values() if field.number)


def fact(name: str, said: str, span: Callable[[str], Span]) -> Fact:
    """What `name:said` says; `name` is one of FIELDS and no column of the index; `span` gives the days of a WHEN.

    Raises BadRequest when `said` is nothing that the field takes.
    """
    field, said = FIELDS[name], said.strip()
    if field.number:
        return (field.number, *_numbers(name, said))
    if name in ("on", "since", "until"):
        return ("day", *_days(name, said, span))
    if field.choices and said not in field.choices:
        raise BadRequest(f"{name}: takes {', '.join(field.choices)}, not “{_shown(said)}”")
    if not folded(said):
        raise BadRequest(f"{name}: needs something after it", hint=f"for example '{field.example}'")
    if name != "id":
        return name, said
    from papercli.identify import paper_id

    return name, paper_id(said)


def _numbers(name: str, said: str) -> tuple[int | None, int | None]:
    """Lowest and highest, both included."""
    if found := re.fullmatch(r"(?a)(\d{1,9})\.\.(\d{1,9})|(\d{1,9})\.\.|\.\.(\d{1,9})", said):
        first, last, low, high = (None if digits is None else int(digits) for digits in found.groups())
        if first is not None and last is not None and first > last:
            raise BadRequest(f"{name}: the range {said} ends before it begins", hint="write the smaller number first")
        return (low, high) if first is None else (first, last)
    found = re.fullmatch(r"(?a)(>=|<=|[<>=]?)(\d{1,9})", said)
    if not found:
        raise BadRequest(
            f"{name}: takes a number, not “{_shown(said)}”", hint=f"for example '{name}:>20' or {name}:5..20"
        )
    sign, number = found[1], int(found[2])
    return {
        ">": (number + 1, None), ">=": (number, None), "<": (None, number - 1), "<=": (None, number),
    }.get(sign, (number, number))  # fmt: skip


def _days(name: str, said: str, span: Callable[[str], Span]) -> tuple[date | None, date | None]:
    """First and last day, both included."""
    found = re.match("[<>]?=?", said) if name == "on" else None
    sign = found[0] if found else ""
    days = span(said[len(sign) :])
    if name == "since" or sign == ">=":
        return days.first, None
    if name == "until" or sign == "<=":
        return None, days.last
    try:
        if sign == ">":
            return days.last + timedelta(1), None
        return (None, days.first - timedelta(1)) if sign == "<" else (days.first, days.last)
    except OverflowError as error:
        raise BadRequest(f"“{_shown(said)}” is beyond the calendar") from error


def _shown(said: str) -> str:
    return said if len(said) <= 40 else line(said, 40) + "…"
