"""Query to SQL, in two steps: which papers (`ids`), then what is known of them (`rows`). Pure: no connection here."""

from __future__ import annotations

import json

from papercli.query import indexed

TYPE_CHECKING = False
if TYPE_CHECKING:
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
    "rank": "l.rank IS NULL",
    "upvotes": "coalesce(l.upvotes, p.upvotes) IS NULL",
    "comments": "coalesce(l.comments, p.comments) IS NULL",
    "stars": "coalesce(l.stars, p.stars) IS NULL",
    "newest": "coalesce(l.day, p.published) IS NULL",
    "oldest": "coalesce(l.day, p.published) IS NULL",
    "title": "0",
    "relevance": "0",
}
ORDERS = {
    "rank": "l.day DESC, l.rank, p.published DESC, p.id DESC",
    "upvotes": "votes DESC, p.id DESC",
    "comments": "remarks DESC, votes DESC, p.id DESC",
    "stars": "likes DESC, votes DESC, p.id DESC",
    "newest": "coalesce(l.day, p.published) DESC, p.published DESC, p.id DESC",
    "oldest": "coalesce(l.day, p.published), p.published, p.id",
    "title": "p.title COLLATE NOCASE, p.id",
    "relevance": "w.rank, l.day DESC, l.rank, p.id DESC",
}


def ids(query: Query) -> tuple[str, dict[str, object]]:
    """SQL for every match, in order, and its values: paper's number, day of the listing or null, whether it lacks what
    it is sorted by, its row of marks.

    Hidden papers are among the rows, so that a listing can say how many it leaves out.
    """
    tables, where, values = _listing(query)
    for name, condition in _conditions(query):
        where.append(condition)
        values[name] = getattr(query, name)
    unknown, order = UNKNOWN[query.sort], ORDERS[query.sort]
    if matched := [word for word in query.words if indexed(word)]:
        tables += " JOIN words w ON w.rowid = p.number"
        where.append("words MATCH :match")
        values["match"] = " ".join('"' + word.replace('"', '""') + '"' for word in matched)
    elif query.sort == "relevance":
        unknown, order = UNKNOWN["rank"], ORDERS["rank"]
    for place, word in enumerate(word for word in query.words if not indexed(word)):
        where.append(f"instr({_TEXT}, :sign{place})")
        values[f"sign{place}"] = word
    if query.ids is not None:
        unknown, order = "0", "i.key"
    counts = ", ".join(f"coalesce(l.{count}, p.{count}) AS {name}" for count, name in _COUNTS)
    sql = (
        f"SELECT p.number, l.day, {unknown}, m.id, m.seen, m.read, m.starred, m.later, m.hidden, m.checksum,"  # noqa: S608
        f" {counts} FROM {tables} LEFT JOIN mark m ON m.id = p.id"
        f" WHERE {' AND '.join(where) or '1'} ORDER BY 3, {order}"  # 3: the column of what is unknown
    )
    return sql, values


def _listing(query: Query) -> tuple[str, list[str], dict[str, object]]:
    """Where the papers come from: a span of days, a list of ids, or everything."""
    if query.ids is not None:
        tables = "json_each(:ids) i JOIN paper p ON p.id = i.value LEFT JOIN listed l ON l.paper = p.number"
        return tables, [f"(l.day IS NULL OR l.day = {_LATEST})"], {"ids": json.dumps(query.ids)}
    if query.first is None or query.last is None:
        tables = "paper p LEFT JOIN listed l ON l.paper = p.number"
        return tables, [f"(l.day IS NULL OR l.day = {_LATEST})"], {}
    span: dict[str, object] = {"first": query.first.isoformat(), "last": query.last.isoformat()}
    tables, where = "listed l JOIN paper p ON p.number = l.paper", ["l.day BETWEEN :first AND :last"]
    if query.first != query.last:  # a relisted paper stands once, on its latest day of the span
        where.append(
            "l.day = (SELECT max(day) FROM listed x WHERE x.paper = p.number AND x.day BETWEEN :first AND :last)"
        )
    return tables, where, span


def _conditions(query: Query) -> list[tuple[str, str]]:
    """(field of the query, SQL condition) for every filter that is set. A filter is a line here."""
    filters = (("min_upvotes", "coalesce(l.upvotes, p.upvotes) >= :min_upvotes"),)
    return [(name, condition) for name, condition in filters if getattr(query, name) is not None]


ROWS = """
SELECT p.id, p.title, p.authors, p.abstract, p.published, p.updated, coalesce(l.day, :none) AS listed, l.rank,
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
