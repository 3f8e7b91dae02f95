"""Bodies spoiled at random: bytes as a bad wire spoils them, JSON as a service that changed its mind, XML as text."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from typing import Any

JSON_TYPES: tuple[Any, ...] = (None, True, 7, 2.5, "text", ["text", 7, None], {"name": "text", "id": 7})
"""One value of every kind that JSON has."""

_JSON_PIECES = (
    *(
        b'"',
        b"\\",
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b"null",
        b"true",
        b"-",
        b"1e999",
        b"NaN",
        b"\\ud800",
        b"\\u0000",
    ),
    *(
        b"\xff",
        b"\xed\xa0\x80",
        b"\0",
        b"\x1b",
        b"\xc2\x9b",
        b"\xe2\x80\xae",
        b'":',
        b"99999999999999999999",
        b" ",
        b"\n",
    ),
)
_XML_PIECES = (
    *(
        b"<",
        b">",
        b"&",
        b"]]>",
        b"<![CDATA[",
        b"<!--",
        b"-->",
        b"\xff",
        b"\0",
        b"</entry>",
        b"<entry>",
        b"&#0;",
        b"&#155;",
    ),
    *(
        b"&#x110000;",
        b"<!DOCTYPE x>",
        b'"',
        b"xmlns",
        b"\xed\xa0\x80",
        b"<?x?>",
        b" ",
        b"v0",
        b"99999999999999",
        b"&#8238;",
    ),
)
HOSTILE_TEXTS = (
    "", " ", "\x1b]0;owned\x07", "\x9b6n", "\x90$q\x9c", "a\u202eb", "\u2066x", "\ud800", "\udc9b2J", "[/x][link=x]",
    "\0", "</title><script>", "=1+1", "`touch x`", "$(touch x)", "\\input{x}", "%s{0}", "a\nb\r\tc",
    "e\u0301" * 9, "\u200b" * 9, "x" * 3_000, "]]>", "&amp;", "\ufeff", "2607.10001", "../../x", "javascript:alert(1)",
    "https://x\x1b\\y", "\ufffe",
    "https://user:pw@example.org/", "2026-02-30T00:00:00Z", "9" * 5_000, "\U000e0041", "论文 " * 40, "\u115f", "\x7f",
)  # fmt: skip
_ODD = (
    *JSON_TYPES, *HOSTILE_TEXTS, -1, 0, 1e300, 10**30, False, [], {}, [[]], [None] * 3, {"": ""}, [{}], 1.5e-9,
)  # fmt: skip


def bytes_of(body: bytes, dice: random.Random, pieces: Sequence[bytes]) -> bytes:
    """One to four places of the body spoiled."""
    for _ in range(dice.choice((1, 1, 2, 4))):
        size = len(body)
        at = dice.randrange(size + 1)
        how = dice.random()
        if how < 0.3:
            piece = dice.choice(pieces)
            body = body[:at] + piece + body[at + len(piece) * (dice.random() < 0.5) :]
        elif how < 0.5 and at < size:
            body = body[:at] + bytes([body[at] ^ 1 << dice.randrange(8)]) + body[at + 1 :]
        elif how < 0.65:
            body = body[:at] + body[at + dice.randrange(1, 40) :]
        elif how < 0.8:
            body = body[: at + 30] + body[at : at + dice.randrange(1, 300)] + body[at + 30 :]
        elif how < 0.9:
            other = dice.randrange(size + 1)
            body = body[:at] + body[other : other + 20] + body[at + 20 :]
        else:
            body = body[:at]
    return body


def json_bytes(body: bytes, dice: random.Random) -> bytes:
    """JSON spoiled as bytes."""
    return bytes_of(body, dice, _JSON_PIECES)


def xml_bytes(body: bytes, dice: random.Random) -> bytes:
    """XML spoiled as bytes."""
    return bytes_of(body, dice, _XML_PIECES)


def structure(value: Any, dice: random.Random) -> Any:
    """The JSON value with one to three things in it replaced, taken away, renamed, repeated or put deeper."""
    for _ in range(dice.choice((1, 1, 2, 3))):
        value = _changed(value, dice)
    return value


def _changed(value: Any, dice: random.Random) -> Any:
    """A copy in which one thing is another; what is not on the way to it is shared."""
    if not isinstance(value, dict | list) or not value or dice.random() < 0.12:
        return _other(value, dice)
    made = value.copy()
    key = dice.choice(list(value)) if isinstance(value, dict) else dice.randrange(len(value))
    how = dice.random()
    if how < 0.6:
        made[key] = _changed(value[key], dice)
    elif how < 0.75:
        made[key] = _other(value[key], dice)
    elif how < 0.87:
        del made[key]
    elif isinstance(made, dict):
        made[dice.choice(("id", "title", "paper", "authors", str(key).upper(), f"{key} "))] = made.pop(key)
    else:
        made.insert(key, made[key])
    return made


def _other(value: Any, dice: random.Random) -> Any:
    """Something else in its place: odd, deeper, or a text that was changed."""
    how = dice.random()
    if how < 0.15 and isinstance(value, str):
        at = dice.randrange(len(value) + 1)
        return value[:at] + dice.choice(HOSTILE_TEXTS) + value[at:]
    if how < 0.25:
        for _ in range(dice.choice((1, 3, 30, 2_000))):
            value = [value]
        return value
    return dice.choice(_ODD)


def dumped(value: Any) -> bytes | None:
    """The value as a service writes it, half a pair of surrogates as an escape; None for what nests too deep."""
    try:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    except RecursionError:
        return None
    return text.encode("utf-8", "surrogatepass") if text.isascii() else _escaped(text)


def _escaped(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        return "".join(c if not "\ud800" <= c <= "\udfff" else f"\\u{ord(c):04x}" for c in text).encode()
