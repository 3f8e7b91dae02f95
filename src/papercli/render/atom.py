"""An Atom feed (RFC 4287): an entry for each paper, the same on every run until a source says something new."""

from __future__ import annotations

from papercli.render.document import HOME, listed, midnight, name, newest, prose, published, stamp, terms
from papercli.render.markup import address, element, escaped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from papercli.paper import Entry
    from papercli.render import View

NEVER = "1970-01-01T00:00:00Z"  # a feed must say when it changed, and one without papers never did


def atom(entries: Sequence[Entry], view: View) -> str:
    """The feed, also when it is empty. Its id follows from what was asked for, so that every day's is the same; an
    entry's is the paper's address at arXiv, without a version."""
    when = newest(entries)
    head = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">',
        element("id", identity(view.identity or name(view))),
        element("title", name(view)),
        element("updated", stamp(when) if when else NEVER),
        "<author><name>papercli</name></author>",
        f'<link rel="alternate" type="text/html" href="{HOME}"/>',
        *[f'<link rel="self" type="application/atom+xml" href="{address(view.address)}"/>'] * bool(view.address),
        "<generator>papercli</generator>",
    ]
    return "\n".join([*head, *map(_entry, entries), "</feed>"]) + "\n"


def identity(name: str) -> str:
    """An address that nothing else has, the same for the same name (a UUID of version 5, RFC 9562)."""
    from uuid import NAMESPACE_URL, uuid5

    return uuid5(NAMESPACE_URL, f"{HOME}#{name.encode('utf-8', 'replace').decode()}").urn


def _entry(entry: Entry) -> str:
    short, abstract = prose(entry, whole=True)
    lines = [
        "<entry>",
        element("id", entry.arxiv_url),
        element("title", entry.title or entry.id),
        element("updated", midnight(listed(entry))),
        element("published", midnight(published(entry))),
        *(f"<author>{element('name', author)}</author>" for author in entry.authors or ("unknown",)),
        f'<link rel="alternate" type="text/html" href="{address(entry.url)}"/>',
        # Not an enclosure: readers fetch those unasked, all at once, which arXiv does not want.
        f'<link rel="related" type="application/pdf" title="PDF" href="{address(entry.pdf_url)}"/>',
        *(f'<category term="{escaped(term)}"/>' for term in terms(entry)),
        element("summary", short or abstract, 'type="text"'),
        element("content", abstract, 'type="text"') if short else "",
        "</entry>",
    ]
    return "\n".join(filter(None, lines))
