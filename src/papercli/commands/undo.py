"""`papers undo`: taking back what was done to the reader's own marks."""

from __future__ import annotations

from papercli.commands.marking import named, stamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from papercli.app import App
    from papercli.commands import options
    from papercli.library.changes import Change

MOST = 50


def undo(app: App, undoing: options.Undoing) -> None:
    """Take back the newest change of your marks, tags and notes; again, the one before it.

    Examples:
      papers undo
      papers undo --list                     the last changes, newest first

    --list prints a line for each, tabs between: number, when, what (and whether it is taken back), ids.
    """
    marks = app.library.marks
    if undoing.as_list:
        app.console.show("".join(map(_line, marks.log(MOST))))
        return
    change = marks.undo(clock=stamp(app)["clock"])
    titles = marks.titles(change.ids) if change and len(change.ids) == 1 else {}
    if change is None:
        app.console.note("undo", "there is nothing to take back")
        return
    whom = named(change.ids[0], titles) if len(change.ids) == 1 else f"{len(change.ids):,} papers"
    app.console.note("undo", f"took back: {change.what} {whom}")


def _line(change: Change) -> str:
    from datetime import UTC, datetime, timedelta

    when = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=change.clock // 1_000)
    what = f"{change.what} (taken back)" if change.undone else change.what
    return f"{change.number}\t{when.isoformat().replace('+00:00', 'Z')}\t{what}\t{' '.join(change.ids)}\n"
