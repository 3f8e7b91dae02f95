"""`papers day WHEN`: which day is meant, and what is said of one without papers."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from conftest import Papers
from hub import Hub, fixture_days, sample_days

NEWEST = "2026-07-03"  # a Friday; the two days before it have papers too


def listed(text: str) -> set[str]:
    return {row["listed"] for row in json.loads(text)}


def test_relative_days_count_from_the_newest_listing(papers: Papers, hub: Hub) -> None:
    for when, day in {
        "today": NEWEST,
        "yesterday": "2026-07-02",
        "last": "2026-07-02",
        "-1d": "2026-07-02",
        "-2d": "2026-07-01",
        "friday": NEWEST,
        "Thursday": "2026-07-02",
        "wed": "2026-07-01",
        "2026-07-01": "2026-07-01",
    }.items():
        done = papers("day", when, "--json")
        assert (done.returncode, done.stderr, listed(done.stdout)) == (0, "", {day}), when
    assert papers("day", "--json", "-1d", "-n", "1").returncode == 0, "a day with a dash is no option"
    assert papers("day", "-n", "1", "--", "-1d").returncode == 0
    dated = [request for request in hub.requests if "date=" in request]
    assert len(hub.requests) == 1 + len(set(dated)), "the newest once, and every other day once"


def test_a_calendar_day_without_papers_is_empty_and_says_why(papers: Papers, hub: Hub) -> None:
    hub.today += timedelta(days=3)  # a Monday, before its listing
    for when, reason in {
        "-3d": r"nothing was listed on Tue 30 Jun 2026.*nearest listing is Wed 1 Jul 2026",
        "saturday": r"Sat 27 Jun 2026, a Saturday.*nearest listing is Wed 1 Jul 2026",
        "2026-06-28": r"Sun 28 Jun 2026, a Sunday.*nearest listing is Wed 1 Jul 2026",
        "2026-07-04": r"Sat 4 Jul 2026, a Saturday.*nearest listing is Fri 3 Jul 2026",
        "2026-07-06": r"nothing .* Mon 6 Jul 2026.*nearest listing is Fri 3 Jul 2026",
        "2026-07-05": r"Sun 5 Jul 2026, a Sunday.*nearest listing is Fri 3 Jul 2026",
    }.items():
        done = papers("day", when)
        assert (done.returncode, done.stdout) == (0, ""), when
        assert re.fullmatch(rf"papers: .*{reason}\n", done.stderr), (when, done.stderr)
    empty = papers("day", "2026-06-28", "--json")
    assert (empty.returncode, empty.stdout) == (0, "[]\n")
    assert json.loads(empty.stderr)["note"]["kind"] == "empty"
    cards = papers("day", "2026-06-28", "-o", "cards").stdout
    assert cards.startswith("Daily Papers · Sun 28 Jun 2026 · no papers")


def test_an_empty_day_is_kept_and_said_again_offline(papers: Papers, hub: Hub) -> None:
    first = papers("day", "2026-06-28")
    asked = len(hub.requests)
    assert papers("day", "2026-06-28").stderr == first.stderr
    assert papers("day", "2026-06-28", "--offline").stderr == first.stderr
    assert len(hub.requests) == asked


def test_a_day_before_the_first_listing_is_not_asked_for(papers: Papers, hub: Hub) -> None:
    for day in ("2023-05-03", "1999-12-31"):
        done = papers("day", day, "--json")
        assert (done.returncode, done.stdout) == (0, "[]\n")
        note = json.loads(done.stderr)["note"]["message"]
        assert "no listings before Thu 4 May 2023" in note
        assert "nearest listing is Thu 4 May 2023" in note
    assert not [request for request in hub.requests if "date=2023-05-03" in request or "date=1999" in request]


@pytest.fixture
def of_today(papers: Papers, environ: dict[str, str]) -> Hub:
    """A hub whose newest day is this machine's UTC day, and where tomorrow has not begun."""
    now = datetime.now(UTC).date()
    running = Hub({**sample_days(), f"{now}": moved(sample_days()[NEWEST], f"{now}")}, today=f"{now}")
    environ["HF_ENDPOINT"] = running.url
    return running


def moved(rows: list[dict[str, dict[str, str]]], day: str) -> list[dict[str, dict[str, str]]]:
    return [{**row, "paper": {**row["paper"], "submittedOnDailyAt": f"{day}T09:00:00.000Z"}} for row in rows]


def test_tomorrow_has_not_begun_and_the_day_after_is_refused(papers: Papers, of_today: Hub) -> None:
    now = datetime.now(UTC).date()
    tomorrow = now + timedelta(days=1)
    done = papers("day", f"{tomorrow}", "--json")
    assert (done.returncode, done.stdout) == (0, "[]\n")
    said = json.loads(done.stderr)["note"]["message"]
    assert ("has not begun" if tomorrow.weekday() < 5 else f"a {tomorrow:%A}") in said
    assert f"nearest listing is {now:%a} {now.day} {now:%b %Y}" in said
    for later in (now + timedelta(days=3), now + timedelta(days=400)):
        refused = papers("day", f"{later}")
        assert (refused.returncode, refused.stdout) == (2, "")
        assert "later than tomorrow" in refused.stderr


def test_todays_own_listing_is_said_to_be_filling(papers: Papers, of_today: Hub) -> None:
    cards = papers("today", "-o", "cards").stdout.splitlines()
    now = datetime.now(UTC).date()
    assert f"{now:%a} {now.day} {now:%b %Y} · 12 papers" in cards[0]
    assert "still filling" in f"{cards[0]} {cards[1]}"


def test_an_older_newest_listing_says_that_it_is_not_todays(papers: Papers) -> None:
    title, remark = papers("today", "-o", "cards", env={"COLUMNS": "60"}).stdout.splitlines()[:2]
    assert title == "Daily Papers · Fri 3 Jul 2026 · 12 papers"
    assert remark, "it says when it is not today's date"
    assert "filling" not in remark


def test_a_day_that_is_past_here_but_not_there_is_empty(papers: Papers, hub: Hub) -> None:
    """The hub's clock and this machine's differ: 400 for a day that is past here is an empty day."""
    del hub.days[NEWEST]
    hub.today = hub.today - timedelta(days=1)
    done = papers("day", NEWEST)
    assert (done.returncode, done.stdout) == (0, "")
    assert "has not begun on Hugging Face yet; the nearest listing is Thu 2 Jul 2026" in done.stderr


def bare(text: str) -> str:
    """Without the instants of asking, and the line of a caption in which `today` says that it is not today's."""
    return re.sub(r'"(first_seen|fetched_at)": "[^"]*"|\A(Daily Papers .*\n).+\n', r"\2", text)


def test_today_and_day_of_that_day_print_the_same(papers: Papers, tmp_path: object) -> None:
    """Over every anomaly, with a newest day that takes three pages, each from a home of its own."""
    days = fixture_days()
    plain = next(row for row in days["2026-07-20"] if row and row["paper"]["id"] == "2607.99531")
    more = [{**plain, "paper": {**plain["paper"], "id": f"2607.{n}", "upvotes": n % 7}} for n in range(98000, 98210)]
    hub = Hub({**days, "2026-07-20": days["2026-07-20"] + more})
    homes = [
        {"HF_ENDPOINT": hub.url, "PAPERCLI_HOME": f"{tmp_path}/{name}", "COLUMNS": "60"} for name in ("one", "other")
    ]
    for form in ("json", "tsv", "ids", "cards", "jsonl"):
        today = papers("today", "-o", form, env=homes[0])
        day = papers("day", "2026-07-20", "-o", form, env=homes[1])
        assert today.returncode == day.returncode == 0
        assert bare(today.stdout) == bare(day.stdout), form
        assert today.stderr == day.stderr
        same = papers("day", "today", "-o", form, env=homes[0])
        assert (bare(same.stdout), same.stderr) == (bare(today.stdout), today.stderr)
    rows = json.loads(papers("today", "--json", env=homes[0]).stdout)
    assert len(rows) == 41 + 210
    assert {row["listed"] for row in rows} == {"2026-07-20"}
    hub.stop()
