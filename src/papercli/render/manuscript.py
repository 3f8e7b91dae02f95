"""The text of a paper for a terminal or a pipe: prose in a measure that an eye follows, formulas in Unicode."""

from __future__ import annotations

import re

from papercli.manuscript import Code, Figure, Formula, Heading, Prose, Table, left_out
from papercli.manuscript.formulas import inner
from papercli.manuscript.sections import depth
from papercli.mathematics import drawn, formula
from papercli.render.flow import flow
from papercli.render.grid import grid
from papercli.render.layout import Line, Span, cells, parts, written
from papercli.render.page import MEASURE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from papercli.manuscript import Block, Place, Run
    from papercli.render import View

STEP = 3  # cells for each list around a block
SHORT = 300  # characters of an item that has no empty line before it
_ROWS = r"(?s)\\begin\{(aligned|align\*?|alignat\*?|split|gathered|gather\*?|eqnarray\*?|multline\*?)\}(.*)\\end\{\1\}"
CODE, FORMULA = 2, 4  # cells before code, and before a formula of its own


def pieces(blocks: Iterable[Block], view: View) -> Iterator[str]:
    """Each block as text that ends in a newline, with the empty line before it, as it is read."""
    before: Block | None = None
    for block in blocks:
        lines = _lines(block, view)
        if not lines:
            continue
        if before is not None and not _close(before, block):
            lines = [(), *((),) * (isinstance(block, Heading) and block.level == 2), *lines]
        yield written(lines, view)
        before = block


def contents(headings: Sequence[Heading], view: View) -> str:
    """A table of contents: indented on a terminal, else a number, a tab and a name in each line."""
    if not view.width:
        return "".join(f"{each.number}\t{_plain(each.runs, view)}\n" for each in headings)
    least = min((each.level for each in headings), default=2)
    wide = max((cells(each.number) for each in headings), default=0)
    lines: list[Line] = []
    for each in headings:
        indent = "  " * depth(each, least)
        lead = f"{indent}{each.number.ljust(wide)}  " if wide else indent
        wrapped = flow([Span(_plain(each.runs, view), "" if indent else "head")], max(10, view.width - cells(lead)))
        lines += [(Span(" " * cells(lead) if at else lead, "dim"), *line) for at, line in enumerate(wrapped)]
    return written(lines, view)


def _plain(runs: Sequence[Run], view: View) -> str:
    return " ".join("".join(_words(run, view) for run in runs).split())


def _close(before: Block, block: Block) -> bool:
    """Whether no empty line stands between the two: short items of one list."""
    if not isinstance(before, Prose) or not isinstance(block, Prose):
        return False
    if not block.place.marker or not before.place.depth:
        return False
    return all(sum(len(run.words) for run in each.runs) < SHORT for each in (before, block))


def _lines(block: Block, view: View) -> list[Line]:
    room = min(MEASURE, view.width)
    if isinstance(block, Heading):
        words = _plain(block.runs, view)
        if block.level == 1:
            return flow([Span(words, "title")], room)
        return flow([Span(f"{block.number}  {words}" if block.number else words, "head")], room)
    left = _left(block.place, view)
    marker = block.place.marker
    indent = sum(cells(span.words) for span in left)
    wide = isinstance(block, Table | Code)
    lines = _body(block, view, max(10, (view.width if wide else room) - indent))
    return [_led(line, left, marker if not at else "", view) for at, line in enumerate(lines)]


def _left(place: Place, view: View) -> tuple[Span, ...]:
    """What stands to the left of every line: the bars of quotations, and room for the marks of lists."""
    bar = "│ " if view.unicode else "| "
    deep = STEP * max(0, place.depth - 1) + (max(STEP, cells(place.marker) + 1) if place.depth else 0)
    deep = min(deep, max(0, view.width // 2 - 2 * place.quoted))
    return (Span(bar * place.quoted, "dim"), Span(" " * deep)) if place.quoted else (Span(" " * deep),) if deep else ()


def _led(line: Line, left: tuple[Span, ...], marker: str, view: View) -> Line:
    if not left or not marker:
        return (*left, *line) if line else left[:-1]
    marker = marker if view.unicode or marker != "•" else "-"
    room = len(left[-1].words)
    shown = f"{marker} ".rjust(room)[:room] if room else ""
    return (*left[:-1], Span(shown), *line)


def _body(block: Block, view: View, room: int) -> list[Line]:
    if isinstance(block, Prose):
        return flow(_spans(block.runs, view), room)
    if isinstance(block, Code):
        code = [part for row in block.text.split("\n") for part in _cut(row, room - CODE)]
        return [(Span(" " * CODE), Span(row, "code")) if row else () for row in code]
    if isinstance(block, Formula):
        return _formula(block, view, max(10, room - FORMULA))
    if isinstance(block, Table):
        rows = [[tuple(_spans(cell, view)) for cell in row] for row in block.rows]
        return [*grid(rows, block.head, room, records=view.plain), *_left_out(block, room)]
    if isinstance(block, Figure):
        return _figure(block, view, room)
    return _left_out(block, room)


def _left_out(block: Block, room: int) -> list[Line]:
    """“… 15,001 more rows”, where something is left out."""
    return flow([Span(f"… {words}", "dim")], room) if (words := left_out(block)) else []


def _formula(block: Formula, view: View, room: int) -> list[Line]:
    """The formula, row by row where it has some, with its number after it."""
    found = re.fullmatch(_ROWS, block.tex.strip())
    rows = (
        [row.replace("&", " ").strip() for row in re.split(r"\\\\(?:\[[^\]]*\])?", found[2])] if found else [block.tex]
    )
    rows = [_drawn(row, view) or row for row in rows if row]
    if block.number and rows:
        rows[-1] += f"\u2003{block.number}"
    return [(Span(" " * FORMULA), *line) for row in rows for line in flow([Span(row)], room)]


def _cut(row: str, room: int) -> Iterable[str]:
    """A line of code in parts that fit; blanks at its beginning stay."""
    return (row,) if cells(row) <= room else parts(row, room)


def _figure(block: Figure, view: View, room: int) -> list[Line]:
    """`[Figure 3: caption] https://…`, a line for each further image."""
    label = [Span("[", "dim"), *_spans(block.caption, view), Span("]", "dim")]
    first, *rest = block.images or ("",)
    lines = flow([*label, Span(" "), Span(first, "link", first)] if first else label, room)
    return lines + [line for image in rest for line in flow([Span(image, "link", image)], room)]


def _spans(runs: Iterable[Run], view: View) -> Iterator[Span]:
    """The runs as they are shown, with addresses where the terminal has no links of its own."""
    for run in runs:
        words = _words(run, view)
        inside = "/html/" in run.link and "#" in run.link  # a citation, a figure: another place of the same page
        if run.style == "image":
            yield Span(f"[{words or 'image'}]", "dim" if not run.link else "link", run.link)
        else:
            style = "link" if run.link and not inside else "" if run.style in ("formula", "tex") else run.style
            yield Span(words, style, run.link)
        if run.link and not inside and not view.links and words.strip().rstrip("/") != run.link.rstrip("/"):
            yield Span(f" ({run.link})", "dim")


def _words(run: Run, view: View) -> str:
    """The words of a run; a formula drawn, or as it was written."""
    if run.style == "tex":
        return drawn(run.words, plainly=_plainly(view))
    if run.style != "formula":
        return run.words
    return _drawn(inner(run.words)[0], view) or " ".join(run.words.split())


def _drawn(tex: str, view: View) -> str:
    return formula(tex, plainly=_plainly(view)) or ""


def _plainly(view: View) -> bool:
    return view.plain or not view.unicode
