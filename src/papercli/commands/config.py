"""`papers config`: what the settings are, where each comes from, and changing them."""

from __future__ import annotations

import os

from papercli.errors import BadRequest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from papercli.app import App
    from papercli.commands import options

TAKES = {"get": ("KEY",), "set": ("KEY", "VALUE")}


def config(app: App, job: options.ConfigJob, words: options.Words) -> None:
    """Settings: see them, change them, check them.

    Examples:
      papers config show                       every setting, its value, and where that comes from
      papers config get output.format
      papers config set listing.sort comments
      papers config init                       write a config.toml that explains itself
      papers config edit                       open it in your editor
      papers config validate
      papers config path

    A flag beats the environment (PAPERCLI_LISTING_SORT for listing.sort), and that beats config.toml.
    """
    given, takes = list(words or ()), TAKES.get(job, ())
    if len(given) != len(takes):
        raise BadRequest(f"config {job} takes {' and '.join(takes) or 'nothing more'}", hint=_example(job, given))
    jobs: dict[str, Callable[..., None]] = {
        "path": _path,
        "show": _show,
        "get": _get,
        "set": _set,
        "edit": _edit,
        "init": _init,
        "validate": _validate,
    }
    jobs[job](app, *given)


def _example(job: str, given: list[str]) -> str:
    if job == "set" and len(given) > 2:
        return "put a value of several words in quotes"
    lines = {"set": "papers config set listing.sort comments", "get": "papers config get listing.sort"}
    return f"for example: {lines.get(job, f'papers config {job}')}"


def _path(app: App) -> None:
    app.console.show(f"{app.config.path}\n")


def _known(name: str) -> str:
    from papercli.config import NAMED

    if name not in NAMED:
        from papercli.config.file import meant_by

        raise BadRequest(f"there is no setting {name}", hint=meant_by(name))
    return name


def _get(app: App, name: str) -> None:
    value = app.setting(_known(name))
    app.console.show(("" if value is None else str(value).lower() if isinstance(value, bool) else str(value)) + "\n")


def _show(app: App) -> None:
    """A line for each setting, as TOML, with what gave it as a comment."""
    from papercli.config import SETTINGS
    from papercli.config.edit import toml

    rows = []
    for setting in SETTINGS:
        value, origin = _found(app, setting.name)
        rows.append((f"{setting.name} = {toml(value)}" if value is not None else f"# {setting.name} =", origin))
    wide = max(len(words) for words, _ in rows)
    app.console.show("".join(f"{words:{wide}}  # {origin}\n" for words, origin in rows))


def _found(app: App, name: str) -> tuple[Any, str]:
    """The value of a setting, and what gave it: a flag, a variable, a line of the file, or "default"."""
    from papercli.app import FLAGS

    if (flag := FLAGS.get(name, "")) in app.typed:
        return app.setting(name), f"--{flag}"
    value, origin = app.config.found(name)
    if origin == app.config.path:
        origin = f"{origin}:{_lines(origin).get(tuple(name.split('.')), 1)}"
    return value, origin or "default"


def _lines(path: str) -> dict[tuple[str, ...], int]:
    from papercli.config.file import text_of
    from papercli.config.places import lines

    return lines(text_of(path, _read(path)))


def _read(path: str) -> bytes:
    from papercli.config import MAX_BYTES

    try:
        with open(path, "rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise BadRequest(f"{path} cannot be read: {(error.strerror or str(error)).lower()}") from error


def _set(app: App, name: str, text: str) -> None:
    """One value in the file, which is made when there is none; only one process of this person at a time."""
    from papercli.config.edit import change
    from papercli.lock import Lock

    path = app.config.path
    with Lock(os.path.join(app.folder("state"), "config.lock"), timeout=10):
        change(path, _known(name), text)
    for variable in _overriding(app, name):
        app.console.note("config", f"{variable} is set, and beats the file")


def _overriding(app: App, name: str) -> list[str]:
    from papercli.config import NAMED

    return [variable for variable in NAMED[name].variables if app.environ.get(variable)]


def _init(app: App) -> None:
    from papercli.config.edit import make

    path = app.config.path
    if not make(path):
        raise BadRequest(f"{path} is there already, and was not changed", hint="papers config edit opens it")
    app.console.show(f"{path}\n")


def _edit(app: App) -> None:
    """Open the file in VISUAL, EDITOR or an editor that is there, and check what was written."""
    import subprocess

    from papercli.config.edit import make

    path, command = app.config.path, _editor(app)
    make(path)
    try:
        done = subprocess.run([*command, path], check=False)  # noqa: S603 - no shell; the person's own editor
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise BadRequest(f"{command[0]} cannot be started: {reason}", hint="set VISUAL or EDITOR") from error
    if done.returncode:
        raise BadRequest(f"{command[0]} ended with {done.returncode}", hint=f"the file is {path}")
    _validate(app)


def _editor(app: App) -> list[str]:
    import shlex
    import shutil

    for variable in ("VISUAL", "EDITOR"):
        if given := app.environ.get(variable, "").strip():
            try:
                return shlex.split(given, posix=os.name == "posix")
            except ValueError:
                raise BadRequest(f"{variable} has a quote without an end") from None
    for usual in ("sensible-editor", "nano", "vi", "notepad"):
        if shutil.which(usual, path=app.environ.get("PATH")):
            return [usual]
    raise BadRequest("no editor was found", hint="set VISUAL or EDITOR to one")


def _validate(app: App) -> None:
    """Say that the file is fine, or what is wrong with it: all of it, the first last, with the exit code."""
    from papercli.config.file import problems, tables_of, text_of

    path = app.config.path
    if not os.path.lexists(path):
        app.console.note("config", f"there is no {path}; papers config init makes one")
        return
    text = text_of(path, _read(path))
    wrong = problems(path, text, tables_of(path, text))
    for other in wrong[1:]:
        app.console.note("config", f"{other}; {other.hint}" if other.hint else str(other))
    if wrong:
        raise wrong[0]
    app.console.note("config", f"{path} is fine")
