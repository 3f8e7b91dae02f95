"""Which fields of a paper a person asks for with `--fields`, and what no format can give."""

from __future__ import annotations

from papercli.errors import BadRequest
from papercli.paper import FIELDS

TAKING = ("json", "jsonl", "csv", "tsv", "table")
"""The formats that have fields to choose from."""

LINKED = "linked"  # known only of papers asked for by id


def named(text: str | None, format: str, *, null: bool = False) -> tuple[str, ...]:
    """The names in `text`, which commas part, each once and in the order asked; () for None.

    Raises BadRequest when one is no field, or `format` has none to choose from; and when `null`, a NUL after each id,
    is asked for where there are not only ids.
    """
    if null and format != "ids":
        raise BadRequest(f"-0 is for ids, not for {format}", hint="add -o ids")
    if text is None:
        return ()
    if format not in TAKING:
        raise BadRequest(f"--fields is for {', '.join(TAKING)}; {format} has none", hint="choose one, as with -o table")
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",")))
    for name in names:
        if name not in (*FIELDS, LINKED):
            raise BadRequest(f"no such field: “{name}”; there are {', '.join((*FIELDS, LINKED))}", hint=_meant(name))
    return names


def not_in_a_list() -> BadRequest:
    """What is wrong with asking a list for what only pages know."""
    return BadRequest(f"no such field in a list: “{LINKED}”", hint="papers show ID knows what links to a paper")


def _meant(name: str) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name.lower().replace("-", "_"), (*FIELDS, LINKED), 3, 0.6)
    return f"did you mean {' or '.join(close)}?" if close else "papers today --json shows them all"
