"""Libraries as files: made once and kept, and copied for whoever writes to them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable

BLOCK = 1 << 24


def file(home: str) -> str:
    """Where the program keeps its library in `home`."""
    return os.path.join(home, "data", "library.db")


def kept(home: str, fill: Callable[[str], float]) -> float:
    """Make the library in `home` with `fill` unless it is there. The seconds that `fill` returned when it was made."""
    spent = os.path.join(home, "seconds")
    if not os.path.exists(spent):
        part = home + ".part"  # what was not made to its end is no library
        shutil.rmtree(part, ignore_errors=True)
        os.makedirs(os.path.dirname(file(part)))
        seconds = fill(file(part))
        with open(os.path.join(part, "seconds"), "w", encoding="ascii") as written:
            written.write(f"{seconds:.3f}\n")
        os.rename(part, home)
    with open(spent, encoding="ascii") as written:
        return float(written.read())


def copied(home: str, to: str) -> str:
    """A copy of the library in `home` as that of a new home in folder `to`, all of it on the disk. The new home."""
    there = os.path.join(to, os.path.basename(home))
    os.makedirs(os.path.dirname(file(there)))
    shutil.copyfile(file(home), file(there))
    with open(file(there), "rb+") as written:  # else the first who waits for the disk would wait for all of it
        os.fsync(written.fileno())
    return there


def read_through(home: str) -> None:
    """Read the library once, so that the system holds as much of it in memory as it can."""
    with open(file(home), "rb", buffering=0) as given:
        while given.read(BLOCK):
            pass
