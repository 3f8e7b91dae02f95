"""What the elements of LaTeXML's HTML mean for a reader: sections, paragraphs, lists, code, footnotes."""

from __future__ import annotations

import re

from papercli.manuscript import Heading, Place, Prose, Run, codes
from papercli.manuscript import said as words_of
from papercli.manuscript.gathering import MOST_INSIDE
from papercli.manuscript.tabular import Tabular

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from papercli.manuscript import Runs

BLOCKS = frozenset(
    ("p", "div", "section", "article", "ul", "ol", "dl", "li", "dt", "dd", "table", "figure", "blockquote", "pre",
     "header", "main", "h1", "h2", "h3", "h4", "h5", "h6")
)  # fmt: skip
CLASSES = {
    "ltx_eqn_table": "equations", "ltx_eqn_row": "equation", "ltx_tag_equation": "number", "ltx_note_mark": "mark",
    "ltx_note": "note", "ltx_tag_item": "item tag", "ltx_tag_bibitem": "bib tag", "ltx_bibblock": "bibblock",
    "ltx_listing": "listing", "ltx_listingline": "line", "ltx_caption": "caption", "ltx_quote": "quote",
    "ltx_tabular": "table", "ltx_thead": "head", "ltx_tr": "row", "ltx_td": "cell", "ltx_th": "cell",
}  # fmt: skip
TAGS = {
    "table": "table", "thead": "head", "tr": "row", "td": "cell", "th": "cell", "ul": "list", "ol": "list",
    "dl": "list", "li": "item", "dt": "item", "figure": "figure", "figcaption": "caption", "blockquote": "quote",
    "pre": "listing", "a": "link", **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
    **dict.fromkeys(("b", "strong", "em", "i", "code", "tt"), "style"),
}  # fmt: skip
STYLES = {
    "b": "strong", "strong": "strong", "em": "emphasis", "i": "emphasis", "code": "code", "tt": "code",
    "ltx_font_bold": "strong", "ltx_font_italic": "emphasis", "ltx_font_typewriter": "code",
}  # fmt: skip
LEVELS = {
    "document": 1, "part": 2, "chapter": 2, "section": 2, "appendix": 2, "bibliography": 2, "abstract": 2, "index": 2,
    "acknowledgements": 2, "subsection": 3, "subsubsection": 4, "h1": 1, "h2": 2, "h3": 3, "h4": 4,
}  # fmt: skip
INSIDE = frozenset(("heading", "tag", "caption", "note", "mark", "item tag", "number", "bib tag", "listing", "cell"))
IN_TABLES = frozenset(("head", "row", "cell"))
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


class Page(Tabular):
    """Told of elements as they begin and end, in order."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self._tag = ""  # the number of the heading that is being read
        self._mark = ""

    def opened(self, tag: str, given: Mapping[str, str]) -> str:
        """Begin an element; the answer, "" where it means nothing by itself, is wanted back when it ends."""
        kind = self._kind(tag, given.get("class", "").split())
        if tag in BLOCKS and kind not in IN_TABLES and not self._equations:
            self.flush()
        if kind in INSIDE:
            self._begin()
        if begin := getattr(self, f"_begin_{kind.replace(' ', '_')}", None):
            begin(tag, given)
        return kind

    def closed(self, tag: str, kind: str, classes: str) -> None:
        """End an element that `opened` called `kind`."""
        if end := getattr(self, f"_end_{kind.replace(' ', '_')}", None):
            end(tag, classes)
        elif tag in BLOCKS and not self._equations:
            self.flush()

    def _kind(self, tag: str, classes: Sequence[str]) -> str:
        if not self._begun:
            return "article" if tag == "article" or "ltx_document" in classes else ""
        if tag == "table" and ("ltx_equation" in classes or "ltx_equationgroup" in classes):
            kind = "equations"
        else:
            kind = next((CLASSES[name] for name in classes if name in CLASSES), "") or TAGS.get(tag, "")
        if not kind and "ltx_tag" in classes and self._outer:
            kind = "tag"
        if not kind and any(name in STYLES for name in classes):
            kind = "style"
        return kind if self._fits(kind) else ""

    def _fits(self, kind: str) -> bool:
        """Whether it can mean that here: a cell only in a table, and nothing without end in itself."""
        if kind in ("equations", "equation", "number"):
            return not self._outer if kind == "equations" else self._equations > 0
        if self._equations:
            return kind in ("link", "style")
        if kind in IN_TABLES:
            return bool(self._tables) and len(self._outer) < MOST_INSIDE
        if kind in ("table", "figure"):
            return len(self._tables) < 3 and len(self._figures) < MOST_INSIDE
        return kind not in INSIDE or len(self._outer) < MOST_INSIDE

    def _begin_article(self, tag: str, given: Mapping[str, str]) -> None:
        self._begun = True

    # Styles, links

    def _begin_style(self, tag: str, given: Mapping[str, str]) -> None:
        named = next((STYLES[name] for name in given.get("class", "").split() if name in STYLES), "")
        self._styles.append(named or STYLES[tag])

    def _end_style(self, tag: str, classes: str) -> None:
        self._styles.pop()

    def _begin_link(self, tag: str, given: Mapping[str, str]) -> None:
        self._links.append(self._absolute(given.get("href", "")))

    def _end_link(self, tag: str, classes: str) -> None:
        self._links.pop()

    # Headings

    def _begin_heading(self, tag: str, given: Mapping[str, str]) -> None:
        self._tag = ""

    def _end_tag(self, tag: str, classes: str) -> None:
        found = self._end()
        self._tag = self._tag or words_of(found)
        self._runs += found

    def _end_heading(self, tag: str, classes: str) -> None:
        found = self._end()
        names = re.findall(r"ltx_title_([a-z]+)", classes) or [tag]
        level = next((LEVELS[name] for name in names if name in LEVELS), 0)
        if not words_of(found):
            return
        if not level:  # a theorem, or a run-in title
            self._ready.append(Prose((Run(words_of(found), "strong"),), self._place()))
            return
        number = re.sub(r"^(Appendix|Chapter|Part)\s+", "", self._tag).rstrip(".: ")
        self._ready.append(Heading(level, number, tuple(_after(found, self._tag))))

    def ruled(self) -> None:
        """Hear of a rule across the page, which ends a paragraph."""
        if not self._equations:
            self.flush()

    # Lists, quotations, references

    def _begin_list(self, tag: str, given: Mapping[str, str]) -> None:
        self._lists.append(0)

    def _end_list(self, tag: str, classes: str) -> None:
        self.flush()
        self._lists.pop()
        if not self._lists:
            self._marker = ""  # of an item without anything in it

    def _begin_item(self, tag: str, given: Mapping[str, str]) -> None:
        self._marker = "•" if self._lists else ""

    def _end_item_tag(self, tag: str, classes: str) -> None:
        self._marker = words_of(self._end())[:12] or self._marker

    def _end_bib_tag(self, tag: str, classes: str) -> None:
        words = words_of(self._end())
        if len(words) <= 6:
            self._marker = words
        else:  # names and a year
            self._add(f"{words} ", "strong")

    def _end_bibblock(self, tag: str, classes: str) -> None:
        self._add(" ", "")

    def _begin_quote(self, tag: str, given: Mapping[str, str]) -> None:
        self._quoted += 1

    def _end_quote(self, tag: str, classes: str) -> None:
        self.flush()
        self._quoted -= 1

    # Footnotes

    def _begin_note(self, tag: str, given: Mapping[str, str]) -> None:
        self._mark = ""

    def _end_mark(self, tag: str, classes: str) -> None:
        words = words_of(self._end())
        self._mark = self._mark or words

    def _end_note(self, tag: str, classes: str) -> None:
        found = self._end()
        mark = self._mark.translate(_RAISED)[:6] or "*"
        if words_of(found):
            self._add(mark, "")
            self._notes.append(Prose(found, Place(1, 0, mark)))

    # Code

    def _begin_listing(self, tag: str, given: Mapping[str, str]) -> None:
        self._code += 1

    def _end_listing(self, tag: str, classes: str) -> None:
        text = "".join(run.words for run in self._end())
        self._code -= 1
        if self._outer:
            self._add(text, "")
        elif text.strip():
            self._ready.extend(codes(text.strip("\n").rstrip(), self._place()))

    def _end_line(self, tag: str, classes: str) -> None:
        self._add("\n", "")


def _after(found: Runs, tag: str) -> Iterator[Run]:
    """The runs without the number at their beginning."""
    left = "".join(tag.split())
    for run in found:
        words = run.words
        while left and words and (words[0].isspace() or words[0] == left[0]):
            left = left if words[0].isspace() else left[1:]
            words = words[1:]
        if words and (left or words.strip()):
            yield Run(words, run.style, run.link)
