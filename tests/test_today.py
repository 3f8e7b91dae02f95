"""`papers today` as a person and a pipe see it."""

from __future__ import annotations

import json

from conftest import Papers
from hub import Hub, sample_days


def test_the_newest_day_by_votes_and_nothing_else(papers: Papers) -> None:
    done = papers("today", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    rows = json.loads(done.stdout)
    newest = sorted(sample_days()["2026-07-03"], key=lambda row: (-row["paper"]["upvotes"], -float(row["paper"]["id"])))
    assert [row["id"] for row in rows] == [row["paper"]["id"] for row in newest]
    assert [row["rank"] for row in rows] == list(range(1, 13))
    assert {row["listed"] for row in rows} == {"2026-07-03"}


def test_day_of_the_newest_prints_the_same(papers: Papers) -> None:
    today = json.loads(papers("today", "--json").stdout)
    day = json.loads(papers("day", "2026-07-03", "--json", "--refresh").stdout)
    for row in [*today, *day]:
        del row["fetched_at"], row["first_seen"]
    assert today == day


def test_a_fresh_listing_is_not_asked_for_again(papers: Papers, hub: Hub) -> None:
    papers("today")
    papers("today", "--sort", "comments")
    papers("day", "2026-07-03")
    assert len(hub.requests) == 1


def test_a_pipe_gets_tab_separated_lines(papers: Papers) -> None:
    lines = papers("today", "-n", "2").stdout.splitlines()
    first = lines[0].split("\t")
    assert len(lines) == 2
    assert first[:4] == [
        "2607.99013",
        "2026-07-03",
        "178",
        "Notebooks, Not Transcripts: Long-Horizon Agents That Keep Lab Notes",
    ]
    assert first[5] == "https://huggingface.co/papers/2607.99013"


def test_with_the_hub_gone_the_kept_listing_is_shown_with_its_age(papers: Papers, hub: Hub) -> None:
    before = papers("today").stdout
    hub.stop()
    done = papers("today", "--refresh")
    assert (done.returncode, done.stdout) == (0, before)
    assert "connection refused; this is what was kept just now" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_with_the_hub_gone_and_nothing_kept_it_says_so(papers: Papers, hub: Hub) -> None:
    hub.stop()
    done = papers("today")
    assert (done.returncode, done.stdout) == (6, "")
    assert done.stderr.startswith("papers: could not reach 127.0.0.1")
