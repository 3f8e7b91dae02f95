"""`papers read`: where a text is from, what of it is printed, and what happens when it cannot be had."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pexpect
import pytest

from arxiv_hub import ArxivHub
from conftest import Papers
from hub import TEXTS, Hub
from made_up_text import made_up_text

OURS = r"\x1b\[[0-9;]*m|\x1b\]8;;(?:https?://[!-~]*?)?\x1b\\"
MARKDOWN, HTML, ABSTRACT = "2607.99013", "2607.99001", "2607.99014"


@pytest.fixture
def arxiv(empty_arxiv: ArxivHub) -> ArxivHub:
    """An arXiv that has the HTML of one paper."""
    empty_arxiv.texts[HTML] = (TEXTS / f"{HTML}.html").read_text("utf-8")
    return empty_arxiv


@pytest.fixture
def papers(papers: Papers, home: Path) -> Papers:
    """The program, which has no turn at arXiv to wait for that another run of these tests has taken."""

    def run(*words: str, **options: object) -> subprocess.CompletedProcess[str]:
        for clock in (home / "state").glob("pace-*"):
            clock.unlink()
        return papers(*words, **options)

    return run


# Where it is from


def test_hugging_faces_text_is_read_first(papers: Papers, hub: Hub, arxiv: ArxivHub) -> None:
    done = papers("read", MARKDOWN)
    assert done.returncode == 0
    assert done.stderr == "papers: this is Hugging Face’s text, made of arXiv’s HTML\n"
    assert done.stdout.startswith("Notebooks, Not Transcripts")
    assert "u_t ∈ {add, amend, strike, pass}" in done.stdout
    assert hub.requests == [f"/papers/{MARKDOWN}.md"]
    assert arxiv.requests == []


def test_a_web_page_with_status_200_is_no_text_and_arxivs_html_is_read(
    papers: Papers, hub: Hub, arxiv: ArxivHub
) -> None:
    done = papers("read", HTML)
    assert done.returncode == 0
    assert re.fullmatch(
        r"papers: this is arXiv’s HTML \(Hugging Face: 127\.0\.0\.1:\d+ answered a web page, as it does where it has no"
        r" text\)\n",
        done.stderr,
    )
    assert "𝔼_(q∼p_ϕ)" in done.stdout
    assert arxiv.requests == [f"/html/{HTML}"]


def test_without_either_it_is_the_abstract_and_says_why(papers: Papers, arxiv: ArxivHub) -> None:
    done = papers("read", ABSTRACT)
    assert done.returncode == 0
    assert "Abstract\n\nHow long can a generated video" in done.stdout
    assert "this is the abstract only (Hugging Face: " in done.stderr
    assert f"arXiv: it has no text of {ABSTRACT}" in done.stderr


def test_an_id_that_nobody_knows_is_exit_3(papers: Papers, arxiv: ArxivHub) -> None:
    done = papers("read", "2607.88888")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.endswith("papers: no such paper: 2607.88888\n")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "answered something that is not text"),
        (b"Title: caf\xe9\n\nMarkdown Content:\ntext", "answered something that is not text"),
        (b"Title: x\n\nMarkdown Content:\n\n", "answered an empty text"),
        (b" \n", "answered an empty text"),
        (b'{"error":"We had to rate limit your IP"}', "answered an error"),
        (b"\xef\xbb\xbf\n  <!doctype html><p>x", "answered a web page"),
        (b"Markdown Content:\n" + b"x" * (5 << 20), "is larger than 4 MiB"),
        (b"Rate exceeded.\n", "answered something that is not the text of a paper"),
        (b'[{"paper": null},\n{}]', "answered something that is not the text of a paper"),
    ],
)
def test_what_is_no_text_is_passed_over(papers: Papers, hub: Hub, arxiv: ArxivHub, body: bytes, why: str) -> None:
    hub.texts[HTML] = body
    done = papers("read", HTML)
    assert done.returncode == 0
    assert why in done.stderr
    assert "this is arXiv’s HTML" in done.stderr


@pytest.mark.parametrize("fault", ["_401all", "_403", "_cut"])
def test_a_source_that_fails_is_told_and_the_next_is_asked(
    papers: Papers, hub: Hub, arxiv: ArxivHub, environ: dict[str, str], fault: str
) -> None:
    environ["HF_ENDPOINT"] = f"{hub.url}/{fault}"
    done = papers("read", HTML)
    assert done.returncode == 0
    assert re.search(r"this is arXiv’s HTML \(Hugging Face: .*127\.0\.0\.1", done.stderr)
    assert "Expected attention" in done.stdout


@pytest.mark.parametrize(("place", "code"), [("{hub}/_401all", 4), ("http://127.0.0.1:9", 6)])
def test_nothing_to_show_ends_with_what_failed(
    papers: Papers, hub: Hub, arxiv: ArxivHub, environ: dict[str, str], place: str, code: int
) -> None:
    environ["HF_ENDPOINT"] = place.format(hub=hub.url)
    done = papers("read", ABSTRACT)
    assert (done.returncode, done.stdout) == (code, "")
    assert "127.0.0.1:" in done.stderr.splitlines()[0]


def test_an_abstract_where_a_text_could_not_be_asked_for_is_partial(papers: Papers, environ: dict[str, str]) -> None:
    papers("today", "-q")
    environ["HF_ENDPOINT"] = "http://127.0.0.1:9"
    done = papers("read", ABSTRACT)
    assert done.returncode == 8
    assert "How long can a generated video" in done.stdout
    assert done.stderr.endswith("papers: only the abstract: Hugging Face could not be asked for the text\n")


def test_an_abstract_where_a_text_was_cut_short_is_partial(
    papers: Papers, hub: Hub, arxiv: ArxivHub, environ: dict[str, str]
) -> None:
    papers("today", "-q")
    environ["HF_ENDPOINT"] = f"{hub.url}/_cut"
    done = papers("read", ABSTRACT)
    assert done.returncode == 8
    assert "How long can a generated video" in done.stdout
    assert done.stderr.endswith("papers: only the abstract: Hugging Face could not be asked for the text\n")


def test_two_at_once_hear_both_that_it_was_cut_short(
    papers: Papers, hub: Hub, arxiv: ArxivHub, environ: dict[str, str]
) -> None:
    papers("today", "-q")
    environ["HF_ENDPOINT"] = f"{hub.url}/_cut"
    command = [sys.executable, "-m", "papercli", "read", ABSTRACT]
    both = [subprocess.Popen(command, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE) for _ in range(2)]  # fmt: skip
    for one in both:
        one.communicate(timeout=60)
    assert [one.returncode for one in both] == [8, 8]


def test_a_damaged_row_is_no_bug(papers: Papers, home: Path, arxiv: ArxivHub) -> None:
    papers("today", "-q")
    with closing(sqlite3.connect(home / "data" / "library.db")) as db, db:
        db.execute("UPDATE paper SET title = 'Spoilt' WHERE id = ?", [ABSTRACT])
    done = papers("read", ABSTRACT, "--offline")
    assert done.returncode in (3, 6)
    assert "a bug in" not in done.stderr


def test_what_was_read_is_kept_for_offline(papers: Papers, hub: Hub, arxiv: ArxivHub) -> None:
    first, second = papers("read", MARKDOWN), papers("read", HTML)
    asked = len(hub.requests), len(arxiv.requests)
    again = papers("read", MARKDOWN, "--offline")
    assert (again.returncode, again.stdout) == (0, first.stdout)
    html = papers("read", HTML, "--offline")
    assert (html.returncode, html.stdout) == (0, second.stdout)
    assert "nothing is kept" in html.stderr
    assert papers("read", MARKDOWN).stdout == first.stdout
    assert (len(hub.requests), len(arxiv.requests)) == asked
    assert papers("read", MARKDOWN, "--refresh").returncode == 0
    assert len(hub.requests) == asked[0] + 1
    assert papers("read", "2607.99002", "--offline").returncode == 6


def test_a_kept_text_stands_in_for_a_server_that_fails_or_is_cut_off(papers: Papers, hub: Hub) -> None:
    whole = papers("read", MARKDOWN).stdout
    hub.texts[MARKDOWN] = b"Title: other\n\nMarkdown Content:\nother " + b"words " * 50_000
    hub.faults += ["_503", "_cut", "_drop"]
    done = papers("read", MARKDOWN, "--refresh")
    assert (done.returncode, done.stdout) == (0, whole)
    assert "this text was kept just now" in done.stderr
    assert papers("read", MARKDOWN, "--offline").stdout == whole


def test_a_token_goes_to_hugging_face_and_not_to_arxiv(papers: Papers, hub: Hub, environ: dict[str, str]) -> None:
    environ["HF_TOKEN"] = "hf_canary"
    papers("read", ABSTRACT)
    assert set(hub.tokens) == {"hf_canary"}


# What is printed


def test_toc_prints_numbers_and_names(papers: Papers, arxiv: ArxivHub) -> None:
    assert papers("read", MARKDOWN, "--toc").stdout.splitlines() == [
        "\tAbstract", "1\tIntroduction", "2\tRelated work", "3\tMethod", "3.1\tThe notebook", "3.2\tTraining",
        "4\tResults", "4.1\tWhat is struck", "5\tLimitations", "\tReferences", "A\tPrompts",
    ]  # fmt: skip
    assert papers("read", HTML, "--toc").stdout.splitlines() == [
        "\tAbstract", "1\tIntroduction", "2\tMethod", "2.1\tExpected attention", "2.2\tThe algorithm", "3\tResults",
        "\tReferences",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["4", "4.", "results", "RÉSULTS", "4 results", "sult"])
def test_a_section_is_found_by_number_or_part_of_its_name(papers: Papers, name: str) -> None:
    done = papers("read", MARKDOWN, "--section", name)
    assert done.returncode == 0
    assert done.stdout.startswith("4 Results\n")
    assert "4.1 What is struck" in done.stdout
    assert "Limitations" not in done.stdout


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nonsense", "there is no section “nonsense”"),
        ("42", "there is no section “42”"),
        ("", "there is no section “”"),
        ("t", "“t” may be one of several sections"),
    ],
)
def test_a_section_that_is_not_one_is_exit_2_and_names_those_there_are(papers: Papers, name: str, said: str) -> None:
    done = papers("read", MARKDOWN, "--section", name)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"papers: {said}\nhint: there are " in done.stderr
    assert "Abstract" in done.stderr


def test_raw_is_markdown_for_another_program(papers: Papers, arxiv: ArxivHub) -> None:
    raw = papers("read", MARKDOWN, "--raw").stdout
    assert raw == (TEXTS / f"{MARKDOWN}.md").read_text("utf-8")
    html = papers("read", HTML, "--raw").stdout
    assert "## 1 Introduction" in html
    assert r"$\mathcal{O}(n\cdot d\cdot L)$" in html
    assert "| **Polite** | **86.7** | **83.8** | **81.4** |" in html
    section = papers("read", MARKDOWN, "--section", "4.1", "--raw").stdout
    assert section.startswith("### 4.1 What is struck\n\nOf 6,180")


def test_plain_text_is_as_wide_as_columns_says_else_80(papers: Papers) -> None:
    assert max(map(len, papers("read", MARKDOWN).stdout.splitlines())) in range(78, 81)
    assert max(map(len, papers("read", MARKDOWN, env={"COLUMNS": "60"}).stdout.splitlines())) in range(56, 61)
    wide = papers("read", MARKDOWN, env={"COLUMNS": "200"}).stdout
    assert max(len(line) for line in wide.splitlines()) <= 96  # a measure that an eye follows
    assert "\x1b" not in wide


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--toc", "--raw"), "--toc and --raw"),
        (("--toc", "--section", "1"), "--toc and --section"),
        (("2607.99014",), ""),
        (("--json",), ""),
    ],
)
def test_what_makes_no_sense_is_exit_2(papers: Papers, words: tuple[str, ...], said: str) -> None:
    done = papers("read", MARKDOWN, *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_ids_are_read_as_everywhere(papers: Papers) -> None:
    papers("today")
    whole = papers("read", MARKDOWN).stdout
    assert papers("read", "1").stdout == whole
    assert papers("read", f"https://arxiv.org/abs/{MARKDOWN}v2").stdout == whole
    assert papers("read", "-", input=f"arXiv:{MARKDOWN}\n").stdout == whole
    done = papers("read", "-", input=f"{MARKDOWN}\n{HTML}\n")
    assert (done.returncode, done.stderr) == (2, "papers: read takes one paper, not 2\n")


def test_opening_is_not_reading_unless_the_settings_say_so(papers: Papers) -> None:
    papers("today")
    papers("read", MARKDOWN)
    assert json.loads(papers("show", MARKDOWN, "--json").stdout)["read"] is False
    env = {"PAPERCLI_READING_MARKS_READ": "1"}
    papers("read", MARKDOWN, "--toc", env=env)
    assert json.loads(papers("show", MARKDOWN, "--json").stdout)["read"] is False
    done = papers("read", MARKDOWN, env=env)
    assert "papers: marked as read 2607.99013 Notebooks" in done.stderr
    assert json.loads(papers("show", MARKDOWN, "--json").stdout)["read"] is True
    assert papers("undo").returncode == 0
    assert json.loads(papers("show", MARKDOWN, "--json").stdout)["read"] is False


def test_a_real_sized_text_is_read_whole(papers: Papers, hub: Hub) -> None:
    text = made_up_text()
    assert 150_000 < len(text) < 200_000
    hub.texts["2607.99099"] = text.encode()
    done = papers("read", "2607.99099")
    assert done.returncode == 0
    assert max(map(len, done.stdout.splitlines())) <= 80
    sections = re.findall(r"^(?:## )?(\d+) [A-Z]", text, re.MULTILINE)
    toc = papers("read", "2607.99099", "--toc").stdout
    assert [line.split("\t")[0] for line in toc.splitlines() if re.match(r"\d+\t", line)] == sections
    assert re.search("α_t² ?≤ ?𝒪", done.stdout)
    assert "θ_keep" in done.stdout
    assert "\\theta" not in done.stdout
    assert "return x_i *" in done.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "15,001 rows of tables"),
        (("--section", "2"), "15,001 rows of tables"),
        (("--section", "1"), ""),
        (("--toc",), ""),
        (("--raw",), ""),
    ],
)
def test_rows_that_are_left_out_are_told_and_the_run_is_partial(
    papers: Papers, hub: Hub, words: tuple[str, ...], told: str
) -> None:
    rows = "|a|b|\n|-|-|\n" + "|c|d|\n" * 20_000
    hub.texts["2607.99099"] = f"## 1 One\n\nwords\n\n## 2 Two\n\n{rows}\n## 3 Three\n\nmore\n".encode()
    done = papers("read", "2607.99099", *words)
    assert done.returncode == (8 if told else 0)
    assert ("… 15,001 more rows" in done.stdout) == bool(told)
    said = f"papers: left out, because it is too much: {told}; --raw has all\n"
    assert done.stderr.endswith(said if told else "made of arXiv’s HTML\n")
    if words == ("--raw",):
        assert done.stdout.count("|c|d|") == 20_000


@pytest.mark.parametrize("words", [(), ("--toc",), ("--section", "1")])
def test_a_text_that_is_left_out_in_part_is_told_and_the_run_is_partial(
    papers: Papers, hub: Hub, words: tuple[str, ...]
) -> None:
    hub.texts["2607.99099"] = ("## 1 One\n\n" + "---\n" * 110_000).encode()
    done = papers("read", "2607.99099", *words)
    assert done.returncode == 8
    assert re.search(r"left out, because it is too much: the rest of the text, about \d+ % of it; --raw", done.stderr)
    assert words == ("--toc",) or re.search(r"\n\n… the rest of the text, about \d+ % of it\n$", done.stdout)
    gone = papers("read", "2607.99099", "--section", "9")
    assert gone.returncode == 2
    assert "there is no section “9” in what is read of the text, which is too long" in gone.stderr


def test_rows_of_a_page_that_are_left_out_are_told_in_its_markdown_too(papers: Papers, arxiv: ArxivHub) -> None:
    rows = "<tr><td>c</td><td>d</td></tr>" * 5_007
    arxiv.texts[HTML] = f"<article class='ltx_document'><table class='ltx_tabular'>{rows}</table></article>"
    for words in ((), ("--raw",)):
        done = papers("read", HTML, *words)
        assert done.returncode == 8
        assert done.stdout.endswith("… 7 more rows\n")
        assert done.stderr.endswith("papers: left out, because it is too much: 7 rows of tables\n")


def test_the_demo_has_a_text_of_either_kind(papers: Papers, home: Path) -> None:
    done = papers("--demo", "read", MARKDOWN)
    assert done.returncode == 0
    assert "Figure 1" in done.stdout
    assert papers("--demo", "read", HTML).stderr.startswith("papers: this is arXiv’s HTML")
    assert "this is the abstract only" in papers("--demo", "read", ABSTRACT).stderr


# On a terminal


def on_a_terminal(environ: dict[str, str], *words: str, columns: int = 80, **env: str) -> str:
    """What the program sends to a terminal."""
    child = pexpect.spawn(
        sys.executable, ["-m", "papercli", *words], env={**environ, **env}, dimensions=(30, columns), encoding="utf-8",
        timeout=30,
    )  # fmt: skip
    text = child.read()
    child.close()
    assert child.exitstatus == 0
    return text


def test_on_a_terminal_there_is_colour_and_links_are_links(papers: Papers, hub: Hub, environ: dict[str, str]) -> None:
    text = on_a_terminal(environ, "read", MARKDOWN, "--no-pager")
    assert "\x1b]8;;https://arxiv.org/html/2607.99013v1#bib.bib4\x1b\\4\x1b]8;;\x1b\\" in text
    assert "\x1b[1m1 Introduction\x1b[0m" in text
    assert re.sub(OURS, "", text).count("\x1b") == 0
    assert "\x1b" not in on_a_terminal(environ, "read", MARKDOWN, "--no-pager", "--plain")


def test_hostile_text_sends_a_terminal_nothing_but_our_own_sequences(
    papers: Papers, hub: Hub, environ: dict[str, str]
) -> None:
    evil = "\x1b]0;owned\x07 \x9b31m [x](javascript:x) [y](file:///etc/passwd) \u202e &#27;[2J `\x1b[2J`\n\n# \x1bP\n"
    hub.texts["2607.99099"] = f"Title: {evil[:9]}\n\nMarkdown Content:\n{evil}".encode()
    for words in ((), ("--raw",), ("--toc",)):
        text = on_a_terminal(environ, "read", "2607.99099", "--no-pager", *words)
        bare = re.sub(OURS, "", text)
        assert not re.search("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u202e]", bare), words
        assert "javascript:" not in "".join(re.findall(OURS, text))


def test_the_pager_begins_before_the_end_and_may_be_left_early(
    papers: Papers, hub: Hub, environ: dict[str, str], tmp_path: Path
) -> None:
    hub.texts["2607.99099"] = made_up_text(60_000).encode()
    pager = tmp_path / "pager"
    pager.write_text(f"#!/bin/sh\nhead -n 40 > {tmp_path}/seen\n")
    pager.chmod(0o755)
    on_a_terminal(environ, "read", "2607.99099", PAPERCLI_PAGER=str(pager))
    seen = (tmp_path / "seen").read_text("utf-8")
    assert seen.count("\n") == 40
    assert "A Made-up Paper" in seen


def test_a_pipe_that_is_closed_early_ends_the_run_with_141(papers: Papers, hub: Hub, environ: dict[str, str]) -> None:
    hub.texts["2607.99099"] = made_up_text().encode()
    papers("read", "2607.99099")
    command = [sys.executable, "-m", "papercli", "read", "2607.99099"]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline() == b"A Made-up Paper\n"
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()
        assert process.wait(30) == 141


def test_the_abstract_alone_is_partial_without_a_network_too(papers: Papers, home: Path, arxiv: ArxivHub) -> None:
    papers("today", "-q")
    done = papers("read", MARKDOWN, "--offline", "-q")
    assert done.returncode == 8 and "Abstract" in done.stdout
    assert "only the abstract" in done.stderr
