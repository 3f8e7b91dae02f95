"""Every path of every shape of answer taken away, nulled and made each other kind of JSON: what is skipped is counted
exactly, the neighbours stay as they are, and nothing that the library knew is wiped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from hub import FIXTURES
from papercli.errors import Unreadable
from papercli.library import Library, Listing
from papercli.paper import BESIDES, Entry, Paper
from papercli.query import Query
from papercli.sources.huggingface import HuggingFace

from .mutate import JSON_TYPES
from .papers import wrong
from .trial import Trial

PARTS = 2
HF = HuggingFace("https://huggingface.co")
AT = 1_785_585_600.0
GONE = object()
_FILES = [path for path in sorted(FIXTURES.glob("*.json")) if path.name not in ("expected.json", "paper.json")]
_OFTEN_SAID_ANEW = ("upvotes", "comments", "stars", "fetched_at", "rank", "listed")
"""What a later answer may count anew."""


def suite(trial: Trial) -> None:
    """Row by row of the listings of every era, the search, the rank; the one paper; what the library makes of it."""
    rows = [(path.name, row) for path in _FILES for row in json.loads(path.read_bytes()) if _id_in(row)]
    control = rows[0][1], rows[1][1]
    for number in trial.numbers(len(rows), len(rows), what="rows, every path of them"):
        name, row = rows[number]
        with trial.case(number):
            _row(trial, f"{number}", name, row, control)
    few = rows if trial.long else rows[::8]
    for number in trial.numbers(len(few), len(few), what="rows against the library", kind="kept"):
        with trial.case(f"kept:{number}"):
            _kept(trial, f"kept:{number}", few[number][1])
    whole = json.loads((FIXTURES / "paper.json").read_bytes())
    for number in trial.numbers(1, 1, what="single papers, every path of them", kind="paper"):
        with trial.case(f"paper:{number}"):
            _single(trial, f"paper:{number}", whole)


def _row(trial: Trial, case: str, name: str, row: Any, control: tuple[Any, Any]) -> None:
    """All variants of one path stand between two rows that are right."""
    before, after = (HF.read(_dump([each])).papers[0] for each in control)
    for path in paths(row):
        changed = list(variants(row, path))
        trial.count("changed rows", len(changed))
        page = HF.read(_dump([control[0], *changed, control[1]]))
        where = f"{name} {'.'.join(map(str, path))}"
        skipped = len(changed) - sum(map(is_paper, changed))
        trial.check(page.skipped == skipped, case, f"{where}: {page.skipped} skipped, not {skipped}")
        trial.check((page.papers[0], page.papers[-1]) == (before, after), case, f"{where}: the neighbours are others")
        for paper in page.papers[1:-1]:
            if said := wrong(paper):
                trial.check(False, case, f"{where}: {said}")


def _single(trial: Trial, case: str, whole: Any) -> None:
    for path in paths(whole):
        for changed in variants(whole, path):
            trial.count("changed papers")
            try:
                paper = HF.read_paper(_dump(changed))
            except Unreadable:
                trial.check(not is_paper(changed), case, f"{path} made it unreadable")
                continue
            said = wrong(paper) or ("" if is_paper(changed) else "is a paper")
            said = said or (
                "" if set(paper.linked or ()) == {"models", "datasets", "spaces"} else "linked is not whole"
            )
            trial.check(not said, case, f"{path}: {said}")


# What is kept


def _kept(trial: Trial, case: str, row: Any) -> None:
    """A library that knows the row is told each poorer one, as a search's hit and as a listing; then all of them."""
    library, rich = Library(":memory:"), HF.read(_dump([row])).papers[0]
    day = date.fromisoformat(rich.day or "2026-07-03")
    library.remember_listing(Listing(day, AT), [rich])
    known = _entry(library, rich)
    for at, path in enumerate(paths(row)):
        poorer = [each for each in variants(row, path, (GONE, None, [], {}, "")) if is_paper(each)]
        papers = [paper for paper in HF.read(_dump(poorer)).papers if paper.id == rich.id] if poorer else []
        for paper in papers:
            trial.count("poorer answers")
            library.remember_paper(paper, at=AT + at)
            library.remember_listing(Listing(day, AT + at), [paper])
            now = _entry(library, rich)
            lost = [name for name in Entry.__match_args__ if _is_lost(getattr(known, name), getattr(now, name), name)]
            trial.check(not lost, case, f"{path}: {', '.join(lost)} wiped")
    library.close()


def _is_lost(before: Any, now: Any, name: str) -> bool:
    if name in BESIDES or name in _OFTEN_SAID_ANEW:
        return False
    return before not in (None, "", ()) and now in (None, "", ())


def _entry(library: Library, paper: Paper) -> Entry:
    return library.rows(library.find(Query(ids=(paper.id,))).refs)[0]


# Values


def paths(value: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value inside a JSON value, the value itself first; of a list's items the first and the last."""
    yield here
    if isinstance(value, dict):
        items = list(value.items())
    else:
        items = list(enumerate(value)) if isinstance(value, list) else []
        items = [items[0], items[-1]] if len(items) > 2 else items
    for key, inner in items:
        yield from paths(inner, (*here, key))


def variants(value: Any, path: tuple[Any, ...], others: tuple[Any, ...] = (GONE, *JSON_TYPES)) -> Iterator[Any]:
    """The value with each of `others` at `path`."""
    for other in others:
        if path or other is not GONE:
            yield _with(value, path, other)


def _with(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """What is not on the way is shared."""
    if not path:
        return new
    made = value.copy()
    if len(path) == 1 and new is GONE:
        del made[path[0]]
    else:
        made[path[0]] = _with(value[path[0]], path[1:], new)
    return made


def is_paper(row: Any) -> bool:
    """What makes a row a paper: an object, in it or under "paper" an arXiv identifier, and a title in either."""
    paper = row.get("paper", row) if isinstance(row, dict) else None
    titles = [each.get("title") for each in (paper, row) if isinstance(each, dict)]
    return bool(_id_in(row)) and any(isinstance(title, str) and title.strip() for title in titles)


def _id_in(row: Any) -> str:
    paper = row.get("paper", row) if isinstance(row, dict) else None
    id = paper.get("id") if isinstance(paper, dict) else None
    month, dot, serial = id.partition(".") if isinstance(id, str) else ("", "", "")
    return id if dot and month.isdigit() and serial.isdigit() and len(month) == 4 and len(serial) in (4, 5) else ""


def _dump(value: Any) -> bytes:
    return json.dumps(value).encode()
