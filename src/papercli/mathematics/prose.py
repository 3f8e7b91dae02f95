"""Running text with TeX in it: where its formulas are, which commands of text it uses, what is left of a formula that
lost its dollars. What is not surely one of these stays as it is."""

from __future__ import annotations

import re

from papercli.mathematics.dollars import between
from papercli.mathematics.reading import formula, linked, script
from papercli.mathematics.symbols import GREEK, LOOKS, READ_ON, SIGNS, STYLES, SYMBOLS, UPRIGHT
from papercli.text import line

_SIGNS = r"[\\$`^{~]|_(?=\{)"
_DASHES = r"(?<=[^\W_])(---?)(?=[^\W_])|(?<= )(---?)(?= )"

DEEPEST = 12  # groups in groups
_LONGEST_QUOTE, _LONGEST_FORMULA = 400, 1_000

_SPACES = {",": " ", ";": " ", ":": " ", " ": " ", "!": "", "/": "", "-": ""}
# Short for Latin in the templates of several conferences.
_LATIN = {"ie": "i.e.", "eg": "e.g.", "etc": "etc.", "etal": "et al.", "cf": "cf."}
_NO_SYMBOL_IN_TEXT = frozenset(("in", "to", "top", "mid", "star", "square", "models", "colon", "sim", "not", "ast"))
_ACCENTS, _LETTERED = "'`^\"~=.", frozenset("uvHcdbkr")
_LETTERS = frozenset("aa AA ae AE oe OE o O l L ss i j dh DH th TH dj DJ ng NG".split())
_LOST = tuple(sorted({*STYLES, *UPRIGHT, *READ_ON} - {"text", "ul", "cal", "bm", "frak", "Bbb", "smash", "underline",
                                                      "boxed", "fbox", "pmb", "uline"}))  # fmt: skip
_FITTING_RESIDUE = r"[-+]?[\w.,*+/=()-]{1,20}"


def drawn(text: str, *, plainly: bool = False) -> str:
    """As `mathematics.drawn`, of a text in which something may have to be drawn."""
    reader = _Reader(text, plainly=plainly)
    found = reader.text(0, len(text))
    if reader.is_tex and "--" in found:
        found = re.sub(_DASHES, lambda dash: "–" if len(dash[0]) == 2 else "—", found)
    if found == text:
        return text
    return "\n\n".join(line(part, 2 * len(text)) for part in found.split("\n\n"))


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
            place = found.start()
            pieces.append(self.whole[at:place])
            piece, at = self.piece(place, end, pieces)
            pieces.append(piece)
        self.depth -= 1
        return "".join([*pieces, self.whole[at:end]])

    def piece(self, at: int, end: int, before: list[str]) -> tuple[str, int]:
        """What is drawn for the sign at `at`, and where to go on; the sign itself where it means nothing."""
        sign = self.whole[at]
        read = {"\\": self.command, "$": self.dollar, "`": self.quote, "{": self.group, "~": self.tie}.get(sign)
        found = read(at, end) if read else self.residue(at, before)
        if sign == "{" and found is None:
            found = self.lost(at, before)
        return found or (sign, at + 1)

    def dollar(self, at: int, end: int) -> tuple[str, int] | None:
        found = between(self.whole, at, end)
        if not found:
            return None
        tex, after = found
        beside = self.whole[at - 1 : at].isalpha() or self.whole[after : after + 1].isalpha()
        return self.formula(tex, after, letters=beside)

    def formula(self, tex: str, after: int, *, letters: bool = False) -> tuple[str, int] | None:
        known = formula(tex, plainly=self.plainly, letters=letters)
        if known is None:
            return None
        self.is_tex = True
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
            return self.formula(self.whole[at + 2 : close], close + 2) if close > 0 else None
        if sign and sign in _ACCENTS:
            return self.accent(at, at + 2, end)
        found = SIGNS.get(sign) or _SPACES.get(sign)
        return ("\\\\", at + 2) if sign == "\\" else None if found is None else (found, at + 2)

    def named(self, name: str, at: int, after: int, end: int) -> tuple[str, int] | None:
        if name in READ_ON or name in ("textsuperscript", "textsubscript", "footnote", "url", "path"):
            return self.of_one(name, after, end)
        if name in ("href", "textcolor", "hyperlink"):
            return self.of_two(name, after, end)
        if name in _LETTERS or (name in _LETTERED and self.whole[after : after + 1] == "{"):
            return self.accent(at, after, end)
        if name in _LATIN:
            return _LATIN[name], after + (self.whole[after : after + 1] == "." and name in ("etc", "etal", "cf"))
        if name in SYMBOLS and name not in _NO_SYMBOL_IN_TEXT:
            return self.said(SYMBOLS[name]), after + 2 * (self.whole[after : after + 2] == "{}")
        return None

    def said(self, words: str) -> str:
        if not self.plainly:
            return words
        from papercli.mathematics.spoken import spoken

        return spoken(words)

    def of_one(self, name: str, after: int, end: int) -> tuple[str, int] | None:
        """A command with one argument."""
        close = self.closing(after, end)
        if close is None:
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
        """A letter with its accent, as names have them, too; or what arXiv made of a Greek letter: `\\b{eta}`."""
        whole = self.whole
        if whole[after : after + 1] == "{" and (close := self.closing(after, end)):
            inside = whole[after + 1 : close]
            if whole[at + 1 : after] + inside in GREEK and len(inside) > 1:
                return self.said(GREEK[whole[at + 1 : after] + inside]), close + 1
            stop = close + 1 if len(inside.lstrip("\\")) == 1 else at
        elif whole[at + 1 : after] in _LETTERS:
            stop = after
        else:
            stop = after + 1 if whole[after : after + 1].isalpha() else after + 2 if whole[after] == "\\" else at
        # Whoever escapes an apostrophe writes the same as whoever means an accent: model\'s.
        if stop <= at or (whole[at:stop] == "\\'s" and not whole[stop : stop + 1].isalpha()):
            return None
        from papercli.accents import lettered

        found = lettered(whole[at:stop])
        return None if "\\" in found else (found, stop)

    def group(self, at: int, end: int) -> tuple[str, int] | None:
        """A group whose first word says how it looks, or that holds one sign or letter: `{\\em not}`, `{\\deg}`."""
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

    def lost(self, at: int, before: list[str]) -> tuple[str, int] | None:
        """A command of style that lost its backslash: `mathcal{O}`. Its name is among what was read before."""
        last = before[-1] if before else ""
        name = last[len(last.rstrip("abcdefghijklmnopqrstuvwxyz")) :]
        if (
            name not in _LOST
            or last[: -len(name)][-1:].isalnum()
            or (close := self.closing(at, len(self.whole))) is None
        ):
            return None
        known = formula(f"\\{name}{self.whole[at : close + 1]}", plainly=self.plainly)
        if known is None:
            return None
        before[-1] = last[: -len(name)]
        return known, close + 1

    def residue(self, at: int, before: list[str]) -> tuple[str, int] | None:
        """A script outside of a formula, of digits and signs or in braces: `X^{2}`, `10^-3`, `V_{0.5}`, `360^circ`."""
        last = before[-1] if before else ""
        if not (last[-1:].isalnum() or last[-1:] in (")", "]", "}")):
            return None
        found = re.compile(rf"\{{({_FITTING_RESIDUE}|circ)\}}|(-?\d+(?![\d.]*\^)|\*(?!\w|\*)|circ(?![a-z]))").match(
            self.whole, at + 1
        )
        if not found:
            return None
        words = found[1] or found[2]
        name = last[len(last.rstrip("abcdefghijklmnopqrstuvwxyz")) :]
        if name in GREEK or name == "nabla":
            before[-1] = last[: -len(name)] + self.said(SYMBOLS[name])
        moved = "°" if words == "circ" else script(self.whole[at], GREEK.get(words, words))
        apart = moved[0] in "^_" and self.whole[found.end() : found.end() + 1].isalnum()
        return self.said(moved) + " " * apart, found.end()

    def quote(self, at: int, end: int) -> tuple[str, int] | None:
        """Quotation marks of TeX: ``so'' and `so'; also ``so", a common slip."""
        whole, limit = self.whole, min(end, at + _LONGEST_QUOTE)
        if whole[at : at + 3] == "```" or whole[at - 1 : at] == "`" or self.depth > DEEPEST:
            return None
        if whole[at : at + 2] == "``":
            ends = [place for mark in ("''", '"') if (place := whole.find(mark, at + 2, limit)) > at + 2]
            if not ends or "``" in whole[at + 2 : min(ends)]:
                return None
            self.is_tex = True
            close = min(ends)
            return f"“{self.text(at + 2, close)}”", close + (2 if whole[close] == "'" else 1)
        if whole[at - 1 : at].isalnum() or whole[at + 1 : at + 2].isspace():
            return None
        close = whole.find("'", at + 1, limit)
        while close > 0 and whole[close + 1 : close + 2].isalnum():
            close = whole.find("'", close + 1, limit)
        if close <= at + 1 or "`" in whole[at + 1 : close] or whole[close - 1].isspace():
            return None
        return f"‘{self.text(at + 1, close)}’", close + 1

    def tie(self, at: int, end: int) -> tuple[str, int] | None:
        """A blank at which no line ends: between a word and what belongs to it. Before a number alone it is "about"."""
        left, right = self.whole[max(0, at - 2) : at], self.whole[at + 1 : at + 2]
        is_word = left.isalpha() and len(left) == 2
        if not (is_word or left[-1:] in (")", "]", "}", "$", "%", ",", ";")):
            return None
        return (" ", at + 1) if right.isalnum() or (right and right in "(\\$`") else None

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
