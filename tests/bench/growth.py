"""A plot of how figures grow with the library: both axes logarithmic, plain SVG, readable on light and dark pages."""

from __future__ import annotations

from math import ceil, floor, log10
from typing import NamedTuple
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 860, 470
LEFT, RIGHT, TOP, BOTTOM = 88, 500, 56, 410  # of the plot; labels stand to the right of it
APART = 17  # between the baselines of two labels

# Told apart without colour too: the label of every line stands at its end. Light page, dark page.
_COLOURS = (
    ("#1f6feb", "#58a6ff"), ("#bf4b00", "#f0883e"), ("#1a7f37", "#3fb950"), ("#8250df", "#bc8cff"),
    ("#cf222e", "#ff7b72"), ("#0a7a83", "#39c5cf"), ("#9a6700", "#d29922"), ("#bf3989", "#f778ba"),
    ("#57606a", "#8b949e"),
)  # fmt: skip


class Line(NamedTuple):
    """Milliseconds by number of papers; `limit` of the largest library, 0 for none."""

    what: str
    figures: dict[int, float]
    limit: float = 0.0


def plot(title: str, lines: list[Line]) -> str:
    """All lines in one picture. Raises ValueError when there is nothing to draw: that takes two sizes."""
    sizes = sorted({size for line in lines for size in line.figures})
    if len(sizes) < 2:
        raise ValueError("a plot takes libraries of two sizes or more")
    values = [value for line in lines for value in (*line.figures.values(), line.limit) if value]
    scale = _Scale(sizes[0], sizes[-1], floor(log10(min(values))), ceil(log10(max(values))))
    parts = [_frame(title), _grid(scale, sizes)]
    labels = _placed([(scale.y(line.figures[max(line.figures)]), number) for number, line in enumerate(lines)])
    for number, line in enumerate(lines):
        parts.append(_drawn(scale, line, number % len(_COLOURS), labels[number]))
    return "\n".join([*parts, "</svg>", ""])


class _Scale:
    """Where a value stands in the picture."""

    def __init__(self, smallest: int, largest: int, lowest: int, highest: int) -> None:
        """Papers from `smallest` to `largest`; milliseconds as powers of ten."""
        self._x = (log10(smallest), log10(largest))
        self.powers = range(lowest, max(highest, lowest + 1) + 1)

    def x(self, papers: float) -> float:
        low, high = self._x
        return LEFT + (RIGHT - LEFT) * (log10(papers) - low) / (high - low)

    def y(self, milliseconds: float) -> float:
        low, high = self.powers[0], self.powers[-1]
        return BOTTOM - (BOTTOM - TOP) * (log10(max(milliseconds, 10.0**low)) - low) / (high - low)


def _frame(title: str) -> str:
    name = escape(title, {'"': "&quot;"})
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{name}">
<style>
text{{font:13px system-ui,sans-serif}} .end{{text-anchor:end}} .middle{{text-anchor:middle}}
.head{{font-weight:600;font-size:15px}} .line{{fill:none;stroke-width:2}} .lead{{fill:none;opacity:.45}}
{_colours(0, "#fff", "#1f2328", "#d0d7de")}
@media (prefers-color-scheme: dark) {{
{_colours(1, "#0d1117", "#e6edf3", "#30363d")}
}}
</style>
<rect class="page" width="{WIDTH}" height="{HEIGHT}" rx="8"/>
<text class="head" x="{LEFT}" y="30">{escape(title)}</text>"""


def _colours(which: int, page: str, ink: str, grid: str) -> str:
    """Without variables, which not every program that shows SVG knows."""
    own = "".join(
        f".c{number} .line,.c{number} .lead,.c{number} .limit{{stroke:{pair[which]}}}"
        f".c{number} .dot,.c{number} text{{fill:{pair[which]}}}"
        for number, pair in enumerate(_COLOURS)
    )
    return f".page,.limit{{fill:{page}}} text{{fill:{ink}}} .grid{{stroke:{grid}}}\n{own}"


def _grid(scale: _Scale, sizes: list[int]) -> str:
    parts = []
    for power in scale.powers:
        y = scale.y(10.0**power)
        parts.append(f'<path class="grid" d="M{LEFT} {y:.1f}H{RIGHT}"/>')
        parts.append(f'<text class="end" x="{LEFT - 8}" y="{y + 4:.1f}">{10.0**power:,g} ms</text>')
    for size in sizes:
        x = scale.x(size)
        parts.append(f'<path class="grid" d="M{x:.1f} {TOP}V{BOTTOM}"/>')
        parts.append(f'<text class="middle" x="{x:.1f}" y="{BOTTOM + 20}">{_spoken(size)}</text>')
    parts.append(f'<text class="middle" x="{(LEFT + RIGHT) / 2}" y="{BOTTOM + 44}">papers in the library</text>')
    return "\n".join(parts)


def _spoken(size: int) -> str:
    return f"{size / 1_000_000:g} million" if size >= 1_000_000 else f"{size:,}"


def _drawn(scale: _Scale, line: Line, colour: int, label: float) -> str:
    """The line with its dots, its limit as a diamond, and its label at height `label`."""
    points = [(scale.x(size), scale.y(value)) for size, value in sorted(line.figures.items())]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in points)
    value = _figure(line.figures[max(line.figures)])
    said = f"{line.what}: {value}" + (f" (at most {line.limit:g})" if line.limit else "")
    x, y = points[-1]
    lead = f'<path class="lead" d="M{x + 5:.1f} {y:.1f}L{RIGHT + 22} {label:.1f}"/>'
    text = f'<text x="{RIGHT + 26}" y="{label + 4:.1f}">{escape(said)}</text>'
    limit = ""
    if line.limit:
        at = scale.y(line.limit)
        limit = f'<path class="limit" d="M{x:.1f} {at - 5:.1f}l5 5l-5 5l-5 -5z"/>'
    return f'<g class="c{colour}"><polyline class="line" points="{path}"/>{limit}{dots}{lead}{text}</g>'


def _figure(milliseconds: float) -> str:
    return f"{milliseconds:,.0f} ms" if milliseconds >= 10 else f"{milliseconds:.1f} ms"


def _placed(wanted: list[tuple[float, int]]) -> dict[int, float]:
    """Heights for the labels, near where their lines end, APART from each other and inside the plot."""
    found: dict[int, float] = {}
    lowest: float = BOTTOM + APART
    for y, number in sorted(wanted, reverse=True):  # from the bottom upwards
        lowest = min(y, lowest - APART)
        found[number] = lowest
    overhang = TOP - min(found.values())
    if overhang > 0:  # pushed out at the top: down again as far as there is room
        highest: float = TOP - APART
        for number in sorted(found, key=lambda number: found[number]):
            highest = found[number] = max(found[number], highest + APART)
    return found
