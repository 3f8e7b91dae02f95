"""Papers to text, by the name of a format. A renderer is one function from papers to one string.

Adding a format is a file with such a function and a line in `FORMATS`.
"""

from __future__ import annotations

from papercli.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from papercli.paper import Entry

FORMATS = {
    "cards": "papercli.render.cards:cards",
    "json": "papercli.render.json:array",
    "jsonl": "papercli.render.json:lines",
    "tsv": "papercli.render.lines:tsv",
    "ids": "papercli.render.lines:ids",
}


@value
class View:
    """What a renderer knows besides the papers."""

    width: int = 80
    """Columns of the terminal."""

    color: bool = False
    links: bool = False
    unicode: bool = True
    plain: bool = False
    """One fact a line, named in words, as a screen reader wants it."""

    abstract: bool = False
    """Whole abstracts, not their beginning."""

    caption: tuple[str, str] = ("", "")
    """Title of the listing and a remark on it; both may be empty."""

    pages: bool = False
    """All about each paper, with what links to it, rather than a list of them."""

    single: bool = False
    """One paper was asked for: a machine format gives it bare, not in a list."""


def render(entries: Sequence[Entry], format: str, view: View) -> str:
    """The papers as `format`, ending in a newline unless empty. `format` is one of FORMATS."""
    module, name = FORMATS[format].split(":")
    return getattr(__import__(module, fromlist=[name]), name)(entries, view)  # type: ignore[no-any-return]
