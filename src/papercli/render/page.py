"""All about a paper on a page for a terminal: every field that is known, the abstract whole, and what links to it."""

from __future__ import annotations

from papercli.dates import spoken
from papercli.render.layout import Line, Span, wrap, written

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
    return written(lines, color=view.color, links=view.links, unicode=view.unicode)


def _page(entry: Entry, view: View) -> list[Line]:
    room = min(MEASURE, view.width)
    lines: list[Line] = [(Span(words, "title"),) for words in wrap(entry.title, room)]
    lines += [(Span(words, "dim"),) for words in wrap(", ".join(entry.authors), room)]
    lines += [(), *_facts(entry, room), ()]
    if entry.ai_summary:
        lines += [*((Span(words, "head"),) for words in wrap(entry.ai_summary, room)), ()]
    lines += [(Span(words),) for words in wrap(entry.abstract, room)]
    if entry.linked:
        lines += _linked(entry.linked, room)
    return lines


def _facts(entry: Entry, room: int) -> list[Line]:
    """A labelled line for each thing that is known."""
    lines: list[Line] = []
    for label, words, link in _known(entry):
        for place, part in enumerate(wrap(words, room - LABEL)):
            style = "link" if link else ""
            lines.append((Span((label if not place else "").ljust(LABEL), "dim"), Span(part, style, link)))
    return lines


def _known(entry: Entry) -> list[tuple[str, str, str]]:
    """(label, words, where they lead) for every field that says something."""
    organization = entry.organization_name or entry.organization or ""
    name, login = entry.submitter_name or "", entry.submitter or ""
    submitter = f"{name} ({login})" if name and login and name != login else name or login
    listed = spoken(entry.listed) + (f", rank {entry.rank}" if entry.rank else "") if entry.listed else ""
    stars = f"  ★{entry.stars:,}" if entry.stars is not None else ""
    marks = [name for name in ("read", "starred", "later", "hidden") if getattr(entry, name)]
    facts = [
        ("Upvotes", _count(entry.upvotes), ""),
        ("Comments", _count(entry.comments), ""),
        ("Authors", str(len(entry.authors)), ""),
        ("Organisation", organization, ""),
        ("Published", spoken(entry.published) if entry.published else "", ""),
        ("Updated", spoken(entry.updated) if entry.updated else "", ""),
        ("Listed", listed, ""),
        ("Submitted by", submitter, ""),
        ("Keywords", ", ".join(entry.keywords), ""),
        ("Categories", ", ".join(entry.categories), ""),
        ("Comment", entry.arxiv_comment or "", ""),
        ("Journal", entry.journal_ref or "", ""),
        ("DOI", entry.doi or "", f"https://doi.org/{entry.doi}"),
        ("Page", entry.url, entry.url),
        ("arXiv", entry.arxiv_url, entry.arxiv_url),
        ("PDF", entry.pdf_url, entry.pdf_url),
        ("Code", f"{entry.code}{stars}" if entry.code else "", entry.code or ""),
        ("Project", entry.project or "", entry.project or ""),
        *(("Media", url, url) for url in entry.media),
        ("Marks", ", ".join(marks), ""),
        ("Tags", ", ".join(entry.tags), ""),
        ("Note", entry.note or "", ""),
    ]
    return [(label, words, link) for label, words, link in facts if words]


def _count(number: int | None) -> str:
    return "" if number is None else f"{number:,}"


def _linked(linked: dict[str, dict[str, object]], room: int) -> list[Line]:
    """The first few models, datasets and Spaces, and how many there are."""
    lines: list[Line] = []
    for kind, label in (("models", "Models"), ("datasets", "Datasets"), ("spaces", "Spaces")):
        repositories = linked.get(kind) or {}
        items, total = repositories.get("items") or [], repositories.get("total") or 0
        if not total:
            continue
        shown = items[:TOP]  # type: ignore[index]
        of = f"{total}" if len(shown) == total else f"{len(shown)} of {total:,}"
        lines += [(), (Span(f"{label} ({of})", "head"),)]
        lines += [_repository(item, room) for item in shown]
    return lines


def _repository(item: dict[str, object], room: int) -> Line:
    counts = [f"{item[name]:,} {name}" for name in ("likes", "downloads") if isinstance(item.get(name), int)]
    about = str(item.get("about") or "")
    words = wrap(" · ".join(filter(None, [*counts, about])), max(10, room - len(str(item["id"])) - 4), 1)
    return (Span("  "), Span(str(item["id"]), "link", str(item["url"])), Span(f"  {''.join(words)}", "dim"))
