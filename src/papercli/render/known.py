"""What is known of a paper, in words: for the pages about it."""

from __future__ import annotations

from papercli.dates import spoken
from papercli.render.sparkline import rise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from papercli.paper import Entry


def votes(entry: Entry) -> str:
    """The upvotes, and since when they are so many where that is known, in words."""
    if found := rise(entry.history):
        first, last, time = found
        if first == last:
            return f"{last:,}, as many as {time} before"
        return f"{last:,}, {'up' if last > first else 'down'} from {first:,} over {time}"
    return _count(entry.upvotes)


def known(entry: Entry, stars: str = "  ★{:,}", votes: Callable[[Entry], str] = votes) -> list[tuple[str, str, str]]:
    """(label, words, where they lead) for every field that says something, but for title, names and prose.

    `stars` is how the stars of the code are added to its address, `votes` how the upvotes are said.
    """
    organization = entry.organization_name or entry.organization or ""
    name, login = entry.submitter_name or "", entry.submitter or ""
    submitter = f"{name} ({login})" if name and login and name != login else name or login
    listed = spoken(entry.listed) + (f", rank {entry.rank}" if entry.rank else "") if entry.listed else ""
    counted = "" if entry.stars is None else stars.format(entry.stars)
    marks = [name for name in ("read", "starred", "later", "hidden") if getattr(entry, name)]
    facts = [
        ("Upvotes", votes(entry), ""),
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
        ("Code", f"{entry.code}{counted}" if entry.code else "", entry.code or ""),
        ("Project", entry.project or "", entry.project or ""),
        *(("Media", url, url) for url in entry.media),
        ("Announced", {"cross": "cross-listed", "replace": "as a new version"}.get(entry.announce, entry.announce), ""),
        ("Marks", ", ".join(marks), ""),
        ("Tags", ", ".join(entry.tags), ""),
        ("Note", " ".join((entry.note or "").split()), ""),
    ]
    facts += [(f"From {source}", words, "") for source, words in _provenance(entry)]
    return [(label, words, link) for label, words, link in facts if words]


def _provenance(entry: Entry) -> list[tuple[str, str]]:
    """(source, when it was told and what of it is shown) for every answer that something is from."""
    fields: dict[tuple[str, str], list[str]] = {}
    for name, (source, when) in (entry.provenance or {}).items():
        fields.setdefault((source, f"{when:%Y-%m-%d %H:%M} UTC"), []).append(name.replace("_", " "))
    return [(source, f"{when}: {', '.join(names)}") for (source, when), names in fields.items()]


def _count(number: int | None) -> str:
    return "" if number is None else f"{number:,}"


def linked(entry: Entry) -> list[tuple[str, list[dict[str, Any]], int]]:
    """(label, what is known of each, how many there are in all) for the models, datasets and Spaces, where any are."""
    found = []
    for kind, label in (("models", "Models"), ("datasets", "Datasets"), ("spaces", "Spaces")):
        repositories = (entry.linked or {}).get(kind) or {}
        if total := repositories.get("total") or 0:
            found.append((label, repositories.get("items") or [], total))
    return found
