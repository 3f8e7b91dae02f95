"""A paper a line, for pipes: nothing cut, no header, no colour."""

from __future__ import annotations

from datetime import datetime

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from papercli.paper import Entry
    from papercli.render import View

COLUMNS = ("id", "listed", "upvotes", "title", "authors", "url")

# Cleaned text holds none of them; a library written by another hand might.
_BLANKS = {ord(blank): " " for blank in "\t\n\r"}


def tsv(entries: Iterable[Entry], view: View) -> Iterator[str]:
    """`id, listed, upvotes, title, authors, url`, or the fields asked for, with tabs between."""
    names = view.fields or COLUMNS
    return ("\t".join(cell(entry, name).translate(_BLANKS) for name in names) + "\n" for entry in entries)


def ids(entries: Iterable[Entry], view: View) -> Iterator[str]:
    """The bare arXiv id of each paper, each ended by a newline, or by a NUL for `xargs -0`."""
    end = "\0" if view.null else "\n"
    return (entry.id + end for entry in entries)


def urls(entries: Iterable[Entry], view: View) -> Iterator[str]:
    """The address of each paper's page."""
    return (entry.url + "\n" for entry in entries)


def cell(entry: Entry, name: str) -> str:
    """A field as text: what is unknown is "", lists are joined by "; ", days YYYY-MM-DD, instants RFC 3339 in UTC,
    marks `true` or `false`, and what links to the paper is JSON."""
    known = getattr(entry, name)
    if known is None:
        return ""
    if isinstance(known, tuple):
        return "; ".join(known)
    if isinstance(known, bool):
        return "true" if known else "false"
    if isinstance(known, datetime):
        return known.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(known, dict):
        from json import dumps

        return dumps(known, ensure_ascii=False)
    return str(known)
