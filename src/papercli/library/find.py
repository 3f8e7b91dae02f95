"""Query to SQL, in two steps: which papers (`ids`), then what is known of them (`rows`). Pure: no connection here."""

from __future__ import annotations

import json

from papercli.query import indexed
from papercli.text import folded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from papercli.query import Query

# What the newest row of a paper's listings says, else what a search or the paper itself said.
_LATEST = "(SELECT max(day) FROM listed x WHERE x.paper = p.number)"

_TEXT = (
    "p.title || ' ' || p.abstract || ' ' || (SELECT coalesce(group_concat(value, ' '), '') FROM json_each(p.keywords))"
)

# Names of their own, since `upvotes` alone would be the paper's in one place and the listing's in another.
_COUNTS = (("upvotes", "votes"), ("comments", "remarks"), ("stars", "likes"))

# What a paper may lack that is sorted by: such papers come last in either direction.
UNKNOWN = {
    "rank": "l.day IS NULL",
    "upvotes": "coalesce(l.upvotes, p.upvotes) IS NULL",
    "comments": "coalesce(l.comments, p.comments) IS NULL",
    "stars": "coalesce(l.stars, p.stars) IS NULL",
    "newest": "coalesce(l.day, p.published) IS NULL",
    "oldest": "coalesce(l.day, p.published) IS NULL",
    "title": "0",
    "relevance": "0",
}
ORDERS = {
    "rank": "l.day DESC, l.rank IS NULL, l.rank, p.published DESC, p.id DESC",
    "upvotes": "votes DESC, p.id DESC",
    "comments": "remarks DESC, votes DESC, p.id DESC",
    "stars": "likes DESC, votes DESC, p.id DESC",
    "newest": "coalesce(l.day, p.published) DESC, p.published DESC, p.id DESC",
    "oldest": "coalesce(l.day, p.published), p.published, p.id",
    "title": "p.title COLLATE NOCASE, p.id",
    "relevance": "w.rank, l.day DESC, l.rank, p.id DESC",
}


def ids(query: Query) -> tuple[str, dict[str, object]]:
    """SQL for every match, in order, and its values: paper's number, day of the listing, whether it lacks what it is
    sorted by, the row of marks, and its rank where that is not the listing's.

    Hidden papers are among the rows, so that a listing can say how many it leaves out.
    """
    tables, where, values = _listing(query)
    conditions, limits = _filters(query)
    where, values = where + conditions, values | limits
    matched = [word for word in query.words if indexed(word)]
    sort = "rank" if query.sort == "relevance" and not matched else query.sort
    unknown, order = UNKNOWN[sort], ORDERS[sort]
    if query.trending and sort == "rank":
        unknown, order = "0", "t.place"
    if matched:
        tables += " JOIN words w ON w.rowid = p.number"
        where.append("words MATCH :match")
        values["match"] = " ".join('"' + word.replace('"', '""') + '"' for word in matched)
    for place, word in enumerate(word for word in query.words if not indexed(word)):
        where.append(f"instr({_TEXT}, :sign{place})")
        values[f"sign{place}"] = word
    if query.ids is not None:
        unknown, order = "0", "i.key"
    rank = "t.place" if query.trending else "NULL"
    counts = ", ".join(f"coalesce(l.{count}, p.{count}) AS {name}" for count, name in _COUNTS)
    sql = (
        f"SELECT p.number, l.day, {unknown}, m.id, m.seen, m.read, m.starred, m.later, m.hidden, m.checksum,"  # noqa: S608
        f" {rank}, {counts} FROM {tables} LEFT JOIN mark m ON m.id = p.id"
        f" WHERE {' AND '.join(where) or '1'} ORDER BY 3, {order}"  # 3: the column of what is unknown
    )
    return sql, values


def _listing(query: Query) -> tuple[str, list[str], dict[str, object]]:
    """Where the papers come from: a span of days, a source's own rank, a list of ids, or everything."""
    latest = f"(l.day IS NULL OR l.day = {_LATEST})"
    if query.ids is not None:
        tables = "json_each(:ids) i JOIN paper p ON p.id = i.value LEFT JOIN listed l ON l.paper = p.number"
        return tables, [latest], {"ids": json.dumps(query.ids)}
    if query.trending:
        tables = "trending t JOIN paper p ON p.number = t.paper LEFT JOIN listed l ON l.paper = p.number"
        return tables, [latest], {}
    if query.first is None or query.last is None:
        return "paper p LEFT JOIN listed l ON l.paper = p.number", [latest], {}
    span: dict[str, object] = {"first": query.first.isoformat(), "last": query.last.isoformat()}
    tables, where = "listed l JOIN paper p ON p.number = l.paper", ["l.day BETWEEN :first AND :last"]
    if query.first != query.last:  # a relisted paper stands once, on its latest day of the span
        where.append(
            "l.day = (SELECT max(day) FROM listed x WHERE x.paper = p.number AND x.day BETWEEN :first AND :last)"
        )
    return tables, where, span


_ANY_AUTHOR = "EXISTS (SELECT 1 FROM json_each(p.authors) a WHERE instr(folded(a.value), :author))"
_NAMED = "(folded(p.organization) = :org OR instr(folded(p.organization_name), :org))"
_IN_CATEGORY = (
    "EXISTS (SELECT 1 FROM json_each(p.categories) c"
    " WHERE lower(c.value) = :category OR substr(lower(c.value), 1, length(:category) + 1) = :category || '.')"
)
_DAY = "coalesce(l.day, p.published)"

# A filter is a line here: the field of the query, the SQL that must hold, and what becomes of its value first.
FILTERS: dict[str, tuple[str, Callable[[Any], object]]] = {
    "min_upvotes": ("coalesce(l.upvotes, p.upvotes) >= :min_upvotes", int),
    "min_comments": ("coalesce(l.comments, p.comments) >= :min_comments", int),
    "min_stars": ("coalesce(l.stars, p.stars) >= :min_stars", int),
    "author": (_ANY_AUTHOR, folded),
    "org": (_NAMED, folded),
    "submitter": ("folded(coalesce(l.submitter, p.submitter)) = :submitter", folded),
    "category": (_IN_CATEGORY, str.lower),
    "since": (f"{_DAY} >= :since", str),
    "until": (f"{_DAY} <= :until", str),
}
HAS = {
    "code": "p.code IS NOT NULL",
    "project": "p.project IS NOT NULL",
    "summary": "p.ai_summary IS NOT NULL",
    "media": "p.media <> '[]'",
}


def _filters(query: Query) -> tuple[list[str], dict[str, object]]:
    """The conditions of every filter that is set, and their values."""
    given = {name: getattr(query, name) for name in FILTERS if getattr(query, name) is not None}
    where = [FILTERS[name][0] for name in given] + [HAS[name] for name in query.has]
    values = {name: FILTERS[name][1](value) for name, value in given.items()}
    if query.sources:
        told = []
        for place, source in enumerate(query.sources):
            name, _, category = source.partition(":")
            values |= {f"source{place}": name, f"of{place}": category.lower()}
            among = f"EXISTS (SELECT 1 FROM json_each(p.categories) c WHERE lower(c.value) = :of{place})"  # noqa: S608
            told.append(f"(instr(p.sources, json_quote(:source{place})) AND (:of{place} = '' OR {among}))")
        where.append(f"({' OR '.join(told)})")
    return where, values


ROWS = """
SELECT p.id, p.title, p.authors, p.abstract, p.published, p.updated, coalesce(l.day, :none) AS listed,
    coalesce(json_extract(r.value, '$[2]'), l.rank),
    coalesce(l.upvotes, p.upvotes), coalesce(l.comments, p.comments),
    coalesce(l.submitter, p.submitter), coalesce(l.submitter_name, p.submitter_name),
    p.organization, p.organization_name, p.ai_summary, p.keywords, p.code, coalesce(l.stars, p.stars), p.project,
    p.media, p.thumbnail, p.categories, p.doi, p.journal_ref, p.arxiv_comment, p.version, p.sources,
    p.first_seen, p.fetched_at, m.seen, m.read, m.starred, m.later, m.hidden, m.checksum,
    (SELECT json_group_array(name) FROM (SELECT name FROM tag t WHERE t.id = p.id ORDER BY name)), n.words,
    k.repositories
FROM json_each(:refs) r
JOIN paper p ON p.number = json_extract(r.value, '$[0]')
LEFT JOIN listed l ON l.paper = p.number AND l.day = json_extract(r.value, '$[1]')
LEFT JOIN mark m ON m.id = p.id
LEFT JOIN note n ON n.id = p.id
LEFT JOIN linked k ON k.paper = p.number AND :linked
ORDER BY r.key
"""
