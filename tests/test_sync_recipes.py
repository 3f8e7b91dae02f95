"""docs/sync.md: its commands and its recipes for cron, systemd and launchd do what they say."""

from __future__ import annotations

import os
import plistlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hub import Hub

PAGE = (Path(__file__).parent.parent / "docs" / "sync.md").read_text("utf-8")
BETWEEN = {"minute": (0, 59), "hour": (0, 23), "day": (1, 31), "month": (1, 12), "weekday": (0, 7)}

pytestmark = pytest.mark.skipif(os.name != "posix", reason="recipes for POSIX systems")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def person(tmp_path: Path, hub: Hub) -> dict[str, str]:
    """The little that cron, systemd and launchd give to what they run; the program is where the page says."""
    program = tmp_path / ".local" / "bin" / "papers"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m papercli "$@"\n')
    program.chmod(0o755)
    return {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "HF_ENDPOINT": hub.url}


def quiet_and_done(command: list[str], person: dict[str, str]) -> None:
    for _ in range(2):
        done = subprocess.run(command, env=person, stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert list(Path(person["HOME"]).rglob("library.db"))


def test_the_commands_shown_work_and_the_last_has_nothing_to_do(person: dict[str, str], hub: Hub) -> None:
    (script,) = blocks("sh")
    commands = [line.replace("papers", "~/.local/bin/papers", 1) for line in script.splitlines()]
    assert len(commands) == 3
    for command in commands:
        done = subprocess.run(["/bin/sh", "-c", command], env=person, capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stdout) == (0, "")
    assert "is here already" in done.stderr


def test_the_line_for_cron_is_one_and_runs(person: dict[str, str]) -> None:
    (line,) = blocks("cron")
    *fields, command = line.strip().split(maxsplit=5)
    for field, (least, most) in zip(fields, BETWEEN.values(), strict=True):
        assert field == "*" or least <= int(field) <= most
    assert "%" not in command, "which cron would take for a newline"
    quiet_and_done(["/bin/sh", "-c", command], person)


@pytest.fixture
def units(tmp_path: Path) -> list[Path]:
    """The two files, under the names that the page gives them."""
    names = re.findall(r"`(papers-sync\.(?:service|timer))`:", PAGE)
    assert names == ["papers-sync.service", "papers-sync.timer"]
    files = [tmp_path / name for name in names]
    for file, text in zip(files, blocks("ini"), strict=True):
        file.write_text(text)
    return files


def test_systemd_takes_the_units(units: list[Path], person: dict[str, str]) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd-analyze here")
    runtime = units[0].parent / "runtime"
    runtime.mkdir(mode=0o700)
    command = ["systemd-analyze", "--user", "verify", *map(str, units)]
    environ = {**person, "PATH": os.environ["PATH"], "XDG_RUNTIME_DIR": str(runtime)}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60)
    if "Failed to" in done.stderr and "papers-sync" not in done.stderr:
        pytest.skip(f"systemd-analyze does not work here: {done.stderr.strip()}")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_what_the_service_starts_runs(units: list[Path], person: dict[str, str]) -> None:
    (start,) = re.findall(r"^ExecStart=(.*)$", units[0].read_text(), re.MULTILINE)
    quiet_and_done(start.replace("%h", person["HOME"]).split(), person)


def test_the_property_list_is_one_and_what_it_starts_runs(person: dict[str, str]) -> None:
    (text,) = blocks("xml")
    job = plistlib.loads(text.encode())
    assert set(job) == {"Label", "ProgramArguments", "StartCalendarInterval"}
    assert f"LaunchAgents/{job['Label']}.plist" in PAGE
    assert job["StartCalendarInterval"] == {"Minute": 17}
    quiet_and_done(job["ProgramArguments"], person)
