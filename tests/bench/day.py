"""A made-up feed of the size of a real one: thirty papers on its newest day, older days behind them."""

from __future__ import annotations

import json
from datetime import date, timedelta
from itertools import cycle
from typing import Any

from hub import sample_days

CARDS = 30
BEHIND = 70  # the service answers up to a hundred rows, of whatever days they are

# Means of real listings of 2026: 5.5 kB an item, abstracts of 1,390 characters.
ITEM_BYTES = 5_500
ABSTRACT = 1_390

Row = dict[str, Any]


def feed(newest: date) -> dict[str, list[Row]]:
    """ISO day -> rows: CARDS on `newest`, BEHIND on the days before it, 25 a day."""
    sample = [row for rows in sample_days().values() for row in rows]
    days: dict[str, list[Row]] = {}
    for number in range(CARDS + BEHIND):
        day = newest if number < CARDS else newest - timedelta(days=1 + (number - CARDS) // 25)
        days.setdefault(day.isoformat(), []).append(_row(sample, number, day))
    return days


def _row(sample: list[Row], number: int, day: date) -> Row:
    """A row of the sample under an id of its own, listed on `day`, filled up to the size of a real one."""
    model = sample[number % len(sample)]
    text = json.dumps(model, ensure_ascii=False).replace(model["paper"]["id"], f"{day:%y%m}.99{number:03}")
    row: Row = json.loads(text)
    paper = row["paper"]
    paper["submittedOnDailyAt"] = f"{day}T00:00:00.000Z"
    paper["publishedAt"] = row["publishedAt"] = f"{day - timedelta(days=1)}T00:00:00.000Z"
    others = cycle(sample[number % len(sample) :] + sample)
    while len(paper["summary"]) < ABSTRACT:
        paper["summary"] += " " + next(others)["paper"]["summary"]
    paper["summary"] = row["summary"] = paper["summary"][:ABSTRACT]
    authors = (author for other in others for author in other["paper"]["authors"])
    while _bytes(row) < ITEM_BYTES:
        paper["authors"].append(next(authors))
    return row


def _bytes(row: Row) -> int:
    return len(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode())
