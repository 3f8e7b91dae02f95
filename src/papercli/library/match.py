"""An expression of the query language as SQL. Words are the affair of the two word indexes, all else of the tables.

Every condition is 1 or 0 and never NULL, so that NOT means what it says: what is not known does not hold.
"""

from __future__ import annotations

from papercli.expression import All, Between, Either, Named, Not, Sign, Words
from papercli.numbers import numbered
from papercli.text import folded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from papercli.expression import Expression

STEMS, SPELT = "words", "spelt"
"""The word indexes: by English stem, and word for word."""

DEEPEST = 8  # of one question to an index, whose parser has a stack of a hundred
WIDEST = 16  # conditions in one row: SQLite's tree of them may be a thousand deep, and every AND and OR is a step

# Between the parts stands a line break, which no text that is looked for holds.
_KEYWORDS = "(SELECT coalesce(group_concat(value, char(10)), '') FROM json_each(p.keywords))"
_TEXTS = {
    "": f"(p.title || char(10) || p.abstract || char(10) || {_KEYWORDS})",
    "title": "p.title",
    "abstract": "p.abstract",
    "keywords": _KEYWORDS,
}
COUNTS = {name: f"coalesce(l.{name}, p.{name})" for name in ("upvotes", "comments", "stars")}
COUNTS["first_seen"] = "p.first_seen"
DAY = "coalesce(l.day, p.published)"


def marked(name: str, *, each: bool) -> str:
    """SQL that says whether the reader's mark `name` is set: a column of table `mark`, whose row must be intact.

    With `each` of the row `m` at hand, else by looking for all that are marked, once: they are few.
    """
    if each:
        return f"(m.{name} IS NOT NULL AND {intact('m')})"
    holders = f"SELECT h.number FROM mark k JOIN paper h ON h.id = k.id WHERE k.{name} IS NOT NULL AND {intact('k')}"  # noqa: S608
    return f"(p.number IN ({holders}))"


def intact(row: str) -> str:
    """SQL that says whether a row of marks is as it was written."""
    columns = ("id", "seen", "read", "starred", "later", "hidden", "checksum")
    return f"intact({', '.join(f'{row}.{name}' for name in columns)})"


NAMED = {
    "author": "instr(folded(p.authors), {0}) > 0",
    "author in JSON": "EXISTS (SELECT 1 FROM json_each(p.authors) a WHERE instr(folded(a.value), {0}))",
    "org": "(folded(p.organization) = {0} OR instr(folded(p.organization_name), {0}) > 0)",
    "by": "folded(coalesce(l.submitter, p.submitter)) = {0}",
    "cat": "EXISTS (SELECT 1 FROM json_each(p.categories) c"
    " WHERE lower(c.value) = {0} OR substr(lower(c.value), 1, length({0}) + 1) = {0} || '.')",
    "tag": "p.id IN (SELECT g.id FROM tag g WHERE folded(g.name) = {0} AND intact(g.id, g.name, g.at, g.checksum))",
    "id": "p.number = {0}",
    "category": "EXISTS (SELECT 1 FROM json_each(p.categories) c WHERE lower(c.value) = {0})",  # that one, no archive
    "announce": "coalesce(l.announce, {0}) = {0}",  # what is not announced is no such paper, and not left out
    "source": "instr(p.sources, json_quote({0})) > 0",
}
HAS = {
    "code": "p.code IS NOT NULL",
    "project": "p.project IS NOT NULL",
    "summary": "p.ai_summary IS NOT NULL",
    "media": "p.media <> '[]'",
}


class Conditions:
    """Conditions about paper `p`, its row `l` in a listing and its marks `m`, and the `values` that they name.

    With `each`, an index is asked about the paper at hand, else for all that match, once: the first is quick for a
    listing in a large library, the second for the library as a whole. `number` is the SQL of the paper's number.
    """

    def __init__(self, *, each: bool = False, number: str = "p.number", prefix: str = "x") -> None:
        self.values: dict[str, object] = {}
        self._each, self._number, self._prefix = each, number, prefix

    def sql(self, expression: Expression) -> str:
        """What is 1 for a paper that the expression means, and else 0."""
        if index := index_of(expression):
            return self._matches(index, expression)
        if isinstance(expression, Not):
            return f"NOT {self.sql(expression.part)}"
        if isinstance(expression, All):
            return _row(self._all(expression.parts), "AND")
        if isinstance(expression, Either):
            return _row(self._any(expression.parts), "OR")
        known = isinstance(expression, Named) and expression.field in ("id", "is")  # and an index may be used
        return self._leaf(expression) if known else f"coalesce({self._leaf(expression)}, 0)"

    def driven(self, expression: Expression) -> tuple[str, str, list[str]] | None:
        """(index, what it is asked, further conditions), when an index can say which papers come into question."""
        parts = expression.parts if isinstance(expression, All) else (expression,)
        for index in (STEMS, SPELT):
            wanted, unwanted, rest = _sorted(parts, index)
            if wanted:
                further = [_row(self._all(rest), "AND")] if rest else []
                return index, match_of(All((*wanted, *map(Not, unwanted)))), further
        return None

    def _all(self, parts: Sequence[Expression]) -> list[str]:
        """A condition for each index that can answer for some of the parts together, and one for each other part."""
        conditions: list[str] = []
        for index in (STEMS, SPELT):
            wanted, unwanted, parts = _sorted(parts, index)
            if wanted:
                conditions.append(self._matches(index, All((*wanted, *map(Not, unwanted)))))
            elif unwanted:
                conditions.append(f"NOT {self._matches(index, Either(unwanted))}")
        return self._each_of(parts) + conditions

    def _any(self, parts: Sequence[Expression]) -> list[str]:
        """The same of parts of which one is enough."""
        conditions: list[str] = []
        for index in (STEMS, SPELT):
            wanted, unwanted, parts = _sorted(parts, index)
            conditions += [self._matches(index, Either(wanted))] if wanted else []
            conditions += [f"NOT {self._matches(index, All(unwanted))}"] if unwanted else []
        return self._each_of(parts) + conditions

    def _each_of(self, parts: Sequence[Expression]) -> list[str]:
        """A condition for each part, the deepest first: so SQLite's parser, whose stack is a hundred high, need not
        remember the others while it reads that one."""
        return [self.sql(part) for part in sorted(parts, key=_depth, reverse=True)]

    def _matches(self, index: str, expression: Expression) -> str:
        asked = self.named(match_of(expression))
        # For a beginning the index gathers all words that begin so: too much to do for every paper again.
        if self._each and not _has_beginning(expression):
            return f"EXISTS (SELECT 1 FROM {index} WHERE {index} MATCH {asked} AND rowid = {self._number})"  # noqa: S608
        return f"{self._number} IN (SELECT rowid FROM {index} WHERE {index} MATCH {asked})"  # noqa: S608

    def _leaf(self, leaf: Expression) -> str:
        if isinstance(leaf, Sign):
            return f"instr(lower({_TEXTS[leaf.where]}), {self.named(leaf.text)}) > 0"
        if isinstance(leaf, Between):
            return self._between(leaf)
        assert isinstance(leaf, Named)  # noqa: S101 - there is no other kind
        if leaf.field == "has":
            return HAS[leaf.text]
        if leaf.field == "is":
            positive = marked(leaf.text.removeprefix("un"), each=self._each)
            return f"NOT {positive}" if leaf.text.startswith("un") else positive
        if leaf.field == "id":
            return NAMED["id"].format(self.named(numbered(leaf.text)))
        text = _compared(leaf)
        # In the list as it is kept, which is read several times as fast, most names stand as they are written.
        by_item = leaf.field == "author" and (not text.strip("[], ") or '"' in text or "\\" in text)
        return NAMED["author in JSON" if by_item else leaf.field].format(self.named(text))

    def _between(self, leaf: Between) -> str:
        column = DAY if leaf.field == "day" else COUNTS[leaf.field]
        limits = [(sign, value) for sign, value in ((">=", leaf.low), ("<=", leaf.high)) if value is not None]
        days = leaf.field == "day"
        return " AND ".join(f"{column} {sign} {self.named(str(value) if days else value)}" for sign, value in limits)

    def named(self, value: object) -> str:
        """The name under which `value` goes into the SQL."""
        name = f"{self._prefix}{len(self.values)}"
        self.values[name] = value
        return f":{name}"


def index_of(expression: Expression, depth: int = 0) -> str:
    """The one index that can answer for all of the expression; "" when none can."""
    if isinstance(expression, Words):
        return STEMS if expression.how == "stem" else SPELT
    if not isinstance(expression, All | Either) or depth >= DEEPEST:
        return ""
    # FTS5 knows NOT only as "this, but not that".
    whole = isinstance(expression, All) and any(not isinstance(part, Not) for part in expression.parts)
    parts = [part.part if whole and isinstance(part, Not) else part for part in expression.parts]
    indexes = {index_of(part, depth + 1) for part in parts}
    return indexes.pop() if len(indexes) == 1 else ""


def match_of(expression: Expression) -> str:
    """The expression in the language of FTS5 (sqlite.org/fts5.html); `index_of` names the index that it is for.

    Every word stands in quotes, so nothing in it means anything to FTS5. One in which the index finds no letter
    matches nothing.
    """
    if isinstance(expression, Words):
        column = f"{{{expression.where}}} : " if expression.where else ""
        beginning = " *" if expression.how == "prefix" else ""
        return f'({column}"{expression.text.replace(chr(34), chr(34) * 2)}"{beginning})'
    if isinstance(expression, Either):
        return f"({' OR '.join(map(match_of, expression.parts))})"
    assert isinstance(expression, All)  # noqa: S101 - index_of has looked
    wanted = " AND ".join(match_of(part) for part in expression.parts if not isinstance(part, Not))
    unwanted = " OR ".join(match_of(part.part) for part in expression.parts if isinstance(part, Not))
    return f"(({wanted}) NOT ({unwanted}))" if unwanted else f"({wanted})"


def _sorted(
    parts: Sequence[Expression], index: str
) -> tuple[tuple[Expression, ...], tuple[Expression, ...], tuple[Expression, ...]]:
    """Those that the index can answer for; those whose opposite it can answer for, as the opposite; the rest."""
    wanted = tuple(part for part in parts if index_of(part) == index)
    unwanted = tuple(part.part for part in parts if isinstance(part, Not) and index_of(part.part) == index)
    rest = (part for part in parts if index_of(part.part if isinstance(part, Not) else part) != index)
    return wanted, unwanted, tuple(rest)


def _has_beginning(expression: Expression) -> bool:
    if isinstance(expression, Words):
        return expression.how == "prefix"
    parts = expression.parts if isinstance(expression, All | Either) else ()
    return any(map(_has_beginning, (expression.part,) if isinstance(expression, Not) else parts))


def _depth(expression: Expression) -> int:
    if isinstance(expression, Not):
        return _depth(expression.part)
    return 1 + max(map(_depth, expression.parts)) if isinstance(expression, All | Either) else 0


def _row(conditions: list[str], word: str) -> str:
    """The conditions with the word between them, in rows of rows."""
    while len(conditions) > WIDEST:
        several = (conditions[at : at + WIDEST] for at in range(0, len(conditions), WIDEST))
        conditions = [f"({f' {word} '.join(each)})" for each in several]
    return f"({f' {word} '.join(conditions)})"


def _compared(leaf: Named) -> str:
    """What is said, as it is compared."""
    return leaf.text.lower() if leaf.field in ("cat", "category") else folded(leaf.text)
