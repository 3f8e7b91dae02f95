"""The YAML at the head of a note, between two lines `---`: written, and changed without spoiling what is not ours.

It is changed line by line, so that other keys, comments and their order stay as the person wrote them; what cannot be
told apart so is left alone.
"""

from __future__ import annotations

import re
from datetime import date
from json import dumps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    Value = str | int | bool | date | tuple[str, ...] | None

LARGEST = 1 << 20  # bytes in which the second line `---` is looked for
BOM = b"\xef\xbb\xbf"
# A bare key takes the blanks behind it, too: so nothing is looked at twice, however many there are.
_KEY = r"""("[^"\\]*"[ \t]*|'[^']*'[ \t]*|[^\s"'#&*!|>%@`\[\]{},?:-][^:#]*|<<[ \t]*):(?=[ \t]|$)"""
_NOT_YAML = "[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]|[\u2028\u2029]"


class NotEditable(Exception):
    """What stands there cannot be changed line by line; `str` says why."""


def parts(data: bytes) -> tuple[bytes, str | None, bytes]:
    """(byte order mark, head, body) of a note: the lines between its first two `---`, without these; None where there
    are none, and then all is body. Raises NotEditable when the head is not UTF-8."""
    bom, data = (BOM, data[len(BOM) :]) if data.startswith(BOM) else (b"", data)
    found = re.match(rb"---[ \t]*\r?\n(?:(.*?)\n)??(?:---|\.\.\.)[ \t]*(?:\r?\n|$)", data[:LARGEST], re.DOTALL)
    if not found:
        return bom, None, data
    head = found[1] + b"\n" if found[1] is not None else b""
    try:
        return bom, head.decode(), data[found.end() :]
    except UnicodeDecodeError:
        raise NotEditable("its front matter is not UTF-8") from None


def whole(bom: bytes, head: str, body: bytes) -> bytes:
    """The note of these parts, the lines of the head ended as its first one is."""
    end = "\r\n" if "\r\n" in head else "\n"
    return bom + f"---{end}{head}---{end}".encode() + body


def changed(head: str, fields: Mapping[str, Value], once: Collection[str] = ()) -> str:
    """The head with these fields, in their places where it has them, else at its end; None takes one away.

    Those of `once` are written when they are not there, and never changed. Raises NotEditable.
    """
    end = "\r\n" if "\r\n" in head else "\n"
    there: set[str] = set()
    lines: list[str] = []
    for key, own, behind in _blocks(head):
        ours = key in fields and key not in once
        if not ours:
            lines += own
        elif key not in there:
            lines += _lines(key, fields[key], end)
        there.add(key)
        lines += behind
    for key, known in fields.items():
        if key not in there:
            lines += _lines(key, known, end)
    return "".join(lines)


def key_of(head: str, name: str) -> str:
    """What stands behind `name:`, without quotes; "" where there is no such line, or it holds more than one word."""
    found = re.search(rf"(?m)^[\"']?{name}[\"']?[ \t]*:[ \t]+[\"']?([^\s\"'#]+)[\"']?[ \t]*\r?$", head)
    return found[1] if found else ""


def _blocks(head: str) -> list[tuple[str, list[str], list[str]]]:
    """(key, its lines, blank lines and comments behind them) of every key in the outermost mapping, in order; what
    stands before the first has the key ""."""
    blocks: list[tuple[str, list[str], list[str]]] = [("", [], [])]
    for line in re.findall(r"[^\n]*\n", head):
        bare = line.rstrip("\r\n")
        if not bare.strip() or bare.startswith("#"):
            blocks[-1][2].append(line)
        elif bare[0] in " \t" or (bare.startswith("-") and bare[1:2] in ("", " ")):
            if len(blocks) == 1:
                raise NotEditable("its front matter is no list of keys")
            blocks[-1][1].extend([*blocks[-1][2], line])
            blocks[-1][2].clear()
        elif key := re.match(_KEY, bare):
            blocks.append((key[1].rstrip(" \t").strip("\"'"), [line], []))
        else:
            raise NotEditable("its front matter is no list of keys")
    return blocks


def _lines(key: str, known: Value, end: str) -> list[str]:
    if known is None:
        return []
    if not isinstance(known, tuple):
        return [f"{key}: {_scalar(known)}{end}"]
    return [f"{key}:{end}", *(f"  - {_scalar(item)}{end}" for item in known)] if known else [f"{key}: []{end}"]


def _scalar(known: str | int | date) -> str:
    """A day or a number as it is; text always between quotes: `2501.10120` would be a number, a colon begin a list."""
    if isinstance(known, bool):
        return "true" if known else "false"
    if isinstance(known, str):
        # JSON's strings are YAML's, but for characters that YAML does not print.
        text = re.sub(_NOT_YAML, "\ufffd", dumps(known, ensure_ascii=False))
        return text.replace("<%", "\\x3C%")  # which Templater, a plugin of Obsidian's, would run
    return str(known)
