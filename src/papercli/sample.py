"""The made-up feed behind `papers --demo`: it answers requests as Hugging Face would, from a file in the package."""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime
from urllib.parse import parse_qs, unquote, urlsplit

from papercli.request import Reply

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from papercli.library import Library
    from papercli.request import Request

NOW = datetime(2026, 7, 3, 15, 0, tzinfo=UTC).timestamp()
"""The sample's own present, seconds since 1970: the afternoon of its newest day."""


def send(request: Request, *, seconds: float, etag: str = "", last_modified: str = "") -> Reply:
    """What the service would answer; nothing is sent anywhere."""
    parts = urlsplit(request.url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    sample = _sample()
    if parts.path.endswith(("/api/daily_papers", "/api/papers/search")):
        return _answer(request, _listing(sample, query))
    if ("/papers/" in parts.path and parts.path.endswith(".md")) or "/html/" in parts.path:
        return _text(request, parts.path)
    found = _paper(sample, unquote(parts.path.rsplit("/", 1)[-1]))
    if found is None:
        return Reply(404, {}, b'{"error":"Paper not found"}', request.url)
    return _answer(request, found)


def fill(library: Library) -> None:
    """All of the made-up days in `library`, so that what is read from there alone has something to read."""
    from papercli.library import Listing
    from papercli.sources.huggingface import HuggingFace

    for day, rows in sorted(_sample()["days"].items()):
        papers = HuggingFace("").read(json.dumps(rows).encode()).papers
        library.remember_listing(Listing(date.fromisoformat(day), NOW), papers, newest=True)


def paper(id: str) -> dict[str, Any] | None:
    """The made-up paper as the service would tell of it, or None."""
    return _paper(_sample(), id)


def _answer(request: Request, data: Any) -> Reply:
    return Reply(200, {"content-type": "application/json"}, json.dumps(data).encode(), request.url)


def _text(request: Request, path: str) -> Reply:
    """The text of one of the few papers that have one here: in Markdown, or as arXiv's HTML."""
    form = "md" if path.endswith(".md") else "html"
    id = path.rsplit("/", 1)[-1].removesuffix(".md")
    place = os.path.join(os.path.dirname(__file__), "sample_texts")
    if f"{id}.{form}" not in os.listdir(place):
        return Reply(404, {}, b"", request.url)
    with open(os.path.join(place, f"{id}.{form}"), "rb") as file:
        return Reply(200, {}, file.read(), request.url)


def _listing(sample: dict[str, Any], query: dict[str, str]) -> list[Any]:
    if int(query.get("p", "0")):
        return []
    if "q" in query:
        return _search(sample, query["q"])
    if "date" in query:
        return list(sample["days"].get(query["date"], []))
    days = [day for day in sorted(sample["days"], reverse=True) if _is_of(day, query)]
    return [row for day in days for row in sample["days"][day]]


def _is_of(day: str, query: dict[str, str]) -> bool:
    """Whether the day is of the week or month that is asked for, if one is."""
    year, week, _ = date.fromisoformat(day).isocalendar()
    return query.get("month", day[:7]) == day[:7] and query.get("week", f"{year}-W{week:02}") == f"{year}-W{week:02}"


def _search(sample: dict[str, Any], text: str) -> list[Any]:
    """Rows in which a word of the text stands, those with most of them first."""
    words = text.lower().split()
    rows = [row for day in sample["days"].values() for row in day]
    scored = [
        (sum(word in f"{row['paper']['title']} {row['paper'].get('summary')}".lower() for word in words), row)
        for row in rows
    ]
    return [row for score, row in sorted(scored, key=lambda each: -each[0]) if score]


def _paper(sample: dict[str, Any], id: str) -> dict[str, Any] | None:
    rows = [row["paper"] for day in sample["days"].values() for row in day if row["paper"]["id"] == id]
    return rows[0] | sample["papers"].get(id, {}) if rows else None


def _sample() -> dict[str, Any]:
    with open(os.path.join(os.path.dirname(__file__), "sample.json"), encoding="utf-8") as file:
        return json.load(file)  # type: ignore[no-any-return]


def home() -> str:
    """A folder for the demo's own library, in the system's temporary folder: one for each person, so that
    `papers --demo show 3` knows the list before it. Where that name is taken by someone else, one for this run; NOWHERE
    where there is no temporary folder."""
    import atexit
    import shutil
    import stat
    import tempfile

    from papercli.system.paths import NOWHERE
    from papercli.system.person import is_own, open_to_others, person

    try:
        folder = os.path.join(tempfile.gettempdir(), f"papercli-demo-{person(os.environ)}")
        os.makedirs(folder, mode=0o700, exist_ok=True)
        found = os.lstat(folder)
        if stat.S_ISDIR(found.st_mode) and is_own(found) and not open_to_others(found):
            return folder
    except OSError:
        pass
    try:
        folder = tempfile.mkdtemp(prefix="papercli-demo-")
    except OSError:
        return NOWHERE
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
