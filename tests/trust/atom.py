"""Answers of arXiv, Atom and RSS, spoiled: each is papers that are clean, or one Unreadable. What another reader of
feeds makes of those that are well formed is what we make of them, but for the differences that are named here."""

from __future__ import annotations

import random
import re
from functools import cache
from typing import Any
from xml.etree import ElementTree

import feedparser

from arxiv_hub import announcement, entry, feed, item
from hub import FIXTURES
from papercli.errors import Unreadable
from papercli.paper import Paper
from papercli.sources.announced import is_announcement
from papercli.sources.arxiv import Arxiv

from . import RECORDINGS
from .bounds import bounded, memory
from .made_up import FRIDAY, arxiv_paper
from .mutate import HOSTILE_TEXTS, xml_bytes
from .oracle import visible
from .papers import wrong
from .trial import Trial

ARXIV = Arxiv("https://export.example.org", "https://rss.example.org", "cs.CL")
GATE, LONG, ASKED = 20_000, 200_000, 60
"""Bodies, and of how many the other reader is asked for one: it is a hundred times slower than ours."""

_ARXIVS = r"(?:https?://(?:[a-z]+\.)?arxiv\.org/abs/|oai:arXiv\.org:)"
_IN_TEXT = re.compile(rb">([^<>]{3,})<")


def suite(trial: Trial) -> None:
    """Spoiled as bytes, or in the words between the tags, so that it stays well formed; then the bombs."""
    recorded = _recorded()
    if not recorded:
        trial.note("no recorded answers beside the project: all are made up")
    with memory(512):
        for number in trial.numbers(GATE, LONG, what="spoiled bodies of XML"):
            dice = trial.random(number)
            body = _spoiled(dice.choice(recorded if recorded and number % 10 == 9 else _made_up()), dice)
            with trial.case(number), bounded(trial, number, seconds=2.0):
                papers = _one(trial, number, body)
            if papers is not None and number % ASKED == 0:
                with trial.case(number):
                    _as_another_reads_it(trial, number, body, papers)
    _bombs(trial)


def _spoiled(body: bytes, dice: random.Random) -> bytes:
    if dice.random() < 0.6:
        return xml_bytes(body, dice)
    for _ in range(dice.choice((1, 2, 5))):
        found = dice.choice(list(_IN_TEXT.finditer(body)))
        text = dice.choice(HOSTILE_TEXTS) if dice.random() < 0.5 else found[1].decode(errors="replace")[::-1]
        legal = re.sub("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\x9b", text)
        words = legal.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").encode()
        at = dice.choice((found.start(1), found.end(1)))
        body = body[:at] + words + body[at if dice.random() < 0.7 else found.end(1) :]
    return body


def _one(trial: Trial, number: int, body: bytes) -> tuple[Paper, ...] | None:
    try:
        papers = ARXIV.read(body).papers
    except Unreadable as error:
        trial.check(str(error).isprintable(), number, f"says {str(error)!a}")
        trial.check(ARXIV.refusal(body).isprintable(), number, "a refusal that is no text")
        return None
    trial.count("papers read", len(papers))
    for paper in papers:
        if said := wrong(paper):
            trial.check(False, number, said)
    for paper in papers[:1]:
        again = ARXIV.read_row(paper.row)
        trial.check(again is not None and again.title == paper.title, number, "the row is another paper")
    return papers


# Another reader


def _as_another_reads_it(trial: Trial, number: int, body: bytes, papers: tuple[Paper, ...]) -> None:
    """Identifiers and titles, in order, of the entries in which both find both."""
    found = feedparser.parse(body, sanitize_html=False, resolve_relative_uris=False,
                             response_headers={"content-type": "application/xml; charset=utf-8"})  # fmt: skip
    if found.bozo:
        trial.count("not well formed to the other reader")
        return
    trial.count("compared with the other reader")
    theirs = {id: visible(title) for id, title in map(_named, found.entries) if id and visible(title)}
    ours = {paper.id: visible(paper.title) for paper in papers}
    if theirs == ours:
        return
    if _explained(body):
        trial.count("differences explained by a rule")
        return
    trial.check(False, number, f"we have {ours!a}, the other {theirs!a}"[:600])


def _named(entry: Any) -> tuple[str, str]:
    written = str(entry.get("id", "")).strip()
    page = re.fullmatch(rf"{_ARXIVS}(.+?)(?:v[1-9]\d{{0,3}})?", written)
    return page[1] if page else "", str(entry.get("title", ""))[:1_000]


def _explained(body: bytes) -> str:
    """Why the two may differ: what the other reader does that the standards of feeds do not ask for."""
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError:
        return "it reads what is not well formed"
    entries = [each for each in root.iter() if each.tag.rpartition("}")[2] in ("entry", "item")]
    names = [[child.tag.rpartition("}")[2] for child in each] for each in entries]
    if any(each.count(name) > 1 for each in names for name in ("id", "title", "guid")):
        return "an element twice, of which it takes the last"
    atom = "{http://www.w3.org/2005/Atom}"
    odd = [child.tag for each in entries for child in each if child.tag.rpartition("}")[2] in ("id", "title", "guid")]
    if {tag.rpartition("}")[0] + "}" for tag in odd if "}" in tag} - {atom} or (b"<rss" not in body and "id" in odd):
        return "names of another space, which it takes for those of the feed"
    if not all({"id", "guid"}.intersection(each) for each in names):
        return "an identifier that is only the link's"
    return _explained_by_text(entries)


def _explained_by_text(entries: list[ElementTree.Element]) -> str:
    said = {name: [] for name in ("id", "title", "guid")}  # type: dict[str, list[str]]
    for each in entries:
        for child in each:
            if (name := child.tag.rpartition("}")[2]) in said:
                said[name].append("".join(child.itertext()))
                if len(child):
                    return "an element in an element, whose text it takes otherwise"
    if any(re.search(r"[<&\\{~]", title) for title in said["title"]):
        return "signs of HTML, or of TeX in RSS, which are read as such"
    if any(re.search("[\x80-\x9f]", title) for title in said["title"]):
        return "controls, which it takes for signs of Windows"
    if any(len(title) > 1_000 for title in said["title"]):
        return "a title longer than a thousand characters"
    ids = [id.strip() for id in [*said["id"], *said["guid"]]]
    if any(not re.fullmatch(rf"{_ARXIVS}[!-~]+", id) for id in ids):  # one with a capital more is none either
        return "an identifier that is none of arXiv's, or in RSS the link's"
    if len({re.sub(r"v\d+$", "", id.rpartition("/")[2]) for id in ids}) < len(ids):
        return "a paper twice"
    return "an identifier that no paper has" if any(not _is_id(id) for id in ids) else ""


def _is_id(written: str) -> bool:
    bare = re.sub(_ARXIVS, "", written, count=1)
    return bool(
        re.fullmatch(r"(?a)(\d{4}\.(\d{5}|(?<=0\d\d\d\.|1[0-4]\d\d\.)\d{4})|[a-z-]+/\d{7})(v[1-9]\d{0,3})?", bare)
    )


# Bombs

_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
_TYPES = {
    "laughs": f'<!DOCTYPE feed [<!ENTITY l0 "lol">{_LAUGHS}]>',
    "quadratic": f'<!DOCTYPE feed [<!ENTITY l11 "{"a" * 100_000}">]>',
    "external": '<!DOCTYPE feed [<!ENTITY l11 SYSTEM "file:///etc/passwd">]>',
    "remote": '<!DOCTYPE feed PUBLIC "-//x//y" "http://127.0.0.1:9/x.dtd">',
    "parameter": '<!DOCTYPE feed [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd"> %x;]>',
    "attributes": '<!DOCTYPE feed [<!ATTLIST entry id CDATA "evil">]>',
    "behind a comment": "<!-- x --><?x y?>\n<!DOCTYPE feed>",
}
_SIZES = {
    "depth": ("<x>" * 500_000, True), "breadth": ("<x/>" * 2_500_000, True),
    "attribute": (f'<x y="{"z" * 8_000_000}"/>', False), "a long name": (f"<{'x' * 4_000_000}/>", False),
    "an unfinished tag": (f"<x {'y ' * 2_000_000}", True), "text": ("&#955;" * 1_200_000, False),
    "comments": ("<!-- x -->" * 800_000, False), "names": ("".join(f"<y{n}/>" for n in range(600_000)), False),
}  # fmt: skip


def _bombs(trial: Trial) -> None:
    """Nothing of them is read that cannot be afforded, and nothing is fetched."""
    good = _made_up()[0].decode()
    head, mark, rest = good.partition("?>\n")
    bodies = {}
    for name, said in _TYPES.items():
        inside = rest.replace("Kangaroo", "&l11;&l11;") if "l11" in said else rest
        bodies[name] = head + mark + said + inside, True
    for name, (said, refused) in _SIZES.items():
        closed = f"{said}{'</x>' * said.count('<x>')}"
        bodies[name] = good.replace("<author>", f"{closed}<author>", 1), refused
    with memory(300):
        for name in trial.named(list(bodies), what="bombs"):
            body, refused = bodies[name]
            with trial.case(name), bounded(trial, name, seconds=6.0):
                _one_bomb(trial, name, body.encode(), refused)


def _one_bomb(trial: Trial, name: str, body: bytes, refused: bool) -> None:
    try:
        papers = ARXIV.read(body).papers
    except Unreadable:
        return
    trial.check(not refused, name, f"is read as {len(papers)} papers")
    trial.check(all(not wrong(paper) for paper in papers), name, "is read as something odd")


@cache
def _made_up() -> list[bytes]:
    """Odd answers of both kinds, and short ones without anything odd."""
    odd = [(FIXTURES / "arxiv" / name).read_bytes() for name in ("odd.atom.xml", "odd.rss.xml")]
    papers = [arxiv_paper(n, f"Kangaroo kernels {n}") for n in (1, 2)]
    short = feed("".join(map(entry, papers)), total=2).encode()
    rss = announcement("".join(item(paper, "new", FRIDAY) for paper in papers), ["cs.CL"], FRIDAY).encode()
    return [*[short, rss] * 5, *odd]


@cache
def _recorded() -> list[bytes]:
    """The recorded answers that are not long."""
    files = [*sorted(RECORDINGS.glob("arxiv_atom/*.xml")), *sorted(RECORDINGS.glob("arxiv_rss/*.xml"))]
    bodies = [path.read_bytes() for path in files]
    return [body for body in bodies if len(body) < 30_000 and (is_announcement(body) or b"<entry>" in body)]
