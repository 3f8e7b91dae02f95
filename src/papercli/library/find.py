"""Query to SQL, in two steps: which papers (`ids`), then what is known of them (`rows`). Pure: no connection here."""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from papercli.query import Query

# What the newest row of a paper's listings says, one with votes if there is one; else what a search or the paper said.
_WITH_LATEST = """
    LEFT JOIN listed l ON l.paper = p.number AND (l.day, l.source) = (
        SELECT x.day, x.source FROM listed x WHERE x.paper = p.number ORDER BY x.source <> 'hf', x.day DESC LIMIT 1
    )"""
_UPVOTES, _COMMENTS, _STARS = (f"coalesce(l.{name}, p.{name})" for name in ("upvotes", "comments", "stars"))
_DAY = "coalesce(l.day, p.published)"

_HIDDEN = """
    SELECT h.number FROM mark k JOIN paper h ON h.id = k.id
    WHERE k.hidden IS NOT NULL AND intact(k.id, k.seen, k.read, k.starred, k.later, k.hidden, k.checksum)
"""

# Once for all papers of a listing: what a word is worth takes a look at every paper that holds it. The sign and the
# limit keep the planner from asking for each.
_RANKED = """
    CROSS JOIN (
        SELECT rowid AS number, rank FROM {0} WHERE {0} MATCH :match AND +rowid IN (SELECT p.number FROM {1} WHERE {2})
        LIMIT -1) w ON w.number = p.number"""

WINDOW = 10_000
"""Of words that stand in more papers than this, only the newest so many are ranked: in a library of a million that is
the difference between a twentieth of a second and a third of one."""

_WINDOW = """
    w.rowid >= coalesce((
        SELECT rowid FROM {0} WHERE {0} MATCH :match ORDER BY rowid DESC LIMIT 1 OFFSET :window
    ), -9223372036854775807)
"""

# What a paper may lack that is sorted by: such papers come last in either direction.
UNKNOWN = {
    "rank": "l.day IS NULL", "upvotes": f"{_UPVOTES} IS NULL", "comments": f"{_COMMENTS} IS NULL",
    "stars": f"{_STARS} IS NULL", "newest": f"{_DAY} IS NULL", "oldest": f"{_DAY} IS NULL",
    "rising": "NOT EXISTS (SELECT 1 FROM observation o WHERE o.paper = p.number AND o.upvotes IS NOT NULL)",
}  # fmt: skip
_ANNOUNCED = ("l.announce = 'replace'", "l.announce = 'cross'")
ORDERS: dict[str, tuple[str, ...]] = {
    "rank": ("l.day DESC", "l.rank IS NULL", "l.rank", *_ANNOUNCED, "p.number DESC"),
    "upvotes": (f"{_UPVOTES} DESC", "p.number DESC"),
    "comments": (f"{_COMMENTS} DESC", f"{_UPVOTES} DESC", "p.number DESC"),
    "stars": (f"{_STARS} DESC", f"{_UPVOTES} DESC", "p.number DESC"),
    "newest": (f"{_DAY} DESC", "p.number DESC"),
    "oldest": (_DAY, "p.number"),
    "title": ("p.title COLLATE NOCASE", "p.id"),
    "rising": (f"{_UPVOTES} DESC", "p.number DESC"),  # of those that rise alike
}


class Plan:
    """The parts of one SELECT over papers: where they come from, what must hold, their order."""

    def __init__(self, query: Query, *, counting: bool = False) -> None:
        """With `counting` what only an order needs is left away."""
        self.query, self._counting = query, counting
        self.place, self.order = "NULL", ""
        self.values: dict[str, object] = {}
        self.where: list[str] = []
        self.is_listing = self.is_short = True
        """Whether few papers come into question, so that all can be looked at, those left out too; and so few that a
        word index is best asked about each."""

        self._from()
        self._expression()
        self.out = self._left_out()

    def _from(self) -> None:
        """Where the papers come from: ids, numbers, a source's own rank, a span of days, or everything."""
        query = self.query
        if query.ids is not None or query.among is not None:
            column, given = ("id", query.ids) if query.ids is not None else ("number", query.among)
            self.tables = f"json_each(:given) i CROSS JOIN paper p ON p.{column} = i.value {_WITH_LATEST}"
            self.values["given"], self.order = json.dumps(given), "i.key"
        elif query.trending:
            self.tables = f"trending t CROSS JOIN paper p ON p.number = t.paper {_WITH_LATEST}"
            self.place = self.order = "t.place"
        elif query.feeds or (query.first is not None and query.last is not None):
            self._from_feeds(query.feeds or (("hf", query.first, query.last),))  # type: ignore[arg-type]
        else:
            self.is_listing = self.is_short = False
            self.tables, self.order = f"paper p {_WITH_LATEST}", "p.number DESC"
            if self._counting and query.expression is None:
                self.tables = "paper p"

    def _from_feeds(self, feeds: Sequence[tuple[str, date, date]]) -> None:
        self.tables = "listed l JOIN paper p ON p.number = l.paper"
        self.is_short = all((last - first).days <= 31 for _, first, last in feeds)
        of_each = []
        for place, (source, first, last) in enumerate(feeds):
            self.values |= {f"feed{place}": source, f"first{place}": str(first), f"last{place}": str(last)}
            of_each.append(f"({{0}}.source = :feed{place} AND {{0}}.day BETWEEN :first{place} AND :last{place})")
        listed = f"({' OR '.join(of_each)})"
        self.where.append(listed.format("l"))
        if len(feeds) == 1 and feeds[0][1] == feeds[0][2]:
            return
        places = " ".join(f"WHEN :feed{place} THEN {place}" for place in range(len(feeds)))
        position = f"CASE {{0}}.source {places} END"
        several_days = any(first != last for _, first, last in feeds)
        self.before = () if several_days else (position.format("l"),)
        # A paper that is listed more than once stands where the first feed lists it, on the latest day there.
        self.where.append(
            f"(l.day, l.source) = (SELECT x.day, x.source FROM listed x WHERE x.paper = p.number AND"  # noqa: S608
            f" {listed.format('x')} ORDER BY {position.format('x')}, x.day DESC LIMIT 1)"
        )

    before: tuple[str, ...] = ()
    """What papers are ordered by before their place in a listing."""

    def _expression(self) -> None:
        """What is looked for. Over the library as a whole the word index leads, and says what is relevant."""
        if self.query.expression is None:
            return
        from papercli.library.match import Conditions

        conditions = Conditions(each=self.is_short)
        driven = conditions.driven(self.query.expression) if self._may_lead() else None
        if driven:
            self.index, asked, rest = driven
            self.values["match"] = asked
            if self.is_listing:
                self.tables += _RANKED.format(self.index, self.tables, " AND ".join(self.where) or "1")
            else:
                self.where.append(f"{self.index} MATCH :match")
                # CROSS: the planner would guess which of the two comes first, and does not know how many match.
                self.tables = f"{self.index} w CROSS JOIN paper p ON p.number = w.rowid {_WITH_LATEST}"
                if self._counting and not rest:
                    self.tables, self.number = f"{self.index} w", "w.rowid"
            self.where += rest
        else:
            self.where.append(conditions.sql(self.query.expression))
        self.values |= conditions.values

    def _may_lead(self) -> bool:
        return not self.is_listing or self.query.sort == "relevance"

    index = ""
    """The word index that leads, if one does."""

    number = "p.number"

    def _left_out(self) -> str:
        """What is 1 for a paper that is hidden or muted, as far as `query.shown` leaves such papers out."""
        shown = self.query.shown if self.query.ids is None else "all"
        if shown == "all":
            return "0"
        hidden, muted = self._hidden(), self._muted()
        if shown == "usual":
            return f"({hidden} OR {muted})" if muted else hidden
        self.where.append(hidden if shown == "hidden" else muted or "0")
        return "0"

    def _hidden(self) -> str:
        if self.is_listing:
            return "(m.hidden IS NOT NULL AND intact(m.id, m.seen, m.read, m.starred, m.later, m.hidden, m.checksum))"
        return f"(+{self.number} IN ({_HIDDEN}))"  # the sign keeps it from the word index, which would ask for each

    def _muted(self) -> str:
        if self.query.muted is None:
            return ""
        from papercli.library.match import Conditions

        conditions = Conditions(each=self.is_short, prefix="muted")
        sql = conditions.sql(self.query.muted)
        if not self.is_listing:  # it may look at anything of a paper
            sql = f"(+{self.number} IN (SELECT p.number FROM paper p {_WITH_LATEST} WHERE {sql}))"  # noqa: S608
        self.values |= conditions.values
        return sql

    def ordered(self) -> str:
        """The order, what is unknown last."""
        sort, own = self.query.sort, self.order
        if sort == "relevance" or (sort == "rank" and not self.is_listing):
            if self.index:
                own = "w.rank"
            elif not own:
                sort, own = "rank", ""
        elif sort == "newest" and not self.is_listing:
            own = "w.rowid DESC" if self.index else "p.number DESC"
        elif sort != "rank":
            own = ""
        terms = (own,) if own else (*(self.before if sort == "rank" else ()), *ORDERS[sort])
        if sort == "rising":
            from papercli.library.history import RISING

            terms = (f"{RISING} DESC", *terms)
        if self.query.reverse:
            terms = tuple(map(_reversed, terms))
        unknown = "" if own else UNKNOWN.get(sort, "")
        return ", ".join((unknown, *terms) if unknown else terms)


def _reversed(term: str) -> str:
    return term.removesuffix(" DESC") if term.endswith(" DESC") else f"{term} DESC"


def ids(query: Query) -> tuple[str, dict[str, object], bool]:
    """SQL for the matches in order, and its values: paper's number, day and source of the listing, its rank where that
    is not the listing's; and whether those left out are among them, and a last column says which they are.

    They are for a listing, which says how many it leaves out; over the library as a whole they are not, and the limit
    is the query's.
    """
    plan = Plan(query)
    where = plan.where if plan.is_listing else [*plan.where, f"NOT {plan.out}"]
    order = plan.ordered()
    sql = f"SELECT p.number, l.day, l.source, {plan.place}"
    if plan.is_listing:
        sql += f", {plan.out} FROM {plan.tables} LEFT JOIN mark m ON m.id = p.id"
    else:
        sql += f" FROM {plan.tables}"
        if order == "w.rank" and query.limit is not None:
            where.append(_WINDOW.format(plan.index))
            plan.values["window"] = max(WINDOW, query.limit)
    sql += f" WHERE {' AND '.join(where) or '1'} ORDER BY {order}"
    if not plan.is_listing and query.limit is not None:
        sql += f" LIMIT {query.limit:d}"
    return sql, plan.values, plan.is_listing


def counts(query: Query) -> tuple[str, dict[str, object]]:
    """SQL for how many papers match, and how many of them are left out."""
    plan = Plan(query, counting=True)
    left_out = f"coalesce(sum({plan.out}), 0)" if plan.out != "0" else "0"
    marks = " LEFT JOIN mark m ON m.id = p.id" if plan.is_listing else ""
    sql = f"SELECT count(*), {left_out} FROM {plan.tables}{marks} WHERE {' AND '.join(plan.where) or '1'}"  # noqa: S608
    return sql, plan.values
