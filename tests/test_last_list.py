"""The last list printed: which paper `papers show 3` means, on a terminal, in a pipe, and when the file is spoilt."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from papercli.errors import BadRequest
from papercli.last_list import LastList

pty = pytest.importorskip("pty", reason="terminals are POSIX's")
PAPERS = [f"2607.99{number:03}" for number in range(1, 13)]

SCRIPT = """
import os, sys
from papercli.last_list import LastList
from papercli.errors import BadRequest
last = LastList(sys.argv[1])
for word in sys.argv[2:]:
    if word in ("shown", "piped"):
        last.keep([{"shown": "2607.99001", "piped": "2607.99002"}[word]], shown=word == "shown")
    else:
        try:
            print(last.row(int(word)))
        except BadRequest as error:
            print(error)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def terminal() -> Iterator[int]:
    """The descriptor of a terminal."""
    ours, theirs = pty.openpty()
    yield theirs
    os.close(ours)
    os.close(theirs)


def run(folder: Path, *words: str, terminal: int | None = None) -> str:
    """What a process prints that keeps lists and asks for rows; its standard input is `terminal`."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(folder), *words],
        stdin=subprocess.DEVNULL if terminal is None else terminal,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stderr == ""
    return done.stdout.strip()


def test_without_a_terminal_the_last_list_of_any_kind_counts(folder: Path) -> None:
    assert run(folder, "1") == "no list was printed here yet"
    run(folder, "shown")
    run(folder, "piped")
    assert run(folder, "1") == "2607.99002"


def test_a_list_in_a_pipe_does_not_renumber_a_terminal(folder: Path, terminal: int) -> None:
    run(folder, "shown", terminal=terminal)
    run(folder, "piped", terminal=terminal)
    assert run(folder, "1", terminal=terminal) == "2607.99001"
    assert run(folder, "1") == "2607.99002"


def test_each_terminal_has_its_own_list(folder: Path, terminal: int) -> None:
    ours, other = pty.openpty()
    run(folder, "shown", terminal=terminal)
    assert run(folder, "1", terminal=other) == "no list was printed here yet"
    assert run(folder, "1", terminal=terminal) == "2607.99001"
    os.close(ours)
    os.close(other)


def test_a_row_is_counted_from_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("papercli.last_list.terminal", lambda: "")
    last = LastList(str(folder))
    last.keep([*PAPERS, "hep-th/9907999"], shown=False)
    assert [last.row(number) for number in (1, 12, 13)] == ["2607.99001", "2607.99012", "hep-th/9907999"]
    for number in (0, 14, 9_999, -1):
        with pytest.raises(BadRequest, match="the last list has 13 rows"):
            last.row(number)


def test_an_empty_list_numbers_nothing_and_replaces_none(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("papercli.last_list.terminal", lambda: "")
    last = LastList(str(folder))
    last.keep([], shown=True)
    assert not folder.exists()
    last.keep(PAPERS, shown=False)
    last.keep([], shown=False)
    assert last.row(12) == "2607.99012"


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff", b"null", b"7", b'"2607.99001"', b'{"a": 1}', b"[null]", b'["../../etc/passwd"]', b"[[]]",
     b"[" * 100_000, b'["2607.99001"' + b" " * (1 << 21) + b"]"],
    ids=range(12),
)  # fmt: skip
def test_a_spoilt_file_is_no_list(folder: Path, monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr("papercli.last_list.terminal", lambda: "")
    last = LastList(str(folder))
    last.keep(PAPERS, shown=False)
    (kept,) = folder.rglob("any")
    assert json.loads(kept.read_bytes()) == PAPERS
    kept.write_bytes(content)
    with pytest.raises(BadRequest, match="no list was printed here yet"):
        last.row(1)
    last.keep(PAPERS, shown=False)
    assert last.row(3) == "2607.99003"


def test_a_folder_that_cannot_be_written_is_no_reason_to_fail(tmp_path: Path) -> None:
    (tmp_path / "state").touch()
    last = LastList(str(tmp_path / "state"))
    last.keep(PAPERS, shown=True)
    with pytest.raises(BadRequest, match="no list was printed here yet"):
        last.row(1)


def test_the_list_is_for_its_owner_alone_and_leaves_no_drafts(folder: Path) -> None:
    last = LastList(str(folder))
    last.keep(PAPERS, shown=False)
    last.keep(PAPERS[:3], shown=False)
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert [path.name for path in files] == ["any"]
    assert files[0].stat().st_mode & 0o777 == 0o600
    assert files[0].parent.stat().st_mode & 0o777 == 0o700


def test_a_longer_list_than_the_file_may_be_read_still_counts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("papercli.last_list.terminal", lambda: "")
    last = LastList(str(folder))
    many = [f"2607.{number:05}" for number in range(99_999)]
    last.keep(many, shown=False)
    assert last.row(9_999) == "2607.09998"
