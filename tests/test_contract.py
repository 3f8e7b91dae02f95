"""What scripts rely on: the fields of a paper, their order and kinds, in every format for machines.

The list of fields is written out again here, so that it changes only on purpose.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from typing import Any

import pytest

from conftest import Papers
from hub import Hub, fixture_days
from papercli.paper import FIELDS

THE_FIELDS = [
    "id",
    "title",
    "authors",
    "abstract",
    "published",
    "updated",
    "listed",
    "rank",
    "upvotes",
    "comments",
    "submitter",
    "submitter_name",
    "organization",
    "organization_name",
    "ai_summary",
    "keywords",
    "code",
    "stars",
    "project",
    "media",
    "thumbnail",
    "categories",
    "doi",
    "journal_ref",
    "arxiv_comment",
    "version",
    "sources",
    "url",
    "arxiv_url",
    "pdf_url",
    "first_seen",
    "fetched_at",
    "seen",
    "read",
    "starred",
    "later",
    "hidden",
    "tags",
    "note",
]
ARRAYS = {"authors", "keywords", "media", "categories", "sources", "tags"}
BOOLEANS = {"seen", "read", "starred", "later", "hidden"}
NUMBERS = {"rank", "upvotes", "comments", "stars", "version"}
DAYS = {"published", "updated", "listed"}
INSTANTS = {"first_seen", "fetched_at"}
URLS = {"code", "project", "thumbnail", "url", "arxiv_url", "pdf_url"}
ALWAYS = {"id", "title", "abstract", "url", "arxiv_url", "pdf_url"}
EVERY_DAY = sorted(fixture_days())


@pytest.fixture
def odd(papers: Papers, odd_hub: Hub, environ: dict[str, str]) -> Papers:
    """The program with the odd days of every era for a feed."""
    environ["HF_ENDPOINT"] = odd_hub.url
    return papers


def day_of(papers: Papers, day: str, *words: str) -> list[dict[str, Any]]:
    done = papers("day", day, "--json", "-q", *words)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def wrong(row: dict[str, Any]) -> list[str]:
    """The names of the fields that are not of the kind that they promise."""
    return [name for name, value in row.items() if not right(name, value)]


def right(name: str, value: Any) -> bool:
    if name in ARRAYS:
        urls = name != "media" or all(re.match("https?://", item) for item in value)
        return isinstance(value, list) and all(isinstance(item, str) and item for item in value) and urls
    if name in BOOLEANS:
        return isinstance(value, bool)
    if value is None:
        return name not in ALWAYS | INSTANTS
    if name in NUMBERS:
        return type(value) is int and value >= 0
    if name in DAYS:
        return re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value) is not None and date.fromisoformat(value) is not None
    if name in INSTANTS:
        written = re.fullmatch(r"[0-9-]{10}T[0-9:]{8}Z", value) is not None
        return written and datetime.fromisoformat(value) <= datetime.now(UTC)
    clean = isinstance(value, str) and value == " ".join(value.split()) and not re.search("[\x00-\x1f\x7f-\x9f]", value)
    return clean and (name not in URLS or re.match("https?://", value) is not None) and (value != "" or name in ALWAYS)


def test_the_fields_are_these_in_this_order() -> None:
    assert list(FIELDS) == THE_FIELDS
    assert len(THE_FIELDS) == 39


@pytest.mark.parametrize("day", EVERY_DAY)
def test_every_row_of_every_day_has_every_field_in_order_and_of_its_kind(odd: Papers, day: str) -> None:
    rows = day_of(odd, day)
    assert len(rows) >= 3
    for row in rows:
        assert list(row) == THE_FIELDS
        assert wrong(row) == [], row["id"]
        assert (row["listed"], row["sources"]) == (day, ["hf"])
        assert row["url"] == f"https://huggingface.co/papers/{row['id']}"
        assert row["arxiv_url"] == f"https://arxiv.org/abs/{row['id']}"
        assert row["pdf_url"] == f"https://arxiv.org/pdf/{row['id']}"
        assert not re.search(r"v\d+$", row["id"])
    ranks = [row["rank"] for row in rows]
    assert ranks == list(range(1, len(rows) + 1))
    votes = [-1 if row["upvotes"] is None else row["upvotes"] for row in rows]
    assert votes == sorted(votes, reverse=True)


def test_nothing_known_is_null_but_no_list_and_no_mark(odd: Papers) -> None:
    row = {row["id"]: row for row in day_of(odd, "2024-06-05")}["2406.99503"]
    nulls = [name for name, value in row.items() if value is None]
    assert nulls == [
        "updated",
        "submitter",
        "submitter_name",
        "organization",
        "organization_name",
        "ai_summary",
        "code",
        "stars",
        "project",
        "thumbnail",
        "doi",
        "journal_ref",
        "arxiv_comment",
        "version",
        "note",
    ]
    assert [row[name] for name in ("keywords", "categories", "tags")] == [[], [], []]
    assert [row[name] for name in BOOLEANS] == [False] * 5


def test_zero_is_kept_and_null_is_not_zero(odd: Papers) -> None:
    rows = {row["id"]: row for row in day_of(odd, "2026-07-20")}
    counts = [(rows[id]["upvotes"], rows[id]["comments"]) for id in ("2607.99568", "2607.99569")]
    assert counts == [(0, 0), (None, None)]


def test_the_checker_of_kinds_can_fail(odd: Papers) -> None:
    row = day_of(odd, "2026-03-04")[0]
    spoilt: dict[str, Any] = {
        "authors": None,
        "keywords": "a, b",
        "media": ["x"],
        "seen": 0,
        "upvotes": "5",
        "rank": True,
        "listed": "2026-3-4",
        "published": "2026-03-04T00:00:00Z",
        "first_seen": None,
        "fetched_at": "2026-03-04",
        "code": "javascript:x",
        "title": "two\nlines",
        "submitter": "",
        "url": None,
        "abstract": None,
    }
    assert wrong(row | spoilt) == [name for name in row if name in spoilt]


def test_an_empty_listing_is_an_empty_array(odd: Papers) -> None:
    done = odd("day", "2026-07-19", "--json")
    assert (done.returncode, json.loads(done.stdout)) == (0, [])
    filtered = odd("day", "2026-07-20", "--json", "-k", "nonsenseword")
    assert (filtered.returncode, json.loads(filtered.stdout)) == (0, [])


def test_json_lines_are_the_same_objects_one_a_line(odd: Papers) -> None:
    lines = odd("day", "2026-07-20", "--jsonl").stdout.splitlines()
    assert [json.loads(line) for line in lines] == day_of(odd, "2026-07-20")


def test_ids_are_the_ids_one_a_line(odd: Papers) -> None:
    assert odd("day", "2026-07-20", "-o", "ids").stdout.splitlines() == [row["id"] for row in day_of(odd, "2026-07-20")]


@pytest.mark.parametrize("day", ["2024-06-05", "2026-07-20"])
def test_tab_separated_lines_hold_six_columns_uncut_without_colour(odd: Papers, day: str) -> None:
    done = odd("day", day, env={"FORCE_COLOR": "1", "COLUMNS": "40"})
    rows = day_of(odd, day)
    lines = done.stdout.split("\n")
    assert lines.pop() == ""
    for line, row in zip(lines, rows, strict=True):
        votes = "" if row["upvotes"] is None else str(row["upvotes"])
        authors = "; ".join(row["authors"])
        assert line.split("\t") == [row["id"], day, votes, row["title"], authors, row["url"]]
        assert "\x1b" not in line


def test_nothing_is_cut_for_machines(odd: Papers) -> None:
    rows = {row["id"]: row for row in day_of(odd, "2026-07-20")}
    assert len(rows["2607.99532"]["authors"]) == 200
    assert max(map(len, rows["2607.99560"]["abstract"].split())) == 2_000


def test_show_is_one_object_for_one_paper_and_an_array_for_several(odd: Papers) -> None:
    one = json.loads(odd("show", "2606.99621", "--json").stdout)
    several = json.loads(odd("show", "2606.99621", "2606.99622", "--json").stdout)
    assert (list(one), wrong({name: one[name] for name in THE_FIELDS})) == ([*THE_FIELDS, "linked"], [])
    assert one["linked"]["models"]["total"] == 7
    assert one["linked"]["models"]["items"][0]["id"] == "example/model"
    assert [row["id"] for row in several] == ["2606.99621", "2606.99622"]
    assert all(list(row) == [*THE_FIELDS, "linked"] for row in several)


def test_show_of_a_paper_in_no_kept_listing_says_on_which_day_it_was_listed(odd: Papers) -> None:
    shown = json.loads(odd("show", "2606.99621", "--json").stdout)
    assert (shown["listed"], shown["upvotes"]) == ("2026-06-18", 118)


def test_a_relisted_paper_shown_by_id_has_what_its_latest_listing_says(odd: Papers) -> None:
    for day in ("2026-06-18", "2026-06-12"):
        day_of(odd, day)
    done = odd("--offline", "show", "2606.99612", "--json")
    shown = json.loads(done.stdout)
    assert (shown["listed"], shown["upvotes"], shown["comments"], shown["stars"]) == ("2026-06-18", 90, 5, 77)
    assert shown["submitter"] == "second-finder"


def test_json_is_utf8_whatever_the_locale(odd: Papers) -> None:
    done = odd("day", "2026-07-20", "--json", env={"LANG": "C", "LC_ALL": "C", "PYTHONIOENCODING": "ascii"})
    assert "架空の論文" in done.stdout
    assert "\ud800" not in done.stdout
