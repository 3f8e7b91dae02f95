"""`papers help TOPIC`: what is not about one command, as text."""

from __future__ import annotations

from textwrap import fill, wrap

from papercli import topics

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

WIDTH, WIDEST = 79, 26
"""Columns in all, and of the left one; a longer name has a line of its own."""


def topic(name: str) -> str:
    """The text of a topic, ending in a newline; "" when there is none of that name."""
    if name not in topics.SUMMARIES:
        return ""
    return f"{topics.SUMMARIES[name]}\n\n{_columns(_rows(name))}{_more(name)}"


def _rows(name: str) -> Iterable[tuple[str, str]]:
    if name == "formats":
        from papercli.render import FORMATS, about

        return [(format, topics.FORMAT_WORDS.get(format) or about(format)) for format in FORMATS]
    if name == "query":
        from papercli.facts import EXAMPLES

        return (*topics.QUERY_WORDS, *EXAMPLES)
    if name == "files":
        return [(kind, f"{place}: {words}") for kind, place, words in topics.FILES]
    return {
        "when": topics.WHEN_WORDS,
        "ids": topics.ID_WORDS,
        "environment": topics.ENVIRONMENT,
        "exit-codes": topics.EXIT_CODES,
    }[name]


def _more(name: str) -> str:
    paragraphs = topics.REMARKS.get(name, "").splitlines()
    return "".join("\n" + fill(paragraph, WIDTH) + "\n" for paragraph in paragraphs)


def _columns(rows: Iterable[tuple[str, str]]) -> str:
    """Two columns; a long name stands above its words."""
    rows = list(rows)
    width = max((len(name) for name, _ in rows if len(name) <= WIDEST), default=0)
    return "".join(_row(name, words, width) for name, words in rows)


def _row(name: str, words: str, width: int) -> str:
    lines = wrap(words, WIDTH - width - 4)
    if len(name) > width:
        lines = ["", *lines]
    left = [name, *[""] * (len(lines) - 1)]
    return "".join(f"  {left[i]:{width}}  {line}".rstrip() + "\n" for i, line in enumerate(lines))
