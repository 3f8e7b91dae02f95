"""Papers as cards for a terminal: votes in a narrow gutter, the title bold beside them, who and when dimmed, two lines
of what it says, and where to find it. From 120 columns on the facts stand in a column of their own, and more fit."""

from __future__ import annotations

from papercli.dates import short
from papercli.render.layout import (
    BETWEEN,
    Line,
    Span,
    cells,
    cut,
    fitting,
    flowing,
    heading,
    joined,
    padded,
    shorten,
    width,
    wrap,
    written,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from papercli.paper import Entry
    from papercli.render import View

GUTTER = 7
WIDE = 120
READABLE = 104  # columns of prose that an eye still follows
FACTS = 44
SUMMARY_LINES = 2
SHORTEST = 8  # columns in which an organisation's name still says something
FEWEST = 30  # columns that authors get, whatever else there is to say


def cards(entries: Sequence[Entry], view: View) -> str:
    """The caption and a card for each paper; or, with `view.pages`, all about each."""
    if view.plain:
        from papercli.render.plain import facts

        return facts(entries, view)
    if view.pages:
        from papercli.render.page import pages

        return pages(entries, view)
    lines = heading(view)
    for row, entry in enumerate(entries, start=1):
        lines += (_wide if view.width >= WIDE else _narrow)(entry, row, view)
        lines.append(())
    return written(lines, view)


def _narrow(entry: Entry, row: int, view: View) -> list[Line]:
    room = view.width - GUTTER
    facts = [_date(entry, view), *_announced(entry), *_rank(entry, row), *_comments(entry)]
    body = _title(entry, view, room)
    body.append(_credits(entry, facts, room))
    body += _text(entry, view, room)
    where = fitting([_id(entry, view), *_code(entry), *_project(entry)], room)
    body.append(_whole([where, *_keywords(entry)], room) or where)
    body += _own(entry, room)
    return _with_gutter(entry, row, body)


def _wide(entry: Entry, row: int, view: View) -> list[Line]:
    facts_room = min(FACTS, view.width * 3 // 10)
    room = min(READABLE, view.width - GUTTER - facts_room - 3)
    facts_room = min(view.width - GUTTER - room - 3, 2 * FACTS)
    left = _title(entry, view, room)
    left.append(_credits(entry, [], room))
    left += [*_text(entry, view, room), *_own(entry, room)]
    facts = [
        _id(entry, view),
        _date(entry, view),
        *_announced(entry),
        *_rank(entry, row),
        *_comments(entry),
        *_code(entry),
        *_project(entry),
    ]
    right = flowing([fact for fact in facts if fact], facts_room)
    keywords = wrap(", ".join(entry.keywords), facts_room, max(1, len(left) - len(right)))
    right += [(Span(words, "dim"),) for words in keywords]
    height = max(len(left), len(right))
    left += [()] * (height - len(left))
    right += [()] * (height - len(right))
    return _with_gutter(entry, row, [(*padded(a, room + 3), *b) for a, b in zip(left, right, strict=True)])


def _with_gutter(entry: Entry, row: int, body: list[Line]) -> list[Line]:
    """Votes beside the title, the row's number below them (what `papers show 3` counts), blanks beside the rest."""
    votes = f"▲{entry.upvotes:>4}" if entry.upvotes is not None else "    -"
    gutters = [padded((Span(votes.rjust(GUTTER - 2), "votes"),), GUTTER), _number(entry, row)]
    gutters += [padded((), GUTTER)] * (len(body) - len(gutters))
    return [(*gutter, *line) for gutter, line in zip(gutters, body, strict=False)]


def _number(entry: Entry, row: int) -> Line:
    return padded((Span(f"{row}".rjust(GUTTER - 2), "dim"),), GUTTER)


def _credits(entry: Entry, facts: list[Line], room: int) -> Line:
    """Authors as far as there is room, then organisation and the facts, which are never crowded out."""
    fewest = min(FEWEST, room // 2)
    tail = _whole([fact for fact in facts if fact], room - fewest)
    left = room - fewest - width(tail) - 2 * len(BETWEEN)
    organization = _organization(entry, left)
    line = _credited(entry, organization, tail, room)
    if organization != (entry.organization_name or organization):  # what the authors leave is the organisation's
        longer = _credited(entry, _organization(entry, left + room - width(line)), tail, room)
        return longer if longer[:1] == line[:1] else line
    return line


def _credited(entry: Entry, organization: str, tail: Line, room: int) -> Line:
    if organization:
        tail = joined([(Span(organization, "dim"),), *([tail] if tail else [])])
    left = room - (width(tail) + len(BETWEEN) if tail else 0)
    return joined([(Span(authors(entry.authors, left), "dim"),), *([tail] if tail else [])])


def _organization(entry: Entry, room: int) -> str:
    """The organisation's name, else its login, whole; as much of the name as fits where that says something."""
    names = [name for name in (entry.organization_name, entry.organization) if name]
    whole = [name for name in names if cells(name) <= room]
    return whole[0] if whole else shorten(names[0], room) if names and room >= SHORTEST else ""


def _whole(parts: list[Line], room: int) -> Line:
    """Those of the parts that fit into `room` cells, none of them cut."""
    line: Line = ()
    for part in parts:
        longer = joined((line, part)) if line else part
        line = longer if width(longer) <= room else line
    return line


def authors(names: Sequence[str], room: int) -> str:
    """The first few names, then how many there are: "A. Lee, B. Kim … 9 authors"."""
    if not names:
        return shorten("no authors named", room)
    whole = ", ".join(names)
    if len(names) <= 4 and cells(whole) <= room:
        return whole
    count = f" … {len(names)} authors" if len(names) > 1 else ""
    shown = names[0]
    for name in names[1:6]:
        if cells(f"{shown}, {name}{count}") > room:
            break
        shown += f", {name}"
    if cells(shown) + len(count) > room:
        shown = shorten(shown, max(8, room - len(count) + 2)) + count.removeprefix(" …")
        return shorten(shown, room)
    return shown + count


def _text(entry: Entry, view: View, room: int) -> list[Line]:
    """The one-line summary where there is one, else how the abstract begins; the whole abstract when asked for."""
    text = entry.abstract if view.abstract else entry.ai_summary or entry.abstract
    lines = wrap(text, room, 0 if view.abstract else SUMMARY_LINES)
    return [_emphasised(line, "", entry) for line in lines]


def _title(entry: Entry, view: View, room: int) -> list[Line]:
    """The title, bold until the paper is read."""
    lines = wrap(entry.title, room, 0 if view.abstract else 2)
    return [_emphasised(line, "" if entry.read else "title", entry) for line in lines]


def _emphasised(line: str, style: str, entry: Entry) -> Line:
    if not entry.matched:
        return (Span(line, style),)
    from papercli.render.own import emphasised

    return emphasised(line, style, entry.matched)


def _own(entry: Entry, room: int) -> list[Line]:
    """A line for what is the reader's own, where there is anything."""
    if not (entry.starred or entry.later or entry.read or entry.hidden or entry.tags or entry.note or entry.why):
        return []
    from papercli.render.own import own

    return [cut(own(entry), room)]


def _id(entry: Entry, view: View) -> Line:
    """The id, leading to the paper's page; where the terminal has no links, the address itself."""
    words = entry.id if view.links else entry.url.removeprefix("https://")
    return (Span(words, "link", entry.url),)


def _date(entry: Entry, view: View) -> Line:
    day = entry.published
    return (Span(_spoken(day, None if view.years else entry.listed), "dim"),) if day else ()


def _spoken(day: date, listed: date | None) -> str:
    """The day, with its year where that is not the listing's."""
    return short(day) if listed and listed.year == day.year else f"{short(day)} {day.year}"


def _announced(entry: Entry) -> list[Line]:
    """That arXiv announces it from another category, or in a new version."""
    words = {"cross": "cross-listed", "replace": f"new version{f' v{entry.version}' if entry.version else ''}"}
    return [(Span(words[entry.announce], "dim"),)] if entry.announce in words else []


def _rank(entry: Entry, row: int) -> list[Line]:
    """The place by upvotes, where another order makes it differ from the row."""
    return [(Span(f"rank {entry.rank}", "dim"),)] if entry.rank and entry.rank != row else []


def _comments(entry: Entry) -> list[Line]:
    many = entry.comments
    return [(Span("1 comment" if many == 1 else f"{many} comments", "dim"),)] if many else []


def _code(entry: Entry) -> list[Line]:
    if not entry.code:
        return []
    stars = "" if entry.stars is None else f" ★{entry.stars:,}"
    return [(Span(f"code{stars}", "star", entry.code),)]


def _project(entry: Entry) -> list[Line]:
    return [(Span("project", "link", entry.project),)] if entry.project else []


def _keywords(entry: Entry) -> list[Line]:
    sought = set(entry.matched)
    return [(Span(word, "match" if sought & set(word.split()) else "dim"),) for word in entry.keywords]
