"""A reader's own marks: star, later, hide, read, tags and notes, by every way to name a paper, and for good."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from conftest import Papers
from hub import Hub
from papercli.library import Library
from papercli.library.own import checksum, note_text
from papercli.library.schema import APPLICATION_ID, MIGRATIONS

ID, OTHER, THIRD = "2607.99013", "2607.99014", "2607.99015"
UNKNOWN, NOWHERE = "2607.99003", "2501.00001"
PAPERS = [sys.executable, "-m", "papercli"]
posix = pytest.mark.skipif(os.name != "posix", reason="kills, terminals and strace are POSIX's")


@pytest.fixture
def known(papers: Papers) -> Papers:
    """The program, when it knows today's papers and is said to have been asked for nothing."""
    assert papers("today").returncode == 0
    return papers


def asked(home: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """Look into the library with a hand of our own."""
    with closing(sqlite3.connect(home / "data" / "library.db")) as db:
        rows = db.execute(sql, values).fetchall()
        db.commit()
    return rows


def shown(papers: Papers, id: str = ID) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(papers("--offline", "show", id, "--json").stdout)
    return found


def done(papers: Papers, *words: str, code: int = 0, **options: Any) -> str:
    """Run a command that prints nothing, and give what it says."""
    run = papers(*words, **options)
    assert (run.returncode, run.stdout) == (code, ""), run.stderr
    return run.stderr


PAIRS = [
    (["star"], ["unstar"], "starred"),
    (["later"], ["unlater"], "later"),
    (["hide"], ["unhide"], "hidden"),
    (["mark", "--read"], ["mark", "--unread"], "read"),
]


@pytest.mark.parametrize(("set", "clear", "name"), PAIRS, ids=[pair[2] for pair in PAIRS])
def test_every_mark_is_set_told_and_taken_away(known: Papers, set: list[str], clear: list[str], name: str) -> None:
    title = shown(known)["title"]
    assert title[:40] in done(known, *set, ID)
    marks = shown(known)
    assert {each: marks[each] for each in ("seen", "read", "starred", "later", "hidden")} == {
        each: each == name for each in ("seen", "read", "starred", "later", "hidden")
    }
    assert title[:40] in done(known, *clear, ID)
    assert shown(known)[name] is False


@pytest.mark.parametrize(("set", "clear", "name"), PAIRS, ids=[pair[2] for pair in PAIRS])
def test_what_is_already_so_keeps_its_time_and_is_no_change(
    known: Papers, home: Path, set: list[str], clear: list[str], name: str
) -> None:
    assert re.search(r"papers: not ", done(known, *clear, ID))
    assert asked(home, "SELECT * FROM undo") == asked(home, "SELECT * FROM mark") == []
    done(known, *set, ID)
    with closing(Library(str(home / "data" / "library.db"))) as library:
        library.marks.undo(clock=1)
        number = library.marks.change([ID], {name: 1_000}, by="cli", clock=1, machine="here")
    assert "already" in done(known, *set, ID)
    assert asked(home, f"SELECT {name} FROM mark") == [(1_000,)]
    assert asked(home, "SELECT max(number) FROM undo") == [(number,)]
    said = done(known, *set, ID, OTHER)
    assert ("1 paper" in said, "1\n" in said) == (True, True)
    assert asked(home, "SELECT after FROM undo WHERE number > ?", number)[0][0].count("2607") == 1


def test_papers_are_named_in_every_way(known: Papers) -> None:
    said = done(known, "star", f"https://arxiv.org/abs/{ID}v2", f"hf.co/papers/{OTHER}", f"arXiv:{ID}")
    assert "starred 2 papers" in said
    first = known("today", "-o", "ids").stdout.split()[0]
    done(known, "later", "1")
    assert shown(known, first)["later"] is True
    listing = known("today", "-n", "3", "-o", "tsv").stdout
    assert "3 papers" in done(known, "hide", "-", input=listing)
    assert "3 papers" in done(known, "unhide", input=listing)
    done(known, "star", code=2)
    for wrong in (["star", "nonsense"], ["star", "999"], ["star", "-"]):
        done(known, *wrong, code=2)


@posix
def test_a_listing_pipes_into_a_mark(papers: Papers, environ: dict[str, str], home: Path) -> None:
    line = f"'{sys.executable}' -m papercli today -o ids | '{sys.executable}' -m papercli star -"
    run = subprocess.run(["sh", "-c", line], env=environ, capture_output=True, text=True, timeout=60)
    assert (run.returncode, run.stdout) == (0, ""), run.stderr
    ids = papers("today", "-o", "ids").stdout.split()
    assert f"starred {len(ids)} papers" in run.stderr
    assert sorted(ids) == [id for (id,) in asked(home, "SELECT id FROM mark WHERE starred NOTNULL ORDER BY id")]


def test_marks_stand_in_every_output(known: Papers) -> None:
    done(known, "star", ID)
    done(known, "tag", ID, "--add", "to teach", "--add", "Alpha")
    done(known, "note", ID, "-m", "why\nnot")
    (row,) = [row for row in json.loads(known("today", "--json").stdout) if row["id"] == ID]
    assert (row["starred"], row["tags"], row["note"]) == (True, ["Alpha", "to teach"], "why\nnot")
    tsv = known("today", "-o", "tsv", "--fields", "id,starred,tags,note").stdout
    assert f"{ID}\ttrue\tAlpha; to teach\twhy not\n" in tsv
    done(known, "hide", ID)
    assert ID not in known("today", "-o", "ids").stdout
    assert shown(known)["hidden"] is True


def test_opening_a_page_is_not_reading_it(known: Papers) -> None:
    known("show", ID)
    assert (shown(known)["seen"], shown(known)["read"]) == (False, False)


def test_read_and_unread_is_one_or_the_other(known: Papers, home: Path) -> None:
    for words in (["mark", ID], ["mark", ID, "--read", "--unread"]):
        assert "papers mark" in done(known, *words, code=2)
    assert asked(home, "SELECT * FROM undo") == []


# Tags


def test_tags_are_printed_with_a_tab_after_the_id(known: Papers) -> None:
    done(known, "tag", ID, OTHER, "--add", "Thesis", "--add", "ml")
    done(known, "tag", OTHER, "--remove", "ml")
    run = known("tag", ID, OTHER, NOWHERE)
    assert (run.returncode, run.stdout) == (0, f"{ID}\tThesis; ml\n{OTHER}\tThesis\n{NOWHERE}\t\n")


def test_a_tag_is_the_same_in_any_case_and_keeps_the_one_it_was_given_in(known: Papers, home: Path) -> None:
    done(known, "tag", ID, "--add", "Écrit")
    assert "already" in done(known, "tag", ID, "--add", "ECRIT", "--add", "ecrit")
    assert known("tag", ID).stdout == f"{ID}\tÉcrit\n"
    assert asked(home, "SELECT count(*) FROM undo") == [(1,)]
    done(known, "tag", ID, "--remove", "écrit", "--add", "x")
    assert known("tag", ID).stdout == f"{ID}\tx\n"


@pytest.mark.parametrize("name", ["", "  ", "\u200b", "x" * 65, "\t\n"])
def test_a_tag_has_a_name_of_at_most_64_characters(known: Papers, home: Path, name: str) -> None:
    for option in ("--add", "--remove"):
        done(known, "tag", ID, option, name, code=2)
    done(known, "tag", ID, "--add", "a", "--remove", "A", code=2)
    assert asked(home, "SELECT * FROM tag") == asked(home, "SELECT * FROM undo") == []


def test_a_tag_is_cleaned(known: Papers) -> None:
    done(known, "tag", ID, "--add", " two\x1b[31m \n words\u202e ", "--add", "y" * 64)
    assert known("tag", ID).stdout == f"{ID}\ttwo\ufffd[31m words\ufffd; {'y' * 64}\n"


# Notes


def test_a_note_keeps_its_lines_and_is_printed_in_a_pipe(known: Papers) -> None:
    done(known, "note", ID, "-m", "  one \n- two\n\n\n\nthree\x07 \n")
    run = known("note", ID)
    assert (run.returncode, run.stdout) == (0, "one\n- two\n\nthree\ufffd\n")
    assert shown(known)["note"] == run.stdout.rstrip("\n")
    assert "already" in done(known, "note", ID, "-m", "one\n- two\n\nthree\x07")
    done(known, "note", ID, "-m", "")
    assert shown(known)["note"] is None
    assert "no note" in done(known, "note", ID)
    assert "no note" in done(known, "note", ID, "-m", " \n ")


def test_a_note_is_on_one_paper_and_not_endless(known: Papers, home: Path) -> None:
    done(known, "note", ID, OTHER, "-m", "x", code=2)
    done(known, "note", ID, "-m", "x" * 20_001, code=2)
    assert asked(home, "SELECT * FROM note") == []
    done(known, "note", ID, "-m", "é" * 20_000)
    assert shown(known)["note"] == "é" * 20_000


@pytest.mark.parametrize("seed", range(20))
def test_cleaning_a_clean_note_changes_nothing(seed: int) -> None:
    dice = random.Random(seed)
    letters = "ab \n\n\n\t\r\x0b\x1b\u2028\u0301é[]\"'{}\u200b🙂"
    for _ in range(50):
        clean = note_text("".join(dice.choices(letters, k=dice.randrange(60))))
        assert note_text(clean) == clean
        assert "\n\n\n" not in clean
        assert not re.search(r"[\x00-\x09\x0b-\x1f]", clean)


@pytest.fixture
def editor(tmp_path: Path) -> Path:
    """A program that writes what EDIT says over the file it is given, and the file's words and name beside itself."""
    program = tmp_path / "my editor.py"
    program.write_text(
        f"#!{sys.executable}\nimport os, sys\n"
        "open(__file__ + '.seen', 'w').write(open(sys.argv[-1]).read())\n"
        "open(__file__ + '.path', 'w').write(sys.argv[-1])\n"
        "open(sys.argv[-1], 'w').write(os.environ['EDIT'])\n"
        "sys.exit(int(os.environ.get('EXIT', 0)))\n"
    )
    program.chmod(0o755)
    return program


def on_a_terminal(environ: dict[str, str], *words: str, **env: str) -> tuple[int, str]:
    pexpect = pytest.importorskip("pexpect")
    run = pexpect.spawn(PAPERS[0], [*PAPERS[1:], *words], env={**environ, **env}, encoding="utf-8", timeout=30)
    text = run.read()
    run.close()
    return run.exitstatus, text


@posix
def test_on_a_terminal_a_note_is_written_in_the_editor(
    known: Papers, environ: dict[str, str], editor: Path, tmp_path: Path
) -> None:
    env = {"VISUAL": f"'{editor}'", "TMPDIR": str(tmp_path)}
    code, said = on_a_terminal(environ, "note", ID, EDIT="a\nb\n", **env)
    assert (code, "noted on" in said) == (0, True), said
    assert known("note", ID).stdout == "a\nb\n"
    assert Path(f"{editor}.seen").read_text() == ""
    code, said = on_a_terminal(environ, "note", ID, EDIT="a\nb\n\n", **env)
    assert (code, "as it was" in said) == (0, True), said
    assert Path(f"{editor}.seen").read_text() == "a\nb\n"
    code, said = on_a_terminal(environ, "note", ID, EDIT="", **env)
    assert (code, "removed" in said) == (0, True), said
    assert known("note", ID).stdout == ""
    assert not Path(Path(f"{editor}.path").read_text()).exists()


@posix
def test_what_was_written_stays_when_it_cannot_be_kept(
    known: Papers, environ: dict[str, str], editor: Path, tmp_path: Path
) -> None:
    env = {"VISUAL": f"'{editor}'", "TMPDIR": str(tmp_path)}
    for edit, ended, code in (("x" * 20_001, "0", 2), ("words", "3", 2)):
        found, said = on_a_terminal(environ, "note", ID, EDIT=edit, EXIT=ended, **env)
        path = Path(Path(f"{editor}.path").read_text())
        assert (found, str(path) in said.replace("\r\n", "")) == (code, True), said
        assert path.read_text() == edit
    assert known("note", ID).stdout == ""


# Papers that the library does not know


def test_a_known_paper_is_not_asked_for_and_an_unknown_one_once(known: Papers, hub: Hub) -> None:
    before = len(hub.requests)
    done(known, "star", ID)
    done(known, "tag", ID, "--add", "x")
    done(known, "note", ID, "-m", "x")
    assert len(hub.requests) == before
    said = done(known, "star", UNKNOWN)
    assert hub.requests[before:] == [f"/api/papers/{UNKNOWN}"]
    assert shown(known, UNKNOWN)["title"][:30] in said
    done(known, "later", UNKNOWN)
    assert len(hub.requests) == before + 1


def test_a_paper_that_does_not_exist_is_named_and_the_others_are_marked(known: Papers, home: Path) -> None:
    said = done(known, "star", ID, NOWHERE, OTHER, code=3)
    assert "starred 2 papers" in said
    assert f"no such paper: {NOWHERE}" in said
    assert asked(home, "SELECT id FROM mark WHERE starred NOTNULL ORDER BY id") == [(ID,), (OTHER,)]
    alone = done(known, "star", NOWHERE, code=3)
    assert "starred" not in alone


def test_what_cannot_be_asked_for_is_marked_all_the_same(known: Papers, hub: Hub, home: Path) -> None:
    said = done(known, "--offline", "star", NOWHERE)
    assert "does not know" in said
    assert f"starred {NOWHERE}" in said
    hub.faults = ["_html200"] * 2
    assert "does not know" in done(known, "star", UNKNOWN, "2607.99004")
    assert asked(home, "SELECT count(*) FROM mark WHERE starred NOTNULL") == [(3,)]
    assert done(known, "-q", "--offline", "later", NOWHERE) == ""


@pytest.mark.parametrize("words", [["unstar"], ["unlater"], ["unhide"], ["mark", "--unread"], ["tag", "--remove", "x"]])
def test_taking_away_asks_nobody(known: Papers, hub: Hub, words: list[str]) -> None:
    before = len(hub.requests)
    done(known, *words, UNKNOWN)
    assert len(hub.requests) == before


def test_thousands_at_once_are_one_change(known: Papers, hub: Hub, home: Path) -> None:
    many = "".join(f"2401.{number:05}\n" for number in range(5_000))
    before = len(hub.requests)
    said = done(known, "star", "-", input=many)
    assert "starred 5,000 papers" in said
    assert "too many to ask for" in said
    assert len(hub.requests) == before
    assert asked(home, "SELECT count(*) FROM undo") == [(1,)]
    assert "5,000 papers" in done(known, "undo")
    assert asked(home, "SELECT count(*) FROM mark") == [(0,)]


def test_more_than_a_hundred_thousand_are_too_many(papers: Papers, home: Path) -> None:
    many = "".join(f"{month}.{number:05}\n" for month in (2401, 2402) for number in range(50_001))
    assert "too many" in done(papers, "star", "-", code=2, input=many)
    assert not (home / "data" / "library.db").exists()


# For good


def damaged(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"\xaa" * (len(data) - 4096))


def foreign(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE theirs (x)")


BROKEN = {
    "garbage": lambda path: path.write_bytes(b"\x00\xff garbage" * 999),
    "pages lost": damaged,
    "another program's": foreign,
    "a folder": lambda path: (path.unlink(), path.mkdir()),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_mark_that_cannot_be_kept_is_a_failure(known: Papers, home: Path, how: str) -> None:
    """7: the library cannot be read or written, for a command that must."""
    path = home / "data" / "library.db"
    BROKEN[how](path)
    before = path.read_bytes() if path.is_file() else b""
    for words in (["star", ID], ["unstar", ID], ["note", ID, "-m", "x"], ["tag", ID], ["undo"]):
        said = done(known, "--offline", *words, code=7)
        assert "starred" not in said, words
        assert "Traceback" not in said, words
        assert (path.read_bytes() if path.is_file() else b"") == before, words


@posix
def test_on_a_full_disk_nothing_is_marked_and_nothing_is_said_to_be(known: Papers, home: Path) -> None:
    import resource

    size = (home / "data" / "library.db").stat().st_size
    many = "".join(f"2401.{number:05}\n" for number in range(3_000))
    full = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))  # noqa: E731
    said = done(known, "star", "-", code=7, input=many, preexec_fn=full)
    assert "cannot be written" in said
    assert "starred" not in said
    assert asked(home, "SELECT count(*) FROM mark") == [(0,)]
    assert known("library", "check").returncode == 0


def test_a_row_that_was_altered_says_nothing_and_is_written_anew(known: Papers, home: Path) -> None:
    done(known, "star", ID)
    done(known, "tag", ID, "--add", "x")
    done(known, "note", ID, "-m", "words")
    asked(home, "UPDATE mark SET later = 5")
    asked(home, "UPDATE tag SET name = 'y'")
    asked(home, "UPDATE note SET words = 'worse'")
    row = shown(known)
    assert (row["starred"], row["later"]) == (False, False)
    assert known("tag", ID).stdout == f"{ID}\t\n"
    assert "no note" in done(known, "note", ID)
    assert "starred 2607" in done(known, "star", ID)
    assert (shown(known)["starred"], shown(known)["later"]) == (True, False)


def test_a_tag_or_note_that_another_hand_wrote_is_not_shown(known: Papers, home: Path) -> None:
    asked(home, "INSERT INTO tag VALUES (?, 'theirs', 5, 1)", ID)
    asked(home, "INSERT INTO note VALUES (?, 'theirs', 5, 1)", ID)
    asked(home, "INSERT INTO tag VALUES (?, 'right', 5, ?)", OTHER, checksum(OTHER, "right", 5))
    asked(home, "INSERT INTO note VALUES (?, 'right', 5, ?)", OTHER, checksum(OTHER, "right", 5))
    assert (shown(known)["tags"], shown(known)["note"]) == ([], None)
    assert (shown(known, OTHER)["tags"], shown(known, OTHER)["note"]) == (["right"], "right")


def test_eight_at_once_are_all_kept_and_the_clock_only_grows(
    known: Papers, environ: dict[str, str], home: Path
) -> None:
    ids = sorted(known("today", "-o", "ids").stdout.split())[:8]
    runs = [subprocess.Popen([*PAPERS, "star", id], env=environ, stderr=subprocess.PIPE, text=True) for id in ids]
    for run in runs:
        _, said = run.communicate(timeout=60)
        assert run.returncode == 0, said
    assert [id for (id,) in asked(home, "SELECT id FROM mark WHERE starred NOTNULL ORDER BY id")] == ids
    log = asked(home, "SELECT clock, machine FROM undo ORDER BY number")
    clocks = [clock for clock, _ in log]
    assert clocks == sorted(set(clocks))
    assert len(clocks) == len(ids)
    (name,) = {machine for _, machine in log}
    assert re.fullmatch("[0-9a-f]{16}", name)
    assert (home / "state" / "machine").read_text() == name


@posix
def test_killed_at_any_moment_what_was_acknowledged_is_there(
    known: Papers, environ: dict[str, str], home: Path
) -> None:
    """An exit code of 0, or the words on standard error, is the acknowledgement."""
    ids = known("day", "2026-07-01..2026-07-03", "-o", "ids").stdout.split()
    began = time.monotonic()
    for id in ids[:5]:
        done(known, "star", id)
        done(known, "undo")
    usual = (time.monotonic() - began) / 10
    asked(home, "DELETE FROM undo")
    dice, acknowledged, killed = random.Random(7), [], 0
    for word, name in (("star", "starred"), ("later", "later")):
        for id in ids[:20]:
            run = subprocess.Popen([*PAPERS, word, id], env=environ, stderr=subprocess.PIPE, text=True)
            time.sleep(dice.uniform(0.4, 1.3) * usual)
            run.send_signal(signal.SIGKILL)
            _, said = run.communicate(timeout=60)
            killed += run.returncode == -signal.SIGKILL
            if run.returncode == 0 or id in said:
                acknowledged.append((id, name))
    assert killed > 5
    assert acknowledged
    found = asked(home, "SELECT id, starred, later FROM mark")
    kept = {(id, name) for id, *marks in found for name, when in zip(("starred", "later"), marks, strict=True) if when}
    assert kept >= set(acknowledged)
    check = known("library", "check")
    assert check.returncode == 0, check.stdout
    log = [json.loads(after) for (after,) in asked(home, "SELECT after FROM undo")]
    logged = {(id, name) for after in log for id, changes in after.items() for name in changes}
    assert logged == kept, "the mark and how to undo it are there together"


MARKING = """
import sys
from papercli.library import Library
marks = Library(sys.argv[1]).marks
for number in range(int(sys.argv[2]), 100_000):
    changes = {"starred": 5, "tag:x": 5, "note": f"note {number}"}
    marks.change([f"2401.{number:05}"], changes, by="cli", clock=5, machine="here")
    print(number, flush=True)
"""


@posix
def test_killed_in_the_middle_of_marking_nothing_is_half_done(home: Path) -> None:
    (home / "data").mkdir(parents=True)
    path, dice, last, journals = home / "data" / "library.db", random.Random(3), -1, 0
    for _ in range(15):
        run = subprocess.Popen(
            [sys.executable, "-c", MARKING, str(path), str(last + 1)], stdout=subprocess.PIPE, text=True
        )
        assert run.stdout is not None
        first = int(run.stdout.readline())
        time.sleep(dice.uniform(0, 0.02))
        run.kill()
        told = [first, *map(int, run.stdout.read().split())]
        run.wait()
        run.stdout.close()
        journals += path.with_name("library.db-journal").exists()
        with closing(Library(str(path))) as library:
            own = library.marks.own()
        last = len(own.papers) - 1
        assert list(own.papers) == [f"2401.{number:05}" for number in range(last + 1)]
        assert last - told[-1] in (0, 1), "all that was acknowledged, and at most one that could not be any more"
        assert own.altered == 0
        assert all(len(paper) == 4 for paper in own.papers.values())
        assert asked(home, "SELECT count(*) FROM undo") == [(last + 1,)]
    assert journals, "some were killed while writing"
    assert asked(home, "PRAGMA integrity_check") == [("ok",)]


@posix
def test_a_mark_is_on_the_disk_before_it_is_acknowledged(
    known: Papers, environ: dict[str, str], tmp_path: Path
) -> None:
    """The library and, for the rollback journal, its folder are synchronised, and the words come after it."""
    if not shutil.which("strace"):
        pytest.skip("no strace here")
    trace = tmp_path / "trace"
    line = ["strace", "-f", "-y", "-e", "trace=fsync,fdatasync,write,unlink,unlinkat", "-o", str(trace)]
    run = subprocess.run([*line, *PAPERS, "star", ID], env=environ, capture_output=True, text=True, timeout=60)
    if "ptrace" in run.stderr or not trace.exists():
        pytest.skip("strace may not look here")
    assert run.returncode == 0
    calls = trace.read_text().splitlines()
    told = next(place for place, call in enumerate(calls) if "write(2" in call and "starred" in call)
    synced = [place for place, call in enumerate(calls) if re.search(r"f(data)?sync\(.*library\.db>", call)]
    folder = [place for place, call in enumerate(calls) if re.search(r"f(data)?sync\(.*/data>", call)]
    assert synced and max(synced) < told
    assert folder and max(folder) < told


def test_marks_outlive_new_answers_repairs_and_upgrades(known: Papers, home: Path, hub: Hub) -> None:
    done(known, "star", ID)
    done(known, "tag", ID, "--add", "thesis")
    done(known, "note", ID, "-m", "words")
    before = known("library", "export").stdout
    for row in (row for rows in hub.days.values() for row in rows if row["paper"]["id"] == ID):
        row["paper"]["title"] = "Another title"
    known("today", "--refresh")
    known("show", ID, "--refresh")
    assert shown(known)["title"] == "Another title"
    asked(home, "INSERT INTO words (words) VALUES ('delete-all')")
    assert known("doctor", "--fix", "--offline").returncode == 0
    asked(home, "DELETE FROM paper WHERE id = ?", ID)
    known("show", ID)
    assert known("library", "export").stdout == before
    row = shown(known)
    assert (row["starred"], row["tags"], row["note"]) == (True, ["thesis"], "words")


def test_marks_of_an_older_library_are_there_in_todays(papers: Papers, home: Path) -> None:
    (home / "data").mkdir(parents=True)
    columns = [ID, None, 6, 7, None, None]
    with closing(sqlite3.connect(home / "data" / "library.db")) as db:
        db.executescript(MIGRATIONS[0])
        db.execute("INSERT INTO mark VALUES (?, ?, ?, ?, ?, ?, ?)", [*columns, checksum(*columns)])
        db.execute("INSERT INTO note VALUES (?, 'old', 8, ?)", [ID, checksum(ID, "old", 8)])
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute("PRAGMA user_version = 1")
        db.commit()
    papers("today")
    row = shown(papers)
    assert (row["read"], row["starred"], row["later"], row["note"]) == (True, True, False, "old")
    assert papers("library", "check").returncode == 0


def test_the_made_up_feed_has_marks_of_its_own(papers: Papers, home: Path, tmp_path: Path) -> None:
    env = {"TMPDIR": str(tmp_path)}
    first = papers("--demo", "today", "-n", "1", "-o", "ids", env=env).stdout.strip()
    assert f"starred {first}" in done(papers, "--demo", "star", first, env=env)
    assert json.loads(papers("--demo", "show", first, "--json", env=env).stdout)["starred"] is True
    assert not (home / "data").exists()


def test_marking_a_known_paper_imports_no_network_and_no_typer(known: Papers, environ: dict[str, str]) -> None:
    run = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "papercli", "star", ID],
        env=environ, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    loaded = {line.rsplit("|", 1)[-1].strip() for line in run.stderr.splitlines() if line.startswith("import time:")}
    assert "papercli.library.changes" in loaded
    assert not loaded & {"httpx", "typer", "rich", "diskcache", "subprocess", "tempfile", "papercli.fetch", "hashlib"}


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "state"


def test_a_machine_keeps_its_name(state: Path) -> None:
    from papercli.system.machine import machine

    name = machine(str(state))
    assert machine(str(state)) == name
    for wrong in (b"", b"\xff" * 16, b"short", b"0" * 40, b"../../../etc/passw"):
        (state / "machine").write_bytes(wrong)
        new = machine(str(state))
        assert re.fullmatch("[0-9a-f]{16}", new)
        assert machine(str(state)) == new
    assert [each.name for each in state.iterdir()] == ["machine"]
    (state / "machine").unlink()
    (state / "machine").mkdir()
    assert re.fullmatch("[0-9a-f]{16}", machine(str(state)))
