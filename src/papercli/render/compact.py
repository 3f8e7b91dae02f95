"""Papers a line each, for a look at many of them on a small terminal: the row's number, votes, the reader's marks, as
much of the title as fits, the id."""

from __future__ import annotations

from papercli.render.columns import aligned
from papercli.render.layout import Line, Span, heading, written
from papercli.render.own import signs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from papercli.paper import Entry
    from papercli.render import View


def compact(entries: Sequence[Entry], view: View) -> str:
    """The caption and a line for each paper; votes that nobody counts are a dash."""
    marked = any(map(signs, entries))
    rows: list[Line] = [
        (
            Span(f"{row}", "dim"), Span(_votes(entry, view), "votes"), *[Span(signs(entry), "star")] * marked,
            Span(entry.title), Span(entry.id, "link", entry.url),
        )
        for row, entry in enumerate(entries, start=1)
    ]  # fmt: skip
    whole = {0, 1, 2, 4} if marked else {0, 1, 3}
    return written([*heading(view), *aligned(rows, view.width, right={0, 1}, whole=whole)], view)


def _votes(entry: Entry, view: View) -> str:
    if entry.upvotes is None:
        return "-"
    return f"{entry.upvotes}" if view.plain else f"▲{entry.upvotes:>4}"
