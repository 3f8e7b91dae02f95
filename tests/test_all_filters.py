"""Every filter and order, alone and in hundreds of combinations, against a plain reading of the same papers.

The command line is read by the program, the papers come from its library; which of them must be shown, and in which
order, is worked out here row by row, by the contract.
"""

from __future__ import annotations

import io
import json
import random
import re
import sqlite3
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from conftest import RECORDINGS, Papers
from hub import FIXTURES, Hub, fixture_days
from papercli.app import App
from papercli.argv import anywhere, given, sorted_words
from papercli.commands import Given
from papercli.commands.listing import query_of
from papercli.dates import when
from papercli.grammar import parse
from papercli.library import Library, Listing
from papercli.library.match import index_of, match_of
from papercli.numbers import numbered
from papercli.paper import Entry, Paper
from papercli.query import HAS, SORTS, Query
from papercli.render import FORMATS
from papercli.sources.huggingface import HuggingFace
from papercli.value import changed

HF = HuggingFace("https://huggingface.co")
NOON = 1_785_585_600.0  # seconds since 1970; any time will do
CATEGORIES = ("cs.CL", "cs.CV", "cs.LG", "stat.ML", "eess.AS", "math.OC", "hep-th", "q-bio.NC")
TAGS = ("thesis", "Thèse", "to read")
MARKS = ("read", "starred", "later", "hidden")
MUTED = {"statistics": "cat:stat.ML", "words": "benchmark -agent"}
COMBINATIONS, PARTS = 400, 4


# What there is to find


class World:
    """A library of many days, and the same papers as plain rows."""

    def __init__(self, days: dict[str, bytes], home: str) -> None:
        self.library = Library(":memory:")
        told: list[Paper] = []
        for day, body in days.items():
            papers = HF.read(body).papers
            self.library.remember_listing(Listing(date.fromisoformat(day), NOON), papers)
            told += papers
        self._say_categories(told)
        ranked = [*HF.read((FIXTURES / "trending.json").read_bytes()).papers, *random.Random(7).sample(told, 40)]
        self.library.remember_trending(ranked, at=NOON)
        self._mark(told)
        self.ids: dict[int, str] = {}
        self.ranked, self.everything = self._entries(trending=True), self._entries()
        begun = {date.fromisoformat(day) for day in days} | {row.listed for row in self.everything if row.listed}
        self.days = {day: self._entries(first=day, last=day) for day in sorted(begun)}
        self.stem, self.having = stems(self.everything)
        self.read = lambda words: parse(words, lambda day: when(day, newest=max(self.days)))
        votes = "SELECT p.id FROM observation o JOIN paper p ON p.number = o.paper WHERE o.upvotes IS NOT NULL"
        self.counted = {id for (id,) in self.library.read(votes)}
        self.muted = {row.id for row in self.everything if self._is_muted(row)}
        topics = Path(home, "config", "topics.toml")
        topics.parent.mkdir(parents=True)
        topics.write_text("[mute]\n" + "".join(f'{name} = "{query}"\n' for name, query in MUTED.items()))
        settings = {"PAPERCLI_HOME": home, "HF_ENDPOINT": "http://127.0.0.1:9"}
        options: Any = Given(anywhere(sorted_words(["--offline"])) or {})
        self._app = App(options, settings, io.StringIO(), io.StringIO())
        self._app._rooms["library"] = self.library

    def _say_categories(self, told: list[Paper]) -> None:
        """Another source knows a third of the papers, and some that were never listed."""
        chance = random.Random(1)
        for paper in chance.sample(told, len(told) // 3):
            known = changed(Paper(paper.id, paper.title), categories=tuple(chance.sample(CATEGORIES, 2)))
            self.library.remember_paper(known, source="arxiv", at=int(NOON))
        for number in range(30):
            unlisted = Paper(f"2606.98{number:03}", f"Unlisted paper {number} on diffusion", ("Zoë Ångström",))
            unlisted = changed(unlisted, published=date(2026, 6, 1 + number % 20), categories=(CATEGORIES[number % 8],))
            self.library.remember_paper(unlisted, source="arxiv", at=int(NOON))

    def _mark(self, told: list[Paper]) -> None:
        """A tenth of the papers has marks, some of them tags."""
        chance = random.Random(2)
        for paper in chance.sample(told, max(12, len(told) // 10)):
            changes = {name: int(NOON) for name in chance.sample(MARKS, chance.choice((1, 2, 3)))}
            changes |= {f"tag:{name}": int(NOON) for name in chance.sample(TAGS, chance.choice((0, 1, 2)))}
            self.library.marks.change([paper.id], changes, by="cli", clock=int(NOON) * 1_000, machine="here")

    def _is_muted(self, row: Entry) -> bool:
        """As the queries of `MUTED` say."""
        benchmark, agent = (row.id in self.having[self.stem(word)] for word in ("benchmark", "agent"))
        return "stat.ML" in row.categories or (benchmark and not agent)

    def _entries(self, **fields: Any) -> list[Entry]:
        refs = self.library.find(Query(**fields, shown="all")).refs
        entries = self.library.rows(refs)
        self.ids |= {ref[0]: entry.id for ref, entry in zip(refs, entries, strict=True)}
        return entries

    def within(self, span: dict[str, Any]) -> list[Entry]:
        """The rows of a span of days: a relisted paper once, on its latest day there."""
        if "trending" in span:
            return self.ranked
        if "first" not in span:
            return self.everything
        rows = {e.id: e for day in self.days if span["first"] <= day <= span["last"] for e in self.days[day]}
        return list(rows.values())

    def found(self, span: dict[str, Any], line: list[str], *, counted: bool = False) -> list[str]:
        """The ids that the program finds for these words of a command line."""
        arguments = given(sorted_words(["today", *line]))
        assert arguments is not None, line
        query = query_of(self._app, Given(arguments["filters"]), **span)  # type: ignore[arg-type]
        found = self.library.find(query)
        if counted:
            hidden = found.hidden if span else self.library.count(query)[1]
            assert self.library.count(query) == (len(found.refs), hidden), line
        return [self.ids[ref[0]] for ref in found.refs]


def stems(entries: list[Entry]) -> tuple[Callable[[str], str], dict[str, set[str]]]:
    """(word -> stem, stem -> ids of the papers that hold it), by SQLite's own English stemmer."""
    words: dict[str, set[str]] = {}
    for entry in entries:
        for word in set(re.findall(r"[^\W_]+", plain(" ".join((entry.title, entry.abstract, *entry.keywords))))):
            words.setdefault(word, set()).add(entry.id)
    names, stem = list(words), {}
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE VIRTUAL TABLE t USING fts5 (x, tokenize='porter ascii')")
        db.execute("CREATE VIRTUAL TABLE v USING fts5vocab (t, instance)")
        db.executemany("INSERT INTO t (rowid, x) VALUES (?, ?)", enumerate(names))
        for term, place in db.execute("SELECT term, doc FROM v"):
            stem[names[place]] = term
    having: dict[str, set[str]] = {}
    for word, ids in words.items():
        having.setdefault(stem.get(word, word), set()).update(ids)
    return lambda word: stem.get(plain(word), plain(word)), having


def plain(text: str | None) -> str:
    """Without case and accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", (text or "").casefold()) if not unicodedata.combining(c))


@pytest.fixture(scope="module", params=["recorded", "odd"])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    if request.param == "recorded":
        if not RECORDINGS.is_dir():
            pytest.skip("no recorded answers beside the project")
        every_sixth = sorted((RECORDINGS / "hf_daily").glob("20*.json"))[
            ::6
        ]  # of all would take minutes, and find no more
        days = {path.stem: path.read_bytes() for path in every_sixth}
    else:
        days = {path.stem: path.read_bytes() for path in FIXTURES.glob("20*.json")}
    made = World(days, str(tmp_path_factory.mktemp("home")))
    yield made
    made.library.close()


# The reference

Holds = Callable[[Entry, str], bool]


def at_least(field: str) -> Holds:
    return lambda row, value: getattr(row, field) is not None and getattr(row, field) >= int(value)


def day_of(row: Entry) -> str:
    """The day that --since and --until compare, or "" for a paper with none."""
    return str(row.listed or row.published or "")


def of_category(row: Entry, value: str) -> bool:
    return any(f"{category}.".lower().startswith(f"{value}.".lower()) for category in row.categories)


def told_by(row: Entry, value: str) -> bool:
    name, _, category = value.partition(":")
    return name in row.sources and (not category or category.lower() in [c.lower() for c in row.categories])


REFERENCE: dict[str, Holds] = {
    "--author": lambda row, value: any(plain(value) in plain(name) for name in row.authors),
    "--org": lambda row, value: (
        plain(value) == plain(row.organization)
        or (row.organization_name is not None and plain(value) in plain(row.organization_name))
    ),
    "--submitter": lambda row, value: row.submitter is not None and plain(value) == plain(row.submitter),
    "--category": of_category,
    "--min-upvotes": at_least("upvotes"),
    "--min-comments": at_least("comments"),
    "--min-stars": at_least("stars"),
    "--has": lambda row, value: bool(getattr(row, {"summary": "ai_summary"}.get(value, value))),
    "--since": lambda row, value: bool(day_of(row)) and day_of(row)[: len(value)] >= value,
    "--until": lambda row, value: bool(day_of(row)) and day_of(row)[: len(value)] <= value,
    "--source": told_by,
    "--tag": lambda row, value: plain(value) in map(plain, row.tags),
    "--unread": lambda row, value: not row.read,
    "--starred": lambda row, value: row.starred,
    "--later": lambda row, value: row.later,
}
FLAGS = {"--unread", "--starred", "--later", "--hidden", "--muted", "--all"}
REPEATED = {"--keyword", "--has"}  # all must hold; of several --source one must


def matching(world: World, rows: list[Entry], filters: list[tuple[str, str]]) -> list[Entry]:
    names = {name for name, _ in filters}
    if "--hidden" in names:
        rows = [row for row in rows if row.hidden]
    elif "--muted" in names:
        rows = [row for row in rows if row.id in world.muted]
    elif "--all" not in names:
        rows = [row for row in rows if not row.hidden and row.id not in world.muted]
    for name, value in filters:
        if name == "--keyword":
            for word in value.split():
                known = world.having.get(world.stem(word), set())
                rows = [row for row in rows if row.id in known]
        elif name in REFERENCE and name != "--source":
            rows = [row for row in rows if REFERENCE[name](row, value)]
    if sources := [value for name, value in filters if name == "--source"]:
        rows = [row for row in rows if any(told_by(row, value) for value in sources)]
    return rows


def descending(text: str) -> list[int]:
    return [-int(digit) for digit in re.findall("[0-9]", text)]


ORDERS: dict[str, Callable[[Entry], Any]] = {  # None is unknown
    "upvotes": lambda row: row.upvotes and -row.upvotes,
    "comments": lambda row: row.comments and -row.comments,
    "stars": lambda row: row.stars and -row.stars,
    "newest": lambda row: descending(day_of(row)) or None,
    "oldest": lambda row: day_of(row) or None,
    "title": lambda row: re.sub("[A-Z]", lambda letter: letter[0].lower(), row.title),
}


def relevance(world: World, filters: list[tuple[str, str]]) -> dict[str, float]:
    """What the word index says of every paper that holds the words of the keywords; the least is the best."""
    words = [world.read(value) for name, value in filters if name == "--keyword"]
    if not words:
        return {}
    asked = " AND ".join(map(match_of, words))
    assert {index_of(word) for word in words} == {"words"}
    return {world.ids[number]: rank for number, rank in world.library.read(
        "SELECT rowid, rank FROM words WHERE words MATCH ?", [asked]
    ) if number in world.ids}  # fmt: skip


def in_order(
    found: list[Entry], sort: str, rows: list[Entry], span: dict[str, Any], worth: dict[str, float] | None = None
) -> None:
    """Assert that the rows come as the order says, and those that lack the value last; `worth` is their relevance."""
    if worth:
        assert [worth[row.id] for row in found] == sorted(worth[row.id] for row in rows)
    elif sort in ("rank", "relevance", "newest") and not span:  # by arXiv's own count
        assert [row.id for row in found] == sorted((row.id for row in rows), key=numbered, reverse=True)
    elif sort in ("rank", "relevance"):
        if "trending" in span:
            assert [row.rank for row in found] == sorted(row.rank or 0 for row in rows)
        elif "first" in span:
            newest_first = sorted(rows, key=lambda row: (descending(str(row.listed)), row.rank is None, row.rank or 0))
            assert [row.id for row in found] == [row.id for row in newest_first]
    elif key := ORDERS.get(sort):
        keys = [key(row) for row in found]
        known = [worth for worth in keys if worth is not None]
        assert keys == sorted(known) + [None] * (len(keys) - len(known)), sort


def check(world: World, span: dict[str, Any], filters: list[tuple[str, str]], *, sort: str = "rank") -> list[str]:
    """Assert that filters and order give exactly the reference's rows; returns their ids in order."""
    line = [*words_of(filters), "--sort", sort]
    rows = matching(world, world.within(span), filters)
    ids = world.found(span, line, counted=True)
    by_id = {row.id: row for row in rows}
    assert Counter(ids) == Counter(by_id.keys()), (span, line)
    by_words = sort == "relevance" or (sort == "rank" and not span)
    in_order([by_id[id] for id in ids], sort, rows, span, relevance(world, filters) if by_words else None)
    return ids


def words_of(filters: list[tuple[str, str]]) -> list[str]:
    return [name if name in FLAGS else f"{name}={value}" for name, value in filters]


# Values worth asking for


def a_value(name: str, row: Entry, chance: random.Random) -> str:
    """A value for the filter, mostly one that `row` would pass."""
    words = [word for word in re.findall(r"[A-Za-z]{3,}", f"{row.title} {row.abstract}") if word.isascii()] or ["paper"]
    author = chance.choice(row.authors or ("nobody",))
    day = date.fromisoformat(day_of(row) or "2026-01-01")
    some = {
        "--keyword": lambda: " ".join(chance.choice((str.lower, str.title, str))(w) for w in pick(words, chance)),
        "--tag": lambda: chance.choice((*row.tags, *TAGS, "THESE", "nonsuch")),
        "--author": lambda: chance.choice((author, author.split()[-1].upper(), plain(author)[:4].strip() or "x", "li")),
        "--org": lambda: chance.choice((row.organization, (row.organization_name or "x")[1:5], "google")) or "nvidia",
        "--submitter": lambda: chance.choice((row.submitter, (row.submitter or "AK").upper(), "akhaliq")) or "taesiri",
        "--category": lambda: chance.choice((*row.categories, *(c[:2] for c in row.categories), "CS", "stat", "cs.cl")),
        "--min-upvotes": lambda: str(chance.choice((0, 1, row.upvotes or 0, (row.upvotes or 0) + 1, 50))),
        "--min-comments": lambda: str(chance.choice((0, 1, row.comments or 0, 5))),
        "--min-stars": lambda: str(chance.choice((0, row.stars or 0, 100))),
        "--has": lambda: chance.choice(HAS),
        "--since": lambda: chance.choice((str(day), str(day)[:7], str(day - timedelta(days=chance.randrange(40))))),
        "--until": lambda: chance.choice((str(day), str(day)[:7], str(day + timedelta(days=chance.randrange(40))))),
        "--source": lambda: chance.choice(("hf", "arxiv", *(f"arxiv:{c}" for c in row.categories), "arxiv:cs.cl")),
    }
    return some[name]() if name in some else ""


def pick(words: list[str], chance: random.Random) -> list[str]:
    return [chance.choice(words) for _ in range(chance.choice((1, 1, 1, 2, 3)))]


NAMES = ("--keyword", *REFERENCE, "--hidden", "--muted", "--all")


def named(span: dict[str, Any]) -> tuple[str, ...]:
    """The options that filter. Of a listing --source says whose it is."""
    return tuple(name for name in NAMES if name != "--source" or "first" not in span)


def spans(world: World, chance: random.Random) -> Iterator[dict[str, Any]]:
    """Days, weeks, months, everything listed, everything, what is trending."""
    days = list(world.days)
    while True:
        day = chance.choice(days)
        monday = day - timedelta(days=day.weekday())
        yield from (
            {"first": day, "last": day},
            {"first": monday, "last": monday + timedelta(days=6)},
            {"first": day.replace(day=1), "last": day.replace(day=28) + timedelta(days=3)},
            {"first": days[0], "last": days[-1]},
            {"trending": True},
            {},
        )


# Facts


@pytest.mark.parametrize("name", NAMES)
def test_each_filter_alone_keeps_what_passes_and_nothing_else(world: World, name: str) -> None:
    chance, told = random.Random(name), 0
    for span, _ in zip(spans(world, chance), range(18), strict=False):
        rows = world.within(span)
        if name not in named(span):
            continue
        found = check(world, span, [(name, a_value(name, chance.choice(rows), chance))])
        usual = rows if name != "--all" else matching(world, rows, [])
        told += 0 < len(found) < len(rows) or len(usual) < len(found) == len(rows)
    assert told, "some papers passed and some did not"


@pytest.mark.parametrize("sort", SORTS)
def test_each_order_is_that_of_the_values_with_the_unknown_last(world: World, sort: str) -> None:
    chance = random.Random(sort)
    for span, _ in zip(spans(world, chance), range(6), strict=False):
        check(world, span, [], sort=sort)


def test_relevance_without_a_word_is_the_rank(world: World) -> None:
    chance = random.Random(3)
    for span, _ in zip(spans(world, chance), range(6), strict=False):
        assert world.found(span, ["--sort", "relevance"]) == world.found(span, []), span


@pytest.mark.parametrize("part", range(PARTS))
def test_filters_hold_together(world: World, part: int) -> None:
    """Up to five filters, an order, turned round or not, cut or not."""
    chance, told = random.Random(part), 0
    for span, _ in zip(spans(world, chance), range(COMBINATIONS // PARTS), strict=False):
        rows = world.within(span)
        target = chance.choice(matching(world, rows, []) or rows)
        names = chance.sample(named(span), chance.choice((1, 2, 2, 3, 4, 5))) + chance.choices(
            ("--has", "--keyword"), k=1
        )
        names = [name for name in names[: chance.choice((2, 6))] if name in REPEATED or names.count(name) == 1]
        names = [name for name in names if name not in ("--hidden", "--muted", "--all") or not shown_by(names) - {name}]
        filters = [(name, a_value(name, target, chance)) for name in names]
        words = "--keyword" in names
        sort = chance.choice([sort for sort in SORTS if sort != "relevance" or words])
        whole = check(world, span, filters, sort=sort)
        told += bool(whole)
        line = [*words_of(filters), f"--sort={sort}"]
        many = chance.choice((1, 2, 5, len(whole), len(whole) + 1))
        assert world.found(span, [*line, "-n", str(many or 1)]) == whole[: many or 1], line
        assert world.found(span, [*line, "-n0"]) == whole, line
        turned = world.found(span, [*line, "--reverse"])
        if worth := sort == "relevance" or (sort == "rank" and words and not span):
            worths = relevance(world, filters)
            assert [worths[id] for id in turned] == [worths[id] for id in reversed(whole)], line
        known = [] if worth else with_a_value(world, span, whole, sort)
        assert turned[: len(known)] == known[::-1], line
        assert Counter(turned) == Counter(whole), line
        assert world.found(span, [*line, "--reverse", "-n", "3"]) == turned[:3], line
    assert told >= COMBINATIONS // PARTS // 4, "too few combinations find anything"


def shown_by(names: list[str]) -> set[str]:
    return {"--hidden", "--muted", "--all"} & set(names)


def with_a_value(world: World, span: dict[str, Any], ids: list[str], sort: str) -> list[str]:
    """Those that have the value sorted by; the others come last in either direction. A rank is one in a listing."""
    rows = {row.id: row for row in world.within(span)}
    if not span and sort in ("rank", "newest"):
        return ids
    looked_at: dict[str, Callable[[Entry], Any]] = {
        "rank": lambda row: row.listed or row.rank,
        "rising": lambda row: row.id in world.counted or None,
    }
    key = {**ORDERS, **looked_at}.get(sort, lambda row: 0)
    return [id for id in ids if key(rows[id]) is not None]


def test_several_keywords_and_several_kinds_of_having_must_all_hold(world: World) -> None:
    everything = {"first": min(world.days), "last": max(world.days)}
    both = check(world, everything, [("--keyword", "a"), ("--keyword", "the"), ("--has", "code"), ("--has", "project")])
    for filters in ([("--keyword", "the")], [("--has", "code")], [("--has", "project")]):
        assert set(both) < set(check(world, everything, filters))


def test_of_several_sources_one_is_enough(world: World) -> None:
    assert check(world, {}, [("--source", "hf"), ("--source", "arxiv")]) == check(world, {}, [])
    assert len(check(world, {}, [("--source", "arxiv:cs.CL"), ("--source", "arxiv:hep-th")])) > 3


@pytest.mark.parametrize("sign", ["%", "_", "c_", "cs%", "c%", "*", "cs.", ".", "c", "[cs]", "'", '"', "\\"])
def test_signs_in_a_name_mean_themselves(world: World, sign: str) -> None:
    for name in ("--author", "--org", "--submitter", "--category"):
        check(world, {}, [(name, sign)])


def test_a_relisted_paper_is_told_by_its_latest_day_of_the_span(world: World) -> None:
    if date(2026, 6, 12) not in world.days or "2606.99612" not in {e.id for e in world.days[date(2026, 6, 12)]}:
        pytest.skip("the recorded days relist no paper")
    first, second = date(2026, 6, 12), date(2026, 6, 18)
    for span, votes in (
        ({"first": first, "last": first}, 52),
        ({"first": first, "last": second}, 90),
        ({"first": second, "last": second}, 90),
        ({}, 90),
    ):
        for least, there in ((52, True), (53, votes == 90), (90, votes == 90), (91, False)):
            assert ("2606.99612" in check(world, span, [("--min-upvotes", str(least))])) == there, (span, least)


# Every format


def test_the_same_filters_give_the_same_papers_in_every_format(papers: Papers, hub: Hub) -> None:
    hub.days = fixture_days() | hub.days
    hub.today = date(2026, 7, 3)
    for line in (
        ["day", "2026-06-12..2026-07-03", "-k", "a", "--sort", "comments", "--min-upvotes", "3", "-n", "20"],
        ["trending", "--min-stars", "1", "-n", "7", "--until", "2026-07-02"],
    ):
        wanted = [row["id"] for row in json.loads(papers(*line, "--json").stdout)]
        assert len(wanted) >= 5, line
        for format in FORMATS:
            done = papers(*line, "-o", format)
            assert (done.returncode, done.stderr) == (0, ""), (line, format)
            assert list(dict.fromkeys(re.findall(r"\b2\d\d\d\.99\d{3}\b", done.stdout))) == wanted, (line, format)


def test_since_and_until_take_any_day_that_a_person_means(papers: Papers, hub: Hub) -> None:
    """Inclusive; a week or month counts from its first day, and up to its last."""

    def days(*line: str) -> set[str]:
        done = papers("day", "2026-07-01..2026-07-03", "--json", *line)
        found = {row["listed"][-1] for row in json.loads(done.stdout)}
        assert done.returncode == 0 and ("no paper matches" in done.stderr) == (not found)
        return found

    assert days() == days("--since", "july") == days("--until", "2026-W27") == days("--since", "-2d") == set("123")
    assert days("--since", "yesterday") == days("--since=thursday") == set("23")
    assert days("--until", "yesterday") == days("--until=-1d") == set("12")
    assert days("--since", "2026-07-02", "--until", "2026-07-02") == set("2")
    assert days("--since", "2026-07-04") == days("--until", "last", "--since", "today") == set()
    for wrong in ("--since", "--until"):
        done = papers("day", "2026-07-01..2026-07-03", wrong, "someday")
        assert (done.returncode, done.stdout) == (2, "")


def test_the_reference_is_worth_its_name() -> None:
    """It tells rows apart by hand-made cases, so that agreeing with it means something."""
    now = datetime(2026, 7, 1, tzinfo=UTC)
    fields: dict[str, Any] = dict.fromkeys(name for name in Entry.__match_args__ if name not in ("linked", "why"))
    fields |= {"authors": ("Zoë Ångström",), "categories": ("cs.CL",), "sources": ("hf",), "first_seen": now}
    row = Entry(**{**fields, "id": "1", "title": "x", "published": date(2026, 6, 1), "upvotes": 0, "media": ()})
    yes = {"--author": "angstrom", "--category": "CS", "--min-upvotes": "0", "--source": "hf", "--until": "2026-06"}
    no = {"--author": "b", "--category": "c", "--min-upvotes": "1", "--min-stars": "0", "--source": "arxiv:cs.CL",
          "--has": "media", "--org": "", "--submitter": "", "--since": "2026-06-02", "--until": "2026-05"}  # fmt: skip
    assert [name for name, value in yes.items() if not REFERENCE[name](row, value)] == []
    assert [name for name, value in no.items() if REFERENCE[name](row, value) and value] == []


def test_recorded_days_are_there_in_number(recordings: Path) -> None:
    assert len(list((recordings / "hf_daily").glob("20*.json"))) > 400


def test_papers_of_no_known_category_are_counted_where_one_is_asked_for(papers: Papers, hub: Hub) -> None:
    rows = papers("day", "2026-07-03", "-o", "ids").stdout.splitlines()
    done = papers("day", "2026-07-03", "--category", "cs.CL")
    assert (done.returncode, done.stdout) == (0, "")
    assert f"papers: the categories of {len(rows)} papers are not known; only arXiv tells them\n" in done.stderr
