"""Which papers a person means by what they typed or piped."""

from __future__ import annotations

import sys

from papercli.errors import BadRequest
from papercli.identify import looks_like_row, named_in, paper_id, version

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import TypeVar

    from papercli.last_list import LastList

    T = TypeVar("T")

MAX_BYTES = 16 << 20
MOST = 1_000  # papers in one command that asks a server for each


def selected(words: Sequence[str] | None, last: LastList, *, most: int = MOST) -> list[str]:
    """Bare arXiv ids in the order named, each once, `most` of them or fewer.

    A word is an id or address, a row of the last list, or `-` for standard input; without words standard input is
    read, unless it is a terminal. Raises BadRequest when a word is none of these, or nothing or too much was named.
    """
    return _few(list(dict.fromkeys(id for id, _ in _named(words, last, most))), most)


def selected_versions(words: Sequence[str] | None, last: LastList, *, most: int = MOST) -> list[tuple[str, int | None]]:
    """As `selected`, each with the version that was written behind it, or None: two versions of a paper are two."""
    return _few(list(dict.fromkeys(_named(words, last, most))), most)


def _named(words: Sequence[str] | None, last: LastList, most: int) -> Iterator[tuple[str, int | None]]:
    for word in words or _piped():
        if word == "-":
            yield from _standard_input(most)
        elif (row := looks_like_row(word)) is not None:
            yield last.row(row), None
        else:
            yield paper_id(word), version(word)


def _few(named: list[T], most: int) -> list[T]:
    if len(named) > most:
        raise BadRequest(f"{len(named):,} papers are too many at once", hint=f"at most {most:,}")
    return named


def _piped() -> list[str]:
    if sys.stdin is None or sys.stdin.isatty():
        raise BadRequest(
            "no paper was named", hint="name one by its id, such as 2501.12948, or by its row in the last list"
        )
    return ["-"]


def _standard_input(most: int) -> list[tuple[str, int | None]]:
    if sys.stdin is None:
        raise BadRequest("standard input is closed")
    try:
        data = sys.stdin.buffer.read(MAX_BYTES + 1)
    except OSError as error:
        raise BadRequest(f"standard input cannot be read: {(error.strerror or str(error)).lower()}") from error
    if len(data) > MAX_BYTES:
        raise BadRequest("standard input is larger than 16 MiB")
    if not (named := named_in(data, max(most, 100_000) + 1)):
        raise BadRequest("standard input names no paper", hint="papers today -o ids prints such")
    return named
