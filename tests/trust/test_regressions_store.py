"""What the suites of disks, processes and signals have found, each kept as an ordinary test."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from conftest import Papers
from hub import Hub
from papercli.library import Library
from papercli.library.schema import migrate
from papercli.numbers import numbered
from papercli.system import folders

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


def hand(home: Path, sql: str) -> None:
    """Another hand in the library."""
    with closing(sqlite3.connect(home / "data" / "library.db")) as db, db:
        db.executescript(sql)


@pytest.mark.parametrize(
    "planted", ["TRIGGER t AFTER INSERT ON mark BEGIN DELETE FROM note; END", "VIEW v AS SELECT 1"]
)
def test_a_library_with_something_planted_is_not_used(papers: Papers, home: Path, planted: str) -> None:
    papers("today")
    hand(home, f"CREATE {planted}")
    read = papers("today", "-o", "ids")
    assert (read.returncode, read.stdout.count("\n")) == (0, 12)
    assert f"it holds a {planted.split()[0].lower()}, which no papercli makes" in read.stderr
    assert papers("star", "2607.99013").returncode == 7


@pytest.mark.parametrize("spoilt", ["paper SET title = 'A wrong title' WHERE id", "listed SET upvotes = 9 WHERE paper"])
def test_a_row_that_is_not_as_it_was_written_is_left_out_and_asked_for_again(
    papers: Papers, home: Path, spoilt: str
) -> None:
    whole = papers("today").stdout
    hand(home, f"UPDATE {spoilt} = {numbered('2607.99013') if 'paper' in spoilt[-5:] else repr('2607.99013')}")
    left = papers("today")
    assert left.stdout == "".join(line for line in whole.splitlines(keepends=True) if "2607.99013" not in line)
    assert "1 paper is damaged in the library and left out; papers doctor --fix" in left.stderr
    assert "1 rows of them damaged" in papers("library", "check").stdout
    assert "--fix" in papers("doctor", "--offline").stdout
    assert papers("--offline", "doctor", "--fix").returncode == 0
    again = papers("today")
    assert (again.stdout, again.stderr) == (whole, ""), "the listing was not whole any more, so it was asked for"
    assert papers("library", "check").returncode == 0


def test_a_damaged_paper_is_asked_for_when_it_is_wanted_by_its_id(papers: Papers, home: Path) -> None:
    papers("today")
    hand(home, "UPDATE paper SET abstract = 'wrong' WHERE id = '2607.99013'")
    shown = papers("show", "2607.99013", "-o", "jsonl")
    assert shown.returncode == 0
    assert '"abstract": "wrong"' not in shown.stdout
    assert "Long-Horizon" in shown.stdout


def test_what_can_be_read_of_a_damaged_library_is_exported(papers: Papers, home: Path, tmp_path: Path) -> None:
    lines = ['{"papercli":"library","version":1}']
    lines += [f'{{"id":"2401.{number:05}","starred":"2026-07-01T10:00:00Z"}}' for number in range(3_000)]
    papers("library", "import", "-", input="\n".join(lines) + "\n")
    path, saved = home / "data" / "library.db", tmp_path / "saved.jsonl"
    with closing(sqlite3.connect(path)) as db:
        first, size = (db.execute(sql).fetchone()[0] for sql in (
            "SELECT rootpage FROM sqlite_schema WHERE name = 'mark'", "PRAGMA page_size"))  # fmt: skip
    data = bytearray(path.read_bytes())
    leaf = int.from_bytes(data[(first - 1) * size + 12 : (first - 1) * size + 14], "big") + (first - 1) * size
    child = int.from_bytes(data[leaf : leaf + 4], "big") - 1
    data[child * size : child * size + 100] = b"\xff" * 100
    path.write_bytes(data)
    saved.write_text("a good export")
    refused = papers("library", "export", str(saved))
    assert (refused.returncode, saved.read_text()) == (7, "a good export")
    assert "is not replaced" in refused.stderr
    done = papers("library", "export", str(tmp_path / "new.jsonl"))
    assert (done.returncode, "is damaged" in done.stderr) == (8, True)
    kept = (tmp_path / "new.jsonl").read_text().splitlines()
    assert set(kept) <= set(lines)
    assert len(kept) > 2_500


def test_tables_that_another_process_made_meanwhile_are_known_also_while_a_third_one_writes(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    with closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as late:
        late.execute("PRAGMA synchronous = EXTRA")  # looks at the file, which is empty
        Library(str(path)).close()
        migrate(late)
        with closing(sqlite3.connect(path, isolation_level=None)) as writing:
            writing.execute("BEGIN EXCLUSIVE")
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                late.execute("SELECT * FROM newest")
        assert late.execute("SELECT * FROM newest").fetchall() == []
