"""Rows of the library as entries, checked and cleaned once more: the file may have been written by another hand, and
every way to a terminal leads through here."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

from papercli.library.failures import failures
from papercli.library.own import LONGEST_NOTE, checked, intact, note_text
from papercli.library.sums import right
from papercli.paper import Entry
from papercli.text import line, number, url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

LONGEST = 20_000
BATCH = 500  # papers that are read at once: a few MiB
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

ROWS = f"""
SELECT p.id, p.title, p.authors, p.abstract, p.published, p.updated, coalesce(l.day, :none) AS listed,
    coalesce(json_extract(r.value, '$[3]'), l.rank),
    coalesce(l.upvotes, p.upvotes), coalesce(l.comments, p.comments),
    coalesce(l.submitter, p.submitter), coalesce(l.submitter_name, p.submitter_name),
    p.organization, p.organization_name, p.ai_summary, p.keywords, p.code, coalesce(l.stars, p.stars), p.project,
    p.media, p.thumbnail, p.categories, p.doi, p.journal_ref, p.arxiv_comment, p.version, p.sources,
    p.first_seen, p.fetched_at, m.seen, m.read, m.starred, m.later, m.hidden, m.checksum,
    (SELECT json_group_array(json_array(name, at, checksum))
        FROM (SELECT name, at, checksum FROM tag t WHERE t.id = p.id ORDER BY name)),
    iif(n.id IS NULL, NULL, json_array(n.words, n.at, n.checksum)),
    k.repositories, l.announce,
    {right("paper", "p")} AND (l.paper IS NULL OR {right("listed", "l")})
FROM json_each(:refs) r
JOIN paper p ON p.number = json_extract(r.value, '$[0]')
LEFT JOIN listed l ON l.paper = p.number AND l.day = json_extract(r.value, '$[1]')
    AND l.source = json_extract(r.value, '$[2]')
LEFT JOIN mark m ON m.id = p.id
LEFT JOIN note n ON n.id = p.id
LEFT JOIN linked k ON k.paper = p.number AND :linked
ORDER BY r.key
"""  # noqa: S608 - the names are ours


class Rows:
    """What is known of many papers, in the order of `refs`, read a batch at a time: whoever goes through them holds no
    more, and whoever stops early has read no more. Each batch is as the library is when its turn comes.

    `read` is the store's way to rows of SQL. `note(kind, text)` hears, behind the last paper, how many were not as they
    were written and were left out.
    """

    def __init__(
        self,
        read: Callable[[str, Any], list[tuple[Any, ...]]],
        note: Callable[[str, str], None],
        refs: Sequence[tuple[Any, ...]],
        *,
        linked: bool = False,
    ) -> None:
        self._read, self._note, self._refs, self._linked = read, note, refs, linked
        self._left_out = 0

    def __len__(self) -> int:
        """How many there are. What is left out counts until it was its turn."""
        return len(self._refs) - self._left_out

    def __iter__(self) -> Iterator[Entry]:
        """From the first on. Raises LibraryError where the library cannot be read."""
        self._left_out = damaged = 0
        for start in range(0, len(self._refs), BATCH):
            refs = self._refs[start : start + BATCH]
            with failures():
                rows = self._read(ROWS, {"refs": json.dumps(refs), "linked": self._linked, "none": None})
                found = [entry(row[:-1]) for row in rows if row[-1]]
            damaged += len(rows) - len(found)
            self._left_out += len(refs) - len(found)
            yield from found
        if damaged:
            papers = "1 paper is" if damaged == 1 else f"{damaged:,} papers are"
            self._note("damaged", f"{papers} damaged in the library and left out; papers doctor --fix lets go of them")


def entry(row: tuple[Any, ...]) -> Entry:
    """A row of `ROWS`, in its order, but for its last column (whether it is as it was
    written). Raises ValueError, TypeError or OverflowError when no papercli wrote it."""
    (id, title, authors, abstract, published, updated, listed, rank, upvotes, comments, submitter, submitter_name,
     organization, organization_name, ai_summary, keywords, code, stars, project, media, thumbnail, categories, doi,
     journal_ref, arxiv_comment, version, sources, first_seen, fetched_at, *marks, tags, note, linked, announce,
    ) = row  # fmt: skip
    id, known_to = line(id, 100), _list(sources)
    page = "https://huggingface.co/papers/" if "hf" in known_to else "https://arxiv.org/abs/"
    seen, read, starred, later, hidden = checked(id, marks)
    return Entry(
        id, line(title), _list(authors), line(abstract, LONGEST), _day(published), _day(updated), _day(listed),
        number(rank), number(upvotes), number(comments), _text(submitter), _text(submitter_name), _text(organization),
        _text(organization_name), _text(ai_summary), _list(keywords), _link(code), number(stars), _link(project),
        _links(media), _link(thumbnail), _list(categories), _text(doi), _text(journal_ref), _text(arxiv_comment),
        number(version), known_to, page + id, f"https://arxiv.org/abs/{id}", f"https://arxiv.org/pdf/{id}",
        instant(first_seen), instant(fetched_at), seen, read, starred, later, hidden, _tags(id, tags), _note(id, note),
        _linked(json.loads(linked)) if linked else None, announce=line(announce, 20),
    )  # fmt: skip


def _text(text: str | None) -> str | None:
    return None if text is None else line(text, LONGEST)


def _list(text: str) -> tuple[str, ...]:
    return tuple([line(item) for item in json.loads(text)]) if text != "[]" else ()


def _tags(id: str, text: str) -> tuple[str, ...]:
    """The names of the tags whose checksum is right, of (name, when, checksum)."""
    if text == "[]":
        return ()
    return tuple([line(name) for name, *rest in json.loads(text) if intact(id, name, *rest)])


def _note(id: str, text: str | None) -> str | None:
    """The words of a note whose checksum is right, of (words, when, checksum)."""
    if text is None:
        return None
    words, *rest = json.loads(text)
    return note_text(words)[:LONGEST_NOTE] if intact(id, words, *rest) else None


def _link(address: str | None) -> str | None:
    """The address, if it is one that may be followed."""
    return None if address is None else url(address) or None


def _links(text: str) -> tuple[str, ...]:
    return tuple([link for address in json.loads(text) if (link := url(address))]) if text != "[]" else ()


def _linked(kinds: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """`Paper.linked`, of which every part is what it should be. Raises TypeError, ValueError or KeyError otherwise."""
    found = {}
    for kind in ("models", "datasets", "spaces"):
        items = [_repository(item) for item in kinds[kind]["items"]]
        found[kind] = {"total": number(kinds[kind]["total"]) or 0, "items": items}
    return found


def _repository(item: dict[str, Any]) -> dict[str, Any]:
    counts = {name: number(item[name]) or 0 for name in ("likes", "downloads", "numParameters") if name in item}
    about = {"about": line(item["about"], 200)} if "about" in item else {}
    return {"id": line(item["id"], 200), "url": url(item["url"]), **counts, **about}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def instant(seconds: int) -> datetime:
    """The instant that is this long after 1970 began, UTC. Raises OverflowError when there is none."""
    return EPOCH + timedelta(seconds=seconds)
