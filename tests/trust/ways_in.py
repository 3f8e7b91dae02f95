"""Every way by which text comes in: given texts, what of each is there once they were read."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Sequence
from datetime import date
from itertools import repeat
from typing import Any
from xml.sax.saxutils import escape

from arxiv_hub import error_feed, feed
from papercli import snapshot
from papercli.config import Config
from papercli.config.file import values_of
from papercli.config.kept import File
from papercli.config.topics import is_name
from papercli.console import Console
from papercli.dates import when
from papercli.errors import BadRequest, PapercliError, Unreadable
from papercli.grammar import parse
from papercli.identify import paper_id
from papercli.library.arriving import read as read_own
from papercli.library.own import note_text
from papercli.sources.announced import read_announcement
from papercli.sources.atom import read_page, refusal
from papercli.sources.huggingface import HuggingFace
from papercli.status import words as words_of_refusal
from papercli.text import line

HF = HuggingFace("https://huggingface.co")
ID = "2607.10001"
CONFIG = File("/config.toml", "setting", 'sort = "comments"', "papers config edit")
_RSS = (
    "<?xml version='1.0' encoding='utf-8'?>\n"
    "<rss xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:arxiv='http://arxiv.org/schemas/atom'><channel>"
    "<title>cs.CL updates on arXiv.org</title><pubDate>Fri, 03 Jul 2026 00:00:00 -0400</pubDate><item>{}"
    f"<guid>oai:arXiv.org:{ID}v1</guid></item></channel></rss>"
)


class Way:
    """`read` takes `slots` texts of at most `size` code points with a letter behind each, and gives what came of each.
    With `whole` all of a text that is visible must be there again; else only some of it is told, as of a mistake."""

    def __init__(
        self, read: Callable[..., Sequence[str]], slots: int = 1, size: int = 64, *, whole: bool = True,
        xml: bool = False, loses: str = "",
    ) -> None:  # fmt: skip
        self.read, self.slots, self.size = read, slots, size
        self.whole, self.xml, self.loses = whole, xml, loses


def utf8(thing: object) -> bytes:
    """The thing as JSON that a service sends; half a pair of surrogates as an escape."""
    text = json.dumps(thing, ensure_ascii=False)
    return re.sub("[\ud800-\udfff]", lambda found: f"\\u{ord(found[0]):04x}", text).encode()


def _json(*texts: str) -> list[str]:
    title, summary, short, author, word, login, name, submitter, called = texts
    paper = {
        "id": ID, "title": title, "summary": summary, "ai_summary": short, "authors": [{"name": author}],
        "ai_keywords": [word], "organization": {"name": login, "fullname": name},
        "submittedOnDailyBy": {"user": submitter, "fullname": called},
    }  # fmt: skip
    (read,) = HF.read(utf8([{"paper": paper}])).papers
    return [read.title, read.abstract, read.ai_summary, read.authors[0], read.keywords[0], read.organization,
            read.organization_name, read.submitter, read.submitter_name]  # fmt: skip


def _json_escaped(title: str, summary: str) -> list[str]:
    paper = HF.read_paper(f'{{"id": "{ID}", "title": "{_units(title)}", "summary": "{_units(summary)}"}}'.encode())
    return [paper.title, paper.abstract]


def _units(text: str) -> str:
    """The text in escapes of JSON, two for what lies beyond the first plane."""
    units = text.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def _error(text: str) -> list[str]:
    try:
        HF.read(utf8({"error": text}))
    except Unreadable as error:
        return [str(error).partition('"')[2].rpartition('"')[0]]
    return []


def _entry(inside: str) -> Any:
    body = f"<entry><id>http://arxiv.org/abs/{ID}v1</id>{inside}</entry>"
    return read_page(feed(body, total=1).encode("utf-8", "surrogatepass")).papers[0]


def _atom(*texts: str) -> list[str]:
    title, summary, author, comment, journal = map(escape, texts)
    paper = _entry(
        f"<title>{title}</title><summary>{summary}</summary><author><name>{author}</name></author>"
        f"<arxiv:comment>{comment}</arxiv:comment><arxiv:journal_ref>{journal}</arxiv:journal_ref>"
    )
    return [paper.title, paper.abstract, paper.authors[0], paper.arxiv_comment, paper.journal_ref]


def _atom_number(title: str, summary: str) -> list[str]:
    words, more = ("".join(f"&#{ord(character)};" for character in text) for text in (title, summary))
    paper = _entry(f"<title>{words}</title><summary>{more}</summary>")
    return [paper.title, paper.abstract]


def _atom_error(text: str) -> list[str]:
    body = error_feed("x").replace("<summary>x<", f"<summary>{escape(text)}<")
    return [refusal(body.encode("utf-8", "surrogatepass"))]


def _rss(*texts: str) -> list[str]:
    title, abstract, name = map(escape, texts)
    body = f"<title>{title}</title><description>{abstract}</description><dc:creator>{name}</dc:creator>"
    paper = read_announcement(_RSS.format(body).encode("utf-8", "surrogatepass")).items[0].paper
    return [paper.title, paper.abstract, "".join(paper.authors)]


def _snapshot(*texts: str) -> list[str]:
    title, abstract, comment, journal, name = texts
    record = {"id": ID, "title": title, "abstract": abstract, "comments": comment, "journal-ref": journal,
              "authors_parsed": [[name, "", ""]]}  # fmt: skip
    paper = snapshot.paper(utf8(record))
    return [paper.title, paper.abstract, paper.arxiv_comment, paper.journal_ref, *paper.authors]


def _library_import(tag: str, note: str, query: str) -> list[str]:
    when = "2026-07-03T15:00:00Z"
    rows = [{"papercli": "library", "version": 1}, {"id": ID, "tags": {tag: when}, "note": note, "noted": when},
            {"follow": "x", "query": query}]  # fmt: skip
    own = read_own(io.BytesIO(b"\n".join(map(utf8, rows))), "here", is_name)
    (name,) = (each[4:] for each in own.papers[ID] if each.startswith("tag:"))
    return [name, own.papers[ID]["note"].replace("\n", " "), own.follow["x"]]


def _query(text: str) -> list[str]:
    """A mistake in it is shown with the place, of which the console takes a piece as it is."""
    try:
        parse(f"up:x ({text}", lambda word: when(word, newest=date(2026, 7, 3)))
    except BadRequest as error:
        return [error.place[0] if error.place else ""]
    return [""]


def _id(text: str) -> list[str]:
    try:
        return [paper_id(f"arXiv:{text}")]
    except BadRequest as error:
        return [str(error)]


def _variable(text: str) -> list[str]:
    """The value of an environment variable, which is none that the setting takes."""
    try:
        Config(lambda kind: "/nowhere", {"PAPERCLI_LISTING_SORT": text}).value("listing.sort")
    except BadRequest as error:
        return [failed(error)]
    return [""]


def _setting(text: str) -> list[str]:
    """A name in config.toml, which knows it not; TOML has no surrogates, and other controls only as escapes."""
    name = re.sub(r'[\x00-\x1f"\\\x7f]', lambda found: f"\\u{ord(found[0]):04x}", text)
    try:
        values_of(CONFIG, f'[listing]\n"{name}" = 1'.encode("utf-8", "ignore"))
    except BadRequest as error:
        return [failed(error)]
    return [""]


def failed(error: PapercliError) -> str:
    """A failure as the console tells it, in words and as JSON."""
    return told(lambda console: console.fail(error))


def noted(text: str) -> str:
    """A note as the console tells it, in words and as JSON."""
    return told(lambda console: console.note("kind", text))


def told(tell: Callable[[Console], None]) -> str:
    """What the console writes to standard error, in words and then as JSON; its own ends of lines taken away."""
    err = io.TextIOWrapper(io.BytesIO(), "utf-8", errors="surrogateescape", newline="\n")
    console = Console(io.StringIO(), err, {})
    for console.json in (False, True):
        tell(console)
    err.flush()
    return err.buffer.getvalue().decode("utf-8", "surrogateescape").replace("\n", " ")  # type: ignore[attr-defined]


def _refusal(text: str) -> list[str]:
    return [noted(words_of_refusal(utf8({"error": text})))]


def in_pieces(way: Way, characters: Sequence[str], between: str = "x") -> list[list[str]]:
    """The characters in texts, a letter behind each or at least behind all, as many together as the way has slots."""
    pieces = ["".join(f"{each}{between}" for each in characters[at : at + way.size]) + "x" for at in
              range(0, len(characters), way.size)]  # fmt: skip
    pieces += repeat("x", -len(pieces) % way.slots)
    return [pieces[at : at + way.slots] for at in range(0, len(pieces), way.slots)]


WAYS = {
    "JSON": Way(_json, 9),
    "JSON escapes": Way(_json_escaped, 2, 256),
    "an error of the hub": Way(_error),
    "Atom": Way(_atom, 5, xml=True),
    "&#n;": Way(_atom_number, 2, 256, xml=True),
    "an error of arXiv": Way(_atom_error, xml=True),
    "RSS": Way(_rss, 3, xml=True, loses=",{}~"),  # names stand between commas, TeX's signs become what they mean
    "the snapshot": Way(_snapshot, 5, loses="{}~"),
    "library import": Way(_library_import, 3, 20),
    "an argument": Way(lambda note, tag: [note_text(note).replace("\n", " "), line(tag)], 2, 256),
    "a query": Way(_query, 1, 256, whole=False),
    "an id": Way(_id, 1, 28, whole=False),
    "a variable": Way(_variable, 1, 256, whole=False),
    "config.toml": Way(_setting, 1, 2_048, whole=False),
    "a refusal": Way(_refusal, 1, 256, whole=False),
    "what is said": Way(lambda hint, note: [failed(BadRequest("no", hint=hint)), noted(note)], 2, 256, whole=False),
}
