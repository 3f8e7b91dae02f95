"""Which dollars hold a formula, and which are money."""

from __future__ import annotations

import re

LONGEST = 1_000

# Two words of prose in a row; what stands in braces is left out before.
_PROSE = r"(?:^|[\s(,.;)])[A-Za-z]?[a-z]+[,;]? [a-z]{2,}(?:[\s,.;:()]|$)"
_SENTENCE = r"[a-z)]{2}[.;:] [A-Z]"
_WEAK_ENDS = ")]}%!'*+|>°"
_WEAK_BEGINS = "([{+-<>=~|.±≥≤≈"
_CURRENCIES = ("US", "CA", "AU", "NZ", "HK", "SG", "A", "C", "R", "S", "NT")


def between(text: str, at: int, end: int) -> tuple[str, int] | None:
    """What stands between the dollar (or two) at `at` and the next ones, and where these end; None for no formula."""
    wide = 2 if text.startswith("$$", at) else 1
    start = at + wide
    close = _next(text, start, end)
    if close is None or close - start > LONGEST or close == start:
        return None
    if text.startswith("$$", close) != (wide == 2) or text.startswith("$$$", close):
        return None
    tex, after = text[start:close], close + wide
    if wide == 2 or _is_formula(tex, text[max(0, at - 3) : at], text[after : after + 1]):
        return tex.strip(), after
    return None


def _next(text: str, at: int, end: int) -> int | None:
    """Where the next dollar is that has no backslash before it."""
    while (place := text.find("$", at, end)) >= 0:
        escaped = text[place - 1] == "\\" and text[place - 2 : place] != "\\\\"
        if not escaped or place == at:
            return place
        at = place + 1
    return None


def _is_formula(tex: str, before: str, after: str) -> bool:
    """Whether it can be one: TeX, or few enough signs without a word of prose, and no sum of money."""
    if any(sign in tex for sign in "\\^_"):
        return tex[0].isspace() == tex[-1].isspace() and tex[-1] not in "(" and not _is_prose(tex)
    if tex.strip() in ("-", "+", "=", "<", ">", "*", "|"):
        return True
    if after.isdigit() or len(tex) > 80 or tex.count("(") + tex.count("[") != tex.count(")") + tex.count("]"):
        return False  # after a closing dollar no digit, as Pandoc has it: $5-$10
    if not (tex[0].isalnum() or tex[0] in _WEAK_BEGINS) or not (tex[-1].isalnum() or tex[-1] in _WEAK_ENDS):
        return False
    if tex[0].isdigit() and (before.endswith(_CURRENCIES) or _is_money(tex)):
        return False
    return not re.search(r"[A-Za-z]{4}", tex) if " " in tex else True


def _is_money(tex: str) -> bool:
    """Whether it begins like a sum and goes on with words."""
    return re.search(r"^[\d.,]+[KMBkmb]?[ -][a-z]{2}", tex) is not None


def _is_prose(tex: str) -> bool:
    bare = re.sub(r"\\[A-Za-z]+|\{[^{}]*\}", "", tex)
    return re.search(_PROSE, bare) is not None or re.search(_SENTENCE, bare) is not None
