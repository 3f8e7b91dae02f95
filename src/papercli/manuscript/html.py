"""A paper's text in HTML, as LaTeXML makes it for arXiv, read into blocks.

The standard library's parser calls for every tag; nothing is built of them but what is shown. It is fed in pieces and
never told that the text has ended: both keep what it looks at again short, whatever a broken page holds.
"""

from __future__ import annotations

from html.parser import HTMLParser

from papercli.manuscript.elements import Page

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from papercli.manuscript import Block, Text

PIECE = 16_384  # characters
LONGEST_TAG = 1 << 18  # characters of one tag or script; a page that goes on without an end is broken
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
    # The parser fails on what looks like a marked section of SGML (`<![x`), which HTML has not.
    words = text.words.replace("<![", "&lt;![")
    reader = _Reader(text.address)
    for at in range(0, len(words), PIECE):
        reader.feed(words[at : at + PIECE])
        yield from reader.page.taken()
        if len(reader.rawdata) > LONGEST_TAG:
            break
    reader.page.flush()
    yield from reader.page.taken()


class _Reader(HTMLParser):
    """Follows which elements are open, and tells the page of those that count."""

    def __init__(self, address: str) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page(address)
        self._open: list[tuple[str, str, str]] = []  # (tag, what the page calls it, its classes)
        self._many: dict[str, int] = {}
        self._skipping = 0  # how many elements were open when one came that is not shown; 0 for none

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: said or "" for name, said in attrs}
        if tag == "base":
            self.page.based(given.get("href", ""))
        if tag in VOID:
            if not self._skipping:
                self._void(tag, given)
            return
        kind = ""
        if not self._skipping:
            if tag in SKIPPED or not SKIPPED_CLASSES.isdisjoint(given.get("class", "").split()):
                self._skipping = len(self._open) + 1
            elif tag == "math" and given.get("alttext"):
                self.page.formula(given["alttext"])
                self._skipping = len(self._open) + 1
            else:
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
        if not self._many.get(tag):
            return
        last = ""
        while last != tag:
            last, kind, classes = self._open.pop()
            self._many[last] -= 1
            if len(self._open) < self._skipping:
                self._skipping = 0
            elif not self._skipping:
                self.page.closed(last, kind, classes)

    def handle_data(self, data: str) -> None:
        if not self._skipping:
            self.page.said(data)
