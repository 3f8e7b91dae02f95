"""The text of a paper as values: blocks in the order of the page, and the runs of words in them.

Nothing here is nested, however deep a page was: a block says how deep it stands. Readers make the blocks one by one,
so that whoever draws them may begin before the last is read.
"""

from __future__ import annotations

from papercli.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


@value
class Run:
    """Words of one kind, cleaned; white space at their ends counts, a newline is a line break."""

    words: str
    style: str = ""
    """"", "strong", "emphasis", "dim", "code", "image" (the words are what it shows), "formula" (TeX as it was written,
    with what marks it as such, if anything), or "tex" (prose with TeX in it, as abstracts have it)."""

    link: str = ""
    """An `http(s)` URL, or ""."""


Runs = tuple[Run, ...]


@value
class Place:
    """Where a block stands."""

    depth: int = 0
    """Lists around it."""

    quoted: int = 0
    """Quotations around it."""

    marker: str = ""
    """What stands before it: "•", "3.", "[12]"; "" in the further blocks of an item."""


TOP = Place()
DEEPEST = 8
"""Lists and quotations in one another; what is deeper stands there too."""


@value
class Heading:
    """`level` is 1 for the title of the paper, 2 for a section, 3 for one in it."""

    level: int
    number: str
    """As the paper has it: "3.1", "A", "II-B"; "" where it has none."""

    runs: Runs
    listed: bool = True
    """Whether it belongs into the table of contents."""


@value
class Prose:
    """A paragraph, or an item of a list."""

    runs: Runs
    place: Place = TOP


@value
class Code:
    """Lines that are to stay as they are."""

    text: str
    place: Place = TOP


@value
class Formula:
    """A formula of its own."""

    tex: str
    number: str = ""
    place: Place = TOP


@value
class Table:
    """Cells by rows; the first `head` rows name the columns. Rows need not be of the same length."""

    rows: tuple[tuple[Runs, ...], ...]
    head: int = 0
    place: Place = TOP
    left: int = 0
    """Rows after these that are left out: there are more than any paper has."""


@value
class Figure:
    """Images with what is written below them."""

    images: tuple[str, ...]
    """Their addresses, `http(s)`."""

    caption: Runs
    place: Place = TOP


@value
class Rest:
    """What comes after this in the text is left out: it is longer than the text of any paper."""

    share: float
    """How much of the text that is, of 1."""

    place: Place = TOP


Block = Heading | Prose | Code | Formula | Table | Figure | Rest
MOST_ROWS, MOST_CELLS, MOST_LETTERS = 5_000, 50_000, 300_000
"""Of a table; what is more is left out."""

LONGEST_PARAGRAPH, LONGEST_CODE = 50_000, 5_000
"""Characters of a paragraph, and lines of code; what is longer goes on in another."""


@value
class Text:
    """The whole text of a paper, as a source gave it."""

    form: str
    """"markdown" or "html"."""

    words: str
    """Decoded; control characters and the like may still be in it."""

    address: str
    """Where it is from, against which links in it are read."""


def blocks(text: Text) -> Iterator[Block]:
    """The blocks of a text, read as they are asked for."""
    if text.form == "html":
        from papercli.manuscript.html import read
    else:
        from papercli.manuscript.markdown import read

    return read(text)


def place_in(lists: int, quotations: int, marker: str) -> Place:
    """Where a block stands that is in so many lists and quotations; `marker` is what stands before it there."""
    return Place(min(lists, DEEPEST), min(quotations, DEEPEST), marker) if lists or quotations else TOP


def codes(text: str, place: Place) -> Iterator[Code]:
    """The lines as code, a great many of them in parts."""
    if text.count("\n") < LONGEST_CODE:
        yield Code(text, place)
        return
    lines = text.split("\n")
    for at in range(0, len(lines), LONGEST_CODE):
        yield Code("\n".join(lines[at : at + LONGEST_CODE]), place)


def left_out(block: Block) -> str:
    """What is left out in its place; "" where nothing is."""
    if isinstance(block, Rest):
        return f"the rest of the text, about {max(1, min(99, round(100 * block.share)))} % of it"
    if isinstance(block, Table) and block.left:
        return f"{block.left:,} more row{'s' if block.left > 1 else ''}"
    return ""


def said(runs: Runs) -> str:
    """The words alone, in one line."""
    return " ".join("".join(run.words for run in runs).split())
