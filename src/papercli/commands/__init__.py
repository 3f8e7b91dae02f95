"""One file per command. A command is a function of the app and what was given on the line: a few lines of flow.

Its docstring is its help, its signature its options (declared in `options`), its line here its place in the program.
"""

from __future__ import annotations

COMMANDS = {
    "today": "papercli.commands.today:today",
    "day": "papercli.commands.day:day",
    "show": "papercli.commands.show:show",
}
