"""A library full of made-up papers, written as the program writes what a source told it."""

from __future__ import annotations

import json
import time
from datetime import UTC, date, datetime
from functools import cache
from random import Random
from typing import Any

from zipf import Zipf

from papercli.library import Library, Listing
from papercli.paper import Paper

FIRST, LAST = (2007, 4), (2026, 10)
"""Months: from the first with identifiers of today's form."""

LISTINGS_FROM = (2023, 5)
A_DAY = 30  # papers on a day's listing
ONE_IN = 3  # listed is one paper in so many, at most A_DAY on each of DAYS
DAYS = 20  # of a month
CHUNK = 1_000  # papers in a transaction
SEED = 1

_CATEGORIES, _GIVEN = (
    several.split()
    for several in (
        "cs.CL cs.LG cs.CV cs.AI cs.RO stat.ML math.PR hep-th quant-ph astro-ph.GA",
        "Ada Bo Chen Dara Eli Fen Gita Hugo Ines Jun Kofi Lena Mei Nils Omar Pia Quinn Rosa Sam Tao Uma Vera Wei",
    )
)

Month = tuple[int, int]


@cache
def english() -> Zipf:
    """The vocabulary that all libraries share; a second or two to make."""
    return Zipf()


def counts(papers: int, first: Month = FIRST) -> dict[Month, tuple[int, int]]:
    """(year, month) -> (how many papers arXiv counted, roughly; how many of them the library holds)."""
    months = [divmod(month, 12) for month in range(first[0] * 12 + first[1] - 1, LAST[0] * 12 + LAST[1])]
    # A tenth more each year: 4,500 a month in 2007, 9,500 in 2015, 29,000 at the end.
    grown = {(year, month + 1): round(4_500 * 1.1 ** (year + month / 12 - 2007.25)) for year, month in months}
    whole, passed, taken, found = sum(grown.values()), 0, 0, {}
    for month, many in grown.items():
        passed += many
        found[month] = (many, papers * passed // whole - taken)
        taken = papers * passed // whole
    return found


def papers(month: Month, counted: int, share: int, seed: int = SEED) -> list[Paper]:
    """`share` of the month's `counted` papers, as arXiv tells of them, in the order of their identifiers."""
    (year, number), zipf, random = month, english(), Random(f"{seed} {month} {share}")
    digits = 4 if year < 2015 else 5
    found = []
    for place in range(share):
        title, abstract, keywords = zipf.text(random)
        day = date(year, number, 1 + place * 28 // share)
        id = f"{year % 100:02}{number:02}.{1 + place * counted // share:0{digits}}"
        authors = _authors(zipf, random)
        categories = tuple(dict.fromkeys(random.choices(_CATEGORIES, k=2)))
        said: dict[str, Any] = {"keywords": keywords, "categories": categories, "version": 1}
        found.append(Paper(id, title, authors, abstract, day, day, **said))
    return found


def _authors(zipf: Zipf, random: Random) -> tuple[str, ...]:
    families = zipf.words[1_000:6_000]
    return tuple([f"{random.choice(_GIVEN)} {random.choice(families).title()}" for _ in range(random.randint(1, 9))])


def listings(
    month: Month, given: list[Paper], seed: int = SEED, *, one_in: int = ONE_IN, a_day: int = A_DAY
) -> tuple[list[Paper], list[tuple[Listing, list[Paper]]]]:
    """The papers of a month that no listing holds, and its listings, with the papers as the source of listings tells
    of them: votes, a submitter, and the row as it was answered."""
    if month < LISTINGS_FROM:
        return given, []
    random = Random(f"{seed} {month} listed")
    days = max(1, min(DAYS, len(given) // one_in // a_day))
    chosen = random.sample(range(len(given)), min(days * a_day, len(given) // one_in))
    found = []
    for number in range(days):
        day = date(*month, 1 + number * 28 // days)
        rows = [_listed(given[place], day, random) for place in sorted(chosen[number::days])]
        found.append((Listing(day, second(month)), rows))
    taken = set(chosen)
    return [paper for place, paper in enumerate(given) if place not in taken], found


def _listed(paper: Paper, day: date, random: Random) -> Paper:
    said: dict[str, Any] = {name: getattr(paper, name) for name in Paper.__match_args__ if name != "row"}
    said |= {
        "upvotes": int(random.paretovariate(0.8)), "comments": int(random.paretovariate(1.5)) - 1,
        "submitter": random.choice(_GIVEN).lower(), "submitted": f"{day}T00:00:00.000Z",
        "ai_summary": paper.abstract[:200], "categories": (),
    }  # fmt: skip
    if random.random() < 0.5:
        said |= {"code": f"https://github.com/made-up/{paper.id}", "stars": int(random.paretovariate(0.5))}
    return Paper(**said, row=json.dumps({**said, "avatars": random.randbytes(500).hex()}, default=str).encode())


def second(month: Month) -> int:
    """When the month's listings were asked for: seconds since 1970, UTC."""
    return int(datetime(*month, 28, tzinfo=UTC).timestamp())


def fill(path: str, many: int, *, first: Month = FIRST, one_in: int = ONE_IN) -> float:
    """Write a library of so many papers to `path`, the first of them of the month `first`. CPU seconds of writing."""
    writer = _Writer(path)
    for month, (counted, share) in counts(many, first).items():
        rest, listed = listings(month, papers(month, counted, share), one_in=one_in)
        writer.add(rest, listed, CHUNK, second(month))
    writer.add([], [], 1, second(LAST))
    writer.library.close()
    return writer.seconds


class _Writer:
    """Gathers papers, so that the months of a small library do not all wait for the disk."""

    def __init__(self, path: str) -> None:
        self.library, self.seconds = Library(path), 0.0
        self._papers: list[Paper] = []
        self._listings: list[tuple[Listing, list[Paper]]] = []

    def add(self, given: list[Paper], listed: list[tuple[Listing, list[Paper]]], least: int, at: int) -> None:
        """Write what there is when there are `least` papers of a kind."""
        self._papers += given
        self._listings += listed
        start = time.process_time()
        while len(self._papers) >= least:
            self.library.remember_papers(self._papers[:CHUNK], source="arxiv", at=at)
            del self._papers[:CHUNK]
        if sum(len(rows) for _, rows in self._listings) >= least:
            self.library.remember_listings(self._listings, newest=True)  # the last of them will be it
            self._listings = []
        self.seconds += time.process_time() - start
