"""Handing a digest over, as a mail on standard output or to a server: once for each listing, whoever runs it how often.

What was handed over is kept in the library, where `papers new` keeps how far it was read. It is written down after the
mail has left: should the machine stop in between, the mail comes twice and never not at all, and both are one mail by
their Message-ID.
"""

from __future__ import annotations

from contextlib import contextmanager

from papercli.caption import span_spoken
from papercli.commands.digest import newest, of_days, say, written
from papercli.errors import LibraryError, Partial, Unreachable
from papercli.value import changed, value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from papercli.app import App
    from papercli.commands.digest import Asked
    from papercli.commands.gathering import Gathering
    from papercli.letter import Letter
    from papercli.library.looked import Look
    from papercli.render.digest import Digest, Section

DONE = {"mail": "written", "send": "sent"}
PATIENCE = 180.0
"""Seconds to wait for another process that makes a digest; sending takes one minute at most."""


@value
class Due:
    """What is to be handed over, and what is to be kept when it was."""

    asked: Asked
    sections: tuple[Section, ...]
    looks: dict[str, Look]
    again: bool
    """It was handed over before, and is asked for again."""


def post(
    app: App, way: str, when: str | None, gathering: Gathering, topic: str | None, feeds: Sequence[str], limit: int
) -> None:
    """Hand the digest over by `way`, unless it was before or there is nothing to tell, and keep that it was.

    Raises BadRequest, before anything is asked, for settings that make no mail; Partial when a listing is not whole,
    and then nothing is handed over; LibraryError when nothing can be kept.
    """
    from papercli.commands.postbox import postbox

    box = postbox(app, way)
    app.must_last = True
    with _alone(app):
        app.library.looks.keep_for_good({})  # or the next run would do it once more
        due = _due(app, way, when, gathering, topic, feeds, limit)
        if due is None:
            return
        if due.asked.missing:
            missing = ", ".join(due.asked.missing)
            raise Partial(f"the digest was not {DONE[way]}: {missing} could not be had", hint="run it again later")
        say(app, due.asked, gathering, empty=not due.sections)
        if not due.sections:
            return
        made = written(app, due.asked.span, topic, due.sections, ())
        refused = box(_letter(app, made, due, topic))
        _keep(app, way, due)
        if refused:
            told = "; ".join(f"{address}: {words}" for address, words in refused.items())
            raise Partial(f"the digest was sent, but the server refused {told}", hint="look at mail.to")


@contextmanager
def _alone(app: App) -> Iterator[None]:
    """One process at a time makes a digest to hand over. Raises Unreachable when another takes too long."""
    from papercli.system.lock import Lock

    told = "waiting for another papers that makes a digest"
    lock = Lock(f"{app.folder('state')}/digest", timeout=PATIENCE, told=lambda: app.console.note("waiting", told))
    try:
        lock.__enter__()
    except TimeoutError:
        raise Unreachable("another papers is still making a digest", hint="run it again later") from None
    try:
        yield
    finally:
        lock.__exit__(None, None, None)


def _due(
    app: App, way: str, when: str | None, gathering: Gathering, topic: str | None, feeds: Sequence[str], limit: int
) -> Due | None:
    """Gather what is to be handed over; None, and a note, when that was done."""

    def kept_as(of: str) -> str:
        return f"digest:{way}:{topic or ''}:{of}"

    looks = app.library.looks
    if when is not None:
        span = app.calendar.span(when)
        name = kept_as(f"{span.first}..{span.last}")
        done = looks.last(name) is not None
        if done and not app.given.refresh:
            _was(app, way, span_spoken(span))
            return None
        asked, names = of_days(app, when, gathering, feeds), {name: span.last}
    else:
        asked, done = _since_the_last(app, gathering, feeds, kept_as)
        if done and not app.given.refresh:
            _was(app, way, span_spoken(asked.span))
            return None
        names = {kept_as(feed): day for feed, _, day in asked.days}
    sections = gathering.sections(limit)
    seen = [entry.first_seen for section in sections for entry in section.entries]
    last = max((int(at.timestamp()) for at in seen), default=0)  # what a search brought was perhaps never counted
    known = max(looks.now(asked.span.last).at, last)
    return Due(asked, sections, {name: looks.now(day, at=known) for name, day in names.items()}, done)


def _since_the_last(
    app: App, gathering: Gathering, feeds: Sequence[str], kept_as: Callable[[str], str]
) -> tuple[Asked, bool]:
    """Gather what came since the digest before: the first time, and again, the newest listing. And whether there was
    one of the newest listing: then nothing is gathered, unless it is asked for again."""
    asked = newest(app, feeds)
    lasts = [look for feed in feeds if (look := app.library.looks.last(kept_as(feed)))]
    done = any(look.day >= asked.span.last for look in lasts)
    if done and not app.given.refresh:
        return asked, True
    if done or not lasts:
        gathering.of_days(asked.days, asking=True)
        return asked, done
    coming = gathering.since(feeds, kept_as)
    return changed(asked, missing=(*asked.missing, *coming.missing)), False


def _was(app: App, way: str, of: str) -> None:
    app.console.note("done", f"the digest of {of} was {DONE[way]} before; --refresh makes it again")


def _letter(app: App, made: Digest, due: Due, topic: str | None) -> Letter:
    """The mail of a digest: what stands in its headers is ours, the count and the days."""
    from hashlib import sha256

    from papercli.letter import Letter
    from papercli.render.digest import document
    from papercli.system.machine import machine

    span, ids = due.asked.span, [entry.id for entry in made.entries]
    days = span_spoken(span)
    told = f"on {days}" if span.first == span.last else f"from {days}" if span.form == "range" else f"in {days}"
    whole = [machine(app.folder("state")), topic or "", str(span.first), str(span.last), *ids]
    whole += [str(app.now())] * due.again  # asked for again: whoever has the first wants this one too
    return Letter(
        subject=f"papers: {len(ids)} new {f'in {topic} ' * bool(topic)}{told}",
        text=document(made, "text"),
        html=document(made, "html"),
        name=f"{span.last:%Y%m%d}.{sha256(chr(0).join(whole).encode()).hexdigest()[:24]}",
        series=f"digest-{topic}" if topic else "digest",
        at=app.now(),
    )


def _keep(app: App, way: str, due: Due) -> None:
    try:
        app.library.looks.keep_for_good(due.looks)
    except LibraryError as error:
        raise LibraryError(
            f"the digest was {DONE[way]}, but {error}", hint="the next run will do it once more"
        ) from error
