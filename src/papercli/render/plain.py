"""Papers for a screen reader: one fact a line, each named in words; no signs, no columns, nothing said by colour."""

from __future__ import annotations

from papercli.dates import spoken
from papercli.render.known import known, linked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from papercli.paper import Entry
    from papercli.render import View


def facts(entries: Sequence[Entry], view: View) -> str:
    """The caption and, for each paper, its number and title and then what is known, a line each however long: where
    to break it is the reader's own device's to say."""
    if view.pages:
        return _pages(entries)
    lines = [part.replace(" · ", ", ") for part in view.caption if part]
    lines += [f"{words}: {count}" for words, count in view.preface]
    for row, entry in enumerate(entries, start=1):
        lines += ["", f"{row}. {entry.title}", *(f"{name}: {words}" for name, words in _named(entry, view))]
    return "".join(line + "\n" for line in lines)


def _pages(entries: Sequence[Entry]) -> str:
    """All that is known of each paper: its title, then a line for every fact, an empty line between papers."""
    papers = ("".join(f"{line}\n" for line in [entry.title, *_all(entry)]) for entry in entries)
    return "\n".join(papers)


def _all(entry: Entry) -> list[str]:
    named = [("Authors", ", ".join(_author(name, entry) for name in entry.authors))]
    named += [(label, words) for label, words, _ in known(entry, ", {:,} stars") if label != "Authors"]
    named += [("Summary", entry.ai_summary or ""), ("Abstract", entry.abstract)]
    for label, items, total in linked(entry):
        named.append((label, f"{total:,}"))
        named += [(label.removesuffix("s"), _repository(item)) for item in items]
    return [f"{label}: {words}" for label, words in named if words]


def _author(name: str, entry: Entry) -> str:
    login = (entry.profiles or {}).get(name)
    return f"{name} ({login} on Hugging Face)" if login else name


def _repository(item: dict[str, Any]) -> str:
    counts = [f"{item[name]:,} {name}" for name in ("likes", "downloads") if isinstance(item.get(name), int)]
    return ", ".join(filter(None, [item["id"], *counts, item.get("about"), item["url"]]))


def _named(entry: Entry, view: View) -> list[tuple[str, str]]:
    """(name, words) for every fact that is known."""
    authors = ", ".join(entry.authors[:6]) + (f", and {len(entry.authors) - 6} more" if len(entry.authors) > 6 else "")
    code = f"{entry.code}, {entry.stars} stars" if entry.stars is not None else entry.code
    text = ("Abstract", entry.abstract) if view.abstract else ("Summary", entry.ai_summary or entry.abstract)
    given = [
        ("Upvotes", entry.upvotes),
        ("Comments", entry.comments),
        ("Authors", authors),
        ("Organisation", entry.organization_name or entry.organization),
        ("Published", entry.published and spoken(entry.published)),
        text,
        ("Keywords", ", ".join(entry.keywords)),
        ("Code", code),
        ("Project", entry.project),
        ("Marks", ", ".join(name for name in ("starred", "later", "read", "hidden") if getattr(entry, name))),
        ("Tags", ", ".join(entry.tags)),
        ("Note", " ".join((entry.note or "").split())),
        ("Why", ", ".join(entry.why)),
        ("Link", entry.url),
    ]
    return [(name, str(fact)) for name, fact in given if fact not in (None, "")]
