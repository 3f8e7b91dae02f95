"""What a warm `papers today` costs in each format: whole processes, CPU time as a ratio to that of `--json`.

    python tests/bench/formats.py

CPU time is user and system time of a process and its children, in the median of rounds that run every format once.
Prints a table in Markdown; with --check the exit code is 1 when a format is over its limit.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

from cases import JSON, Case, environment, papers, rounds, warm_up
from processes import Failed, median

SERVERS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "servers.py")
TODAY = "`--json`"
LIMIT = 1.5
LIMITED = ("bibtex", "atom", "html", "md")
TEMPLATE = "{upvotes|pad:>4}  {title|truncate:60|pad:60}  {published|timeago}"
OTHERS = ("biblatex", "ris", "csl", "rss", "jsonfeed", "csv", "tsv")


def main(words: list[str] | None = None) -> int:
    """Measure and print; 1 when a command fails or, with --check, when a format is over its limit."""
    options = _options(words)
    started = [sys.executable, SERVERS]
    with (
        tempfile.TemporaryDirectory(prefix="papercli-bench-") as folder,
        subprocess.Popen(started, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as servers,
    ):
        assert servers.stdin is not None and servers.stdout is not None
        try:
            measured = _cases(folder, json.loads(servers.stdout.readline())["hub"])
            many = warm_up([measured[0], *measured], folder)
            costs = rounds([measured[0], *measured], folder, options.runs)
        except Failed as failure:
            print(f"formats: {failure}", file=sys.stderr)
            return 1
        finally:
            servers.stdin.close()
    taken = {what: median([each.cpu for each in spent]) for what, spent in costs.items()}
    python = f"{sys.implementation.name} {sys.version.split()[0]} on {sys.platform}"
    print(f"{time.strftime('%Y-%m-%d', time.gmtime())}, {python}, {many} papers, {options.runs} rounds.\n")
    print("| warm `papers today` as | CPU time | × `--json` | at most |\n|---|---:|---:|---|")
    over = []
    for what, seconds in taken.items():
        limit = f"{LIMIT}" if what.removeprefix("`-o ").rstrip("`") in LIMITED else ""
        ratio = seconds / taken[TODAY]
        over += [what] if limit and ratio > LIMIT else []
        print(f"| {what} | {seconds * 1_000:.0f} ms | {ratio:.2f} | {limit} |")
    for what in over:
        print(f"over its limit: {what}", file=sys.stderr)
    return 1 if over and options.check else 0


def _cases(folder: str, endpoint: str) -> list[Case]:
    environ = environment(folder, endpoint)
    made = [Case(TODAY, papers(*JSON), environ)]
    made += [Case(f"`-o {format}`", papers("today", "-o", format), environ) for format in (*LIMITED, *OTHERS)]
    made.append(Case("`--template`, four filters", papers("today", "--template", TEMPLATE), environ))
    made.append(Case("`--jq '.[].title'`", papers("today", "--jq", ".[].title"), environ))
    return made


def _options(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=20, metavar="N", help="rounds; 20 when not given")
    parser.add_argument("--check", action="store_true", help="exit 1 when a format is over its limit")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main())
