"""What the suites of disks, processes and signals have found, each kept as an ordinary test."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conftest import Papers
from hub import Hub
from papercli import folders

PAPERS = [sys.executable, "-m", "papercli"]
posix = pytest.mark.skipif(os.name != "posix", reason="file descriptors and modes of POSIX")


def test_a_draft_that_a_killed_process_left_is_removed_a_minute_later(papers: Papers, home: Path) -> None:
    papers("today")
    lists = home / "state" / "last-lists"
    old, young, mine = lists / ".any.papers-1", lists / ".any.papers-2", lists / ".any.mine"
    for path in (old, young, mine):
        path.write_text("[")
    os.utime(old, (1, 1))
    papers("today")
    assert [path.exists() for path in (old, young, mine)] == [False, True, True]


def test_what_cannot_be_written_leaves_no_draft(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.mkdir()
    with pytest.raises(OSError):
        folders.write(str(there), b"data")  # a folder is in its place
    assert list(tmp_path.iterdir()) == [there]


@posix
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
def test_words_that_standard_error_cannot_hold_change_no_exit_code(
    papers: Papers, environ: dict[str, str], hub: Hub
) -> None:
    papers("today")
    with open("/dev/full", "wb") as full:
        for words, code in ((["star", "2607.99013"], 0), (["day", "firday"], 2)):
            assert subprocess.run([*PAPERS, *words], env=environ, stderr=full, check=False).returncode == code, words


@posix
def test_whatever_the_umask_nothing_is_open_to_others(papers: Papers, home: Path) -> None:
    papers("today", umask=0)
    papers("star", "2607.99013", umask=0)
    assert [path for path in home.rglob("*") if path.stat().st_mode & 0o077] == []


def test_the_same_search_by_many_at_once_is_asked_once(papers: Papers, environ: dict[str, str], hub: Hub) -> None:
    papers("today")
    hub.requests.clear()
    hub.delay = 0.5
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    runs = [
        subprocess.Popen([*PAPERS, *words], env=environ, stdin=subprocess.DEVNULL, **pipes)  # type: ignore[call-overload]
        for words in (["search", "agents", "-o", "ids"], ["show", "2607.99013", "-o", "ids"])
        for _ in range(4)
    ]
    ends = [(run.communicate(timeout=60)[0], run.returncode) for run in runs]
    assert {code for _, code in ends} == {0}
    assert len({out for out, _ in ends}) == 2
    assert sorted(hub.requests) == sorted(set(hub.requests))
    assert len(hub.requests) == 2


def test_those_that_wait_for_a_search_hear_how_it_failed(papers: Papers, environ: dict[str, str], hub: Hub) -> None:
    papers("today")
    hub.delay, hub.faults = 1.0, ["_403"] * 9
    began = time.monotonic()
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    words = [*PAPERS, "search", "nothing of the kind"]
    runs = [subprocess.Popen(words, env=environ, stdin=subprocess.DEVNULL, **pipes) for _ in range(5)]  # type: ignore[call-overload]
    said = {run.communicate(timeout=60)[1].splitlines()[-1] for run in runs}
    assert time.monotonic() - began < 4.5, "and do not ask in a row"
    assert len(said) == 1, said
    assert b"403" in said.pop()
