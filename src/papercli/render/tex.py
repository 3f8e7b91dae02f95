"""Which formulas a reference may hand on to TeX as they are: those that TeX can do nothing with but set them.

A title is written by anybody who can post a paper, and TeX runs what it reads: it opens files, defines commands, ends
the document. So every command of a formula is on a list and has its arguments, and braces and fences are in pairs; a
formula of which that is not sure is text, to be written sign by sign.
"""

from __future__ import annotations

import re
from functools import cache


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PIECES = r"(?s)\\[A-Za-z]+|\\.|\s+|."

_ACTING = frozenset("%#&$")
_OF_ONE_SIGN = frozenset((r"\%", r"\#", r"\&", r"\|"))
_ALONE = frozenset((r"\ ", r"\,", r"\;", r"\:", r"\!", r"\>", r"\/", r"\-", r"\_", r"\{", r"\}"))

_FENCES = _words(r"""
    ( ) [ ] | / . < > \{ \} \| \vert \Vert \lvert \rvert \lVert \rVert \langle \rangle \lceil \rceil \lfloor \rfloor
    \lbrace \rbrace \lbrack \rbrack \lgroup \rgroup \ulcorner \urcorner \uparrow \downarrow \updownarrow \Uparrow
    \Downarrow \Updownarrow \backslash
    """)
_FENCED = _words(r"""
    \left \middle \right \big \bigl \bigr \bigm \Big \Bigl \Bigr \Bigm \bigg \biggl \biggr \biggm \Bigg \Biggl \Biggr
    \Biggm
    """)

# Text in braces of its own, in which nothing is mathematics.
_BOXES = _words(r"""
    \text \textbf \textit \texttt \textrm \textsf \textsc \textnormal \textup \textmd \emph \mbox \hbox \fbox
    """)
_BOXED = frozenset((r"\ ", r"\%", r"\#", r"\&", r"\_"))
_NOT_BOXED = frozenset("\\{^_") | _ACTING

_WITH_OPTION = (r"\sqrt", r"\xrightarrow", r"\xleftarrow")
_WITH_LIMITS = _words(r"""
    \sum \prod \coprod \int \iint \iiint \oint \lim \limsup \liminf \max \min \sup \inf \bigcup \bigcap
    """)

_ALPHABETS = "Bbb frak mathbb mathds mathbbm mathbf mathcal mathfrak mathit mathnormal mathrm mathscr mathsf mathtt"
_TAKING_ONE = """
    boldsymbol bm pmb mathbfit operatorname boxed smash ensuremath sqrt not pmod pod mod overrightarrow overleftarrow
    overleftrightarrow underbrace overbrace phantom hphantom vphantom xrightarrow xleftarrow underline mathop mathrel
    mathbin mathord mathopen mathclose mathpunct mathinner
    """
_TAKING_TWO = "dfrac tfrac cfrac nicefrac sfrac binom dbinom tbinom overset underset stackrel"
_TAKING_NONE = """
    bf rm it sf tt cal displaystyle textstyle scriptstyle scriptscriptstyle mathstrut strut quad qquad space thinspace
    medspace thickspace negthinspace enspace enskip relax nobreak allowbreak injlim projlim varliminf varlimsup
    """
# Signs, besides the Greek ones, that are one sign to TeX too, and so may be scripts without braces.
_SIGNS = """
    infty partial nabla ell hbar imath jmath Re Im wp aleph forall exists emptyset neg square top bot prime dagger
    ddagger sharp flat natural ast star circ bullet cdot times div pm mp cup cap vee wedge oplus ominus otimes odot
    sim perp parallel leq geq in rightarrow leftarrow leftrightarrow to uparrow downarrow circledR checkmark bigstar
    """


def is_harmless(formula: str) -> bool:
    """Whether TeX can set the formula, given without its dollars, and nothing else can come of it."""
    return in_pairs(formula) and _Reader(formula).reads()


def in_pairs(text: str) -> bool:
    r"""Whether its braces are in pairs to BibTeX, which takes `\{` for one."""
    depth = 0
    for sign in text:
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            return False
    return not depth


@cache
def commands() -> dict[str, tuple[int, bool]]:
    """Of each command that a formula may have: how many arguments it takes, and whether it can be a script."""
    from papercli.mathematics.symbols import ACCENTS, FUNCTIONS, GREEK, SYMBOLS

    symbols = [name for name in SYMBOLS if not name.startswith("text")]
    return {
        **dict.fromkeys([*symbols, *FUNCTIONS, *_TAKING_NONE.split()], (0, False)),
        **dict.fromkeys([*GREEK, *_SIGNS.split()], (0, True)),
        **dict.fromkeys([*ACCENTS, *_TAKING_ONE.split()], (1, False)),
        **dict.fromkeys(_ALPHABETS.split(), (1, True)),
        **dict.fromkeys(_TAKING_TWO.split(), (2, False)),
        "frac": (2, True),
    }


class _Row:
    """What stands between two braces or fences, as far as it is read."""

    def __init__(self, opened: str = "") -> None:
        self.opened = opened
        self.owed = 0  # arguments that something waits for
        self.script = False  # whether what waits is a script, for which not every command will do
        self.scripts = ""  # what the last sign has above and below it, in order

    def filled(self) -> bool:
        """Takes a sign or a group: what was waited for, else one that may have scripts of its own."""
        if not self.owed:
            self.scripts = ""
        self.owed, self.script = max(0, self.owed - 1), False
        return True

    def scripted(self, sign: str) -> bool:
        """Takes the beginning of a script, or a prime, which is one above; two at a place are an error to TeX."""
        late = sign != "_" and "'" in self.scripts.rstrip("'")
        if late or ("^" if sign == "'" else sign) in self.scripts:
            return False
        self.scripts += sign
        self.script = sign != "'"
        self.owed = int(self.script)
        return True


class _Reader:
    """Reads a formula as TeX does. Each method says whether what it read may stand there."""

    def __init__(self, formula: str) -> None:
        self.tokens: list[str] = re.findall(_PIECES, formula)
        self.at = 0
        self.rows = [_Row()]

    def reads(self) -> bool:
        while self.at < len(self.tokens):
            if not self.one(self.next()):
                return False
        return len(self.rows) == 1 and not self.rows[0].owed

    def one(self, sign: str) -> bool:
        row = self.rows[-1]
        if sign[0] == "\\":
            return self.command(row, sign)
        if sign.isspace():
            return True
        if sign == "{":
            self.rows.append(_Row(sign))
            return True
        if sign == "[" and row.owed and not row.script:
            return False  # an option
        if sign not in "}^_'~":
            return sign not in _ACTING and row.filled()
        if row.owed:
            return False
        return self.closed("{") if sign == "}" else sign == "~" or row.scripted(sign)

    def closed(self, opened: str) -> bool:
        return self.rows.pop().opened == opened and self.rows[-1].filled()

    def command(self, row: _Row, sign: str) -> bool:
        if sign[1:].isalpha():
            return self.has_ended(sign) and self.named(row, sign)
        return (sign in _OF_ONE_SIGN or (sign in _ALONE and not row.owed)) and row.filled()

    def has_ended(self, sign: str) -> bool:
        """Whether the command ends there for every engine and package: for some `é` and `@` are letters too."""
        behind = self.tokens[self.at] if self.at < len(self.tokens) else ""
        return sign.isascii() and behind.isascii() and behind != "@"

    def named(self, row: _Row, sign: str) -> bool:
        if sign in _FENCED:
            return not row.owed and self.fenced(row, sign)
        if sign in _BOXES:
            return self.boxed() and row.filled()
        if sign in (r"\limits", r"\nolimits"):
            return not row.owed and self.tokens[max(0, self.at - 2)] in _WITH_LIMITS
        many, is_script = commands().get(sign[1:], (-1, False))
        if many < 0 or (row.owed and not (is_script if row.script else not many)):
            return False
        row.filled()
        row.owed += many
        return self.extended(sign)

    def extended(self, sign: str) -> bool:
        """What may stand between a command and its arguments."""
        if sign == r"\operatorname" and self.tokens[self.at : self.at + 1] == ["*"]:
            self.at += 1
        if sign in _WITH_OPTION and self.tokens[self.at : self.at + 1] == ["["]:
            while (option := self.next()) != "]":
                if not option.isalnum() and option not in ("[", "+", "-", "/"):
                    return False
        return True

    def fenced(self, row: _Row, sign: str) -> bool:
        fence = self.next_but_space()
        if fence not in _FENCES or (fence[1:].isalpha() and not self.has_ended(fence)):
            return False
        if sign == r"\left":
            self.rows.append(_Row(sign))
            return True
        if sign == r"\right":
            return self.closed(r"\left")
        return (sign != r"\middle" or row.opened == r"\left") and row.filled()

    def boxed(self) -> bool:
        if self.next_but_space() != "{":
            return False
        while (sign := self.next()) != "}":
            if sign not in _BOXED and (not sign or sign[0] in _NOT_BOXED):
                return False
        return True

    def next(self) -> str:
        """The next sign; "" at the end."""
        self.at += 1
        return self.tokens[self.at - 1] if self.at <= len(self.tokens) else ""

    def next_but_space(self) -> str:
        sign = self.next()
        return self.next() if sign.isspace() else sign
