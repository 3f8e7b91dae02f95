"""Surroundings that nobody wished for: environments that lie, homes that are missing, another's, or cannot be written.
A reading command shows its papers all the same, in a documented way, and says at most a line about it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from .nest import Nest, Ran
from .streams import fine
from .trial import Trial
from .world import copied, lived_in, world

NOBODY = 54_321


def suite(trial: Trial) -> None:
    """Environments, then homes."""
    with world() as (nest, _, folder):
        template = folder / "template"
        lived_in(nest, template)
        surroundings(trial, nest, template, folder / "home")


def surroundings(trial: Trial, nest: Nest, template: Path, home: Path) -> None:
    """Environments that nobody wished for: a reading command shows its papers, whatever else it must say."""
    variables: dict[str, dict[str, str | None]] = {
        **{f"COLUMNS={text}": {"COLUMNS": text} for text in ("0", "-1", "1", "x", "٨٠", "9" * 400, "20", "500")},
        **{f"TERM={text}": {"TERM": text} for text in ("", "dumb", "nonsense", "\x1b[2J")},
        **{f"PAGER={text}": {"PAGER": text, "PAPERCLI_PAGER": None} for text in PAGERS},
        **{f"LANG={text}": {"LANG": text} for text in ("tr_TR.UTF-8", "C", "../../x", "é")},
        **{f"TZ={text}": {"TZ": text} for text in ZONES},
        "no variables": dict.fromkeys(nest.environ) | {"PAPERCLI_HOME": str(home)},
        "no TERM": {"TERM": None}, "no PATH": {"PATH": None}, "LINES=0": {"LINES": "0"},
        "NO_COLOR": {"NO_COLOR": "1", "FORCE_COLOR": "1"}, "FORCE_COLOR": {"FORCE_COLOR": "3", "CLICOLOR_FORCE": "1"},
        "proxies": {"HTTP_PROXY": "://", "ALL_PROXY": "socks4://x", "NO_PROXY": "[::1]"},
        "SSL_CERT_FILE": {"SSL_CERT_FILE": "/nowhere"}, "PYTHONWARNINGS": {"PYTHONWARNINGS": "error"},
        "PYTHONOPTIMIZE": {"PYTHONOPTIMIZE": "2"}, "PYTHONDEVMODE": {"PYTHONDEVMODE": "1"},
    }  # fmt: skip
    usual = nest.run("--offline", "today", "-o", "ids", home=copied(template, home))
    for case in trial.named([f"with {name}" for name in variables], what="environments"):
        env = variables[case.removeprefix("with ")]
        ran = nest.run("--offline", "today", "-o", "ids", home=home, env=env)
        trial.check(fine(ran, {0}) and ran.out == usual.out, f"'{case}'", f"today -o ids: {ran}")
        ran = nest.run("--offline", "today", "-o", "cards", home=home, env=env)
        trial.check(fine(ran, {0}) and len(ran.out) > 1_000, f"'{case}'", f"cards: {ran}")
    for case in trial.named([f"home {name}" for name in HOMES], what="homes"):
        copied(template, home)
        with trial.case(f"'{case}'"):
            odd_home(trial, f"'{case}'", nest, home, case.removeprefix("home "), usual)
        restore(home)


PAGERS = ("", "nonsense", "'", "false", "/etc/passwd")
ZONES = ("", "nonsense", "Pacific/Kiritimati", "../../etc/passwd", ":", "A" * 300)
HOMES = (
    "unset", "relative", "empty", "/dev/null", "no passwd entry", "not ours", "unreadable", "read-only", "umask 000",
    "umask 777", "few descriptors", "no /tmp", "a file in its place", "state is a file", "cache is a file", "long",
)  # fmt: skip
NO_HOME: dict[str, str | None] = {"PAPERCLI_HOME": None}


def odd_home(trial: Trial, case: str, nest: Nest, home: Path, what: str, usual: Ran) -> None:
    """Whatever the home is like, `today` prints the listing, from the network where nothing is kept."""
    options: dict[str, object] = {"home": home}
    if what in ("unset", "relative", "empty", "/dev/null"):
        options = {"env": NO_HOME | {"HOME": {"unset": None, "relative": "./x", "empty": ""}.get(what, what)}}
        options["cwd"] = str(home)
    elif what == "no passwd entry":
        options = {"env": NO_HOME | {"HOME": None}, "uid": NOBODY}
    elif what in ("not ours", "unreadable", "read-only"):
        for path in (home, *home.rglob("*")):
            if what != "read-only" and (path == home or "config" in path.parts):
                path.chmod(0o755 if path.is_dir() else 0o644)
                continue
            mode = {"not ours": 0o700, "unreadable": 0o000, "read-only": 0o555}[what]
            path.chmod(mode & 0o666 if path.is_file() and what == "read-only" else mode)
        options["uid"] = NOBODY
    elif what.startswith("umask"):
        shutil.rmtree(home)
        options["umask"] = int(what[6:], 8)
    elif what == "few descriptors":
        options["limits"] = {"NOFILE": 16}
    elif what == "no /tmp":
        options["env"] = {"TMPDIR": "/nowhere", "TEMP": "/nowhere", "TMP": "/nowhere"}
    elif what == "a file in its place":
        shutil.rmtree(home)
        home.write_text("mine")
    elif what == "long":
        options["home"] = home / ("x" * 250) / ("y" * 250)
    else:
        shutil.rmtree(home / what.split()[0])
        (home / what.split()[0]).write_text("mine")
    if "uid" in options and os.geteuid() != 0:
        trial.note("homes of other users need root, and were not tried")
        return
    ran = nest.run("today", "-o", "ids", **options)  # type: ignore[arg-type]
    trial.check(fine(ran, {0}) and ran.out == usual.out, case, f"today -o ids: {ran}")
    trial.check(ran.err.count("\n") <= 2, case, f"more than a line: {ran}")
    if what.startswith("umask"):
        open_ = [path for path in home.rglob("*") if path.stat().st_mode & 0o077]
        trial.check(not open_, case, f"open to others: {open_}")
    done = nest.run("star", "2607.99009", **options)  # type: ignore[arg-type]
    lasts = nest.run("list", "--starred", "-o", "ids", **options)  # type: ignore[arg-type]
    kept = done.code == 0 and "2607.99009" in lasts.text
    trial.check(fine(done, {0, 7}) and (kept or done.code == 7), case, f"star: {done}; then {lasts}")


def restore(home: Path) -> None:
    """So that the next case can remove it."""
    if home.is_file():
        home.unlink()
        return
    for path in (home, *home.rglob("*")):
        path.chmod(0o700)
