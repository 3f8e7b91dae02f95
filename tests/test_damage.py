"""A library that is damaged, held by another process, too full or not ours: what is said of it, what can still be read,
and what is made again."""

from __future__ import annotations

import shutil
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from hand import resummed
from papercli.errors import LibraryError
from papercli.library import Library, Listing, bulk, file, health, store
from papercli.library.file import in_memory, moved_to_memory, opened, own_in_memory, patiently, why
from papercli.library.health import Health, examine, rebuild
from papercli.library.salvage import salvaged
from papercli.library.schema import MIGRATIONS, migrate
from papercli.paper import Paper
from papercli.query import Query

ID, OTHER, JULY = "2607.99001", "2607.99002", date(2026, 7, 1)
DAY = Query(first=JULY, last=JULY)
OWN = {ID: {"starred": 5, "tag:a": 5, "note": "words", "noted": 5}}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A library with two papers, one of them with a mark, a tag and a note."""
    path = tmp_path / "library.db"
    with closing(Library(str(path))) as library:
        papers = [Paper(id, f"Llama {id[-1]}", submitted=f"{JULY}T00:00:00Z", upvotes=7) for id in (ID, OTHER)]
        library.remember_listing(Listing(JULY, 1_000.0), papers, newest=True)
        changes = {"starred": 5, "tag:a": 5, "note": "words"}
        library.marks.change([ID], changes, by="cli", clock=5_000, machine="here")
    return path


def hand(path: Path, *statements: str) -> None:
    """Another hand in the file."""
    with closing(sqlite3.connect(path)) as db, db:
        for statement in statements:
            db.execute(statement)


def declared(path: Path, name: str, old: str, new: str) -> None:
    """Change how a table or an index is declared; what is no UTF-8 in `new` stands there as its byte."""
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("PRAGMA writable_schema = ON")
        db.text_factory = bytes
        ((sql,),) = db.execute("SELECT sql FROM sqlite_schema WHERE name = ?", [name]).fetchall()
        sql = sql.replace(old.encode(), new.encode(errors="surrogateescape"), 1)
        db.execute("UPDATE sqlite_schema SET sql = CAST(? AS TEXT) WHERE name = ?", [sql, name])


def spoilt_page(path: Path, table: str) -> None:
    """Overwrite the first page of a table."""
    with closing(sqlite3.connect(path)) as db:
        (root,) = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", [table]).fetchone()
        (size,) = db.execute("PRAGMA page_size").fetchone()
    data = bytearray(path.read_bytes())
    data[(root - 1) * size : root * size] = b"\xff" * size
    path.write_bytes(data)


@pytest.fixture
def held(path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[sqlite3.Connection]:
    """Another process that writes to the library; our patience is short."""
    for module in (file, store):
        monkeypatch.setattr(module, "WAIT_TO_WRITE", 0.05)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        yield db


# What is said of it


def test_of_a_sound_library_its_rows_are_counted(path: Path, tmp_path: Path) -> None:
    counts = {"paper": 2, "listing": 1, "mark": 1, "tag": 1, "note": 1}
    assert examine(str(path)) == Health(counts)
    assert examine(str(tmp_path / "none.db")) is None


@pytest.mark.parametrize(
    ("statement", "health"),
    [
        ("UPDATE paper SET title = 'wrong'", {"spoilt": 2, "indexes": ("words", "spelt")}),
        ("UPDATE paper SET doi = x'00'", {"spoilt": 2}),
        ("UPDATE listed SET upvotes = 8 WHERE rank = 1", {"spoilt": 1}),
        ("INSERT INTO spelt (rowid, title) VALUES (7, 'no such paper')", {"indexes": ("spelt",)}),
        ("UPDATE mark SET starred = 6", {"altered": (ID,), "altered_count": 1}),
        ("UPDATE note SET words = x'00'", {"altered": (ID,), "altered_count": 1}),
    ],
)
def test_what_is_not_as_it_was_written_is_told(path: Path, statement: str, health: dict[str, Any]) -> None:
    hand(path, statement)
    found = examine(str(path))
    assert found is not None
    assert {
        name: getattr(found, name) for name in Health.__match_args__ if name != "counts" and getattr(found, name)
    } == (health)


def test_of_many_altered_marks_the_first_are_named(path: Path) -> None:
    rows = ", ".join(f"('2607.{n:05}', 'x', 7, 7)" for n in range(9))
    hand(path, f"INSERT INTO tag VALUES {rows}")
    found = examine(str(path))
    assert found is not None
    assert (len(found.altered), found.altered_count) == (health.MOST_NAMED, 9)


def test_a_damaged_page_is_told_in_sqlites_words(path: Path) -> None:
    spoilt_page(path, "listing")
    found = examine(str(path))
    assert found is not None
    assert (found.counts, "page 8" in found.damage.lower()) == ({}, True)


@pytest.mark.parametrize(("table", "rebuilt"), [("note", ""), ("paper", "no such table: paper")])
def test_a_table_that_is_missing_is_damage(path: Path, table: str, rebuilt: str) -> None:
    hand(path, f"DROP TABLE {table}")
    assert examine(str(path)) == Health({}, damage=f"no such table: {table}")
    assert rebuild(str(path)) == rebuilt


def test_a_table_that_is_declared_otherwise_is_damage(path: Path) -> None:
    declared(path, "listed_votes", "(day,", "(day COLLATE nowhere,")
    assert examine(str(path)) == Health({}, damage="no such collation sequence: nowhere")


@pytest.mark.parametrize(
    "statement",
    ["UPDATE words_config SET v = 99 WHERE k = 'version'", "DROP TABLE words_config", "DROP TABLE words_data"],
)
def test_a_word_index_that_cannot_be_asked_is_not_right(path: Path, statement: str) -> None:
    hand(path, statement)
    found = examine(str(path))
    assert found is not None
    assert found.indexes == ("words",)
    assert rebuild(str(path)) != ""


def test_names_that_are_damaged_are_damage_like_any_other(path: Path) -> None:
    declared(path, "words", "tokenize", "tokeniz\udce5")
    declared(path, "looked", "name", "n\udce5me")
    found = examine(str(path))
    assert found is not None
    assert (found.damage, found.trouble) == ("database disk image is malformed", "")
    assert rebuild(str(path)) == "database disk image is malformed"
    assert salvaged(str(path)).papers == OWN
    with closing(Library(str(path))) as library, pytest.raises(LibraryError, match="disk image is malformed"):
        bulk.add(library, [Paper(OTHER, "New")], source="arxiv", at=2_000.0)
    said: list[str] = []
    with closing(Library(str(path), lambda kind, text: said.append(text))) as library:
        library.remember_listing(Listing(JULY, 2_000.0), [Paper(OTHER, "New", submitted=f"{JULY}T00:00:00Z")])
        assert [entry.title for entry in library.rows(library.find(DAY).refs)] == ["New"]
        assert library.marks.own().papers == OWN
    assert said == [f"{path} cannot be written (database disk image is malformed); this run keeps nothing"]


def test_what_cannot_be_used_is_neither_examined_nor_rebuilt(path: Path) -> None:
    hand(path, f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    said = "it was written by a newer papercli"
    assert examine(str(path)) == Health({}, trouble=said)
    assert rebuild(str(path)) == said


def test_while_another_process_writes_the_word_indexes_are_not_asked(path: Path, held: sqlite3.Connection) -> None:
    held.execute("INSERT INTO spelt (rowid, title) VALUES (7, 'no such paper')")
    found = examine(str(path))
    assert found is not None
    assert (found.counts["paper"], found.indexes, found.damage) == (2, (), "")
    assert rebuild(str(path)) == "database is locked"


# What is made again


def test_what_is_spoilt_is_let_go_of_and_its_listing_asked_for_again(path: Path) -> None:
    hand(path, f"UPDATE paper SET title = 'wrong' WHERE id = '{OTHER}'")
    assert rebuild(str(path)) == ""
    found = examine(str(path))
    assert found is not None
    assert (found.counts["paper"], found.spoilt, found.indexes, found.altered) == (1, 0, (), ())
    with closing(Library(str(path))) as library:
        known = library.listing(JULY)
        assert known is not None
        assert not known.whole
        assert [entry.id for entry in library.rows(library.find(DAY).refs)] == [ID]


def test_a_spoilt_paper_is_left_out_and_told_once_for_all(path: Path) -> None:
    said: list[str] = []
    for wrong, words in ((f"id = '{ID}'", "1 paper is damaged"), ("1", "2 papers are damaged")):
        hand(path, f"UPDATE paper SET title = 'wrong' WHERE {wrong}")
        with closing(Library(str(path), lambda kind, text: said.append(text))) as library:
            assert len(library.rows(library.find(DAY).refs)) == (1 if wrong != "1" else 0)
        assert said.pop().startswith(words)
    assert said == []


# What can still be read


def test_the_readers_own_is_brought_out_of_a_file_whose_other_pages_are_damaged(path: Path) -> None:
    for table in ("paper", "listing", "undo", "tag"):
        spoilt_page(path, table)
    own = salvaged(str(path))
    assert own.papers == {ID: {name: when for name, when in OWN[ID].items() if name != "tag:a"}}


def test_rows_are_read_up_to_the_damage_from_both_ends(path: Path) -> None:
    with closing(Library(str(path))) as library:
        ids = [f"2401.{number:05}" for number in range(3_000)]
        library.marks.change(ids, {"starred": 5}, by="cli", clock=6_000, machine="here")
    with closing(sqlite3.connect(path)) as db:
        (root,) = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'mark'").fetchone()
        (size,) = db.execute("PRAGMA page_size").fetchone()
    data = bytearray(path.read_bytes())
    at = (root - 1) * size
    cells, middle = int.from_bytes(data[at + 3 : at + 5], "big"), 0
    middle = at + 12 + 2 * (cells // 2)
    cell = at + int.from_bytes(data[middle : middle + 2], "big")
    child = (int.from_bytes(data[cell : cell + 4], "big") - 1) * size
    data[child : child + 100] = b"\xff" * 100
    path.write_bytes(data)
    kept = salvaged(str(path)).papers
    assert ids[0] in kept
    assert ID in kept
    assert 2_500 < len(kept) < 3_001


def test_of_no_library_nothing_is_brought_out(tmp_path: Path, path: Path) -> None:
    nothing: tuple[Any, ...] = ({}, {}, 0)
    diary = tmp_path / "diary.db"
    diary.write_bytes(b"Dear diary, " * 1_000)
    newer, planted = tmp_path / "newer.db", tmp_path / "planted.db"
    for other in (newer, planted):
        shutil.copyfile(path, other)
    hand(newer, f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    rows = " UNION ".join(f"SELECT '{id}' AS id, 5 AS seen" for id in (ID, OTHER))
    hand(planted, *(f"DROP TABLE {name}" for name in ("mark", "tag", "note")), f"CREATE VIEW mark AS {rows}")
    for other in (diary, newer, planted):
        own = salvaged(str(other))
        assert (own.papers, own.looked, own.altered) == nothing, other
    with pytest.raises(OSError):
        salvaged(str(tmp_path / "none.db"))


def crashed(path: Path) -> Path:
    """What a power cut in the middle of a change leaves: the file half written, and the journal that undoes it."""
    there = path.with_name("crashed") / path.name
    there.parent.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA cache_size = 1")  # so that it writes before it commits
        db.execute("BEGIN IMMEDIATE")
        db.execute("UPDATE mark SET starred = 9")
        db.executemany("INSERT INTO news VALUES (1, ?, 'x', 'x', ?)", [(n, "x" * 5_000) for n in range(50)])
        for end in ("", "-journal"):
            shutil.copyfile(f"{path}{end}", f"{there}{end}")
        db.execute("ROLLBACK")
    assert there.read_bytes() != path.read_bytes()
    return there


def test_what_a_crash_left_half_written_is_rolled_back_in_the_copy(path: Path) -> None:
    there = crashed(path)
    before = there.read_bytes()
    assert salvaged(str(there)).papers == OWN
    assert there.read_bytes() == before


def test_where_the_file_cannot_be_opened_a_copy_is_rolled_back_and_read(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = crashed(path)
    before = there.read_bytes()

    def refused(given: str) -> sqlite3.Connection:
        raise sqlite3.OperationalError("attempt to write a readonly database")

    monkeypatch.setattr(file, "_file", refused)
    found = opened(str(there))
    assert found.trouble == "attempt to write a readonly database"
    with closing(found.db) as db:
        assert db.execute("SELECT starred FROM mark").fetchall() == [(5,)]
    assert there.read_bytes() == before


# Held, full, or not to be written


def test_a_reader_waits_until_the_other_process_has_done(path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")
    threading.Timer(0.1, other.execute, ["COMMIT"]).start()
    began = time.monotonic()
    with closing(Library(str(path))) as library:
        assert len(library.find(DAY).refs) == 2
    assert 0.05 < time.monotonic() - began < 4
    other.close()


def test_patience_ends_and_a_mistake_is_not_waited_for(path: Path) -> None:
    with closing(sqlite3.connect(path)) as holder, closing(sqlite3.connect(path)) as db:
        holder.execute("BEGIN EXCLUSIVE")
        began = time.monotonic()
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            patiently(db, lambda: db.execute("SELECT * FROM mark"), 0.05)
        with pytest.raises(sqlite3.OperationalError, match="no such table"):
            patiently(holder, lambda: holder.execute("SELECT * FROM nowhere"), 60)
        assert time.monotonic() - began < 4


def test_what_must_last_is_refused_where_the_file_cannot_be_used(path: Path, held: sqlite3.Connection) -> None:
    with closing(Library(str(path))) as library, pytest.raises(LibraryError, match="cannot be written: database is"):
        library.looks.keep_for_good({})
    held.close()
    hand(path, "CREATE VIEW planted AS SELECT 1")
    with closing(Library(str(path))) as library:
        assert library.trouble == "it holds a view, which no papercli makes"
        with pytest.raises(LibraryError, match="cannot be used: it holds a view"):
            library.looks.keep_for_good({})


def test_a_disk_that_is_full_leaves_the_file_as_it_was(path: Path) -> None:
    before = path.read_bytes()
    with closing(Library(str(path))) as library:
        (pages,) = library.one("PRAGMA page_count")
        library.one(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(LibraryError, match="full"):
            library.looks.keep_for_good({"x" * 1_000_000: library.looks.now(JULY)})
        assert len(library.find(DAY).refs) == 2
    assert path.read_bytes() == before


def test_a_disk_too_full_for_a_new_library_is_left_as_it_was(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "new.db", isolation_level=None)) as db:
        db.execute("PRAGMA max_page_count = 3")
        with pytest.raises(sqlite3.OperationalError, match="full"):
            migrate(db)
        assert not db.in_transaction
    assert (tmp_path / "new.db").read_bytes() == b""


@pytest.mark.parametrize("steps", [3, 300])
def test_a_new_library_that_is_interrupted_is_left_as_it_was(tmp_path: Path, steps: int) -> None:
    with closing(sqlite3.connect(tmp_path / "new.db", isolation_level=None)) as db:
        taken = count()
        db.set_progress_handler(lambda: db.in_transaction and next(taken) == steps, 1)
        with pytest.raises(sqlite3.OperationalError, match="interrupted"):
            migrate(db)
        assert not db.in_transaction
    assert (tmp_path / "new.db").read_bytes() == b""


def test_a_library_goes_to_memory_whole_and_a_very_large_one_with_the_readers_own(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(moved_to_memory(sqlite3.connect(path))) as db:
        assert db.execute("SELECT count(*) FROM paper").fetchone() == (2,)
    monkeypatch.setattr(file, "LARGEST", 1)
    with closing(moved_to_memory(sqlite3.connect(path))) as db:
        assert db.execute("SELECT count(*) FROM paper").fetchone() == (0,)
        assert db.execute("SELECT id, starred FROM mark").fetchall() == [(ID, 5)]
        assert db.execute("SELECT words FROM note").fetchall() == [("words",)]


def test_a_table_that_is_not_ours_does_not_come_along(path: Path) -> None:
    hand(path, "DROP TABLE tag", "DROP TABLE note", "CREATE TABLE note (planted)", "INSERT INTO note VALUES (7)")
    with closing(own_in_memory(sqlite3.connect(path))) as db:
        assert db.execute("SELECT id FROM mark").fetchall() == [(ID,)]
        assert db.execute("SELECT * FROM note").fetchall() == db.execute("SELECT * FROM tag").fetchall() == []


def test_when_what_came_along_is_spoilt_only_the_readers_own_is_taken(path: Path) -> None:
    said: list[str] = []
    hand(path, "DROP TABLE listed")
    with closing(Library(str(path), lambda kind, text: said.append(text))) as library:
        library.remember_listing(Listing(JULY, 2_000.0), [Paper(OTHER, "New", submitted=f"{JULY}T00:00:00Z")])
        assert [entry.title for entry in library.rows(library.find(DAY).refs)] == ["New"]
        assert library.marks.own().papers == OWN
    assert said == [f"{path} cannot be written (no such table: listed); this run keeps nothing"]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(28, "No space left on device"), "no space left on device"),
        (OSError("odd"), "odd"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "odd"), "database disk image is malformed"),
        (sqlite3.Error(), "Error"),
    ],
)
def test_every_error_is_a_clause(error: Exception, words: str) -> None:
    assert why(error) == words


def test_in_memory_it_is_todays_library() -> None:
    with closing(in_memory()) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)


def test_a_hand_that_knows_the_checksums_is_believed_but_cleaned(path: Path) -> None:
    hand(path, "UPDATE paper SET title = 'a' || char(27) || 'b', first_seen = 7e99")
    resummed(path)
    with (
        closing(Library(str(path))) as library,
        pytest.raises(LibraryError, match="it holds what was not written by papercli"),
    ):
        library.rows(library.find(DAY).refs)
