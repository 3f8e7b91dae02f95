"""Quotation marks, ties and dashes as TeX has them, where they cannot be anything else."""

from __future__ import annotations

import re

_LONGEST_QUOTE = 400
_DASHES = r"(?<=[^\W_]|[)%”’])(---?)(?=[^\W_]|[(“‘])|(?<= )(---?)(?= )"


def quoted(text: str, at: int, end: int) -> tuple[int, int, int] | None:
    """(how many marks it is, where what is quoted ends, where to go on) for the back quote at `at`; None where it
    quotes nothing: ``so'' and `so', also ``so", a common slip."""
    limit = min(end, at + _LONGEST_QUOTE)
    if text.startswith("```", at) or (at and text[at - 1] == "`"):
        return None
    if not text.startswith("``", at):
        return _single(text, at, limit)
    ends = [place for mark in ("''", '"') if (place := text.find(mark, at + 2, limit)) > at + 2]
    if not ends or "``" in text[at + 2 : min(ends)]:
        return None
    close = min(ends)
    return 2, close, close + (2 if text[close] == "'" else 1)


def _single(text: str, at: int, limit: int) -> tuple[int, int, int] | None:
    """The first apostrophe that no letter follows ends it."""
    if (at and text[at - 1].isalnum()) or text[at + 1 : at + 2].isspace():
        return None
    close = text.find("'", at + 1, limit)
    while close > 0 and text[close + 1 : close + 2].isalnum():
        close = text.find("'", close + 1, limit)
    if close <= at + 1 or "`" in text[at + 1 : close] or text[close - 1].isspace():
        return None
    return 1, close, close + 1


def is_tie(text: str, at: int) -> bool:
    """Whether the `~` at `at` is a blank at which no line ends: between a word and what belongs to it. Behind a blank,
    a number or a single letter it may mean "about"."""
    left, right = text[max(0, at - 2) : at], text[at + 1 : at + 2]
    if right == "\\" and left and not left[-1].isspace():
        return True
    behind = (len(left) == 2 and left.isalpha()) or left[-1:] in tuple(")]}$%,;.:")
    return bool(left) and behind and bool(right) and (right.isalnum() or right in "(\\$`")


def dashed(text: str) -> str:
    """The text with dashes for `--` and `---` between words, or alone between blanks."""
    return re.sub(_DASHES, lambda dash: "–" if len(dash[0]) == 2 else "—", text) if "--" in text else text
