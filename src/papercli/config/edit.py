"""A person's own TOML file, changed in place: one value put, taken out or renamed, and all else as it was.

The text around it stays, comments too. What cannot be changed safely is refused with its line.
"""

from __future__ import annotations

import os
import re

import tomli_w

from papercli.config.kept import bytes_of
from papercli.config.places import Place, has_comment, places
from papercli.config.toml import tables_of, text_of
from papercli.errors import BadRequest
from papercli.system import folders
from papercli.system.lock import Lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from papercli.config.kept import File

PATIENCE = 10.0  # seconds; a change takes a few milliseconds
_HEAD = re.compile(r"(?:[ \t]*\r?\n)*(?:[ \t]*#[^\n]*(?:\n|\Z))*")


def toml(given: Any) -> str:
    """A value as TOML writes it, on one line."""
    if isinstance(given, tuple | list):
        return f"[{', '.join(map(toml, given))}]"
    return tomli_w.dumps({"key": given}).removeprefix("key = ").rstrip("\n")


def with_value(file: File, text: str, name: str, given: Any) -> str:
    """`text`, the content of the file, with `name` (`table.key`, or `key` above the first table) at the value `given`,
    and all else the same.

    Raises BadRequest, with the line, when the text is not TOML, or is written so that this cannot be done safely. So do
    the two below.
    """
    table, _, key = name.rpartition(".")
    given = list(given) if isinstance(given, tuple) else given
    before = _table(file, text, table)
    return _compared(file, text, _put(file, text, table, key, given), table, {**before, key: given})


def without(file: File, text: str, name: str) -> str:
    """`text` without `name` and its value; a comment behind them stays, on a line of its own."""
    table, key = name.split(".")
    before = _table(file, text, table)
    place = _place(file, text, table, key)
    begin, end = text.rfind("\n", 0, place.key) + 1, text.find("\n", place.end) + 1 or len(text)
    comment = text[place.end : end].lstrip(" \t")
    changed = text[:begin] + (comment if comment.startswith("#") else "") + text[end:]
    return _compared(file, text, changed, table, {other: before[other] for other in before if other != key})


def renamed(file: File, text: str, name: str, new: str) -> str:
    """`text` with the key of `name` called `new`, a name of letters, digits, - and _ that its table does not have."""
    table, key = name.split(".")
    before = _table(file, text, table)
    place = _place(file, text, table, key)
    changed = text[: place.key] + new + text[place.key_end :]
    return _compared(file, text, changed, table, {new if other == key else other: before[other] for other in before})


def _table(file: File, text: str, table: str) -> dict[str, Any]:
    """What the table holds, with "" the file as a whole. Raises BadRequest when it is none."""
    tables = tables_of(file, text)
    held = tables.get(table, {}) if table else tables
    if not isinstance(held, dict):
        raise _refused(file, _line(text, table), f"{table} is not a table")
    return held


def _compared(file: File, before: str, after: str, table: str, wanted: dict[str, Any]) -> str:
    """`after`, when its tables are those of `before`, but `table` is as it is wanted."""
    was, text = tables_of(file, before), text_of(file, after.encode())
    try:
        read = tables_of(file, text)
    except BadRequest:  # which would name a line of a text that nobody has seen
        read = {table: None}
    if ({**was, table: wanted} if table else wanted) != ({table: {}, **read} if table else read):
        why = f"what is to change in {table or 'the file'} cannot be told from what is around it"
        raise _refused(file, _line(before, table), why)
    return after


def _place(file: File, text: str, table: str, key: str) -> Place:
    """Where the key, which the table has, stands."""
    found = {place.path: place for place in places(text) if not place.header}
    if place := found.get((table, key)):
        return place
    inside = found.get((table,))
    raise _refused(file, inside.line if inside else _line(text, table), f"{table} is written on one line")


def _put(file: File, text: str, table: str, key: str, given: Any) -> str:
    found, written = places(text), toml(given)
    newline = "\r\n" if "\r\n" in text else "\n"
    for place in found:
        if place.path == ((table, key) if table else (key,)) and not place.header:
            return _replaced(file, text, place, given)
        if place.path == (table,) and not place.header and table:
            raise _refused(file, place.line, f"{table} is written on one line")
    if not table:
        return _on_top(file, text, found, key, f"{key} = {written}", newline)
    header = next((place for place in found if place.header and place.path == (table,)), None)
    dotted = [place for place in found if not place.header and place.path[:1] == (table,)]
    if header is None and dotted:
        return _after(text, dotted[-1].end, f"{table}.{key} = {written}", newline)
    if header is None:
        gap = newline if text.strip() else ""
        start = text if not text or text.endswith("\n") else text + newline
        return f"{start}{gap}[{table}]{newline}{key} = {written}{newline}"
    return _after(text, _spot(text, header.end, found, key), f"{key} = {written}", newline)


def _replaced(file: File, text: str, place: Place, given: Any) -> str:
    """The text with another value at that place. One over several lines may hold what would be lost."""
    old = text[place.start : place.end]
    is_bare_array = isinstance(given, list) and old.startswith("[") and not has_comment(old)
    if "\n" in old and not is_bare_array:
        raise _refused(file, place.line, f"{'.'.join(place.path)} goes over several lines")
    return text[: place.start] + toml(given) + text[place.end :]


def _on_top(file: File, text: str, found: list[Place], key: str, line: str, newline: str) -> str:
    """The text with a new key above the first table: where such keys are, or below the comment at the beginning."""
    if any(place.path[:1] == (key,) for place in found):
        raise _refused(file, _line(text, key), f"{key} is a table")
    if spot := _spot(text, 0, found, key):
        return _after(text, spot, line, newline)
    head = _HEAD.match(text)
    begun, rest = (head[0], text[head.end() :]) if head else ("", text)
    if begun.strip():
        begun += newline if begun.endswith("\n") else newline * 2
    gap = newline if rest and not rest.startswith(("\n", "\r")) else ""
    return f"{begun}{line}{newline}{gap}{rest}"


def _spot(text: str, begin: int, found: list[Place], key: str) -> int:
    """Where a new key belongs in the table whose header ends at `begin`: below the comment that shows it, else below
    the last key; `begin` when there is neither."""
    end = next((place.start for place in found if place.header and place.start >= begin), len(text))
    if shown := re.compile(rf"^#[ \t]*{key}[ \t]*=[^\n]*", re.MULTILINE).search(text, begin, end):
        return shown.end()
    return max([begin, *(place.end for place in found if begin <= place.start < end and not place.header)])


def _after(text: str, at: int, line: str, newline: str) -> str:
    """The text with a line after the one that `at` is on."""
    end = text.find("\n", at)
    if end < 0:
        return f"{text}{newline}{line}{newline}"
    return f"{text[: end + 1]}{line}{newline}{text[end + 1 :]}"


def _line(text: str, table: str) -> int:
    return next((place.line for place in places(text) if place.path[:1] == (table,)), 1)


def _refused(file: File, line: int, why: str) -> BadRequest:
    return BadRequest(f"{file.path}:{line}: {why}", hint=f"change it by hand: {file.editor}")


def make(file: File, text: str) -> bool:
    """Write the file with that text, unless there is one: then False. Raises BadRequest when it cannot be written."""
    try:
        return folders.create(os.path.realpath(file.path), text.encode())
    except OSError as error:
        raise _unwritable(file, error) from error


def change(file: File, folder: str, changed: Callable[[str], str]) -> None:
    """Replace the file's text by what `changed` makes of it. A file that is not there is made, from no text.

    All of it or nothing: the new text replaces the file at once, through a link if it is one, with the mode it had.
    Of several processes one is at it; the others wait, by a lock in `folder`. Raises BadRequest when the file cannot be
    read or written, and whatever `changed` raises.
    """
    lock = Lock(os.path.join(folder, f"{os.path.basename(file.path)}.lock"), timeout=PATIENCE)
    try:
        with lock:
            _change(file, changed, alone=lock.held)
    except TimeoutError:
        raise BadRequest(
            f"another papers has been changing {file.path} for long", hint="end it, or try later"
        ) from None


def _change(file: File, changed: Callable[[str], str], *, alone: bool) -> None:
    path = os.path.realpath(file.path)
    before = bytes_of(file)
    after = changed(text_of(file, before or b"")).encode()
    if after == before:
        return

    def unchanged() -> bool:
        if bytes_of(file) != before:
            raise BadRequest(f"{file.path} was changed by someone else meanwhile", hint="run it again")
        return True

    try:
        if alone:
            _clear(os.path.dirname(path), folders.beginning(path))
        folders.replace(path, after, still=unchanged)
    except OSError as error:
        raise _unwritable(file, error) from error


def _clear(folder: str, drafts: str) -> None:
    """Remove what a process that was killed has left behind."""
    if os.path.isdir(folder):
        for name in os.listdir(folder):
            if name.startswith(drafts):
                os.remove(os.path.join(folder, name))


def _unwritable(file: File, error: OSError) -> BadRequest:
    return BadRequest(f"{file.path} cannot be written: {(error.strerror or str(error)).lower()}")
