"""References in RIS, which Zotero, EndNote and Mendeley read: a tag, two blanks, a dash, a blank, what it says."""

from __future__ import annotations

from papercli.render.references import Name, day, names, published_doi, tidy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from papercli.paper import Entry
    from papercli.render import View


def ris(entries: Iterable[Entry], view: View) -> Iterator[str]:
    """A record each, as unpublished work: RIS has no preprints. Lines end in CR LF, as its readers want them."""
    return map(_record, entries)


def _record(entry: Entry) -> str:
    lines = [
        ("TY", "UNPD"), *(("AU", _name(name)) for name in names(entry)), ("TI", entry.title), ("AB", entry.abstract),
        ("PY", day(entry)[:4]), ("DA", day(entry).replace("-", "/")), ("DO", published_doi(entry)),
        ("UR", f"https://arxiv.org/abs/{entry.id}"), ("L1", f"https://arxiv.org/pdf/{entry.id}"),
        *(("KW", word) for word in (*entry.keywords, *entry.categories)), ("PB", "arXiv"),
        ("M1", f"arXiv:{entry.id}"), ("N1", entry.journal_ref or ""),
    ]  # fmt: skip
    told = [(tag, tidy(text)) for tag, text in lines]
    return "".join(f"{tag}  - {text}\r\n" for tag, text in told if text) + "ER  - \r\n"


def _name(name: Name) -> str:
    """`Last, First, Suffix`; a group's name as it is."""
    family = f"{name.particle} {name.family}".strip()
    return ", ".join(part for part in (family, name.given, name.suffix) if part)
