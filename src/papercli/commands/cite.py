"""`papers cite ID...`: references to some papers."""

from __future__ import annotations

from papercli.commands.asking import unknown_asked
from papercli.query import Query

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from papercli.app import App
    from papercli.commands import options
    from papercli.paper import Entry


def cite(app: App, ids: options.Ids, references: options.References) -> None:
    """References to papers, for BibTeX and the like.

    Examples:
      papers cite 2501.12948
      papers cite 3 >> thesis.bib            row 3 of the last list on this terminal
      papers cite 2501.12948 --style csl
      papers today --min-upvotes 20 -o ids | papers cite - > week.bib

    A paper has the same key every time, in every list: name, year and first word of the title, and its arXiv id.
    The year is that of version 1. papers today -o bibtex prints a whole listing so. Only papers that are not known yet
    are asked for; arXiv is asked for the categories of those that it has not told of. An ID is what papers help ids
    describes.
    """
    from papercli.render import View, render

    wanted = app.ids(ids)
    failures = unknown_asked(app, wanted)
    entries = _kept(app, wanted)
    if bare := [entry.id for entry in entries if not entry.categories and "arxiv" not in entry.sources]:
        _ask_arxiv(app, bare)
        entries = _kept(app, wanted)
    if entries or len(wanted) > 1:
        app.console.show(render(entries, references.style, View()))
    for failure in failures:
        raise failure


def _kept(app: App, wanted: Sequence[str]) -> list[Entry]:
    return app.library.rows(app.library.find(Query(ids=tuple(wanted))).refs)


def _ask_arxiv(app: App, ids: Sequence[str]) -> None:
    """Have the library know what only arXiv tells, such as categories, if it may be asked: of all in one request."""
    if app.offline or app.given.demo:
        return
    if failures := app.feed_of("arxiv").known(ids, hurry=True).failures:
        count = "1 paper" if len(failures) == 1 else f"{len(failures):,} papers"
        app.console.note("incomplete", f"{failures[0][1]}; the category of {count} is not known")
