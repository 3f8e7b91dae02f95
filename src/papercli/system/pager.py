"""Long output a screen at a time, through the reader's own pager."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from contextlib import suppress

from papercli.system.words import split

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def page(first: str, rest: Iterable[str], environ: Mapping[str, str], wanted: str | None = None) -> bool:
    """Show `first`, and then `rest` as it comes, in the pager `wanted`, else PAPERCLI_PAGER, PAGER or less; False when
    there is none or it is switched off (`cat` or ""), and nothing of `rest` was taken.

    Leaving the pager early is no failure, whatever it says on leaving.
    """
    given = next((environ[name] for name in ("PAPERCLI_PAGER", "PAGER") if name in environ), "less")
    given = given if wanted is None else wanted
    try:
        command = split(given)
    except ValueError:
        return False
    if not command or command[0] == "cat" or shutil.which(command[0]) is None:
        return False
    # As gh and git do: leave short text on the screen, pass colours through, clear nothing.
    settings = {"LESS": "FRX", "LV": "-c", **environ}
    # Ctrl-C belongs to the pager while it runs. A handler, and not SIG_IGN, which the pager would inherit.
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, env=settings)  # noqa: S603 - no shell, argv only
    except OSError:
        signal.signal(signal.SIGINT, before)
        return False
    try:
        with suppress(BrokenPipeError), process.stdin as pipe:  # type: ignore[union-attr]
            pipe.write(first.encode(sys.stdout.encoding or "utf-8", "replace"))
            pipe.flush()
            for piece in rest:
                pipe.write(piece.encode(sys.stdout.encoding or "utf-8", "replace"))
    finally:
        process.wait()
        signal.signal(signal.SIGINT, before)
    return True
