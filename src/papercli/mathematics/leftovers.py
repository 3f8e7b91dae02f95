r"""What Hugging Face leaves of TeX in titles and abstracts: dollars and backslashes are gone, the rest stands there.
`X^{2}`, `nabla^2`, `mathcal{O}(n)`, `https://example.org{Code}`."""

from __future__ import annotations

import re

from papercli.mathematics.setting import script
from papercli.mathematics.symbols import GREEK, READ_ON, STYLES, UPRIGHT

_LOWER = "abcdefghijklmnopqrstuvwxyz"
_STYLES = {name for name in {*STYLES, *UPRIGHT, *READ_ON} if name.startswith(("math", "text", "operatorname", "bold"))}
_STYLES = {*_STYLES - {"text"}, "emph"}

# In braces what a script may be; bare only digits, a star and a circle: `a^b` may be anything.
_SCRIPT = r"\{([-+]?[\w.,*+/=()-]{1,20})\}|(-?\d+(?![\d.]*\^)|\*(?![\w*])|circ(?![a-z]))"
_URL = r"https?://[^\s{}]+$"


def script_at(text: str, at: int, before: str) -> tuple[str, str, int] | None:
    """(the name of a Greek letter at the end of what stands before, or "", the script, where to go on) for the `^` or
    `_` at `at`; None where it is no script."""
    if not (before[-1:].isalnum() or before[-1:] in (")", "]", "}")):
        return None
    found = re.compile(_SCRIPT).match(text, at + 1)
    if not found or _is_raised(text, at):
        return None
    words = found[1] or found[2]
    name = last_word(before)
    moved = "°" if words == "circ" else script(text[at], GREEK.get(words, words))
    apart = moved[0] in "^_" and text[found.end() : found.end() + 1].isalnum()
    return name if name in GREEK or name == "nabla" else "", moved + " " * apart, found.end()


def _is_raised(text: str, at: int) -> bool:
    """Whether what stands before `at` is itself a bare script: 2^10^3 is none of ours."""
    start = at
    while start and text[start - 1].isalnum():
        start -= 1
    return start > 0 and text[start - 1] == "^"


def style_before(before: str) -> str:
    """The name of a style that lost its backslash, at the end of what stands before a brace; "" for none."""
    name = last_word(before)
    return name if name in _STYLES and not before[: -len(name)][-1:].isalnum() else ""


def address_before(before: str) -> str:
    """The address at the end of what stands before a brace; "" for none. No address holds a brace (RFC 3986)."""
    start = before.rfind("http", max(0, len(before) - 500))
    return before[start:] if start >= 0 and re.match(_URL, before[start:]) else ""


def last_word(text: str) -> str:
    """The small letters at the end."""
    return text[len(text.rstrip(_LOWER)) :]
