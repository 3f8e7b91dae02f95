"""The Typer program, built from the commands and their options; the fast parser's table is generated from it.

Imported for help, for mistakes, and for whatever the fast parser leaves alone.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import re
from importlib import import_module
from typing import Any, get_args, get_type_hints

import typer

from papercli import __doc__ as about
from papercli.argv import Words, for_typer
from papercli.commands import COMMANDS, call, options
from papercli.commands.help import topic
from papercli.commands.options import parsers
from papercli.errors import BadRequest
from papercli.render import FORMATS
from papercli.table import GROUPS, TABLE
from papercli.topics import SUMMARIES

EXAMPLES = """
\b
Examples:
  papers today                      the newest Daily Papers listing
  papers day friday -k diffusion    one day's, by keyword
  papers show 3                     all about row 3 of the last list
  papers --demo today               made-up papers, no network
"""


def build(app: Any = None) -> typer.Typer:
    """The program. Its commands act on `app`; without one it is good for reading only."""
    program = typer.Typer(
        name="papers",
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    topics = f"papers help TOPIC tells of {', '.join(SUMMARIES)}."
    program.callback(help=f"{about}\n{EXAMPLES}", epilog=topics)(_spread_out(_anywhere, lambda given: None))
    for name, place in COMMANDS.items():
        module, function = place.split(":")
        command = getattr(import_module(module), function)
        program.command(name, help=_help(command), epilog=EVERYWHERE)(
            _spread_out(command, lambda given, name=name: call(app, name, given))
        )
    return program


def run_typer(app: Any, words: Words) -> str:
    """Let Typer read the words and run the command, or return the help that they ask for.

    Raises BadRequest for what it finds wrong.
    """
    if words.lacking:
        raise BadRequest(
            f"{words.lacking} needs a value", hint=f"papers {words.command or ''} --help".replace("  ", " ")
        )
    line = for_typer(words)
    if words.command == "help":
        if text := topic("".join(words.texts[:1])):
            return text
        line = [*_command_named(words.texts[:1]), "--help"]
    elif not words.command and not words.unknown and not words.early:
        line = ["--help"]
    program = typer.main.get_command(build(app))
    help = io.StringIO()  # Typer prints; but only the console may, which knows what to say when it cannot
    try:
        with contextlib.redirect_stdout(help):
            program.main(line, prog_name="papers", standalone_mode=False)
    except Exception as error:
        # Typer's own Click is private: its errors are known by what they can do.
        if not hasattr(error, "format_message"):
            raise
        raise _bad_request(error, words) from None
    return help.getvalue()


def _command_named(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if name not in COMMANDS:
            from difflib import get_close_matches

            close = get_close_matches(name, [*COMMANDS, *SUMMARIES], 3, 0.5)
            hint = f"did you mean {' or '.join(close)}?" if close else f"topics are {', '.join(SUMMARIES)}"
            raise BadRequest(f"no such command or topic: {name}", hint=hint)
    return names


def _anywhere(anywhere: options.Anywhere) -> None:
    """The options before the command's name. They are read by the fast parser; here they are only described."""


EVERYWHERE = (
    "Every command also takes --demo, --offline, --refresh, --color, --no-pager, --plain, -q and -v: papers --help."
)


def _help(command: Any) -> str:
    """The docstring, with its examples kept line by line."""
    return inspect.getdoc(command).replace("Examples:\n", "\b\nExamples:\n")  # type: ignore[union-attr]


def _spread_out(command: Any, act: Any) -> Any:
    """A function as Typer wants it: every option of every group in its own right; `act` gets them in their groups."""
    hints = get_type_hints(command, localns={"options": options, "App": object}, include_extras=True)
    groups = {name: hint for name, hint in hints.items() if isinstance(hint, type) and issubclass(hint, parsers.Group)}
    single = [name for name in inspect.signature(command).parameters if name not in groups and name != "app"]
    parameters = [_argument(name, hints[name]) for name in single]
    parameters += [parameter for group in groups.values() for parameter in _options(group)]

    def run(**given: Any) -> None:
        gathered = {name: {each.name: given[each.name] for each in _options(group)} for name, group in groups.items()}
        act({name: given[name] for name in single} | gathered)

    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return run


def _argument(name: str, hint: Any) -> inspect.Parameter:
    optional = type(None) in get_args(get_args(hint)[0])
    return inspect.Parameter(name, _KEYWORD, annotation=hint, default=None if optional else inspect.Parameter.empty)


_KEYWORD = inspect.Parameter.KEYWORD_ONLY


def _options(group: type[parsers.Group]) -> list[inspect.Parameter]:
    hints = get_type_hints(group, include_extras=True)
    return [inspect.Parameter(n, _KEYWORD, annotation=hint, default=vars(group)[n]) for n, hint in hints.items()]


def _bad_request(error: Any, words: Words) -> BadRequest:
    """Click's words in our form: one sentence, and a hint that helps."""
    message = re.split(r"\n| \(Possible| Did you mean", str(error.format_message()).strip())[0].rstrip(". ")
    possible = list(getattr(error, "possibilities", None) or ())
    if words.command and words.command not in COMMANDS and not words.early:
        from difflib import get_close_matches

        message, possible = f"no such command: {words.command}", get_close_matches(words.command, COMMANDS, 3, 0.5)
    wrong = str(getattr(error, "option_name", ""))
    if words.command in COMMANDS and wrong.lstrip("-") in FORMATS:
        possible = [f"-o {wrong.lstrip('-')}"]
    asked = f"papers {words.command} --help" if words.command in COMMANDS else "papers --help"
    hint = f"did you mean {' or '.join(sorted(possible)[:3])}?" if possible else f"{asked} lists what there is"
    if wrong in words.early and any(wrong in GROUPS[group] for group in TABLE.get(words.command, {}).get("groups", ())):
        hint = f"it belongs to the command: papers {words.command} {wrong}"
    return BadRequest(message[:1].lower() + message[1:], hint=hint)
