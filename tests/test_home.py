"""Reading goes on whatever became of the folders that things are kept in, and the reader is told in a line."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from conftest import Papers
from hand import resummed
from hub import Hub

posix = pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
STRANGER = 54_321  # a user id that no system gives out: without a name, and without a home


@pytest.fixture
def filled(papers: Papers, home: Path) -> tuple[Path, str]:
    """A home with a kept listing, and what `papers today` prints from it."""
    return home, papers("today").stdout


def one_line(done: subprocess.CompletedProcess[str], wanted: str) -> str:
    """What was said of the trouble, once the papers are found to be there."""
    assert (done.returncode, done.stdout) == (0, wanted), done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith("papers: ")
    return done.stderr


def garbage(path: Path) -> None:
    path.write_bytes(b"\x00\xff garbage \x1b]0;owned\x07" * 999)


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def pages_lost(path: Path) -> None:
    """All of the file but its first page is overwritten, as a disk does that takes back a write."""
    path.write_bytes(path.read_bytes()[:4096] + b"\xaa" * (path.stat().st_size - 4096))


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def someone_elses(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as db:
        db.executescript("CREATE TABLE photos (name TEXT); PRAGMA application_id = 7; PRAGMA user_version = 3")
    db.close()


def of_a_later_version(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()


def without_tables(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.executescript("DROP TABLE listed; DROP TABLE mark")
    db.close()


DAMAGE = [garbage, cut_short, pages_lost, a_folder, someone_elses, of_a_later_version, without_tables]


def test_a_damaged_library_is_told_of_in_a_line_and_done_without(
    filled: tuple[Path, str], papers: Papers, tmp_path: Path
) -> None:
    home, wanted = filled

    def run(damage: Callable[[Path], None]) -> subprocess.CompletedProcess[str]:
        there = tmp_path / damage.__name__
        shutil.copytree(home, there)
        damage(there / "data" / "library.db")
        return papers("today", env={"PAPERCLI_HOME": str(there)})

    with ThreadPoolExecutor(4) as pool:
        done = dict(zip(DAMAGE, pool.map(run, DAMAGE), strict=True))
    told = {damage.__name__: one_line(each, wanted) for damage, each in done.items()}
    assert "\x1b" not in "".join(told.values())
    assert "another program" in told["someone_elses"]
    assert "newer papercli" in told["of_a_later_version"]
    assert all("library" in line for line in told.values())


ROWS = [
    "title = char(27) || ']0;owned' || char(7)",
    "authors = '{'",
    "authors = '7'",
    "keywords = '[1, null, {}]'",
    "published = 'soon'",
    "published = '2026-02-30'",
    "id = 'x' || char(27) || id",
    "title = x'fffe00'",
    "abstract = 7",
    "fetched_at = 'never'",
    "fetched_at = 99999999999999999",
]


def test_nonsense_in_a_row_of_the_library_is_no_bug(filled: tuple[Path, str], papers: Papers, tmp_path: Path) -> None:
    home, _ = filled

    def run(nonsense: str) -> subprocess.CompletedProcess[str]:
        there = tmp_path / f"rows-{ROWS.index(nonsense)}"
        shutil.copytree(home, there)
        with sqlite3.connect(there / "data" / "library.db") as db:
            db.execute(f"UPDATE paper SET {nonsense} WHERE id = '2607.99013'")
        db.close()
        resummed(there / "data" / "library.db")
        return papers("today", "--json", env={"PAPERCLI_HOME": str(there)})

    with ThreadPoolExecutor(4) as pool:
        done = dict(zip(ROWS, pool.map(run, ROWS), strict=True))
    assert {nonsense: each.returncode for nonsense, each in done.items()} == dict.fromkeys(ROWS, 0)
    for each in done.values():
        assert len(json.loads(each.stdout)) in (11, 12)
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", each.stdout + each.stderr)


def test_what_is_not_ours_or_newer_is_left_as_it_is(filled: tuple[Path, str], papers: Papers) -> None:
    home, _ = filled
    library = home / "data" / "library.db"
    good = library.read_bytes()
    for damage in (someone_elses, of_a_later_version, garbage):
        library.write_bytes(good)
        damage(library)
        before = library.read_bytes()
        papers("today", "--refresh")
        papers("show", "2607.99013")
        assert library.read_bytes() == before, damage.__name__


def test_an_empty_file_is_a_new_library(filled: tuple[Path, str], papers: Papers) -> None:
    home, wanted = filled
    empty(home / "data" / "library.db")
    done = papers("today")
    assert (done.returncode, done.stdout, done.stderr) == (0, wanted, "")
    assert papers("--offline", "today").stdout == wanted


def test_a_damaged_or_missing_cache_is_begun_anew(filled: tuple[Path, str], papers: Papers) -> None:
    home, wanted = filled
    for damage in (garbage, cut_short, pages_lost, empty, someone_elses, a_folder):
        cache = home / "cache" / "cache.db"
        for rest in home.glob("cache/cache.db-*"):
            rest.unlink()
        damage(cache)
        done = papers("today", "--refresh")
        assert (done.returncode, done.stdout) == (0, wanted), damage.__name__
        assert done.stderr.count("\n") <= 1, done.stderr
        shutil.rmtree(home / "cache")
        assert papers("today", "--refresh").stderr == ""


def test_folders_that_are_files_are_done_without(papers: Papers, filled: tuple[Path, str], tmp_path: Path) -> None:
    home, wanted = filled
    file = tmp_path / "file"
    file.write_text("mine")
    one_line(papers("today", env={"PAPERCLI_HOME": str(file)}), wanted)
    assert file.read_text() == "mine"
    shutil.rmtree(home / "state")
    (home / "state").write_text("mine")
    for words in (["today"], ["today", "--refresh"]):
        done = papers(*words)
        assert (done.returncode, done.stdout) == (0, wanted)
        assert done.stderr.count("\n") <= 1
    shutil.rmtree(home / "cache")
    (home / "cache").write_text("mine")
    one_line(papers("today", "--refresh"), wanted)
    assert papers("show", "1").returncode == 2, "no list could be kept"


# A user who may do nothing


@pytest.fixture
def powerless(environ: dict[str, str], hub: Hub) -> Papers:
    """Run the program as a user whom the system does not know, and to whom a folder without `w` is shut."""
    environ["HF_ENDPOINT"] = hub.url
    stranger = ["unshare", "--user", f"--map-user={STRANGER}", f"--map-group={STRANGER}"]
    if not shutil.which("unshare") or subprocess.run([*stranger, "true"], capture_output=True).returncode:
        pytest.skip("no user namespaces here")

    def run(*words: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        settings = {name: text for name, text in {**environ, **(env or {})}.items() if text}
        line = [*stranger, sys.executable, "-m", "papercli", *words]
        return subprocess.run(line, env=settings, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8")

    def on_a_terminal(*words: str) -> str:
        pexpect = pytest.importorskip("pexpect")
        line = [*stranger[1:], sys.executable, "-m", "papercli", *words]
        said = pexpect.run(f"unshare {' '.join(line)}", env=environ, withexitstatus=True, encoding="utf-8")
        assert said[1] == 0
        assert "Notebooks" in said[0]
        return str(said[0])

    run.on_a_terminal = on_a_terminal  # type: ignore[attr-defined]
    return run


def shut(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)


def opened(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        path.chmod(stat.S_IRWXU)


def test_a_home_that_may_only_be_read_is_read(filled: tuple[Path, str], powerless: Papers, hub: Hub) -> None:
    home, wanted = filled
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    asked = len(hub.requests)
    shut(home)
    try:
        fresh = powerless("today")
        assert (fresh.returncode, fresh.stdout, fresh.stderr) == (0, wanted, "")
        assert powerless("today", "--offline").stdout == wanted
        assert len(hub.requests) == asked
        one_line(powerless("today", "--refresh"), wanted)
        one_line(powerless("show", "2607.99013", "-o", "ids"), "2607.99013\n")
        gone = powerless("today", "--refresh", env={"HF_ENDPOINT": "http://127.0.0.1:9"})
        assert (gone.returncode, gone.stdout) == (0, wanted)
        assert "was kept" in gone.stderr
        assert powerless.on_a_terminal("today", "-n", "2").count("papers: ") <= 1  # type: ignore[attr-defined]
        assert {path: path.read_bytes() for path in before} == before
    finally:
        opened(home)


def test_an_empty_home_that_may_not_be_written_works(powerless: Papers, papers: Papers, tmp_path: Path) -> None:
    wanted = papers("today").stdout
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o555)
    for there in (locked, locked / "below"):
        one_line(powerless("today", env={"PAPERCLI_HOME": str(there)}), wanted)
    assert list(locked.iterdir()) == []


def test_without_any_home_it_works_and_keeps_nothing(powerless: Papers, papers: Papers, tmp_path: Path) -> None:
    wanted = papers("today").stdout
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    for home in ("", "relative/home"):
        done = powerless("today", env={"PAPERCLI_HOME": "", "HOME": home, "TMPDIR": str(temporary)})
        assert "no home" in one_line(done, wanted)
    assert list(temporary.iterdir()) == []


@posix
def test_what_is_kept_is_for_its_owner_alone(filled: tuple[Path, str]) -> None:
    home, _ = filled
    for path in [home / "data", home / "cache", home / "state", home / "data" / "library.db"]:
        assert path.stat().st_mode & 0o077 == 0, path


# Where nothing can be kept at all


@pytest.fixture
def nowhere(environ: dict[str, str], hub: Hub, tmp_path: Path) -> Papers:
    """Run the program in a folder that is gone, with the home of `env`, and with `full` where no file takes a byte,
    so that there is no temporary folder either."""
    environ["HF_ENDPOINT"] = hub.url

    def run(*words: str, full: bool = False, before: str = "", **env: str) -> subprocess.CompletedProcess[str]:
        gone = tmp_path / "gone"
        gone.mkdir(exist_ok=True)
        line = f"cd '{gone}' && rmdir '{gone}' && {'ulimit -f 0 && ' if full else ''}exec {before} \"$@\""
        settings = {name: text for name, text in {**environ, **env}.items() if text}
        shell = ["bash", "-c", line, "papers", sys.executable, "-m", "papercli", *words]
        return subprocess.run(
            shell, env=settings, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", timeout=60
        )

    return run


READING = ("today -o ids", "list", "search diffusion", "config show", "config path", "follow list", "doctor", "show 1")


@posix
@pytest.mark.parametrize("full", [False, True])
def test_a_home_below_a_folder_that_is_gone_is_none(nowhere: Papers, papers: Papers, full: bool) -> None:
    wanted = papers("today", "-o", "ids", env={"PAPERCLI_HOME": ""}).stdout
    for words in (*READING, "today --refresh -o ids"):
        done = nowhere(*words.split(), full=full, PAPERCLI_HOME="rel")
        assert done.returncode in {0, 2, 3, 7}, (words, done)
        assert "Traceback" not in done.stderr and "a bug" not in done.stderr, (words, done)
        assert "PAPERCLI_HOME" in done.stderr + done.stdout, (words, done)
        if words.startswith("today"):
            assert one_line(done, wanted)
    done = nowhere("star", "2607.99013", full=full, PAPERCLI_HOME="rel")
    assert (done.returncode, done.stdout) == (7, ""), done
    for words in ("follow add moe mixture", "config set listing.limit 3", "config init"):
        done = nowhere(*words.split(), full=full, PAPERCLI_HOME="rel")
        assert (done.returncode, done.stdout) == (2, ""), "what would be gone at once is not said to be kept"


@posix
def test_without_home_and_temporary_folder_it_works_and_keeps_nothing(nowhere: Papers, powerless: Papers) -> None:
    stranger = f"unshare --user --map-user={STRANGER} --map-group={STRANGER}"
    none = {"PAPERCLI_HOME": "", "HOME": "", "TMPDIR": ""}
    done = nowhere("today", "-o", "ids", full=True, before=stranger, **none)
    assert "no home" in one_line(done, nowhere("--demo", "today", "-o", "ids").stdout)
    done = nowhere("star", "2607.99013", full=True, before=stranger, **none)
    assert (done.returncode, done.stdout) == (7, ""), done


@posix
def test_the_made_up_feed_needs_no_folder_to_be_shown(nowhere: Papers) -> None:
    wanted = nowhere("--demo", "today", "-o", "ids").stdout
    assert wanted
    for env in ({}, {"TMPDIR": "/nowhere"}, {"PAPERCLI_HOME": "rel"}):
        done = nowhere("--demo", "today", "-o", "ids", full=True, **env)
        assert (done.returncode, done.stdout) == (0, wanted), done
        assert done.stderr.count("\n") <= 1, done
    done = nowhere("--demo", "star", "2607.99013", full=True)
    assert done.returncode == 7 and done.stderr.count("\n") == 1, done


def test_a_bug_where_no_log_can_be_written_is_a_line_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from papercli.app import App
    from papercli.crash import logged

    class Nowhere(App):
        def folder(self, kind: str) -> str:
            raise RuntimeError("no folder at all")

    app = Nowhere.__new__(Nowhere)
    assert "PAPERCLI_DEBUG=1" in logged(ValueError("x"), app)
