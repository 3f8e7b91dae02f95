"""What `papers read` of a kept text costs: whole processes, CPU time, medians of interleaved rounds, as ratios.

    python tests/bench/reading.py --check

The text is Markdown of 180 kB, made up with a seed (tests/made_up_text.py), and kept before anything is measured. For
the first screen the process is read from until 30 lines have come, and then left, as a pager that is closed; the rest
it never draws. Needs a POSIX system, which says what a process used (wait4).
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from cases import environment, papers
from processes import median

from hub import Hub, sample_days
from made_up_text import made_up_text

ID, SIZE, SCREEN = "2607.99099", 180_000, 30
MOST = 25.0
"""Times a bare Python, for the first screen."""


def main(words: list[str] | None = None) -> int:
    """Measure and print; 1 when, with --check, the first screen takes longer than it may."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=20, metavar="N", help="rounds; 20 when not given")
    parser.add_argument("--check", action="store_true", help="exit 1 when the first screen is over its limit")
    options = parser.parse_args(words)
    hub = Hub(sample_days())
    text = made_up_text(SIZE)
    hub.texts[ID] = text.encode()
    with tempfile.TemporaryDirectory(prefix="papercli-bench-") as folder:
        found = _measured(environment(folder, hub.url), options.runs)
    hub.stop()
    python = f"{sys.implementation.name} {sys.version.split()[0]} on {sys.platform}"
    print(f"{time.strftime('%Y-%m-%d', time.gmtime())}, {python}, {len(text):,} characters, {options.runs} rounds.\n")
    print("| what | CPU time | × `python -c pass` | at most |\n|---|---:|---:|---:|")
    bare = found["`python -c pass`"]
    for what, spent in found.items():
        most = f"{MOST:g}" if "first" in what else ""
        print(f"| {what} | {spent * 1_000:.0f} ms | {spent / bare:.1f} | {most} |")
    over = found["`papers read`, first screen"] / bare > MOST
    return 1 if over and options.check else 0


def _measured(environ: dict[str, str], runs: int) -> dict[str, float]:
    """Seconds of CPU time by what was run, medians."""
    cases = {
        "`python -c pass`": ([sys.executable, "-c", "pass"], 0),
        "`papers read`, first screen": (papers("read", ID), SCREEN),
        "`papers read`, all of it": (papers("read", ID), 0),
        "`papers read --toc`": (papers("read", ID, "--toc"), 0),
        "`papers read --raw`": (papers("read", ID, "--raw"), 0),
    }
    for command, _ in cases.values():  # bytecode is written, the text kept
        _cost(command, environ, 0)
    costs: dict[str, list[float]] = {what: [] for what in cases}
    for number in range(runs):
        for what, (command, lines) in list(cases.items())[:: -1 if number % 2 else 1]:
            costs[what].append(_cost(command, environ, lines))
    return {what: median(spent) for what, spent in costs.items()}


def _cost(command: list[str], environ: dict[str, str], lines: int) -> float:
    """Seconds of CPU time of a run that is left after so many lines, or read to its end."""
    process = subprocess.Popen(
        command, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    for _ in range(lines):
        process.stdout.readline()
    if not lines:
        process.stdout.read()
    process.stdout.close()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != (141 if lines else 0):
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main())
