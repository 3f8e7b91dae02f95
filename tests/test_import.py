"""The public snapshot of arXiv's metadata: what is read of it, and that nothing is lost or doubled meanwhile."""

from __future__ import annotations

import gzip
import json
import lzma
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papercli.accents import _LETTERS, _MARKS, lettered
from papercli.paper import Paper
from papercli.snapshot import paper
from papercli.system.lock import Lock

resource = pytest.importorskip("resource")
pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals and limits of POSIX")

PAPERS = [sys.executable, "-m", "papercli"]
Import = Callable[..., "subprocess.CompletedProcess[str]"]


def record(number: int = 1, **other: Any) -> dict[str, Any]:
    """A made-up line of the snapshot, with every key that the real one has."""
    return {
        "id": f"2403.{number:05}",
        "submitter": "Ada Example",
        "authors": "Ada Example, Erd\\H{o}s P\\'al",
        "title": f"Sparse matters, part {number},\n  and dense ones",
        "comments": "12 pages, 3 figures",
        "journal-ref": None,
        "doi": None,
        "report-no": None,
        "categories": ["cs.CL cs.LG", "math.CO", "hep-th math.MP"][number % 3],
        "license": "http://arxiv.org/licenses/nonexclusive-distrib/1.0/",
        "abstract": f"  We prove $n_{{{number}}} \\leq 2$ for word{number % 50}\nand the like.\n",
        "versions": [{"version": "v1", "created": "Fri, 1 Mar 2024 19:18:42 GMT"}],
        "update_date": "2024-03-04",
        "authors_parsed": [["Example", "Ada", ""], ["Pál", "Erdős", "Jr"]],
        **other,
    }


def text(*records: Any) -> bytes:
    """As the file has it: one line each. Bytes stand for themselves."""
    rows = (each if isinstance(each, bytes) else json.dumps(each, separators=(",", ":")).encode() for each in records)
    return b"".join(row + b"\n" for row in rows)


def line(**other: Any) -> bytes:
    return text(record(**other)).strip()


# What a line says


def test_a_line_is_read() -> None:
    said = paper(
        line(
            id="0704.0049",
            authors_parsed=[["van der Berg", "F. A.", "", "Here"], ["Neal", "J.", "III"], ["ABC Group", "", ""]],
            doi="10.1103/PhysRevD.76.013009",
            **{"journal-ref": "Phys.Rev.D76:013009,\n  2007"},
            versions=[
                {"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"},
                {"version": "v2", "created": "Tue, 24 Jul 2007 20:10:27 GMT"},
            ],
        )
    )  # fmt: skip
    assert said == Paper(
        id="0704.0049",
        title="Sparse matters, part 1, and dense ones",
        authors=("F. A. van der Berg", "J. Neal III", "ABC Group"),
        abstract="We prove $n_{1} \\leq 2$ for word1 and the like.",
        published=date(2007, 4, 2),
        updated=date(2007, 7, 24),
        categories=("math.CO",),
        doi="10.1103/PhysRevD.76.013009",
        journal_ref="Phys.Rev.D76:013009, 2007",
        arxiv_comment="12 pages, 3 figures",
        version=2,
    )


@pytest.mark.parametrize(
    ("given", "id", "version"),
    [
        ("0704.0001", "0704.0001", 1),
        ("hep-th/9901001", "hep-th/9901001", 1),
        ("math/0309136", "math/0309136", 1),
        ("math.GT/0309136", "math/0309136", 1),
        ("2403.00001v3", "2403.00001", 1),
    ],
)
def test_identifiers_old_and_new(given: str, id: str, version: int) -> None:
    said = paper(line(id=given))
    assert (said.id, said.version) == (id, version)


def test_the_first_category_is_the_primary_and_each_stands_once() -> None:
    assert paper(line(categories="cs.LG cs.CL cs.LG 68T50")).categories == ("cs.LG", "cs.CL")


@pytest.mark.parametrize(
    ("created", "day"),
    [
        ("Mon, 2 Apr 2007 19:18:42 GMT", date(2007, 4, 2)),
        ("Mon, 02 Apr 2007 23:30:00 -0400", date(2007, 4, 3)),
        ("2 Apr 2007 23:30:00 +0000", date(2007, 4, 2)),
        ("Mon, 31 Feb 2007 19:18:42 GMT", None),
        ("yesterday", None),
        (17, None),
        ("Mon, 2 Apr 99999999999999999999 19:18:42 GMT", None),
    ],
)
def test_days_are_days_of_utc(created: object, day: date | None) -> None:
    assert paper(line(versions=[{"version": "v1", "created": created}])).published == day


def test_versions_count_by_their_numbers_not_their_places() -> None:
    versions = [
        {"version": "v10", "created": "Wed, 3 Apr 2024 10:00:00 GMT"},
        {"version": "v2", "created": "Tue, 2 Apr 2024 10:00:00 GMT"},
        {"version": "v1", "created": "Mon, 1 Apr 2024 10:00:00 GMT"},
        {"version": "vX"}, {"created": "never"}, "v11",
    ]  # fmt: skip
    said = paper(line(versions=versions))
    assert (said.published, said.updated, said.version) == (date(2024, 4, 1), date(2024, 4, 3), 10)


def test_without_versions_the_record_s_own_day_is_the_newest() -> None:
    said = paper(line(versions=None))
    assert (said.published, said.updated, said.version) == (None, date(2024, 3, 4), None)


def test_names_in_one_text_are_told_apart_where_there_are_no_others() -> None:
    authors = "A. Greilich (1), Bro\\v{n}a Brejov\\'a (1, 2) and M. Bayer (2) ((1) Universit\\\"at (West), (2) Here)"
    assert paper(line(authors=authors, authors_parsed=[])).authors == ("A. Greilich", "Broňa Brejová", "M. Bayer")


def test_a_collection_with_other_names_for_the_same_is_read_too() -> None:
    row = {
        "id": "2503.11731", "authors": ["Ada Example", "Moreno D'Inc\\`a"], "title": "Sims", "comment": "5 pages",
        "categories": ["cs.CV", "cs.RO"], "summary": "Sensor\nsimulation", "pdf": "https://arxiv.org/pdf/2503.11731",
    }  # fmt: skip
    assert paper(json.dumps(row).encode()) == Paper(
        id="2503.11731", title="Sims", authors=("Ada Example", "Moreno D'Incà"), abstract="Sensor simulation",
        categories=("cs.CV", "cs.RO"), arxiv_comment="5 pages",
    )  # fmt: skip


BAD = {
    b"{": "not JSON",
    b"not even that": "not JSON",
    b'{"id": "2403.00001", "title": "Cut in the mid': "not JSON",
    b'{"id": "2403.00001", "title": "a \x00 in it"}': "not JSON",
    b"[" * 100_000: "not JSON",
    b'{"id": ' + b"9" * 10_000 + b"}": "not JSON",
    b'{"id": "2403.00001", "title": "\xff"}': "not UTF-8",
    '{"id": "2403.00001", "title": "x"}'.encode("utf-16"): "not UTF-8",
    b"[1, 2]": "not an object",
    b'"2403.00001"': "not an object",
    b"null": "not an object",
    b"{}": "no id",
    b'{"id": 2403.00001, "title": "x"}': "no id",
    b'{"id": null, "title": "x"}': "no id",
    b'{"id": "17", "title": "x"}': "no arXiv id",
    b'{"id": "../../etc/passwd", "title": "x"}': "no arXiv id",
    b'{"id": "2403.00001"}': "no title",
    b'{"id": "2403.00001", "title": ["x"]}': "no title",
    b'{"id": "2403.00001", "title": " \\u200b\\n"}': "no title",
}


@pytest.mark.parametrize("row", BAD, ids=lambda row: repr(row[:30]))
def test_a_line_that_cannot_be_read_says_why(row: bytes) -> None:
    with pytest.raises(ValueError, match=f"^{BAD[row]}$"):
        paper(row)


def test_what_is_not_what_it_should_be_is_not_known() -> None:
    wrong = dict.fromkeys(("abstract", "authors", "authors_parsed", "categories", "comments", "doi", "versions"), 17)
    assert paper(line(**wrong, update_date=[])) == Paper("2403.00001", "Sparse matters, part 1, and dense ones")
    deep = {
        "authors_parsed": [["A", ["B"]], "C", [], [None, "D"], {}],
        "versions": [{"version": {}}],
        "categories": [1],
    }
    assert paper(line(**deep)).authors == ("A", "D")


def test_nothing_in_a_line_can_move_a_cursor() -> None:
    said = paper(line(title="Up\u001b[2J \u202ereversed \ud800 \u0000", authors_parsed=[["\u001b]0;x\u0007", "A", ""]]))
    assert not set("".join((said.title, *said.authors))) & set("\x1b\x07\x00\u202e\ud800")


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(sorted(record())), JSON))
def test_any_record_is_a_paper_or_says_why_not(other: dict[str, Any]) -> None:
    try:
        said = paper(text(record() | other).strip())
    except ValueError as error:
        assert str(error) in {*BAD.values()}
    else:
        assert said.title and paper(text(record() | other)) == said


def test_every_line_of_a_real_collection_is_read(recordings: Path) -> None:
    with lzma.open(recordings / "arxiv_bulk" / "arxiv_20k.jsonl.xz") as file:
        said = [paper(row) for row in file]
    assert len({each.id for each in said}) == len(said) == 19_997
    assert all(each.authors and each.abstract and each.categories for each in said)


# TeX in names


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Erd\\H{o}s", "Erdős"), ('M\\"uller', "Müller"), ('M{\\"u}ller', "Müller"), ("Garc{\\'\\i}a", "García"),
        ("{\\O}bro", "Øbro"), ("\\L ukasz", "Łukasz"), ("\\L{}ukasz", "Łukasz"), ("\\v{S}r\\'amek", "Šrámek"),
        ("Wei\\ss", "Weiß"), ("Nguy\\~{\\^e}n", "Nguyễn"), ("Th\\d{\\^o}", "Thộ"), ("\\.{I}lker", "İlker"),
        ("van {den} Berg", "van den Berg"), ("J.~Smith", "J. Smith"), ("R\\&D", "R&D"), ("\\'{\\ae}", "ǽ"),
        # what is not an accent stays as it stands
        ("\\foo{Bar}", "\\foo{Bar}"), ("\\vs x", "\\vs x"), ("$\\alpha\\'e$", "$\\alpha\\'e$"), ("\\'{}", "\\'{}"),
        ("\\'", "\\'"), ("\\t{oo}", "\\t{oo}"), ("\\{a\\}", "\\{a\\}"), ("plain", "plain"), ("{open", "{open"),
    ],
)  # fmt: skip
def test_accents_become_letters(written: str, meant: str) -> None:
    assert lettered(written) == meant


def test_accents_are_what_another_reader_of_tex_takes_them_for() -> None:
    latex2text = pytest.importorskip("pylatexenc.latex2text")
    from unicodedata import normalize

    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    forms = [f"{{\\{letter}}}x" for letter in _LETTERS] + [f"\\{letter} x" for letter in _LETTERS]
    for mark in _MARKS:
        accented = [*letters, "\\i", "\\j"]
        forms += [f"\\{mark}{{{each}}}" for each in accented] + [f"{{\\{mark}{{{each}}}}}" for each in accented]
        forms += [f"{{\\{mark}{' ' * mark.isalpha()}{each}}}" for each in accented]
    read = latex2text.LatexNodes2Text().latex_to_text
    assert len(forms) > 2_400
    wrong = {
        form: lettered(f"A{form}z") for form in forms if lettered(f"A{form}z") != normalize("NFC", read(f"A{form}z"))
    }
    assert not wrong


@given(st.text(alphabet="\\{}'\"^~=.uvHcdbkrioae $ ", max_size=60))
def test_any_name_is_lettered_and_lettering_is_quick(name: str) -> None:
    assert isinstance(lettered(name), str)
    began = time.process_time()
    lettered(name * 40)
    assert time.process_time() - began < 3


PACKED = {"": bytes, "gzip": gzip.compress, "xz": lzma.compress}

# The command


@pytest.fixture
def run(environ: dict[str, str], tmp_path: Path) -> Import:
    """Run `papers` in `tmp_path` as a process of its own."""

    def run(*words: str, **options: Any) -> subprocess.CompletedProcess[str]:
        options.setdefault("stdin", subprocess.DEVNULL)
        return subprocess.run(
            [*PAPERS, *words], env=environ, cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=60, **options
        )

    return run


def kept(home: Path) -> dict[str, list[tuple]]:
    """All that the library holds of papers, times aside, and only if its word indexes fit its papers."""
    with closing(sqlite3.connect(home / "data" / "library.db")) as db:
        for index in ("words", "spelt"):
            db.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)")
        columns = [
            name
            for _, name, *_ in db.execute("PRAGMA table_info (paper)")
            if not name.endswith(("_at", "_seen", "checksum"))
        ]
        rows = {"paper": f"SELECT {', '.join(columns)} FROM paper", "words": "SELECT term, doc, cnt FROM stem"}
        rows |= {name: f"SELECT * FROM {name}" for name in ("answered", "listed", "listing", "observation")}
        return {name: sorted(db.execute(sql).fetchall(), key=repr) for name, sql in rows.items()}


def ids(home: Path) -> list[str]:
    with closing(sqlite3.connect(home / "data" / "library.db")) as db:
        return [id for (id,) in db.execute("SELECT id FROM paper ORDER BY id")]


def rejected(home: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (home / "state" / "import").glob("*.rejected")}


@pytest.mark.parametrize("how", ["", "gzip", "xz"])
def test_a_snapshot_comes_into_the_library_and_is_found_there(
    run: Import, home: Path, tmp_path: Path, how: str
) -> None:
    (tmp_path / "snapshot").write_bytes(PACKED[how](text(*map(record, range(1, 101)))))
    done = run("import", "snapshot")
    assert (done.returncode, done.stdout) == (0, "")
    assert re.fullmatch(r"papers: 100 records: 100 kept, [\d,]+ a second\n", done.stderr)
    assert ids(home) == [f"2403.{number:05}" for number in range(1, 101)]
    (shown,) = json.loads(run("list", "word7", "id:2403.00057", "--json").stdout)
    wanted = {
        "id": "2403.00057", "title": "Sparse matters, part 57, and dense ones", "published": "2024-03-01",
        "authors": ["Ada Example", "Erdős Pál Jr"], "categories": ["cs.CL", "cs.LG"], "sources": ["arxiv"],
        "abstract": "We prove $n_{57} \\leq 2$ for word7 and the like.", "version": 1, "upvotes": None,
        "arxiv_comment": "12 pages, 3 figures", "url": "https://arxiv.org/abs/2403.00057",
    }  # fmt: skip
    assert {name: shown[name] for name in wanted} == wanted
    assert not kept(home)["answered"] and not kept(home)["observation"] and not rejected(home)


def test_standard_input_is_read_as_well(run: Import, home: Path) -> None:
    for data in (text(*map(record, range(1, 8))), gzip.compress(text(*map(record, range(5, 11))))):
        done = subprocess.run(
            [*PAPERS, "import", "-"], env={**os.environ, "PAPERCLI_HOME": str(home)}, input=data, capture_output=True,
            timeout=60,
        )  # fmt: skip
        assert done.returncode == 0
    assert len(ids(home)) == 10


def test_the_same_file_twice_doubles_nothing_and_is_not_read_again(run: Import, home: Path, tmp_path: Path) -> None:
    path = tmp_path / "snapshot.json"
    path.write_bytes(text(*map(record, range(1, 21)), b"no record"))
    assert run("import", "snapshot.json").returncode == 0
    before = kept(home)
    done = run("import", "snapshot.json")
    assert done.returncode == 0
    where = home / "state" / "import" / "snapshot.json.rejected"
    told = f"21 records: 20 kept, 1 not read (1 not JSON) and put aside in {where}"
    assert done.stderr == f"papers: all of snapshot.json is here already: {told}\n"
    again = run("import", "snapshot.json", "--refresh")
    assert again.stderr.startswith(f"papers: {told}, ")
    assert kept(home) == before
    assert rejected(home) == {"snapshot.json.rejected": b"no record\n"}


def test_a_changed_file_other_filters_and_another_library_begin_anew(run: Import, home: Path, tmp_path: Path) -> None:
    path = tmp_path / "snapshot.json"
    path.write_bytes(text(*map(record, range(1, 31))))
    assert "10 kept, 20 left out" in run("import", "snapshot.json", "--category", "cs").stderr
    assert "30 records: 30 kept, " in run("import", "snapshot.json").stderr
    path.write_bytes(path.read_bytes() + text(record(31)))
    assert "31 records: 31 kept, " in run("import", "snapshot.json").stderr
    (home / "data" / "library.db").unlink()
    assert "31 records: 31 kept, " in run("import", "snapshot.json").stderr
    assert len(ids(home)) == 31


def test_filters_mean_what_they_mean_in_a_listing(run: Import, home: Path, tmp_path: Path, environ: dict) -> None:
    path = tmp_path / "snapshot.json"
    dates = [f"Mon, {n % 28 + 1} Mar 2024 10:00:00 GMT" for n in range(60)]
    path.write_bytes(
        text(*(record(n, versions=[{"version": "v1", "created": dates[n]}], comments=None) for n in range(1, 60)))
    )
    assert run("import", "snapshot.json").returncode == 0
    for words in (
        ["-k", "word7 OR word8 OR title:17"], ["-k", "since:2024-03-10 -word12", "-k", "until:2024-03-20"],
        ["--category", "MATH.co"], ["--category", "hep-th"], ["-k", '"the like"', "--category", "cs"],
        ["-k", "cat:math", "-k", "author:erdos"], ["-k", "nowhere"], ["-k", "is:starred"],
    ):  # fmt: skip
        wanted = sorted(run("list", *words, "-n", "0", "-o", "ids").stdout.split())
        other = tmp_path / "other"
        environ["PAPERCLI_HOME"] = str(other)
        done = run("import", "snapshot.json", *words, "--refresh")
        environ["PAPERCLI_HOME"] = str(home)
        assert f"59 records: {len(wanted)} kept" in done.stderr, words
        assert ids(other) == wanted, words
        (other / "data" / "library.db").unlink()
    several = run("import", "snapshot.json", "--category", "math.CO", "--category", "math.MP")
    assert "59 records: 40 kept, 19 left out" in several.stderr


def test_a_filter_that_makes_no_sense_is_refused_before_anything_is_read(
    run: Import, tmp_path: Path, home: Path
) -> None:
    (tmp_path / "snapshot.json").write_bytes(text(record()))
    done = run("import", "snapshot.json", "-k", "up:many")
    assert done.returncode == 2
    assert not (home / "data").exists()


def test_bad_lines_are_counted_and_put_aside_as_they_were(run: Import, home: Path, tmp_path: Path) -> None:
    rows = [row for row in BAD if b"\n" not in row]
    long = b'{"id": "2403.00077", "title": "' + b"x" * (5 << 20) + b'"}'
    mixed = [each for number, row in enumerate(rows) for each in (row, record(number + 1), b"", b" \r")]
    (tmp_path / "snapshot.json").write_bytes(b"\xef\xbb\xbf" + text(record(90), *mixed, long, record(91)))
    done = run("import", "snapshot.json")
    assert done.returncode == 0
    assert f"{2 * len(rows) + 3} records: {len(rows) + 2} kept, {len(rows) + 1} not read (" in done.stderr
    assert "6 not JSON" in done.stderr and "1 too long" in done.stderr and str(home / "state") in done.stderr
    assert len(ids(home)) == len(rows) + 2
    assert rejected(home) == {"snapshot.json.rejected": text(*rows, long[: 4 << 20])}


def test_lines_put_aside_are_bounded(run: Import, home: Path, tmp_path: Path) -> None:
    bad = b"x" * 3_900_000
    (tmp_path / "snapshot.json").write_bytes(text(record(1), *[bad] * 20, b"short", record(2)))
    done = run("import", "snapshot.json")
    assert done.returncode == 0 and "21 not read" in done.stderr
    (data,) = rejected(home).values()
    assert len(data) == 17 * (len(bad) + 1) + len("short\n") < 64 << 20


NO_SNAPSHOTS = {
    "nothing": b"",
    "blank lines": b"\n" * 5_000,
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 500,
    "one array": json.dumps([record(1), record(2)], indent=1).encode(),
    "numbers": b"\n".join(b"%d" % number for number in range(5_000)),
    "zeros": bytes(9 << 20),
    "nothing, packed": gzip.compress(b""),
    "words, packed": lzma.compress(b"no\n" * 3_000),
}


@pytest.mark.parametrize("what", NO_SNAPSHOTS)
def test_what_is_no_snapshot_is_refused_and_nothing_is_kept(run: Import, home: Path, tmp_path: Path, what: str) -> None:
    (tmp_path / "file").write_bytes(NO_SNAPSHOTS[what])
    for _ in range(2):
        done = run("import", "file")
        assert done.returncode == 2
        assert done.stderr.startswith("papers: file: it is no snapshot of arXiv's metadata")
        assert not ids(home) and not rejected(home) and not list((home / "state" / "import").glob("*"))


def test_what_cannot_be_read_here_is_refused_with_advice(run: Import, home: Path, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with zipfile.ZipFile(tmp_path / "archive.zip", "w") as archive:
        archive.writestr("arxiv-metadata-oai-snapshot.json", text(record()))
    for file, told in {
        "nowhere": "papers: nowhere cannot be read: no such file or directory\n",
        "folder": "papers: folder is a folder\n",
        "archive.zip": "papers: archive.zip is packed with zip\nhint: unzip -p archive.zip | papers import -\n",
    }.items():
        done = run("import", file)
        assert (done.returncode, done.stderr) == (2, told)
    assert run("import").returncode == 2
    assert run("import", "nowhere", "folder").returncode == 2


@pytest.mark.parametrize("how", ["gzip", "xz"])
def test_of_a_file_that_ends_too_early_what_could_be_read_is_kept(
    run: Import, home: Path, tmp_path: Path, how: str
) -> None:
    data = PACKED[how](text(*(record(number, license=os.urandom(90).hex()) for number in range(1, 301))))
    path = tmp_path / "snapshot.packed"
    path.write_bytes(data[: len(data) * 2 // 3])
    done = run("import", "snapshot.packed")
    assert done.returncode == 6
    first, second = done.stderr.splitlines()
    assert re.fullmatch(r"papers: stopped: (\d+) records: \1 kept; the same line goes on", first)
    assert second == f"papers: snapshot.packed: it ends in the middle of what {how} packed"
    some = ids(home)
    assert 100 < len(some) < 300
    path.write_bytes(data)
    assert run("import", "snapshot.packed").returncode == 0
    assert len(ids(home)) == 300


@pytest.mark.skipif(sys.platform != "linux", reason="what a process held is told by Linux's /proc")
def test_a_bomb_goes_by_in_little_memory(home: Path, tmp_path: Path, environ: dict[str, str]) -> None:
    path = tmp_path / "bomb.gz"
    zeros = gzip.compress(bytes(64 << 20))
    end = b"\n" + text(record(2)) + b'{"id":' + b"[" * (5 << 20)
    path.write_bytes(gzip.compress(text(record(1)) + b"{") + zeros * 5 + gzip.compress(end))
    # What a child held at most by getrusage is never less than what its parent held: this is by its own memory.
    aloud = "from papercli.main import main; print(main()); print(open('/proc/self/status').read())"
    done = subprocess.run(
        [sys.executable, "-c", aloud, "import", str(path)], env=environ, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.startswith("0\n"), done.stderr
    assert "4 records: 2 kept, 2 not read (2 too long)" in done.stderr
    assert len(ids(home)) == 2
    peak = re.search(r"VmHWM:\s+(\d+) kB", done.stdout)
    assert peak and int(peak[1]) < 100 << 10


# Stopped in the middle


@pytest.fixture(scope="module")
def long_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten thousand records and a hundred lines that are none, packed: some seconds of work, in several chunks."""
    path = tmp_path_factory.mktemp("long") / "long.json.gz"
    rows: list[Any] = [record(number) for number in range(1, 10_001)]
    for place in range(0, 10_000, 100):
        rows[place:place] = [b"bad line %d" % place]
    path.write_bytes(gzip.compress(text(*rows), 1))
    return path


@pytest.fixture(scope="module")
def undisturbed(long_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home into which all of it was read at once."""
    home = tmp_path_factory.mktemp("undisturbed")
    environ = {"PAPERCLI_HOME": str(home), "HOME": str(home), "PATH": os.environ["PATH"]}
    subprocess.run([*PAPERS, "import", str(long_file), "-q"], env=environ, check=True, timeout=120)
    return home


def place(home: Path) -> int:
    """How many lines are done, by the bookmark."""
    files = list((home / "state" / "import").glob("*.json"))
    return int(json.loads(files[0].read_text("utf-8"))["place"]["tally"]["read"]) if files else 0


def test_killed_again_and_again_it_goes_on_and_loses_and_doubles_nothing(
    long_file: Path, undisturbed: Path, home: Path, environ: dict[str, str]
) -> None:
    places, kills = [0], 0
    for attempt in range(60):
        process = subprocess.Popen([*PAPERS, "import", str(long_file)], env=environ, stderr=subprocess.PIPE)
        assert process.stderr is not None
        if attempt % 2:  # as soon as something more is done
            while process.poll() is None and place(home) == places[-1]:
                time.sleep(0.002)
        else:
            time.sleep(0.02 * attempt)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            process.wait()
            kills += 1
        said = process.stderr.read().decode()
        process.stderr.close()
        if places[-1]:
            going_on = f"goes on after {places[-1]:,} records" in said or " is here already" in said
            assert going_on or process.returncode != 0
        places.append(place(home))
        assert places[-1] >= places[-2]
        if process.returncode == 0:
            break
    assert process.returncode == 0 and kills >= 2 and len(set(places)) >= 3, places
    assert kept(home) == kept(undisturbed)
    assert rejected(home) == rejected(undisturbed)
    assert next(iter(rejected(home).values())) == b"".join(b"bad line %d\n" % at for at in range(0, 10_000, 100))


def test_interrupted_it_says_what_is_kept_and_goes_on(
    long_file: Path, undisturbed: Path, home: Path, environ: dict[str, str], run: Import
) -> None:
    process = subprocess.Popen([*PAPERS, "import", str(long_file)], env=environ, stderr=subprocess.PIPE)
    assert process.stderr is not None
    while not place(home):
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    said = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait(30) == 130
    done = place(home)
    assert 0 < done < 10_100
    assert re.fullmatch(rf"papers: stopped: {done:,} records: [\d,]+ kept, .*; the same line goes on\n", said)
    again = run("import", str(long_file))
    assert again.returncode == 0
    assert again.stderr.startswith(
        f"papers: {long_file} goes on after {done:,} records\npapers: 10,100 records: 10,000 kept"
    )
    assert kept(home) == kept(undisturbed)


def test_a_full_disk_is_exit_7_and_with_room_it_goes_on(
    long_file: Path, undisturbed: Path, home: Path, run: Import
) -> None:
    half = (undisturbed / "data" / "library.db").stat().st_size // 2

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (half, half))

    done = run("import", str(long_file), preexec_fn=little_room)
    assert done.returncode == 7
    assert "cannot be written" in done.stderr.splitlines()[-1] and "stopped: " in done.stderr
    some = place(home)
    assert 0 < some < 10_100
    assert run("import", str(long_file)).returncode == 0
    assert kept(home) == kept(undisturbed)


def test_a_library_that_cannot_be_used_is_exit_7(run: Import, home: Path, tmp_path: Path) -> None:
    (home / "data" / "library.db").mkdir(parents=True)
    (tmp_path / "snapshot.json").write_bytes(text(record()))
    done = run("import", "snapshot.json")
    assert done.returncode == 7 and len(done.stderr.splitlines()) <= 2


@pytest.mark.parametrize("damage", ["{", "[]", '{"about": 1}', "\xff", ""])
def test_a_damaged_bookmark_begins_anew(run: Import, home: Path, tmp_path: Path, damage: str) -> None:
    (tmp_path / "snapshot.json").write_bytes(text(record(1), record(2)))
    assert run("import", "snapshot.json").returncode == 0
    (bookmark,) = (home / "state" / "import").glob("*.json")
    known = json.loads(bookmark.read_text("utf-8"))
    wrong = (
        {"offset": -1},
        {"tally": {"read": "x"}},
        {"tally": 3},
        {"ends": 7},
        {"rejected": None},
        {"tally": {"bad": 1}},
    )
    texts = [json.dumps({**known, "place": {**known["place"], **each}}) for each in wrong] if not damage else [damage]
    for words in texts:
        bookmark.write_text(words, "latin-1")
        done = run("import", "snapshot.json")
        assert done.returncode == 0 and re.match(r"papers: 2 records: 2 kept, [\d,]+ a second\n$", done.stderr), words


def test_where_nothing_but_the_library_can_be_written_it_works_all_the_same(
    run: Import, home: Path, tmp_path: Path
) -> None:
    (home / "state").mkdir(parents=True)
    (home / "state" / "import").write_text("in the way", "utf-8")
    (tmp_path / "snapshot.json").write_bytes(text(record(1), b"bad"))
    done = run("import", "snapshot.json")
    assert done.returncode == 0
    assert re.fullmatch(r"papers: 2 records: 1 kept, 1 not read \(1 not JSON\), [\d,]+ a second\n", done.stderr)


# Beside others


def test_what_others_said_of_a_paper_stays(papers: Any, run: Import, home: Path, tmp_path: Path) -> None:
    (before, *_) = json.loads(papers("today", "--json").stdout)
    (tmp_path / "snapshot.json").write_bytes(text(record(id=before["id"], doi="10.1000/x")))
    assert run("import", "snapshot.json").returncode == 0
    after = json.loads(papers("show", before["id"], "--json", "--offline").stdout)
    assert after["sources"] == ["hf", "arxiv"] and after["doi"] == "10.1000/x"
    for name in ("upvotes", "listed", "rank", "ai_summary", "keywords", "code", "submitter", "organization"):
        assert after[name] == before[name]


def test_others_write_to_the_library_meanwhile(
    long_file: Path, home: Path, environ: dict[str, str], run: Import
) -> None:
    with subprocess.Popen([*PAPERS, "import", str(long_file), "-q"], env=environ) as process:
        while not place(home):
            time.sleep(0.01)
        assert run("star", "2403.00001").returncode == 0
        assert run("list", "-n", "1", "-o", "ids").returncode == 0
        still = process.poll() is None
        assert process.wait(60) == 0
    assert still
    assert run("list", "--starred", "-o", "ids").stdout == "2403.00001\n"


def test_two_imports_take_turns(home: Path, environ: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "snapshot.json"
    path.write_bytes(text(record(17)))
    with Lock(str(home / "state" / "import.lock")) as another:
        assert another.held
        process = subprocess.Popen([*PAPERS, "import", str(path)], env=environ, stderr=subprocess.PIPE)
        assert process.stderr is not None
        assert process.stderr.readline() == b"papers: waiting for another papers import\n"
        assert process.poll() is None and not (home / "data" / "library.db").exists()
    assert b"1 record: 1 kept" in process.stderr.read()
    process.stderr.close()
    assert process.wait(30) == 0


def test_quiet_is_quiet_and_notes_may_be_json(run: Import, tmp_path: Path) -> None:
    (tmp_path / "snapshot.json").write_bytes(text(record()))
    done = run("import", "snapshot.json", "-q")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_without_a_terminal_a_line_comes_every_so_often(long_file: Path, run: Import, environ: dict[str, str]) -> None:
    few = "import papercli.commands.import_ as each; each.EVERY = 3_000; from papercli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", few, "import", str(long_file)], env=environ, capture_output=True, text=True, timeout=60
    )
    told = [int(row.split()[1].replace(",", "")) for row in done.stderr.splitlines()]
    assert told == sorted(told) and told[-1] == 10_100 and len(told) == 4


def test_on_a_terminal_a_bar_is_drawn_and_nothing_of_it_is_left(long_file: Path, environ: dict[str, str]) -> None:
    pexpect, pyte = pytest.importorskip("pexpect"), pytest.importorskip("pyte")
    screen = pyte.Screen(100, 12)
    stream, seen = pyte.Stream(screen), []
    child = pexpect.spawn(
        sys.executable, ["-m", "papercli", "import", str(long_file)], env=environ, dimensions=(12, 100), timeout=30,
        encoding="utf-8",
    )  # fmt: skip
    while True:
        try:
            stream.feed(child.read_nonblocking(65536, timeout=30))
        except pexpect.EOF:
            break
        seen.append("\n".join(row.rstrip() for row in screen.display).strip())
    child.close()
    assert child.exitstatus == 0
    assert any(re.search(r"━ [\d,]{5,} records · [\d,]{5,} papers · [\d,]+/s", each) for each in seen), seen
    assert re.fullmatch(r"papers: 10,100 records: 10,000 kept, 100 not read [^·━]*a second", seen[-1].replace("\n", ""))


def test_the_benchmark_prints_its_figures() -> None:
    bench = Path(__file__).parent / "bench" / "import_.py"
    done = subprocess.run(
        [sys.executable, str(bench), "--smoke", "--space"], stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = [row.split("|")[1:-1] for row in done.stdout.splitlines() if row.startswith(("| all", "| the", "| some"))]
    assert len(rows) == 8 and all(float(row[3].replace(",", "")) > 0 for row in rows)
    assert re.search(r"The library: \d+ MB: \d\.\d\d × the file of \d+ MB, \d\.\d\d × its text\.", done.stdout)
