"""What one whole process costs: its CPU time with that of its children, its wall time and its peak memory."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from typing import NamedTuple

# Linux counts ru_maxrss in KiB, macOS in bytes (getrusage(2) of each).
UNITS_PER_MIB = 1 << 20 if sys.platform == "darwin" else 1 << 10


class Failed(Exception):
    """A command did not do what it is run for."""


class Cost(NamedTuple):
    """`cpu` and `wall` in seconds, `peak` in MiB, what the process said on standard error, and how it ended."""

    cpu: float
    wall: float
    peak: float
    code: int
    said: str


def cost(command: list[str], environ: dict[str, str], *, patience: float = 120.0) -> Cost:
    """Run `command` to its end, its output thrown away; killed after `patience` seconds."""
    began = time.monotonic()
    process = subprocess.Popen(
        command, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    deadline = threading.Timer(patience, process.kill)
    deadline.start()
    said = process.stderr.read().decode("utf-8", "replace")
    _, status, used = os.wait4(process.pid, 0)
    wall = time.monotonic() - began
    deadline.cancel()
    process.stderr.close()
    process.returncode = os.waitstatus_to_exitcode(status)  # or subprocess would wait for it once more
    return Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / UNITS_PER_MIB, process.returncode, said)


def own_peak() -> float:
    """MiB that this process held at most. A child begins as a copy of it, so no child's peak is measured below."""
    import resource  # there is none on Windows

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / UNITS_PER_MIB


def median(numbers: list[float]) -> float:
    """The middle one. (`statistics` would add to this process's memory, and so to every child's.)"""
    ordered = sorted(numbers)
    return (ordered[len(ordered) // 2] + ordered[~(len(ordered) // 2)]) / 2
