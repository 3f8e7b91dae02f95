"""Small made-up answers in the shapes of the real services, in an old and a new edition, and how each is asked for."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from arxiv_hub import announcement, entry, feed, item

DAY, DAY_BEFORE = "2026-07-03", "2026-07-02"


def row(number: int, day: str = DAY, votes: int = 3, **more: object) -> dict[str, Any]:
    """A row of a listing as Hugging Face answers it."""
    paper = {
        "id": f"2607.{10_000 + number:05}", "title": f"Kangaroo kernels {number}", "upvotes": votes,
        "authors": [{"name": f"Ann Writer {number}", "hidden": False}], "summary": f"We hop {number} times, naïvely.",
        "publishedAt": "2026-07-01T00:00:00.000Z", "submittedOnDailyAt": f"{day}T00:00:00.000Z", **more,
    }  # fmt: skip
    return {"paper": paper, "title": paper["title"], "numComments": number}


def dump(thing: object) -> bytes:
    """JSON as the service writes it."""
    return json.dumps(thing, ensure_ascii=False, separators=(",", ":")).encode()


def arxiv_paper(number: int, title: str) -> dict[str, Any]:
    """A paper as the made-up arXiv knows it."""
    stamp = "2026-07-02T17:59:01Z"
    return {
        "id": f"2607.{20_000 + number:05}", "title": title, "abstract": f"A kangaroo hops {number} times, naïvely.",
        "authors": ["Ann Writer", "Bob Ünder"], "categories": ["cs.CL", "cs.LG"], "published": stamp,
    }  # fmt: skip


class Way:
    """One question to one service: the words that lead to it, the path, and what is answered."""

    def __init__(
        self, name: str, words: list[str], path: str, old: bytes, new: bytes, *, code: int = 0, age: int = 7_200
    ) -> None:
        self.name, self.words, self.path, self.old, self.new = name, words, path, old, new
        self.without_answers = code
        """Exit code when the service is silent and the library is all there is."""
        self.age = age
        """Seconds after which it is asked again, and the new edition is there."""
        self.is_json = path.startswith(("/api/daily", "/api/papers"))


OLD = [row(1), row(2), row(9, DAY_BEFORE)]
NEW = [row(1, votes=8), row(2), row(3, votes=5), row(9, DAY_BEFORE)]
PAPER = {"linkedModels": [{"id": "example/model", "likes": 3, "downloads": 12}], "numTotalModels": 7}
ENTRIES = [entry(arxiv_paper(n, f"Kangaroo {n}")) for n in (1, 2, 3)]
FRIDAY, MONDAY = date(2026, 7, 3), date(2026, 7, 6)
ITEMS = [item(arxiv_paper(n, f"Kangaroo {n}"), "new", FRIDAY) for n in (1, 2, 3)]


def atom(entries: list[str]) -> bytes:
    """A page of arXiv's query API."""
    return feed("".join(entries), total=len(entries), size=100).encode()


def rss(items: list[str], day: date) -> bytes:
    """An announcement."""
    return announcement("".join(items), ["cs.CL"], day).encode()


def text(edition: str) -> bytes:
    """A paper's text in Markdown."""
    parts = [f"## {n} Part {n} of the {edition}\n\nKangaroos hop, naïvely, ${n}$ times.\n" for n in range(1, 9)]
    return f"Title: Kangaroo kernels 1\n\nMarkdown Content:\n# Kangaroo kernels 1\n\n{chr(10).join(parts)}".encode()


WAYS = {
    way.name: way
    for way in (
        Way("listing", ["today"], "/api/daily_papers*", dump(OLD), dump(NEW)),
        Way(
            "paper", ["show", "2607.10001"], "/api/papers/2607.10001",
            dump({**OLD[0]["paper"], **PAPER}), dump({**NEW[0]["paper"], **PAPER}),
        ),
        Way("hits", ["search", "kangaroo"], "/api/papers/search*", dump(OLD[:2]), dump(NEW[:3]), code=8),
        Way(
            "atom", ["search", "kangaroo", "--source", "arxiv"], "/api/query*", atom(ENTRIES[:2]), atom(ENTRIES), code=8
        ),
        Way(
            "rss", ["today", "--source", "arxiv:cs.CL"], "/rss/cs.CL",
            rss(ITEMS[:2], FRIDAY), rss(ITEMS[1:], MONDAY), age=3 * 86_400,
        ),
        Way(
            "text", ["read", "2607.10001"], "/papers/2607.10001.md", text("old edition"), text("new edition"),
            age=8 * 86_400,
        ),
    )
}  # fmt: skip
