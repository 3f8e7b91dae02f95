"""Papers as Markdown that CommonMark, GitHub and Obsidian read, in which nothing from outside is more than text."""

from __future__ import annotations

import re

from papercli.dates import spoken
from papercli.render.document import BETWEEN, counts, links, marks, names, newest, prose, title
from papercli.render.markup import legal
from papercli.text import url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from papercli.paper import Entry
    from papercli.render import View

# What means something anywhere in a line, what of two or more signs makes a bare address a link (GitHub's autolinks),
# marks or hides text (Obsidian's ==, %%), begins a command (Templater's <%), or is a character written as an entity.
_ANYWHERE = r"[\\`*_\[\]<>|~$@#^]|:(?=//)|(?<=[Ww]{3})\.|=(?==)|%(?=%)|(?<=<)%|&(?=#?\w+;)"
_AT_THE_BEGINNING = r"^(?:(\d{1,9})(?=[.)])|(?=[-+=:]))"


def markdown(entries: Sequence[Entry], view: View) -> str:
    """A heading, and a section for each paper: title, authors, facts, links, what it says, the reader's own note."""
    when = newest(entries)
    head = [f"# {plain(title(view))}"] + [f"As of {when:%Y-%m-%d %H:%M} UTC." for when in (when,) if when]
    return "\n\n".join([*head, *(paper(entry, view) for entry in entries)]) + "\n"


def plain(text: str) -> str:
    """The text in one line, as Markdown that shows it letter by letter (CommonMark 0.31, 2.4)."""
    line = re.sub(_ANYWHERE, r"\\\g<0>", " ".join(legal(text).split()))
    return re.sub(_AT_THE_BEGINNING, lambda found: f"{found[1]}\\" if found[1] else "\\", line)


def link(words: str, address: str) -> str:
    """A link, or only the words where the address is not one of `http` or `https`."""
    safe = url(address).replace("(", "%28").replace(")", "%29")
    return f"[{plain(words)}]({safe})" if safe else plain(words)


def paper(entry: Entry, view: View, level: int = 2) -> str:
    """A paper's section, below a heading of that level."""
    whole = view.abstract or view.pages
    first, more = (", ".join(entry.authors), "") if whole else names(entry)
    short, abstract = prose(entry, whole=whole)
    day = entry.listed or entry.published
    blocks = [
        f"{'#' * level} {link(entry.title or entry.id, entry.url)}",
        " ".join(filter(None, (plain(first), more))),
        plain(BETWEEN.join([*counts(entry), *([spoken(day)] if day else []), entry.id, *marks(entry)])),
        plain(entry.journal_ref or ""),
        BETWEEN.join(link(words, address) for words, address in links(entry)),
        plain(short),
        plain(abstract),
        plain(", ".join(entry.keywords)) and f"Keywords: {plain(', '.join(entry.keywords))}",
        plain(BETWEEN.join(entry.why)),
        entry.note and f"> {plain(entry.note)}",
    ]
    return "\n\n".join(filter(None, blocks))
