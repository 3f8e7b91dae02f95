"""What may be wrong with an installation, looked at one by one. Every finding says what it is about, how it stands, and
what to do about it."""

from __future__ import annotations

import os
import shlex
import shutil
import sys

from papercli.system.person import is_own, open_to_others
from papercli.system.words import split
from papercli.text import line
from papercli.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from papercli.console import Console

OK, WARNING, PROBLEM = "ok", "warning", "problem"
CLOCK_MAY_DIFFER = 120.0
"""Seconds between this machine's clock and a server's. Ages of what is kept are told in minutes."""


@value
class Finding:
    """One line of a report."""

    subject: str
    words: str
    state: str = OK
    code: int = 0
    """The exit code of a problem."""


def on_path(environ: Mapping[str, str]) -> Finding:
    """Which program the word `papers` starts, and whether it is this one."""
    found, scripts = shutil.which("papers", path=environ.get("PATH", "")), _scripts()
    runs = "python -m papercli runs this one"
    if found is None:
        return Finding("program", f"no papers is on PATH: add {scripts[0]} to PATH; until then {runs}", WARNING)
    if _folder(found) in map(os.path.realpath, scripts):
        return Finding("program", f"papers is {found}")
    if (other := shutil.which("papercli", path=environ.get("PATH", ""))) and _folder(other) in scripts:
        runs = "papercli runs this one"
    what = "another installation of papercli" if _names_papercli(found) else "another program"
    advice = f"put {scripts[0]} before {os.path.dirname(found)} on PATH"
    return Finding("program", f"papers is {what}, {found}: {advice}; until then {runs}", WARNING)


def _scripts() -> list[str]:
    """Where this Python's installers put commands."""
    import sysconfig

    user = sysconfig.get_path("scripts", sysconfig.get_preferred_scheme("user"))
    return [os.path.realpath(sysconfig.get_path("scripts")), os.path.realpath(user)]


def _folder(program: str) -> str:
    """The folder of the program itself: pipx and uv put a link elsewhere."""
    return os.path.dirname(os.path.realpath(program))


def _names_papercli(program: str) -> bool:
    try:
        with open(program, "rb") as file:
            return b"papercli" in file.read(1 << 16)
    except OSError:
        return False


def versions(sqlite: str) -> list[Finding]:
    """Of papercli, Python and SQLite, and of the packages that papercli needs."""
    import re
    from importlib import metadata

    from papercli import __version__

    python = ".".join(map(str, sys.version_info[:3]))
    found = [Finding("versions", f"papercli {__version__}, Python {python}, SQLite {sqlite}")]
    try:
        needed = [need for need in metadata.requires("papercli") or () if "extra ==" not in need]
    except metadata.PackageNotFoundError:
        return [*found, Finding("packages", "papercli runs without being installed: pip install papercli", WARNING)]
    installed, missing = [], []
    for name in (re.split(r"[^A-Za-z0-9._-]", need)[0] for need in needed):
        try:
            installed.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        words = f"not installed: {', '.join(missing)}: {os.path.basename(sys.executable)} -m pip install papercli"
        return [*found, Finding("packages", words, PROBLEM, 2)]
    return [*found, Finding("packages", ", ".join(installed))]


def folder(kind: str, path: str) -> Finding:
    """Whether the folder for "config", "data", "cache" or "state" is, or can be, this person's own."""
    state, code = (PROBLEM, 7) if kind == "data" else (WARNING, 0)
    below = path
    while not os.path.lexists(below) and os.path.dirname(below) != below:
        below = os.path.dirname(below)
    if not os.path.isdir(below):
        return Finding(kind, f"{below} is not a folder: move it away, or set PAPERCLI_HOME to another", state, code)
    own = is_own(os.stat(below))
    if not os.access(below, os.W_OK | os.X_OK):
        whose = "be written: chmod u+rwx it" if own else "be written, and belongs to another user: chown it"
        return Finding(kind, f"{below} cannot {whose}, or set PAPERCLI_HOME to another folder", state, code)
    if below != path:
        return Finding(kind, f"{path} is not there yet; it is made when needed")
    if not own:
        return Finding(kind, f"{path} belongs to another user: chown it, or set PAPERCLI_HOME", WARNING)
    return _private(kind, path)


def _private(kind: str, path: str) -> Finding:
    """Whether others may look into the folder, or into the library in it."""
    for each in (path, os.path.join(path, "library.db")):
        if os.path.exists(each) and (mode := open_to_others(os.stat(each))):
            return Finding(kind, f"{each} is open to others (mode {mode:o}): chmod go= {shlex.quote(each)}", WARNING)
    return Finding(kind, path)


def clock(date: str, now: float) -> Finding:
    """How far this machine's clock (`now`, seconds since 1970) is from a server's Date header (RFC 9110, 6.6.1)."""
    from email.utils import parsedate_to_datetime

    try:
        ahead = now - parsedate_to_datetime(date).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return Finding("clock", "the server does not say what time it is")
    if abs(ahead) <= CLOCK_MAY_DIFFER:
        return Finding("clock", f"within {max(1, round(abs(ahead)))} s of the server's")
    way = "ahead of" if ahead > 0 else "behind"
    words = f"{_spoken(abs(ahead))} {way} the server's: set this machine's clock, or what is kept looks too new or old"
    return Finding("clock", words, WARNING)


def _spoken(seconds: float) -> str:
    for size, unit in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{round(seconds / size)} {unit}"
    return f"{round(seconds)} seconds"


def terminal(console: Console, environ: Mapping[str, str], pager: str | None) -> list[Finding]:
    """What standard output can do, and whether there is a pager. `pager` is the one that the settings name, or None."""
    named = line(environ.get("TERM", ""), 100) or "no TERM"
    can = {"colour": console.color, "links": console.links, "Unicode": console.unicode}
    able = ", ".join(name for name, has in can.items() if has) or "plain text"
    if not console.is_terminal:
        return [Finding("terminal", "standard output is no terminal: papers are printed as tab-separated lines")]
    found = [Finding("terminal", f"{named}, {console.width} columns, {console.height} rows; {able}")]
    if not console.unicode and not console.plain:
        words = "its letters are not UTF-8, so signs are replaced: set LANG, for example to C.UTF-8"
        found = [Finding("terminal", f"{found[0].words}; {words}", WARNING)]
    return [*found, _pager(environ.get("PAGER", "less") if pager is None else pager, environ)]


def _pager(wanted: str, environ: Mapping[str, str]) -> Finding:
    try:
        command = split(wanted)
    except ValueError:
        words = f"the pager “{wanted}” has a quote without an end: change output.pager, PAPERCLI_PAGER or PAGER"
        return Finding("pager", words, WARNING)
    if not command or command[0] == "cat":
        return Finding("pager", "none: long output scrolls by")
    if found := shutil.which(command[0], path=environ.get("PATH")):
        return Finding("pager", found)
    words = f"{command[0]} is not on PATH, so long output scrolls by: install it, or set output.pager to another"
    return Finding("pager", words, WARNING)
