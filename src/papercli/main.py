"""The front door: from the words of the command line to an exit code. Failures become one line here, and only here."""

from __future__ import annotations

import gc
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from papercli.app import App
    from papercli.argv import Words
    from papercli.errors import PapercliError
    from papercli.table import Option

OUTPUT_FAILED, INTERRUPTED, READER_GONE = 74, 130, 141


def main(argv: list[str] | None = None) -> int:
    """Run `papers` with `argv` (without the program's name; by default the process's own, which then may end here) and
    return its exit code."""
    try:
        code = _ran(sys.argv[1:] if argv is None else argv)
        _let_go()
    except KeyboardInterrupt:
        code = INTERRUPTED
    if argv is None:
        _end(code)
    return code


def _ran(argv: list[str]) -> int:
    if sys.stdout is None:  # closed: look before any file is opened, since descriptor 1 would be used again
        if sys.stderr is not None:
            sys.stderr.write("papers: standard output is closed\n")
        return OUTPUT_FAILED
    try:
        return _run(argv)
    except BrokenPipeError:
        return READER_GONE
    except Exception as error:
        return _last_words(error)


def _last_words(error: Exception) -> int:
    """One line where even the modules cannot be loaded that know how a failure is told."""
    if sys.stderr is not None:
        said = " ".join(f"{type(error).__name__}: {error}".split())
        sys.stderr.write(f"papers: cannot go on: {said.encode('ascii', 'backslashreplace').decode()}\n")
    return OUTPUT_FAILED if isinstance(error, OSError | ImportError | MemoryError) else 1


def _end(code: int) -> None:
    """Get ready for the end of the process, and end it where a server was asked.

    A thread that asked may still be on its way out. If it leaves OpenSSL while the end of the process takes OpenSSL
    apart, the process crashes; so that is left to the system. If it writes down how things stand, it may end that.
    """
    gc.freeze()  # collecting what the modules hold would cost a tenth of the run
    if "ssl" in sys.modules:
        import atexit

        atexit._run_exitfuncs()
        _let_go()
        if folders := sys.modules.get("papercli.system.folders"):
            folders.settle()
        os._exit(code)


def _let_go() -> None:
    """What is still buffered and cannot be written must not fail once more while Python shuts down."""
    for stream, descriptor in ((sys.stdout, 1), (sys.stderr, 2)):
        try:
            if stream is not None:
                stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), descriptor)


def _run(argv: list[str]) -> int:
    if argv[:1] == ["_complete"]:  # a shell asks, at every press of Tab
        from papercli.completion import complete

        return complete(argv[1:], os.environ, sys.stdout)
    from papercli.app import App
    from papercli.argv import anywhere, defaults, given, sorted_words
    from papercli.commands import Given, call

    words = sorted_words(argv)
    everywhere, arguments = anywhere(words), given(words)
    options: Any = Given(everywhere or defaults("anywhere"))
    typed = {option["name"] for option, _ in (*words.anywhere, *words.options)}
    app = App(options, os.environ, sys.stdout, sys.stderr, typed=typed)
    app.console.json = any(_is_json(option, text) for option, text in words.options)
    if {"--version", "-V"} & {*words.unknown, *words.early}:
        from papercli import __version__

        return _reported(app, lambda: app.console.show(f"papers {__version__}\n"))
    if arguments is None or everywhere is None:
        return _reported(app, lambda: _ask_typer(app, words))
    return _reported(app, lambda: call(app, words.command, arguments))


def _is_json(option: Option, text: str) -> bool:
    """Whether JSON is asked for: then failures are JSON too, those of the command line itself among them."""
    chosen = option["name"] == "output" and text in ("json", "jsonl")
    return chosen or "--json" in option["flags"] or "--jsonl" in option["flags"]


def _ask_typer(app: App, words: Words) -> None:
    from papercli.cli import run_typer

    if help := run_typer(app, words):
        app.console.show(help)


def _reported(app: App, run: Callable[[], None]) -> int:
    """Run; a failure is told, and its exit code returned. A library that turns out damaged is done without."""
    from papercli.errors import LibraryError, PapercliError

    try:
        try:
            run()
        except LibraryError as error:
            if app.console.has_shown or app.must_last:
                raise
            app.console.note("library", f"{error}; this run works without it and keeps nothing")
            app.without_library()
            run()
        app.finish()
    except PapercliError as error:
        app.finish()
        return _failed(app, error)
    except (KeyboardInterrupt, BrokenPipeError):
        raise
    except Exception as error:
        return _bug(app, error)
    return 0


def _failed(app: App, error: PapercliError) -> int:
    if app.environ.get("PAPERCLI_DEBUG"):
        _traceback(error)
    app.console.fail(error)
    return error.exit_code


def _bug(app: App, error: Exception) -> int:
    """One line for the reader, and all of it in the crash log for whoever mends it; unless the machine is at fault."""
    from papercli.errors import OutputError, PapercliError
    from papercli.system.lacking import lacking

    if why := lacking(error):
        failure = OutputError(f"the output cannot be written: {why}")
        failure.__cause__ = error
        return _failed(app, failure)
    if app.environ.get("PAPERCLI_DEBUG"):
        _traceback(error)
    from papercli.crash import logged

    app.console.fail(PapercliError(f"a bug in papercli: {type(error).__name__}: {error}", hint=logged(error, app)))
    return 1


def _traceback(error: Exception) -> None:
    import traceback

    traceback.print_exception(error)
