"""Blocks as Markdown, for another program: unwrapped, and what is text stays text."""

from __future__ import annotations

import re

from papercli.manuscript import Code, Figure, Formula, Heading, Rest, Table, left_out, said
from papercli.value import changed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from papercli.manuscript import Block, Place, Run, Runs

_MARKS = {"strong": "**", "emphasis": "*"}
_SIGNS = r"([\\`*_\[\]<>|])"
_STARTS = r"(?m)^(\s*)(#{1,6}(?=\s)|[-+=]+(?=\s|$)|\d+(?=[.)]\s)|~~~)"


def markdown(blocks: Iterable[Block]) -> str:
    """The blocks, an empty line between them."""
    return "\n\n".join(filter(None, map(_block, blocks))) + "\n"


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        return f"{'#' * block.level} {block.number + ' ' if block.number else ''}{_line(block.runs)}"
    if isinstance(block, Code):
        fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", block.text)), 3)
        return _placed(f"{fence}\n{block.text}\n{fence}", block.place)
    if isinstance(block, Formula):
        number = f" {block.number}" if block.number else ""
        return _placed(f"$${block.tex}$${number}", block.place)
    if isinstance(block, Figure):
        caption = _inline(block.caption)
        images = " ".join(f"![{_label(block.caption)}]({_address(image)})" for image in block.images)
        return _placed(f"{images}\n\n{caption}" if images else caption, block.place)
    if isinstance(block, Table):
        rows = _table(block) if block.rows else ""
        return _placed(f"{rows}\n\n… {left_out(block)}" if block.left else rows, block.place)
    if isinstance(block, Rest):
        return f"… {left_out(block)}"
    return _placed(_inline(block.runs), block.place)


def _table(table: Table) -> str:
    many = max((len(row) for row in table.rows), default=0)
    rows = [[_line(cell) for cell in row] + [""] * (many - len(row)) for row in table.rows]
    if not table.head:
        rows.insert(0, [""] * many)
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], f"|{' --- |' * many}", *lines[1:]])


def _placed(words: str, place: Place) -> str:
    """The words as the item or quotation that they are."""
    if not place.depth and not place.quoted:
        return words
    marker = "-" if place.marker == "•" else place.marker
    if marker and not re.fullmatch(r"-|\d{1,9}\.", marker):
        marker, words = "-", f"{_escaped(marker)} {words}"
    blank = "    " * max(0, place.depth - 1)
    first = f"{blank}{marker.ljust(3)} " if marker else f"{blank}    " if place.depth else ""
    rest = f"{blank}    " if place.depth else ""
    lines = words.split("\n")
    return "\n".join("> " * place.quoted + (rest if at else first) + line for at, line in enumerate(lines))


def _line(runs: Runs) -> str:
    """The runs where a line end would end more than a line."""
    whole = (changed(run, words=run.words.replace("\n", " ")) for run in runs)
    return " ".join(_inline(tuple(whole)).split())


def _inline(runs: Runs) -> str:
    return re.sub(_STARTS, r"\1\\\2", "".join(map(_run, runs)).strip(" "))


def _run(run: Run) -> str:
    if run.style in ("formula", "tex"):
        return run.words
    if run.style == "code":
        fence = "`" * (max((len(found) for found in re.findall("`+", run.words)), default=0) + 1)
        return f"{fence} {run.words} {fence}" if fence != "`" else f"`{run.words}`"
    if run.style == "image":
        return f"![{_escaped(run.words)}]({_address(run.link)})" if run.link else _escaped(run.words)
    words = _escaped(run.words).replace("\n", "\\\n")
    mark, inside = _MARKS.get(run.style, ""), words.strip()
    words = words.replace(inside, f"{mark}{inside}{mark}", 1) if mark and inside else words
    return f"[{words}]({_address(run.link)})" if run.link else words


def _escaped(words: str) -> str:
    return re.sub(_SIGNS, r"\\\1", words)


def _address(link: str) -> str:
    return link.replace("(", "%28").replace(")", "%29")


def _label(caption: Runs) -> str:
    """The beginning of the caption, which names the image."""
    return _escaped(said(caption)[:60].strip())
