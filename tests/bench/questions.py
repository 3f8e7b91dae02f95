"""What a library is asked, how often, and how long it may take. Words are taken from its own papers, as a reader takes
them from what she remembers: so there is always something to find."""

from __future__ import annotations

import re
import time
from array import array
from collections.abc import Callable
from datetime import date
from math import ceil
from random import Random
from typing import Any, NamedTuple

from papercli.grammar import parse
from papercli.library import Library
from papercli.library.related import Related
from papercli.query import Query

SOME, COMMON = (0.002, 0.05), (0.1, 0.6)
"""Of all papers, the part that holds a word: of the middle of the vocabulary, and very common."""

SHOWN = 20
PATIENCE = 20.0  # seconds for one question; few runs then have to do
FEWEST = 5


class Limits(NamedTuple):
    """Milliseconds at a million papers; 0 is no limit."""

    median: float = 0.0
    p99: float = 0.0


class Took(NamedTuple):
    """Milliseconds, and how often it was asked."""

    median: float
    p99: float
    runs: int


class Reader:
    """Somebody who remembers papers of this library."""

    def __init__(self, path: str, seed: int = 1) -> None:
        self._library, self._random = Library(path), Random(seed)
        # Numbers follow identifiers and leave gaps between the months, so a random number is no random paper.
        self._numbers = array("q", [number for (number,) in self._library.read("SELECT number FROM paper")])
        self._shares: dict[str, float] = {}
        self._days = [date.fromisoformat(day) for (day,) in self._library.read("SELECT DISTINCT day FROM listing")]

    def close(self) -> None:
        self._library.close()

    def remembered(self, columns: str = "title, abstract") -> tuple[str, ...]:
        """Some columns of a random paper."""
        number = self._random.choice(self._numbers)
        row: tuple[str, ...] = self._library.one(f"SELECT {columns} FROM paper WHERE number = ?", number)
        return row

    def words(self, many: int, part: tuple[float, float]) -> str:
        """So many words of one paper, each held by that part of all papers."""
        while True:
            words = sorted(set(re.findall(r"[a-z]{3,}", " ".join(self.remembered()).lower())))
            self._random.shuffle(words)
            chosen: list[str] = []
            for word in words:
                if part[0] <= self.share(word) <= part[1]:
                    chosen.append(word)
                if len(chosen) == many:
                    return " ".join(chosen)

    def share(self, word: str) -> float:
        """The part of all papers that holds the word, or an inflection of it."""
        if word not in self._shares:
            (papers,) = self._library.one("SELECT count(*) FROM words WHERE words MATCH ?", word)
            self._shares[word] = papers / len(self._numbers)
        return self._shares[word]

    def few(self) -> str:
        """Two or three words of the middle of the vocabulary."""
        return self.words(self._random.choice((2, 3)), SOME)

    def titled(self) -> str:
        """Two or three words of a title, of whatever frequency: the commonest words stand in most titles."""
        while len(words := sorted(set(re.findall(r"[a-z]{3,}", self.remembered("title")[0].lower())))) < 3:
            pass
        return " ".join(self._random.sample(words, self._random.choice((2, 3))))

    def phrase(self) -> str:
        """Two words that stand next to each other, one of them of the middle of the vocabulary."""
        while True:
            words = re.findall(r"[a-z]{3,}", self.remembered()[1])
            at = self._random.randrange(len(words) - 1)
            if SOME[0] <= self.share(words[at]) <= SOME[1]:
                return f'"{words[at]} {words[at + 1]}"'

    def prefix(self) -> str:
        """The first five letters of a word of the middle of the vocabulary."""
        while len(word := self.words(1, SOME)) < 6:
            pass
        return word[:5] + "*"

    def without(self) -> str:
        """A word of the middle of the vocabulary, without another of the same paper."""
        return self.words(2, SOME).replace(" ", " -")

    def author(self) -> str:
        """The family name of a first author."""
        return f"author:{self.remembered('authors')[0].split(chr(34))[1].split()[-1]}"

    def day(self) -> date:
        """A day that has a listing."""
        return self._random.choice(self._days)

    def id(self) -> str:
        """The identifier of a paper."""
        return self.remembered("id")[0]


# What is done with it


def _read(library: Library, query: Query) -> object:
    return library.rows(library.find(query).refs)


def _counted(library: Library, query: Query) -> object:
    return library.count(query)


def _alike(library: Library, id: str) -> object:
    """As `papers related ID -n 20` does it."""
    ties = Related(library).like(id)
    found = library.find(Query(among=tuple([tie.number for tie in ties])))
    return library.rows(found.refs[:SHOWN])


class Question(NamedTuple):
    """`made` makes what is asked, another one each time; that is not counted, answering it is."""

    what: str
    made: Callable[[Reader], Any]
    limits: Limits = Limits()
    answered: Callable[[Library, Any], object] = _read
    runs: int = 100


def _sought(text: Callable[[Reader], str], sort: str = "relevance") -> Callable[[Reader], Query]:
    return lambda reader: Query(expression=parse(text(reader), _no_day), sort=sort, limit=SHOWN)


def _no_day(said: str) -> Any:
    raise AssertionError(f"no query here names a day: {said}")


def _common(reader: Reader) -> str:
    return reader.words(2, COMMON)


def _fact(reader: Reader) -> str:
    """A very common word, and an author whom few of its papers have: the newest are not enough then."""
    return f"{reader.words(1, COMMON)} {reader.author()}"


def _day(reader: Reader) -> Query:
    day = reader.day()
    return Query(first=day, last=day)


QUESTIONS = (
    Question("2 or 3 words", _sought(Reader.few), Limits(25, 350), runs=500),
    Question("2 or 3 words, newest first", _sought(Reader.few, "newest"), Limits(5), runs=300),
    Question("2 or 3 words of a title", _sought(Reader.titled), Limits(25, 350), runs=500),
    Question("2 very common words", _sought(_common), Limits(60)),
    Question("2 very common words, newest first", _sought(_common, "newest"), Limits(5)),
    Question('a "phrase"', _sought(Reader.phrase)),
    Question("the first 5 letters of a word", _sought(Reader.prefix)),
    Question("a word, but not another", _sought(Reader.without)),
    Question("`author:`", _sought(Reader.author)),
    Question("a very common word and `author:`", _sought(_fact), runs=30),
    Question("no words: the newest", lambda reader: Query(limit=SHOWN)),
    Question("no words, by upvotes", lambda reader: Query(sort="upvotes", limit=SHOWN)),
    Question("a day's listing", _day),
    Question("counting 2 or 3 words", _sought(Reader.few), answered=_counted),
    Question("counting 2 very common words", _sought(_common), answered=_counted),
    Question("papers like another", Reader.id, answered=_alike),
)


def answered(path: str, question: Question, reader: Reader, runs: int = 0) -> Took:
    """CPU time that the library at `path` takes to answer, each time opened anew; opening it is not counted."""
    took: list[float] = []
    began = time.monotonic()
    while len(took) < (runs or question.runs) and (time.monotonic() - began < PATIENCE or len(took) < FEWEST):
        made, library = question.made(reader), Library(path)
        start = time.process_time()
        question.answered(library, made)
        took.append((time.process_time() - start) * 1_000)
        library.close()
    return figures(took)


def figures(took: list[float]) -> Took:
    """The middle, and what 99 of 100 do not exceed."""
    ordered = sorted(took)
    middle = (ordered[len(ordered) // 2] + ordered[~(len(ordered) // 2)]) / 2
    return Took(middle, ordered[ceil(len(ordered) * 0.99) - 1], len(ordered))
