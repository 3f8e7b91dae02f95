"""`papers related ID`: papers like it."""

from __future__ import annotations

from papercli.commands.finding import limit_of, print_found
from papercli.commands.listing import query_of
from papercli.errors import BadRequest
from papercli.numbers import numbered
from papercli.query import Query
from papercli.value import changed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from papercli.app import App
    from papercli.commands import options
    from papercli.paper import Entry


def related(app: App, id: options.Id, filters: options.Filters, output: options.Output) -> None:
    """Papers of the library like one of them, by the rare words that they share.

    Examples:
      papers related 2501.12948
      papers related 3 --since -30d          row 3 of the last list on this terminal
      papers related 2501.12948 --unread -n 10 -o ids

    The likest come first, and each says which words tie it. A paper that the library does not know is asked for.
    """
    from papercli.library.related import Related

    paper = _paper(app, id)
    ties = {tie.number: tie for tie in Related(app.library).like(paper.id)}
    query = query_of(app, filters, among=tuple(ties))
    limit = limit_of(filters)
    found = app.library.find(changed(query, limit=None))
    refs = found.refs[:limit]
    entries = [changed(entry, why=ties[numbered(entry.id)].words) for entry in app.library.rows(refs)]
    print_found(
        app, entries, output, title=f"Papers like {paper.title}", counted=lambda: (len(found.refs), found.hidden),
        limit=limit,
    )  # fmt: skip
    if not ties:
        app.console.note("empty", f"no other paper of the library shares rare words with {paper.id}; "
                         "papers sync fills the library")  # fmt: skip


def _paper(app: App, id: str | None) -> Entry:
    """The one paper that is meant. Raises NoSuchPaper when there is none, or why that cannot be known."""
    wanted = app.ids(None if id is None else [id])
    if len(wanted) > 1:
        raise BadRequest(f"related takes one paper, not {len(wanted)}")
    if known := app.library.rows(app.library.find(Query(ids=tuple(wanted))).refs):
        return known[0]
    from papercli.commands.show import entries_of

    entries, failures = entries_of(app, wanted)
    for failure in failures:
        raise failure
    return entries[0]
