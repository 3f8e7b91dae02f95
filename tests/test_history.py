"""What was counted when: every look adds to it, the votes over time on a paper's page, and what is rising."""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from conftest import Papers
from hub import Hub, sample_days
from papercli.library import Library, Listing
from papercli.library.history import APART, RISING, History
from papercli.paper import Entry, Paper
from papercli.query import Query
from papercli.render import View, render
from papercli.render.sparkline import over_time, sparkline
from papercli.sources.huggingface import HuggingFace
from papercli.value import changed
from test_periods import Run, run  # noqa: F401 - a fixture

HOUR, DAY = 3_600, 86_400
NEWEST, ID = "2026-07-03", "2607.99013"
START = datetime(2026, 7, 1, tzinfo=UTC).timestamp()


def paper(number: int, votes: int | None = None, day: str = "2026-07-01", **more: object) -> Paper:
    submitted = f"{day}T03:00:00Z" if day else ""
    return Paper(f"2607.{number:05}", f"Paper {number}", submitted=submitted, upvotes=votes, **more)  # type: ignore[arg-type]


def listed(library: Library, at: float, *papers: Paper, day: str = "2026-07-01") -> None:
    library.remember_listing(Listing(date.fromisoformat(day), at), papers)


@pytest.fixture
def library() -> Iterator[Library]:
    with closing(Library(":memory:")) as library:
        yield library


def counted(home: Path) -> dict[str, list[int]]:
    """The votes of every paper that were counted, oldest first."""
    with closing(Library(str(home / "data" / "library.db"))) as library:
        ids = [id for (id,) in library.read("SELECT id FROM paper")]
        return {id: [votes for _, votes in History(library).upvotes(id)] for id in ids}


# Every look counts


LOOKS = (
    ("today",), ("day", NEWEST), ("week",), ("month",), ("day", "2026-07-01..2026-07-03"), ("trending",),
    ("show", "2607.99013", "2607.99014"),
)  # fmt: skip


@pytest.mark.parametrize("words", LOOKS, ids=" ".join)
def test_every_look_at_papers_adds_what_their_votes_are(words: tuple[str, ...], run: Run, hub: Hub, home: Path) -> None:  # noqa: F811
    ids = run(*words, at="2026-07-03 12:00", hub=hub, form="ids").out.split()
    first = {row["paper"]["id"]: row["paper"]["upvotes"] for rows in hub.days.values() for row in rows}
    assert ids
    assert {id: counted(home)[id] for id in ids} == {id: [first[id]] for id in ids}
    for rows in hub.days.values():
        for row in rows:
            row["paper"]["upvotes"] += 5
    again = run(*words, "--refresh", at="2026-07-03 14:00", hub=hub, form="ids").out.split()
    assert set(again) == set(ids)
    assert {id: counted(home)[id] for id in ids} == {id: [first[id], first[id] + 5] for id in ids}


@pytest.mark.parametrize("words", LOOKS, ids=" ".join)
def test_what_is_kept_is_not_counted_again(words: tuple[str, ...], run: Run, hub: Hub, home: Path) -> None:  # noqa: F811
    run(*words, at="2026-07-03 12:00", hub=hub)
    before = counted(home)
    for more in ((), ("--offline",)):
        run(*words, *more, at="2026-07-03 12:05", hub=hub)
        assert counted(home) == before


def test_an_answer_from_the_cache_is_one_look_in_however_many_libraries(run: Run, hub: Hub, home: Path) -> None:  # noqa: F811
    run("day", NEWEST, at="2026-07-03 12:00", hub=hub)
    before = counted(home)
    (home / "data" / "library.db").unlink()
    run("day", NEWEST, at="2026-07-03 12:08", hub=hub)
    run("today", at="2026-07-03 12:08", hub=hub)
    run("day", NEWEST, at="2026-07-03 12:09", hub=hub)
    assert {id: votes[:1] for id, votes in counted(home).items()} == {**{id: [] for id in counted(home)}, **before}


def test_the_same_answer_kept_twice_is_one_look(library: Library) -> None:
    for _ in range(2):
        listed(library, START + HOUR, paper(1, 7))
        library.remember_paper(paper(1, 7), at=START + HOUR)
    assert [votes for _, votes in History(library).upvotes("2607.00001")] == [7]


def test_an_answer_that_counts_no_votes_is_no_look_at_them(library: Library) -> None:
    listed(library, START + HOUR, paper(1, 57))
    library.remember_paper(Paper("2607.00001", "Paper 1"), source="arxiv", at=START + 9 * HOUR)
    assert [(at.hour, votes) for at, votes in History(library).upvotes("2607.00001")] == [(1, 57)]


def test_an_answer_older_than_the_listing_keeps_its_own_votes(library: Library) -> None:
    listed(library, START + 9 * HOUR, paper(1, 57))
    library.remember_paper(paper(1, 12), at=START + HOUR)
    assert [(at.hour, votes) for at, votes in History(library).upvotes("2607.00001")] == [(1, 12), (9, 57)]


def test_votes_over_time_are_in_utc_and_in_order(library: Library) -> None:
    for hours, votes in ((30, 9), (3, 1), (12, 4)):
        library.remember_paper(paper(1, votes, day=""), at=START + hours * HOUR)
    start = datetime(2026, 7, 1, tzinfo=UTC)
    expected = tuple((start + timedelta(hours=hours), votes) for hours, votes in ((3, 1), (12, 4), (30, 9)))
    assert History(library).upvotes("2607.00001") == expected
    assert library.history.upvotes("2607.00001") == expected
    assert History(library).upvotes("2607.00002") == ()


# On the page


@pytest.fixture
def entry(library: Library) -> Entry:
    listed(library, START, paper(1, 57, day="2026-07-01", abstract="Words."))
    (entry,) = library.rows(library.find(Query(ids=("2607.00001",))).refs)
    return entry


def history(*looks: tuple[float, int]) -> tuple[tuple[datetime, int], ...]:
    return tuple((datetime(2026, 7, 1, tzinfo=UTC) + timedelta(hours=hours), votes) for hours, votes in looks)


def votes_line(entry: Entry, **how: object) -> str:
    page = render([entry], "cards", View(pages=True, **how))  # type: ignore[arg-type]
    return next(line for line in page.split("\n") if line.startswith("Upvotes"))


GREW = history((0, 12), (20, 20), (48, 45), (72, 57))


def test_a_page_draws_how_the_votes_came(entry: Entry) -> None:
    assert votes_line(changed(entry, history=GREW)) == "Upvotes       12 → 57 ▁▂▆█ over 3 days"
    assert votes_line(changed(entry, history=GREW), unicode=False) == "Upvotes       12 -> 57 _.+# over 3 days"
    assert votes_line(changed(entry, history=GREW), plain=True) == "Upvotes: 57, up from 12 over 3 days"


@pytest.mark.parametrize(
    ("looks", "line", "words"),
    [
        (history((0, 9), (1.5, 57)), "9 → 57 ▁█ over 90 minutes", "57, up from 9 over 90 minutes"),
        (history((0, 9), (0.001, 57)), "9 → 57 ▁█ over 1 minute", "57, up from 9 over 1 minute"),
        (history((0, 60), (7, 57)), "60 → 57 █▁ over 7 hours", "57, down from 60 over 7 hours"),
        (history((0, 57), (24, 60), (48, 57)), "57 → 57 ▁█▁ over 2 days", "57, as many as 2 days before"),
        (history((0, 1_200), (240, 1_357)), "1,200 → 1,357 ▁█ over 10 days", "1,357, up from 1,200 over 10 days"),
    ],
)
def test_the_line_says_how_long_and_which_way(
    entry: Entry, looks: tuple[tuple[datetime, int], ...], line: str, words: str
) -> None:
    assert votes_line(changed(entry, history=looks)) == f"Upvotes       {line}"
    assert votes_line(changed(entry, history=looks), plain=True) == f"Upvotes: {words}"


@pytest.mark.parametrize("looks", [(), history((0, 57)), history((0, 57), (30, 57), (60, 57))])
def test_votes_that_never_changed_are_a_number(entry: Entry, looks: tuple[tuple[datetime, int], ...]) -> None:
    assert votes_line(changed(entry, history=looks)) == "Upvotes       57"
    assert votes_line(changed(entry, history=looks), plain=True) == "Upvotes: 57"


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_the_line_fits_however_often_was_looked(entry: Entry, width: int) -> None:
    often = history(*((minute / 6, minute) for minute in range(2_000)))
    page = render([changed(entry, history=often)], "cards", View(pages=True, width=width))
    assert all(len(line) <= width for line in page.split("\n"))
    assert "▁▁▂▂▃▃▄▄▅▅▆▆▇▇██" in "".join(page.split())


def test_looks_are_drawn_at_equal_distances_in_time() -> None:
    looks = history((0, 0), (1, 10), (2, 20), (3, 30), (90, 40))
    assert over_time(looks) == [0, 30, 30, 30, 40]
    assert over_time(looks, 3) == [0, 30, 40]
    assert sparkline([0, 1, 2, 3], unicode=True) == "▁▃▆█"
    assert sparkline([5, 5], unicode=True, least=5) == "▁▁"
    assert sparkline([], unicode=True) == ""


def test_show_on_a_terminal_draws_the_votes_and_json_does_not(papers: Papers, hub: Hub, home: Path) -> None:
    rows = HuggingFace("").read(json.dumps(sample_days()[NEWEST]).encode()).papers
    with closing(Library(str(home / "data" / "library.db"))) as library:
        before = [changed(row, upvotes=2) for row in rows]
        library.remember_listing(Listing(date.fromisoformat(NEWEST), START), before)
    pexpect = pytest.importorskip("pexpect")
    environ = {
        "HF_ENDPOINT": hub.url,
        "PAPERCLI_HOME": str(home),
        "HOME": str(home),
        "TERM": "xterm",
        "LANG": "C.UTF-8",
    }
    environ |= {"PATH": os.environ["PATH"], "NO_COLOR": "1"}
    shown = pexpect.run(f"{sys.executable} -m papercli --no-pager show {ID}", env=environ, encoding="utf-8", timeout=30)
    votes = next(row.upvotes for row in rows if row.id == ID)
    assert f"2 → {votes} ▁█ over " in shown
    told = json.loads(papers("show", ID, "--json").stdout)
    assert told["upvotes"] == votes
    assert "history" not in told
    assert papers("show", ID).stdout.count("\n") == 1


# Rising


def rising(library: Library) -> dict[int, float | None]:
    """Votes an hour by the last digits of the papers' ids, as they are sorted."""
    rows = library.read(f"SELECT p.id, {RISING} AS rising FROM paper p ORDER BY rising DESC, p.upvotes DESC, p.id")
    return {int(id[-5:]): votes for id, votes in rows}


def test_votes_an_hour_since_the_look_before_are_smoothed_by_six_hours(library: Library) -> None:
    listed(library, START + 8 * HOUR, paper(1, 10), paper(2, 40))
    listed(library, START + 32 * HOUR, paper(1, 100), paper(2, 40))
    assert rising(library) == {1: pytest.approx(91 / 30), 2: pytest.approx(1 / 30)}


def test_without_a_look_before_votes_count_from_the_beginning_of_the_first_day(library: Library) -> None:
    listed(library, START + 15 * HOUR, paper(1, 20))
    assert rising(library) == {1: pytest.approx(21 / 21)}
    listed(library, START + 6 * DAY + 15 * HOUR, paper(1, 20, day="2026-07-07"), day="2026-07-07")
    assert rising(library)[1] == pytest.approx(1 / (6 + 6 * 24)), "listed again: the look before is known"
    with closing(Library(":memory:")) as other:
        listed(other, START + 6 * DAY + HOUR, paper(1, 20, day="2026-07-07"), day="2026-07-07")
        listed(other, START + 6 * DAY + HOUR, paper(1, 20), day="2026-07-01")
        assert rising(other)[1] == pytest.approx(21 / (6 + 6 * 24 + 1)), "since its first day, not its latest"


def test_a_paper_never_listed_counts_from_the_day_it_was_published_or_met(library: Library) -> None:
    library.remember_paper(paper(1, 11, day="", published=date(2026, 6, 30)), at=START)
    library.remember_paper(paper(2, 11, day=""), at=START)
    assert rising(library) == {2: pytest.approx(12 / 6), 1: pytest.approx(12 / 30)}


def test_a_look_less_than_six_hours_before_says_too_little(library: Library) -> None:
    listed(library, START + 4 * HOUR, paper(1, 10))
    listed(library, START + 14 * HOUR, paper(1, 30))
    for minutes in range(10, 60, 10):
        listed(library, START + 14 * HOUR + minutes * 60, paper(1, 31))
    hours = (14 * HOUR + 50 * 60 - 4 * HOUR) / HOUR
    assert APART == 6 * HOUR
    assert rising(library) == {1: pytest.approx((31 - 10 + 1) / (hours + 6))}


def test_a_hundred_in_a_day_rise_faster_than_five_in_an_hour_and_those_than_none(library: Library) -> None:
    listed(library, START + 15 * HOUR, paper(1, 40), paper(3, 300), paper(6, 3))
    listed(library, START + 39 * HOUR, paper(1, 140), paper(3, 300), paper(6, 6))
    listed(library, START + 25 * HOUR, paper(4, 5, day="2026-07-02"), paper(5, 0, day="2026-07-02"), day="2026-07-02")
    assert list(rising(library)) == [1, 4, 6, 5, 3]


def test_what_was_not_looked_at_for_long_does_not_rise_any_more(library: Library) -> None:
    listed(library, START + 15 * HOUR, paper(1, 100))
    alone = rising(library)[1]
    listed(library, START + 30 * DAY, paper(2, 4, day="2026-07-30"), day="2026-07-30")
    assert alone == pytest.approx(101 / 21)
    assert list(rising(library)) == [2, 1]
    assert rising(library)[1] == pytest.approx(101 / (30 * 24 + 6))


def test_votes_taken_back_come_last_and_uncounted_ones_have_no_number(library: Library) -> None:
    listed(library, START + 8 * HOUR, paper(1, 10), paper(2, 10), paper(3))
    listed(library, START + 32 * HOUR, paper(1, 4), paper(2, 10), paper(3))
    found = rising(library)
    assert list(found) == [2, 1, 3]
    assert found[1] == pytest.approx(-5 / 30)
    assert found[3] is None


def test_a_clock_that_ran_ahead_gives_no_endless_number(library: Library) -> None:
    listed(library, START - DAY, paper(1, 5))
    assert rising(library) == {1: pytest.approx(6 / 6)}


def test_rising_is_what_the_documented_formula_says(library: Library) -> None:
    """Against the formula in Python, over random looks."""
    chance = random.Random(5)
    days = [date(2026, 7, 1) + timedelta(offset) for offset in range(6)]
    looks: dict[int, list[tuple[float, int]]] = {}
    first: dict[int, float] = {}
    last = 0.0
    for day in days:
        numbers = [number for number in range(40) if chance.random() < 0.4]
        begin = datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
        at = begin + chance.choice((0.5, 4, 11, 23)) * HOUR
        for _ in range(chance.randint(1, 5)):
            votes = {number: (looks.get(number) or [(0, 0)])[-1][1] + chance.randint(0, 9) for number in numbers}
            listed(library, at, *(paper(n, votes[n], day=str(day)) for n in numbers), day=str(day))
            for number in numbers:
                known = looks.setdefault(number, [])
                known[:] = [look for look in known if look[0] != at] + [(at, votes[number])]
                first.setdefault(number, begin)
            last = max(last, at)
            at += chance.choice((0.2, 1, 5.9, 6, 20)) * HOUR
    for number, known in looks.items():
        known.sort()
        at, now = known[-1]
        before = [look for look in known if look[0] <= at - 6 * HOUR]
        since, then = before[-1] if before else (first[number], 0)
        expected = (now - then + 1) / (max(0, (last - since) / HOUR) + 6)
        assert rising(library)[number] == pytest.approx(expected), number


def test_second_looks_at_recorded_days_put_what_gained_votes_first(recordings: Path) -> None:
    later = sorted((recordings / "hf_daily_later").glob("*.json"))
    if not later:
        pytest.skip("no recorded second looks")
    for file in later:
        day = file.stem
        begin = datetime.fromisoformat(f"{day}T00:00:00+00:00").timestamp()
        answers = [
            HuggingFace("").read((recordings / name / file.name).read_bytes())
            for name in ("hf_daily", "hf_daily_later")
        ]
        with closing(Library(":memory:")) as library:
            for hours, answer in ((15, answers[0]), (39, answers[1])):
                listed(
                    library,
                    begin + hours * HOUR,
                    *(changed(row, submitted=f"{day}T00:00:00Z") for row in answer.papers),
                    day=day,
                )
            before = {row.id: row.upvotes or 0 for row in answers[0].papers}
            gained = {row.id for row in answers[1].papers if (row.upvotes or 0) > before.get(row.id, 0)}
            order = [id for (id,) in library.read(f"SELECT p.id FROM paper p ORDER BY {RISING} DESC, p.upvotes DESC")]
            assert set(order[: len(gained)]) == gained, day
