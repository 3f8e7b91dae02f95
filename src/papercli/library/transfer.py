"""All that is a person's own as JSON lines, for backups, git and other machines; and bringing such lines in.

The first line names the format. Then a line for each paper with a mark, tag or note, by id; one for each place up to
which `papers new` was read; one for each followed and muted topic. Keys have a fixed order, times are RFC 3339, UTC.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime

from papercli.library.changes import SET_ASIDE, spelt, state, write
from papercli.library.entries import EPOCH, instant
from papercli.library.failures import failures
from papercli.library.own import NAMES, intact
from papercli.text import line
from papercli.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from papercli.library.changes import State
    from papercli.library.store import Store

HEAD = {"papercli": "library", "version": 1}


@value
class Own:
    """What is a person's own."""

    papers: dict[str, State]
    """By id, in its order: what is set on the paper, as in `changes`."""

    looked: dict[str, tuple[int, str]]
    """How far `papers new` was read, by name: when (seconds since 1970, UTC), and the newest day then."""

    follow: dict[str, str]
    mute: dict[str, str]
    """Queries by name."""

    altered: int = 0
    """Rows that were left out, because their checksum is wrong."""


@value
class Merged:
    """What came of bringing something in."""

    number: int
    """Of the entry in the undo log; 0 where all was known already."""

    papers: int
    """Papers on which something changed."""

    looks: int
    """Names under which `papers new` was read further."""

    set_aside: tuple[tuple[str, str], ...]
    """(id, words) of older notes, which did not replace the present ones."""


# Out


TABLES = {
    "mark": ("SELECT id, seen, read, starred, later, hidden, checksum FROM mark", "id"),
    "tag": ("SELECT id, name, at, checksum FROM tag", "id, name"),
    "note": ("SELECT id, words, at, checksum FROM note", "id"),
    "looked": ("SELECT name, at, day, checksum FROM looked", "name"),
}
"""How each table of the reader's own is read, and by which columns it is in order."""


def own(store: Store) -> Own:
    """What the library holds of it; topics are not in the library."""
    with failures():
        return own_of({table: store.read(f"{sql} ORDER BY {key}") for table, (sql, key) in TABLES.items()})


def own_of(rows: Mapping[str, Sequence[tuple[Any, ...]]]) -> Own:
    """What these rows of `TABLES` say; those whose checksum is wrong are left out, and counted."""
    papers: dict[str, State] = {}
    right = {table: [row for row in found if intact(*row)] for table, found in rows.items()}
    for id, *times, _ in right["mark"]:
        papers[id] = {name: when for name, when in zip(NAMES, times, strict=True) if when is not None}
    for id, name, at, _ in right["tag"]:
        papers.setdefault(id, {})[f"tag:{name}"] = at
    for id, words, at, _ in right["note"]:
        papers.setdefault(id, {}).update(note=words, noted=at)
    looked = {name: (at, day) for name, at, day, _ in right["looked"]}
    altered = sum(len(found) - len(right[table]) for table, found in rows.items())
    return Own(dict(sorted(papers.items())), looked, {}, {}, altered)


def lines(given: Own) -> Iterator[str]:
    """The lines, each with its newline."""
    with failures():
        yield _line(HEAD)
        for id, now in given.papers.items():
            yield _line({"id": id, **_written(now)})
        for name, (at, day) in given.looked.items():
            yield _line({"looked": name, "at": _time(at), "day": day})
        for table, queries in (("follow", given.follow), ("mute", given.mute)):
            for name in sorted(queries):
                yield _line({table: name, "query": queries[name]})


def _written(now: State) -> dict[str, Any]:
    found: dict[str, Any] = {name: _time(now[name]) for name in NAMES if name in now}
    if tags := {name[4:]: _time(now[name]) for name in now if name.startswith("tag:")}:
        found["tags"] = tags
    if "note" in now:
        found |= {"note": now["note"], "noted": _time(now["noted"])}
    return found


def _line(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n"


def _time(seconds: int) -> str:
    return instant(seconds).isoformat().replace("+00:00", "Z")


def seconds(text: str) -> int:
    """The instant in seconds since 1970. Raises ValueError when the text is none, or has no time zone."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return int((moment.astimezone(UTC) - EPOCH).total_seconds() // 1)


# In


def merge(db: sqlite3.Connection, given: Own, *, clock: int, machine: str) -> Merged:
    """What is given is set, what it does not mention stays. Two machines that take each other's lines end up alike:
    of two times of a mark the earlier counts, of two notes the newer, of two looks the later."""
    wanted: dict[str, State] = {}
    aside: list[tuple[str, str]] = []
    for id, theirs in given.papers.items():
        ours = state(db, id)
        new = {**_earlier(ours, theirs), **_tags(ours, theirs), **_newer_note(ours, theirs)}
        if SET_ASIDE in new:
            aside.append((id, theirs["note"]))
        if new:
            wanted[id] = new
    papers = len([id for id, new in wanted.items() if new.keys() != {SET_ASIDE}])
    if looked := _further(db, given.looked):
        wanted[""] = looked
    number = write(db, wanted, by="import", clock=clock, machine=machine) if wanted else 0
    return Merged(number, papers, len(looked), tuple(aside))


def _earlier(ours: State, theirs: State) -> State:
    return {name: theirs[name] for name in NAMES if name in theirs and theirs[name] < ours.get(name, theirs[name] + 1)}


def _tags(ours: State, theirs: State) -> State:
    """Of two spellings the earlier stays."""
    new: State = {}
    for name, at in theirs.items():
        if name.startswith("tag:"):
            there = [(ours[each], each) for each in spelt(ours, name)]
            if not there or (at, name) < min(there):
                new |= {each: None for _, each in there if each != name} | {name: at}
    return new


def _newer_note(ours: State, theirs: State) -> State:
    if "note" not in theirs:
        return {}
    note, noted = theirs["note"], theirs["noted"]
    if "note" not in ours or (note == ours["note"] and noted < ours["noted"]):
        return {"note": note, "noted": noted}
    if note == ours["note"]:
        return {}
    newer = (noted, note) > (ours["noted"], ours["note"])
    return {"note": note, "noted": noted} if newer else {SET_ASIDE: line(note, 200)}


def _further(db: sqlite3.Connection, theirs: Mapping[str, tuple[int, str]]) -> State:
    rows = db.execute("SELECT name, day, at, checksum FROM looked").fetchall()
    ours = {name: (day, at) for name, day, at, kept in rows if intact(name, at, day, kept)}
    return {f"looked:{name}": [at, day] for name, (at, day) in theirs.items() if ours.get(name, ("", 0)) < (day, at)}
