"""The query language: what a person types to say which papers they mean, read into one value.

    words, all of which must stand there   "exact words"   begin*   -without   this OR that   ( )   up:>20 author:name

`-k`, `search`, `list`, followed and muted topics all read it here. Anything that is not the language is text: `GPT-4`,
`C++`, a lone quote, an emoji, an abstract. What cannot be read is a BadRequest that knows the place.
"""

from __future__ import annotations

import re

from papercli.errors import BadRequest
from papercli.expression import All, Between, Either, Named, Sign, Words, joined, opposite
from papercli.facts import FIELDS, fact
from papercli.text import line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from papercli.dates import Span
    from papercli.expression import Expression

LONGEST = 20_000  # characters
MOST = 500  # words and fields together: two long abstracts, and what SQLite answers at once
DEEPEST = 12  # parentheses inside each other; SQLite's parser has a stack of a hundred

_WORD = r"[^\W_]+"
_CLOSING = {'"': '"', "“": "”", "„": "“”", "«": "»"}

# Letters of scripts that put no blanks between words: Thai, Lao, Myanmar, Khmer, kana, Han, Hangul with its particles.
_NO_BLANKS = (
    "[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3040-\u318f\u31f0-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003ffff]"
)


def parse(text: str, span: Callable[[str], Span]) -> Expression:
    """The expression that `text` says; `span` gives the days of a WHEN.

    Raises BadRequest, with the place, when something is open, empty or wrong there, or there is too much of it.
    """
    clean = line(text, LONGEST + 1)
    if not text.isascii() and (found := re.search("[\ud800-\udfff]", text[: 4 * LONGEST])):
        at = len(line(text[: found.end()], LONGEST + 1)) - 1
        raise BadRequest("the words to look for are not UTF-8", place=(clean, at))
    if not clean:
        raise BadRequest("there is no word to look for", hint="for example: diffusion -video up:>20")
    if len(clean) > LONGEST or len(text) > 4 * LONGEST:
        at = min(LONGEST, len(clean) - 1)
        raise BadRequest(f"more than {LONGEST:,} characters are too many", place=(clean, at))
    return _Reader(clean, span).either() or Sign(_lower(clean))


class _Reader:
    """Reads one query from left to right. A part that says nothing, such as a dash between blanks, is None."""

    def __init__(self, text: str, span: Callable[[str], Span]) -> None:
        self.text, self.at, self._span = text, 0, span
        self._depth = self._count = 0
        self._where = ""  # the column that the words at hand must stand in
        self._last_was_empty = False

    def either(self) -> Expression | None:
        """Parts with OR between them."""
        parts, last = [self._all()], self.at
        while self._keyword("OR"):
            parts.append(self._all())
            if self._last_was_empty:
                raise self._wrong("OR needs something on both sides", last)
            last = self.at
        return joined(Either, filter(None, parts))

    def _all(self) -> Expression | None:
        """Parts that all hold."""
        parts: list[Expression] = []
        began = self._blank()
        while not self._ends() and not self._is_keyword("OR"):
            if self._is_keyword("AND"):
                self._conjunction(began)
            elif part := self._part():
                parts.append(part)
            self._blank()
        self._last_was_empty = self.at == began
        if self._last_was_empty and self._is_keyword("OR"):
            raise self._wrong("OR needs something on both sides", self.at)
        return joined(All, parts)

    def _conjunction(self, began: int) -> None:
        at = self.at
        self._keyword("AND")
        if at == began or self._ends() or self._is_keyword("OR", "AND"):
            raise self._wrong("AND needs something on both sides", at)

    def _part(self) -> Expression | None:
        """A group, a field, a phrase or a word, with whatever turns it into its opposite."""
        at, negative = self.at, False
        while (dash := self._is_dash()) or self._keyword("NOT"):
            self.at += dash
            negative = not negative
        if self.at > at and (self._ends() or self._is_keyword("OR", "AND")):
            raise self._wrong("NOT needs something after it", at)
        part = self._group() if self.text[self.at] == "(" else self._field() if self._name() else self._plain(at)
        return opposite(part) if negative and part else part

    def _group(self) -> Expression | None:
        at, self.at, self._depth = self.at, self.at + 1, self._depth + 1
        if self._depth > DEEPEST:
            raise self._wrong(f"more than {DEEPEST} parentheses inside each other are too many", at)
        part = self.either()
        if self.at >= len(self.text):
            raise self._wrong("this “(” is never closed", at)
        if self._last_was_empty:
            raise self._wrong("there is nothing between these parentheses", at)
        self.at, self._depth = self.at + 1, self._depth - 1
        self._last_was_empty = False
        return part

    # Fields

    def _name(self) -> str:
        """The name of the field that stands here, or ""."""
        found = re.compile("([a-z]+):").match(self.text, self.at)
        return found[1] if found and found[1] in FIELDS else ""

    def _field(self) -> Expression | None:
        """`name:value`; what stands in the column of a paper may be words of every kind."""
        at, name = self.at, self._name()
        field, began = FIELDS[name], at + len(name) + 1
        if self.text[began : began + 1] in ("", " ", ")"):
            raise self._wrong(f"{name}: needs something right after it", at, f"for example '{field.example}'")
        self.at = began
        if field.where:
            return self._column(field.where)
        if self.text[began] == "(":
            raise self._wrong(f"{name}: takes no parentheses", began, f"for example '{name}:this OR {name}:that'")
        self._counted(1, at)
        said = self._inside()
        try:
            found = fact(name, self._taken() if said is None else said, self._span)
        except BadRequest as error:
            raise self._wrong(str(error), began, error.hint) from error
        return Named(*found) if len(found) == 2 else Between(*found)

    def _column(self, where: str) -> Expression | None:
        outside, self._where, began = self._where, where, self.at
        part = self._group() if self.text[began] == "(" else self._plain(began)
        self._where = outside
        return part or Sign(_lower(self.text[began : self.at]), where)

    # Words

    def _plain(self, at: int) -> Expression | None:
        """“Exact words” between quotes, or a word up to the next blank; a quote that nothing closes is text."""
        began = self.at
        said = self._inside()
        if said is None:
            said, how = self._taken(), "stem"
            if said.endswith("*") and re.search(_WORD, said):
                said, how = said.rstrip("*"), "prefix"
        else:
            said, how = said.strip() or self.text[began : self.at], "exact"
        return self._meant(said, how, at)

    def _meant(self, said: str, how: str, at: int) -> Expression | None:
        """Words for the index, signs for what it does not hold; None for punctuation alone."""
        count = len(re.findall(_WORD, said))
        if not count and _is_punctuation(said):
            return None
        self._counted(count or 1, at)
        if not count or (not said.isascii() and re.search(_NO_BLANKS, said)):
            return Sign(_lower(said), self._where)
        words = Words(said, how, self._where)
        bare = said.rstrip(".,;:!?)]}")
        # The index would take C++ for C.
        written = Sign(_lower(bare), self._where) if how != "prefix" and bare[-1:] in ("+", "#") else None
        return All((words, written)) if written else words

    def _inside(self) -> str | None:
        """What stands between quotes here; None where there are none."""
        ends = [self.text.find(sign, self.at + 1) for sign in _CLOSING.get(self.text[self.at], "")]
        end = min((end for end in ends if end > 0), default=0)
        if not end:
            return None
        said, self.at = self.text[self.at + 1 : end], end + 1
        return said

    def _taken(self) -> str:
        """Characters up to the next blank, or a parenthesis that closes one opened before them."""
        began, open = self.at, 0
        while self.at < len(self.text) and (sign := self.text[self.at]) != " ":
            open += (sign == "(") - (sign == ")")
            if open < 0:
                if self._depth:
                    break
                open = 0
            self.at += 1
        return self.text[began : self.at]

    def _counted(self, words: int, at: int) -> None:
        self._count += words
        if self._count > MOST:
            raise self._wrong(f"more than {MOST:,} words are too many to look for at once", at)

    # Where it stands

    def _ends(self) -> bool:
        return self.at >= len(self.text) or (self._depth > 0 and self.text[self.at] == ")")

    def _is_dash(self) -> bool:
        """Whether a dash stands here that is glued to something: `-word`, not `--word` nor a dash between blanks."""
        return self.text.startswith("-", self.at) and self.text[self.at + 1 : self.at + 2] not in ("", " ", ")", "-")

    def _blank(self) -> int:
        while self.text[self.at : self.at + 1] == " ":
            self.at += 1
        return self.at

    def _is_keyword(self, *names: str) -> bool:
        return any(
            self.text.startswith(name, self.at)
            and self.text[self.at + len(name) : self.at + len(name) + 1] in ("", " ", "(", ")")
            for name in names
        )

    def _keyword(self, name: str) -> bool:
        """Step over the keyword and the blank after it, if it stands here."""
        if not self._is_keyword(name):
            return False
        self.at += len(name)
        self._blank()
        return True

    def _wrong(self, what: str, at: int, hint: str = "") -> BadRequest:
        return BadRequest(what, hint=hint, place=(self.text, at))


def _is_punctuation(text: str) -> bool:
    from unicodedata import category

    return all(category(sign)[0] in "PZ" for sign in text)


def _lower(text: str) -> str:
    """In lower case as far as it is ASCII, as SQLite's `lower` makes it."""
    return "".join(chr(ord(letter) + 32) if "A" <= letter <= "Z" else letter for letter in text)
