"""How papers are printed: the options of every command that prints some."""

from __future__ import annotations

from typing import Annotated

import typer

from papercli.commands.options.parsers import Choice, Group
from papercli.render import FORMATS


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
    jq: Annotated[
        str | None, typer.Option("--jq", metavar="EXPR", help="What this jq program makes of the JSON (papercli[jq]).")
    ] = None
    template: Annotated[
        str | None,
        typer.Option("--template", metavar="T", help="A pattern for each paper: '{upvotes|pad:>4}  {title}'."),
    ] = None
    obsidian: Annotated[
        str | None, typer.Option("--obsidian", metavar="DIR", help="A Markdown note for each in DIR; your text stays.")
    ] = None
    feed_url: Annotated[
        str | None,
        typer.Option("--feed-url", metavar="URL", help="Where the feed will be found (atom, rss, jsonfeed)."),
    ] = None
    null: Annotated[bool, typer.Option("-0", "--null", help="A NUL after each id, not a newline (ids).")] = False
    abstract: Annotated[bool, typer.Option("--abstract", help="Whole abstracts on cards.")] = False
