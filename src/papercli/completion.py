"""What a shell may offer at the cursor: commands, options, their values, days and ids. Answered without Typer.

All of it is the program's own words, days, and ids of plain characters. Nothing else that came from outside, such as a
title, is ever offered: what a shell gets may end as a command.
"""

from __future__ import annotations

import os
import re

from papercli.argv import sorted_words
from papercli.menu import command_names, option_names, options
from papercli.table import TABLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any, TextIO

    from papercli.argv import Words
    from papercli.table import Option

    Offer = tuple[str, str]
    """What is put on the line, and a few words on it (ours), or ""."""

PLAIN = r"[A-Za-z0-9][A-Za-z0-9._/-]{0,63}"
FILES, FOLDERS = (":files", ""), (":folders", "")
"""The shell itself knows best what files there are."""

SOURCES = ("hf", "arxiv")
VALUES = {"flag": ("true", "false")}
"""By the kind of a setting, what it takes besides choices of its own."""

MANY = 200  # ids: nobody reads a longer menu


def complete(argv: list[str], environ: Mapping[str, str], out: TextIO) -> int:
    """Answer `_complete SHELL -- WORDS...`, where WORDS are those after the program's name, up to the cursor.

    A line for each offer: the value, and for shells that show it a tab and a few words. A Tab never fails and never
    says anything else: whatever goes wrong, there is nothing to offer.
    """
    if len(argv) < 2 or argv[1] != "--":
        return 0
    try:
        found = offers(argv[2:], environ)
    except Exception:
        if environ.get("PAPERCLI_DEBUG"):
            raise
        return 0
    alone = argv[0] == "bash"
    out.write("".join(f"{value}\n" if alone or not help else f"{value}\t{help}\n" for value, help in found))
    return 0


def offers(words: list[str], environ: Mapping[str, str]) -> list[Offer]:
    """What may stand in the place of the last of `words`, which is what is typed so far of it, maybe ""."""
    *before, current = words or [""]
    line = sorted_words(before)
    known = Known(environ, demo=any(option["name"] == "demo" for option, _ in line.anywhere))
    flag, equals, begun = current.partition("=")
    if line.lacking:
        found = _values(options(line.command)[line.lacking], current, known)
    elif "--" in before or not current.startswith("-"):
        found = _texts(line, current, known)
    elif equals and flag in (own := options(line.command)):
        found = [(f"{flag}={value}", help) for value, help in _values(own[flag], begun, known)]
    else:
        found = [*option_names(line.command).items(), *_texts(line, current, known)]
    return [offer for offer in found if offer[0].startswith(current) or offer in (FILES, FOLDERS)]


class Known:
    """What is kept on this machine that is worth offering. Looked at only when asked, without a lock or a write."""

    def __init__(self, environ: Mapping[str, str], *, demo: bool = False) -> None:
        self._environ, self._demo = environ, demo

    def days(self) -> list[str]:
        """Days with a listing, newest first."""
        from papercli.library.known import known_days

        return known_days(os.path.join(self._folder("data"), "library.db"))

    def ids(self) -> list[Offer]:
        """The ids of the last list that are made of plain characters, each with its row's number."""
        from papercli.last_list import LastList

        rows = enumerate(LastList(self._folder("state")).ids()[:MANY], 1)
        return [(id, f"row {row}") for row, id in rows if re.fullmatch(PLAIN, id, re.ASCII)]

    def topics(self, table: str) -> list[str]:
        """The names of a table of topics.toml that are made of plain characters; none when the file is broken."""
        from papercli.config.topics import read
        from papercli.errors import BadRequest

        try:
            kept = read(os.path.join(self._folder("config"), "topics.toml"), self._folder("state"), keep=False)
        except BadRequest:
            return []
        names = kept.follow if table == "follow" else kept.mute
        return [name for name in names if re.fullmatch(PLAIN, name, re.ASCII)]

    def _folder(self, kind: str) -> str:
        from papercli.system.paths import folder

        if self._demo:
            from papercli.sample import home

            return folder(kind, {"PAPERCLI_HOME": home()})
        return folder(kind, self._environ)


def _values(option: Option, begun: str, known: Known) -> list[Offer]:
    """What may follow an option; of a list with commas, its last piece."""
    name = option["name"]
    if name in ("since", "until", "back_to"):
        return _spans("day", begun, known)
    if name == "fields":
        from papercli.paper import FIELDS

        return _listed(FIELDS, begun)
    if name == "follow":
        return _own(known.topics("follow"))
    if name == "announce":
        return _listed(("new", "cross", "replace"), begun)
    if name == "source":
        return _own(SOURCES)
    if name in ("directory", "folder", "dir"):
        return [FOLDERS]
    return [FILES] if option["metavar"] == "FILE" else _own(option["choices"])


def _texts(line: Words, begun: str, known: Known) -> list[Offer]:
    """What may stand where neither an option nor its value does."""
    if not line.command:
        return list(command_names().items())
    if line.command == "help":
        return _topics() if not line.texts else []
    if (argument := _argument(line)) is None:
        return []
    if argument["choices"]:
        return _own(argument["choices"])
    meant = ARGUMENTS.get(argument["name"])
    return [offer for offer in meant(line, begun, known) if offer[0] not in line.texts] if meant else []


def _argument(line: Words) -> dict[str, Any] | None:
    """The argument that the next text of the line is for."""
    arguments: list[dict[str, Any]] = TABLE.get(line.command, {}).get("arguments", [])
    place = len(line.texts)
    if place < len(arguments):
        return arguments[place]
    return arguments[-1] if arguments and arguments[-1]["many"] else None


def _when(line: Words, begun: str, known: Known) -> list[Offer]:
    return _spans(line.command, begun, known)


def _ids(line: Words, begun: str, known: Known) -> list[Offer]:
    return known.ids()


def _settings(line: Words, begun: str, known: Known) -> list[Offer]:
    """Names of settings, behind `config get` and `config set`, and then what the setting takes."""
    if line.command != "config" or line.texts[:1] not in (("get",), ("set",)):
        return []
    from papercli.config import NAMED

    if len(line.texts) == 1:
        return _own(NAMED)
    setting = NAMED.get(line.texts[1]) if line.texts[0] == "set" and len(line.texts) == 2 else None
    if setting is None:
        return []
    return _listed(SOURCES, begun) if setting.kind == "list" else _own(VALUES.get(setting.kind, setting.choices))


def _followed(line: Words, begun: str, known: Known) -> list[Offer]:
    """Names of topics, where one that is there already is meant."""
    jobs = {"follow": ("edit", "rename", "remove"), "mute": ("remove",)}.get(line.command, ())
    return _own(known.topics(line.command)) if len(line.texts) == 1 and line.texts[0] in jobs else []


def _files(line: Words, begun: str, known: Known) -> list[Offer]:
    return [FILES]


ARGUMENTS: dict[str, Callable[[Words, str, Known], list[Offer]]] = {
    "when": _when,
    "ids": _ids,
    "id": _ids,
    "file": _files,
    "words": _settings,
    "topic": _followed,
}
"""By an argument's name, what may be offered for it."""


def _spans(period: str, begun: str, known: Known) -> list[Offer]:
    """Days, known ones first; where a whole week or month is meant, those too. Behind `A..` the end of the range."""
    from papercli.dates import MONTHS, WEEKDAYS

    start, dots, _ = begun.rpartition("..")
    days = known.days()
    numbers = [*_weeks(days, period), *_months(days, period), *days]
    words = ["today", "yesterday", "last", *WEEKDAYS, *MONTHS]
    # Before the first letter of a date the words are what helps: years of days would bury them.
    some = numbers if begun[len(start + dots) :] else numbers[:10]
    return [(f"{start}{dots}{each}", "") for each in (*some, *words)]


def _weeks(days: list[str], period: str) -> list[str]:
    if period != "week":
        return []
    from datetime import date

    return list(dict.fromkeys("{:04}-W{:02}".format(*date.fromisoformat(day).isocalendar()) for day in days))


def _months(days: list[str], period: str) -> list[str]:
    return list(dict.fromkeys(day[:7] for day in days)) if period == "month" else []


def _topics() -> list[Offer]:
    from papercli.topics import SUMMARIES

    return [*((name, help) for name, help in command_names().items() if name != "help"), *SUMMARIES.items()]


def _listed(names: Iterable[str], begun: str) -> list[Offer]:
    head, comma, _ = begun.rpartition(",")
    return [(f"{head}{comma}{name}", "") for name in names if name not in head.split(",")]


def _own(names: Iterable[str]) -> list[Offer]:
    return [(name, "") for name in names]
