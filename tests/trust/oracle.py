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
_OURS = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;;[!-~]*\x1b\\")
"""All that papercli itself writes to a terminal: colours and links."""


def is_dangerous(character: str) -> bool:
    """Whether it could move a cursor, turn or hide text, or is no character at all."""
    category = unicodedata.category(character)
    if category == "Cf":
        name = unicodedata.name(character)
        return name not in _VISIBLE_FORMAT and not name.startswith("EGYPTIAN HIEROGLYPH")
    if category == "Cn":  # non-characters, and what is invisible by default though it has no name yet
        code = ord(character)
        invisible = code == 0x2065 or 0xFFF0 <= code <= 0xFFF8 or code >> 12 == 0xE0
        return invisible or code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    return category in ("Cc", "Cs", "Zl", "Zp") or unicodedata.name(character, "") in _FILLERS


@cache
def dangerous() -> frozenset[str]:
    """All such characters."""
    return frozenset(filter(is_dangerous, map(chr, range(CODE_POINTS))))


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
