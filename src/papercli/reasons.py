"""Why papers are shown: the followed topics that they belong to, and the words in them that were looked for."""

from __future__ import annotations

from papercli.numbers import numbered
from papercli.query import Query
from papercli.value import changed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from papercli.app import App
    from papercli.expression import Expression
    from papercli.paper import Entry


def explained(app: App, entries: Sequence[Entry], sought: Expression | None) -> Sequence[Entry]:
    """The entries, with `why` and `matched` filled for the query `sought` and every followed topic."""
    followed = app.topics.followed
    if not entries or (sought is None and not followed):
        return entries
    from papercli.library.written import written

    belongs = {name: _holding(app, entries, topic) for name, topic in followed.items()}
    texts = {entry.id: (entry.title, entry.ai_summary or "", entry.abstract, *entry.keywords) for entry in entries}
    words = {name: written([text for id in ids for text in texts[id]], followed[name]) for name, ids in belongs.items()}
    asked = written([text for each in texts.values() for text in each], sought) if sought else frozenset()
    return [
        changed(
            entry,
            why=tuple(dict.fromkeys((*entry.why, *(f"topic {name}" for name in names)))),
            matched=(*entry.matched, *asked.union(*(words[name] for name in names))),
        )
        for entry in entries
        for names in [[name for name, ids in belongs.items() if entry.id in ids]]
    ]


def _holding(app: App, entries: Sequence[Entry], topic: Expression) -> set[str]:
    """The ids of those that the topic means."""
    numbers = {entry.id: numbered(entry.id) for entry in entries}
    found = app.library.find(Query(ids=tuple(numbers), expression=topic))
    holding = {ref[0] for ref in found.refs}
    return {id for id, number in numbers.items() if number in holding}
