"""topics.toml: the queries that a person follows and mutes, by name; reading it, and changing it in place."""

from __future__ import annotations

import os

from papercli.config.kept import MAX_BYTES, File, content
from papercli.errors import BadRequest
from papercli.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

COPY = "topics.json"
TABLES = ("follow", "mute")
LONGEST_NAME = 40
NAMES = f"letters, digits, - and _, at most {LONGEST_NAME}"
"""What a name may be made of, in words."""

TEMPLATE = """\
# What papers follows and mutes for you: a name for each query. papers help query tells how a query is written.

[follow]
# kv-cache = '"kv cache" OR quantization cat:cs.LG'

[mute]
# crypto = "blockchain OR crypto"
"""


@value
class Topics:
    """Queries by name, in the order of the file. Each is one clean line, and not looked at further."""

    follow: dict[str, str]
    mute: dict[str, str]


def read(path: str, folder: str, *, keep: bool = True) -> Topics:
    """What the topics.toml at `path` says; no topics when there is no file.

    A copy of it is kept in `folder` (that of kind "state"), so that an unchanged file is parsed once; without `keep`
    nothing is written. Raises BadRequest, with the file and the line, for the first thing in it that is wrong; whether
    the queries make sense is not asked.
    """
    file = file_at(path)
    tables = content(
        file, lambda: os.path.join(folder, COPY), fits=_fit, parse=lambda data: _tables(file, data), keep=keep
    )
    return Topics(tables.get("follow", {}), tables.get("mute", {}))


def line_of(path: str, table: str, name: str) -> int:
    """The line (from 1) on which the topic stands in the file at `path`, or its table does; 1 where it cannot be told.

    `table` is "follow" or "mute".
    """
    from papercli.config.places import lines
    from papercli.config.toml import tables_of, text_read

    try:
        text = text_read(file_at(path))
        tables_of(file_at(path), text)
    except BadRequest:
        return 1
    stands = lines(text)
    return stands.get((table, name), stands.get((table,), 1))


def file_at(path: str) -> File:
    """The topics.toml at `path`."""
    return File(path, "topic", 'kv-cache = "quantization"', "papers follow edit")


def is_name(name: str) -> bool:
    """Whether a topic can be called so: a name that TOML takes without quotes, and not a long one."""
    return name.isascii() and len(name) <= LONGEST_NAME and name.replace("-", "a").replace("_", "a").isalnum()


def wrong_name(name: str) -> str:
    """The sentence that says why a topic cannot be called so."""
    return f"“{name[: LONGEST_NAME * 2]}” is no name of a topic: {NAMES}"


def make(path: str, folder: str) -> None:
    """Write a file that explains itself, when there is none. Raises BadRequest when it cannot be written."""
    from papercli.config.edit import change

    change(file_at(path), folder, lambda text: text or TEMPLATE)


def add(path: str, folder: str, table: str, name: str, query: str) -> None:
    """Put a new topic at the end of its table. `folder` is that of kind "state": processes take turns there.

    Raises BadRequest when the name is taken or no name, and when the file is broken, or cannot be changed safely or
    written; then it stays as it was. So do those below.
    """
    from papercli.config.edit import with_value

    def added(file: File, text: str, held: dict[str, str]) -> str:
        if name in held:
            here = "papers follow edit" if table == "follow" else "papers mute remove"
            raise BadRequest(f"{name} is there already: {held[name]}", hint=f"{here} {name} changes that")
        return with_value(file, text, f"{table}.{name}", query)

    _change(path, folder, table, name, added)


def replace(path: str, folder: str, table: str, name: str, query: str) -> str:
    """Give a topic another query. Returns the old one."""
    from papercli.config.edit import with_value

    was: list[str] = []

    def replaced(file: File, text: str, held: dict[str, str]) -> str:
        was.append(known(held, table, name))
        return with_value(file, text, f"{table}.{name}", query)

    _change(path, folder, table, name, replaced)
    return was[0]


def rename(path: str, folder: str, table: str, name: str, new: str) -> None:
    """Call a topic otherwise; it stays where it is."""
    from papercli.config.edit import renamed

    def called(file: File, text: str, held: dict[str, str]) -> str:
        known(held, table, name)
        if new == name:
            return text
        if new in held:
            raise BadRequest(f"{new} is there already: {held[new]}", hint="take another name, or remove that one first")
        return renamed(file, text, f"{table}.{name}", new)

    _change(path, folder, table, new, called)


def remove(path: str, folder: str, table: str, name: str) -> str:
    """Take a topic out. Returns its query."""
    from papercli.config.edit import without

    was: list[str] = []

    def removed(file: File, text: str, held: dict[str, str]) -> str:
        was.append(known(held, table, name))
        return without(file, text, f"{table}.{name}")

    _change(path, folder, table, name, removed)
    return was[0]


def known(held: dict[str, str], table: str, name: str) -> str:
    """The query of that name. Raises BadRequest, with the nearest name, when there is none."""
    if name in held:
        return held[name]
    from difflib import get_close_matches

    near = get_close_matches(name, held, 1, 0.5)
    hint = f"did you mean {near[0]}?" if near else f"papers {table} list shows what there is"
    raise BadRequest(f"nothing called “{name[: LONGEST_NAME * 2]}” is {table.rstrip('e')}ed", hint=hint)


def _change(path: str, folder: str, table: str, name: str, changed: Callable[[File, str, dict[str, str]], str]) -> None:
    """Replace the file's text by what `changed` makes of it and of the table's topics, which are right."""
    if not is_name(name):
        raise BadRequest(wrong_name(name), hint=f"for example: papers {table} add kv-cache quantization")
    from papercli.config.edit import change

    file = file_at(path)
    change(file, folder, lambda text: changed(file, text, _tables(file, text.encode()).get(table, {})))


def _tables(file: File, data: bytes) -> dict[str, Any]:
    """The topics in `data`, the file's bytes, by table. Raises BadRequest for the first thing that is wrong."""
    from papercli.config.toml import tables_of, text_of, told
    from papercli.text import line

    text = text_of(file, data)
    tables = tables_of(file, text)
    if wrong := [(table, *key) for table, held in tables.items() for key in _wrong(table, held)]:
        raise told(file, text, wrong, _said)[0]
    return {table: {name: line(query, MAX_BYTES) for name, query in held.items()} for table, held in tables.items()}


def _wrong(table: str, held: object) -> Iterable[tuple[str, ...]]:
    """The names in a table that are wrong, or whose query is none; of what is no table of topics, an empty name."""
    if table not in TABLES or not isinstance(held, dict):
        return [()]
    return [(name,) for name, query in held.items() if not is_name(name) or not isinstance(query, str)]


def _said(parts: tuple[str, ...]) -> tuple[str, str]:
    """What is wrong with a table or topic of that name, and what may be meant."""
    if len(parts) == 2:
        if not is_name(parts[1]):
            return wrong_name(parts[1]), "give it another name"
        return f"the query of {'.'.join(parts)} is not text", 'write it in quotes: "quantization"'
    if parts[0] in TABLES:
        return f"{parts[0]} is a table of topics", f"write [{parts[0]}], and its topics below it"
    from difflib import get_close_matches

    near = get_close_matches(parts[0], TABLES, 1, 0.5)
    hint = f"did you mean {near[0]}?" if near else "topics stand below [follow] and [mute]"
    return f"there is no table {parts[0][: LONGEST_NAME * 2]}", hint


def _fit(tables: Any) -> bool:
    """Whether a copy holds topics, and nothing else."""
    return tables.keys() <= set(TABLES) and all(
        is_name(name) and type(query) is str for held in tables.values() for name, query in held.items()
    )
