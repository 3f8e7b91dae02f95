"""What of a heading is its number: "3.1 Training" and "A Proofs" begin with one, "A Survey of Agents" does not."""

from __future__ import annotations

import re

_COUNTED = (
    r"(\d{1,2}(?:\.\d{1,2}){0,4}|[A-Z](?:\.\d{1,2}){1,4}|[IVX]{1,5}-[A-Z](?:\.?\d{1,2})?)"
    r"(?:[.:]?\s+|(?=[A-Z][a-z]))(?=\S)"
)
_APPENDIX = r"Appendix\s+([A-Z]|\d{1,2})[.:]?\s+(?=\S)"
_LETTER, _ROMAN = r"([A-Z])[.:]?\s+(?=\S)", r"([IVX]{1,5})[.:]?\s+(?=\S)"
_ROMANS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV")


class Numbers:
    """Tells numbers from words by what came before: a lone letter is one only where it is next in turn."""

    def __init__(self) -> None:
        self._romans, self._letters, self._counted = 0, 0, False

    def split(self, words: str) -> tuple[str, str]:
        """(number, the rest); the number is "" where there is none."""
        if found := re.match(_APPENDIX, words):
            self._letters = ord(found[1]) - 64 if found[1].isalpha() else self._letters
            return found[1], words[found.end() :]
        if found := re.match(_COUNTED, words):
            self._counted = self._counted or found[1][0].isdigit()
            return found[1], words[found.end() :]
        found = re.match(_ROMAN, words)
        if found and not self._counted and self._romans < len(_ROMANS) and found[1] == _ROMANS[self._romans]:
            self._romans += 1
            return found[1], words[found.end() :]
        found = re.match(_LETTER, words)
        if found and (self._counted or self._romans) and ord(found[1]) - 64 == self._letters + 1:
            self._letters += 1
            return found[1], words[found.end() :]
        return "", words
