"""arXiv: what it is asked, and how its answers are read, the recorded ones, the odd ones and the hostile ones."""

from __future__ import annotations

import json
import re
import time
import urllib.request
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arxiv_hub import MADE_UP, ArxivHub, entry, feed, kind_for
from conftest import RECORDINGS
from papercli.cache import Cache
from papercli.errors import BadRequest, PapercliError, Unreachable, Unreadable
from papercli.expression import Not, Words
from papercli.fetch import Fetch
from papercli.pace import Pace
from papercli.paper import Paper
from papercli.request import Request
from papercli.sources import Page, named
from papercli.sources.announced import read_announcement
from papercli.sources.arxiv import Arxiv
from papercli.sources.atom import read_page, refusal
from papercli.value import changed

FIXTURES = Path(__file__).parent / "fixtures" / "arxiv"
ODD, ODD_RSS = (FIXTURES / "odd.atom.xml").read_bytes(), (FIXTURES / "odd.rss.xml").read_bytes()
ARXIV = Arxiv("https://export.example.org", "https://rss.example.org", "cs.CL")
ATOM = sorted(RECORDINGS.glob("arxiv_atom/*.xml"))
RSS = sorted(RECORDINGS.glob("arxiv_rss/*.xml"))
recorded = pytest.mark.skipif(not ATOM, reason="no recorded answers beside the project")


@pytest.fixture
def arxiv_hub() -> Iterator[ArxivHub]:
    hub = ArxivHub()
    yield hub
    hub.stop()


def at(hub: ArxivHub, category: str = "", *among: str, fault: str = "") -> Arxiv:
    return Arxiv(hub.url + fault, hub.url + fault, category, among)


def get(request: Request) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(urllib.request.Request(request.url, headers={"Accept": request.accept})) as answer:
            return answer.status, answer.read()
    except HTTPError as error:
        with error:
            return error.code, error.read()


def bare(papers: tuple[Paper, ...]) -> list[Paper]:
    return [changed(paper, row=b"") for paper in papers]


# What is asked


def test_the_list_of_sources_names_it() -> None:
    assert named("arxiv") is Arxiv


def test_a_search_says_where_it_begins_and_how_much_and_in_what_order() -> None:
    request = ARXIV.search(Words("attention"), 3_600, start=200, most=50)
    assert request is not None
    parts = urlsplit(request.url)
    assert (parts.scheme, parts.netloc, parts.path) == ("https", "export.example.org", "/api/query")
    assert parse_qs(parts.query, strict_parsing=True) == {
        "search_query": ['all:"attention"'], "start": ["200"], "max_results": ["50"], "sortBy": ["relevance"],
        "sortOrder": ["descending"],
    }  # fmt: skip
    assert (request.fresh, request.accept, request.token) == (3_600, "application/atom+xml", "")


def test_newest_first_is_by_the_day_of_submission() -> None:
    request = ARXIV.search(Words("attention"), 60, newest=True)
    assert request is not None
    assert "sortBy=submittedDate&sortOrder=descending" in request.url


def test_a_page_of_a_search_begins_where_the_one_before_ends() -> None:
    request = ARXIV.search(Words("start=7"), 60, most=30)
    assert request is not None
    assert ARXIV.page(request, 0).url == request.url
    assert ARXIV.page(request, 4).url == request.url.replace("&start=0&", "&start=120&")


def test_nothing_is_asked_beyond_what_arxiv_answers() -> None:
    most = ARXIV.search(Words("x"), 60, most=100_000)
    last = ARXIV.search(Words("x"), 60, start=29_990)
    assert most is not None and "max_results=2000&" in most.url
    assert last is not None and "max_results=10&" in last.url
    assert ARXIV.search(Words("x"), 60, start=30_000) is None


def test_what_arxiv_can_say_nothing_of_is_not_asked() -> None:
    assert ARXIV.search(Not(Words("video")), 60) is None


def test_papers_are_asked_for_by_the_hundred_without_their_versions() -> None:
    request = ARXIV.papers(["2501.12948v2", "hep-th/9901001", "arXiv:2501.12948", "https://arxiv.org/abs/1706.3762"], 9)
    assert request.url.endswith("/api/query?id_list=2501.12948,hep-th/9901001,1706.03762&start=0&max_results=3")
    hundred = ARXIV.papers([f"2501.{n:05}" for n in range(100)], 9)
    assert len(hundred.url) < 2_000
    for wrong in ([], [f"2501.{n:05}" for n in range(101)]):
        with pytest.raises(ValueError, match="papers in one question"):
            ARXIV.papers(wrong, 9)
    with pytest.raises(BadRequest):
        ARXIV.papers(["../etc"], 9)


def test_announcements_are_asked_for_together() -> None:
    one = Arxiv("https://e.example.org", "https://r.example.org", "cs.lg", ("cs.CL", "hep-th"))
    other = Arxiv("https://e.example.org", "https://r.example.org", "HEP-TH", ("cs.LG", "cs.cl"))
    assert one.newest(60) == other.newest(60)
    assert one.newest(60).url == "https://r.example.org/rss/cs.CL+cs.LG+hep-th"
    assert one.newest(60).accept == "application/rss+xml"
    assert one.announcement(["cond-mat.Str-El", "cs"], 60).url.endswith("/rss/cond-mat.str-el+cs")


def test_more_than_three_categories_are_more_than_one_question() -> None:
    names = ["cs.AI", "cs.CL", "cs.CV", "cs.LG", "stat.ML"]
    asked = {name: Arxiv("", "r", name, names).newest(60).url for name in names}
    assert list(asked.values()) == ["r/rss/cs.AI+cs.CL+cs.CV"] * 3 + ["r/rss/cs.LG+stat.ML"] * 2


@pytest.mark.parametrize("wrong", ["cs.", ".CL", "cs/CL", "cs.C L", "cs.CL+x", "../x", "1", "cs.C1", "a" * 50, "cs.é"])
def test_what_is_no_category_is_refused_before_anything_is_asked(wrong: str) -> None:
    with pytest.raises(BadRequest, match="not an arXiv category"):
        Arxiv("", "", wrong)


def test_without_a_category_there_is_no_listing() -> None:
    with pytest.raises(BadRequest, match="by category"):
        Arxiv("", "").newest(60)


def test_the_environment_says_where_arxiv_is() -> None:
    usual = Arxiv.of({}, "arxiv:cs.CL", ["hf", "arxiv:cs.LG", "arxiv:cs.CL"])
    assert usual.papers(["2501.12948"], 1).url.startswith("https://export.arxiv.org/api/query?")
    assert usual.newest(1).url == "https://rss.arxiv.org/rss/cs.CL+cs.LG"
    there = {"PAPERCLI_ARXIV_ENDPOINT": "http://127.0.0.1:7/a/", "PAPERCLI_ARXIV_RSS": "https://example.org/"}
    other = Arxiv.of(there, "arxiv", [])
    assert other.papers(["2501.12948"], 1).url.startswith("http://127.0.0.1:7/a/api/query?")
    assert other.announcement(["cs"], 1).url == "https://example.org/rss/cs"
    with pytest.raises(BadRequest, match="PAPERCLI_ARXIV_RSS"):
        Arxiv.of({"PAPERCLI_ARXIV_RSS": "file:///etc"}, "arxiv", [])


# Recorded answers


@recorded
@pytest.mark.parametrize("path", ATOM, ids=lambda path: path.stem[-30:])
def test_the_package_of_others_reads_recorded_answers_to_the_same_values(path: Path) -> None:
    arxiv = pytest.importorskip("arxiv")
    theirs = arxiv._feed.parse(path.read_bytes())
    if refusal(path.read_bytes()):
        assert [result.title for result in theirs.results] in ([], ["Error"])
        return
    page = read_page(path.read_bytes())
    assert (page.total, page.start) == (theirs.header.total_results, theirs.header.start_index)
    for result, paper in zip(theirs.results, page.papers, strict=True):
        assert result.get_short_id() == f"{paper.id}v{paper.version}"
        assert result.title == paper.title
        assert tuple(" ".join(author.name.split()) for author in result.authors) == paper.authors
        assert " ".join(result.summary.split()) == paper.abstract
        assert (result.published.date(), result.updated.date()) == (paper.published, paper.updated)
        assert (result.primary_category, result.categories) == (paper.categories[0], list(paper.categories))
        said = (result.doi, result.journal_ref, result.comment)
        assert [" ".join((words or "").split()) for words in said] == [
            paper.doi,
            paper.journal_ref,
            paper.arxiv_comment,
        ]


@recorded
def test_recorded_answers_hold_what_they_hold() -> None:
    papers = [paper for path in ATOM if not refusal(path.read_bytes()) for paper in read_page(path.read_bytes()).papers]
    assert len(papers) == 226
    assert sum(len(paper.authors) for paper in papers) == 869  # and the one of the error
    assert sum(bool(paper.doi) for paper in papers) == 60
    assert sum(bool(paper.journal_ref) for paper in papers) == 34
    assert all(paper.abstract and paper.published and paper.updated and paper.version for paper in papers)
    assert {paper.id for paper in papers} >= {"astro-ph/0601001", "quant-ph/0201082", "1707.08567", "2104.12255"}


@recorded
def test_the_recorded_refusal_is_told_in_its_words() -> None:
    (body,) = [path.read_bytes() for path in ATOM if "_id_abc_" in path.name]
    assert refusal(body) == ARXIV.refusal(body) == "incorrect id format for abc"
    with pytest.raises(Unreadable, match="refused the question: incorrect id format for abc"):
        ARXIV.read(body)


@recorded
@pytest.mark.parametrize("name", ["_id_0000.0000_", "_id_0808.05394_s0_"])
def test_no_results_are_no_failure(name: str) -> None:
    (body,) = [path.read_bytes() for path in ATOM if name in path.name]
    assert read_page(body) == Page((), total=0)
    assert ARXIV.read_paper(body) is None


@recorded
@pytest.mark.parametrize("path", ATOM + RSS, ids=lambda path: path.stem[-30:])
def test_a_recorded_answer_that_is_cut_anywhere_is_never_read_in_part(path: Path) -> None:
    body = path.read_bytes()
    never_read_in_part(body, 3 if len(body) < 5_000 else 64 if len(body) < 50_000 else 2_048)


def never_read_in_part(body: bytes, step: int = 1) -> None:
    end = body.rindex(b">")
    for cut in [*range(0, end, step), *range(max(end - 40, 0), end + 1)]:
        with pytest.raises(Unreadable, match=r"answered (XML that is cut off|nothing)"):
            ARXIV.read(body[:cut])
    for cut in range(0, end, end // 20):
        assert ARXIV.refusal(body[:cut]) == ""


@pytest.mark.skipif(not RSS, reason="no recorded answers beside the project")
def test_the_recorded_announcement() -> None:
    (path,) = RSS
    said = read_announcement(path.read_bytes())
    assert (said.day, said.at, said.skipped) == (date(2026, 9, 24), "2026-09-24T00:00:00-04:00", 0)
    assert said.quiet_days == ("Sunday", "Saturday")
    assert [(item.paper.id, item.paper.version, item.kind) for item in said.items] == [
        ("2205.06398", 2, "cross"), ("2009.13987", 3, "replace"),
    ]  # fmt: skip
    first, second = (item.paper for item in said.items)
    assert first.authors == ("Pritam Dey", "Zhengwu Zhang", "David B. Dunson")
    assert first.abstract.startswith("It has become routine in neuroscience studies")
    assert (first.categories, first.doi) == (("stat.ME", "stat.AP", "stat.ML"), "10.1093/bioinformatics/btac431")
    assert [item.kind_in("stat.ML") for item in said.items] == ["cross", "replace-cross"]
    assert [item.kind_in("cs.LG") for item in said.items] == [None, "replace"]
    page = Arxiv("", "", "stat.ML", ("cs.LG",)).read(path.read_bytes())
    assert [(paper.id, paper.announce, paper.day) for paper in page.papers] == [
        ("2205.06398", "cross", "2026-09-24"), ("2009.13987", "replace", "2026-09-24"),
    ]  # fmt: skip
    assert (first.published, second.published) == (None, None)  # it does not say


# The odd ones


def test_odd_entries_are_read_and_what_is_no_paper_is_counted() -> None:
    page = read_page(ODD)
    assert (page.total, page.start, page.skipped) == (1234, 40, 4)
    assert bare(page.papers) == [
        Paper(
            id="hep-th/9907999",
            title="An Old Paper With a Broken Title",
            authors=("The Example Collaboration", "A. Author"),
            abstract="Two spaces begin it, and lines are broken. A paragraph begins.",
            published=date(1999, 8, 1),  # half past eleven in New York
            updated=date(2007, 6, 26),
            categories=("hep-th",),
            version=12,
        ),
        Paper(
            id="2607.99711",
            title="Entities & <tags> <think> café μLO",
            authors=("Zoë Pattern",),
            abstract="Text in pieces.",
            categories=("cs.LG", "stat.ML", "cond-mat.dis-nn"),
        ),
        Paper(
            id="2607.99714",
            title="Zerowidth, bidi \ufffdreversed\ufffd and a no-break space",
            authors=("\ufffdevil",),
            version=2,
        ),
    ]


def test_odd_items_of_an_announcement() -> None:
    said = read_announcement(ODD_RSS)
    assert (said.day, said.skipped) == (date(2026, 7, 3), 2)
    first, second, third = said.items
    assert first.paper.authors == (
        "Ada Example", "Bo Li Jr.", "Cy Pattern Jr.", "Paul Erdős", "Team X", "Xi (Sean) Wu",
    )  # fmt: skip
    assert first.paper.abstract == "Abstract: the word may stand there twice."
    assert first.paper.journal_ref == "L'École, Tome 7 (2026)"
    assert (second.paper.id, second.paper.version, second.kind) == ("hep-th/9907999", 4, "replace-cross")
    assert second.paper.authors == ("A. Author (unclosed", "B. Author")
    assert (third.paper.id, third.paper.version, third.kind) == ("2607.99722", None, "")
    assert third.paper.abstract == "No head before this abstract."
    assert [item.kind_in("cs.CL") for item in said.items] == ["new", None, ""]
    assert [item.kind_in("HEP-TH") for item in said.items] == [None, "replace-cross", None]
    assert [item.kind_in("cs") for item in said.items] == ["new", None, ""]
    assert [item.kind_in("c") for item in said.items] == [None, None, None]


def in_lists(element: ET.Element, spaces: dict[str, str]) -> list[Any]:
    """The element as JsonML, by another parser."""
    space, _, name = element.tag.removeprefix("{").rpartition("}")
    found: list[Any] = [f"{spaces[space]}{name}" if space in spaces else f"{space} {name}"]
    found += [dict(element.attrib)] if element.attrib else []
    found += [element.text] if element.text and not element.text.isspace() else []
    for child in element:
        found.append(in_lists(child, spaces))
        found += [child.tail] if child.tail and not child.tail.isspace() else []
    return found


@pytest.mark.parametrize(
    "path", [FIXTURES / "odd.atom.xml", FIXTURES / "odd.rss.xml", *ATOM, *RSS], ids=lambda p: p.stem[-30:]
)
def test_a_row_holds_all_that_was_said(path: Path) -> None:
    body = path.read_bytes()
    if ARXIV.refusal(body) and path in ATOM:
        return
    is_rss = b"<rss" in body
    atom, dc = "http://www.w3.org/2005/Atom", "http://purl.org/dc/elements/1.1/"
    spaces = {atom: "atom:" if is_rss else "", "": "", "http://arxiv.org/schemas/atom": "arxiv:"}
    spaces |= {dc: "dc:"} if is_rss else {}
    rows = [in_lists(each, spaces) for each in ET.fromstring(body).iter("item" if is_rss else f"{{{atom}}}entry")]
    papers = [item.paper for item in read_announcement(body).items] if is_rss else read_page(body).papers
    assert papers or not rows
    there = iter(rows)
    for paper in papers:
        assert json.loads(paper.row) in there  # `in` moves the iterator on: the same rows in the same order


def test_the_odd_answers_cut_anywhere_are_never_read_in_part() -> None:
    never_read_in_part(ODD)
    never_read_in_part(ODD_RSS)


def test_an_empty_page_of_many_results_is_not_believed() -> None:
    with pytest.raises(Unreadable, match="empty page, and counts 214,881 results"):
        read_page(feed("", total=214_881).encode())
    assert read_page(feed("", total=30, start=30).encode()).papers == ()


def test_an_announcement_without_papers_names_its_day() -> None:
    hub_like = Arxiv("", "", "cs.CL")
    body = ODD_RSS[: ODD_RSS.index(b"<item>")] + b"</channel></rss>"
    assert hub_like.read(body) == Page((), day="2026-07-03")


# What is not arXiv's

NOT_OURS = {
    "nothing": (b"", "answered nothing"),
    "blanks": (b" \n\t", "answered nothing"),
    "text": (b"Rate exceeded.", "not XML: “Rate exceeded.”"),
    "escapes": (b"\x1b]0;owned\x07 Rate\nexceeded.", "not XML"),
    "json": (b'{"error":"no"}', "not XML: “{"),
    "web page": (b"<!DOCTYPE html><html><body>no</body></html>", "answered a web page"),
    "page without type": (b"<html><p>no<br></html>", "answered a web page"),
    "page after text": (b"Sorry\n<HTML lang='en'><body>", "answered a web page"),
    "xhtml": (b'<html xmlns="http://www.w3.org/1999/xhtml"/>', "answered a web page"),
    "other xml": (b"<sitemap/>", "XML that is no feed: it begins with <sitemap>"),
    "feed of no name space": (b"<feed><entry/></feed>", "not arXiv's|none of which"),
    "other feed": (b'<feed xmlns="http://www.w3.org/2005/Atom"><title>Blog</title></feed>', "not arXiv's"),
    "other rss": (b'<rss version="2.0"><channel><title>Blog</title></channel></rss>', "not arXiv's"),
    "rss of others": (b"<rss><channel><item><title>x</title></item></channel></rss>", "1 items, none of which"),
    "rss without channel": (b"<rss/>", "not arXiv's"),
    "no day": (b"<rss><channel><title>x on arXiv.org</title></channel></rss>", "without a day"),
    "no real day": (ODD_RSS.replace(b"Fri, 03 Jul", b"Fri, 31 Jun"), "without a day"),
    "latin-1": (ODD.replace("Zoë".encode(), "Zoë".encode("latin-1")), "not XML"),
    "nul": (ODD.replace(b"Old", b"O\0d"), "not XML"),
    "not well formed": (ODD.replace(b"</entry>", b"</entri>", 1), "not XML"),
    "unknown entity": (ODD.replace(b"caf&#233;", b"caf&eacute;"), "not XML"),
    "two roots": (ODD + b"<feed/>", "not XML"),
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_OURS)
def test_what_is_not_arxivs_is_refused_in_words_that_tell_what_it_was(name: str) -> None:
    body, words = NOT_OURS[name]
    with pytest.raises(Unreadable, match=words) as caught:
        ARXIV.read(body)
    assert str(caught.value).isprintable()
    assert ARXIV.refusal(body) == ""


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
DOCUMENT_TYPES = {
    "internal": '<!DOCTYPE feed [<!ENTITY x "y">]>',
    "laughs": f'<!DOCTYPE feed [<!ENTITY l0 "lol">{LAUGHS}]>',
    "external": '<!DOCTYPE feed [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    "parameter": '<!DOCTYPE feed [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd"> %x;]>',
    "public": '<!DOCTYPE feed PUBLIC "-//x//y" "http://127.0.0.1:9/x.dtd">',
    "empty": "<!DOCTYPE feed>",
    "attributes": '<!DOCTYPE feed [<!ATTLIST entry id CDATA "evil">]>',
    "behind a comment": "<!-- x --><?x y?>\n<!DOCTYPE feed>",
}


@pytest.mark.parametrize("name", DOCUMENT_TYPES)
@pytest.mark.parametrize("answer", [ODD, ODD_RSS], ids=["atom", "rss"])
def test_a_document_type_is_refused_before_anything_of_it_is_read(name: str, answer: bytes) -> None:
    head, mark, rest = answer.partition(b"?>\n")
    entities = rest.replace(b"A Paragraph", b"&l11;&x;")
    began = time.process_time()
    with pytest.raises(Unreadable, match="a document type"):
        ARXIV.read(head + mark + DOCUMENT_TYPES[name].encode() + entities)
    assert time.process_time() - began < 3


def test_a_document_type_is_refused_in_another_encoding_too() -> None:
    body = ODD.decode().replace("'UTF-8'?>", "'UTF-16'?><!DOCTYPE feed>").encode("utf-16")
    with pytest.raises(Unreadable, match="a document type"):
        ARXIV.read(body)


def test_what_is_in_text_is_text() -> None:
    body = ODD.replace(b"Entities &", b"Entities <!DOCTYPE feed [<!ENTITY x 'y'>]> &")
    assert read_page(body).papers[1].title.startswith("Entities <!DOCTYPE feed [<!ENTITY x 'y'>]> & <tags>")


@pytest.mark.parametrize("deep", [17, 100_000])
def test_what_is_too_deep_is_refused(deep: int) -> None:
    inside = b"<x>" * deep + b"</x>" * deep
    with pytest.raises(Unreadable, match="too deep or too large"):
        ARXIV.read(ODD.replace(b"<author/>", inside))


def test_what_has_too_many_elements_is_refused_while_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("papercli.sources.markup.MOST", 2_000)
    with pytest.raises(Unreadable, match="too deep or too large"):
        ARXIV.read(ODD.replace(b"<author/>", b"<x/>" * 2_000))


HUGE = {
    "text": ODD.replace(b"Text ", b"Text " * 2_000_000),
    "attribute": ODD.replace(b'colour="red"', b'colour="' + b"r" * 10_000_000 + b'"'),
    "attributes": ODD.replace(b'colour="red"', b" ".join(b'a%d="x"' % n for n in range(100_000))),
    "names": ODD.replace(b"<author/>", b"".join(b"<y%d/>" % n for n in range(200_000))),
    "authors": ODD.replace(b"<author/>", b"<author><name>Ada Example</name></author>" * 100_000),
    "categories": ODD.replace(b'<category term="cs.LG"/>', b'<category term="cs.LG"/>' * 100_000),
    "comments": ODD.replace(b"<author/>", b"<!-- x -->" * 300_000),
    "parentheses": ODD_RSS.replace(b"Team X", b"(" * 2_000_000),
    "closed": ODD_RSS.replace(b"Team X", b"()" * 1_000_000),
    "commas": ODD_RSS.replace(b"Team X", b", x" * 500_000),
    "head": ODD_RSS.replace(b"Announce Type: new", b"Announce Type: " + b"n" * 3_000_000),
    "blanks": ODD_RSS.replace(b"Announce Type: new", b" " * 3_000_000),
    "tex": ODD_RSS.replace(b"Team X", b"\\H{" * 500_000),
}


@pytest.mark.parametrize("name", HUGE)
def test_what_is_huge_is_read_or_refused_in_bounded_time_and_kept_within_bounds(name: str) -> None:
    began = time.process_time()
    try:
        papers = ARXIV.read(HUGE[name]).papers
    except Unreadable:
        papers = ()
    assert time.process_time() - began < 5
    for paper in papers:
        assert len(paper.authors) <= 5_000
        assert len(paper.categories) <= 50
        assert len(paper.abstract) <= 20_000


DANGEROUS = "[\x00-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2066-\u2069\ud800-\udfff]"


def is_fine(page: Page) -> None:
    for paper in page.papers:
        words = [paper.title, *paper.authors, *paper.categories, paper.abstract, paper.doi, paper.journal_ref]
        assert not any(re.search(DANGEROUS, text) for text in [*words, paper.arxiv_comment])
        assert paper.id and paper.title
        assert json.loads(paper.row)[0] in ("entry", "item")


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
XML_ILLEGAL = str.maketrans({chr(n): " " for n in [*range(32), 0xFFFE, 0xFFFF] if n not in (9, 10, 13)})


@settings(max_examples=200, deadline=2_000)
@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS, st.lists(TEXTS, max_size=3)), max_size=4))
def test_whatever_a_well_formed_answer_says_is_read_clean(rows: list[tuple[str, str, str, list[str]]]) -> None:
    papers = [
        {"id": f"2607.{n:05}", "title": title.translate(XML_ILLEGAL), "abstract": abstract.translate(XML_ILLEGAL),
         "published": when.translate(XML_ILLEGAL).replace("<", "").replace("&", ""), "categories": ["cs.CL"],
         "authors": [name.translate(XML_ILLEGAL) for name in authors]}
        for n, (title, abstract, when, authors) in enumerate(rows)
    ]  # fmt: skip
    try:
        page = read_page(feed("".join(map(entry, papers)), total=len(papers)).encode())
    except Unreadable as error:
        assert "none of which can be read" in str(error)
        return
    is_fine(page)
    assert len(page.papers) + page.skipped == len(rows)


# How fast


def test_reading_takes_time_in_proportion_to_the_entries() -> None:
    def seconds(times: int) -> float:
        body = feed("".join(map(entry, MADE_UP * times)), total=6 * times).encode()
        began = time.process_time()
        assert len(read_page(body).papers) == 6 * times
        return time.process_time() - began

    assert seconds(334) < 30 * seconds(34) + 0.2


# Over the wire


def test_the_made_up_papers_come_back_as_they_are(arxiv_hub: ArxivHub) -> None:
    status, body = get(at(arxiv_hub).papers([each["id"] for each in MADE_UP], 1))
    assert status == 200
    page = read_page(body)
    assert (page.total, page.start, page.skipped) == (6, 0, 0)
    for paper, made_up in zip(page.papers, MADE_UP, strict=True):
        assert (paper.id, paper.title, list(paper.authors)) == (made_up["id"], made_up["title"], made_up["authors"])
        assert paper.abstract == made_up["abstract"].strip()
        assert list(paper.categories) == made_up["categories"]
        assert paper.version == made_up.get("version", 1)
        assert str(paper.published) == made_up["published"][:10]
        assert str(paper.updated) == made_up.get("updated", made_up["published"])[:10]
        said = {"doi": paper.doi, "journal_ref": paper.journal_ref, "comment": paper.arxiv_comment}
        assert said == {name: made_up.get(name, "") for name in said}


def test_pages_follow_one_another_to_the_last(arxiv_hub: ArxivHub) -> None:
    source = at(arxiv_hub)
    request = source.search(Words("cache"), 1, most=1)
    assert request is not None
    pages = [read_page(get(source.page(request, number))[1]) for number in range(2)]
    assert [page.start for page in pages] == [0, 1]
    assert {page.total for page in pages} == {2}
    assert [paper.id for page in pages for paper in page.papers] == ["2607.99702", "2607.99705"]


def test_newest_first_comes_newest_first(arxiv_hub: ArxivHub) -> None:
    request = at(arxiv_hub).search(Words("video"), 1, newest=True)
    assert request is not None
    assert [paper.id for paper in read_page(get(request)[1]).papers] == ["2607.99701", "2607.99705", "hep-th/9907999"]


@pytest.mark.parametrize("category", ["cs.CV", "cs.LG", "cs.CL", "stat.ML", "eess", "hep-th", "cs"])
def test_asked_together_or_alone_a_category_announces_the_same(arxiv_hub: ArxivHub, category: str) -> None:
    together = at(arxiv_hub, category, "cs.CV", "cs.LG")
    alone = at(arxiv_hub, category)
    assert "+" in together.newest(1).url
    assert together.newest(1).url != alone.newest(1).url
    pages = [source.read(get(source.newest(1))[1]) for source in (together, alone)]
    assert {(p.id, p.announce) for p in pages[0].papers} == {(p.id, p.announce) for p in pages[1].papers}
    expected = {(each["id"], kind_for(each, [category]).removesuffix("-cross")) for each in MADE_UP}
    assert {(p.id, p.announce) for p in pages[1].papers} == {(id, kind) for id, kind in expected if kind}
    assert {page.day for page in pages} == {paper.day for paper in pages[1].papers} | {"2026-07-03"}


def test_what_arxiv_lists_in_a_category_asked_alone_is_never_left_out() -> None:
    body = ODD_RSS.replace(b"<arxiv:announce_type>new<", b"<arxiv:announce_type>cross<")
    assert [paper.announce for paper in ARXIV.read(body).papers] == ["cross", "replace", ""]
    both = Arxiv("", "", "cs.CL", ("hep-th",)).read(body)
    assert [(paper.id, paper.announce) for paper in both.papers] == [("2607.99722", "")]


def test_on_a_weekend_nothing_is_announced(arxiv_hub: ArxivHub) -> None:
    arxiv_hub.today = date(2026, 7, 4)
    source = at(arxiv_hub, "cs.LG")
    assert source.read(get(source.newest(1))[1]) == Page((), day="2026-07-04")


def test_a_refused_question_is_told_in_arxivs_words(arxiv_hub: ArxivHub) -> None:
    source = at(arxiv_hub, fault="/_400")
    status, body = get(source.papers(["2607.99701"], 1))
    assert (status, source.refusal(body)) == (400, "made-up refusal of the question")
    status, body = get(Request(f"{arxiv_hub.url}/rss/NO", 1))
    assert (status, source.refusal(body)) == (400, "Bad archive 'NO'.")
    with pytest.raises(Unreadable, match="refused the question: Bad archive"):
        source.read(body)


FAULTS = {
    "_429": "for fewer requests", "_429after": "come back in 1 s", "_503": "503 Service Unavailable", "_403": "403",
    "_drop": ".", "_cut": ".", "_doctype": "document type", "_html200": "a web page", "_text200": "Rate exceeded",
    "_empty200": "nothing", "_hollow": "empty page",
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_goes_wrong_is_one_of_our_failures_and_nothing_of_it_is_kept(
    arxiv_hub: ArxivHub, tmp_path: Path, fault: str
) -> None:
    source = at(arxiv_hub, fault=f"/{fault}")
    fetch = Fetch(cache=lambda: Cache(str(tmp_path / "cache")), pace=lambda: Pace(str(tmp_path / "state"), gaps={}))
    request = source.papers(["2607.99701"], 600)
    with pytest.raises(PapercliError, match=FAULTS[fault]):
        fetch(request, hurry=True, check=source.read)
    kept = Fetch(cache=lambda: Cache(str(tmp_path / "cache")), pace=lambda: Pace(str(tmp_path / "state")), offline=True)
    with pytest.raises(Unreachable, match="nothing is kept"):
        kept(request)
    fetch.close()
    kept.close()


# When


def new_york(day: str, clock: str, offset: str = "-04:00") -> float:
    return datetime.fromisoformat(f"{day}T{clock}{offset}").astimezone(UTC).timestamp()


@pytest.mark.parametrize(
    ("now", "day", "is_newest"),
    [
        (new_york("2026-07-03", "23:59:59"), date(2026, 7, 3), True),  # Friday
        (new_york("2026-07-04", "00:00:00"), date(2026, 7, 3), True),
        (new_york("2026-07-05", "23:59:59"), date(2026, 7, 3), True),  # Sunday
        (new_york("2026-07-06", "00:00:00"), date(2026, 7, 3), False),  # Monday
        (new_york("2026-07-07", "00:00:00"), date(2026, 7, 6), False),
        (new_york("2026-07-06", "23:59:59"), date(2026, 7, 6), True),
        (new_york("2026-01-05", "23:59:59", "-05:00"), date(2026, 1, 5), True),
        (new_york("2026-01-06", "00:00:00", "-05:00"), date(2026, 1, 5), False),
        (new_york("2026-03-09", "00:00:00"), date(2026, 3, 6), False),  # the first day of summer time
        (new_york("2026-03-09", "23:59:59"), date(2026, 3, 9), True),
        (new_york("2026-11-02", "00:00:00", "-05:00"), date(2026, 10, 30), False),  # the first of winter time
        (new_york("2026-11-02", "23:59:59", "-05:00"), date(2026, 11, 2), True),
    ],
)
def test_an_announcement_stays_the_newest_until_midnight_in_new_york_and_over_the_weekend(
    now: float, day: date, is_newest: bool
) -> None:
    assert (ARXIV.fresh(day, now) > 86_400) is is_newest


def test_it_is_quiet_on_weekends_in_new_york() -> None:
    assert ARXIV.quiet(new_york("2026-07-03", "23:59:59")) == ""
    assert "weekend" in ARXIV.quiet(new_york("2026-07-04", "00:00:00"))
    assert "weekend" in ARXIV.quiet(new_york("2026-07-05", "23:59:59"))
    assert ARXIV.quiet(new_york("2026-07-06", "00:00:00")) == ""


def test_its_clock_is_that_of_new_york_hour_by_hour() -> None:
    zoneinfo = pytest.importorskip("zoneinfo")
    try:
        zone = zoneinfo.ZoneInfo("America/New_York")
    except zoneinfo.ZoneInfoNotFoundError:
        pytest.skip("this system does not know its zones")
    from papercli.sources.arxiv import _new_york

    first = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp())
    for now in range(first, first + 3 * 366 * 86_400, 3_600):
        assert _new_york(now) == datetime.fromtimestamp(now, zone).replace(tzinfo=None)
