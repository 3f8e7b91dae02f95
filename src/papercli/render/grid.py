"""A table of a paper in the columns of a terminal: its cells wrapped, or, where it has too many columns for that, a
record for each row."""

from __future__ import annotations

from papercli.render.flow import flow, widest_word
from papercli.render.layout import Line, Span, padded, width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    Cell = tuple[Span, ...]

GAP = 2  # cells between columns
NARROW = 6  # cells of a column below which its words are no longer read


def grid(rows: Sequence[Sequence[Cell]], head: int, room: int, *, records: bool = False) -> list[Line]:
    """The rows in at most `room` cells, the first `head` of them as names of the columns; with `records` a line for
    each cell in any case."""
    many = max((len(row) for row in rows), default=0)
    if not records and (widths := _widths(rows, many, room)):
        return _columns(rows, head, widths)
    return _records(rows, head, room)


def _widths(rows: Sequence[Sequence[Cell]], many: int, room: int) -> list[int]:
    """Cells for each column; [] when they do not fit."""
    room -= GAP * (many - 1)
    if many * min(NARROW, 3) > room:
        return []
    natural, least = [0] * many, [0] * many
    for row in rows:
        for column, cell in enumerate(row):
            natural[column] = max(natural[column], _natural(cell))
            least[column] = max(least[column], min(widest_word(cell), max(NARROW, room // many)))
    if sum(natural) <= room:
        return natural
    if sum(least) > room:
        return []
    return _shared(natural, least, room)


def _natural(cell: Cell) -> int:
    return max((width(line) for line in flow(cell, 1 << 20)), default=0)


def _shared(natural: list[int], least: list[int], room: int) -> list[int]:
    """Every column as wide as it wants to be, but none wider than the limit that makes them fit."""
    low, high = 1, max(natural)
    while low < high:
        limit = (low + high + 1) // 2
        if sum(max(few, min(many, limit)) for few, many in zip(least, natural, strict=True)) <= room:
            low = limit
        else:
            high = limit - 1
    return [max(few, min(many, low)) for few, many in zip(least, natural, strict=True)]


def _columns(rows: Sequence[Sequence[Cell]], head: int, widths: list[int]) -> list[Line]:
    drawn = [[flow(cell, room) for cell, room in zip(row, widths, strict=False)] for row in rows]
    heights = [max((len(cell) for cell in cells), default=0) for cells in drawn]
    apart = any(height > 1 for height in heights[head:])  # else it is not seen where a row of several lines ends
    lines: list[Line] = []
    for number, (cells, height) in enumerate(zip(drawn, heights, strict=True)):
        if apart and number > head:
            lines.append(())
        for at in range(height):
            lines.append(_row([cell[at] if at < len(cell) else () for cell in cells], widths))
        if number + 1 == head:
            lines.append(_between([(Span("─" * room, "dim"),) for room in widths]))
    return lines


def _row(cells: Sequence[Line], widths: list[int]) -> Line:
    last = max((place for place, cell in enumerate(cells) if cell), default=0)
    before = [padded(cell, room) for cell, room in zip(cells[:last], widths, strict=False)]
    return _between([*before, *cells[last : last + 1]])


def _between(cells: Sequence[Line]) -> Line:
    spans: list[Span] = []
    for cell in cells:
        spans += [Span(" " * GAP), *cell] if spans else cell
    return tuple(spans)


def _records(rows: Sequence[Sequence[Cell]], head: int, room: int) -> list[Line]:
    """A line for each cell that is not empty, the name of its column before it; an empty line between the rows."""
    names = _names(rows[:head])
    lines: list[Line] = []
    for row in rows[head:] or rows:
        lines += [()] if lines else []
        for column, cell in enumerate(row):
            if not any(span.words.strip() for span in cell):
                continue
            name = names[column] if column < len(names) and head < len(rows) else ""
            label = (Span(f"{name}: ", "dim"),) if name else ()
            wrapped = flow((*label, *cell), max(1, room - 2))
            lines += [(Span("  " if at else ""), *line) if at else line for at, line in enumerate(wrapped)]
    return lines


def _names(rows: Sequence[Sequence[Cell]]) -> list[str]:
    many = max((len(row) for row in rows), default=0)
    said = [[" ".join("".join(span.words for span in cell).split()) for cell in row] for row in rows]
    return [" ".join(filter(None, (row[column] for row in said if column < len(row)))) for column in range(many)]
