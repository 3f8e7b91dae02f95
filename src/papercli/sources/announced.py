"""What arXiv announces in a day, by category: rss.arxiv.org, which is RSS 2.0.

The elements are told at https://info.arxiv.org/help/rss_specifications.html, and how they are made can be read in
github.com/arXiv/arxiv-feed: an answer holds at most 2,000 papers, the new ones first; of later versions those up to
the fifth; and on Saturdays, Sundays and holidays none.
"""

from __future__ import annotations

import re
from datetime import date

from papercli import text
from papercli.accents import lettered
from papercli.errors import Unreadable
from papercli.paper import Paper
from papercli.sources.atom import MAX_AUTHORS, identified, named, row_of, sorted_out
from papercli.sources.markup import read, text_of
from papercli.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from papercli.sources.markup import Element

KINDS = ("new", "cross", "replace", "replace-cross")

_SPACES = {
    "http://www.w3.org/2005/Atom": "atom:",
    "http://arxiv.org/schemas/atom": "arxiv:",
    "http://purl.org/dc/elements/1.1/": "dc:",
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATE = (
    rf"(?a)(?:[A-Z][a-z]{{2}},)?\s*(\d{{1,2}}) ({'|'.join(_MONTHS)}) (\d{{4}}) (\d\d:\d\d:\d\d)"
    r" (?:([+-]\d\d)(\d\d)|GMT|UT)"
)
_HEAD = r"(?a)\s*arXiv:(\S{1,60})\s+Announce Type:\s*([a-z-]+)\s*(?:Abstract:\s*)?"
_GUID = "oai:arXiv.org:"
_GENERATIONS = ("jr", "jr.", "sr", "sr.", "ii", "iii", "iv")


@value
class Announced:
    """A paper as it is announced."""

    paper: Paper
    kind: str
    """One of KINDS, to whoever asked for all the categories of the question; "" when the answer does not say."""

    def kind_in(self, category: str) -> str | None:
        """How it is announced in `category` (or archive) alone; None when it is not announced there.

        A new paper is new where it belongs first and a cross-listing elsewhere; so are replacements. Where only a
        cross-listing is announced, the category that the paper belongs to first has announced it before.
        """
        belongs = [_is_in(each, category.lower()) for each in self.paper.categories]
        if not any(belongs):
            return None
        if self.kind == "cross":
            return None if self.paper.categories[0].lower() == category.lower() else "cross"
        other = {"new": "cross", "replace": "replace-cross"}
        kind = self.kind.removesuffix("-cross")
        return kind if belongs[0] else other.get(kind, kind)


@value
class Announcement:
    """One answer, read."""

    day: date
    """The day of the announcement, in New York."""

    at: str
    """When it was made, as RFC 3339 with New York's offset: midnight of `day`."""

    items: tuple[Announced, ...]
    """In arXiv's order: new ones, cross-listings, replacements, replaced cross-listings; later papers first."""

    skipped: int = 0
    """Items that could not be read."""

    quiet_days: tuple[str, ...] = ()
    """Days of the week on which there is none, in English, as the answer names them."""


def is_announcement(body: bytes) -> bool:
    """Whether it begins as RSS does."""
    return b"<rss" in body[:1_000]


def read_announcement(body: bytes) -> Announcement:
    """The announcement in `body`. Raises Unreadable when there is none, or not a whole one that can be read; when it
    says what was wrong with the question, in its words."""
    items: list[Announced] = []
    facts: dict[str, str] = {}
    quiet: list[str] = []
    count = 0

    def found(element: Element) -> None:
        nonlocal count
        if element[0] == "skipDays":
            quiet.extend(text.line(text_of(day), 20) for day in element[1:] if day.__class__ is list)
        elif element[0] != "item":
            facts.setdefault(element[0], text_of(element))
        else:
            count += 1
            if item := _item(element):
                items.append(item)

    read(body, ("rss", "channel"), _SPACES, found)
    if facts.get("title", "").startswith("Feed error"):
        raise Unreadable(f"refused the question: {_words(facts)}")
    if count and not items:
        raise Unreadable(f"answered an announcement of {count} items, none of which can be read")
    if not items and "arxiv" not in facts.get("title", "").lower():
        raise Unreadable("answered a feed that is not arXiv's")
    day, at = _dated(facts.get("pubDate", ""))
    return Announcement(day, at, tuple(items), count - len(items), tuple(quiet[:7]))


def refusal(body: bytes) -> str:
    """What the answer says was wrong with the question, cleaned; "" when it is not an answer that says so."""
    facts: dict[str, str] = {}

    def found(element: Element) -> None:
        facts.setdefault(element[0], text_of(element))

    try:
        read(body, ("rss", "channel"), _SPACES, found)
    except Unreadable:
        return ""
    return _words(facts) if facts.get("title", "").startswith("Feed error") else ""


def _words(facts: dict[str, str]) -> str:
    return text.line(facts.get("description"), 300) or "it does not say why"


def _dated(said: str) -> tuple[date, str]:
    """The day as it is written, in its own zone, and the instant in RFC 3339."""
    parts = re.fullmatch(_DATE, said.strip())
    try:
        if parts:
            day = date(int(parts[3]), _MONTHS.index(parts[2]) + 1, int(parts[1]))
            return day, f"{day}T{parts[4]}{f'{parts[5]}:{parts[6]}' if parts[5] else 'Z'}"
    except ValueError:
        pass
    raise Unreadable("answered an announcement without a day")


def _item(item: Element) -> Announced | None:
    """The item, or None when it has no identifier or no title."""
    categories: list[str] = []
    creators: list[str] = []
    said: dict[str, str] = {}
    for child in item:
        if child.__class__ is not list:
            continue
        if child[0] == "category":
            categories.append(text_of(child).strip())
        elif child[0] == "dc:creator":
            creators.append(text_of(child))
        else:
            said.setdefault(child[0], text_of(child))
    abstract = said.get("description", "")
    head = re.match(_HEAD, abstract)
    id, version = _identified(said.get("guid", ""), said.get("link", ""), head[1] if head else "")
    title = text.line(lettered(said.get("title", "")[:4_000]))
    if not id or not title:
        return None
    kind = said.get("arxiv:announce_type", "").strip() or (head[2] if head else "")
    paper = Paper(
        id=id,
        title=title,
        authors=named([name for creator in creators for name in _names(creator)]),
        abstract=text.prose(abstract[head.end() :] if head else abstract),
        categories=sorted_out(categories),
        doi=text.line(said.get("arxiv:DOI")),
        journal_ref=text.line(lettered(said.get("arxiv:journal_reference", "")[:4_000])),
        version=version,
        row=row_of(item).encode("ascii"),
    )
    return Announced(paper, kind if kind in KINDS else "")


def paper_of_item(item: Element) -> Paper | None:
    """The paper of an item, or None when it has no identifier or no title."""
    announced = _item(item)
    return announced.paper if announced else None


def _identified(guid: str, link: str, head: str) -> tuple[str, int | None]:
    """Identifier and version: the guid and the description have both, the link has no version."""
    written = guid.strip().removeprefix(_GUID)
    for page in (f"https://arxiv.org/abs/{written}", f"https://arxiv.org/abs/{head}", link.strip()):
        id, version = identified(page)
        if id:
            return id, version
    return "", None


def _names(creator: str) -> list[str]:
    """Names between commas, without the places in parentheses behind them, in which there may be commas too.

    A generation (`Jr.`) that stands alone goes with the name before it. TeX's accents become letters, for this is the
    one answer in which arXiv leaves names as they were typed.
    """
    names: list[str] = []
    for piece in _pieces(lettered(creator[:500_000])):
        name = re.sub(r" ?\([^()]*(?:\([^()]*\)[^()]*)*\)$", "", text.line(piece, 2_000))
        if names and name.lower() in _GENERATIONS:
            names[-1] += f" {name}"
        elif len(names) < MAX_AUTHORS:
            names.append(name)
    return names


def _pieces(creator: str) -> list[str]:
    """Split at the commas outside of parentheses; at all of them where parentheses do not match."""
    pieces, depth, began = [], 0, 0
    for sign in re.finditer(r"[(),]", creator):
        if sign[0] == "," and not depth:
            pieces.append(creator[began : sign.start()])
            began = sign.end()
        elif sign[0] != ",":
            depth += 1 if sign[0] == "(" else -1
            if depth < 0:
                break
    return [*pieces, creator[began:]] if not depth else creator.split(",")


def _is_in(category: str, wanted: str) -> bool:
    return category.lower() == wanted or category.lower().startswith(f"{wanted}.")
