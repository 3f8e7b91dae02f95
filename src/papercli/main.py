"""The front door: from the words of the command line to an exit code. Failures become one line here, and only here."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from papercli.app import App
    from papercli.errors import PapercliError


def main(argv: list[str] | None = None) -> int:
    """Run `papers` with `argv` (without the program's name; by default the process's own) and return its exit code."""
    out, err = sys.stdout, sys.stderr
    if out is None:  # closed: look before any file is opened, since descriptor 1 would be used again
        if err is not None:
            err.write("papers: standard output is closed\n")
        return 74
    try:
        return _guarded(sys.argv[1:] if argv is None else argv)
    except BrokenPipeError:
        return _gone(141)
    except KeyboardInterrupt:
        return _gone(130)


def _gone(code: int) -> int:
    """Nobody reads on: what is still buffered must not fail once more while Python shuts down."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return code


def _guarded(argv: list[str]) -> int:
    from papercli.app import App
    from papercli.argv import anywhere, defaults, given, sorted_words

    words = sorted_words(argv)
    if {"--version", "-V"} & set(words.unknown):
        from papercli import __version__

        return _print(f"papers {__version__}\n")
    globals, arguments = anywhere(words), given(words)
    app = App(Given(globals or defaults("anywhere")), os.environ, sys.stdout, sys.stderr)
    run = _typer(app, words) if arguments is None or globals is None else lambda: call(app, words.command, arguments)
    return _reported(app, run)


class Given:
    """Options by name, as attributes."""

    def __init__(self, options: dict[str, Any]) -> None:
        vars(self).update(options)


def call(app: App, command: str, arguments: dict[str, Any]) -> None:
    """Run a command with its arguments: a dict is a group of options."""
    from importlib import import_module

    from papercli.commands import COMMANDS

    given = {name: Given(thing) if isinstance(thing, dict) else thing for name, thing in arguments.items()}
    if "output" in given:
        app.choose_format(given["output"])  # type: ignore[arg-type]
    module, name = COMMANDS[command].split(":")
    getattr(import_module(module), name)(app, **given)


def _typer(app: App, words: Any) -> Callable[[], None]:
    def run() -> None:
        from papercli.cli import run_typer

        run_typer(app, words)

    return run


def _reported(app: App, run: Callable[[], None]) -> int:
    """Run; a failure is told and its exit code returned. A library that turns out damaged is gone without."""
    from papercli.errors import LibraryError, PapercliError

    try:
        try:
            run()
        except LibraryError as error:
            app.console.note("library", f"{error}; this run works without it and keeps nothing")
            app.without_library()
            run()
    except PapercliError as error:
        return _told(app, error)
    except (KeyboardInterrupt, BrokenPipeError):
        raise
    except Exception as error:
        return _bug(app, error)
    return 0


def _told(app: App, error: PapercliError) -> int:
    app.console.fail(error.exit_code, error.kind, str(error), error.hint)
    if os.environ.get("PAPERCLI_DEBUG"):
        raise error
    return error.exit_code


def _bug(app: App, error: Exception) -> int:
    """One line for the reader, and all of it in the crash log for whoever mends it. No values of variables: they may
    hold a token."""
    if os.environ.get("PAPERCLI_DEBUG"):
        raise error
    from papercli.crash import logged

    where = logged(error, app)
    app.console.fail(1, "bug", f"this is a bug in papercli: {type(error).__name__}: {error}", where)
    return 1


def _print(text: str) -> int:
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError:
        return 74
    return 0
