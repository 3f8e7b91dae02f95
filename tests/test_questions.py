"""What the library is asked: its listings, what was told when, which papers match, and which words made them match."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from papercli.dates import Span, when
from papercli.errors import LibraryError
from papercli.expression import All, Either, Named, Not, Words
from papercli.grammar import parse
from papercli.library import Library, Listing, bulk, entries
from papercli.library.find import WINDOW
from papercli.library.known import known_days
from papercli.library.match import WIDEST, Conditions
from papercli.library.written import written
from papercli.paper import Paper
from papercli.query import Query

JULY, LATER = date(2026, 7, 1), date(2026, 7, 2)


@pytest.fixture
def library() -> Iterator[Library]:
    with closing(Library(":memory:")) as library:
        yield library


def paper(number: int, day: date | None = JULY, **said: Any) -> Paper:
    submitted = f"{day}T00:00:00Z" if day else ""
    return Paper(**{"id": f"2607.{number:05}", "title": f"Title {number}", "submitted": submitted} | said)


def keep(library: Library, *papers: Paper, day: date = JULY, at: float = 1_000.0, source: str = "hf") -> None:
    library.remember_listing(Listing(day, at), papers, source=source)


def numbers(library: Library, looking_for: str = "", muted: str = "", **query: Any) -> list[int]:
    """The last digits of the ids of what matches, in order."""
    for name, text in (("expression", looking_for), ("muted", muted)):
        query |= {name: parse(text, lambda text: when(text, newest=LATER))} if text else {}
    return [int(entry.id[-5:]) for entry in library.rows(library.find(Query(**query)).refs)]


def test_what_is_read_one_by_one_is_what_is_read_at_once(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(library, *map(paper, range(1, 8)))
    refs = library.find(Query(first=JULY, last=JULY)).refs
    whole = library.rows(refs)
    monkeypatch.setattr(entries, "BATCH", 3)
    assert len(library.each(refs)) == 7
    assert list(library.each(refs)) == whole == list(library.each(refs))


# What is known of listings


def test_the_days_of_a_span_are_told_newest_first(library: Library) -> None:
    library.remember_listing(Listing(JULY, 5.0, whole=False, skipped=2), [])
    library.remember_listing(Listing(LATER, 6.0), [paper(1, LATER)], newest=True)
    assert list(library.listings(JULY, LATER).items()) == [
        (LATER, Listing(LATER, 6.0)), (JULY, Listing(JULY, 5.0, whole=False, skipped=2)),
    ]  # fmt: skip
    assert library.listings(LATER + timedelta(1), date.max) == {}
    assert (library.has_papers(JULY), library.has_papers(LATER)) == (False, True)
    library.still_newest("hf", 9.0)
    assert library.newest() == Listing(LATER, 9.0)
    assert library.newest("arxiv") is None


def test_the_sources_own_rank_replaces_the_one_before(library: Library) -> None:
    assert (library.trending(), library.has_any()) == (None, False)
    library.remember_trending([paper(1, None), paper(2, None)], at=5.0)
    library.remember_trending([paper(2, None), paper(3, None), paper(2, None)], at=7.0)
    assert library.trending() == (7.0, 2)
    entries = library.rows(library.find(Query(trending=True)).refs)
    assert [(int(entry.id[-5:]), entry.rank) for entry in entries] == [(2, 1), (3, 2)]
    assert (library.knows("2607.00001"), library.knows("2607.00009"), library.has_any()) == (True, False, True)


def test_a_listings_share_is_counted_by_how_papers_were_announced(library: Library) -> None:
    kinds = ("new", "new", "cross", "")
    keep(library, *(paper(n, announce=kind) for n, kind in enumerate(kinds, 1)), source="arxiv:cs.CL")
    keep(library, paper(1, LATER, announce="new"), day=LATER, source="arxiv:cs.CL")
    assert library.share("arxiv:cs.CL", JULY, LATER) == {"new": 2, "cross": 1, "": 1}
    assert library.share("hf", JULY, LATER) == {}


def test_the_oldest_word_is_of_the_paper_that_was_not_spoken_of_for_longest(library: Library) -> None:
    library.remember_paper(paper(1, row=b"{}"), at=5.0)
    library.remember_paper(paper(2, row=b'{"votes":7}'), at=9.0)
    assert library.oldest_word(["2607.00001", "2607.00002"], "hf") == 5
    assert library.oldest_word(["2607.00002"], "hf") == 9
    assert library.oldest_word(["2607.00001", "2607.00003"], "hf") == 0
    assert library.oldest_word(["2607.00001"], "arxiv") == 0
    assert library.answered("2607.00002") == [("hf", 9, b'{"votes":7}')]
    assert library.answered("2607.00003") == []


def test_very_many_papers_come_in_at_once_and_are_found_by_their_words(library: Library) -> None:
    bulk.add(library, [paper(n, None, title=f"Llama {n}") for n in range(1, 4)], source="arxiv", at=5.0)
    assert numbers(library, "llamas", sort="newest") == [3, 2, 1]
    ids = ["2607.00001", "2607.00003"]
    assert bulk.knows(library, ids, source="arxiv")
    assert not bulk.knows(library, ids, source="hf")
    assert not bulk.knows(library, [*ids, "2607.00004"], source="arxiv")
    assert library.read("SELECT v FROM words_config WHERE k = 'hashsize'") == [(bulk.USUAL,)]


def test_a_shell_that_waits_gets_the_days_with_papers_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "100%?#.db"
    assert known_days(str(path)) == []
    assert not path.exists()
    with closing(Library(str(path))) as library:
        keep(library, paper(1))
        keep(library, paper(2, LATER), day=LATER)
        keep(library, day=date(2026, 7, 3))
        for odd in ("2026-07-99", b"2026-07-04", "..........\n"):
            library.write(lambda db, odd=odd: (  # type: ignore[misc]
                db.execute("INSERT INTO listing VALUES (?, 'hf', 1, 1, 0)", [odd]),
                db.execute("INSERT INTO listed (day, source, paper) VALUES (?, 'hf', 1)", [odd]),
            ))  # fmt: skip
    assert known_days(str(path)) == [str(LATER), str(JULY)]


def test_a_file_that_is_no_library_has_no_days(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    path.write_bytes(b"Dear diary, " * 1_000)
    assert known_days(str(path)) == []
    os.remove(path)
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE listing (day)")
    assert known_days(str(path)) == []


# Which papers match


@pytest.fixture
def shelf(library: Library) -> Library:
    """Three papers on one day, and a fourth that no listing has."""
    keep(
        library,
        paper(1, title="Llamas", authors=("Ada E", 'Bo "B" Böll'), organization="lab", organization_name="The Lab",
              submitter="ada", categories=("cs.CL", "stat.ML"), upvotes=9, comments=1, stars=5, announce="new"),
        paper(2, title="Alpacas and C++", abstract="Llamas are 🚀.", code="https://example.org/c", ai_summary="Short.",
              project="https://example.org/p", media=("https://example.org/m.png",), upvotes=5, comments=3),
        paper(3, title="Vicuñas", keywords=("llamas", "wool"), authors=("Cy Ng",), categories=("hep-th",), upvotes=2),
    )  # fmt: skip
    library.remember_paper(paper(4, None, title="Camels", published=LATER), source="arxiv", at=1_000.0)
    for id, changes in (("2607.00001", {"starred": 5, "read": 6, "tag:Thésis": 5}), ("2607.00003", {"hidden": 5})):
        library.marks.change([id], changes, by="cli", clock=5_000, machine="here")
    return library


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("author:ada", [1]),
        ("author:boll", [1]),
        ('author:"B"', [1]),
        ("author:\\", []),
        ("author:[", []),
        ("org:lab", [1]),
        ('org:"the lab"', [1]),
        ("by:ADA", [1]),
        ("cat:cs", [1]),
        ("cat:CS.cl", [1]),
        ("cat:c", []),
        ("tag:thesis", [1]),
        ("tag:thes", []),
        ("id:2607.00002", [2]),
        ("has:code", [2]),
        ("has:project has:summary has:media", [2]),
        ("-has:code", [4, 1]),
        ("is:starred", [1]),
        ("is:unread", [4, 2]),
        ("up:>=5", [2, 1]),
        ("up:..5", [2]),
        ("comments:1..2", [1]),
        ("stars:>0", [1]),
        ("on:2026-07-01", [2, 1]),
        ("since:2026-07-02", [4]),
        ("until:2026-07-01", [2, 1]),
        ("C++ OR 🚀", [2]),
        ("title:C++", [2]),
        ("abs:C++", []),
        ("kw:🚀", []),
        ("camels OR up:>=9", [4, 1]),
        ("-llamas OR up:>=9", [4, 1]),
        ('-"llamas" OR is:starred', [4, 1]),
        ('llamas OR "camels" OR has:code', [4, 2, 1]),
        ("llamas -up:>5", [2]),
        ("-llamas -is:starred", [4]),
        ("-(llamas up:>5)", [4, 2]),
        ("-(has:code OR -title:llamas)", [1]),
    ],
)
def test_every_field_means_the_same_of_a_listing_and_of_the_whole_library(
    shelf: Library, words: str, found: list[int]
) -> None:
    assert numbers(shelf, words) == found
    assert numbers(shelf, words, first=JULY, last=JULY) == [number for number in sorted(found) if number < 4]
    for days in ({}, {"first": JULY, "last": JULY}):
        query = Query(expression=parse(words, lambda text: when(text, newest=LATER)), **days)
        assert shelf.count(query)[0] == len(shelf.find(query).refs)


def test_what_only_options_say_is_asked_of_sources_and_categories(shelf: Library) -> None:
    assert numbers(shelf, expression=Named("source", "arxiv")) == [4]
    assert numbers(shelf, expression=Named("category", "CS.CL")) == [1]
    assert numbers(shelf, expression=Named("category", "cs")) == []
    assert numbers(shelf, expression=Named("announce", "cross"), first=JULY, last=JULY) == [2]


def test_what_is_hidden_or_muted_is_left_out_counted_or_asked_for(shelf: Library) -> None:
    day = {"first": JULY, "last": JULY}
    assert numbers(shelf, muted="title:alpacas", **day) == [1]
    assert numbers(shelf, muted="title:alpacas") == [4, 1]
    assert numbers(shelf, muted="title:alpacas", shown="all") == [4, 3, 2, 1]
    assert numbers(shelf, muted="title:alpacas", shown="muted") == numbers(shelf, muted="alpacas", shown="muted") == [2]
    assert numbers(shelf, muted="title:alpacas", shown="hidden", **day) == [3]
    assert numbers(shelf, shown="muted", **day) == numbers(shelf, shown="muted") == []
    found = shelf.find(Query(muted=Words("alpacas"), **day))
    assert (len(found.refs), found.hidden) == (1, 2)
    assert shelf.count(Query(muted=Words("alpacas"), **day)) == (1, 2)
    assert shelf.count(Query(muted=Words("alpacas"))) == (2, 2)
    assert shelf.count(Query(expression=Words("llamas"))) == (2, 1)
    assert shelf.count(Query()) == (3, 1)
    assert shelf.count(Query(shown="all")) == (4, 0)


def test_a_thousand_conditions_are_one_condition(shelf: Library) -> None:
    many = [Named("author", f"nobody {n}") for n in range(1_000)]
    assert len(many) > WIDEST**2
    assert numbers(shelf, expression=Either((*many, Named("author", "ada")))) == [1]
    assert numbers(shelf, expression=All((*map(Not, many), Named("author", "ada")))) == [1]
    assert len(Conditions().sql(Either(tuple(many)))) < 1_000_000


def test_conditions_within_conditions_keep_their_meaning(shelf: Library) -> None:
    deep: Any = Words("llamas")
    for turn in range(20):
        deep = All((deep, Words("llamas"))) if turn % 2 else Either((deep, Words("llamas")))
    assert numbers(shelf, expression=deep, sort="newest") == [2, 1]
    deep = Named("is", "starred")
    for _ in range(21):
        deep = Not(All((deep, Not(Words("camels")))))
    assert numbers(shelf, expression=deep) == [4, 2]


def test_of_very_many_matches_the_newest_are_ranked_and_older_ones_fill_up(library: Library) -> None:
    bulk.add(library, [paper(1, None, title="Llama llama llama llama")], source="arxiv", at=5.0)
    bulk.add(library, [paper(n, None, title="One llama among others") for n in range(2, 8)], source="arxiv", at=5.0)
    assert numbers(library, "llama", sort="relevance", limit=1) == [1]
    for number in range(8, 10):
        library.marks.change([f"2607.{number:05}"], {"hidden": 5}, by="cli", clock=5, machine="here")
    assert WINDOW > 7
    assert len(numbers(library, "llama", sort="relevance", limit=9)) == 7, "there are no more"


def test_what_rises_fastest_comes_first_and_what_was_not_counted_last(library: Library) -> None:
    start = 1_782_864_000.0  # the beginning of that day, UTC
    keep(library, paper(1, upvotes=30), paper(2, upvotes=10), paper(3), at=start + 3_600)
    keep(library, paper(1, upvotes=31), paper(2, upvotes=60), paper(3), at=start + 36_000)
    assert numbers(library, sort="rising") == numbers(library, sort="rising", first=JULY, last=JULY) == [2, 1, 3]
    votes = library.history.upvotes("2607.00002")
    assert [(at.hour, count) for at, count in votes] == [(1, 10), (10, 60)]


def test_a_table_of_another_kind_is_a_failure_in_words(shelf: Library) -> None:
    shelf.write(lambda db: db.execute("DROP TABLE mark"))
    for ask in (lambda: numbers(shelf), lambda: shelf.count(Query()), lambda: shelf.one("SELECT * FROM mark")):
        ask: Callable[[], object]
        with pytest.raises(LibraryError, match="no such table: mark"):
            ask()


# What made them match


def test_the_words_that_were_looked_for_are_told_as_they_are_written() -> None:
    texts = ("Llamas quantize; a LLAMA's résumé", "Quantization of vicuñas")
    span = Span(JULY, JULY, "day")

    def found(query: str) -> set[str]:
        expression = parse(query, lambda text: span)
        assert expression is not None
        return set(written(texts, expression))

    assert found("llama") == {"Llamas", "LLAMA"}
    assert found('"llama"') == {"LLAMA"}
    assert found('"llama s resume"') == {"LLAMA", "s", "résumé"}
    assert found("resume OR vicunas -quantize") == {"résumé", "vicuñas"}
    assert found("quant*") == {"quantize", "Quantization"}
    assert found('"a quant*"') == {"a"}
    assert found("-llama up:>3") == set()
    assert written((), Words("llama")) == frozenset()
    assert written(texts, Words("of quant", "prefix")) == {"of", "quantize", "Quantization"}
