"""Whether an answer is the text of a paper, and how it is decoded."""

from __future__ import annotations

from papercli.errors import Unreadable
from papercli.manuscript import Text

LARGEST = {"markdown": 4 << 20, "html": 16 << 20}
"""Bytes. Real texts have 17 to 180 kB as Markdown; as HTML, with MathML beside every formula, up to a few MB."""


def markdown(body: bytes, address: str) -> Text:
    """A text in Markdown. Raises Unreadable for a web page, which Hugging Face sends with status 200 where it has no
    text, for an error as JSON, and for what is no text."""
    words = _decoded(body)
    start = words[:200].lstrip("\ufeff \t\r\n")
    if start.startswith("<"):
        raise Unreadable("answered a web page, as it does where it has no text")
    if start.startswith('{"error"'):
        raise Unreadable("answered an error")
    if not words.partition("Markdown Content:")[2].strip() and ("Markdown Content:" in words or not words.strip()):
        raise Unreadable("answered an empty text")
    return Text("markdown", words.removeprefix("\ufeff"), address)


def html(body: bytes, address: str) -> Text:
    """A text in the HTML of LaTeXML. Raises Unreadable for any other page."""
    words = _decoded(body)
    if "ltx_" not in words:
        raise Unreadable("answered a page without the text")
    return Text("html", words, address)


def _decoded(body: bytes) -> str:
    try:
        words = body.decode("utf-8")
    except ValueError as error:
        raise Unreadable("answered something that is not text") from error
    if "\0" in words:
        raise Unreadable("answered something that is not text")
    return words
