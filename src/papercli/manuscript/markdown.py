"""A paper's text in Markdown, as Hugging Face makes it of arXiv's HTML, read into blocks.

CommonMark with tables, by markdown-it-py. Raw HTML stays text. Which blocks there are is read at once, which is cheap;
what stands in each when it is asked for.
"""

from __future__ import annotations

import re
from itertools import takewhile

from markdown_it import MarkdownIt

from papercli.manuscript import Code, Formula, Heading, Prose, Run, Table, place_in, said
from papercli.manuscript.doubled import single
from papercli.manuscript.formulas import hidden, inner, restored, runs
from papercli.manuscript.tidying import equations, figures, marked, sections
from papercli.text import folded, sheet, url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

    from papercli.manuscript import Block, Place, Runs, Text

LONGEST_INLINE, MOST_BRACKETS = 20_000, 1_000
"""Characters of a paragraph, and opening brackets in it, up to which emphasis and links are looked for: the library
takes the product of both."""

NESTED = 60  # of quotations, lists and emphasis; what is deeper is left out by the library
_ORDERED = r"(?m)^( *)(\d{1,2})\.   (?=\S)"
_FRONT = r"(Title|URL Source|Published Time|Number of Pages|Warning):[ ]*(.*)"


def read(text: Text) -> Iterator[Block]:
    """The blocks of the text, title first where it names one."""
    front, body = front_of(sheet(text.words))
    title = front.get("Title", "")
    if title:
        yield Heading(1, "", (Run(title),))
    source = _Reader(body, broken=bool(front), page=front.get("URL Source", ""))
    yield from figures(sections(source.blocks(), folded(title)))


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


class _Markdown(MarkdownIt):
    """Gives addresses as they are written: `text.url` says what they are worth, and the library would encode in them
    what that refuses."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - the library's name
        return url

    def validateLink(self, url: str) -> bool:  # noqa: N802
        return True


class _Reader:
    """Blocks as they stand in Markdown. With `broken` a line end in a paragraph is one, as converters write it;
    else a blank."""

    def __init__(self, body: str, *, broken: bool, page: str) -> None:
        text, self._formulas = hidden(re.sub(_ORDERED, _narrow, single(body)) if broken else body)
        self._markdown = _Markdown("commonmark", {"html": False, "maxNesting": NESTED}).enable("table")
        self._markdown.disable("inline")
        self._environ: dict[str, object] = {}
        self._tokens = self._markdown.parse(text, self._environ)
        self._broken, self._page = broken, page.partition("#")[0]
        self._deeper = _are_sections(self._tokens)
        self._quoted = 0
        self._lists: list[int | None] = []  # the next number, or None for bullets
        self._marker = ""

    def blocks(self) -> Iterator[Block]:
        tokens = iter(self._tokens)
        for token in tokens:
            if token.type == "heading_open":
                yield Heading(int(token.tag[1]) + self._deeper, "", self._runs(next(tokens).content))
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
            if not self._lists:
                self._marker = ""  # of an item without anything in it
        elif token.type == "list_item_open":
            number = self._lists[-1]
            self._marker = "•" if number is None else f"{number}."
            self._lists[-1] = None if number is None else number + 1

    def _place(self) -> Place:
        place, self._marker = place_in(len(self._lists), self._quoted, self._marker), ""
        return place

    def _prose(self, token: Token) -> Iterator[Block]:
        found = self._runs(token.content)
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
        for token in takewhile(lambda token: token.type != "table_close", tokens):
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
        if len(content) > LONGEST_INLINE or content.count("[") > MOST_BRACKETS:
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


def _are_sections(tokens: Sequence[Token]) -> bool:
    """Whether headings of the first level are sections: there are many of them, and only one paper."""
    return sum(token.type == "heading_open" and token.tag == "h1" for token in tokens) > 2


def _narrow(mark: re.Match[str]) -> str:
    """The mark of an ordered item in four columns: converters set in by four what is inside, after a mark of five."""
    return f"{mark[1]}{mark[2]}.".ljust(len(mark[1]) + 4)
