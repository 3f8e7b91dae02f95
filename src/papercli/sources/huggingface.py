"""Hugging Face Daily Papers: what to ask its papers API, and how to read what it answers.

Facts about the service come from its public documentation (huggingface.co/docs/hub/api) and from recorded answers;
where the two disagree, the recordings win and the comment says so.
"""

from __future__ import annotations

import json
from datetime import date
from urllib.parse import quote, urlencode, urljoin, urlsplit

from papercli import text
from papercli.errors import BadRequest, Unreadable
from papercli.expression import said
from papercli.identify import paper_id
from papercli.paper import Paper
from papercli.request import Request
from papercli.sources import Dated, Page
from papercli.sources.json_body import data, error_in
from papercli.sources.profiles import profiles
from papercli.sources.repositories import linked
from papercli.value import changed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from papercli.expression import Expression
    from papercli.manuscript import Text

PAGE = 100  # the most rows that one answer may hold
LONGEST_QUERY = 250  # characters; the service refuses a longer one
MOST_HITS = 120
MAX_AUTHORS = 5_000
MAX_ITEMS = 200  # of keywords and media

# Far beyond any answer: a page of 100 rows has 600 kB.
LARGEST = 4 << 20  # bytes
MOST_ROWS = 2_000


class HuggingFace(Dated):
    """`endpoint` is the base URL without a trailing slash, `token` a bearer token or ""."""

    first_day = date(2023, 5, 4)  # of the first listing

    def __init__(self, endpoint: str, token: str = "") -> None:
        self._endpoint, self._token = endpoint, token

    @classmethod
    def of(cls, environ: Mapping[str, str], feed: str, feeds: Sequence[str]) -> HuggingFace:
        """At the endpoint that the environment names, with the reader's token."""
        from papercli.endpoints import hugging_face

        return cls(*hugging_face(environ))

    def newest(self, fresh: int) -> Request:
        """The listing without a date: newest day first, older days after it, unordered inside a day."""
        return self._ask("/api/daily_papers", fresh, limit=PAGE)

    def day(self, day: date, fresh: int) -> Request:
        """The listing of `day`, most upvotes first. An answer of 400 means that the day has not begun there."""
        return self._ask("/api/daily_papers", fresh, date=day.isoformat(), limit=PAGE)

    def period(self, form: str, first: date, fresh: int) -> Request | None:
        """The week or month (`form`) that begins on `first`, most upvotes first; None for week 53, which the service
        refuses."""
        if form == "month":
            return self._ask("/api/daily_papers", fresh, month=first.isoformat()[:7], limit=PAGE)
        year, week, _ = first.isocalendar()
        return None if week > 52 else self._ask("/api/daily_papers", fresh, week=f"{year}-W{week:02}", limit=PAGE)

    def trending(self, fresh: int) -> Request:
        """The service's own rank of what is talked about, papers of other years among them."""
        return self._ask("/api/daily_papers", fresh, sort="trending", limit=PAGE)

    def page(self, request: Request, number: int) -> Request:
        """Page `number` (from 0) of a listing."""
        return changed(request, url=f"{request.url}&p={number}") if number else request

    def search(self, expression: Expression, fresh: int, *, newest: bool = False) -> Request | None:
        """Papers that have to do with its words, which the service takes by their meaning, best first."""
        words = said(expression)
        if not words:
            return None
        cut = words[: LONGEST_QUERY + 1]
        if len(cut) > LONGEST_QUERY:
            cut = cut[:LONGEST_QUERY].rpartition(" ")[0] or cut[:LONGEST_QUERY]
        return self._ask("/api/papers/search", fresh, q=cut, limit=MOST_HITS)

    def paper(self, id: str, fresh: int) -> Request:
        """One paper, with what links to it."""
        return self._ask(f"/api/papers/{quote(id, safe='')}", fresh)

    def texts(self, id: str, fresh: int) -> Sequence[Request]:
        """The text in Markdown, which the service makes of arXiv's HTML. It is a page, and no part of the API."""
        from papercli.sources.texts import LARGEST

        address, largest = f"{self._endpoint}/papers/{quote(id, safe='')}.md", LARGEST["markdown"]
        return (Request(address, fresh, token=self._token, accept="text/markdown", largest=largest),)

    def following(self, request: Request, link: str) -> Request | None:
        """The next page, from a `Link: rel="next"` target; None when it leads elsewhere or back.

        The service sends the link on every page but the empty one after the last, so a link is no promise of rows.
        """
        try:
            url = urljoin(request.url, link)
            here, there = urlsplit(request.url), urlsplit(url)
        except ValueError:  # such as an address with half an IPv6 host
            return None
        same_place = (here.scheme, here.netloc, here.path) == (there.scheme, there.netloc, there.path)
        return changed(request, url=url) if link and same_place and url != request.url else None

    def read(self, body: bytes) -> Page:
        """The papers of a listing or a search answer.

        Raises Unreadable when `body` is not a JSON array, or holds rows and not one of them can be read.
        """
        rows = data(body)
        if not isinstance(rows, list):
            raise Unreadable(f"answered something that is not a listing{error_in(rows)}")
        if len(rows) > MOST_ROWS:
            raise Unreadable(f"answered {len(rows):,} rows at once, which no listing has")
        papers = tuple(paper for row in rows if (paper := _paper(row)) is not None)
        if rows and not papers:
            raise Unreadable(f"answered a listing of {len(rows)} rows, none of which can be read")
        return Page(papers, skipped=len(rows) - len(papers))

    def read_paper(self, body: bytes) -> Paper:
        """One paper, with `linked`. Raises Unreadable when `body` holds none."""
        row = data(body)
        paper = _paper(row)
        if paper is None or not isinstance(row, dict):
            raise Unreadable(f"answered something that is not a paper{error_in(row)}")
        return changed(paper, linked={kind: linked(row, kind) for kind in ("models", "datasets", "spaces")})

    def read_text(self, body: bytes, id: str) -> Text:
        """The text in Markdown. Raises Unreadable when `body` is none."""
        from papercli.sources.texts import markdown

        return markdown(body, f"https://huggingface.co/papers/{id}")

    def read_row(self, row: bytes) -> Paper | None:
        """The paper of a row as it was answered."""
        return _paper(data(row))

    def profiles(self, row: bytes) -> dict[str, str]:
        """Login by name, of the authors whose profile was confirmed."""
        return profiles(row) if isinstance(row := data(row), dict) else {}

    def _ask(self, path: str, fresh: int, **query: object) -> Request:
        tail = f"?{urlencode(query)}" if query else ""
        return Request(f"{self._endpoint}{path}{tail}", fresh, token=self._token, largest=LARGEST)


def _paper(row: Any) -> Paper | None:
    """The row as a Paper, or None when it has no id or no title.

    Listings wrap the paper in an item (`{"paper": {...}, "numComments": ...}`); `/api/papers/ID` answers it flat.
    """
    if not isinstance(row, dict):
        return None
    paper = row.get("paper", row)
    if not isinstance(paper, dict):
        return None
    try:
        id = paper_id(text.line(paper.get("id"), 100))
    except BadRequest:
        return None
    title = text.line(paper.get("title")) or text.line(row.get("title"))
    if not title:
        return None
    organization = _first(paper.get("organization"), row.get("organization"), row.get("submitterOrganization"))
    submitter = _submitter(paper.get("submittedOnDailyBy"), row.get("submittedBy"))
    media = paper.get("mediaUrls") or row.get("mediaUrls") or [row.get("mediaUrl")]
    return Paper(
        id=id,
        title=title,
        authors=_authors(paper.get("authors")),
        abstract=text.prose(paper.get("summary")) or text.prose(row.get("summary")),
        # Never the outer `publishedAt`: it is New York wall time marked as UTC, often the day before.
        published=_day(paper.get("publishedAt")),
        organization=text.line(organization.get("name"), 200),
        organization_name=text.line(organization.get("fullname"), 200),
        ai_summary=text.prose(paper.get("ai_summary"), 4_000),
        keywords=_texts(paper.get("ai_keywords"), text.line),
        code=_code(paper.get("githubRepo")),
        project=text.url(paper.get("projectPage")),
        media=_texts(media, text.url),
        thumbnail=text.url(row.get("thumbnail") or paper.get("thumbnail")),
        submitted=_instant(paper.get("submittedOnDailyAt")),
        upvotes=text.number(paper.get("upvotes")),
        comments=_number(row.get("numComments"), paper.get("numComments")),
        stars=text.number(paper.get("githubStars")),
        submitter=submitter[0],
        submitter_name=submitter[1],
        row=json.dumps(row, ensure_ascii=True, separators=(",", ":")).encode("ascii"),
    )


def _first(*objects: Any) -> dict[str, Any]:
    return next((found for found in objects if isinstance(found, dict) and found), {})


def _number(*given: Any) -> int | None:
    return next((number for item in given if (number := text.number(item)) is not None), None)


def _submitter(daily: Any, outer: Any) -> tuple[str, str]:
    """(login, display name). `submittedOnDailyBy.user` is the login; the older `submittedBy` calls it `name`."""
    if isinstance(daily, dict) and (login := text.line(daily.get("user"), 200) or text.line(daily.get("name"), 200)):
        return login, text.line(daily.get("fullname"), 200)
    if isinstance(outer, dict):
        return text.line(outer.get("name"), 200), text.line(outer.get("fullname"), 200)
    return "", ""


def _authors(authors: Any) -> tuple[str, ...]:
    if not isinstance(authors, list):
        return ()
    # The paper page marks wrongly extracted names as hidden; showing them would credit people who did not write it.
    visible = [a for a in authors[:MAX_AUTHORS] if isinstance(a, dict) and a.get("hidden") is not True]
    return tuple(name for a in visible if (name := text.line(a.get("name"), 300)))


def _texts(items: Any, clean: Any) -> tuple[str, ...]:
    if not isinstance(items, list):
        return ()
    return tuple(kept for item in items[:MAX_ITEMS] if (kept := clean(item)))


def _code(repo: Any) -> str:
    """A repository's URL. Older rows hold `owner/name` where today's hold the whole URL."""
    url = text.url(repo)
    name = text.line(repo, 200)
    plain = name.count("/") == 1 and name.replace("/", "").replace("-", "").replace("_", "").replace(".", "").isalnum()
    return url or (f"https://github.com/{name}" if plain and name.isascii() else "")


def _instant(instant: Any) -> str:
    """An RFC 3339 instant whose day is real, or ""."""
    words = text.line(instant, 40)
    return words if _day(words) else ""


def _day(instant: Any) -> date | None:
    words = instant[:10] if isinstance(instant, str) else ""
    if len(words) != 10 or words[4] != "-" or words[7] != "-":  # fromisoformat also takes 20260101 and 2026-W01-1
        return None
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None
