"""How one paper looks, all about it on a page."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from hub import FIXTURES
from papercli.library import Library
from papercli.paper import Entry
from papercli.query import Query
from papercli.render import View, render
from papercli.sources.huggingface import HuggingFace
from papercli.value import changed
from test_cards import DEMO, ODD, OSC8, bare, cells, drawn, entries_of, matches_snapshot, tidy

WIDTHS = (20, 39, 40, 80, 96, 97, 120, 200, 500)


@pytest.fixture(scope="module")
def whole() -> Entry:
    """A paper with everything that links to it, and with marks."""
    library = Library(":memory:")
    paper = HuggingFace("https://huggingface.co").read_paper((Path(FIXTURES) / "paper.json").read_bytes())
    library.remember_paper(paper, at=1_785_585_600)
    (entry,) = library.rows(library.find(Query(ids=(paper.id,))).refs, linked=True)
    library.close()
    return changed(entry, starred=True, read=True, tags=("to-print", "ünïcode"), note="Ask Ada about this.")


def page(entry: Entry, **how: object) -> str:
    return render([entry], "cards", View(pages=True, **how))  # type: ignore[arg-type]


@pytest.mark.parametrize("width", [60, 100])
def test_a_page_looks_like_its_picture(whole: Entry, width: int) -> None:
    matches_snapshot(f"page-{width}", page(whole, width=width))


@pytest.mark.parametrize("width", [40, 80, 200])
def test_a_page_holds_every_fact_that_is_known(whole: Entry, width: int) -> None:
    words = re.sub(r"\s+", "", page(whole, width=width))
    fields = (
        "title abstract ai_summary organization_name url arxiv_url pdf_url code project note submitter submitter_name"
    )
    facts = [getattr(whole, name) for name in fields.split()]
    facts += [*whole.authors, *whole.media, *whole.keywords, *whole.tags, "starred", "read", "17", "★58"]
    facts += ["example-revisers/reviser-7b", "example-revisers/second-versions", "example-revisers/compare"]
    facts += ["Fri 17 Jul 2026", "Mon 20 Jul 2026"]  # published, listed
    for fact in facts:
        assert re.sub(r"\s+", "", str(fact)) in words, fact


@pytest.mark.parametrize("day", [DEMO, ODD])
def test_every_paper_has_a_page_that_fits_and_is_tidy_at_every_width(day: str) -> None:
    for width in WIDTHS:
        plain = drawn(day, width=width, pages=True)
        coloured = drawn(day, width=width, pages=True, color=True, links=True)
        tidy(plain)
        tidy(coloured)
        assert all(cells(line) <= width for line in plain.split("\n"))
        assert [line.rstrip() for line in bare(coloured).split("\n")] == plain.split("\n")
        for entry in entries_of(day):
            assert entry.id in re.sub(r"\s+", "", plain)


def test_the_whole_abstract_is_there_however_long(whole: Entry) -> None:
    long = changed(whole, abstract=" ".join(f"word{number}" for number in range(2_000)))
    assert "word1999" in page(long, width=80)


def test_links_lead_where_the_words_say(whole: Entry) -> None:
    linked = page(whole, width=100, color=True, links=True)
    for address, words in re.findall(OSC8.replace("([^;\\x1b]*)", "") + "(.*?)" + re.escape("\x1b]8;;\x1b\\"), linked):
        said = bare(words)
        assert said.split(" ")[0] in address, (address, said)
    leads = {url for _, url in re.findall(OSC8, linked)}
    assert {whole.url, whole.arxiv_url, whole.pdf_url, whole.code, whole.project, *whole.media} <= leads
    assert "https://huggingface.co/spaces/example-revisers/compare" in leads


def test_a_fact_that_is_not_known_has_no_line(whole: Entry) -> None:
    unknown = ("ai_summary", "organization", "organization_name", "code", "project", "note", "linked", "submitter")
    nothing = dict.fromkeys((*unknown, "submitter_name", "comments"))
    picture = page(changed(whole, **nothing, media=(), keywords=(), tags=(), starred=False, read=False), width=80)
    for label in [
        "Organisation",
        "Code",
        "Project",
        "Media",
        "Keywords",
        "Tags",
        "Note",
        "Marks",
        "Models",
        "Submitted",
        "Comments",
        "None",
    ]:
        assert label not in picture
    assert "Upvotes" in picture


def test_several_pages_are_told_apart(whole: Entry) -> None:
    two = render([whole, whole], "cards", View(width=80, pages=True))
    assert two.count(whole.title) == 2
    assert "\n\n\n" in two


def test_a_page_for_a_screen_reader_has_no_signs(whole: Entry) -> None:
    picture = page(whole, width=80, plain=True, unicode=False)
    assert not set(picture) & set("★▲●·…\x1b")
    assert whole.title in picture


def test_authors_with_a_profile_are_marked_and_lead_to_it(whole: Entry) -> None:
    first, second = whole.authors
    marked = page(changed(whole, profiles={second: "priyanka-d"}), width=80)
    assert f"{first}, {second} @priyanka-d\n" in marked
    linked = page(changed(whole, profiles={first: "m.o_1"}), width=80, color=True, links=True)
    assert "https://huggingface.co/m.o_1" in {url for _, url in re.findall(OSC8, linked)}
    assert f"{first} (m.o_1 on Hugging Face), {second}" in page(changed(whole, profiles={first: "m.o_1"}), plain=True)


def test_a_profile_is_one_that_somebody_confirmed() -> None:
    def author(name: str, status: object = "claimed_verified", **more: object) -> dict[str, object]:
        return {"name": name, "status": status, "hidden": False, "user": {"user": name.lower()}, **more}

    row = {
        "id": "2607.1",
        "authors": [
            author("Ada"), author("Bea", "extracted_pending"), author("Cy", "extracted_infirmed"), author("Di", None),
            author("Ed", "admin_assigned"), author("Flo", hidden=True), author("Gus", user={"user": "../x"}),
            author("Hal", user={"name": "hal-9"}), author("Ivy", user="ivy"), author("Jo", user={"user": "\x1b[1m"}),
            author("Ka", "extracted_confirmed", user={"user": "k a"}), "Lu", None, author(""),
        ],
    }  # fmt: skip
    found = {"Ada": "ada", "Ed": "ed", "Hal": "hal-9"}
    assert HuggingFace("").profiles(json.dumps(row).encode()) == found
    assert HuggingFace("").profiles(json.dumps({"paper": row}).encode()) == found
    for nothing in (b"[]", b"{}", b'{"paper": 1}', b'{"authors": {"a": 1}}'):
        assert HuggingFace("").profiles(nothing) == {}
