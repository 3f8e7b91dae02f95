"""`papers cite ID...`: references to some papers."""

from __future__ import annotations

from papercli.commands.asking import unknown_asked
from papercli.query import Query

TYPE_CHECKING = False
if TYPE_CHECKING:
    from papercli.app import App
    from papercli.commands import options


def cite(app: App, ids: options.Ids, references: options.References) -> None:
    """References to papers, for BibTeX and the like.

    Examples:
      papers cite 2501.12948
      papers cite 3 >> thesis.bib            row 3 of the last list on this terminal
      papers cite 2501.12948 --style csl
      papers today --min-upvotes 20 -o ids | papers cite - > week.bib

    A paper has the same key every time, in every list: name, year and first word of the title, and its arXiv id.
    The year is that of version 1. papers today -o bibtex prints a whole listing so. Only papers that are not known yet
    are asked for. An ID is what papers help ids describes.
    """
    from papercli.render import View, render

    wanted = app.ids(ids)
    failures = unknown_asked(app, wanted)
    entries = app.library.rows(app.library.find(Query(ids=tuple(wanted))).refs)
    if entries or len(wanted) > 1:
        app.console.show(render(entries, references.style, View()))
    for failure in failures:
        raise failure
