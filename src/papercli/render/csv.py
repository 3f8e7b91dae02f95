"""Comma-separated values (RFC 4180) for spreadsheets: a header of field names, then a paper a line."""

from __future__ import annotations

from papercli.render.lines import cell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from papercli.paper import Entry
    from papercli.render import View

COLUMNS = ("id", "listed", "rank", "upvotes", "comments", "stars", "title", "authors", "organization_name",
           "published", "keywords", "code", "url")  # fmt: skip

# What a spreadsheet takes for the beginning of a formula (owasp.org/www-community/attacks/CSV_Injection).
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def csv(entries: Iterable[Entry], view: View) -> Iterator[str]:
    """The fields asked for, or those that a person would sort by. Lines end in a newline alone, so that other tools
    for lines can read them too."""
    names = view.fields or COLUMNS
    yield _row(names)
    for entry in entries:
        yield _row(_harmless(cell(entry, name)) for name in names)


def _row(cells: Iterable[str]) -> str:
    # A line with nothing on it is no row to most readers; one empty cell is.
    return (",".join(map(_quoted, cells)) or '""') + "\n"


def _quoted(text: str) -> str:
    """The text, between quotes where it holds what would end a cell."""
    if any(sign in text for sign in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def _harmless(text: str) -> str:
    """The text, with an apostrophe before what a spreadsheet would compute; also one that splits at semicolons, as in
    countries that write a comma in their numbers."""
    if ";" in text:
        for sign in _FORMULA:
            text = text.replace(f";{sign}", f";'{sign}")
    return f"'{text}" if text.startswith(_FORMULA) else text
