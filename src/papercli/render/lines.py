"""A paper a line, for pipes: nothing cut, no header, no colour."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from papercli.paper import Entry
    from papercli.render import View


def tsv(entries: Sequence[Entry], view: View) -> str:
    """`id, listed, upvotes, title, authors, url`, with tabs between; authors joined by "; ", unknown is empty."""
    rows = ((e.id, e.listed or "", e.upvotes, e.title, "; ".join(e.authors), e.url) for e in entries)
    return "".join("\t".join("" if cell is None else _cell(str(cell)) for cell in row) + "\n" for row in rows)


def ids(entries: Sequence[Entry], view: View) -> str:
    """The bare arXiv id of each paper."""
    return "".join(entry.id + "\n" for entry in entries)


def _cell(text: str) -> str:
    # Cleaned text holds neither; a library written by another hand might.
    return text.replace("\t", " ").replace("\n", " ")
