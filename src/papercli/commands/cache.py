"""`papers cache info|clear|path`: what servers said, and forgetting it."""

from __future__ import annotations

import sys

from papercli.errors import BadRequest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from papercli.app import App
    from papercli.commands import options


def cache(app: App, job: options.CacheJob, sure: options.Sure) -> None:
    """What servers said, kept for a while: look at it, or forget it.

    Examples:
      papers cache info
      papers cache clear
      papers cache path

    The cache may be deleted at any time. Papers and your marks are in the library, which this never touches.
    """
    folder = app.folder("cache")
    if job == "path":
        app.console.show(f"{folder}\n")
    elif job == "info":
        app.console.show(_info(folder))
    elif sure.yes or _agreed(folder):
        _clear(app, folder)


def _info(folder: str) -> str:
    from papercli.cache_health import examine

    health = examine(folder)
    lines = [("folder", folder), ("size", f"{health.bytes:,} bytes"), ("answers", f"{health.answers:,}")]
    lines += [("oldest", _instant(health.oldest)), ("newest", _instant(health.newest))] if health.answers else []
    lines += [("damaged", f"{health.damage}: papers doctor --fix moves it aside")] if health.damage else []
    return "".join(f"{name:8} {words}\n" for name, words in lines)


def _instant(seconds: float | None) -> str:
    from datetime import UTC, datetime

    try:
        return datetime.fromtimestamp(seconds or 0, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError, TypeError):  # a cache that another hand has written
        return "unknown"


def _agreed(folder: str) -> bool:
    """Whether the person at the terminal says yes. Raises BadRequest where there is nobody to ask."""
    if sys.stdin is None or not sys.stdin.isatty() or sys.stderr is None or not sys.stderr.isatty():
        raise BadRequest(
            "cache clear deletes what servers said, and there is no terminal to ask", hint="say -y to do it"
        )
    sys.stderr.write(f"Delete what is kept in {folder}? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _clear(app: App, folder: str) -> None:
    from papercli.cache_health import clear

    try:
        freed = clear(folder)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise BadRequest(f"the cache cannot be deleted: {reason} ({folder})", hint="papers doctor says why") from error
    app.console.note("cache", f"{freed:,} bytes deleted; the library is as it was" if freed else "the cache is empty")
