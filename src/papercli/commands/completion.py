"""`papers completion SHELL`: the script that makes a shell complete `papers`, printed or put where the shell looks."""

from __future__ import annotations

import os

from papercli.errors import BadRequest, OutputError
from papercli.scripts import MARK, PLACES, script
from papercli.system import folders

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from papercli.app import App
    from papercli.commands import options


def completion(app: App, shell: options.Shell) -> None:
    """Completion by Tab: for bash, zsh, fish or PowerShell.

    Examples:
      papers completion install              for the shell that you use
      papers completion bash                 print the script
      eval "$(papers completion bash)"       try it here and now
      papers completion zsh > ~/.zfunc/_papers

    Then papers day 2026-<Tab> offers the days that are known, papers show <Tab> the ids of the last list,
    papers today --sort <Tab> the orders. Run install again after an update, so that new commands are offered.
    """
    if shell != "install":
        app.console.show(script(shell))
        return
    name = _shell_in_use(app.environ)
    paths, advice = _home_of(name, app.environ)
    for path in paths:
        _put(path, script(name))
    written = "".join(f"wrote {path}\n" for path in paths)
    app.console.show(f"{written}{advice}\n")


def _shell_in_use(environ: Mapping[str, str]) -> str:
    name = os.path.basename(environ.get("SHELL", "")).removesuffix(".exe")
    name = {"pwsh": "powershell"}.get(name, name)
    if name in PLACES:
        return name
    told = f"SHELL is {name}, which has no completion here" if name else "SHELL does not say which shell you use"
    raise BadRequest(told, hint=f"print the script with papers completion {'|'.join(PLACES)}, and keep it yourself")


def _home_of(shell: str, environ: Mapping[str, str]) -> tuple[list[str], str]:
    """Where the shell looks for a person's own scripts, and what is left to do."""
    if shell == "bash":
        # github.com/scop/bash-completion, FAQ: loaded by the command's name when it is first completed.
        own = environ.get("BASH_COMPLETION_USER_DIR") or _below(
            environ, "XDG_DATA_HOME", ".local/share", "bash-completion"
        )
        first, second = (os.path.join(own, "completions", name) for name in ("papers", "papercli"))
        advice = f"Open a new shell. Without the package bash-completion, add to ~/.bashrc:  source {first}"
        return [first, second], advice
    if shell == "zsh":
        folder = os.path.join(environ.get("ZDOTDIR") or _home(environ), ".zfunc")
        advice = (
            f"Put this into .zshrc, unless it is there, before compinit is called; then open a new shell:\n"
            f"  fpath=({folder} $fpath)\n  autoload -Uz compinit && compinit"
        )
        return [os.path.join(folder, "_papers")], advice
    if shell == "fish":
        folder = _below(environ, "XDG_CONFIG_HOME", ".config", os.path.join("fish", "completions"))
        return [os.path.join(folder, f"{name}.fish") for name in ("papers", "papercli")], "Open a new shell."
    path = os.path.join(_below(environ, "XDG_CONFIG_HOME", ".config", "powershell"), "papers.completion.ps1")
    return [path], f"Add to the file that $PROFILE names:  . '{path}'"


def _below(environ: Mapping[str, str], variable: str, default: str, name: str) -> str:
    base = environ.get(variable, "")
    return os.path.join(base if os.path.isabs(base) else os.path.join(_home(environ), default), name)


def _home(environ: Mapping[str, str]) -> str:
    home = environ.get("HOME", "")
    if not os.path.isabs(home):
        raise BadRequest("HOME does not say where your home folder is", hint="papers completion bash prints the script")
    return home


def _put(path: str, text: str) -> None:
    """Write the file in one step; a file that is not ours stays."""
    try:
        if os.path.exists(path) and MARK not in _head(path):
            raise BadRequest(f"{path} is there and was not made by papers", hint="move it away, or print the script")
        folders.make(os.path.dirname(path), 0o777)
        folders.replace(path, text.encode(), mode=0o666)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {(error.strerror or str(error)).lower()}") from error


def _head(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read(300)
