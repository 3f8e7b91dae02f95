"""An RSS 2.0 feed (rssboard.org/rss-specification), for readers that know no Atom."""

from __future__ import annotations

from datetime import UTC, datetime

from papercli.dates import MONTHS, WEEKDAYS
from papercli.render.document import HOME, listed, name, newest, prose, terms, title
from papercli.render.markup import address, element, escaped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from papercli.paper import Entry
    from papercli.render import View


def rss(entries: Sequence[Entry], view: View) -> str:
    """The feed, also when it is empty. A paper's guid is its address at arXiv, without a version."""
    when = newest(entries)
    head = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">',
        "<channel>",
        element("title", name(view)),
        element("link", HOME),
        element("description", escaped(title(view))),
        f'<atom:link rel="self" type="application/rss+xml" href="{address(view.address)}"/>' if view.address else "",
        "<language>en</language>",
        element("lastBuildDate", rfc822(when) if when else ""),
        "<generator>papercli</generator>",
    ]
    return "\n".join([*filter(None, head), *map(_item, entries), "</channel>", "</rss>"]) + "\n"


def rfc822(when: datetime) -> str:
    """An instant of UTC as RFC 822 and 2822 write it, in English whatever the locale."""
    weekday, month = WEEKDAYS[when.weekday()][:3].title(), MONTHS[when.month - 1][:3].title()
    return f"{weekday}, {when.day:02} {month} {when.year:04} {when:%H:%M:%S} GMT"


def _item(entry: Entry) -> str:
    short, abstract = prose(entry, whole=True)
    day = listed(entry)
    lines = [
        "<item>",
        element("title", entry.title or entry.id),
        element("link", entry.url),
        element("guid", entry.arxiv_url, 'isPermaLink="false"'),
        element("pubDate", rfc822(datetime(day.year, day.month, day.day, tzinfo=UTC))),
        *(element("dc:creator", author) for author in entry.authors),
        *(element("category", term) for term in terms(entry)),
        # A description is HTML: what is a sign of it in the text is escaped twice.
        element("description", "".join(element("p", text) for text in (short, abstract))),
        "</item>",
    ]
    return "\n".join(filter(None, lines))
