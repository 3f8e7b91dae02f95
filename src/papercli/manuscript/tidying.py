"""What converters of web pages leave of a paper, put right: marks that stand twice, images apart from their captions,
equations in tables, the page's own table of contents."""

from __future__ import annotations

import re
from itertools import chain, islice

from papercli.manuscript import TOP, Figure, Formula, Heading, Place, Prose, Run, said
from papercli.manuscript.formulas import inner
from papercli.manuscript.headings import Numbers
from papercli.text import folded
from papercli.value import changed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from papercli.manuscript import Block, Runs

NAMED = ("abstract", "references", "acknowledgments", "acknowledgements", "acknowledgement", "bibliography", "appendix")
"""Sections without a number, which may have any level."""

LONGEST_FRAME = 30  # blocks before the paper begins
_CAPTION = r"(?:Figure|Fig\.|Table|Algorithm|Listing|Scheme|Plate)\s*[A-Z]?[\d.]+"
_NO_CAPTION = r"(?:Image \d+)?:?\s*(?:Refer to caption|\[Uncaptioned image\]|Uncaptioned image)?"


def equations(rows: Sequence[Sequence[Runs]], place: Place) -> list[Formula] | None:
    """The formulas of a table that holds nothing else but their numbers; None for a real one."""
    found: list[Formula] = []
    for row in rows:
        cells = [cell for cell in row if said(cell)]
        number = next((said(cell) for cell in cells if re.fullmatch(r"\(\w[\w.]{0,8}\)", said(cell))), "")
        parts = [run for cell in cells if said(cell) != number for run in cell if run.words.strip()]
        if not parts or any(run.style != "formula" for run in parts):
            return None
        found.append(Formula(" ".join(inner(run.words)[0] for run in parts), number, place))
    return found or None


def marked(found: Runs, place: Place) -> tuple[Runs, Place]:
    """An item without the mark that a converter wrote into it beside the list's; a reference has only its own."""
    if not found or found[0].style:
        return found, place
    words, marker = found[0].words, place.marker
    if sign := re.match(r"(\[\w{1,6}\])\s*↑?\s*", words):
        marker = sign[1]
    else:
        sign = re.match(rf"(?:[•–∙◦↑]|{re.escape(marker)})\s*", words)
    rest = (Run(words[sign.end() :], "", found[0].link), *found[1:]) if sign else found
    return rest, changed(place, marker=marker)


def sections(blocks: Iterator[Block], title: str) -> Iterator[Block]:
    """Headings with their numbers apart, without the title once more, and without the table of contents of the page."""
    numbers, begun = Numbers(), False
    for block in _without_frame(blocks):
        if isinstance(block, Heading):
            words = said(block.runs)
            if not begun and words and folded(words) in title:  # the title again, or one line of it
                continue
            begun = True
            yield _heading(block, words, numbers)
        elif begun or not _leads_inside(block):
            yield block


def _without_frame(blocks: Iterator[Block]) -> Iterator[Block]:
    """The blocks without what arXiv's page says around a paper, where a converter took that along."""
    first = list(islice(blocks, LONGEST_FRAME))
    if first and isinstance(first[0], Prose) and said(first[0].runs).startswith("Back to arXiv"):
        ends = (at for at, block in enumerate(first) if isinstance(block, Prose) and _ends_frame(block))
        first = first[next(ends, -1) + 1 :]
    return chain(first, blocks)


def _ends_frame(block: Prose) -> bool:
    return said(block.runs).startswith("License:")


def _heading(block: Heading, words: str, numbers: Numbers) -> Heading:
    number, rest = numbers.split(words)
    named = folded(rest).rstrip(".:") in NAMED
    # LaTeXML marks run-in titles and theorems as headings of the lowest levels.
    listed = block.level <= 4 or named
    level = 2 if named and block.level > 4 else max(block.level, 2)
    kept = _cut(block.runs, len(words) - len(rest)) if number else block.runs
    return Heading(level, number, kept, listed)


def _cut(found: Runs, many: int) -> Runs:
    """The runs without their first `many` characters, or all of them where that is not in the first run."""
    words = found[0].words.lstrip()
    return (Run(words[many:], found[0].style, found[0].link), *found[1:]) if len(words) >= many else found


def _leads_inside(block: Block) -> bool:
    """Whether it is an item of a list that only leads to another place of the same page."""
    return (
        isinstance(block, Prose)
        and block.place.depth > 0
        and all("#" in run.link and "/html/" in run.link for run in block.runs if run.words.strip())
    )


def figures(blocks: Iterator[Block]) -> Iterator[Block]:
    """Images together with the caption after them."""
    waiting: list[Run] = []
    place = TOP
    for block in blocks:
        images = _images(block)
        if images:
            waiting, place = waiting + images, block.place  # type: ignore[union-attr]
            continue
        if waiting and isinstance(block, Prose) and re.fullmatch(r"\(\w\)\s*.{0,200}", said(block.runs)):
            continue  # the letter of one image among several, which the caption tells of
        if waiting and isinstance(block, Prose) and re.match(_CAPTION, said(block.runs)):
            yield Figure(tuple(run.link for run in waiting if run.link), block.runs, place)
            waiting = []
            continue
        yield from (_alone(run, place) for run in waiting)
        waiting = []
        yield block
    yield from (_alone(run, place) for run in waiting)


def _images(block: Block) -> list[Run]:
    """The images of a paragraph that holds nothing else."""
    if not isinstance(block, Prose) or block.place.marker:
        return []
    found = [run for run in block.runs if run.words.strip() or run.link]
    return found if all(run.style == "image" for run in found) else []


def _alone(image: Run, place: Place) -> Figure:
    words = re.sub(rf"^(Image \d+): {_NO_CAPTION}$|^{_NO_CAPTION}$", r"\1", " ".join(image.words.split()))
    return Figure((image.link,) if image.link else (), (Run(words or "Image"),), place)
