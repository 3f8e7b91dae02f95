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
    "week": "papercli.commands.week:week",
    "month": "papercli.commands.month:month",
    "trending": "papercli.commands.trending:trending",
    "new": "papercli.commands.new:new",
    "digest": "papercli.commands.digest:digest",
    "updates": "papercli.commands.updates:updates",
    "search": "papercli.commands.search:search",
    "list": "papercli.commands.list:list_",
    "show": "papercli.commands.show:show",
    "open": "papercli.commands.open:open_",
    "read": "papercli.commands.read:read",
    "pdf": "papercli.commands.pdf:pdf",
    "cite": "papercli.commands.cite:cite",
    "related": "papercli.commands.related:related",
    "trends": "papercli.commands.trends:trends",
    "star": "papercli.commands.marking:star",
    "unstar": "papercli.commands.marking:unstar",
    "later": "papercli.commands.marking:later",
    "unlater": "papercli.commands.marking:unlater",
    "hide": "papercli.commands.marking:hide",
    "unhide": "papercli.commands.marking:unhide",
    "mark": "papercli.commands.marking:mark",
    "tag": "papercli.commands.marking:tag",
    "note": "papercli.commands.note:note",
    "undo": "papercli.commands.undo:undo",
    "follow": "papercli.commands.follow:follow",
    "mute": "papercli.commands.mute:mute",
    "sync": "papercli.commands.sync:sync",
    "import": "papercli.commands.import_:import_",
    "library": "papercli.commands.library:library",
    "config": "papercli.commands.config:config",
    "cache": "papercli.commands.cache:cache",
    "doctor": "papercli.commands.doctor:doctor",
    "schema": "papercli.commands.schema:schema",
    "completion": "papercli.commands.completion:completion",
}

LISTINGS = ("today", "day", "week", "month")
"""Those whose order and length the settings may choose."""


USUALLY = {"digest": "text"}
"""The formats of commands that print the same on a terminal and in a pipe, unless another is asked for."""

LASTING = (
    "star", "unstar", "later", "unlater", "hide", "unhide", "mark", "tag", "note", "undo", "library", "sync",
    "import",
)  # fmt: skip
"""Those that are about what is kept: they fail where nothing can be, and do not go on without the library."""


class Given:
    """Options by name, as attributes."""

    def __init__(self, options: dict[str, Any]) -> None:
        vars(self).update(options)


def call(app: App, command: str, arguments: dict[str, Any]) -> None:
    """Run a command with its arguments: a dict is a group of options."""
    given: dict[str, Any] = {
        name: Given(thing) if isinstance(thing, dict) else thing for name, thing in arguments.items()
    }
    app.must_last = command in LASTING
    app.asked = (command, arguments)
    if "output" in given:
        from papercli.commands.printing import choose_format

        choose_format(app, given["output"], USUALLY.get(command))
    if "filters" in given and command in LISTINGS:
        _settle(app, given["filters"])
    module, name = COMMANDS[command].split(":")
    getattr(__import__(module, fromlist=[name]), name)(app, **given)  # importlib brings `warnings`, this nothing


def _settle(app: App, filters: Given) -> None:
    """What was not typed is as the settings say, if they say anything."""
    for name in ("limit", "sort"):
        if name not in app.typed and (value := app.config.found(f"listing.{name}"))[1]:
            setattr(filters, name, value[0])
