"""Names as TeX writes them, in letters, and the other way: `Erd\\H{o}s` is Erdős. Only accents and letters; mathematics
stays as it is."""

from __future__ import annotations

import re

# Patterns are kept as strings: `re` compiles and remembers one when it is first wanted.

# The accents of TeX's text (The TeXbook, chapter 9; LaTeX's encoding T1 for \k and \r) as combining characters.
_MARKS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306", ".": "\u0307",
    '"': "\u0308", "r": "\u030a", "H": "\u030b", "v": "\u030c", "d": "\u0323", "c": "\u0327", "k": "\u0328",
    "b": "\u0331",
}  # fmt: skip
_LETTERS = {
    "aa": "å", "AA": "Å", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł",
    "ss": "ß", "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ", "dj": "đ", "DJ": "Đ", "ng": "ŋ",
    "NG": "Ŋ",
}  # fmt: skip

_MATHEMATICS = r"(?<!\\)(\$[^$]*\$)"
# A word that begins with a backslash ends where the letters end, and takes the space behind it along.
_LETTER = rf"\\({'|'.join(sorted(_LETTERS, key=len, reverse=True))})(?![A-Za-z])(?:\{{\}}|\s+)?"
# With or without braces: \"u, \"{u}, \" u; and \v{s} or \v s, but not \vs, which is another word.
_BARE = r"[^\W\d_][\u0300-\u036f]*"
_ACCENTED = rf"\\(?:([`'^~=.\"])\s*|([uvHcdbkr])(?:\s+|(?=\{{)))(?:\{{\s*({_BARE})\s*\}}|({_BARE}))"
_GROUP = r"(\\(?:[A-Za-z]+|[^A-Za-z])\s*\{[^{}]*\})|(?<!\\)\{([^{}\\]*)\}"
_SIGN = r"\\([&#%_ -])|(?<!\\)(~)"

_DEEPEST = 3  # accents upon accents, braces in braces


def lettered(name: str) -> str:
    """`name` with the accents and letters that TeX has commands for, in NFC; what else is TeX stays as it stands."""
    if "\\" not in name and "{" not in name and "~" not in name:
        return name
    from unicodedata import normalize

    parts = re.split(_MATHEMATICS, name)
    return normalize("NFC", "".join(part if part[:1] == "$" else _lettered(part) for part in parts))


def in_tex(text: str) -> str:
    """`text` with each letter that TeX has accents or commands for as these: Erdős is `Erd{\\H{o}}s`.

    Each stands in braces with its backslash first: a "special character" to BibTeX, which sorts it as its letter and
    changes its case. What else is not ASCII, such as Greek or Chinese, stays as it is.
    """
    if text.isascii():
        return text
    return "".join(letter if letter.isascii() else _in_tex(letter) for letter in text)


def _in_tex(letter: str) -> str:
    from unicodedata import normalize

    if name := next((name for name, known in _LETTERS.items() if known == letter), ""):
        return f"{{\\{name}}}"
    apart = normalize("NFD", letter)
    base, marks = apart[0], apart[1:]
    names = {mark: name for name, mark in _MARKS.items()}
    if not base.isascii() or not base.isalpha() or not all(mark in names for mark in marks):
        return letter
    for mark in marks:
        name, core = names[mark], f"{{{base}}}" if len(base) > 1 or names[mark].isalpha() else base
        base = f"\\{name}{core}"
    return f"{{{base}}}"


def _lettered(text: str) -> str:
    text = re.sub(_LETTER, lambda found: _LETTERS[found[1]], text)
    for _ in range(_DEEPEST):
        before = text
        text = re.sub(_ACCENTED, _accented, text)
        text = re.sub(_GROUP, lambda found: found[2] if found[1] is None else found[1], text)
        if text == before:
            break
    return re.sub(_SIGN, _sign, text)


def _accented(found: re.Match[str]) -> str:
    mark, letter = _MARKS[found[1] or found[2]], found[3] or found[4]
    dotted = {"ı": "i", "ȷ": "j"}.get(letter, letter)  # TeX takes the dot away for what stands above; Unicode does so
    return dotted + mark


def _sign(found: re.Match[str]) -> str:
    if found[2]:
        return " "  # a tie: a space at which no line ends
    return "" if found[1] == "-" else found[1]  # \- is where a line may end
