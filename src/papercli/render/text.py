"""Papers as plain text of 72 columns, as mail and news have them: it reads well in any mail program, and as a file."""

from __future__ import annotations

from papercli.dates import spoken
from papercli.render.document import BETWEEN, counts, links, marks, names, title
from papercli.render.layout import wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from papercli.paper import Entry
    from papercli.render import View

WIDE = 72
MOST = 5  # lines of an abstract that stands for a summary


def text(entries: Sequence[Entry], view: View) -> str:
    """What the list is called, and its papers one below the other, numbered."""
    lines = [*heading(title(view), "="), *["No papers."] * (not entries)]
    for row, entry in enumerate(entries, start=1):
        lines += ["", *paper(entry, row, whole=view.abstract or view.pages)]
    return "".join(f"{line}\n" for line in lines)


def heading(words: str, underline: str) -> list[str]:
    """The words with a line below them."""
    lines = wrap(words, WIDE)
    return [*lines, underline * min(WIDE, max(map(len, lines), default=0))]


def paper(entry: Entry, row: int, *, whole: bool = False) -> list[str]:
    """A paper's lines: number and title, whose it is, what was counted, what it says in short, why it is there, where
    it is. With `whole` the abstract too, all of it."""
    head = f"{row}. "
    first, more = names(entry)
    home = entry.organization_name or entry.organization
    day = entry.listed or entry.published
    facts = [*counts(entry), *([spoken(day)] if day else []), entry.id, *marks(entry)]
    left = " " * len(head)
    where = dict.fromkeys([entry.url, *(at for what, at in links(entry) if not what.startswith(("arXiv", "PDF")))])
    lines = [
        *_hanging(head, entry.title or entry.id),
        *_indented(left, BETWEEN.join(filter(None, (" ".join(filter(None, (first, more))), home)))),
        *_indented(left, BETWEEN.join(facts)),
        *_prose(left, entry, whole),
        *_indented(left, BETWEEN.join(entry.why)),
        *_indented(left, " ".join(entry.note.split()) if entry.note else ""),
    ]
    return [*lines, *(left + address for address in where)]


def _prose(left: str, entry: Entry, whole: bool) -> list[str]:
    short, abstract = entry.ai_summary or "", entry.abstract
    if whole:
        return [*_indented(left, short), *_indented(left, abstract)]
    return _indented(left, short or abstract, most=0 if short else MOST)


def _hanging(head: str, words: str) -> list[str]:
    lines = wrap(words, WIDE - len(head))
    return [head + lines[0] if lines else head.rstrip(), *(" " * len(head) + line for line in lines[1:])]


def _indented(left: str, words: str, most: int = 0) -> list[str]:
    return [left + line for line in wrap(words, WIDE - len(left), most)] if words else []
