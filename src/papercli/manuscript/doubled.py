r"""Formulas that a converter wrote four times over, put back to once.

LaTeXML describes a formula in MathML for the eye, in MathML for its meaning, in TeX, and in words. A converter that
takes the text of the page writes all of them one after the other: “f I subscript 𝑓 𝐼 f_{I}italic_f start_POSTSUBSCRIPT
italic_I end_POSTSUBSCRIPT” is $f_{I}$.
"""

from __future__ import annotations

import re

from papercli.mathematics import formula

LONGEST = 1_500  # characters before the words of a formula in which the rest of it is looked for

_LETTER = r"(?:bold_italic|bold|italic|caligraphic|blackboard|fraktur|typewriter|sansserif|script)_[^\W_](?![^\W_])"
_SURE = rf"(?:{_LETTER}|roman_[A-Za-z]+|(?:start|end)_[A-Z]+|(?:over|under)[^\sA-Za-z](?=\s))"
_ALSO = r"(?:square-root|divide|binomial|\d+(?:\.\d+)?(?!\w)|[^\sA-Za-z0-9_\\$–—](?![A-Za-z0-9]))"
_SPOKEN = rf"(?:[(\[{{⟨|] )*{_SURE}(?: (?:{_SURE}|{_ALSO}))*+"
_MEANT = "[\U0001d400-\U0001d7ff\u210e\u210a-\u2138]"  # letters as MathML's meaning has them: 𝑓, ℎ, ℝ


def single(text: str) -> str:
    """The text with each such formula as TeX between dollars; any other text as it is."""
    if "italic_" not in text and "start_POST" not in text:
        return text
    spoken = re.compile(_SPOKEN)
    return "\n".join(_line(row, spoken) if "_" in row else row for row in text.split("\n"))


def _line(row: str, spoken: re.Pattern[str]) -> str:
    done: list[str] = []
    at = 0
    for found in spoken.finditer(row):
        before = row[at : found.start()]
        start, tex = _before_words(before[-LONGEST:])
        kept = before[: len(before) - len(before[-LONGEST:]) + start]
        done += [kept, " " if kept[-1:].isalnum() and tex else "", f"${tex}$" if tex else ""]
        at = found.end()
    return "".join([*done, row[at:]])


def _before_words(before: str) -> tuple[int, str]:
    """(where the formula begins, its TeX) in the text before its words."""
    meant = list(re.finditer(_MEANT, before))
    if not meant:
        return len(before), ""
    rest = before[meant[-1].end() :].strip()
    seen = _without_meaning(before[: meant[-1].end()])
    for tex in _readings(rest):
        letters = _letters(formula(tex) or re.sub(r"\\[A-Za-z]+", "", tex))
        starts = (_same(words, letters) for words in seen) if letters else ()
        if (start := next((start for start in starts if start is not None), None)) is not None:
            return start, tex
    return len(seen[0]), rest


def _readings(rest: str) -> list[str]:
    """What may be the TeX: of its meaning, numbers and signs may still stand before it."""
    readings = [rest]
    while (tail := re.match(r"[^A-Za-z\\{ ]{1,12} +(?=\S)", readings[-1])) and len(readings) < 5:
        readings.append(readings[-1][tail.end() :])
    return readings


def _without_meaning(seen: str) -> list[str]:
    """The text up to where the meaning of the formula may begin, which is letters of mathematics and a few words: the
    shortest first."""
    found: list[str] = []
    words = seen.split(" ")
    while words:
        last = words[-1]
        at = re.search(r"(?:sub|super)(?:sub|super)?script|delimited-|conditional", last)
        if at is not None and re.search("[A-Za-z]", last[: at.start()]):
            found.append(" ".join([*words[:-1], last[: at.start()]]))
            break
        if at is None and not re.search(_MEANT, last) and not re.fullmatch(r"(?:[^\w\\]|\d){0,4}|norm|absent", last):
            break
        words.pop()
        found.append(" ".join([*words, ""]))
    return found[::-1]


def _letters(words: str) -> str:
    from unicodedata import normalize

    return "".join(sign for sign in normalize("NFKC", words) if sign.isalnum())


def _same(seen: str, letters: str) -> int | None:
    """Where the end of the text begins that shows these letters and no others; None where it does not."""
    at = len(seen)
    while letters and at:
        at -= 1
        shown = _letters(seen[at])
        if not shown:
            continue
        if not letters.endswith(shown):
            return None
        letters = letters[: -len(shown)]
    while at and not seen[at - 1].isspace() and not seen[at - 1].isalnum():
        at -= 1
    return at if not letters else None
