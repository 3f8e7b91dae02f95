"""Runs the suites, as many at once as there are processors, and says what each counted and what failed."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from . import APART, SUITES, TESTS
from .trial import Trial

ROOT = TESTS.parent
REPORT = ROOT / "docs" / "reliability.md"
HEAD = "| suite | sentences | what was run | failed | seconds | of CPU | date |"


def main() -> int:
    """0 when nothing failed."""
    given = options().parse_args()
    names = given.suite or [name for name in SUITES if given.long or name not in APART]
    if unknown := set(names) - set(SUITES):
        sys.exit(f"no such suite: {', '.join(sorted(unknown))}; there are {', '.join(SUITES)}")
    if given.part is not None:
        print(json.dumps(one(names[0], given)))
        return 0
    began = time.monotonic()
    found = everything(names, given)
    failed = [name for name, result in found.items() if result["failed"]]
    print(f"{time.monotonic() - began:.0f} s, {used():.0f} s of CPU, seed {given.seed}")
    print(f"{len(found) - len(failed)} passed, {len(failed)} failed")
    if given.write:
        write(found, given)
    return 1 if failed else 0


def options() -> argparse.ArgumentParser:
    """What can be said on the line."""
    parser = argparse.ArgumentParser(prog="python -m tests.trust", description=__doc__)
    parser.add_argument("--long", action="store_true", help="the long form, of hours rather than seconds")
    parser.add_argument("--suite", action="append", metavar="NAME", help=f"of {', '.join(SUITES)}; repeatable")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--case", default="", help="only this case of the suite")
    parser.add_argument("--write", action="store_true", help="put the figures into docs/reliability.md")
    parser.add_argument("--at-once", type=int, default=(os.cpu_count() or 2) + 1, metavar="N",
                        help="processes; one more than processors unless told, for many of them wait")  # fmt: skip
    parser.add_argument("--part", type=int, help=argparse.SUPPRESS)
    return parser


def one(name: str, given: argparse.Namespace) -> dict[str, Any]:
    """Run one suite, or this process's part of it, here."""
    module = import_module(f"{__package__}.{SUITES[name][0]}")
    parts = parts_of(name, given)
    trial = Trial(name, seed=given.seed, long=given.long, only=given.case, part=given.part, parts=parts)
    module.suite(trial)
    return {
        "counts": trial.counts, "failed": trial.failed, "failures": trial.failures, "notes": trial.notes,
        "told": trial.told, "cpu": sum(os.times()[:4]),
    }  # fmt: skip


def everything(names: list[str], given: argparse.Namespace) -> dict[str, dict[str, Any]]:
    """All parts of all suites, each in a process of its own; what they found, by suite."""
    found: dict[str, dict[str, Any]] = {}
    with ThreadPoolExecutor(given.at_once) as pool:
        parts = [
            (name, pool.submit(apart, name, part, given)) for name in names for part in range(parts_of(name, given))
        ]
        for name, part in parts:
            found[name] = joined(found.get(name), part.result())
            if found[name]["parts"] == parts_of(name, given):
                say(name, found[name])
    return found


def parts_of(name: str, given: argparse.Namespace) -> int:
    """Into how many processes the suite is divided: the short ones of the gate would do nothing but begin twice."""
    module = import_module(f"{__package__}.{SUITES[name][0]}")
    return 1 if given.case else int(getattr(module, "PARTS" if given.long else "GATE_PARTS", 1))


def apart(name: str, part: int, given: argparse.Namespace) -> dict[str, Any]:
    """One part of a suite in another process. A process that dies is a failure, and says how."""
    words = ["--suite", name, "--seed", str(given.seed), "--part", str(part), *["--long"] * given.long]
    words += ["--case", given.case] if given.case else []
    began = time.monotonic()
    run = subprocess.run([sys.executable, "-m", "tests.trust", *words], cwd=ROOT, capture_output=True, text=True)
    try:
        result: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    except (IndexError, ValueError):
        last = (run.stderr.strip().splitlines() or ["said nothing"])[-1]
        result = {"counts": {}, "failed": 1, "failures": [f"{name}: exit {run.returncode}: {last}"]}
        result |= {"notes": [], "told": [], "cpu": 0.0}
    return {**result, "wall": time.monotonic() - began, "parts": 1}


def joined(before: dict[str, Any] | None, part: dict[str, Any]) -> dict[str, Any]:
    """What two parts of a suite found, as one."""
    if before is None:
        return part
    notes = [*before["notes"], *(note for note in part["notes"] if note not in before["notes"])]
    summed = {name: before[name] + part[name] for name in ("failed", "failures", "told", "wall", "cpu", "parts")}
    return {**summed, "notes": notes, "counts": dict(Counter(before["counts"]) + Counter(part["counts"]))}


def counted(result: dict[str, Any]) -> str:
    """The figures in words."""
    return ", ".join(f"{many:,} {what}" for what, many in result["counts"].items())


def say(name: str, result: dict[str, Any]) -> None:
    """A line for a suite, and one for each failure."""
    state = f"{result['failed']:,} FAILED" if result["failed"] else "0 failed"
    print(f"{name:<12} {result['wall']:6.1f} s, {result['cpu']:6.1f} of CPU  {state}: {counted(result)}", flush=True)
    for words in [*result["failures"], *result["told"], *(f"note: {note}" for note in result["notes"])]:
        print(f"  {words}", flush=True)


def used() -> float:
    """Seconds of CPU of all processes that have ended."""
    ended = os.times()
    return ended.children_user + ended.children_system


def write(found: dict[str, dict[str, Any]], given: argparse.Namespace) -> None:
    """The figures, dated, in the place that docs/reliability.md keeps for them; rows of other suites stay."""
    form = "long form" if given.long else "gate"
    begins, ends = f"<!-- {form} -->", f"<!-- end of {form} -->"
    before, _, rest = REPORT.read_text(encoding="utf-8").partition(begins)
    table, _, after = rest.partition(ends)
    rows = {line.split("|")[1].strip(): line for line in table.splitlines() if line.startswith("| ")}
    today = datetime.now(UTC).date()
    for name, result in found.items():
        sentences = ", ".join(map(str, SUITES[name][1]))
        what = "; ".join(filter(None, [counted(result), *result["notes"]]))
        times = f"{result['wall']:.0f} | {result['cpu']:.0f}"
        rows[name] = f"| {name} | {sentences} | {what} | {result['failed']} | {times} | {today} |"
    lines = [f"The {form}, seed {given.seed}, {system()}:", "", HEAD, "|---|---|---|---:|---:|---:|---|"]
    lines += [rows[name] for name in SUITES if name in rows]
    REPORT.write_text("\n".join([before + begins, *lines, ends + after]), encoding="utf-8")


def system() -> str:
    """What it ran on."""
    import sqlite3

    python = ".".join(map(str, sys.version_info[:3]))
    return f"Python {python}, SQLite {sqlite3.sqlite_version}, {sys.platform}, {os.cpu_count()} cores"


if __name__ == "__main__":
    sys.exit(main())
