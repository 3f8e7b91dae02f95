"""Papers as a library tells of them whose every text somebody chose, another hand in the file of the library too."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import date

from hub import fixture_days, sample_days
from papercli.library import Library, Listing
from papercli.library.own import note_text
from papercli.library.sums import COLUMNS, make_ready, sum_up
from papercli.paper import Entry
from papercli.query import Query
from papercli.render import HUMAN, View
from papercli.sources.huggingface import HuggingFace
from papercli.text import line
from papercli.value import changed

AT = 1_785_585_600.0
DAY = date(2026, 7, 3)
HF = HuggingFace("https://huggingface.co")
_TEXTS = (
    "title", "organization", "organization_name", "doi", "journal_ref", "arxiv_comment", "submitter", "submitter_name",
    "code", "project", "thumbnail",
)  # fmt: skip
_LONG = ("abstract", "ai_summary")
_LISTS = ("authors", "keywords", "categories", "media")


def listed(days: dict[str, list[object]], day: str) -> list[Entry]:
    """The made-up listing of a day, as the library tells it."""
    library, when = Library(":memory:"), date.fromisoformat(day)
    library.remember_listing(Listing(when, AT), HF.read(json.dumps(days[day]).encode()).papers)
    found = library.rows(library.find(Query(first=when, last=when)).refs)
    library.close()
    return found


def usual() -> list[Entry]:
    """Papers as they are, and those with every anomaly."""
    return [*listed(sample_days(), "2026-07-03"), *listed(fixture_days(), "2026-07-20")]


def summed(db: sqlite3.Connection) -> None:
    """Give all rows of facts the right checksums: whoever can write into the file can write those too."""
    make_ready(db)
    for table in COLUMNS:
        db.execute(sum_up(table))


class Planted:
    """A library with papers in which everything is text of somebody else's, past all cleaning."""

    def __init__(self, papers: int) -> None:
        self._library = Library(":memory:")
        rows = [{"paper": {"id": f"2607.{10_000 + n}", "title": "x", "upvotes": n}} for n in range(papers)]
        self._library.remember_listing(Listing(DAY, AT), HF.read(json.dumps(rows).encode()).papers)
        self._refs = self._library.find(Query(first=DAY, last=DAY, sort="oldest")).refs

    def entries(self, titles: Sequence[str], text: str, names: Sequence[str]) -> list[Entry]:
        """An entry for each title; the first has `text` for its abstract and summary, `names` wherever there are
        several, and its marks. SQLite keeps no surrogates, so they are left away."""
        titles = [title.encode("utf-8", "ignore").decode() for title in titles]
        text = text.encode("utf-8", "ignore").decode()
        several = json.dumps(names)
        with_text = ", ".join([*(f"{name} = :text" for name in _LONG), *(f"{name} = :title" for name in _TEXTS)])
        with_names = ", ".join(f"{name} = :names" for name in _LISTS)
        self._library.write(lambda db: [
            db.execute("UPDATE paper SET title = ? WHERE number = ?", [title, number])
            for title, (number, *_) in zip(titles, self._refs, strict=False)
        ])  # fmt: skip
        values = {"text": text, "title": titles[0], "names": several, "number": self._refs[0][0]}
        self._library.write(
            lambda db: db.execute(f"UPDATE paper SET {with_text}, {with_names} WHERE number = :number", values)
        )
        columns = ", ".join(f"{name} = :title" for name in ("submitter", "submitter_name", "announce"))
        self._library.write(lambda db: db.execute(f"UPDATE listed SET {columns} WHERE paper = :number", values))
        self._library.write(summed)
        first, *rest = self._library.rows(self._refs[: len(titles)])
        clean = [line(name, 64) for name in names[:5]]
        own = {
            "tags": tuple(clean),
            "why": tuple(clean),
            "matched": tuple(filter(None, clean)),
            "note": note_text(text),
        }
        return [changed(first, starred=True, **own), *rest]  # type: ignore[arg-type]

    def close(self) -> None:
        """Give the library back."""
        self._library.close()


def views(format: str, width: int = 80) -> list[tuple[str, View]]:
    """Every way to look at papers in this format, by name."""
    if format not in HUMAN:
        return [("a pipe", View(caption=("Papers", "")))]
    head = {"width": width, "caption": ("Papers · " + "word " * 30, "a remark"), "preface": (("Mon 29 Jun", 3),)}
    found = [
        ("colour and links", View(color=True, links=True, abstract=True, **head)),
        ("neither", View(unicode=False, years=True, **head)),
    ]
    if format == "cards":
        found += [("plain", View(plain=True, **head)), ("pages", View(color=True, links=True, pages=True, width=width))]
    return found
