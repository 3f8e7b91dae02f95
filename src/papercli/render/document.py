"""What documents and feeds say in the same words: what a list is called, whose a paper is, of which day, how marked."""

from __future__ import annotations

from datetime import datetime

from papercli.render.references import published_doi

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from papercli.paper import Entry
    from papercli.render import View

HOME = "https://huggingface.co/papers"
FEED = "Papers"
BETWEEN = " · "
SHOWN = 8  # names before "and 656 more"


def title(view: View) -> str:
    """What the list is called, its day and count included."""
    return view.caption[0] or FEED


def name(view: View) -> str:
    """What the list is called on every day: its title up to the day or the count."""
    return title(view).partition(BETWEEN)[0]


def newest(entries: Sequence[Entry]) -> datetime | None:
    """When a source last spoke of any of them, UTC: the age of the list, whenever it is written; None for no papers."""
    return max((entry.fetched_at for entry in entries), default=None)


def stamp(when: datetime) -> str:
    """An instant of UTC as RFC 3339 writes it."""
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def listed(entry: Entry) -> date:
    """The day (UTC) on which it came to the feed: of its listing, else of its first version, else when it was met."""
    return entry.listed or entry.published or entry.first_seen.date()


def published(entry: Entry) -> date:
    """The day (UTC) of its first version; where that is not known, the day on which it came to the feed."""
    return entry.published or listed(entry)


def midnight(day: date) -> str:
    """The beginning of a day of UTC as RFC 3339 writes it."""
    return f"{day.isoformat()}T00:00:00Z"


def terms(entry: Entry) -> tuple[str, ...]:
    """arXiv's categories and the keywords, each once; not the reader's own tags: others may read the feed."""
    return tuple(dict.fromkeys((*entry.categories, *entry.keywords)))


def names(entry: Entry) -> tuple[str, str]:
    """The first few authors, and how many more there are, in words; either may be ""."""
    more = len(entry.authors) - SHOWN
    if more < 2:
        return ", ".join(entry.authors), ""
    return ", ".join(entry.authors[:SHOWN]), f"and {more:,} more"


def counts(entry: Entry) -> list[str]:
    """What was counted of it, in words: votes first."""
    found = []
    for name, one, many in (("upvotes", "upvote", "upvotes"), ("comments", "comment", "comments")):
        count = getattr(entry, name)
        if count is not None:
            found.append(f"{count:,} {one if count == 1 else many}")
    return found


def marks(entry: Entry) -> list[str]:
    """The reader's marks and tags, in words."""
    return [
        *(name for name in ("starred", "later", "read", "hidden") if getattr(entry, name)),
        *(f"#{tag}" for tag in entry.tags),
    ]


def links(entry: Entry) -> list[tuple[str, str]]:
    """(what, where) besides the paper's own page."""
    stars = "" if entry.stars is None else f" ★{entry.stars:,}"
    found = [("arXiv", entry.arxiv_url), ("PDF", entry.pdf_url)] if entry.url != entry.arxiv_url else [
        ("PDF", entry.pdf_url)
    ]  # fmt: skip
    if doi := published_doi(entry):
        found.append(("DOI", f"https://doi.org/{doi}"))
    return found + [(label, link) for label, link in ((f"Code{stars}", entry.code), ("Project", entry.project)) if link]


def prose(entry: Entry, *, whole: bool) -> tuple[str, str]:
    """(what it says in short, the abstract); with `whole` both, else the abstract only where there is no short one."""
    short = entry.ai_summary or ""
    return short, entry.abstract if whole or not short else ""
