"""Answers of Hugging Face, spoiled: each is papers that are clean, or one Unreadable, in bounded time and memory."""

from __future__ import annotations

import json
import random
from functools import cache
from typing import Any

from hub import FIXTURES
from papercli.errors import Unreadable
from papercli.sources.huggingface import HuggingFace

from . import RECORDINGS
from .bounds import bounded, memory
from .mutate import dumped, json_bytes, structure
from .papers import wrong
from .trial import Trial

PARTS = GATE_PARTS = 2
HF = HuggingFace("https://huggingface.co")
GATE, LONG = 100_000, 1_000_000


def suite(trial: Trial) -> None:
    """Half are spoiled as values, half as bytes; one of ten is a real answer where there are any."""
    recorded = _recorded()
    if not recorded:
        trial.note("no recorded answers beside the project: all are made up")
    with memory(512):
        for number in trial.numbers(GATE, LONG, what="spoiled bodies of JSON"):
            dice = trial.random(number)
            bases = recorded if recorded and number % 10 == 9 else _made_up()
            with trial.case(number), bounded(trial, number, seconds=2.0):
                _one(trial, number, _spoiled(bases, dice))


def _spoiled(bases: list[tuple[Any, bytes]], dice: random.Random) -> bytes:
    value, body = dice.choice(bases)
    if dice.random() < 0.5:
        return json_bytes(body, dice)
    return dumped(structure(value, dice)) or b"[" * 100_000


def _one(trial: Trial, number: int, body: bytes) -> None:
    """As a listing, and as one paper where it looks like one; one of eight again from the row that is kept."""
    try:
        papers = [HF.read_paper(body)] if body[:1] == b"{" else list(HF.read(body).papers)
    except Unreadable as error:
        trial.check(str(error).isprintable(), number, f"says {str(error)!a}")
        return
    trial.count("papers read", len(papers))
    for paper in papers:
        if said := wrong(paper):
            trial.check(False, number, said)
        if number % 8 == 0:
            again = HF.read_row(paper.row)
            trial.check(again is not None and again.title == paper.title, number, "the row is another paper")
            names = HF.profiles(paper.row)
            trial.check(all(map(str.isprintable, [*names, *names.values()])), number, f"profiles {names!a}"[:200])


@cache
def _made_up() -> list[tuple[Any, bytes]]:
    """Every row of every era as a listing of its own, pairs of them, and one paper with what links to it."""
    files = [path for path in sorted(FIXTURES.glob("*.json")) if path.name not in ("expected.json", "paper.json")]
    rows = [row for path in files for row in json.loads(path.read_bytes()) if isinstance(row, dict)]
    paper = json.loads((FIXTURES / "paper.json").read_bytes())
    values = [*([row] for row in rows), *([a, b] for a, b in zip(rows[::6], rows[3::6], strict=False)), *[paper] * 12]
    return [(value, dumped(value) or b"") for value in values]


@cache
def _recorded() -> list[tuple[Any, bytes]]:
    """Some rows of the recorded listings, each a listing of its own."""
    days = sorted(RECORDINGS.glob("hf_daily/*.json"))
    days = days[:: max(1, len(days) // 60)]
    rows = [row for day in days for row in json.loads(day.read_bytes())[:2]]
    return [([row], dumped([row]) or b"") for row in rows]
