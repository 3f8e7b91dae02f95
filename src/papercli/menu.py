"""The names on the program's menu: every command, every option that goes with it, and what each is for, in a line."""

from __future__ import annotations

from papercli.table import GROUPS, TABLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from papercli.table import Option

HELP = "Show what it does and takes."


def command_names() -> dict[str, str]:
    """Every command, and what it does."""
    return {name: entry["help"] for name, entry in TABLE.items()} | {"help": "What a command or a topic is about."}


def options(command: str) -> dict[str, Option]:
    """Every option that may stand on a line with `command` ("" while there is none), under each of its spellings."""
    found: dict[str, Option] = {}
    for group in (*TABLE.get(command, {}).get("groups", ()), "anywhere"):
        found |= GROUPS[group]
    return found


def option_names(command: str) -> dict[str, str]:
    """The spellings of the same, and what each is for; with those that only Typer knows."""
    names = {flag: option["help"] for flag, option in options(command).items()} | {"-h": HELP, "--help": HELP}
    return names if command else names | dict.fromkeys(("-V", "--version"), "Show the version.")
