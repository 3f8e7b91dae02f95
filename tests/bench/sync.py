"""What `papers sync` takes: the whole history from a hub on this machine, and once more when there is nothing new.

    python tests/bench/sync.py                       # a made-up history of 24 months, 7,000 papers and more
    python tests/bench/sync.py --endpoint URL        # that of another hub

Whole processes; prints a table in Markdown. Needs a POSIX system, which says what a process used (wait4).
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from typing import NamedTuple

from cases import environment, papers
from processes import Cost, Failed, cost

PAST = os.path.join(os.path.dirname(os.path.abspath(__file__)), "past.py")
RATE, PEAK, SECOND = 1_000, 150, 5.0
"""At least so many papers a second; at most so many MiB, and seconds for the second time."""


class Measured(NamedTuple):
    """The first and the second sync, and how many papers there are."""

    first: Cost
    second: Cost
    papers: int


def main(words: list[str] | None = None) -> int:
    """Measure and print; 1 when a command fails or, with --check, when a figure is over its limit."""
    options = _options(words)
    size = ["2", "5"] if options.smoke else ["24", "15"]
    started = [sys.executable, PAST, *size]
    with (
        tempfile.TemporaryDirectory(prefix="papercli-bench-") as folder,
        subprocess.Popen(started, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server,
    ):
        assert server.stdin is not None and server.stdout is not None
        try:
            address = options.endpoint or server.stdout.readline().strip()
            runs = [measured(os.path.join(folder, str(number)), address) for number in range(options.runs)]
        except Failed as failure:
            print(f"sync: {failure}", file=sys.stderr)
            return 1
        finally:
            server.stdin.close()
    best = sorted(runs, key=lambda run: run.first.wall)[len(runs) // 2]
    python = f"{sys.implementation.name} {sys.version.split()[0]} on {sys.platform}"
    print(f"{time.strftime('%Y-%m-%d', time.gmtime())}, {python}, {best.papers:,} papers, {options.runs} rounds.\n")
    print(table(best), flush=True)
    exceeded = [] if options.smoke else over(best)
    for clause in exceeded:
        print(f"over its limit: {clause}", file=sys.stderr)
    return 1 if options.check and exceeded else 0


def measured(home: str, address: str) -> Measured:
    """Two syncs in a new home. Raises Failed when one does not end well."""
    environ = environment(home, address)
    costs = [cost(papers("sync", "-q"), environ, patience=600) for _ in range(2)]
    for each in costs:
        if each.code or each.said:
            raise Failed(f"papers sync ended with {each.code}: {each.said.strip()[-500:]}")
    with closing(sqlite3.connect(os.path.join(environ["PAPERCLI_HOME"], "data", "library.db"))) as db:
        (count,) = db.execute("SELECT count(*) FROM paper").fetchone()
    return Measured(*costs, count)


def table(run: Measured) -> str:
    """In Markdown."""
    rate = run.papers / run.first.wall
    rows = [
        ("`papers sync`, an empty home", run.first, f"{rate:,.0f}", f"at least {RATE:,} papers/s, at most {PEAK} MiB"),
        ("once more, nothing new", run.second, "-", f"at most {SECOND:g} s"),
    ]
    lines = ["| what | time | CPU time | papers/s | peak memory | limit |", "|---|---:|---:|---:|---:|---|"]
    lines += [
        f"| {what} | {spent.wall:.2f} s | {spent.cpu:.2f} s | {rate} | {spent.peak:.0f} MiB | {limit} |"
        for what, spent, rate, limit in rows
    ]
    return "\n".join(lines) + "\n"


def over(run: Measured) -> list[str]:
    """A clause for every figure that is over its limit."""
    rate, peak = run.papers / run.first.wall, run.first.peak
    clauses = [
        f"{rate:.0f} papers/s, fewer than {RATE}" if rate < RATE else "",
        f"{peak:.0f} MiB, more than {PEAK}" if peak > PEAK else "",
        f"{run.second.wall:.1f} s for the second time, more than {SECOND:g}" if run.second.wall > SECOND else "",
    ]
    return [clause for clause in clauses if clause]


def _options(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3, metavar="N", help="rounds, of which the median counts; 3")
    parser.add_argument("--endpoint", metavar="URL", help="another hub than our own")
    parser.add_argument("--check", action="store_true", help="exit 1 when a figure is over its limit")
    parser.add_argument("--smoke", action="store_true", help="one round of few papers, no verdict")
    options = parser.parse_args(words)
    if options.smoke:
        options.runs, options.check = 1, False
    if options.runs < 1:
        parser.error("--runs is at least 1")
    return options


if __name__ == "__main__":
    sys.exit(main())
