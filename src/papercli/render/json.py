"""JSON: an array of objects, or an object a line. Every row has every public field, in the order of the contract, or
exactly those asked for, in the order asked."""

from __future__ import annotations

import json
from datetime import date, datetime

from papercli.paper import FIELDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from papercli.paper import Entry
    from papercli.render import View


def array(entries: Iterable[Entry], view: View) -> Iterator[str]:
    """One array, also when empty, a paper a line; or, for a single paper that was asked for by id, one object."""
    rows = (_text(entry, view) for entry in entries)
    if view.single and (row := next(rows, "")):
        return iter((row, "\n"))
    return in_array(rows)


def lines(entries: Iterable[Entry], view: View) -> Iterator[str]:
    """One object a line (jsonlines.org)."""
    return (_text(entry, view) + "\n" for entry in entries)


def in_array(rows: Iterable[str]) -> Iterator[str]:
    """Texts of JSON as one array, a text a line."""
    before = "["
    for row in rows:
        yield before + row
        before = ",\n"
    yield "[]\n" if before == "[" else "]\n"


def record(entry: Entry, names: Sequence[str] = FIELDS) -> dict[str, Any]:
    """The named fields in order, as JSON's own kinds: days YYYY-MM-DD, instants RFC 3339 in UTC."""
    return {name: getattr(entry, name) for name in names}


def _text(entry: Entry, view: View) -> str:
    names = view.fields or ((*FIELDS, "linked") if view.pages else FIELDS)
    row = record(entry, names)
    if view.why and not view.fields:
        row["why"] = entry.why
    if entry.provenance is not None:
        row["provenance"] = {name: {"source": source, "at": at} for name, (source, at) in entry.provenance.items()}
    return json.dumps(row, ensure_ascii=False, default=_plain)


def _plain(thing: Any) -> str:
    if isinstance(thing, datetime):
        return thing.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(thing, date):
        return thing.isoformat()
    raise TypeError(f"{type(thing).__name__} has no place in JSON")
