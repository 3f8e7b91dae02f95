"""What an option or argument may be, as it is checked. Only the Typer door imports this; the fast parser's table holds
the same as data."""

from __future__ import annotations

import re

import typer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Group:
    """Options that go together; a command that names the group takes them all."""


class Choice:
    """One of some names. A wrong one is an error that lists them."""

    __name__ = "choice"

    def __init__(self, *names: str) -> None:
        self.names = names

    def __call__(self, text: str) -> str:
        """`text`, when it is one of the names. Raises typer.BadParameter otherwise."""
        if text in self.names:
            return text
        raise typer.BadParameter(f"“{text}” is not one of {', '.join(self.names)}")


class Number:
    """A whole number from `least`, in ASCII digits."""

    __name__ = "number"

    def __init__(self, least: int) -> None:
        self.least = least

    def __call__(self, text: str) -> int:
        """`text` as a number. Raises typer.BadParameter when it is none, or too small."""
        if text.isascii() and text.isdigit() and len(text) <= 9 and int(text) >= self.least:
            return int(text)
        raise typer.BadParameter(f"“{text}” is not a whole number from {self.least}")


class Pattern:
    """What matches `regex` from end to end; `says` completes the sentence about what does not: "... is not" it."""

    __name__ = "pattern"

    def __init__(self, regex: str, says: str) -> None:
        self.regex, self.says = regex, says

    def __call__(self, text: str) -> str:
        """`text`, when it matches. Raises typer.BadParameter otherwise."""
        if re.fullmatch(self.regex, text):
            return text
        raise typer.BadParameter(f"“{text}” is not {self.says}")


class Job(Choice):
    """One of the jobs of a command that has several. A wrong one is an error that lists them and names the nearest."""

    def __call__(self, text: str) -> str:
        """`text`, when it is one of the names. Raises typer.BadParameter otherwise."""
        if text in self.names:
            return text
        from difflib import get_close_matches

        near = get_close_matches(text, self.names, 1, 0.5)
        meant = f"; did you mean {near[0]}?" if near else ""
        raise typer.BadParameter(f"“{text}” is not one of {', '.join(self.names)}{meant}")


def job(*jobs: str) -> Any:
    """The first word of a command that does several things."""
    return typer.Argument(parser=Job(*jobs), metavar="|".join(jobs), show_default=False)
