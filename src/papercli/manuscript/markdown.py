"""A paper's text in Markdown, as Hugging Face makes it of arXiv's HTML, read into blocks.

CommonMark with tables, by markdown-it-py. Raw HTML stays text. Which blocks there are is read ahead, which is cheap;
what stands in each when it is asked for. What makes a text longer than any of a paper is left out, and said so.
"""

from __future__ import annotations

import re
from itertools import islice

from papercli.manuscript import (
    LONGEST_PARAGRAPH,
    Formula,
    Heading,
    Prose,
    Rest,
    Run,
    Table,
    codes,
    place_in,
    said,
)
from papercli.manuscript.doubled import single
from papercli.manuscript.formulas import hidden, inner, parts, restored, runs
from papercli.manuscript.parsing import MOST_TOKENS, Markdown, Tokens
from papercli.manuscript.tidying import equations, figures, marked, sections
from papercli.text import folded, sheet, url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from markdown_it.token import Token

    from papercli.manuscript import Block, Place, Runs, Text

LONGEST_INLINE, MOST_BRACKETS = 20_000, 1_000
"""Characters of a paragraph, and opening brackets in it, up to which emphasis and links are looked for: the library
takes the product of both."""

FOR_TABLE = 20  # tokens that take as long as to draw a table without a cell
MOST_LINES = 100_000  # of a text; 4 MB of lines as paragraphs have them are 50,000
_ORDERED = r"(?m)^( *)(\d{1,2})\.   (?=\S)"
_FRONT = r"(Title|URL Source|Published Time|Number of Pages|Warning):[ ]*(.*)"


def read(text: Text) -> Iterator[Block]:
    """The blocks of the text, title first where it names one."""
    words = text.words[: _end(text.words)]
    kept = len(words) / len(text.words) if words else 1.0
    front, body = front_of(sheet(words))
    title = front.get("Title", "")
    if title:
        yield Heading(1, "", (Run(title),))
    source = _Reader(body, broken=bool(front), page=front.get("URL Source", ""))
    yield from figures(sections(source.blocks(), folded(title)))
    if (left := 1 - kept * (1 - source.left)) > 0:
        yield Rest(left)


def _end(words: str) -> int:
    """Where the lines end that are read."""
    if words.count("\n") + words.count("\r") <= MOST_LINES:
        return len(words)
    ends = re.finditer(r"\r\n?|\n", words)
    return next((end.end() for end in islice(ends, MOST_LINES - 1, None)), len(words))


def front_of(words: str) -> tuple[dict[str, str], str]:
    """What the lines before “Markdown Content:” say by name, and what comes after it; ({}, all) where there is none."""
    front: dict[str, str] = {}
    at = 0
    for line in words[:10_000].splitlines(keepends=True):
        at += len(line)
        if line.startswith("Markdown Content:"):
            return front | {"Markdown Content": ""}, words[at:]
        if found := re.match(_FRONT, line):
            front[found[1]] = " ".join(found[2].split())
        elif line.strip():
            break
    return {}, words


class _Reader:
    """Blocks as they stand in Markdown. With `broken` a line end in a paragraph is one, as converters write it;
    else a blank."""

    def __init__(self, body: str, *, broken: bool, page: str) -> None:
        text, self._formulas = hidden(re.sub(_ORDERED, _narrow, single(body)) if broken else body)
        self._markdown = Markdown()
        self._tokens = Tokens(self._markdown, text)
        self._broken, self._page = broken, page.partition("#")[0]
        self._deeper = _are_sections(self._tokens.ahead)
        self._quoted = 0
        self._lists: list[int | None] = []  # the next number, or None for bullets
        self._marker = ""
        self.left = 0.0
        """How much of the text was left out in the end, of 1."""

    def blocks(self) -> Iterator[Block]:
        tokens = iter(self._tokens)
        for token in tokens:
            if self._tokens.spent > MOST_TOKENS:
                self.left = self._tokens.over()
                return
            if token.type == "heading_open":
                yield from self._heading(int(token.tag[1]), next(tokens).content)
            elif token.type == "table_open":
                yield from self._table(tokens)
            elif token.type in ("fence", "code_block"):
                yield from codes(restored(token.content, self._formulas).rstrip("\n"), self._place())
            elif token.type == "inline":
                for part in parts(token.content, LONGEST_PARAGRAPH):
                    yield from self._prose(part)
            else:
                self._enter(token)
        self.left = self._tokens.over() if self._tokens.broken_off else 0.0

    def _heading(self, level: int, content: str) -> Iterator[Block]:
        if len(content) <= LONGEST_INLINE:
            yield Heading(level + self._deeper, "", self._runs(content))
            return
        for part in parts(content, LONGEST_PARAGRAPH):
            yield from self._prose(part)

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
            if not self._lists:
                self._marker = ""  # of an item without anything in it
        else:  # list_item_open
            number = self._lists[-1]
            self._marker = "•" if number is None else f"{number}."
            self._lists[-1] = None if number is None else number + 1

    def _place(self) -> Place:
        place, self._marker = place_in(len(self._lists), self._quoted, self._marker), ""
        return place

    def _prose(self, content: str) -> Iterator[Block]:
        found = self._runs(content)
        place = self._place()
        if place.marker:
            found, place = marked(found, place)
        whole = tuple(run for run in found if run.words.strip())
        number = re.fullmatch(r"[,.]?\s*(\(\w{1,8}\))", whole[-1].words.strip()) if len(whole) == 2 else None
        if whole and whole[0].style == "formula" and (len(whole) == 1 or number):
            yield Formula(inner(whole[0].words)[0], number[1] if number else "", place)
        elif whole:
            yield Prose(found, place)

    def _table(self, tokens: Iterator[Token]) -> Iterator[Block]:
        """The table, or the formulas that it is only the layout of."""
        rows: list[list[Runs]] = []
        left = 0
        self._tokens.spent += FOR_TABLE
        for token in tokens:
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "inline":
                rows[-1].append(self._runs(token.content))
            else:
                left = token.meta["left"]
                break
        place = self._place()
        kept = [row for row in rows if any(said(cell) for cell in row)]
        if not left and (formulas := equations(kept, place)) is not None:
            yield from formulas
        elif kept or left:
            head = 1 if rows[0] in kept else 0
            yield Table(tuple(map(tuple, kept)), head, place, left)

    def _runs(self, content: str) -> Runs:
        """What stands in a paragraph, heading or cell."""
        if len(content) > LONGEST_INLINE or content.count("[") > MOST_BRACKETS:
            return tuple(runs(content, "", "", self._formulas))
        found = self._markdown.within(content)
        self._tokens.spent += len(found)
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
                link = links[-1] if links else ""
                if "#" in link and token.content[:1].isdigit() and made and made[-1].words[-1:].isalpha():
                    made.append(Run(" "))  # converters write “Figure[3](…)”
                made += self._of(token, style, link)
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


def _are_sections(tokens: Iterable[Token]) -> bool:
    """Whether headings of the first level are sections: there are many of them, and only one paper."""
    return sum(token.type == "heading_open" and token.tag == "h1" for token in tokens) > 2


def _narrow(mark: re.Match[str]) -> str:
    """The mark of an ordered item in four columns: converters set in by four what is inside, after a mark of five."""
    return f"{mark[1]}{mark[2]}.".ljust(len(mark[1]) + 4)
