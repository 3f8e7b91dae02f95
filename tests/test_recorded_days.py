"""Real answers, read and kept: every row, and of every row all that a reader is promised, through the library and back.

What is expected is worked out here from the raw JSON, by the contract and without the program's own reading of it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest

from papercli.library import Library, Listing
from papercli.paper import Entry
from papercli.query import Query
from papercli.sources.huggingface import HuggingFace

HF = HuggingFace("https://huggingface.co")
NOON = 1_785_585_600.0  # seconds since 1970; any time will do

COUNTED = ("upvotes", "comments", "stars", "submitter", "submitter_name")
"""What belongs to the listing; all else belongs to the paper."""


def folded(text: Any) -> str:
    return normalize("NFC", " ".join(text.split())) if isinstance(text, str) else ""


def address(text: Any) -> str:
    """A URL, trimmed; scheme and host in lower case, for they mean the same (RFC 3986, 6.2.2.1)."""
    whole = "".join((text or "").split("\n"))  # one recorded address has a line break in its middle
    scheme, _, rest = whole.strip().partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme.lower()}://{host.lower()}{slash}{path}" if rest else ""


def promised(row: dict[str, Any]) -> dict[str, Any]:
    """What the contract promises of a raw row: field -> value; None, "" and () where the row does not say."""
    paper = row["paper"]
    organization = paper.get("organization") or row.get("organization") or row.get("submitterOrganization") or {}
    daily, outer = paper.get("submittedOnDailyBy") or {}, row.get("submittedBy") or {}
    by = daily if daily.get("user") else outer
    media = paper.get("mediaUrls") or row.get("mediaUrls") or ([row["mediaUrl"]] if row.get("mediaUrl") else [])
    return {
        "id": paper["id"],
        "title": folded(paper["title"]),
        "authors": tuple(folded(author["name"]) for author in paper["authors"] if not author["hidden"]),
        "abstract": folded(paper.get("summary")),
        "published": paper["publishedAt"][:10],
        "organization": folded(organization.get("name")),
        "organization_name": folded(organization.get("fullname")),
        "ai_summary": folded(paper.get("ai_summary")),
        "keywords": tuple(filter(None, map(folded, paper.get("ai_keywords") or ()))),
        "code": address(paper.get("githubRepo")),
        "project": address(paper.get("projectPage")),
        "media": tuple(map(address, media)),
        "thumbnail": address(row.get("thumbnail")),
        "upvotes": paper.get("upvotes"),
        "comments": row.get("numComments"),
        "stars": paper.get("githubStars"),
        "submitter": by.get("user") or by.get("name") or "",
        "submitter_name": folded(by.get("fullname")),
    }


def told(entry: Entry, row: dict[str, Any]) -> dict[str, Any]:
    """The same fields of an entry, with what is unknown written as `promised` writes it."""
    found = {name: getattr(entry, name) for name in promised(row)}
    found["published"] = str(found["published"])
    return {name: "" if value is None and name not in ("upvotes", "comments", "stars") else value
            for name, value in found.items()}  # fmt: skip


def differences(entry: Entry, row: dict[str, Any], before: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """field -> (promised, told) where they differ. Of a paper told of before, what the new row leaves out stays."""
    wanted = promised(row)
    for name, value in before.items():
        if name not in COUNTED and wanted[name] in ("", (), None):
            wanted[name] = value
    found = told(entry, row)
    return {name: (wanted[name], found[name]) for name in wanted if wanted[name] != found[name]}


def listed(library: Library, day: str) -> Iterator[Entry]:
    when = date.fromisoformat(day)
    yield from library.rows(library.find(Query(first=when, last=when)).refs)


def keep(library: Library, day: str, body: bytes, at: float = NOON) -> list[dict[str, Any]]:
    """Put a recorded answer into the library as the listing of `day`; returns its raw rows."""
    rows = json.loads(body)
    page = HF.read(body)
    assert (page.skipped, len(page.papers)) == (0, len(rows)), day
    for paper, row in zip(page.papers, rows, strict=True):
        assert paper.submitted == row["paper"].get("submittedOnDailyAt", "")
        assert json.loads(paper.row) == row
    library.remember_listing(Listing(date.fromisoformat(day), at, skipped=page.skipped), page.papers)
    return rows


@pytest.fixture
def library() -> Iterator[Library]:
    kept = Library(":memory:")
    yield kept
    kept.close()


def test_every_row_of_every_recorded_day_is_kept_whole(recordings: Path, library: Library) -> None:
    days, papers = 0, 0
    before: dict[str, dict[str, Any]] = {}
    for file in sorted((recordings / "hf_daily").glob("*.json")):
        day, days = file.stem, days + 1
        rows = {row["paper"]["id"]: row for row in keep(library, day, file.read_bytes())}
        entries = list(listed(library, day))
        assert {entry.id for entry in entries} == set(rows), day
        assert [entry.rank for entry in entries] == list(range(1, len(rows) + 1))
        votes = [(entry.upvotes, entry.id) for entry in entries]
        assert votes == sorted(votes, reverse=True), day
        for entry in entries:
            row = rows[entry.id]
            assert not differences(entry, row, before.get(entry.id, {})), (day, entry.id)
            assert (str(entry.listed), entry.url) == (day, f"https://huggingface.co/papers/{entry.id}")
            before[entry.id] = {name: value for name, value in promised(row).items() if value not in ("", (), None)}
        papers += len(entries)
    assert days > 100
    assert papers > 1_000


def test_a_second_look_at_a_day_brings_its_votes_up_to_date_and_keeps_the_first(
    recordings: Path, tmp_path: Path
) -> None:
    library, looks = Library(str(tmp_path / "library.db")), 0
    moved = 0
    for file in sorted((recordings / "hf_daily_later").glob("*.json")):
        earlier = recordings / "hf_daily" / file.name
        if not earlier.exists():
            continue
        looks += 1
        first = keep(library, file.stem, earlier.read_bytes())
        again = {row["paper"]["id"]: row for row in keep(library, file.stem, file.read_bytes(), NOON + 3_600)}
        votes = {row["paper"]["id"]: row["paper"]["upvotes"] for row in first}
        entries = list(listed(library, file.stem))
        assert {entry.id for entry in entries} == set(again)
        for entry in entries:
            wanted = promised(again[entry.id])
            assert {name: told(entry, again[entry.id])[name] for name in COUNTED} == {n: wanted[n] for n in COUNTED}
            moved += entry.upvotes != votes.get(entry.id, entry.upvotes)
        seen = observations(tmp_path / "library.db", file.stem)
        counted = {(row["paper"]["id"], int(NOON)): row["paper"]["upvotes"] for row in first}
        counted |= {(id, int(NOON) + 3_600): row["paper"]["upvotes"] for id, row in again.items()}
        assert seen == counted
    library.close()
    assert looks >= 5
    assert moved > 0


def observations(path: Path, day: str) -> dict[tuple[str, int], int]:
    """(id, when) -> votes, as kept for one day's listing."""
    db = sqlite3.connect(path)
    sql = "SELECT p.id, o.at, o.upvotes FROM observation o JOIN paper p ON p.number = o.paper WHERE o.day = ?"
    found = {(id, at): votes for id, at, votes in db.execute(sql, [day])}
    db.close()
    return found


@pytest.mark.parametrize(
    "name",
    [
        "search_kazakh.json",
        "paper_2407.21783.json",
        "daily_papers_default_2026-06-12__lucas-m-lopes-sotawhat.json",
        "daily_papers_date=2026-10-08_first1_hand-copied.json",
        "daily_item_2608.09888.json",
    ],
)
def test_other_recorded_answers_are_kept_whole(recordings: Path, library: Library, name: str) -> None:
    body = (recordings / "hf_api" / name).read_bytes()
    rows = json.loads(body)
    rows = rows if isinstance(rows, list) else [rows]
    page = HF.read(json.dumps(rows).encode())
    assert (page.skipped, len(page.papers)) == (0, len(rows))
    for paper in page.papers:
        library.remember_paper(paper, at=int(NOON))
    ids = tuple(row["paper"]["id"] for row in rows)
    entries = library.rows(library.find(Query(ids=ids)).refs)
    assert [entry.id for entry in entries] == list(ids)
    for entry, row in zip(entries, rows, strict=True):
        assert not differences(entry, row, {}), entry.id


def test_a_recorded_single_row_reads_as_a_flat_paper(recordings: Path) -> None:
    row = json.loads((recordings / "hf_api" / "daily_item_2608.09888.json").read_bytes())[0]
    paper = HF.read_paper(json.dumps(row["paper"]).encode())
    wanted = promised({"paper": row["paper"]})
    assert (paper.id, paper.title, paper.authors) == (wanted["id"], wanted["title"], wanted["authors"])
    assert (paper.upvotes, paper.comments, paper.stars) == (wanted["upvotes"], None, wanted["stars"])
    assert paper.linked == {kind: {"total": 0, "items": []} for kind in ("models", "datasets", "spaces")}
