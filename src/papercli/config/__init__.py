"""What a reader may settle once for all runs: every setting, defined once, and where its value comes from.

A flag beats the environment, that beats config.toml, and that the default. The file is parsed when it has changed; its
values are kept beside the last lists, so that a run which finds them there need not know what TOML is.
"""

from __future__ import annotations

import os

from papercli.config.kept import File, content
from papercli.errors import BadRequest
from papercli.query import FEED, SORTS
from papercli.render import FORMATS
from papercli.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

FILE, COPY = "config.toml", "config.json"
LARGEST_NUMBER = 999_999_999
LONGEST_LIST = 50
OFF = ("", "0", "false", "no", "off")


@value
class Setting:
    """One key of config.toml: `section.key`, or `key` when it stands above the first table."""

    name: str
    about: str
    kind: str
    """"choice" (one of `choices`), "number" (whole, from 0), "flag" (true or false), "text" (one printable line) or
    "list" (names of listings, as a tuple; with commas where it is text)."""

    default: Any
    choices: tuple[str, ...] = ()
    also: str = ""
    """An environment variable that means the same, besides its own."""

    secret: bool = False
    """`papers config show` shows the first word only: the rest is nobody else's business."""

    example: str = ""
    """What the template shows for a setting without a default; for a list, what is shown to who got it wrong."""

    @property
    def variables(self) -> tuple[str, ...]:
        """The environment variables that set it, the first one first."""
        own = "PAPERCLI_" + self.name.upper().replace(".", "_")
        return (own, self.also) if self.also else (own,)

    def takes(self, given: object) -> bool:
        """Whether `given` (as TOML or JSON give it) can be its value."""
        if self.kind == "flag":
            return given is True or given is False
        if self.kind == "number":
            return type(given) is int and 0 <= given <= LARGEST_NUMBER
        if self.kind == "list":
            return type(given) in (list, tuple) and _are_listings(given)  # type: ignore[arg-type]
        if self.kind == "choice":
            return given in self.choices
        return type(given) is str and given.isprintable()

    @property
    def wanted(self) -> str:
        """What it takes, in words."""
        kinds = {
            "flag": "true or false", "number": "a whole number from 0", "text": "text on one line, in quotes",
            "list": "a list of hf, arxiv, arxiv:CATEGORY or other sources, each once",
        }  # fmt: skip
        return kinds.get(self.kind) or f"one of {', '.join(self.choices)}"

    def meant(self, text: str) -> Any:
        """The value that `text` stands for on a command line. Raises ValueError when it stands for none."""
        given: object = text
        if self.kind == "flag":
            given = {"true": True, "false": False}.get(text)
        elif self.kind == "number":
            given = int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None
        elif self.kind == "list":
            given = tuple(each.strip(" \t") for each in text.split(","))
        if not self.takes(given):
            raise ValueError(f"{self.name} is {self.wanted}")
        return given


def written(given: Any) -> str:
    """The value of a setting as `Setting.meant` reads it; "" for None."""
    if isinstance(given, tuple):
        return ",".join(given)
    return "" if given is None else str(given).lower() if type(given) is bool else str(given)


def _are_listings(given: Sequence[object]) -> bool:
    """Whether they are names of listings, a few, and none twice: arXiv's categories are the same in any case."""
    import re

    if not 0 < len(given) <= LONGEST_LIST:
        return False
    names = {each.lower() for each in given if type(each) is str and re.fullmatch(FEED, each)}
    return len(names) == len(given)


SETTINGS = (
    Setting("sources", "Whose listings are shown and who is searched: hf, arxiv, or arxiv:CATEGORY as in arxiv:cs.CL",
            "list", ("hf",), example="hf,arxiv:cs.CL"),
    Setting("output.format", "How papers are printed on a terminal", "choice", "cards", tuple(FORMATS)),
    Setting("output.theme", "Colours for this background, or only the 16 basic ones", "choice", "auto",
            ("auto", "dark", "light", "basic")),
    Setting("output.color", "When to colour; auto is on a terminal that NO_COLOR does not forbid", "choice", "auto",
            ("auto", "always", "never")),
    Setting("output.pager", 'What long output goes through; "" for nothing, by default $PAGER, else less', "text", None,
            also="PAPERCLI_PAGER", example="less -R"),
    Setting("listing.limit", "How many papers of a listing are printed; 0 is all", "number", 0),
    Setting("listing.sort", "The order of a day's, week's or month's listing", "choice", "rank", SORTS),
    Setting("reading.open_marks_read", "Whether papers open marks a paper as read", "flag", False),
    Setting("reading.marks_read", "Whether papers read marks what it shows as read", "flag", False),
    Setting("pdf.folder", 'Where papers pdf saves, such as "~/papers"; "" is where it is called', "text", ""),
    Setting("pdf.name", "How it calls them, of {id}, {title}, {author} (the first) and {year}", "text", "{id} {title}"),
    Setting("digest.limit", "How many papers a digest shows besides those of your topics; 0 is all", "number", 10),
    Setting("mail.to", "Who gets the digest by mail: addresses with commas between them", "text", None,
            example="you@example.org"),
    Setting("mail.from", "Who it is from; by default the first it goes to", "text", None,
            example="papers <papers@example.org>"),
    Setting("mail.host", "The server that papers digest --send hands it to", "text", None, example="smtp.example.org"),
    Setting("mail.port", "Its port; 0 is 587 for starttls, 465 for tls, 25 for none", "number", 0),
    Setting("mail.security", "TLS after a greeting (starttls), from the first byte (tls), or none (to this machine)",
            "choice", "starttls", ("starttls", "tls", "none")),
    Setting("mail.user", "Who you are to that server; nobody where it asks for no password", "text", None,
            example="you@example.org"),
    Setting("mail.password_command", "What prints the password, run without a shell; PAPERCLI_MAIL_PASSWORD beats it",
            "text", None, secret=True, example="pass show mail"),
    Setting("network.offline", "Ask no server", "flag", False, also="PAPERCLI_OFFLINE"),
)  # fmt: skip
NAMED = {setting.name: setting for setting in SETTINGS}


class Config:
    """Settings by name, of the folders that `folder(kind)` names and of `environ`. Nothing is read before it is asked.

    Asking raises BadRequest, which names the file and the line, or the variable, of what makes no sense.
    """

    def __init__(self, folder: Callable[[str], str], environ: Mapping[str, str]) -> None:
        self._folder, self._environ = folder, environ
        self._kept: dict[str, Any] | None = None

    @property
    def path(self) -> str:
        """Where config.toml is, or would be."""
        return os.path.join(self._folder("config"), FILE)

    def value(self, name: str) -> Any:
        """The value of a setting, flags aside."""
        return self.found(name)[0]

    def found(self, name: str) -> tuple[Any, str]:
        """The value of a setting, and what gave it: a variable's name, the file's path, or ""."""
        if self._kept is None:
            self._kept = self._read()
        setting = NAMED[name]
        for variable in setting.variables:
            text = self._environ.get(variable)
            if text is not None and (text or setting.kind == "text"):
                return _of_environment(setting, variable, text), variable
        if name in self._kept:
            kept = self._kept[name]
            return tuple(kept) if setting.kind == "list" else kept, self.path
        return setting.default, ""

    def forget_file(self) -> None:
        """Go on as if there were no config.toml."""
        self._kept = {}

    def _read(self) -> dict[str, Any]:
        """The values in config.toml, by name; {} when there is none."""
        file = file_at(self.path)
        return content(
            file, lambda: os.path.join(self._folder("state"), COPY), fits=_fit, parse=lambda data: _in(file, data)
        )


def file_at(path: str) -> File:
    """The config.toml at `path`."""
    return File(path, "setting", 'sort = "comments"', "papers config edit")


def _in(file: File, data: bytes) -> dict[str, Any]:
    from papercli.config.file import values_of

    return values_of(file, data)


def _fit(values: Any) -> bool:
    return all(NAMED[name].takes(given) for name, given in values.items())


def _of_environment(setting: Setting, variable: str, text: str) -> Any:
    if setting.kind == "flag":
        return text.lower() not in OFF
    try:
        return setting.meant(text)
    except ValueError:
        hint = f"for example: {variable}={setting.example}" if setting.kind == "list" else ""
        raise BadRequest(f"{variable} is {setting.wanted}, not “{text}”", hint=hint) from None
