"""Papers as a table: a line each, in aligned columns under the names of the fields. On a terminal as wide as that; in
a pipe nothing is cut."""

from __future__ import annotations

from papercli.render.columns import GAP, aligned
from papercli.render.layout import Line, Span, cells, heading, written
from papercli.render.lines import cell
from papercli.render.own import signs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from papercli.paper import Entry
    from papercli.render import View

NUMBERS = {"rank", "upvotes", "comments", "stars", "version"}
CUT_LAST = NUMBERS | {"id", "published", "updated", "listed", "first_seen", "fetched_at", "seen", "read", "starred",
                      "later", "hidden"}  # fmt: skip
ADDRESSES = {"url", "arxiv_url", "pdf_url", "code", "project", "thumbnail"}
STYLES = {"upvotes": "votes", "stars": "star", "published": "dim", "listed": "dim", "rank": "dim", "id": "link"}
TITLE = 24  # cells in which a title still says something: columns that can be spared make way for it


def table(entries: Sequence[Entry], view: View) -> str:
    """The caption, a header of field names, and a line for each paper; what is unknown is a dash."""
    names = view.fields or _usual(entries, view.width)
    head: Line = tuple(Span(name, "head") for name in names)
    rows = [head, *(tuple(_span(entry, name, view) for name in names) for entry in entries)]
    right = {place for place, name in enumerate(names) if name in NUMBERS}
    whole = {place for place, name in enumerate(names) if name in CUT_LAST}
    return written([*heading(view), *aligned(rows, view.width, right=right, whole=whole)], view)


def _span(entry: Entry, name: str, view: View) -> Span:
    words = cell(entry, name).replace("\n", " ")
    if name == "title" and view.width and (own := signs(entry)):
        words = f"{own} {words}"
    link = entry.url if name == "id" else words if name in ADDRESSES else ""
    return Span(words or "-", "link" if link else STYLES.get(name, ""), link)


def _usual(entries: Sequence[Entry], width: int) -> tuple[str, ...]:
    """Rank, votes, comments, title, day and id; in a narrow terminal without those that can be spared. The day is the
    paper's own where the listing's is the same for all."""
    day = "published" if len({entry.listed for entry in entries}) < 2 else "listed"
    names = ["rank", "upvotes", "comments", "title", day, "id"]
    for spare in ("comments", day, "rank"):
        taken = sum(
            max([len(name), *(cells(cell(each, name)) for each in entries)]) for name in names if name != "title"
        )
        if not width or width - taken - GAP * (len(names) - 1) >= TITLE:
            break
        names.remove(spare)
    return tuple(names)
