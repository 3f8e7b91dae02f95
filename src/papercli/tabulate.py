"""Prints the table that the fast parser reads (`table.py`), from the Typer program.

    python -m papercli.tabulate > src/papercli/table.py

A test and CI compare the two.
"""

from __future__ import annotations

import sys
from pprint import pformat
from typing import Any

import typer

from papercli.cli import build
from papercli.commands import COMMANDS
from papercli.commands.options import parsers

HEAD = '''"""What the command line may hold, as data. Generated: python -m papercli.tabulate > src/papercli/table.py"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Option = dict[str, Any]

'''


def table() -> str:
    """The text of `table.py`."""
    program: Any = typer.main.get_command(build())
    commands = [program.commands[name] for name in COMMANDS]
    groups: dict[str, dict[str, Any]] = {}
    for param in [param for command in (program, *commands) for param in command.params]:
        if param.param_type_name == "option":
            groups.setdefault(_group(param), {}).update({flag: _option(param) for flag in param.opts})
    parts = {"GROUPS": groups, "TABLE": {command.name: _command(command) for command in commands}}
    lines = (f"{name}: dict[str, Any] = {pformat(part, width=118, sort_dicts=False)}\n" for name, part in parts.items())
    return HEAD + "\n".join(lines)


def _command(command: Any) -> dict[str, Any]:
    arguments = [param for param in command.params if param.param_type_name == "argument"]
    groups = [_group(param) for param in command.params if param.param_type_name == "option"]
    return {
        "help": command.help.split("\n")[0],
        "arguments": [_argument(argument) for argument in arguments],
        "groups": list(dict.fromkeys(groups)),
    }


def _argument(param: Any) -> dict[str, Any]:
    parser = getattr(param.type, "func", None)
    return {
        "name": param.name,
        "many": param.nargs == -1,
        "required": bool(param.required),
        "metavar": param.metavar or param.name.upper(),
        "choices": list(parser.names) if isinstance(parser, parsers.Choice) else [],
    }


def _group(param: Any) -> str:
    return next(group.__name__.lower() for group in parsers.Group.__subclasses__() if param.name in vars(group))


def _option(param: Any) -> dict[str, Any]:
    parser = getattr(param.type, "func", None)
    kind = "flag" if param.is_flag else "text"
    if isinstance(parser, parsers.Choice):
        kind = "choice"
    elif isinstance(parser, parsers.Number):
        kind = "number"
    elif isinstance(parser, parsers.Pattern):
        kind = "pattern"
    return {
        "name": param.name,
        "group": _group(param),
        "flags": list(param.opts),
        "kind": kind,
        "many": bool(param.multiple),
        "default": None if param.multiple else param.default,
        "choices": list(parser.names) if isinstance(parser, parsers.Choice) else [],
        "pattern": parser.regex if isinstance(parser, parsers.Pattern) else "",
        "least": parser.least if isinstance(parser, parsers.Number) else 0,
        "metavar": param.metavar or "",
        "help": param.help,
    }


if __name__ == "__main__":
    sys.stdout.write(table())
