"""Disks of sixteen sizes, from just full to large enough: what was there stays, what is said is so, no half file is
left, and once there is room the same line works. Needs Linux and root, for the disk is a tmpfs that is mounted."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .nest import Nest, Ran
from .streams import fine
from .trial import Trial
from .world import copied, files, holds, lived_in, moved_on, own_lines, snapshot_of, world

SIZES = 16
STEP = 4_096  # the smallest that a tmpfs counts in
# Copies that any run may make once the two files are settled; what the cache could not fold in while there was no room.
LATER = {"state/config.json", "state/topics.json", "cache/cache.db-wal", "cache/cache.db-shm"}
# What is run, and the exit codes that it may have on a disk that is full.
WORK: dict[str, tuple[tuple[str, ...], set[int]]] = {
    "mark": (("--offline", "star", "2607.99009"), {0, 7}),
    "note": (("note", "2607.99001", "-m", "long words " * 1_500), {0, 7}),
    "today": (("today", "--refresh", "-o", "ids"), {0}),
    "sync": (("sync", "--refresh", "--since", "2026-06-20"), {0, 7}),
    "import": (("import", "{snapshot}"), {0, 7}),
    "library import": (("library", "import", "{own}"), {0, 2, 7}),
    "config set": (("config", "set", "output.color", "never"), {0, 2}),
    "follow add": (("follow", "add", "videos", "video " * 450), {0, 2}),
    "library export": (("library", "export", "{home}/marks.jsonl"), {0, 74}),
    "read offline": (("--offline", "list", "-o", "ids"), {0}),
}


def suite(trial: Trial) -> None:
    """Each piece of work on each disk; in the gate on every fifth."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        trial.note("no disk was filled: a tmpfs can be mounted by root on Linux only")
        return
    with world() as (nest, hub, folder):
        template = folder / "template"
        lived_in(nest, template)
        moved_on(hub)
        given = {
            "snapshot": str(snapshot_of(400, folder / "snapshot.json")),
            "own": str(own_lines(300, folder / "own")),
        }
        given["home"] = str(folder / "disk" / "home")
        for name in WORK:
            words = tuple(word.format(**given) for word in WORK[name][0])
            work(trial, nest, folder, name, words)


@contextmanager
def disk(folder: Path, size: int) -> Iterator[Path]:
    """A disk of so many bytes, mounted. Skips nothing: a disk that cannot be mounted is an error."""
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def used(template: Path) -> int:
    """Bytes that the home takes on such a disk."""
    sizes = [path.stat().st_size for path in template.rglob("*") if path.is_file()]
    return sum(-(-size // STEP) * STEP for size in sizes) + STEP


def work(trial: Trial, nest: Nest, folder: Path, name: str, words: tuple[str, ...]) -> None:
    template, codes = folder / "template", WORK[name][1]
    with disk(folder / "disk", 64 << 20) as large:
        home = copied(template, large / "home")
        old, old_names = holds(home), files(home)
        roomy = nest.run(*words, home=home)
        new, names = holds(home), files(home) | old_names | LATER
    for number in trial.numbers(2, SIZES, what="full disks", kind=name):
        place = number * (1 if trial.long else 5)
        case = f"'{name}:{number}'"
        with trial.case(case), disk(folder / "disk", used(template) + place * place * STEP) as small:
            home = copied(template, small / "home")
            ran = nest.run(*words, home=home)
            here = f"{place * place * STEP:,} bytes left: {ran}"
            trial.check(fine(ran, codes), case, here)
            trial.count("runs that were refused", int(ran.code != 0))
            if name in ("today", "read offline"):
                trial.check(ran.out == roomy.out, case, f"not all is shown: {here}")
            judge(trial, case, home, ran, old, new, names, here)
            subprocess.run(["mount", "-o", f"remount,size={64 << 20}", str(small)], check=True)
            again = nest.run(*words, home=home)
            twice = again.code == 2 and name == "follow add" and ran.code == 0
            trial.check(again.code == 0 or twice, case, f"with room again: {again}")
            trial.check(holds(home) == new, case, f"with room again it is not as it should be: {here}")


def judge(
    trial: Trial, case: str, home: Path, ran: Ran, old: dict[str, object], new: dict[str, object], names: set[str],
    here: str,
) -> None:  # fmt: skip
    """Old or new, and new where that was said; and nothing that nobody knows."""
    found = holds(home)
    kept = ran.code == 0 and "keeps nothing" not in ran.err
    odd = [key for key in found if found[key] not in ([new.get(key)] if kept else [old.get(key), new.get(key)])]
    trial.check(not odd, case, f"{', '.join(odd)}: not as it may be: {here}")
    left = files(home) - names
    trial.check(not left, case, f"left behind: {', '.join(sorted(left))}: {here}")
