"""The JSON Schema (2020-12) of what `--json` prints: of a paper, and of one that `show` tells all about."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_TEXT = {"type": "string"}
_NAME = {"type": ["string", "null"]}
_NAMES = {"type": "array", "items": {"type": "string", "minLength": 1}}
_COUNT = {"type": ["integer", "null"], "minimum": 0}
_DAY = {"type": ["string", "null"], "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
_INSTANT = {
    "type": "string",
    "format": "date-time",
    "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
}
_ADDRESS = {"type": "string", "format": "uri", "pattern": "^https?://"}
_LINK = {"type": ["string", "null"], "format": "uri", "pattern": "^https?://"}
_MARK = {"type": "boolean"}

# In the order of the contract; each with its kind and a sentence.
_PAPER: dict[str, tuple[dict[str, Any], str]] = {
    "id": ({"type": "string", "minLength": 1}, "arXiv id without version."),
    "title": (_TEXT, "Title, on one line."),
    "authors": (_NAMES, "Visible names in the paper's order, all of them."),
    "abstract": (_TEXT, "Abstract, on one line; empty where no source gives it."),
    "published": (_DAY, "UTC day of version 1."),
    "updated": (_DAY, "UTC day of the newest version."),
    "listed": (_DAY, "Day of the listing shown, else the latest day on which it was listed."),
    "rank": ({"type": ["integer", "null"], "minimum": 1}, "Place by upvotes in its day's listing."),
    "upvotes": (_COUNT, "Votes; null where no source counts them."),
    "comments": (_COUNT, "Comments; null where no source counts them."),
    "submitter": (_NAME, "Login of who put it on the listing."),
    "submitter_name": (_NAME, "Their name."),
    "organization": (_NAME, "Login of the organisation."),
    "organization_name": (_NAME, "Its name."),
    "ai_summary": (_NAME, "One sentence that a model wrote."),
    "keywords": (_NAMES, "Keywords that a model chose."),
    "code": (_LINK, "Address of the code."),
    "stars": (_COUNT, "Stars of the code's repository."),
    "project": (_LINK, "Address of the project's page."),
    "media": ({"type": "array", "items": _ADDRESS}, "Addresses of pictures and videos."),
    "thumbnail": (_LINK, "Address of a small picture."),
    "categories": (_NAMES, "arXiv categories, primary first."),
    "doi": (_NAME, "DOI of the published version."),
    "journal_ref": (_NAME, "Where it was published."),
    "arxiv_comment": (_NAME, "The authors' comment on arXiv."),
    "version": ({"type": ["integer", "null"], "minimum": 1}, "Newest version on arXiv."),
    "sources": (_NAMES, "Who told of it: hf, arxiv."),
    "url": (_ADDRESS, "Its page at Hugging Face, or at arXiv where there is none."),
    "arxiv_url": (_ADDRESS, "Its page at arXiv."),
    "pdf_url": (_ADDRESS, "The paper itself."),
    "first_seen": (_INSTANT, "When this library first met it, UTC."),
    "fetched_at": (_INSTANT, "When a source last spoke of it, UTC."),
    "seen": (_MARK, "Shown on a terminal before."),
    "read": (_MARK, "Your mark."),
    "starred": (_MARK, "Your mark."),
    "later": (_MARK, "Your mark."),
    "hidden": (_MARK, "Your mark."),
    "tags": (_NAMES, "Your tags."),
    "note": (_NAME, "Your note."),
}

_REPOSITORIES = {
    "type": "object",
    "required": ["total", "items"],
    "properties": {
        "total": {"type": "integer", "minimum": 0, "description": "How many there are; items may be fewer."},
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "url"],
                "properties": {
                    "id": {"type": "string", "minLength": 1},
                    "url": _ADDRESS,
                    "likes": {"type": "integer", "minimum": 0},
                    "downloads": {"type": "integer", "minimum": 0},
                    "about": _TEXT,
                },
            },
        },
    },
}
_KINDS = ("models", "datasets", "spaces")


def schema() -> dict[str, Any]:
    """The schema, as data. A line of `--jsonl` is `#/$defs/paper`; `show ID --json` is `#/$defs/shown`.

    Names it does not know are allowed, since fields may be added.
    """
    properties: dict[str, Any] = {name: {**kind, "description": words} for name, (kind, words) in _PAPER.items()}
    linked = {
        "type": ["object", "null"],
        "description": "Models, datasets and Spaces that name the paper; null where not known. Only from show.",
        "required": list(_KINDS),
        "properties": {kind: {"$ref": "#/$defs/repositories"} for kind in _KINDS},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What papers --json prints",
        "description": "A list of papers; one paper asked for by id comes bare. Text is one line without controls.",
        "anyOf": [{"type": "array", "items": {"$ref": "#/$defs/paper"}}, {"$ref": "#/$defs/shown"}],
        "$defs": {
            "paper": {"type": "object", "required": list(_PAPER), "properties": {**properties, "linked": linked}},
            "shown": {"$ref": "#/$defs/paper", "required": ["linked"]},
            "repositories": _REPOSITORIES,
        },
    }
