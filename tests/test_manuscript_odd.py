"""Texts of papers with what most have not: empty lists, tables in tables, pages cut in the middle; and what is said of
a text besides: its head, its sections, its blocks as Markdown."""

from __future__ import annotations

import pytest

from papercli.manuscript import (
    TOP,
    Block,
    Code,
    Figure,
    Formula,
    Heading,
    Place,
    Prose,
    Rest,
    Run,
    Table,
    Text,
    blocks,
    html,
    place_in,
    said,
    tabular,
)
from papercli.manuscript.doubled import single
from papercli.manuscript.front import abstract, headed
from papercli.manuscript.markdown import LONGEST_INLINE
from papercli.manuscript.sections import depth, numbered
from papercli.manuscript.tabular import MOST_CELLS, MOST_COLUMNS
from papercli.manuscript.written import markdown

ADDRESS = "https://arxiv.org/html/2607.99001"


def read(words: str) -> list[Block]:
    return list(blocks(Text("markdown", words, ADDRESS)))


def read_page(words: str) -> list[Block]:
    return list(blocks(Text("html", words, ADDRESS)))


def read_html(words: str) -> list[Block]:
    return read_page(f"<article class='ltx_document'>{words}</article>")


def prose(*words: str, place: Place = TOP) -> list[Block]:
    return [Prose((Run(each),), place) for each in words]


def cells(block: Block) -> list[list[str]]:
    assert isinstance(block, Table)
    return [[said(cell) for cell in row] for row in block.rows]


# Where a block stands


def test_a_place_is_bounded_and_outside_of_lists_and_quotations_has_no_marker() -> None:
    assert place_in(0, 0, "•") == TOP
    assert place_in(2, 1, "3.") == Place(2, 1, "3.")
    assert place_in(500, 500, "") == Place(8, 8)


def test_an_empty_list_takes_no_marker_from_the_item_that_it_is_in() -> None:
    assert read_html("<ul><li><ul></ul>Text</li></ul>") == prose("Text", place=Place(1, 0, "•"))
    assert read("- -\n\n  text\n") == prose("text", place=Place(1, 0, "•"))


def test_a_rule_within_an_equation_ends_nothing() -> None:
    one = "<table class='ltx_equation'><tr><td><math alttext='a'></math>{}<math alttext='b'></math></td></tr></table>"
    assert read_html(one.format("<hr>")) == read_html(one.format(""))


@pytest.mark.parametrize("words", ["-\n\n> words\n", "3.\n\n> words\n", "- \n  - \n\n> words\n"])
def test_the_marker_of_an_empty_item_goes_to_no_other_block(words: str) -> None:
    assert read(words) == prose("words", place=Place(0, 1))


def test_the_marker_of_an_empty_item_of_a_page_goes_to_no_other_block() -> None:
    assert read_html("<ul><li></li></ul><blockquote>words</blockquote>") == prose("words", place=Place(0, 1))


def test_a_reference_has_its_number_for_a_marker_and_names_stand_before_the_rest() -> None:
    page = (
        '<ul class="ltx_biblist"><li class="ltx_bibitem"><span class="ltx_tag_bibitem">[12]</span><span'
        ' class="ltx_bibblock">A. Name.</span><span class="ltx_bibblock">A Title.</span></li><li><span'
        ' class="ltx_tag_bibitem">Name et al. (2026)</span><span class="ltx_bibblock">B. Name.</span></li></ul>'
    )
    first, second = read_html(page)
    assert isinstance(first, Prose) and isinstance(second, Prose)
    assert (first.place.marker, said(first.runs)) == ("[12]", "A. Name. A Title.")
    assert (second.place.marker, said(second.runs)) == ("•", "Name et al. (2026) B. Name.")
    assert second.runs[0].style == "strong"


def test_an_item_says_itself_what_stands_before_it() -> None:
    page = (
        '<ol><li><span class="ltx_tag_item">(a)</span>x</li><li><span class="ltx_tag_item"></span>y</li></ol><li>z</li>'
    )
    assert [(said(each.runs), each.place.marker) for each in read_html(page) if isinstance(each, Prose)] == [
        ("x", "(a)"), ("y", "•"), ("z", ""),
    ]  # fmt: skip


def test_an_item_that_begins_in_bold_keeps_its_mark() -> None:
    (item,) = read("- **Bold** words\n")
    assert item == Prose((Run("Bold", "strong"), Run(" words")), Place(1, 0, "•"))


# What says nothing is no block


@pytest.mark.parametrize(
    "page",
    [
        "<h2 class='ltx_title ltx_title_section'> </h2>", "<table></table>", "<figure></figure>", "<pre> \n</pre>",
        "<table><tr><td> </td></tr></table>", "<p><math alttext=' '></math></p>", "<p/>", "<p> <br> </p>", "<ul></ul>",
        "<table class='ltx_equation'><tr class='ltx_eqn_row'><td></td></tr></table>",
    ],
)  # fmt: skip
def test_an_empty_element_is_no_block(page: str) -> None:
    assert read_html(f"{page}words") == prose("words")


@pytest.mark.parametrize("words", ["&nbsp;", "| | |\n| - | - |\n| | |"])
def test_a_paragraph_or_table_of_blanks_is_no_block(words: str) -> None:
    assert read(f"{words}\n\nwords") == prose("words")


def test_a_footnote_without_words_has_no_mark_in_the_text() -> None:
    note = '<span class="ltx_note"><sup class="ltx_note_mark">3</sup>{}</span>'
    assert read_html(f"one{note.format('')} two") == [Prose((Run("one"), Run(" two")))]
    first, second = read_html(f"one{note.format('Or not.')} two")
    assert said(first.runs) == "one³ two"  # type: ignore[union-attr]
    assert second == Prose((Run("Or not."),), Place(1, 0, "³"))


def test_what_stands_before_the_paper_is_not_of_it() -> None:
    before = "no<br><img src='no.png'><math alttext='n_o'></math><p>no</p><h1>no</h1><div/>"
    assert read_page(f"<body>{before}<article>yes</article></body>") == prose("yes")
    assert read_html("<nav>no<br><img src='no.png'><math alttext='n_o'></math></nav>yes") == prose("yes")


# Pages that are broken


def test_an_element_that_ends_without_a_beginning_or_begins_without_an_end_takes_nothing_along() -> None:
    assert read_html("</div>one</p></b> two") == [Prose((Run("one"), Run(" two")))]
    found = read_html("<p>one <b>two<p>three</article>four")
    assert "".join(said(each.runs) for each in found if isinstance(each, Prose)) == "one twothreefour"


def test_a_tag_that_does_not_end_ends_the_text_which_is_read_to_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "LONGEST_TAG", 50_000)
    endless = "<a " + "x " * 40_000
    *read, rest = read_page(f"<article><p>one</p>{endless}>two</a><p>three</p>{'four ' * 9_000}</article>")
    assert read == prose("one")
    assert isinstance(rest, Rest)
    short = "<a " + "x " * 2_000
    assert "two" in said(read_page(f"<article>one {short}>two</a></article>")[0].runs)  # type: ignore[union-attr]


def test_line_ends_images_and_links_stand_where_they_are_in_a_paragraph() -> None:
    page = "<p>a<br>b<br/>c <img src='x.png' alt='d\ne'> <img src='http://['><a href='../f'>f</a></p>"
    (block,) = read_html(page)
    assert isinstance(block, Prose)
    assert block.runs == (
        Run("a"), Run("\n"), Run("b"), Run("\n"), Run("c "), Run("d e", "image", f"{ADDRESS[:-10]}x.png"), Run(" "),
        Run("image", "image"), Run("f", "", "https://arxiv.org/f"),
    )  # fmt: skip


def test_words_have_the_style_of_their_element_or_of_its_class() -> None:
    page = "<b>a</b><i>b</i><tt>c</tt><span class='ltx_text ltx_font_bold'>d<em class='ltx_font_italic'>e</em></span>"
    (block,) = read_html(f"{page}<span class='ltx_text'>f</span>")
    assert isinstance(block, Prose)
    assert [(run.words, run.style) for run in block.runs] == [
        ("a", "strong"), ("b", "emphasis"), ("c", "code"), ("d", "strong"), ("e", "emphasis"), ("f", ""),
    ]  # fmt: skip


def test_a_rule_across_the_page_ends_a_paragraph() -> None:
    assert read_html("one<hr>two") == prose("one", "two")


def test_addresses_are_relative_to_the_base_that_a_page_names_if_it_is_one() -> None:
    for base, address in (("/html/2607.99001v2/", f"{ADDRESS}v2/x"), ("http://[", "https://arxiv.org/html/x")):
        (block,) = read_page(f"<base href='{base}'><article><a href='x'>x</a></article>")
        assert block == Prose((Run("x", "", address),))


def test_a_paragraph_too_long_for_emphasis_keeps_its_signs_and_formulas() -> None:
    words = "*word* " * (LONGEST_INLINE // 7 + 1)
    (block,) = read(f"{words}$x_1$")
    assert block == Prose((Run(words), Run("$x_1$", "formula")))
    (block,) = read(f"*one* {'[' * 1_001}")
    assert block == Prose((Run(f"*one* {'[' * 1_001}"),))


def test_names_without_a_text_behind_them_are_the_text() -> None:
    assert read("Title: One\n\nURL Source: two") == prose("Title: One", "URL Source: two")
    assert read("Title: One\n\nWords.") == prose("Title: One", "Words.")
    assert read("") == []


@pytest.mark.parametrize(
    ("words", "once"),
    [
        ("the log\\log roman_log and italic_x too", "the log\\log  and  too"),
        ("abc 𝑓 f italic_f so", "abc $f$ so"),
        ("𝑓 f italic_f", "$f$"),
    ],
    ids=["no letters of mathematics", "not seen before", "nothing before"],
)
def test_the_words_of_a_formula_go_also_where_the_rest_of_it_is_not_all_there(words: str, once: str) -> None:
    assert single(words) == once


# Tables and figures of a page


def test_a_table_in_a_cell_is_text_of_the_cell_and_so_is_code() -> None:
    inner = "<table><tr><td>b</td><td>c</td></tr><tr><td>d</td></tr></table>"
    (table,) = read_html(f"<table><tr><td>a{inner}</td><td><pre>e\nf</pre></td></tr></table>")
    assert cells(table) == [["a b c d", "e f"]]


def test_a_cell_without_a_row_begins_one() -> None:
    (table,) = read_html("<table><td>a</td><td>b</td><tr><td>c</td></tr></table>")
    assert cells(table) == [["a", "b"], ["c"]]


def test_of_a_table_with_more_rows_than_any_the_first_are_kept_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tabular, "MOST_ROWS", 5)
    (table,) = read_html(f"<table>{'<tr><td>a</td><td>b</td></tr>' * 8}</table>")
    assert cells(table) == [["a", "b"]] * 5
    assert table.left == 3


def test_cells_beyond_all_bounds_are_left_out() -> None:
    wide = f"<tr><td colspan={MOST_COLUMNS}>a</td><td>b</td></tr>"
    (table,) = read_html(f"<table>{wide * 60}</table>")
    assert cells(table) == [["a", *[""] * (MOST_COLUMNS - 1)]] * (MOST_CELLS // MOST_COLUMNS + 1)


def test_a_caption_without_an_image_is_prose_and_a_figure_without_one_is_a_figure() -> None:
    caption = "<figcaption>words</figcaption>"
    assert read_html(f"{caption}<p>more</p>") == prose("words", "more")
    assert read_html(f"<figure class='ltx_table'>{caption}</figure>") == prose("words")
    assert read_html(f"<figure class='ltx_figure'>{caption}</figure>") == [Figure((), (Run("words"),))]
    assert read_html("<figure><img src='x.png'></figure>") == [Figure((f"{ADDRESS[:-10]}x.png",), (Run("Figure"),))]


# The head of a text, its sections


def test_title_authors_and_address_are_the_papers_own() -> None:
    authors = [f"Author {n}" for n in range(1, 15)]
    title, head, section = headed(
        [Heading(1, "", (Run("another"),)), Heading(2, "1", (Run("One"),))], "A Title", authors, "2607.1", ADDRESS
    )
    assert title == Heading(1, "", (Run("A Title"),))
    assert isinstance(head, Prose)
    names = ", ".join(authors[:12])
    assert "".join(run.words for run in head.runs) == f"{names} and 2 more\n2607.1 · {ADDRESS}"
    assert head.runs[-1].link == ADDRESS
    assert section == Heading(2, "1", (Run("One"),))


@pytest.mark.parametrize(("authors", "first"), [([], ""), (["Ada Example"], "Ada Example\n")])
def test_few_authors_are_all_named(authors: list[str], first: str) -> None:
    _, head, words = headed(prose("x"), "A Title", authors, "2607.1", ADDRESS)
    assert isinstance(head, Prose) and head.runs[0].words == first
    assert [words] == prose("x")


def test_an_abstract_is_a_text_of_one_section() -> None:
    found = abstract("A Title", "One $x_1$.\n\nTwo.")
    assert found[:2] == [Heading(1, "", (Run("A Title"),)), Heading(2, "", (Run("Abstract"),))]
    assert found[2:] == [Prose((Run("One $x_1$.", "tex"),)), Prose((Run("Two.", "tex"),))]


def test_a_paper_that_numbers_its_sections_is_not_numbered_again() -> None:
    found = read("## 1 One\n\n## Thanks\n")
    assert numbered(found) == found
    counted = numbered(read("## One\n\nx\n\n## Thanks\n"))
    assert [each.number for each in counted if isinstance(each, Heading)] == ["1", "2"]


def test_how_deep_a_section_is_says_its_number_or_else_its_level() -> None:
    words = (Run("x"),)
    assert [depth(Heading(4, number, words), 2) for number in ("1", "1.2", "1.2.3", "A.1", "")] == [0, 1, 2, 2, 2]
    assert depth(Heading(2, "", words), 3) == 0


# As Markdown


@pytest.mark.parametrize(
    ("block", "written"),
    [
        (Formula("x_1", "(3)"), "$$x_1$$ (3)"),
        (Formula("x_1", "", Place(1, 0, "•")), "-   $$x_1$$"),
        (Code("a ``` b"), "````\na ``` b\n````"),
        (Figure(("https://example.org/a_(b).png",), (Run("A [b]"),)),
         "![A \\[b\\]](https://example.org/a_%28b%29.png)\n\nA \\[b\\]"),
        (Figure((), (Run("Words"),)), "Words"),
        (Table((((Run("a"),), (Run("b"),)), ((Run("c"),),)), 1), "| a | b |\n| --- | --- |\n| c |  |"),
        (Table((((Run("a"),),),)), "|  |\n| --- |\n| a |"),
        (Prose((Run("x"),), Place(2, 1, "[1]")), ">     -   \\[1\\] x"),
        (Prose((Run("x\ny"),), Place(1, 0, "2.")), "2.  x\\\n    y"),
        (Prose((Run("x"),), Place(1, 0, "")), "    x"),
        (Prose((Run("a`b", "code"),)), "`` a`b ``"),
        (Prose((Run("ab", "code"),)), "`ab`"),
        (Prose((Run(" b ", "strong"), Run(" ", "emphasis"), Run("$x_1$", "formula"))), "**b**  $x_1$"),
        (Prose((Run("a*", "image", "https://example.org/x"), Run("b*", "image"))),
         "![a\\*](https://example.org/x)b\\*"),
        (Prose((Run("here", "", "https://example.org/(x)"),)), "[here](https://example.org/%28x%29)"),
    ],
)  # fmt: skip
def test_a_block_as_markdown(block: Block, written: str) -> None:
    assert markdown([block]) == f"{written}\n"


def test_a_line_break_in_a_cell_or_a_heading_is_a_blank_in_markdown() -> None:
    broken = (Run("one\ntwo"), Run("\n"))
    assert markdown([Table(((broken,),), 1)]) == "| one two |\n| --- |\n"
    assert markdown([Heading(2, "1", broken)]) == "## 1 one two\n"
