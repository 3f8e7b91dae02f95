"""`papers pdf`, as processes against the tests' own arXiv: names, faults of a download, and what is left of one."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from arxiv_hub import ArxivHub
from hub import Hub
from papercli import filename

Run = Callable[..., "subprocess.CompletedProcess[str]"]
posix = pytest.mark.skipif(os.name != "posix", reason="processes and files of POSIX")

SCALED = """
import sys
from papercli import download, pace
from papercli.main import main
from papercli.network import download as over_the_network
pace.GAPS['arxiv.org'] = {gap}
download.Download.silence, download.Download.pauses, download.MOST = {silence}, (0.01, 0.01), {most}
over_the_network.Download.grace, over_the_network.Download.slowest = {grace}, 1_000_000
sys.exit(main())
"""
ID, NAME = "2607.99013", "2607.99013 Notebooks, Not Transcripts - Long-Horizon Agents That Keep Lab Notes.pdf"


class Papers:
    """The program with arXiv's three seconds, and all that waits, scaled down."""

    def __init__(self, environ: dict[str, str], folder: Path) -> None:
        self.environ, self.folder = environ, folder

    def line(self, gap: float = 0.0, silence: float = 30.0, most: int = 200 << 20, grace: float = 60.0) -> list[str]:
        return [sys.executable, "-c", SCALED.format(gap=gap, silence=silence, most=most, grace=grace)]

    def __call__(
        self, *words: str, env: dict[str, str] | None = None, stdin: str = "", **times: float
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self.line(**times), *words],  # type: ignore[arg-type]
            env={**self.environ, **(env or {})}, cwd=self.folder, input=stdin, capture_output=True, encoding="utf-8",
            timeout=60, check=False,
        )  # fmt: skip

    def start(self, *words: str, **options: object) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*self.line(), *words], env=self.environ, cwd=self.folder, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options,  # type: ignore[call-overload]
        )  # fmt: skip

    @property
    def left(self) -> list[str]:
        """The names in the folder, hidden ones too."""
        return sorted(os.listdir(self.folder))


@pytest.fixture
def arxiv() -> Iterator[ArxivHub]:
    running = ArxivHub([])
    yield running
    running.stop()


@pytest.fixture(scope="session")
def filled_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose library knows the made-up papers."""
    home = tmp_path_factory.mktemp("filled")
    environ = {**os.environ, "PAPERCLI_HOME": str(home)}
    from hub import sample_days

    running = Hub(sample_days())
    words = [sys.executable, "-m", "papercli", "week", "--source", "hf"]
    subprocess.run(words, env={**environ, "HF_ENDPOINT": running.url}, capture_output=True, timeout=60, check=True)
    running.stop()
    return home


@pytest.fixture
def papers(environ: dict[str, str], hub: Hub, arxiv: ArxivHub, tmp_path: Path, filled_home: Path, home: Path) -> Papers:
    folder = tmp_path / "here"
    folder.mkdir()
    shutil.copytree(filled_home, home)
    environ |= {"HF_ENDPOINT": hub.url, "PAPERCLI_ARXIV_ENDPOINT": arxiv.url}
    return Papers(environ, folder)


def asked(arxiv: ArxivHub) -> list[str]:
    return [path for path in arxiv.requests if path.startswith("/pdf/")]


# What it does


def test_a_paper_is_a_file_by_its_id_and_title_and_its_path_is_printed(papers: Papers, arxiv: ArxivHub) -> None:
    done = papers("pdf", ID)
    assert (done.returncode, done.stdout) == (0, f"{NAME}\n")
    assert done.stderr == f"papers: {NAME} · 0.3 MB\n"
    assert papers.left == [NAME]
    assert (papers.folder / NAME).read_bytes() == arxiv.pdfs.body(ID)
    assert asked(arxiv) == [f"/pdf/{ID}"]
    if os.name == "posix":
        assert stat.S_IMODE((papers.folder / NAME).stat().st_mode) == 0o666 & ~_umask()


def _umask() -> int:
    now = os.umask(0)
    os.umask(now)
    return now


def test_one_that_is_there_is_not_asked_for_again_unless_refreshed(papers: Papers, arxiv: ArxivHub) -> None:
    papers("pdf", ID)
    again = papers("pdf", ID)
    assert (again.returncode, again.stdout) == (0, f"{NAME}\n")
    assert "is here already" in again.stderr
    assert len(asked(arxiv)) == 1
    arxiv.pdfs.bodies[ID] = arxiv.pdfs.body("a newer one")
    assert papers("--refresh", "pdf", ID).returncode == 0
    assert (papers.folder / NAME).read_bytes() == arxiv.pdfs.body("a newer one")


def test_a_title_that_changed_makes_no_second_file(papers: Papers, arxiv: ArxivHub) -> None:
    (papers.folder / f"{ID} As It Was Called.pdf").write_bytes(arxiv.pdfs.body(ID))
    assert papers("pdf", ID).stdout == f"{ID} As It Was Called.pdf\n"
    assert asked(arxiv) == []


def test_half_a_file_under_the_name_is_not_taken_for_one(papers: Papers, arxiv: ArxivHub) -> None:
    (papers.folder / NAME).write_bytes(arxiv.pdfs.body(ID)[:5000])
    assert papers("pdf", ID).returncode == 0
    assert (papers.folder / NAME).read_bytes() == arxiv.pdfs.body(ID)


def test_a_version_that_is_named_is_meant_and_an_old_id_has_no_slash(papers: Papers, arxiv: ArxivHub) -> None:
    done = papers("pdf", f"{ID}v1", f"arXiv:{ID}v2", ID)
    assert done.stdout.splitlines() == [NAME.replace(ID, f"{ID}v1"), NAME.replace(ID, f"{ID}v2"), NAME]
    assert asked(arxiv) == [f"/pdf/{ID}v1", f"/pdf/{ID}v2", f"/pdf/{ID}"]
    assert [(papers.folder / name).read_bytes() for name in papers.left] == [
        arxiv.pdfs.body(name.split(" ")[0]) for name in papers.left
    ]
    assert papers("pdf", stdin=f"{ID}v1\n").stdout == NAME.replace(ID, f"{ID}v1") + "\n"


def test_an_old_identifier_has_no_slash_in_its_name(papers: Papers, arxiv: ArxivHub) -> None:
    arxiv.papers.append({
        "id": "hep-th/9901001", "title": "On A/B: \\tests", "abstract": "x", "authors": ["A"],
        "categories": ["hep-th"], "published": "1999-01-01T00:00:00Z",
    })  # fmt: skip
    done = papers("pdf", "hep-th/9901001v2")
    assert (done.returncode, done.stdout) == (0, "hep-th_9901001v2 On A_B - _tests.pdf\n")
    assert asked(arxiv) == ["/pdf/hep-th/9901001v2"]


def test_a_folder_and_a_name_of_ones_own(papers: Papers, home: Path) -> None:
    assert papers("pdf", ID, "-d", "new/deep").stdout == f"new/deep/{NAME}\n"
    (home / "config").mkdir(exist_ok=True)
    (home / "config" / "config.toml").write_text('[pdf]\nfolder = "~/shelf"\nname = "{author} {year} {id}"\n')
    done = papers("pdf", ID, "-0")
    assert done.stdout == f"{home.parent}/shelf/Ilse Varnholt 2026 {ID}.pdf\0"
    assert Path(done.stdout[:-1]).is_file()
    for template, words in (("{title}", "must hold {id}"), ("{id} {titel}", "no field “titel”"), ("{id}}", "no field")):
        wrong = papers("pdf", ID, env={"PAPERCLI_PDF_NAME": template})
        assert (wrong.returncode, words in wrong.stderr) == (2, True), template


def test_those_that_do_not_exist_are_named_and_the_others_saved(papers: Papers, arxiv: ArxivHub) -> None:
    papers("show", "2401.00001")
    arxiv.faults = ["_missing"]
    done = papers("pdf", "2607.99014", "2401.00001", f"{ID}v9")
    assert done.returncode == 3
    assert "no such paper: 2401.00001" in done.stderr
    assert "arXiv has no PDF of 2607.99014" in done.stderr
    assert [name[:12] for name in papers.left] == [f"{ID}v9"]


def test_offline_what_is_there_is_there(papers: Papers, arxiv: ArxivHub) -> None:
    papers("pdf", ID)
    done = papers("--offline", "pdf", ID, "2607.99014")
    assert (done.returncode, done.stdout) == (6, f"{NAME}\n")
    assert "is not here, and this run is offline" in done.stderr
    assert len(asked(arxiv)) == 1


def test_the_made_up_ones_are_made_up_and_leave_this_folder_alone(papers: Papers, arxiv: ArxivHub) -> None:
    done = papers("--demo", "pdf", ID, "--refresh")
    assert done.returncode == 0
    assert papers.left == []
    assert asked(arxiv) == []
    body = Path(done.stdout.strip()).read_bytes()
    assert (body[:8], body[-6:]) == (b"%PDF-1.4", b"%%EOF\n")
    table = int(body.split()[-2])
    assert body[table : table + 4] == b"xref"
    for number, place in enumerate(re.findall(rb"(\d{10}) 00000 n", body), 1):
        assert body[int(place) :].startswith(b"%d 0 obj" % number)


def test_three_seconds_apart_and_one_at_a_time(papers: Papers, arxiv: ArxivHub) -> None:
    assert papers("pdf", ID, "2607.99014", "2607.99001", gap=0.4).returncode == 0
    assert len(asked(arxiv)) == 3
    times = arxiv.at[-3:]
    assert min(later - earlier for earlier, later in itertools.pairwise(times)) >= 0.4
    assert arxiv.most_at_once == 1


# What goes wrong. Every fault there is meets `test_download.py`; here are one of each exit code and what takes long.


@pytest.mark.parametrize(
    "faults", [["_cut100000"], ["_429after"], ["_cut100000", "_otheretag"], ["_stall50000"]], ids=" ".join
)
def test_what_a_next_try_can_mend_is_mended(papers: Papers, arxiv: ArxivHub, faults: list[str]) -> None:
    arxiv.faults = list(faults)
    done = papers("pdf", ID, silence=1)
    assert (done.returncode, arxiv.faults) == (0, []), done.stderr
    assert papers.left == [NAME]
    assert (papers.folder / NAME).read_bytes() == arxiv.pdfs.body(ID)


def test_a_try_goes_on_where_the_last_one_ended(papers: Papers, arxiv: ArxivHub) -> None:
    arxiv.faults = ["_cut100000", "_cut70000"]
    assert papers("pdf", ID).returncode == 0
    assert arxiv.pdfs.ranges == ["", "bytes=100000-", "bytes=170000-"]


@pytest.mark.parametrize(
    ("fault", "tries", "code", "words"),
    [
        ("_html200", 1, 6, "a web page instead of a PDF"),
        ("_huge", 1, 6, "larger than 200 MiB"),
        ("_tofile", 1, 6, "redirects to an address that does not start with https"),
        ("_missing", 1, 3, "arXiv has no PDF"),
        ("_429", 3, 5, "fewer requests"),
        ("_503", 3, 6, "503"),
    ],
)
def test_what_nothing_can_mend_leaves_nothing(
    papers: Papers, arxiv: ArxivHub, fault: str, tries: int, code: int, words: str
) -> None:
    arxiv.faults = [fault] * 3
    done = papers("pdf", ID)
    assert (done.returncode, done.stdout) == (code, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert papers.left == []
    assert len(asked(arxiv)) == tries


def test_a_body_without_end_is_ended(papers: Papers, arxiv: ArxivHub) -> None:
    arxiv.faults = ["_endless"]
    done = papers("pdf", ID, most=3 << 20)
    assert (done.returncode, papers.left) == (6, [])
    assert "larger than 3 MiB" in done.stderr


def test_a_trickle_is_given_up_and_what_came_is_kept(papers: Papers, arxiv: ArxivHub) -> None:
    arxiv.pdfs.pause = 0.25
    done = papers("pdf", ID, grace=0.3)
    assert done.returncode == 6
    assert "sends too slowly" in done.stderr
    assert "the same command goes on from there" in done.stderr
    assert papers.left == [f".{ID}.pdf.part", f".{ID}.pdf.part.json"]
    arxiv.pdfs.pause = 0
    assert papers("pdf", ID).returncode == 0
    assert papers.left == [NAME]
    assert (papers.folder / NAME).read_bytes() == arxiv.pdfs.body(ID)
    assert arxiv.pdfs.ranges[-1] != ""


def test_a_part_without_a_validator_is_not_gone_on_with(papers: Papers, arxiv: ArxivHub) -> None:
    arxiv.pdfs.etags = False
    arxiv.faults = ["_cut50000"] * 3
    assert papers("pdf", ID).returncode == 6
    assert papers.left == []
    assert arxiv.pdfs.ranges == ["", "", ""]


def test_a_part_of_another_edition_is_thrown_away(papers: Papers, arxiv: ArxivHub) -> None:
    arxiv.faults = ["_cut50000"] * 3
    assert papers("pdf", ID).returncode == 6
    arxiv.pdfs.bodies[ID], arxiv.pdfs.edition = arxiv.pdfs.body("another"), "2"
    assert papers("pdf", ID).returncode == 0
    assert arxiv.pdfs.ranges[-1].startswith("bytes=")
    assert (papers.folder / NAME).read_bytes() == arxiv.pdfs.body("another")


def test_a_damaged_note_means_from_the_beginning(papers: Papers, arxiv: ArxivHub) -> None:
    arxiv.faults = ["_cut50000"] * 3
    papers("pdf", ID)
    (papers.folder / f".{ID}.pdf.part.json").write_bytes(b"\xff" * 9000)
    assert papers("pdf", ID).returncode == 0
    assert (papers.folder / NAME).read_bytes() == arxiv.pdfs.body(ID)
    assert papers.left == [NAME]


@posix
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_stopped_in_the_middle_it_goes_on_to_the_same_bytes(papers: Papers, arxiv: ArxivHub, how: int) -> None:
    arxiv.pdfs.pause = 0.1
    part = papers.folder / f".{ID}.pdf.part"
    running = papers.start("pdf", ID)
    while not part.exists() or part.stat().st_size < 60_000:
        time.sleep(0.01)
        assert running.poll() is None
    running.send_signal(how)
    out, err = running.communicate(timeout=10)
    assert (out, "Traceback" in err) == ("", False)
    assert running.returncode in {signal.SIGKILL: (-9,), signal.SIGINT: (130,), signal.SIGTERM: (143, -15)}[how]
    assert papers.left == [part.name, f"{part.name}.json"]
    arxiv.pdfs.pause = 0
    assert papers("pdf", ID).returncode == 0
    assert int(arxiv.pdfs.ranges[-1].strip("bytes=-")) >= 60_000
    assert papers.left == [NAME]
    assert (papers.folder / NAME).read_bytes() == arxiv.pdfs.body(ID)


@posix
def test_two_at_once_save_it_once(papers: Papers, arxiv: ArxivHub, tmp_path: Path) -> None:
    arxiv.pdfs.pause = 0.03
    shutil.copytree(papers.environ["PAPERCLI_HOME"], tmp_path / "other")
    other = Papers({**papers.environ, "PAPERCLI_HOME": str(tmp_path / "other")}, papers.folder)
    running = [each.start("pdf", ID) for each in (papers, papers, other, other)]
    for each in running:
        out, _ = each.communicate(timeout=30)
        assert (each.returncode, out) == (0, f"{NAME}\n")
    assert len(asked(arxiv)) == 1
    assert papers.left == [NAME]
    assert (papers.folder / NAME).read_bytes() == arxiv.pdfs.body(ID)


@posix
def test_while_several_refresh_it_the_file_is_always_whole(papers: Papers, arxiv: ArxivHub) -> None:
    papers("pdf", ID)
    arxiv.pdfs.pause = 0.02
    running = [papers.start("--refresh", "pdf", ID) for _ in range(3)]
    while any(each.poll() is None for each in running):
        assert (papers.folder / NAME).read_bytes() == arxiv.pdfs.body(ID)
        time.sleep(0.005)
    assert [each.communicate()[0] for each in running] == [f"{NAME}\n"] * 3
    assert papers.left == [NAME]


@posix
def test_a_full_disk_is_74_and_leaves_nothing(papers: Papers, arxiv: ArxivHub) -> None:
    import resource

    def small() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    arxiv.pdfs.bodies["2607.99014"] = arxiv.pdfs.body("small")[:9] + b"x" * 500 + b"%%EOF"
    running = papers.start("pdf", ID, "2607.99014", preexec_fn=small)
    out, err = running.communicate(timeout=30)
    assert running.returncode == 74
    assert "cannot be written: file too large" in err
    assert [name[:10] for name in papers.left] == ["2607.99014"]
    assert out.startswith("2607.99014")


@posix
def test_a_full_disk_ends_it_for_the_others_too(papers: Papers, arxiv: ArxivHub, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(small)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no file system of a few bytes can be made here")
    try:
        done = papers("pdf", ID, "2607.99014", "-d", str(small))
        assert (done.returncode, done.stdout, os.listdir(small)) == (74, "", [])
        assert "cannot be written: no space left on device" in done.stderr
        assert len(asked(arxiv)) == 1
    finally:
        subprocess.run(["umount", str(small)], check=True)


@posix
@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_74(papers: Papers) -> None:
    papers.folder.chmod(0o500)
    done = papers("pdf", ID)
    papers.folder.chmod(0o700)
    assert done.returncode == 74


def test_a_file_in_the_place_of_the_folder_is_74(papers: Papers) -> None:
    (papers.folder / "file").write_text("mine")
    done = papers("pdf", ID, "-d", "file")
    assert done.returncode == 74
    assert "cannot be written" in done.stderr


# Where it may not write


@posix
def test_links_are_not_followed(papers: Papers, arxiv: ArxivHub, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"mine")
    for name in (NAME, f".{ID}.pdf.part", f".{ID}.pdf.part.json", f".{ID}.pdf.part.json.new"):
        link = papers.folder / name
        link.symlink_to(victim)
        done = papers("pdf", ID)
        assert done.returncode == (0 if "json" in name else 74), name
        assert link.is_symlink() or "json" in name
        assert victim.read_bytes() == b"mine", name
        link.unlink(missing_ok=True)
        for rest in papers.left:
            (papers.folder / rest).unlink()
    os.link(victim, papers.folder / f".{ID}.pdf.part")
    assert papers("pdf", ID).returncode == 74
    assert victim.read_bytes() == b"mine"


TITLES = [
    "../../etc/passwd", "..", ".", "", "/", "//", "\\\\host\\share", "C:\\x", "-rf", "--help", ".hidden", "~root",
    "a\0b", "CON", "nul", "com1.pdf", "LPT9", "aux.txt", "x" * 300, "é" * 300, "😀" * 300, "e\u0301" * 200,
    "a" * 198 + "é", "trailing. . .", "trailing   ", "a:b", "a*b?c", 'say "x"', "<script>", "a|b", "new\nline",
    "tab\there", "\u202egnp.exe", "\u2028x", "\x1b[31mred", "\x7f", "\ud800", "%2e%2e%2f", "$(id)", "`id`",
    "; rm -rf", "a\u200bb", "\ufb01le", "／..／", "con .x", "NUL:", "COM¹", "CONIN$", "{id}", "{title}", "%s%n",
]  # fmt: skip


def test_there_are_fifty_hostile_titles() -> None:
    assert len(set(TITLES)) >= 50


@pytest.mark.parametrize("template", ["{id} {title}", "{title} {id}", "{title}{id}", "{author} - {title} [{id}]"])
@pytest.mark.parametrize("title", TITLES)
def test_a_hostile_title_makes_a_harmless_name(title: str, template: str, tmp_path: Path) -> None:
    for id in (ID, "hep-th/9901001v3"):
        name = filename.named(template, ".pdf", {"id": id, "title": title, "author": title})
        assert len(name.encode()) <= 200
        assert not re.search(r'[\\/:*?"<>|\x00-\x1f\x7f\u202e\u2028\ud800]', name), name
        assert name[0] not in ".-~ "
        assert name.endswith(".pdf")
        assert name[-5] not in ". "
        assert filename.safe(id) in name
        assert not re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)", name.split(".")[0].strip())
        assert re.fullmatch(filename.pattern(template, ".pdf", id), name), (
            filename.pattern(template, ".pdf", id),
            name,
        )
        (tmp_path / name).write_bytes(b"")
        assert os.listdir(tmp_path) == [name]
        (tmp_path / name).unlink()


def test_the_name_of_one_paper_is_not_taken_for_anothers() -> None:
    calls = filename.pattern("{id} {title}", ".pdf", "2607.9901")
    assert re.fullmatch(calls, "2607.9901 x.pdf")
    for other in ("2607.99013 x.pdf", "12607.9901 x.pdf", "2607.9901v1 x.pdf", "2607.9901 x.pdf.part"):
        assert not re.fullmatch(calls, other)


@posix
def test_hostile_titles_stay_in_the_folder(papers: Papers, hub: Hub, arxiv: ArxivHub, tmp_path: Path) -> None:
    rows = [row for rows in hub.days.values() for row in rows]
    for row, title in zip(rows, TITLES, strict=False):
        row["paper"]["title"] = row["title"] = title or "x"
    for day in list(hub.days):
        papers("--refresh", "day", day)
    before = sorted(path for path in tmp_path.rglob("*") if papers.folder not in path.parents)
    listed = papers("list", "-n", "0", "-o", "ids").stdout
    done = papers("pdf", "-", stdin=listed)
    assert done.returncode == 0, done.stderr
    assert len(papers.left) == len(listed.split()) >= 20
    assert sorted(done.stdout.splitlines()) == papers.left
    after = sorted(path for path in tmp_path.rglob("*") if papers.folder not in path.parents)
    assert [path for path in after if path not in before and "home" not in path.parts] == []


# On a terminal


@posix
@pytest.mark.parametrize("columns", [50, 110])
def test_a_bar_that_is_gone_at_the_end(papers: Papers, arxiv: ArxivHub, columns: int) -> None:
    pexpect, pyte = pytest.importorskip("pexpect"), pytest.importorskip("pyte")
    arxiv.pdfs.pause = 0.03
    program, *line = papers.line()
    child = pexpect.spawn(
        program, [*line, "pdf", ID, "2607.99014"], env=papers.environ, cwd=str(papers.folder), encoding="utf-8",
        dimensions=(12, columns), timeout=20,
    )  # fmt: skip
    terminal = pyte.Screen(columns, 12)
    stream, screens, text = pyte.Stream(terminal), [], ""
    while True:
        try:
            piece = child.read_nonblocking(65536, timeout=20)
        except pexpect.EOF:
            break
        text += piece
        stream.feed(piece)
        screens.append([line.rstrip() for line in terminal.display if line.strip()])
    child.close()
    assert child.exitstatus == 0
    drawn = [line for screen in screens for line in screen if "MB" in line]
    assert len(set(drawn)) > 3
    assert all(len(line) <= columns for line in drawn)
    assert any(re.search(r"1 of 2 · 2607\.99013 ━*[╸╺]?━* 0\.\d of 0\.3 MB", line) for line in drawn), drawn[:5]
    assert any("2 of 2" in line for line in drawn)
    assert "".join(line for line in screens[-1]) == "".join(papers.left)
    assert "MB" not in "".join(screens[-1])
