"""One asks and the others wait: how they learn how it ended."""

from __future__ import annotations

import json
import os
import threading
import time
from pathlib import Path

import pytest

from papercli.errors import Busy, NotAllowed, PapercliError, Unreachable, Unreadable
from papercli.turn import Turn, turn_for

NOON = 1_780_000_000.0


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "asking")


def turn(path: str, scope: str = "hf", patience: float = 5.0) -> Turn:
    return Turn(path, scope, lambda: None, patience)


@pytest.mark.parametrize("kind", [Unreachable, Busy, Unreadable, NotAllowed])
def test_those_that_waited_learn_how_it_failed(path: str, kind: type[PapercliError]) -> None:
    with turn(path) as first:
        first.failed(kind("nobody is there: é", hint="try again"), NOON)
    with turn(path) as second:
        failure = second.failure(NOON - 1)
        assert type(failure) is kind
        assert (str(failure), failure.hint) == ("nobody is there: é", "try again")


def test_what_failed_before_or_for_somebody_else_is_asked_again(path: str) -> None:
    with turn(path) as first:
        assert first.failure(0) is None
        first.failed(Unreachable("nobody is there"), NOON)
    with turn(path) as second:
        assert second.failure(NOON) is None and second.failure(NOON + 1) is None
    with turn(path, scope="arxiv") as other:
        assert other.failure(NOON - 1) is None


@pytest.mark.parametrize(
    "said",
    [
        b"", b"{", b"[]", b"7", b"null", b"[1, 2, 3, 4, 5]", b"[" * 5000, b"\xff\xfe", b'["bug", "x", "", 9e9, "hf"]',
        b'[[], "x", "", 9e9, "hf"]', b'["unreachable", "x", "", "later", "hf"]',
        json.dumps(["unreachable", "x" * 5000, "", 9e9, "hf"]).encode(),
    ],
    ids=range(12),
)  # fmt: skip
def test_a_note_that_another_hand_wrote_says_nothing(path: str, said: bytes) -> None:
    Path(path + ".failed").write_bytes(said)
    with turn(path) as one:
        assert one.failure(0) is None


def test_who_has_waited_out_goes_on_and_leaves_no_note(path: str) -> None:
    with turn(path) as first, turn(path, patience=0.05) as second:
        assert (first.waited_out, second.waited_out) == (False, True)
        second.failed(Unreachable("nobody is there"), NOON)
        assert not os.path.exists(path + ".failed")
    with turn(path) as third:
        assert not third.waited_out


def test_where_no_note_can_be_written_everyone_asks_for_himself(path: str) -> None:
    Path(path + ".failed").mkdir()
    with turn(path) as first:
        first.failed(Unreachable("nobody is there"), NOON)
    with turn(path) as second:
        assert second.failure(0) is None


def test_one_at_a_time_is_inside_the_turn_for_an_answer(tmp_path: Path) -> None:
    inside, most = [], []

    def go() -> None:
        with turn_for("hf /a", str(tmp_path), lambda: None, 5.0) as mine:
            assert not mine.waited_out
            inside.append(1)
            most.append(len(inside))
            time.sleep(0.02)
            inside.pop()

    threads = [threading.Thread(target=go) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 5


def test_there_are_sixteen_files_for_all_answers_and_a_failure_is_of_one(tmp_path: Path) -> None:
    for number in range(200):
        with turn_for(f"hf /{number}", str(tmp_path), lambda: None, 5.0) as one:
            assert one.failure(0) is None
            one.failed(Unreachable(f"{number}"), NOON)
            assert str(one.failure(0)) == f"{number}"
    names = {name.removesuffix(".failed") for name in os.listdir(tmp_path)}
    assert names == {f"asking-answer-{digit:x}" for digit in range(16)}
