"""Filters, order and limit of a listing, held against a plain reading of the same rows."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from conftest import Papers
from hub import Hub, fixture_days, sample_days

Row = dict[str, Any]
Ask = Callable[..., list[Row]]

WORDS = {  # id: title, abstract, keywords
    "2607.99020": ("Transformers for Cats", "They purr.", ["attention"]),
    "2607.99021": ("A transformer among others", "Nothing.", []),
    "2607.99022": ("Plain", "It was TRANSFORMED into a Naïve résumé.", []),
    "2607.99023": ("Plain again", "Nothing.", ["Vision Transformer", "video diffusion"]),
    "2607.99024": ("C++ and other tongues", "We say “GPT-4”, and 🚀.", []),
    "2607.99025": ("C and no other tongue", "Say GPT or 4, or a 6\" disk: 50% _off_ 'now'.", []),
    "2607.99026": ("Straße, Łódź and Ångström", "日本語の論文 about 模型. OR AND NOT NEAR title:x", []),
}  # fmt: skip


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """`ask("odd", "--sort", "stars")`: rows of the newest listing of a hub, as JSON; with `code` its exit code."""
    row = sample_days()["2026-07-03"][0]
    words = [
        {
            "paper": {
                **row["paper"],
                "id": id,
                "title": title,
                "summary": abstract,
                "ai_keywords": keywords,
                "ai_summary": "",
            }
        }
        for id, (title, abstract, keywords) in WORDS.items()
    ]
    hubs = {"odd": Hub(fixture_days()), "sample": Hub(sample_days()), "words": Hub({"2026-07-03": words})}
    homes = {name: str(tmp_path_factory.mktemp(name)) for name in hubs}

    def ask(name: str, *line: str, code: int = 0, words: tuple[str, ...] = ("today", "--json")) -> list[Row]:
        settings = {"PATH": os.environ["PATH"], "HOME": homes[name], "PAPERCLI_HOME": homes[name], "LANG": "C.UTF-8"}
        settings["HF_ENDPOINT"] = hubs[name].url
        run = [sys.executable, "-m", "papercli", *words, *line]
        done = subprocess.run(run, env=settings, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8")
        assert done.returncode == code, (line, done.stderr)
        return list(json.loads(done.stdout)) if done.stdout else []

    yield ask
    for hub in hubs.values():
        hub.stop()


def ids(rows: list[Row]) -> list[str]:
    return [row["id"] for row in rows]


# The reference


def folded(text: str) -> list[str]:
    """The words of a text, in lower case, without accents, and with the plural's s gone."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return [word.removesuffix("s") for word in re.findall(r"[^\W_]+", plain.lower())]


def matching(rows: list[Row], *expressions: str) -> list[Row]:
    def holds(row: Row, expression: str) -> bool:
        words = {word for text in (row["title"], row["abstract"], *row["keywords"]) for word in folded(text)}
        return all(word in words for word in folded(expression))

    return [row for row in rows if all(holds(row, expression) for expression in expressions)]


# Keywords


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("transformer", "0 1 2 3"),
        ("transformers", "0 1 2 3"),
        ("TRANSFORMING", "0 1 2 3"),
        ("attention", "0"),
        ("naive Resume", "2"),
        ("NAÏVE", "2"),
        ("video vision", "3"),
        ("video cats", ""),
        ("Varnholt", ""),  # an author; keywords are words of the paper
        ("GPT-4", "4"),
        ("gpt", "4 5"),
        ('"', "5"),
        ('6"', "5"),
        ("🚀", "4"),
        ("%", "5"),
        ("'now'", "5"),
        ("strasse", ""),
        ("GPT4", ""),
        ("lodz", ""),  # Ł is a letter of its own, and no L with an accent
        ("łódź angstrom", "6"),
        ("日本語の論文", "6"),
        ("NEAR", "6"),
        ("nonsuch", ""),
    ],
)
def test_keywords_are_words_of_title_abstract_or_keywords(ask: Ask, expression: str, found: str) -> None:
    """All must match, case and accents folded, by English stem; signs and emoji are text, never a syntax error."""
    expected = {f"2607.9902{number}" for number in found.split()}
    assert set(ids(ask("words", "-k", expression))) == expected


def test_a_word_with_signs_finds_what_is_written_so(ask: Ask) -> None:
    assert "2607.99024" in ids(ask("words", "-k", "C++"))


def test_what_is_no_part_of_the_language_is_text(ask: Ask) -> None:
    signs = ['"', '""', "'", "*", "a*", ")", "^a", "a:b", "{a}", "+", "\\", "%", "_", ";--", "é́", "x" * 5_000, "<EOS>"]
    for sign in [
        *signs,
        "\u200d",
        "[/red]",
        "$\\alpha$",
        "NEAR(a b)",
        "-",
        "--",
        "a - b",
        "not and or",
        "Title:x",
        '6" 7"',
    ]:
        assert len(ask("words", f"--keyword={sign}")) <= len(WORDS), sign
    for open_or_empty in ("(", "()", "a AND", "NOT", "OR", "title:", "up:many", "is:new", "\u200b", ""):
        assert ask("words", f"--keyword={open_or_empty}", code=2) == [], open_or_empty


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ('"transformer"', "1 3"),
        ('"Vision Transformer"', "3"),
        ('"Transformer Vision"', ""),
        ("transform*", "0 1 2 3"),
        ("transformer*", "0 1 3"),
        ("transformer -vision", "0 1 2"),
        ("transformer NOT (cats OR vision)", "1 2"),
        ("cats OR diffusion", "0 3"),
        ("(cats OR diffusion) attention", "0"),
        ("plain -transformer", ""),
        ("title:transformer", "0 1"),
        ("abs:transformer OR kw:attention", "0 2"),
        ("title:(cats OR among)", "0 1"),
        ("-transformer -tongue", "6"),
        ("id:2607.99024 OR id:arXiv:2607.99020v2", "0 4"),
        ("C++", "4"),
        ('6" disk', "5"),
        ("模型 日本語の論文", "6"),
        ("nonsuch OR 🚀", "4"),
        ("on:2026-07-03 title:plain", "2 3"),
        ("since:2026-07-04", ""),
        ("up:<0 OR is:starred OR tag:x", ""),
    ],
)
def test_the_query_language_says_which_papers(ask: Ask, expression: str, found: str) -> None:
    assert set(ids(ask("words", "-k", expression))) == {f"2607.9902{number}" for number in found.split()}


# Marks


def test_marks_and_topics_filter_every_listing(papers: Papers, hub: Hub) -> None:
    """What is hidden or muted is left out unless asked for; --unread, --starred, --later and --tag choose."""

    def found(*line: str, command: str = "today") -> list[str]:
        done = papers(command, "--json", *line)
        assert done.returncode == 0, done.stderr
        return ids(json.loads(done.stdout))

    first, second, third, fourth, *rest = every = found()
    author = hub.paper(fourth)["authors"][0]["name"]
    for line in (
        ("star", first, second), ("later", second), ("hide", third), ("mark", "--read", first, third),
        ("tag", "--add", "Thèse", second, third), ("mute", "add", "somebody", f'author:"{author}"'),
    ):  # fmt: skip
        assert papers(*line).returncode == 0, line
    muted = [id for id in every if author in [each["name"] for each in hub.paper(id)["authors"]]]
    assert fourth in muted
    assert third not in muted
    usual = [id for id in every if id != third and id not in muted]
    for command in ("today", "trending", "list"):
        mine = lambda *line, command=command: set(found(*line, "-n0", command=command)) & set(every)  # noqa: E731
        there = mine("--all")
        assert there == set(every) if command != "trending" else there < set(every)
        for line, wanted in (
            ((), usual), (("--hidden",), [third]), (("--muted",), muted), (("--starred",), [first, second]),
            (("--later",), [second]), (("--unread",), [id for id in usual if id != first]),
            (("--tag", "these"), [second]),
            (("--tag", "THÈSE", "--all"), [second, third]), (("--starred", "--unread"), [second]),
            (("--hidden", "--starred"), []), (("-k", "is:starred -is:read"), [second]), (("-k", "is:hidden"), []),
            (("-k", "is:hidden", "--all"), [third]), (("-k", "is:read OR tag:these", "--all"), [first, second, third]),
        ):  # fmt: skip
            assert mine(*line) == set(wanted) & there, (command, line)
    assert rest


def test_only_one_kind_of_what_is_left_out_can_be_asked_for(papers: Papers) -> None:
    for line in (("--hidden", "--muted"), ("--muted", "--all"), ("--hidden", "--all")):
        done = papers("today", *line)
        assert (done.returncode, done.stdout) == (2, "")
        assert "exclude each other" in done.stderr


def test_several_keywords_must_all_hold(ask: Ask) -> None:
    every = ask("odd")
    for line in (
        ["paper"],
        ["author"],
        ["title"],
        ["the", "a"],
        ["in the"],
        ["summary", "hand"],
        ["nobody"],
        ["résumé"],
    ):
        given = [part for expression in line for part in ("-k", expression)]
        found = ask("odd", *given)
        assert ids(found) == ids(matching(every, *line)), line
        assert found, line


# Numbers, order, limit


def test_at_least_so_many_upvotes(ask: Ask) -> None:
    every = ask("odd")
    assert None in [row["upvotes"] for row in every]
    for least in (0, 1, 20, 36, 120, 121, 999_999_999):
        counted = [row for row in every if row["upvotes"] is not None and row["upvotes"] >= least]
        assert ask("odd", "--min-upvotes", str(least)) == counted


KEYS: dict[str, Callable[[Row], Any]] = {
    "rank": lambda row: -row["rank"],
    "upvotes": lambda row: row["upvotes"],
    "comments": lambda row: row["comments"],
    "stars": lambda row: row["stars"],
}


@pytest.mark.parametrize("name", ["odd", "sample"])
def test_every_order_has_the_greatest_first_and_the_unknown_last(ask: Ask, name: str) -> None:
    every = ask(name)
    assert [row["rank"] for row in every] == list(range(1, len(every) + 1))
    for order, key in KEYS.items():
        rows = ask(name, "--sort", order)
        known = [key(row) for row in rows if key(row) is not None]
        assert sorted(ids(rows)) == sorted(ids(every)), order
        assert [key(row) for row in rows] == sorted(known, reverse=True) + [None] * (len(rows) - len(known)), order
    assert ids(ask(name, "--sort", "relevance")) == ids(every), "without a word to be relevant to"
    for order in ("newest", "oldest"):
        days = [row["published"] for row in ask(name, "--sort", order)]
        assert days == sorted(days, reverse=order == "newest")
    titles = [row["title"].lower() for row in ask(name, "--sort", "title") if row["title"].isascii()]
    assert titles == sorted(titles)


@pytest.mark.parametrize("order", ["rank", "upvotes", "comments", "stars", "newest", "oldest", "title"])
def test_reverse_turns_the_known_round(ask: Ask, order: str) -> None:
    key = KEYS.get(order, lambda row: row["published"])
    rows = [row for row in ask("odd", "--sort", order) if key(row) is not None]
    turned = [row for row in ask("odd", "--sort", order, "--reverse") if key(row) is not None]
    assert ids(turned) == ids(rows)[::-1]


def test_relevance_puts_the_paper_about_it_first(ask: Ask) -> None:
    rows = ask("words", "-k", "transformer", "--sort", "relevance")
    assert len(rows) == 4
    assert rows[0]["id"] in ("2607.99020", "2607.99021"), "in the title rather than beside it"


def test_limit_cuts_after_filter_and_order(ask: Ask) -> None:
    every = ask("odd", "--sort", "comments", "--min-upvotes", "1", "-k", "the")
    assert len(every) > 5
    combined = ["--min-upvotes", "1", "-k", "the", "--sort", "comments"]
    for many in (1, 5, len(every), 999):
        assert ask("odd", *combined, "-n", str(many)) == every[:many]
    assert ask("odd", *combined, "-n", "0") == every
    assert ask("odd", "-n", "0") == ask("odd"), "a listing is whole"
    assert ask("odd", *combined, "--reverse", "-n", "3") == every[::-1][:3]
    for wrong in ("-1", "x", "", "1e3", "٣", "99999999999"):
        assert ask("odd", "-n", wrong, code=2) == []


def test_ranks_are_of_the_day_and_not_of_what_is_shown(ask: Ask) -> None:
    every = {row["id"]: row["rank"] for row in ask("odd")}
    for row in ask("odd", "-k", "title", "--sort", "title", "-n", "5"):
        assert row["rank"] == every[row["id"]]


# Where options stand


def test_options_stand_before_or_after_and_with_a_number_glued_on(ask: Ask) -> None:
    wanted = ask("sample", "-n", "5", "--sort", "comments", words=("day", "2026-07-02", "--json"))
    assert len(wanted) == 5
    for line in (
        "day -n5 --sort comments --json 2026-07-02",
        "day --json 2026-07-02 --sort=comments -n5",
        "day 2026-07-02 --sort comments --limit 5 -o json",
        "day 2026-07-02 --sort comments --limit=5 --output=json",
        "day -n 3 2026-07-02 --json --sort comments -n 5",
        "day --sort comments -n5 --json -- 2026-07-02",
        "--color never day --offline 2026-07-02 -n5 --no-pager --sort comments --json --quiet",
    ):
        assert ask("sample", words=tuple(line.split())) == wanted, line


def test_after_two_dashes_all_is_text(ask: Ask) -> None:
    assert ask("sample", words=("day", "--json", "--", "-1d")) == ask("sample", words=("day", "2026-07-02", "--json"))
    for line in ("day -- --json", "day -video", "day -- -n5", "today -- x", "today -video", "day 2026-07-02 -- -n5"):
        assert ask("sample", words=tuple(line.split()), code=2) == []
