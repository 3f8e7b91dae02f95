"""Papers to text, by the name of a format. A renderer is one function from papers to one string, or to strings that
come as it goes through the papers.

Adding a format is a file with such a function and a line in `FORMATS`.
"""

from __future__ import annotations

from papercli.mathematics import drawn
from papercli.value import changed, value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from papercli.console import Console
    from papercli.paper import Entry

FORMATS = {
    "cards": "papercli.render.cards:cards",
    "table": "papercli.render.table:table",
    "compact": "papercli.render.compact:compact",
    "json": "papercli.render.json:array",
    "jsonl": "papercli.render.json:lines",
    "tsv": "papercli.render.lines:tsv",
    "csv": "papercli.render.csv:csv",
    "bibtex": "papercli.render.bibtex:bibtex",
    "biblatex": "papercli.render.bibtex:biblatex",
    "ris": "papercli.render.ris:ris",
    "csl": "papercli.render.csl:csl",
    "text": "papercli.render.text:text",
    "md": "papercli.render.markdown:markdown",
    "html": "papercli.render.html:html",
    "atom": "papercli.render.atom:atom",
    "rss": "papercli.render.rss:rss",
    "jsonfeed": "papercli.render.jsonfeed:jsonfeed",
    "ids": "papercli.render.lines:ids",
    "urls": "papercli.render.lines:urls",
}
REFERENCES = ("bibtex", "biblatex", "ris", "csl")
"""Formats of `papers cite`."""

DOCUMENTS = ("json", "csl")
"""Formats of which a part is nothing: it cannot be read."""

HUMAN = ("cards", "table", "compact")
"""Formats for people: with a caption, in colour, through the pager, as wide as the terminal."""

FEEDS = ("atom", "rss", "jsonfeed")
"""Formats for feed readers, which know a list again by its identity."""

TITLED = ("text", "md", "html", *FEEDS)
"""Formats for files that say what the list is called: with its title, but nothing that is true only now."""

WHOLE = (*HUMAN, *TITLED)
"""Formats that look at all papers before they say a word. Every other goes through them once, however many come."""

TOGETHER = 200  # papers that are written at once: fewer than the library reads at once


@value
class View:
    """What a renderer knows besides the papers."""

    width: int = 80
    """Columns of the terminal; 0 where there is none, and nothing need be cut."""

    color: bool = False
    links: bool = False
    unicode: bool = True
    plain: bool = False
    """One fact a line, named in words, as a screen reader wants it."""

    theme: str = "basic"
    """Which of `layout.THEMES` the colours are of."""

    abstract: bool = False
    """Whole abstracts, not their beginning."""

    caption: tuple[str, str] = ("", "")
    """Title of the listing and a remark on it; both may be empty."""

    identity: str = ""
    """What tells a feed from every other, the same on every day."""

    address: str = ""
    """Where a feed will be found; "" where that is not known."""

    preface: tuple[tuple[str, int], ...] = ()
    """(what, how many) to be told before the papers, such as the count of every day."""

    years: bool = False
    """Days are written with their year: the papers are of many."""

    fields: tuple[str, ...] = ()
    """Only these of a paper's fields, in this order; () for those of the format."""

    null: bool = False
    """A NUL ends each id, not a newline."""

    pages: bool = False
    """All about each paper, with what links to it, rather than a list of them."""

    why: bool = False
    """Why each paper is shown is among its data."""

    single: bool = False
    """One paper was asked for: a machine format gives it bare, not in a list."""

    mathematics: bool = False
    """TeX in titles and texts is drawn: the papers are for people. Else the text is data, as it was cleaned."""


def render(entries: Iterable[Entry], format: str, view: View) -> str:
    """The papers as `format`, ending in a newline unless empty. `format` is one of FORMATS."""
    return "".join(pieces(entries, format, view))


def pieces(entries: Iterable[Entry], format: str, view: View) -> Iterable[str]:
    """What `render` gives, a piece at a time: of papers that come one by one no more than a piece's are held. Those for
    a format of WHOLE are in a list."""
    module, name = FORMATS[format].split(":")
    if view.mathematics:
        entries = [with_mathematics(entry, format, view) for entry in entries]
    made = getattr(__import__(module, fromlist=[name]), name)(entries, view)
    return (made,) if isinstance(made, str) else together(made)


def together(texts: Iterable[str]) -> Iterator[str]:
    """The texts of papers, joined to pieces that are worth a write."""
    held: list[str] = []
    for text in texts:
        held.append(text)
        if len(held) == TOGETHER:
            yield "".join(held)
            held = []
    if held:
        yield "".join(held)


def with_mathematics(entry: Entry, format: str, view: View) -> Entry:
    """The entry with mathematics for TeX in what is shown of it; the same entry where there is none."""
    whole = view.abstract or view.pages or view.plain or format == "html"
    if format not in ("cards", "text", "html"):
        names: tuple[str, ...] = view.fields or ("title",)
    elif whole:
        names = ("title", "abstract", "ai_summary")
    else:  # the one that a card begins
        names = ("title", "ai_summary" if entry.ai_summary else "abstract")
    changes = {}
    for name in ("title", "abstract", "ai_summary"):
        if name in names and (text := getattr(entry, name)):
            found = drawn(text, plainly=view.plain or not view.unicode)
            if found is not text:
                changes[name] = found
    return changed(entry, **changes) if changes else entry


def about(format: str) -> str:
    """What the format is, in its renderer's own words: the first line of them."""
    module, name = FORMATS[format].split(":")
    words = getattr(__import__(module, fromlist=[name]), name).__doc__ or ""
    return str(words).partition("\n")[0].rstrip(".")


def view(
    format: str, console: Console, *, theme: Callable[[], str], caption: Callable[[], tuple[str, str]], **asked: Any
) -> View:
    """How papers are seen as `format` on this console; `asked` are further names of View.

    Cards look the same in a pipe; a table there is data: whole, and without a caption. Raises BadRequest when a field
    is asked for that no list knows.
    """
    if "linked" in asked["fields"] and not asked.get("pages"):
        from papercli.render.fields import not_in_a_list

        raise not_in_a_list()
    if format in TITLED:
        return View(caption=(caption()[0], ""), mathematics=format in ("text", "html"), **asked)
    if format not in HUMAN:
        return View(**asked)
    whole = format != "cards" and not console.is_terminal
    return View(
        width=0 if whole else console.width, color=console.color, links=console.links,
        unicode=whole or console.unicode, plain=console.plain, theme=theme(), caption=("", "") if whole else caption(),
        mathematics=not whole, **asked,
    )  # fmt: skip


def theme_for(asked: str, ground: str) -> str:
    """The theme asked for; for "auto" the one that suits the terminal's ground, where that is known.

    Some terminals tell it in COLORFGBG, `ground`: its last number is the background's colour, of which 7 and 15 are
    white (rxvt(1)).
    """
    color = ground.rpartition(";")[2]
    if asked != "auto" or not (color.isascii() and color.isdigit()):
        return "basic" if asked == "auto" else asked
    return "light" if color in ("7", "15") else "dark"
