"""The library on real files: what is kept, what is joined, what survives, and what happens when the disk will not."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
import textwrap
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from hand import resummed
from hub import fixture_days
from papercli.dates import Span
from papercli.errors import LibraryError
from papercli.expression import Words
from papercli.grammar import parse
from papercli.library import Library, Listing
from papercli.library.file import _ready, in_memory, opened
from papercli.library.marks import mark
from papercli.library.own import NAMES, checked
from papercli.library.schema import APPLICATION_ID, MIGRATIONS
from papercli.library.sums import make_ready
from papercli.numbers import numbered
from papercli.paper import Entry, Paper
from papercli.query import Query
from papercli.sources.huggingface import HuggingFace
from papercli.value import changed

HF = HuggingFace("https://huggingface.co")
FIXTURES = Path(__file__).parent / "fixtures"
JULY = date(2026, 7, 1)
LATER = date(2026, 7, 7)
posix = pytest.mark.skipif(os.name != "posix", reason="kills and permissions are POSIX's")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "library.db"


@pytest.fixture
def library(path: Path) -> Iterator[Library]:
    kept = Library(str(path))
    yield kept
    kept.close()


class Notes:
    """What a library has said."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def __call__(self, kind: str, text: str) -> None:
        self.said.append(text)


def paper(number: int, **said: Any) -> Paper:
    return Paper(
        **{"id": f"2607.99{number:03}", "title": f"Title {number}", "submitted": f"{JULY}T00:00:00.000Z"} | said
    )


def listing(day: date = JULY, at: float = 1_000.0, **said: Any) -> Listing:
    return Listing(day, at, **said)


def fixture(name: str) -> tuple[Paper, ...]:
    return HF.read((FIXTURES / f"{name}.json").read_bytes()).papers


def shown(library: Library, first: date = JULY, last: date | None = None, **query: Any) -> list[Entry]:
    return library.rows(library.find(Query(first=first, last=last or first, **query)).refs)


def everything(library: Library, looking_for: str = "", **query: Any) -> list[Entry]:
    if looking_for:
        query["expression"] = parse(looking_for, lambda when: Span(FIRST, FIRST, "day"))
    return library.rows(library.find(Query(**query)).refs)


def one(library: Library, id: str) -> Entry:
    (entry,) = everything(library, ids=(id,))
    return entry


def ids(entries: list[Entry]) -> list[str]:
    return [entry.id for entry in entries]


def asked(path: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """Look into the file with a hand of our own."""
    db = sqlite3.connect(path)
    rows = db.execute(sql, values).fetchall()
    db.commit()
    db.close()
    return rows


# The file, and how an older one becomes today's


def test_a_new_library_is_a_file_for_its_owner_alone(library: Library, path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert asked(path, "PRAGMA user_version") == [(len(MIGRATIONS),)]
    assert asked(path, "PRAGMA application_id") == [(APPLICATION_ID,)]


def test_the_connection_is_set_as_decided(library: Library) -> None:
    library.remember_listing(listing(), [paper(1)])
    wanted = {"journal_mode": "delete", "synchronous": 3, "busy_timeout": 30_000, "trusted_schema": 0}
    assert {name: library._db.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted} == wanted


def tables(path: Path) -> list[tuple[Any, ...]]:
    return asked(path, "SELECT type, name, sql FROM sqlite_schema ORDER BY name")


@pytest.mark.parametrize("version", range(len(MIGRATIONS) + 1))
def test_a_file_of_every_older_version_becomes_todays(version: int, library: Library, path: Path) -> None:
    old = path.with_name("old.db")
    db = sqlite3.connect(old)
    db.create_function("numbered", 1, numbered, deterministic=True)
    make_ready(db)
    for script in MIGRATIONS[:version]:
        db.executescript(script)
    db.execute(f"PRAGMA user_version = {version}")
    db.execute(f"PRAGMA application_id = {APPLICATION_ID if version else 0}")
    db.close()
    Library(str(old)).close()
    assert tables(old) == tables(path)
    assert asked(old, "PRAGMA user_version") == [(len(MIGRATIONS),)]


def test_what_is_in_the_file_survives_closing_and_opening(library: Library, path: Path) -> None:
    library.remember_listing(listing(), fixture("2026-03-04"))
    before = shown(library)
    library.close()
    again = Library(str(path))
    assert shown(again) == before
    assert len(before) == 3
    again.close()


def run(script: str, *words: object) -> subprocess.Popen[str]:
    """A Python process that has imported the library and runs `script`."""
    head = "import os, sys; from datetime import date; from papercli.library import Library, Listing\n"
    head += "from papercli.paper import Paper; from papercli.query import Query\n"
    command = [sys.executable, "-c", head + textwrap.dedent(script), *map(str, words)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finished(process: subprocess.Popen[str], said: str = "") -> str:
    out, err = process.communicate(said, timeout=60)
    assert (process.returncode, err) == (0, "")
    return out


def at_once(script: str, many: int, *words: object) -> list[str]:
    """What `many` such processes print that all begin when all are ready."""
    processes = [run("print('ready', flush=True); input()\n" + textwrap.dedent(script), *words, n) for n in range(many)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    return [finished(process) for process in processes]


def test_processes_that_make_the_file_at_once_make_one_library(library: Library, path: Path, tmp_path: Path) -> None:
    new = tmp_path / "new" / "library.db"
    script = "library = Library(sys.argv[1], print); print(library.in_memory)"
    assert at_once(script, 4, new) == ["False\n"] * 4
    assert tables(new) == tables(path)


@pytest.mark.parametrize("step", range(1, 12))
def test_a_process_that_makes_the_file_between_two_steps_of_ours_is_no_trouble(tmp_path: Path, step: int) -> None:
    path = tmp_path / "library.db"

    class Slow(sqlite3.Connection):
        """A connection that lets another process in before one of its statements."""

        statements = 0

        def execute(self, *given: Any) -> sqlite3.Cursor:
            Slow.statements += 1
            if Slow.statements == step and not self.in_transaction:
                Library(str(path)).close()
            return super().execute(*given)

    db = _ready(sqlite3.connect(path, isolation_level=None, factory=Slow))
    assert db.execute("SELECT count(*) FROM paper").fetchone() == (0,)
    db.close()
    notes = Notes()
    Library(str(path), notes).close()
    assert notes.said == []


def refused(path: Path) -> str:
    """What is said of a file that is not used; fails when it was used or touched."""
    before, notes = path.read_bytes(), Notes()
    library = Library(str(path), notes)
    assert library.in_memory
    library.remember_listing(listing(), [paper(1)])
    assert ids(shown(library)) == ["2607.99001"]
    library.close()
    assert path.read_bytes() == before
    assert sorted(each.name for each in path.parent.iterdir()) == [path.name]
    (said,) = notes.said
    return said


def made(path: Path, *statements: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(path)
    for statement in statements:
        db.execute(statement)
    db.commit()
    db.close()
    return path


def test_a_file_of_a_newer_version_is_left_alone(path: Path) -> None:
    newer = f"PRAGMA user_version = {len(MIGRATIONS) + 1}"
    made(path, f"PRAGMA application_id = {APPLICATION_ID}", newer, "CREATE TABLE paper (x)")
    assert "it was written by a newer papercli" in refused(path)


@pytest.mark.parametrize("mark", ["PRAGMA application_id = 77", "PRAGMA user_version = 1", "SELECT 1"])
def test_another_programs_database_is_left_alone(path: Path, mark: str) -> None:
    made(path, "CREATE TABLE recipe (name TEXT)", "INSERT INTO recipe VALUES ('soup')", mark)
    assert "it is another program's database" in refused(path)


def test_a_file_that_is_no_database_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"Dear diary, " * 1_000)
    assert "file is not a database" in refused(path)


def test_an_empty_file_becomes_a_library(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    notes = Notes()
    library = Library(str(path), notes)
    assert (library.in_memory, notes.said) == (False, [])
    library.close()


def test_a_path_that_cannot_be_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for impossible in (tmp_path / "file" / "library.db", tmp_path):
        notes = Notes()
        library = Library(str(impossible), notes)
        library.remember_listing(listing(), [paper(1)])
        assert (library.in_memory, len(notes.said), len(shown(library))) == (True, 1, 1)
        library.close()


# Permissions, and a disk that will not


@pytest.fixture
def open_to_all() -> Iterator[Path]:
    """A folder that any user may enter, for root may write whatever its permissions say."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


HARMLESS = """
    def harmless():
        if os.geteuid() == 0:
            os.setgid(65534)
            os.setuid(65534)
    """


@posix
def test_a_file_that_may_not_be_written_is_read_and_then_left(open_to_all: Path) -> None:
    path = open_to_all / "library.db"
    library = Library(str(path))
    library.remember_listing(listing(), [paper(1), paper(2)])
    mark(library._db, ["2607.99001"], {"hidden": 5}, by="cli", clock=1, machine="here")
    library.close()
    path.chmod(0o444)
    open_to_all.chmod(0o555)
    before = path.read_bytes()
    script = """
        import shutil, tempfile
        harmless()
        notes = []
        library = Library(sys.argv[1], lambda kind, text: notes.append(text))
        day = date(2026, 7, 1)
        query = Query(first=day, last=day)
        print([entry.id for entry in library.rows(library.find(query).refs)], len(notes))
        papers = [Paper(id=f"2607.9900{n}", title="x") for n in (1, 2, 3)]
        library.remember_listing(Listing(day, 2000.0), papers)
        library.remember_listing(Listing(day, 3000.0), papers)
        print([entry.id for entry in library.rows(library.find(query).refs)], library.find(query).hidden)
        print(len(notes), "readonly" in notes[0] and "this run keeps nothing" in notes[0])
    """
    out = finished(run(textwrap.dedent(HARMLESS) + textwrap.dedent(script), path))
    assert out.splitlines() == ["['2607.99002'] 0", "['2607.99003', '2607.99002'] 1", "1 True"]
    assert path.read_bytes() == before


@posix
def test_what_a_crash_left_half_written_is_rolled_back_also_where_nothing_may_be_written(open_to_all: Path) -> None:
    crashed = open_to_all / "crashed"
    crashed.mkdir()
    path = open_to_all / "library.db"
    library = Library(str(path))
    library.remember_listing(listing(), [paper(number, abstract="word " * 200) for number in range(200)])
    library._db.execute("PRAGMA cache_size = 1")  # so that it writes before it commits
    library._db.execute("BEGIN IMMEDIATE")
    library._db.execute("UPDATE paper SET title = 'half', abstract = replace(abstract, 'word', 'half')")
    for name in ("library.db", "library.db-journal"):  # what a power cut would leave on the disk
        shutil.copyfile(open_to_all / name, crashed / name)
        (crashed / name).chmod(0o444)
    library._db.execute("ROLLBACK")
    library.close()
    assert b"half half" in (crashed / "library.db").read_bytes()
    crashed.chmod(0o555)
    script = """
        import shutil, tempfile
        harmless()
        library = Library(sys.argv[1], print)
        day = date(2026, 7, 1)
        entries = library.rows(library.find(Query(first=day, last=day)).refs)
        print(len(entries), sum("half" in entry.title + entry.abstract for entry in entries))
    """
    out = finished(run(textwrap.dedent(HARMLESS) + textwrap.dedent(script), crashed / "library.db"))
    assert out.splitlines()[-1] == "200 0"
    crashed.chmod(0o755)
    for name in ("library.db", "library.db-journal"):
        (crashed / name).chmod(0o644)
    notes = Notes()
    again = Library(str(crashed / "library.db"), notes)
    assert ({entry.title == "half" for entry in shown(again)}, notes.said) == ({False}, [])
    again.close()


@posix
def test_a_full_disk_is_told_once_and_what_is_hidden_stays_hidden(path: Path) -> None:
    library = Library(str(path))
    library.remember_listing(listing(), [paper(1), paper(2)])
    mark(library._db, ["2607.99001"], {"hidden": 5, "starred": 6}, by="cli", clock=1, machine="here")
    library.close()
    before = path.read_bytes()
    script = """
        import resource
        notes = []
        library = Library(sys.argv[1], lambda kind, text: notes.append(text))
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
        day = date(2026, 7, 1)
        for round in range(3):
            papers = [Paper(id=f"2607.99{n:03}", title="x", abstract="word " * 500) for n in range(1, 60)]
            library.remember_listing(Listing(day, 2000.0 + round), papers)
        found = library.find(Query(first=day, last=day))
        marked = library.rows(library.find(Query(ids=("2607.99001",))).refs)[0]
        print(len(found.refs), found.hidden, marked.hidden, marked.starred, library.in_memory)
        print(len(notes), "cannot be written" in notes[0])
    """
    assert finished(run(script, path)) == "58 1 True True True\n1 True\n"
    assert asked(path, "PRAGMA integrity_check") == [("ok",)]
    Library(str(path)).close()
    assert path.read_bytes() == before


def test_when_memory_fails_too_it_is_a_library_error() -> None:
    library = Library(":memory:")
    library._db.execute("DROP TABLE listed")
    with pytest.raises(LibraryError):
        library.remember_listing(listing(), [paper(1)])
    with pytest.raises(LibraryError):
        shown(library)
    library.close()


def test_a_write_that_fails_half_way_leaves_nothing_behind(library: Library, path: Path) -> None:
    library.remember_listing(listing(), [paper(1, title="Before")])
    with pytest.raises(TypeError):
        library.remember_listing(listing(at=2_000), [paper(1, title="After"), paper(2, keywords=(object(),))])
    assert [(entry.id, entry.title) for entry in shown(library)] == [("2607.99001", "Before")]
    library.remember_listing(listing(at=3_000), [paper(3)])
    assert ids(shown(library)) == ["2607.99003"]
    assert asked(path, "SELECT count(*) FROM paper") == [(2,)]


# Many processes


def test_eight_writers_at_once_all_get_their_turn(path: Path) -> None:
    script = """
        notes = []
        library = Library(sys.argv[1], lambda kind, text: notes.append(text))
        me = int(sys.argv[2])
        for n in range(12):
            day = date(2026, 1 + me, 1 + n)
            library.remember_listing(Listing(day, 1000.0), [Paper(id=f"26{1 + me:02}.99{n:03}", title="x", upvotes=n)])
        print(notes, library.in_memory)
    """
    assert at_once(script, 8, path) == ["[] False\n"] * 8
    library = Library(str(path))
    assert len(everything(library)) == 8 * 12
    library.close()
    assert asked(path, "PRAGMA integrity_check") == [("ok",)]


# What is joined


RELISTED = "2606.99612"
FIRST, SECOND = date(2026, 6, 12), date(2026, 6, 18)


@pytest.mark.parametrize("order", [(FIRST, SECOND), (SECOND, FIRST)], ids=["as it happened", "the newer first"])
def test_a_relisted_paper_is_one_row_with_what_its_latest_listing_says(library: Library, order: Any) -> None:
    for at, day in enumerate(order, start=1_000):
        library.remember_listing(listing(day, at), fixture(str(day)))
    for entries in (shown(library, FIRST, SECOND), everything(library), [one(library, RELISTED)]):
        (entry,) = [entry for entry in entries if entry.id == RELISTED]
        assert (entry.listed, entry.upvotes, entry.comments, entry.stars) == (SECOND, 90, 5, 77)
        assert (entry.submitter, entry.submitter_name, entry.rank) == ("second-finder", "Second Finder", 2)
    (older,) = [entry for entry in shown(library, FIRST) if entry.id == RELISTED]
    assert (older.listed, older.upvotes, older.comments, older.stars, older.rank) == (FIRST, 52, 2, 30, 2)
    assert (older.submitter, older.submitter_name) == ("first-finder", "First Finder")


def test_in_a_span_that_ends_before_it_was_relisted_a_paper_stands_on_its_first_day(library: Library) -> None:
    for day in (FIRST, SECOND):
        library.remember_listing(listing(day), fixture(str(day)))
    entries = shown(library, date(2026, 6, 1), date(2026, 6, 17))
    assert [(entry.listed, entry.upvotes) for entry in entries if entry.id == RELISTED] == [(FIRST, 52)]


def test_a_relisted_papers_older_day_keeps_its_gap_in_a_span(library: Library) -> None:
    for day in (FIRST, SECOND):
        library.remember_listing(listing(day), fixture(str(day)))
    places = [(entry.listed, entry.rank) for entry in shown(library, FIRST, SECOND)]
    assert places == [(SECOND, rank) for rank in (1, 2, 3, 4, 5)] + [(FIRST, rank) for rank in (1, 3, 4)]


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_rows_in_one_answer_the_later_submitted_counts(library: Library, turned: bool) -> None:
    early = paper(1, upvotes=9, comments=9, stars=9, submitter="early", submitted="2026-07-01T01:00:00.000Z")
    late = paper(1, upvotes=3, comments=2, stars=1, submitter="late", submitted="2026-07-01T02:00:00.000Z")
    library.remember_listing(listing(), [late, early] if turned else [early, late])
    (entry,) = shown(library)
    assert (entry.upvotes, entry.comments, entry.stars, entry.submitter) == (3, 2, 1, "late")


def test_the_same_row_twice_in_one_answer_is_one_paper(library: Library) -> None:
    library.remember_listing(listing(date(2026, 7, 20)), fixture("2026-07-20"))
    entries = shown(library, date(2026, 7, 20))
    assert len(entries) == len(set(ids(entries))) == 41
    assert [entry.rank for entry in entries] == list(range(1, 42))


# Of what is kept and what comes, the newer


def test_a_listing_that_is_older_than_the_kept_one_changes_nothing(library: Library) -> None:
    library.remember_listing(listing(at=2_000), [paper(1, upvotes=50, title="New"), paper(2)])
    before = shown(library)
    library.remember_listing(listing(at=1_000, skipped=9), [paper(1, upvotes=5, title="Old"), paper(3)])
    assert shown(library) == before
    assert library.listing(JULY) == listing(at=2_000)


def test_a_single_paper_kept_from_before_does_not_replace_a_newer_listing(library: Library) -> None:
    library.remember_listing(listing(at=2_000), [paper(1, upvotes=50, comments=5, title="New", abstract="New words.")])
    before = shown(library)
    library.remember_paper(paper(1, upvotes=5, comments=1, title="Old", abstract="Old words."), at=1_000)
    assert shown(library) == before


def test_another_days_listing_kept_from_before_does_not_replace_newer_facts(library: Library) -> None:
    new = paper(1, title="New", ai_summary="New words.", submitted="2026-07-07T00:00:00.000Z")
    library.remember_listing(listing(LATER, at=2_000), [new])
    library.remember_listing(listing(JULY, at=1_000), [paper(1, title="Old", ai_summary="Old words.")])
    entry = one(library, "2607.99001")
    assert (entry.title, entry.ai_summary) == ("New", "New words.")


def test_the_votes_of_a_paper_that_was_never_listed_are_the_latest_told(library: Library) -> None:
    unlisted = paper(1, submitted="", upvotes=5, comments=1, stars=2)
    library.remember_paper(unlisted, at=1_000)
    library.remember_paper(changed(unlisted, upvotes=50, comments=10, stars=20), at=2_000)
    entry = one(library, "2607.99001")
    assert (entry.upvotes, entry.comments, entry.stars) == (50, 10, 20)


def test_a_single_answer_brings_the_votes_of_its_listing_up_to_date(library: Library) -> None:
    library.remember_listing(listing(), [paper(1, upvotes=5), paper(2, upvotes=9)])
    library.remember_paper(paper(1, upvotes=50), at=2_000)
    assert [(entry.id, entry.upvotes, entry.rank) for entry in shown(library)] == [
        ("2607.99001", 50, 1),
        ("2607.99002", 9, 2),
    ]


def test_a_paper_that_says_when_it_was_listed_was_listed_then(library: Library) -> None:
    library.remember_paper(paper(1, upvotes=5), at=1_000)
    entry = one(library, "2607.99001")
    assert (entry.listed, entry.rank, entry.upvotes) == (JULY, None, 5)


def test_an_answer_that_says_less_wipes_nothing(library: Library) -> None:
    library.remember_listing(listing(SECOND), fixture(str(SECOND)))
    before = one(library, RELISTED)
    (hit,) = [hit for hit in fixture("search") if hit.id == RELISTED]
    assert (hit.upvotes, hit.submitter, hit.code) == (None, "", "")
    library.remember_paper(hit, at=2_000)
    after = one(library, RELISTED)
    assert after.fetched_at > before.fetched_at
    assert changed(after, fetched_at=before.fetched_at) == before


@pytest.mark.parametrize(
    "name", [name for name in Paper.__match_args__ if name not in ("id", "title", "row", "linked")]
)
def test_no_single_field_is_wiped_by_its_absence(library: Library, name: str) -> None:
    (whole,) = [each for each in fixture("2026-03-04") if each.id == "2603.99501"]
    day = date(2026, 3, 4)
    more = {
        "categories": ("cs.LG",),
        "doi": "10.1000/1",
        "journal_ref": "J 1",
        "arxiv_comment": "9 pages",
        "version": 2,
    }
    whole = changed(whole, updated=day, **more)
    library.remember_listing(listing(day), [whole])
    before = shown(library, day)
    without = changed(whole, **{name: Paper(id="x", title="x").__getattribute__(name)})
    library.remember_paper(without, at=1_000)
    assert shown(library, day) == before


def test_linked_repositories_are_kept_and_given_when_asked_for(library: Library) -> None:
    whole = HF.read_paper((FIXTURES / "paper.json").read_bytes())
    library.remember_paper(whole, at=1_000)
    found = library.find(Query(ids=(whole.id,))).refs
    assert (library.rows(found)[0].linked, library.rows(found, linked=True)[0].linked) == (None, whole.linked)
    assert (library.linked_at(whole.id), library.linked_at("2607.99001")) == (1_000, None)
    library.remember_paper(changed(whole, linked=None), at=2_000)
    assert library.linked_at(whole.id) == 1_000


# Listings


def test_a_whole_listing_takes_the_place_of_the_one_before(library: Library) -> None:
    library.remember_listing(listing(), [paper(1), paper(2)])
    library.remember_listing(listing(at=2_000), [paper(2), paper(3)])
    assert sorted(ids(shown(library))) == ["2607.99002", "2607.99003"]
    assert one(library, "2607.99001").listed is None


def test_a_part_of_a_listing_adds_to_the_one_before(library: Library) -> None:
    library.remember_listing(listing(), [paper(1, upvotes=1), paper(2, upvotes=2)])
    library.remember_listing(listing(at=2_000, whole=False), [paper(3, upvotes=3)])
    assert [(entry.id[-1], entry.rank) for entry in shown(library)] == [("3", 1), ("2", 2), ("1", 3)]
    assert library.listing(JULY) == listing(), "what is kept whole stays whole, and as old as it is"


def test_where_nothing_whole_is_kept_a_part_is_a_part(library: Library) -> None:
    library.remember_listing(listing(whole=False), [paper(1, upvotes=1)])
    library.remember_listing(listing(at=2_000, whole=False), [paper(2, upvotes=2)])
    assert [(entry.id[-1], entry.rank) for entry in shown(library)] == [("2", 1), ("1", 2)]
    assert library.listing(JULY) == listing(at=2_000, whole=False)
    library.remember_listing(listing(at=3_000), [paper(3, upvotes=3)])
    assert [entry.id[-1] for entry in shown(library)] == ["3"]
    assert library.listing(JULY) == listing(at=3_000)


def test_ranks_are_by_votes_and_ties_by_id_newest_first(library: Library) -> None:
    votes = {"2607.99001": 5, "2607.99002": 9, "2607.99003": 5, "2606.99004": 5, "hep-th/9907999": 5, "1311.9954": 5}
    papers = [Paper(id=id, title="x", upvotes=number) for id, number in votes.items()]
    papers += [Paper(id="2607.99090", title="x"), Paper(id="2607.99091", title="x", upvotes=0)]
    for order in (papers, papers[::-1]):
        library.remember_listing(listing(), order)
        assert ids(shown(library)) == [
            "2607.99002",
            "2607.99003",
            "2607.99001",
            "2606.99004",
            "1311.9954",
            "hep-th/9907999",
            "2607.99091",
            "2607.99090",
        ]
        assert [entry.rank for entry in shown(library)] == list(range(1, 9))


def test_the_newest_listing_is_the_one_told_of_as_such(library: Library) -> None:
    assert library.newest() is None
    library.remember_listing(listing(JULY, 1_000, skipped=2), [paper(1)], newest=True)
    library.remember_listing(listing(LATER, 2_000), [paper(2)])
    assert library.newest() == listing(JULY, 1_000, skipped=2)
    assert library.listing(date(2026, 7, 2)) is None


def test_neighbours_are_the_nearest_days_with_papers(library: Library) -> None:
    for day in (JULY, LATER):
        library.remember_listing(listing(day), [paper(1)])
    library.remember_listing(listing(date(2026, 7, 4)), [])
    assert library.neighbours(date(2026, 7, 4)) == (JULY, LATER)
    assert library.neighbours(JULY) == (None, LATER)
    assert (library.has_papers(JULY), library.has_papers(date(2026, 7, 4))) == (True, False)


def test_observations_are_only_added(library: Library, path: Path) -> None:
    library.remember_listing(listing(at=1_000), [paper(1, upvotes=5, comments=1, stars=7), paper(2, upvotes=9)])
    first = observed(path)
    assert first == {(1, 1_000, str(JULY), 2, 5, 1, 7), (2, 1_000, str(JULY), 1, 9, None, None)}
    library.remember_listing(listing(at=1_000), [paper(1, upvotes=77)])
    assert observed(path) == first
    library.remember_listing(listing(at=2_000), [paper(1, upvotes=50), paper(2, upvotes=9)])
    library.remember_paper(paper(2, upvotes=60), at=3_000)
    assert observed(path) - first == {
        (1, 2_000, str(JULY), 1, 50, 1, 7),
        (2, 2_000, str(JULY), 2, 9, None, None),
        (2, 3_000, str(JULY), 1, 60, None, None),
    }
    assert observed(path) > first


def observed(path: Path) -> set[tuple[Any, ...]]:
    """(number in the id, when, day, rank, upvotes, comments, stars) of every observation."""
    sql = (
        "SELECT CAST(substr(p.id, -3) AS INT), o.at, o.day, o.rank, o.upvotes, o.comments, o.stars"
        " FROM observation o JOIN paper p ON p.number = o.paper"
    )
    return set(asked(path, sql))


def test_the_sources_row_is_kept_as_it_was_answered(library: Library, path: Path) -> None:
    library.remember_listing(listing(FIRST), fixture(str(FIRST)))
    kept = [json.loads(zlib.decompress(row)) for (row,) in asked(path, "SELECT row FROM answered")]
    rows = fixture_days()[str(FIRST)]
    assert sorted(kept, key=str) == sorted(rows, key=str)


# Looking for words


@pytest.fixture
def shelf() -> Iterator[Library]:
    kept = Library(":memory:")
    papers = [
        paper(1, title="Vision Transformers for Robots", abstract="Plain words.", upvotes=9),
        paper(2, title="A Naïve Résumé", abstract="Über diffusion models.", upvotes=8),
        paper(3, title="Nothing", abstract="Something else.", keywords=("robotics", "C++"), upvotes=7),
        paper(4, title="GPT-4 and 🚀", abstract='He said "no".', upvotes=6),
    ]
    kept.remember_listing(listing(), papers)
    yield kept
    kept.close()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("transformer", [1]),
        ("TRANSFORMING", [1]),
        ("resume", [2]),
        ("RÉSUMÉ", [2]),
        ("uber Diffusion", [2]),
        ("models vision", []),
        ("robot", [1, 3]),
        ('"robots"', [1]),
        ("robo*", [1, 3]),
        ("robotic*", [3]),
        ("transform* -gpt", [1]),
        ("robot -vision", [3]),
        ("vision OR diffusion", [1, 2]),
        ("-(vision OR diffusion)", [3, 4]),
        ("NOT robot", [2, 4]),
        ("title:naive", [2]),
        ("title:diffusion", []),
        ("kw:robot", [3]),
        ('abs:"plain words"', [1]),
        ('"words plain"', []),
        ("up:>7", [1, 2]),
        ("up:7..8", [2, 3]),
        ("GPT-4", [4]),
        ("GPT 4", [4]),
        ("C++", [3]),
        ("🚀", [4]),
        ('"', [4]),
        ('"no"', [4]),
        ("nothing)", [3]),
        ("nothing - else", [3]),
        ("'", []),
        ("%", []),
        ("_", []),
    ],
)
def test_words_are_looked_for_by_stem_and_without_accents(shelf: Library, words: str, found: list[int]) -> None:
    for order in ("rank", "relevance", "title", "newest"):
        for more in ({}, {"first": JULY, "last": JULY}, {"limit": 9}):
            got = {int(entry.id[-1]) for entry in everything(shelf, words, sort=order, **more)}
            assert got == set(found), (order, more)


def test_words_of_a_paper_that_changed_are_found_and_the_old_ones_not(shelf: Library) -> None:
    shelf.remember_paper(paper(1, title="Vision Mamba for Robots", abstract="Other words."), at=2_000)
    for said, many in {"transformers": 0, "plain": 0, "mamba": 1, "other": 1}.items():
        assert len(everything(shelf, said)) == len(everything(shelf, f'"{said}"')) == many


def test_relevance_puts_the_paper_that_says_it_most_first(shelf: Library) -> None:
    shelf.remember_paper(paper(3, title="Robots, Robots, Robots", abstract="Robots."), at=2_000)
    assert ids(everything(shelf, "robots", sort="relevance"))[0] == "2607.99003"


def test_filters_orders_limits_and_the_other_way_round(shelf: Library) -> None:
    def numbers(**query: Any) -> list[int]:
        return [int(entry.id[-1]) for entry in everything(shelf, **query)]

    assert numbers() == [4, 3, 2, 1]
    assert numbers(first=JULY, last=JULY) == [1, 2, 3, 4]
    assert numbers(looking_for="up:>=8") == [2, 1]
    assert numbers(limit=3) == [4, 3, 2]
    assert numbers(reverse=True, limit=2) == [1, 2]
    assert numbers(sort="title") == [2, 4, 3, 1]
    assert numbers(ids=("2607.99003", "2607.99777", "2607.99001")) == [3, 1]


def test_what_lacks_the_value_sorted_by_comes_last(library: Library) -> None:
    library.remember_listing(listing(), [paper(1), paper(2, stars=0), paper(3, stars=9)])
    assert [entry.stars for entry in shown(library, sort="stars")] == [9, 0, None]


# Marks


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    made = in_memory()
    yield made
    made.close()


def put(db: sqlite3.Connection, *ids: str, clock: int = 5, **changes: int | None) -> int:
    return mark(db, ids, changes, by="cli", clock=clock, machine="here")


def undo_log(db: sqlite3.Connection) -> list[tuple[Any, ...]]:
    return db.execute("SELECT clock, machine, by, before, after, undone FROM undo ORDER BY number").fetchall()


def test_a_mark_is_kept_and_how_to_undo_it_is_written_down(db: sqlite3.Connection) -> None:
    first = put(db, "2607.99001", "2607.99002", clock=1_000, starred=7)
    second = put(db, "2607.99001", clock=2_000, starred=None, read=8)
    assert second > first
    assert undo_log(db) == [
        (
            1_000,
            "here",
            "cli",
            '{"2607.99001": {"starred": null}, "2607.99002": {"starred": null}}',
            '{"2607.99001": {"starred": 7}, "2607.99002": {"starred": 7}}',
            0,
        ),
        (
            2_000,
            "here",
            "cli",
            '{"2607.99001": {"starred": 7, "read": null}}',
            '{"2607.99001": {"starred": null, "read": 8}}',
            0,
        ),
    ]


@pytest.mark.parametrize("clocks", [(5, 5, 5), (9, 3, 1), (0, 0, 10), (-5, -9, 2)])
def test_the_clock_of_the_undo_log_only_grows(db: sqlite3.Connection, clocks: tuple[int, ...]) -> None:
    for clock in clocks:
        put(db, "2607.99001", clock=clock, read=1)
    kept = [row[0] for row in undo_log(db)]
    assert kept == sorted(set(kept))
    assert len(kept) == 3
    assert kept[-1] >= max(clocks)


def test_marks_are_told_of_a_paper_and_stay_when_its_facts_change(library: Library) -> None:
    library.remember_listing(listing(), [paper(1)])
    put(library._db, "2607.99001", read=1, later=2)
    library.saw(["2607.99001"], 3)
    library.remember_listing(listing(at=2_000), [paper(1, title="New")])
    entry = one(library, "2607.99001")
    assert (entry.seen, entry.read, entry.starred, entry.later, entry.hidden) == (True, True, False, True, False)


def test_seeing_keeps_when_it_was_first_seen_and_needs_no_undo(library: Library, path: Path) -> None:
    library.saw(["2607.99001", "2607.99002"], 3)
    library.saw(["2607.99001", "2607.99003"], 9)
    assert asked(path, "SELECT id, seen FROM mark ORDER BY id") == [
        ("2607.99001", 3),
        ("2607.99002", 3),
        ("2607.99003", 9),
    ]
    assert asked(path, "SELECT count(*) FROM undo") == [(0,)]


def test_hidden_papers_are_counted_and_left_out_but_show_when_asked_for_by_id(library: Library) -> None:
    library.remember_listing(listing(), [paper(number, upvotes=number) for number in (1, 2, 3)])
    put(library._db, "2607.99002", hidden=1)
    found = library.find(Query(first=JULY, last=JULY))
    assert ([entry.rank for entry in library.rows(found.refs)], found.hidden) == ([1, 3], 1)
    assert len(library.find(Query(first=JULY, last=JULY, shown="all")).refs) == 3
    assert one(library, "2607.99002").hidden is True


def test_every_flipped_bit_in_a_mark_makes_it_say_nothing() -> None:
    db = in_memory()
    put(db, "2607.99001", read=1_785_000_000, starred=1_785_000_001, hidden=1_785_000_002)
    (row,) = db.execute("SELECT seen, read, starred, later, hidden, checksum FROM mark").fetchall()
    assert checked("2607.99001", row) == (False, True, True, False, True)
    nothing = (False,) * 5
    for place, value in enumerate(row):
        wrong = [value ^ (1 << bit) for bit in range(32)] if value is not None else [0, 1, 1_785_000_000]
        for number in [*wrong, *([None] if value is not None else [])]:
            assert checked("2607.99001", (*row[:place], number, *row[place + 1 :])) == nothing
    assert checked("2607.99003", row) == nothing
    assert checked("2607.99001", (None,) * 6) == nothing
    db.close()


@pytest.mark.parametrize("name", NAMES)
def test_a_damaged_mark_hides_nothing_and_tells_nothing(library: Library, name: str) -> None:
    library.remember_listing(listing(), [paper(1)])
    put(library._db, "2607.99001", read=1_785_000_000)
    library._db.execute(f"UPDATE mark SET {name} = coalesce({name}, 0) + 1")
    found = library.find(Query(first=JULY, last=JULY))
    assert found.hidden == 0
    (entry,) = library.rows(found.refs)
    assert not any(getattr(entry, mark) for mark in NAMES)


# A file that another hand, or a bad disk, has written


def test_what_another_hand_wrote_is_cleaned_when_it_is_read(library: Library, path: Path) -> None:
    library.remember_listing(listing(), fixture("2026-03-04"))
    hostile = "bad\x1b]0;owned\x07 \u202etitle\n"
    asked(path, "UPDATE paper SET title = ?, abstract = ?, ai_summary = ?", *[hostile] * 3)
    asked(path, "UPDATE paper SET authors = ?, keywords = ?", *['["a\\u001b[31m", "b\\u0007"]'] * 2)
    asked(path, "UPDATE paper SET code = 'javascript:alert(1)', project = 'file:///etc/passwd'")
    asked(path, """UPDATE paper SET media = '["data:,x"]', thumbnail = 'x'""")
    asked(path, "UPDATE listed SET submitter = ?, submitter_name = ?", hostile, hostile)
    resummed(path)
    assert len(shown(library)) == 3
    for entry in shown(library):
        texts = [entry.title, entry.abstract, entry.ai_summary, *entry.authors, *entry.keywords, entry.submitter]
        assert not any(letter in (text or "") for text in texts for letter in "\x1b\x07\u202e\n")
        assert (entry.code, entry.project, entry.media, entry.thumbnail) == (None, None, (), None)


@pytest.mark.parametrize("seed", range(8))
def test_whatever_bytes_are_damaged_reading_gives_papers_or_a_library_error(path: Path, seed: int) -> None:
    library = Library(str(path))
    for day in (FIRST, SECOND):
        library.remember_listing(listing(day), fixture(str(day)))
    library.close()
    whole, dice = path.read_bytes(), random.Random(seed)
    outcomes: dict[str, int] = {}
    for _ in range(40):
        damaged = bytearray(whole)
        for _ in range(dice.choice((1, 1, 8, 64))):
            damaged[dice.randrange(len(damaged))] ^= 1 << dice.randrange(8)
        path.write_bytes(damaged)
        outcome = read_all(str(path))
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
    assert outcomes["papers"] > 0


def read_all(path: str) -> str:
    notes = Notes()
    library = Library(path, notes)
    try:
        for query in (Query(first=FIRST, last=SECOND), Query(expression=Words("attention")), Query(ids=(RELISTED,))):
            library.rows(library.find(query).refs, linked=True)
        library.newest(), library.listing(FIRST), library.neighbours(SECOND)
    except LibraryError:
        return "library error"
    finally:
        library.close()
    return "in memory" if notes.said else "papers"


def test_a_file_cut_short_is_done_without(library: Library, path: Path) -> None:
    library.remember_listing(listing(FIRST), fixture(str(FIRST)))
    library.close()
    whole = path.read_bytes()
    for size in (1, 50, 100, 4_096, 10_000, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:size])
        assert read_all(str(path)) in ("in memory", "library error", "papers")


def test_opening_tells_what_is_wrong_in_a_clause(tmp_path: Path) -> None:
    found = opened(str(tmp_path))
    assert found.trouble and found.trouble[0].islower() and not found.trouble.endswith(".")
    found.db.close()


def test_what_was_known_is_still_known_when_the_file_refuses_a_write(path: Path) -> None:
    library = Library(str(path))
    library.remember_listing(listing(FIRST), fixture(str(FIRST)))
    known = {entry.id for entry in everything(library)}
    library.close()
    notes = Notes()
    library = Library(str(path), notes)
    library._db.execute("PRAGMA query_only = ON")  # as a full disk does: every write fails, every read works
    library.remember_paper(paper(1), at=2_000.0)
    assert library.in_memory
    assert {entry.id for entry in everything(library)} == {*known, "2607.99001"}
    library.close()


@posix
@pytest.mark.parametrize("way", ["write", "keep", "one"])
def test_ctrl_c_within_a_function_that_sqlite_calls_is_ctrl_c(
    tmp_path: Path, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted() -> None:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.1)

    monkeypatch.setattr(sys.modules["papercli.library.failures"], "_heard", [])
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    ask = "SELECT interrupted()"
    try:
        with closing(Library(str(tmp_path / "library.db"))) as library:
            library._db.create_function("interrupted", 0, interrupted)
            with pytest.raises(KeyboardInterrupt):
                library.one(ask) if way == "one" else getattr(library, way)(lambda db: db.execute(ask))
            assert not library.in_memory
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_library_may_be_opened_by_another_thread_than_the_first(tmp_path: Path) -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(lambda: Library(str(tmp_path / "library.db")).in_memory).result() is False
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
