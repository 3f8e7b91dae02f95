"""Texts of papers that mean harm or are broken: nothing but text comes out, in a time that grows with their length."""

from __future__ import annotations

import random
import re
import time

import pytest
from wcwidth import wcswidth

from hub import TEXTS
from made_up_text import made_up_text
from papercli.manuscript import MOST_ROWS, Prose, Rest, Table, Text, blocks, html, parsing, said
from papercli.manuscript import markdown as markdown_reader
from papercli.manuscript.sections import headings, numbered
from papercli.manuscript.written import markdown
from papercli.render import View
from papercli.render.manuscript import contents, pieces

ADDRESS = "https://arxiv.org/html/2607.99001"
PAPER = "<article class='ltx_document'>"
N = 5_000
OURS = r"\x1b\[[0-9;]*m|\x1b\]8;;(?:https?://[!-~]*)?\x1b\\"
NEVER = "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufdd0-\ufdef]"


def drawn(form: str, words: str, width: int = 80) -> str:
    """What a terminal with colours and links gets, without our own colours and links; and all else that reads it."""
    found = list(blocks(Text(form, words, ADDRESS)))
    contents(headings(numbered(found)), View(width=width))
    raw = markdown(found)
    assert not re.search(NEVER, raw)
    text = "".join(pieces(found, View(width=width, color=True, links=True)))
    bare = re.sub(OURS, "", text)
    assert not re.search(NEVER, bare)
    assert all(wcswidth(line) <= width for line in bare.split("\n") if len(line) < 5_000)
    return bare


ENDLESS = {
    "quotes": "> " * N + "x",
    "lists": "- " * N + "x",
    "deep list": "\n".join(" " * (2 * i) + "- x" for i in range(300)),
    "brackets": "[" * N,
    "links": "[a](" * N,
    "images": "![" * N,
    "stars": "**a*" * N,
    "lines": "_a __b " * N,
    "ticks": "".join("`" * (i % 200) + "x" for i in range(150)),
    "dollars": "$a " * N,
    "escaped": "$\\" * N,
    "braces": "\\a_{" * N,
    "closed braces": "x_{" * N + "}" * N,
    "display": "\\[" * N,
    "sum": "\\alpha" + " +" * N,
    "one line": "a" * 1_000_000,
    "words": "ab " * 60_000,
    "marks": "e" + "\u0301" * N,
    "hashes": "#" * N,
    "columns": "|" + "a|" * 1_000 + "\n|" + "-|" * 1_000 + "\n" + ("|" + "b|" * 1_000 + "\n") * 5,
    "headings": "x\n===\n" * (N // 6),
    "references": "[a]: b\n" * (N // 7),
    "entities": "&#x1b;" * N,
    "fences": "```\n" * N,
    "spoken formulas": "Markdown Content:\n" + "𝑓 " * N + "italic_a " * N + ("𝑓 " * 100 + "x italic_f ") * 100,
}

ENDLESS_HTML = {
    "open": "<div>" * 100_000,
    "closed": "<div>" * N + "</div>" * N,
    "wrongly closed": "<div>" * N + "</p>" * N,
    "tables": "<table><tr><td>" * N,
    "lists": "<ul><li>x" * (N // 4),
    "quotes": "<blockquote>x" * (N // 4),
    "notes": "<span class='ltx_note'>x" * (N // 4),
    "figures": "<figure class=ltx_figure><img src=x.png>" * (N // 10),
    "tags": "<" * N,
    "a tag": "<a " * N,
    "declarations": "<!a" * N,
    "sections": "<![CDATA[" * N,
    "comments": "<!--" * N,
    "instructions": "<?" * N,
    "quoted": "<a b='" * N,
    "scripts": "<script>" * N,
    "entities": "<p>" + "&#" * N + "</p>",
    "cells": "<table class=ltx_tabular>" + "<tr><td colspan=1000 rowspan=1000>x" * (N // 30) + "</table>",
    "mathematics": "<math alttext='" + "{" * N + "'>x</math>",
    "headings": "<h2>" * N,
    "ends": "</div>" * N,
    "a line": "<p>" + "a" * 1_000_000 + "</p>",
    "columns": "<table class=ltx_tabular><tr>" + "<td>x</td>" * N + "</table>",
}


@pytest.mark.parametrize("name", ENDLESS)
def test_endless_markdown_ends(name: str) -> None:
    began = time.process_time()
    drawn("markdown", ENDLESS[name])
    assert time.process_time() - began < 5


@pytest.mark.parametrize("name", ENDLESS_HTML)
def test_endless_html_ends(name: str) -> None:
    began = time.process_time()
    drawn("html", PAPER + ENDLESS_HTML[name])
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    "words",
    [
        "\x1b]0;owned\x07 \x9b31m \x1b[2J",
        "&#27;[2J &#x9b;31m &#8238;rtl &#x200b;&#xFDD0;0&#xFDD1;",
        "\u202eevil\u2066",
        "`\x1b[2J`\n\n```\n\x1b]52;c;aGk=\x07\n```",
        "# \x1b[2J &#8238;",
        "| \x1b[2J | &#8238; |\n| - | - |\n| \x9b | b |",
        "![\x1b[2J](https://example.org/\x1b[2J)",
        "$\x1b[2J \\alpha$ $$\x9b$$",
        "- \x07\n  > \x1bP+q544e\x1b\\",
        "[x](https://example.org/\u202e) [x](https://example.org/%1b%5d)",
        "a\u2028b\u2029c\x0bd\x0ce\x85f\rg",
    ],
)
def test_no_control_reaches_a_terminal(words: str) -> None:
    drawn("markdown", words)
    drawn("markdown", f"Title: {words[:50]}\n\nURL Source: {words[:50]}\n\nMarkdown Content:\n{words}")
    drawn("html", f"{PAPER}<h1>{words}</h1><p>{words}</p><pre>{words}</pre><img alt='{words}'><math alttext='{words}'>")


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:text/html,x",
        "vbscript:x",
        "//example.org/x",
        "ssh://x",
        "x",
        "https://user:secret@example.org/",
        "https://exa\u202emple.org",
        "https:///x",
        "mailto:a@example.org",
    ],
)
def test_links_lead_to_the_web_and_nowhere_else(address: str) -> None:
    links = View(width=80, color=True, links=True)
    for text in (
        Text("markdown", f"[here]({address}) <{address}> ![there]({address})", ADDRESS),
        Text("html", f"{PAPER}<p><a href='{address}'>here</a> <img src='{address}' alt=there></p>", ADDRESS),
    ):
        out = "".join(pieces(blocks(text), links))
        assert "here" in out
        targets = re.findall(r"\x1b\]8;;([^\x1b]*)\x1b", out)
        assert all(
            target == "" or target.startswith(("https://arxiv.org/", "https://example.org/x")) for target in targets
        )


def test_raw_html_in_markdown_is_text() -> None:
    out = drawn("markdown", "a <script>alert(1)</script> b<br>c\n\n<div onclick=x>\n\n<img src=x>\n\nif a <b and c> d")
    assert "<script>alert(1)</script> b\nc" in out
    assert "<div onclick=x>" in out
    assert "<img src=x>" in out
    assert "if a <b and c> d" in out


def test_broken_texts_are_read_as_far_as_they_go() -> None:
    """Seeded: the same texts every time. 150 of each kind, cut, repeated, and with signs put in."""
    chance = random.Random(20)
    sources = [("markdown", made_up_text(9_000)), ("html", (TEXTS / "2607.99001.html").read_text("utf-8"))]
    signs = [
        "<",
        ">",
        "</",
        "$",
        "|",
        "\\",
        "`",
        "*",
        "_",
        "[",
        "](",
        "{",
        "}",
        "\n",
        "\x1b[2J",
        "\u202e",
        "&#8238;",
        "<table>",
        "</article>",
        "<math alttext='",
        "<tr>",
        "</td>",
        "<li>",
        "- ",
        "> ",
        "#",
        "\ufdd0",
        "é",
        "漢字",
        "\u0301",
    ]
    for number in range(150):
        for form, words in sources:
            start = chance.randrange(len(words))
            parts = [words[:2_000], words[start : start + chance.randrange(3_000)]]
            for _ in range(chance.randrange(12)):
                at = chance.randrange(len(parts[1]) + 1)
                parts[1] = parts[1][:at] + chance.choice(signs) * chance.choice((1, 1, 2, 30)) + parts[1][at:]
            try:
                drawn(form, "".join(parts), width=chance.choice((20, 40, 80, 200)))
            except Exception as error:
                raise AssertionError(f"{form} number {number}") from error


# What is longer than the text of any paper


def test_rows_beyond_all_bounds_are_counted_in_their_place_and_what_comes_after_is_read() -> None:
    rows = "|a|b|\n|-|-|\n" + "|c|d|\n" * 20_000
    out = drawn("markdown", f"before\n\n{rows}\nafter [x][y]\n\n[y]: https://example.org/\n")
    assert out.count("c  d\n") == MOST_ROWS - 1
    assert out.endswith("c  d\n… 15,001 more rows\n\nafter x\n")
    (_, table, _) = blocks(Text("markdown", f"before\n\n{rows}\nafter", ADDRESS))
    assert markdown([table]).endswith("| c | d |\n\n… 15,001 more rows\n")


@pytest.mark.parametrize("before", ["> ", "- ", "1.  "])
def test_rows_are_counted_in_lists_and_quotations_too(before: str) -> None:
    led = before if before == "> " else " " * len(before)
    rows = "".join(f"{led}{row}\n" for row in ["|-|-|", *["|c|d|"] * (MOST_ROWS + 3)])
    out = drawn("markdown", f"{before}|a|b|\n{rows}\nafter")
    assert "… 4 more rows\n\nafter" in out


def test_rows_of_a_page_are_counted_too() -> None:
    row = "<tr><td>c</td><td>d</td></tr>"
    out = drawn("html", f"{PAPER}<table class=ltx_tabular>{row * (MOST_ROWS + 1)}</table><p>after</p></article>")
    assert out.endswith("c  d\n… 1 more row\n\nafter\n")


def test_a_table_with_all_its_rows_says_nothing() -> None:
    rows = "|a|b|\n|-|-|\n" + "|c|d|\n" * (MOST_ROWS - 1)
    assert "…" not in drawn("markdown", f"{rows}\nafter")


def test_a_row_as_long_as_a_book_is_text() -> None:
    (table, prose, *_) = blocks(Text("markdown", f"|a|b|\n|-|-|\n|c|d|\n|{'word ' * 5_000}|x|\n", ADDRESS))
    assert isinstance(table, Table) and table.left == 0
    assert isinstance(prose, Prose) and said(prose.runs).startswith("|word word")


@pytest.mark.parametrize(
    "unit", ["# a\n", "a\n\n", "- a\n", "> a\n\n> b\n", "a *b* `c` [d](e)\n\n", "---\n", "[a]: b\n"]
)
def test_a_text_that_is_longer_than_any_ends_early_and_says_so(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown_reader, "MOST_TOKENS", 100_000)
    monkeypatch.setattr(markdown_reader, "MOST_LINES", 20_000)
    *read, rest = blocks(Text("markdown", "before\n\n" + unit * (600_000 // len(unit)), ADDRESS))
    assert said(read[0].runs) == "before"  # type: ignore[union-attr]
    assert isinstance(rest, Rest) and 0 < rest.share < 1


@pytest.mark.parametrize("unit", ["<div>", "<p>a", "<b>a</b>", "<a href=x>a</a>", "a<br>", "<td>a"])
def test_a_page_that_is_longer_than_any_ends_early_and_says_so(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "MOST_WORK", 100_000)
    found = list(blocks(Text("html", f"{PAPER}<p>before</p><table><tr>{unit * (600_000 // len(unit))}", ADDRESS)))
    assert isinstance(found[-1], Rest) and 0 < found[-1].share < 1
    assert said(found[0].runs) == "before"  # type: ignore[union-attr]


@pytest.mark.parametrize("mark", ["> ", "- "])
def test_what_is_too_deep_is_text_and_what_comes_after_is_read(mark: str) -> None:
    out = drawn("markdown", f"{mark * 100}deep\n\nafter")
    assert "deep" in out
    assert out.endswith("\n\nafter\n")


def test_a_long_paragraph_goes_on_in_another_and_keeps_every_word_and_formula() -> None:
    words = "".join(f"w{number} $x_{{{number}}}$ " for number in range(40_000))
    (out,) = [drawn("markdown", words)]
    assert [word for word in out.split() if word.startswith("w")] == [f"w{number}" for number in range(40_000)]
    assert "\ufdd0" not in out
    page = drawn("html", f"{PAPER}<p>{'word ' * 100_000}</p></article>")
    assert page.split() == ["word"] * 100_000


def test_long_code_goes_on_in_another_and_keeps_every_line() -> None:
    lines = "\n".join(f"line {number}" for number in range(30_000))
    out = drawn("markdown", f"```\n{lines}\n```\n")
    assert [line.strip() for line in out.split("\n") if line.strip()] == lines.split("\n")


def test_a_heading_as_long_as_a_page_is_a_paragraph() -> None:
    (read,) = blocks(Text("markdown", f"# {'word ' * 5_000}", ADDRESS))
    assert isinstance(read, Prose) and said(read.runs).split() == ["word"] * 5_000


@pytest.mark.parametrize("unit", ["- a\n", "> - a\n", "|a|b|\n"])
def test_a_block_that_is_longer_than_any_ends_the_text_and_that_is_said(
    unit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parsing, "MOST_AHEAD", 50)
    monkeypatch.setattr(parsing, "MOST_OF_ONE", 500)
    before = "|a|b|\n|-|-|\n" if "|" in unit else ""
    *read, rest = blocks(Text("markdown", f"before\n\n{before}{unit * 1_000}\nafter", ADDRESS))
    assert said(read[0].runs) == "before"  # type: ignore[union-attr]
    assert isinstance(rest, Rest) and len(read) > 1


def test_of_links_to_what_is_defined_later_only_so_many_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "MOST_REFERENCES", 2)
    text = "[a] [b] [c]\n\n" + "".join(f"[{name}]: https://example.org/{name}\n" for name in "abc")
    (prose, last) = blocks(Text("markdown", text, ADDRESS))
    assert [run.link for run in prose.runs if run.link] == ["https://example.org/a", "https://example.org/b"]  # type: ignore[union-attr]
    assert said(last.runs) == "[c]: https://example.org/c"  # type: ignore[union-attr]


def test_a_table_of_too_many_letters_ends_and_its_rows_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "MOST_LETTERS", 100)
    (table,) = blocks(Text("markdown", "|a|b|\n|-|-|\n" + "|some|words|\n" * 20, ADDRESS))
    assert isinstance(table, Table) and table.left == 20 - (len(table.rows) - 1)
    (first, *_) = blocks(Text("markdown", f"|{'a' * 30_000}|b|\n|-|-|\n|c|d|\n", ADDRESS))
    assert isinstance(first, Prose), "no table whose names are a book"


def test_equations_of_any_number_are_not_taken_for_a_long_paragraph() -> None:
    rows = "<tr><td><math alttext='a'>a</math></td></tr>" * 20_000
    found = list(blocks(Text("html", f"{PAPER}<table class='ltx_equationgroup'>{rows}</table></article>", ADDRESS)))
    assert found
