"""Files that another hand, a bad disk or an attacker has changed: the library, the cache, the state, the settings.
Nothing of them is run, nothing wrong is shown as the reader's own, and what can be saved is."""

from __future__ import annotations

import json
import os
import pickle
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from .nest import Nest, Ran
from .streams import fine
from .trial import Trial
from .world import copied, lived_in, own_lines, world

PARTS = GATE_PARTS = 2
CODES = {0, 2, 7, 8}
MARKS = 2_000
READ = (
    ("list", "-n", "0", "--all", "--json"), ("day", "2026-07-02", "--all", "--json"), ("today", "--all", "--json"),
)  # fmt: skip
OWN = ("seen", "read", "starred", "later", "hidden", "tags", "note")


OF_A_LISTING = ("listed", "rank", "upvotes", "comments", "stars", "submitter", "submitter_name")  # may be missing


def suite(trial: Trial) -> None:
    """The library by chance and by plan, then everything beside it."""
    with world() as (nest, _, folder):
        template, home = folder / "template", folder / "home"
        lived_in(nest, template)
        nest.run("library", "import", str(own_lines(MARKS, folder / "own.jsonl")), home=template)
        whole = Whole(nest, template)
        by_chance(trial, nest, whole, template, home)
        by_plan(trial, nest, whole, template, home)
        beside(trial, nest, whole, template, home)


class Whole:
    """What an undamaged library says."""

    def __init__(self, nest: Nest, home: Path) -> None:
        lists = {words[0]: nest.run("--offline", *words, home=home).out for words in READ}
        self.rows = {name: {row["id"]: row for row in json.loads(out)} for name, out in lists.items()}
        self.own = exported(nest, home)[0]
        self.today = nest.run("--offline", "today", "-o", "ids", home=home).out
        assert len(self.rows["list"]) >= 30
        assert len(self.own) >= MARKS


def exported(nest: Nest, home: Path) -> tuple[set[str], Ran]:
    """The marks that the program gives back, each with its paper and time, and how it ended."""
    ran = nest.run("library", "export", home=home)
    found = set()
    for row in (json.loads(line) for line in ran.text.splitlines() if line.startswith('{"id"')):
        tags = {f"tag {name}": when for name, when in row.pop("tags", {}).items()}
        note = {"note": f"{row.pop('note')} {row.pop('noted')}"} if "note" in row else {}
        found |= {f"{row['id']} {name} {said}" for name, said in {**row, **tags, **note}.items() if name != "id"}
    return found, ran


# The library


def flipped(data: bytearray, dice: random.Random) -> None:
    place = dice.randrange(len(data))
    data[place] ^= 1 << dice.randrange(8)


def zeroed(data: bytearray, dice: random.Random) -> None:
    place = dice.randrange(len(data) // 512) * 512
    data[place : place + 512] = bytes(512)


def swapped(data: bytearray, dice: random.Random) -> None:
    size = int.from_bytes(data[16:18], "big") or 4_096
    one, other = (dice.randrange(1, len(data) // size) * size for _ in range(2))
    data[one : one + size], data[other : other + size] = data[other : other + size], data[one : one + size]


def truncated(data: bytearray, dice: random.Random) -> None:
    del data[dice.randrange(len(data)) :]


DAMAGE: dict[str, Callable[[bytearray, random.Random], None]] = {
    "bit flipped": flipped, "512 bytes zeroed": zeroed, "pages swapped": swapped, "truncated": truncated,
}  # fmt: skip


def by_chance(trial: Trial, nest: Nest, whole: Whole, template: Path, home: Path) -> None:
    """A damage of each kind in turn; every second one is a flipped bit."""
    kinds = list(DAMAGE)
    for number in trial.numbers(12, 300, what="damaged libraries"):
        kind = kinds[0] if number % 2 else kinds[1 + number // 2 % 3]
        copied(template, home)
        path = home / "data" / "library.db"
        data = bytearray(path.read_bytes())
        DAMAGE[kind](data, trial.random(number))
        path.write_bytes(data)
        with trial.case(number):
            look(trial, number, nest, whole, home, kind)


def look(trial: Trial, case: object, nest: Nest, whole: Whole, home: Path, kind: str) -> None:
    """Read it in every way; then how much of the reader's own comes out, before and after it was seen to."""
    for words in READ:
        ran = nest.run("--offline", *words, home=home)
        trial.check(fine(ran, {0, 2, 6, 7}), case, f"{kind}: papers {' '.join(words)}: {ran}")
        judge_rows(trial, case, whole, ran, kind, words[0])
    saved, ran = exported(nest, home)
    trial.check(fine(ran, CODES), case, f"{kind}: library export: {ran}")
    fixed = nest.run("--offline", "doctor", "--fix", home=home)
    trial.check(fine(fixed, {0, 2, 6, 7}), case, f"{kind}: doctor --fix: {fixed}")
    again, ran = exported(nest, home)
    for given in (saved, again):
        trial.check(given <= whole.own, case, f"{kind}: marks nobody made: {sorted(given - whole.own)[:2]}")
    if kind == "bit flipped":
        trial.count("marks in libraries with a flipped bit", len(whole.own))
        trial.count("of them salvaged", len(saved | again))
    done = nest.run("--offline", "star", "2607.99009", home=home)
    trial.check(fine(done, CODES), case, f"{kind}: star: {done}")
    if done.code == 0:
        lists = nest.run("--offline", "show", "2607.99009", "--json", home=home)
        kept = lists.code in (0, 3, 6, 7) and (lists.code or json.loads(lists.out)["starred"])
        trial.check(bool(kept), case, f"{kind}: starred, and then {lists}")


def judge_rows(trial: Trial, case: object, whole: Whole, ran: Ran, kind: str, command: str) -> None:
    """Each row is one that was stored; what is the reader's own is as it was, or missing."""
    if ran.code:
        return
    for row in json.loads(ran.out):
        known = whole.rows[command].get(row["id"])
        trial.count("rows shown")
        if not trial.check(known is not None, case, f"{kind}: {command} shows {row['id']}, which nobody told of"):
            continue
        for name in OWN:
            right = row[name] in (known[name], False, None, []) or (name == "seen" and command != "list")
            trial.check(right, case, f"{kind}: {command} shows {name} of {row['id']} as {row[name]!r}")
        # Where the library cannot be used, the answers that are kept are read anew: at another time.
        facts = [name for name in row if name not in (*OWN, "first_seen", "fetched_at") and row[name] != known[name]]
        facts = [name for name in facts if name not in OF_A_LISTING or row[name] is not None]
        trial.check(not facts, case, f"{kind}: {command} shows another {', '.join(facts)} of {row['id']}")


PLANS: dict[str, str] = {
    "a newer version": "PRAGMA user_version = 99", "another program's": "PRAGMA application_id = 7",
    "no table of marks": "DROP TABLE mark", "no table of papers": "DROP TABLE paper",
    "a table with other columns": "DROP TABLE tag; CREATE TABLE tag (a, b)",
    "a trigger on marks": "CREATE TRIGGER t AFTER INSERT ON mark BEGIN DELETE FROM note; DELETE FROM mark; END",
    "a trigger that calls": "CREATE TRIGGER t AFTER INSERT ON mark BEGIN SELECT load_extension('/tmp/x'); END",
    "a trigger on the log": "CREATE TRIGGER t BEFORE INSERT ON undo BEGIN SELECT RAISE(IGNORE); END",
    "a view for papers": "ALTER TABLE paper RENAME TO paper2; CREATE VIEW paper AS SELECT * FROM paper2",
    "a view that is endless":
        "DROP TABLE trending; CREATE VIEW trending AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)"
        " SELECT 'hf' source, x place, x paper, 1.0 at FROM n",
    "marks that are blobs": "UPDATE mark SET starred = x'80'",
    "marks of the wrong type": "UPDATE mark SET starred = 'x'",
    "a huge note": "UPDATE note SET words = hex(zeroblob(5000000))", "an odd log": "UPDATE undo SET before = '[1]'",
    "log of no JSON": "UPDATE undo SET before = '{', after = '{'",
    "days that are none": "UPDATE listing SET day = 'x' WHERE day = '2026-07-03'",
    "authors of no JSON": "UPDATE paper SET authors = '{'", "times from beyond": "UPDATE newest SET at = 9e18",
    "text with escapes": "UPDATE paper SET title = char(27) || ']0;owned' || char(7)",
    "nulls in text": "UPDATE paper SET title = 'a' || char(0) || 'b'", "writable schema":
        "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'CREATE TABLE mark (x' WHERE name = 'mark'",
    "indexes emptied": "INSERT INTO words (words) VALUES ('delete-all')", "wal": "PRAGMA journal_mode = wal",
}  # fmt: skip
PLACES = ("a folder", "a link to nothing", "a link to itself", "a pipe", "text", "empty", "a link to another library")


def by_plan(trial: Trial, nest: Nest, whole: Whole, template: Path, home: Path) -> None:
    """Libraries that someone has prepared, and other things in their place."""
    for case in trial.named([f"planned {name}" for name in PLANS], what="prepared libraries"):
        path = copied(template, home) / "data" / "library.db"
        with closing(sqlite3.connect(path)) as db:
            db.executescript(PLANS[case.removeprefix("planned ")])
            db.commit()
        with trial.case(f"'{case}'"):
            everything(trial, f"'{case}'", nest, home, whole)
    for case in trial.named([f"place {name}" for name in PLACES], what="things in the library's place"):
        path = copied(template, home) / "data" / "library.db"
        instead(path, case.removeprefix("place "))
        with trial.case(f"'{case}'"):
            everything(trial, f"'{case}'", nest, home, whole)


def instead(path: Path, what: str) -> None:
    """Put that where the file was."""
    other = path.with_name("other.db")
    path.rename(other)
    if what == "a folder":
        path.mkdir()
    elif what.startswith("a link"):
        path.symlink_to({"a link to nothing": "/nowhere/x", "a link to itself": path}.get(what, other))
    elif what == "a pipe":
        os.mkfifo(path)
    else:
        path.write_text("Dear diary, " * 1_000 if what == "text" else "")


def everything(trial: Trial, case: str, nest: Nest, home: Path, whole: Whole) -> None:
    """Commands that read, write, check and mend it: a documented end, no sign of what was planted, in a moment."""
    more = (("--offline", "trending"), ("--offline", "new", "--peek"), ("undo",), ("library", "check"))
    for words in (
        *(more if trial.long else ()),
        ("--offline", "today"), ("--offline", "list", "-n", "5", "-o", "cards"), ("--offline", "show", "2607.99013"),
        ("--offline", "star", "2607.99009"), ("library", "export"), ("--offline", "doctor", "--fix"),
        ("today", "--refresh", "-o", "ids"),
    ):  # fmt: skip
        ran = nest.run(*words, home=home, seconds=20)
        here = f"papers {' '.join(words)}: {ran}"
        trial.check(fine(ran, {0, 2, 3, 6, 7, 8}), case, here)
        trial.check(
            b"\x1b" not in ran.out and b"\0" not in ran.out and "\x1b" not in ran.err, case, f"controls: {here}"
        )
        trial.check(ran.seconds < 5, case, f"{ran.seconds:.1f} s: {here}")
    trial.check(ran.code == 0 and ran.out == whole.today, case, f"the network's listing is not shown: {here}")


# Beside it


class Planted:
    """Pickled, it would make a file."""

    def __init__(self, file: str) -> None:
        self._file = file

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (self._file,)


TOML = (
    b"[listing\n", b"\xff\xfe", b"limit = 1\n", b"[listing]\nlimit = 'many'\n", b"[" * 100_000, b"a = 1\na = 2\n",
    b"[listing]\nlimit = 9" + b"9" * 5_000 + b"\n", b"\xef\xbb\xbf[listing]\nlimit = -1\n", b"[listing]\nlimt = 5\n",
    b"x" * (2 << 20), b"\0", b"[output]\ncolor = 'blue'\n", b"[follow]\nx = 7\n", b"[listing]\nlimit = 1e400\n",
)  # fmt: skip
STATE = (b"", b"\0" * 100, b"{", b"[]", b"null", b'{"left": 0, "reset": 9e99, "closed": 9e99, "last": 9e99}',
         b"[" * 90_000, b'["../../etc/passwd", 7, null]', b'{"values": {"x": 1}, "stamp": []}')  # fmt: skip


def beside(trial: Trial, nest: Nest, whole: Whole, template: Path, home: Path) -> None:
    """Cache, state, settings, topics."""
    cases = [f"cache {number}" for number in range(60 if trial.long else 6)]
    for case in trial.named(cases, what="damaged caches"):
        damaged_cache(trial, case, nest, whole, copied(template, home))
    cases = [f"state {number}" for number in range(len(STATE))]
    for case in trial.named(cases, what="damaged states"):
        copied(template, home)
        for path in (path for path in (home / "state").rglob("*") if path.is_file()):
            path.write_bytes(STATE[int(case.split()[1])])
        ran = nest.run("today", "--refresh", "-o", "ids", home=home)
        trial.check(fine(ran, {0}) and ran.out == whole.today, f"'{case}'", f"today: {ran}")
        ran = nest.run("--offline", "show", "1", home=home)
        trial.check(fine(ran, {0}), f"'{case}'", f"show 1: {ran}")
    for name in ("config.toml", "topics.toml"):
        cases = [f"{name} {number}" for number in range(len(TOML))]
        for case in trial.named(cases, what="damaged settings and topics"):
            path = copied(template, home) / "config" / name
            path.write_bytes(TOML[int(case.split()[1])])
            ran = nest.run("--offline", "new" if name.startswith("topics") else "today", home=home)
            right = fine(ran, {2}) and not ran.out and ran.err.startswith(f"papers: {path}")
            trial.check(right, f"'{case}'", f"{TOML[int(case.split()[1])][:30]!r}: {ran}")
            trial.check(fine(nest.run("--offline", "doctor", home=home)), f"'{case}'", "doctor fails")


def damaged_cache(trial: Trial, case: str, nest: Nest, whole: Whole, home: Path) -> None:
    """By chance, or with values that are pickles and files of elsewhere."""
    path, dice = home / "cache" / "cache.db", trial.random(case)
    number, sign = int(case.split()[1]), str(home / "owned")
    if number % 6 < 4:
        data = bytearray(path.read_bytes())
        list(DAMAGE.values())[number % 6](data, dice)
        path.write_bytes(data)
    elif number % 6 == 4:
        with closing(sqlite3.connect(path)) as db, db:
            db.execute("UPDATE Cache SET mode = 4, value = ?", [pickle.dumps(Planted(sign))])
            db.execute(
                "UPDATE Settings SET value = ? WHERE key = 'disk_pickle_protocol'", [pickle.dumps(Planted(sign))]
            )
    else:
        shutil.rmtree(home / "cache")
        (home / "cache").symlink_to(home / "state")
    for words in (("today", "--refresh", "-o", "ids"), ("show", "2607.99013", "--refresh"), ("cache", "info")):
        ran = nest.run(*words, home=home)
        trial.check(fine(ran, {0}), f"'{case}'", f"papers {' '.join(words)}: {ran}")
        trial.check(words[0] != "today" or ran.out == whole.today, f"'{case}'", f"today is other than it was: {ran}")
    trial.check(not os.path.exists(sign), f"'{case}'", "what was planted has run")
