"""`papers updates`: what happened to the papers you starred."""

from __future__ import annotations

from papercli.commands.finding import print_found
from papercli.commands.listing import query_of
from papercli.errors import Partial
from papercli.numbers import numbered
from papercli.value import changed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from papercli.app import App
    from papercli.commands import options

LOOK = "updates"


def updates(app: App, filters: options.Filters, output: options.Output) -> None:
    """What happened to the papers you starred since you last asked: new versions, withdrawals, publications.

    Examples:
      papers updates
      papers updates --json

    arXiv is asked for all of them, a hundred at a time and one question in three seconds, as it wishes. The first time
    there is nothing to compare with: then it is noted how they are now.
    """
    from papercli.expression import Named
    from papercli.library.news import News
    from papercli.query import Query

    starred = app.library.rows(app.library.find(Query(expression=Named("is", "starred"), shown="all")).refs)
    last = app.library.looks.last(LOOK)
    asked = app.feed_of("arxiv").known([entry.id for entry in starred]) if starred else None
    news = News(app.library).starred(last.at if last else 0)
    query = changed(query_of(app, filters), among=tuple(news), shown="all")
    found = app.library.find(query)
    entries = [changed(entry, why=(*entry.why, *news[numbered(entry.id)])) for entry in app.library.rows(found.refs)]
    print_found(app, entries, output, title="Updates", counted=lambda: (len(found.refs), 0), limit=None)
    failures = asked.failures if asked else ()
    if not starred:
        app.console.note("empty", "nothing is starred; papers star ID keeps an eye on a paper")
    elif not entries and not failures:
        app.console.note("empty", "nothing new about the papers you starred")
    if not failures and not app.offline:
        app.library.looks.keep(LOOK, app.library.looks.now(app.calendar.today, at=int(app.now())))
    if failures:
        raise Partial(f"arXiv could not be asked for {len(failures)} of {len(starred)}: {failures[0][1]}")
