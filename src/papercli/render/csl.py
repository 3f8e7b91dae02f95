"""References as CSL-JSON, which pandoc, Quarto and Zotero read."""

from __future__ import annotations

import json

from papercli.render.json import in_array
from papercli.render.references import Name, day, key, names, published_doi, tidy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from papercli.paper import Entry
    from papercli.render import View


def csl(entries: Iterable[Entry], view: View) -> Iterator[str]:
    """One array, also when empty, a paper a line."""
    return in_array(json.dumps(_item(entry), ensure_ascii=False) for entry in entries)


def _item(entry: Entry) -> dict[str, Any]:
    """Type `article` is a preprint to Zotero, and the DOI then that of the preprint, where no other is known."""
    item = {
        "id": key(entry),
        "type": "article",
        "title": tidy(entry.title),
        "author": [_name(name) for name in names(entry)],
        "issued": {"date-parts": [[int(number) for number in day(entry).split("-")]]},
        "abstract": tidy(entry.abstract),
        "DOI": published_doi(entry) or f"10.48550/arXiv.{entry.id}",
        "URL": f"https://arxiv.org/abs/{entry.id}",
        "publisher": "arXiv",
        "number": f"arXiv:{entry.id}",
        "archive": "arXiv",
        "archive_location": entry.id,
        "language": "en",
        "note": tidy(entry.journal_ref or ""),
    }
    return {name: said for name, said in item.items() if said}


def _name(name: Name) -> dict[str, str]:
    if name.whole:
        return {"literal": name.family}
    parts = {"family": name.family, "given": name.given, "non-dropping-particle": name.particle, "suffix": name.suffix}
    return {part: said for part, said in parts.items() if said}
