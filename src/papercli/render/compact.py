"""Papers a line each, for a look at many of them on a small terminal: votes, as much of the title as fits, the id."""

from __future__ import annotations

from papercli.render.columns import aligned
from papercli.render.layout import Line, Span, heading, written

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from papercli.paper import Entry
    from papercli.render import View


def compact(entries: Sequence[Entry], view: View) -> str:
    """The caption and a line for each paper; votes that nobody counts are a dash."""
    rows: list[Line] = [
        (Span(_votes(entry, view), "votes"), Span(entry.title), Span(entry.id, "link", entry.url)) for entry in entries
    ]
    return written([*heading(view), *aligned(rows, view.width, right={0}, whole={0, 2})], view)


def _votes(entry: Entry, view: View) -> str:
    if entry.upvotes is None:
        return "-"
    return f"{entry.upvotes}" if view.plain else f"▲{entry.upvotes:>4}"
