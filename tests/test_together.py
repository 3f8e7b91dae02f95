"""Several processes of one person at once, and one that is killed in the middle of its work."""

from __future__ import annotations

import json
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from conftest import Papers
from hub import Hub

PAPERS = [sys.executable, "-m", "papercli"]
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(environ: dict[str, str], papers: Papers) -> Iterator[Start]:
    """Start the program and leave it running, with the home and hub of this test."""
    running: list[subprocess.Popen[str]] = []

    def start(*words: str) -> subprocess.Popen[str]:
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        running.append(subprocess.Popen([*PAPERS, *words], env=environ, encoding="utf-8", **pipes))
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.communicate()


def finished(processes: list[subprocess.Popen[str]]) -> list[tuple[int, str, str]]:
    """(exit code, standard output, standard error) of each, without the word that it waits for another of them: on a
    busy machine that takes over a second."""
    ends = [process.communicate(timeout=60) for process in processes]
    waits = re.compile(r"^papers: waiting for another papers .*\n", re.MULTILINE)
    return [(process.returncode, out, waits.sub("", err)) for process, (out, err) in zip(processes, ends, strict=True)]


def older(home: Path, seconds: int) -> None:
    """As if the listing had been asked for that much earlier, and the answers been cleared away."""
    with closing(sqlite3.connect(home / "data" / "library.db")) as db, db:
        db.execute("UPDATE newest SET at = at - ?", [seconds])
        db.execute("UPDATE listing SET at = at - ?", [seconds])
    shutil.rmtree(home / "cache")


def sound(home: Path) -> bool:
    with closing(sqlite3.connect(home / "data" / "library.db")) as db:
        return bool(db.execute("PRAGMA integrity_check").fetchone() == ("ok",))


def test_eight_at_once_on_an_empty_home_ask_once_and_print_the_same(start: Start, hub: Hub, home: Path) -> None:
    hub.delay = 0.3  # so that all of them meet at the door
    done = finished([start("today", "--json") for _ in range(8)])
    assert {code for code, _, _ in done} == {0}
    assert len({out for _, out, _ in done}) == 1
    assert len(json.loads(done[0][1])) == 12
    assert {err for _, _, err in done} == {""}
    assert len(hub.requests) == 1
    assert sound(home)


def test_different_questions_at_once_are_each_asked_once(start: Start, hub: Hub, home: Path) -> None:
    hub.delay = 0.1
    lines = (["today"], ["day", "2026-07-02"], ["day", "2026-07-01"], ["show", "2607.99001"])
    done = finished([start(*line, "-o", "ids") for line in lines for _ in range(3)])
    assert {(code, err) for code, _, err in done} == {(0, "")}
    assert len({out for _, out, _ in done}) == len(lines)
    listings = [request for request in hub.requests if "daily_papers" in request]
    assert len(listings) == len(set(listings)) >= 3, listings
    assert sound(home)


def test_eight_at_once_with_the_hub_gone_all_answer_from_what_is_kept(
    start: Start, papers: Papers, hub: Hub, home: Path
) -> None:
    wanted = papers("today").stdout
    older(home, 7_500)
    hub.stop()
    began = time.monotonic()
    done = finished([start("today", "--refresh") for _ in range(4)] + [start("today") for _ in range(4)])
    assert time.monotonic() - began < 8
    for code, out, err in done:
        assert (code, out) == (0, wanted)
        assert [line for line in err.splitlines() if "2 h ago" in line], err
    assert sound(home)


def test_eight_at_once_with_a_silent_hub_do_not_wait_in_a_row(
    start: Start, papers: Papers, hub: Hub, home: Path
) -> None:
    """Where a kept answer exists: five seconds in all, and not five for each one in the queue."""
    wanted = papers("today").stdout
    older(home, 7_500)
    hub.delay = 60.0
    began = time.monotonic()
    done = finished([start("today") for _ in range(8)])
    assert time.monotonic() - began < 10
    assert {(code, out) for code, out, _ in done} == {(0, wanted)}


def test_one_that_is_killed_leaves_nothing_in_the_way(start: Start, papers: Papers, hub: Hub, home: Path) -> None:
    hub.delay = 30.0
    victim = start("today")
    while not hub.requests:
        time.sleep(0.005)
    victim.kill()
    assert victim.wait(10) == -signal.SIGKILL
    hub.delay = 0.0
    began = time.monotonic()
    done = papers("today", "-o", "ids")
    assert time.monotonic() - began < 5, "its lock died with it"
    assert (done.returncode, done.stdout.count("\n"), done.stderr) == (0, 12, "")
    assert sound(home)


def test_killed_at_any_moment_the_listing_is_whole_or_not_there(
    start: Start, papers: Papers, hub: Hub, home: Path
) -> None:
    older_row = hub.days["2026-07-01"][:1]
    row = hub.days["2026-07-03"][0]
    many = [{**row, "paper": {**row["paper"], "id": f"2607.{n}"}} for n in range(98000, 98090)]
    hub.days = {"2026-07-01": older_row, "2026-07-03": many}
    began = time.monotonic()
    assert len(papers("today", "-o", "ids").stdout.split()) == 90
    whole = time.monotonic() - began
    for step in range(0, 12, 2):
        victim = start("today", "--refresh", "--json")
        time.sleep(whole * (0.3 + step / 15))
        victim.kill()
        victim.wait(10)
        kept = papers("--offline", "today", "-o", "ids")
        assert (kept.returncode, len(kept.stdout.split()), kept.stderr) == (0, 90, ""), step
    assert sound(home)
    done = papers("today", "--refresh", "-o", "ids")
    assert (done.returncode, len(done.stdout.split()), done.stderr) == (0, 90, "")
