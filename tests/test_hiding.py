"""Hidden and muted papers: left out of every listing in every format, counted, and there when they are asked for."""

from __future__ import annotations

import json

import pytest

from conftest import Papers
from hub import sample_days
from papercli.render import FORMATS

THIRD = "2026-07-03"
SHUTTER, NOTEBOOKS, HALF = "2607.99014", "2607.99013", "2607.99012"
EVERY = {row["paper"]["id"] for row in sample_days()[THIRD]}


@pytest.fixture
def hiding(papers: Papers) -> Papers:
    """One paper is hidden, another muted by a word."""
    for words in (["today"], ["hide", NOTEBOOKS], ["mute", "add", "video", "video diffusion"]):
        run = papers(*words)
        assert run.returncode == 0, run.stderr
    return papers


def ids(papers: Papers, *words: str) -> set[str]:
    run = papers(*words, "-o", "ids")
    assert run.returncode == 0, run.stderr
    return set(run.stdout.split())


def test_they_are_left_out_of_every_listing(hiding: Papers) -> None:
    left = EVERY - {NOTEBOOKS, SHUTTER}
    assert ids(hiding, "today") == ids(hiding, "day", THIRD) == left
    for command in ("week", "trending", "list", "search agents", "new", "list up:>0"):
        assert not ids(hiding, *command.split()) & {NOTEBOOKS, SHUTTER}, command


def test_they_are_left_out_in_every_format(hiding: Papers) -> None:
    for format in FORMATS:
        run = hiding("today", "-o", format)
        assert run.returncode == 0 and run.stdout, format
        for title in ("Notebooks, Not Transcripts", "Slow Shutter", NOTEBOOKS, SHUTTER):
            assert title not in run.stdout, format
        assert HALF in run.stdout or "Half a Bit" in run.stdout, format


def test_ranks_keep_their_gaps_and_the_caption_counts_them(hiding: Papers) -> None:
    rows = json.loads(hiding("today", "--json").stdout)
    assert [row["rank"] for row in rows][:3] == [3, 4, 5]
    assert "· 12 papers, 2 hidden" in hiding("today", "-o", "cards").stdout
    assert "· 10 of 10 papers" not in hiding("today", "-o", "cards").stdout


def test_they_are_there_when_asked_for(hiding: Papers) -> None:
    assert (
        ids(hiding, "today", "--hidden")
        == {NOTEBOOKS}
        == ids(hiding, "list", "--hidden")
        == ids(hiding, "list", "is:hidden", "--all")
    )
    assert ids(hiding, "today", "--muted") == {SHUTTER} == ids(hiding, "list", "--muted")
    assert ids(hiding, "today", "--all") == EVERY
    assert ids(hiding, "list", "--all", "notebooks") == {NOTEBOOKS}
    assert json.loads(hiding("show", NOTEBOOKS, SHUTTER, "--json").stdout)[0]["hidden"] is True
    assert ids(hiding, "search", NOTEBOOKS) == {NOTEBOOKS}
    assert hiding("today", "--hidden", "--muted").returncode == 2


def test_what_is_unhidden_and_unmuted_is_back(hiding: Papers) -> None:
    hiding("unhide", NOTEBOOKS)
    hiding("mute", "remove", "video")
    assert ids(hiding, "today") == EVERY


def test_a_mute_may_be_any_query(papers: Papers) -> None:
    papers("today")
    papers("mute", "add", "small", "up:<10")
    papers("mute", "add", "kv", '"kv caches"')
    assert ids(papers, "today") == {
        row["paper"]["id"] for row in sample_days()[THIRD] if row["paper"]["upvotes"] >= 10
    } - {"2607.99001"}
    assert ids(papers, "list") == ids(papers, "today")


def test_a_broken_topics_file_is_named_with_its_line_and_nothing_is_lost(hiding: Papers, home: object) -> None:
    from pathlib import Path

    path = Path(str(home)) / "config" / "topics.toml"
    whole = path.read_text()
    path.write_text(whole + "broken = 'a (b'\n")
    run = hiding("today")
    assert run.returncode == 2 and run.stdout == ""
    line = path.read_text().splitlines().index("broken = 'a (b'") + 1
    assert f"topics.toml:{line}" in run.stderr and "broken" in run.stderr, run.stderr
    path.write_text(whole)
    assert ids(hiding, "today") == EVERY - {NOTEBOOKS, SHUTTER}


def test_cards_name_the_topics_and_mark_the_words(papers: Papers) -> None:
    papers("today")
    papers("follow", "add", "memory", "cache* OR notes")
    run = papers("today", "-o", "cards", "--color", "always")
    assert run.stdout.count("\x1b[35mtopic memory\x1b[0m") == len(ids(papers, "list", "cache* OR notes")) > 1
    assert "\x1b[1;4mCaches\x1b[0m" in run.stdout and "\x1b[1;4mNotes\x1b[0m" in run.stdout
    assert "memory" in papers("today", "--plain", "-o", "cards").stdout


def test_the_readers_own_is_on_the_cards(papers: Papers) -> None:
    papers("today")
    for words in (
        ["star", "1"],
        ["later", "1"],
        ["tag", "1", "--add", "thesis"],
        ["note", "1", "-m", "read\nfigure 3"],
    ):
        assert papers(*words).returncode == 0
    card = papers("today", "-o", "cards", "-n", "1").stdout
    assert "★ starred · » later · #thesis · ✎ read figure 3" in card
    assert "★»#✎" in papers("today", "-o", "compact", "-n", "1").stdout
    (row,) = json.loads(papers("today", "--json", "-n", "1").stdout)
    assert (row["starred"], row["later"], row["tags"], row["note"]) == (True, True, ["thesis"], "read\nfigure 3")
    assert len(papers("today", "-o", "table", "--fields", "id,note").stdout.splitlines()) == 13
    assert len(papers("today", "-o", "tsv", "--fields", "id,note").stdout.splitlines()) == 12
