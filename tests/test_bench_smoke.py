"""The benchmark runs, prints figures, and fails when a command fails. How long things take is not judged here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "bench"))

from cases import PYTHON, Case, Limits
from figures import Figures, over, table

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
