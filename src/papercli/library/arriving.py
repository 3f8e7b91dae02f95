"""The lines of `papers library export`, read: checked one by one, and refused with the number of the first wrong."""

from __future__ import annotations

import json
from datetime import date

from papercli.errors import BadRequest
from papercli.identify import paper_id
from papercli.library.own import LONGEST_NOTE, LONGEST_TAG, NAMES, note_text
from papercli.library.transfer import HEAD, Own, seconds
from papercli.text import line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, BinaryIO

    from papercli.library.changes import State

LONGEST = 1 << 20
"""Characters of a text: as long as a query in topics.toml may be."""

MAX_BYTES, MAX_LINE = 256 << 20, 16 << 20
"""Bytes of all, and of a line: the longest text, each letter of it written as two escapes of six."""


def read(file: BinaryIO, place: str, is_topic: Callable[[str], bool]) -> Own:
    """What the lines of the file say; `place` names it, `is_topic` says whether a topic can be called so.

    Raises BadRequest, with the line's number, for the first that cannot be read.
    """
    papers: dict[str, State] = {}
    looked: dict[str, tuple[int, str]] = {}
    topics: dict[str, dict[str, str]] = {"follow": {}, "mute": {}}
    number = 0
    for number, row in enumerate(_lines(file, place), 1):
        try:
            fields = _object(row)
            if number == 1:
                _check_head(fields)
            elif "id" in fields:
                id, said = _paper(fields)
                if id in papers:
                    raise ValueError(f"{id} stands there twice")
                papers[id] = said
            elif "looked" in fields:
                name, at, day = _these(fields, "looked", "at", "day")
                looked[_text(name, "looked")] = (_seconds(at, "at"), _day(day))
            else:
                table = next((name for name in topics if name in fields), "")
                name, query = _these(fields, table, "query") if table else _nothing()
                if not isinstance(name, str) or not is_topic(name):
                    raise ValueError(f"{table} is not the name of a topic")
                topics[table][name] = _text(query, "query")
        except ValueError as error:
            raise BadRequest(f"{place}, line {number}: {error}", hint="nothing was changed") from None
    if not number:
        raise BadRequest(f"{place} is empty", hint="papers library export writes what this reads")
    return Own(papers, looked, topics["follow"], topics["mute"])


def _lines(file: BinaryIO, place: str) -> Iterator[bytes]:
    """The lines without their ends, read one by one: no more than one of them is held. Raises BadRequest."""
    size = 0
    try:
        while row := file.readline(MAX_LINE + 1):
            if len(row) > MAX_LINE:
                raise BadRequest(f"{place} has a line of more than {MAX_LINE >> 20} MiB", hint="nothing was changed")
            yield from (row if size else row.removeprefix(b"\xef\xbb\xbf")).splitlines()
            size += len(row)
            if size > MAX_BYTES:
                raise BadRequest(f"{place} is larger than {MAX_BYTES >> 20} MiB", hint="nothing was changed")
    except OSError as error:
        raise BadRequest(f"{place} cannot be read: {(error.strerror or str(error)).lower()}") from error


def _object(row: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(row.decode("utf-8"))
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8") from None
    except (ValueError, RecursionError):
        raise ValueError("it is not JSON") from None
    if not isinstance(fields, dict):
        raise ValueError("it is not a JSON object")
    return fields


def _check_head(fields: dict[str, Any]) -> None:
    if fields.get("papercli") != HEAD["papercli"]:
        raise ValueError("papers library export did not write this")
    if fields != HEAD:
        raise ValueError("a newer papers wrote this")


def _paper(fields: dict[str, Any]) -> tuple[str, State]:
    left = dict(fields)
    try:
        id = paper_id(_text(left.pop("id"), "id"))
    except BadRequest as error:
        raise ValueError(str(error)) from None
    said: State = {name: _seconds(left.pop(name), name) for name in NAMES if name in left}
    tags = left.pop("tags", {})
    if not isinstance(tags, dict):
        raise ValueError("tags is not an object")
    said |= {f"tag:{_tag(name)}": _seconds(when, "tags") for name, when in sorted(tags.items())}
    if "note" in left or "noted" in left:
        if "note" not in left or "noted" not in left:
            raise ValueError("note and noted go together")
        said |= {"note": _note(left.pop("note")), "noted": _seconds(left.pop("noted"), "noted")}
    if left:
        raise ValueError(f"it has a field that is not known: {line(next(iter(left)), 60)}")
    return id, said


def _these(fields: dict[str, Any], *names: str) -> list[Any]:
    if set(fields) != set(names):
        raise ValueError(f"it should have {', '.join(names)}, and nothing else")
    return [fields[name] for name in names]


def _nothing() -> list[Any]:
    raise ValueError("it says nothing of a paper, a look or a topic")


def _text(given: object, name: str) -> str:
    if not isinstance(given, str) or not line(given):
        raise ValueError(f"{name} is no text")
    return line(given, LONGEST)


def _tag(name: str) -> str:
    if not (clean := line(name, LONGEST_TAG + 1)) or len(clean) > LONGEST_TAG:
        raise ValueError(f"a tag has 1 to {LONGEST_TAG} characters")
    return clean


def _note(given: object) -> str:
    words = note_text(given) if isinstance(given, str) else ""
    if not words or len(words) > LONGEST_NOTE:
        raise ValueError(f"a note has 1 to {LONGEST_NOTE:,} characters")
    return words


def _seconds(given: object, name: str) -> int:
    try:
        if isinstance(given, str):
            return seconds(given)
    except (ValueError, OverflowError):
        pass
    raise ValueError(f"{name} is no time such as 2026-07-03T15:00:00Z")


def _day(given: object) -> str:
    try:
        if isinstance(given, str) and date.fromisoformat(given).isoformat() == given:
            return given
    except ValueError:
        pass
    raise ValueError("day is no day such as 2026-07-03")
