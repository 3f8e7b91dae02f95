"""What Hugging Face answers, read: the shapes of every era, every anomaly, and whatever else a row may hold."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from unicodedata import category

import pytest

from papercli.errors import Unreadable
from papercli.paper import Paper
from papercli.sources import Page
from papercli.sources.huggingface import HuggingFace
from papercli.value import changed

FIXTURES = Path(__file__).parent / "fixtures"
EXPECTED = json.loads((FIXTURES / "expected.json").read_bytes())
LISTS = sorted(path.name for path in FIXTURES.glob("*.json") if path.name not in ("expected.json", "paper.json"))
HF = HuggingFace("https://huggingface.co", "secret")


def rows_of(name: str) -> list[Any]:
    return json.loads((FIXTURES / name).read_bytes())


def read(*rows: Any) -> Page:
    return HF.read(json.dumps(rows).encode())


def paper_of(name: str, id: str) -> Paper:
    """The paper as read, without the row it came from."""
    found = next(paper for paper in HF.read((FIXTURES / name).read_bytes()).papers if paper.id == id)
    return changed(found, row=b"")


def row_of(name: str, id: str) -> dict[str, Any]:
    return next(row for row in rows_of(name) if isinstance(row, dict) and (row["paper"] or {}).get("id") == id)


# What is kept, skipped and repeated


def test_every_made_up_list_has_its_expectation() -> None:
    assert sorted(EXPECTED) == LISTS


@pytest.mark.parametrize("name", LISTS)
def test_a_list_keeps_its_papers_in_order_and_counts_what_it_skips(name: str) -> None:
    page = HF.read((FIXTURES / name).read_bytes())
    ids = [paper.id for paper in page.papers]
    assert list(dict.fromkeys(ids)) == EXPECTED[name]["ids"]
    assert page.skipped == EXPECTED[name]["skipped"]
    assert len(ids) - len(set(ids)) == EXPECTED[name]["duplicates"]


@pytest.mark.parametrize("name", LISTS)
def test_the_row_is_kept_as_it_was_answered(name: str) -> None:
    rows = iter(rows_of(name))
    for paper in HF.read((FIXTURES / name).read_bytes()).papers:
        assert json.loads(paper.row) in rows  # `in` moves the iterator on: the same rows in the same order


@pytest.mark.parametrize("name", LISTS)
def test_published_is_the_papers_own_day_and_never_the_outer_one(name: str) -> None:
    by_row = {paper.row: paper for paper in HF.read((FIXTURES / name).read_bytes()).papers}
    for row, paper in by_row.items():
        assert str(paper.published) == json.loads(row)["paper"]["publishedAt"][:10]


def test_the_outer_date_would_have_been_another_day() -> None:
    row = row_of("2025-03-12.json", "2503.99502")
    assert (row["publishedAt"][:10], row["paper"]["publishedAt"][:10]) == ("2025-03-10", "2025-03-11")
    assert read(row).papers[0].published == date(2025, 3, 11)


# Era by era


def test_a_row_of_2024() -> None:
    assert paper_of("2024-06-05.json", "2406.99501") == Paper(
        id="2406.99501",
        title="Sleepy Tokens: Skipping Layers for the Words That Do Not Need Them in Long Documents",
        authors=("Odalys Tessarine", "Kwame Calderpoint", "Björn Halbrekke"),
        abstract=" ".join(row_of("2024-06-05.json", "2406.99501")["paper"]["summary"].split()),
        published=date(2024, 6, 4),
        media=("https://example.org/thumbnails/2406.99501.png",),
        upvotes=31,
        comments=2,
    )


def test_an_abstract_of_2024_is_one_line_although_it_came_wrapped_and_in_paragraphs() -> None:
    came = [row["paper"]["summary"] for row in rows_of("2024-06-05.json")]
    assert any("\n  " in text for text in came)
    for paper, text in zip(HF.read((FIXTURES / "2024-06-05.json").read_bytes()).papers, came, strict=True):
        assert paper.abstract == " ".join(text.split())


def test_an_author_named_twice_stays_twice_and_no_votes_stay_zero() -> None:
    paper = paper_of("2024-06-05.json", "2405.99504")
    assert paper.authors == ("Dawit Rajavelan", "Dawit Rajavelan", "Mirela Songtao", "Ewan Marrowby")
    assert (paper.upvotes, paper.comments, paper.published) == (0, 0, date(2024, 5, 30))


def test_a_row_of_early_2025_has_a_submitter_with_a_name_for_a_login() -> None:
    paper = paper_of("2025-02-11.json", "2502.99502")
    assert (paper.submitter, paper.submitter_name) == ("fox-in-the-rye", "Fox in the Rye")
    assert (paper.submitted, paper.day) == ("", "")
    assert (paper.thumbnail, paper.media) == ("https://example.org/thumbnails/2502.99502.png", ())


def test_hidden_authors_are_left_out() -> None:
    assert paper_of("2025-02-11.json", "2502.99503").authors == ("Zeynep Gökyarsan", "Lars Ostrelund")
    assert paper_of("2026-07-20.json", "2607.99561").authors[:2] == ("Seen Second", "Seen Fourth")
    assert paper_of("2026-07-20.json", "2607.99563").authors == ()


def test_a_row_of_march_2025_has_no_submitter_but_code_project_and_keywords() -> None:
    assert paper_of("2025-03-12.json", "2503.99501") == Paper(
        id="2503.99501",
        title="One Loom, Many Threads: A Unified Tokeniser for Speech, Music and the Sounds of a Street",
        authors=("Leilani Nohealuna", "Henrik Brønnevik", "Parisa Vashtari"),
        abstract=" ".join(row_of("2025-03-12.json", "2503.99501")["summary"].split()),
        published=date(2025, 3, 11),
        keywords=("audio tokenizer", "speech", "music", "environmental sound"),
        code="https://github.com/example-loom/one-loom",
        project="https://example.org/one-loom",
        thumbnail="https://example.org/thumbnails/2503.99501.png",
        upvotes=88,
        comments=4,
    )


def test_a_row_of_autumn_2025_names_the_organisation_of_its_submitter() -> None:
    paper = paper_of("2025-09-30.json", "2509.99501")
    assert (paper.organization, paper.organization_name) == ("example-tide", "Tide Table Institute")
    assert (paper.submitted, paper.day) == ("2025-09-30T01:13:12.259Z", "2025-09-30")
    assert (paper.submitter, paper.submitter_name) == ("renzoq", "Renzo Quispalaya")
    assert (paper.code, paper.stars) == ("https://github.com/example-tide/sluice", 214)
    assert paper.ai_summary == "Learned scalar gates on the gradient of every block shorten training by a quarter."
    assert paper_of("2025-09-30.json", "2509.99502").organization == ""


def test_a_row_of_2026_has_every_field() -> None:
    assert paper_of("2026-03-04.json", "2603.99501") == Paper(
        id="2603.99501",
        title="Cartographers of Noise: Drawing the Loss Surface One Contour at a Time",
        authors=("Ilse Varnhagel", "Qingmu Lanshi"),
        abstract="Contours of the loss are cheaper to follow than to compute. We follow them for a million steps and"
        " print the map.",
        published=date(2026, 3, 3),
        organization="example-atlas",
        organization_name="Atlas of Losses",
        ai_summary="Following contours of the loss yields readable maps of training at low cost.",
        keywords=("loss landscape", "visualisation"),
        code="https://github.com/example-atlas/contours",
        project="https://example.org/contours",
        media=("https://example.org/media/contours.mp4", "https://example.org/media/contours.png"),
        thumbnail="https://example.org/thumbnails/2603.99501.png",
        submitted="2026-03-04T03:58:34.355Z",
        upvotes=52,
        comments=row_of("2026-03-04.json", "2603.99501")["numComments"],
        stars=49,
        submitter="ilse-v",
        submitter_name="Ilse Varnhagel",
    )


def test_the_last_millisecond_of_a_day_belongs_to_it() -> None:
    assert paper_of("2026-03-04.json", "2603.99503").day == "2026-03-04"


def test_a_repository_without_counted_stars_has_none_rather_than_zero() -> None:
    paper = paper_of("2026-03-04.json", "2603.99502")
    assert (paper.code, paper.stars) == ("https://github.com/example-echo/rooms", None)


def test_a_search_hit_says_nothing_of_days_submitters_and_sometimes_votes() -> None:
    hit = paper_of("search.json", "2606.99612")
    assert (hit.submitted, hit.submitter, hit.submitter_name, hit.upvotes) == ("", "", "", None)
    assert hit.title == "Second Helpings: Reusing Attention Maps Across Turns of a Conversation"
    assert paper_of("search.json", "1311.9954").published == date(2013, 11, 20)
    assert paper_of("search.json", "2102.99541").title == "Attention for Orchards: Counting Apples from the Air"


def test_a_trending_row_may_never_have_been_listed() -> None:
    paper = paper_of("trending.json", "2412.99551")
    assert (paper.submitted, paper.submitter, paper.upvotes, paper.stars) == ("", "", 140, 107_465)


def test_one_paper_with_what_links_to_it() -> None:
    paper = HF.read_paper((FIXTURES / "paper.json").read_bytes())
    assert (paper.id, paper.authors) == ("2607.99580", ("Mateus Orlandeu", "Priyanka Deshpuri"))
    assert (paper.upvotes, paper.comments, paper.stars, paper.day) == (36, None, 58, "2026-07-20")
    assert (paper.organization, paper.submitter) == ("example-revisers", "mateus-o")
    assert paper.media == ("https://example.org/media/revised.png",)
    assert paper.linked == {
        "models": {
            "total": 17,
            "items": [
                {
                    "id": "example-revisers/reviser-7b",
                    "url": "https://huggingface.co/example-revisers/reviser-7b",
                    "likes": 33,
                    "downloads": 1204,
                    "numParameters": 7_000_000_000,
                    "about": "text-generation",
                },
                {
                    "id": "example-else/reviser-7b-4bit",
                    "url": "https://huggingface.co/example-else/reviser-7b-4bit",
                    "likes": 0,
                    "downloads": 2,
                },
            ],
        },
        "datasets": {
            "total": 1,
            "items": [
                {
                    "id": "example-revisers/second-versions",
                    "url": "https://huggingface.co/datasets/example-revisers/second-versions",
                    "likes": 4,
                    "downloads": 310,
                }
            ],
        },
        "spaces": {
            "total": 2,
            "items": [
                {
                    "id": "example-revisers/compare",
                    "url": "https://huggingface.co/spaces/example-revisers/compare",
                    "likes": 5,
                    "about": "Two versions side by side",
                },
                {"id": "example-else/no-emoji", "url": "https://huggingface.co/spaces/example-else/no-emoji"},
            ],
        },
    }


# Anomalies, field by field

ODD = {
    ("2607.99533", "project"): "https://example.org/loose-ends",
    ("2607.99533", "code"): "https://github.com/example-loose/ends/tree/main/code",
    ("2607.99533", "keywords"): (),
    ("2607.99533", "stars"): 0,
    ("2607.99534", "keywords"): ("good keyword", "another one"),
    ("2607.99534", "project"): "http://example.com/slashes",
    ("2607.99534", "stars"): None,
    ("2607.99535", "media"): (),
    ("2607.99535", "comments"): 0,
    ("2607.99536", "authors"): ("Wei Example", "Wei Example", "Trailing Spaces", "Éloïse Double"),
    ("2607.99536", "submitter_name"): "Many Spaces",
    ("2607.99537", "authors"): ("The Very Long Named Committee for Made-Up Examples Team",),
    ("2607.99541", "title"): "Closing Tags [/red] Without Opening Ones",
    ("2607.99542", "title"): "Let Us <think> Before We </think>",
    ("2607.99542", "abstract"): "The marks <EOS> and <picture of a boat> are words; so are &amp; and &lt;b&gt;.",
    ("2607.99545", "title"): r"On $\mathcal{O}(n \log n)$ Attention and the $\ell_1$ Norm",
    ("2607.99548", "title"): "The Inner Title, Which Is Wrapped",
    ("2607.99549", "title"): "π_glow, μBatch and τ-Lanterns at 40 °C: A Naïve Résumé by Ψ, ζ and Ü",
    ("2607.99550", "title"): "Rockets 🚀 and Rainbows 🌈 in Titles",
    ("2607.99551", "title"): "架空の論文：実在しないデータについて",
    ("2607.99551", "organization_name"): "架空研究所",
    ("2607.99554", "title"): "Spaces of Many Kinds and Breaks Old and New Here",
    ("2607.99554", "abstract"): "They all look like spaces.",
    ("2607.99562", "project"): "",
    ("2607.99562", "code"): "https://github.com/example-owner/name",
    ("2607.99562", "media"): ("https://example.org/media/good.png",),
    ("2607.99564", "submitter"): "weekday-reader",
    ("2607.99564", "thumbnail"): "",
    ("2607.99565", "submitter"): "weekday-reader",
    ("2607.99565", "organization"): "",
    ("2607.99565", "keywords"): (),
    ("2607.99565", "project"): "",
    ("2607.99565", "stars"): None,
    ("2607.99566", "authors"): (),
    ("2607.99567", "authors"): (),
    ("2607.99568", "upvotes"): 0,
    ("2607.99568", "comments"): 0,
    ("2607.99569", "upvotes"): None,
    ("2607.99569", "comments"): None,
    ("hep-th/9907999", "title"): "An Identifier of the Old Style",
}


@pytest.mark.parametrize(("id", "field"), ODD)
def test_an_odd_field_is_read_right(id: str, field: str) -> None:
    assert getattr(paper_of("2026-07-20.json", id), field) == ODD[id, field]


def test_two_hundred_authors_are_all_kept() -> None:
    assert len(paper_of("2026-07-20.json", "2607.99532").authors) == 200


def test_an_abstract_only_the_item_holds_is_taken_from_there() -> None:
    row = row_of("2026-07-20.json", "2607.99567")
    outer = changed(read({**row, "summary": "Only out here."}).papers[0], row=b"")
    assert outer.abstract == "Only out here."


@pytest.mark.parametrize("name", LISTS)
def test_no_text_holds_a_character_that_a_terminal_would_obey_or_hide(name: str) -> None:
    for paper in HF.read((FIXTURES / name).read_bytes()).papers:
        for text in texts_of(paper):
            assert text == " ".join(text.split())
            assert not {category(letter) for letter in text} & {"Cc", "Cs", "Zl", "Zp"}
            assert {letter for letter in text if category(letter) == "Cf"} <= {"\u200c", "\u200d"}
            assert not set(text) & {"\u115f", "\u1160", "\u3164", "\uffa0"}  # letters, to Unicode, without a shape


def texts_of(paper: Paper) -> Iterator[str]:
    for name in Paper.__match_args__:
        value = getattr(paper, name)
        if isinstance(value, str):
            yield value
        elif isinstance(value, tuple):
            yield from value


@pytest.mark.parametrize("address", ["javascript:alert(1)", "file:///etc/passwd", "data:,x", "//example.org", "x", ""])
def test_an_address_that_is_not_http_is_dropped_everywhere(address: str) -> None:
    row = copy.deepcopy(row_of("2026-03-04.json", "2603.99501"))
    row["paper"] |= {"projectPage": address, "githubRepo": address, "mediaUrls": [address], "thumbnail": address}
    row |= {"thumbnail": address, "mediaUrls": [address]}
    paper = read(row).papers[0]
    assert (paper.project, paper.code, paper.media, paper.thumbnail) == ("", "", (), "")


@pytest.mark.parametrize(
    ("repository", "url"),
    [
        ("example-owner/name", "https://github.com/example-owner/name"),
        ("example-owner/na_me.js", "https://github.com/example-owner/na_me.js"),
        (" https://github.com/example-owner/name ", "https://github.com/example-owner/name"),
        ("https://example.org/git/name", "https://example.org/git/name"),
        ("name", ""),
        ("a/b/c", ""),
        ("example owner/name", ""),
        ("ех/name", ""),  # Cyrillic
        ("..//", ""),
    ],
)
def test_a_repository_is_a_url_or_owner_and_name(repository: str, url: str) -> None:
    row = copy.deepcopy(row_of("2026-03-04.json", "2603.99501"))
    row["paper"]["githubRepo"] = repository
    assert read(row).papers[0].code == url


@pytest.mark.parametrize("day", ["2026-02-30T00:00:00.000Z", "20260304T000000Z", "2026-W10-3T00:00Z", "soon", "", 7])
def test_a_day_that_no_calendar_has_is_unknown(day: object) -> None:
    row = copy.deepcopy(row_of("2026-03-04.json", "2603.99501"))
    row["paper"] |= {"publishedAt": day, "submittedOnDailyAt": day}
    paper = read(row).papers[0]
    assert (paper.published, paper.submitted, paper.day) == (None, "", "")


# A row of anything at all: more of it in tests/trust/paths.py


def paths(value: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value inside a JSON value, the value itself first."""
    yield here
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from paths(inner, (*here, key))


def replaced(value: Any, path: tuple[Any, ...], *new: Any) -> Any:
    """The value with something else at `path`, or, without `new`, with nothing there."""
    if not path:
        return new[0]
    made = copy.deepcopy(value)
    place = made
    for key in path[:-1]:
        place = place[key]
    if new:
        place[path[-1]] = new[0]
    else:
        del place[path[-1]]
    return made


CONTROL = row_of("2026-07-20.json", "2607.99531")


@pytest.mark.parametrize("field", ["id", "title"])
def test_only_a_paper_without_id_or_title_is_skipped(field: str) -> None:
    row = rows_of("2026-03-04.json")[0]
    skipped = [path for path in paths(row) if path and read(CONTROL, replaced(row, path)).skipped]
    assert skipped == [("paper",), ("paper", "id")]
    bare = replaced(replaced(row, ("title",)), ("paper", field))
    assert read(CONTROL, bare).skipped == 1


def test_a_row_is_a_paper_also_without_its_wrapping() -> None:
    row = rows_of("2026-03-04.json")[0]
    assert read(row["paper"]).papers[0].id == row["paper"]["id"]


@pytest.mark.parametrize("number", ["1e400", "-1e400", "1e308", "-1", "0.5", "1e30", "9" * 4000, "true"])
def test_a_count_that_no_one_can_have_counted_is_unknown(number: str) -> None:
    body = json.dumps([row_of("2026-03-04.json", "2603.99501")])
    paper = HF.read(body.replace('"upvotes": 52', f'"upvotes": {number}').encode()).papers[0]
    assert paper.upvotes is None


def test_the_kept_row_is_json_even_where_a_number_is_too_large() -> None:
    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is not JSON (RFC 8259, 6)")

    body = json.dumps([row_of("2026-03-04.json", "2603.99501")])
    page = HF.read(body.replace('"upvotes": 52', '"upvotes": 1e400').encode())
    json.loads(page.papers[0].row, parse_constant=refuse)


def test_a_row_nested_without_end_is_unreadable_or_a_paper_at_every_depth() -> None:
    row = json.dumps(row_of("2026-03-04.json", "2603.99501"))[:-1]
    outcomes = set()
    for depth in (*range(850, 1_010), 5_000, 200_000):
        nested = f'{row}, "deep": {"[" * depth}{"]" * depth}}}'
        for reader, body in ((HF.read, f"[{nested}]"), (HF.read_paper, nested)):
            try:
                reader(body.encode())
                outcomes.add("read")
            except Unreadable:
                outcomes.add("unreadable")
    assert outcomes == {"read", "unreadable"}


# Answers that are no listing


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "something that is not JSON"),
        (b"\xff\xfe", "something that is not JSON"),
        (b"<!doctype html><html>", "a web page"),
        (b"  <html>", "a web page"),
        (b'[{"paper":{"id":"2607.99001","title":"caf\xe9"}}]', "something that is not JSON"),
        (b"[NaN]", "something that is not JSON"),
        (b"[Infinity]", "something that is not JSON"),
        (b"[" * 200_000, "something that is not JSON"),
        (b"[" + b"1" * 10_000 + b"]", "something that is not JSON"),
        (b'[{"paper":', "something that is not JSON"),
        (b"null", "something that is not a listing"),
        (b"{}", "something that is not a listing"),
        (
            b'{"error":"Slow \\u001b]0;owned\\u0007down"}',
            'something that is not a listing: "Slow \ufffd]0;owned\ufffddown"',
        ),
        (b'[{"paper":null},{},null,3]', "a listing of 4 rows, none of which can be read"),
    ],
)
def test_what_is_no_listing_is_unreadable_and_says_what_it_was(body: bytes, said: str) -> None:
    with pytest.raises(Unreadable) as failure:
        HF.read(body)
    assert str(failure.value) == f"answered {said}"


def test_a_day_without_papers_is_an_empty_page() -> None:
    assert HF.read(b"[]") == Page(())


@pytest.mark.parametrize("body", [b"[]", b"null", b"{}", b'{"id":"2607.99001"}', b'{"error":"x"}', b"<html>", b"7"])
def test_what_is_no_paper_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        HF.read_paper(body)


# What to ask


def test_what_is_asked() -> None:
    at_home = HuggingFace("http://127.0.0.1:8000/some/path")
    assert at_home.newest(600).url == "http://127.0.0.1:8000/some/path/api/daily_papers?limit=100"
    assert at_home.day(date(2026, 7, 3), 600).url.endswith("/api/daily_papers?date=2026-07-03&limit=100")
    assert at_home.paper("2607.99001", 600).url == "http://127.0.0.1:8000/some/path/api/papers/2607.99001"
    assert at_home.paper("../x?y#z", 600).url.endswith("/api/papers/..%2Fx%3Fy%23z")
    assert (HF.newest(600).token, HF.newest(600).fresh, at_home.newest(600).token) == ("secret", 600, "")


HERE = "https://huggingface.co/api/daily_papers"


@pytest.mark.parametrize(
    "link",
    [f"{HERE}?limit=100&p=1", "/api/daily_papers?limit=100&p=1", "?limit=100&p=1"],
    ids=["absolute", "rooted", "relative"],
)
def test_the_next_page_is_at_the_same_place(link: str) -> None:
    following = HF.following(HF.newest(600), link)
    assert following == changed(HF.newest(600), url=f"{HERE}?limit=100&p=1")


@pytest.mark.parametrize(
    "link",
    [
        "",
        f"{HERE}?limit=100",  # itself
        "?limit=100",
        "https://example.org/api/daily_papers?p=1",
        "http://huggingface.co/api/daily_papers?p=1",
        "https://huggingface.co:8443/api/daily_papers?p=1",
        "https://huggingface.co@example.org/api/daily_papers?p=1",
        "https://someone@huggingface.co/api/daily_papers?p=1",
        "https://huggingface.co.example.org/api/daily_papers?p=1",
        "//example.org/api/daily_papers?p=1",
        "\\\\example.org\\api\\daily_papers?p=1",
        "/api/papers?p=1",
        "/api/daily_papers/../whoami?p=1",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://[",  # no address at all
        "https://[::1/api/daily_papers?p=1",
    ],
)
def test_a_link_to_anywhere_else_or_back_is_not_followed(link: str) -> None:
    assert HF.following(HF.newest(600), link) is None
