"""Lists of any length in bounded memory: read and written a batch at a time, and the same to the byte."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from hand import resummed
from papercli import render
from papercli.library import Library, entries
from papercli.library.entries import BATCH
from papercli.main import main
from papercli.numbers import numbered
from papercli.paper import Paper

MANY = 4_000
ABSTRACT = "We count what we know until nothing is left to be counted. " * 40
linux = pytest.mark.skipif(sys.platform != "linux", reason="what a process held is told by Linux's /proc")

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def id_of(place: int) -> str:
    """The id of the paper in this place of the list, the newest first."""
    return f"2607.{90_000 - place:05}"


def fill(path: Path, many: int) -> None:
    """A library of so many papers, each with a long abstract of its own."""
    path.parent.mkdir(parents=True)
    library = Library(str(path))
    papers = [
        Paper(id_of(place), f"On Counting, Part {place}", ("Ada Example", "Bo Sample"), f"{place} {ABSTRACT}")
        for place in range(many)
    ]
    library.remember_papers(papers, source="arxiv", at=1_780_000_000)
    library.close()


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library that no test may change."""
    path = tmp_path_factory.mktemp("many") / "data" / "library.db"
    fill(path, MANY)
    return path


@pytest.fixture
def library(filled: Path, home: Path) -> Path:
    """The library of this test's home, which holds many papers."""
    path = home / "data" / "library.db"
    path.parent.mkdir(parents=True)
    shutil.copyfile(filled, path)
    return path


@pytest.fixture
def listed(environ: dict[str, str], library: Path) -> Run:
    """`papers list` with these words, as a process of its own."""

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-m", "papercli", "list", *words]
        return subprocess.run(line, env=environ, capture_output=True, encoding="utf-8", timeout=60)

    return run


def rest_of(process: subprocess.Popen[bytes]) -> tuple[int, list[str], str]:
    """What is still to come: exit code, the ids of the papers, and what was said."""
    out, said = process.stdout.read(), process.stderr.read()  # type: ignore[union-attr]
    return process.wait(60), [json.loads(row)["id"] for row in out.splitlines()], said.decode()


@pytest.fixture
def started(environ: dict[str, str], library: Path) -> Iterator[subprocess.Popen[bytes]]:
    """All papers as JSON lines, of which nobody has read any yet."""
    line = [sys.executable, "-m", "papercli", "list", "-n", "0", "--jsonl"]
    with subprocess.Popen(line, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        yield process
        process.kill()


# The same in pieces

WAYS = [("-o", name) for name in render.FORMATS] + [
    ("--fields", "id,title", "--json"), ("--fields", "title,id", "-o", "csv"), ("-o", "ids", "-0"),
    ("--template", "{id}: {title}"), ("--since", "2031-01-01", "--json"), ("--since", "2031-01-01", "-o", "csv"),
    ("--since", "2031-01-01", "-o", "csl"), ("--since", "2031-01-01", "-o", "bibtex"), ("-n", "7", "--json"),
    ("counting", "--json"), ("--sort", "title", "-o", "tsv"),
]  # fmt: skip


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a short library."""
    home = tmp_path_factory.mktemp("few")
    fill(home / "data" / "library.db", 23)
    return home


@pytest.mark.parametrize("way", WAYS, ids=" ".join)
def test_a_list_in_pieces_is_the_same_to_the_byte(
    way: tuple[str, ...], shelf: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setenv("PAPERCLI_HOME", str(shelf))

    def printed() -> tuple[int, bytes, bytes, bytes]:
        code = main(["list", "-n", "0", *way])
        ids = (shelf / "state" / "last-lists" / "any").read_bytes() if "2031-01-01" not in way else b""
        return code, *capfdbinary.readouterr(), ids

    whole = printed()
    assert whole[0] == 0
    for batch, together in ((5, 3), (1, 1), (23, 4), (22, 200)):
        monkeypatch.setattr(entries, "BATCH", batch)
        monkeypatch.setattr(render, "TOGETHER", together)
        assert printed() == whole


def test_a_list_longer_than_a_batch_is_whole_and_in_order(listed: Run, home: Path) -> None:
    assert MANY > 2 * BATCH
    wanted = [id_of(place) for place in range(MANY)]
    done = listed("-n", "0", "--json", "--fields", "id,abstract")
    assert [row["id"] for row in json.loads(done.stdout)] == wanted
    assert json.loads(done.stdout)[-1]["abstract"].startswith(f"{MANY - 1} We count")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads((home / "state" / "last-lists" / "any").read_bytes()) == wanted
    assert f"{BATCH + 1:,} of {MANY:,}, -n 0 for all" in listed("-n", str(BATCH + 1), "-o", "ids").stderr


# Memory

PEAK = """
import sys
from papercli.main import main
code = main(sys.argv[1:])
print(open("/proc/self/status").read().partition("VmHWM:")[2].split()[0], file=sys.stderr)
sys.exit(code)
"""


@linux
@pytest.mark.parametrize(
    "way",
    [
        "--json",
        "--json --fields id,title,listed,url,arxiv_url,pdf_url,authors,sources",
        "--jsonl",
        "-o bibtex",
        "-o csv --fields abstract",
        "--template {abstract}",
    ],
)
def test_a_long_list_takes_hardly_more_memory_than_a_short_one(
    way: str, environ: dict[str, str], library: Path
) -> None:
    def peak(many: int) -> int:
        line = [sys.executable, "-c", PEAK, "list", "-n", str(many), *way.split()]
        done = subprocess.run(line, env=environ, capture_output=True, encoding="utf-8", timeout=60)
        assert (done.returncode, len(done.stdout) > 50 * many) == (0, True), done.stderr
        return int(done.stderr.splitlines()[-1]) >> 10

    assert peak(MANY) - peak(BATCH) < 8  # MiB; whole it were 20 and more


# Readers that leave, and libraries that fail


def unreadable(library: Path, place: int) -> None:
    """Make the paper in this place one that no papercli wrote."""
    with closing(sqlite3.connect(library)) as db, db:
        db.execute("UPDATE paper SET authors = 'no list' WHERE number = ?", [numbered(id_of(place))])
    resummed(library)


def test_a_reader_who_leaves_ends_the_run_before_the_rest_is_read(
    started: subprocess.Popen[bytes], library: Path
) -> None:
    started.stdout.close()  # type: ignore[union-attr]
    assert started.wait(60) == 141
    assert started.stderr.read() == b""  # type: ignore[union-attr]


def test_head_reads_no_more_than_it_needs(environ: dict[str, str], library: Path) -> None:
    unreadable(library, MANY - 1)  # whoever comes there fails
    line = f"'{sys.executable}' -m papercli list -n 0 --jsonl | head -1"
    done = subprocess.run(["sh", "-c", line], env=environ, capture_output=True, encoding="utf-8", timeout=60)
    assert json.loads(done.stdout)["id"] == id_of(0)
    assert done.stderr == ""


DOCUMENTS = ("--json", "-o csl")


@pytest.mark.parametrize("way", [*DOCUMENTS, "--jsonl", "-o csv", "-o ids", "-o bibtex", "--template {id}"])
def test_a_library_that_fails_in_the_middle_is_7_and_one_line(way: str, listed: Run, library: Path) -> None:
    whole = listed("-n", "0", *way.split()).stdout
    unreadable(library, 3 * BATCH + 7)
    done = listed("-n", "0", *way.split())
    assert done.returncode == 7
    assert whole.startswith(done.stdout)
    assert (id_of(2 * BATCH) in done.stdout) == (way not in DOCUMENTS), "a document is never half there"
    assert not done.stdout or way not in DOCUMENTS
    assert id_of(3 * BATCH) not in done.stdout
    said = json.loads(done.stderr)["error"]["message"] if "json" in way else done.stderr.strip()
    assert said.removeprefix("papers: ") == "the library cannot be read: it holds what was not written by papercli"


def test_a_library_that_fails_before_anything_was_printed_is_done_without(listed: Run, library: Path) -> None:
    unreadable(library, BATCH - 1)
    done = listed("-n", "0", "-o", "ids")
    assert (done.returncode, done.stdout) == (0, "")
    assert "this run works without it and keeps nothing" in done.stderr


def test_damaged_papers_of_several_batches_are_left_out_and_told_once(listed: Run, library: Path) -> None:
    places = (3, BATCH, MANY - 1)
    with closing(sqlite3.connect(library)) as db, db:
        for place in places:
            db.execute("UPDATE paper SET title = 'Another' WHERE number = ?", [numbered(id_of(place))])
    done = listed("-n", "0", "-o", "ids")
    assert done.stdout.split() == [id_of(place) for place in range(MANY) if place not in places]
    assert done.stderr == (
        "papers: 3 papers are damaged in the library and left out; papers doctor --fix lets go of them\n"
    )
    assert done.returncode == 0


@pytest.mark.skipif(os.name != "posix", reason="Windows lets nobody cut a file that is open")
def test_a_library_that_is_cut_off_while_it_is_read_is_7(started: subprocess.Popen[bytes], library: Path) -> None:
    started.stdout.readline()  # type: ignore[union-attr]
    os.truncate(library, 0)
    code, ids, said = rest_of(started)
    assert code == 7
    assert json.loads(said)["error"]["message"].startswith("the library cannot be read: ")
    assert BATCH - render.TOGETHER < len(ids) < MANY - 1
    assert ids == [id_of(place) for place in range(1, len(ids) + 1)]


@pytest.mark.skipif(os.name != "posix", reason="Windows lets nobody remove a file that is open")
def test_a_library_that_is_replaced_while_it_is_read_is_read_to_its_end(
    started: subprocess.Popen[bytes], library: Path
) -> None:
    started.stdout.readline()  # type: ignore[union-attr]
    library.unlink()
    assert rest_of(started) == (0, [id_of(place) for place in range(1, MANY)], "")


@pytest.mark.skipif(os.name != "posix", reason="limits of POSIX")
def test_what_is_sorted_needs_no_room_for_temporary_files(filled: Path) -> None:
    """A full disk of temporary files, played by a limit on the size of any file."""
    import resource

    rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 99999) SELECT i FROM n"
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    with closing(Library(str(filled))) as library:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, usual[1]))
        try:
            found = library.read(rows + " ORDER BY hex(i * 7919 % 100003) || hex(zeroblob(20))")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    assert len(found) == 99_999


@pytest.mark.parametrize("words", [("-o", "cards"), ("-o", "html"), ("--jq", "length")])
def test_what_needs_all_papers_at_once_takes_ten_thousand(
    many_more: Path, environ: dict[str, str], words: tuple[str, ...]
) -> None:
    def run(*more: str) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-m", "papercli", "list", *words, *more]
        home = {**environ, "PAPERCLI_HOME": str(many_more)}
        return subprocess.run(line, env=home, capture_output=True, encoding="utf-8", timeout=60)

    refused = run("-n", "0")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "takes 10,000 papers at once, and these are 10,001\nhint: -n 10000" in refused.stderr
    if words != ("-o", "html"):
        done = run("-n", "10000")
        assert (done.returncode, bool(done.stdout)) == (0, True), done.stderr


@pytest.fixture(scope="module")
def many_more(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one paper more than is drawn at once."""
    home = tmp_path_factory.mktemp("more")
    (home / "data").mkdir()
    library = Library(str(home / "data" / "library.db"))
    papers = [Paper(id_of(place), f"Part {place}", ("Ada Example",), "Short.") for place in range(10_001)]
    library.remember_papers(papers, source="arxiv", at=1_780_000_000)
    library.close()
    return home
