"""Pipes that close, disks that are full, keys that interrupt, and encodings that cannot hold a title."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conftest import Papers
from hub import Hub

PAPERS = [sys.executable, "-m", "papercli"]
posix = pytest.mark.skipif(os.name != "posix", reason="signals and file descriptors of POSIX")

Shell = Callable[..., "subprocess.CompletedProcess[str]"]
Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def shell(environ: dict[str, str], papers: Papers) -> Shell:
    """A line of shell with `$papers` in it, run with the home and hub of this test."""

    def run(line: str, **env: str) -> subprocess.CompletedProcess[str]:
        line = line.replace("$papers", " ".join(f"'{word}'" for word in PAPERS))
        settings = {**environ, **env}
        return subprocess.run(["sh", "-c", line], env=settings, capture_output=True, encoding="utf-8", timeout=60)

    return run


@pytest.fixture
def started(environ: dict[str, str], papers: Papers) -> Iterator[Start]:
    """Start the program and leave it running."""
    running: list[subprocess.Popen[bytes]] = []

    def start(*words: str) -> subprocess.Popen[bytes]:
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        running.append(subprocess.Popen([*PAPERS, *words], env=environ, **pipes))
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.communicate()


def unharmed(home: Path) -> bool:
    """Whether the library is a sound database, and holds nothing that was meant for the screen."""
    library = home / "data" / "library.db"
    if not library.exists():
        return True
    with sqlite3.connect(library) as db:
        sound = db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()
    return sound and library.read_bytes()[:16] == b"SQLite format 3\0"


def many(hub: Hub) -> None:
    """Make the newest day longer than the buffer of any pipe."""
    row = hub.days["2026-07-03"][0]
    hub.days = {"2026-07-03": [{**row, "paper": {**row["paper"], "id": f"2607.{n}"}} for n in range(98000, 98400)]}


@posix
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
def test_a_full_disk_is_74_and_one_line(shell: Shell, home: Path) -> None:
    lines = ("today", "today --json", "today -o cards", "today -o ids", "show 2607.99013", "--help", "today -h", "-V")
    done = {line: shell(f"$papers {line} >/dev/full") for line in lines}
    assert {line: each.returncode for line, each in done.items()} == dict.fromkeys(lines, 74)
    for line in set(lines) - {"today --json"}:
        assert re.fullmatch(r"papers: [^\n]*no space left[^\n]*\n", done[line].stderr), line
    assert json.loads(done["today --json"].stderr)["error"]["code"] == 74
    assert shell("$papers today -o ids").stdout.count("\n") == 12, "the listing was kept all the same"
    assert unharmed(home)


@posix
def test_a_closed_stream_is_never_written_into_a_file(shell: Shell, home: Path) -> None:
    for _ in ("on an empty home", "with a library there"):
        done = shell("$papers today >&-")
        assert (done.returncode, done.stderr) == (74, "papers: standard output is closed\n")
        assert shell("$papers today >&- 2>&-").returncode == 74
        assert shell("$papers today >&- 2>&- <&-").returncode == 74
        done = shell("$papers today -o ids 2>&-")
        assert (done.returncode, done.stdout.count("\n")) == (0, 12)
        assert unharmed(home)
    assert shell("$papers --refresh -v today -o ids 2>&- <&-").stdout.count("\n") == 12
    assert shell("$papers day nonsense 2>&-").returncode == 2
    assert shell("$papers today --refresh 2>&-", HF_ENDPOINT="http://127.0.0.1:9").returncode == 0
    assert shell("$papers today -o ids <&-").stdout.count("\n") == 12
    for line in ("show - <&-", "show <&-"):
        done = shell(f"$papers {line}")
        assert (done.returncode, done.stdout, done.stderr.count("Traceback")) == (2, "", 0)
    full = shell("$papers today -o ids 2>/dev/full")
    assert (full.returncode, full.stdout.count("\n")) == (0, 12)
    assert unharmed(home)


@posix
def test_a_reader_that_leaves_early_is_141_without_a_word(hub: Hub, started: Start) -> None:
    many(hub)
    for form in ("tsv", "json", "cards", "jsonl"):
        process = started("today", "-o", form)
        assert process.stdout
        assert process.stdout.readline()
        process.stdout.close()
        assert (process.wait(20), process.stderr and process.stderr.read()) == (141, b""), f"{form} | head -1"
    gone = started("today", "-n", "1")
    assert gone.stdout
    gone.stdout.close()
    assert (gone.wait(20), gone.stderr and gone.stderr.read()) == (141, b""), "| true, with less than a buffer to say"


@posix
def test_head_of_a_short_listing_is_content(shell: Shell) -> None:
    done = shell("$papers today | head -1; $papers today --json | head -c 5 >/dev/null")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("2607.99013\t")


@posix
@pytest.mark.parametrize(("signalled", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM)])
def test_an_interrupt_ends_the_wait_for_a_server_at_once(
    hub: Hub, home: Path, started: Start, papers: Papers, signalled: int, code: int
) -> None:
    hub.delay = 30.0
    asking = started("today")
    wait_for(lambda: bool(hub.requests))
    waiting = started("today", "--json")
    said = waiting.stderr.readline() if waiting.stderr else b""
    assert b"waiting for another papers" in said
    for process in (waiting, asking):
        began = time.monotonic()
        process.send_signal(signalled)
        out, err = process.communicate(timeout=10)
        assert time.monotonic() - began < 1
        assert (process.returncode, out, err) == (code, b"", b"")
    hub.delay = 0.0
    assert papers("today", "-o", "ids").stdout.count("\n") == 12
    assert unharmed(home)


@posix
def test_an_interrupt_ends_the_wait_for_another_try(hub: Hub, started: Start) -> None:
    hub.faults = ["_429"] * 9
    process = started("today")
    wait_for(lambda: bool(hub.requests))
    time.sleep(0.2)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=10)
    assert time.monotonic() - began < 1
    assert (process.returncode, out, b"Traceback" in err) == (130, b"", False)


def wait_for(happened: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.005)


ENCODINGS = [
    {"LANG": "C", "LC_ALL": "C"},
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    {"PYTHONIOENCODING": "ascii"},
    {"PYTHONIOENCODING": "latin-1"},
    {"PYTHONIOENCODING": "utf-16"},
    {"PYTHONIOENCODING": "utf-8:strict"},
    {"PYTHONIOENCODING": "cp1252"},
]


def test_no_encoding_makes_it_fail_and_data_are_always_utf8(environ: dict[str, str], odd_hub: Hub) -> None:
    environ["HF_ENDPOINT"] = odd_hub.url

    def run(*words: str, **env: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [*PAPERS, *words], env={**environ, **env}, stdin=subprocess.DEVNULL, capture_output=True, timeout=60
        )

    wanted = {form: run("today", "-o", form).stdout for form in ("json", "tsv", "cards")}
    titles = [row["title"] for row in json.loads(wanted["json"])]
    assert any("架空の論文" in title for title in titles)
    for encoding in ENCODINGS:
        for form in ("json", "tsv", "cards"):
            done = run("today", "-o", form, **encoding)
            assert done.returncode == 0, encoding
            assert done.stdout.decode("utf-8"), encoding
            assert b"Traceback" not in done.stderr
            assert b"5 rows" in done.stderr.replace(b"\0", b"")
            assert form == "cards" or done.stdout == wanted[form], encoding
    for encoding in ENCODINGS[:4]:
        done = run("day", "架空", **encoding)
        assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (2, b"", 2), encoding
        assert done.stderr.startswith(b"papers: ")


def test_no_number_of_columns_makes_it_fail(papers: Papers, hub: Hub) -> None:
    usual = papers("today", "-o", "cards", env={"COLUMNS": "80"}).stdout
    for columns in ("0", "", "garbage", "-5", "8e1", "٨٠"):
        assert papers("today", "-o", "cards", env={"COLUMNS": columns, "LINES": columns}).stdout == usual, columns
    for columns, widest in (("1", 20), ("40", 40), ("99999", 500), ("9" * 5_000, 500)):
        done = papers("today", "-o", "cards", env={"COLUMNS": columns})
        assert (done.returncode, done.stderr) == (0, ""), columns
        assert "Notebooks," in done.stdout
        assert columns == "1" or max(map(len, done.stdout.splitlines())) <= widest, columns
