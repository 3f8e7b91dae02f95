"""One formula of TeX, read as TeX does and written in a line of Unicode."""

from __future__ import annotations

import re

from papercli.mathematics.symbols import (
    ACCENTS,
    BARS,
    BINARY,
    CLOSING,
    FUNCTIONS,
    LOOKS,
    LOWERED,
    NOT,
    OPENING,
    RAISED,
    READ_ON,
    RELATIONS,
    SIGNS,
    SPACES,
    STYLES,
    SYMBOLS,
    UPRIGHT,
    styled,
)
from papercli.text import line

LONGEST = 1_000
"""Characters of a formula that is still read; real ones have a few dozen."""

DEEPEST = 12  # groups in groups, arguments of arguments

_TOKENS = r"(?s)\\[A-Za-z]+\s*|\\.|\s+|[^\\]"

# Kinds of what a formula consists of. A WORD is a function's name, TAIL ends in a script that was not raised or lowered.
ORDINARY, SIGN, OPEN, CLOSE, SPACE, WORD, TAIL, FRACTION = "ordinary sign open close space word tail fraction".split()
_ALONE = (SPACE, OPEN, SIGN)  # behind these a sign has nothing to its left
_RAISED_ALREADY = frozenset("°′″‴*†‡®™")
_ORDINALS = ("st", "nd", "rd", "th")


class Unsure(Exception):
    """Something in the formula is not understood."""


def formula(tex: str, *, plainly: bool = False, letters: bool = False) -> str | None:
    """`tex` in one line; None where any of it is not understood. With `letters` no letter gets a style: the formula is
    a part of a word."""
    if len(tex) > LONGEST:
        return None
    try:
        found = _Reader(tex, letters=letters).whole()
    except Unsure:
        return None
    if plainly:
        from papercli.mathematics.spoken import spoken

        found = spoken(found)
    return line(found, 2 * LONGEST) or None


class _Reader:
    def __init__(self, tex: str, *, letters: bool) -> None:
        self.tokens = re.findall(_TOKENS, tex)
        self.at = 0
        self.depth = 0
        self.letters = letters

    def whole(self) -> str:
        found = self.row()
        if self.at < len(self.tokens):
            raise Unsure("a brace that closes nothing")
        return found

    def row(self, *, words: bool = False) -> str:
        """What stands up to the brace that closes, or the end; as text where it is `words`."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise Unsure("too deep")
        atoms: list[tuple[str, str]] = []
        while self.at < len(self.tokens) and self.tokens[self.at] != "}":
            token = self.tokens[self.at]
            if token in ("^", "_", "'") and not words:
                atoms.append(self.scripted(*(atoms.pop() if atoms and atoms[-1][1] != SPACE else ("", ORDINARY))))
            else:
                self.at += 1
                atoms += self.atom(token, words=words)
        self.depth -= 1
        return "".join(atom for atom, _ in atoms) if words else _joined(atoms)

    def group(self, *, words: bool = False) -> str:
        """The rest of a group whose brace was just read."""
        found = self.row(words=words)
        if self.at == len(self.tokens):
            raise Unsure("a brace that nothing closes")
        self.at += 1
        return found

    def atom(self, token: str, *, words: bool) -> list[tuple[str, str]]:
        """What one token, with the arguments it takes, adds to a row."""
        if token[0] == "\\" and len(token) > 1:
            return self.command(token, words=words)
        if token == "{":
            before = self.tokens[max(0, self.at - 3) : self.at - 1]
            if len(before) == 2 and "".join(before).isalpha():
                raise Unsure("a group behind a word: a command that lost its backslash")
            return [(self.group(words=words), ORDINARY)]
        if words:
            return [(" " if token.isspace() or token == "~" else token, ORDINARY)]
        return [_plain(token)]

    def command(self, token: str, *, words: bool) -> list[tuple[str, str]]:
        name = token[1:].rstrip() or " "
        after = [(" ", SPACE)] * (token[-1].isspace() and name != " ")
        if name in FUNCTIONS:
            return [(FUNCTIONS[name], WORD)]
        if name in RELATIONS or name in BINARY:
            return [(SYMBOLS[name], SIGN), *after]
        if name in SYMBOLS:
            kind = OPEN if name in OPENING else CLOSE if name in CLOSING else ORDINARY
            return [(SYMBOLS[name], kind), *[(" ", ORDINARY)] * (words and bool(after))]
        if name in SIGNS:
            return [(SIGNS[name], {"{": OPEN, "}": CLOSE}.get(name, ORDINARY))]
        if name in SPACES:
            return [(" ", ORDINARY if words else SPACE)]
        if name in LOOKS:
            return self.looks(name)
        return self.taking(name, words=words)

    def looks(self, name: str) -> list[tuple[str, str]]:
        if name in ("left", "right", "middle") and self.tokens[self.at : self.at + 1] == ["."]:
            self.at += 1  # a delimiter that is not there
        return []

    def taking(self, name: str, *, words: bool) -> list[tuple[str, str]]:
        """What a command makes of its arguments."""
        if name in READ_ON:
            return [(self.argument(words=True), ORDINARY)]
        if name in STYLES:
            found = self.argument()
            return [(found if self.letters else styled(found, STYLES[name]), ORDINARY)]
        if name in UPRIGHT:
            if name == "operatorname" and self.tokens[self.at : self.at + 1] == ["*"]:
                self.at += 1
            return [(self.argument(), WORD if name == "operatorname" else ORDINARY)]
        if name in ACCENTS:
            return [(_accented(self.argument(), ACCENTS[name]), ORDINARY)]
        if name in ("frac", "dfrac", "tfrac", "cfrac", "nicefrac", "sfrac"):
            above, below = self.argument(), self.argument()
            return [(f"{_held(above, product=True)}/{_held(below)}", FRACTION)]
        if name in ("binom", "dbinom", "tbinom"):
            return [(f"({self.argument()} choose {self.argument()})", ORDINARY)]
        return self.seldom(name, words=words)

    def seldom(self, name: str, *, words: bool) -> list[tuple[str, str]]:
        if name == "sqrt":
            root = self.option()
            return [(f"{_root(root)}{_held(self.argument())}", ORDINARY)]
        if name == "not":
            self.skip_space()
            (sign, kind), *rest = self.atom(self.next(), words=words) or [("", SIGN)]
            if len(sign) != 1:
                raise Unsure("not of what?")
            return [(sign + NOT, kind), *rest]
        if name in ("pmod", "pod"):
            return [(" ", SPACE), (f"({'mod ' * (name == 'pmod')}{self.argument()})", ORDINARY)]
        if name in ("textsuperscript", "textsubscript"):
            return [_script("^" if name == "textsuperscript" else "_", self.argument(words=True))]
        if name in ("color", "textcolor"):
            self.argument(words=True)
            return [] if name == "color" else [(self.argument(words=True), ORDINARY)]
        if name == "href":
            where, what = self.argument(words=True), self.argument(words=True)
            return [(linked(where, what), ORDINARY)]
        if name == "unicode":
            return [(_numbered(self.argument(words=True)), ORDINARY)]
        raise Unsure(name)

    def argument(self, *, words: bool = False) -> str:
        """A group, or the one token (with its own arguments) that stands in its place."""
        self.skip_space()
        token = self.next()
        if token == "{":
            return self.group(words=words)
        if token in ("}", "^", "_", "'"):
            raise Unsure("an argument is missing")
        self.depth += 1
        if self.depth > DEEPEST:
            raise Unsure("too deep")
        found = "".join(atom for atom, _ in self.atom(token, words=words)).strip()
        self.depth -= 1
        return found

    def option(self) -> str:
        """What stands in brackets behind a command, digits and letters only; "" where there are none."""
        if self.tokens[self.at : self.at + 1] != ["["]:
            return ""
        self.at += 1
        end = self.at
        while end < len(self.tokens) and self.tokens[end] != "]":
            end += 1
        found = "".join(self.tokens[self.at : end])
        if not found.isalnum():
            raise Unsure("an option")
        self.at = end + 1
        return found

    def scripted(self, base: str, kind: str) -> tuple[str, str]:
        """The base with its primes, then what is below it, then what is above it, in whatever order they came."""
        primes, scripts = "", {"_": "", "^": ""}
        tail = False
        while self.at < len(self.tokens) and (sign := self.tokens[self.at]) in ("^", "_", "'"):
            self.at += 1
            if sign == "'":
                primes += "′"
                continue
            if scripts[sign]:
                raise Unsure("two scripts at one place")
            scripts[sign], last = _script(sign, self.argument())
            tail = tail or last == TAIL
        kind = WORD if kind == WORD else CLOSE if kind == CLOSE and not tail else TAIL if tail else ORDINARY
        return base + primes + scripts["_"] + scripts["^"], kind

    def next(self) -> str:
        if self.at == len(self.tokens):
            raise Unsure("something is missing at the end")
        self.at += 1
        return self.tokens[self.at - 1]

    def skip_space(self) -> None:
        while self.at < len(self.tokens) and self.tokens[self.at].isspace():
            self.at += 1


def linked(where: str, what: str) -> str:
    """A link's words, and in parentheses where it leads unless they say so themselves."""
    short = where.removeprefix("https://").removeprefix("http://").rstrip("/")
    return what if short and short in what else f"{what} ({where})" if what else where


def script(sign: str, words: str) -> str:
    """What stands above or below: raised or lowered if it is of digits and signs, else with its `sign`."""
    return _script(sign, words)[0]


def _script(sign: str, words: str) -> tuple[str, str]:
    words = words.strip()
    moved = words.translate(RAISED if sign == "^" else LOWERED)
    if not words or all(old != new for old, new in zip(words, moved, strict=True)):
        return moved, ORDINARY
    if sign == "^" and words == "∘":
        return "°", ORDINARY
    if sign == "^" and (words in _ORDINALS or all(each in _RAISED_ALREADY for each in words)):
        return words, ORDINARY
    words = words if len(words) == 1 or " " in words else words.replace(" ", "")
    bare = len(words) == 1 or words.replace(".", "").isalnum() or _is_held(words)
    return sign + (words if bare else f"({words})"), TAIL


def _plain(token: str) -> tuple[str, str]:
    if token.isspace() or token == "~":
        return " ", SPACE
    if token in "([":
        return token, OPEN
    if token in ")]":
        return token, CLOSE
    if token in "&\\":
        raise Unsure("a cell of a table")
    return token, SIGN if token in "+-*/=<>:" or "←" <= token <= "⋿" and token not in "∞∂∇∅∀∃" else ORDINARY


def _joined(atoms: list[tuple[str, str]]) -> str:
    """The row as one text. TeX takes no heed of blanks: a sign that has one on a side has one on both, if something
    stands there; words are apart from what stands beside them."""
    out, before = "", SPACE
    for place, (atom, kind) in enumerate(atoms):
        if not atom:
            continue
        if kind == SPACE:
            follows = atoms[place + 1][1] if place + 1 < len(atoms) else SPACE
            if out and out[-1] != " " and follows not in (SPACE, CLOSE) and before not in (OPEN,):
                out += " "
            continue
        if kind == SIGN:
            out, kind = _signed(out, before, atom, atoms, place)
        else:
            out += " " * _apart(out, before, atom, kind) + atom
        before = kind
    return out.strip()


def _signed(out: str, before: str, sign: str, atoms: list[tuple[str, str]], place: int) -> tuple[str, str]:
    """`out` with the sign behind it, spaced on both sides or on none; and the kind of what stands there now."""
    last = all(kind == SPACE for _, kind in atoms[place + 1 :])
    blank = out[-1:] == " " or (place + 1 < len(atoms) and atoms[place + 1][1] == SPACE)
    left = out.rstrip(" ")
    if not left or last or before in _ALONE:
        spaced = " " * (bool(left) and before == SIGN and out[-1:] == " ")
        return f"{left}{spaced}{sign}", OPEN if not last else SIGN
    return (f"{left} {sign} ", SIGN) if blank and sign not in "/:" else (left + sign, SIGN)


def _apart(out: str, before: str, atom: str, kind: str) -> bool:
    """Whether a blank stands between what is written and the next."""
    if not out or out[-1] == " ":
        return False
    is_word = atom[0].isalnum() or atom[0] in "√∑∏∫∇∂"
    if before in (WORD, TAIL):
        return is_word
    if FRACTION in (before, kind):
        return is_word and (out[-1].isalnum() or out[-1] in ")]")
    return kind == WORD and (out[-1].isalnum() or out[-1] in ")]")


def _is_held(words: str) -> bool:
    """Whether parentheses stand around all of it."""
    if not (words.startswith("(") and words.endswith(")")):
        return False
    depth = 0
    for place, each in enumerate(words):
        depth += (each == "(") - (each == ")")
        if not depth:
            return place == len(words) - 1
    return False


def _held(words: str, *, product: bool = False) -> str:
    """The words in parentheses, unless they are one thing; a `product` such as 2n may also stand without."""
    if not words:
        raise Unsure("nothing")
    one = words.replace(".", "").isdigit() or len(words) == 1 or _is_held(words)
    one = one or (words.isalnum() and (product or not words[0].isdigit())) or _is_scripted(words)
    return words if one else f"({words})"


def _is_scripted(words: str) -> bool:
    """Whether it is one letter with raised or lowered characters or marks."""
    from unicodedata import category

    return all(category(each) in ("No", "Mn") or each in "⁺⁻₊₋′" for each in words[1:])


def _root(root: str) -> str:
    return {"": "√", "2": "√", "3": "∛", "4": "∜"}.get(root) or script("^", root) + "√"


def _accented(words: str, mark: str) -> str:
    """The mark on the one letter, whatever scripts stand behind it."""
    if not words:
        raise Unsure("an accent on nothing")
    rest = words[1:]
    if rest and rest[0] not in "_^" and not _is_scripted(words):
        raise Unsure("an accent on many letters")
    return {"ı": "i", "ȷ": "j"}.get(words[0], words[0]) + mark + rest


def _numbered(words: str) -> str:
    """The character of `x1D54F` or `120143`."""
    try:
        found = chr(int(words[1:], 16) if words[:1] == "x" else int(words))
    except (ValueError, OverflowError):
        raise Unsure("a number of a character") from None
    if not found.isprintable():
        raise Unsure("a character that cannot be shown")
    return found
