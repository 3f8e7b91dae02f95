"""What `papers import` takes: a made-up snapshot of arXiv's metadata into an empty library, again, and parts of it.

    python tests/bench/import_.py --folder FOLDER             # a million records; 2 GB, and 4 GB for each library
    python tests/bench/import_.py --records 100000 --space    # and where the bytes of the library go

Whole processes; prints tables in Markdown. A snapshot that is there already in FOLDER is used again. Needs a POSIX
system, which says what a process used (wait4).
"""

from __future__ import annotations

import argparse
import gzip
import lzma
import os
import shutil
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from itertools import islice
from typing import NamedTuple

from cases import environment, papers
from made_up_snapshot import write
from processes import Cost, Failed, cost

RECORDS, SOME = 1_000_000, 10_000
RATE, PEAK, SIZE = 2_500, 300, 2.2
"""At least so many records a second; at most so many MiB, and bytes of the library for each of the file."""

NOWHERE = "http://127.0.0.1:9"
WORDS = ("-k", "since:2000-01 -unheard")
"""A filter that looks at the words and the day of every record, and that all of them pass."""


class Run(NamedTuple):
    """What a run took, and of how many records."""

    what: str
    cost: Cost
    records: int

    @property
    def rate(self) -> float:
        return self.records / self.cost.wall


class Measured(NamedTuple):
    """The runs, the first over all of the file; bytes of the file, of its text, and of the library."""

    runs: list[Run]
    file: int
    text: int
    library: int


def main(words: list[str] | None = None) -> int:
    """Measure and print; 1 when a command fails or, with --check, when a figure is over its limit."""
    options = _options(words)
    with tempfile.TemporaryDirectory(prefix="papercli-bench-") as temporary:
        folder = options.folder or temporary
        os.makedirs(folder, exist_ok=True)
        try:
            measured = _measured(folder, options.records, options.space)
        except Failed as failure:
            print(f"import: {failure}", file=sys.stderr)
            return 1
    python = f"{sys.implementation.name} {sys.version.split()[0]} on {sys.platform}, SQLite {sqlite3.sqlite_version}"
    print(f"{time.strftime('%Y-%m-%d', time.gmtime())}, {python}, {options.records:,} made-up records.\n")
    print(table(measured), flush=True)
    exceeded = over(measured)
    for clause in exceeded:
        print(f"over its limit: {clause}", file=sys.stderr)
    return 1 if options.check and exceeded else 0


def _measured(folder: str, records: int, space: bool) -> Measured:
    path = os.path.join(folder, f"snapshot-{records}.json")
    if not os.path.exists(path):
        write(path + ".part", records)
        os.replace(path + ".part", path)
    environ = environment(os.path.join(folder, "import"), NOWHERE)
    home = environ["PAPERCLI_HOME"]
    shutil.rmtree(home, ignore_errors=True)
    runs = [Run("all of it", _cost(path, environ), records)]
    library = os.path.join(home, "data", "library.db")
    size, text = os.path.getsize(library), _text(library)
    if space:
        print(spent(library))
    runs.append(Run("the same file again", _cost(path, environ), records))
    some = os.path.join(folder, "some.json")
    for what, suffix, filters in (
        ("some, not packed", "", ()), ("some, gzip", ".gz", ()), ("some, xz", ".xz", ()), ("some, -k", "", WORDS),
        ("some, a category", "", ("--category", "math")), ("some, all known", "", ("--refresh",)),
    ):  # fmt: skip
        many = _packed(path, some + suffix, min(SOME, records))
        if "--refresh" not in filters:
            shutil.rmtree(home, ignore_errors=True)
        else:
            _cost(some, environ)
        runs.append(Run(what, _cost(some + suffix, environ, *filters), many))
    shutil.rmtree(home, ignore_errors=True)
    return Measured(runs, os.path.getsize(path), text, size)


def _packed(path: str, other: str, many: int) -> int:
    """Write the first lines of `path` to `other`, packed as its name says."""
    with open(path, "rb") as whole:
        data = b"".join(islice(whole, many))
    # Little effort: what this process takes for it, a child would seem to take (see `own_peak`).
    packed = {".gz": lambda: gzip.compress(data, 1), ".xz": lambda: lzma.compress(data, preset=0)}
    with open(other, "wb") as part:
        part.write(packed.get(os.path.splitext(other)[1], lambda: data)())
    return many


def _cost(path: str, environ: dict[str, str], *words: str) -> Cost:
    """Raises Failed when the import does not end well."""
    found = cost(papers("import", path, "-q", *words), environ, patience=7_200)
    if found.code or found.said:
        raise Failed(f"papers import ended with {found.code}: {found.said.strip()[-500:]}")
    return found


def _text(library: str) -> int:
    """Bytes (UTF-8) of what people wrote: titles, abstracts, authors and comments."""
    columns = "title || abstract || authors || coalesce(arxiv_comment, '')"
    with closing(sqlite3.connect(library)) as db:
        return int(db.execute(f"SELECT sum(length(CAST({columns} AS BLOB))) FROM paper").fetchone()[0])


def spent(library: str) -> str:
    """Where the bytes of the library go, largest first: in Markdown. Needs an SQLite with `dbstat`."""
    rows = ["| table or index | MB | of which unused |", "|---|---:|---:|"]
    with closing(sqlite3.connect(library)) as db:
        sql = "SELECT name, sum(pgsize), sum(unused) FROM dbstat GROUP BY name ORDER BY 2 DESC LIMIT 8"
        try:
            rows += [f"| {name} | {size / 1e6:,.1f} | {unused / 1e6:,.1f} |" for name, size, unused in db.execute(sql)]
        except sqlite3.Error as error:
            rows.append(f"| {error} | | |")
    return "\n".join([*rows, ""])


def table(found: Measured) -> str:
    """In Markdown."""
    rows = ["| what is read | wall | CPU | records/s | records/s of CPU | peak |", "|---|---:|---:|---:|---:|---:|"]
    for run in found.runs:
        used, of_cpu = run.cost, run.records / run.cost.cpu
        rows.append(
            f"| {run.what} ({run.records:,}) | {used.wall:.1f} s | {used.cpu:.1f} s | {run.rate:,.0f} |"
            f" {of_cpu:,.0f} | {used.peak:.0f} MiB |"
        )
    size = f"{found.library / 1e6:,.0f} MB: {found.library / found.file:.2f} × the file of {found.file / 1e6:,.0f} MB"
    return "\n".join([*rows, "", f"The library: {size}, {found.library / found.text:.2f} × its text."])


def over(found: Measured) -> list[str]:
    """What is beyond its limit, in words."""
    first, size = found.runs[0], found.library / found.file
    said = [f"{first.rate:,.0f} records/s, fewer than {RATE:,}"] if first.rate < RATE else []
    said += [f"{first.cost.peak:.0f} MiB, more than {PEAK}"] if first.cost.peak > PEAK else []
    return said + ([f"{size:.2f} × the file, more than {SIZE}"] if size > SIZE else [])


def _options(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", help="where snapshots are kept; without it nothing is")
    parser.add_argument("--records", type=int, default=RECORDS)
    parser.add_argument("--space", action="store_true", help="say where the bytes of the library go")
    parser.add_argument("--check", action="store_true", help="end with 1 when a figure is over its limit")
    parser.add_argument("--smoke", action="store_true", help="few records: only whether it runs")
    options = parser.parse_args(words)
    if options.smoke:
        options.records = 500
    return options


if __name__ == "__main__":
    sys.exit(main())
