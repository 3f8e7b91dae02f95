"""Options of the commands that lead out of the terminal, declared as all are; `options` holds them with the others."""

from __future__ import annotations

from typing import Annotated

import typer

from papercli.commands.options.parsers import Group


class Pages(Group):
    """Which pages of a paper."""

    hf: Annotated[bool, typer.Option("--hf", help="Hugging Face's page.")] = False
    abs: Annotated[bool, typer.Option("--abs", help="arXiv's page.")] = False
    pdf: Annotated[bool, typer.Option("--pdf", help="The PDF at arXiv.")] = False
    code: Annotated[bool, typer.Option("--code", help="The code.")] = False
    project: Annotated[bool, typer.Option("--project", help="The project's page.")] = False
    printed: Annotated[bool, typer.Option("--print", help="Print the addresses, one a line, and open nothing.")] = False


class Posting(Group):
    """How a digest is handed over, once for each time that it is of."""

    mail: Annotated[bool, typer.Option("--mail", help="Write a mail, for sendmail -t; once for each listing.")] = False
    send: Annotated[bool, typer.Option("--send", help="Send it by SMTP, as the settings say; likewise once.")] = False


class Saving(Group):
    """Where PDFs are saved."""

    folder: Annotated[
        str | None, typer.Option("-d", "--dir", metavar="DIR", help="Into this folder, which is made if need be.")
    ] = None
    nul: Annotated[bool, typer.Option("-0", "--null", help="A NUL after each path, not a newline: xargs -0.")] = False
