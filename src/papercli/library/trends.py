"""What was listed period by period, and which keywords more papers had lately, or fewer, than before."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from datetime import date, timedelta

from papercli.library.failures import failures
from papercli.text import folded, line, number
from papercli.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from typing import Any

    from papercli.library.store import Store

FEWEST = 5
"""Papers that must have a keyword before anything is said of it."""

CHANCE = 2.0
"""Standard errors by which two shares must differ: one time in twenty chance alone does that."""

MOST = 50


@value
class Period:
    """A week or a month of listings. A paper counts once, in its latest listing, with the votes that it had there."""

    name: str
    """`2026-W27` (ISO 8601) or `2026-07`."""

    first: date
    last: date
    listings: int = 0
    """Days of it whose listing the library holds, an empty one too."""

    papers: int = 0
    upvotes: int = 0
    comments: int = 0


@value
class Keyword:
    """A keyword that rose or fell."""

    keyword: str
    """As most papers write it."""

    before: float
    """Share of the papers with keywords that had it, 0 to 1, in the periods before the last ones."""

    after: float
    """The same in the last ones."""

    papers: tuple[int, ...]
    """How many papers had it, period by period."""


@value
class Trends:
    """Periods in order, oldest first; the keywords that changed most come first."""

    periods: tuple[Period, ...] = ()
    recent: int = 0
    """How many of the last periods are compared with those before them; 0 when there is nothing to compare."""

    rose: tuple[Keyword, ...] = ()
    fell: tuple[Keyword, ...] = ()

    keyworded: tuple[int, ...] = ()
    """How many papers have any keyword, period by period."""


def listed_days(store: Store, source: str = "hf") -> tuple[date, date] | None:
    """The first and the last day whose listing holds papers; None when there is none."""
    with failures():
        first, last = store.one("SELECT min(day), max(day) FROM listed WHERE source = ?", source)
        return (date.fromisoformat(first), date.fromisoformat(last)) if first else None


def periods_of(first: date, last: date, by: str) -> tuple[Period, ...]:
    """The weeks (ISO 8601, Monday to Sunday) or months (`by`: "week", "month") that hold the days from `first` to
    `last`, oldest first, with nothing counted."""
    found = []
    day = first
    while day <= last:
        period = _period(day, by)
        found.append(period)
        day = period.last + timedelta(1)
    return tuple(found)


def _period(day: date, by: str) -> Period:
    if by == "week":
        monday = day - timedelta(day.weekday())
        year, week, _ = monday.isocalendar()
        return Period(f"{year}-W{week:02}", monday, monday + timedelta(6))
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return Period(f"{day.year}-{day.month:02}", day.replace(day=1), following - timedelta(1))


def counted(
    store: Store, periods: Sequence[Period], among: Collection[int] | None = None, source: str = "hf"
) -> Trends:
    """What the library holds of these periods (oldest first, without gaps); of the papers with the numbers `among`
    only, when given. Marks do not matter. Raises LibraryError when it cannot be read.
    """
    if not periods:
        return Trends()
    with failures():
        rows = _rows(store, periods[0].first, periods[-1].last, source)
        days = store.read(
            "SELECT day FROM listing WHERE source = ? AND day BETWEEN ? AND ?",
            [source, str(periods[0].first), str(periods[-1].last)],
        )
        starts = [str(period.first) for period in periods]
        heaps: list[list[tuple[Any, ...]]] = [[] for _ in periods]
        for row in rows:
            if among is None or row[0] in among:
                heaps[bisect_right(starts, row[1]) - 1].append(row)
        listings = [bisect_right(starts, day) - 1 for (day,) in days]
        filled = tuple(
            Period(
                period.name, period.first, period.last, listings.count(place), len(heap),
                sum(number(row[2]) or 0 for row in heap), sum(number(row[3]) or 0 for row in heap),
            )
            for place, (period, heap) in enumerate(zip(periods, heaps, strict=True))
        )  # fmt: skip
        return _with_keywords(filled, [[json.loads(row[4]) for row in heap] for heap in heaps])


def _rows(store: Store, first: date, last: date, source: str) -> list[tuple[Any, ...]]:
    """(number, day, upvotes, comments, keywords) of every paper whose latest listing is of these days."""
    return store.read(
        "SELECT l.paper, l.day, coalesce(l.upvotes, p.upvotes), coalesce(l.comments, p.comments), p.keywords"
        " FROM listed l JOIN paper p ON p.number = l.paper WHERE l.source = ?1 AND l.day BETWEEN ?2 AND ?3"
        " AND NOT EXISTS (SELECT 1 FROM listed y WHERE y.paper = l.paper AND y.day > l.day AND y.source = ?1)",
        [source, str(first), str(last)],
    )


def _with_keywords(periods: tuple[Period, ...], heaps: list[list[list[str]]]) -> Trends:
    """The trends of the keywords in `heaps`: for each period, the keywords of each of its papers."""
    spellings: dict[str, dict[str, int]] = {}
    papers: dict[str, list[int]] = {}
    for place, heap in enumerate(heaps):
        for keywords in heap:
            for key, written in {_key(keyword): line(keyword) for keyword in keywords}.items():
                papers.setdefault(key, [0] * len(heaps))[place] += 1
                known = spellings.setdefault(key, {})
                known[written] = known.get(written, 0) + 1
    keyworded = tuple(sum(bool(keywords) for keywords in heap) for heap in heaps)
    recent = -(-len(heaps) // 4) if len(heaps) > 1 else 0
    split = len(heaps) - recent
    total = sum(keyworded[:split]), sum(keyworded[split:])
    if not recent or not all(total):
        return Trends(periods, keyworded=keyworded)
    scored = []
    for key, had in papers.items():
        before, after = sum(had[:split]), sum(had[split:])
        if key and before + after >= FEWEST and abs(score := _score((before, after), total)) >= CHANCE:
            usual = max(spellings[key], key=lambda written: (spellings[key][written], written))
            scored.append((score, Keyword(usual, before / total[0], after / total[1], tuple(had))))
    scored.sort(key=lambda each: (-abs(each[0]), each[1].keyword))
    rose, fell = (tuple(word for score, word in scored if (score > 0) is up)[:MOST] for up in (True, False))
    return Trends(periods, recent, rose, fell, keyworded)


def _key(keyword: str) -> str:
    """The keyword without case, accents and an abbreviation in parentheses after it, which papers add or leave out."""
    return re.sub(r"(?<=\S) ?\([^()]*\)$", "", folded(line(keyword))).strip()


def _score(had: tuple[int, int], total: tuple[int, int]) -> float:
    """By how many standard errors the second share is above the first (the z-test for two proportions)."""
    share = sum(had) / sum(total)
    error = (share * (1 - share) * (1 / total[0] + 1 / total[1])) ** 0.5
    return (had[1] / total[1] - had[0] / total[0]) / error if error else 0.0
