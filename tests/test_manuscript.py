"""What is read out of a paper's Markdown and HTML, and how it is drawn."""

from __future__ import annotations

import pytest

from papercli.errors import BadRequest
from papercli.manuscript import Block, Code, Figure, Formula, Heading, Table, Text, blocks, said
from papercli.manuscript.doubled import single
from papercli.manuscript.headings import Numbers
from papercli.manuscript.sections import headings, numbered, section
from papercli.manuscript.written import markdown
from papercli.render import View
from papercli.render.manuscript import contents, pieces

ADDRESS = "https://arxiv.org/html/2607.99001"
FRONT = f"Title: A Paper\n\nURL Source: {ADDRESS}\n\nMarkdown Content:\n"


def read(words: str) -> list[Block]:
    return list(blocks(Text("markdown", words, ADDRESS)))


def read_html(words: str) -> list[Block]:
    return list(blocks(Text("html", f"<article class='ltx_document'>{words}</article>", ADDRESS)))


def drawn(found: list[Block], width: int = 80, **how: object) -> str:
    return "".join(pieces(found, View(width=width, **how)))  # type: ignore[arg-type]


def names(found: list[Block]) -> list[tuple[int, str, str]]:
    return [(each.level, each.number, said(each.runs)) for each in headings(found)]


# Headings


@pytest.mark.parametrize(
    ("titles", "found"),
    [
        (["1 Introduction", "1.1 Why", "2. Method", "3Results"], ["1", "1.1", "2", "3"]),
        (["I Introduction", "II Method", "II-A Data", "III Results"], ["I", "II", "II-A", "III"]),
        (["1 One", "A Proofs", "A.1 The first", "B Data"], ["1", "A", "A.1", "B"]),
        (["1 One", "Appendix A Proofs", "Appendix B Data"], ["1", "A", "B"]),
        (["A Survey of Agents", "I, Robot", "3D Vision", "2024 in review", "B Side"], ["", "", "", "", ""]),
        (["1 One", "B Sides are not next"], ["1", ""]),
    ],
)
def test_a_heading_begins_with_a_number_or_with_a_word(titles: list[str], found: list[str]) -> None:
    numbers = Numbers()
    assert [numbers.split(title)[0] for title in titles] == found


def test_headings_of_either_shape_and_those_without_numbers() -> None:
    text = FRONT + (
        "A Paper\n=======\n\n###### Abstract\n\nx\n\n1 Introduction\n--------------\n\n### 1.1 Why\n\n##### Run in.\n\n"
        "y\n\n###### Theorem 1\n\nz\n\n## References\n"
    )
    found = read(text)
    assert names(found) == [(2, "", "Abstract"), (2, "1", "Introduction"), (3, "1.1", "Why"), (2, "", "References")]
    assert said(found[0].runs) == "A Paper"  # type: ignore[union-attr]
    assert sum(isinstance(each, Heading) and each.level == 1 for each in found) == 1
    assert "Theorem 1" in drawn(found)


def test_where_nothing_is_numbered_the_sections_are_counted() -> None:
    found = numbered(read("# One\n\n## Two\n\n## Three\n\n# Four\n\n# Five\n"))
    assert contents(headings(found), View(width=0)) == "1\tOne\n1.1\tTwo\n1.2\tThree\n2\tFour\n3\tFive\n"
    assert [said(each.runs) for each in section(found, "2") if isinstance(each, Heading)] == ["Four"]


def test_a_section_ends_where_the_next_of_its_rank_begins() -> None:
    found = read("## 1 One\n\na\n\n### 1.1 In\n\nb\n\n## 2 Two\n\nc\n")
    assert [said(each.runs) for each in section(found, "1")] == ["One", "a", "In", "b"]  # type: ignore[union-attr]
    assert [said(each.runs) for each in section(found, "two")] == ["Two", "c"]  # type: ignore[union-attr]
    with pytest.raises(BadRequest, match="one of several"):
        section(read("## 1 Data here\n\n## 2 Data there\n"), "data")
    with pytest.raises(BadRequest, match="no section"):
        section(read("only prose"), "data")


def test_the_pages_own_contents_and_frame_are_left_out() -> None:
    frame = "Back to arXiv\n\nThis is experimental HTML.\n\nLicense: made up\narXiv:2607.99001v1\n\n"
    toc = f'1.   [1 Introduction]({ADDRESS}v1#S1 "In A Paper")\n    1.   [1.1 Why]({ADDRESS}v1#S1.SS1)\n\n'
    found = read(f"{FRONT}{frame}{toc}Ann Author\n\n## 1 Introduction\n\nx [2]({ADDRESS}v1#bib.bib2)\n")
    assert [said(each.runs) for each in found] == ["A Paper", "Ann Author", "Introduction", "x 2"]  # type: ignore[union-attr]


# Formulas


def test_formulas_are_drawn_and_money_is_not() -> None:
    out = drawn(read(r"From $x_1 \leq \mathcal{O}(n)$ and \(a_{2}\) for \$5 or $5 and $10, not US$3/$4, $a|b$."))
    assert out == "From x₁ ≤ 𝒪(n) and a₂ for $5 or $5 and $10, not US$3/$4, a|b.\n"


def test_markdown_has_no_say_in_a_formula() -> None:
    out = drawn(read("$a_{1}*b_{2}*c$ and $f(x)[i](j)$ and\n\n| $|x|$ | $\\{y\\}$ |\n| --- | --- |\n| 1 | `$x$` |\n"))
    assert "a₁*b₂*c" in out
    assert "f(x)[i](j)" in out
    assert "|x|  {y}" in out
    assert "1    $x$" in out


def test_formulas_without_dollars_are_found() -> None:
    out = drawn(
        read(r"the losses \theta_{\text{keep}} and h_{i} (of \mathcal{D}_{x}), seq_len, C:\Users and \fnm Ann.")
    )
    assert out == "the losses θ_keep and h_i (of 𝒟_x), seq_len, C:\\Users and \\fnm Ann.\n"


def test_a_formula_of_its_own_stands_apart() -> None:
    assert read("$$x = 1$$\n\n$y_2$\n\n\\[z_{1}\\]\n") == [Formula("x = 1"), Formula("y_2"), Formula("z_{1}")]
    table = "| $\\displaystyle x$ | $= 1$ | (3) |\n| --- | --- | --- |\n"
    assert read(table) == [Formula("\\displaystyle x = 1", "(3)")]
    assert drawn([Formula("x_1 = 1", "(3)")]) == "    x₁ = 1\u2003(3)\n"
    assert drawn(read(r"\[1\] says so \(and so on\)")) == "[1] says so (and so on)\n"


def test_a_formula_of_several_rows_has_as_many_lines() -> None:
    tex = "\\begin{aligned} a_1 &= b \\\\ c &= d \\end{aligned}"
    assert drawn([Formula(tex, "(7)")]) == "    a₁ = b\n    c = d\u2003(7)\n"
    assert read(FRONT + "\\mathcal{L}(x)=\\left[x_{1}\\right],(4)")[1] == Formula(
        "\\mathcal{L}(x)=\\left[x_{1}\\right]", "(4)"
    )


def test_a_blank_that_a_converter_lost_before_a_number_is_there() -> None:
    assert drawn(read(f"see Figure[3]({ADDRESS}v1#S4.F3) and [[4]({ADDRESS}v1#bib.bib4)]")) == "see Figure 3 and [4]\n"


def test_what_cannot_be_drawn_stays_as_it_was_written() -> None:
    assert drawn(read(r"so $\unknowncommand{x}$ it is")) == "so $\\unknowncommand{x}$ it is\n"


def test_dollars_in_code_are_code() -> None:
    found = read("`$HOME` and `$PATH`\n\n```sh\necho $HOME $x_1$\n```\n")
    assert found[1] == Code("echo $HOME $x_1$")
    assert drawn(found) == "$HOME and $PATH\n\n  echo $HOME $x_1$\n"


_SPOKEN = "start_POSTSUBSCRIPT italic_i end_POSTSUBSCRIPT"


@pytest.mark.parametrize(
    ("words", "once"),
    [
        (f"for f i subscript 𝑓 𝑖 f_{{i}}italic_f {_SPOKEN} and", "for $f_{i}$ and"),
        ("by t 𝑡 t italic_t, the n 𝑛 n italic_n-gram", "by $t$, the $n$-gram"),
        ("any j≥1 𝑗 1 j\\geq 1 italic_j ≥ 1.", "any $j\\geq 1$."),
        ("some γ 𝛾\\gamma italic_γ tokens", "some $\\gamma$ tokens"),
        (f"x 1 subscript 𝑥 1 x_{{1}}italic_x {_SPOKEN.replace('italic_i', '1')}", "$x_{1}$"),
        (
            f"(t i,t j)subscript 𝑡 𝑖 subscript 𝑡 𝑗(t_{{i}},t_{{j}})( italic_t {_SPOKEN} , italic_t {_SPOKEN} ). So",
            "$(t_{i},t_{j})$. So",
        ),
        (f"a T^j subscript^𝑇 𝑗\\hat{{T}}_{{j}}over^ start_ARG italic_T end_ARG {_SPOKEN}", "a $\\hat{T}_{j}$"),
        ("words in italic_letters and start_of things", "words in italic_letters and start_of things"),
    ],
)  # fmt: skip
def test_a_formula_that_a_converter_wrote_four_times_is_one(words: str, once: str) -> None:
    assert single(words) == once
    assert drawn(read(FRONT + words)) == drawn(read(FRONT + once))


# Lists, tables, figures


def test_marks_that_stand_twice_are_drawn_once() -> None:
    text = FRONT + "*   •one \n*   •two \n    1.   1.in \n\n*   [12] A. Name. \n"
    assert drawn(read(text)).split("\n")[2:] == [" • one", " • two", "   1. in", "[12] A. Name.", ""]


def test_images_are_labelled_links_with_their_captions() -> None:
    text = (
        "![Image 3: Refer to caption](https://example.org/x3.png)\n\n(a) \n\n![Image 4](https://example.org/x4.png)\n\n"
        "Figure 2: Two *views*.\n\n![A map](https://example.org/m.png)\n\nProse."
    )
    assert drawn(read(text)) == (
        "[Figure 2: Two views.] https://example.org/x3.png\nhttps://example.org/x4.png\n\n"
        "[A map] https://example.org/m.png\n\nProse.\n"
    )


def test_links_show_their_address_where_the_terminal_has_none() -> None:
    words = f"see [the code](https://example.org/x) and [4]({ADDRESS}v1#bib.bib4) or <https://example.org/y>"
    assert drawn(read(words)) == ("see the code (https://example.org/x) and 4 or https://example.org/y\n")
    assert "\x1b]8;;https://example.org/x\x1b\\the code\x1b]8;;\x1b\\" in drawn(read(words), links=True)
    assert "(https://" not in drawn(read(words), links=True)


def test_a_table_fits_or_becomes_records() -> None:
    row = "| " + " | ".join(f"value {n} of the row" for n in range(4)) + " |\n"
    table = "| a | b | c | d |\n| - | - | - | - |\n" + row * 2
    wide, narrow = drawn(read(table), 100), drawn(read(table), 44)
    assert wide.count("\n") == 4
    assert all(len(line) <= 44 for line in narrow.split("\n"))
    assert "a: " not in narrow
    assert drawn(read(table), 20).startswith("a: value 0 of the\n  row\nb: ")
    assert drawn(read(table), 100, plain=True, unicode=False).startswith("a: value 0 of the row\nb: ")


def test_a_thousand_columns_are_records_and_lose_nothing() -> None:
    table = "|" + "".join(f"c{n}|" for n in range(1_000)) + "\n|" + "-|" * 1_000 + "\n|" + "x|" * 1_000 + "\n"
    out = drawn(read(table), 80)
    assert out.count("\n") == 1_000
    assert "c999: x" in out


def test_quotations_and_nested_lists_are_set_in() -> None:
    assert drawn(read("> a\n>\n> - b\n>   - c\n")) == "│ a\n\n│  • b\n│     • c\n"
    assert drawn(read("> a\n"), unicode=False) == "| a\n"
    assert drawn(read("- b\n"), unicode=False) == " - b\n"


def test_hand_wrapped_markdown_flows_and_a_converters_line_ends_stay() -> None:
    assert drawn(read("one\ntwo  \nthree")) == "one two\nthree\n"
    assert drawn(read(f"{FRONT}one\ntwo")) == "A Paper\n\none\ntwo\n"


# HTML


def test_a_formula_of_html_is_its_alttext() -> None:
    inside = "<semantics><mi>x</mi><annotation>x_{1}</annotation></semantics>"
    html = f'<p class="ltx_p">So <math alttext="x_{{1}}">{inside}</math>.</p>'
    assert drawn(read_html(html)) == "So x₁.\n"


def test_equations_are_layout_and_keep_their_numbers() -> None:
    html = (
        '<table class="ltx_equationgroup ltx_eqn_align ltx_eqn_table"><tbody class="ltx_tbody">'
        '<tr class="ltx_equation ltx_eqn_row"><td class="ltx_eqn_cell"></td><td class="ltx_td ltx_eqn_cell">'
        '<math alttext="\\displaystyle x"></math></td><td class="ltx_td"><math alttext="=1"></math></td>'
        '<td class="ltx_eqn_cell ltx_eqn_eqno"><span class="ltx_tag_equation">(2)</span></td></tr></tbody></table>'
    )
    assert read_html(html) == [Formula("x =1", "(2)")]


def test_a_table_of_html_with_cells_over_columns_and_rows() -> None:
    html = (
        '<table class="ltx_tabular"><thead class="ltx_thead"><tr class="ltx_tr"><th class="ltx_th" rowspan="2">m</th>'
        '<th class="ltx_th" colspan="2">score</th></tr><tr class="ltx_tr"><th>a</th><th>b</th></tr></thead>'
        '<tbody><tr class="ltx_tr"><td class="ltx_td">x</td><td>1</td><td>2</td></tr></tbody></table>'
    )
    (table,) = read_html(html)
    assert isinstance(table, Table)
    assert [[said(cell) for cell in row] for row in table.rows] == [["m", "score", ""], ["", "a", "b"], ["x", "1", "2"]]
    assert table.head == 2
    assert drawn([table]) == "m  score\n   a      b\n─  ─────  ─\nx  1      2\n"


def test_footnotes_come_after_their_paragraph() -> None:
    html = (
        '<p class="ltx_p">Yes<span class="ltx_note ltx_role_footnote"><sup class="ltx_note_mark">3</sup><span'
        ' class="ltx_note_outer"><span class="ltx_note_content"><sup class="ltx_note_mark">3</sup><span class="ltx_tag'
        ' ltx_tag_note">3</span>Or no.</span></span></span>, surely.</p><p>Next.</p>'
    )
    assert drawn(read_html(html)) == "Yes³, surely.\n\n ³ Or no.\n\nNext.\n"


def test_figures_algorithms_and_subfigures() -> None:
    html = (
        '<figure class="ltx_figure"><figure class="ltx_figure"><img src="x1.png"><figcaption class="ltx_caption">(a)'
        '</figcaption></figure><figure><img src="x2.png"></figure><figcaption class="ltx_caption"><span class="ltx_tag'
        ' ltx_tag_figure">Figure 1: </span>Both.</figcaption></figure><figure class="ltx_float"><figcaption'
        ' class="ltx_caption">Algorithm 1</figcaption><div class="ltx_listing"><div class="ltx_listingline">if '
        '<math alttext="x_{1}"></math></div>\n<div class="ltx_listingline">  go</div></div></figure>'
    )
    assert read_html(html)[0] == Figure(
        ("https://arxiv.org/html/x1.png", "https://arxiv.org/html/x2.png"),
        read_html(html)[0].caption,  # type: ignore[union-attr]
    )
    assert said(read_html(html)[0].caption) == "(a) Figure 1: Both."  # type: ignore[union-attr]
    assert Code("if x₁\n  go") in read_html(html)


def test_theorems_and_run_in_titles_are_no_sections() -> None:
    html = (
        '<section class="ltx_section"><h2 class="ltx_title ltx_title_section"><span class="ltx_tag">2 </span>Two</h2>'
        '<div class="ltx_theorem"><h6 class="ltx_title ltx_title_theorem"><span class="ltx_tag">Theorem 1'
        '</span>.</h6><p>True.</p></div><section class="ltx_appendix"><h2 class="ltx_title ltx_title_appendix"><span'
        ' class="ltx_tag ltx_tag_appendix">Appendix A </span>Proofs</h2></section></section>'
    )
    assert names(read_html(html)) == [(2, "2", "Two"), (2, "A", "Proofs")]
    assert "Theorem 1.\n\nTrue." in drawn(read_html(html))


def test_what_is_not_the_paper_is_left_out() -> None:
    page = (
        "<html><head><title>x</title><style>p{}</style></head><body><nav>menu</nav><header>site</header>"
        "<article class='ltx_document'><p>text</p><script>1</script><svg>no</svg></article><footer>f</footer>"
    )
    assert drawn(list(blocks(Text("html", page, ADDRESS)))) == "text\n"


# Written as Markdown


def test_html_written_as_markdown_reads_back_the_same() -> None:
    html = (
        '<h2 class="ltx_title ltx_title_section"><span class="ltx_tag">1 </span>A *star*</h2><p>a_b *c* [d](e) `f`'
        ' <b>g</b> <math alttext="x_{i}"></math> 1. x</p><ul><li>one</li><li>two</li></ul><blockquote>q</blockquote>'
        '<pre>code\n  more</pre><table class="ltx_tabular"><tr><td>1|2</td><td>3</td></tr></table>'
    )
    found = read_html(html)
    again = read(markdown(found))
    assert drawn(again).replace("\n\n", "\n") == drawn(found).replace("\n\n", "\n")
