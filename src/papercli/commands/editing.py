"""The person's own editor, opened on a file of theirs."""

from __future__ import annotations

import os
import subprocess

from papercli.errors import BadRequest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

PLUS_LINE = (
    "sensible-editor", "vi", "vim", "nvim", "gvim", "view", "nano", "pico", "emacs", "emacsclient", "joe", "jed", "kak",
    "mg", "micro", "ne", "mcedit",
)  # fmt: skip
"""Editors that open a file at a line when they are told `+LINE FILE`."""

GO_TO_LINE = ("code", "code-insiders", "codium", "cursor")
"""... when they are told `--goto FILE:LINE`."""


def edit(path: str, environ: Mapping[str, str], line: int = 0) -> None:
    """Open the file in VISUAL, EDITOR or an editor that is there, at a line (from 1) if it can, and wait for its end.

    Raises BadRequest when there is none, or it cannot be started or ends with a failure.
    """
    command = _editor(environ)
    name = os.path.splitext(os.path.basename(command[0]))[0]
    where = [path]
    if line and name in PLUS_LINE:
        where = [f"+{line}", path]
    elif line and name in GO_TO_LINE:
        where = ["--goto", f"{path}:{line}"]
    try:
        done = subprocess.run([*command, *where], check=False)  # noqa: S603 - no shell; the person's own editor
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise BadRequest(f"{command[0]} cannot be started: {reason}", hint="set VISUAL or EDITOR") from error
    if done.returncode:
        raise BadRequest(f"{command[0]} ended with {done.returncode}", hint=f"the file is {path}")


def _editor(environ: Mapping[str, str]) -> list[str]:
    import shutil

    from papercli.system.words import split

    for variable in ("VISUAL", "EDITOR"):
        if given := environ.get(variable, "").strip():
            try:
                return split(given)
            except ValueError:
                raise BadRequest(f"{variable} has a quote without an end") from None
    for usual in ("sensible-editor", "nano", "vi", "notepad"):
        if shutil.which(usual, path=environ.get("PATH")):
            return [usual]
    raise BadRequest("no editor was found", hint="set VISUAL or EDITOR to one")
