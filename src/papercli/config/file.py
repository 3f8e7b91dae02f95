"""config.toml, read: its values by name, or what is wrong with it and on which line."""

from __future__ import annotations

import os
import re
import time
import tomllib

from papercli import folders
from papercli.config import MAX_BYTES, NAMED
from papercli.config.places import lines
from papercli.errors import BadRequest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SECTIONS = tuple(dict.fromkeys(name.partition(".")[0] for name in NAMED))
MOST_TOLD = 20
SETTLED = 2.0
"""Seconds. A file younger than this may change once more and keep its time, which some disks count in two seconds."""


def values_of(path: str, data: bytes) -> dict[str, Any]:
    """The values in `data`, the bytes of the file at `path`, by name (`section.key`).

    Raises BadRequest, with the file and the line, for the first thing that is wrong.
    """
    text = text_of(path, data)
    tables = tables_of(path, text)
    if wrong := problems(path, text, tables):
        raise wrong[0]
    return {f"{section}.{key}": given for section, table in tables.items() for key, given in table.items()}


def text_of(path: str, data: bytes) -> str:
    """The text of the file. Raises BadRequest when it is too long or not UTF-8."""
    if len(data) > MAX_BYTES:
        raise BadRequest(f"{path} is longer than 1 MiB", hint="settings take a few lines")
    if data.startswith(b"\xef\xbb\xbf"):
        raise BadRequest(f"{path}:1: begins with a byte-order mark", hint="save it as UTF-8 without one")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadRequest(f"{path}:{line}: is not UTF-8", hint="save it as UTF-8") from None


def tables_of(path: str, text: str) -> dict[str, Any]:
    """What tomllib makes of the text. Raises BadRequest, with the file and the line, when it is not TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said = str(error)
        at = re.search(r" \(at line ([0-9]+), column ([0-9]+)\)", said)
        line = at[1] if at else text.count("\n") + (not text.endswith("\n"))
        words = re.sub(r" \(at [^)]*\)$", "", said)
        words = f"{words[:1].lower()}{words[1:]}" + (f" in column {at[2]}" if at else " at the end of the file")
        raise BadRequest(f"{path}:{line}: {words}", hint='a setting looks like: sort = "comments"') from None
    except (ValueError, RecursionError, OverflowError):  # a number of 5,000 digits; brackets a thousand deep
        raise BadRequest(f"{path}:{_oddest(text)}: no setting can look like this") from None


def problems(path: str, text: str, tables: dict[str, Any]) -> list[BadRequest]:
    """What in the file is no setting, or not a value that the setting takes, in order of lines; the first few."""
    stands = lines(text)
    found = [
        (stands.get((section, *key), stands.get((section,), 1)), ".".join((section, *key)))
        for section, table in tables.items()
        for key in _wrong(section, table)
    ]
    return [BadRequest(f"{path}:{line}: {words}", hint=hint) for line, (words, hint) in
            ((line, _said(name)) for line, name in sorted(found)[:MOST_TOLD])]  # fmt: skip


def _wrong(section: str, table: object) -> list[tuple[str, ...]]:
    """The keys of a section that are wrong; of a section that is itself wrong, an empty key."""
    if section not in SECTIONS or not isinstance(table, dict):
        return [()]
    settings = {key: NAMED.get(f"{section}.{key}") for key in table}
    return [(key,) for key, setting in settings.items() if setting is None or not setting.takes(table[key])]


def _said(name: str) -> tuple[str, str]:
    """What is wrong with a setting or section of that name, and what may be meant."""
    if name in SECTIONS:
        return f"{name} is a table of settings", f"write [{name}], and its settings below it"
    if name in NAMED:
        return f"{name} is {NAMED[name].wanted}", ""
    return f"there is no setting {name}", meant_by(name)


def meant_by(name: str) -> str:
    """A hint that names the settings which `name` looks like, or says where they are listed."""
    from difflib import get_close_matches

    short = {known.rpartition(".")[2]: known for known in NAMED}
    near = get_close_matches(name, [*NAMED, *SECTIONS], 2, 0.75)
    near += [short[key] for key in get_close_matches(name.rpartition(".")[2], short, 2, 0.75)]
    unique = list(dict.fromkeys(near))[:2]
    return f"did you mean {' or '.join(unique)}?" if unique else "papers config show lists the settings"


def _oddest(text: str) -> int:
    """The number of the longest line."""
    lines = text.split("\n")
    return max(range(len(lines)), key=lambda number: len(lines[number])) + 1


def keep_copy(path: str, stamp: list[int], values: dict[str, Any]) -> None:
    """Keep the values that were read in the file with this stamp (its mtime in nanoseconds first). That it cannot be
    written is no reason to fail: the file is parsed again next time."""
    if time.time() - stamp[0] / 1e9 < SETTLED:
        return
    import json

    draft = f"{path}.{os.getpid()}"
    try:
        folders.make(os.path.dirname(path))
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
            json.dump({"stamp": stamp, "values": values}, file)
        os.replace(draft, path)
    except OSError:
        return
