"""config.toml, read: its values by name, or what is wrong with it and on which line."""

from __future__ import annotations

from papercli.config import NAMED
from papercli.config.toml import tables_of, text_of, told

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from papercli.config import Setting
    from papercli.config.kept import File
    from papercli.errors import BadRequest

SECTIONS = tuple(dict.fromkeys(name.partition(".")[0] for name in NAMED if "." in name))


def values_of(file: File, data: bytes) -> dict[str, Any]:
    """The values in `data`, the file's bytes, by name (`section.key`, or `key`).

    Raises BadRequest, with the file and the line, for the first thing that is wrong.
    """
    text = text_of(file, data)
    tables = tables_of(file, text)
    if wrong := problems(file, text, tables):
        raise wrong[0]
    alone = {name: given for name, given in tables.items() if name in NAMED}
    sections = {section: table for section, table in tables.items() if section not in NAMED}
    return alone | {f"{section}.{key}": given for section, table in sections.items() for key, given in table.items()}


def problems(file: File, text: str, tables: dict[str, Any]) -> list[BadRequest]:
    """What in the file is no setting, or not a value that the setting takes, in order of lines; the first few."""
    wrong = [(section, *key) for section, table in tables.items() for key in _wrong(section, table)]
    return told(file, text, wrong, _said)


def _wrong(section: str, table: object) -> list[tuple[str, ...]]:
    """The keys of a section that are wrong; an empty one where the section, or the setting outside any, is itself."""
    if section in NAMED:
        return [] if NAMED[section].takes(table) else [()]
    if section not in SECTIONS or not isinstance(table, dict):
        return [()]
    settings = {key: NAMED.get(f"{section}.{key}") for key in table}
    return [(key,) for key, setting in settings.items() if setting is None or not setting.takes(table[key])]


def _said(parts: tuple[str, ...]) -> tuple[str, str]:
    """What is wrong with a setting or section of that name, and what may be meant."""
    name = ".".join(parts)
    if name in SECTIONS:
        return f"{name} is a table of settings", f"write [{name}], and its settings below it"
    if name in NAMED:
        return f"{name} is {NAMED[name].wanted}", _shown(NAMED[name])
    alone = f"{parts[-1]} stands above the first [table]" if parts[-1] in NAMED else ""
    return f"there is no setting {name}", alone or meant_by(name)


def _shown(setting: Setting) -> str:
    """A hint that shows how a list is written, which is not obvious; "" for all else."""
    from papercli.config.edit import toml

    return f"for example: {setting.name} = {toml(setting.meant(setting.example))}" if setting.kind == "list" else ""


def meant_by(name: str) -> str:
    """A hint that names the settings which `name` looks like, or says where they are listed."""
    from difflib import get_close_matches

    short = {known.rpartition(".")[2]: known for known in NAMED}
    near = get_close_matches(name, [*NAMED, *SECTIONS], 2, 0.75)
    near += [short[key] for key in get_close_matches(name.rpartition(".")[2], short, 2, 0.75)]
    unique = list(dict.fromkeys(near))[:2]
    return f"did you mean {' or '.join(unique)}?" if unique else "papers config show lists the settings"
