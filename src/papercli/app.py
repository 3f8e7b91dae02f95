"""The hallway: builds each room on first use, and is the only place that knows how they fit together.

Imports inside the methods are on purpose: a command pays only for the rooms that it enters.
"""

from __future__ import annotations

import time

from papercli.console import Console
from papercli.errors import BadRequest, PapercliError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date
    from typing import TextIO, TypeVar

    from papercli.commands import options
    from papercli.feed import Feed
    from papercli.fetch import Fetch, Send
    from papercli.last_list import LastList
    from papercli.library import Library
    from papercli.paper import Entry
    from papercli.sources import Source
    from papercli.turn import Turn

    T = TypeVar("T")


class App:
    """Everything that a command may need.

    `given` are the options of every command, `environ` the environment, `now` gives seconds since 1970 (UTC).
    """

    def __init__(
        self,
        given: options.Anywhere,
        environ: Mapping[str, str],
        out: TextIO,
        err: TextIO | None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.given, self.environ, self._clock = given, environ, now
        self.console = Console(
            out, err, environ, color=given.color, pager=not given.no_pager, quiet=given.quiet, plain=given.plain
        )
        self.offline = given.offline or environ.get("PAPERCLI_OFFLINE", "") not in ("", "0", "false")
        self.format = "cards" if self.console.is_terminal else "tsv"
        self._rooms: dict[str, object] = {}

    def choose_format(self, output: options.Output) -> None:
        """Settle how papers are printed, before anything is said. Raises BadRequest when two ways were asked for."""
        asked = {name for name in (output.output, output.json and "json", output.jsonl and "jsonl") if name}
        if len(asked) > 1:
            raise BadRequest(f"{' and '.join(sorted(asked))} cannot be printed at once", hint="choose one format")
        self.format = asked.pop() if asked else self.format
        self.console.json = self.format in ("json", "jsonl")

    # Time

    def now(self) -> float:
        """Seconds since 1970, UTC. The made-up feed has a time of its own."""
        if self.given.demo:
            from papercli.sample import NOW

            return NOW
        return self._clock()

    @property
    def today(self) -> date:
        """The UTC day."""
        from datetime import UTC, datetime

        return datetime.fromtimestamp(self.now(), UTC).date()

    def newest_day(self, when: str) -> date:
        """The day from which relative days count: the newest listing's, else the UTC day.

        A date needs no counting, so nothing is asked for then.
        """
        if when[:4].isdigit() and when[4:5] == "-":
            return self.today
        try:
            return self.feed.newest().listing.day
        except PapercliError:
            return self.today

    # Rooms

    def _room(self, name: str, build: Callable[[], T]) -> T:
        if name not in self._rooms:
            self._rooms[name] = build()
        return self._rooms[name]  # type: ignore[return-value]

    @property
    def library(self) -> Library:
        """Papers, listings and marks; in memory, and said so, where the file cannot be used."""
        from papercli.library import Library

        return self._room("library", lambda: Library(self.folder("data") + "/library.db", self.console.note))

    def without_library(self) -> None:
        """Go on with an empty library in memory: the file turned out to be damaged."""
        from papercli.library import Library

        self._rooms.pop("feed", None)
        self._rooms["library"] = Library(":memory:")

    @property
    def feed(self) -> Feed:
        """Who asks the source and fills the library."""
        from papercli.feed import Feed

        return self._room("feed", lambda: Feed(
            source=lambda: self.source, fetch=lambda: self._fetch, library=lambda: self.library, alone=self._alone,
            now=self.now, offline=self.offline, refresh=self.given.refresh,
        ))  # fmt: skip

    @property
    def source(self) -> Source:
        """Hugging Face at the endpoint that the environment names. Raises BadRequest when that is no address."""
        from papercli.endpoints import hugging_face
        from papercli.sources.huggingface import HuggingFace

        return self._room("source", lambda: HuggingFace(*hugging_face(self.environ)))

    @property
    def _fetch(self) -> Fetch:
        from papercli.cache import Cache
        from papercli.fetch import Fetch
        from papercli.pace import Pace

        return self._room("fetch", lambda: Fetch(
            cache=lambda: Cache(self.folder("cache")),
            pace=lambda: Pace(self.folder("state"), told=lambda words: self.console.note("waiting", words)),
            send=self._sender(), now=self.now, offline=self.offline, refresh=self.given.refresh,
            note=self._heard,
        ))  # fmt: skip

    def _heard(self, kind: str, words: str) -> None:
        """What fetching has to say. That answers are not kept can wait: see `finish`."""
        if kind == "cache":
            self._rooms["cache trouble"] = words
        else:
            self.console.note(kind, words)

    def finish(self) -> None:
        """Say what waited until it was known whether it matters: a home that keeps nothing is said once."""
        library = self._rooms.get("library")
        if (words := self._rooms.pop("cache trouble", None)) and not (library and self.library.in_memory):
            self.console.note("cache", str(words))

    def _sender(self) -> Send | None:
        """What sends requests: None for the network itself."""
        send: Send | None = None
        if self.given.demo:
            from papercli.sample import send
        if self.given.verbose:
            from papercli.verbose import aloud

            return aloud(send, self.console.note)
        return send

    @property
    def last_list(self) -> LastList:
        """What `papers show 3` counts in."""
        from papercli.last_list import LastList

        return self._room("last list", lambda: LastList(self.folder("state")))

    def folder(self, kind: str) -> str:
        """Absolute path of the "config", "data", "cache" or "state" folder; the made-up feed has folders of its own.

        Where the system names no home, one that lasts as long as this run, and the reader is told.
        """
        from papercli.paths import folder

        if self.given.demo:
            from papercli.sample import home

            return folder(kind, {"PAPERCLI_HOME": self._room("home", home)})
        try:
            return folder(kind, self.environ)
        except BadRequest as error:
            reason = str(error)
            return folder(kind, {"PAPERCLI_HOME": self._room("home", lambda: self._scratch(reason))})

    def _scratch(self, reason: str) -> str:
        import atexit
        import shutil
        import tempfile

        self.console.note("home", f"{reason}; this run keeps nothing")
        home = tempfile.mkdtemp(prefix="papercli-")
        atexit.register(shutil.rmtree, home, ignore_errors=True)
        return home

    def _alone(self, name: str, patience: float = 120.0) -> Turn:
        from papercli.endpoints import scope
        from papercli.turn import Turn

        told = f"waiting for another papers that asks for the same listing ({name})"
        path, whom = f"{self.folder('state')}/asking-{name}", scope(self.environ)
        return Turn(path, whom, lambda: self.console.note("waiting", told), patience)

    # What commands ask for

    def nearest(self, day: date) -> date | None:
        """The nearest day with papers, as far as that is known or can be had with a few questions."""
        from papercli.nearest import nearest

        return nearest(day, self.feed, self.library, first=self.source.first_day)

    def ids(self, words: Sequence[str] | None) -> list[str]:
        """Bare arXiv ids, each once, from ids, addresses, rows of the last list, and standard input.

        Raises BadRequest when a word is none of these, or nothing was named.
        """
        from papercli.selection import selected

        return selected(words, self.last_list)

    def print(
        self, entries: Sequence[Entry], output: options.Output, *, caption: Callable[[], tuple[str, str]]
    ) -> None:
        """Print a list of papers, headed by its caption on cards. Numbers its rows for `papers show 3`."""
        self._print(entries, output, caption=caption)
        self.last_list.keep([entry.id for entry in entries], shown=self.console.is_terminal)

    def print_pages(self, entries: Sequence[Entry], output: options.Output, *, single: bool) -> None:
        """Print all about each paper: a page each on a terminal; with `single` JSON is one object, not an array."""
        self._print(entries, output, pages=True, single=single)

    def _print(
        self,
        entries: Sequence[Entry],
        output: options.Output,
        *,
        caption: Callable[[], tuple[str, str]] = lambda: ("", ""),
        pages: bool = False,
        single: bool = False,
    ) -> None:
        from papercli.render import View, render

        console, human = self.console, self.format == "cards"
        if human:
            view = View(
                width=console.width, color=console.color, links=console.links, unicode=console.unicode,
                plain=console.plain, abstract=output.abstract, caption=caption(), pages=pages,
            )  # fmt: skip
        else:
            view = View(pages=pages, single=single)
        console.show(render(entries, self.format, view), paged=human)
        if human and console.is_terminal and (new := [entry.id for entry in entries if not entry.seen]):
            self.library.saw(new, int(self.now()))
