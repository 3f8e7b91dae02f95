"""The made-up feed behind `papers --demo`, and the made-up listings of these tests, are what they claim to be."""

from __future__ import annotations

import datetime
import json
import os
import re

import pytest

import papercli

SAMPLE = os.path.join(os.path.dirname(papercli.__file__), "sample.json")
FIXTURES = os.path.join(os.path.dirname(__file__), "fixtures")
LISTS = sorted({name for name in os.listdir(FIXTURES) if name.endswith(".json")} - {"expected.json", "paper.json"})

# No month of arXiv has come near 99,000 numbers, no month of 2013 near 9,900, and hep-th never near 900.
UNREAL_ID = re.compile(r"\d{4}\.99\d{3}|1311\.9954|hep-th/9907999")
URL = re.compile(r"https?://[^\s\"\\\]){]+")
OWN_HOST = re.compile(r"https?://(?:[a-z-]+\.)?example\.(?:org|com)(?:/|$)|https://github\.com/example-[a-z]+")

ROW_KEYS = {
    "paper",
    "publishedAt",
    "title",
    "summary",
    "thumbnail",
    "numComments",
    "submittedBy",
    "isAuthorParticipating",
}
PAPER_KEYS = {"id", "authors", "publishedAt", "submittedOnDailyAt", "title", "submittedOnDailyBy", "summary", "upvotes"}
USER_KEYS = {"_id", "user", "name", "fullname", "avatarUrl", "isPro", "type"}
LINKED_KEYS = {"linkedModels", "linkedDatasets", "linkedSpaces", "numTotalModels", "numTotalDatasets", "numTotalSpaces"}


def text_of(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return file.read()


FEED = json.loads(text_of(SAMPLE))
ROWS = [row for rows in FEED["days"].values() for row in rows]
PAPERS = [row["paper"] for row in ROWS]
ABSTRACTS = [paper["summary"] for paper in PAPERS]
NAMES = [[author["name"] for author in paper["authors"]] for paper in PAPERS]


def fixture(name: str) -> object:
    return json.loads(text_of(os.path.join(FIXTURES, name)))


def ids_written_in(value: object) -> list[str]:
    """Every `id` of a paper anywhere in a list of rows, as it stands there."""
    papers = (row.get("paper") for row in value if isinstance(row, dict))
    return [paper["id"] for paper in papers if paper and "id" in paper]


def test_the_sample_holds_thirty_papers_on_three_days():
    assert {day: len(rows) for day, rows in FEED["days"].items()} == {
        "2026-07-03": 12,
        "2026-07-02": 9,
        "2026-07-01": 9,
    }
    assert len({paper["id"] for paper in PAPERS}) == 30
    assert len({paper["title"] for paper in PAPERS}) == 30


def test_the_sample_says_that_it_is_made_up():
    assert FEED["note"].startswith("Made up")


def test_the_sample_is_small_and_compact():
    assert os.path.getsize(SAMPLE) <= 110_000
    assert text_of(SAMPLE) == json.dumps(FEED, ensure_ascii=False, separators=(",", ":")) + "\n"


def test_every_row_has_the_shape_of_a_daily_papers_answer():
    for row in ROWS:
        paper = row["paper"]
        assert row.keys() >= ROW_KEYS
        assert paper.keys() >= PAPER_KEYS | {"discussionId"}
        assert paper["submittedOnDailyBy"].keys() >= USER_KEYS
        assert paper["authors"]
        assert all(author.keys() >= {"_id", "name", "hidden"} for author in paper["authors"])
        assert row["submittedBy"]["name"] == paper["submittedOnDailyBy"]["user"]


def test_outer_copies_agree_with_the_paper():
    for row in ROWS:
        for key in ("title", "summary", "organization", "mediaUrls"):
            assert row.get(key) == row["paper"].get(key)


def test_each_day_is_ordered_by_votes_and_stamped_with_its_day():
    for day, rows in FEED["days"].items():
        votes = [row["paper"]["upvotes"] for row in rows]
        assert votes == sorted(votes, reverse=True)
        assert {row["paper"]["submittedOnDailyAt"] for row in rows} == {f"{day}T00:00:00.000Z"}


def test_every_outer_date_is_four_hours_early_and_so_on_the_day_before():
    for row in ROWS:
        inner = datetime.datetime.fromisoformat(row["paper"]["publishedAt"])
        outer = datetime.datetime.fromisoformat(row["publishedAt"])
        assert inner - outer == datetime.timedelta(hours=4)
        assert outer.date() < inner.date()


def test_a_paper_appears_before_it_is_listed_and_under_the_number_of_its_month():
    for paper in PAPERS:
        assert paper["publishedAt"] < paper["submittedOnDailyAt"]
        assert paper["id"][:4] == paper["publishedAt"][2:7].replace("-", "")


@pytest.mark.parametrize(
    "key",
    [
        "projectPage",
        "githubRepo",
        "githubStars",
        "ai_summary",
        "ai_keywords",
        "ai_summary_model",
        "organization",
        "mediaUrls",
    ],
)
def test_every_optional_field_is_filled_often_and_missing_often_enough_to_be_seen(key):
    filled = [paper for paper in PAPERS if paper.get(key)]
    assert 5 <= len(filled) < 30


def test_votes_comments_and_stars_are_spread_like_real_ones():
    votes = sorted(paper["upvotes"] for paper in PAPERS)
    assert (votes.count(0), votes[-1] <= 180, 10 <= votes[15] <= 14) == (2, True, True)
    assert {row["numComments"] for row in ROWS} >= {0, 1, 2, 3, 9}
    assert max(paper.get("githubStars", 0) for paper in PAPERS) == 12_400


def test_the_unusual_shapes_are_there():
    sizes = [len(names) for names in NAMES]
    assert (sizes.count(60), sizes.count(1)) == (1, 1)
    assert sum(author["hidden"] for paper in PAPERS for author in paper["authors"]) == 1
    assert sum(name.endswith(" Team") for names in NAMES for name in names) == 1
    assert sum("ai_summary" not in paper for paper in PAPERS) == 1
    assert any("organization" not in paper and "githubRepo" not in paper for paper in PAPERS)
    assert sum("$" in paper["title"] for paper in PAPERS) == 1
    assert any(re.search("[α-ω]", paper["title"]) for paper in PAPERS)


def test_names_hold_accents_east_asian_scripts_and_an_emoji():
    submitters = [paper["submittedOnDailyBy"]["fullname"] for paper in PAPERS]
    people = " ".join([*submitters, *(name for names in NAMES for name in names)])
    assert all(re.search(script, people) for script in ("[À-ž]", "[一-鿿]", "[ぁ-ん]", "[가-힣]"))
    assert any(re.search("[\U0001f300-\U0001faff]", name) for name in submitters)


def test_titles_abstracts_summaries_and_keywords_have_a_pleasant_length():
    for paper in PAPERS:
        assert 30 <= len(paper["title"]) <= 110
        assert 90 <= len(paper["summary"].split()) <= 180
        assert 15 <= len(paper.get("ai_summary", "word " * 15).split()) <= 30
        assert 4 <= len(paper.get("ai_keywords", "four")) <= 10


def test_no_two_abstracts_begin_alike():
    openings = {tuple(abstract.lower().split()[:5]) for abstract in ABSTRACTS}
    assert len(openings) == 30
    assert len({abstract.split()[0] for abstract in ABSTRACTS}) >= 22


def test_no_text_of_the_sample_needs_cleaning():
    for text in [*ABSTRACTS, *(paper["title"] for paper in PAPERS)]:
        assert text == " ".join(text.split())
        assert text.isprintable()


def test_about_six_papers_have_linked_models_datasets_or_spaces():
    linked = FEED["papers"]
    assert 5 <= len(linked) <= 8
    assert linked.keys() <= {paper["id"] for paper in PAPERS}
    for links in linked.values():
        assert links.keys() == LINKED_KEYS
        for kind in ("Models", "Datasets", "Spaces"):
            assert len(links[f"linked{kind}"]) <= links[f"numTotal{kind}"]
    assert any(len(links["linkedModels"]) < links["numTotalModels"] for links in linked.values())


def test_no_identifier_of_the_sample_can_be_real():
    written = re.findall(r"\b\d{4}\.\d{4,5}\b", text_of(SAMPLE))
    assert len(written) > 60
    assert all(re.fullmatch(r"260[67]\.99\d{3}", number) for number in written)


@pytest.mark.parametrize("name", ["paper.json", *LISTS])
def test_no_identifier_of_a_fixture_can_be_real(name):
    content = fixture(name)
    written = ids_written_in(content if isinstance(content, list) else [{"paper": content}])
    assert written
    assert all(UNREAL_ID.fullmatch(re.sub(r"v\d$", "", number)) for number in written if "passwd" not in number)


@pytest.mark.parametrize("path", [SAMPLE, *(os.path.join(FIXTURES, name) for name in ["paper.json", *LISTS])])
def test_no_address_leads_to_a_real_place(path):
    found = URL.findall(text_of(path))
    assert found
    assert [url for url in found if not OWN_HOST.match(url)] == []


@pytest.mark.parametrize("name", LISTS)
def test_the_rows_of_a_fixture_are_those_that_are_kept_skipped_or_repeated(name):
    expected = fixture("expected.json")[name]
    rows = fixture(name)
    assert len(rows) == len(expected["ids"]) + expected["skipped"] + expected["duplicates"]
    assert len(set(expected["ids"])) == len(expected["ids"])
    bare = [re.sub(r"v\d$", "", number) for number in ids_written_in(rows) if "passwd" not in number]
    assert list(dict.fromkeys(bare)) == expected["ids"]


def test_the_hostile_fixture_is_plain_ascii_on_disk_and_hostile_once_read():
    name = "2026-07-20.json"
    raw = text_of(os.path.join(FIXTURES, name))
    assert all(32 <= ord(letter) < 127 or letter == "\n" for letter in raw)
    read = json.dumps(fixture(name), ensure_ascii=False)
    assert all(letter in read for letter in "\u009b\u202e\u200b\ud800\U000e0069\u2028\u0301")


def test_a_relisted_paper_comes_back_with_other_votes_on_a_later_day():
    first, again = (
        next(row["paper"] for row in fixture(name) if row["paper"]["id"] == "2606.99612")
        for name in ("2026-06-12.json", "2026-06-18.json")
    )
    assert first["submittedOnDailyAt"] < again["submittedOnDailyAt"]
    assert (first["upvotes"], again["upvotes"]) == (52, 90)


def test_the_bare_listing_holds_the_newest_day_whole_and_not_in_order():
    days: dict[str, list[dict]] = {}
    for row in fixture("bare.json"):
        days.setdefault(row["paper"]["submittedOnDailyAt"][:10], []).append(row["paper"])
    assert list(days) == ["2026-06-18", "2026-06-17"]
    assert sorted(paper["id"] for paper in days["2026-06-18"]) == sorted(ids_written_in(fixture("2026-06-18.json")))
    for papers in days.values():
        votes = [paper["upvotes"] for paper in papers]
        assert votes != sorted(votes, reverse=True)
