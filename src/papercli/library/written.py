"""Which words of a text were looked for: by the same tokenizers that the word indexes use, so that what is marked on a
card is what made it match."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

from papercli.expression import All, Either, Words
from papercli.library.match import SPELT, STEMS, index_of, match_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from papercli.expression import Expression

_WORD = r"[^\W_]+"
_TABLES = (
    f"CREATE VIRTUAL TABLE {STEMS} USING fts5 (word, tokenize='porter unicode61 remove_diacritics 2')",
    f"CREATE VIRTUAL TABLE {SPELT} USING fts5 (word, tokenize='unicode61 remove_diacritics 2')",
)


def written(texts: Iterable[str], expression: Expression) -> frozenset[str]:
    """The words of `texts`, as they are written there, that the expression asks for."""
    words = list(dict.fromkeys(word for text in texts for word in re.findall(_WORD, text)))
    wanted = list(dict.fromkeys(single for leaf in _positive(expression) for single in _singly(leaf)))
    if not words or not wanted:
        return frozenset()
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        for table in _TABLES:
            db.execute(table)
        for index in {index_of(single) for single in wanted}:
            db.executemany(f"INSERT INTO {index} VALUES (?)", [(word,) for word in words])  # noqa: S608
        found: set[str] = set()
        for single in wanted:
            index = index_of(single)
            sql = f"SELECT word FROM {index} WHERE {index} MATCH ?"  # noqa: S608 - a name of our own
            found.update(word for (word,) in db.execute(sql, [match_of(single)]))
    return frozenset(found)


def _positive(expression: Expression) -> Iterator[Words]:
    """The words that speak for a paper, not against it."""
    if isinstance(expression, Words):
        yield expression
    elif isinstance(expression, All | Either):
        for part in expression.parts:
            yield from _positive(part)


def _singly(leaf: Words) -> Iterator[Words]:
    """Each word of a phrase by itself, wherever it may stand."""
    parts = re.findall(_WORD, leaf.text)
    for place, part in enumerate(parts, start=1):
        how = leaf.how if leaf.how != "prefix" or place == len(parts) else "exact"
        yield Words(part, how)
