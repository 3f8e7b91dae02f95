"""The hallway: builds each room on first use, and is the only place that knows how they fit together.

Imports inside the methods are on purpose: a command pays only for the rooms that it enters.
"""

from __future__ import annotations

import time

from papercli.config import NAMED, Config
from papercli.console import Console
from papercli.errors import LibraryError
from papercli.home import Home

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from typing import Any, TextIO, TypeVar

    from papercli.calendar import Calendar
    from papercli.commands import options
    from papercli.commands.shaping import Shape
    from papercli.download import Download
    from papercli.feed import Feed
    from papercli.following import Following
    from papercli.last_list import LastList
    from papercli.library import Library
    from papercli.outside import Outside
    from papercli.periods import Periods
    from papercli.render.jq import Jq
    from papercli.sources import Dated, Source

    T = TypeVar("T")

FLAGS = {"output.color": "color", "network.offline": "offline"}
"""Settings that an option of every command sets, too."""


class App:
    """Everything that a command may need.

    `given` are the options of every command, `environ` the environment, `now` gives seconds since 1970 (UTC);
    `typed` are the names of the options that stand on the command line.
    """

    def __init__(
        self,
        given: options.Anywhere,
        environ: Mapping[str, str],
        out: TextIO,
        err: TextIO | None,
        now: Callable[[], float] = time.time,
        typed: Collection[str] = (),
    ) -> None:
        self.given, self.environ, self._clock, self.typed = given, environ, now, typed
        self.console = Console(
            out, err, environ, pager=not given.no_pager, quiet=given.quiet, plain=given.plain, setting=self.setting
        )
        self._home = Home(environ, self.console.note, demo=given.demo)
        self.config = Config(self.folder, environ)
        self.format = "cards" if self.console.is_terminal else "tsv"
        self.fields: tuple[str, ...] = ()
        self.shape: Shape | None = None
        """What makes text of papers instead of the format, where the person asked for such a thing."""

        self.feed_url = ""
        self.asked: tuple[str, dict[str, Any]] = ("", {})
        """The command of this run and its arguments, as they were typed."""

        self.must_last = False
        """This run is about what is kept, and makes no sense with a library in memory."""

        self._rooms: dict[str, object] = {}

    # Settings

    def setting(self, name: str) -> Any:
        """The value of a setting: by a flag of this run, the environment, config.toml, or its default.

        Raises BadRequest, with the file and line or the variable, for what makes no sense.
        """
        if flag := FLAGS.get(name):
            given = getattr(self.given, flag)
            if flag in self.typed or given != NAMED[name].default:
                return given
        return self.config.value(name)

    @property
    def offline(self) -> bool:
        """Whether no server may be asked."""
        return bool(self.setting("network.offline"))

    # Time

    def now(self) -> float:
        """Seconds since 1970, UTC. The made-up feed has a time of its own."""
        if self.given.demo:
            from papercli.sample import NOW

            return NOW
        return self._clock()

    @property
    def calendar(self) -> Calendar:
        """What a person means by `friday`, `july` or `last`."""
        from papercli.calendar import Calendar

        return self._room("calendar", lambda: Calendar(self.now, lambda: self.feed.newest().listing.day))

    # Rooms

    def _room(self, name: str, build: Callable[[], T]) -> T:
        if name not in self._rooms:
            self._rooms[name] = build()
        return self._rooms[name]  # type: ignore[return-value]

    @property
    def library(self) -> Library:
        """Papers, listings and marks; in memory, and said so, where the file cannot be used.

        Raises LibraryError then, when what is written must last.
        """
        return self._room("library", self._open_library)

    def _open_library(self) -> Library:
        from papercli.library import Library

        path = self.folder("data") + "/library.db"
        said = self.must_last or not self._home.lasts
        library = Library(path, lambda kind, text: None if said else self.console.note(kind, text))
        if self.must_last and (library.in_memory or not self._home.lasts):
            raise LibraryError(f"{path} cannot be used, and nothing is kept without it: {library.trouble or 'no home'}")
        if self.given.demo and not library.newest():
            from papercli.sample import fill

            fill(library)
        return library

    def without_library(self) -> None:
        """Go on with an empty library in memory: the file turned out to be damaged."""
        from papercli.library import Library

        self.outside.forget_feeds()
        self._let_go("library")
        self._rooms["library"] = Library(":memory:")

    @property
    def outside(self) -> Outside:
        """The sources, and who asks them."""
        from papercli.outside import Outside

        return self._room("outside", lambda: Outside(
            self.given, self.environ, self.console,
            folder=self.folder, library=lambda: self.library, offline=lambda: self.offline, now=self.now,
        ))  # fmt: skip

    @property
    def feed(self) -> Feed:
        """Who asks Hugging Face and fills the library."""
        return self.feed_of("hf")

    def feed_of(self, name: str, among: Sequence[str] = ()) -> Feed:
        """Who asks for the listing `name` (a source, or `source:CATEGORY`), which is wanted together with `among`."""
        return self.outside.feed_of(name, among)

    @property
    def source(self) -> Dated:
        """Hugging Face at the endpoint that the environment names. Raises BadRequest when that is no address."""
        return self.source_of("hf")  # type: ignore[return-value]

    def source_of(self, name: str, among: Sequence[str] = ()) -> Source:
        """The source of the listing `name`. Raises BadRequest when there is none, or the environment makes no sense."""
        return self.outside.source_of(name, among)

    def finish(self) -> None:
        """Say what waited until it was known whether it matters (a home that keeps nothing is said once); let go."""
        outside, library = self._rooms.get("outside"), self._rooms.get("library")
        words = outside.close() if outside else ""  # type: ignore[attr-defined]
        if words and not getattr(library, "in_memory", False):
            self.console.note("cache", words)
        self._let_go("library", "jq", "download")

    def _let_go(self, *names: str) -> None:
        for name in names:
            getattr(self._rooms.pop(name, None), "close", lambda: None)()

    @property
    def download(self) -> Download:
        """Who saves PDFs."""
        from papercli.download import Download

        folder, note, given = self.folder("state"), self.console.note, self.given
        return self._room("download", lambda: Download(folder, note, demo=given.demo, verbose=given.verbose))

    @property
    def last_list(self) -> LastList:
        """What `papers show 3` counts in."""
        from papercli.last_list import LastList

        return self._room("last list", lambda: LastList(self.folder("state")))

    def jq(self, program: str) -> Jq:
        """The program for --jq, understood. Raises BadRequest when it makes no sense."""
        from papercli.render.jq import Jq

        return self._room("jq", lambda: Jq(program))

    def folder(self, kind: str) -> str:
        """Absolute path of the "config", "data", "cache" or "state" folder."""
        return self._home.folder(kind)

    # What commands ask for

    @property
    def topics(self) -> Following:
        """What the reader follows and mutes, by topics.toml."""
        from papercli.following import Following

        return self._room("topics", lambda: Following(self.folder, lambda when: self.calendar.days(when)))

    @property
    def periods(self) -> Periods:
        """Who asks for weeks, months, ranges and what is trending."""
        from papercli.periods import Periods

        return Periods(self.feed, self.library, self.source, self.outside.alone, self.now)

    def ids(self, words: Sequence[str] | None) -> list[str]:
        """Bare arXiv ids, each once, from ids, addresses, rows of the last list, and standard input.
        Raises BadRequest when a word is none of these, or nothing was named."""
        from papercli.selection import selected

        return selected(words, self.last_list)
