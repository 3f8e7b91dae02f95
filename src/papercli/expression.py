"""What a query means, as a value: which papers. `grammar` reads it from what a person types, `filters` from options,
and `library.match` makes SQL of it."""

from __future__ import annotations

from papercli.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


@value
class Words:
    """Words that stand next to each other, nearly always one: `GPT-4` is two. `text` is as it was typed."""

    text: str
    how: str = "stem"
    """"stem": by English stem; "exact": word for word; "prefix": the last one may go on. Case and accents folded."""

    where: str = ""
    """"title", "abstract" or "keywords"; "" is any of them."""


@value
class Sign:
    """Characters of which the word index knows nothing: signs, emoji, and scripts that put no blank between words."""

    text: str
    """In lower case as far as it is ASCII, and so it is looked for."""

    where: str = ""


@value
class Named:
    """A fact that has a name: `field` is one of `facts.FIELDS` that takes text or a choice.

    Two more are said by options only: "source", which told of the paper, and "category", which is that one and not
    the archive of the name.
    """

    field: str
    text: str


@value
class Between:
    """A number or a day from `low` to `high`, both included; None is no limit. What is not known is not between."""

    field: str
    """One of `facts.NUMBERS`, or "day"."""

    low: int | date | None = None
    high: int | date | None = None


@value
class All:
    """Every part holds. There is at least one."""

    parts: tuple[Expression, ...]


@value
class Either:
    """At least one part holds. There is at least one."""

    parts: tuple[Expression, ...]


@value
class Not:
    """The part does not hold."""

    part: Expression


if TYPE_CHECKING:
    Expression = Words | Sign | Named | Between | All | Either | Not


def joined(kind: type[All | Either], parts: Iterable[Expression]) -> Expression | None:
    """The parts as one, each of them once, and none of the same kind inside it; None of none."""
    each: dict[Expression, None] = {}
    for part in parts:
        each |= dict.fromkeys(part.parts if isinstance(part, kind) else (part,))
    return kind(tuple(each)) if len(each) > 1 else next(iter(each), None)


def opposite(part: Expression) -> Expression:
    """What holds when the part does not."""
    return part.part if isinstance(part, Not) else Not(part)


def said(expression: Expression) -> str:
    """The words that speak for a paper, in the order typed: what a source is asked that searches by meaning."""
    if isinstance(expression, Words | Sign):
        return expression.text
    if not isinstance(expression, All | Either):
        return ""
    each: dict[str, str] = {}
    for part in expression.parts:
        if words := said(part):
            each.setdefault(words.lower(), words)
    return " ".join(each.values())


def loosened(expression: Expression) -> Expression | None:
    """The expression without the words that speak for a paper; None when nothing else is asked for."""
    if isinstance(expression, Words | Sign):
        return None
    if not isinstance(expression, All | Either):
        return expression
    parts = [loosened(part) for part in expression.parts]
    kept = [part for part in parts if part]
    if isinstance(expression, Either) and len(kept) < len(parts):
        return None
    return joined(type(expression), kept)
