"""Answers of arXiv's query API, which are Atom (RFC 4287) with words of arXiv's own in it.

What is in an entry is told at https://info.arxiv.org/help/api/user-manual.html#_details_of_atom_results_returned.
Where recorded answers differ, they win and the comment says so.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

from papercli import text
from papercli.errors import BadRequest, Unreadable
from papercli.identify import paper_id
from papercli.paper import Paper
from papercli.sources import Page
from papercli.sources.markup import attribute, read, text_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date

    from papercli.sources.markup import Element

MAX_AUTHORS = 5_000
MAX_CATEGORIES = 50
CATEGORY = r"[a-z]+(?:-[a-z]+)?(?:\.[A-Za-z]{2}|\.[a-z]+(?:-[a-z]+)+|\.[a-z]{3,12})?"
"""How a category is written: `cs.CL`, `hep-th`, `cond-mat.str-el`. Classes of ACM and MSC are not."""

_SPACES = {
    "http://www.w3.org/2005/Atom": "",
    "http://arxiv.org/schemas/atom": "arxiv:",
    "http://a9.com/-/spec/opensearch/1.1/": "opensearch:",
}
_PAGE = re.compile(r"https?://(?:[a-z]{1,20}\.)?arxiv\.org/abs/(.+?)(?:v([1-9][0-9]{0,3}))?", re.ASCII)
_CATEGORY = re.compile(CATEGORY)
row_of = json.JSONEncoder(ensure_ascii=True, check_circular=False, separators=(",", ":")).encode


def read_page(body: bytes) -> Page:
    """The papers of an answer in its order, with the number of all results and the place of the first one here.

    Raises Unreadable when it is not a whole answer of this kind; when it is one that says what was wrong with the
    question, in its words; and when it is empty although it counts results that should stand here.
    """
    papers: list[Paper] = []
    errors: list[str] = []
    counts: dict[str, int | None] = {}
    entries = 0

    def found(element: Element) -> None:
        nonlocal entries
        if element[0] != "entry":
            if element[0].startswith("opensearch:"):
                counts[element[0]] = _number(text_of(element))
            return
        entries += 1
        if (paper := paper_of(element)) is not None:
            papers.append(paper)
        elif words := _error(element):
            errors.append(words)

    read(body, ("feed",), _SPACES, found)
    total, start = counts.get("opensearch:totalResults"), counts.get("opensearch:startIndex") or 0
    if errors and not papers:
        raise Unreadable(f"refused the question: {errors[0]}")
    if entries and not papers:
        raise Unreadable(f"answered a listing of {entries} entries, none of which can be read")
    if total is None:
        raise Unreadable("answered a feed that is not arXiv's")
    if total > start and not entries:  # which arXiv does at times: https://github.com/lukasschwab/arxiv.py/issues/43
        raise Unreadable(f"answered an empty page, and counts {total:,} results")
    return Page(tuple(papers), skipped=entries - len(papers), total=total, start=start)


def refusal(body: bytes) -> str:
    """What the answer says was wrong with the question, cleaned; "" when it is not an answer that says so."""
    errors: list[str] = []
    try:
        read(body, ("feed",), _SPACES, lambda element: errors.append(_error(element)))
    except Unreadable:
        return ""
    return next(filter(None, errors), "")


def _error(entry: Element) -> str:
    """arXiv's words for what went wrong, where the entry is no paper but an error."""
    parts = {child[0]: text_of(child) for child in entry if child.__class__ is list}
    if "/api/errors" not in parts.get("id", "") and parts.get("title", "").strip() != "Error":
        return ""
    return text.line(parts.get("summary"), 300) or "it does not say why"


def paper_of(entry: Element) -> Paper | None:
    """The entry as a Paper, or None when it has no identifier or no title."""
    authors: list[str] = []
    categories: list[str] = []
    said: dict[str, str] = {}
    primary = ""
    for child in entry:
        if child.__class__ is not list:
            continue
        name = child[0]
        if name == "author":
            authors.append(_name(child))
        elif name == "category":
            categories.append(attribute(child, "term"))
        elif name == "arxiv:primary_category":
            primary = attribute(child, "term")
        elif name != "link" and name not in said:
            said[name] = text_of(child)
    id, version = identified(said.get("id", "").strip())
    title = text.line(said.get("title"))
    if not id or not title:
        return None
    return Paper(
        id=id,
        title=title,
        authors=named(authors),
        abstract=text.prose(said.get("summary")),
        published=_day(said.get("published", "")),
        updated=_day(said.get("updated", "")),
        categories=sorted_out([primary, *categories]),
        doi=text.line(said.get("arxiv:doi")),
        journal_ref=text.line(said.get("arxiv:journal_ref")),
        arxiv_comment=text.line(said.get("arxiv:comment"), 4_000),
        version=version,
        row=row_of(entry).encode("ascii"),
    )


def identified(page: str) -> tuple[str, int | None]:
    """The bare identifier and the version that a paper's page on arXiv has in its address; ("", None) for others."""
    found = _PAGE.fullmatch(page) if len(page) < 200 else None
    try:
        return (paper_id(found[1]), int(found[2]) if found[2] else None) if found else ("", None)
    except BadRequest:
        return "", None


def named(authors: list[str]) -> tuple[str, ...]:
    """The names, cleaned. What has no letter is none: arXiv makes an author of the colon after a collaboration."""
    clean = (text.line(name, 300) for name in authors[:MAX_AUTHORS])
    return tuple(name for name in clean if any(map(str.isalpha, name)))


def sorted_out(categories: list[str]) -> tuple[str, ...]:
    """arXiv's own categories, each once, in the order given."""
    return tuple(dict.fromkeys(filter(_CATEGORY.fullmatch, categories[:MAX_CATEGORIES])))


def _name(author: Element) -> str:
    return next((text_of(child) for child in author if child.__class__ is list and child[0] == "name"), "")


def _day(instant: str) -> date | None:
    """The UTC day of an RFC 3339 instant. Answers of before November 2025 have New York's time, and say so."""
    try:
        when = datetime.fromisoformat(instant.strip())
        return when.astimezone(UTC).date() if when.utcoffset() else when.date()
    except (ValueError, OverflowError):
        return None


def _number(digits: str) -> int | None:
    digits = digits.strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 13 else None
