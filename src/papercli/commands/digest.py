"""`papers digest [WHEN]`: what matters of some days as one message, to read, to write into a file, or to send."""

from __future__ import annotations

from papercli.caption import SATURDAY, WEEKEND, span_spoken
from papercli.commands.feeds import feeds_of
from papercli.commands.gathering import Gathering
from papercli.dates import Span
from papercli.errors import BadRequest, NotAllowed, Partial, Unreachable
from papercli.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from papercli.app import App
    from papercli.commands import options
    from papercli.commands.gathering import Days
    from papercli.render.digest import Digest, Section

OWN = ("text", "md", "html")
"""Formats in which a digest is a document of its own; in all others it is a list of its papers."""


def digest(
    app: App, when: options.Period, filters: options.Filters, output: options.Output, topic: options.Topic,
    posting: options.Posting,
) -> None:  # fmt: skip
    """What matters of the newest listing, or of other days, as one message: your topics first, then the most upvoted.

    Examples:
      papers digest
      papers digest 2026-W27 -n 20
      papers digest --follow kv-cache -o html > kv-cache.html
      papers digest --mail | sendmail -t
      papers digest --send

    It is text of 72 columns, -o md or -o html; in other formats the papers alone. -n says how many papers stand beside
    those of your topics. --mail and --send make a mail, to mail.to of the settings, once for each listing: run them as
    often as you like, and add --refresh to have it again. Without WHEN they also bring what came after the mail before.
    When nothing is new there is no mail. docs/digest.md has recipes for cron and systemd.
    """
    way = _way(app, output, posting)
    limit = _settled(app, filters)
    gathering = Gathering(app, filters, topic.follow)
    if way:
        from papercli.commands.posting import post

        post(app, way, when, gathering, topic.follow, feeds_of(app, filters.source), limit)
        return
    asked = of_days(app, when, gathering, feeds_of(app, filters.source))
    sections = gathering.sections(limit)
    _print(app, output, written(app, asked.span, topic.follow, sections, asked.missing))
    say(app, asked, gathering, empty=not sections)
    if asked.missing:
        raise Partial(f"the digest is not whole: {', '.join(asked.missing)} could not be had")


def _way(app: App, output: options.Output, posting: options.Posting) -> str:
    """ "mail", "send", or "" for a digest to read. Raises BadRequest for what does not go together."""
    if posting.mail and posting.send:
        raise BadRequest("--mail and --send exclude each other", hint="--send needs no other program")
    way = "mail" if posting.mail else "send" if posting.send else ""
    if way and (output.output or output.json or output.jsonl or app.shape):
        raise BadRequest(f"--{way} has a format of its own", hint="a mail holds text and HTML")
    if way == "send" and app.offline:
        raise BadRequest("--send needs a server, and --offline asks none", hint="--mail writes the mail")
    return way


def _settled(app: App, filters: options.Filters) -> int:
    """How many papers may stand beside those of topics, 0 for all. Votes are the order, unless --sort names another."""
    limit = app.setting("digest.limit") if filters.limit is None else filters.limit
    if "sort" not in app.typed:
        filters.sort = "upvotes"
    filters.limit = None
    return int(limit)


@value
class Asked:
    """What came of asking for the listings."""

    span: Span
    days: tuple[Days, ...]
    missing: tuple[str, ...]
    kept: tuple[str, ...] = ()
    """What of it is what was kept before, and why."""


def of_days(app: App, when: str | None, gathering: Gathering, feeds: Sequence[str]) -> Asked:
    """Gather the papers of the days that are meant: without WHEN, those of each feed's newest listing."""
    asked = newest(app, feeds) if when is None else _asked(app, app.calendar.span(when), feeds)
    gathering.of_days(asked.days, asking=when is None)
    return asked


def newest(app: App, feeds: Sequence[str]) -> Asked:
    """Ask for the newest listing of each feed. Raises Unreachable or NotAllowed when none can be had."""
    from papercli.commands.several import name_of, newest_of

    told, failures = newest_of(app, feeds)
    days = tuple((feed, each.listing.day, each.listing.day) for feed, each in told.items())
    last = max(last for *_, last in days)
    missing = [f"{name_of(feed)} ({failure})" for feed, failure in failures.items()]
    missing += [f"a part of {name_of(feed)}" for feed, each in told.items() if not each.listing.whole]
    kept = tuple(f"{name_of(feed)}: {each.failure}" for feed, each in told.items() if each.failure)
    return Asked(Span(last, last, "day"), days, tuple(missing), kept)


def _asked(app: App, span: Span, feeds: Sequence[str]) -> Asked:
    """Ask for the listings of some days; of a source that tells of its newest only, what was kept is all there is."""
    from papercli.commands.several import DAILY, name_of

    missing: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    if DAILY in feeds:
        try:
            period = app.periods.span(span)
            missing = period.missing
            kept = (str(period.failure),) if period.failure and not missing else ()
        except (Unreachable, NotAllowed) as failure:
            if len(feeds) == 1:
                raise
            missing = (f"{name_of(DAILY)} ({failure})",)
    return Asked(span, tuple((feed, span.first, span.last) for feed in feeds), missing, kept)


def say(app: App, asked: Asked, gathering: Gathering, *, empty: bool) -> None:
    """Notes on standard error: what is old, what could not be asked for, and that there is nothing."""
    for words in asked.kept:
        app.console.note("kept", f"{words}; this is what was kept")
    for words in gathering.missing:
        app.console.note("missing", words)
    if empty and not asked.missing:
        hidden = f"; {gathering.hidden} hidden" if gathering.hidden else ""
        weekend = asked.span.first == asked.span.last and asked.span.first.weekday() >= SATURDAY
        reason = f": {WEEKEND}" * (weekend and not hidden)
        app.console.note("empty", f"nothing for a digest of {span_spoken(asked.span)}{hidden}{reason}")


def written(app: App, span: Span, topic: str | None, sections: tuple[Section, ...], missing: Sequence[str]) -> Digest:
    """The digest as a document."""
    from papercli.render.digest import Digest

    remarks = ["A made-up sample: no such papers exist."] * app.given.demo
    remarks += [f"Not whole: {', '.join(missing)} could not be had."] * bool(missing)
    return Digest(f"{f'{topic} · ' * bool(topic)}Papers of {span_spoken(span)}", sections, tuple(remarks))


def _print(app: App, output: options.Output, made: Digest) -> None:
    """Print it as the format wants it; an empty document is none."""
    entries = made.entries
    if app.format not in OWN:
        from papercli.commands.printing import print_list

        print_list(app, entries, output, caption=lambda: (made.title, " ".join(made.remarks)), why=True)
        return
    if not entries:
        return
    from papercli.render.digest import document

    app.console.show(document(made, app.format, whole=output.abstract), paged=app.format == "text")
    app.last_list.keep([entry.id for entry in entries], shown=app.console.is_terminal)
    if app.format == "text" and app.console.is_terminal:
        app.library.saw([entry.id for entry in entries if not entry.seen], int(app.now()))
