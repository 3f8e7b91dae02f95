"""What `papers today` costs, in ratios that hold on any machine: whole processes, CPU time, medians of one run.

    python tests/bench/start_up.py --peer install    # or --peer PATH_TO_HF, or without a peer

CPU time is user and system time of a process and its children. The hub is one on this machine, with a made-up feed of
the size of a real one: thirty papers on its newest day, a hundred rows in an answer. Prints tables in Markdown. Needs
a POSIX system, which says what a process used (wait4).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

from cases import cases, rounds, warm_up
from figures import figures, over, table
from hostile import hostile
from peer import RELEASE, installed
from processes import Failed, own_peak

SERVERS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "servers.py")


def main(words: list[str] | None = None) -> int:
    """Measure and print; 1 when a command fails or, with --check, when a figure is over its limit."""
    options = _options(words)
    started = [sys.executable, SERVERS, *([] if options.smoke else ["hostile"])]
    with (
        tempfile.TemporaryDirectory(prefix="papercli-bench-") as folder,
        subprocess.Popen(started, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as servers,
    ):
        assert servers.stdin is not None and servers.stdout is not None
        try:
            if not (addresses := servers.stdout.readline()):
                raise Failed(f"{SERVERS} did not start")
            exceeded = _measure(options, folder, json.loads(addresses))
        except Failed as failure:
            print(f"start_up: {failure}", file=sys.stderr)
            return 1
        finally:
            servers.stdin.close()
    for clause in exceeded:
        print(f"over its limit: {clause}", file=sys.stderr)
    return 1 if exceeded and options.check else 0


def _measure(options: argparse.Namespace, folder: str, addresses: dict[str, str]) -> list[str]:
    """Print the tables; what is over its limit."""
    peer = installed(os.path.join(folder, "venv")) if options.peer == "install" else options.peer
    measured = cases(folder, options.endpoint or addresses["hub"], peer)
    papers = warm_up(measured, folder)
    found = figures(rounds(measured, folder, options.runs))
    python = f"{sys.implementation.name} {sys.version.split()[0]} on {sys.platform}"
    print(f"{time.strftime('%Y-%m-%d', time.gmtime())}, {python}, {papers} papers, {options.runs} rounds.\n")
    print(table(measured, found, own_peak()), flush=True)
    exceeded = over(measured, found)
    return exceeded if options.smoke else exceeded + hostile(folder, addresses)


def _options(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=20, metavar="N", help="rounds; 20 when not given")
    parser.add_argument("--peer", metavar="HF", help=f"an `hf` to compare with, or `install` to install {RELEASE}")
    parser.add_argument("--check", action="store_true", help="exit 1 when a figure is over its limit")
    parser.add_argument(
        "--smoke", action="store_true", help="3 rounds, no peer, no hostile servers, no verdict on time"
    )
    parser.add_argument("--endpoint", metavar="URL", help="another hub than our own")
    options = parser.parse_args(words)
    if options.smoke:
        options.runs, options.peer, options.check = 3, None, False
    if options.runs < 1:
        parser.error("--runs is at least 1")
    return options


if __name__ == "__main__":
    sys.exit(main())
