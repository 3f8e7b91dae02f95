"""What a case may take: seconds of processor time, and memory for the process as a whole."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from .trial import Trial


@contextmanager
def bounded(trial: Trial, case: object, *, seconds: float) -> Iterator[None]:
    """A case that takes longer has failed."""
    began = time.process_time()
    yield
    took = time.process_time() - began
    if took > seconds:
        trial.check(False, case, f"took {took:.1f} s of processor time")


@contextmanager
def memory(more: int) -> Iterator[None]:
    """The process may take so many MiB of address space more than it has now; beyond it Python raises MemoryError.
    Where a system knows no such limit, nothing is limited."""
    try:
        import resource
    except ImportError:
        yield
        return
    with open("/proc/self/statm", encoding="ascii") as file:
        pages = int(file.read().split()[0])
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + (more << 20), before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)
