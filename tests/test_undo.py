"""Every change of the reader's own marks can be taken back, in the order in which they were made, by any process."""

from __future__ import annotations

import json
import random
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from conftest import Papers
from papercli.library import Library

ID, OTHER = "2607.99013", "2607.99014"
INSTANT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"


@pytest.fixture
def known(papers: Papers) -> Papers:
    """The program, when it knows today's papers."""
    assert papers("today").returncode == 0
    return papers


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = Library(str(tmp_path / "library.db"))
    yield made
    made.close()


def export(papers: Papers) -> str:
    run = papers("library", "export")
    assert run.returncode == 0, run.stderr
    return run.stdout


def said(papers: Papers, *words: str) -> str:
    run = papers(*words)
    assert (run.returncode, run.stdout) == (0, ""), run.stderr
    return run.stderr


CHANGES = [
    (["star", ID], "starred"),
    (["later", ID, OTHER], "for later"),
    (["hide", ID], "hidden"),
    (["mark", ID, "--read"], "read"),
    (["unstar", ID], "unstarred"),
    (["tag", ID, "--add", "thesis", "--add", "Ü x"], "tagged thesis, tagged Ü x"),
    (["note", ID, "-m", "first"], "note"),
    (["note", ID, "-m", "second\nand third"], "note"),
    (["tag", ID, "--remove", "THESIS", "--add", "y"], "untagged thesis, tagged y"),
    (["note", ID, "-m", ""], "note removed"),
    (["unhide", ID], "no longer hidden"),
    (["unlater", OTHER], "no longer for later"),
    (["mark", ID, "--unread"], "unread"),
]


def test_every_change_is_taken_back_one_by_one(known: Papers) -> None:
    states = [export(known)]
    for words, _ in CHANGES:
        said(known, *words)
        states.append(export(known))
    assert len(set(states)) > len(CHANGES) - 1
    states.pop()
    for words, what in reversed(CHANGES):
        told = said(known, "undo")
        assert f"took back: {what} " in told
        named = [word for word in words if word in (ID, OTHER)]
        assert ("2 papers" if len(named) == 2 else f"{what} {named[0]} ") in told
        assert export(known) == states.pop(), words
    assert "nothing to take back" in said(known, "undo")
    assert export(known) == '{"papercli":"library","version":1}\n'


def test_a_change_after_an_undo_is_the_next_to_be_taken_back(known: Papers) -> None:
    said(known, "star", ID)
    said(known, "later", ID)
    said(known, "undo")
    said(known, "hide", OTHER)
    assert "hidden" in said(known, "undo")
    assert "starred" in said(known, "undo")
    assert "nothing" in said(known, "undo")


def test_the_list_tells_the_last_changes_newest_first(known: Papers) -> None:
    said(known, "star", ID, OTHER)
    said(known, "tag", ID, "--add", "a\tb")
    said(known, "later", ID)
    said(known, "undo")
    run = known("undo", "--list")
    assert run.returncode == 0
    rows = [line.split("\t") for line in run.stdout.splitlines()]
    assert [(number, what, ids) for number, _, what, ids in rows] == [
        ("3", "for later (taken back)", ID),
        ("2", "tagged a b", ID),
        ("1", "starred", f"{ID} {OTHER}"),
    ]
    assert all(re.fullmatch(INSTANT, when) for _, when, _, _ in rows)
    assert known("undo", "--list").stdout == run.stdout, "looking changes nothing"


def test_an_empty_list_is_empty(papers: Papers) -> None:
    run = papers("undo", "--list")
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_seeing_is_not_undone(library: Library) -> None:
    library.saw([ID], 5)
    library.marks.change([ID], {"starred": 6}, by="cli", clock=1, machine="here")
    library.saw([ID, OTHER], 7)
    library.marks.undo(clock=2)
    assert library.marks.own().papers == {ID: {"seen": 5}, OTHER: {"seen": 7}}


def test_undoing_has_a_time_of_its_own_in_the_log(library: Library) -> None:
    """So that other machines can be told of it."""
    for clock in (10, 10, 3):
        library.marks.change([f"2607.9900{clock % 7}"], {"starred": 5}, by="cli", clock=clock, machine="here")
        library.marks.undo(clock=clock)
    rows = library._db.execute("SELECT clock, undone FROM undo ORDER BY number").fetchall()
    times = [time for row in rows for time in row]
    assert times == sorted(set(times))


def random_change(dice: random.Random) -> tuple[list[str], dict[str, Any]]:
    ids = dice.sample(["2607.99001", "2607.99002", "hep-th/9901001"], dice.randint(1, 3))
    changes: dict[str, Any] = {}
    for _ in range(dice.randint(1, 3)):
        name = dice.choice(["read", "starred", "later", "hidden", "tag:a", "tag:A", "tag:b", "note"])
        when = dice.randrange(1_000)
        changes[name] = dice.choice([None, f"words {when}" if name == "note" else when])
    return ids, changes


@pytest.mark.parametrize("seed", range(20))
def test_whatever_is_done_and_undone_the_marks_are_what_they_were(library: Library, seed: int) -> None:
    dice, marks = random.Random(seed), library.marks
    stack = [marks.own()]
    for clock in range(120):
        if dice.random() < 0.4:
            change = marks.undo(clock=clock)
            assert (change is None) == (len(stack) == 1)
            stack = stack[:-1] or stack if change else stack
            assert marks.own() == stack[-1]
        else:
            ids, changes = random_change(dice)
            number = marks.change(ids, changes, by="cli", clock=clock * 1_000, machine="here")
            now = marks.own()
            assert (number == 0) == (now == stack[-1])
            if number:
                assert marks.entry(number).ids == tuple(
                    id for id in ids if now.papers.get(id) != stack[-1].papers.get(id)
                )
                stack.append(now)
    while marks.undo(clock=0):
        stack.pop()
        assert marks.own() == stack[-1]
    assert len(stack) == 1
    tables = ("mark", "tag", "note")
    assert [library._db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables] == [0, 0, 0]


WRONG = [
    "[]", "7", "not json", '{"2607.99013": 7}', '{"2607.99013": {"starred": "soon"}}',
    '{"2607.99013": {"note": 7, "noted": 8}}', '{"2607.99013": {"note": "x"}}', '{"2607.99013": {"other": 7}}',
    '{"": {"looked:feed": 7}}',
]  # fmt: skip


@pytest.mark.parametrize("before", WRONG)
def test_a_log_that_another_hand_wrote_is_a_failure_and_changes_nothing(known: Papers, home: Path, before: str) -> None:
    said(known, "star", ID)
    marks = export(known)
    with closing(sqlite3.connect(home / "data" / "library.db")) as db:
        db.execute("UPDATE undo SET before = ?", [before])
        db.commit()
    run = known("undo")
    assert (run.returncode, run.stdout) == (7, ""), run.stderr
    assert "Traceback" not in run.stderr
    assert export(known) == marks
    with closing(sqlite3.connect(home / "data" / "library.db")) as db:
        db.execute("UPDATE undo SET after = ?", [before])
        db.commit()
    listed = known("undo", "--list")
    assert listed.returncode in (0, 7), listed.stderr


def test_the_log_holds_no_control_characters(known: Papers, home: Path) -> None:
    said(known, "star", ID)
    with closing(sqlite3.connect(home / "data" / "library.db")) as db:
        after = json.dumps({"2607\x1b]0;x\x07": {"tag:\x1b[31m": 5}, ID: {"starred": 5}})
        db.execute("UPDATE undo SET after = ?, by = 'a\tb\x1b'", [after])
        db.commit()
    run = known("undo", "--list")
    assert run.returncode == 0
    assert not re.search(r"[\x00-\x08\x0b-\x1f]", run.stdout)
    assert run.stdout.count("\t") == 3
