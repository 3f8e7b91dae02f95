"""What is wrong with a paper as a source read it, whatever the answer was."""

from __future__ import annotations

import json
import re
from datetime import date

from papercli.paper import Paper

from .oracle import leaks

_LIMITS = {
    "title": 1_000, "abstract": 20_000, "organization": 200, "organization_name": 200, "ai_summary": 4_000,
    "doi": 1_000, "journal_ref": 1_000, "arxiv_comment": 4_000, "submitted": 40, "submitter": 200,
    "submitter_name": 200,
}  # fmt: skip
_LISTS = {"authors": 5_000, "keywords": 200, "categories": 50}
_ID = re.compile(r"(?a)\d{4}\.\d{4,5}|[a-z-]+/\d{7}")
_URL = re.compile(r"https?://[!-~]{1,1992}")


def wrong(paper: Paper) -> str:
    """In words; "" when nothing is."""
    if not _ID.fullmatch(paper.id) or not paper.title:
        return f"no paper: {paper.id!a} {paper.title!a}"
    for name, limit in _LIMITS.items():
        text = getattr(paper, name)
        if text and (type(text) is not str or len(text) > limit or "  " in text or text != text.strip()):
            return f"{name} is {text!a}"[:200]
    for name, limit in _LISTS.items():
        texts = getattr(paper, name)
        if texts and (type(texts) is not tuple or len(texts) > limit or not all(type(t) is str and t for t in texts)):
            return f"{name} is {texts!a}"[:200]
    return _leaking(paper) or _wrong_links(paper) or _wrong_counts(paper) or _wrong_row(paper)


def _leaking(paper: Paper) -> str:
    texts = [getattr(paper, name) for name in _LIMITS] + [each for name in _LISTS for each in getattr(paper, name)]
    texts += [item.get("about", "") for kind in (paper.linked or {}).values() for item in kind["items"]]
    leaked = leaks("".join(texts))
    return f"{leaked} came through" if leaked else ""


def _wrong_links(paper: Paper) -> str:
    linked = [item["url"] for kind in (paper.linked or {}).values() for item in kind["items"]]
    for url in (paper.code, paper.project, paper.thumbnail, *paper.media, *linked):
        if url and not _URL.fullmatch(url):
            return f"a link {url!a}"[:200]
    return ""


def _wrong_counts(paper: Paper) -> str:
    counts = [paper.upvotes, paper.comments, paper.stars, paper.version]
    for kind in (paper.linked or {}).values():
        counts += [kind["total"], *(item.get(name) for item in kind["items"] for name in ("likes", "downloads"))]
    if odd := [count for count in counts if count is not None and (type(count) is not int or not 0 <= count <= 10**12)]:
        return f"a count {odd[0]!a}"[:200]
    if not all(day is None or type(day) is date for day in (paper.published, paper.updated)):
        return f"days {paper.published!a} {paper.updated!a}"
    return "" if not paper.submitted or date.fromisoformat(paper.day) else "a day"


def _wrong_row(paper: Paper) -> str:
    def refused(name: str) -> None:
        raise ValueError(name)

    try:
        json.loads(paper.row.decode("ascii"), parse_constant=refused)
    except ValueError as error:
        return f"the row that is kept is no JSON: {error}"
    return ""
