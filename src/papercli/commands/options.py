"""Every option, declared once. A command takes groups of them; Typer, the fast parser's table and the help follow.

Only the Typer door imports this at run time: commands name it in their signatures, which stay unread until then.
"""

from __future__ import annotations

import re
from typing import Annotated

import typer

from papercli.query import HAS, SORTS
from papercli.render import FORMATS


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


_SOURCE = Pattern(r"hf|arxiv(:[a-zA-Z-]{2,20}(\.[a-zA-Z-]{2,20})?)?", "hf, arxiv or arxiv:CATEGORY")


class Group:
    """Options that go together; a command that names the group takes them all."""


class Anywhere(Group):
    """Options of every command, before or after its name."""

    demo: Annotated[bool, typer.Option("--demo", help="Use the made-up feed that ships with the program.")] = False
    offline: Annotated[bool, typer.Option("--offline", help="Ask no server; show what is kept.")] = False
    refresh: Annotated[bool, typer.Option("--refresh", help="Ask the server even if what is kept is fresh.")] = False
    color: Annotated[
        str,
        typer.Option(
            "--color", parser=Choice("auto", "always", "never"), metavar="WHEN", help="auto, always or never."
        ),
    ] = "auto"
    no_pager: Annotated[bool, typer.Option("--no-pager", help="Never page long output.")] = False
    plain: Annotated[bool, typer.Option("--plain", help="No colour, signs or links: for screen readers.")] = False
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="No notes beside the papers.")] = False
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="Say what is asked and answered.")] = False


class Filters(Group):
    """Which papers of a listing, and in which order."""

    keyword: Annotated[
        list[str] | None,
        typer.Option("-k", "--keyword", metavar="WORDS", help="Words in title, abstract or keywords; all must hold."),
    ] = None
    min_upvotes: Annotated[
        int | None, typer.Option("--min-upvotes", parser=Number(0), metavar="N", help="At least N upvotes.")
    ] = None
    min_comments: Annotated[
        int | None, typer.Option("--min-comments", parser=Number(0), metavar="N", help="At least N comments.")
    ] = None
    min_stars: Annotated[
        int | None, typer.Option("--min-stars", parser=Number(0), metavar="N", help="At least N stars of the code.")
    ] = None
    author: Annotated[str | None, typer.Option("--author", metavar="NAME", help="Part of an author's name.")] = None
    org: Annotated[
        str | None, typer.Option("--org", metavar="NAME", help="An organisation's login or part of its name.")
    ] = None
    submitter: Annotated[
        str | None, typer.Option("--submitter", metavar="LOGIN", help="Put on the listing by this person.")
    ] = None
    category: Annotated[
        str | None, typer.Option("--category", metavar="CAT", help="An arXiv category, such as cs.CL, or archive, cs.")
    ] = None
    has: Annotated[
        list[str] | None,
        typer.Option("--has", parser=Choice(*HAS), metavar="WHAT", help=f"{', '.join(HAS)}; all must be there."),
    ] = None
    since: Annotated[str | None, typer.Option("--since", metavar="WHEN", help="Listed on this day or later.")] = None
    until: Annotated[str | None, typer.Option("--until", metavar="WHEN", help="Listed on this day or earlier.")] = None
    source: Annotated[
        list[str] | None,
        typer.Option("--source", parser=_SOURCE, metavar="SOURCE", help="Told of by hf, arxiv or arxiv:CATEGORY."),
    ] = None
    sort: Annotated[
        str, typer.Option("--sort", parser=Choice(*SORTS), metavar="ORDER", help=f"{', '.join(SORTS)}.")
    ] = "rank"
    reverse: Annotated[bool, typer.Option("--reverse", help="Turn the order round.")] = False
    limit: Annotated[
        int | None, typer.Option("-n", "--limit", parser=Number(0), metavar="N", help="At most N papers; 0 is all.")
    ] = None


class Output(Group):
    """How papers are printed."""

    output: Annotated[
        str | None,
        typer.Option("-o", "--output", parser=Choice(*FORMATS), metavar="FORMAT", help=f"{', '.join(FORMATS)}."),
    ] = None
    json: Annotated[bool, typer.Option("--json", help="Same as -o json.")] = False
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Same as -o jsonl.")] = False
    fields: Annotated[
        str | None,
        typer.Option("--fields", metavar="NAMES", help="Only these, as in id,title: json, jsonl, csv, tsv, table."),
    ] = None
    null: Annotated[bool, typer.Option("-0", "--null", help="A NUL after each id, not a newline (ids).")] = False
    abstract: Annotated[bool, typer.Option("--abstract", help="Whole abstracts on cards.")] = False


Period = Annotated[str | None, typer.Argument(metavar="[WHEN]", show_default=False)]
When = Annotated[str, typer.Argument(metavar="WHEN", show_default=False)]
Ids = Annotated[list[str] | None, typer.Argument(metavar="[ID]...", show_default=False)]


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


class Sure(Group):
    """For commands that delete something."""

    yes: Annotated[bool, typer.Option("-y", "--yes", help="Do it without asking.")] = False


class Report(Group):
    """How findings are reported, and whether they are mended."""

    fix: Annotated[bool, typer.Option("--fix", help="Mend what can be made again from the rest.")] = False
    as_json: Annotated[bool, typer.Option("--json", help="The findings as a JSON array.")] = False


_CONFIG = ("path", "show", "get", "set", "edit", "init", "validate")
_CACHE = ("info", "clear", "path")
ConfigJob = Annotated[str, typer.Argument(parser=Job(*_CONFIG), metavar="|".join(_CONFIG), show_default=False)]
CacheJob = Annotated[str, typer.Argument(parser=Job(*_CACHE), metavar="|".join(_CACHE), show_default=False)]
Words = Annotated[list[str] | None, typer.Argument(metavar="[KEY] [VALUE]", show_default=False)]
_SHELLS = ("bash", "zsh", "fish", "powershell", "install")
Shell = Annotated[str, typer.Argument(parser=Job(*_SHELLS), metavar="|".join(_SHELLS), show_default=False)]
