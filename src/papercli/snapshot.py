"""The public snapshot of arXiv's metadata, a line of JSON for each paper: what one line says.

The lines are described at kaggle.com/datasets/Cornell-University/arxiv; where that is silent, the lines themselves are
what is read here. Other collections keep the same under other names (`summary`, `comment`, a list of authors), which
are taken too.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, date

from papercli import text
from papercli.accents import lettered
from papercli.errors import BadRequest
from papercli.identify import paper_id
from papercli.identify import version as version_of
from papercli.paper import Paper
from papercli.sources.atom import MAX_AUTHORS, MAX_CATEGORIES, named, sorted_out

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LONGEST_NAME = 1_000  # characters of it that are looked at
MAX_VERSIONS = 2_000

_MONTHS = {
    "Jan": 1, "Feb": 2, "Mar": 3, "Apr": 4, "May": 5, "Jun": 6, "Jul": 7, "Aug": 8, "Sep": 9, "Oct": 10, "Nov": 11,
    "Dec": 12,
}  # fmt: skip


def paper(line: bytes) -> Paper:
    """What a line says of a paper, cleaned. Raises ValueError, with the reason, for a line that cannot be read.

    It must be an object with an `id` and a `title`. Of the rest, what is not what it should be is not known.
    """
    record = _record(line)
    id, title = record.get("id"), text.line(record.get("title"))
    if not isinstance(id, str):
        raise ValueError("no id")
    if not title:
        raise ValueError("no title")
    first, last, version = _versions(record.get("versions"))
    return Paper(
        id=_bare(id),
        title=title,
        authors=_authors(record),
        abstract=text.prose(_either(record, "abstract", "summary")),
        published=first,
        updated=last or _day(record.get("update_date")),
        categories=_categories(record.get("categories")),
        doi=text.line(record.get("doi")),
        journal_ref=text.line(_either(record, "journal-ref", "journal_ref")),
        arxiv_comment=text.line(_either(record, "comments", "comment"), 4_000),
        version=version or version_of(id),
    )


def _record(line: bytes) -> dict[str, Any]:
    try:
        record = json.loads(line.removeprefix(b"\xef\xbb\xbf").decode("utf-8"))
    except UnicodeDecodeError:
        raise ValueError("not UTF-8") from None
    except (ValueError, RecursionError):
        raise ValueError("not JSON") from None
    if not isinstance(record, dict):
        raise ValueError("not an object")
    return record


def _bare(id: str) -> str:
    try:
        return paper_id(id)
    except BadRequest:
        raise ValueError("no arXiv id") from None


def _either(record: dict[str, Any], *names: str) -> Any:
    return next((record[name] for name in names if record.get(name)), None)


def _authors(record: dict[str, Any]) -> tuple[str, ...]:
    parsed, said = record.get("authors_parsed"), record.get("authors")
    if isinstance(parsed, list) and parsed:
        return named([_joined(name) for name in parsed[:MAX_AUTHORS]])
    names = said if isinstance(said, list) else _split(said) if isinstance(said, str) else []
    return named([lettered(name[:LONGEST_NAME]) for name in names[:MAX_AUTHORS] if isinstance(name, str)])


def _joined(name: object) -> str:
    """[last, first, suffix, affiliations...] as it is spoken. The order of the first two is arXiv's."""
    parts = [part for part in name[:3] if isinstance(part, str)] if isinstance(name, list) else []
    last, *first = [lettered(part[:LONGEST_NAME]) for part in parts] or [""]
    return " ".join([*first[:1], last, *first[1:]])


def _split(said: str) -> list[str]:
    """Names in a row, as people write them: `Ada Example (1), Bo Sample and Cy Pattern (2) ((1) Here, (2) There)`."""
    said = said[:500_000]
    for _ in range(3):  # parentheses in parentheses
        said = re.sub(r"\([^()]*\)", "", said)
    return re.split(r",\s*(?:and\s)?|\sand\s", said)


def _categories(said: object) -> tuple[str, ...]:
    words = said.split(None, MAX_CATEGORIES) if isinstance(said, str) else said if isinstance(said, list) else []
    return sorted_out([word for word in words if isinstance(word, str)])


def _versions(said: object) -> tuple[date | None, date | None, int | None]:
    """UTC days of the first version and of the newest, and the newest's number."""
    found: dict[int, date | None] = {}
    for each in said[:MAX_VERSIONS] if isinstance(said, list) else []:
        name = each.get("version") if isinstance(each, dict) else None
        if isinstance(name, str) and re.fullmatch(r"(?a)v[1-9]\d{0,3}", name):
            found[int(name[1:])] = _moment(each.get("created"))
    newest = max(found, default=None)
    return found.get(1), found[newest] if newest else None, newest


def _moment(said: object) -> date | None:
    """The UTC day of `Mon, 2 Apr 2007 19:18:42 GMT` (RFC 2822)."""
    if not isinstance(said, str) or len(said) > 100:
        return None
    words = said.split()
    try:
        if len(words) == 6 and words[5] == "GMT":
            return date(int(words[3]), _MONTHS[words[2]], int(words[1]))
        from email.utils import parsedate_to_datetime

        moment = parsedate_to_datetime(said)
        return (moment.astimezone(UTC) if moment.tzinfo else moment).date()
    except (ValueError, KeyError, OverflowError, TypeError):
        return None


def _day(said: object) -> date | None:
    """The day of `2008-11-26`."""
    try:  # fromisoformat also takes 20081126 and 2008-W48-3
        return date.fromisoformat(said) if isinstance(said, str) and said[4:8:3] == "--" else None
    except ValueError:
        return None
