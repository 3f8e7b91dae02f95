"""The cache may forget anything, and never fails, lies or runs what it finds."""

from __future__ import annotations

import concurrent.futures
import hashlib
import io
import os
import pickle
import random
import sqlite3
import subprocess
import sys
import time

import diskcache
import pytest

from papercli.cache import Cache, Database, Kept

URL = "https://huggingface.co/api/daily_papers?date=2026-07-03"
KEPT = Kept(body=b'["\x00\xff\n"]' * 500, at=1_780_000_000.25, etag='W/"1\n"', last_modified="Wed", next="?p=1")
OTHER = Kept(body=b"", at=0.0)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "a" / "cache"


@pytest.fixture
def cache(folder):
    cache = Cache(str(folder))
    yield cache
    cache.close()


def filled(folder) -> None:
    cache = Cache(str(folder))
    cache.put(URL, KEPT)
    cache.put(URL + "&p=1", OTHER)
    cache.close()


def reopened(folder) -> Cache:
    return Cache(str(folder))


def test_what_was_put_comes_back_in_another_run(cache, folder):
    assert cache.get(URL) is None
    cache.put(URL, OTHER)
    cache.put(URL, KEPT)
    cache.put(URL + "&p=1", OTHER)
    cache.close()
    again = reopened(folder)
    assert (again.get(URL), again.get(URL + "&p=1"), again.get(URL + "&p=2")) == (KEPT, OTHER, None)
    assert again.trouble == ""
    again.close()


def test_a_closed_cache_holds_nothing_and_does_not_fail(cache):
    cache.put(URL, KEPT)
    cache.close()
    cache.close()
    cache.put(URL, KEPT)
    assert cache.get(URL) is None


def test_threads_use_one_cache_and_leave_no_connection_open(cache, folder):
    def use(n: int) -> Kept | None:
        cache.put(f"{URL}&p={n}", KEPT)
        return cache.get(f"{URL}&p={n}")

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        assert [pool.submit(use, n).result() for n in range(8)] == [KEPT] * 8
        cache.close()
        if os.path.exists("/proc/self/fd"):
            names = [os.path.realpath(f"/proc/self/fd/{fd}") for fd in os.listdir("/proc/self/fd")]
            assert [name for name in names if name.startswith(str(folder))] == []


def test_processes_write_at_once_and_lose_nothing(folder):
    code = """
import sys
from papercli.cache import Cache, Database, Kept
cache = Cache(sys.argv[1])
for n in range(20):
    cache.put(sys.argv[2] + str(n), Kept(body=sys.argv[2].encode() * 1000, at=1.0))
assert cache.trouble == "", cache.trouble
cache.close()
"""
    children = [subprocess.Popen([sys.executable, "-c", code, str(folder), name]) for name in "abcd"]
    assert [child.wait(20) for child in children] == [0] * 4
    cache = reopened(folder)
    assert all(cache.get(f"{name}{n}").body == name.encode() * 1000 for name in "abcd" for n in range(20))
    cache.close()


def test_only_its_owner_can_look_into_the_folder(cache, folder):
    if os.name != "posix":
        pytest.skip("modes are of POSIX")
    assert folder.stat().st_mode & 0o777 == 0o700
    folder.chmod(0o755)
    reopened(folder).close()
    assert folder.stat().st_mode & 0o777 == 0o700


def test_the_folder_of_another_user_is_not_used(folder, monkeypatch):
    filled(folder)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    cache = reopened(folder)
    cache.put(URL, OTHER)
    assert cache.get(URL) is None
    assert cache.trouble == f"answers are not kept: the folder belongs to another user ({folder})"
    monkeypatch.undo()
    mine = reopened(folder)
    assert mine.get(URL) == KEPT
    mine.close()


def test_where_no_folder_can_be_made_nothing_is_kept(tmp_path):
    (tmp_path / "file").write_text("")
    cache = Cache(str(tmp_path / "file" / "cache"))
    cache.put(URL, KEPT)
    assert cache.get(URL) is None and cache.trouble.startswith("answers are not kept: ")
    cache.close()


def test_a_directory_in_the_place_of_the_file_is_no_cache_and_stays(folder):
    (folder / "cache.db" / "inside").mkdir(parents=True)
    cache = reopened(folder)
    assert cache.get(URL) is None and "unable to open" in cache.trouble
    assert (folder / "cache.db" / "inside").is_dir()


def test_a_file_that_another_process_holds_is_not_waited_for_long(folder, monkeypatch):
    monkeypatch.setattr("papercli.cache.WAIT", 0.3)
    filled(folder)
    holder = sqlite3.connect(folder / "cache.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    cache = reopened(folder)
    assert time.monotonic() - began < 1
    assert "locked" in cache.trouble
    cache.put(URL, OTHER)
    holder.execute("ROLLBACK")
    holder.close()
    cache = reopened(folder)
    assert cache.get(URL) == KEPT
    cache.close()


def test_a_write_that_fails_is_told_and_nothing_else(folder, monkeypatch):
    monkeypatch.setattr("papercli.cache.WAIT", 0.3)
    cache = reopened(folder)
    cache.put(URL, KEPT)
    holder = sqlite3.connect(folder / "cache.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    cache.put(URL, OTHER)
    assert cache.trouble == f"an answer was not kept: another process holds the file ({folder})"
    assert cache.get(URL) == KEPT
    holder.execute("ROLLBACK")
    holder.close()
    cache.close()


GARBAGE = {
    "text": b"not a database" * 1000,
    "header of a database": b"SQLite format 3\0" + b"\xff" * 5000,
    "zeros": bytes(8192),
}


@pytest.mark.parametrize("garbage", GARBAGE.values(), ids=GARBAGE)
def test_a_file_of_garbage_is_moved_aside_and_the_cache_works_again(folder, garbage):
    filled(folder)
    for round_ in (garbage, garbage + b"2"):
        (folder / "cache.db").write_bytes(round_)
        cache = reopened(folder)
        assert cache.trouble == "" and cache.get(URL) is None
        cache.put(URL, KEPT)
        cache.close()
        assert (folder / "cache.db.broken").read_bytes() == round_
    assert sorted(file.name for file in folder.iterdir()) == ["cache.db", "cache.db.broken"]
    cache = reopened(folder)
    assert cache.get(URL) == KEPT
    cache.close()


def test_what_sqlite_left_beside_a_file_of_garbage_goes_with_it(folder):
    filled(folder)
    (folder / "cache.db").write_bytes(b"Dear diary, " * 1_000)
    (folder / "cache.db-wal").write_bytes(b"Dear diary, " * 1_000)
    cache = reopened(folder)
    cache.put(URL, KEPT)
    assert cache.get(URL) == KEPT and cache.trouble == ""
    assert (folder / "cache.db.broken").read_bytes().startswith(b"Dear diary")
    cache.close()


def test_a_damaged_file_that_cannot_be_moved_aside_stays_and_nothing_is_kept(folder):
    (folder / "cache.db.broken").mkdir(parents=True)
    (folder / "cache.db").write_bytes(b"Dear diary, " * 1_000)
    cache = reopened(folder)
    cache.put(URL, KEPT)
    assert cache.get(URL) is None
    assert cache.trouble == f"answers are not kept: file is not a database ({folder})"
    assert (folder / "cache.db").read_bytes() == b"Dear diary, " * 1_000


def test_an_empty_file_is_an_empty_cache(folder):
    folder.mkdir(parents=True)
    (folder / "cache.db").write_bytes(b"")
    cache = reopened(folder)
    cache.put(URL, KEPT)
    assert cache.get(URL) == KEPT
    cache.close()


def test_a_database_of_another_program_is_moved_aside(folder):
    folder.mkdir(parents=True)
    other = sqlite3.connect(folder / "cache.db")
    other.execute("CREATE TABLE Cache (something TEXT)")
    other.execute("CREATE TABLE Settings (key TEXT NOT NULL UNIQUE, value)")
    other.execute("INSERT INTO Settings VALUES ('disk_nonsense', 1)")
    other.commit()
    other.close()
    cache = reopened(folder)
    cache.put(URL, KEPT)
    assert cache.get(URL) == KEPT and cache.trouble == ""
    cache.close()
    assert (folder / "cache.db.broken").exists()


def test_a_file_damaged_while_in_use_is_moved_aside(folder):
    filled(folder)
    cache = reopened(folder)
    (folder / "cache.db").write_bytes(b"\xff" * (folder / "cache.db").stat().st_size)
    assert cache.get(URL) is None
    cache.put(URL, KEPT)
    assert cache.get(URL) == KEPT and cache.trouble == ""
    cache.close()


def test_what_another_run_still_holds_of_a_damaged_file_is_let_go_of(folder):
    filled(folder)
    other, cache = reopened(folder), reopened(folder)
    assert other.get(URL) == KEPT
    (folder / "cache.db").write_bytes(b"\xff" * (folder / "cache.db").stat().st_size)
    assert cache.get(URL) is None
    cache.put(URL, KEPT)
    assert cache.get(URL) == KEPT and cache.trouble == ""
    cache.close()
    again = reopened(folder)
    assert again.get(URL) == KEPT and again.trouble == ""
    again.close()
    other.close()


def test_a_file_cut_off_while_in_use_does_not_kill_the_process(folder):
    code = """
import os, sys
from papercli.cache import Cache, Database, Kept
cache = Cache(sys.argv[1])
assert cache.get(sys.argv[2])
os.truncate(sys.argv[1] + "/cache.db", 100)
print(cache.get(sys.argv[2]))
"""
    big = Kept(body=bytes(1 << 20), at=1.0)
    cache = reopened(folder)
    cache.put(URL, big)
    cache.close()
    command = [sys.executable, "-c", code, str(folder), URL]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "None\n"


def test_a_flipped_bit_anywhere_gives_the_truth_or_nothing(folder):
    filled(folder)
    whole = (folder / "cache.db").read_bytes()
    flips = random.Random(7)
    missed = 0
    for _ in range(80):
        damaged = bytearray(whole)
        damaged[flips.randrange(len(whole))] ^= 1 << flips.randrange(8)
        (folder / "cache.db").write_bytes(damaged)
        cache = reopened(folder)
        found = cache.get(URL)
        assert found in (KEPT, None)
        missed += found is None
        cache.close()
        for file in folder.iterdir():
            file.unlink()
    assert missed > 5


def test_every_flipped_bit_of_a_value_gives_a_miss(folder):
    filled(folder)
    with sqlite3.connect(folder / "cache.db") as database:
        (value,) = database.execute("SELECT value FROM Cache WHERE key = ?", (URL,)).fetchone()
        for at in range(0, len(value), 101):
            damaged = value[:at] + bytes([value[at] ^ 1]) + value[at + 1 :]
            database.execute("UPDATE Cache SET value = ? WHERE key = ?", (damaged, URL))
            database.commit()
            cache = reopened(folder)
            assert cache.get(URL) is None, at
            cache.close()
    database.close()


def plant(folder, column: str, planted: object, url: str = URL) -> None:
    filled(folder)
    database = sqlite3.connect(folder / "cache.db")
    database.execute(f"UPDATE Cache SET {column} = ? WHERE key = ?", (planted, url))
    database.commit()
    database.close()


class Trap:
    """Makes a file when it is unpickled."""

    def __init__(self, path) -> None:
        self.path = str(path)

    def __reduce__(self):
        return open, (self.path, "w")


def test_a_planted_pickle_is_not_run(folder, tmp_path):
    trap = pickle.dumps(Trap(tmp_path / "sprung"))
    plant(folder, "mode", diskcache.core.MODE_PICKLE)
    for column in ("value", "key"):
        plant(folder, column, trap)
        plant(folder, "mode", diskcache.core.MODE_PICKLE)
        cache = reopened(folder)
        assert cache.get(URL) is None
        cache.put(URL, KEPT)
        assert cache.get(URL) == KEPT
        cache.close()
    assert not (tmp_path / "sprung").exists()
    pickle.loads(trap).close()
    assert (tmp_path / "sprung").exists(), "the trap works, where it is unpickled"


def test_a_planted_file_name_is_neither_read_nor_removed(folder, tmp_path):
    (tmp_path / "letter").write_bytes(b"private")
    plant(folder, "filename", "../../letter")
    for mode in (diskcache.core.MODE_BINARY, diskcache.core.MODE_TEXT, diskcache.core.MODE_PICKLE):
        database = sqlite3.connect(folder / "cache.db")
        database.execute("UPDATE Cache SET mode = ?, filename = '../../letter'", (mode,))
        database.commit()
        database.close()
        cache = reopened(folder)
        assert cache.get(URL) is None
        cache.put(URL, KEPT)
        assert cache.get(URL) == KEPT
        cache.close()
    assert (tmp_path / "letter").read_bytes() == b"private"


@pytest.mark.parametrize("planted", [None, 7, "text", b"", b"x" * 15, b"x" * 100, 1.5])
def test_a_value_of_another_kind_is_a_miss(folder, planted):
    plant(folder, "value", planted)
    cache = reopened(folder)
    assert cache.get(URL) is None and cache.trouble == ""
    cache.close()


@pytest.mark.parametrize(
    "header",
    ["{}", "[]", "7", "no JSON", '{"url": "%s"}', '{"url": "%s", "at": NaN}', '{"url": "%s", "at": 1.0, "votes": 7}'],
)
def test_what_another_version_kept_is_a_miss(folder, header):
    filled(folder)
    rest = (header.replace("%s", URL) + "\n").encode() + KEPT.body
    database = Database(str(folder))
    database.set(URL, hashlib.blake2b(rest, digest_size=16).digest() + rest)
    database.close()
    cache = reopened(folder)
    assert cache.get(URL) is None and cache.trouble == ""
    cache.close()


def test_nothing_but_text_and_bytes_goes_in_or_comes_out(folder):
    filled(folder)
    with Database(str(folder)) as database:
        for key, value, kind in ((7, b"", "keys are text"), ("a", "text", "values are bytes"), ("a", None, "values")):
            with pytest.raises(TypeError, match=kind):
                database.set(key, value)
        with pytest.raises(TypeError, match="values are bytes"):
            database.set("a", io.BytesIO(b""), read=True)
        assert list(database) == [URL, URL + "&p=1"]
    plant(folder, "raw", 0)
    with Database(str(folder)) as database, pytest.raises(ValueError, match="a key that is not text"):
        list(database)


def test_a_value_under_the_key_of_another_url_is_a_miss(folder):
    filled(folder)
    database = sqlite3.connect(folder / "cache.db")
    database.execute("UPDATE Cache SET value = (SELECT value FROM Cache WHERE key = ?)", (URL,))
    database.commit()
    database.close()
    cache = reopened(folder)
    assert (cache.get(URL), cache.get(URL + "&p=1")) == (KEPT, None)
    cache.close()


def test_the_size_stays_near_its_limit_and_the_oldest_go_first(folder, monkeypatch):
    monkeypatch.setattr("papercli.cache.LIMIT", 8 << 20)
    cache = reopened(folder)
    body = random.Random(1).randbytes(1 << 19)
    for n in range(40):
        cache.put(str(n), Kept(body=body, at=float(n)))
    assert cache.get("39").at == 39.0 and cache.get("0") is None
    cache.close()
    assert 4 << 20 < sum(file.stat().st_size for file in folder.iterdir()) < 10 << 20


def test_a_body_that_would_fill_the_cache_is_not_kept(cache):
    cache.put(URL, KEPT)
    cache.put(URL, Kept(body=bytes(17 << 20), at=2.0))
    assert cache.get(URL) == KEPT and cache.trouble == ""


def test_a_url_that_cannot_be_a_key_is_a_miss(cache):
    cache.put("https://\ud800", KEPT)
    assert cache.get("https://\ud800") is None
    assert cache.trouble == ""
