"""How the library grows: what it takes to answer and to write, from ten thousand made-up papers to a million.

    python tests/bench/library.py --keep FOLDER --plot docs/library-growth.svg

Prints tables in Markdown: CPU time, of a library that was just opened and whose file the system holds in memory; for
what is written also time by the clock, until it is on the disk. With --keep the libraries are made once and used again:
a million papers take about ten minutes to make and 5 GB, twice that while they are measured. Needs a POSIX system,
which says what a process used (wait4).
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time

from commands import of_listed, ratios
from growth import plot
from kept import copied, file, kept, read_through
from made_up import LISTINGS_FROM, fill
from processes import Failed
from questions import QUESTIONS, Reader, answered
from report import Size, lines, over, tables
from writes import written

SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)
LISTED = 8_000
SMOKE, SMOKE_LISTED = (2_000,), 500


def main(words: list[str] | None = None) -> int:
    """Measure and print; 1 when a command fails or, with --check, when a figure is over its limit."""
    options = _options(words)
    with tempfile.TemporaryDirectory(prefix="papercli-bench-", dir=options.keep) as temporary:
        folder = options.keep or temporary
        try:
            sizes = [_measured(folder, temporary, papers, options) for papers in options.sizes]
            listed = _of_listed(folder, temporary, options)
        except Failed as failure:
            print(f"library: {failure}", file=sys.stderr)
            return 1
    python = f"{sys.implementation.name} {sys.version.split()[0]} on {sys.platform}"
    print(f"{time.strftime('%Y-%m-%d', time.gmtime())}, {python}, {options.rounds} rounds of the processes.\n")
    print(tables(sizes, (options.listed, listed)), flush=True)
    if options.plot:
        with open(options.plot, "w", encoding="utf-8") as picture:
            picture.write(plot("What a growing library takes: CPU time, median", lines(sizes)))
    exceeded = [] if options.smoke else over(sizes, listed)
    for clause in exceeded:
        print(f"over its limit: {clause}", file=sys.stderr)
    return 1 if exceeded and options.check else 0


def _measured(folder: str, temporary: str, papers: int, options: argparse.Namespace) -> Size:
    """All that is measured of a library of so many papers, which is kept in `folder` as it is."""
    home = os.path.join(folder, str(papers))
    seconds = kept(home, lambda path: fill(path, papers))
    read_through(home)
    reader = Reader(file(home))
    took = {question.what: answered(file(home), question, reader, options.runs) for question in QUESTIONS}
    copy = copied(home, os.path.join(temporary, "copies"))
    compared = ratios(copy, reader, options.rounds)
    took |= written(file(copy), reader, options.runs)
    reader.close()
    os.remove(file(copy))
    return Size(papers, os.path.getsize(file(home)), papers / seconds, took, compared)


def _of_listed(folder: str, temporary: str, options: argparse.Namespace) -> float:
    """The same command over the library of a reader who follows one source's listings, all of them."""
    home = os.path.join(folder, f"listed-{options.listed}")
    kept(home, lambda path: fill(path, options.listed, first=LISTINGS_FROM, one_in=1))
    copy = copied(home, os.path.join(temporary, "copies"))
    reader = Reader(file(home))
    ratio = of_listed(copy, reader, options.rounds)
    reader.close()
    return ratio


def _options(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", metavar="PAPERS", help=f"{', '.join(map(str, SIZES))}")
    parser.add_argument("--keep", metavar="FOLDER", help="make the libraries there, or use those that are there")
    parser.add_argument("--plot", metavar="FILE", help="draw the medians of two sizes or more, as SVG")
    parser.add_argument("--runs", type=int, default=0, metavar="N", help="ask everything so often; 100 to 500 times")
    parser.add_argument("--rounds", type=int, default=20, metavar="N", help="run every process so often; 20")
    parser.add_argument("--check", action="store_true", help="exit 1 when a figure is over its limit")
    parser.add_argument("--smoke", action="store_true", help="2,000 papers, 3 runs of everything, no verdict")
    options = parser.parse_args(words)
    options.listed = SMOKE_LISTED if options.smoke else LISTED
    if options.smoke:
        options.runs, options.rounds, options.check = 3, 3, False
    options.sizes = options.sizes or SMOKE if options.smoke else options.sizes or SIZES
    if min(options.sizes) < 500 or options.runs < 0 or options.rounds < 1:
        parser.error("--sizes are at least 500, --rounds is at least 1")
    if options.plot and len(set(options.sizes)) < 2:
        parser.error("--plot takes libraries of two sizes or more")
    return options


if __name__ == "__main__":
    sys.exit(main())
