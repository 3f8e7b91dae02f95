"""Answers made to fill the memory or to take for ever: the program ends in time, in little memory, with the right code.

Each is met by a process of its own, whose address space may grow by 512 MiB and no more.
"""

from __future__ import annotations

import os
import subprocess
import sys

from server import Server, Step, answer

from .heavy import BOMBS
from .heavy_texts import PAGES, TEXTS
from .made_up import WAYS
from .reader import Reader, places, rows
from .trial import Trial

PARTS = 2
MOST_MEMORY = 150  # MiB
MOST_FOR_TEXTS = 195  # MiB: a page of 16 MiB is 64 in memory, where one letter in it is beyond the first 65,536
MOST_SECONDS = 10.0  # of the processor
ROOM = 512 << 20
CHILD = f"""
import os, resource, sys, time
from papercli.main import main
pages = int(open("/proc/self/statm").read().split()[0])
resource.setrlimit(resource.RLIMIT_AS, (pages * os.sysconf("SC_PAGE_SIZE") + {ROOM},) * 2)
code = main(sys.argv[2:])
with open(sys.argv[1], "w") as file:
    file.write(open("/proc/self/status").read().partition("VmHWM:")[2].split()[0] + " " + str(time.process_time()))
sys.exit(code)
"""
GATE = {
    "1 GiB of zeros in gzip", "31 MiB of empty objects", "3 MiB of numbers", "pages of 3 MiB of empty lists", "brotli",
    "zstd", "gzip in gzip", "an endless body in chunks", "an endless head", "an endless gzip header",
    "a field 100 deep", "a field 950 deep", "a field 1,000,000 deep", "votes of 5,000 digits", "votes of 1e999",
    "a title of 10 MB", "a title of 3 MB of marks", "100,000 authors", "100,000 rows",
    "50 pages of 4 MB, four at a time",
    "a billion laughs", "an entity from a file", "an entry a million deep", "an entry of 5 million elements",
    "an entry of 2 million attributes", "an entry with a text of 30 MB",
    "a table of 650,000 rows", "a table of 1,000 columns", "a page of elements without an end",
}  # fmt: skip


def suite(trial: Trial) -> None:
    """Each bomb, at an empty home; then what is there is read again, without a server."""
    if not sys.platform.startswith("linux"):
        trial.note("bombs are met where the memory of a process can be bounded and measured: on Linux")
        return
    with Server() as server:
        names = [name for name in [*BOMBS, *TEXTS, *PAGES] if trial.long or name in GATE]
        for name in trial.named(names, what="bombs"):
            with trial.case(name):
                if name in BOMBS:
                    met(trial, server, name)
                else:
                    read(trial, server, name)


def met(trial: Trial, server: Server, name: str) -> None:
    """Meet one."""
    asked, made, meant = BOMBS[name]
    words, path = (
        (["month", "2026-07"], "/api/daily_papers*") if asked == "month" else (WAYS[asked].words, WAYS[asked].path)
    )
    server.on(path, made())
    done = ended(trial, server, name, [*words, "--json"], MOST_MEMORY)
    code = meant if meant >= 0 else done.returncode if done.returncode in (0, 6) else 6
    trial.check(done.returncode == code, name, f"exit {done.returncode}, not {code}: {done.stderr[-300:]!r}")
    trial.check(bool(done.stdout) == (done.returncode in (0, 8)), name, f"printed {done.stdout[:80]!r}")
    trial.check(not done.stdout or bool(rows(done.stdout)), name, "printed no row")


def read(trial: Trial, server: Server, name: str) -> None:
    """Read one: what is left out of it is said where it would be, at the end, and by the exit code."""
    made, code = (TEXTS | PAGES)[name]
    path = "/papers/2607.10001.md" if name in TEXTS else "/html/2607.10001"
    other = "/html/2607.10001" if name in TEXTS else "/papers/2607.10001.md"
    steps: list[Step] = [answer(made(), headers={"Content-Type": "text/plain; charset=utf-8"})]
    server.on(path, steps)
    server.on(other, [answer(b"", status=404)])
    done = ended(trial, server, name, ["read", "2607.10001"], MOST_FOR_TEXTS)
    trial.check(done.returncode == code, name, f"exit {done.returncode}, not {code}: {done.stderr[-300:]!r}")
    told = "\n~ " in f"\n{done.stdout}", "left out, because it is too much" in done.stderr
    trial.check(told == (code == 8, code == 8), name, f"{told}: {done.stdout[-100:]!r}")


def ended(trial: Trial, server: Server, name: str, words: list[str], most: int) -> subprocess.CompletedProcess[str]:
    """A process that met one, in time and in little memory."""
    reader = Reader(**places(server.url))
    report = reader.home / "memory"
    command = [sys.executable, "-c", CHILD, str(report), *words]
    done = subprocess.run(
        command, env=reader.environ, capture_output=True, encoding="utf-8", stdin=subprocess.DEVNULL, timeout=300
    )
    told = report.read_text().split() if report.exists() else ["0", "0"]
    memory, seconds = int(told[0]) >> 10, float(told[1])
    said = done.stderr[-300:]
    trial.check(len(done.stderr.splitlines()) <= 2 and "Traceback" not in done.stderr, name, f"said {said!r}")
    trial.check(0 < memory < most, name, f"{memory} MiB")
    trial.check(seconds < MOST_SECONDS, name, f"{seconds:.1f} s of the processor")
    if os.environ.get("TRUST_TELL"):
        print(f"{name:45} {done.returncode} {memory:4} MiB {seconds:5.1f} s {said[:150]!r}", file=sys.stderr)
    reader.leave()
    return done
