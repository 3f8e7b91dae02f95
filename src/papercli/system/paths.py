"""Where things live on this machine: config, data, cache and state, each in a folder of its own."""

from __future__ import annotations

import os
import sys

from papercli.errors import BadRequest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = "papercli"
NOWHERE = os.path.join(os.devnull, NAME)
"""A home that nobody can make: what is kept in files is done without."""

# XDG Base Directory Specification 0.8: the variable, and where it points when unset, empty or relative.
_XDG = {
    "config": ("XDG_CONFIG_HOME", ".config"),
    "data": ("XDG_DATA_HOME", ".local/share"),
    "cache": ("XDG_CACHE_HOME", ".cache"),
    "state": ("XDG_STATE_HOME", ".local/state"),
}


def folder(kind: str, environ: Mapping[str, str]) -> str:
    """Absolute path of the folder for "config", "data", "cache" or "state"; it need not exist.

    Raises BadRequest when neither PAPERCLI_HOME nor the system says where that is.
    """
    if home := environ.get("PAPERCLI_HOME"):
        return os.path.join(_absolute(home), kind)
    variable, below_home = _XDG[kind]
    # platformdirs takes twice as long to import as Python to start; on Linux all it does is this (a test compares).
    if os.path.isabs(environ.get(variable, "")):
        return os.path.join(environ[variable], NAME)
    if sys.platform.startswith("linux"):
        return os.path.join(_home(environ), below_home, NAME)
    return _elsewhere(kind)


def _absolute(home: str) -> str:
    try:
        return os.path.abspath(home)
    except OSError as error:
        hint = "go to another folder, or set it to a path that begins with /"
        raise BadRequest("PAPERCLI_HOME counts from this folder, which is gone", hint=hint) from error


def _home(environ: Mapping[str, str]) -> str:
    home = environ.get("HOME", "")
    if not os.path.isabs(home):
        home = os.path.expanduser(f"~{_login()}") if _login() else ""
    if not os.path.isabs(home):
        raise BadRequest("there is no home folder to keep things in", hint="set HOME, or PAPERCLI_HOME to any folder")
    return home


def _login() -> str:
    try:
        import pwd

        return pwd.getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError, AttributeError):
        return ""


def _elsewhere(kind: str) -> str:
    import platformdirs

    where = {
        "config": platformdirs.user_config_dir,
        "data": platformdirs.user_data_dir,
        "cache": platformdirs.user_cache_dir,
        "state": platformdirs.user_state_dir,
    }
    return where[kind](NAME, appauthor=False)
