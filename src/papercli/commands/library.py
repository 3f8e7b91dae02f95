"""`papers library export|import|check`: all that is a person's own, out and in again; whether the library is sound."""

from __future__ import annotations

import errno
import os
import sys

from papercli.commands.marking import stamp
from papercli.errors import BadRequest, LibraryError, OutputError, Partial
from papercli.system import folders

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from papercli.app import App
    from papercli.commands import options
    from papercli.library.health import Health
    from papercli.library.transfer import Merged, Own

MOST_TOLD = 5
BACKUP = "restore it from a backup, or export what can be read, move it away, and import that again"


def library(app: App, job: options.LibraryJob, file: options.File) -> None:
    """Your marks, tags, notes and topics as a file, and back; and whether the library is sound.

    Examples:
      papers library export marks.jsonl      all that is your own, a line for each paper
      papers library import marks.jsonl      adds what it says to what there is
      papers library export | ssh there papers library import -
      papers library check

    Of two times of a mark the earlier is kept, of two notes the newer. papers undo takes an import back, but for its
    topics.
    """
    if job == "export":
        _export(app, file)
    elif job == "import":
        _import(app, file)
    elif file is not None:
        raise BadRequest("library check takes nothing more")
    else:
        _check(app)


# Out


def _export(app: App, file: str | None) -> None:
    from papercli.config.topics import read
    from papercli.library.transfer import lines
    from papercli.value import changed

    topics = read(app.topics.path, app.folder("state"))
    own, damage = _own(app)
    own = changed(own, follow=topics.follow, mute=topics.mute)
    text = "".join(lines(own))
    if damage and file is not None and os.path.isfile(file):
        raise LibraryError(f"{damage}; {file} is not replaced", hint="name a new file for what can still be read")
    if file in (None, "-"):
        app.console.show(text)
    else:
        _write(str(file), text.encode())
        app.console.note("exported", f"{len(own.papers):,} papers to {file}")
    if damage:
        told = (
            f"the library is damaged: what could be read of {len(own.papers):,} papers is exported, some may be missing"
        )
        raise Partial(told, hint=BACKUP)
    if own.altered:
        told = f"{own.altered:,} mark{'s' if own.altered > 1 else ''} not written by papers, and left out"
        raise Partial(told, hint="papers library check names the papers")


def _own(app: App) -> tuple[Own, str]:
    """All that is the person's own; of a damaged library, which is named then, what can still be read. Raises
    LibraryError when that is nothing."""
    from papercli.library.salvage import salvaged

    try:
        return app.library.marks.own(), ""
    except LibraryError as error:
        try:
            own = salvaged(_path(app))
        except OSError:
            raise error from None
        if not own.papers:
            raise
        return own, str(error)


def _write(path: str, data: bytes) -> None:
    """All of it or nothing: the file is replaced at once, through a link if it is one, with the mode it had."""
    try:
        path = os.path.realpath(path)
        if os.path.exists(path) and not os.path.isfile(path):  # /dev/stdout, a pipe
            with open(path, "wb") as file:
                file.write(data)
        elif not os.path.isdir(os.path.dirname(path)):  # a name mistyped makes no folders
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        else:
            folders.replace(path, data, mode=0o666)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {(error.strerror or str(error)).lower()}") from error


# In


def _import(app: App, file: str | None) -> None:
    from papercli.config.topics import is_name
    from papercli.library.arriving import read

    if file is None:
        raise BadRequest("library import takes the name of a file, or - for standard input")
    if file != "-":
        try:
            with open(file, "rb") as opened:
                given = read(opened, file, is_name)
        except OSError as error:
            raise BadRequest(f"{file} cannot be read: {(error.strerror or str(error)).lower()}") from error
    elif sys.stdin is None:
        raise BadRequest("standard input is closed")
    else:
        given = read(sys.stdin.buffer, "standard input", is_name)
    marks, topics = app.library.marks, _Topics(app, given)
    try:
        merged = marks.merge(given, topics.set, **stamp(app))
    except BaseException:
        topics.take_back()
        raise
    _tell(app, merged, topics)


class _Topics:
    """The topics that arrive, set in topics.toml in one change of it."""

    def __init__(self, app: App, given: Own) -> None:
        self._path, self._folder = app.topics.path, app.folder("state")
        self._given = {"follow": given.follow, "mute": given.mute}
        self._before: str | None = None
        self.changed = 0
        self.told: list[str] = []
        """Of those changed, what was there before."""

    def set(self) -> None:
        """Set those that are not so already. Raises BadRequest when the file is broken or cannot be changed."""
        from papercli.config.topics import read

        topics = read(self._path, self._folder)
        held = {"follow": topics.follow, "mute": topics.mute}
        new = {
            f"{table}.{name}": (query, held[table].get(name))
            for table, queries in self._given.items()
            for name, query in queries.items()
            if held[table].get(name) != query
        }
        if new:
            self._change(lambda text: self._with(text, {name: query for name, (query, _) in new.items()}))
        self.changed = len(new)
        self.told = [f"{name} was {old}" for name, (_, old) in new.items() if old is not None]

    def _with(self, text: str, new: dict[str, str]) -> str:
        from papercli.config.edit import with_value
        from papercli.config.topics import file_at

        self._before = text
        for name, query in new.items():
            text = with_value(file_at(self._path), text, name, query)
        return text

    def take_back(self) -> None:
        """Make the file what it was, if `set` has changed it: what came with the topics could not be kept."""
        before = self._before
        if before is not None:
            self._change(lambda text: before)

    def _change(self, changed: Callable[[str], str]) -> None:
        from papercli.config.edit import change
        from papercli.config.topics import file_at

        change(file_at(self._path), self._folder, changed)


def _tell(app: App, merged: Merged, topics: _Topics) -> None:
    parts = [f"{merged.papers:,} paper{'' if merged.papers == 1 else 's'}"] if merged.papers else []
    parts += [f"{merged.looks:,} look{'' if merged.looks == 1 else 's'}"] if merged.looks else []
    parts += [f"{topics.changed:,} topic{'' if topics.changed == 1 else 's'}"] if topics.changed else []
    app.console.note("imported", f"brought in: {', '.join(parts)}" if parts else "all of it was there already")
    told = [f"the newer note on {id} stays; the other was: {words}" for id, words in merged.set_aside]
    told += [f"replaced a topic: {words}" for words in topics.told]
    for words in told[:MOST_TOLD]:
        app.console.note("imported", words)
    if len(told) > MOST_TOLD:
        app.console.note("imported", f"and {len(told) - MOST_TOLD:,} more such")


# Check


def _path(app: App) -> str:
    return os.path.join(app.folder("data"), "library.db")


def _check(app: App) -> None:
    from papercli.library.health import examine

    health = examine(_path(app))
    if health is None:
        app.console.show(f"library  none yet: {_path(app)}\n")
        return
    rows, hint = _findings(health)
    rows = [("library", _path(app)), *rows]
    app.console.show("".join(f"{name:8} {words}\n" for name, words in rows))
    if hint:
        raise LibraryError("the library is not sound", hint=hint)


def _findings(health: Health) -> tuple[list[tuple[str, str]], str]:
    """What there is to say, and what to do, "" when all is well."""
    if health.trouble:
        return [("file", f"cannot be used: {health.trouble}")], BACKUP
    rows = [("pages", f"damaged: {health.damage}" if health.damage else "sound")]
    rows += [("words", "the index does not fit the papers" if health.indexes else "the index fits the papers")]
    if health.counts:
        spoilt = f", {health.spoilt:,} rows of them damaged and left out" if health.spoilt else ""
        rows += [("papers", f"{health.counts['paper']:,}{spoilt}")]
        marks = sum(health.counts[name] for name in ("mark", "tag", "note"))
        rows += [("marks", f"{marks:,}" if health.altered else f"{marks:,}, all as they were written")]
    if health.altered:
        more = health.altered_count - len(health.altered)
        ids = ", ".join(health.altered) + (f" and {more:,} more" if more else "")
        rows += [("altered", f"not written by papers, and do not count: {ids}")]
    if health.damage:
        return rows, BACKUP
    if health.altered:
        return rows, "mark these papers again, or restore the library from a backup"
    if health.spoilt:
        return rows, "papers doctor --fix lets go of what is damaged, and it is asked for again"
    return rows, "papers doctor --fix builds the index anew" if health.indexes else ""
