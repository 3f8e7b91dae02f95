"""`papers search` and `papers list`, as processes: the source's hits and the library joined, filtered, limited."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conftest import Papers
from hub import Hub

NOTEBOOKS, SHUTTER, FORGET = "2607.99013", "2607.99014", "2607.99001"
HALF, FERRY, LIBRARIAN = "2607.99012", "2606.99062", "2607.99002"


def ids(run: object) -> list[str]:
    return run.stdout.split()  # type: ignore[attr-defined]


@pytest.fixture
def filled(papers: Papers) -> Papers:
    """The three made-up days are in the library."""
    for day in ("2026-07-01", "2026-07-02", "2026-07-03"):
        assert papers("day", day, "-o", "ids").returncode == 0
    return papers


# search


def test_the_sources_papers_come_first_in_its_order_then_those_of_the_library(filled: Papers, hub: Hub) -> None:
    hub.hits = [FERRY, LIBRARIAN]
    run = filled("search", "diffusion", "-o", "ids")
    assert run.returncode == 0, run.stderr
    assert ids(run)[:2] == [FERRY, LIBRARIAN]
    assert set(ids(run)[2:]) == set(ids(filled("list", "diffusion", "-o", "ids")))
    assert len(ids(run)) == len(set(ids(run)))


def test_the_service_is_asked_for_the_words_alone(filled: Papers, hub: Hub) -> None:
    filled("search", "video", "memory", "-robots", 'abs:"scene"', "up:>2", "author:nobody", "--has", "code")
    (asked,) = [path for path in hub.requests if "search" in path]
    assert "q=video+memory+scene&" in asked


def test_fields_dashes_and_filters_apply_to_every_row(filled: Papers, hub: Hub) -> None:
    hub.hits = [NOTEBOOKS, FERRY, SHUTTER]
    assert ids(filled("search", "anything", "up:>50", "-o", "ids")) == [NOTEBOOKS, SHUTTER]
    assert ids(filled("search", "anything", "-video", "-o", "ids")) == [NOTEBOOKS, FERRY]
    assert ids(filled("search", "anything", "--min-upvotes", "100", "-o", "ids")) == [NOTEBOOKS]
    assert ids(filled("search", "anything", "--sort", "upvotes", "--reverse", "-o", "ids")) == [
        FERRY,
        SHUTTER,
        NOTEBOOKS,
    ]


def test_what_a_search_lacks_does_not_wipe_what_a_listing_said(filled: Papers, hub: Hub) -> None:
    before = json.loads(filled("show", FERRY, "--json").stdout)
    hub.hits = [FERRY]
    (after,) = json.loads(filled("search", "train", "--json", "-n", "1").stdout)
    assert {**before, "fetched_at": "", "linked": ""} == {**after, "fetched_at": "", "linked": ""}


def test_one_answer_serves_an_hour(filled: Papers, hub: Hub) -> None:
    first, second = filled("search", "diffusion", "-o", "ids"), filled("search", "diffusion", "-o", "ids")
    assert first.stdout == second.stdout
    assert len([path for path in hub.requests if "search" in path]) == 1
    filled("search", "diffusion", "--refresh")
    assert len([path for path in hub.requests if "search" in path]) == 2


def test_local_asks_nobody(filled: Papers, hub: Hub) -> None:
    hub.requests.clear()
    run = filled("search", "diffusion", "--local", "-o", "ids")
    assert ids(run) == ids(filled("list", "diffusion", "-o", "ids"))
    assert not hub.requests


@pytest.mark.parametrize("fault", ["_503", "_html200", "_obj200"])
def test_a_source_that_does_not_answer_is_named_and_the_rest_is_printed(filled: Papers, hub: Hub, fault: str) -> None:
    here = {"HF_ENDPOINT": f"{hub.url}/{fault}"}
    run = filled("search", "diffusion", "-o", "ids", env=here)
    assert run.returncode == 8
    assert "Hugging Face's own search is missing" in run.stderr
    assert ids(run) == ids(filled("list", "diffusion", "-o", "ids"))


def test_a_source_that_does_not_answer_and_nothing_kept_is_its_own_exit_code(papers: Papers, hub: Hub) -> None:
    run = papers("search", "diffusion", env={"HF_ENDPOINT": "http://127.0.0.1:9"})
    assert (run.returncode, run.stdout) == (6, "")
    assert papers("search", "diffusion", env={"HF_ENDPOINT": f"{hub.url}/_429"}).returncode == 5


def test_offline_searches_what_is_kept_and_is_no_failure(filled: Papers, hub: Hub) -> None:
    hub.hits = [FERRY]
    filled("search", "training")
    run = filled("search", "training", "--offline", "-o", "ids")
    assert (run.returncode, ids(run)[0]) == (0, FERRY)
    run = filled("search", "diffusion", "--offline", "-o", "ids")
    assert run.returncode == 0 and run.stderr == "" and run.stdout


def test_a_kept_answer_stands_in_and_says_so(filled: Papers, hub: Hub) -> None:
    hub.hits = [FERRY]
    filled("search", "training")
    run = filled("search", "training", "--refresh", "-o", "ids", env={"HF_ENDPOINT": f"{hub.url}"})
    hub.faults = ["_503"] * 5
    run = filled("search", "training", "--refresh", "-o", "ids")
    assert run.returncode == 0 and ids(run)[0] == FERRY
    assert "what Hugging Face found is as it was" in run.stderr


@pytest.mark.parametrize("written", [f"{FERRY}v2", f"https://arxiv.org/abs/{FERRY}", f"hf.co/papers/{FERRY}"])
def test_an_id_or_address_finds_its_paper(papers: Papers, hub: Hub, written: str) -> None:
    run = papers("search", written, "-o", "ids")
    assert (run.returncode, ids(run)) == (0, [FERRY]), run.stderr
    assert not [path for path in hub.requests if "search" in path]


def test_an_id_that_there_is_not_is_exit_3(papers: Papers) -> None:
    run = papers("search", "2607.00001", "--json")
    assert (run.returncode, json.loads(run.stdout)) == (3, [])


def test_nothing_to_search_for_is_exit_2(papers: Papers) -> None:
    for words in ([], [" "], ["(("], ["foo", "OR"]):
        assert papers("search", *words).returncode == 2


def test_a_long_question_is_cut_for_the_service_between_words(filled: Papers, hub: Hub) -> None:
    run = filled("search", " ".join(["superposition"] * 3 + [f"word{number}" for number in range(200)]))
    assert run.returncode == 0, run.stderr
    (asked,) = [path for path in hub.requests if "search" in path]
    sent = asked.split("q=")[1].split("&")[0]
    assert len(sent) <= 250 and sent.split("+")[-1].startswith("word")


def test_search_and_list_print_fifty_and_say_how_many_there_are(odd_hub: Hub, papers: Papers, home: Path) -> None:
    here = {"HF_ENDPOINT": odd_hub.url}
    days = sorted(odd_hub.days)
    for day in days:
        papers("day", day, env=here)
    every = ids(papers("list", "-n", "0", "-o", "ids", env=here))
    assert len(every) > 50
    run = papers("list", "-o", "ids", env=here)
    assert len(ids(run)) == 50 and ids(run) == every[:50]
    assert run.stderr == f"papers: 50 of {len(every)}, -n 0 for all\n"
    assert papers("list", "-o", "ids", "-q", env=here).stderr == ""
    note = json.loads(papers("list", "--json", env=here).stderr)
    assert note["note"]["kind"] == "limit"


@pytest.mark.parametrize("more", [(), ("--sort", "upvotes"), ("--reverse",), ("--local",)])
def test_search_says_how_many_there_are_however_few_it_prints(filled: Papers, more: tuple[str, ...]) -> None:
    every = len(ids(filled("search", "memory OR video", "-n", "0", "-o", "ids", *more)))
    assert every > 4
    for limit in (1, 2, every - 1):
        assert filled("search", "memory OR video", "-n", str(limit), "-o", "ids", *more).stderr == (
            f"papers: {limit} of {every}, -n 0 for all\n"
        )


# list


def test_list_of_nothing_says_how_to_fill_the_library(papers: Papers, hub: Hub) -> None:
    run = papers("list", "--json")
    assert (run.returncode, run.stdout) == (0, "[]\n")
    assert "papers sync" in run.stderr and not hub.requests


def test_list_takes_the_query_language_and_every_filter(filled: Papers) -> None:
    def listed(*words: str) -> set[str]:
        return set(ids(filled("list", *words, "-o", "ids")))

    assert listed('"scene memory"') == {SHUTTER} == listed("shutter*", "video")
    assert listed("title:diffusion", "--min-upvotes", "50") == {SHUTTER} == listed("title:diffusion up:>=50")
    assert listed("agents", "-audit*") == listed("agents NOT audit*")
    assert listed("on:2026-07-03") == set(ids(filled("day", "2026-07-03", "-o", "ids")))
    assert listed("is:starred") == set() == listed("--starred")


def test_more_than_one_query_option_must_hold(filled: Papers) -> None:
    assert ids(filled("list", "diffusion", "-k", "video", "-k", "memory", "-o", "ids")) == [SHUTTER]


def test_relevance_is_the_order_with_words_and_the_newest_first_without(filled: Papers) -> None:
    newest = ids(filled("list", "-o", "ids"))
    assert newest == sorted(newest, reverse=True)
    assert ids(filled("list", "diffusion", "--sort", "newest", "-o", "ids")) == [
        id for id in newest if id in ids(filled("list", "diffusion", "-o", "ids"))
    ]


def test_what_was_looked_for_is_marked_on_the_cards(filled: Papers) -> None:
    run = filled("list", "robot", "-o", "cards", "--color", "always")
    assert "\x1b[1;4mrobot\x1b[0m" in run.stdout
    assert "\x1b[1;4m" not in filled("list", "up:>20", "-o", "cards", "--color", "always").stdout
