"""The tests' own stand-in for Hugging Face's papers API, on loopback, over made-up listings.

It answers as the real one does: `/api/daily_papers` (bare, `date=`, `week=`, `month=`, `submitter=`, `sort=trending`,
`limit=`, `p=`, with Link on every page that has rows), `/api/papers/search`,
`/api/papers/ID`, `/papers/ID.md`, ETag and 304, RateLimit on every answer, 400
for a day that has not begun and for a week 53. The first part of the path names a fault, as in
`http://127.0.0.1:PORT/_429`; `hub.faults` gives faults to the next requests.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import threading
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

import papercli

SAMPLE = Path(papercli.__file__).parent / "sample.json"
TEXTS = SAMPLE.parent / "sample_texts"
FIXTURES = Path(__file__).parent / "fixtures"


def sample_days() -> dict[str, list]:
    """The made-up feed that ships with the program: day -> rows."""
    return json.loads(SAMPLE.read_text("utf-8"))["days"]


def fixture_days() -> dict[str, list]:
    """The made-up days of every era, with all their anomalies: day -> rows."""
    return {path.stem: json.loads(path.read_bytes()) for path in sorted(FIXTURES.glob("20*.json"))}


class Hub:
    """A running server. `url` is its base; `requests` holds the path of every request, `tokens` its bearer or ""."""

    def __init__(self, days: dict[str, list], today: str | None = None) -> None:
        self.days, self.today = days, date.fromisoformat(today or max(days))
        self.trending: list | None = None  # rows in the service's own rank; None: by the stars of their code
        self.hits: list[str] | None = None  # what a search finds, whatever it is asked; None: by its words
        self.texts: dict[str, bytes] = {}  # of papers, in Markdown; those of the sample are there without
        self.requests: list[str] = []
        self.tokens: list[str] = []
        self.faults: list[str] = []
        self.delay = 0.0
        handler = type("Handler", (_Handler,), {"hub": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def paper(self, id: str) -> dict | None:
        rows = [row["paper"] for rows in self.days.values() for row in rows if _id(row) == id]
        linked = {"linkedModels": [{"id": "example/model", "likes": 3, "downloads": 12}], "numTotalModels": 7}
        return rows and {**rows[0], **linked}

    def search(self, text: str) -> list:
        """Rows in the order of `self.hits` (ids), or those in which a word of the text stands, the latest first."""
        rows = {_id(row): row for day in sorted(self.days) for row in self.days[day] if _id(row)}
        if self.hits is not None:
            return [_hit(rows[id]) for id in self.hits if id in rows]
        words = text.lower().split()
        found = [row for row in rows.values() if any(word in str(row["paper"]).lower() for word in words)]
        return [_hit(row) for row in reversed(found)]

    def listing(self, query: dict[str, str]) -> tuple[list, dict | None]:
        limit, page = int(query.get("limit", 50)), int(query.get("p", 0))
        if query.get("sort") == "trending":  # whatever period is asked for
            rows = self._trending() if self.trending is None else self.trending
        elif "date" in query:
            rows = sorted(self.days.get(query["date"], []), key=lambda row: -(_votes(row) or 0))
        elif "week" in query or "month" in query:  # by votes over the period, whichever day they are of
            rows = [row for day in self.days if self._is_of(date.fromisoformat(day), query) for row in self.days[day]]
            rows.sort(key=lambda row: -(_votes(row) or 0))
        else:  # newest day first, no order inside a day
            newest_first = sorted((day for day in self.days if date.fromisoformat(day) <= self.today), reverse=True)
            rows = [row for day in newest_first for row in sorted(self.days[day], key=lambda r: str(_id(r))[::-1])]
        if "submitter" in query:
            rows = [row for row in rows if _submitter(row) == query["submitter"]]
        rows = rows[page * limit : (page + 1) * limit]
        return rows, {**query, "p": page + 1} if rows else None

    def _is_of(self, day: date, query: dict[str, str]) -> bool:
        year, week, _ = day.isocalendar()
        name = f"{year}-W{week:02}" if "week" in query else f"{day:%Y-%m}"
        return day <= self.today and name == query.get("week", query.get("month"))

    def _trending(self) -> list:
        """Papers with code, most stars first; each once."""
        begun = [day for day in sorted(self.days) if date.fromisoformat(day) <= self.today]
        rows = {_id(row): row for day in begun for row in self.days[day] if _stars(row) is not None}
        return sorted(rows.values(), key=lambda row: -_stars(row))


def _hit(row: dict) -> dict:
    """A row as a search answers it: without what belongs to a listing, with the words that it found."""
    of_a_listing = ("submittedOnDailyAt", "submittedOnDailyBy", "organization", "upvotes")
    paper = {name: thing for name, thing in row["paper"].items() if name not in of_a_listing}
    title = [{"type": "text", "text": paper.get("title", "")}]
    return {"paper": paper, "upvoted": False, "highlightedTitle": title, "highlightedSummary": []}


def _id(row: object) -> object:
    return row["paper"].get("id") if isinstance(row, dict) and isinstance(row.get("paper"), dict) else None


def _votes(row: object) -> int | None:
    return row["paper"].get("upvotes") if isinstance(row, dict) and isinstance(row.get("paper"), dict) else None


def _stars(row: object) -> int | None:
    return row["paper"].get("githubStars") if isinstance(row, dict) and isinstance(row.get("paper"), dict) else None


def _submitter(row: object) -> object:
    return ((row["paper"].get("submittedOnDailyBy") or {}).get("user")) if _id(row) else None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: Hub

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        self.hub.requests.append(self.path)
        self.hub.tokens.append((self.headers.get("Authorization") or "").removeprefix("Bearer "))
        first, _, rest = url.path.lstrip("/").partition("/")
        fault, path = (first, f"/{rest}") if first.startswith("_") else ("", url.path)
        if self.hub.faults:
            fault = self.hub.faults.pop(0)
        if self.hub.delay:
            threading.Event().wait(self.hub.delay)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        try:
            self._answer(fault, path, query)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _answer(self, fault: str, path: str, query: dict[str, str]) -> None:
        if fault in _FAULTS:
            status, headers, body = _FAULTS[fault]
            return self._send(status, body, headers)
        if fault == "_401" and self.headers.get("Authorization"):
            return self._send(401, b'{"error":"Invalid credentials in Authorization header"}')
        if fault == "_drop":
            self.close_connection = True
            return None
        if path == "/api/daily_papers":
            return self._listing(fault, query)
        if path == "/api/papers/search":
            return self._send(200, _dump(self.hub.search(query.get("q", ""))), cut=fault == "_cut")
        if path.startswith("/papers/"):
            return self._page(unquote(path.removeprefix("/papers/")), cut=fault == "_cut")
        paper = self.hub.paper(unquote(path.removeprefix("/api/papers/")))
        if not path.startswith("/api/papers/") or not paper:
            return self._send(404, b'{"error":"Paper not found"}')
        return self._send(200, _dump(paper), cut=fault == "_cut")

    def _page(self, name: str, *, cut: bool) -> None:
        """A paper's text; where there is none, its web page with status 200, as the real one does."""
        id = name.removesuffix(".md")
        made_up = TEXTS / f"{id}.md"
        headers = {"Content-Type": "text/markdown; charset=utf-8", "RateLimit": '"pages";r=99;t=60'}
        if text := self.hub.texts.get(id) or (made_up.read_bytes() if made_up.is_file() else b""):
            return self._send(200, text, headers, cut=cut)
        if self.hub.paper(id):
            page = b"<!doctype html>\n<html><title>A page</title></html>"
            return self._send(200, page, {"Content-Type": "text/html"}, cut=cut)
        return self._send(404, b"<!doctype html><h1>404</h1>", {"Content-Type": "text/html"})

    def _listing(self, fault: str, query: dict[str, str]) -> None:
        if "date" in query and date.fromisoformat(query["date"]) > self.hub.today:
            words = f'✖ "date" must be less than or equal to "{self.hub.today}T00:00:00.000Z"\n  → at date'
            return self._send(400, _dump({"error": words}))
        if "week" in query and not re.fullmatch(r"\d{4}-W(0[1-9]|[1-4]\d|5[0-2])", query["week"]):
            return self._send(400, _dump({"error": "✖ Invalid ISO week\n  → at week"}))
        rows, following = self.hub.listing(query)
        link = {}
        if following:
            prefix = f"/{fault}" if self.path.startswith("/_") else ""
            address = f"http://{self.headers['Host']}{prefix}/api/daily_papers?{urlencode(following)}"
            link = {"Link": f'<{address}>; rel="next"'}
        if fault == "_badrow":
            rows = [
                {"paper": None},
                {"paper": {"title": "no id"}},
                7,
                {"paper": {"id": "../x", "title": "[/red]"}},
                *rows,
            ]
        return self._send(200, _dump(rows), link, cut=fault == "_cut")

    def _send(self, status: int, body: bytes, headers: dict | None = None, *, cut: bool = False) -> None:
        etag = f'W/"{len(body):x}-{hashlib.sha1(body).hexdigest()[:20]}"'
        if status == 200 and self.headers.get("If-None-Match") == etag:
            status, body = 304, b""
        base = {"Content-Type": "application/json; charset=utf-8", "ETag": etag, "RateLimit": '"api";r=499;t=60'}
        if status == 200 and not cut and "gzip" in self.headers.get("Accept-Encoding", ""):
            body, base["Content-Encoding"] = gzip.compress(body, 1), "gzip"
        self.send_response(status)
        for name, value in {**base, **(headers or {}), "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if cut else body)
        if cut:
            self.close_connection = True


_FAULTS: dict[str, tuple[int, dict[str, str], bytes]] = {
    "_429": (429, {"RateLimit": '"api";r=0;t=1', "Retry-After": "1"}, b'{"error":"We had to rate limit your IP."}'),
    "_500": (500, {}, b'{"error":"Internal Error"}'),
    "_503": (503, {"Content-Type": "text/html"}, b"<html>Service Unavailable</html>"),
    "_403": (403, {}, b'{"error":"Forbidden"}'),
    "_401all": (401, {}, b'{"error":"Invalid credentials in Authorization header"}'),
    "_html200": (200, {"Content-Type": "text/html"}, b"<!doctype html><html>captive portal</html>"),
    "_obj200": (200, {}, b'{"error":"We had to \x1b]0;owned\x07 rate limit your IP."}'),
    "_null200": (200, {}, b'[{"paper":null},{},null,3,{"paper":{"id":"2511.00001"}}]'),
    "_empty200": (200, {}, b""),
    "_deep": (200, {}, b"[" * 200_000),
    "_latin1": (200, {}, b'[{"paper":{"id":"2607.99001","title":"caf\xe9"}}]'),
    "_redirect_file": (302, {"Location": "file:///etc/passwd"}, b""),
    "_redirect_loop": (302, {"Location": "/_redirect_loop/api/daily_papers"}, b""),
}


def _dump(data: object) -> bytes:
    """JSON as the real service writes it: compact UTF-8, a lone surrogate as an escape."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return "".join(c if not "\ud800" <= c <= "\udfff" else f"\\u{ord(c):04x}" for c in text).encode()
