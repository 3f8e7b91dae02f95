"""What readers of other people's make of our formats: the ids in a text, in order; anything odd is a ValueError."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from xml.etree import ElementTree

import bibtexparser
import feedparser

VOID = ("meta", "br", "hr", "link", "img", "input", "base")
TAGS = {
    "html": {"lang"}, "head": set(), "meta": {"charset", "name", "content", "http-equiv"}, "title": set(),
    "style": set(), "body": set(), "header": set(), "main": set(), "h1": {"dir"}, "h2": {"dir"}, "p": {"class", "dir"},
    "time": {"datetime"}, "article": {"id"}, "a": {"href", "rel"}, "span": {"class", "dir"}, "nav": set(),
    "details": {"class", "open"}, "summary": set(), "blockquote": {"dir"}, "sub": set(), "sup": set(), "em": set(),
    "strong": set(), "i": set(), "b": set(),
}  # fmt: skip
"""Every tag that the page may have, and its attributes. None of them makes a browser ask for anything."""


class Page(HTMLParser):
    """A page as a browser reads it; ValueError for what it may not hold."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.feed(text)
        self.close()
        if self.open:
            raise ValueError(f"never closed: {self.open}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Only what is allowed."""
        if tag not in TAGS or {name for name, _ in attrs} - TAGS[tag]:
            raise ValueError(f"<{tag} {attrs}>"[:200])
        said = dict(attrs)
        if tag == "a" and not re.fullmatch(r"https?://[!-~]+", said["href"] or ""):
            raise ValueError(f"a link to {said['href']!r}"[:200])
        if tag == "article":
            self.ids.append(said["id"] or "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """What was begun last ends first."""
        if not self.open or self.open.pop() != tag:
            raise ValueError(f"</{tag}> ends nothing")

    def handle_decl(self, decl: str) -> None:
        """One document type."""
        if decl.lower() != "doctype html":
            raise ValueError(decl)

    def handle_comment(self, data: str) -> None:
        """There are none."""
        raise ValueError(f"a comment: {data[:60]!r}")


def _feed(text: str) -> list[str]:
    if re.search(r"<!DOCTYPE|<!ENTITY|<!\[CDATA\[|<\?(?!xml version)", text):
        raise ValueError("more than elements and text")
    ElementTree.fromstring(text)
    found = feedparser.parse(text.encode(), sanitize_html=False, response_headers={"content-type": "application/xml"})
    if found.bozo:
        raise ValueError(str(found.bozo_exception))
    return [entry.id.removeprefix("https://arxiv.org/abs/") for entry in found.entries]


def _bibliography(text: str) -> list[str]:
    if re.search(r"\^\^|\\(?:input|InputIfFileExists|ExplSyntaxOn|iow|write|def|end)(?![a-z])", text):
        raise ValueError("TeX that runs")
    read = bibtexparser.parse_string(text, parse_stack=[])
    if read.failed_blocks or len(read.blocks) != len(read.entries):
        raise ValueError("what is no entry")
    for entry in read.entries:
        if not re.fullmatch(r"[a-z0-9-]+[a-z0-9.-]*", entry.key):
            raise ValueError(f"a key {entry.key!r}")
    return [
        str(next(field.value for field in entry.fields if field.key == "eprint")).strip("{}") for entry in read.entries
    ]


def _table(rows: list[list[str]]) -> list[str]:
    if len({len(row) for row in rows}) > 1:
        raise ValueError("rows of different lengths")
    return [row[0] for row in rows]


def _csv(text: str) -> list[str]:
    head, *rows = list(csv.reader(io.StringIO(text), strict=True))
    if odd := [cell for row in rows for cell in row if cell.lstrip().startswith(tuple("=+-@＝＋－＠"))]:
        raise ValueError(f"a formula: {odd[0][:40]!r}")
    return _table([head, *rows])[1:]


def _ris(text: str) -> list[str]:
    lines = text.split("\r\n")
    if odd := [line for line in lines if line and not re.match(r"[A-Z][A-Z0-9]  - ", line)]:
        raise ValueError(f"a line without a tag: {odd[0][:60]!r}")
    return [line.removeprefix("M1  - arXiv:") for line in lines if line.startswith("M1  - arXiv:")]


def _json_feed(text: str) -> list[str]:
    return [item["id"].removeprefix("https://arxiv.org/abs/") for item in json.loads(text)["items"]]


READERS: dict[str, Callable[[str], list[str]]] = {
    "json": lambda text: [row["id"] for row in json.loads(text)],
    "jsonl": lambda text: [json.loads(line)["id"] for line in text.split("\n")[:-1]],
    "tsv": lambda text: _table([line.split("\t") for line in text.split("\n")[:-1]]),
    "csv": _csv,
    "ids": lambda text: text.split("\n")[:-1],
    "urls": lambda text: [line.rpartition("/papers/")[2] for line in text.split("\n")[:-1]],
    "bibtex": _bibliography,
    "biblatex": _bibliography,
    "csl": lambda text: [item["archive_location"] for item in json.loads(text)],
    "ris": _ris,
    "atom": _feed,
    "rss": _feed,
    "jsonfeed": _json_feed,
    "html": lambda text: Page(text).ids,
}
ENDS = {"tsv": "\t\n", "ris": "\r\n"}
"""Controls with which a format ends its cells and lines; a newline where none is named."""
