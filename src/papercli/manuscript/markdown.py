"""A paper's text in Markdown, as Hugging Face makes it of arXiv's HTML, read into blocks.

CommonMark with tables, by markdown-it-py. Raw HTML stays text. The shape of blocks is read at once, which is cheap; what
stands in each when it is asked for.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt

from papercli.manuscript import DEEPEST, TOP, Code, Figure, Formula, Heading, Place, Prose, Run, Table, said
from papercli.manuscript.formulas import hidden, inner, restored, runs
from papercli.manuscript.headings import Numbers
from papercli.text import folded, sheet, url
from papercli.value import changed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

    from papercli.manuscript import Block, Runs, Text

LONGEST_INLINE = 60_000  # characters of one paragraph in which emphasis and links are looked for
NESTED = 60  # of quotations, lists and emphasis; what is deeper is left out by the library
_FRONT = r"(Title|URL Source|Published Time|Number of Pages|Warning):[ ]*(.*)"
_NAMED = ("abstract", "references", "acknowledgments", "acknowledgements", "acknowledgement", "bibliography", "appendix")
_CAPTION = r"(?:Figure|Fig\.|Table|Algorithm|Listing|Scheme|Plate)\s*[A-Z]?[\d.]+"
_NO_CAPTION = r"(?:Image \d+)?:?\s*(?:Refer to caption|\[Uncaptioned image\]|Uncaptioned image)?"


def read(text: Text) -> Iterator[Block]:
    """The blocks of the text, title first where it names one."""
    front, body = front_of(sheet(text.words))
    title = front.get("Title", "")
    if title:
        yield Heading(1, "", (Run(title),))
    source = _Reader(body, broken=bool(front), page=front.get("URL Source", ""))
    yield from _figures(_sections(source.blocks(), folded(title)))


def front_of(words: str) -> tuple[dict[str, str], str]:
    """What the lines before “Markdown Content:” say by name, and what comes after it; ({}, all) where there is none."""
    front: dict[str, str] = {}
    at = 0
    for line in words[:10_000].splitlines(keepends=True):
        at += len(line)
        if line.startswith("Markdown Content:"):
            return front, words[at:]
        if found := re.match(_FRONT, line):
            front[found[1]] = " ".join(found[2].split())
        elif line.strip():
            break
    return {}, words


class _Reader:
    """Blocks as they stand in Markdown. With `broken` a line end in a paragraph is one, as converters write it;
    else a blank."""

    def __init__(self, body: str, *, broken: bool, page: str) -> None:
        text, self._formulas = hidden(body)
        self._markdown = MarkdownIt("commonmark", {"html": False, "maxNesting": NESTED}).enable("table")
        self._markdown.disable("inline")
        self._environ: dict[str, object] = {}
        self._tokens = self._markdown.parse(text, self._environ)
        self._broken, self._page = broken, page.partition("#")[0]
        self._quoted = 0
        self._lists: list[int | None] = []  # the next number, or None for bullets
        self._marker = ""

    def blocks(self) -> Iterator[Block]:
        tokens = iter(self._tokens)
        for token in tokens:
            if token.type == "heading_open":
                yield Heading(int(token.tag[1]), "", self._runs(next(tokens).content))
            elif token.type == "table_open":
                yield from self._table(tokens)
            elif token.type in ("fence", "code_block"):
                yield Code(restored(token.content, self._formulas).rstrip("\n"), self._place())
            elif token.type == "inline":
                yield from self._prose(token)
            else:
                self._enter(token)

    def _enter(self, token: Token) -> None:
        if token.type == "blockquote_open":
            self._quoted += 1
        elif token.type == "blockquote_close":
            self._quoted -= 1
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            start = token.attrGet("start")
            self._lists.append(None if token.type == "bullet_list_open" else 1 if start is None else int(start))
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            self._lists.pop()
        elif token.type == "list_item_open":
            number = self._lists[-1]
            self._marker = "•" if number is None else f"{number}."
            self._lists[-1] = None if number is None else number + 1

    def _place(self) -> Place:
        if not self._lists and not self._quoted:
            return TOP
        place = Place(min(len(self._lists), DEEPEST), min(self._quoted, DEEPEST), self._marker)
        self._marker = ""
        return place

    def _prose(self, token: Token) -> Iterator[Block]:
        found = self._runs(token.content)
        place = self._place()
        if place.marker:
            found, place = _marked(found, place)
        whole = tuple(run for run in found if run.words.strip())
        number = whole[-1].words.strip() if len(whole) == 2 and whole[0].style == "formula" else ""
        if whole and whole[0].style == "formula" and (len(whole) == 1 or re.fullmatch(r"\(\w{1,8}\)", number)):
            yield Formula(inner(whole[0].words)[0], number, place)
        elif whole:
            yield Prose(found, place)

    def _table(self, tokens: Iterator[Token]) -> Iterator[Block]:
        """The table, or the formulas that it is only the layout of."""
        rows: list[list[Runs]] = []
        for token in tokens:
            if token.type == "table_close":
                break
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "inline":
                rows[-1].append(self._runs(token.content))
        place = self._place()
        kept = [row for row in rows if any(said(cell) for cell in row)]
        if (formulas := equations(kept, place)) is not None:
            yield from formulas
        elif kept:
            head = 1 if rows[0] in kept else 0
            yield Table(tuple(map(tuple, kept)), head, place)

    def _runs(self, content: str) -> Runs:
        """What stands in a paragraph, heading or cell."""
        if len(content) > LONGEST_INLINE:
            return tuple(runs(content, "", "", self._formulas))
        found: list[Token] = []
        self._markdown.inline.parse(content, self._markdown, self._environ, found)
        made: list[Run] = []
        strong = emphasis = 0
        links: list[str] = []
        for token in found:
            kind = token.type
            if kind in ("strong_open", "strong_close"):
                strong += 1 if kind == "strong_open" else -1
            elif kind in ("em_open", "em_close"):
                emphasis += 1 if kind == "em_open" else -1
            elif kind == "link_open":
                links.append(url(str(token.attrGet("href") or "")))
            elif kind == "link_close":
                links.pop()
            else:
                style = "strong" if strong else "emphasis" if emphasis else ""
                made += self._of(token, style, links[-1] if links else "")
        return tuple(made)

    def _of(self, token: Token, style: str, link: str) -> Sequence[Run]:
        """The runs of a token without others in it."""
        if token.type in ("softbreak", "hardbreak"):
            return [Run("\n" if self._broken or token.type == "hardbreak" else " ", style)]
        if token.type == "code_inline":
            return [Run(sheet(restored(token.content, self._formulas)), "code", link)]
        if token.type == "image":
            return [Run(sheet(restored(token.content, self._formulas)), "image", url(str(token.attrGet("src") or "")))]
        return runs(token.content, style, link, self._formulas)


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


def _marked(found: Runs, place: Place) -> tuple[Runs, Place]:
    """An item without the mark that a converter wrote into it besides that of the list; a reference has only its own."""
    if not found or found[0].style:
        return found, place
    words, marker = found[0].words, place.marker
    if sign := re.match(r"(\[\w{1,6}\])\s*↑?\s*", words):
        marker = sign[1]
    else:
        sign = re.match(rf"(?:[•–∙◦↑]|{re.escape(marker)})\s*", words)
    rest = (Run(words[sign.end() :], "", found[0].link), *found[1:]) if sign else found
    return rest, changed(place, marker=marker)


def _sections(blocks: Iterator[Block], title: str) -> Iterator[Block]:
    """Headings with their numbers apart, without the title once more, and without the table of contents of the page."""
    numbers, begun = Numbers(), False
    for block in blocks:
        if isinstance(block, Heading):
            words = said(block.runs)
            if folded(words) == title and not begun:
                continue
            begun = True
            yield _heading(block, words, numbers)
        elif begun or not _leads_inside(block):
            yield block


def _heading(block: Heading, words: str, numbers: Numbers) -> Heading:
    number, rest = numbers.split(words)
    named = folded(rest).rstrip(".:") in _NAMED
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


def _figures(blocks: Iterator[Block]) -> Iterator[Block]:
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
