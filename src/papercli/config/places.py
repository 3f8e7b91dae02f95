"""Where each key stands in the text of a TOML file, so that one value can be replaced and the rest left as it is."""

from __future__ import annotations

import re
import tomllib

from papercli.value import value

# Strings in all four forms (toml.io/en/v1.0.0#string): three quotes may have two more of the text before them.
_STRINGS = r"""\"{3}(?:[^\\]|\\.)*?\"{3,5}|'{3}.*?'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'"""
_PIECE = re.compile(rf"(?P<string>{_STRINGS})|(?P<comment>#[^\n]*)|(?P<open>[\[{{])|(?P<close>[\]}}])|(?P<end>\n)"
                    r"|[^\"'#\[\]{}\n]+", re.DOTALL)  # fmt: skip
_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_KEY = re.compile(r"""[ \t]*(?:([A-Za-z0-9_-]+)|("(?:[^"\\\n]|\\.)*"|'[^'\n]*'))[ \t]*""")


@value
class Place:
    """A key with its value, or the header of a table."""

    path: tuple[str, ...]
    """The table's name and the key's, part by part."""

    line: int
    """From 1."""

    start: int
    """Offset of the value's first character; of the header's."""

    end: int
    """Offset after the value's last character; after the header's."""

    key: int
    """Offset of the first character of the last part of its name, its quote if it has one."""

    key_end: int
    """Offset after that part."""

    header: bool = False


def places(text: str) -> list[Place]:
    """Every header and every key with its value, in order. `text` is TOML that tomllib can read."""
    found: list[Place] = []
    table: tuple[str, ...] = ()
    line, end, at = 1, 0, _over(_BLANK, text, 0)
    while at < len(text):
        line, begin = line + text.count("\n", end, at), at
        if text[at] == "[":
            table, end, last = _key(text, at + (2 if text.startswith("[[", at) else 1))
            end = text.index("]", end) + (2 if text.startswith("[[", at) else 1)
            found.append(Place(table, line, at, end, *last, header=True))
        else:
            path, equals, last = _key(text, at)
            start = _over(_SPACE, text, equals + 1)
            end = _end(text, start)
            found.append(Place(table + path, line, start, end, *last))
        line += text.count("\n", begin, end)
        at = _over(_BLANK, text, end)
    return found


def lines(text: str) -> dict[tuple[str, ...], int]:
    """The line (from 1) on which each table, each key, and each part of a dotted name is first named."""
    found: dict[tuple[str, ...], int] = {}
    for place in places(text):
        for length in range(1, len(place.path) + 1):
            found.setdefault(place.path[:length], place.line)
    return found


def has_comment(value: str) -> bool:
    """Whether there is a comment in the text of a value, which only arrays take."""
    return any(piece.lastgroup == "comment" for piece in _PIECE.finditer(value))


def _over(pattern: re.Pattern[str], text: str, at: int) -> int:
    """The offset behind what the pattern, which also matches nothing, finds at `at`."""
    found = pattern.match(text, at)
    return found.end() if found else at


def _key(text: str, at: int) -> tuple[tuple[str, ...], int, tuple[int, int]]:
    """The parts of a dotted key, the offset behind it, and from where to where its last part goes."""
    parts: list[str] = []
    last = (at, at)
    while found := _KEY.match(text, at):
        bare, quoted = found.groups()
        parts.append(bare if bare is not None else tomllib.loads(f"key = {quoted}")["key"])
        at, last = found.end(), found.span(1 if quoted is None else 2)
        if text[at : at + 1] != ".":
            break
        at += 1
    return tuple(parts), at, last


def _end(text: str, start: int) -> int:
    """The offset behind the last character of the value that begins at `start`."""
    depth, end = 0, start
    for piece in _PIECE.finditer(text, start):
        if piece.lastgroup in ("comment", "end") and not depth:
            break
        depth += {"open": 1, "close": -1}.get(piece.lastgroup or "", 0)
        if piece.lastgroup not in ("comment", "end") and piece[0].strip():
            end = piece.start() + len(piece[0].rstrip())
    return end
