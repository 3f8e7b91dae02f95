"""Running text with TeX in it: its formulas, the commands and groups of text. What is not surely one stays as it is."""

from __future__ import annotations

import re

from papercli.mathematics.dollars import between
from papercli.mathematics.leftovers import address_before, script_at, style_before
from papercli.mathematics.punctuation import dashed, is_tie, quoted
from papercli.mathematics.reading import formula
from papercli.mathematics.setting import linked, script
from papercli.mathematics.symbols import GREEK, LOOKS, READ_ON, SIGNS, SYMBOLS
from papercli.text import line

_SIGNS = r"[\\$`^{~]|_(?=\{)"
DEEPEST = 12  # groups in groups
_LONGEST_FORMULA = 1_000
_LONGEST_NAME = 12  # of a Greek letter, in braces

_SPACES = {",": " ", ";": " ", ":": " ", " ": " ", "!": "", "/": "", "-": ""}
# Signs by the names of words, and short for Latin in the templates of several conferences.
_WORDS = {
    "ie": "i.e.", "eg": "e.g.", "etc": "etc.", "etal": "et al.", "cf": "cf.", "LaTeX": "LaTeX", "TeX": "TeX",
    "textgreater": ">", "textless": "<", "textasciitilde": "~", "textemdash": "—", "textendash": "–", "textbar": "|",
    "textunderscore": "_", "textpertenthousand": "‱", "textpercent": "%",
}  # fmt: skip
_TAKING_ONE = frozenset(("textsuperscript", "textsubscript", "footnote", "url", "path", "bf", "it", "sc", "tt", "em"))
_NO_SYMBOL_IN_TEXT = frozenset(("in", "to", "top", "mid", "star", "square", "models", "colon", "ast", "bot", "flat"))
_ACCENTS, _LETTERED = "'`^\"~=.", frozenset("uvHcdbkr")
_DOTLESS = ("\\i", "\\j")
_LETTERS = frozenset(("aa", "AA", "ae", "AE", "oe", "OE", "o", "O", "l", "L", "ss", "i", "j"))


def drawn(text: str, *, plainly: bool = False) -> str:
    """As `mathematics.drawn`, of a text in which something may have to be drawn."""
    reader = _Reader(text, plainly=plainly)
    found = reader.text(0, len(text))
    found = dashed(found) if reader.is_tex else found
    if found == text:
        return text
    return "\n\n".join(line(part, 2 * len(text) + 20) for part in found.split("\n\n"))


class _Reader:
    def __init__(self, whole: str, *, plainly: bool) -> None:
        self.whole = whole
        self.plainly = plainly
        self.signs = re.compile(_SIGNS)
        self.depth = 0
        self.is_tex = False  # something in it was TeX beyond doubt
        self.ends: dict[int, int] | None = None

    def text(self, start: int, end: int) -> str:
        """The text from `start` to `end`, read."""
        self.depth += 1
        pieces: list[str] = []
        at = start
        while found := self.signs.search(self.whole, at, end):
            pieces.append(self.whole[at : found.start()])
            piece, at = self.piece(found.start(), end, pieces)
            pieces.append(piece)
        self.depth -= 1
        return "".join([*pieces, self.whole[at:end]])

    def piece(self, at: int, end: int, before: list[str]) -> tuple[str, int]:
        """What is drawn for the sign at `at`, and where to go on; the sign itself where it means nothing. A sign may
        also change the last of what stands `before`."""
        sign = self.whole[at]
        if sign == "{":
            found = self.group(at, end) or self.behind(at, end, before)
        elif sign in "^_":
            found = self.script(at, before)
        elif sign == "~":
            found = (" ", at + 1) if is_tie(self.whole, at) else None
        else:
            found = {"\\": self.command, "$": self.dollar, "`": self.quote}[sign](at, end)
        return found or (sign, at + 1)

    def dollar(self, at: int, end: int) -> tuple[str, int] | None:
        if self.whole.startswith("$$$", at):
            after = end - len(self.whole[at:end].lstrip("$"))
            return self.whole[at:after], after
        if not (inside := between(self.whole, at, end)):
            return None
        tex, after = inside
        left, right = self.whole[at - 1 : at] if at else "", self.whole[after : after + 1]
        if tex == "-" and left.isspace() == right.isspace() and not right.isdigit():
            return "–", after
        known = formula(tex, plainly=self.plainly, letters=left.isalpha() or right.isalpha())
        self.is_tex = True
        if known is None:
            return self.whole[at:after], after
        if right.isalnum() and (tail := re.search(r"(?<=[\^_])[^\W\d_][^\W_]*$", known)):
            known = f"{known[: tail.start()]}({tail[0]})"
        return known, after

    def command(self, at: int, end: int) -> tuple[str, int] | None:
        after = at + 1
        while after < end and self.whole[after].isascii() and self.whole[after].isalpha():
            after += 1
        name = self.whole[at + 1 : after]
        found = self.named(name, at, after, end) if name else self.unnamed(at, end)
        self.is_tex = self.is_tex or found is not None
        return found

    def unnamed(self, at: int, end: int) -> tuple[str, int] | None:
        """A backslash and a sign."""
        sign = self.whole[at + 1 : min(at + 2, end)]
        if sign in ("(", "["):
            close = self.whole.find("\\" + {"(": ")", "[": "]"}[sign], at + 2, min(end, at + _LONGEST_FORMULA))
            if close < 0:
                return None
            known = formula(self.whole[at + 2 : close], plainly=self.plainly)
            return known or self.whole[at : close + 2], close + 2
        if sign and sign in _ACCENTS:
            return self.accent(at, at + 2, end)
        if sign == "\\":
            return "\\\\", at + 2
        found = SIGNS.get(sign, _SPACES.get(sign))
        return None if found is None else (found, at + 2)

    def named(self, name: str, at: int, after: int, end: int) -> tuple[str, int] | None:
        if name in READ_ON or name in _TAKING_ONE:
            return self.of_one(name, after, end)
        if name in ("href", "textcolor", "hyperlink"):
            return self.of_two(name, after, end)
        if name in _LETTERS or (name in _LETTERED and self.whole[after : after + 1] == "{"):
            return self.accent(at, after, end)
        if name in _WORDS:
            return _WORDS[name], after + (_WORDS[name][-1] == self.whole[after : after + 1] == ".")
        if name in SYMBOLS and name not in _NO_SYMBOL_IN_TEXT:
            return self.said(SYMBOLS[name]), after + 2 * self.whole.startswith("{}", after)
        return None

    def said(self, words: str) -> str:
        if not self.plainly:
            return words
        from papercli.mathematics.spoken import spoken

        return spoken(words)

    def of_one(self, name: str, after: int, end: int) -> tuple[str, int] | None:
        """A command with one argument."""
        if (close := self.closing(after, end)) is None:
            return None
        if name in ("url", "path"):
            return _address(self.whole[after + 1 : close]), close + 1
        found = self.text(after + 1, close)
        if name == "footnote":
            return f" ({found})", close + 1
        sign = {"textsuperscript": "^", "textsubscript": "_"}.get(name)
        return (self.said(script(sign, found)) if sign else found), close + 1

    def of_two(self, name: str, after: int, end: int) -> tuple[str, int] | None:
        """A command with two arguments: where to, or of which colour, and what is read."""
        middle = self.closing(after, end)
        close = self.closing(middle + 1, end) if middle is not None else None
        if middle is None or close is None:
            return None
        found = self.text(middle + 2, close)
        return (linked(_address(self.whole[after + 1 : middle]), found) if name == "href" else found), close + 1

    def accent(self, at: int, after: int, end: int) -> tuple[str, int] | None:
        r"""A letter with its accent, as names have them, too; or what arXiv made of a Greek letter: `\b{eta}`."""
        whole, stop = self.whole, at
        if (close := self.closing(after, end)) is not None and close - after <= _LONGEST_NAME:
            inside = whole[after + 1 : close]
            if len(inside) > 1 and (greek := GREEK.get(whole[at + 1 : after] + inside)):
                return self.said(greek), close + 1
            stop = close + 1 if len(inside.lstrip("\\")) == 1 else at
        elif whole[at + 1 : after] in _LETTERS:
            stop = after
        elif after < end:
            stop = after + 1 if whole[after].isalpha() else after + 2 if whole[after : after + 2] in _DOTLESS else at
        # Whoever escapes an apostrophe writes the same as whoever means an accent: model\'s.
        if stop <= at or (whole[at:stop] == "\\'s" and not whole[stop : stop + 1].isalpha()):
            return None
        from papercli.accents import lettered

        found = lettered(whole[at:stop])
        return None if "\\" in found else (found, stop)

    def group(self, at: int, end: int) -> tuple[str, int] | None:
        r"""A group whose first word says how it looks, or that holds one sign or letter: `{\em not}`, `{\deg}`."""
        if self.whole[at + 1 : at + 2] != "\\" or (close := self.closing(at, end)) is None:
            return None
        after = at + 2
        while after < close and self.whole[after].isalpha():
            after += 1
        if self.whole[at + 2 : after] in LOOKS:
            self.is_tex = True
            return self.text(after, close).strip(), close + 1
        known = self.command(at + 1, close)
        return (known[0], close + 1) if known and known[1] == close else None

    def behind(self, at: int, end: int, before: list[str]) -> tuple[str, int] | None:
        """A group behind an address, or behind a style that lost its backslash."""
        last = before[-1]
        style, address = style_before(last), address_before(last)
        if not (style or address) or (close := self.closing(at, end)) is None:
            return None
        if style and close - at > _LONGEST_FORMULA:
            return None
        if style:
            known = formula(f"\\{style}{self.whole[at : close + 1]}", plainly=self.plainly)
        else:
            known = linked(address, self.text(at + 1, close).strip())
        if known is None:
            return None
        before[-1] = last[: -len(style or address)]
        return known, close + 1

    def script(self, at: int, before: list[str]) -> tuple[str, int] | None:
        """A script outside of a formula."""
        if not (found := script_at(self.whole, at, before[-1] or "".join(before[-3:]))):
            return None
        name, moved, after = found
        if name and before[-1].endswith(name):
            before[-1] = before[-1][: -len(name)] + self.said(SYMBOLS[name])
        return self.said(moved), after

    def quote(self, at: int, end: int) -> tuple[str, int] | None:
        if self.depth > DEEPEST or not (found := quoted(self.whole, at, end)):
            return None
        marks, close, after = found
        self.is_tex = self.is_tex or marks == 2
        left, right = ("“", "”") if marks == 2 else ("‘", "’")
        return f"{left}{self.text(at + marks, close)}{right}", after

    def closing(self, at: int, end: int) -> int | None:
        """Where the group ends that begins at `at`; None where none begins, or ends in time, or it lies too deep."""
        if self.whole[at : at + 1] != "{" or self.depth > DEEPEST:
            return None
        if self.ends is None:
            self.ends = _groups(self.whole)
        close = self.ends.get(at)
        return close if close is not None and close < end else None


def _groups(text: str) -> dict[int, int]:
    """Where each group begins, and where it ends."""
    ends: dict[int, int] = {}
    opened: list[int] = []
    for found in re.finditer(r"(?s)\\.|[{}]", text):
        if found[0] == "{":
            opened.append(found.start())
        elif found[0] == "}" and opened:
            ends[opened.pop()] = found.start()
    return ends


def _address(words: str) -> str:
    """An address as TeX is given it, without the backslashes that its signs need."""
    return re.sub(r"\\([%#&_~$^{} ])", r"\1", words).strip()
