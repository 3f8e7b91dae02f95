"""What cleans, fetches, stores and parses: tests run every statement and every branch of it. Measured in the tests' own
process and in those that they start."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from . import TESTS
from .trial import Trial

PARTS = GATE_PARTS = 4
ROOT = TESTS.parent
ROOMS: dict[str, tuple[str, ...]] = {
    "cleaning": ("text.py",),
    "fetching": (
        "fetch.py",
        "tries.py",
        "replies.py",
        "limits.py",
        "link.py",
        "status.py",
        "download.py",
        "partial.py",
        "pace.py",
        "turn.py",
        "network/*.py",
    ),
    "storing": ("cache.py", "library/*.py"),
    "parsing": ("sources/*.py", "manuscript/*.py", "unpacking.py"),
}
# The tests that run them, files or single ones; those of other rooms would add minutes and no branch.
RUN: dict[str, tuple[str, ...]] = {
    "cleaning": ("test_text.py",),
    "fetching": (
        *("test_fetch.py", "test_turn.py", "test_pace.py", "test_network.py"),
        *("test_smtp.py", "test_download.py", "test_partial.py"),
    ),
    "storing": (
        "test_cache.py",
        "test_library.py",
        "test_own.py",
        "test_questions.py",
        "test_damage.py",
        "test_long_lists.py::test_what_is_sorted_needs_no_room_for_temporary_files",
        "test_related.py::test_papers_that_share_rare_words_are_related_and_the_words_are_named",
        "test_related.py::test_a_paper_is_not_like_itself_nor_is_anything_like_an_unknown_one",
        "test_trends.py::test_periods_are_the_weeks_or_months_that_hold_the_days",
        "test_trends.py::test_papers_votes_and_comments_are_those_of_the_period",
        "test_trends.py::test_only_the_papers_asked_for_count",
        "test_trends.py::test_the_days_with_papers_are_known",
        "test_trends.py::test_keywords_that_more_papers_have_rose_and_that_fewer_have_fell",
        "test_trends.py::test_one_period_has_nothing_to_be_compared_with",
    ),
    "parsing": ("test_source.py", "test_sources.py", "test_arxiv_source.py", "test_arxiv_query.py",
                "test_manuscript.py", "test_manuscript_odd.py", "test_manuscript_hostile.py", "test_unpacking.py"),
}  # fmt: skip


def suite(trial: Trial) -> None:
    """One room after the other, each by its own tests."""
    for room in trial.named(list(ROOMS), what="rooms"):
        with tempfile.TemporaryDirectory() as temporary:
            os.chmod(temporary, 0o777)  # a test may be another user for a while
            for module, found in sorted(measured(trial, room, Path(temporary)).items()):
                trial.count("statements", found["summary"]["num_statements"])
                trial.count("branches", found["summary"]["num_branches"])
                missed = [*found["missing_lines"], *(f"{a}->{b}" for a, b in found["missing_branches"])]
                trial.check(not missed, room, f"{module}: not run: {', '.join(map(str, missed))}")


def measured(trial: Trial, room: str, folder: Path) -> dict[str, Any]:
    """What coverage says of each module of the room, by its path."""
    environ = {**os.environ, "COVERAGE_FILE": str(folder / "data")}
    tests = [str(TESTS / name) for name in RUN[room]]
    # Recorded answers are not everywhere: what they alone would run is missed here, too.
    words = ["run", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "not recorded_answer", *tests]
    done = covered(words, environ)
    trial.check(done.returncode == 0, room, f"its tests: {' / '.join(done.stdout.strip().splitlines()[-3:])}")
    covered(["combine", "--quiet"], environ)
    wanted = ",".join(f"*/papercli/{pattern}" for pattern in ROOMS[room])
    covered(["json", "--quiet", f"--include={wanted}", "-o", str(folder / "found.json")], environ)
    found: dict[str, Any] = json.loads((folder / "found.json").read_text())["files"]
    return found


def covered(words: list[str], environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run coverage with the settings of pyproject.toml."""
    line = [sys.executable, "-m", "coverage", *words]
    return subprocess.run(line, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
