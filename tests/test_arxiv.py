"""arXiv beside Hugging Face, as processes against stand-ins for both: listings, search, joined records, manners."""

from __future__ import annotations

import copy
import json
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from arxiv_hub import MADE_UP, ArxivHub
from hub import Hub, sample_days

Run = Callable[..., "subprocess.CompletedProcess[str]"]
SCALED = """
import sys
from papercli import pace
from papercli.main import main
pace.GAPS['arxiv.org'] = {gap}
sys.exit(main())
"""
THIRD = "2026-07-03"
BOTH = ("--source", "hf", "--source", "arxiv:cs.LG")
KERNEL, ROBOTS, VIDEOS, NOTHING = "2607.99702", "2607.99705", "2607.99701", "2605.99704"


@pytest.fixture
def arxiv() -> Iterator[ArxivHub]:
    running = ArxivHub(copy.deepcopy(MADE_UP))
    yield running
    running.stop()


@pytest.fixture
def run(environ: dict[str, str], hub: Hub, arxiv: ArxivHub) -> Run:
    """Run the program with arXiv's three seconds scaled down to `gap`."""
    environ |= {"HF_ENDPOINT": hub.url, "PAPERCLI_ARXIV_ENDPOINT": arxiv.url, "PAPERCLI_ARXIV_RSS": arxiv.url}

    def run(*words: str, env: dict[str, str] | None = None, gap: float = 0.01) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", SCALED.format(gap=gap), *words], env={**environ, **(env or {})},
            stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", timeout=60, check=False,
        )  # fmt: skip

    return run


def ids(done: subprocess.CompletedProcess[str]) -> list[str]:
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


# Listings


def test_the_days_listings_of_both_are_one_each_paper_once(run: Run, hub: Hub, arxiv: ArxivHub) -> None:
    joint = copy.deepcopy(hub.days[THIRD][0])
    joint["paper"]["id"] = KERNEL  # listed by both
    hub.days[THIRD].append(joint)
    found = ids(run("today", *BOTH, "-o", "ids"))
    daily = [row["paper"]["id"] for row in hub.days[THIRD]]
    assert len(found) == len(set(found)) and set(found[: len(daily)]) == set(daily)
    assert found[len(daily) :] == [ROBOTS, VIDEOS, NOTHING]


def test_the_caption_names_each_share_and_how_it_was_announced(run: Run) -> None:
    shown = run("today", *BOTH, "-o", "cards", "--no-pager", env={"COLUMNS": "120"}).stdout
    assert "Daily Papers Fri 3 Jul 2026: 12 · arXiv cs.LG Fri 3 Jul 2026: 4" in shown
    assert "arXiv cs.LG: 3 cross-listed, 1 replaced" in shown.replace("\n", " ")
    assert "cross-listed" in shown.partition("Nothing")[2] and "new version v3" in shown


def test_announce_tells_new_cross_listed_and_replaced_apart(run: Run) -> None:
    def announced(category: str, *kinds: str) -> set[str]:
        return set(ids(run("today", "--source", f"arxiv:{category}", *kinds, "-o", "ids")))

    assert announced("cs.RO", "--announce", "new") == {ROBOTS} == announced("cs.RO")
    assert announced("cs.LG", "--announce", "cross") == {ROBOTS, VIDEOS, NOTHING}
    assert announced("cs.LG", "--announce", "replace") == {KERNEL}
    assert announced("cs.LG", "--announce", "replace,cross") == announced("cs.LG")
    daily = set(ids(run("today", *BOTH, "--announce", "new", "-o", "ids")))
    assert len(daily) == 12  # what is not announced is not left out


def test_categories_are_asked_for_together_and_a_fresh_listing_not_at_all(run: Run, arxiv: ArxivHub) -> None:
    wanted = ("--source", "arxiv:cs.CL", "--source", "arxiv:cs.LG")
    first = ids(run("today", *wanted, "-o", "ids"))
    assert arxiv.requests == ["/rss/cs.CL+cs.LG"]
    assert ids(run("today", *wanted, "-o", "ids")) == first
    assert len(arxiv.requests) == 1 and arxiv.agents[0].startswith("papercli/")


def test_the_settings_choose_the_sources(run: Run) -> None:
    here = {"PAPERCLI_SOURCES": "hf,arxiv:cs.LG"}
    assert ids(run("today", "-o", "ids", env=here)) == ids(run("today", *BOTH, "-o", "ids"))
    assert ids(run("today", "--source", "arxiv", "-o", "ids", env=here)) == ids(
        run("today", "--source", "arxiv:cs.LG", "-o", "ids")
    )
    none = run("today", "--source", "arxiv")
    assert none.returncode == 2 and "by category" in none.stderr
    unknown = run("today", "--source", "elsewhere")
    assert unknown.returncode == 2 and "no source called" in unknown.stderr


def test_one_source_failing_leaves_the_others_papers_and_is_named(
    run: Run, hub: Hub, arxiv: ArxivHub, home: Path
) -> None:
    down = run("today", *BOTH, "-o", "ids", env={"PAPERCLI_ARXIV_RSS": "http://127.0.0.1:9"})
    assert down.returncode == 8 and len(down.stdout.split()) == 12
    assert "arXiv cs.LG" in down.stderr
    down = run(
        "today", "--source", "arxiv:cs.LG", "--source", "hf", "-o", "ids", env={"HF_ENDPOINT": "http://127.0.0.1:9"}
    )
    assert down.returncode == 0 and len(down.stdout.split()) == 16  # it was kept a moment ago
    with closing(sqlite3.connect(home / "data" / "library.db")) as db, db:
        db.execute("UPDATE newest SET at = at - 7500")
        db.execute("UPDATE listing SET at = at - 7500")
    shutil.rmtree(home / "cache")
    old = run("today", *BOTH, env={"HF_ENDPOINT": "http://127.0.0.1:9"})
    assert old.returncode == 0 and "connection refused; this is what was kept 2 h ago" in old.stderr
    assert (
        run(
            "today", *BOTH, env={"HF_ENDPOINT": "http://127.0.0.1:9", "PAPERCLI_ARXIV_RSS": "http://127.0.0.1:9"}
        ).returncode
        == 0
    )


def test_all_failing_with_nothing_kept_is_the_gravest_failure(run: Run) -> None:
    nobody = {"HF_ENDPOINT": "http://127.0.0.1:9", "PAPERCLI_ARXIV_RSS": "http://127.0.0.1:9"}
    failed = run("today", *BOTH, env=nobody)
    assert (failed.returncode, failed.stdout) == (6, "")


def test_an_empty_announcement_leaves_the_last_one(run: Run, arxiv: ArxivHub) -> None:
    first = ids(run("today", "--source", "arxiv:cs.LG", "-o", "ids"))
    arxiv.papers.clear()
    again = run("today", "--source", "arxiv:cs.LG", "-o", "ids", "--refresh")
    assert ids(again) == first


def test_what_is_new_spans_the_sources_of_the_settings(run: Run) -> None:
    here = {"PAPERCLI_SOURCES": "hf,arxiv:cs.LG"}
    assert len(ids(run("new", "-o", "ids", env=here))) == 16
    assert ids(run("new", "-o", "ids", env=here)) == []


# Search and single papers


def test_search_asks_both_and_filters_apply(run: Run, arxiv: ArxivHub) -> None:
    found = ids(run("search", "caches", "--source", "hf", "--source", "arxiv", "-o", "ids"))
    assert {ROBOTS, "2607.99001"} <= set(found)
    assert any("/api/query?" in path for path in arxiv.requests)
    assert ids(run("search", "caches", "cat:cs.RO", "--source", "arxiv", "-o", "ids")) == [ROBOTS]


def test_a_source_that_refuses_the_question_says_why(run: Run, arxiv: ArxivHub) -> None:
    run("today", "-o", "ids")
    arxiv.faults = ["_400"] * 9
    refused = run("search", "caches", "--source", "arxiv", "--source", "hf", "-o", "ids")
    assert refused.returncode == 8 and "refused the question" in refused.stderr


def test_show_asks_arxiv_for_what_hugging_face_does_not_know(run: Run) -> None:
    shown = run("show", "hep-th/9907999", f"{KERNEL}v1", "--json")
    assert shown.returncode == 0, shown.stderr
    old, kernel = json.loads(shown.stdout)
    assert old["url"] == "https://arxiv.org/abs/hep-th/9907999" and old["sources"] == ["arxiv"]
    assert kernel["version"] == 3 and kernel["categories"][0] == "cs.LG" and kernel["upvotes"] is None
    assert run("show", "2607.00009").returncode == 3
    assert run("show", "2607.00009", env={"PAPERCLI_ARXIV_ENDPOINT": "http://127.0.0.1:9"}).returncode == 6


def test_records_are_joined_each_field_from_who_knows_best(run: Run, hub: Hub, arxiv: ArxivHub) -> None:
    row = hub.days[THIRD][0]["paper"]
    there = next(paper for paper in arxiv.papers if paper["id"] == KERNEL)
    there |= {"id": row["id"], "title": "As arXiv Writes It"}
    run("today", "-o", "ids")
    ids(run("search", f"id:{row['id']}", "writes", "--source", "arxiv", "-o", "ids"))
    run("today", "--refresh", "-o", "ids")  # what Hugging Face says later changes nothing of that
    shown = json.loads(run("show", row["id"], "--json", "--provenance").stdout)
    assert shown["title"] == "As arXiv Writes It" and shown["upvotes"] == row["upvotes"]
    assert shown["keywords"] == [word for word in row["ai_keywords"] if word] and shown["sources"] == ["hf", "arxiv"]
    said = {name: each["source"] for name, each in shown["provenance"].items()}
    assert (said["title"], said["categories"], said["upvotes"], said["ai_summary"]) == ("arxiv", "arxiv", "hf", "hf")


# News of starred papers


def test_updates_tell_of_new_versions_withdrawals_and_publications(run: Run, arxiv: ArxivHub) -> None:
    for id in (KERNEL, ROBOTS, VIDEOS):
        assert run("star", id).returncode == 0
    assert "nothing new" in run("updates").stderr
    time.sleep(1.1)  # an answer's time is kept in seconds
    by_id = {paper["id"]: paper for paper in arxiv.papers}
    by_id[KERNEL]["version"] = 4
    by_id[ROBOTS]["comment"] = "This paper has been withdrawn by its robots"
    by_id[VIDEOS]["doi"] = "10.1000/example.1"
    told = run("updates", "-o", "cards", "--refresh", "--no-pager")
    assert told.returncode == 0, told.stderr
    assert "new version v4, was v3" in told.stdout and "withdrawn: This paper has been withdrawn" in told.stdout
    assert "published: doi 10.1000/example.1" in told.stdout
    assert run("updates", "--refresh", "-o", "ids").stdout == ""


def test_updates_that_cannot_ask_say_so_and_lose_nothing(run: Run, arxiv: ArxivHub) -> None:
    run("star", KERNEL)
    run("updates")
    time.sleep(1.1)
    next(paper for paper in arxiv.papers if paper["id"] == KERNEL)["version"] = 9
    down = run("updates", "--refresh", env={"PAPERCLI_ARXIV_ENDPOINT": "http://127.0.0.1:9"})
    assert down.returncode == 8 and "could not be asked" in down.stderr and "nothing new" not in down.stderr
    assert "new version v9" in run("updates", "--refresh", "-o", "cards").stdout


# Manners


def test_sixteen_processes_at_once_keep_the_gap_and_one_connection(run: Run, arxiv: ArxivHub, environ: dict) -> None:
    gap = 0.3
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", SCALED.format(gap=gap), "search", f"word{number}", "--source", "arxiv"],
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for number in range(16)
    ]
    assert [process.wait(60) for process in processes] == [0] * 16
    assert len(arxiv.at) == 16 and arxiv.most_at_once == 1
    gaps = [later - sooner for sooner, later in zip(arxiv.at, arxiv.at[1:], strict=False)]
    assert min(gaps) >= gap * 0.97, gaps


def test_waiting_is_said(run: Run) -> None:
    run("search", "one", "--source", "arxiv", gap=3.0)
    assert "waiting" in run("search", "two", "--source", "arxiv", gap=3.0).stderr.lower()


# A source of someone else's


def test_a_source_is_added_by_an_entry_point(run: Run, tmp_path, environ: dict, hub: Hub) -> None:
    (tmp_path / "toy.py").write_text(
        "from papercli.paper import Paper\n"
        "from papercli.request import Request\n"
        "from papercli.sources import Page, Source\n"
        "class Toy(Source):\n"
        "    @classmethod\n"
        "    def of(cls, environ, feed, feeds):\n"
        f"        return cls()\n"
        "    def newest(self, fresh):\n"
        f"        return Request('{hub.url}/api/daily_papers?date={THIRD}', fresh)\n"
        "    def read(self, body):\n"
        f"        return Page((Paper('2607.98001', 'A Toy', submitted='{THIRD}T00:00:00Z', upvotes=3),))\n"
    )
    info = tmp_path / "toy-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: toy\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[papercli.sources]\ntoy = toy:Toy\n")
    there = {"PYTHONPATH": str(tmp_path)}
    assert ids(run("today", "--source", "toy", "-o", "ids", env=there)) == ["2607.98001"]
    assert "2607.98001" in ids(run("today", "--source", "toy", "--source", "hf", "-o", "ids", env=there))
    (row,) = json.loads(run("list", "--source", "toy", "--json", env=there).stdout)
    assert row["sources"] == ["toy"] and row["upvotes"] == 3


def test_a_source_without_listings_says_so(run: Run, tmp_path) -> None:
    (tmp_path / "bare.py").write_text(
        "from papercli.sources import Page, Source\n"
        "class Bare(Source):\n"
        "    def read(self, body):\n"
        "        return Page(())\n"
    )
    info = tmp_path / "bare-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: bare\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[papercli.sources]\nbare = bare:Bare\n")
    there = {"PYTHONPATH": str(tmp_path)}
    done = run("today", "--source", "bare", env=there)
    assert done.returncode == 2 and "has no listings" in done.stderr
    assert run("search", "anything", "--source", "bare", env=there).returncode == 0


def test_with_one_source_there_is_no_other_asked(run: Run, arxiv: ArxivHub) -> None:
    run("today")
    run("search", "diffusion")
    assert not arxiv.requests and sample_days()
