"""`papers show ID...`: all about some papers."""

from __future__ import annotations

from papercli.commands.asking import asked
from papercli.commands.printing import print_pages
from papercli.errors import PRECEDENCE, BadRequest, NoSuchPaper
from papercli.query import Query
from papercli.value import changed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from papercli.app import App
    from papercli.commands import options
    from papercli.errors import PapercliError
    from papercli.paper import Entry


TRACED = ("cards", "json", "jsonl")
"""The formats that tell where each field is from."""


def show(app: App, ids: options.Ids, output: options.Output, detail: options.Detail) -> None:
    """All about papers, with linked models, datasets and Spaces.

    Examples:
      papers show 2501.12948
      papers show 3                          row 3 of the last list on this terminal
      papers show https://arxiv.org/abs/2501.12948v2 --json
      papers show 3 --provenance             which source said what, and when
      papers today -o ids | head -3 | papers show -

    An ID is an arXiv id, any arXiv, Hugging Face, alphaXiv or DOI address of a paper, a row of the last list,
    or - for what is on standard input.
    """
    if detail.provenance and (app.format not in TRACED or app.shape or app.fields):
        raise BadRequest("--provenance is for whole pages and JSON", hint="add --json, or -o cards")
    wanted = app.ids(ids)
    entries, failures = entries_of(app, wanted)
    if app.format == "cards":  # of all formats the page alone draws it
        entries = [
            changed(entry, history=app.library.history.upvotes(entry.id), profiles=_profiles(app, entry))
            for entry in entries
        ]
    if detail.provenance:
        entries = [changed(entry, provenance=_provenance(app, entry)) for entry in entries]
    if entries or len(wanted) > 1:
        print_pages(app, entries, output, single=len(wanted) == 1)
    for failure in failures:
        raise failure


def _profiles(app: App, entry: Entry) -> dict[str, str]:
    from papercli.errors import Unreadable

    found: dict[str, str] = {}
    for source, _, row in app.library.answered(entry.id):
        try:
            found |= app.source_of(source).profiles(row)
        except (Unreadable, ValueError):
            continue
    return found


def _provenance(app: App, entry: Entry) -> dict[str, tuple[str, datetime]]:
    from datetime import UTC, datetime

    from papercli.errors import Unreadable
    from papercli.provenance import provenance

    told = []
    for source, at, row in app.library.answered(entry.id):
        try:
            if paper := app.source_of(source).read_row(row):
                told.append((source, at, paper))
        except (Unreadable, ValueError):
            continue
    found = provenance(entry, told)
    return {name: (source, datetime.fromtimestamp(at, UTC)) for name, (source, at) in found.items()}


def entries_of(app: App, wanted: Sequence[str]) -> tuple[list[Entry], list[PapercliError]]:
    """What is known of these papers, asked for where that is not fresh, and what failed, the worst first."""
    outcome = asked(app, wanted)
    found = app.library.find(Query(ids=tuple(wanted)))
    entries = app.library.rows(found.refs, linked=True)
    known = {entry.id for entry in entries}
    failures = [failure for id, failure in outcome.failures if id not in known]
    if failures and len(wanted) > 1:
        silent = [id for id, _ in outcome.failures if id not in known]
        app.console.note("missing", f"could not be asked for: {', '.join(silent[:10])}" + " …" * (len(silent) > 10))
    if kept := [(id, failure) for id, failure in outcome.failures if id in known]:
        app.console.note("kept", f"{kept[0][1]}; {_as_kept(app, [id for id, _ in kept])}")
    if missing := [id for id in outcome.missing if id not in known]:
        failures.append(NoSuchPaper(f"no such paper: {', '.join(missing)}"))
    return entries, sorted(failures, key=lambda failure: PRECEDENCE.index(failure.exit_code))


def _as_kept(app: App, ids: Sequence[str]) -> str:
    """What of these papers is older than was wanted, and how old it is."""
    from papercli.caption import ago

    what = "what links to it" if len(ids) == 1 else f"what links to {len(ids)} of them"
    asked = [at for id in ids if (at := app.library.linked_at(id)) is not None]
    if not asked:
        return f"{what} is not known"
    rest = "" if len(asked) == len(ids) else ", where it was"
    return f"{what} is shown as it was kept {ago(app.now() - min(asked))}{rest}"
