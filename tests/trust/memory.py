"""A bounded run: the largest honest inputs within 200 MiB, by the kernel's own count of what was resident at most, and
under a limit on the addresses of the process."""

from __future__ import annotations

import copy
import json
import resource
import subprocess
import sys
from pathlib import Path

from hub import Hub

from .nest import Nest, Ran
from .streams import fine
from .trial import Trial
from .world import lived_in, snapshot_of, world

MOST = 200 << 10  # KiB
ADDRESSES = 512 << 20
MEASURED = """
import os, re, sys, time
from papercli.main import main
code = main(sys.argv[1:])
peak = re.search("VmHWM: *([0-9]+)", open("/proc/self/status").read().replace(chr(9), " "))[1]
open(os.environ["MEASURED"], "w").write(f"{peak} {time.process_time()}")
sys.exit(code)
"""


def suite(trial: Trial) -> None:
    """A month of 10,000 papers, a paper of 664 authors, a library of 50,000 papers, an abstract as long as any."""
    if not sys.platform.startswith("linux"):
        trial.note("no memory was measured: /proc is Linux's")
        return
    with world() as (nest, hub, folder):
        home = folder / "home"
        lived_in(nest, home)
        large(hub, 10_000 if trial.long else 800)
        papers = str(snapshot_of(50_000 if trial.long else 2_000, folder / "snapshot.json"))
        month = ("month", "2026-05", "-n", "0")
        lines: dict[str, tuple[str, ...]] = {
            "sync": ("sync", "--refresh", "--since", "2026-05-01"), "month as JSON": (*month, "--json"),
            "month as cards": (*month, "-o", "cards"), "month as HTML": (*month, "-o", "html"),
            "month as BibTeX": (*month, "-o", "bibtex"), "664 authors": ("show", "2605.00001", "--json"),
            "import": ("import", papers), "all as TSV": ("list", "-n", "0", "-o", "tsv"),
            "all as JSON": ("list", "-n", "0", "--json"),
            "list": ("list", "sparse matters", "-o", "ids"), "trends": ("trends",),
            "related": ("related", "2605.00001"),
            "export": ("library", "export"), "check": ("library", "check"),
        }  # fmt: skip
        peaks = [one(trial, nest, home, case, lines[case]) for case in trial.named(list(lines), what="large inputs")]
        trial.note(
            f"at most {max(peaks):.0f} MiB, for {list(lines)[peaks.index(max(peaks))]}" if len(peaks) > 1 else ""
        )


def large(hub: Hub, many: int) -> None:
    """A month of that many papers, the first with 664 authors and a long abstract."""
    row = hub.days[max(hub.days)][0]
    abstract = "We prove that the sum of all large things is larger. " * 30
    for number in range(1, many + 1):
        day = f"2026-05-{(number - 1) % 28 + 1:02}"
        each = copy.deepcopy(row)
        each["paper"] |= {"id": f"2605.{number:05}", "summary": abstract, "submittedOnDailyAt": f"{day}T00:00:00.000Z"}
        if number == 1:
            each["paper"]["authors"] = [{"name": f"Ada Example the {place}th"} for place in range(664)]
            each["paper"]["summary"] = abstract * 12
        hub.days.setdefault(day, []).append(each)


def one(trial: Trial, nest: Nest, home: Path, case: str, words: tuple[str, ...]) -> float:
    """As a process of its own, which says at its end how much the kernel says it had; MiB."""
    environ = {**nest.environ, "PAPERCLI_HOME": str(home), "MEASURED": str(home / "measured")}
    limit = lambda: resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))  # noqa: E731
    line = [sys.executable, "-c", MEASURED, *words]
    done = subprocess.run(
        line, env=environ, capture_output=True, stdin=subprocess.DEVNULL, preexec_fn=limit, check=False
    )
    ran = Ran(done.returncode, done.stdout, done.stderr, 0.0)
    # A month of 10,000 papers is more than one listing may be: what is left out is named, and the exit code says so.
    codes = {0, 8} if trial.long and case.startswith(("sync", "month")) else {0}
    trial.check(fine(ran, codes), f"'{case}'", str(ran))
    peak, seconds = (float(word) for word in (home / "measured").read_text().split())
    trial.check(peak < MOST, f"'{case}'", f"{peak / 1024:.0f} MiB at most")
    trial.tell(f"{case}: {peak / 1024:.0f} MiB, {seconds:.1f} s of CPU, {len(ran.out) >> 10:,} KiB written")
    if "--json" in words:
        json.loads(ran.out)
    return peak / 1024
