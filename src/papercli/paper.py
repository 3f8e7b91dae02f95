"""What a source says about a paper, and what a reader is shown of it."""

from __future__ import annotations

from papercli.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date, datetime
    from typing import Any


@value
class Paper:
    """One row of a source's answer, cleaned. None, "" and () mean that this source did not say.

    Two papers with the same `id` are the same paper; the library joins what they say.
    """

    id: str
    """Bare arXiv identifier without version: `2501.12948` or `hep-th/9901001`."""

    title: str
    authors: tuple[str, ...] = ()
    """Visible names in the paper's own order, all of them."""

    abstract: str = ""
    published: date | None = None
    """UTC day of version 1."""

    updated: date | None = None
    """UTC day of the newest version."""

    organization: str = ""
    organization_name: str = ""
    ai_summary: str = ""
    keywords: tuple[str, ...] = ()
    code: str = ""
    project: str = ""
    media: tuple[str, ...] = ()
    thumbnail: str = ""
    categories: tuple[str, ...] = ()
    """arXiv categories, primary first."""

    doi: str = ""
    journal_ref: str = ""
    arxiv_comment: str = ""
    version: int | None = None

    submitted: str = ""
    """When it was put on a listing, as the source wrote it: RFC 3339, UTC; its first ten characters are the day."""

    announce: str = ""
    """How arXiv announces it in a day's listing: "new", "cross" (to this category too) or "replace" (a new version)."""

    upvotes: int | None = None
    """Votes; None where the source counts none (not zero)."""

    comments: int | None = None
    stars: int | None = None
    """Stars of the code repository."""

    submitter: str = ""
    submitter_name: str = ""
    linked: dict[str, Any] | None = None
    """Models, datasets and Spaces that name the paper: `{"models": {"total": n, "items": [...]}, ...}`."""

    row: bytes = b""
    """The row as the source answered it, so that nothing it said is lost to our reading of it: JSON, UTF-8."""

    @property
    def day(self) -> str:
        """ISO day of the listing, or "" when the row names none."""
        return self.submitted[:10]


@value
class Entry:
    """A paper as it is shown: facts, votes and the reader's own marks. The names and their order are the contract."""

    id: str
    title: str
    authors: tuple[str, ...]
    abstract: str
    published: date | None
    updated: date | None
    listed: date | None
    """Day of the listing shown, else the latest day on which it was listed."""

    rank: int | None
    """Place by upvotes in its day's listing, from 1."""

    upvotes: int | None
    comments: int | None
    submitter: str | None
    submitter_name: str | None
    organization: str | None
    organization_name: str | None
    ai_summary: str | None
    keywords: tuple[str, ...]
    code: str | None
    stars: int | None
    project: str | None
    media: tuple[str, ...]
    thumbnail: str | None
    categories: tuple[str, ...]
    doi: str | None
    journal_ref: str | None
    arxiv_comment: str | None
    version: int | None
    sources: tuple[str, ...]
    url: str
    arxiv_url: str
    pdf_url: str
    first_seen: datetime
    """When the library first met it, UTC."""

    fetched_at: datetime
    """When a source last spoke of it, UTC."""

    seen: bool
    read: bool
    starred: bool
    later: bool
    hidden: bool
    tags: tuple[str, ...]
    note: str | None
    linked: dict[str, Any] | None = None
    """As `Paper.linked`; only `show` asks for it."""

    profiles: dict[str, str] | None = None
    """Login on Hugging Face by the author's name, for those who have a profile there; only `show` asks for it."""

    history: tuple[tuple[datetime, int], ...] = ()
    """(when, upvotes) as they were counted over time, UTC, oldest first; only `show` asks for it."""

    announce: str = ""
    """How arXiv announces it in the listing shown: as `Paper.announce`."""

    why: tuple[str, ...] = ()
    """Why this paper is shown, in words: the topics that it belongs to, what ties it to another."""

    matched: tuple[str, ...] = ()
    """Words of this paper, as they are written in it, that were looked for."""

    provenance: dict[str, tuple[str, datetime]] | None = None
    """(source, when) by field; only `show --provenance` asks for it."""


BESIDES = ("linked", "profiles", "history", "announce", "why", "matched", "provenance")
"""What an entry holds for a page or a card, and no machine format has."""

FIELDS: tuple[str, ...] = tuple(name for name in Entry.__match_args__ if name not in BESIDES)
"""The public fields of a paper, in the order of every machine format. Names may be added, never changed."""

BEST_OF_ARXIV = (
    "title", "authors", "abstract", "categories", "published", "updated", "doi", "journal_ref", "arxiv_comment",
    "version",
)  # fmt: skip
"""What arXiv knows best: it is as arXiv says it, whoever else said something later."""
