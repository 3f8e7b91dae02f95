"""`papers new`: what came since you last looked."""

from __future__ import annotations

from papercli.commands.coming import Coming, topics_of
from papercli.commands.feeds import feeds_of
from papercli.commands.finding import print_found
from papercli.commands.listing import FILTERS, query_of
from papercli.dates import spoken
from papercli.errors import Partial
from papercli.value import changed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date

    from papercli.app import App
    from papercli.commands import options

FEED = "feed"
AWAY = 7  # days after which the count by day comes first


def new(
    app: App, filters: options.Filters, output: options.Output, looking: options.Looking, topic: options.Topic
) -> None:
    """What came into the feed or a followed topic since you last looked, each paper once.

    Examples:
      papers new
      papers new --peek
      papers new --follow kv-cache -o ids

    The next time begins where this one ended, unless --peek or a filter says that this was not all of it. With
    --follow only that topic, which has a mark of its own. The first time it is the newest listing;
    of a topic, what came within a week.
    """
    feeds = () if topic.follow else feeds_of(app, filters.source)
    topics = topics_of(app, topic.follow)
    scene = Coming(app, lambda feed: _kept_as(topic.follow, feed), back=AWAY if topic.follow else 0)
    for feed in feeds or ("hf",):
        scene.look_at(feed, shown=bool(feeds))
    if scene.failure and not scene.until:
        raise scene.failure
    scene.missing += scene.search(topics)
    query = changed(query_of(app, filters), among=tuple(scene.came))
    found = app.library.find(query)
    days = [scene.came[ref[0]] for ref in found.refs]
    print_found(
        app, app.library.each(found.refs), output, title=_title(app, scene, topic.follow), limit=None,
        counted=lambda: (len(found.refs), found.hidden), preface=_by_day(days) if scene.away >= AWAY else (),
    )  # fmt: skip
    if not scene.came and not scene.missing:
        since = min(scene.since.values(), key=lambda look: look.day).day
        app.console.note("empty", f"nothing new since {spoken(since)}" if scene.known else "there is nothing yet")
    if not scene.missing:
        _move(app, scene, looking, filters)
    else:
        raise Partial(f"not all that is new: {'; '.join(scene.missing)}")


def _kept_as(topic: str | None, feed: str) -> str:
    """The name under which a look is kept."""
    return f"follow:{topic}" if topic else FEED if feed == "hf" else f"{FEED}:{feed}"


def _title(app: App, scene: Coming, topic: str | None) -> str:
    """What the list is called."""
    where = f"New in {topic}" if topic else "New"
    day = min((look.day for look in scene.since.values()), default=app.calendar.today)
    return f"{where} since {spoken(day)}" if scene.known else f"{where} · {spoken(day)}"


def _by_day(days: list[date]) -> tuple[tuple[str, int], ...]:
    """(day, how many papers), newest first."""
    return tuple((spoken(day), days.count(day)) for day in sorted(set(days), reverse=True))


def _move(app: App, scene: Coming, looking: options.Looking, filters: options.Filters) -> None:
    """The next looks begin where these ended, if they saw everything."""
    if looking.peek:
        return
    narrowing = [option for option in (*FILTERS, "hidden", "muted") if option != "source"]
    if filters.limit is not None or any(getattr(filters, option) for option in narrowing):
        app.console.note("peek", "this was a part of what is new, so the next papers new shows it again")
        return
    for name, look in scene.until.items():
        app.library.looks.keep(name, look)
