"""What a source can do by itself, where others come from, and what Hugging Face and arXiv are asked for."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from arxiv_hub import MADE_UP, entry, feed
from papercli.endpoints import ARXIV
from papercli.errors import BadRequest, Unreadable
from papercli.expression import All, Named, Words
from papercli.manuscript import Text
from papercli.paper import Paper
from papercli.request import Request
from papercli.sources import Dated, Page, Source, json_body, markup, named
from papercli.sources.announced import read_announcement
from papercli.sources.arxiv import Arxiv
from papercli.sources.huggingface import LONGEST_QUERY, MOST_ROWS, HuggingFace
from papercli.sources.repositories import linked

FIXTURES = Path(__file__).parent / "fixtures"
HF = HuggingFace("https://hub.example.org", "secret")
HERE = Arxiv("https://export.example.org", "https://rss.example.org", "cs.CL")
DAY = date(2026, 7, 3)


# A source by itself


class Plain(Source):
    """One that does nothing but what it must."""

    def read(self, body: bytes) -> Page:
        return Page(tuple(Paper(id, "A Title") for id in body.decode().split()))


def test_what_a_source_cannot_do_it_is_not_asked_for() -> None:
    plain = Plain.of({}, "plain", ["plain"])
    assert plain.day(DAY, 60) is plain.period("week", DAY, 60) is plain.trending(60) is None
    assert plain.search(Words("x"), 60) is plain.search(Words("x"), 60, newest=True) is None
    assert plain.texts("2607.00001", 60) == ()
    assert (plain.first_day, plain.batch) == (date(1991, 8, 14), 1)
    with pytest.raises(BadRequest, match="has no listings"):
        plain.newest(60)
    with pytest.raises(BadRequest, match="cannot be asked for a paper by its id"):
        plain.paper("2607.00001", 60)
    with pytest.raises(Unreadable, match="has no texts"):
        plain.read_text(b"text", "2607.00001")


def test_all_of_a_listing_is_on_its_one_page() -> None:
    request = Request("https://example.org/", 60)
    assert Plain().page(request, 0) is Plain().page(request, 3) is request
    assert Plain().following(request, "https://example.org/2") is None


def test_one_paper_is_the_first_of_an_answer() -> None:
    paper = Plain().read_paper(b"2607.00001 2607.00002")
    assert paper is not None and paper.id == "2607.00001"
    assert Plain().read_paper(b"") is None


def test_a_source_that_says_nothing_of_itself_is_asked_every_ten_minutes() -> None:
    plain = Plain()
    assert (plain.fresh(DAY, 0.0), plain.late(DAY, 0.0), plain.quiet(0.0)) == (600, "", "")
    assert (plain.refusal(b"no"), plain.read_row(b"{}"), plain.profiles(b"{}")) == ("", None, {})


def test_a_source_that_tells_of_days_has_to_say_how() -> None:
    with pytest.raises(TypeError, match="day"):
        type("Half", (Dated,), {"read": Plain.read})()


def test_a_source_of_another_package_is_found_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "covering.py").write_text("class Toy:\n    pass\n")
    info = tmp_path / "covering-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: covering\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[papercli.sources]\nother = covering:Other\ntoy = covering:Toy\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert named("toy").__name__ == "Toy"
    assert named("hf") is HuggingFace
    with pytest.raises(BadRequest, match="no source called “nowhere”") as caught:
        named("nowhere")
    assert caught.value.hint == "there are hf, arxiv"


# What Hugging Face is asked


def test_hugging_face_is_where_the_environment_says() -> None:
    environ = {"HF_ENDPOINT": "http://127.0.0.1:8000/", "HF_TOKEN": "hf_x"}
    request = HuggingFace.of(environ, "hf", ["hf"]).newest(60)
    assert (request.url, request.token) == ("http://127.0.0.1:8000/api/daily_papers?limit=100", "hf_x")


def test_weeks_and_months_are_asked_for_by_their_names() -> None:
    week, month = HF.period("week", date(2026, 6, 29), 60), HF.period("month", date(2026, 6, 1), 60)
    assert week is not None and week.url.endswith("/api/daily_papers?week=2026-W27&limit=100")
    assert month is not None and month.url.endswith("/api/daily_papers?month=2026-06&limit=100")
    first = HF.period("week", date(2025, 12, 29), 60)  # of another year by the calendar
    assert first is not None and "week=2026-W01&" in first.url
    assert HF.period("week", date(2026, 12, 28), 60) is None  # week 53


def test_trending_is_the_services_own_rank_and_pages_are_counted_from_zero() -> None:
    trending = HF.trending(60)
    assert trending.url.endswith("/api/daily_papers?sort=trending&limit=100")
    assert HF.page(trending, 0) is trending
    assert HF.page(trending, 2).url == f"{trending.url}&p=2"


def test_hugging_face_searches_for_words_and_not_for_what_it_cannot_know() -> None:
    request = HF.search(All((Words("kv cache"), Named("cat", "cs.CL"))), 60)
    assert request is not None and request.url.endswith("/api/papers/search?q=kv+cache&limit=120")
    assert HF.search(Named("cat", "cs.CL"), 60) is None


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("ab " * 83 + "c", "ab+" * 83 + "c"),
        ("ab " * 84 + "c", "ab+" * 82 + "ab"),
        ("x" * 251, "x" * 250),
        ("ab " * 83 + "cd", "ab+" * 82 + "ab"),
    ],
    ids=["as many as it takes", "more", "one word", "one letter more"],
)
def test_a_search_is_cut_at_a_word_to_what_the_service_takes(words: str, asked: str) -> None:
    request = HF.search(Words(words), 60)
    assert request is not None and f"?q={asked}&" in request.url
    assert len(asked) <= LONGEST_QUERY


def test_a_text_is_a_page_of_hugging_face_with_a_bound_of_its_own() -> None:
    (request,) = HF.texts("hep-th/9901001", 60)
    assert request.url == "https://hub.example.org/papers/hep-th%2F9901001.md"
    assert (request.token, request.accept, request.largest) == ("secret", "text/markdown", 4 << 20)


# What Hugging Face answers


def test_ever_so_many_rows_are_no_listing() -> None:
    with pytest.raises(Unreadable, match="answered 2,001 rows at once"):
        HF.read(b"[" + b"0," * MOST_ROWS + b"0]")


def test_more_parts_than_a_listing_has_are_not_even_read() -> None:
    with pytest.raises(Unreadable, match="more than any listing holds"):
        HF.read(b"[" + b"{}," * json_body.MOST_PARTS + b"{}]")


def test_profiles_are_those_of_the_row_that_was_answered() -> None:
    author = {"name": "Ada Example", "status": "claimed", "user": {"user": "ada"}}
    named_so = {"name": "Bea Example", "status": "claimed", "user": {"name": "bea"}}
    nobody = {"name": "Cy Example", "status": "claimed", "user": None}
    unsure = {"name": "Di Example", "status": "extracted_pending", "user": {"user": "di"}}
    hidden = {"name": "Ed Example", "status": "claimed", "hidden": True, "user": {"user": "ed"}}
    row: dict[str, Any] = {"id": "2607.00001", "authors": [author, named_so, nobody, unsure, hidden, "Flo"]}
    found = {"Ada Example": "ada", "Bea Example": "bea"}
    assert HF.profiles(json.dumps(row).encode()) == HF.profiles(json.dumps({"paper": row}).encode()) == found
    assert HF.profiles(b'{"paper": {"authors": "Ada"}}') == HF.profiles(b"[]") == {}


def test_a_kept_row_of_hugging_face_is_the_same_paper_again() -> None:
    for paper in HF.read((FIXTURES / "2026-06-12.json").read_bytes()).papers:
        assert HF.read_row(paper.row) == paper


def test_a_repository_without_a_name_is_none_but_is_counted() -> None:
    row = {"linkedModels": [{"likes": 3}, "x/y", {"id": " "}, {"id": "x/y z"}], "numTotalModels": 4}
    assert linked(row, "models") == {
        "total": 4,
        "items": [{"id": "x/y z", "url": "https://huggingface.co/x/y%20z"}],
    }
    assert linked({"linkedSpaces": None}, "spaces") == {"total": 0, "items": []}


# Texts


def test_a_text_in_markdown_is_read_with_the_address_of_its_page() -> None:
    read = HF.read_text(b"\xef\xbb\xbfTitle: x\n\nMarkdown Content:\nSo.", "2607.00001")
    assert read == Text("markdown", "Title: x\n\nMarkdown Content:\nSo.", "https://huggingface.co/papers/2607.00001")
    assert HF.read_text(b"# Other\n\nconverters", "1").words == "# Other\n\nconverters"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"\x89PNG\r\n", "something that is not text"),
        (b"a\0b\n\nc", "something that is not text"),
        (b"\xef\xbb\xbf\n <!doctype html><p>x", "a web page, as it does where it has no text"),
        (b'{"error":"not here"}', "an error"),
        (b'{"paper":1}', "something that is not the text of a paper"),
        (b'["x",\n"y"]', "something that is not the text of a paper"),
        (b"Rate exceeded.\n", "something that is not the text of a paper"),
        (b"Title: x\n\nMarkdown Content:\n \n", "an empty text"),
        (b" \n ", "an empty text"),
        (b"", "an empty text"),
    ],
)
def test_what_is_no_text_says_what_it_is(body: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=f"^answered {why}$"):
        HF.read_text(body, "2607.00001")


def test_a_page_of_arxiv_is_a_text_only_if_latexml_made_it() -> None:
    page = b"<article class='ltx_document'>x</article>"
    assert HERE.read_text(page, "2607.00001") == Text("html", page.decode(), "https://arxiv.org/html/2607.00001")
    with pytest.raises(Unreadable, match="a page without the text"):
        HERE.read_text(b"<html>No HTML for this paper</html>", "2607.00001")


# arXiv


def test_texts_come_from_the_host_for_programs_first_and_only_arxiv_has_another() -> None:
    arxiv = Arxiv(ARXIV, "https://rss.example.org")
    assert [request.url for request in arxiv.texts("math.GT/0309136v2", 60)] == [
        "https://export.arxiv.org/html/math/0309136", "https://arxiv.org/html/math/0309136",
    ]  # fmt: skip
    (request,) = HERE.texts("2607.00001", 60)
    assert request.url == "https://export.example.org/html/2607.00001"
    assert (request.accept, request.largest, request.lane) == ("text/html", 16 << 20, "arxiv.org")


def test_a_pdf_is_that_of_the_newest_version_or_of_the_one_that_is_named() -> None:
    assert HERE.pdf("2607.00001v3").url == "https://export.example.org/pdf/2607.00001"
    assert HERE.pdf("2607.00001", 2).url == "https://export.example.org/pdf/2607.00001v2"
    assert (HERE.pdf("2607.00001").accept, HERE.pdf("2607.00001").lane) == ("application/pdf", "arxiv.org")


@pytest.mark.parametrize("name", ["odd.atom.xml", "odd.rss.xml"])
def test_a_kept_row_of_arxiv_is_the_same_paper_again(name: str) -> None:
    body = (FIXTURES / "arxiv" / name).read_bytes()
    rss = name == "odd.rss.xml"
    papers = [item.paper for item in read_announcement(body).items] if rss else list(HERE.read(body).papers)
    assert papers and [HERE.read_row(paper.row) for paper in papers] == papers


def test_a_kept_row_without_a_title_is_no_paper() -> None:
    guid = ["guid", "oai:arXiv.org:2607.00001v1"]
    assert HERE.read_row(json.dumps(["item", guid]).encode()) is None
    assert HERE.read_row(json.dumps(["item", guid, ["title", "A Title"]]).encode()) is not None


def test_a_parenthesis_that_none_opened_hides_no_comma() -> None:
    item = ["item", ["guid", "oai:arXiv.org:2607.00001v1"], ["title", "A Title"]]

    def authors(said: str) -> tuple[str, ...]:
        paper = HERE.read_row(json.dumps([*item, ["dc:creator", said]]).encode())
        assert paper is not None
        return paper.authors

    assert authors("Ada Example (One, Two), Bea Example") == ("Ada Example", "Bea Example")
    assert authors("Ada Example), Bea Example (, Cy Example") == ("Ada Example)", "Bea Example (", "Cy Example")


def test_an_announcement_is_late_on_a_weekday_from_midnight_in_new_york() -> None:
    friday_noon, saturday = 1_783_094_400.0, 1_783_180_800.0  # 2026-07-03 and 04, 16:00 UTC
    assert HERE.late(date(2026, 7, 2), friday_noon) == "arXiv's announcement of Fri 3 Jul 2026 is not out yet"
    assert HERE.late(date(2026, 7, 3), friday_noon) == ""
    assert HERE.late(date(2026, 7, 2), saturday) == ""


def test_a_refusal_that_comes_as_an_answer_is_told_in_arxivs_words_unless_papers_came_too() -> None:
    error = "<entry><id>http://arxiv.org/api/errors#x</id><title>Error</title><summary>no\n such id</summary></entry>"
    papers = "".join(map(entry, MADE_UP[:2]))
    with pytest.raises(Unreadable, match=r"^refused the question: no such id$"):
        HERE.read(feed(error, total=1).encode())
    with pytest.raises(Unreadable, match=r"^refused the question: it does not say why$"):
        HERE.read(feed("<entry><title>Error</title></entry>", total=1).encode())
    page = HERE.read(feed(papers + error, total=2).encode())
    assert (len(page.papers), page.skipped) == (2, 1)


def test_xml_of_ever_so_many_attributes_is_not_even_read() -> None:
    with pytest.raises(Unreadable, match="too deep or too large"):
        HERE.read(b"<feed " + b"x='' " * markup.MOST_ATTRIBUTES + b"y=''/>")


@pytest.mark.parametrize("body", [b"<rss><channel><title>cut", b"<feed><entry>", b"<rss/>", b"<feed/>", b"no"])
def test_what_is_no_refusal_refuses_nothing(body: bytes) -> None:
    assert HERE.refusal(body) == ""
