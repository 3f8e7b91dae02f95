"""Our query language in the words of arXiv's (https://info.arxiv.org/help/api/user-manual.html#query_details).

What is asked is never narrower than what is meant: what arXiv cannot say is left out, and the library looks again at
what it answers. Therefore a part is asked so that it finds more if anything, and what must not be there is only named
where arXiv would leave out nothing else.

    meant                              asked                                               not asked
    word, "exact words", C++           all:"word"; title: and abs: as ti:"…", abs:"…"      kw:
    begin* (three letters at least)    all:begin*, whatever column is meant
    author:"Ada Exam"                  (au:"ada" AND (au:"exam" OR au:exam*))
    cat:cs.CL, cat:cs                  cat:cs.CL, (cat:cs OR cat:cs.*)
    id:2501.12948                      id_list, where it must hold                         id: in an OR
    since: until: on:                  submittedDate:[YYYYMMDD0000 TO YYYYMMDD2359]
    a b, a OR b, ( )                   AND, OR, ( ); an OR only if all of it can be asked
    -word                              ANDNOT (ti:"word" OR abs:"word")                    -"exact" -begin* -author: …
    signs, common words (of, the)                                                          these
    up: stars: comments: has: is: tag: by: org:                                            these

Every word stands in quotes, so nothing in it means anything to arXiv's parser. Its source (github.com/arXiv/
arxiv-search) gives AND, OR and ANDNOT no precedence, so parentheses stand around all that joins two kinds of them.
What its index cannot find, however it is asked, is told in docs/arxiv.md.
"""

from __future__ import annotations

import re

from papercli.errors import BadRequest
from papercli.expression import All, Between, Either, Named, Not, Words
from papercli.sources.atom import CATEGORY
from papercli.text import folded
from papercli.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from papercli.expression import Expression

LONGEST = 2_000  # characters: an address of twice that, quoted, is still taken by every server
MOST = 40  # parts that must hold; each word is looked for in a dozen fields there

COMMON = {
    "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "if", "in", "into", "is", "it", "no", "not", "of",
    "on", "or", "such", "that", "the", "their", "then", "there", "these", "they", "this", "to", "was", "will", "with",
}  # fmt: skip
"""Words that arXiv's index leaves out (Lucene's English stop words): asked for alone, they are nowhere."""

_FIRST_DAY, _LAST_DAY = "1900-01-01", "2999-12-31"
_FIELDS = {"": "all", "title": "ti", "abstract": "abs"}


@value
class Question:
    """What arXiv is asked: the papers of `ids`, or any where there are none, that `query` means, or all where it is "".
    One of the two is there."""

    query: str
    ids: tuple[str, ...] = ()


def question(expression: Expression) -> Question | None:
    """The question whose answers hold all that arXiv has of what is meant; None when it can say nothing of that."""
    parts = expression.parts if isinstance(expression, All) else (expression,)
    ids = next((found for part in parts if (found := _ids(part))), ())
    query = _conjunction(parts)
    return Question(query, ids) if query or ids else None


def category_of(said: str) -> str:
    """The category as arXiv writes it: `cs.CL` of `CS.cl`. Raises BadRequest for what is none."""
    archive, dot, part = said.strip().lower().partition(".")
    name = f"{archive}{dot}{part.upper() if len(part) == 2 else part}"
    if len(name) > 40 or not re.fullmatch(CATEGORY, name):
        raise BadRequest(f"“{said[:40]}” is not an arXiv category", hint="for example cs.CL, or an archive: cs")
    return name


def _ids(part: Expression) -> tuple[str, ...]:
    """The identifiers, where the part is one, or any of several."""
    each = part.parts if isinstance(part, Either) else (part,)
    ids = [one.text for one in each if isinstance(one, Named) and one.field == "id"]
    return tuple(ids) if len(ids) == len(each) else ()


def _conjunction(parts: Sequence[Expression]) -> str:
    """As many of the parts as may be asked at once, and without as many as may be; "" when none can be asked."""
    asked = [words for part in parts if (words := _asked(part))]
    denied = [words for part in parts if isinstance(part, Not) and (words := _denied(part.part))]
    asked, left = _within(asked, LONGEST, MOST)
    denied, _ = _within(denied, left, MOST)
    wanted, unwanted = _joined(asked, "AND"), _joined(denied, "OR")
    return _joined([wanted, unwanted], "ANDNOT") if wanted and unwanted else wanted


def _within(parts: list[str], room: int, most: int) -> tuple[list[str], int]:
    """Those that there is room for, and how much room is left (characters)."""
    kept: list[str] = []
    for part in parts:
        if len(part) + 8 <= room and len(kept) < most:
            kept.append(part)
            room -= len(part) + 8
    return kept, room


def _joined(parts: Sequence[str], word: str) -> str:
    return f"({f' {word} '.join(parts)})" if len(parts) > 1 else "".join(parts)


def _asked(part: Expression) -> str:
    """What finds all that the part means, and maybe more; "" when arXiv cannot say it."""
    if isinstance(part, Words):
        return _words(part)
    if isinstance(part, Named):
        return {"author": _author, "cat": _archive, "category": _category}.get(part.field, _nothing)(part.text)
    if isinstance(part, Between):
        return _days(part) if part.field == "day" else ""
    if isinstance(part, All):
        return _conjunction(part.parts)
    if isinstance(part, Either):
        each = [_asked(one) for one in part.parts]
        return _joined(list(dict.fromkeys(each)), "OR") if all(each) else ""
    return ""


def _denied(part: Expression) -> str:
    """What finds nothing but what the part means, so that it may be taken away; "" when there is no saying it."""
    if isinstance(part, Words) and part.how == "stem" and not COMMON.intersection(_tokens(part.text)):
        fields = ("ti", "abs") if not part.where else (_FIELDS[part.where],) if part.where in _FIELDS else ()
        return _joined([f'{field}:"{_safe(part.text)}"' for field in fields if _tokens(part.text)], "OR")
    if isinstance(part, Named):
        return {"cat": _archive, "category": _category}.get(part.field, _nothing)(part.text)
    if isinstance(part, Either):
        return _joined([words for one in part.parts if (words := _denied(one))], "OR")
    if isinstance(part, All):
        each = [_denied(one) for one in part.parts]
        return _joined(each, "AND") if all(each) else ""
    return ""


def _words(words: Words) -> str:
    """Words next to each other. arXiv's titles and abstracts keep their accents, what is typed may lack them."""
    if words.where not in _FIELDS:
        return ""
    if words.how == "prefix":
        return _beginning(words)
    if not set(_tokens(words.text)) - COMMON:
        return ""
    field, text = _FIELDS[words.where], _safe(words.text)
    # In its index a_b is one word; in ours, two.
    spelt = dict.fromkeys((text, folded(text) if not text.isascii() else text, text.replace("_", " ")))
    return _joined([f'{field}:"{each}"' for each in spelt], "OR")


def _beginning(words: Words) -> str:
    """What arXiv keeps by stem cannot be found by a beginning that is longer than the stem, but in `all` it keeps words
    as they are."""
    *whole, last = _tokens(folded(words.text)) or [""]
    parts = [_words(Words(" ".join(whole), "exact", words.where))] if whole else []
    parts += [f"all:{last}*"] if len(last) >= 3 and last.isascii() else []
    return _joined([part for part in parts if part], "AND")


def _author(name: str) -> str:
    """Names word by word, for they come as `Ada Example` and as `A. Example`; of the last, its beginning will do."""
    *whole, last = _safe(folded(name)).replace("_", " ").split() or [""]
    parts = [f'au:"{word}"' for word in whole if re.search(r"\w", word)]
    if last.isascii() and last.isalpha() and len(last) >= 3:
        parts.append(f'(au:"{last}" OR au:{last}*)')
    return _joined(parts, "AND")


def _archive(said: str) -> str:
    name = _category(said)
    return f"({name} OR {name}.*)" if name and "." not in name else name


def _category(said: str) -> str:
    try:
        return f"cat:{category_of(said)}"
    except BadRequest:
        return ""


def _days(days: Between) -> str:
    """The days on which the first version came in, UTC, both included."""
    low = str(days.low or _FIRST_DAY).replace("-", "")
    high = str(days.high or _LAST_DAY).replace("-", "")
    return f"submittedDate:[{low}0000 TO {high}2359]"


def _nothing(said: str) -> str:
    return ""


def _tokens(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())


def _safe(text: str) -> str:
    """The text as it may stand between quotes: without quotes, and without the sign that would take their meaning."""
    return " ".join(text.replace('"', " ").replace("\\", " ").split())
