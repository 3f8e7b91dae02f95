"""Nothing waits for ever: not for a stopped process, a locked library, or a server that is silent to many at once."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conftest import Papers
from hand import resummed
from hub import Hub

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


def begun(environ: dict[str, str], *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "papercli", *words]
    return subprocess.Popen(command, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)


def test_ctrl_c_ends_many_requests_at_once(papers: Papers, environ: dict[str, str], hub: Hub) -> None:
    hub.delay = 20.0
    process = begun(environ, "show", *(f"2607.9900{number}" for number in range(1, 8)))
    while len(hub.requests) < 4:
        time.sleep(0.02)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 130
    assert time.monotonic() - began < 2
    process.communicate()


def test_a_stopped_process_holds_nobody_up_for_long(papers: Papers, environ: dict[str, str], hub: Hub) -> None:
    before = papers("today", "-o", "ids").stdout
    with sqlite3.connect(Path(environ["PAPERCLI_HOME"]) / "data" / "library.db") as db:
        db.execute("UPDATE listing SET at = at - 5000")
        db.execute("UPDATE newest SET at = at - 5000")
    db.close()
    hub.delay = 20.0
    stopped = begun(environ, "today", "--refresh")
    while len(hub.requests) < 2:
        time.sleep(0.02)
    stopped.send_signal(signal.SIGSTOP)
    try:
        began = time.monotonic()
        done = papers("today", "-o", "ids")
        assert (done.returncode, done.stdout) == (0, before)
        assert "another papers is still asking for it" in done.stderr
        assert time.monotonic() - began < 9
    finally:
        stopped.kill()
        stopped.communicate()


def test_a_failure_at_one_address_is_not_that_of_another(papers: Papers, environ: dict[str, str], hub: Hub) -> None:
    first = begun({**environ, "HF_ENDPOINT": "http://127.0.0.1:9"}, "today")
    assert papers("today", "-o", "ids").returncode == 0
    assert first.wait(20) in (0, 6)
    first.communicate()


def test_a_locked_library_is_done_without_after_a_while_and_ctrl_c_is_heard(
    papers: Papers, environ: dict[str, str], hub: Hub
) -> None:
    papers("today")
    with sqlite3.connect(Path(environ["PAPERCLI_HOME"]) / "data" / "library.db", isolation_level=None) as db:
        db.execute("BEGIN EXCLUSIVE")
        waiting = begun(environ, "today", "-o", "ids")
        time.sleep(1.5)
        waiting.send_signal(signal.SIGINT)
        began = time.monotonic()
        assert waiting.wait(10) == 130
        assert time.monotonic() - began < 1
        waiting.communicate()
        began = time.monotonic()
        done = papers("today", "-o", "ids")
        assert (done.returncode, done.stdout.count("\n")) == (0, 12)
        assert "database is locked" in done.stderr
        assert time.monotonic() - began < 15
        db.execute("ROLLBACK")
    db.close()


def test_numbers_from_a_library_of_another_hand_are_numbers(papers: Papers, environ: dict[str, str], hub: Hub) -> None:
    papers("today")
    with sqlite3.connect(Path(environ["PAPERCLI_HOME"]) / "data" / "library.db") as db:
        db.execute("UPDATE listed SET upvotes = char(27) || ']0;pwned' || char(7), comments = char(27) || '[31m'")
    db.close()
    resummed(Path(environ["PAPERCLI_HOME"]) / "data" / "library.db")
    for words in (("today", "-o", "cards"), ("today",), ("today", "--json"), ("show", "2607.99013", "-o", "cards")):
        done = papers(*words, "--offline")
        assert done.returncode == 0, done.stderr
        assert "\x1b" not in done.stdout and "pwned" not in done.stdout


def test_folders_of_ours_are_for_their_owner_alone(papers: Papers, environ: dict[str, str], hub: Hub) -> None:
    before = os.umask(0o022)
    try:
        papers("today")
    finally:
        os.umask(before)
    home = Path(environ["PAPERCLI_HOME"])
    assert {
        folder.name: folder.stat().st_mode & 0o077 for folder in home.rglob("*") if folder.is_dir()
    } == dict.fromkeys(("data", "cache", "state", "last-lists"), 0)
