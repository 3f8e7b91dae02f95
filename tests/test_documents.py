"""Lists as documents, Markdown and a web page: what a reader of each sees, and that nothing from outside is more than
text there."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from conftest import Papers
from papercli.paper import Entry
from papercli.render import View, render
from papercli.value import changed
from test_cards import CAPTIONS, DEMO, ODD, entries_of

VOID = {"meta"}
HOSTILE = (
    "<script>alert(1)</script>", "</title></style></article>", "</textarea><img src=x onerror=alert(1)>", "a &amp; b",
    "\" onmouseover=\"x", "' x='", "[x](javascript:alert(1))", "![x](https://example.org/x.png)", "*a* _b_ **c** __d__",
    "`a` ``b``", "a|b|c", "<https://example.org>", "# x", "- x", "+ x", "1. x", "12) x", "> x", "===", "---", "    x",
    "```", "~~~", "~~x~~", "x](https://example.org) [y", "[x]: https://example.org", "[^1]", "\\", "a\\", "\\[x](y)",
    "&lt;b&gt;", "&copy; &#35;", "$\\alpha_t^2$", "x ^y^ z", "a: b", "::: x", "!", "%%x%%", "==x==", "</p>\n\n<p>",
    "https://example.org/x", "www.example.org", "a@example.org", "@someone #1", "a\n\n# b", "\t- x", "***", "* x",
)  # fmt: skip
FORBIDDEN = "a\x00b\x08c\x1be\x7ff\x85g\ud800h\ufffei\uffffk"


def drawn(
    format: str, entries: tuple[Entry, ...] | list[Entry], caption: str = CAPTIONS[DEMO][0], **how: object
) -> str:
    return render(entries, format, View(caption=(caption, ""), **how))  # type: ignore[arg-type]


def hostile(text: str) -> Entry:
    return changed(
        entries_of(DEMO)[0], title=text, abstract=text, ai_summary=text, authors=(text,) * 12, keywords=(text, text),
        tags=(text,), note=text, categories=(text,), code=f"javascript:{text}", project="https://example.org/a_(b)_<c>",
    )  # fmt: skip


def folded(text: str) -> str:
    return " ".join(text.split())


# Markdown


def tokens(text: str) -> list[Token]:
    """Every token of a reader with tables and strikethrough, those inside a line too."""
    blocks = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(text)
    return [token for block in blocks for token in (block, *(block.children or []))]


def shape(text: str) -> list[str]:
    """What there is besides text: kinds of tokens, and where links lead."""
    return [
        f"{token.type} {token.attrs.get('href', '')}" for token in tokens(text) if token.type not in ("text", "inline")
    ]


def texts(text: str) -> list[str]:
    """Each block as it is read: its text without marks."""
    return [
        "".join(child.content for child in block.children or [])
        for block in MarkdownIt("commonmark").enable("table").parse(text)
        if block.type == "inline"
    ]


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_a_text_in_markdown_is_read_as_it_is_and_is_nothing_else(text: str, whole: bool) -> None:
    page = drawn("md", [hostile(text)], text, abstract=whole)
    found = [each for each in shape(page) if not each.startswith("text_special")]
    assert found == [
        each for each in shape(drawn("md", [hostile("x")], "x", abstract=whole)) if not each.startswith("text_special")
    ]
    read, said = texts(page), folded(text)
    assert (read[0], read[2]) == (said, said), "the list's title and the paper's"
    assert said in read[3] and said in read[4] and read[-1] == said, "authors, tags, the note"
    assert read.count(said) == (5 if whole else 4)


@pytest.mark.parametrize(
    "text", ["https://example.org/x", "x http://a.example", "www.example.org", "WWW.a.b", "a@b.example"]
)
def test_a_bare_address_in_markdown_is_no_link(text: str) -> None:
    """GitHub makes links of them (GitHub Flavored Markdown, 6.9), but not where a backslash stands between."""
    page = drawn("md", [hostile(text)], text)
    assert not re.search(r"(?i)(?<!\()https?://|www\.|[a-z0-9]@", page)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("%%hidden%%", "\\%%hidden\\%%"),
        ("==marked==", "\\==marked\\=="),
        ("[^1] and x^2^", "\\[\\^1\\] and x\\^2\\^"),
        ("$x$ costs $5", "\\$x\\$ costs \\$5"),
        ("|a|b|", "\\|a\\|b\\|"),
        ("~~a~~ #tag @name", "\\~\\~a\\~\\~ \\#tag \\@name"),
        ("95% of A=B, a-b, C++, 3.5 (x) at 12:30; AT&T!", "95% of A=B, a-b, C++, 3.5 (x) at 12:30; AT&T!"),
    ],
)
def test_what_only_some_readers_know_is_escaped_too_and_nothing_else(text: str, written: str) -> None:
    """Comments and highlights of Obsidian, footnotes, mathematics and mentions of GitHub."""
    assert f"\n\n{written}\n\n" in drawn("md", [hostile(text)])


@pytest.mark.parametrize("listing", [DEMO, ODD])
def test_every_paper_is_in_the_markdown_with_its_links(listing: str) -> None:
    page = drawn("md", entries_of(listing), CAPTIONS[listing][0])
    assert page.startswith("# Daily Papers · ") and "As of 2026-08-01 12:00 UTC." in page
    links = [str(token.attrs["href"]) for token in tokens(page) if token.type == "link_open"]
    assert [link for link in links if "huggingface.co/papers" in link] == [entry.url for entry in entries_of(listing)]
    assert not [token for token in tokens(page) if token.type in ("image", "html_block", "html_inline", "code_block")]
    read = texts(page)
    for entry in entries_of(listing):
        assert {entry.title, entry.ai_summary or entry.abstract or entry.title} <= set(read)
        assert entry.pdf_url in links and (entry.code is None or entry.code in links)


def test_abstracts_are_in_the_markdown_when_asked_for_or_nothing_is_shorter() -> None:
    entry = entries_of(DEMO)[0]
    assert entry.abstract not in texts(drawn("md", [entry]))
    assert entry.abstract in texts(drawn("md", [entry], abstract=True))
    assert entry.abstract in texts(drawn("md", [entry], pages=True))
    assert entry.abstract in texts(drawn("md", [changed(entry, ai_summary=None)]))


# HTML


class Page(HTMLParser):
    """A page as a browser reads it: elements with their attributes, and the text that begins each; end tags fit."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
            self.texts.append((tag, ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and data.strip():
            tag, text = self.texts[-1]
            self.texts[-1] = (tag, text + data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_a_text_on_the_page_is_read_as_it_is_and_is_nothing_else(text: str) -> None:
    page, plain = Page(drawn("html", [hostile(text)], text)), Page(drawn("html", [hostile("x")], "x"))
    assert page.found == plain.found
    read = [words.strip() for _, words in page.texts]
    assert read.count(text.strip()) == 8, "twice the title of the list; title, summary, abstract, two keywords, note"


@pytest.mark.parametrize("listing", [DEMO, ODD])
def test_the_page_is_whole_and_asks_for_nothing(listing: str) -> None:
    text = drawn("html", entries_of(listing), CAPTIONS[listing][0], pages=True)
    page = Page(text)
    assert text.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert not {tag for tag, _ in page.found} & {"script", "img", "link", "iframe", "object", "video", "base", "form"}
    assert not {name for _, attributes in page.found for name in attributes if name.startswith("on") or name == "src"}
    style = next(words for tag, words in page.texts if tag == "style")
    assert "url(" not in style and "@import" not in style
    assert "prefers-color-scheme: dark" in style
    assert "width=device-width" in text and "default-src 'none'" in text
    assert all(link["rel"] == "noopener noreferrer" for link in page.all("a"))
    assert all(re.match(r"https?://[!-~]+$", link["href"] or "") for link in page.all("a"))
    assert [each["id"] for each in page.all("article")] == [entry.id for entry in entries_of(listing)]
    assert [words for tag, words in page.texts if tag == "h1"] == [CAPTIONS[listing][0]]


def test_the_page_has_every_author_and_abstract() -> None:
    for entry in entries_of(ODD):
        read = " ".join(words for _, words in Page(drawn("html", [entry])).texts)
        assert ", ".join(entry.authors) in read
        assert entry.abstract in read
        assert (entry.ai_summary or "") in read


def test_the_readers_marks_tags_and_note_are_in_documents() -> None:
    entry = changed(
        entries_of(DEMO)[0], starred=True, later=True, read=True, tags=("to-cite",), note="Ask\nIlse", keywords=()
    )
    page = Page(drawn("html", [entry]))
    assert [words for tag, words in page.texts if tag == "span"][-4:] == ["starred", "later", "read", "#to-cite"]
    assert ("blockquote", "Ask\nIlse") in [(tag, words.strip()) for tag, words in page.texts]
    read = texts(drawn("md", [entry]))
    assert read[4].endswith("starred · later · read · #to-cite")
    assert read[-1] == "Ask Ilse"


def test_where_it_was_published_is_in_documents() -> None:
    entry = changed(entries_of(DEMO)[0], doi="10.1000/a(b)_c", journal_ref="Journal of *Salt* <3> (2026)")
    page = Page(drawn("html", [entry]))
    assert "https://doi.org/10.1000/a(b)_c" in [link["href"] for link in page.all("a")]
    assert ("p", "Journal of *Salt* <3> (2026)") in [(tag, words.strip()) for tag, words in page.texts]
    read = drawn("md", [entry])
    assert "[DOI](https://doi.org/10.1000/a%28b%29_c)" in read
    assert "Journal of *Salt* <3> (2026)" in texts(read)
    assert "DOI" not in drawn("html", [changed(entry, doi="10.48550/arXiv.2607.99013")]), (
        "arXiv's own is no other place"
    )


def test_a_link_that_is_none_is_not_made() -> None:
    entry = changed(entries_of(DEMO)[0], code="javascript:alert(1)", project="data:text/html,x", url="//example.org")
    for format in ("html", "md"):
        page = drawn(format, [entry])
        assert "javascript:" not in page and "data:" not in page and "//example.org" not in page


@pytest.mark.parametrize("format", ["md", "html"])
def test_no_control_is_in_a_document(format: str) -> None:
    page = drawn(format, [hostile(FORBIDDEN)], FORBIDDEN)
    page.encode("utf-8")
    assert not re.search("[^\n\x20-\x7e\xa0-\ufffd\U00010000-\U0010ffff]", page)


def test_no_papers_are_a_document_that_says_whose() -> None:
    assert (
        drawn("md", [], "Daily Papers · Sun 5 Jul 2026 · no papers") == "# Daily Papers · Sun 5 Jul 2026 · no papers\n"
    )
    assert drawn("md", [], "") == "# Papers\n"
    page = Page(drawn("html", [], ""))
    assert ("h1", "Papers") in page.texts and ("p", "No papers.") in page.texts


@pytest.mark.parametrize("format", ["md", "html"])
def test_documents_are_named_for_their_list_and_say_the_same_twice(papers: Papers, format: str) -> None:
    first, again = papers("today", "-o", format), papers("--offline", "today", "-o", format, env={"TZ": "Asia/Tokyo"})
    assert (first.returncode, first.stderr, again.returncode) == (0, "", 0)
    assert first.stdout == again.stdout
    assert "Daily Papers · Fri 3 Jul 2026 · 12 papers" in first.stdout
    one = papers("show", "2607.99013", "-o", format)
    assert one.returncode == 0 and "Notebooks, Not Transcripts" in one.stdout


def test_the_lines_of_a_paper_in_text_stand_below_its_title_and_name_an_address_once() -> None:
    odd = changed(hostile("words " * 30), code="https://example.org/same", project="https://example.org/same")
    lines = drawn("text", [odd] * 100).splitlines()
    places = [place for place, line in enumerate(lines) if re.match(r"[0-9]+\. ", line)]
    assert len(places) == 100
    for place, end in zip(places, [*places[1:], len(lines)], strict=True):
        head, *rest = [line for line in lines[place:end] if line]
        left = len(head) - len(head.split(" ", 1)[1])
        assert {len(line) - len(line.lstrip()) for line in rest} == {left}
        assert sum("example.org/same" in line for line in rest) == 1
