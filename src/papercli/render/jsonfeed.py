"""A JSON Feed (jsonfeed.org/version/1.1): an item for each paper."""

from __future__ import annotations

import json

from papercli.render.document import HOME, listed, midnight, name, prose, published, terms
from papercli.render.markup import legal
from papercli.text import url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from papercli.paper import Entry
    from papercli.render import View

OWN = ("id", "rank", "upvotes", "comments", "stars", "code", "project")


def jsonfeed(entries: Sequence[Entry], view: View) -> str:
    """The feed, also when it is empty, an item a line. An item's id is the paper's address at arXiv, without a version;
    what the format has no name for is under `_papers`, in the words of `papers schema`."""
    head = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": name(view),
        "home_page_url": HOME,
        **({"feed_url": url(view.address)} if view.address else {}),
        "language": "en",
    }
    items = ",\n".join(_text(_item(entry)) for entry in entries)
    return f'{_text(head)[:-1]}, "items": [{items}]}}\n'


def _text(thing: dict[str, Any]) -> str:
    return legal(json.dumps(thing, ensure_ascii=False))


def _item(entry: Entry) -> dict[str, Any]:
    short, abstract = prose(entry, whole=True)
    item = {
        "id": entry.arxiv_url,
        "url": url(entry.url),
        "external_url": url(entry.arxiv_url),
        "title": entry.title,
        "content_text": abstract or short or entry.title,
        "summary": short,
        "date_published": midnight(published(entry)),
        "date_modified": midnight(listed(entry)),
        "authors": [{"name": name} for name in entry.authors],
        "tags": list(terms(entry)),
    }
    own = {name: getattr(entry, name) for name in OWN}
    return {key: known for key, known in item.items() if known} | {"_papers": own}
