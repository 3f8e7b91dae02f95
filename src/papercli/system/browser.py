"""The reader's own browser: started with an address and nothing else, never through a shell."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys

from papercli.system.words import split

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

IN_THE_TERMINAL = ("w3m", "lynx", "links", "links2", "elinks", "browsh", "carbonyl", "cha", "chawan", "www-browser")
"""Browsers that draw on the terminal, and are waited for."""

A_MOMENT = 3.0
"""Seconds in which a browser with a window may say that it cannot open one."""

WITHOUT_DISPLAY = ("wslview", "termux-open-url")
WITH_DISPLAY = ("xdg-open", "x-www-browser", "sensible-browser")


class Browser:
    """What opens a page: each program of BROWSER in turn, else the system's own opener."""

    def __init__(self, environ: Mapping[str, str], platform: str = sys.platform) -> None:
        self._environ, self._platform = environ, platform
        self._commands, self._why = _commands(environ, platform)

    def open(self, url: str) -> str:
        """Open `url`, which begins with https://. "" when that went well, else why it did not, in a clause."""
        if not url.startswith("https://"):
            raise ValueError(f"not an address to open: {url!r}")
        if not self._commands and not self._why:
            return _by_windows(url)
        for command in self._commands:
            if not (why := self._run(_with(command, url))):
                return ""
            self._why = why
        return self._why

    def _run(self, command: Sequence[str]) -> str:
        name = os.path.basename(command[0])
        stays = name not in IN_THE_TERMINAL and _has_display(self._environ, self._platform)
        try:
            process = subprocess.Popen(command, **(_apart() if stays else _together()))  # noqa: S603 - argv only
            code = process.wait(A_MOMENT if stays else None)
        except subprocess.TimeoutExpired:
            process.returncode = 0  # it runs, and is left alone
            return ""
        except OSError as error:
            return f"{name} cannot be started: {(error.strerror or str(error)).lower()}"
        return f"{name} could not open it (exit code {code})" if code else ""


def _commands(environ: Mapping[str, str], platform: str) -> tuple[list[list[str]], str]:
    """The commands to try, in order, and why there is none; neither where Windows opens it without one."""
    if asked := environ.get("BROWSER", ""):
        found = [command for each in asked.split(os.pathsep) if (command := _split(each)) and _is_there(command[0])]
        return found, "" if found else "BROWSER names no program that is there"
    if platform == "win32":
        return [], ""
    if platform == "darwin":
        names: tuple[str, ...] = ("open",)
    else:
        names = (*WITHOUT_DISPLAY, *(WITH_DISPLAY if _has_display(environ, platform) else ()))
    found = [[name] for name in names if _is_there(name)]
    why = "no browser was found" if _has_display(environ, platform) else "there is no display for a browser"
    return found, "" if found else f"{why}, and BROWSER names none"


def _split(command: str) -> list[str]:
    """The words of a command in BROWSER; [] when it is none. A final & says not to wait, which is seen to anyway."""
    try:
        words = split(command)
    except ValueError:
        return []
    return words[:-1] if words[-1:] == ["&"] else words


def _is_there(program: str) -> bool:
    return shutil.which(program) is not None


def _with(command: Sequence[str], url: str) -> list[str]:
    """The command's words with the address in the place of %s, else behind them; %% is a percent sign."""
    words = [re.sub("%[s%]", lambda found: url if found[0] == "%s" else "%", word) for word in command]
    return words if any("%s" in word.replace("%%", "") for word in command) else [*words, url]


def _has_display(environ: Mapping[str, str], platform: str) -> bool:
    if platform in ("win32", "darwin"):
        return True
    return any(environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def _apart() -> dict[str, Any]:
    """A browser with a window is not stopped by Ctrl-C in the terminal, and does not write on it."""
    silent: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    if sys.platform == "win32":
        return {**silent, "creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {**silent, "start_new_session": True}


def _together() -> dict[str, Any]:
    """One on the terminal gets the terminal. Standard output stays ours where it is none."""
    on_terminal = sys.stdout is not None and sys.stdout.isatty()
    typed = sys.stdin is not None and sys.stdin.isatty()
    return {"stdin": None if typed else subprocess.DEVNULL, "stdout": None if on_terminal else _aside()}


def _aside() -> int:
    try:
        return sys.stderr.fileno()
    except (OSError, ValueError, AttributeError):
        return subprocess.DEVNULL


def _by_windows(url: str) -> str:
    try:
        os.startfile(url)  # type: ignore[attr-defined,unused-ignore]  # noqa: S606 - ShellExecute, no command line
    except (OSError, AttributeError) as error:
        return f"the system did not open it: {(getattr(error, 'strerror', '') or str(error)).lower()}"
    return ""
