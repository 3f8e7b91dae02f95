"""What `list`, `search` and `related` share: papers from all over the library, a part of them at a time."""

from __future__ import annotations

from papercli.commands.printing import print_list
from papercli.query import Query
from papercli.value import changed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from papercli.app import App
    from papercli.commands import options
    from papercli.expression import Expression
    from papercli.library.entries import Rows
    from papercli.paper import Entry

USUAL = 50  # papers, where nothing else was asked for


def limit_of(filters: options.Filters) -> int | None:
    """How many papers at most; None is all."""
    return USUAL if filters.limit is None else filters.limit or None


def print_query(app: App, query: Query, output: options.Output, *, title: str) -> None:
    """Print the papers that the library finds, and say how many more there are."""
    found = app.library.find(query)
    entries = app.library.each(found.refs)

    def counted() -> tuple[int, int]:
        return app.library.count(query)

    print_found(app, entries, output, title=title, sought=query.expression, counted=counted, limit=query.limit)


def print_found(
    app: App,
    entries: Sequence[Entry] | Rows,
    output: options.Output,
    *,
    title: str,
    counted: Callable[[], tuple[int, int]],
    limit: int | None,
    sought: Expression | None = None,
    preface: Sequence[tuple[str, int]] = (),
) -> None:
    """Print `entries`, which are the first `limit` of as many as `counted` says, with how many more are hidden."""
    from papercli.caption import caption

    kept: list[tuple[int, int]] = []

    def count() -> tuple[int, int]:
        if not kept:
            kept.append(counted())
        return kept[0]

    def head() -> tuple[str, str]:
        matches, hidden = count()
        said = ["a made-up sample: no such papers exist"] * app.given.demo
        return caption(title, shown=len(entries), hidden=hidden, total=matches + hidden, remarks=said)

    print_list(app, entries, output, caption=head, sought=sought, years=True, preface=tuple(preface))
    if not entries and sought is not None:
        app.console.note("empty", "no paper matches")
    if limit is not None and len(entries) >= limit and (matches := count()[0]) > len(entries):
        app.console.note("limit", f"{len(entries):,} of {matches:,}, -n 0 for all")


def sought_of(app: App, words: Sequence[str] | None, query: Query) -> Query:
    """`query`, in which what the words say must hold too. Raises BadRequest, with the place for nonsense."""
    text = " ".join(words or ())
    if not text.strip():
        return query
    from papercli.filters import together
    from papercli.grammar import parse

    parts = [parse(text, app.calendar.days)] + ([query.expression] if query.expression else [])
    return changed(query, expression=together(parts))
