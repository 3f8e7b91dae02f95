"""`papers import FILE`: the public snapshot of arXiv's metadata into the library."""

from __future__ import annotations

import os
import stat
import sys
import time
from contextlib import contextmanager
from shlex import quote

from papercli.bookmark import Bookmark, Rejects, identity
from papercli.errors import BadRequest, PapercliError, Unreadable
from papercli.system.lock import Lock
from papercli.unpacking import Lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from papercli.app import App
    from papercli.commands import options
    from papercli.expression import Expression
    from papercli.importing import Importing

EVERY = 100_000
"""Records after which it is said how far it is, where there is no bar."""

UNPACK = {"zip": "unzip -p", "bzip2": "bzip2 -dc", "zstd": "zstd -dc"}
"""What writes the text of a file that is packed so, and is not read here."""


def import_(app: App, file: options.SnapshotFile, selection: options.Selection) -> None:
    """Read the public snapshot of arXiv's metadata into the library.

    Examples:
      papers import arxiv-metadata-oai-snapshot.json
      papers import snapshot.json.xz --category cs.CL --category cs.LG
      papers import snapshot.json.gz -k 'since:2020-01 "language model"'
      unzip -p archive.zip | papers import -

    The file has a line of JSON for each paper, and may be packed with gzip or xz. Stopped in the middle, by whatever,
    it goes on from there the next time. Lines that cannot be read are counted and put aside. With --category only
    papers in one of these, with -k only those that it means.
    """
    wanted = _wanted(app, selection.meant)
    categories = [category.strip() for category in selection.within or ()]
    lock = Lock(
        f"{app.folder('state')}/import.lock",
        told=lambda: app.console.note("waiting", "waiting for another papers import"),
    )
    with lock, _opened(file) as descriptor:
        _import(app, file, descriptor, categories, wanted)


def _wanted(app: App, keywords: list[str] | None) -> Expression | None:
    if not keywords:
        return None
    from papercli.filters import together
    from papercli.grammar import parse

    return together([parse(keyword, app.calendar.days) for keyword in keywords])


@contextmanager
def _opened(file: str) -> Iterator[int]:
    """The file's descriptor. Raises BadRequest when it is none that can be opened."""
    if file == "-":
        if sys.stdin is None:
            raise BadRequest("standard input is closed")
        yield sys.stdin.fileno()
        return
    try:
        descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as error:
        raise BadRequest(f"{file} cannot be read: {(getattr(error, 'strerror', '') or str(error)).lower()}") from error
    try:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise BadRequest(f"{file} is a folder")
        yield descriptor
    finally:
        os.close(descriptor)


def _import(app: App, file: str, descriptor: int, categories: list[str], wanted: Expression | None) -> None:
    lines = Lines(descriptor)
    if lines.kind in UNPACK:
        unpacked = f"{UNPACK[lines.kind]} {quote(file)}"
        raise BadRequest(f"{_name(file)} is packed with {lines.kind}", hint=f"{unpacked} | papers import -")
    folder, name = f"{app.folder('state')}/import", os.path.basename(file) if file != "-" else "stdin"
    about = identity(descriptor, lines.head) if file != "-" else None
    bookmark = Bookmark(folder, name, about, [*sorted(categories), repr(wanted)])
    from papercli.importing import Importing

    work = Importing(
        app.library, lines, bookmark, Rejects(folder, name), categories=categories, wanted=wanted, at=app.now()
    )
    if work.go_on(anew=app.given.refresh):
        if work.is_whole:
            app.console.note("import", f"all of {_name(file)} is here already: {_told(work)}")
            return
        app.console.note("import", f"{_name(file)} goes on after {_many(work.tally.read, 'record')}")
    _run(app, file, work, lines, about["size"] if about else None)


def _run(app: App, file: str, work: Importing, lines: Lines, size: int | None) -> None:
    began, before = time.monotonic(), work.tally.read
    try:
        with _watched(app, work, lines, size) as heard:
            work.run(heard)
    except (PapercliError, KeyboardInterrupt) as stopped:
        if work.tally.read:
            again = "the same line begins anew, and doubles nothing" if size is None else "the same line goes on"
            app.console.note("import", f"stopped: {_told(work)}; {again}")
        if isinstance(stopped, BadRequest | Unreadable):
            raise type(stopped)(f"{_name(file)}: {stopped}", hint=stopped.hint) from stopped
        raise
    rate = (work.tally.read - before) / max(time.monotonic() - began, 0.001)
    app.console.note("import", f"{_told(work)}, {rate:,.0f} a second")


@contextmanager
def _watched(app: App, work: Importing, lines: Lines, size: int | None) -> Iterator[Callable[[], None]]:
    """What to call for every chunk: a bar on a terminal, else a line every so often."""
    if app.given.quiet or app.console.plain or sys.stderr is None or not sys.stderr.isatty():
        yield _every(work, lambda: app.console.note("import", _told(work)))
        return
    from papercli.render.progress import FileBar

    with FileBar(sys.stderr, size, color=app.console.color) as bar:
        yield lambda: bar.heard(lines.taken, work.tally.read, work.tally.kept)


def _every(work: Importing, tell: Callable[[], None]) -> Callable[[], None]:
    told = work.tally.read // EVERY

    def heard() -> None:
        nonlocal told
        if work.tally.read // EVERY > told:
            told = work.tally.read // EVERY
            tell()

    return heard


def _told(work: Importing) -> str:
    """`1,204 records: 1,100 kept, 100 left out, 4 not read (3 not JSON, 1 no title) and put aside in …`."""
    tally = work.tally
    parts = [f"{tally.kept:,} kept"]
    if tally.left_out:
        parts.append(f"{tally.left_out:,} left out")
    if tally.bad:
        reasons = ", ".join(f"{many:,} {why}" for why, many in sorted(tally.bad.items(), key=lambda each: -each[1]))
        aside = f" and put aside in {work.rejected}" if work.rejected else ""
        parts.append(f"{sum(tally.bad.values()):,} not read ({reasons}){aside}")
    return f"{_many(tally.read, 'record')}: {', '.join(parts)}"


def _name(file: str) -> str:
    return "standard input" if file == "-" else file


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + "s" * (count != 1)
