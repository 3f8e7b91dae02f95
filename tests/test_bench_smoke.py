"""The benchmark runs, prints figures, and fails when a command fails. How long things take is not judged here."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree

import pytest

sys.path.insert(0, str(Path(__file__).parent / "bench"))

from cases import PYTHON, Case, Limits
from commands import SPOKEN, STAR
from figures import Figures, over, table
from growth import Line, plot
from processes import Cost
from questions import QUESTIONS, Took
from report import DRAWN, JUDGED, Size, tables
from report import over as grown_over
from sync import Measured
from sync import over as measured_over
from writes import ADD, WAITED
from writes import STAR as STARRED

BENCH = Path(__file__).parent / "bench" / "start_up.py"

pytestmark = pytest.mark.skipif(os.name != "posix", reason="what a process used is told on POSIX systems only")


def smoke(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(BENCH), "--smoke", *words]
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", timeout=60)


def test_the_benchmark_prints_a_figure_for_every_case_of_thirty_papers() -> None:
    done = smoke()
    assert done.returncode == 0, done.stderr
    assert "30 papers, 3 rounds" in done.stdout
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in done.stdout.splitlines() if line[:1] == "|"]
    measured = {row[0]: row for row in rows[2:]}
    assert len(measured) == 4
    assert measured.pop(PYTHON)[2] == "1.0"
    for _, cpu, times, share, peak, _ in measured.values():
        assert cpu.endswith(" ms")
        assert float(times) > 1
        assert share == "-"
        assert peak.endswith(" MiB")


def test_it_fails_when_a_command_fails() -> None:
    done = smoke("--endpoint", "http://127.0.0.1:9")
    assert done.returncode == 1
    assert "ended with 6" in done.stderr
    assert "|" not in done.stdout


def test_a_figure_over_its_limit_is_named() -> None:
    case = Case("warm", [], {}, Limits(times=4, share=0.3, peak=50))
    good, slow = Figures(0.02, 3.9, 0.3, 50), Figures(0.03, 4.1, 0.3, 50)
    assert over([case], {"warm": good}) == []
    assert over([case], {"warm": slow}) == ["warm: 4.10 is over 4 (times)"]
    assert "| warm | 30 ms | 4.1 | 0.30 | 50 MiB | 4 × Python, 0.30 of the peer, 50 MiB |" in table(
        [case], {"warm": slow}, 9
    )


def test_the_benchmark_of_the_history_prints_its_figures() -> None:
    command = [sys.executable, str(BENCH.parent / "sync.py"), "--smoke"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", timeout=60)
    assert done.returncode == 0, done.stderr
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in done.stdout.splitlines() if line[:1] == "|"]
    first, second = rows[2:]
    assert first[0] == "`papers sync`, an empty home"
    assert int(first[3].replace(",", "")) > 0
    assert second[1].endswith(" s")


def test_a_history_that_comes_too_slowly_is_named() -> None:
    good, slow = Cost(3.0, 5.0, 90.0, 0, ""), Cost(3.0, 9.0, 160.0, 0, "")
    assert measured_over(Measured(good, good._replace(wall=0.1), 7_000)) == []
    assert measured_over(Measured(slow, slow, 7_000)) == [
        "778 papers/s, fewer than 1000", "160 MiB, more than 150", "9.0 s for the second time, more than 5",
    ]  # fmt: skip


def test_the_benchmark_of_the_library_prints_its_figures_and_draws_them(tmp_path: Path) -> None:
    picture, kept = tmp_path / "growth.svg", tmp_path / "kept"
    kept.mkdir()
    command = [sys.executable, str(BENCH.parent / "library.py"), "--smoke", "--sizes", "500", "2000"]
    command += ["--plot", str(picture), "--keep", str(kept)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", timeout=120)
    assert done.returncode == 0, done.stderr
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in done.stdout.splitlines() if line[:1] == "|"]
    measured = {row[0]: row[1:] for row in rows}
    for question in QUESTIONS:
        for cell in measured[question.what][:2]:
            median, p99 = (float(figure.replace(",", "")) for figure in cell.split(" / "))
            assert 0 < median <= p99
    for command_line in SPOKEN.values():
        assert all(float(cell) > 0 for cell in measured[command_line][:2])
    assert measured["papers written in a second of CPU time"][1] != "0"
    # What stars and adds papers does so to a copy.
    with closing(sqlite3.connect(kept / "2000" / "data" / "library.db")) as db:
        assert db.execute("SELECT (SELECT count(*) FROM paper), (SELECT count(*) FROM mark)").fetchone() == (2_000, 0)
    assert sorted(entry.name for entry in kept.iterdir()) == ["2000", "500", "listed-500"]
    texts = [text.text or "" for text in ElementTree.parse(picture).iter("{http://www.w3.org/2000/svg}text")]
    for what, name in DRAWN.items():
        assert any(text.startswith(f"{name or what}: ") for text in texts), what


def grown(**other: Took) -> Size:
    took = {question.what: Took(0.5, 1.0, 9) for question in QUESTIONS}
    took |= {what: Took(0.5, 1.0, 9) for each in (STARRED, ADD) for what in (each, WAITED.format(each))}
    ratios = {**dict.fromkeys(SPOKEN, 1.2), "`papers today --json`": 18.0}
    return Size(JUDGED, 4_500_000_000, 5_000.0, {**took, **other}, ratios)


def test_a_figure_of_a_large_library_over_its_limit_is_named() -> None:
    slow = grown(**{"2 or 3 words": Took(25.1, 350.0, 9), "2 very common words": Took(60.0, 999.0, 9)})
    assert grown_over([grown()], 1.4) == []
    assert grown_over([slow], 1.4) == ["2 or 3 words, 1,000,000 papers: 25.10 is over 25 ms, the median"]
    assert grown_over([slow._replace(papers=300_000)], 1.4) == []
    starred = grown()
    starred.ratios[STAR] = 1.51
    assert grown_over([starred], 1.45) == [
        "`papers list WORD --json`, all that was ever listed: 1.45 is over 1.4 times",
        "`papers star ID`, 1,000,000 papers: 1.51 is over 1.5 times",
    ]
    assert "| 2 or 3 words | 25 / 350 | 25 / 350 |" in tables([slow], (8_000, 1.2))


def test_a_line_ten_times_as_high_stands_as_far_above_at_either_end() -> None:
    low, high = Line("low", {100: 1.0, 10_000: 10.0}), Line("high", {100: 10.0, 10_000: 100.0})
    drawn = ElementTree.fromstring(plot("Growth", [low, high])).iter("{http://www.w3.org/2000/svg}polyline")
    (one, two), (three, four) = (
        [tuple(map(float, point.split(","))) for point in line.attrib["points"].split()] for line in drawn
    )
    assert (one[0], two[0]) == (three[0], four[0])
    assert one[1] - three[1] == two[1] - four[1] == pytest.approx(three[1] - four[1], abs=0.2)
    with pytest.raises(ValueError, match="two sizes"):
        plot("Growth", [Line("low", {100: 1.0})])


def test_the_benchmark_of_mathematics_prints_its_figures() -> None:
    command = [sys.executable, str(BENCH.parent / "mathematics.py"), "--made-up"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", timeout=60)
    assert done.returncode == 0, done.stderr
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in done.stdout.splitlines() if line[:1] == "|"]
    assert [row[0] for row in rows[2:4]] == ["abstracts", "titles and summaries"]
    assert all(int(row[2].replace(",", "")) > 0 for row in rows[2:])


def test_the_benchmark_of_a_migration_prints_its_figures() -> None:
    command = [sys.executable, str(BENCH.with_name("migration.py")), "--papers", "300"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", timeout=60)
    assert done.returncode == 0, done.stderr
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in done.stdout.splitlines() if line[:1] == "|"]
    assert [row[0] for row in rows[2:]] == ["the first time", "the second time"]
    assert int(rows[2][3].replace(",", "")) > 0


def test_the_benchmark_of_formats_prints_a_ratio_for_each() -> None:
    command = [sys.executable, str(BENCH.with_name("formats.py")), "--runs", "1"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", timeout=60)
    assert done.returncode == 0, done.stderr
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in done.stdout.splitlines() if line[:1] == "|"]
    assert len(rows) == 2 + 14
    assert [row[0] for row in rows if row[3] == "1.5"] == ["`-o bibtex`", "`-o atom`", "`-o html`", "`-o md`"]
    assert all(float(row[2]) > 0 for row in rows[2:])
