"""What no output may hold, judged by Unicode's categories and names and not by the cleaner's own tables."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

CODE_POINTS = 0x110000
_VISIBLE_FORMAT = {
    *("ARABIC NUMBER SIGN", "ARABIC SIGN SANAH", "ARABIC FOOTNOTE MARKER", "ARABIC SIGN SAFHA", "ARABIC SIGN SAMVAT"),
    *("ARABIC NUMBER MARK ABOVE", "ARABIC END OF AYAH", "SYRIAC ABBREVIATION MARK", "ARABIC POUND MARK ABOVE"),
    *("ARABIC PIASTRE MARK ABOVE", "ARABIC DISPUTED END OF AYAH", "KAITHI NUMBER SIGN", "KAITHI NUMBER SIGN ABOVE"),
    *("ZERO WIDTH NON-JOINER", "ZERO WIDTH JOINER"),
}
_FILLERS = {
    *("COMBINING GRAPHEME JOINER", "HANGUL CHOSEONG FILLER", "HANGUL JUNGSEONG FILLER", "HANGUL FILLER"),
    *("HALFWIDTH HANGUL FILLER", "KHMER VOWEL INHERENT AQ", "KHMER VOWEL INHERENT AA"),
}
_EGYPTIAN = "EGYPTIAN HIEROGLYPH"
_UNNAMED = (0x2065, *range(0xFFF0, 0xFFF9), *range(0xE0000, 0xE1000))
"""Invisible by default, whatever they will be called."""

_OURS = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;;[!-~]*\x1b\\")
"""All that papercli itself writes to a terminal: colours and links."""


@cache
def dangerous() -> frozenset[str]:
    """Every character that could move a cursor, turn or hide text, or is no character at all."""
    found = {
        each for each in map(chr, range(CODE_POINTS)) if unicodedata.category(each) in ("Cc", "Cf", "Cs", "Zl", "Zp")
    }
    named = {each: unicodedata.name(each) for each in found if unicodedata.category(each) == "Cf"}
    found -= {each for each, name in named.items() if name in _VISIBLE_FORMAT or name.startswith(_EGYPTIAN)}
    found |= {unicodedata.lookup(name) for name in _FILLERS}
    no_characters = [*range(0xFDD0, 0xFDF0), *(plane << 16 | last for plane in range(17) for last in (0xFFFE, 0xFFFF))]
    found |= {chr(code) for code in (*_UNNAMED, *no_characters) if unicodedata.category(chr(code)) == "Cn"}
    return frozenset(found)


def leaks(text: str, ends: str = "") -> str:
    """The dangerous characters in `text`, escaped; "" when there are none. `ends` are those that the format itself
    ends its lines and cells with."""
    found = dangerous().intersection(text).difference(ends)
    return ascii("".join(sorted(found))) if found else ""


def leaks_on_terminal(text: str) -> str:
    """As `leaks`, of what is written to a terminal in lines, without our own colours and links."""
    return leaks(_OURS.sub("", text), "\n")


@lru_cache(maxsize=256)  # the same texts go every way
def visible(text: str) -> str:
    """What must be left of `text` in any clean form of it: no blanks, nothing dangerous, composed, and without the
    sign for what was replaced."""
    if dangerous().intersection(text):
        text = "".join(character for character in text if character not in dangerous())
    return "".join(unicodedata.normalize("NFC", text.replace("\ufffd", "")).split())
