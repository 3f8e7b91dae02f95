"""One file per command. A command is a function of the app and what was given on the line: a few lines of flow.

Its docstring is its help, its signature its options (declared in `options`), its line here its place in the program.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from papercli.app import App

COMMANDS = {
    "today": "papercli.commands.today:today",
    "day": "papercli.commands.day:day",
    "show": "papercli.commands.show:show",
}


class Given:
    """Options by name, as attributes."""

    def __init__(self, options: dict[str, Any]) -> None:
        vars(self).update(options)


def call(app: App, command: str, arguments: dict[str, Any]) -> None:
    """Run a command with its arguments: a dict is a group of options."""
    given: dict[str, Any] = {
        name: Given(thing) if isinstance(thing, dict) else thing for name, thing in arguments.items()
    }
    if "output" in given:
        app.choose_format(given["output"])
    module, name = COMMANDS[command].split(":")
    getattr(__import__(module, fromlist=[name]), name)(app, **given)  # importlib brings `warnings`, this nothing
