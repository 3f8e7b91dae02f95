"""A paper as a note for Obsidian and the like: what its file is called, the keys at its head, and a first text."""

from __future__ import annotations

import re

from papercli.render.document import BETWEEN, links
from papercli.render.markdown import link, plain
from papercli.render.references import day, key, primary, published_doi

TYPE_CHECKING = False
if TYPE_CHECKING:
    from papercli.front_matter import Value
    from papercli.paper import Entry

LONGEST_NAME = 100  # bytes, its end included
END = ".md"
ONCE = ("tags", "aliases")
"""Keys that are the person's once the note is there."""


def file_name(entry: Entry) -> str:
    """`2507.11423 Title of it.md`: nothing that a file system or a link of Obsidian's cannot take; NFC."""
    from unicodedata import normalize

    title = re.sub(r'[\\/:*?"<>|#^\[\]\x00-\x1f]', " ", normalize("NFC", entry.title))
    name = " ".join(f"{entry.id.replace('/', '-')} {title}".split())
    cut = name.encode("utf-8", "replace")[: LONGEST_NAME - len(END)].decode("utf-8", "ignore")
    return cut.rstrip(" .\u200d") + END


def fields(entry: Entry) -> dict[str, Value]:
    """The keys at its head. None where nothing is known."""
    return {
        "citekey": key(entry),
        "title": entry.title,
        "eprint": entry.id,
        "eprinttype": "arxiv",
        "primaryClass": primary(entry) or None,
        "authors": entry.authors,
        "authorString": ", ".join(entry.authors),
        "year": int(day(entry)[:4]),
        "date": entry.published,
        "DOI": published_doi(entry) or f"10.48550/arXiv.{entry.id}",
        "journal": entry.journal_ref,
        "URL": entry.url,
        "arxiv": entry.arxiv_url,
        "pdf": entry.pdf_url,
        "code": entry.code,
        "project": entry.project,
        "organization": entry.organization_name or entry.organization,
        "keywords": entry.keywords,
        "upvotes": entry.upvotes,
        "listed": entry.listed,
        "read": entry.read,
        "starred": entry.starred,
        "later": entry.later,
        "note": entry.note,
        "tags": tuple(filter(None, map(_tag, entry.tags))),
        "aliases": (entry.title,) if entry.title else (),
    }


def body(entry: Entry) -> str:
    """The text of a new note."""
    blocks = [
        f"# {plain(entry.title or entry.id)}",
        plain(", ".join(entry.authors)),
        BETWEEN.join(link(words, address) for words, address in [("Page", entry.url), *links(entry)]),
        plain(entry.ai_summary or ""),
        entry.abstract and f"## Abstract\n\n{plain(entry.abstract)}",
        "## Notes",
        *(plain(paragraph) for paragraph in (entry.note or "").split("\n")),
    ]
    return "\n" + "\n\n".join(filter(None, blocks)) + "\n"


def _tag(tag: str) -> str:
    """The tag as Obsidian takes it: letters, digits, `_`, `-` and `/`."""
    return re.sub(r"[^\w/-]+", "-", tag).strip("-")
