"""All that is a person's own as JSON lines: written in one way only, brought in whole or not at all, and merged so that
two machines end up alike; and whether the library is sound."""

from __future__ import annotations

import json
import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from conftest import Papers
from hand import resummed
from hub import Hub
from papercli.errors import BadRequest
from papercli.library import Library
from papercli.library.arriving import read
from papercli.library.transfer import Own, lines, seconds

ID, OTHER, OLD = "2607.99013", "2607.99014", "hep-th/9901001"
HEAD = '{"papercli":"library","version":1}\n'

FULL = (
    HEAD + '{"id":"2607.99013","seen":"2026-07-01T08:00:00Z","read":"2026-07-01T09:00:00Z",'
    '"starred":"2026-07-01T10:00:00Z","later":"2026-07-01T11:00:00Z","hidden":"2026-07-01T12:00:00Z",'
    '"tags":{"Thesis":"2026-07-02T00:00:00Z","Ü to teach":"2026-07-02T00:00:01Z"},'
    '"note":"one\\n\\n\\"two\\" – 🙂","noted":"2026-07-03T00:00:00Z"}\n'
    '{"id":"2607.99014","starred":"1969-12-31T23:59:59Z"}\n'
    '{"id":"hep-th/9901001","note":"x","noted":"2026-07-03T00:00:00Z"}\n'
    '{"looked":"feed","at":"2026-07-03T15:00:00Z","day":"2026-07-03"}\n'
    '{"looked":"kv-cache","at":"2026-07-03T15:00:00Z","day":"2026-07-02"}\n'
    '{"follow":"kv-cache","query":"\\"kv cache\\" OR quantization cat:cs.LG"}\n'
    '{"follow":"z","query":"é"}\n'
    '{"mute":"crypto","query":"blockchain OR crypto"}\n'
)


@pytest.fixture
def known(papers: Papers) -> Papers:
    """The program, when it knows today's papers."""
    assert papers("today").returncode == 0
    return papers


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "marks.jsonl"
    path.write_text(FULL, "utf-8")
    return path


def export(papers: Papers) -> str:
    run = papers("library", "export")
    assert run.returncode == 0, run.stderr
    return run.stdout


def bring(papers: Papers, text: str, code: int = 0) -> str:
    run = papers("library", "import", "-", input=text)
    assert (run.returncode, run.stdout) == (code, ""), run.stderr
    assert "Traceback" not in run.stderr
    return run.stderr


def asked(home: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(home / "data" / "library.db")) as db:
        rows = db.execute(sql, values).fetchall()
        db.commit()
    return rows


# Out and in


def test_an_empty_home_exports_a_head_and_nothing_else(papers: Papers) -> None:
    assert export(papers) == HEAD


def test_what_is_exported_is_what_was_imported_byte_for_byte(papers: Papers, file: Path) -> None:
    run = papers("library", "import", str(file))
    assert (run.returncode, run.stdout) == (0, ""), run.stderr
    assert "3 papers, 2 looks, 3 topics" in run.stderr
    assert export(papers) == FULL
    out = file.with_name("out.jsonl")
    run = papers("library", "export", str(out))
    assert (run.returncode, run.stdout) == (0, "")
    assert out.read_text("utf-8") == FULL


def test_what_a_person_did_goes_to_another_home_and_back(known: Papers, home: Path, tmp_path: Path) -> None:
    known("star", ID, OTHER)
    known("tag", ID, "--add", "b", "--add", "A")
    known("note", OTHER, "-m", "one\n\ttwo")
    known("mark", ID, "--read")
    known("unstar", OTHER)
    known("follow", "add", "kv-cache", '"kv cache"')
    text = export(known)
    rows = [json.loads(line) for line in text.splitlines()]
    assert [list(row) for row in rows] == [
        ["papercli", "version"], ["id", "read", "starred", "tags"], ["id", "note", "noted"], ["follow", "query"],
    ]  # fmt: skip
    there = {"PAPERCLI_HOME": str(tmp_path / "there")}
    assert known("library", "import", "-", input=text, env=there).returncode == 0
    assert known("library", "export", env=there).stdout == text
    (row,) = [json.loads(known("show", ID, "--json", env=there).stdout)]
    assert (row["starred"], row["read"], row["tags"]) == (True, True, ["A", "b"])


def test_marks_that_were_all_taken_away_leave_no_line(known: Papers) -> None:
    known("star", ID)
    known("unstar", ID)
    assert export(known) == HEAD


def test_importing_twice_changes_nothing(papers: Papers, home: Path) -> None:
    bring(papers, FULL)
    assert "already" in bring(papers, FULL)
    assert asked(home, "SELECT count(*), min(by) FROM undo") == [(1, "import")]
    assert export(papers) == FULL


def test_an_import_is_taken_back_as_a_whole_but_for_topics(known: Papers) -> None:
    known("star", ID)
    known("note", ID, "-m", "mine, and newer than theirs")
    before = export(known)
    bring(known, FULL)
    assert "import" in known("undo", "--list").stdout.splitlines()[0]
    assert known("undo").returncode == 0
    after = export(known)
    assert after.startswith(before)
    assert all("query" in json.loads(line) for line in after[len(before) :].splitlines())


def test_a_file_is_replaced_at_once_through_its_link_and_keeps_its_mode(papers: Papers, file: Path) -> None:
    bring(papers, FULL)
    link = file.with_name("link.jsonl")
    link.symlink_to(file)
    file.write_text("old")
    file.chmod(0o640)
    assert papers("library", "export", str(link)).returncode == 0
    assert link.is_symlink()
    assert (file.read_text("utf-8"), file.stat().st_mode & 0o777) == (FULL, 0o640)
    assert sorted(path.name for path in file.parent.iterdir() if path.is_file()) == ["link.jsonl", "marks.jsonl"]
    run = papers("library", "export", str(file.parent / "no" / "such"))
    assert (run.returncode, run.stdout) == (74, "")
    assert papers("library", "import", str(file.parent / "none")).returncode == 2
    assert papers("library", "import").returncode == 2
    assert papers("library", "check", "x").returncode == 2


# What cannot be read

WRONG = {
    "nothing": ("", 0),
    "no head": ('{"id":"2607.99013","starred":"2026-07-01T10:00:00Z"}\n', 1),
    "another head": ('{"papercli":"other","version":1}\n', 1),
    "a newer version": ('{"papercli":"library","version":2}\n', 1),
    "no JSON": (FULL + "starred\n", 10),
    "an empty line": (HEAD + "\n" + FULL.partition("\n")[2], 2),
    "a conflict of git's": (HEAD + "<<<<<<< HEAD\n" + FULL.partition("\n")[2], 2),
    "an array": (HEAD + '["id"]\n', 2),
    "cut short": (FULL[:-5], 9),
    "not UTF-8": (FULL + '{"id":"\udcff"}', 10),
    "deep": (HEAD + "[" * 200_000 + "\n", 2),
    "no id": (HEAD + '{"id":"paper","starred":"2026-07-01T10:00:00Z"}\n', 2),
    "an id that is none": (HEAD + '{"id":7}\n', 2),
    "a time without a zone": (HEAD + '{"id":"2607.99013","starred":"2026-07-01T10:00:00"}\n', 2),
    "a time that is a number": (HEAD + '{"id":"2607.99013","starred":1785000000}\n', 2),
    "a mark that is null": (HEAD + '{"id":"2607.99013","starred":null}\n', 2),
    "a mark that is not known": (HEAD + '{"id":"2607.99013","loved":"2026-07-01T10:00:00Z"}\n', 2),
    "a tag without a name": (HEAD + '{"id":"2607.99013","tags":{"":"2026-07-01T10:00:00Z"}}\n', 2),
    "a long tag": (HEAD + '{"id":"2607.99013","tags":{"%s":"2026-07-01T10:00:00Z"}}\n' % ("x" * 65), 2),
    "tags in an array": (HEAD + '{"id":"2607.99013","tags":["x"]}\n', 2),
    "a note without a time": (HEAD + '{"id":"2607.99013","note":"x"}\n', 2),
    "an empty note": (HEAD + '{"id":"2607.99013","note":" ","noted":"2026-07-01T10:00:00Z"}\n', 2),
    "a paper twice": (HEAD + '{"id":"2607.99013"}\n{"id":"2607.99013v2"}\n', 3),
    "a look without a day": (HEAD + '{"looked":"feed","at":"2026-07-01T10:00:00Z"}\n', 2),
    "a look on no day": (HEAD + '{"looked":"feed","at":"2026-07-01T10:00:00Z","day":"July"}\n', 2),
    "a topic that cannot be called so": (HEAD + '{"follow":"a b","query":"x"}\n', 2),
    "a topic without a query": (HEAD + '{"mute":"x","query":7}\n', 2),
    "a topic with more": (HEAD + '{"mute":"x","query":"y","id":"2607.99013"}\n', 2),
    "something else": (HEAD + '{"what":"x"}\n', 2),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_line_that_cannot_be_read_is_named_and_nothing_is_changed(papers: Papers, home: Path, what: str) -> None:
    text, number = WRONG[what]
    papers("star", "--offline", ID)
    before = export(papers)
    head, _, rest = text.partition("\n")
    if number > 1:  # what stands before it is good, and not brought in either
        text, number = f'{head}\n{{"id":"{OTHER}","starred":"2026-07-01T10:00:00Z"}}\n{rest}', number + 1
    if what == "no JSON" or "cut" in what or "UTF" in what or "empty line" in what or "conflict" in what:
        text, number = WRONG[what]
    data = text.encode("utf-8", "surrogateescape")
    (home / "given").write_bytes(data)
    run = papers("library", "import", str(home / "given"))
    assert (run.returncode, run.stdout) == (2, ""), run.stderr
    assert f"line {number}:" in run.stderr or not number
    assert run.stderr.startswith(f"papers: {home / 'given'}")
    assert export(papers) == before
    assert not (home / "config" / "topics.toml").exists()


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_given_it_is_read_or_refused(seed: int) -> None:
    dice, whole = random.Random(seed), FULL.encode()
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(dice.choice((1, 1, 3, 20))):
            place = dice.randrange(len(data))
            if dice.random() < 0.5:
                data[place] = dice.randrange(256)
            else:
                data[place : place + dice.randrange(9)] = dice.choice(
                    [b"", b"null", b"{}", b'"', b"\n", b"1e999", b"\\u0000"]
                )
        try:
            own = read(BytesIO(bytes(data)), "it", str.isalnum)
        except BadRequest:
            continue
        assert read(BytesIO("".join(lines(own)).encode()), "it", str.isalnum) == own


def test_lines_of_windows_and_a_byte_order_mark_are_read(papers: Papers) -> None:
    bring(papers, "\ufeff" + FULL.replace("\n", "\r\n"))
    assert export(papers) == FULL


def test_a_broken_topics_file_stops_all_of_it(known: Papers, home: Path) -> None:
    topics = home / "config" / "topics.toml"
    topics.parent.mkdir(parents=True, exist_ok=True)
    topics.write_text("[follow\n")
    run = known("library", "import", "-", input=FULL)
    assert (run.returncode, str(topics) in run.stderr) == (2, True), run.stderr
    assert topics.read_text() == "[follow\n"
    assert known("library", "export").returncode == 2
    topics.unlink()
    assert export(known) == HEAD


@pytest.mark.skipif(os.name != "posix", reason="limits are POSIX's")
def test_topics_are_taken_back_when_the_marks_cannot_be_kept(known: Papers, home: Path) -> None:
    """No file may grow beyond what the library has now: the disk is full when all of it is to be kept."""
    import resource

    topics = home / "config" / "topics.toml"
    topics.parent.mkdir(parents=True, exist_ok=True)
    topics.write_text('[follow]\nkv-cache = "mine" # a remark\n')
    before, size = topics.read_text(), (home / "data" / "library.db").stat().st_size
    rows = "".join(f'{{"id":"2401.{number:05}","starred":"{at(1)}"}}\n' for number in range(3_000))
    full = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))  # noqa: E731
    run = known("library", "import", "-", input=FULL + rows, preexec_fn=full)
    assert (run.returncode, "cannot be written" in run.stderr) == (7, True), run.stderr
    assert "brought in" not in run.stderr
    assert topics.read_text() == before
    assert export(known).count("\n") == 2
    bring(known, FULL + rows)
    assert "# a remark" in topics.read_text()
    assert known("library", "check").returncode == 0


def test_a_topic_of_the_same_name_is_replaced_and_told(papers: Papers, home: Path) -> None:
    papers("follow", "add", "kv-cache", "mine")
    assert "follow.kv-cache was mine" in bring(papers, FULL)
    assert export(papers) == FULL


def test_two_imports_at_once_are_both_there(papers: Papers, environ: dict[str, str], tmp_path: Path) -> None:
    runs = []
    for number in range(6):
        path = tmp_path / f"{number}.jsonl"
        rows = [f'{{"id":"240{number + 1}.{each:05}","starred":"2026-07-01T10:00:00Z"}}\n' for each in range(200)]
        path.write_text(HEAD + "".join(rows) + f'{{"follow":"t{number}","query":"x"}}\n')
        words = [sys.executable, "-m", "papercli", "library", "import", str(path)]
        runs.append(subprocess.Popen(words, env=environ, stderr=subprocess.PIPE, text=True))
    for run in runs:
        _, said = run.communicate(timeout=60)
        assert run.returncode == 0, said
    rows = export(papers).splitlines()
    assert len(rows) == 1 + 6 * 200 + 6


# Merging


def one(**said: Any) -> str:
    return HEAD + json.dumps({"id": ID, **said}) + "\n"


def at(hour: int) -> str:
    return f"2026-07-01T{hour:02}:00:00Z"


def test_the_earlier_time_of_a_mark_and_the_newer_note_win(papers: Papers, home: Path) -> None:
    bring(papers, one(starred=at(5), read=at(5), tags={"A": at(5), "b": at(5)}, note="five", noted=at(5)))
    said = bring(
        papers, one(starred=at(4), read=at(6), later=at(6), tags={"a": at(4), "B": at(6)}, note="four", noted=at(4))
    )
    assert "four" in said
    row = json.loads(export(papers).splitlines()[1])
    assert (row["starred"], row["read"], row["later"]) == (at(4), at(5), at(6))
    assert row["tags"] == {"a": at(4), "b": at(5)}
    assert (row["note"], row["noted"]) == ("five", at(5))
    assert "four" in asked(home, "SELECT after FROM undo ORDER BY number DESC LIMIT 1")[0][0]
    bring(papers, one(note="six", noted=at(6)))
    assert json.loads(export(papers).splitlines()[1])["note"] == "six"
    papers("undo")
    assert json.loads(export(papers).splitlines()[1])["note"] == "five"


def test_an_older_note_alone_changes_nothing_and_is_in_the_log(papers: Papers) -> None:
    bring(papers, one(note="five", noted=at(5)))
    before = export(papers)
    assert "four" in bring(papers, one(note="four", noted=at(4)))
    assert export(papers) == before
    rows = papers("undo", "--list").stdout.splitlines()
    assert ("set aside" in rows[0], len(rows)) == (True, 2)
    papers("undo")
    assert export(papers) == HEAD, "there was nothing of it to take back"


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Library, Library]]:
    made = Library(str(tmp_path / "a" / "library.db")), Library(str(tmp_path / "b" / "library.db"))
    yield made
    for library in made:
        library.close()


def some(dice: random.Random) -> Own:
    papers: dict[str, dict[str, Any]] = {}
    for id in sorted(dice.sample([ID, OTHER, OLD, "2401.00001"], dice.randint(0, 4))):
        now: dict[str, Any] = {}
        for name in ("seen", "read", "starred", "later", "hidden", "tag:a", "tag:A", "tag:b", "note"):
            if dice.random() < 0.4 and name.lower() not in {each.lower() for each in now}:
                now[name] = dice.choice("xyz") if name == "note" else dice.randrange(4)
        if "note" in now:
            now["noted"] = dice.randrange(4)
        if now:
            papers[id] = now
    looked = {name: (dice.randrange(3), f"2026-07-0{dice.randint(1, 3)}") for name in dice.sample("abc", 2)}
    return Own(papers, looked, {}, {})


@pytest.mark.parametrize("seed", range(60))
def test_two_machines_that_take_each_others_lines_end_up_alike(two: tuple[Library, Library], seed: int) -> None:
    dice = random.Random(seed)
    for library in two:
        for _ in range(dice.randint(1, 3)):
            library.marks.merge(some(dice), lambda: None, clock=5, machine="here")
    first, second = (read(BytesIO("".join(lines(library.marks.own())).encode()), "it", bool) for library in two)
    two[0].marks.merge(second, lambda: None, clock=5, machine="here")
    two[1].marks.merge(first, lambda: None, clock=5, machine="there")
    assert list(lines(two[0].marks.own())) == list(lines(two[1].marks.own()))
    known = two[0].marks.own()
    again = two[0].marks.merge(two[1].marks.own(), lambda: None, clock=5, machine="here")
    assert (again.number, again.papers, two[0].marks.own()) == (0, 0, known)
    number = two[0].marks.merge(first, lambda: None, clock=5, machine="here")
    assert number.papers == 0, "what went into it is in it"


@pytest.mark.parametrize("seed", range(20))
def test_an_import_taken_back_leaves_what_was_there(two: tuple[Library, Library], seed: int) -> None:
    dice, marks = random.Random(seed), two[0].marks
    marks.merge(some(dice), lambda: None, clock=5, machine="here")
    before = marks.own()
    while not marks.merge(some(dice), lambda: None, clock=5, machine="here").number or marks.own() == before:
        pass
    marks.undo(clock=9)
    assert marks.own() == before


@pytest.mark.parametrize(
    ("text", "second"),
    [
        ("1970-01-01T00:00:00Z", 0), ("1970-01-01T01:00:00+01:00", 0), ("1969-12-31T23:59:59.5Z", -1),
        ("2026-07-03T15:00:00.999999Z", 1_783_090_800),
    ],
)  # fmt: skip
def test_instants_are_whole_seconds_of_any_zone(text: str, second: int) -> None:
    assert seconds(text) == second


# Soundness


def test_a_sound_library_is_told_so(known: Papers) -> None:
    known("star", ID)
    run = known("library", "check")
    assert (run.returncode, run.stderr) == (0, "")
    assert "pages    sound" in run.stdout
    assert "the index fits" in run.stdout
    assert "as they were written" in run.stdout


def test_no_library_yet_is_fine(papers: Papers, home: Path) -> None:
    run = papers("library", "check")
    assert (run.returncode, "none yet" in run.stdout) == (0, True)
    assert not (home / "data").exists()


def test_altered_marks_are_named_and_left_out_of_an_export(known: Papers, home: Path) -> None:
    known("star", ID, OTHER)
    asked(home, "UPDATE mark SET hidden = 5 WHERE id = ?", ID)
    asked(home, "INSERT INTO note VALUES (?, 'words', 5, 1)", OLD)
    run = known("library", "check")
    assert run.returncode == 7
    assert f"{ID}, {OLD}" in run.stdout
    assert OTHER not in run.stdout
    assert "hint: " in run.stderr
    out = known("library", "export")
    assert out.returncode == 8
    assert [json.loads(line).get("id") for line in out.stdout.splitlines()] == [None, OTHER]
    assert "2 marks" in out.stderr


BROKEN: dict[str, Callable[[Path], object]] = {
    "garbage": lambda path: path.write_bytes(b"\x00\xff garbage" * 999),
    "pages lost": lambda path: path.write_bytes(path.read_bytes()[:4096] + b"\xaa" * (path.stat().st_size - 4096)),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_damaged_library_is_7_and_replaces_no_good_export(known: Papers, home: Path, file: Path, how: str) -> None:
    BROKEN[how](home / "data" / "library.db")
    check = known("library", "check")
    assert (check.returncode, "hint: " in check.stderr) == (7, True)
    run = known("library", "export", str(file))
    assert (run.returncode, run.stdout, file.read_text("utf-8")) == (7, "", FULL)
    assert known("library", "export").stdout == ""
    assert known("library", "import", str(file)).returncode == 7
    assert not (home / "config" / "topics.toml").exists()


def test_words_that_do_not_fit_are_told_with_what_mends_them(known: Papers, home: Path) -> None:
    asked(home, "UPDATE paper SET title = 'zyzzyva'")
    resummed(home / "data" / "library.db")
    run = known("library", "check")
    assert (run.returncode, "does not fit" in run.stdout, "doctor --fix" in run.stderr) == (7, True, True)
    known("doctor", "--fix", "--offline")
    assert known("library", "check").returncode == 0


def test_a_wrong_job_is_2_and_names_the_right_ones(papers: Papers, hub: Hub) -> None:
    run = papers("library", "exprt")
    assert (run.returncode, "did you mean export" in run.stderr) == (2, True)
    assert hub.requests == []


MEASURED = """
import resource, subprocess, sys
done = subprocess.run([sys.executable, "-m", "papercli", "library", "import", sys.argv[1]], capture_output=True)
print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
print(done.stderr.decode())
"""


@pytest.mark.skipif(os.name != "posix", reason="devices of POSIX")
@pytest.mark.parametrize("name", ["zeros", "a line without end", "many lines"])
def test_whatever_is_brought_in_takes_little_memory(environ: dict[str, str], tmp_path: Path, name: str) -> None:
    path = Path("/dev/zero") if name == "zeros" else tmp_path / "file"
    if name != "zeros":
        with open(path, "wb") as written:
            written.write(HEAD.encode())
            for _ in range(300):
                written.write((b'{"id": "' if name[0] == "a" else b'\n{"id": 1}\n') + b" " * (1 << 20))
    done = subprocess.run([sys.executable, "-c", MEASURED, str(path)], env=environ, capture_output=True, text=True)
    code, kib = map(int, done.stdout.split()[:2])
    assert code == 2 and f"papers: {path}" in done.stdout, done
    assert kib < 120 << 10
