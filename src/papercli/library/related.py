"""Papers like another one: those that share its rare words, by the word index alone."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from math import log

from papercli.library.failures import failures
from papercli.text import line
from papercli.value import changed, value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from papercli.library.store import Store

TERMS = 25
"""Words and pairs of words by which papers are compared."""

MOST = 1_000
"""Papers that are called like it."""

COMMON = 50
"""A word that more than one paper in so many holds says little of any."""

SMALL = 500
"""In a library where that is fewer papers than this, a word may stand in so many, but in a tenth of them at most."""

RAREST = 5
"""A word in fewer papers than this is taken for no rarer: what three papers share by chance is not their topic."""

SHOWN = 6
"""Words that are named as what ties two papers."""

_EMPTY_WORDS = """
    a about across after all also an and any are as at based be because been between both but by can could do does each
    either etc even existing for from further given has have how however if in including into is it its itself let like
    made make many may method methods more moreover most much must new no not novel of on one only or other our out over
    own paper per propose proposed results same several should show shows since so some such than that the their them
    then there these they this those through thus to toward towards two under up upon use used using via was we well
    were what when where which while who whose why will with within without would yet you your
"""
_EMPTY = frozenset(_EMPTY_WORDS.split())
"""Words that tie nothing, and of which no pair is made."""


@value
class Tie:
    """A paper, and what ties it to another."""

    number: int
    """Its number in the library."""

    score: float
    words: tuple[str, ...]
    """What both hold, as the other writes it, rarest first; at most SHOWN."""


@value
class _Term:
    """A word, or two words in a row, of the paper that others are compared with."""

    stems: tuple[str, ...]
    asked: str
    """What to ask the index for: folded as it folds."""

    weight: float
    """What it says of the paper: more in its title and keywords, more when it stands there often."""

    papers: int = 0
    """How many papers hold it; 0 before that is known."""

    words: str = ""
    """As the paper writes it."""


class Related:
    """Likeness of the papers in `store`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def like(self, id: str) -> tuple[Tie, ...]:
        """The papers that share most with the paper `id`, likest first, at most MOST; () for an unknown one.

        Each shares at least two of its rare words. docs/trends.md has the formula. Raises LibraryError when the
        library cannot be read.
        """
        with failures():
            row = self._store.one("SELECT number, title, abstract, keywords FROM paper WHERE id = ?", id)
            if row is None:
                return ()
            number, title, abstract, keywords = row
            texts = [line(title), line(abstract, 20_000), *map(line, json.loads(keywords))]
            with closing(_Tokens(texts)) as tokens:
                terms = self._chosen(_terms(tokens.sorted()))
                terms = [changed(term, words=tokens.written(term)) for term in terms]
            return self._ties(number, terms)

    def _chosen(self, terms: Sequence[_Term]) -> list[_Term]:
        """The terms that say most: what they weigh times how rare they are. Common ones where there are no others."""
        (papers,) = self._store.one("SELECT count(*) FROM paper")
        allowed = max(papers // COMMON, min(SMALL, papers // 10))
        counted = self._counted(terms, allowed) or self._counted(terms, papers // 2)
        rarest = min(RAREST, papers / 2)
        weighed = [changed(term, weight=term.weight * log(papers / max(rarest, term.papers))) for term in counted]
        best = sorted(weighed, key=lambda term: (-term.weight, term.asked))[:TERMS]
        # A pair stands for its words too, so it never weighs less than they do.
        single = {term.stems: term.weight for term in best}
        return [
            changed(term, weight=max(term.weight, sum(single.get((stem,), 0) for stem in term.stems))) for term in best
        ]

    def _counted(self, terms: Sequence[_Term], most: int) -> list[_Term]:
        """Those of the terms that another paper holds too, and `most` papers at most, with how many. Counting ends at
        what is too common, so that no word costs more than another."""
        sql = (
            "SELECT t.key, (SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH t.value LIMIT ?))"
            " FROM json_each(?) t"
        )
        rows = self._store.read(sql, [most + 1, json.dumps([term.asked for term in terms])])
        return [changed(terms[place], papers=papers) for place, papers in rows if 1 < papers <= most]

    def _ties(self, own: int, terms: Sequence[_Term]) -> tuple[Tie, ...]:
        """Every paper's sum over the terms that it holds. A word counts once: not again where it stands in a pair that
        counts; and double where it stands in the title or the keywords."""
        scores: dict[int, float] = {}
        held: dict[int, list[_Term]] = {}
        for term in sorted(terms, key=lambda term: (-len(term.stems), term.papers)):
            prominent = {number for (number,) in self._holding(f"{{title keywords}} : {term.asked}")}
            for (number,) in self._holding(term.asked):
                before = held.setdefault(number, [])
                if len(term.stems) == 1 and any(term.stems[0] in other.stems for other in before):
                    continue
                before.append(term)
                scores[number] = scores.get(number, 0.0) + term.weight * (1 + (number in prominent))
        alike = [number for number in held if number != own and sum(len(term.stems) for term in held[number]) > 1]
        alike.sort(key=lambda number: (-scores[number], -number))
        return tuple(Tie(number, scores[number], _named(held[number])) for number in alike[:MOST])

    def _holding(self, asked: str) -> list[tuple[int]]:
        return self._store.read("SELECT rowid FROM words WHERE words MATCH ?", [asked])


def _named(terms: Sequence[_Term]) -> tuple[str, ...]:
    return tuple(term.words for term in sorted(terms, key=lambda term: (term.papers, -term.weight))[:SHOWN])


class _Tokens:
    """The words of some texts, as the index's own tokenizer takes them apart."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = len(texts)
        self._db = sqlite3.connect(":memory:", isolation_level=None)
        for name, tokenizer in (("stems", "porter unicode61"), ("spelt", "unicode61")):
            self._db.execute(
                f"CREATE VIRTUAL TABLE {name} USING fts5 (text, tokenize='{tokenizer} remove_diacritics 2')"
            )
            self._db.execute(f"CREATE VIRTUAL TABLE {name}_seen USING fts5vocab ({name}, instance)")
            self._db.executemany(f"INSERT INTO {name} (rowid, text) VALUES (?, ?)", enumerate(texts))  # noqa: S608

    def close(self) -> None:
        self._db.close()

    def sorted(self) -> list[list[tuple[str, str]]]:
        """(stem, folded word) for each word of each text, in order."""
        found: list[list[tuple[str, str]]] = [[] for _ in range(self._texts)]
        sql = (
            "SELECT s.doc, s.term, w.term FROM stems_seen s JOIN spelt_seen w ON w.doc = s.doc AND w.offset = s.offset"
            " ORDER BY s.doc, s.offset"
        )
        for text, stem, word in self._db.execute(sql):
            found[text].append((stem, word))
        return found

    def written(self, term: _Term) -> str:
        """The term as it is written in the first of the texts that hold it, in running text rather than in a title."""
        sql = (
            "SELECT highlight(spelt, 0, char(1), char(2)) FROM spelt WHERE spelt MATCH ?"
            " ORDER BY rowid = 0, rowid LIMIT 1"
        )
        row = self._db.execute(sql, [term.asked]).fetchone()
        found = re.search("\x01([^\x01\x02]*)\x02", row[0]) if row else None
        return line(found[1]) if found else term.asked.strip('"')


def _terms(texts: Sequence[Sequence[tuple[str, str]]]) -> list[_Term]:
    """The words of the texts (title, abstract, then each keyword), and the pairs of words that stand in title or
    keywords or more than once in the abstract."""
    places: dict[tuple[str, ...], list[tuple[int, str]]] = {}
    for text, tokens in enumerate(texts):
        for place, (stem, word) in enumerate(tokens):
            if not _says_something(stem, word):
                continue
            places.setdefault((stem,), []).append((min(text, 2), word))
            if place + 1 < len(tokens) and _says_something(*tokens[place + 1]):
                following = tokens[place + 1]
                places.setdefault((stem, following[0]), []).append((min(text, 2), f"{word} {following[1]}"))
    terms = []
    for stems, found in places.items():
        where = {text for text, _ in found}
        if len(stems) == 1 or where != {1} or len(found) > 1:
            weight = (1 + 2 * (0 in where) + (2 in where)) * (1 + log(len(found)))
            terms.append(_Term(stems, f'"{found[0][1]}"', weight))
    return terms


def _says_something(stem: str, word: str) -> bool:
    """Whether it is more than a number (3D is), a letter, or a word that every paper has."""
    return len(stem) > 1 and (not word[0].isdigit() or word[1:] == "d") and word not in _EMPTY
