"""`papers pdf ID...`: papers as files, called by their titles."""

from __future__ import annotations

import os
import re
import sys
from contextlib import contextmanager

from papercli.commands.asking import asked, fail
from papercli.errors import NoSuchPaper, OutputError, Unreachable
from papercli.filename import checked, named, pattern
from papercli.mathematics import drawn
from papercli.query import Query
from papercli.selection import selected_versions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from papercli.app import App
    from papercli.commands import options
    from papercli.errors import PapercliError
    from papercli.paper import Entry

    Named = tuple[str, int | None]

ENDING = ".pdf"


def pdf(app: App, ids: options.Ids, saving: options.Saving) -> None:
    """Save papers as PDF files.

    Examples:
      papers pdf 3                           row 3 of the last list, into this folder
      papers pdf 2501.12948 -d ~/papers      as 2501.12948 ITS TITLE.pdf
      papers pdf 2501.12948v1                version 1; without v, the newest
      papers list --starred -o ids | papers pdf - -d ~/papers
      papers pdf 1 2 3 -0 | xargs -0 -n 1 xdg-open

    Prints the path of each. They come from arXiv, one at a time, three seconds apart, as it asks. A file that is there
    already is left alone, unless --refresh. Nothing half-written ever has a PDF's name: what was cut short, by Ctrl-C
    too, stays beside it as .ID.pdf.part, and the same command goes on from there. Settings: pdf.folder, pdf.name.
    """
    wanted = selected_versions(ids, app.last_list)
    shelf = _Shelf(_folder(app, saving.folder), checked(app.setting("pdf.name")))
    absent = [each for each in wanted if app.given.refresh or not shelf.holds(each)]
    gone, failures = _learned(app, [id for id, _ in absent])
    entries = _known(app, [id for id, _ in absent])
    with _watched(app, len(absent)) as watch:
        for each in wanted:
            if each[0] in gone:
                continue
            try:
                path = _saved(app, shelf, each, entries, watch) if each in absent else watch.here(shelf.holds(each))
            except KeyboardInterrupt:
                app.console.note("stopped", "stopped; the same command goes on from here")
                raise
            except (Unreachable, NoSuchPaper, OutputError) as failure:
                failures.append(failure)
                if getattr(failure, "for_all", False):
                    break
            else:
                watch.show(path + ("\0" if saving.nul else "\n"))
    _fail(app, failures)


class _Shelf:
    """A folder of PDFs, and how they are called."""

    def __init__(self, folder: str, template: str) -> None:
        self.folder, self._template = folder, template
        try:
            self._names = sorted(os.listdir(folder or "."))
        except OSError:
            self._names = []

    def holds(self, wanted: Named) -> str:
        """The path of the paper's PDF, by whatever title it was known then; "" when there is none that is whole."""
        from papercli.download import is_whole

        calls = re.compile(pattern(self._template, ENDING, _numbered(wanted)), re.DOTALL)
        found = (os.path.join(self.folder, name) for name in self._names if calls.fullmatch(name))
        return next((path for path in found if is_whole(path)), "")

    def place(self, wanted: Named, entry: Entry | None) -> str:
        """Where the paper's PDF goes."""
        fields = {"id": _numbered(wanted)}
        if entry:
            year = f"{entry.published:%Y}" if entry.published else ""
            fields |= {"title": drawn(entry.title), "author": "".join(entry.authors[:1]), "year": year}
        return os.path.join(self.folder, named(self._template, ENDING, fields))


def _numbered(wanted: Named) -> str:
    id, version = wanted
    return f"{id}v{version}" if version else id


def _folder(app: App, given: str | None) -> str:
    """The folder that is meant, "" for the one we are in. The made-up papers are kept out of that."""
    if given:
        return given
    if app.given.demo:
        return app.folder("data") + "/pdf"
    return os.path.expanduser(str(app.setting("pdf.folder")))


def _learned(app: App, ids: Sequence[str]) -> tuple[Sequence[str], list[PapercliError]]:
    """Have the library know what the papers are called. Those that do not exist, and what is to be said of them."""
    unknown = list(dict.fromkeys(id for id in ids if not app.library.knows(id)))
    if not unknown or app.offline:
        return (), []
    outcome = asked(app, unknown)
    unheard = [failure for id, failure in outcome.failures if not app.library.knows(id)]
    if unheard:
        app.console.note("unknown", f"{unheard[0]}; files are called by the id alone where nothing else is known")
    missing = [id for id in outcome.missing if not app.library.knows(id)]
    return missing, [NoSuchPaper(f"no such paper: {', '.join(missing)}")] if missing else []


def _known(app: App, ids: Sequence[str]) -> Mapping[str, Entry]:
    found = app.library.find(Query(ids=tuple(dict.fromkeys(ids))))
    return {entry.id: entry for entry in app.library.rows(found.refs)}


def _saved(app: App, shelf: _Shelf, wanted: Named, entries: Mapping[str, Entry], watch: _Watch) -> str:
    """The path of the paper's PDF, which is there now."""
    path = shelf.place(wanted, entries.get(wanted[0]))
    if app.offline:
        raise Unreachable(f"{path} is not here, and this run is offline", hint="run it again without --offline")
    _make(shelf.folder)
    request = app.source_of("arxiv").pdf(*wanted)  # type: ignore[attr-defined]
    watch.next(_numbered(wanted))
    told = lambda: app.console.note("waiting", "waiting for another papers that saves the same paper")  # noqa: E731
    size = app.download.save(request, path, heard=watch.heard, told=told, again=app.given.refresh)
    return watch.done(path, size) if size else watch.here(path)


def _make(folder: str) -> None:
    try:
        os.makedirs(folder or ".", exist_ok=True)
    except OSError as error:
        from papercli.partial import CannotWrite

        raise CannotWrite(folder, error) from error


class _Watch:
    """Tells of each file when it is there: where there is no bar, that is all there is to see."""

    def __init__(self, app: App) -> None:
        self._app = app
        self.heard: Callable[[int, int | None], None] = lambda there, size: None
        self.next: Callable[[str], None] = lambda name: None
        self.aside: Callable[[Callable[[], None]], None] = lambda tell: tell()
        self.quiet = False

    def show(self, text: str) -> None:
        """Write to standard output."""
        self.aside(lambda: self._app.console.show(text))

    def done(self, path: str, size: int) -> str:
        """Say that it is saved; `path` again."""
        if not self.quiet:
            self._app.console.note("saved", f"{os.path.basename(path)} · {_spoken(size)}")
        return path

    def here(self, path: str) -> str:
        """Say that it was there already; `path` again."""
        self._app.console.note("kept", f"{os.path.basename(path)} is here already; --refresh saves it again")
        return path


def _spoken(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size >= 100_000 else f"{size / 1e3:,.1f} kB"


@contextmanager
def _watched(app: App, files: int) -> Iterator[_Watch]:
    """A bar on a terminal, else a line for each file."""
    watch, note = _Watch(app), app.console.note
    if not files or app.given.quiet or app.console.plain or sys.stderr is None or not sys.stderr.isatty():
        yield watch
        return
    from papercli.render.progress import SavingBar

    with SavingBar(sys.stderr, files, color=app.console.color) as bar:
        # What others have to say while the bar is drawn, such as that a server asks to wait, goes above it.
        vars(app.console)["note"] = lambda kind, message: bar.aside(lambda: note(kind, message))
        watch.heard, watch.next, watch.aside = bar.heard, bar.next, bar.aside
        watch.quiet = app.console.is_terminal  # the path stands there
        try:
            yield watch
        finally:
            del vars(app.console)["note"]


def _fail(app: App, failures: Sequence[PapercliError]) -> None:
    """Raise the worst: what cannot be written before all else."""
    written = [failure for failure in failures if isinstance(failure, OutputError)]
    others = [failure for failure in failures if failure not in written]
    if not written:
        fail(app, others)
        return
    for failure in (*others, *written[1:]):
        app.console.note(failure.kind, str(failure))
    raise written[0]
