"""The way out of the house: the sources, who asks them and fills the library, and the manners in which they are asked.

Imports inside the methods are on purpose: a run that finds all it needs in the library pays for none of this.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, TypeVar

    from papercli.commands import options
    from papercli.console import Console
    from papercli.feed import Feed
    from papercli.fetch import Fetch
    from papercli.library import Library
    from papercli.sources import Source
    from papercli.texts import Found
    from papercli.tries import Send
    from papercli.turn import Turn

    T = TypeVar("T")


class Outside:
    """Who is outside, each made when first asked for.

    `folder` gives the path of the "cache" or "state" folder, `library` the library, `offline` whether nobody may be
    asked, `now` seconds since 1970 (UTC).
    """

    def __init__(
        self,
        given: options.Anywhere,
        environ: Mapping[str, str],
        console: Console,
        *,
        folder: Callable[[str], str],
        library: Callable[[], Library],
        offline: Callable[[], bool],
        now: Callable[[], float],
    ) -> None:
        self._given, self._environ, self._console = given, environ, console
        self._folder, self._library, self._offline, self._now = folder, library, offline, now
        self._made: dict[str, Any] = {}
        self._cache_trouble = ""

    def _once(self, name: str, make: Callable[[], T]) -> T:
        if name not in self._made:
            self._made[name] = make()
        return self._made[name]  # type: ignore[no-any-return]

    def feed_of(self, name: str, among: Sequence[str] = ()) -> Feed:
        """Who asks for the listing `name` (a source, or `source:CATEGORY`), which is wanted together with `among`."""
        from papercli.feed import Feed

        return self._once(f"feed {name}", lambda: Feed(
            source=lambda: self.source_of(name, among), fetch=lambda: self.fetch, library=self._library,
            alone=self.alone, now=self._now, name=name, offline=self._offline(), refresh=self._given.refresh,
        ))  # fmt: skip

    def source_of(self, name: str, among: Sequence[str] = ()) -> Source:
        """The source of the listing `name`. Raises BadRequest when there is none, or the environment makes no sense."""
        from papercli.sources import named

        source = named(name.partition(":")[0])
        return self._once(f"source {name}", lambda: source.of(self._environ, name, among or (name,)))

    def text(self, id: str) -> Found:
        """The whole text of a paper, by its bare arXiv id, from the first source that has it."""
        from papercli.texts import found

        return found([(name, self.source_of(name)) for name in ("hf", "arxiv")], self.fetch, id)

    @property
    def fetch(self) -> Fetch:
        """What answers a request: the cache, or the network at a pace that servers like."""
        from papercli.cache import Cache
        from papercli.fetch import Fetch
        from papercli.pace import GAPS, Pace

        return self._once("fetch", lambda: Fetch(
            cache=lambda: Cache(self._folder("cache")),
            pace=lambda: Pace(
                self._folder("state"), told=lambda words: self._console.note("waiting", words),
                gaps={} if self._given.demo else GAPS,
            ),
            send=self._sender(), now=self._now, offline=self._offline(), refresh=self._given.refresh,
            note=self._heard, alone=self._alone_with,
        ))  # fmt: skip

    def alone(self, name: str, patience: float = 120.0) -> Turn:
        """The turn to ask for one listing: others of this person wait, and find the answer."""
        from papercli.endpoints import scope
        from papercli.turn import Turn

        told = f"waiting for another papers that asks for the same listing ({name})"
        path, whom = f"{self._folder('state')}/asking-{name}", scope(self._environ)
        return Turn(path, whom, lambda: self._console.note("waiting", told), patience)

    def forget_feeds(self) -> None:
        """The library is another one now: what was made with the former is made anew."""
        self._made = {name: made for name, made in self._made.items() if not name.startswith("feed ")}

    def close(self) -> str:
        """Let go of files and connections. Why answers were not kept, where that could wait until now; else ""."""
        if fetch := self._made.pop("fetch", None):
            fetch.close()
        trouble, self._cache_trouble = self._cache_trouble, ""
        return trouble

    def _alone_with(self, what: str, patience: float) -> Turn:
        from papercli.turn import turn_for

        told = "waiting for another papers that asks for the same"
        return turn_for(what, self._folder("state"), lambda: self._console.note("waiting", told), patience)

    def _heard(self, kind: str, words: str) -> None:
        if kind == "cache":
            self._cache_trouble = words
        else:
            self._console.note(kind, words)

    def _sender(self) -> Send | None:
        send: Send | None = None  # None is the network itself
        if self._given.demo:
            from papercli.sample import send
        if self._given.verbose:
            from papercli.verbose import aloud

            return aloud(send, self._console.note)
        return send
