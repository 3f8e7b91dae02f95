"""All about a paper on a page for a terminal: every field that is known, the abstract whole, and what links to it."""

from __future__ import annotations

from papercli.render.known import known, linked, votes
from papercli.render.layout import Line, Span, flowing, wrap, written
from papercli.render.sparkline import over_time, rise, sparkline

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from papercli.paper import Entry
    from papercli.render import View

MEASURE = 96  # columns of prose that an eye still follows
LABEL = 14
TOP = 5  # of the linked models, datasets and Spaces


def pages(entries: Sequence[Entry], view: View) -> str:
    """A page for each paper, a rule of blank lines between them."""
    lines: list[Line] = []
    for entry in entries:
        lines += [(), ()] if lines else []
        lines += _page(entry, view)
    return written(lines, view)


def _page(entry: Entry, view: View) -> list[Line]:
    room = min(MEASURE, view.width)
    lines: list[Line] = [(Span(words, "title"),) for words in wrap(entry.title, room)]
    lines += _authors(entry, room)
    lines += [(), *_facts(entry, room, view), ()]
    if entry.ai_summary:
        lines += [*((Span(words, "head"),) for words in wrap(entry.ai_summary, room)), ()]
    lines += [(Span(words),) for words in wrap(entry.abstract, room)]
    return lines + _linked(entry, room)


def _authors(entry: Entry, room: int) -> list[Line]:
    """All names; behind those of people with a profile on Hugging Face their login, which leads there."""
    names: list[Line] = []
    for place, name in enumerate(entry.authors, start=1):
        comma = "," if place < len(entry.authors) else ""
        if login := (entry.profiles or {}).get(name):
            names.append((
                Span(f"{name} ", "dim"), Span(f"@{login}", "link", f"https://huggingface.co/{login}"),
                Span(comma, "dim"),
            ))  # fmt: skip
        else:
            names.append((Span(f"{name}{comma}", "dim"),))
    return flowing(names, room, between=" ")


def _facts(entry: Entry, room: int, view: View) -> list[Line]:
    """A labelled line for each thing that is known."""
    lines: list[Line] = []
    for label, words, link in known(entry, votes=lambda entry: _votes(entry, view)):
        for place, part in enumerate(wrap(words, room - LABEL)):
            style = "link" if link else ""
            lines.append((Span((label if not place else "").ljust(LABEL), "dim"), Span(part, style, link)))
    return lines


def _votes(entry: Entry, view: View) -> str:
    """The upvotes; where they were counted more than once, from how many they came, and how."""
    if not (found := rise(entry.history)):
        return votes(entry)
    first, last, time = found
    counts = over_time(entry.history)
    line = sparkline(counts, unicode=view.unicode, least=min(counts))
    return f"{first:,} {'→' if view.unicode else '->'} {last:,} {line} over {time}"


def _linked(entry: Entry, room: int) -> list[Line]:
    """The first few models, datasets and Spaces, and how many there are."""
    lines: list[Line] = []
    for label, items, total in linked(entry):
        shown = items[:TOP]
        of = f"{total}" if len(shown) == total else f"{len(shown)} of {total:,}"
        lines += [(), (Span(f"{label} ({of})", "head"),)]
        lines += [_repository(item, room) for item in shown]
    return lines


def _repository(item: dict[str, object], room: int) -> Line:
    counts = [f"{item[name]:,} {name}" for name in ("likes", "downloads") if isinstance(item.get(name), int)]
    about = str(item.get("about") or "")
    words = wrap(" · ".join(filter(None, [*counts, about])), max(10, room - len(str(item["id"])) - 4), 1)
    return (Span("  "), Span(str(item["id"]), "link", str(item["url"])), Span(f"  {''.join(words)}", "dim"))
