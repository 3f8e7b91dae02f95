"""`papers new`: what came since the last look, each paper once, and the mark that moves only when all was seen."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
import time
from datetime import date, timedelta

import pytest

from conftest import Papers
from hub import Hub, sample_days

FIRST, SECOND, THIRD = "2026-07-01", "2026-07-02", "2026-07-03"


def ids(run: object) -> list[str]:
    assert run.returncode == 0, run.stderr  # type: ignore[attr-defined]
    return run.stdout.split()  # type: ignore[attr-defined]


def of(hub: Hub, day: str) -> set[str]:
    return {row["paper"]["id"] for row in hub.days[day]}


@pytest.fixture
def hub() -> object:
    """Its present is the first of three days; the others come when a test says so."""
    running = Hub({FIRST: sample_days()[FIRST]}, today=FIRST)
    yield running
    running.stop()


def come(hub: Hub, day: str, *more: dict) -> None:
    """The listing of `day` opens on the hub."""
    hub.days[day] = [*sample_days().get(day, []), *more]
    hub.today = date.fromisoformat(day)


def relisted(row: dict, day: str) -> dict:
    row = copy.deepcopy(row)
    row["paper"]["submittedOnDailyAt"] = f"{day}T08:00:00.000Z"
    return row


def test_the_first_time_it_is_the_newest_listing_and_then_only_what_came(papers: Papers, hub: Hub) -> None:
    assert set(ids(papers("new", "-o", "ids"))) == of(hub, FIRST)
    run = papers("new", "-o", "ids")
    assert ids(run) == [] and "nothing new since Wed 1 Jul 2026" in run.stderr
    come(hub, SECOND)
    assert set(ids(papers("new", "-o", "ids", "--refresh"))) == of(hub, SECOND)
    assert ids(papers("new", "-o", "ids", "--refresh")) == []


def test_peek_shows_it_again(papers: Papers, hub: Hub) -> None:
    assert papers("new", "--peek", "-o", "ids").stdout == papers("new", "--peek", "-o", "ids").stdout != ""
    papers("new")
    assert ids(papers("new", "-o", "ids")) == []


def test_what_joins_a_listing_after_the_look_is_new(papers: Papers, hub: Hub) -> None:
    papers("new")
    late = relisted(sample_days()[THIRD][0], FIRST)
    hub.days[FIRST].append(late)
    time.sleep(1.1)  # an observation is a second's
    assert ids(papers("new", "-o", "ids", "--refresh")) == [late["paper"]["id"]]


def test_a_paper_listed_again_is_not_new_again(papers: Papers, hub: Hub) -> None:
    papers("new")
    come(hub, SECOND, relisted(hub.days[FIRST][0], SECOND))
    assert set(ids(papers("new", "-o", "ids", "--refresh"))) == {row["paper"]["id"] for row in sample_days()[SECOND]}


def test_a_paper_listed_on_two_new_days_comes_once(papers: Papers, hub: Hub) -> None:
    papers("new")
    come(hub, SECOND)
    come(hub, THIRD, relisted(hub.days[SECOND][0], THIRD))
    found = ids(papers("new", "-o", "ids", "--refresh"))
    assert len(found) == len(set(found)) and set(found) == of(hub, SECOND) | of(hub, THIRD)


def test_what_was_read_elsewhere_meanwhile_is_still_new(papers: Papers, hub: Hub) -> None:
    papers("new")
    come(hub, SECOND)
    papers("today", "--refresh")
    assert set(ids(papers("new", "-o", "ids"))) == of(hub, SECOND)


def test_a_filter_shows_a_part_and_leaves_the_mark(papers: Papers, hub: Hub) -> None:
    run = papers("new", "-k", "diffusion", "-o", "ids")
    assert ids(run) and set(ids(run)) < of(hub, FIRST)
    assert "shows it again" in run.stderr
    assert len(ids(papers("new", "-n", "2", "-o", "ids"))) == 2
    assert set(ids(papers("new", "-o", "ids"))) == of(hub, FIRST)


def test_who_was_away_for_two_weeks_gets_the_count_by_day_first(papers: Papers, hub: Hub) -> None:
    papers("new")
    for ahead in (5, 6, 9, 15):
        day = date(2026, 7, 1) + timedelta(ahead)
        rows = [copy.deepcopy(row) for row in sample_days()[SECOND][: 3 + ahead % 3]]
        for place, row in enumerate(rows):
            row["paper"]["id"] = f"2607.9{ahead:02}{place:02}"
            row["paper"]["submittedOnDailyAt"] = f"{day}T08:00:00.000Z"
        hub.days[str(day)], hub.today = rows, day
    run = papers("new", "--refresh", "--peek", "-o", "cards", "--no-pager")
    assert run.returncode == 0, run.stderr
    head = run.stdout.split("\n\n")[1]
    counts = [(line.split("  ")[-2].strip(), int(line.split()[4])) for line in head.splitlines()]
    assert [many for _, many in counts] == [3, 3, 3, 5], head
    assert head.splitlines()[0].split()[:4] == ["Thu", "16", "Jul", "2026"]
    assert len(ids(papers("new", "-o", "ids"))) == 14


def test_a_server_that_is_down_leaves_the_mark_where_it_was(papers: Papers, hub: Hub) -> None:
    papers("new")
    come(hub, SECOND)
    down = {"HF_ENDPOINT": "http://127.0.0.1:9"}
    run = papers("new", "-o", "ids", "--refresh", env=down)
    assert run.stdout == ""
    assert set(ids(papers("new", "-o", "ids", "--refresh"))) == of(hub, SECOND)


def test_a_followed_topic_has_a_mark_of_its_own(papers: Papers, hub: Hub) -> None:
    assert papers("follow", "add", "paths", "diffusion").returncode == 0
    found = set(ids(papers("new", "--follow", "paths", "-o", "ids")))
    assert found == set(ids(papers("list", "diffusion", "-o", "ids"))) != set()
    assert ids(papers("new", "--follow", "paths", "-o", "ids")) == []
    assert set(ids(papers("new", "-o", "ids"))) >= of(hub, FIRST)
    run = papers("new", "--follow", "path")
    assert run.returncode == 2 and "did you mean paths" in run.stderr


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
def test_a_full_output_leaves_the_mark(papers: Papers, hub: Hub, environ: dict[str, str]) -> None:
    with open("/dev/full", "w") as full:
        code = subprocess.call([sys.executable, "-m", "papercli", "new"], stdout=full, env=environ, timeout=60)
    assert code == 74
    assert set(ids(papers("new", "-o", "ids"))) == of(hub, FIRST)


def test_json_rows_are_those_of_every_listing(papers: Papers) -> None:
    rows = json.loads(papers("new", "--json").stdout)
    assert list(rows[0]) == list(json.loads(papers("today", "--json").stdout)[0])


def test_what_a_search_found_for_a_topic_is_new_once(papers: Papers, hub: Hub) -> None:
    papers("follow", "add", "tides", "tidepool")
    found = relisted(sample_days()[THIRD][0], FIRST)
    found["paper"] |= {
        "id": "2607.90003",
        "title": "A tidepool of gradients",
        "publishedAt": "2026-07-01T00:00:00.000Z",
    }
    found["paper"].pop("submittedOnDailyAt")
    papers("today")
    time.sleep(1.1)  # an observation is a second's
    hub.days["2020-01-01"], hub.hits = [found], ["2607.90003"]
    assert "2607.90003" in ids(papers("new", "-o", "ids"))
    assert ids(papers("new", "-o", "ids")) == []
