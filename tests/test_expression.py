"""The query language: every form, every mistake with its place, and whatever else a person may paste."""

from __future__ import annotations

import io
import itertools
import json
import random
import re
import time
from collections.abc import Callable, Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any
from unicodedata import category

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from conftest import Papers
from hub import sample_days
from papercli.commands.help import topic
from papercli.console import Console
from papercli.dates import Span, when
from papercli.errors import BadRequest
from papercli.expression import All, Between, Either, Named, Not, Sign, Words, loosened, said
from papercli.facts import FIELDS, IS
from papercli.filters import expression_of
from papercli.grammar import DEEPEST, LONGEST, MOST, parse
from papercli.library import Library, Listing
from papercli.query import HAS, Query
from papercli.sources.huggingface import HuggingFace
from papercli.text import line
from papercli.topics import QUERY_WORDS

NEWEST = date(2026, 7, 3)
JULY = {"low": date(2026, 7, 1), "high": date(2026, 7, 31)}


def span(text: str) -> Span:
    return when(text, newest=NEWEST)


def read(text: str) -> Any:
    return parse(text, span)


@pytest.fixture(scope="module")
def library() -> Iterator[Library]:
    """The papers of the made-up feed."""
    made, source = Library(":memory:"), HuggingFace("https://huggingface.co")
    for day, rows in sample_days().items():
        papers = source.read(json.dumps(rows).encode()).papers
        made.remember_listing(Listing(date.fromisoformat(day), 1_785_585_600.0), papers)
    yield made
    made.close()


a, b, c, d = Words("a"), Words("b"), Words("c"), Words("d")

FORMS: dict[str, Any] = {
    # Words
    "diffusion": Words("diffusion"),
    "  diffusion\t": Words("diffusion"),
    "a b": All((a, b)),
    "a  AND\tb c": All((a, b, c)),
    "Naïve": Words("Naïve"),
    "nai\u0308ve": Words("naïve"),
    "GPT-4": Words("GPT-4"),
    "don't,": Words("don't,"),
    "foo:bar": Words("foo:bar"),
    "Title:x": Words("Title:x"),
    "https://example.org/a?b=(c)": Words("https://example.org/a?b=(c)"),
    "f(x)": Words("f(x)"),
    "a)": Words("a)"),
    "or and not near": All((Words("or"), Words("and"), Words("not"), Words("near"))),
    "ORB": Words("ORB"),
    "a a A a": All((a, Words("A"))),
    "\ufeffa\u200f \u200bb": All((a, b)),
    # Word for word, and as a beginning
    '"large language model"': Words("large language model", "exact"),
    '" a  b "': Words("a b", "exact"),
    "“a b” «c d» „e f“": All((Words("a b", "exact"), Words("c d", "exact"), Words("e f", "exact"))),
    '"OR" "title:x" "(c"': All((Words("OR", "exact"), Words("title:x", "exact"), Words("(c", "exact"))),
    '"a"b': All((Words("a", "exact"), b)),
    "robot*": Words("robot", "prefix"),
    "GPT-*": Words("GPT-", "prefix"),
    "a**": Words("a", "prefix"),
    "a*b": Words("a*b"),
    # What the word index knows nothing of
    "C++": All((Words("C++"), Sign("c++"))),
    "C#, x": All((Words("C#,"), Sign("c#"), Words("x"))),
    '"written in C++"': All((Words("written in C++", "exact"), Sign("written in c++"))),
    "-C++": Not(All((Words("C++"), Sign("c++")))),
    "🚀": Sign("🚀"),
    "=": Sign("="),
    "模型": Sign("模型"),
    "BERT模型": Sign("bert模型"),
    "模型*": Sign("模型"),
    '"模型 ABC"': Sign("模型 abc"),
    "ภาษาไทย": Sign("ภาษาไทย"),
    "title:模型": Sign("模型", "title"),
    "title:+": Sign("+", "title"),
    # Punctuation says nothing beside words, and itself when there is nothing else
    "a - b": All((a, b)),
    'a " b': All((a, b)),
    "a -- b ,": All((a, b)),
    '"" a': a,
    '"': Sign('"'),
    "-": Sign("-"),
    ")": Sign(")"),
    "(-- .)": Sign("(-- .)"),
    'NOT "': Sign('not "'),
    # Together
    "a OR b": Either((a, b)),
    "a b OR c d": Either((All((a, b)), All((c, d)))),
    "a (b OR c) d": All((a, Either((b, c)), d)),
    "a AND b OR c": Either((All((a, b)), c)),
    "(a)OR(b)": Either((a, b)),
    "((a (b c)) d)": All((a, b, c, d)),
    "a OR (b OR a)": Either((a, b)),
    "(a OR a)": a,
    "a OR --": a,
    # Opposites
    "-a": Not(a),
    "NOT a": Not(a),
    "NOT(a b)": Not(All((a, b))),
    "-(a OR b) c": All((Not(Either((a, b))), c)),
    "-NOT a": a,
    "-(-a)": a,
    '-"a b"': Not(Words("a b", "exact")),
    "-robot*": Not(Words("robot", "prefix")),
    "-title:a": Not(Words("a", "stem", "title")),
    "pre- post-training": All((Words("pre-"), Words("post-training"))),
    "--a": Words("--a"),
    # Fields
    "title:attention": Words("attention", "stem", "title"),
    'abs:"large model"': Words("large model", "exact", "abstract"),
    "kw:robot*": Words("robot", "prefix", "keywords"),
    "title:(a OR -b) c": All((Either((Words("a", "stem", "title"), Not(Words("b", "stem", "title")))), c)),
    "title:(a abs:b author:c)": All(
        (Words("a", "stem", "title"), Words("b", "stem", "abstract"), Named("author", "c"))
    ),
    'author:"Ada Example" b': All((Named("author", "Ada Example"), b)),
    "author:O'Brien": Named("author", "O'Brien"),
    "(author:ada)": Named("author", "ada"),
    "org:x by:y tag:z cat:cs.CL": All((Named("org", "x"), Named("by", "y"), Named("tag", "z"), Named("cat", "cs.CL"))),
    "id:https://arxiv.org/abs/2501.12948v2": Named("id", "2501.12948"),
    "id:math.GT/0309136": Named("id", "math/0309136"),
    "up:20": Between("upvotes", 20, 20),
    "up:=20": Between("upvotes", 20, 20),
    "up:>20": Between("upvotes", 21, None),
    "up:>=20": Between("upvotes", 20, None),
    "up:<20": Between("upvotes", None, 19),
    "up:<=20": Between("upvotes", None, 20),
    "stars:100..500": Between("stars", 100, 500),
    "stars:7..": Between("stars", 7, None),
    "comments:..7": Between("comments", None, 7),
    "comments:007": Between("comments", 7, 7),
    "-up:0": Not(Between("upvotes", 0, 0)),
    "on:july": Between("day", **JULY),
    "on:=2026-07": Between("day", **JULY),
    "on:>july": Between("day", date(2026, 8, 1), None),
    "on:>=july": Between("day", date(2026, 7, 1), None),
    "on:<july": Between("day", None, date(2026, 6, 30)),
    "on:<=july": Between("day", None, date(2026, 7, 31)),
    "on:2026-07-01..friday": Between("day", date(2026, 7, 1), NEWEST),
    "since:-2d": Between("day", date(2026, 7, 1), None),
    "until:-2d": Between("day", None, date(2026, 7, 1)),
    "since:july": Between("day", date(2026, 7, 1), None),
    "until:july": Between("day", None, date(2026, 7, 31)),
    **{f"has:{what}": Named("has", what) for what in HAS},
    **{f"is:{what}": Named("is", what) for what in IS},
}


@pytest.mark.parametrize("typed", FORMS, ids=repr)
def test_every_form_says_what_it_says(typed: str) -> None:
    assert read(typed) == FORMS[typed]


def test_every_field_has_an_example_that_can_be_read_and_is_in_the_help() -> None:
    for name, field in FIELDS.items():
        assert field.example.startswith(f"{name}:")
        assert field.example in topic("query")
        read(field.example)


def test_every_query_in_the_help_can_be_read() -> None:
    for row, _ in QUERY_WORDS:
        for typed in row.split(", "):
            read(typed)


OPEN, BOTH = "this “(” is never closed", "needs something on both sides"
MISTAKES: dict[str, tuple[str, int]] = {  # what it says, and the index of the place
    "((": (OPEN, 1),
    "a (b": (OPEN, 2),
    "a (b (c) d": (OPEN, 2),
    "title:(a": (OPEN, 6),
    "NOT(": (OPEN, 3),
    "()": ("nothing between these parentheses", 0),
    "a -( ) b": ("nothing between these parentheses", 3),
    "title:()": ("nothing between these parentheses", 6),
    "OR": (f"OR {BOTH}", 0),
    "OR a": (f"OR {BOTH}", 0),
    "a OR": (f"OR {BOTH}", 2),
    "a OR OR b": (f"OR {BOTH}", 5),
    "(a OR) b": (f"OR {BOTH}", 3),
    "a (OR b)": (f"OR {BOTH}", 3),
    "AND": (f"AND {BOTH}", 0),
    "a AND": (f"AND {BOTH}", 2),
    "a AND AND b": (f"AND {BOTH}", 2),
    "a OR AND b": (f"AND {BOTH}", 5),
    "a AND OR b": (f"AND {BOTH}", 2),
    "(a AND)": (f"AND {BOTH}", 3),
    "NOT": ("NOT needs something after it", 0),
    "a NOT": ("NOT needs something after it", 2),
    "a NOT OR b": ("NOT needs something after it", 2),
    "(a NOT)": ("NOT needs something after it", 3),
    "a -OR b": ("NOT needs something after it", 2),
    "title:": ("title: needs something right after it", 0),
    "a up: 20": ("up: needs something right after it", 2),
    "(a author:)": ("author: needs something right after it", 3),
    'author:""': ("author: needs something after it", 7),
    'tag:" "': ("tag: needs something after it", 4),
    "author:(a b)": ("author: takes no parentheses", 7),
    "a up:many": ("up: takes a number, not “many”", 5),
    "up:-1": ("up: takes a number", 3),
    "up:1.5": ("up: takes a number", 3),
    "up:٣": ("up: takes a number", 3),
    "up:..": ("up: takes a number", 3),
    "up:>": ("up: takes a number", 3),
    'up:""': ("up: takes a number", 3),
    "up:1000000000": ("up: takes a number", 3),
    "up:9..3": ("up: the range 9..3 ends before it begins", 3),
    "is:nice": (f"is: takes {', '.join(IS)}, not “nice”", 3),
    "has:Code": (f"has: takes {', '.join(HAS)}, not “Code”", 4),
    "id:7": ("“7” is not a paper id", 3),
    "on:someday": ("someday is not a day", 3),
    "since:2026-02-30": ("2026-02-30 is not a day", 6),
    "until:": ("until: needs something right after it", 0),
    "on:july..june": ("ends before it begins", 3),
    "on:>9999-12-31": ("beyond the calendar", 3),
    "on:<0001-01-01": ("beyond the calendar", 3),
    "on:>": ("a day is missing", 3),
    "since:>july": (">july is not a day", 6),
    "(" * (DEEPEST + 1) + "a" + ")" * (DEEPEST + 1): (f"more than {DEEPEST} parentheses", DEEPEST),
    "a " * MOST + "b": (f"more than {MOST} words", 2 * MOST),
    "a " + "-".join("b" * MOST): (f"more than {MOST} words", 2),
    "up:1 " * MOST + "🚀": (f"more than {MOST} words", 5 * MOST),
    "a" * (LONGEST + 1): (f"more than {LONGEST:,} characters", LONGEST),
    "word " * 50_000: (f"more than {LONGEST:,} characters", LONGEST),
    "模" * (LONGEST + 9): (f"more than {LONGEST:,} characters", LONGEST),
    "a \udcff b": ("not UTF-8", 2),
    "\udcc3\udca9": ("not UTF-8", 0),
    "x" * 300 + "  \ud83d": ("not UTF-8", 301),
}


def mistake(text: str) -> BadRequest:
    with pytest.raises(BadRequest) as caught:
        read(text)
    return caught.value


def shown(error: BadRequest) -> list[str]:
    """The lines that a person sees."""
    stderr = io.StringIO()
    Console(io.StringIO(), stderr, {}).fail(error)
    return stderr.getvalue().splitlines()


def under_the_caret(lines: list[str]) -> str:
    """The character of the first line that the caret of the second points at."""
    above, below = lines
    column = cell_len(below[: below.index("^")])
    return next((above[at] for at in range(len(above)) if cell_len(above[:at]) == column and cell_len(above[at])), "")


@pytest.mark.parametrize("typed", MISTAKES, ids=lambda typed: repr(typed[:40]))
def test_every_mistake_is_told_with_its_place(typed: str) -> None:
    said, index = MISTAKES[typed]
    error = mistake(typed)
    assert said in str(error)
    assert error.place is not None
    text, at = error.place
    assert (at, error.exit_code) == (index, 2)
    assert text.isprintable() and not re.search("[\ud800-\udfff]", text)
    assert under_the_caret(shown(error)) == text[at]


BEHIND = {
    "nothing": "",
    "words": "diffusion models ",
    "Chinese": "模型 论文，扩散 ",
    "full-width letters": "ＧＰＴ－４ ",
    "Korean": "한국어 모델을 ",
    "Thai": "ภาษาที่ไม่เว้นวรรค ",
    "accents": "Naïve e\u0301te\u0301 x\u0323\u0302 ",
    "emoji": "🚀 🤗 👍 ",
    "Arabic": "نموذج ",
    "much": "many words here and there " * 90,
    "much Chinese": "模型 论文 " * 120,
}


@pytest.mark.parametrize("before", BEHIND)
@pytest.mark.parametrize("wrong", ["(", "up:many", "title:", "is:x y"])
@pytest.mark.parametrize("after", ["", " and more words to come behind it, many of them", " 模型论文" * 20])
def test_the_caret_stands_under_the_place_whatever_is_before_it(before: str, wrong: str, after: str) -> None:
    lines = shown(mistake(BEHIND[before] + wrong + after))
    place = {"(": "(", "up:many": "m", "title:": "t", "is:x y": "x"}[wrong]
    assert len(lines) == 2
    assert under_the_caret(lines) == place
    assert cell_len(lines[0]) < 300, "a long query is shown around the place only"


def test_a_long_word_does_not_push_the_place_away() -> None:
    for typed in ("up:" + "x" * 15_000, "is:" + "y" * 15_000, "on:" + "z" * 15_000, "id:" + "w" * 15_000):
        lines = shown(mistake(typed))
        assert max(map(len, lines)) < 500
        assert under_the_caret(lines) == typed[3]


def test_what_is_seen_on_the_terminal(papers: Papers) -> None:
    done = papers("today", "-k", "diffusion ((")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        "papers: this “(” is never closed: diffusion ((",
        "hint:                                        ^",
    ]
    done = papers("today", "-k", "模型 up:x", "--json")
    error = json.loads(done.stderr.splitlines()[-1])["error"]
    assert (done.returncode, done.stdout, error["kind"]) == (2, "", "usage")
    assert error["message"] == "up: takes a number, not “x”: 模型 up:x"


# Whatever may be pasted

ABSTRACT = (
    "We present Lumen-7B — a mixture-of-experts (MoE) model that is trained on 2.4T tokens and reaches 71.3% on"
    " MMLU-Pro, +4.2 over the best open model. Given a loss $\\mathcal{L}(\\theta) = -\\sum_{i} \\log p_\\theta(x_i"
    " \\mid x_{<i})$, we show that the gap shrinks as $O(n^{-1/2})$: “more is not always better”. Our contributions:"
    " (1) a router that needs no auxiliary loss; (2) a schedule, called `warm-up:decay`, keeping 99% of them busy; and"
    " (3) code & data at https://github.com/example/lumen?tab=readme#start. See also arXiv:2501.12948v2 [cs.CL], the"
    ' "scaling laws" of earlier work, C++/CUDA kernels, and the 10^{-3} step size; e.g., Fig. 3(b)–(d).'
)
PASTED = {
    "abstract": ABSTRACT,
    "abstract of lines": "Abstract\n\n  " + ABSTRACT.replace(". ", ".\n  "),
    "BibTeX": '@article{x2026,\n  title={A "new" model: part I},\n  author={Doe, J. and {van der} B, J\\"urgen},\n}',
    "JSON": '{"id": "2501.12948", "title": "A (small) model", "authors": ["A. B."], "n": [1, 2.5e-3, null]}',
    "address": "https://arxiv.org/abs/2501.12948v2?context=cs.CL#references",
    "mathematics": "$\\forall x \\in \\mathbb{R}^{n}: \\|x\\|_2 \\leq \\epsilon \\implies f(x) = \\nabla_x g(x)$",
    "SQL": "'; DROP TABLE paper; -- \" OR 1=1 /* */",
    "FTS5": '{title} : ^"a" NEAR(b c, 2) + d* AND (e NOT f)',
    "glob": "[!a-z]* ?? %_% \\",
    "shell": "$(rm -rf /) `id` ${HOME} && || ; > /dev/null",
    "GPT-4": "GPT-4",
    "C++": "C++",
    "quote": '"',
    "quotes": '"""" “„»« \'\' ``',
    "emoji": "👩🏽\u200d🚀 🏳️\u200d🌈 🤗transformers 🇩🇪 1️⃣",
    "Chinese": "我们提出了一种新的扩散模型（Diffusion Model），用于文本到图像的生成。",
    "Japanese": "大規模言語モデル（LLM）の「推論」を高速化する手法。",
    "Korean": "대규모 언어 모델의 추론을 빠르게 하는 방법을 제안한다.",
    "Thai": "แบบจำลองภาษาขนาดใหญ่ที่ไม่เว้นวรรคระหว่างคำ",
    "Hindi": "बड़े भाषा मॉडल का प्रशिक्षण",
    "Arabic": "نموذج لغوي كبير (من اليمين إلى اليسار)",
    "right to left": "\u202eabc\u202c \u2067def\u2069 \u200fghi",
    "byte order mark": "\ufeffdiffusion",
    "NUL": "a\0b \x1b[31mred\x07",
    "marks": "Z" + "\u0301\u0320\u0489" * 5_000,
    "a mark alone": "\u0301",
    "joiners": "\u200d\u200c\u2060",
    "private use": "\ue000 \U000f1234",
    "unassigned": "\u0378 \U000e0fff \U0003fffe",
    "new letters": "\U0001e900\U0001e901 \u19b0\u19c8 ꟊ",
    "blanks": " \t\n\u3000\xa0\u2028" * 1_000 + "x",
    "50,000 words": " ".join(f"word{number}" for number in range(50_000)),
    "50,000 times a word": "word " * 50_000,
    "500 words": " ".join(f"w{number} the" for number in range(250)),
    "a long word": "a" * LONGEST,
    "a long chain": "-".join("a" * 5_000),
    "phrases": '"a b" ' * 200,
    "open quotes": '"a ' * 3_001 + "“" * 3_000,
    "open parentheses": "(" * LONGEST,
    "closed parentheses": ")" * LONGEST,
    "parentheses": "()" * 10_000,
    "dashes": "-" * 9_999 + " " + "- " * 5_000,
    "stars": "* ** a*" * 2_000,
    "colons": "title:" * 3_000,
    "ORs": "OR " * 6_000,
    "NOTs": "NOT " * 4_999 + "a",
    "NOTs without a blank": "-NOT" * 5_000 + " a",
    "many alternatives": " OR ".join(f"a{number}*" for number in range(MOST)),
    "many numbers": " OR ".join(f"up:{number}" for number in range(MOST)),
    "many opposites": " OR ".join(f"-a{number}" for number in range(MOST)),
    "many signs": " ".join(chr(0x1F300 + number) for number in range(MOST)),
    "many authors": " OR ".join(f"author:a{number}" for number in range(MOST)),
}


@pytest.mark.parametrize("name", PASTED)
def test_what_is_pasted_is_a_search_or_a_mistake_with_a_place(library: Library, name: str) -> None:
    """Never anything else, and never more than a second."""
    began = time.process_time()
    try:
        expression = read(PASTED[name])
    except BadRequest as error:
        assert error.place or not line(PASTED[name])
        assert len(shown(error)) <= 2
    else:
        for days in ({}, {"first": date(2026, 7, 1), "last": NEWEST}):
            query = Query(expression=expression, **days)  # type: ignore[arg-type]
            assert len(library.find(query).refs) == library.count(query)[0]
    assert time.process_time() - began < 5


def test_only_what_is_open_empty_or_far_too_much_is_a_mistake() -> None:
    assert {name for name, text in PASTED.items() if refused(text)} == {
        "50,000 words", "50,000 times a word", "a long chain", "open quotes", "open parentheses", "parentheses",
        "stars", "colons", "ORs", "NOTs without a blank",
    }  # fmt: skip


def refused(text: str) -> bool:
    try:
        read(text)
    except BadRequest:
        return True
    return False


def test_bytes_that_are_no_text_are_a_mistake_with_a_place(papers: Papers) -> None:
    for typed in (b"abc \xff", b"\xc3", "é".encode("latin-1"), b"\xed\xa0\x80"):
        done = papers("today", "-k", typed.decode("utf-8", "surrogateescape"))
        assert (done.returncode, done.stdout) == (2, "")
        assert re.fullmatch(r"papers: .* not UTF-8: .*\nhint: +\^\n", done.stderr)


def test_an_abstract_finds_its_paper(library: Library) -> None:
    """Pasted whole, or a sentence of it in quotes."""
    refs = library.find(Query()).refs
    for entry in library.rows(refs)[:10]:
        for typed in (entry.abstract, f"title:({entry.title})", f'"{sentence_of(entry.abstract)}"'):
            if refused(typed):
                continue
            found = library.rows(library.find(Query(expression=read(typed))).refs)
            assert entry.id in {each.id for each in found}, typed


def sentence_of(abstract: str) -> str:
    return re.split('[.:?"“]', abstract)[0]


SYNTAX = ["(", ")", '"', "“", "”", "-", "*", ":", " ", "  ", "OR", "AND", "NOT", "title:", "up:", "on:", "is:", "a",
          "b", "..", ">", "=", "7", "模", "🚀", "\u0301", "+", "\ud83d", "\0", "\u200f", "x" * 40]  # fmt: skip
ANYTHING = st.text(max_size=60) | st.lists(st.sampled_from(SYNTAX), max_size=40).map("".join)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ANYTHING)
@example('title:"')
@example("(" * 12 + "a OR b" + ")" * 12)
@example("-(a OR -b) up:1")
def test_any_text_is_a_search_or_a_mistake_with_a_place(library: Library, text: str) -> None:
    try:
        expression = read(text)
    except BadRequest as error:
        if error.place:
            where, at = error.place
            assert 0 <= at < len(where)
            if cell_len(where[at]) and all(category(letter) != "Cn" for letter in where):  # of which nobody knows
                assert under_the_caret(shown(error)) == where[at]
        else:
            assert not line(text)
        return
    found = library.find(Query(expression=expression))
    assert library.count(Query(expression=expression)) == (len(found.refs), 0)
    assert read(line(text)) == expression, "cleaning changes nothing"
    assert isinstance(said(expression), str)
    loose = loosened(expression)
    assert loose is None or not said(loose)


# Grammar-made text: what is printed and read again is the same


class Typed:
    """A piece of a query, what it must mean, and how closely it holds together: "one", "all" or "either"."""

    def __init__(self, text: str, meaning: Any, kind: str = "one") -> None:
        self.text, self.meaning, self.kind = text, meaning, kind

    def __repr__(self) -> str:
        return self.text

    def within(self, *kinds: str) -> str:
        """The text as a part of something that binds more closely than these kinds."""
        return f"({self.text})" if self.kind in kinds else self.text


LETTERS = st.sampled_from([*"abcxyzABCXYZ019éßñØłжω", "GPT-4", "x'y", "a:b", "50%", "f(x)", "R&D", "ORB", "NOTE"])
WORD = st.lists(LETTERS, min_size=1, max_size=4).map("".join).filter(lambda w: w not in ("OR", "AND", "NOT"))
PHRASE = st.lists(st.one_of(WORD, st.sampled_from(["OR", "(", "-x", "title:", "*", "up:7"])), min_size=1, max_size=4)
QUOTES = st.sampled_from(['""', "“”", "«»", "„”", "„“"])
SIGNS = st.sampled_from(["🚀", "+", "==", "模型", "BERT模型", "ภาษา", "한국어", "👩🏽\u200d🚀", "→"])


def quoted(words: list[str], quotes: str) -> Typed | None:
    text = " ".join(words)
    return Typed(quotes[0] + text + quotes[1], Words(text, "exact")) if re.search(r"[^\W_]", text) else None


WORDS = st.one_of(
    WORD.map(lambda w: Typed(w, Words(w))),
    WORD.map(lambda w: Typed(w + "*", Words(w, "prefix"))),
    st.builds(quoted, PHRASE, QUOTES).filter(bool),
    SIGNS.map(lambda sign: Typed(sign, Sign("".join(x.lower() if x.isascii() else x for x in sign)))),
    st.sampled_from(["C++", "F#", "g++", "a+"]).map(lambda w: Typed(w, All((Words(w), Sign(w.lower()))))),
)
COLUMNS = {"title": "title", "abs": "abstract", "kw": "keywords"}
COUNTED = {"up": "upvotes", "stars": "stars", "comments": "comments"}


def in_column(name: str, leaf: Typed) -> Typed:
    def placed(meaning: Any) -> Any:
        if isinstance(meaning, All):
            return All(tuple(map(placed, meaning.parts)))
        return (
            Sign(meaning.text, COLUMNS[name])
            if isinstance(meaning, Sign)
            else Words(meaning.text, meaning.how, COLUMNS[name])
        )

    return Typed(f"{name}:{leaf.text}", placed(leaf.meaning))


def numbered(name: str, low: int, more: int, form: str) -> Typed:
    high = low + more
    limits = {
        "{a}..{b}": (low, high),
        ">={a}": (low, None),
        ">{a}": (low + 1, None),
        "<={a}": (None, low),
        "<{a}": (None, low - 1),
        "{a}": (low, low),
        "={a}": (low, low),
        "..{a}": (None, low),
        "{a}..": (low, None),
    }
    return Typed(f"{name}:{form.format(a=low, b=high)}", Between(COUNTED[name], *limits[form]))


FORMS_OF_NUMBERS = ["{a}..{b}", ">={a}", ">{a}", "<={a}", "<{a}", "{a}", "={a}", "..{a}", "{a}.."]
NAMES = ["author", "org", "by", "cat", "tag"]
DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))
LEAVES = st.one_of(
    WORDS,
    st.builds(in_column, st.sampled_from(list(COLUMNS)), WORDS),
    st.builds(lambda n, w: Typed(f"{n}:{w}", Named(n, w)), st.sampled_from(NAMES), WORD),
    st.builds(lambda n, w: Typed(f'{n}:"{w} x"', Named(n, f"{w} x")), st.sampled_from(["author", "org", "tag"]), WORD),
    st.sampled_from(HAS).map(lambda what: Typed(f"has:{what}", Named("has", what))),
    st.sampled_from(IS).map(lambda what: Typed(f"is:{what}", Named("is", what))),
    st.integers(0, 99_999).map(lambda n: Typed(f"id:2501.{n:05}v3", Named("id", f"2501.{n:05}"))),
    st.builds(
        numbered, st.sampled_from(list(COUNTED)), st.integers(0, 9_999), st.integers(0, 99),
        st.sampled_from(FORMS_OF_NUMBERS),
    ),
    DAYS.map(lambda day: Typed(f"since:{day}", Between("day", day))),
    DAYS.map(lambda day: Typed(f"until:{day}", Between("day", None, day))),
    st.builds(lambda x, y: Typed(f"on:{min(x, y)}..{max(x, y)}", Between("day", min(x, y), max(x, y))), DAYS, DAYS),
)  # fmt: skip


def together(kind: Any, parts: list[Typed], between: list[str]) -> Typed:
    """Said by hand: each part once, in its order, and none of the same kind inside."""
    loose = ("either",) if kind is All else ()
    texts = [part.within(*loose) for part in parts]
    text = texts[0] + "".join(gap + text for gap, text in zip(itertools.cycle(between), texts[1:], strict=False))
    flat = [
        inner for part in parts for inner in (part.meaning.parts if isinstance(part.meaning, kind) else [part.meaning])
    ]
    unique = [part for place, part in enumerate(flat) if part not in flat[:place]]
    meaning = kind(tuple(unique)) if len(unique) > 1 else unique[0]
    return Typed(text, meaning, "all" if kind is All else "either")


def turned(part: Typed, how: str) -> Typed:
    text = part.within("all", "either")
    inner = part.meaning
    return Typed(
        f"-{text}" if how == "-" else f"NOT {text}", inner.part if isinstance(inner, Not) else Not(inner), "not"
    )


def larger(parts: st.SearchStrategy[Typed]) -> st.SearchStrategy[Typed]:
    several = st.lists(parts, min_size=2, max_size=4)
    blanks = st.lists(st.sampled_from([" ", "  ", " AND ", "\n"]), min_size=1, max_size=3)
    return st.one_of(
        st.builds(together, st.just(All), several, blanks),
        st.builds(together, st.just(Either), several, st.sampled_from([[" OR "], ["  OR "]])),
        st.builds(turned, parts.filter(lambda part: part.kind != "not"), st.sampled_from(["-", "NOT"])),
        parts.map(lambda part: Typed(f"( {part.text})", part.meaning)),
    )


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.recursive(LEAVES, larger, max_leaves=10))
def test_what_is_said_in_the_language_is_read_as_it_was_meant(typed: Typed) -> None:
    if deepest(typed.text) <= DEEPEST:
        assert read(typed.text) == typed.meaning
    else:
        assert "parentheses" in str(mistake(typed.text))


def deepest(text: str) -> int:
    return max(itertools.accumulate((letter == "(") - (letter == ")") for letter in text))


# What SQLite can answer at once


def nested(levels: int, wider: int, leaf: str, inner: str, *, first: bool, opposite: bool) -> str:
    """As deep as can be said, `wider` more parts on each level; each the opposite of the next, or AND in OR in AND."""
    text = inner
    for level in range(levels):
        more = [leaf.format(level * 100 + each) for each in range(wider)]
        word, half = ("OR" if level % 2 or not opposite else "AND"), 0 if opposite else wider // 2
        text = " ".join([text, *more[:half]] if first else [*more[:half], text])
        text = f" {word} ".join([text, *more[half:]] if first else [*more[half:], text])
        text = f"-({text})" if opposite else f"({text})"
    return text


LEAVES_OF_ALL_KINDS = ["up:{0}", "-a{0}", 'author:a{0} "b{0}"', "(a{0} up:{0} kw:b{0}*)"]


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("opposite", [True, False])
@pytest.mark.parametrize("leaf", LEAVES_OF_ALL_KINDS)
def test_the_deepest_and_widest_that_can_be_read_is_answered(
    library: Library, leaf: str, *, first: bool, opposite: bool
) -> None:
    words = leaf.count("{")
    deep = nested(DEEPEST - leaf.count("("), 36 // words, leaf, "author:'x kw:x*", first=first, opposite=opposite)
    wide = nested(3, 150 // words, leaf, "x", first=first, opposite=opposite)
    for text, muted in ((deep, deep), (wide, f"NOT {wide}")):
        for days in ({}, {"first": date(2026, 7, 1), "last": NEWEST}):
            query = Query(expression=read(text), muted=read(muted), **days)  # type: ignore[arg-type]
            assert len(library.find(query).refs) == library.count(query)[0]


def test_a_great_many_muted_topics_are_answered(library: Library) -> None:
    topics = [read(f"author:a{n} OR up:>{n + 10_000} OR title:w{n} -x{n} OR 模{n}") for n in range(600)]
    found = library.find(Query(muted=Either(tuple(topics)), first=date(2026, 7, 1), last=NEWEST))
    assert found.refs


# Beside the language


def test_an_option_says_the_same_as_its_field() -> None:
    options = dict.fromkeys(
        ("keyword", "min_upvotes", "min_comments", "min_stars", "author", "org", "submitter", "category", "tag", "has",
         "since", "until", "unread", "starred", "later", "source",
         "announce")
    )  # fmt: skip
    same = {
        "up:>=3": {"min_upvotes": 3}, "comments:0..": {"min_comments": 0}, "stars:>=9": {"min_stars": 9},
        'author:"Ada E"': {"author": " Ada  E"}, "org:x": {"org": "x"}, "by:x": {"submitter": "x"},
        "cat:cs.CL": {"category": "cs.CL"}, "tag:x": {"tag": "x"}, "has:code has:media": {"has": ["code", "media"]},
        "since:july": {"since": "july"}, "until:july": {"until": "july"}, "is:unread": {"unread": True},
        "is:starred is:later": {"starred": True, "later": True},
        "a b up:>2 -c": {"keyword": ["a b", "up:>2 -c"]},
        "(a OR b) c up:>=1": {"keyword": ["a OR b", "c"], "min_upvotes": 1},
    }  # fmt: skip
    for typed, chosen in same.items():
        assert expression_of(SimpleNamespace(**{**options, **chosen}), span) == read(typed), typed  # type: ignore[arg-type]
    for name in ("author", "org", "submitter", "category", "tag"):
        for text in ("", " ", "\u0301", "\u200b"):
            with pytest.raises(BadRequest, match=f"--{name} needs a name"):
                expression_of(SimpleNamespace(**{**options, name: text}), span)  # type: ignore[arg-type]


def test_an_empty_name_is_refused_by_the_program(papers: Papers) -> None:
    for name in ("--author", "--tag", "--submitter"):
        done = papers("today", name, "")
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith(f"papers: {name} needs a name")


def test_what_a_source_is_asked_is_what_speaks_for_a_paper() -> None:
    cases = {
        "a -b": "a",
        "a OR b": "a b",
        '"a b" title:c*': "a b c",
        "C++ up:>3": "C++",
        "-a": "",
        "(a OR -b) 模型": "a 模型",
    }
    assert {typed: said(read(typed)) for typed in cases} == cases


def test_what_is_left_without_the_words() -> None:
    cases = {
        "a": None, "a up:1": "up:1", "a -b up:1": "-b up:1", "a OR up:1": None, "(up:1 OR up:2) a": "up:1 OR up:2",
        "-(a up:1)": "-(a up:1)", "(a -b) OR (c -b)": "-b",
    }  # fmt: skip
    for typed, left in cases.items():
        assert loosened(read(typed)) == (left and read(left)), typed


def test_reading_takes_time_in_proportion() -> None:
    chance = random.Random(1)
    worst: Callable[[str], str] = lambda unit: unit * (LONGEST // len(unit))  # noqa: E731
    for unit in ("a", "a ", "“", '"', "„ ", "a:", "(", "-", "- ", "*", "模 ", "\u0301", "a\u0301", "NOT ", "OR", '""'):
        began = time.process_time()
        refused(worst(unit))
        refused(worst(unit) + chance.choice(["(", ")", '"']))
        assert time.process_time() - began < 5, unit
