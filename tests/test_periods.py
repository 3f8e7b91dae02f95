"""Weeks, months, ranges of days, and what is trending: what is shown, what is asked, and what is done without."""

from __future__ import annotations

import io
import json
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from conftest import Papers
from hub import FIXTURES, Hub, fixture_days, sample_days
from papercli.app import App
from papercli.argv import anywhere, given, sorted_words
from papercli.commands import Given, call
from papercli.errors import PapercliError
from server import Server, answer

MINUTE, HOUR, DAY = 60, 3_600, 86_400
NEWEST = "2026-07-03"  # a Friday; with the two days before it the whole of the made-up feed


class Ran:
    """What one run printed, and its exit code."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def rows(self) -> list[dict[str, Any]]:
        return list(json.loads(self.out))

    @property
    def ids(self) -> list[str]:
        return [row["id"] for row in self.rows]

    @property
    def days(self) -> list[str]:
        """The days of the rows, each once, in the order shown."""
        return list(dict.fromkeys(row["listed"] for row in self.rows))


Run = Callable[..., Ran]


@pytest.fixture
def run(home: Path) -> Run:
    """`run("week", at="2026-07-03 12:00", hub=hub)`: the program in this process, at an instant; JSON by default."""

    def run(*line: str, at: str, hub: str | Hub, form: str = "json", folder: Path = home) -> Ran:
        now = datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp()
        url = hub if isinstance(hub, str) else hub.url
        environ = {"HF_ENDPOINT": url, "PAPERCLI_HOME": str(folder), "HOME": str(folder), "COLUMNS": "200"}
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
        words = sorted_words([*line, "-o", form])
        app = App(Given(anywhere(words) or {}), environ, out, err, now=lambda: now)  # type: ignore[arg-type]
        code, failure = 0, ""
        try:
            arguments = given(words)
            assert arguments is not None, line
            call(app, words.command, arguments)
        except PapercliError as error:
            code, failure = error.exit_code, f"{error}\n"
        app.library.close()
        app.outside.fetch.close()
        told = [stream.buffer.getvalue().decode() for stream in (out, err)]  # type: ignore[attr-defined]
        return Ran(code, told[0], told[1] + failure)

    return run


def row(day: str, number: int, votes: int | None = None) -> dict[str, Any]:
    return {
        "paper": {
            "id": f"{day[2:4]}{day[5:7]}.{day[8:]}{number:03}",
            "title": f"Paper {number} of {day}",
            "publishedAt": f"{day}T00:00:00.000Z",
            "submittedOnDailyAt": f"{day}T00:00:00.000Z",
            "upvotes": 10_000 - number if votes is None else votes,
        },
        "numComments": number % 7,
    }


class PartlyBroken(Hub):
    """A hub whose answers to the questions that `broken` names are no papers; it counts how many are under way."""

    def __init__(self, days: dict[str, list], today: str | None = None) -> None:
        super().__init__(days, today)
        self.broken: Callable[[dict[str, str]], bool] = lambda query: False
        self.slow, self.most, self._under_way, self._counting = 0.0, 0, 0, threading.Lock()

    def listing(self, query: dict[str, str]) -> tuple[list, dict | None]:
        with self._counting:
            self._under_way += 1
            self.most = max(self.most, self._under_way)
        time.sleep(self.slow)
        with self._counting:
            self._under_way -= 1
        if self.broken(query):
            return [None], None
        return super().listing(query)

    def asked(self, **wanted: str) -> list[dict[str, str]]:
        """The questions so far that say all of `wanted`."""
        questions = [{k: v[0] for k, v in parse_qs(urlsplit(request).query).items()} for request in self.requests]
        return [question for question in questions if wanted.items() <= question.items()]


@pytest.fixture
def large() -> Iterator[PartlyBroken]:
    """A week of four pages: 350 papers on five days, 22 to 26 June 2026; two weeks later a day with one."""
    days = {f"2026-06-{22 + d}": [row(f"2026-06-{22 + d}", n, 9_000 - 5 * n - d) for n in range(70)] for d in range(5)}
    hub = PartlyBroken({**days, "2026-07-06": [row("2026-07-06", 1)]})
    yield hub
    hub.stop()


LATER = "2026-07-06 12:00"  # a Monday


# What is shown


def test_a_week_is_its_days_newest_first_each_by_votes(papers: Papers, hub: Hub) -> None:
    done = papers("week", "--json")
    rows = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    wanted = []
    for day, listed in sorted(sample_days().items(), reverse=True):
        by_votes = sorted(listed, key=lambda r: (-r["paper"]["upvotes"], -float(r["paper"]["id"])))
        wanted += [(day, place, r["paper"]["id"]) for place, r in enumerate(by_votes, start=1)]
    assert [(r["listed"], r["rank"], r["id"]) for r in rows] == wanted
    assert not [request for request in hub.requests if "date=" in request]


def test_every_way_to_name_a_period(papers: Papers, hub: Hub) -> None:
    """Relative forms count from the newest listing; week and month take any WHEN and mean the period that holds it."""
    hub.days |= {day: [row(day, n) for n in range(2)] for day in ("2026-06-05", "2026-06-26", "2026-06-30")}
    july, week27 = ["2026-07-03", "2026-07-02", "2026-07-01"], ["2026-07-03", "2026-07-02", "2026-07-01", "2026-06-30"]
    june = ["2026-06-30", "2026-06-26", "2026-06-05"]
    for line, days in {
        "week": week27,
        "week today": week27,
        "week 2026-W27": week27,
        "week 2026-06-30": week27,
        "week friday": week27,
        "week last": ["2026-06-26"],
        "week 2026-06-26": ["2026-06-26"],
        "week -7d": ["2026-06-26"],
        "week -1w": ["2026-06-26"],
        "month": july,
        "month july": july,
        "month 2026-07": july,
        "month 2026-07-02": july,
        "month last": june,
        "month june": june,
        "month 2026-06-26": june,
        "month 2026-W23": june,
        "day 2026-W27": week27,
        "day july": july,
        "day june": june,
        "day 2026-06": june,
        "day 2026-06-30..2026-07-02": ["2026-07-02", "2026-07-01", "2026-06-30"],
        "day june..july": [*july, *june],
        "day 2026-06-26..yesterday": ["2026-07-02", "2026-07-01", "2026-06-30", "2026-06-26"],
        "day -7d..-2d": ["2026-07-01", "2026-06-30", "2026-06-26"],
        "day last..today": ["2026-07-03", "2026-07-02"],
        "day last": ["2026-07-02"],
        "day 2026-07-02..2026-07-02": ["2026-07-02"],
    }.items():
        done = papers(*line.split(), "--json")
        assert (done.returncode, done.stderr) == (0, ""), line
        assert list(dict.fromkeys(r["listed"] for r in json.loads(done.stdout))) == days, line
    assert len(hub.requests) == len(set(hub.requests)), "nothing was asked twice"


def test_the_caption_names_the_period(run: Run, hub: Hub) -> None:
    def heading(*line: str, at: str = "2026-07-03 15:00") -> str:
        return " · ".join(
            line.strip() for line in run(*line, at=at, hub=hub, form="cards").out.split("\n\n")[0].split("\n")
        )

    assert heading("week") == "Daily Papers · week 27 of 2026, 29 Jun to 3 Jul · 30 papers · still filling"
    assert heading("month").startswith("Daily Papers · July 2026 · 30 papers")
    assert heading("week", "2026-W27", at="2026-08-03 15:00") == (
        "Daily Papers · week 27 of 2026, 29 Jun to 5 Jul · 30 papers"
    )
    assert heading("day", "2026-07-01..2026-07-02").startswith("Daily Papers · 1 Jul 2026 to 2 Jul 2026 · 18 papers")
    assert heading("week", "today", "-n", "4").startswith(
        "Daily Papers · week 27 of 2026, 29 Jun to 3 Jul · 4 of 30 papers"
    )


def test_the_week_53_is_asked_by_its_days(run: Run) -> None:
    days = {day: [row(day, n) for n in range(3)] for day in ("2026-12-28", "2026-12-31", "2027-01-01", "2027-01-04")}
    hub = Hub(days)
    for at, line, first in (
        ("2027-01-04 12:00", ["week", "last"], "2027-01-01"),
        ("2027-01-04 12:00", ["week", "2026-W53"], "2027-01-01"),
        ("2027-01-04 12:00", ["day", "2026-W53"], "2027-01-01"),
    ):
        done = run(*line, at=at, hub=hub)
        assert (done.code, done.err, done.days) == (0, "", [first, "2026-12-31", "2026-12-28"])
    hub.stop()
    dated = [request for request in hub.requests if "date=" in request]
    assert not [request for request in hub.requests if "week=" in request]
    asked = {parse_qs(urlsplit(request).query)["date"][0] for request in dated}
    assert asked == {*(f"2026-12-{day}" for day in range(28, 32)), "2027-01-01", "2027-01-02", "2027-01-03"}
    assert len(dated) == len(set(dated))


def test_a_relisted_paper_stands_once_on_its_latest_day_whatever_the_order_of_arrival(run: Run, home: Path) -> None:
    """Its votes are those of the later listing; its older day's ranks keep the gap."""
    hub = Hub(fixture_days(), "2026-06-19")
    orders = {
        "both at once": [["day", "2026-06-12..2026-06-18"]],
        "the older first": [["day", "2026-06-12"], ["day", "2026-06-18"]],
        "the newer first": [["day", "2026-06-18"], ["day", "2026-06-12"]],
        "the month": [["month", "2026-06"]],
        "the weeks": [["week", "2026-W25"], ["week", "2026-W24"]],
        "the older again": [["month", "2026-06"], ["day", "2026-06-12", "--refresh"]],
    }
    for name, lines in orders.items():
        for line in lines:
            assert run(*line, at="2026-06-19 12:00", hub=hub, folder=home / name).code == 0
        done = run("day", "2026-06-12..2026-06-18", at="2026-06-19 12:00", hub=hub, folder=home / name)
        (twice,) = [r for r in done.rows if r["id"] == "2606.99612"]
        assert [twice[key] for key in ("listed", "upvotes", "comments", "stars")] == ["2026-06-18", 90, 5, 77], name
        older = [r["rank"] for r in done.rows if r["listed"] == "2026-06-12"]
        assert older == [1, 3, 4], name
        alone = run("day", "2026-06-12", at="2026-06-19 12:00", hub=hub, folder=home / name)
        (once,) = [r for r in alone.rows if r["id"] == "2606.99612"]
        assert [once[key] for key in ("listed", "upvotes", "rank")] == ["2026-06-12", 52, 2], name
    hub.stop()


def test_ranks_keep_their_gaps_under_filters(papers: Papers) -> None:
    whole = {r["id"]: (r["listed"], r["rank"]) for r in json.loads(papers("week", "--json").stdout)}
    for line in (["--has", "code"], ["-k", "agents", "--sort", "comments"], ["-n", "3", "--reverse"]):
        rows = json.loads(papers("week", "--json", *line).stdout)
        assert 0 < len(rows) < len(whole)
        assert {r["id"]: (r["listed"], r["rank"]) for r in rows}.items() <= whole.items()


# Days that have not begun, or were before all listings


def test_a_period_later_than_tomorrow_is_a_wrong_question(papers: Papers, hub: Hub) -> None:
    later = datetime.now(UTC).date() + timedelta(days=40)
    for line in (["week", str(later)], ["month", str(later)], ["week", "2999-W01"], ["day", f"2026-07-01..{later}"]):
        done = papers(*line)
        assert (done.returncode, done.stdout) == (2, ""), line
        assert "later than tomorrow" in done.stderr
    assert hub.requests == []


def test_the_running_period_ends_with_today(run: Run, hub: Hub) -> None:
    for line in (["week"], ["day", "2026-07-01..2026-07-04"], ["month"], ["day", "2026-W27"]):
        done = run(*line, at="2026-07-03 12:00", hub=hub)
        assert (done.code, done.err, done.days[0], len(done.rows)) == (0, "", NEWEST, 30), line
    assert not [request for request in hub.requests if "2026-07-04" in request]
    assert run("day", NEWEST, at="2026-07-03 12:00", hub="http://127.0.0.1:9").code == 0, "and is kept"


def test_a_day_that_has_not_begun_at_the_source_is_empty(run: Run, hub: Hub) -> None:
    """This machine's clock is ahead of the source's: a 400, which is an empty day."""
    done = run("day", "2026-07-01..2026-07-04", at="2026-07-04 00:30", hub=hub)
    assert (done.code, done.days) == (0, [NEWEST, "2026-07-02", "2026-07-01"])
    assert [request for request in hub.requests if "date=2026-07-04" in request]


def test_nothing_is_asked_of_the_time_before_there_were_listings(run: Run) -> None:
    hub = Hub({day: [row(day, 1)] for day in ("2023-05-04", "2023-05-05", NEWEST)})
    for line in (["month", "2023-05"], ["week", "2023-05-03"], ["day", "2023-04-01..2023-05-05"]):
        done = run(*line, at="2026-07-03 12:00", hub=hub)
        assert (done.code, done.err, done.days) == (0, "", ["2023-05-05", "2023-05-04"]), line
    asked = len(hub.requests)
    for line in (["month", "2023-04"], ["week", "2022-W10"], ["day", "1999-01-01..2023-05-03"]):
        done = run(*line, at="2026-07-03 12:00", hub=hub)
        assert (done.code, done.out) == (0, "[]\n"), line
        assert re.search(r"before", json.loads(done.err)["note"]["message"]), line
    assert len(hub.requests) == asked
    assert [r for r in hub.requests if "date=" in r and r.split("date=")[1] < "2023-05-04"] == []
    hub.stop()


def test_an_empty_period_says_so(run: Run, hub: Hub) -> None:
    done = run("week", "2026-W20", at="2026-07-03 12:00", hub=hub, form="tsv")
    assert (done.code, done.out) == (0, "")
    assert re.fullmatch(r"papers: nothing was listed in week 20 of 2026.*\n", done.err)


# How long it stays true


@pytest.mark.parametrize(
    ("line", "fresh"),
    [
        (["week"], 10 * MINUTE),
        (["month"], 10 * MINUTE),
        (["week", "2026-W26"], 2 * HOUR),  # its Sunday was five days before the newest listing
        (["week", "2026-W25"], DAY),
        (["week", "2026-W21"], 30 * DAY),
        (["month", "2026-06"], 2 * HOUR),
        (["month", "2026-05"], 30 * DAY),
        (["trending"], 10 * MINUTE),
    ],
)
def test_a_period_is_as_fresh_as_its_last_day(run: Run, hub: Hub, line: list[str], fresh: int) -> None:
    """The newest listing and what still grows 10 minutes; before that 2 hours, from 7 days back a day, older 30."""
    hub.days |= {day: [row(day, 1)] for day in ("2026-06-26", "2026-06-18", "2026-05-21")}
    noon = datetime(2026, 7, 3, 12)
    named = "week=" if line[0] == "week" else "month=" if line[0] == "month" else "trending"

    def asked(after: float) -> int:
        hub.requests.clear()
        done = run(*line, at=str(noon + timedelta(seconds=after)), hub=hub)
        assert (done.code, done.err) == (0, "")
        assert done.rows
        return len([request for request in hub.requests if named in request])

    assert asked(0)
    assert not asked(1)
    assert not asked(fresh - 5)
    assert asked(fresh + 5)
    assert not asked(fresh + 10)


def test_a_day_asked_afterwards_is_answered_from_the_weeks_answer(papers: Papers, hub: Hub) -> None:
    week = json.loads(papers("week", "--json").stdout)
    hub.requests.clear()
    for day in ("2026-07-03", "2026-07-02", "2026-07-01", "2026-06-30"):
        done = papers("day", day, "--json")
        assert done.returncode == 0
        assert json.loads(done.stdout) == [r for r in week if r["listed"] == day]
    assert json.loads(papers("day", "2026-07-01..2026-07-03", "--json").stdout) == week
    assert hub.requests == []


def test_a_week_of_days_that_are_all_kept_and_fresh_asks_nothing(run: Run, hub: Hub) -> None:
    at = "2026-07-03 12:00"
    run("today", at=at, hub=hub)
    run("day", "2026-06-29..2026-07-03", at=at, hub=hub)
    asked = len(hub.requests)
    assert len(run("week", at=at, hub=hub).rows) == 30
    assert len(hub.requests) == asked


def test_refresh_asks_and_offline_never_does(papers: Papers, hub: Hub) -> None:
    for line in (["week"], ["month", "july"], ["day", "2026-07-01..2026-07-02"], ["trending"]):
        before = papers(*line)
        asked = len(hub.requests)
        assert papers(*line, "--offline").stdout == papers(*line).stdout == before.stdout
        assert len(hub.requests) == asked, line
        assert papers(*line, "--refresh").stdout == before.stdout
        assert len(hub.requests) > asked, line


def test_offline_with_nothing_kept_is_a_failure_and_with_a_part_kept_is_in_part(papers: Papers, hub: Hub) -> None:
    for line in (["week", "2026-W27"], ["month", "2026-07"], ["day", "2026-07-01..2026-07-02"], ["trending"]):
        done = papers(*line, "--offline")
        assert (done.returncode, done.stdout) == (6, ""), line
    papers("day", "2026-07-02")
    asked = len(hub.requests)
    for line in (["week", "2026-W27"], ["month", "2026-07"], ["day", "2026-07-01..2026-07-02"]):
        done = papers(*line, "--offline", "-o", "json")
        assert done.returncode == 8, line
        assert {r["listed"] for r in json.loads(done.stdout)} == {"2026-07-02"}
        assert "2026-07-01" in json.loads(done.stderr.splitlines()[-1])["error"]["message"], "which is missing"
    assert len(hub.requests) == asked


# Trending


def trending_hub(rows: list[dict[str, Any]]) -> PartlyBroken:
    hub = PartlyBroken(sample_days())
    hub.trending = rows
    return hub


def test_trending_is_in_the_sites_order_with_ranks_from_one(run: Run) -> None:
    rows = json.loads((FIXTURES / "trending.json").read_bytes())
    hub = trending_hub([*rows, rows[1], *sample_days()["2026-07-02"]])
    wanted = [r["paper"]["id"] for r in rows + sample_days()["2026-07-02"]]
    for _ in range(2):
        done = run("trending", at="2026-07-20 12:00", hub=hub)
        assert (done.code, done.err, done.ids) == (0, "", wanted)
        assert [r["rank"] for r in done.rows] == list(range(1, len(wanted) + 1))
    assert done.rows[0]["listed"] is None
    kept = run("trending", "--min-upvotes", "50", at="2026-07-20 12:00", hub=hub).rows
    assert 1 < len(kept) < len(wanted)
    assert [r["rank"] for r in kept] == [wanted.index(r["id"]) + 1 for r in kept], "ranks keep their gaps"
    assert run("trending", "--reverse", at="2026-07-20 12:00", hub=hub).ids == wanted[::-1]
    hub.trending = hub.trending[::-1]
    later = run("trending", at="2026-07-20 12:11", hub=hub)
    assert [r["rank"] for r in later.rows] == list(range(1, len(wanted) + 1))
    assert later.ids == list(dict.fromkeys(r["paper"]["id"] for r in hub.trending))
    hub.stop()


def test_trending_moves_no_days_ranks(run: Run) -> None:
    hub = trending_hub(sample_days()["2026-07-02"][::-1])
    at = "2026-07-03 12:00"
    before = run("day", "2026-07-02", at=at, hub=hub).rows
    assert run("trending", at=at, hub=hub).ids == [r["paper"]["id"] for r in hub.trending or ()]
    after = run("day", "2026-07-02", at=at, hub=hub).rows
    assert [(r["id"], r["rank"]) for r in after] == [(r["id"], r["rank"]) for r in before]
    hub.stop()


def test_trending_is_a_hundred_or_as_many_as_are_asked_for(run: Run) -> None:
    hub = trending_hub([row("2026-07-02", n) for n in range(330)])
    at = "2026-07-03 12:00"
    for line, many, pages in (
        ([], 100, 1), (["-n", "5"], 5, 1), (["-n", "150"], 150, 2), (["-n", "0"], 330, 5), (["-n", "7"], 7, 5),
    ):  # fmt: skip
        assert len(run("trending", *line, at=at, hub=hub).rows) == many, line
        assert len(hub.asked(sort="trending")) <= pages + 2, line
    assert len(hub.asked(sort="trending")) == len(set(hub.requests))
    hub.stop()


# Pages


def test_pages_are_fetched_a_few_at_a_time(run: Run, large: PartlyBroken) -> None:
    large.slow = 0.1
    done = run("week", "2026-W26", at=LATER, hub=large)
    assert (done.code, done.err, len(done.rows)) == (0, "", 350)
    assert 2 <= large.most <= 4
    assert len(large.asked(week="2026-W26")) <= 4 + 1 + 3


def test_a_listing_has_at_most_fifty_pages_and_says_when_it_has_more(run: Run, home: Path) -> None:
    """Cap 50 for any listing, exit 8 when reached."""

    def page(seen: Any) -> bytes:
        number = int(parse_qs(urlsplit(seen.target).query).get("p", ["0"])[0])
        first = re.sub("&p=.*", "", seen.target)
        link = {"Link": f'<{first}&p={number + 1}>; rel="next"'}
        return answer(json.dumps([row("2026-06-24", number)]).encode(), headers=link)

    with Server() as server:
        server.on("/api/daily_papers", page)
        for line in (["week", "2026-W26"], ["month", "2026-06"], ["day", "2026-06-23..2026-06-24"]):
            server.seen.clear()
            done = run(*line, at=LATER, hub=server.url, folder=home / line[1])
            assert len(done.rows) == 50, line
            assert done.code == 8, line
            pages = [seen.target for seen in server.seen if "2026-06-23" not in seen.target]
            assert len(pages) == 50, line


@pytest.mark.parametrize("missing", [2, 3, 4])
def test_a_missing_page_is_named_and_the_others_are_printed(run: Run, large: PartlyBroken, missing: int) -> None:
    large.broken = lambda query: query.get("p") == str(missing - 1)
    done = run("week", "2026-W26", at=LATER, hub=large)
    assert (done.code, len(done.rows)) == (8, 300 if missing == 4 else 250)
    assert f"page {missing} could not be had" in done.err
    large.broken = lambda query: False
    large.requests.clear()
    again = run("week", "2026-W26", at=LATER, hub=large)
    assert (again.code, again.err, len(again.rows)) == (0, "", 350), "and asked for the next time"


def test_a_page_after_the_last_is_not_missed(run: Run, large: PartlyBroken) -> None:
    """Pages end at the first empty one; whatever became of questions beyond it, nothing is missing."""
    large.broken = lambda query: int(query.get("p", 0)) > 4
    done = run("week", "2026-W26", at=LATER, hub=large)
    assert len(done.rows) == 350
    assert (done.code, done.err) == (0, "")


def test_a_later_page_that_was_kept_is_told_with_its_age(run: Run, large: PartlyBroken) -> None:
    """Where a kept answer exists: the kept one with its age on stderr, exit 0."""
    assert run("week", "2026-W26", at=LATER, hub=large).code == 0
    large.broken = lambda query: "p" in query
    done = run("week", "2026-W26", at="2026-07-08 12:00", hub=large)
    assert (done.code, len(done.rows)) == (0, 350)
    assert "2 days ago" in done.err


def test_what_moved_between_pages_is_not_lost_to_an_old_page(run: Run, large: PartlyBroken) -> None:
    """A new first page and a kept second one are two answers; together they are not the week."""
    before = set(run("week", "2026-W26", at=LATER, hub=large).ids)
    by_votes = sorted(
        (r for day, rows in large.days.items() if day < "2026-07" for r in rows), key=lambda r: -r["paper"]["upvotes"]
    )
    ahead, behind = by_votes[150], by_votes[50]
    ahead["paper"]["upvotes"], behind["paper"]["upvotes"] = 50_000, 0  # one comes to the first page, one leaves it
    large.broken = lambda query: "p" in query
    done = run("week", "2026-W26", at="2026-07-08 12:00", hub=large)
    assert set(done.ids) == before


def test_when_many_pages_are_missing_all_of_them_are_named_or_the_others_printed(run: Run) -> None:
    days = {f"2026-06-{22 + d}": [row(f"2026-06-{22 + d}", n) for n in range(170)] for d in range(5)}
    hub = PartlyBroken(days)
    hub.broken = lambda query: 1 <= int(query.get("p", 0)) <= 4
    done = run("week", "2026-W26", at=LATER, hub=hub)
    hub.stop()
    assert done.code == 8
    assert len(done.rows) == 450 or all(f"page {number}" in done.err for number in range(2, 10))


def test_when_all_pages_after_the_first_are_missing_the_last_name_says_so(run: Run) -> None:
    hub = PartlyBroken({f"2026-06-{22 + d}": [row(f"2026-06-{22 + d}", n) for n in range(300)] for d in range(5)})
    hub.broken = lambda query: "p" in query
    done = run("week", "2026-W26", at=LATER, hub=hub)
    hub.stop()
    assert (done.code, len(done.rows)) == (8, 100)
    assert "page 2, page 3" in done.err
    assert "page 9 and those after it could not be had" in done.err
    assert len(hub.asked(week="2026-W26")) == 9


def test_of_many_missing_days_ten_are_named_and_the_others_counted(run: Run, large: PartlyBroken) -> None:
    assert run("day", "2026-06-24", at=LATER, hub=large).code == 0
    done = run("month", "2026-06", "--offline", at=LATER, hub=large)
    assert (done.code, done.days) == (8, ["2026-06-24"])
    assert "2026-06-01, 2026-06-02" in done.err
    assert "2026-06-10, and 19 more could not be had" in done.err
    assert "2026-06-11" not in done.err


def test_a_kept_day_that_is_refused_is_shown_with_its_age(run: Run, large: PartlyBroken, home: Path) -> None:
    """Only a day of which nothing is kept has not begun where the question is refused."""
    before = run("day", "2026-06-24", at=LATER, hub=large)
    with Server() as server:
        server.on("/*", answer(b'{"error":"no such day"}', 400))
        done = run("day", "2026-06-24", at="2026-07-16 12:00", hub=server.url)
        host = server.url.partition("//")[2]
    assert (done.code, done.ids) == (0, before.ids)
    assert f"{host} refused the question: no such day; this is what was kept 10 days ago" in done.err


def test_a_missing_page_does_not_cut_the_rank_that_is_kept(run: Run, home: Path) -> None:
    hub = trending_hub([row("2026-07-02", n) for n in range(150)])
    before = run("trending", "-n", "150", at="2026-07-03 12:00", hub=hub)
    shutil.rmtree(home / "cache")
    hub.broken = lambda query: "p" in query
    done = run("trending", "-n", "150", at="2026-07-03 15:00", hub=hub)
    hub.stop()
    assert (done.code, done.ids) == (0, before.ids)
    assert "3 h ago" in done.err


def test_a_missing_day_of_a_range_is_named_and_the_others_are_printed(run: Run, large: PartlyBroken) -> None:
    large.broken = lambda query: query.get("date") == "2026-06-24"
    done = run("day", "2026-06-22..2026-06-26", at=LATER, hub=large)
    assert (done.code, done.days) == (8, ["2026-06-26", "2026-06-25", "2026-06-23", "2026-06-22"])
    assert "2026-06-24 could not be had" in done.err
    large.broken = lambda query: False
    large.requests.clear()
    assert len(run("day", "2026-06-22..2026-06-26", at=LATER, hub=large).rows) == 350
    assert {question["date"] for question in large.asked()} == {"2026-06-24"}


def test_a_missing_day_and_a_missing_page_of_another_are_both_named(run: Run, large: PartlyBroken) -> None:
    large.days["2026-06-23"] = [row("2026-06-23", n) for n in range(150)]
    large.broken = lambda query: query.get("date") == "2026-06-24" or ("p" in query and query["date"] == "2026-06-23")
    done = run("day", "2026-06-22..2026-06-24", at=LATER, hub=large)
    assert (done.code, len(done.rows)) == (8, 170)
    assert "2026-06-24" in done.err
    assert "2026-06-23" in done.err


def test_when_no_day_can_be_had_the_range_fails(run: Run, large: PartlyBroken) -> None:
    large.broken = lambda query: True
    for line in (["day", "2026-06-22..2026-06-26"], ["week", "2026-W26"], ["month", "2026-06"], ["trending"]):
        done = run(*line, at=LATER, hub=large)
        assert (done.code, done.out) == (6, ""), line


# Faults


FAULTS = ("_429", "_500", "_403", "_401all", "_html200", "_obj200", "_null200", "_empty200", "_deep", "_latin1", "_cut",
          "_drop", "_redirect_file", "_redirect_loop", "refused", "_400")  # fmt: skip
PERIODS = (["week", "2026-W27"], ["month", "july"], ["day", "2026-07-01..2026-07-03"], ["trending"])


def older(home: Path, seconds: float) -> None:
    """As if everything had been asked for that much earlier."""
    with closing(sqlite3.connect(home / "data" / "library.db")) as db, db:
        for table in ("newest", "listing", "trending"):
            db.execute(f"UPDATE {table} SET at = at - ?", [seconds])


def test_a_whole_kept_period_survives_every_fault_with_its_age(run: Run, hub: Hub, home: Path, tmp_path: Path) -> None:
    noon, later = "2026-08-03 12:00", "2026-09-12 13:00"
    wanted = {tuple(line): run(*line, at=noon, hub=hub, form="ids").out for line in PERIODS}
    shutil.rmtree(home / "cache")

    def ill(fault: str) -> dict[tuple[str, ...], Ran]:
        shutil.copytree(home, tmp_path / fault)
        endpoint = places.get(fault, f"{hub.url}/{fault}")
        return {
            tuple(line): run(*line, at=later, hub=endpoint, form="ids", folder=tmp_path / fault) for line in PERIODS
        }

    with Server() as server, ThreadPoolExecutor(len(FAULTS)) as pool:
        server.on("/*", answer(b'{"error":"no"}', 400))
        places = {"refused": "http://127.0.0.1:9", "_400": server.url}
        told = dict(zip(FAULTS, pool.map(ill, FAULTS), strict=True))
    wrong = {
        (fault, *line): (done.code, done.out == wanted[line], done.err)
        for fault, ran in told.items()
        for line, done in ran.items()
        if (done.code, done.out) != (0, wanted[line]) or "40 days ago" not in done.err
    }
    assert wrong == {}


def test_with_all_of_a_range_kept_each_day_is_tried_at_most_once(run: Run, hub: Hub, home: Path) -> None:
    """Where a kept answer exists: one try, five seconds in all; also when the answers of servers were cleared away."""
    line = ["day", "2026-07-01..2026-07-03"]
    before = run(*line, at="2026-07-03 12:00", hub=hub)
    shutil.rmtree(home / "cache")
    hub.requests.clear()
    done = run(*line, at="2026-07-23 12:00", hub=f"{hub.url}/_500")
    assert (done.code, done.rows) == (0, before.rows)
    assert len(set(hub.requests)) == len(hub.requests) in (1, 2, 3)


def test_a_silent_server_delays_a_kept_range_by_five_seconds_in_all(run: Run) -> None:
    hub = PartlyBroken({day: [row(day, 1)] for day in (f"2026-06-{n}" for n in range(20, 26))})
    line = ["day", "2026-06-20..2026-06-25"]
    before = run(*line, at="2026-06-25 12:00", hub=hub)
    hub.slow = 60.0
    began = time.monotonic()
    done = run(*line, at="2026-07-23 12:00", hub=hub)
    assert (done.code, done.rows) == (0, before.rows)
    assert time.monotonic() - began < 8
    hub.stop()


def test_rows_that_name_no_day_are_not_lost_in_silence(run: Run, home: Path) -> None:
    """Rows of 2024 came without their day; asked for by week they cannot be placed, and must not vanish unsaid."""
    hub = Hub(fixture_days(), "2024-06-07")
    day = run("day", "2024-06-05", at="2024-06-07 12:00", hub=hub)
    assert len(day.rows) == 4
    week = run("week", "2024-W23", at="2024-06-07 12:00", hub=hub)
    assert week.ids == day.ids or "could not be read" in week.err or week.code == 8
    again = run("day", "2024-06-05", at="2024-06-07 12:00", hub=hub)
    assert again.ids == day.ids, "and a listing that is kept is not emptied"
    hub.stop()


def test_skipped_rows_are_counted_once(run: Run, hub: Hub, home: Path) -> None:
    hub.days["2026-07-01"] = [{"paper": None}, *hub.days["2026-07-01"], 7]
    for line in (["week"], ["month"], ["day", "2026-07-01..2026-07-03"]):
        done = run(*line, at="2026-07-03 12:00", hub=hub, form="tsv", folder=home / line[0])
        assert (done.code, len(done.out.splitlines())) == (0, 30)
        assert done.err == "papers: 2 rows of the listing could not be read and were left out\n", line
    for day in ("2026-07-02", "2026-07-03"):
        assert run("day", day, at="2026-07-03 12:00", hub=hub, folder=home / "week").err == "", "nor booked on a day"


# Together


def together(environ: dict[str, str], *lines: list[str]) -> list[tuple[int, str, str]]:
    """(exit code, standard output, standard error) of each, without the word that it waits for another of them: on a
    busy machine that takes over a second."""
    waits = re.compile(r"^papers: waiting for another papers .*\n", re.MULTILINE)
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "papercli", *line, "-o", "ids"], env=environ, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
        ) for line in lines
    ]  # fmt: skip
    ended = [(each, each.communicate(timeout=60)) for each in running]
    return [(done.wait(60), out, waits.sub("", err)) for done, (out, err) in ended]


@pytest.mark.parametrize("line", [["week"], ["month"], ["day", "2026-07-01..2026-07-03"], ["trending"]])
def test_two_at_once_ask_once(papers: Papers, environ: dict[str, str], hub: Hub, line: list[str]) -> None:
    hub.delay = 0.2
    (first, *others) = together(environ, line, line, line)
    assert first[0] == 0
    assert first[1].count("\n") >= 5
    assert others == [first, first]
    assert sorted(set(hub.requests)) == sorted(hub.requests)


def test_a_range_and_one_of_its_days_at_once_ask_once(papers: Papers, environ: dict[str, str], hub: Hub) -> None:
    """Processes that ask for the same stale answer at once make one request."""
    hub.delay = 0.3
    lines = [["day", "2026-07-01..2026-07-02"], ["day", "2026-07-01"], ["day", "2026-07-01..2026-07-03"]]
    assert [code for code, _, _ in together(environ, *lines)] == [0, 0, 0]
    assert sorted(set(hub.requests)) == sorted(hub.requests)


def test_two_at_once_with_a_silent_server_do_not_wait_in_a_row(
    papers: Papers, environ: dict[str, str], hub: Hub, home: Path
) -> None:
    wanted = papers("week", "2026-W27", "-o", "ids").stdout
    older(home, 40 * DAY)
    shutil.rmtree(home / "cache")
    hub.delay = 60.0
    began = time.monotonic()
    for code, out, err in together(environ, ["week", "2026-W27"], ["week", "2026-W27"]):
        assert (code, out) == (0, wanted)
        assert "40 days ago" in err
    assert time.monotonic() - began < 9


def test_the_made_up_feed_has_weeks_months_and_a_rank(environ: dict[str, str], tmp_path: Path) -> None:
    environ["TMPDIR"] = str(tmp_path)
    for code, out, err in together(
        environ, ["week", "--demo"], ["month", "--demo"], ["day", "july", "--demo"], ["trending", "--demo"]
    ):
        assert (code, err) == (0, "")
        assert out.count("\n") >= 10


def test_the_first_listing_is_the_first_day() -> None:
    from papercli.sources.huggingface import HuggingFace

    assert HuggingFace.first_day == date(2023, 5, 4)
