"""The disk says no, or the power of the process ends, at each system call on the reader's files, one after the other:
for a mark, a sync, a listing and the migration of an older library. Linux and strace only."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
from collections import Counter
from contextlib import closing
from pathlib import Path

from papercli.library.own import checksum
from papercli.library.schema import APPLICATION_ID, MIGRATIONS

from .nest import PAPERS, Nest, Ran
from .streams import fine
from .trial import Trial
from .world import copied, holds, lived_in, moved_on, world

PARTS = 2
CALLS = ("openat", "write", "pwrite64", "fsync", "fdatasync", "rename", "unlink", "ftruncate")
FAULTS = ("ENOSPC", "EIO", "EROFS", "EDQUOT", "KILL")
FILES = (
    "data", "data/library.db", "data/library.db-journal", "state", "state/machine", "state/last-lists",
    "state/last-lists/any", "cache/cache.db", "cache/cache.db-wal",
)  # fmt: skip
# What is run, the exit codes that it may have, and of how many points the gate and the long form take one (0: none).
WORK: dict[str, tuple[tuple[str, ...], set[int], int, int]] = {
    "mark": (("--offline", "star", "2607.99009"), {0, 7}, 20, 1),
    "sync": (("sync", "--refresh", "--since", "2026-06-20"), {0, 5, 6, 7, 8}, 0, 1),
    "migration": (("--offline", "list", "-n", "0", "-o", "ids"), {0}, 0, 1),
    "today": (("today", "--refresh", "-o", "ids"), {0}, 0, 5),
    "migration by a mark": (("--offline", "star", "2607.00001"), {0, 7}, 0, 5),
}


def suite(trial: Trial) -> None:
    """Count the calls of each piece of work, then fail each of them in each way."""
    if shutil.which("strace") is None:
        trial.note("no strace here: no fault was put into a system call")
        return
    with world() as (nest, hub, folder):
        lived_in(nest, folder / "template")
        older(folder / "older")
        moved_on(hub, 4)
        for name, (_, _, gate, long) in WORK.items():
            if every := long if trial.long else gate:
                work(trial, nest, folder, name, every)


def older(home: Path) -> None:
    """A home whose library is of version 2, with papers, a listing and a mark."""
    (home / "data").mkdir(parents=True)
    names = "number, id, title, authors, abstract, keywords, media, categories, sources, first_seen, fetched_at"
    with closing(sqlite3.connect(home / "data" / "library.db")) as db, db:
        for script in MIGRATIONS[:2]:
            db.executescript(script)
        for number in range(1, 200):
            row = (number, f"2607.{number:05}", f"Title {number}", "[]", "word " * 50, "[]", "[]", "[]", '["hf"]', 1, 1)
            db.execute(f"INSERT INTO paper ({names}) VALUES ({', '.join('?' * 11)})", row)
            db.execute("INSERT INTO listed (day, source, paper, rank) VALUES ('2026-07-01', 'hf', ?, ?)", [number] * 2)
        mark = ("2607.00002", None, None, 5, None, None)
        db.execute("INSERT INTO mark VALUES (?, ?, ?, ?, ?, ?, ?)", [*mark, checksum(*mark)])
        db.execute("INSERT INTO words (words) VALUES ('rebuild')")
        db.execute("PRAGMA user_version = 2")
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def traced(nest: Nest, home: Path, words: tuple[str, ...], *more: str) -> Ran:
    """The program under strace, which looks at the files of the home and nothing else."""
    paths = [word for name in FILES for word in ("-P", str(home / name))]
    line = ["strace", "-f", "-qq", "--seccomp-bpf", *paths, *more, "-o", str(home.parent / "log"), *PAPERS, *words]
    environ = {**nest.environ, "PAPERCLI_HOME": str(home)}
    done = subprocess.run(line, env=environ, capture_output=True, stdin=subprocess.DEVNULL, timeout=120, check=False)
    return Ran(done.returncode, done.stdout, done.stderr, 0.0)


def work(trial: Trial, nest: Nest, folder: Path, name: str, every: int) -> None:
    words = WORK[name][0]
    template = folder / ("older" if name.startswith("migration") else "template")
    home = copied(template, folder / "home")
    old = state(home)
    traced(nest, home, words, "-e", f"trace={','.join(CALLS)}")
    new = state(home)
    between = unmarked(nest, template, home) if name == "migration by a mark" else old
    log = (folder / "log").read_text("utf-8", "replace")
    calls = Counter(re.findall(rf"^\d+ +({'|'.join(CALLS)})\(", log, re.MULTILINE))
    points = [f"{name} {call} {number} {fault}" for call, many in calls.items() for number in range(1, many + 1)
              for fault in FAULTS]  # fmt: skip
    chosen = points[::every] if every > 1 else points
    for point in trial.named(chosen, what="faults at system calls"):
        call, number, fault = point.removeprefix(f"{name} ").split()
        how = "signal=KILL" if fault == "KILL" else f"error={fault}"
        copied(template, home)
        trial.count(f"in {name}")
        with trial.case(f"'{point}'"):
            ran = traced(nest, home, words, "-e", f"trace={call}", "-e", f"inject={call}:{how}:when={number}")
            judge(trial, f"'{point}'", nest, home, name, ran, (old, between), new)


def unmarked(nest: Nest, template: Path, home: Path) -> dict[str, object]:
    """What the older library is when it was brought up to date and nothing else."""
    copied(template, home)
    nest.run("--offline", "list", "-n", "0", "-o", "ids", home=home)
    return state(home)


def state(home: Path) -> dict[str, object]:
    """As `holds`; of an older library its papers and marks."""
    with closing(sqlite3.connect(home / "data" / "library.db")) as db:
        if db.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),):
            return holds(home)
        checked = db.execute("PRAGMA integrity_check").fetchone()
        papers = db.execute("SELECT count(*) FROM paper").fetchone()
        return {"version 2": (checked, papers, db.execute("SELECT id, starred FROM mark").fetchall())}


def judge(
    trial: Trial, case: str, nest: Nest, home: Path, name: str, ran: Ran, old: tuple[dict[str, object], ...],
    new: dict[str, object],
) -> None:  # fmt: skip
    """A documented end; the old or the new in the file, and the new if that was said; and it works afterwards."""
    killed = case.endswith("KILL'")
    trial.check(fine(ran, WORK[name][1] | ({-9, 137} if killed else set())), case, str(ran))
    found = state(home)
    marks = name in ("mark", "migration by a mark")
    kept = [key for key in found if found[key] not in (*(each.get(key) for each in old), new.get(key))]
    trial.check(not kept, case, f"{', '.join(kept)}: neither old nor new: {ran}")
    if marks and ran.code == 0:
        trial.check(found.get("own") == new["own"], case, f"said to be kept, and it is not: {ran}")
    # Refused and yet kept may be: when the folder cannot be synced after the journal is gone, nobody can know.
    if name in ("today", "migration") and not killed:
        trial.check(len(ran.out) > 100, case, f"nothing was shown: {ran}")
    after = nest.run(*WORK[name][0], home=home)
    trial.check(after.code == 0, case, f"the next run: {after}")
    wrong = [key for key, thing in state(home).items() if thing != new.get(key)]
    trial.check(not wrong, case, f"after the next run {', '.join(wrong)} is not as it should be")
