"""The week that docs/a-week-with-papers.md tells: every command of it, day after day; and with the power cut."""

from __future__ import annotations

import copy
import json
import os
import random
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from hub import Hub, sample_days

PAGE = Path(__file__).parent.parent / "docs" / "a-week-with-papers.md"
MONDAY = date(2026, 6, 29)
WEEK = [MONDAY + timedelta(ahead) for ahead in range(7)]
pytestmark = pytest.mark.skipif(sys.platform == "win32" or not shutil.which("bash"), reason="no bash here")


def told() -> list[tuple[date, str]]:
    """(day, command) for every command of the page."""
    found = []
    for day, section in zip(WEEK, PAGE.read_text("utf-8").split("\n## ")[1:], strict=True):
        for block in re.findall(r"^```sh\n(.*?)^```", section, re.MULTILINE | re.DOTALL):
            found += [(day, line) for line in block.splitlines() if line]
    return found


def week() -> dict[str, list]:
    """The made-up feed from Monday to Friday; its first two days have papers of two later ones under other ids."""
    days = sample_days()
    for ahead, other in ((0, "2026-07-01"), (1, "2026-07-02")):
        day = str(MONDAY + timedelta(ahead))
        days[day] = []
        for number, row in enumerate(copy.deepcopy(days[other])):
            row["paper"] |= {"id": f"2606.98{ahead}{number:02}", "submittedOnDailyAt": f"{day}T00:00:00.000Z"}
            days[day].append(row)
    return days


class Reader:
    """Someone with a shell, a home and a hub whose days pass."""

    def __init__(self, environ: dict[str, str], folder: Path) -> None:
        bin_folder = folder / "bin"
        bin_folder.mkdir(parents=True)
        program = bin_folder / "papers"
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m papercli "$@"\n')
        program.chmod(0o755)
        self.days = week()
        self.hub = Hub({str(MONDAY): self.days[str(MONDAY)]}, today=str(MONDAY))
        self.folder = folder
        self.environ = {**environ, "HF_ENDPOINT": self.hub.url, "PATH": f"{bin_folder}{os.pathsep}{environ['PATH']}"}

    def comes(self, day: date) -> None:
        """It is `day` on the hub, and what is kept is old enough to be asked for again."""
        if day == self.hub.today:
            return
        self.hub.today = day
        self.hub.days |= {name: rows for name, rows in self.days.items() if name <= str(day)}
        for rows in self.hub.days.values():
            for row in rows:
                row["paper"]["upvotes"] = (row["paper"].get("upvotes") or 0) + 3

    def command(self, line: str, *, refresh: bool = False) -> list[str]:
        line = re.sub(r"\bpapers (today|new|search)", r"papers --refresh \1", line) if refresh else line
        return ["bash", "-o", "pipefail", "-c", line]

    def does(self, line: str, **options: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(line, **options), env=self.environ, cwd=self.folder, stdin=subprocess.DEVNULL,  # type: ignore[arg-type]
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    def own(self) -> str:
        """Everything that is the reader's own."""
        run = self.does("papers library export")
        assert run.returncode == 0, run.stderr
        return run.stdout


@pytest.fixture
def reader(environ: dict[str, str], tmp_path: Path) -> Iterator[Reader]:
    someone = Reader(environ, tmp_path / "reader")
    yield someone
    someone.hub.stop()


def test_every_command_of_the_week_works(reader: Reader) -> None:
    first: set[str] = set()
    for day, line in told():
        reader.comes(day)
        done = reader.does(line, refresh=day not in first)
        assert done.returncode == 0, (line, done.stderr)
        assert "hint:" not in done.stderr, (line, done.stderr)
        if line.startswith(("papers list", "papers new", "papers search", "papers today -", "papers related")):
            assert done.stdout or "peek" in line or "later -" in line, (line, done.stderr)
    kept = [json.loads(line) for line in reader.own().splitlines()]
    assert {"compare with our planner"} == {line["note"] for line in kept if line.get("note")}
    assert {line["follow"] for line in kept if "follow" in line} == {"agents", "video"}


def test_the_week_is_the_same_on_the_other_machine(reader: Reader, environ: dict[str, str], tmp_path: Path) -> None:
    for day, line in told():
        reader.comes(day)
        reader.does(line)
        if "export" in line:
            break
    other = {**reader.environ, "PAPERCLI_HOME": str(tmp_path / "other")}
    there = reader.folder / "marks.jsonl"
    assert reader.own() == there.read_text("utf-8")
    subprocess.run(reader.command("papers library import marks.jsonl"), env=other, cwd=reader.folder, check=True)
    export = reader.command("papers library export")
    again = subprocess.run(export, env=other, cwd=reader.folder, capture_output=True, text=True, check=True)
    assert again.stdout == there.read_text("utf-8")


CHANGES = r"^papers (star|unstar|later|unlater|hide|unhide|mark|tag|note|follow add|mute add|undo$)"


@pytest.mark.parametrize("seed", range(1))
def test_whoever_is_killed_at_any_moment_loses_nothing_that_was_acknowledged(reader: Reader, seed: int) -> None:
    """Every command is first killed once after a random time, then run to its end. What was the reader's own before the
    kill is there after it, or the whole of the change is."""
    chance = random.Random(seed)
    for day, line in told():
        reader.comes(day)
        if not re.search(CHANGES, line):
            reader.does(line)
            continue
        before = reader.own()
        process = subprocess.Popen(
            shlex.split(line.replace("papers", f"{sys.executable} -m papercli", 1)), env=reader.environ,
            cwd=reader.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip
        time.sleep(chance.uniform(0.0, 0.12))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        after = reader.own()
        assert reader.does("papers library check").returncode == 0
        if after == before:
            done = reader.does(line)
            assert done.returncode == 0, (line, done.stderr)
            assert reader.own() != before or "already" in done.stderr, line
