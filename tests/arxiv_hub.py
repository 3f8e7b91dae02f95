"""The tests' own stand-in for arXiv, on loopback, over made-up papers: its query API and its announcements.

`/api/query` and `/html/ID` answer as export.arxiv.org does, `/rss/CATEGORIES` as rss.arxiv.org does, `/pdf/ID` with a
made-up PDF. Queries are read by the rules of github.com/arXiv/arxiv-search: AND, OR and ANDNOT have no precedence and
take all that follows, titles and abstracts are found by stem and with their accents, English stop words nowhere. What
it cannot read is refused with status 400. The first part of the path names a fault, as in
`http://127.0.0.1:PORT/_429/api/query`; `hub.faults` gives faults to the next requests.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import threading
import time
from contextlib import closing, suppress
from datetime import date
from fnmatch import fnmatchcase
from functools import cache
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from papercli.text import folded
from pdf_server import Pdfs

STOP = {
    "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "if", "in", "into", "is", "it", "no", "not", "of",
    "on", "or", "such", "that", "the", "their", "then", "there", "these", "they", "this", "to", "was", "will", "with",
}  # fmt: skip
NAMES = (
    'xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom"'
    ' xmlns="http://www.w3.org/2005/Atom"'
)
MADE_UP: list[dict] = json.loads((Path(__file__).parent / "fixtures" / "arxiv" / "papers.json").read_bytes())


class ArxivHub:
    """A running server. `url` is its base, for both services; `requests` holds the path of every request, `agents` its
    User-Agent, `at` when it came (monotonic seconds), `most_at_once` how many were answered at a time at most.

    It is `today` in New York. Requests that come sooner than `gap` seconds after the last are refused.
    """

    def __init__(self, papers: list[dict] | None = None, today: str = "2026-07-03", gap: float = 0.0) -> None:
        self.papers, self.today, self.gap = list(MADE_UP if papers is None else papers), date.fromisoformat(today), gap
        self.texts: dict[str, str] = {}  # of papers, as the HTML of LaTeXML
        self.requests: list[str] = []
        self.agents: list[str] = []
        self.at: list[float] = []
        self.faults: list[str] = []
        self.pdfs = Pdfs()
        self.delay, self.most_at_once, self._now_answered = 0.0, 0, 0
        self.lock = threading.Lock()
        handler = type("Handler", (_Handler,), {"hub": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        self.pdfs.over = True
        self._server.shutdown()
        self._server.server_close()

    def came(self, path: str, agent: str) -> bool:
        """Note the request; whether it came too soon."""
        with self.lock:
            now = time.monotonic()
            early = bool(self.at) and now - self.at[-1] < self.gap
            self.requests.append(path)
            self.agents.append(agent)
            self.at.append(now)
            self._now_answered += 1
            self.most_at_once = max(self.most_at_once, self._now_answered)
            return early

    def gone(self) -> None:
        with self.lock:
            self._now_answered -= 1

    def query(self, given: dict[str, str]) -> tuple[int, str]:
        """Status and body of a search."""
        start, size = given.get("start", "0"), given.get("max_results", "10")
        if not start.isdigit() or not size.isdigit():
            return 400, error_feed("max_results must be an integer")
        if int(size) > 2000 or int(start) + int(size) > 30_000:
            return 400, error_feed("too many results were asked for")
        try:
            found = self.meant(given.get("search_query", ""), [i for i in given.get("id_list", "").split(",") if i])
        except ValueError as error:
            return 400, error_feed(str(error))
        if given.get("sortBy", "relevance") != "relevance":
            key = {"submittedDate": "published", "lastUpdatedDate": "updated"}[given["sortBy"]]
            found.sort(key=lambda p: p.get(key, p["published"]), reverse=given.get("sortOrder") != "ascending")
        page = found[int(start) : int(start) + int(size)]
        return 200, feed("".join(map(entry, page)), total=len(found), start=int(start), size=int(size))

    def meant(self, words: str, ids: list[str]) -> list[dict]:
        """The papers that are meant; ValueError for what cannot be read."""
        found = self.papers
        if ids:
            if wrong := [i for i in ids if not re.fullmatch(r"(\d{4}\.\d{4,5}|[a-z-]+/\d{7})(v\d+)?", i)]:
                raise ValueError(f"incorrect id format for {wrong[0]}")
            by_id = {p["id"]: p for p in self.papers}
            bare = [re.sub(r"v\d+$", "", i) for i in ids]
            found = [by_id[i] for i in bare if i in by_id]
        if not words:
            return list(found) if ids else []
        test = Reader(words).whole()
        return [p for p in found if test(p)]

    def announcement(self, categories: list[str]) -> str:
        """The announcement of today, as github.com/arXiv/arxiv-feed makes it."""
        items: dict[str, list[dict]] = {kind: [] for kind in ("new", "cross", "replace", "replace-cross")}
        for paper in sorted(self.papers, key=lambda p: p["id"], reverse=True):
            if (kind := kind_for(paper, categories)) and self.today.weekday() < 5:
                items[kind].append(paper)
        rows = "".join(item(paper, kind, self.today) for kind, papers in items.items() for paper in papers)
        return announcement(rows, categories, self.today)


def kind_for(paper: dict, asked: list[str]) -> str:
    """How a paper is announced to whoever asks for these categories; "" when it is not."""
    said = paper.get("announced", "")
    action, where = next(iter(said.items())) if isinstance(said, dict) else (said, paper["categories"])
    if not action or not any(_inside(c, asked) for c in where):
        return ""
    first = _inside(paper["categories"][0], asked)
    return {"new": "new" if first else "cross", "cross": "cross", "replace": "replace" if first else "replace-cross"}[
        action
    ]


def _inside(category: str, asked: list[str]) -> bool:
    return any(category == each or category.startswith(f"{each}.") for each in asked)


# Queries


class Reader:
    """One query, read; a term is a function of a paper."""

    def __init__(self, words: str) -> None:
        dates = r"submittedDate:\[(\d{12}) TO (\d{12})\]"
        self.words = re.sub(dates, r'submittedDate:"\1 TO \2"', words)
        self.tokens = re.findall(r'"[^"]*"|[()]|\b(?:AND|ANDNOT|OR)\b(?=[()\s]|$)|[A-Za-z]+:|[^"()\s]+', self.words)
        self.at = 0

    def whole(self):
        test = self.expression()
        if self.at < len(self.tokens):
            raise self.wrong()
        return test

    def expression(self):
        left = self.group() if self.next() == "(" else self.term()
        word = self.next()
        if word not in ("AND", "OR", "ANDNOT"):
            return left
        self.at += 1
        right = self.expression()  # all that follows: there is no precedence
        return {
            "AND": lambda p: left(p) and right(p),
            "OR": lambda p: left(p) or right(p),
            "ANDNOT": lambda p: left(p) and not right(p),
        }[word]

    def group(self):
        self.at += 1
        inside = self.expression()
        if self.next() != ")":
            raise self.wrong()
        self.at += 1
        return inside

    def term(self):
        field, said = self.next(), self.next(1)
        if not field.endswith(":") or field[:-1] not in FIELDS or said in ("", "(", ")", "AND", "OR", "ANDNOT"):
            raise self.wrong()
        if "\\" in said or (not said.startswith('"') and not re.fullmatch(r"[A-Za-z0-9.-]+\*?", said)):
            raise self.wrong()
        self.at += 2
        return lambda p: FIELDS[field[:-1]](p, said.strip('"'))

    def next(self, ahead: int = 0) -> str:
        return self.tokens[self.at + ahead] if self.at + ahead < len(self.tokens) else ""

    def wrong(self) -> ValueError:
        return ValueError(f"Invalid query string: '{self.words}'")


@cache
def stems(text: str) -> list[str]:
    """The words of a text by stem, in order, without stop words."""
    words = " ".join(word for word in re.findall(r"[^\W_]+", text.lower()) if word not in STOP)
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE VIRTUAL TABLE t USING fts5 (x, tokenize = 'porter unicode61 remove_diacritics 0')")
        db.execute("CREATE VIRTUAL TABLE v USING fts5vocab (t, instance)")
        db.execute("INSERT INTO t VALUES (?)", [words])
        return [term for (term,) in db.execute("SELECT term FROM v ORDER BY offset")]


def by_stem(text: str, said: str) -> bool:
    if said.endswith("*"):
        return any(stem.startswith(said[:-1]) for stem in stems(text))
    wanted, there = stems(said), stems(text)
    return bool(wanted) and any(there[at : at + len(wanted)] == wanted for at in range(len(there)))


def as_written(text: str, said: str) -> bool:
    there = [word for word in re.sub("[.,;]", "", folded(text)).split() if word not in STOP]
    if said.endswith("*"):
        return any(word.startswith(said[:-1].lower()) for word in there)
    wanted = re.sub("[.,;]", "", folded(said)).split()
    return bool(wanted) and any(there[at : at + len(wanted)] == wanted for at in range(len(there)))


def anywhere(paper: dict, said: str) -> bool:
    texts = [paper["title"], paper["abstract"], paper.get("comment", ""), paper.get("journal_ref", "")]
    return any(by_stem(t, said) for t in texts[:2]) or any(as_written(t, said) for t in [*texts, *paper["authors"]])


FIELDS = {
    "all": anywhere,
    "ti": lambda p, said: by_stem(p["title"], said),
    "abs": lambda p, said: by_stem(p["abstract"], said),
    "au": lambda p, said: any(all(as_written(name, word) for word in said.split()) for name in p["authors"]),
    "cat": lambda p, said: any(fnmatchcase(category, said) for category in p["categories"]),
    "co": lambda p, said: as_written(p.get("comment", ""), said),
    "submittedDate": lambda p, said: said[:12] <= re.sub(r"\D", "", p["published"])[:12] <= said[-12:],
}


# What is written


def feed(entries: str, *, total: int, start: int = 0, size: int = 10, title: str = "arXiv Query: made up") -> str:
    return (
        f"<?xml version='1.0' encoding='UTF-8'?>\n<feed {NAMES}>\n  <id>https://arxiv.org/api/madeup</id>\n"
        f"  <title>{escape(title)}</title>\n  <updated>2026-07-03T04:00:00Z</updated>\n"
        f"  <opensearch:itemsPerPage>{size}</opensearch:itemsPerPage>\n"
        f"  <opensearch:totalResults>{total}</opensearch:totalResults>\n"
        f"  <opensearch:startIndex>{start}</opensearch:startIndex>\n{entries}</feed>\n"
    )


def entry(paper: dict) -> str:
    page = f"{paper['id']}v{paper.get('version', 1)}"
    optional = {name: paper.get(name) for name in ("comment", "journal_ref", "doi")}
    more = {
        name: f"    <arxiv:{name}>{escape(said)}</arxiv:{name}>\n" if said else "" for name, said in optional.items()
    }
    authors = "".join(f"    <author>\n      <name>{escape(name)}</name>\n    </author>\n" for name in paper["authors"])
    scheme = "http://arxiv.org/schemas/atom"
    categories = "".join(f'    <category term="{each}" scheme="{scheme}"/>\n' for each in paper["categories"])
    return (
        f"  <entry>\n    <id>http://arxiv.org/abs/{page}</id>\n    <title>{escape(paper['title'])}</title>\n"
        f"    <updated>{paper.get('updated', paper['published'])}</updated>\n"
        f'    <link href="https://arxiv.org/abs/{page}" rel="alternate" type="text/html"/>\n'
        f'    <link href="https://arxiv.org/pdf/{page}" rel="related" type="application/pdf" title="pdf"/>\n'
        f"    <summary>{escape(paper['abstract'])}</summary>\n{categories}"
        f"    <published>{paper['published']}</published>\n{more['comment']}"
        f'    <arxiv:primary_category term="{paper["categories"][0]}"/>\n{more["journal_ref"]}{authors}{more["doi"]}'
        f"  </entry>\n"
    )


def error_feed(words: str) -> str:
    page = f"https://arxiv.org/api/errors#{words.replace(' ', '_')}"
    row = (
        f"  <entry>\n    <id>{escape(page)}</id>\n    <title>Error</title>\n"
        f"    <updated>2026-07-03T04:00:00Z</updated>\n"
        f'    <link href="{escape(page)}" rel="alternate" type="text/html"/>\n    <summary>{escape(words)}</summary>\n'
        f"    <author>\n      <name>arXiv api core</name>\n    </author>\n  </entry>\n"
    )
    return feed(row, total=1, size=1, title="arXiv Search Results")


def item(paper: dict, kind: str, day: date) -> str:
    page = f"{paper['id']}v{paper.get('version', 1)}"
    categories = "".join(f"      <category>{each}</category>\n" for each in paper["categories"])
    doi = f"      <arxiv:DOI>{paper['doi']}</arxiv:DOI>\n" if "doi" in paper else ""
    return (
        f"    <item>\n      <title>{escape(paper['title'])}</title>\n"
        f"      <link>https://arxiv.org/abs/{paper['id']}</link>\n"
        f"      <description>arXiv:{page} Announce Type: {kind} \nAbstract: {escape(paper['abstract'])}</description>\n"
        f'      <guid isPermaLink="false">oai:arXiv.org:{page}</guid>\n{categories}'
        f"      <pubDate>{day:%a, %d %b %Y} 00:00:00 -0400</pubDate>\n"
        f"      <arxiv:announce_type>{kind}</arxiv:announce_type>\n{doi}"
        f"      <dc:creator>{escape(', '.join(paper['authors']))}</dc:creator>\n    </item>\n"
    )


def announcement(items: str, categories: list[str], day: date, title: str = "", description: str = "") -> str:
    names = ", ".join(categories)
    return (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        '<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:atom="http://www.w3.org/2005/Atom" version="2.0">\n  <channel>\n'
        f"    <title>{title or f'{names} updates on arXiv.org'}</title>\n"
        f"    <link>http://rss.arxiv.org/rss/{'+'.join(categories)}</link>\n"
        f"    <description>{description or f'{names} updates on the arXiv.org e-print archive.'}</description>\n"
        f'    <atom:link href="http://rss.arxiv.org/rss/{"+".join(categories)}" rel="self"/>\n'
        f"    <lastBuildDate>{day:%a, %d %b %Y} 08:58:05 +0000</lastBuildDate>\n"
        f"    <pubDate>{day:%a, %d %b %Y} 00:00:00 -0400</pubDate>\n"
        f"    <skipDays>\n      <day>Sunday</day>\n      <day>Saturday</day>\n    </skipDays>\n{items}"
        "  </channel>\n</rss>\n"
    )


# The server


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: ArxivHub

    def log_message(self, *args: object) -> None:
        pass

    def handle(self) -> None:
        with suppress(ConnectionError):  # who asked has left
            super().handle()

    def do_GET(self) -> None:
        early = self.hub.came(self.path, self.headers.get("User-Agent") or "")
        try:
            url = urlsplit(self.path)
            first, _, rest = url.path.lstrip("/").partition("/")
            fault, path = (first, f"/{rest}") if first.startswith("_") else ("", url.path)
            if self.hub.faults:
                fault = self.hub.faults.pop(0)
            if self.hub.delay:
                threading.Event().wait(self.hub.delay)
            self._answer("_429" if early else fault, path, url.query)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        finally:
            self.hub.gone()

    def _answer(self, fault: str, path: str, query: str) -> None:
        if fault == "_drop":
            self.close_connection = True
            return None
        if fault in _FAULTS:
            status, headers, said = _FAULTS[fault]
            return self._send(status, said, headers)
        if path.startswith("/pdf/"):
            return self.hub.pdfs.answer(self, fault, path.removeprefix("/pdf/"))
        status, body = self._said(fault, path, {name: values[0] for name, values in parse_qs(query).items()})
        if fault == "_doctype":
            body = body.replace("?>\n", '?>\n<!DOCTYPE feed [<!ENTITY lol "lol">]>\n', 1)
        kinds = {"/rss/": "application/rss+xml", "/html": "text/html"}
        kind = kinds.get(path[:5], "application/atom+xml")
        return self._send(status, body, {"Content-Type": f"{kind}; charset=utf-8"}, cut=fault == "_cut")

    def _said(self, fault: str, path: str, query: dict[str, str]) -> tuple[int, str]:
        if path.startswith("/html/"):
            text = self.hub.texts.get(path.removeprefix("/html/"))
            return (200, text) if text else (404, "<html><body>No HTML for this paper</body></html>")
        if path == "/api/query":
            if fault == "_hollow":
                return 200, feed("", total=214_881)
            return (200, feed("", total=0)) if fault == "_none" else self.hub.query(query)
        if not path.startswith("/rss/"):
            return 404, "<html><body>Not Found</body></html>"
        categories = unquote(path.removeprefix("/rss/")).split("+")
        if wrong := [each for each in categories if not re.fullmatch(r"[a-z-]+(\.[A-Za-z-]+)?", each)]:
            said = {"title": "Feed error for query: made up", "description": f"Bad archive '{wrong[0]}'."}
            return 400, announcement("", categories, self.hub.today, **said)
        return 200, self.hub.announcement(categories)

    def _send(self, status: int, said: str, headers: dict[str, str], *, cut: bool = False) -> None:
        body = said.encode()
        etag = f'"{hashlib.sha256(body).hexdigest()}"'
        if status == 200 and self.headers.get("If-None-Match") == etag:
            status, body = 304, b""
        self.send_response(status)
        for name, value in {"ETag": etag, **headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if cut else body)
        if cut:
            self.close_connection = True


_PAGE = "<!DOCTYPE html><html><head><title>Access Denied</title></head><body>automatic robot detection</body></html>"
_FAULTS: dict[str, tuple[int, dict[str, str], str]] = {
    "_400": (400, {"Content-Type": "application/atom+xml"}, error_feed("made-up refusal of the question")),
    "_429": (429, {"Content-Type": "text/plain"}, "Rate exceeded."),
    "_429after": (429, {"Content-Type": "text/plain", "Retry-After": "1"}, "Rate exceeded."),
    "_503": (503, {"Content-Type": "text/html"}, "<html>Service Unavailable</html>"),
    "_503after": (503, {"Content-Type": "text/html", "Retry-After": "0"}, "<html>first byte timeout</html>"),
    "_403": (403, {"Content-Type": "text/html"}, _PAGE),
    "_html200": (200, {"Content-Type": "text/html"}, _PAGE),
    "_text200": (200, {"Content-Type": "text/plain"}, "Rate exceeded."),
    "_empty200": (200, {}, ""),
}
