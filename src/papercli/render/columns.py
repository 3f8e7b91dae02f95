"""Rows in columns for a terminal: aligned, measured in cells, and cut where there is no room."""

from __future__ import annotations

from papercli.render.layout import Line, Span, cells, cut, shorten

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

GAP = 2
LEAST = 5  # cells that every column keeps, as long as there is room at all
LONGEST = 100  # where nothing is cut: a longer cell pushes what follows it, in its own row alone


def aligned(rows: Sequence[Line], room: int, *, right: Collection[int] = (), whole: Collection[int] = ()) -> list[Line]:
    """The rows, which have a span for each column, as lines of at most `room` cells; 0 is any number, nothing cut.

    `right` are the columns aligned to the right, `whole` those that are cut last; both count from 0.
    """
    if not rows:
        return []
    natural = [max(cells(span.words) for span in column) for column in zip(*rows, strict=True)]
    widths = _fitted(natural, whole, room) if room else [min(width, LONGEST) for width in natural]
    lines = []
    for row in rows:
        line: list[Span] = []
        for column, (span, width) in enumerate(zip(row, widths, strict=True)):
            if column:
                line.append(Span(" " * GAP))
            words = shorten(span.words, width) if room else span.words
            blanks = Span(" " * max(0, width - cells(words)))
            shown = Span(words, span.style, span.link)
            line += [blanks, shown] if column in right else [shown] if column == len(row) - 1 else [shown, blanks]
        lines.append(cut(tuple(line), room) if room else tuple(line))
    return lines


def _fitted(natural: list[int], whole: Collection[int], room: int) -> list[int]:
    """Widths that together fit into `room` where that can be: of the columns not `whole` the widest shrink first."""
    left = room - GAP * (len(natural) - 1) - sum(natural[column] for column in whole)
    flexible = sorted(width for column, width in enumerate(natural) if column not in whole)
    for place, width in enumerate(flexible):
        share = left // (len(flexible) - place)
        if width > share:
            most = max(LEAST, share)
            return [width if column in whole else min(width, most) for column, width in enumerate(natural)]
        left -= width
    return natural
