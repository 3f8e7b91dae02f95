"""Lists as feeds: what a feed reader reads back, with titles and abstracts that try to be more than text."""

from __future__ import annotations

import calendar
import json
import re
from datetime import UTC, date, datetime
from html import unescape
from typing import Any
from xml.etree import ElementTree

import feedparser
import pytest

from conftest import Papers
from hub import Hub
from papercli.paper import Entry
from papercli.render import View, render
from papercli.value import changed
from test_cards import CAPTIONS, DEMO, ODD, entries_of

XML = ("atom", "rss")
FEEDS = (*XML, "jsonfeed")
ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = (
    "<script>alert(1)</script>", "</title><entry>", "]]>", "a & b &amp; c &lt;b&gt;", "<![CDATA[x", "<b>bold</b>",
    "<img src=x onerror=alert(1)>", "&#0;", "&bogus;", "<!-- x", "<?xml x?>", "T<think> & </think>", "%s {0} \\n",
    "论文", "'\"",
)  # fmt: skip
FORBIDDEN = "a\x00b\x08c\x0bd\x1be\x7ff\x85g\ud800h\udfffi\ufffej\uffffk"
ALLOWED = "a�b�c�d�e�f�g�h�i�j�k"


def hostile() -> list[Entry]:
    """Papers in which every text tries something."""
    usual = entries_of(DEMO)[0]
    return [
        changed(usual, id=f"2607.{99100 + row}", arxiv_url=f"https://arxiv.org/abs/2607.{99100 + row}",
                url=f"https://huggingface.co/papers/2607.{99100 + row}", title=title, abstract=title, ai_summary=title,
                authors=(title, "B"), keywords=(title,), categories=(title,))
        for row, title in enumerate(HOSTILE)
    ]  # fmt: skip


def drawn(format: str, entries: Any, caption: str = CAPTIONS[DEMO][0]) -> str:
    return render(entries, format, View(caption=(caption, "")))


def parsed(text: str) -> Any:
    """As a feed reader has it, without a server and without its own cleaning of HTML."""
    found = feedparser.parse(text.encode(), sanitize_html=False, response_headers={"content-type": "application/xml"})
    assert not found.bozo, found.get("bozo_exception")
    return found


def day(stamp: Any) -> date:
    return datetime.fromtimestamp(calendar.timegm(stamp), UTC).date()


@pytest.mark.parametrize("listing", [DEMO, ODD])
@pytest.mark.parametrize("format", XML)
def test_a_reader_finds_the_same_papers_in_the_same_order(format: str, listing: str) -> None:
    entries = entries_of(listing)
    found = parsed(drawn(format, entries))
    assert found.version == {"atom": "atom10", "rss": "rss20"}[format]
    assert found.feed.title == "Daily Papers"
    assert found.feed.link == "https://huggingface.co/papers"
    assert [item.id for item in found.entries] == [entry.arxiv_url for entry in entries]
    assert [item.link for item in found.entries] == [entry.url for entry in entries]
    assert [item.title for item in found.entries] == [entry.title for entry in entries]
    when = "updated_parsed" if format == "atom" else "published_parsed"
    assert [day(item[when]) for item in found.entries] == [entry.listed for entry in entries]
    assert day(found.feed.updated_parsed) == entries[0].fetched_at.date()


def test_atom_has_every_author_category_and_day() -> None:
    for item, entry in zip(parsed(drawn("atom", entries_of(ODD))).entries, entries_of(ODD), strict=True):
        assert [author.name for author in item.authors] == list(entry.authors or ("unknown",))
        assert [tag.term for tag in item.get("tags", [])] == list(entry.keywords)
        assert day(item.published_parsed) == entry.published or entry.published is None
        assert item.get("summary", "") == (entry.ai_summary or entry.abstract)


@pytest.mark.parametrize("format", XML)
def test_no_text_from_outside_is_markup(format: str) -> None:
    entries = hostile()
    plain = [len(list(element)) for element in ElementTree.fromstring(drawn(format, [entries[-1]])).iter()]
    for entry in entries:
        text = drawn(format, [entry], entry.title)
        root = ElementTree.fromstring(text)
        assert [len(list(element)) for element in root.iter()] == plain, entry.title
        title = root.find(f"{ATOM}entry/{ATOM}title" if format == "atom" else "channel/item/title")
        assert title is not None and title.text == entry.title
    if format == "atom":
        found = parsed(drawn(format, entries)).entries
        assert [item.title for item in found] == [item.summary for item in found] == list(HOSTILE)
        assert [item.authors[0].name for item in found] == [item.tags[0].term for item in found] == list(HOSTILE)
        assert {item.title_detail.type for item in found} == {"text/plain"}


def test_a_description_of_rss_is_html_that_shows_the_text() -> None:
    for item, entry in zip(parsed(drawn("rss", hostile())).entries, hostile(), strict=True):
        assert item.summary_detail.type == "text/html"
        shown = re.fullmatch(r"<p>([^<>]*)</p><p>([^<>]*)</p>", item.summary)
        assert shown and unescape(shown[1]) == unescape(shown[2]) == entry.abstract


@pytest.mark.parametrize("format", FEEDS)
def test_characters_that_xml_forbids_are_replaced(format: str) -> None:
    entry = changed(entries_of(DEMO)[0], title=FORBIDDEN, abstract=FORBIDDEN, authors=(FORBIDDEN,))
    text = drawn(format, [entry], FORBIDDEN)
    text.encode("utf-8")
    if format in XML:
        found = parsed(text)
        assert found.feed.title == found.entries[0].title == found.entries[0].authors[0].name == ALLOWED
    else:
        json.loads(text)


@pytest.mark.parametrize("format", XML)
def test_times_are_written_as_their_standards_say(format: str) -> None:
    text = drawn(format, entries_of(DEMO))
    if format == "atom":
        stamps = re.findall(r"<(?:updated|published)>(.*?)<", text)
        assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", stamp) for stamp in stamps)
    else:
        stamps = re.findall(r"<(?:pubDate|lastBuildDate)>(.*?)<", text)
        assert stamps[:2] == ["Sat, 01 Aug 2026 12:00:00 GMT", "Fri, 03 Jul 2026 00:00:00 GMT"]
    assert len(stamps) == {"atom": 25, "rss": 13}[format]


@pytest.mark.parametrize("format", FEEDS)
def test_a_day_before_the_year_1000_or_none_is_a_day(format: str) -> None:
    usual = entries_of(DEMO)[0]
    text = drawn(
        format, [changed(usual, listed=None, published=date(7, 1, 2)), changed(usual, listed=None, published=None)]
    )
    wanted = {"rss": ["Tue, 02 Jan 0007 00:00:00 GMT", "Sat, 01 Aug 2026 00:00:00 GMT"]}
    for stamp in wanted.get(format, ["0007-01-02T00:00:00Z", "2026-08-01T00:00:00Z"]):
        assert stamp in text


@pytest.mark.parametrize("format", XML)
def test_no_papers_are_a_feed_without_entries(format: str) -> None:
    found = parsed(drawn(format, [], ""))
    assert (found.entries, found.feed.title) == ([], "Papers")
    if format == "atom":
        assert found.feed.id.startswith("urn:uuid:")
        assert found.feed.updated == "1970-01-01T00:00:00Z"


def test_ids_stay_the_same_from_day_to_day_and_version_to_version() -> None:
    usual = entries_of(DEMO)[0]
    later = changed(usual, version=7, upvotes=9_999, title="Renamed", listed=date(2026, 8, 2), seen=True)
    for format in XML:
        first, second = parsed(drawn(format, [usual])), parsed(drawn(format, [later], "Daily Papers · Sat · 1 paper"))
        assert first.entries[0].id == second.entries[0].id == "https://arxiv.org/abs/2607.99013"
        assert first.feed.get("id") == second.feed.get("id")
    assert parsed(drawn("atom", [], "Trending Papers")).feed.id != parsed(drawn("atom", [])).feed.id


@pytest.mark.parametrize("format", FEEDS)
def test_what_is_the_readers_own_is_in_no_feed(format: str) -> None:
    usual = entries_of(DEMO)[0]
    marked = changed(usual, note="my secret", tags=("private",), starred=True, read=True, later=True, seen=True)
    assert drawn(format, [marked]) == drawn(format, [usual])


@pytest.mark.parametrize("listing", [DEMO, ODD])
def test_a_json_feed_has_what_version_1_1_wants(listing: str) -> None:
    feed = json.loads(drawn("jsonfeed", entries_of(listing)))
    assert (feed["version"], feed["title"]) == ("https://jsonfeed.org/version/1.1", "Daily Papers")
    for item, entry in zip(feed["items"], entries_of(listing), strict=True):
        assert (item["id"], item["url"], item["title"]) == (entry.arxiv_url, entry.url, entry.title)
        assert item["content_text"] in (entry.abstract, entry.ai_summary, entry.title) and item["content_text"]
        assert [author["name"] for author in item.get("authors", [])] == list(entry.authors)
        assert item.get("tags", []) == list(entry.keywords)
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00Z", item["date_published"])
        assert item["date_modified"][:10] == str(entry.listed)
        assert item["_papers"]["upvotes"] == entry.upvotes
    assert json.loads(drawn("jsonfeed", [], ""))["items"] == []
    assert [item["title"] for item in json.loads(drawn("jsonfeed", hostile()))["items"]] == list(HOSTILE)


@pytest.mark.parametrize("format", FEEDS)
def test_two_runs_write_the_same_bytes(papers: Papers, format: str) -> None:
    first = papers("today", "-o", format, env={"TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "1"})
    again = papers("--offline", "today", "-o", format, env={"TZ": "America/New_York", "PYTHONHASHSEED": "2"})
    assert (first.returncode, first.stderr, again.returncode) == (0, "", 0)
    assert first.stdout == again.stdout
    assert first.stdout.count("https://huggingface.co/papers/26") == 12


# Which feed it is, and where


def id_of(text: str) -> str:
    return str(parsed(text).feed.id)


def test_each_kind_of_list_is_a_feed_of_its_own_and_the_same_one_tomorrow(papers: Papers, hub: Hub) -> None:
    lines = ("today", "week", "month", "day 2026-07-01", "day yesterday", "trending", "list", "today --min-upvotes 20",
             "today -k salt", "today -k salt -k tide", "list salt", "today --author X", "new --peek",
             "show 2607.99013", "--demo today")  # fmt: skip
    ids = {line: id_of(papers(*line.split(), "-o", "atom", "-q").stdout) for line in lines}
    assert len(set(ids.values())) == len(lines)
    hub.days["2026-07-03"] = hub.days["2026-07-03"][:3]
    for words in (("today",), ("today", "--refresh"), ("--quiet", "today"), ("today", "--abstract", "--no-pager"),
                  ("today", "--feed-url", "https://example.org/f.xml"), ("today", "--sort", "rank")):  # fmt: skip
        assert id_of(papers(*words, "-o", "atom").stdout) == ids["today"]
    settings = {"PAPERCLI_LISTING_LIMIT": "2", "PAPERCLI_LISTING_SORT": "newest"}
    assert id_of(papers("today", "-o", "atom", env=settings).stdout) == ids["today"]


def test_whose_papers_they_are_makes_another_feed(papers: Papers) -> None:
    both, hf = {"PAPERCLI_SOURCES": "hf,arxiv:cs.CL"}, id_of(papers("today", "-o", "atom").stdout)
    by_setting = id_of(papers("today", "-o", "atom", "-q", env=both).stdout)
    assert by_setting != hf
    assert by_setting == id_of(papers("today", "-o", "atom", "-q", "--source", "hf", "--source", "arxiv:cs.CL").stdout)


def test_a_feed_says_where_it_is_when_that_is_known(papers: Papers) -> None:
    where = "https://example.org/a?b=1&c='x'"
    atom = parsed(papers("today", "-o", "atom", "--feed-url", where).stdout).feed
    assert [link.href for link in atom.links if link.rel == "self"] == [where]
    rss = parsed(papers("today", "-o", "rss", "--feed-url", where).stdout).feed
    assert [link.href for link in rss.links if link.rel == "self"] == [where]
    assert json.loads(papers("today", "-o", "jsonfeed", "--feed-url", where).stdout)["feed_url"] == where
    for format in FEEDS:
        text = papers("today", "-o", format).stdout
        assert 'rel="self"' not in text
        assert "feed_url" not in text


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("-o", "html", "--feed-url", "https://example.org/"), "--feed-url is for atom, rss, jsonfeed, not for html"),
        (("--feed-url", "https://example.org/"), "not for tsv"),
        (("-o", "atom", "--feed-url", "feed.xml"), "is no address for a feed"),
        (("-o", "atom", "--feed-url", "javascript:alert(1)"), "is no address for a feed"),
    ],
)
def test_an_address_that_cannot_be_is_refused(papers: Papers, hub: Hub, words: tuple[str, ...], says: str) -> None:
    done = papers("today", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert not hub.requests
