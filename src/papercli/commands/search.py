"""`papers search QUERY...`: the sources' own search and the library, joined."""

from __future__ import annotations

from collections import defaultdict

from papercli.caption import ago
from papercli.commands.finding import limit_of, print_found, sought_of
from papercli.commands.listing import query_of
from papercli.errors import PRECEDENCE, BadRequest, NotAllowed, Partial, Unreachable
from papercli.identify import looks_like_row, paper_id
from papercli.numbers import numbered
from papercli.query import Query
from papercli.text import line
from papercli.value import changed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from papercli.app import App
    from papercli.commands import options
    from papercli.errors import PapercliError
    from papercli.outcomes import Hits


def search(
    app: App, terms: options.Terms, filters: options.Filters, output: options.Output, scope: options.Scope
) -> None:
    """Ask the sources and the library, joined into one list: each paper once, the source's best first.

    Examples:
      papers search kv cache compression
      papers search '"chain of thought" -math up:>20' --since 2026-01
      papers search https://arxiv.org/abs/2501.12948
      papers search speculative decoding --local --sort newest -n 10

    A source searches by meaning, so its papers need not hold the words; fields, -words and filters apply to all.
    QUERY is what papers help query describes. --local asks no source.
    """
    if not " ".join(terms or ()).strip():
        raise BadRequest("there is nothing to search for", hint="for example: papers search kv cache")
    if id := _named(terms or ()):
        return _print_paper(app, id, output)
    query = sought_of(app, terms, query_of(app, filters))
    hits, failures = _asked(app, query, _sources(app, filters, local=scope.local))
    found = _Joined(app, query, list(dict.fromkeys(id for each in hits.values() for id in each.ids)))
    if failures and not found.refs:
        raise min(failures.values(), key=lambda failure: PRECEDENCE.index(failure.exit_code))
    limit = limit_of(filters)
    title = f"Search · {line(' '.join(terms or ()), 60)}"
    print_found(
        app, app.library.each(found.refs[:limit]), output, title=title, sought=query.expression, counted=found.count,
        limit=limit,
    )  # fmt: skip
    for name, each in hits.items():
        if each.failure:
            when = ago(app.now() - each.at)
            app.console.note("kept", f"{each.failure}; what {NAMES[name]} found is as it was {when}")
    for name, failure in failures.items():
        raise Partial(f"{NAMES[name]}'s own search is missing: {failure}", hint="the rest is here")


def _sources(app: App, filters: options.Filters, *, local: bool) -> list[str]:
    """Whom to ask: the sources named by --source, else by the settings."""
    given = [] if local else filters.source or app.setting("sources")
    return list(dict.fromkeys(name.partition(":")[0] for name in given))


NAMES = defaultdict(lambda: "the source", hf="Hugging Face", arxiv="arXiv")


class _Joined:
    """What a source found and what the library finds, each paper once; the source's first, unless another order was
    asked for."""

    def __init__(self, app: App, query: Query, hits: Sequence[str]) -> None:
        from papercli.expression import loosened

        self._library, self._query = app.library, query
        loose = query.expression and loosened(query.expression)
        self._numbers = tuple(map(numbered, hits))
        # The source's papers need not hold the words that it was asked for.
        self._told = self._library.find(changed(query, among=self._numbers, expression=loose, limit=None))
        told = {number for number, *_ in self._told.refs}
        self.refs = (*self._told.refs, *(ref for ref in self._library.find(query).refs if ref[0] not in told))
        if query.sort not in ("rank", "relevance"):
            both = tuple(ref[0] for ref in self.refs)
            self.refs = self._library.find(changed(query, among=both, expression=None, limit=None)).refs
        elif query.reverse:
            self.refs = self.refs[::-1]

    def count(self) -> tuple[int, int]:
        """How many there are, and how many more are hidden or muted."""
        matches, hidden = self._library.count(self._query)
        twice = self._library.count(changed(self._query, among=self._numbers))[0]
        return len(self._told.refs) + matches - twice, max(self._told.hidden, hidden)


def _named(terms: Sequence[str]) -> str:
    """The paper that the words are an id or an address of, or ""."""
    if len(terms) != 1 or looks_like_row(terms[0]):
        return ""
    try:
        return paper_id(terms[0].strip())
    except BadRequest:
        return ""


def _print_paper(app: App, id: str, output: options.Output) -> None:
    """Print the one paper. Raises NoSuchPaper when there is none, or why that cannot be known."""
    from papercli.commands.show import entries_of

    entries, failures = entries_of(app, [id])
    print_found(app, entries, output, title=f"Search · {id}", counted=lambda: (len(entries), 0), limit=None)
    for failure in failures:
        raise failure


def _asked(app: App, query: Query, sources: Sequence[str]) -> tuple[dict[str, Hits], dict[str, PapercliError]]:
    """What each source found, and why others did not. One that may not be asked finds what it is known to."""
    hits: dict[str, Hits] = {}
    failures: dict[str, PapercliError] = {}
    for name in sources if query.expression else ():
        try:
            found = app.feed_of(name).search(query.expression, newest=query.sort == "newest")  # type: ignore[arg-type]
        except (Unreachable, NotAllowed) as failure:
            failures |= {} if app.offline else {name: failure}
        else:
            hits |= {name: found} if found else {}
    return hits, failures
