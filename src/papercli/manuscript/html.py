"""A paper's text in HTML, as LaTeXML makes it for arXiv, read into blocks.

The standard library's parser calls for every tag; nothing is built of them but what is shown. It is fed in pieces and
never told that the text has ended: both keep what it looks at again short, whatever a broken page holds.
"""

from __future__ import annotations

from html.parser import HTMLParser

from papercli.manuscript import Rest
from papercli.manuscript.elements import Page

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from papercli.manuscript import Block, Text

PIECE = 16_384  # characters
LONGEST_TAG = 1 << 17  # characters of one tag or script; a page that goes on without an end is broken
MOST_WORK = 6_000_000
"""What is done for a page, of which the least is a tag that is not shown: 16 MB of nothing but MathML have less."""

FOR_SHOWN, FOR_LINK, FOR_LINE, FOR_FORMULA, FOR_BLOCK = 3, 10, 10, 10, 20
MOST_OPEN, MOST_HELD = 20_000, 100_000
"""Elements in one another, and pieces of text in one of them, beyond which a page is broken."""

LONGEST_END = 100  # characters of a tag without its end, after which nothing comes
VOID = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"))
SKIPPED = frozenset(
    ("script", "style", "head", "nav", "footer", "button", "svg", "annotation", "annotation-xml", "template")
)
SKIPPED_CLASSES = frozenset(
    ("ltx_page_navbar", "ltx_page_footer", "ltx_pagination", "ltx_ERROR", "ltx_dates", "ltx_listing_data", "ltx_TOC",
     "package-alerts", "ltx_tag_note", "ltx_rdf")
)  # fmt: skip


def read(text: Text) -> Iterator[Block]:
    """The blocks of a text."""
    reader, at, length = _Reader(text.address), 0, len(text.words)
    while at < length and not reader.over():
        end = _end(text.words, at + PIECE)
        # The parser fails on what looks like a marked section of SGML (`<![x`), which HTML has not.
        reader.feed(text.words[at:end].replace("<![", "&lt;!["))
        at = end
        yield from reader.taken()
    reader.finish()
    yield from reader.taken()
    left = length - at + len(reader.rawdata)
    if at < length or left > LONGEST_END:
        yield Rest(left / length)


def _end(words: str, at: int) -> int:
    """The place, or one before it, where no `<![` is cut."""
    return at - 2 if words.startswith("<!", at - 2) else at - 1 if words.startswith("<", at - 1) else at


class _Reader(HTMLParser):
    """Follows which elements are open, and tells the page of those that count."""

    def __init__(self, address: str) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page(address)
        self._open: list[tuple[str, str, str]] = []  # (tag, what the page calls it, its classes)
        self._many: dict[str, int] = {}
        self._skipping = 0  # how many elements were open when one came that is not shown; 0 for none
        self._work = 0

    def over(self) -> bool:
        """Whether no more of the page is read."""
        self.page.settle()
        return (
            self._work > MOST_WORK
            or len(self.rawdata) > LONGEST_TAG
            or len(self._open) > MOST_OPEN
            or self.page.held() > MOST_HELD
        )

    def taken(self) -> Iterator[Block]:
        """The blocks that are whole, each once."""
        for block in self.page.taken():
            self._work += FOR_BLOCK
            yield block

    def finish(self) -> None:
        """End all that has no end in the page."""
        while self._open:
            self.handle_endtag(self._open[-1][0])
        self.page.flush()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._work += 1 if self._skipping else FOR_SHOWN
        given = {name: said or "" for name, said in attrs}
        if tag == "base":
            self.page.based(given.get("href", ""))
        if tag in VOID:
            if not self._skipping:
                self._work += FOR_LINE + (FOR_LINK if tag == "img" else 0)
                self._void(tag, given)
            return
        kind = ""
        if not self._skipping:
            if tag in SKIPPED or not SKIPPED_CLASSES.isdisjoint(given.get("class", "").split()):
                self._skipping = len(self._open) + 1
            elif tag == "math" and given.get("alttext"):
                self._work += FOR_FORMULA
                self.page.formula(given["alttext"])
                self._skipping = len(self._open) + 1
            else:
                self._work += FOR_LINK if tag == "a" else 0
                kind = self.page.opened(tag, given)
        self._open.append((tag, kind, given.get("class", "")))
        self._many[tag] = self._many.get(tag, 0) + 1

    def _void(self, tag: str, given: dict[str, str]) -> None:
        if tag == "br":
            self.page.broken()
        elif tag == "hr":
            self.page.ruled()
        elif tag == "img":
            self.page.image(given.get("src", ""), given.get("alt", ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        self._work += 1 if self._skipping else FOR_SHOWN
        if not self._many.get(tag):
            return
        last = ""
        while last != tag:
            last, kind, classes = self._open.pop()
            self._many[last] -= 1
            if not self._many[last]:
                del self._many[last]
            if len(self._open) < self._skipping:
                self._skipping = 0
            elif not self._skipping:
                self.page.closed(last, kind, classes)

    def handle_data(self, data: str) -> None:
        self._work += 1
        if not self._skipping:
            self._work += FOR_SHOWN + len(data) // 8 + 3 * data.count("\n")
            self.page.said(data)

    def handle_comment(self, data: str) -> None:
        self._work += FOR_SHOWN
