"""One formula of TeX, read as TeX does and written in a line of Unicode."""

from __future__ import annotations

import re

from papercli.mathematics.setting import (
    CLOSE,
    FRACTION,
    OPEN,
    ORDINARY,
    SIGN,
    SPACE,
    TAIL,
    WORD,
    Unsure,
    accented,
    held,
    joined,
    linked,
    numbered,
    plain,
    root,
    set_script,
)
from papercli.mathematics.symbols import (
    ACCENTS,
    BINARY,
    CLOSING,
    FUNCTIONS,
    LOOKS,
    NOT,
    OPENING,
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

_TOKENS = r"(?s)\\[A-Za-z]+\s*|\\.|\s+|."


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
        self.tokens: list[str] = re.findall(_TOKENS, tex)
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
            one = self.tokens[self.at]
            if one in ("^", "_", "'") and not words:
                while atoms and atoms[-1][1] == SPACE:
                    atoms.pop()
                atoms.append(self.scripted(*(atoms.pop() if atoms else ("", ORDINARY))))
            else:
                self.at += 1
                atoms += self.atom(one, words=words)
        self.depth -= 1
        return "".join(atom for atom, _ in atoms) if words else joined(atoms)

    def group(self, *, words: bool = False) -> str:
        """The rest of a group whose brace was just read."""
        found = self.row(words=words)
        if self.at == len(self.tokens):
            raise Unsure("a brace that nothing closes")
        self.at += 1
        return found

    def atom(self, one: str, *, words: bool) -> list[tuple[str, str]]:
        """What one token, with the arguments it takes, adds to a row."""
        if one[0] == "\\" and len(one) > 1:
            return self.command(one, words=words)
        if one == "{":
            before = self.tokens[max(0, self.at - 3) : self.at - 1]
            if len(before) == 2 and "".join(before).isalpha():
                raise Unsure("a group behind a word: a command that lost its backslash")
            return [(self.group(words=words), ORDINARY)]
        if words:
            return [(" " if one.isspace() or one == "~" else one, ORDINARY)]
        return [plain(one)]

    def command(self, one: str, *, words: bool) -> list[tuple[str, str]]:
        name = one[1:].rstrip() or " "
        after = [(" ", SPACE)] * (one[-1].isspace() and name != " ")
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
            return [(accented(self.argument(), ACCENTS[name]), ORDINARY)]
        if name in ("frac", "dfrac", "tfrac", "cfrac", "nicefrac", "sfrac"):
            above, below = self.argument(), self.argument()
            return [(f"{held(above, product=True)}/{held(below)}", FRACTION)]
        if name in ("binom", "dbinom", "tbinom"):
            return [(f"({self.argument()} choose {self.argument()})", ORDINARY)]
        return self.seldom(name, words=words)

    def seldom(self, name: str, *, words: bool) -> list[tuple[str, str]]:
        if name == "sqrt":
            return [(f"{root(self.option())}{held(self.argument())}", ORDINARY)]
        if name == "not":
            self.skip_space()
            (sign, kind), *rest = self.atom(self.next(), words=words) or [("", SIGN)]
            if len(sign) != 1:
                raise Unsure("not of what?")
            return [(sign + NOT, kind), *rest]
        if name in ("pmod", "pod"):
            return [(" ", SPACE), (f"({'mod ' * (name == 'pmod')}{self.argument()})", ORDINARY)]
        if name in ("textsuperscript", "textsubscript"):
            return [set_script("^" if name == "textsuperscript" else "_", self.argument(words=True))]
        if name in ("color", "textcolor"):
            self.argument(words=True)
            return [] if name == "color" else [(self.argument(words=True), ORDINARY)]
        if name == "href":
            where, what = self.argument(words=True), self.argument(words=True)
            return [(linked(where, what), ORDINARY)]
        if name == "unicode":
            return [(numbered(self.argument(words=True)), ORDINARY)]
        raise Unsure(name)

    def argument(self, *, words: bool = False) -> str:
        """A group, or the one token (with its own arguments) that stands in its place."""
        self.skip_space()
        one = self.next()
        if one == "{":
            return self.group(words=words)
        if one in ("}", "^", "_", "'"):
            raise Unsure("an argument is missing")
        self.depth += 1
        if self.depth > DEEPEST:
            raise Unsure("too deep")
        found = "".join(atom for atom, _ in self.atom(one, words=words)).strip()
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
        if not found.isalnum() or end == len(self.tokens):
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
            scripts[sign], last = set_script(sign, self.argument())
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
