"""How papers look as cards: pictures of whole screens, and at every width what a terminal needs of every line.

The pictures are in tests/snapshots; after a change that is meant, UPDATE_SNAPSHOTS=1 pytest tests/test_cards.py
tests/test_page.py draws them again, and the difference is there to be read.
"""

from __future__ import annotations

import os
import re
from datetime import date
from functools import cache
from pathlib import Path
from unicodedata import category, east_asian_width

import pytest

from hub import fixture_days, sample_days
from papercli.library import Library, Listing
from papercli.paper import Entry
from papercli.query import Query
from papercli.render import View, render
from papercli.sources.huggingface import HuggingFace
from papercli.value import changed

SNAPSHOTS = Path(__file__).parent / "snapshots"
AT = 1_785_585_600.0
DEMO, ODD = "2026-07-03", "2026-07-20"
CAPTIONS = {
    DEMO: ("Daily Papers · Fri 3 Jul 2026 · 12 papers", "a made-up sample: no such papers exist"),
    ODD: ("Daily Papers · Mon 20 Jul 2026 · 41 papers", "the newest; nothing is listed for Tue 21 Jul 2026 yet"),
}
SGR = r"\x1b\[([0-9;]*)m"
OSC8 = r"\x1b\]8;([^;\x1b]*);([^\x1b]*)\x1b\\"


@cache
def entries_of(day: str) -> tuple[Entry, ...]:
    """The made-up listing of `day`, as the library tells it."""
    import json

    rows = {**fixture_days(), **sample_days()}[day]
    library, when = Library(":memory:"), date.fromisoformat(day)
    library.remember_listing(
        Listing(when, AT), HuggingFace("https://huggingface.co").read(json.dumps(rows).encode()).papers
    )
    found = library.rows(library.find(Query(first=when, last=when)).refs)
    library.close()
    return tuple(found)


def drawn(day: str, format: str = "cards", **how: object) -> str:
    view = {"caption": CAPTIONS[day], **how}
    return render(entries_of(day), format, View(**view))  # type: ignore[arg-type]


def matches_snapshot(name: str, picture: str) -> None:
    path = SNAPSHOTS / f"{name}.txt"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(picture, "utf-8")
    assert picture == path.read_text("utf-8")


def cells(text: str) -> int:
    """Columns that a terminal gives `text`, by Unicode's own data: wide is two, what joins or marks is none."""
    return sum(0 if category(c) in ("Mn", "Me", "Cf") else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def bare(text: str) -> str:
    """The text without colours and links."""
    return re.sub(OSC8, "", re.sub(SGR, "", text))


def tidy(text: str) -> None:
    """Fails unless every line ends what it begins: colours, links, and no other control anywhere."""
    assert text.endswith("\n")
    for line in text[:-1].split("\n"):
        styled = linked = False
        for sign in re.finditer(f"{SGR}|{OSC8}|[\x00-\x1f\x7f-\x9f]", line):
            codes, _, url = sign.groups()
            if codes is not None:
                assert styled == (codes in ("", "0")), f"a colour inside a colour: {line!r}"
                styled = codes not in ("", "0")
            else:
                assert url is not None, f"a control: {line!r}"
                assert linked == (url == ""), f"a link inside a link: {line!r}"
                assert re.match(r"https?://[!-~]+$", url) or url == ""
                linked = url != ""
        assert not styled and not linked, f"not ended: {line!r}"


@pytest.mark.parametrize("width", [80, 120, 200])
@pytest.mark.parametrize(("name", "day"), [("demo", DEMO), ("odd", ODD)])
def test_cards_look_like_their_picture(name: str, day: str, width: int) -> None:
    matches_snapshot(f"cards-{name}-{width}", drawn(day, width=width))


def test_cards_with_whole_abstracts_look_like_their_picture() -> None:
    matches_snapshot("cards-demo-abstract-100", drawn(DEMO, width=100, abstract=True))


@pytest.mark.parametrize("day", [DEMO, ODD])
def test_no_line_is_wider_than_the_terminal_at_any_width(day: str) -> None:
    for width in range(40, 301):
        for line in drawn(day, width=width).split("\n"):
            assert cells(line) <= width, (width, line)


@pytest.mark.parametrize("day", [DEMO, ODD])
@pytest.mark.parametrize("width", [20, 21, 25, 30, 39, 40, 41, 63, 80, 100, 119, 120, 121, 150, 200, 299, 500])
def test_nor_in_any_other_way_of_drawing(day: str, width: int) -> None:
    for how in ({"color": True, "links": True}, {"abstract": True}, {"unicode": False}, {"pages": True}):
        picture = drawn(day, width=width, **how)
        tidy(picture)
        for line in bare(picture).split("\n"):
            assert cells(line) <= width, (how, line)


@pytest.mark.parametrize("day", [DEMO, ODD])
@pytest.mark.parametrize("width", [40, 80, 120, 200])
def test_colour_changes_no_letter(day: str, width: int) -> None:
    coloured = drawn(day, width=width, color=True)
    assert "\x1b[" in coloured
    plain = drawn(day, width=width)
    assert "\x1b" not in plain
    assert [line.rstrip() for line in bare(coloured).split("\n")] == plain.split("\n")


@pytest.mark.parametrize("day", [DEMO, ODD])
@pytest.mark.parametrize("width", [60, 80, 100, 120, 200])
def test_every_card_names_its_paper_its_votes_its_row_and_its_day(day: str, width: int) -> None:
    cards = drawn(day, width=width).split("\n\n")[1:]
    linked = drawn(day, width=width, color=True, links=True).split("\n\n")[1:]
    for row, entry in enumerate(entries_of(day), start=1):
        card = cards[row - 1]
        votes = "-" if entry.upvotes is None else f"▲{entry.upvotes:>4}"
        start = entry.title.split()[0].replace("\u200d", "")[: width // 2]
        assert re.match(rf" *{votes} +{re.escape(start)}", card)
        assert re.search(rf"^ {{,4}}{row} ", card, re.M)
        assert f"huggingface.co/papers/{entry.id}" in card
        assert f"\x1b]8;;https://huggingface.co/papers/{entry.id}\x1b\\" in linked[row - 1]
        assert entry.published is not None
        assert f"{entry.published.day} {entry.published:%b}" in card


@pytest.mark.parametrize("day", [DEMO, ODD])
@pytest.mark.parametrize("width", [80, 100, 120, 200])
def test_comments_and_the_number_of_authors_are_not_crowded_out(day: str, width: int) -> None:
    cards = drawn(day, width=width).split("\n\n")[1:]
    for entry, card in zip(entries_of(day), cards, strict=False):
        words = " ".join(card.split())
        if entry.comments:
            assert ("1 comment" if entry.comments == 1 else f"{entry.comments} comments") in words
        if len(entry.authors) > 4:
            assert f"{len(entry.authors)} authors" in words


def test_links_lead_to_the_page_the_code_and_the_project() -> None:
    for width in (80, 120):
        picture = drawn(DEMO, width=width, color=True, links=True)
        leads = {url for _, url in re.findall(OSC8, picture)}
        for entry in entries_of(DEMO):
            assert {entry.url, *filter(None, (entry.code, entry.project))} <= leads


def test_what_is_no_web_address_is_never_a_link() -> None:
    picture = drawn(ODD, width=120, color=True, links=True)
    assert "Addresses Nobody Should Open" in bare(picture)
    assert not re.search("javascript|file:|data:", picture)


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "file:///etc/passwd", "https://a.example/\x1b\\\x1b]0;owned"]
)
def test_nor_is_one_that_came_into_the_library_by_another_way(address: str) -> None:
    entry = changed(entries_of(DEMO)[0], code=address, project=address, media=(address,))
    for pages in (False, True):
        picture = render([entry], "cards", View(width=100, color=True, links=True, pages=pages))
        assert {url for _, url in re.findall(OSC8, picture)} <= {"", entry.url, entry.arxiv_url, entry.pdf_url}


def test_markup_and_emoji_codes_are_text() -> None:
    picture = " ".join(drawn(ODD, width=200, abstract=True).split())
    for words in (
        "Closing Tags [/red] Without Opening Ones",
        "[bold]this[/bold], [link=https://example.org]that[/link], [/], [/nothing] and :smile: is text here.",
        "GPT-[n] and o-[n]",
        "Let Us <think> Before We </think>",
    ):
        assert words in picture


def test_without_unicode_no_sign_is_drawn_that_ascii_lacks() -> None:
    picture = drawn(DEMO, width=120, unicode=False)
    assert not set(picture) & set("·…▲★—●│─┃")
    assert "^ 178" in picture


@pytest.mark.parametrize("day", [DEMO, ODD])
def test_for_a_screen_reader_each_fact_stands_on_a_line_of_its_own(day: str) -> None:
    picture = drawn(day, width=80, plain=True, unicode=False)
    lines = picture.split("\n")
    assert not set(picture) & set("▲★●\x1b")
    for row, entry in enumerate(entries_of(day), start=1):
        place = lines.index(f"{row}. {entry.title}")
        card = lines[place : lines.index("", place)]
        assert f"Link: {entry.url}" in card
        assert (f"Upvotes: {entry.upvotes}" in card) == (entry.upvotes is not None)
        assert all(re.match("[A-Z][a-z]+: .", line) for line in card[1:])


def test_the_caption_stands_first_and_is_whole_at_every_width() -> None:
    for width in range(20, 301, 7):
        for day, (title, remark) in CAPTIONS.items():
            head = " ".join(drawn(day, width=width).split("\n\n")[0].split())
            assert head in (f"{title} · {remark}", f"{title} {remark}"), width


def test_no_papers_are_a_caption_and_nothing_more() -> None:
    view = View(width=80, caption=("Daily Papers · Sat 4 Jul 2026 · no papers", ""))
    assert render([], "cards", view) == "Daily Papers · Sat 4 Jul 2026 · no papers\n\n"
    assert render([], "cards", View(width=80)) == ""
