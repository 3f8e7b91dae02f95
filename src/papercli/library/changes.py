"""Changing marks, tags and notes, writing down how each change is undone, and undoing it.

A paper's own state is a dict: a mark's name or "tag:NAME" to when (seconds since 1970, UTC), "note" to its words and
"noted" to when. What is not set is not in it. In a change None takes it away. Under the id "" stands "looked:NAME", how
far `papers new` was read: (when, newest day).
"""

from __future__ import annotations

import json

from papercli.library.failures import failures
from papercli.library.own import NAMES, checksum, intact, note_text, put_row, row_of
from papercli.library.sums import right
from papercli.text import folded, line
from papercli.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence
    from typing import Any

    from papercli.library.store import Store

    State = dict[str, Any]

SET_ASIDE = "note set aside"
"""In the log: an older note that an import brought and that did not replace the present one."""


@value
class Change:
    """An entry of the undo log."""

    number: int
    clock: int
    """Milliseconds since 1970, UTC."""

    what: str
    """What was done, in a few words."""

    ids: tuple[str, ...]
    undone: bool


# What there is


def state(db: sqlite3.Connection, id: str) -> State:
    """All that is set on the paper; a row whose checksum is wrong sets nothing."""
    found: State = {name: when for name, when in (row_of(db, id) or {}).items() if when is not None}
    for name, *rest in db.execute("SELECT name, at, checksum FROM tag WHERE id = ? ORDER BY name", [id]):
        if intact(id, name, *rest):
            found[f"tag:{name}"] = rest[0]
    row = db.execute("SELECT words, at, checksum FROM note WHERE id = ?", [id]).fetchone()
    if row and intact(id, *row):
        found |= {"note": row[0], "noted": row[1]}
    return found


def spelt(now: State, tag: str) -> list[str]:
    """The tags in `now` that differ from `tag` ("tag:NAME") at most in case and accents."""
    return [name for name in now if name.startswith("tag:") and folded(name) == folded(tag)]


def needed(db: sqlite3.Connection, id: str, changes: Mapping[str, Any], at: int) -> State:
    """Those of `changes` that would change the paper; a note gets its time, `at`."""
    now = state(db, id)
    wanted: State = {}
    for name, new in changes.items():
        if name == "note":
            if new != now.get("note"):
                wanted |= {"note": new, "noted": None if new is None else at}
        elif name.startswith("tag:"):
            there = spelt(now, name)
            wanted |= dict.fromkeys(there) if new is None else {} if there else {name: new}
        elif (new is None) is (name in now):
            wanted[name] = new
    return wanted


# Changing


def write(db: sqlite3.Connection, wanted: Mapping[str, State], *, by: str, clock: int, machine: str) -> int:
    """Set what is wanted of each paper, by id, and write down how to undo it. Returns the number of that entry, whose
    clock is later than any before it."""
    before = {}
    for id, changes in wanted.items():
        now = _looked(db) if id == "" else state(db, id)
        if names := [name for name in changes if name != SET_ASIDE]:
            before[id] = {name: now.get(name) for name in names}
        put(db, id, changes)
    row = [_later(db, clock), machine, by, json.dumps(before), json.dumps(wanted)]
    cursor = db.execute("INSERT INTO undo (clock, machine, by, before, after) VALUES (?, ?, ?, ?, ?)", row)
    return cursor.lastrowid or 0


def put(db: sqlite3.Connection, id: str, changes: State) -> None:
    """Set what is named; nothing is written down."""
    marks = {name: when for name, when in changes.items() if name in NAMES}
    if marks:
        put_row(db, id, {**(row_of(db, id) or {}), **marks})
    for name, new in changes.items():
        kind, _, rest = name.partition(":")
        if kind == "tag":
            _put_row(db, "tag", {"id": id, "name": rest}, None if new is None else {"at": new})
        elif kind == "looked":
            _put_row(db, "looked", {"name": rest}, None if new is None else {"at": new[0], "day": new[1]})
    if "note" in changes:
        words = changes["note"]
        _put_row(db, "note", {"id": id}, None if words is None else {"words": words, "at": changes["noted"]})


def _put_row(db: sqlite3.Connection, table: str, key: dict[str, str], rest: dict[str, object] | None) -> None:
    """Replace the row that `key` names; without `rest`, delete it."""
    where = " AND ".join(f"{name} = :{name}" for name in key)
    db.execute(f"DELETE FROM {table} WHERE {where}", key)  # noqa: S608 - the names are ours
    if rest is not None:
        row = {**key, **rest}
        row["checksum"] = checksum(*row.values())
        names, values = ", ".join(row), ", ".join(f":{name}" for name in row)
        db.execute(f"INSERT INTO {table} ({names}) VALUES ({values})", row)  # noqa: S608 - the names are ours


def _looked(db: sqlite3.Connection) -> State:
    rows = db.execute("SELECT name, at, day, checksum FROM looked ORDER BY name")
    return {f"looked:{row[0]}": [row[1], row[2]] for row in rows if intact(*row)}


def _later(db: sqlite3.Connection, clock: int) -> int:
    """The clock, moved on where it is not later than all that is in the log (a hybrid logical clock)."""
    last: int = db.execute("SELECT coalesce(max(max(clock, undone)), 0) FROM undo").fetchone()[0]
    return max(clock, last + 1)


# Undoing


def take_back(db: sqlite3.Connection, clock: int) -> Change | None:
    """Set everything that the newest change not yet taken back has changed to what it was before it. `undone` is then
    the clock of that moment."""
    sql = "SELECT number, before FROM undo WHERE undone = 0 AND before <> '{}' ORDER BY number DESC LIMIT 1"
    if (row := db.execute(sql).fetchone()) is None:
        return None
    with failures():
        for id, names in json.loads(row[1]).items():
            if not all(_is_change(name, old) for name, old in names.items()):
                raise ValueError("no papercli wrote this")
            put(db, id, names)
        db.execute("UPDATE undo SET undone = ? WHERE number = ?", [_later(db, clock), row[0]])
        (entry,) = db.execute(f"SELECT {_ENTRY} FROM undo WHERE number = ?", [row[0]])  # noqa: S608
        return _change(entry)


def _is_change(name: str, new: object) -> bool:
    """Whether a name may become that. Another hand may have written the log."""
    if new is None:
        return True
    if name == "note":
        return isinstance(new, str)
    if name.startswith("looked:"):
        return isinstance(new, list) and list(map(type, new)) == [int, str]
    return type(new) is int and (name in (*NAMES, "noted") or name.startswith("tag:"))


_ENTRY = "number, clock, by, before, after, undone"


def logged(store: Store, where: str, given: int) -> list[Change]:
    """The entries of the undo log for which `where`, SQL of ours with one value, holds."""
    with failures():
        return [_change(row) for row in store.read(f"SELECT {_ENTRY} FROM undo WHERE {where}", [given])]  # noqa: S608


def _change(row: tuple[Any, ...]) -> Change:
    number, clock, by, before, after, undone = row
    done = json.loads(after)
    parts: dict[str, None] = {}
    for changes in done.values():
        parts |= dict.fromkeys(_said(line(name), new) for name, new in changes.items())
    words = ", ".join(filter(None, parts))
    what = words if by == "cli" else f"{line(by, 40)}: {words}"
    ids = tuple(line(id, 100) for id in done if id)
    return Change(number, clock, what, ids, bool(undone) or not json.loads(before))


_TAKEN = {"starred": "unstarred", "later": "no longer for later", "hidden": "no longer hidden", "read": "unread"}
_SET = {"later": "for later", SET_ASIDE: "an older note set aside"}


def _said(name: str, new: object) -> str:
    """What one change was, in words; "" for what goes without saying."""
    kind, _, rest = name.partition(":")
    if kind in ("noted", "looked", "seen"):
        return ""
    if kind == "tag":
        return f"untagged {rest}" if new is None else f"tagged {rest}"
    if kind == "note":
        return "note removed" if new is None else "note"
    return _TAKEN.get(name, name) if new is None else _SET.get(name, name)


# Reading for commands


def titles(store: Store, ids: Sequence[str]) -> dict[str, str]:
    """The title of each of these papers that the library knows, by id."""
    sql = f"SELECT p.id, p.title FROM json_each(?) i JOIN paper p ON p.id = i.value AND {right('paper', 'p')}"  # noqa: S608
    with failures():
        return {id: line(title) for id, title in store.read(sql, [json.dumps(list(ids))])}


def tags(store: Store, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The tags of each of these papers, sorted by name."""
    sql = "SELECT t.id, t.name, t.at, t.checksum FROM json_each(?) i JOIN tag t ON t.id = i.value ORDER BY t.name"
    found: dict[str, tuple[str, ...]] = dict.fromkeys(ids, ())
    with failures():
        for row in store.read(sql, [json.dumps(list(ids))]):
            if intact(*row):
                found[row[0]] += (line(row[1]),)
    return found


def note(store: Store, id: str) -> str:
    """The words of the paper's note, or ""."""
    with failures():
        rows = store.read("SELECT words, at, checksum FROM note WHERE id = ?", [id])
        return "".join(note_text(row[0]) for row in rows if intact(id, *row))
