"""TOML, read: the tables in a file's bytes, or what is wrong with it and on which line."""

from __future__ import annotations

import re
import tomllib

from papercli.config.kept import MAX_BYTES, bytes_of
from papercli.config.places import lines
from papercli.errors import BadRequest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from papercli.config.kept import File

MOST_TOLD = 20


def text_read(file: File) -> str:
    """The file's text, "" when there is no file. Raises BadRequest when it cannot be read, is too long or not UTF-8."""
    return text_of(file, bytes_of(file) or b"")


def text_of(file: File, data: bytes) -> str:
    """The text that `data`, the file's bytes, are. Raises BadRequest when it is too long or not UTF-8."""
    if len(data) > MAX_BYTES:
        raise BadRequest(f"{file.path} is longer than 1 MiB", hint=f"{file.thing}s take a few lines")
    if data.startswith(b"\xef\xbb\xbf"):
        raise BadRequest(f"{file.path}:1: begins with a byte-order mark", hint="save it as UTF-8 without one")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadRequest(f"{file.path}:{line}: is not UTF-8", hint="save it as UTF-8") from None


def tables_of(file: File, text: str) -> dict[str, Any]:
    """What tomllib makes of the text. Raises BadRequest, with the file and the line, when it is not TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said = str(error)
        at = re.search(r" \(at line ([0-9]+), column ([0-9]+)\)", said)
        line = at[1] if at else text.count("\n") + (not text.endswith("\n"))
        words = re.sub(r" \(at [^)]*\)$", "", said)
        words = f"{words[:1].lower()}{words[1:]}" + (f" in column {at[2]}" if at else " at the end of the file")
        hint = f"a {file.thing} looks like: {file.example}"
        raise BadRequest(f"{file.path}:{line}: {words}", hint=hint) from None
    except (ValueError, RecursionError, OverflowError):  # a number of 5,000 digits; brackets a thousand deep
        raise BadRequest(f"{file.path}:{_oddest(text)}: no {file.thing} can look like this") from None


def told(
    file: File, text: str, wrong: Iterable[tuple[str, ...]], said: Callable[[tuple[str, ...]], tuple[str, str]]
) -> list[BadRequest]:
    """The failures to raise for the tables and keys that are wrong, in order of lines; the first few.

    `said` gives for each what is wrong with it, and a hint.
    """
    stands = lines(text)
    found = sorted((stands.get(name, stands.get(name[:1], 1)), name) for name in wrong)
    return [BadRequest(f"{file.path}:{line}: {words}", hint=hint) for line, (words, hint) in
            ((line, said(name)) for line, name in found[:MOST_TOLD])]  # fmt: skip


def _oddest(text: str) -> int:
    """The number of the longest line."""
    lengths = [len(line) for line in text.split("\n")]
    return lengths.index(max(lengths)) + 1
