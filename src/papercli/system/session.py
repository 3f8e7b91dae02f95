"""Which terminal this is, and since when the machine runs."""

from __future__ import annotations

import os
import time


def terminal() -> str:
    """A name for the terminal of this process, or "": the device and the session, for devices' names are used again."""
    for stream in (1, 0, 2):
        try:
            return f"{os.ttyname(stream).strip('/').replace('/', '-')}-{os.getsid(0)}"
        except (OSError, AttributeError):
            continue
    return ""


def boot() -> float:
    """When this machine was started (seconds since 1970, UTC), where it can tell; else 0. Sessions are numbered anew
    from then on."""
    try:
        return time.time() - time.clock_gettime(time.CLOCK_BOOTTIME) - 1.0
    except (AttributeError, OSError):
        return 0.0
