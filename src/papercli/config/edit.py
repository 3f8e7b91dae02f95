"""config.toml, written: a template with every setting, and one value changed in a person's own text.

The text around the value stays as it is, comments too. What cannot be changed safely is refused with its line.
"""

from __future__ import annotations

import os
import re

import tomli_w

from papercli import folders
from papercli.config import NAMED, SETTINGS
from papercli.config.file import tables_of, text_of
from papercli.config.places import Place, places
from papercli.errors import BadRequest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

HEAD = """\
# Settings of papers. Lines that begin with # say what holds without them: take the # away, and change the value.
# A flag beats an environment variable (PAPERCLI_OUTPUT_FORMAT for output.format), and that beats this file.
"""


def template() -> str:
    """A config.toml that sets nothing and shows everything."""
    lines, section = [HEAD], ""
    for setting in SETTINGS:
        begun, key = setting.name.split(".")
        if begun != section:
            lines.append(f"[{begun}]\n")
            section = begun
        what = f": {', '.join(setting.choices)}" if setting.choices else ""
        shown = setting.example if setting.default is None else setting.default
        lines.append(f"# {setting.about}{what}.\n# {key} = {toml(shown)}\n")
    return "\n".join(lines)


def toml(given: Any) -> str:
    """A value as TOML writes it."""
    return tomli_w.dumps({"key": given}).removeprefix("key = ").rstrip("\n")


def with_value(path: str, text: str, name: str, given: Any) -> str:
    """`text`, the content of the file at `path`, with the setting `name` at the value `given`, and all else the same.

    Raises BadRequest, with the line, when the text is not TOML, or is written so that this cannot be done safely.
    """
    before = tables_of(path, text)
    section, key = name.split(".")
    held = before.get(section, {})
    if not isinstance(held, dict):
        raise _refused(path, _line(text, section), f"{section} is not a table")
    changed = _changed(path, text, section, key, toml(given))
    after = tables_of(path, changed)
    if after != {**before, section: {**held, key: given}}:
        raise _refused(path, _line(text, section), f"{name} cannot be told from what is around it")
    return changed


def _changed(path: str, text: str, section: str, key: str, written: str) -> str:
    found = places(text)
    for place in found:
        if place.path == (section, key) and not place.header:
            if "\n" in text[place.start : place.end]:
                raise _refused(path, place.line, f"{section}.{key} goes over several lines")
            return text[: place.start] + written + text[place.end :]
        if place.path == (section,) and not place.header:
            raise _refused(path, place.line, f"{section} is written on one line")
    newline = "\r\n" if "\r\n" in text else "\n"
    header = next((place for place in found if place.header and place.path == (section,)), None)
    dotted = [place for place in found if not place.header and place.path[:1] == (section,)]
    if header is None and dotted:
        return _after(text, dotted[-1].end, f"{section}.{key} = {written}", newline)
    if header is None:
        gap = newline if text.strip() else ""
        start = text if not text or text.endswith("\n") else text + newline
        return f"{start}{gap}[{section}]{newline}{key} = {written}{newline}"
    return _after(text, _spot(text, header, found, key), f"{key} = {written}", newline)


def _spot(text: str, header: Place, found: list[Place], key: str) -> int:
    """Where in its table a new key belongs: below the comment that shows it, else below the last key."""
    end = next((place.start for place in found if place.header and place.start > header.start), len(text))
    if shown := re.compile(rf"^#[ \t]*{key}[ \t]*=[^\n]*", re.MULTILINE).search(text, header.end, end):
        return shown.end()
    return max([header.end, *(place.end for place in found if header.end < place.start < end and not place.header)])


def _after(text: str, at: int, line: str, newline: str) -> str:
    """The text with a line after the one that `at` is on."""
    end = text.find("\n", at)
    if end < 0:
        return f"{text}{newline}{line}{newline}"
    return f"{text[: end + 1]}{line}{newline}{text[end + 1 :]}"


def _line(text: str, section: str) -> int:
    return next((place.line for place in places(text) if place.path[:1] == (section,)), 1)


def _refused(path: str, line: int, why: str) -> BadRequest:
    return BadRequest(f"{path}:{line}: {why}", hint="change it by hand: papers config edit")


def make(path: str) -> bool:
    """Write the template, unless there is a file already: then False. Raises BadRequest when it cannot be written."""
    try:
        folders.make(os.path.dirname(path))
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    except OSError as error:
        raise _unwritable(path, error) from error
    with open(file, "w", encoding="utf-8", newline="") as opened:
        opened.write(template())
    return True


def change(path: str, name: str, text: str) -> None:
    """Set `name` to what `text` stands for, in the file at `path`, which is made when there is none.

    All of it or nothing: the new text replaces the file at once, through a link if it is one, with the mode it had.
    Raises BadRequest for a value that the setting does not take, a file that cannot be changed safely or written.
    """
    try:
        given = NAMED[name].meant(text)
    except ValueError as error:
        raise BadRequest(f"{error}, not “{text}”") from None
    path = os.path.realpath(path)
    before = _content(path)
    after = with_value(path, text_of(path, before or b""), name, given)
    if after.encode() == before:
        return
    draft = f"{path}.{os.getpid()}"
    try:
        folders.make(os.path.dirname(path))
        mode = 0o600 if before is None else os.stat(path).st_mode & 0o777
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
            file.write(after.encode())
            file.flush()
            os.fsync(file.fileno())
        if _content(path) != before:
            raise BadRequest(f"{path} was changed by someone else meanwhile", hint="run it again")
        os.replace(draft, path)
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        if os.path.exists(draft):
            os.remove(draft)


def _content(path: str) -> bytes | None:
    """The file's bytes, None when there is no file."""
    if not os.path.exists(path):
        return None
    if not os.path.isfile(path):
        raise BadRequest(f"{path} is not a file", hint="move it away; papers config init makes one")
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise BadRequest(f"{path} cannot be read: {(error.strerror or str(error)).lower()}") from error


def _unwritable(path: str, error: OSError) -> BadRequest:
    return BadRequest(f"{path} cannot be written: {(error.strerror or str(error)).lower()}")
