"""Popularity over time: what is counted for which week, which keywords rose, and how it looks."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from rich.cells import cell_len

from conftest import Papers
from hub import Hub
from papercli.library import Library, Listing
from papercli.library.trends import CHANCE, FEWEST, Trends, counted, listed_days, periods_of
from papercli.paper import Paper
from papercli.render import View
from papercli.render.sparkline import bar, gathered
from papercli.render.trends import chart, data, tsv

AT = datetime(2026, 7, 5, tzinfo=UTC).timestamp()


def paper(
    number: int, day: str, votes: int | None = 1, comments: int | None = 0, *keywords: str, title: str = ""
) -> Paper:
    return Paper(
        f"2607.{number:05}", title or f"Paper {number}", abstract="About llamas.", submitted=f"{day}T03:00:00Z",
        upvotes=votes, comments=comments, keywords=keywords,
    )  # fmt: skip


def keep(library: Library, *papers: Paper) -> None:
    """Each paper on the listing of its day; the days whole."""
    for day in sorted({paper.day for paper in papers}):
        rows = [paper for paper in papers if paper.day == day]
        library.remember_listing(Listing(date.fromisoformat(day), AT), rows)


@pytest.fixture
def library() -> Iterator[Library]:
    with closing(Library(":memory:")) as library:
        yield library


def trends_of(library: Library, first: str, last: str, by: str = "week") -> Trends:
    return counted(library, periods_of(date.fromisoformat(first), date.fromisoformat(last), by))


# Periods


@pytest.mark.parametrize(
    ("first", "last", "by", "names"),
    [
        ("2026-07-01", "2026-07-01", "week", ["2026-W27"]),
        ("2026-07-05", "2026-07-06", "week", ["2026-W27", "2026-W28"]),
        ("2020-12-27", "2021-01-04", "week", ["2020-W52", "2020-W53", "2021-W01"]),
        ("2024-12-29", "2024-12-30", "week", ["2024-W52", "2025-W01"]),
        ("2025-12-31", "2026-02-01", "month", ["2025-12", "2026-01", "2026-02"]),
        ("2026-02-02", "2026-02-01", "month", []),
    ],
)
def test_periods_are_the_weeks_or_months_that_hold_the_days(first: str, last: str, by: str, names: list[str]) -> None:
    periods = periods_of(date.fromisoformat(first), date.fromisoformat(last), by)
    assert [period.name for period in periods] == names
    assert all(later.first == before.last + timedelta(1) for before, later in pairwise(periods))
    assert all(period.first.weekday() == 0 and period.last.weekday() == 6 for period in periods if by == "week")


def test_a_month_ends_with_its_last_day() -> None:
    (leap,) = periods_of(date(2024, 2, 10), date(2024, 2, 10), "month")
    assert (leap.first, leap.last) == (date(2024, 2, 1), date(2024, 2, 29))


# Counting


def test_papers_votes_and_comments_are_those_of_the_period(library: Library) -> None:
    keep(library, paper(1, "2026-06-29", 5, 1), paper(2, "2026-07-05", 7, 2), paper(3, "2026-07-06", None, None))
    first, second = trends_of(library, "2026-06-29", "2026-07-12").periods
    assert (first.name, first.papers, first.upvotes, first.comments, first.listings) == ("2026-W27", 2, 12, 3, 2)
    assert (second.name, second.papers, second.upvotes, second.comments, second.listings) == ("2026-W28", 1, 0, 0, 1)


def test_a_paper_listed_again_counts_once_in_its_latest_listing(library: Library) -> None:
    keep(library, paper(1, "2026-06-30", 5), paper(2, "2026-06-30", 1))
    keep(library, paper(1, "2026-07-07", 30))
    found = [(each.papers, each.upvotes) for each in trends_of(library, "2026-06-29", "2026-07-12").periods]
    assert found == [(1, 1), (1, 30)]
    found = [(each.papers, each.upvotes) for each in trends_of(library, "2026-06-29", "2026-07-05").periods]
    assert found == [(1, 1)], "though its later listing is not among the periods"


def test_periods_without_papers_are_there_with_nothing(library: Library) -> None:
    keep(library, paper(1, "2026-06-01"), paper(2, "2026-06-29"))
    library.remember_listing(Listing(date(2026, 6, 8), AT), [])
    found = trends_of(library, "2026-06-01", "2026-07-05").periods
    assert [each.papers for each in found] == [1, 0, 0, 0, 1]
    assert [each.listings for each in found] == [1, 1, 0, 0, 1]


def test_only_the_papers_asked_for_count(library: Library) -> None:
    keep(library, paper(1, "2026-06-29"), paper(2, "2026-06-30"), paper(3, "2026-06-30"))
    numbers = {id: number for number, id in library.read("SELECT number, id FROM paper")}
    periods = periods_of(date(2026, 6, 29), date(2026, 6, 29), "week")
    assert counted(library, periods, {numbers["2607.00002"]}).periods[0].papers == 1
    assert counted(library, periods, set()).periods[0].papers == 0
    assert counted(library, ()) == Trends()


def test_the_days_with_papers_are_known(library: Library) -> None:
    assert listed_days(library) is None
    library.remember_listing(Listing(date(2026, 7, 9), AT), [])
    assert listed_days(library) is None
    keep(library, paper(1, "2026-06-01"), paper(2, "2026-06-29"))
    assert listed_days(library) == (date(2026, 6, 1), date(2026, 6, 29))


# Keywords


def fill(library: Library, *weeks: dict[str, int], size: int = 40) -> None:
    """Weeks from 1 June on with `size` papers each, so many of which have each keyword."""
    rows, number = [], 0
    for week, keywords in enumerate(weeks):
        day = str(date(2026, 6, 1) + timedelta(7 * week))
        for place in range(size):
            number += 1
            has = [keyword for keyword, many in keywords.items() if place < many]
            rows.append(paper(number, day, 1, 0, *has, "everywhere"))
    keep(library, *rows)


def test_keywords_that_more_papers_have_rose_and_that_fewer_have_fell(library: Library) -> None:
    fill(library, *[{"old": 20, "same": 8, "new": 1}] * 3, {"old": 4, "same": 8, "new": 12})
    found = trends_of(library, "2026-06-01", "2026-06-28")
    assert found.recent == 1
    assert [word.keyword for word in found.rose] == ["new"]
    assert [word.keyword for word in found.fell] == ["old"]
    (new,) = found.rose
    assert (new.before, new.after, new.papers) == (pytest.approx(3 / 120), pytest.approx(12 / 40), (1, 1, 1, 12))
    assert found.keyworded == (40, 40, 40, 40)


def test_the_last_quarter_of_the_periods_is_compared_with_those_before(library: Library) -> None:
    fill(library, *[{}] * 9, *[{"new": 3}] * 3)
    found = trends_of(library, "2026-06-01", "2026-08-23")
    assert (found.recent, len(found.periods)) == (3, 12)
    assert found.rose[0].after == pytest.approx(9 / 120)


def test_papers_without_keywords_are_no_share_of_anything(library: Library) -> None:
    fill(library, {"word": 10}, {"word": 30})
    keep(library, *(paper(5_000 + number, "2026-06-09") for number in range(100)))
    assert trends_of(library, "2026-06-01", "2026-06-14").rose[0].after == pytest.approx(30 / 40)


def test_a_keyword_of_few_papers_says_nothing(library: Library) -> None:
    fill(library, {}, {"few": FEWEST - 1, "enough": FEWEST})
    assert [word.keyword for word in trends_of(library, "2026-06-01", "2026-06-14").rose] == ["enough"]


def test_a_change_that_chance_makes_is_none(library: Library) -> None:
    fill(library, {"word": 20}, {"word": 24})
    found = trends_of(library, "2026-06-01", "2026-06-14")
    assert (found.rose, found.fell) == ((), ())
    fill(library, {"word": 15}, {"word": 24})  # 2.02 standard errors
    assert CHANCE == 2
    assert [word.keyword for word in trends_of(library, "2026-06-01", "2026-06-14").rose] == ["word"]


def test_random_keywords_rarely_rise(library: Library) -> None:
    chance = random.Random(3)
    rows = [
        paper(
            number,
            str(date(2026, 6, 1) + timedelta(number % 84)),
            1,
            0,
            *chance.sample([f"k{n}" for n in range(100)], 4),
        )
        for number in range(1, 2_000)
    ]
    keep(library, *rows)
    found = trends_of(library, "2026-06-01", "2026-08-23")
    assert len(found.rose) + len(found.fell) <= 12, "one in twenty, give or take"


def test_a_keyword_is_one_however_it_is_written(library: Library) -> None:
    fill(library, {}, {"Large Language Models": 4, "large language models": 6, "large  language models (LLMs)": 2})
    (word,) = trends_of(library, "2026-06-01", "2026-06-14").rose
    assert word.keyword == "large language models"
    assert word.papers == (0, 6), "a paper that writes it twice counts once"
    assert word.after == pytest.approx(6 / 40)


@pytest.mark.parametrize("keyword", ["(x)", "()", "  ", "a" * 5_000, "\x1b[31mred", "Ünïcode (é)", "模型"])
def test_odd_keywords_do_no_harm(library: Library, keyword: str) -> None:
    fill(library, {}, {keyword: 30})
    found = trends_of(library, "2026-06-01", "2026-06-14")
    picture = chart(found, "week", View(width=80))
    assert all(cell_len(line) <= 80 for line in picture.split("\n"))
    assert "\x1b" not in picture
    assert len(found.rose) == bool(keyword.strip())


def test_one_period_has_nothing_to_be_compared_with(library: Library) -> None:
    fill(library, {"word": 30})
    found = trends_of(library, "2026-06-01", "2026-06-07")
    assert (found.recent, found.rose, found.fell) == (0, (), ())
    assert "One week has nothing to be compared with." in chart(found, "week", View(width=80))
    assert "rose" not in chart(found, "week", View(width=80)).lower()


# How it looks


PICTURE = """\
Trends of a test

week        from  papers                         upvotes
2026-W23   1 Jun      40 ██████████████████████       40 ██████████████████████
2026-W24   8 Jun      20 ███████████                  20 ███████████
2026-W25  15 Jun       0                               0
2026-W26  22 Jun      40 ██████████████████████       40 ██████████████████████

Rose  share of papers, before → since 22 Jun
  new kind of thing                   ▁▂▁█   1.7% → 30.0%

Fell  share of papers, before → since 22 Jun
  old                                 ▅█▁▁  33.3% →  0.0%
"""


@pytest.fixture
def drawn(library: Library) -> Trends:
    fill(library, {"old": 10}, {"old": 10, "new kind of thing": 1}, {}, {"new kind of thing": 12})
    library.remember_listing(Listing(date(2026, 6, 15), AT + 1), [])
    kept = []
    for number in range(20):  # of that week's papers half
        keywords = ["everywhere", *["old"] * (number < 10), *["new kind of thing"] * (number < 1)]
        kept.append(paper(41 + number, "2026-06-08", 1, 0, *keywords))
    library.remember_listing(Listing(date(2026, 6, 8), AT + 1), kept)
    return trends_of(library, "2026-06-01", "2026-06-28")


def test_the_chart_looks_like_its_picture(drawn: Trends) -> None:
    assert chart(drawn, "week", View(width=80, caption=("Trends of a test", ""))) == PICTURE


def test_without_signs_it_is_drawn_in_letters(drawn: Trends) -> None:
    picture = chart(drawn, "week", View(width=80, unicode=False, caption=("Trends · a", "b … c")))
    assert picture.isascii()
    assert "      20 ###########" in picture
    assert "new kind of thing                   _._#" in picture
    assert " 1.7% -> 30.0%" in picture


def test_for_a_screen_reader_it_is_in_words(drawn: Trends) -> None:
    said = chart(drawn, "week", View(width=80, plain=True, unicode=False, caption=("Trends · a", "")))
    assert said.split("\n") == [
        "Trends, a",
        "2026-W23, 1 Jun to 7 Jun: 40 papers, 40 upvotes",
        "2026-W24, 8 Jun to 14 Jun: 20 papers, 20 upvotes",
        "2026-W25, 15 Jun to 21 Jun: 0 papers, 0 upvotes",
        "2026-W26, 22 Jun to 28 Jun: 40 papers, 40 upvotes",
        "Rose: new kind of thing, from 1.7% to 30.0% of papers",
        "Fell: old, from 33.3% to 0.0% of papers",
        "",
    ]


@pytest.mark.parametrize("width", [20, 28, 36, 48, 60, 80, 100, 119, 120, 200, 500])
@pytest.mark.parametrize("how", [{}, {"unicode": False}, {"color": True, "links": True}])
def test_it_fits_every_width(drawn: Trends, width: int, how: dict[str, bool]) -> None:
    picture = chart(drawn, "week", View(width=width, caption=("Trends of a test", "and a remark"), **how))  # type: ignore[arg-type]
    bare = re.sub(r"\x1b\[[0-9;]*m", "", picture)
    assert all(cell_len(line) <= width for line in bare.split("\n"))
    assert "40" in bare if width < 28 else ("20 " in bare and "30.0%" in bare)


def test_rose_and_fell_stand_beside_each_other_where_there_is_room(drawn: Trends) -> None:
    (line,) = [line for line in chart(drawn, "week", View(width=120)).split("\n") if "Rose" in line]
    assert "Fell" in line


def test_every_bar_is_as_long_as_its_number() -> None:
    assert bar(10, 10, 20, unicode=True) == "█" * 20
    assert bar(5, 10, 20, unicode=True) == "█" * 10
    assert bar(5.25, 10, 20, unicode=True) == "█" * 10 + "▌"
    assert bar(0, 10, 20, unicode=True) == ""
    assert bar(1, 1_000_000, 20, unicode=True) == "▏", "something is never nothing"
    assert bar(1, 1_000_000, 20, unicode=False) == "#"
    assert bar(3, 0, 20, unicode=True) == ""
    assert gathered([1, 2, 3, 4, 5], 2) == [3, 12]
    assert gathered([1, 2, 3], 5) == [1, 2, 3]
    assert gathered([], 5) == []


def test_machines_get_the_numbers(drawn: Trends) -> None:
    assert tsv(drawn) == "2026-W23\t40\t40\n2026-W24\t20\t20\n2026-W25\t0\t0\n2026-W26\t40\t40\n"
    told = json.loads(data(drawn, "week"))
    assert list(told) == ["by", "periods", "keywords"]
    assert told["by"] == "week"
    assert told["periods"][2] == {
        "period": "2026-W25", "first": "2026-06-15", "last": "2026-06-21", "listings": 1, "papers": 0, "upvotes": 0,
        "comments": 0,
    }  # fmt: skip
    keywords = told["keywords"]
    assert keywords["before"] == {"first": "2026-06-01", "last": "2026-06-21", "papers": 60}
    assert keywords["after"] == {"first": "2026-06-22", "last": "2026-06-28", "papers": 40}
    assert keywords["fell"] == [{"keyword": "old", "before": 0.333333, "after": 0.0, "papers": [10, 10, 0, 0]}]


# The command


@pytest.fixture
def kept(home: Path) -> Library:
    """The library of the program's own home, with papers in weeks 20 to 27 of 2026."""
    with closing(Library(str(home / "data" / "library.db"))) as library:
        days = [date(2026, 5, 11) + timedelta(7 * week) for week in range(8)]
        rows = [paper(10 * week + n, str(day), n, 0, title=f"Paper on {'cats' if n == 3 else 'dogs'}")
                for week, day in enumerate(days) for n in range(1, 4)]  # fmt: skip
        keep(library, *(row for row in rows if row.day != "2026-06-08"))
        return library


def lines(text: str) -> list[list[str]]:
    return [line.split("\t") for line in text.splitlines()]


def test_a_pipe_gets_a_line_a_week_up_to_the_newest_listing(papers: Papers, kept: Library) -> None:
    done = papers("trends")
    assert done.returncode == 0
    found = lines(done.stdout)
    assert [name for name, _, _ in found] == [f"2026-W{week}" for week in range(20, 28)]
    assert {(count, votes) for name, count, votes in found if name != "2026-W24"} == {("3", "6")}
    assert found[4] == ["2026-W24", "0", "0"]
    assert done.stderr == "papers: 1 week has no listing in the library; papers sync --since 2026-06-08 fills it\n"


def test_no_server_is_asked(papers: Papers, kept: Library, hub: Hub) -> None:
    papers("trends", "--by", "month", "--since", "2026-05-01", "--until", "2026-06-30")
    assert hub.requests == []


def test_since_and_until_mean_the_periods_that_hold_them(papers: Papers, kept: Library) -> None:
    done = papers("trends", "--since", "2026-06-17", "--until", "2026-06-23")
    assert [name for name, _, _ in lines(done.stdout)] == ["2026-W25", "2026-W26"]
    done = papers("trends", "--by", "month", "--until", "2026-05")
    assert lines(done.stdout) == [["2026-05", "9", "18"]]
    done = papers("trends", "--since", "0001-01-01", "--until", "9999-12-31", "-q")
    assert lines(done.stdout)[0][0] == "2023-W18", "the first listing there ever was"


def test_without_since_there_are_at_most_twelve(papers: Papers, kept: Library, home: Path) -> None:
    with closing(Library(str(home / "data" / "library.db"))) as library:
        keep(library, paper(9_000, "2025-05-05"))
    found = lines(papers("trends", "-q").stdout)
    assert (len(found), found[0][0], found[-1][0]) == (12, "2026-W16", "2026-W27")
    found = lines(papers("trends", "-q", "--by", "month").stdout)
    assert (len(found), found[0][0], found[-1][0]) == (12, "2025-07", "2026-06")


def test_a_query_says_which_papers(papers: Papers, kept: Library) -> None:
    done = papers("trends", "cat", "-q")
    assert {(count, votes) for name, count, votes in lines(done.stdout) if name != "2026-W24"} == {("1", "3")}
    assert papers("trends", "-cats", "-q").stdout == papers("trends", "dogs", "-q").stdout
    done = papers("trends", "zebras")
    assert {count for _, count, _ in lines(done.stdout)} == {"0"}
    assert done.stderr == "papers: no paper of these weeks matches\n"
    assert papers("trends", "(cats").returncode == 2


def test_hidden_papers_were_popular_too(papers: Papers, kept: Library) -> None:
    before = papers("trends", "cats").stdout
    assert papers("hide", "2607.00003").returncode == 0
    assert papers("trends", "cats").stdout == before


def test_json_is_one_object(papers: Papers, kept: Library) -> None:
    done = papers("trends", "--json")
    told = json.loads(done.stdout)
    assert [each["papers"] for each in told["periods"]] == [3, 3, 3, 3, 0, 3, 3, 3]
    assert json.loads(done.stderr)["note"]["kind"] == "missing"


def test_an_empty_library_is_no_failure(papers: Papers) -> None:
    done = papers("trends")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "papers: the library holds no listings yet; papers sync fills it\n"
    told = json.loads(papers("trends", "--by", "month", "--json").stdout)
    assert told == {"by": "month", "periods": [], "keywords": {"rose": [], "fell": []}}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--since", "frog"), "frog is not a day, week or month"),
        (("--until", "2026-13"), "2026-13 is not a month"),
        (("--since", "2026-07-01", "--until", "2026-06-01"), "--since is later than --until"),
        (("--by", "year"), "“year” is not one of week, month"),
    ],
)
def test_what_makes_no_sense_is_a_mistake_even_when_there_is_nothing(
    papers: Papers, words: tuple[str, ...], said: str
) -> None:
    done = papers("trends", *words)
    assert done.returncode == 2
    assert said in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="terminals of POSIX")
@pytest.mark.parametrize("width", [80, 120])
def test_on_a_terminal_it_is_drawn(environ: dict[str, str], kept: Library, width: int) -> None:
    pexpect, pyte = pytest.importorskip("pexpect"), pytest.importorskip("pyte")
    command = f"{sys.executable} -m papercli --no-pager trends dogs OR cats"
    text = pexpect.run(command, env={**environ, "COLUMNS": str(width)}, dimensions=(40, width), encoding="utf-8")
    screen = pyte.Screen(width, 40)
    pyte.Stream(screen).feed(text)
    shown = [line.rstrip() for line in screen.display]
    title = "Trends of dogs OR cats · 8 weeks, 11 May to 5 Jul 2026 · 21 papers, 42 upvotes"
    assert " ".join(shown[:2]).strip() == title if width == 80 else shown[0] == title
    assert sum("2026-W" in line and "██" in line for line in shown) == 7
    assert "\x1b[36m█" in text, "in colour"


def test_the_demo_has_trends(papers: Papers, tmp_path: Path) -> None:
    done = papers("--demo", "trends", env={"TMPDIR": str(tmp_path)})
    assert lines(done.stdout) == [["2026-W27", "30", "929"]]


def test_recorded_months_have_trends(recordings: Path, library: Library) -> None:
    from papercli.sources.huggingface import HuggingFace
    from papercli.value import changed

    files = sorted((recordings / "hf_daily").glob("2026-0[123]-*.json"))
    if not files:
        pytest.skip("no recorded days of 2026")
    total = 0
    for file in files:
        rows = [
            changed(row, submitted=f"{file.stem}T00:00:00Z") for row in HuggingFace("").read(file.read_bytes()).papers
        ]
        library.remember_listing(Listing(date.fromisoformat(file.stem), AT), rows)
        total += len({row.id for row in rows})
    found = trends_of(library, "2026-01-01", "2026-03-31", "month")
    assert total - 20 <= sum(each.papers for each in found.periods) <= total, "but for those listed again"
    assert found.rose
    assert found.fell
    picture = chart(found, "month", View(width=80))
    assert all(cell_len(line) <= 80 for line in picture.split("\n"))


@pytest.mark.skipif(sys.platform == "win32" or not shutil.which("jq"), reason="no jq here")
def test_every_command_of_the_page_works(environ: dict[str, str], hub: Hub, tmp_path: Path) -> None:
    page = (Path(__file__).parent.parent / "docs" / "trends.md").read_text("utf-8")
    (block,) = re.findall(r"^```sh\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    commands = block.splitlines()
    assert len(commands) >= 7
    program = tmp_path / "papers"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m papercli "$@"\n')
    program.chmod(0o755)
    environ |= {"HF_ENDPOINT": hub.url, "PATH": f"{tmp_path}{os.pathsep}{environ['PATH']}"}
    for command in ("papers month 2026-07", *commands):
        done = subprocess.run(
            ["sh", "-c", command], env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, (command, done.stderr)
