"""What an older library takes to become today's: the first command that opens it, and the next one.

    python tests/bench/migration.py --papers 300000

Prints a table in Markdown. The library is of version 3, which had no checksums of facts; it is made anew each time.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import sys
import tempfile
import time
from contextlib import closing

from cases import environment, papers
from commands import NOWHERE
from kept import file
from made_up import fill
from processes import Cost, Failed, cost


def main(words: list[str] | None = None) -> int:
    """Measure and print; 1 when a command fails."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=int, default=300_000)
    many = parser.parse_args(words).papers
    with tempfile.TemporaryDirectory(prefix="papercli-bench-") as folder:
        environ = environment(folder, NOWHERE)
        library = file(environ["PAPERCLI_HOME"])
        os.makedirs(os.path.dirname(library))
        fill(library, many)
        of_version_3(library)
        size = os.path.getsize(library)
        try:
            costs = [_listed(environ) for _ in range(2)]
        except Failed as failure:
            print(f"migration: {failure}", file=sys.stderr)
            return 1
    print(f"{time.strftime('%Y-%m-%d', time.gmtime())}, {many:,} made-up papers, {size / 1e6:,.0f} MB.\n")
    print("| `papers list -n 3 --offline` | wall | CPU | papers/s | peak |\n|---|---:|---:|---:|---:|")
    for what, used in zip(("the first time", "the second time"), costs, strict=True):
        rate = f"{many / used.wall:,.0f}" if what == "the first time" else ""
        print(f"| {what} | {used.wall:.2f} s | {used.cpu:.2f} s | {rate} | {used.peak:.0f} MiB |")
    return 0


def of_version_3(library: str) -> None:
    """Take away what version 4 brought."""
    with closing(sqlite3.connect(library, isolation_level=None)) as db:
        for table in ("paper", "listed"):
            db.execute(f"ALTER TABLE {table} DROP COLUMN checksum")
        db.execute("PRAGMA user_version = 3")


def _listed(environ: dict[str, str]) -> Cost:
    used = cost(papers("--offline", "list", "-n", "3", "-o", "ids"), environ, patience=3_600)
    if used.code:
        raise Failed(f"papers list ended with {used.code}: {used.said.strip()[-500:]}")
    return used


if __name__ == "__main__":
    sys.exit(main())
