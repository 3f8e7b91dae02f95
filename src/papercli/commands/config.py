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
    from papercli.config.kept import File

TAKES = {"get": ("KEY",), "set": ("KEY", "VALUE")}


def config(app: App, job: options.ConfigJob, words: options.Words) -> None:
    """Settings: see them, change them, check them.

    Examples:
      papers config show                       every setting, its value, and where that comes from
      papers config get output.format
      papers config set listing.sort comments
      papers config set sources hf,arxiv:cs.CL
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
        return "put commas between the sources" if given[0] == "sources" else "put a value of several words in quotes"
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
    from papercli.config import written

    app.console.show(f"{written(app.setting(_known(name)))}\n")


def _show(app: App) -> None:
    """A line for each setting, as TOML, with what gave it as a comment."""
    from papercli.config import SETTINGS
    from papercli.config.edit import toml

    rows = []
    for setting in SETTINGS:
        value, origin = _found(app, setting.name)
        if setting.secret and value and " " in value:
            value = f"{value.partition(' ')[0]} …"
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
        origin = f"{origin}:{_lines(app).get(tuple(name.split('.')), 1)}"
    return value, origin or "default"


def _lines(app: App) -> dict[tuple[str, ...], int]:
    from papercli.config.places import lines
    from papercli.config.toml import text_read

    return lines(text_read(_file(app)))


def _file(app: App) -> File:
    from papercli.config import file_at

    return file_at(app.config.path)


def _set(app: App, name: str, text: str) -> None:
    """One value in the file, which is made when there is none."""
    from papercli.config import NAMED
    from papercli.config.edit import change, with_value

    setting = NAMED[_known(name)]
    try:
        value = setting.meant(text)
    except ValueError as error:
        hint = f"for example: papers config set {name} {setting.example}" if setting.kind == "list" else ""
        raise BadRequest(f"{error}, not “{text}”", hint=hint) from None
    file = _file(app)
    change(file, app.folder("state"), lambda before: with_value(file, before, name, value))
    for variable in _overriding(app, name):
        app.console.note("config", f"{variable} is set, and beats the file")


def _overriding(app: App, name: str) -> list[str]:
    from papercli.config import NAMED

    return [variable for variable in NAMED[name].variables if app.environ.get(variable)]


def _init(app: App) -> None:
    from papercli.config.edit import make
    from papercli.config.template import template

    path = app.config.path
    if not make(_file(app), template()):
        raise BadRequest(f"{path} is there already, and was not changed", hint="papers config edit opens it")
    app.console.show(f"{path}\n")


def _edit(app: App) -> None:
    """Open the file in an editor, and check what was written."""
    from papercli.commands.editing import edit
    from papercli.config.edit import make
    from papercli.config.template import template

    make(_file(app), template())
    edit(app.config.path, app.environ)
    _validate(app)


def _validate(app: App) -> None:
    """Say that the file is fine, or what is wrong with it: all of it, the first last, with the exit code."""
    from papercli.config.file import problems
    from papercli.config.toml import tables_of, text_read

    path, file = app.config.path, _file(app)
    if not os.path.lexists(path):
        app.console.note("config", f"there is no {path}; papers config init makes one")
        return
    text = text_read(file)
    wrong = problems(file, text, tables_of(file, text))
    for other in wrong[1:]:
        app.console.note("config", f"{other}; {other.hint}" if other.hint else str(other))
    if wrong:
        raise wrong[0]
    app.console.note("config", f"{path} is fine")
