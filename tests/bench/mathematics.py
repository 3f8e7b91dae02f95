"""How many texts a second get their mathematics, one process, CPU time: all recorded titles, abstracts and summaries.

    python tests/bench/mathematics.py            # or --made-up, where no recorded texts are

Prints a table in Markdown. Texts are cleaned before, as they are when they come from the library.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from papercli.mathematics import drawn
from papercli.text import prose

RECORDINGS = Path(__file__).parent.parent.parent.parent / "shared" / "recordings"
FEWEST = 5_000
"""Texts a second of CPU time."""

WORDS = ("bounds", "for", "models", "with", "attention", "and", "we", "show", "that", "costs", "of", "$5", "per", "run")
TEX = (
    r"$\alpha_t^2 \leq \mathcal{O}(n \log n)$",
    r"\textbf{much} less",
    "97.5\\%",
    "``all''",
    "X^{2}-Net",
    "$2\\times$",
)
ROUNDS = 5


def main(words: list[str] | None = None) -> int:
    """Measure and print; 1 with --check when it is slower than it may be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--made-up", action="store_true", help="1,000 made-up texts with TeX in every twentieth word")
    parser.add_argument("--check", action="store_true", help="exit 1 when a figure is under its limit")
    options = parser.parse_args(words)
    abstracts, others = made_up() if options.made_up else recorded()
    with_tex = [text for text in (*abstracts, *others) if drawn(text) is not text]
    rates = [
        ("abstracts", len(abstracts), rate(drawn, abstracts)),
        ("titles and summaries", len(others), rate(drawn, others)),
        ("texts in which something is drawn", len(with_tex), rate(drawn, with_tex)),
        ("the same in ASCII", len(with_tex), rate(lambda text: drawn(text, plainly=True), with_tex)),
    ]
    print("| what | texts | a second of CPU time | at least |")
    print("|---|---:|---:|---|")
    for what, many, fast in rates:
        print(f"| {what} | {many:,} | {fast:,.0f} | {FEWEST:,} |")
    return 1 if options.check and min(fast for *_, fast in rates) < FEWEST else 0


def rate(draw: Callable[[str], str], texts: list[str]) -> float:
    """Texts a second of CPU time, the median of some rounds."""
    found = []
    for _ in range(ROUNDS):
        started = time.process_time()
        for text in texts:
            draw(text)
        found.append(len(texts) / (time.process_time() - started))
    return statistics.median(found)


def recorded() -> tuple[list[str], list[str]]:
    """Every recorded abstract, and every title and summary, cleaned."""
    abstracts, others = [], []
    for path in sorted((RECORDINGS / "hf_daily").glob("*.json")):
        for row in json.loads(path.read_bytes()):
            abstracts.append(row["paper"].get("summary") or "")
            others += [row["paper"].get(name) or "" for name in ("title", "ai_summary")]
    with lzma.open(RECORDINGS / "arxiv_bulk" / "arxiv_20k.jsonl.xz", "rt", encoding="utf-8") as lines:
        for each in map(json.loads, lines):
            abstracts.append(each["summary"])
            others.append(each["title"])
    return [prose(text) for text in abstracts if text], [prose(text) for text in others if text]


def made_up() -> tuple[list[str], list[str]]:
    """Abstracts of 150 words with TeX in every twentieth, and titles of ten."""
    rnd = random.Random(1)

    def text(many: int) -> str:
        return prose(" ".join(rnd.choice(TEX if rnd.random() < 0.05 else WORDS) for _ in range(many)))

    return [text(150) for _ in range(500)], [text(10) for _ in range(500)]


if __name__ == "__main__":
    sys.exit(main())
