"""Texts of papers made to fill the memory or to take for ever, by name: in Markdown, and in arXiv's HTML."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

MARKDOWN, HTML = (4 << 20) - 200, (16 << 20) - 200
"""Bytes: nearly as many as a text may have."""

TABLE = "|a|b|\n|-|-|\n"
WIDE = f"|{'a|' * 1_000}\n|{'-|' * 1_000}\n"
PAPER = "<article class='ltx_document'>"
TABULAR = f"{PAPER}<table class='ltx_tabular'>"

Text = tuple[Callable[[], bytes], int]
"""The text, and the exit code that it must have."""


def again(unit: str, before: str = "# T\n\n", most: int = MARKDOWN) -> Callable[[], bytes]:
    """Something over and over."""
    return lambda: before.encode() + unit.encode() * ((most - len(before.encode())) // len(unit.encode()))


def page(unit: str, before: str = PAPER) -> Callable[[], bytes]:
    """As a page of arXiv's."""
    return again(unit, before, HTML)


def numbered(form: str) -> Callable[[], bytes]:
    """Something with another number each time."""

    def made() -> bytes:
        parts, size = ["# T\n\n"], 0
        for number in count():
            parts.append(form.replace("N", str(number)))
            size += len(parts[-1])
            if size > MARKDOWN - 100:
                return "".join(parts).encode()
        raise AssertionError

    return made


TEXTS: dict[str, Text] = {
    "a table of 20,000 rows": (lambda: (TABLE + "|a|b|\n" * 20_000).encode(), 8),
    "a table of 650,000 rows": (again("|a|b|\n", f"# T\n\n{TABLE}"), 8),
    "a table of 1,000 columns": (again(f"|{'b|' * 1_000}\n", WIDE), 8),
    "rows without their cells": (again("a\n" * 60 + "\n" + WIDE, WIDE), 8),
    "a table of many words": (again(f"|{('ab ' * 300 + '|') * 20}\n", f"|{'a|' * 20}\n|{'-|' * 20}\n"), 8),
    "a row of 4 MB": (again("ab ", TABLE), 0),
    "300,000 tables": (again(f"{TABLE}\n"), 8),
    "a million headings": (again("# a\n"), 8),
    "headings with a line below": (again("a\n=\n"), 8),
    "paragraphs of one letter": (again("a\n\n"), 8),
    "lines of one letter": (again("a\n"), 8),
    "a line of 4 MB": (again("a"), 0),
    "words in one line": (again("ab "), 0),
    "a list": (again("- a\n"), 8),
    "a list of nothing": (again("-\n"), 8),
    "a numbered list": (numbered("N. a\n"), 8),
    "lists in one another": (again("- " * 59 + "a\n"), 8),
    "lists deeper than any": (again("- " * 5_000 + "a\n"), 0),
    "quotations": (again("> a\n"), 8),
    "quotations in one another": (again("> " * 59 + "a\n"), 0),
    "rules": (again("---\n"), 8),
    "emphasis": (again("*a* **b** " * 1_900 + "\n\n"), 8),
    "stars": (again("*a **b " * 2_500 + "\n\n"), 0),
    "links": (again("[a](b) " * 900 + "\n\n"), 8),
    "images": (again("![a](http://a.b/c) " * 900 + "\n\n"), 8),
    "brackets": (again("[" * 1_000 + "a" * 18_000 + "\n\n"), 0),
    "definitions": (numbered("[N]: b\n"), 8),
    "definitions of one": (again("[a]: b\n"), 8),
    "footnotes": (numbered("[^N]: b\n\n"), 8),
    "code in lines": (again("`a` " * 4_900 + "\n\n"), 8),
    "code without an end": (again("a\n", "```\n"), 8),
    "HTML": (again("<div>\n\n"), 8),
    "formulas": (again("$a$ "), 0),
    "formulas of their own": (numbered("$$\\sum_{i}^{N} \\frac{a}{b}$$\n\n"), 8),
    "one sign beyond Latin": (again("ab cd\n\n", "𝔘 $a$\n\n"), 8),
}

PAGES: dict[str, Text] = {
    "a page with a table of 130,000 rows": (
        lambda: (TABULAR + "<tr><td>a</td><td>b</td></tr>" * 130_000 + "</table><p>end</p>").encode(), 8,
    ),
    "a page of cells": (page("<td>a", TABULAR), 8),
    "a page of tables": (page("<table class=ltx_tabular><tr><td>a</table>"), 8),
    "a page of paragraphs": (page("<p>a</p>"), 8),
    "a page of elements without an end": (page("<div>"), 8),
    "a page of styles": (page("<b>a</b>"), 8),
    "a page of links": (page("<a href=x>a</a> "), 8),
    "a page of images": (page("<img src=x>"), 8),
    "a page of line ends": (page("a<br>"), 8),
    "a page of code": (page("a\n", f"{PAPER}<pre>"), 8),
    "a page of formulas": (page("<math alttext='a'>x</math>"), 8),
    "a page of MathML": (page("<mi>x</mi><mo>+</mo>", f"{PAPER}<math alttext=a>"), 0),
    "a page of words": (page("ab ", f"{PAPER}<p>"), 0),
    "a page of one tag": (page("a=b ", f"{PAPER}<p "), 8),
    "a page with a sign beyond Latin": (page("<p>ab cd ab cd ef</p>", f"{PAPER}<p>𝔘</p>"), 8),
}  # fmt: skip
