"""`papers sync`: the history into the library, as far back as there are listings."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager

from papercli.errors import LibraryError, PapercliError, Partial, Unreachable
from papercli.system.lock import Lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from papercli.app import App
    from papercli.commands import options
    from papercli.dates import Span
    from papercli.sync import Heard, Month


def sync(app: App, history: options.History) -> None:
    """Fill the library with the listings of the past, newest first.

    Examples:
      papers sync
      papers sync --since 2026-01
      papers sync --since -7d -q

    What is here already and can hardly change any more is not asked for again, so run it as often as you like. Stopped
    in the middle, by whatever, it goes on from there the next time. On a terminal a bar shows how far it is, elsewhere
    a line for each month; -q says nothing unless something goes wrong.
    """
    if app.offline:
        raise Unreachable("papers sync has to ask, and this run is offline", hint="run it again without --offline")
    lock = Lock(f"{app.folder('state')}/sync.lock", timeout=0)
    try:
        lock.__enter__()
    except TimeoutError:
        app.console.note("busy", "another papers sync is at work")
        return
    try:
        _sync(app, app.calendar.span(history.back_to).first if history.back_to else app.source.first_day)
    finally:
        lock.__exit__(None, None, None)


def _sync(app: App, since: date) -> None:
    from papercli.periods import shortened
    from papercli.sync import Sync

    work = Sync(app.periods, app.feed, app.library, app.source, app.now, refresh=app.given.refresh)
    months = work.months(since)
    if not months:
        app.console.note("sync", f"all since {max(since, app.source.first_day)} is here already")
        return
    got = _Got()
    try:
        with _watched(app, len(months)) as (heard, kept):
            for month in work.run(months, since, heard):
                _check_it_lasts(app)
                got.add(month)
                kept(month)
    except (PapercliError, KeyboardInterrupt):
        app.console.note("sync", f"stopped; {got.words} are kept, and the next run goes on")
        raise
    app.console.note("sync", f"{got.words} in {got.seconds}")
    if got.skipped:
        app.console.note("skipped", f"{_many(got.skipped, 'row')} could not be read and were left out")
    if got.missing:
        words = ", ".join(shortened(got.missing))
        raise Partial(f"{words} could not be had", hint="the next papers sync asks again")


def _check_it_lasts(app: App) -> None:
    """Raise LibraryError when what was written last is gone with this run: such as when the disk is full."""
    if app.library.in_memory:
        raise LibraryError(f"the library cannot be written: {app.library.trouble}")


@contextmanager
def _watched(app: App, months: int) -> Iterator[tuple[Heard, Callable[[Month], None]]]:
    """What to call for every page, and for every month: a bar on a terminal, else a line for each month."""
    note = app.console.note
    if app.given.quiet or app.console.plain or sys.stderr is None or not sys.stderr.isatty():
        yield lambda span, rows: None, lambda month: note("sync", _line(month))
        return
    from papercli.render.progress import Bar

    with Bar(sys.stderr, months, color=app.console.color) as bar:
        # What others have to say while the bar is drawn, such as that a server asks to wait, goes above it.
        vars(app.console)["note"] = lambda kind, message: bar.aside(lambda: note(kind, message))

        def kept(month: Month) -> None:
            bar.kept(_name(month.span), len(month.ids))
            if month.missing:
                app.console.note("missing", _line(month))

        try:
            yield lambda span, rows: bar.heard(_name(span), rows), kept
        finally:
            del vars(app.console)["note"]


class _Got:
    """What all months together brought."""

    def __init__(self) -> None:
        self._ids: set[str] = set()
        self._days, self._began = 0, time.monotonic()
        self.skipped = 0
        self.missing: list[str] = []

    def add(self, month: Month) -> None:
        self._ids.update(month.ids)
        self._days += month.days
        self.skipped += month.skipped
        self.missing += month.missing

    @property
    def words(self) -> str:
        return f"{_many(len(self._ids), 'paper')} on {_many(self._days, 'day')}"

    @property
    def seconds(self) -> str:
        seconds = time.monotonic() - self._began
        return f"{seconds:.1f} s" if seconds < 60 else f"{seconds // 60:.0f} min {seconds % 60:.0f} s"


def _line(month: Month) -> str:
    name = _name(month.span)
    had = f"{_many(len(month.ids), 'paper')} on {_many(month.days, 'day')}" if month.ids else "no papers"
    from papercli.periods import shortened

    lacks = f"; {', '.join(shortened(month.missing))} could not be had" if month.missing else ""
    return f"{name} · {had}{lacks}"


def _name(span: Span) -> str:
    return f"{span.first:%Y-%m}"


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + "s" * (count != 1)
