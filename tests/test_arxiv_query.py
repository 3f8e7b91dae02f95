"""What arXiv is asked for an expression: never less than what is meant, in words that its parser takes."""

from __future__ import annotations

import urllib.parse
import urllib.request
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arxiv_hub import MADE_UP, ArxivHub, Reader
from papercli.dates import Span
from papercli.errors import BadRequest
from papercli.expression import All, Between, Either, Named, Not, Sign, Words, joined, opposite
from papercli.grammar import parse
from papercli.library import Library
from papercli.query import Query
from papercli.sources.arxiv import Arxiv
from papercli.sources.arxiv_query import LONGEST, Question, category_of, question
from papercli.sources.atom import read_page

if TYPE_CHECKING:
    from papercli.expression import Expression

JUNE = Span(date(2026, 6, 1), date(2026, 6, 30), "month")


def asked(query: str) -> str | None:
    """What arXiv is asked for what a person typed; WHEN is June 2026."""
    found = question(parse(query, lambda when: JUNE))
    return found.query if found else None


# The table


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("diffusion", 'all:"diffusion"'),
        ("kv cache", '(all:"kv" AND all:"cache")'),
        ('"kv cache"', 'all:"kv cache"'),
        ("title:attention", 'ti:"attention"'),
        ('abs:"large language model"', 'abs:"large language model"'),
        ("GPT-4", 'all:"GPT-4"'),
        ("C++", 'all:"C++"'),
        ('"state of the art"', 'all:"state of the art"'),
        ("transformers OR mamba", '(all:"transformers" OR all:"mamba")'),
        ("(speech OR audio) bridge", '((all:"speech" OR all:"audio") AND all:"bridge")'),
        ("diffus*", "all:diffus*"),
        ("title:diffus*", "all:diffus*"),
        ('"flow match"*', '(all:"flow match")'),
        ("Schrödinger", '(all:"Schrödinger" OR all:"schrodinger")'),
        ("title:naïve", '(ti:"naïve" OR ti:"naive")'),
        ("snake_case", '(all:"snake_case" OR all:"snake case")'),
        ("author:hinton", '(au:"hinton" OR au:hinton*)'),
        ('author:"Ada Exam"', '(au:"ada" AND (au:"exam" OR au:exam*))'),
        ("author:Müller", '(au:"muller" OR au:muller*)'),
        ('author:"A. Li"', 'au:"a."'),
        ("cat:cs.CL", "cat:cs.CL"),
        ("cat:CS.cl", "cat:cs.CL"),
        ("cat:cs", "(cat:cs OR cat:cs.*)"),
        ("cat:hep-th", "(cat:hep-th OR cat:hep-th.*)"),
        ("cat:Cond-Mat.STR-el", "cat:cond-mat.str-el"),
        ("on:june", "submittedDate:[202606010000 TO 202606302359]"),
        ("since:june", "submittedDate:[202606010000 TO 299912312359]"),
        ("until:june x", '(submittedDate:[190001010000 TO 202606302359] AND all:"x")'),
        ("diffusion -video", '(all:"diffusion" ANDNOT (ti:"video" OR abs:"video"))'),
        ("diffusion -title:video", '(all:"diffusion" ANDNOT ti:"video")'),
        ("speech -cat:cs.CV -cat:eess", '(all:"speech" ANDNOT (cat:cs.CV OR (cat:eess OR cat:eess.*)))'),
        ("speech -(video noise)",
         '(all:"speech" ANDNOT ((ti:"video" OR abs:"video") AND (ti:"noise" OR abs:"noise")))'),
        ("speech -(-video OR noise)", '(all:"speech" ANDNOT (ti:"noise" OR abs:"noise"))'),
        ("(speech -video) OR audio",
         '((all:"speech" ANDNOT (ti:"video" OR abs:"video")) OR all:"audio")'),
    ],
)  # fmt: skip
def test_what_can_be_said_is_asked(typed: str, expected: str) -> None:
    assert (asked(typed) or "").strip("()") == expected.strip("()")
    Reader(asked(typed) or "").whole()


@pytest.mark.parametrize(
    "part",
    [
        "up:>20", "stars:1..", "comments:3", "has:code", "is:starred", "is:unread", "tag:thesis", "org:example",
        "by:ada", "kw:robot", "kw:robo*", "the", '"to be or not to be"', "🤗", "扩散", "ab*", "cat:nonsense!",
        "author:李",
        "(diffusion OR up:>20)", "(diffusion OR -video)", "-author:ada", '-"exact words"',
        "-begin*", "-kw:robot", "-on:june", "-C++", '-"of noise"', "-is:read", "-(video up:>3)",
        "(id:2501.12948 OR video)",
    ],
)  # fmt: skip
def test_what_cannot_be_said_is_left_out_and_alone_is_not_asked(part: str) -> None:
    assert asked(part) is None
    assert asked(f"speech {part}") == asked(f"{part} speech") == 'all:"speech"'


def test_a_word_that_must_not_be_there_is_not_asked_alone() -> None:
    assert asked("-video") is None
    assert asked("-video -cat:cs.CV") is None
    assert asked("-video up:>3") is None


@pytest.mark.parametrize("field", ["source", "announce", "nothing like it"])
def test_what_only_options_say_is_left_out(field: str) -> None:
    assert question(Named(field, "arxiv")) is None


def test_a_category_from_an_option_is_that_one_and_not_its_archive() -> None:
    assert question(Named("category", "cs")) == Question("cat:cs")


# Identifiers


def test_identifiers_that_must_hold_are_a_list_of_their_own() -> None:
    both = parse("id:2501.12948 OR id:hep-th/9901001", lambda when: JUNE)
    assert question(both) == Question("", ("2501.12948", "hep-th/9901001"))
    assert question(Named("id", "2501.12948")) == Question("", ("2501.12948",))
    assert question(All((Words("speech"), Named("id", "2501.12948")))) == Question('all:"speech"', ("2501.12948",))
    assert question(Not(Named("id", "2501.12948"))) is None
    request = Arxiv("https://e.example.org", "").search(both, 1)
    assert request is not None
    assert "?id_list=2501.12948,hep-th/9901001&start=0" in request.url


# Bounds


def test_of_a_long_text_as_much_is_asked_as_there_is_room_for() -> None:
    words = [f"word{n}" for n in range(400)]
    query = asked(" ".join(words))
    assert query is not None
    assert query.count(" AND ") == 39
    assert 'all:"word0"' in query
    long = asked(" ".join("w" * 300 + str(n) for n in range(50)))
    assert long is not None
    assert 3 <= long.count("all:") <= 6
    assert len(long) <= LONGEST


def test_an_either_that_is_too_long_is_left_out_whole() -> None:
    either = " OR ".join(f"word{n}" for n in range(300))
    assert asked(either) is None
    assert asked(f"speech ({either})") == 'all:"speech"'


@pytest.mark.parametrize("said", ["cs.LG", "CS.lg", " cs.lg "])
def test_a_category_is_written_as_arxiv_writes_it(said: str) -> None:
    assert category_of(said) == "cs.LG"


@pytest.mark.parametrize("said", ["physics.ao-ph", "physics.optics", "q-bio.NC", "math-ph", "astro-ph.CO", "nlin.CD"])
def test_every_kind_of_category_is_known(said: str) -> None:
    assert category_of(said.upper()) == said
    with pytest.raises(BadRequest):
        category_of(said + "*")


# To the letter


@pytest.fixture(scope="module")
def arxiv_hub() -> Iterator[ArxivHub]:
    hub = ArxivHub()
    yield hub
    hub.stop()


def answered(hub: ArxivHub, expression: Expression) -> list[str] | None:
    """The ids that the stand-in answers over HTTP; None when there is no question."""
    request = Arxiv(hub.url, hub.url).search(expression, 1, most=50)
    if request is None:
        return None
    with urllib.request.urlopen(request.url) as answer:
        return [paper.id for paper in read_page(answer.read()).papers]


@pytest.mark.parametrize(
    "text", ["C++", "a+b c", "100% & more = x?", "#tag/slash;semi", "é 你 🤗 x", "tab\tx", "a:b*c?"]
)
def test_every_sign_arrives_as_it_was_meant(arxiv_hub: ArxivHub, text: str) -> None:
    answered(arxiv_hub, Words(text))
    sent = arxiv_hub.requests[-1]
    (found,) = [part for part in sent.partition("?")[2].split("&") if part.startswith("search_query=")]
    assert " " not in found
    assert urllib.parse.unquote_plus(found.partition("=")[2]) == (question(Words(text)) or Question("")).query


def test_a_blank_is_a_plus_sign_and_a_plus_sign_is_not(arxiv_hub: ArxivHub) -> None:
    assert answered(arxiv_hub, parse("C++ cache", lambda when: JUNE)) == ["2607.99702"]
    assert "search_query=%28all:%22C%2B%2B%22+AND+all:%22cache%22%29&" in arxiv_hub.requests[-1]


HOSTILE = [
    '"', '\\"', 'x" OR all:"y', "x\\", ") OR (", "ANDNOT", "AND OR", "all:x", "submittedDate:[1 TO 2]", "*",
    "?x", "x\ny", "\x00x", "x\ud800y", "(" * 50, "au:del_maestro", "$x$", "x^2~3",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("how", ["stem", "exact", "prefix"])
def test_no_text_becomes_a_part_of_the_question(arxiv_hub: ArxivHub, text: str, how: str) -> None:
    for part in (Words(text, how), Words(text, how, "title"), Named("author", text), Named("cat", text)):
        answered(arxiv_hub, All((Words("cache"), part)))  # an error feed would be Unreadable, a refusal an HTTPError
        found = question(All((Words("cache"), part, Not(Words(text)))))
        assert found is not None
        assert found.query.replace('"' + text + '"', "").count('"') % 2 == 0
        assert len(quote_plus(found.query, errors="replace")) < 2_000


# Never narrower


VOCABULARY = [
    "video", "videos", "diffusion", "generalizes", "generative", "generation", "cache", "caches", "kv", "GPT-4", "C",
    "C++", "speech", "noise", "Schrödinger", "the", "of", "state of the art", "to be", "key-value cache",
    "models", "compressed", "robots", "plans", "example", "all models", "made-up", "1", "$1", "strings,", "(strings)",
]  # fmt: skip
WORDS = st.builds(
    Words, st.sampled_from(VOCABULARY), st.sampled_from(["stem", "exact"]), st.sampled_from(["", "title", "abstract"])
)
BEGINNINGS = st.builds(
    Words,
    st.sampled_from(["vid", "genera", "diffusi", "schr", "ca", "gpt-4", "of vid", "sta"]),
    st.just("prefix"),
    st.sampled_from(["", "title", "abstract"]),
)
NAMES = st.builds(
    Named, st.just("author"), st.sampled_from(["ada", "Ada Ex", "müller", "MULLER", "li", "g. exam", "zoe"])
)
CATEGORIES = st.builds(
    Named, st.sampled_from(["cat", "category"]), st.sampled_from(["cs.CV", "cs", "CS.lg", "hep-th", "x!"])
)
DAYS = st.sampled_from([None, date(2026, 5, 20), date(2026, 5, 21), date(2026, 7, 2), date(1999, 7, 31)])
FACTS = st.one_of(
    CATEGORIES,
    st.builds(Between, st.just("day"), DAYS, DAYS).filter(lambda days: days.low or days.high),
    st.just(Between("upvotes", 3)),
    st.just(Named("is", "unread")),
    st.just(Sign("c++")),
    st.just(Named("id", "2607.99701")),
)
# Of a title alone arXiv keeps the accents, and nobody can guess which were left out.
WITHOUT_ACCENTS = st.builds(Words, st.just("schrodinger"), st.sampled_from(["stem", "exact"]))
LEAVES = st.one_of(WORDS, WORDS, WITHOUT_ACCENTS, BEGINNINGS, NAMES, FACTS)
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda inside: st.one_of(
        inside.map(opposite),
        st.lists(inside, min_size=1, max_size=4).map(lambda parts: joined(All, parts)),
        st.lists(inside, min_size=1, max_size=3).map(lambda parts: joined(Either, parts)),
    ),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def library(arxiv_hub: ArxivHub) -> Iterator[Library]:
    """The made-up papers, as arXiv answers them."""
    with urllib.request.urlopen(Arxiv(arxiv_hub.url, "").papers([each["id"] for each in MADE_UP], 1).url) as answer:
        papers = read_page(answer.read()).papers
    kept = Library(":memory:")
    kept.remember_papers(papers, source="arxiv", at=1_783_000_000)
    yield kept
    kept.close()


def meant(library: Library, expression: Expression) -> set[str]:
    refs = library.find(Query(expression=expression, shown="all")).refs
    return {entry.id for entry in library.rows(refs)}


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(expression=EXPRESSIONS)
def test_what_arxiv_answers_is_never_less_than_what_is_meant(
    library: Library, arxiv_hub: ArxivHub, expression: Expression
) -> None:
    asked = question(expression)
    if asked is not None:
        found = {paper["id"] for paper in arxiv_hub.meant(asked.query, list(asked.ids))}
        assert meant(library, expression) <= found


def test_what_is_asked_is_not_everything_either(library: Library, arxiv_hub: ArxivHub) -> None:
    for typed in ("video -robots", "author:ada cat:cs", '"kv cache"', "since:june speech", "genera* -title:state"):
        expression = parse(typed, lambda when: JUNE)
        found = answered(arxiv_hub, expression)
        assert found is not None
        assert meant(library, expression) <= set(found) < {each["id"] for each in MADE_UP}
        assert meant(library, expression)
