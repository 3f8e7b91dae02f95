"""What is POSIX alone is no need of a command that reads: it runs where there is nothing of it.

This is no Windows. It is Python as it would be there, as far as one process can play it: no fcntl, no pwd, no user
numbers, locks by msvcrt. docs/reliability.md says what was never run.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import papercli
from conftest import Papers

WINDOWS = """
import os, sys, types
import diskcache, httpx, subprocess  # what these do on which system is their own affair

for name in ("fcntl", "termios", "tty", "pty", "pwd", "grp", "resource", "syslog", "posix_ipc"):
    sys.modules[name] = None
for name in ("getuid", "geteuid", "getgid", "getegid", "fork", "chown", "lchown", "getsid", "ttyname", "mkfifo",
             "uname", "getppid", "killpg", "setsid", "O_NOFOLLOW", "O_DIRECTORY", "O_NONBLOCK", "O_CLOEXEC", "sysconf"):
    if hasattr(os, name):
        delattr(os, name)
import time
for name in ("CLOCK_BOOTTIME", "clock_gettime"):
    if hasattr(time, name):
        delattr(time, name)
locks = []
msvcrt = types.ModuleType("msvcrt")
msvcrt.LK_NBLCK, msvcrt.LK_UNLCK = 2, 0
msvcrt.locking = lambda file, how, size: locks.append(how)
sys.modules["msvcrt"] = msvcrt
sys.platform = "win32"
os.name = "nt"

from papercli.main import main

sys.argv = ["papers", *sys.argv[1:]]
try:
    code = main()
except SystemExit as end:
    code = end.code
print("locks", len(locks), file=sys.stderr)
sys.exit(code)
"""

READING = (
    ["today", "--json"], ["today", "-o", "cards"], ["day", "2026-07-02", "-o", "table"], ["list", "agents"],
    ["show", "1", "--json"], ["show", "2607.99013", "-o", "cards"], ["cite", "2607.99013"], ["today", "-o", "html"],
    ["related", "2607.99013", "-o", "ids"], ["trends", "--json"], ["week", "-o", "bibtex"],
)  # fmt: skip


def windows(environ: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WINDOWS, *words], env=environ, capture_output=True, encoding="utf-8", timeout=60
    )


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_a_command_that_reads_needs_nothing_that_is_posix_alone(
    papers: Papers, environ: dict[str, str], words: list[str]
) -> None:
    assert papers("week", "-o", "ids").returncode == 0
    assert papers("today", "-o", "ids").returncode == 0
    there, here = windows(environ, *words), papers(*words)
    assert (there.returncode, there.stdout) == (here.returncode, here.stdout), there.stderr
    assert there.stdout


def test_a_mark_is_kept_there_under_a_lock_of_its_own_kind(papers: Papers, environ: dict[str, str]) -> None:
    papers("today", "-o", "ids")
    done = windows(environ, "star", "2607.99013")
    assert done.returncode == 0, done.stderr
    (starred,) = json.loads(papers("list", "--starred", "--json").stdout)
    assert starred["id"] == "2607.99013"


def test_who_asks_which_system_this_is_lives_in_one_room() -> None:
    source = Path(papercli.__file__).parent
    asking = ("sys.platform", "os.name", "hasattr(os", "fcntl", "msvcrt", "import pwd", "geteuid", "getuid", "ttyname")
    found = [
        f"{file.relative_to(source)}: {word}"
        for file in source.rglob("*.py")
        for word in asking
        if word in file.read_text("utf-8") and file.parent.name != "system"
    ]
    assert found == []
