"""Every option, declared once. A command takes groups of them; Typer, the fast parser's table and the help follow.

Only the Typer door imports this at run time: commands name it in their signatures, which stay unread until then.
"""

from __future__ import annotations

from typing import Annotated

import typer

from papercli.commands.options.output import Output as Output
from papercli.commands.options.outward import Pages as Pages
from papercli.commands.options.outward import Posting as Posting
from papercli.commands.options.outward import Saving as Saving
from papercli.commands.options.parsers import Choice, Number, Pattern, job
from papercli.commands.options.parsers import Group as Group
from papercli.query import FEED, HAS, SORTS
from papercli.render import REFERENCES

_SOURCE = Pattern(FEED, "hf, arxiv, arxiv:CATEGORY or another source")
_ANNOUNCED = Pattern(r"(new|cross|replace)(,(new|cross|replace))*", "one or more of new,cross,replace")


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
        typer.Option("-k", "--keyword", metavar="EXPR", help="Words, “phrases”, fields: papers help query."),
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
    tag: Annotated[str | None, typer.Option("--tag", metavar="NAME", help="Tagged so by you.")] = None
    has: Annotated[
        list[str] | None,
        typer.Option("--has", parser=Choice(*HAS), metavar="WHAT", help=f"{', '.join(HAS)}; all must be there."),
    ] = None
    since: Annotated[str | None, typer.Option("--since", metavar="WHEN", help="Listed on this day or later.")] = None
    until: Annotated[str | None, typer.Option("--until", metavar="WHEN", help="Listed on this day or earlier.")] = None
    unread: Annotated[bool, typer.Option("--unread", help="Not marked as read.")] = False
    starred: Annotated[bool, typer.Option("--starred", help="Starred ones.")] = False
    later: Annotated[bool, typer.Option("--later", help="Those kept for later.")] = False
    hidden: Annotated[bool, typer.Option("--hidden", help="Those hidden, which are usually left out.")] = False
    muted: Annotated[bool, typer.Option("--muted", help="Those muted, which are usually left out.")] = False
    all: Annotated[bool, typer.Option("--all", help="Hidden and muted ones too.")] = False
    source: Annotated[
        list[str] | None,
        typer.Option("--source", parser=_SOURCE, metavar="SOURCE", help="Told of by hf, arxiv or arxiv:CATEGORY."),
    ] = None
    announce: Annotated[
        str | None,
        typer.Option("--announce", parser=_ANNOUNCED, metavar="KINDS", help="Of arXiv's listings: new,cross,replace."),
    ] = None
    sort: Annotated[
        str, typer.Option("--sort", parser=Choice(*SORTS), metavar="ORDER", help=f"{', '.join(SORTS)}.")
    ] = "rank"
    reverse: Annotated[bool, typer.Option("--reverse", help="Turn the order round.")] = False
    limit: Annotated[
        int | None, typer.Option("-n", "--limit", parser=Number(0), metavar="N", help="At most N papers; 0 is all.")
    ] = None


class Scope(Group):
    """Who is asked."""

    local: Annotated[bool, typer.Option("--local", help="Only the library; ask no source.")] = False


class Detail(Group):
    """What else of a paper."""

    provenance: Annotated[bool, typer.Option("--provenance", help="Which source said what, and when.")] = False


class Extract(Group):
    """What of a text, and how."""

    toc: Annotated[bool, typer.Option("--toc", help="The sections, with their numbers.")] = False
    section: Annotated[
        str | None, typer.Option("--section", metavar="N|NAME", help="One section, by its number or part of its name.")
    ] = None
    raw: Annotated[bool, typer.Option("--raw", help="Markdown as it is kept, for another program.")] = False


class References(Group):
    """How papers are cited."""

    style: Annotated[
        str, typer.Option("--style", parser=Choice(*REFERENCES), metavar="STYLE", help=f"{', '.join(REFERENCES)}.")
    ] = "bibtex"


class Looking(Group):
    """Where a look at what is new begins and ends."""

    peek: Annotated[bool, typer.Option("--peek", help="Show it again the next time.")] = False


class Topic(Group):
    """Which followed topic."""

    follow: Annotated[str | None, typer.Option("--follow", metavar="NAME", help="Only this followed topic.")] = None


Period = Annotated[str | None, typer.Argument(metavar="[WHEN]", show_default=False)]
When = Annotated[str, typer.Argument(metavar="WHEN", show_default=False)]
Terms = Annotated[list[str] | None, typer.Argument(metavar="[QUERY]...", show_default=False)]
Ids = Annotated[list[str] | None, typer.Argument(metavar="[ID]...", show_default=False)]


class History(Group):
    """How far back to go."""

    back_to: Annotated[
        str | None, typer.Option("--since", metavar="DAY", help="Back to this day; without it to the first listing.")
    ] = None


class Selection(Group):
    """Which records of a snapshot."""

    within: Annotated[
        list[str] | None,
        typer.Option("--category", metavar="CAT", help="Only papers in this arXiv category, or archive; repeatable."),
    ] = None
    meant: Annotated[
        list[str] | None,
        typer.Option("-k", "--keyword", metavar="EXPR", help="Only papers that this means: papers help query."),
    ] = None


class Sure(Group):
    """For commands that delete something."""

    yes: Annotated[bool, typer.Option("-y", "--yes", help="Do it without asking.")] = False


class Report(Group):
    """How findings are reported, and whether they are mended."""

    fix: Annotated[bool, typer.Option("--fix", help="Mend what can be made again from the rest.")] = False
    as_json: Annotated[bool, typer.Option("--json", help="The findings as a JSON array.")] = False


class Rows(Group):
    """For commands that list what is no paper."""

    array: Annotated[bool, typer.Option("--json", help="A JSON array.")] = False


ConfigJob = Annotated[str, job("path", "show", "get", "set", "edit", "init", "validate")]
CacheJob = Annotated[str, job("info", "clear", "path")]
Words = Annotated[list[str] | None, typer.Argument(metavar="[KEY] [VALUE]", show_default=False)]
FollowJob = Annotated[str, job("add", "list", "edit", "rename", "remove")]
MuteJob = Annotated[str, job("add", "list", "remove")]
TopicWords = Annotated[list[str] | None, typer.Argument(metavar="[NAME] [QUERY]...", show_default=False)]
Shell = Annotated[str, job("bash", "zsh", "fish", "powershell", "install")]


class Reading(Group):
    """Whether a paper counts as read."""

    as_read: Annotated[bool, typer.Option("--read", help="You have read it.")] = False
    as_unread: Annotated[bool, typer.Option("--unread", help="You have not.")] = False


class Tags(Group):
    """Tags given and taken away."""

    added: Annotated[list[str] | None, typer.Option("--add", metavar="NAME", help="Give it this tag.")] = None
    removed: Annotated[list[str] | None, typer.Option("--remove", metavar="NAME", help="Take it away.")] = None


class Writing(Group):
    """The words of a note."""

    message: Annotated[
        str | None, typer.Option("-m", "--message", metavar="TEXT", help="The note; empty removes it.")
    ] = None


class Undoing(Group):
    """Looking at what can be undone."""

    as_list: Annotated[bool, typer.Option("--list", help="Print the last changes, and take back nothing.")] = False


LibraryJob = Annotated[str, job("export", "import", "check")]
File = Annotated[str | None, typer.Argument(metavar="[FILE]", show_default=False)]


class Charts(Group):
    """Numbers over time."""

    by: Annotated[
        str, typer.Option("--by", parser=Choice("week", "month"), metavar="PERIOD", help="week or month.")
    ] = "week"
    from_day: Annotated[
        str | None, typer.Option("--since", metavar="WHEN", help="From the week or month that holds this day.")
    ] = None
    to_day: Annotated[
        str | None, typer.Option("--until", metavar="WHEN", help="To the week or month that holds this day.")
    ] = None
    numbers: Annotated[bool, typer.Option("--json", help="One JSON object with all numbers.")] = False


SnapshotFile = Annotated[str, typer.Argument(metavar="FILE", show_default=False)]
Id = Annotated[str | None, typer.Argument(metavar="[ID]", show_default=False)]
