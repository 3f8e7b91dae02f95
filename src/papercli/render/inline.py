"""A digest as HTML for mail: every style stands in its tag, nothing is remote, and no colour is set that a dark ground
would swallow."""

from __future__ import annotations

from papercli.dates import spoken
from papercli.render.digest import END, headed, left_out
from papercli.render.document import BETWEEN, counts, links, marks, names
from papercli.render.layout import wrap
from papercli.render.markup import address, element, escaped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from papercli.paper import Entry
    from papercli.render.digest import Digest

PAGE = "margin:0 auto;padding:16px;max-width:640px;font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere"
# Ink and ground are the mail program's own; what is dim is the same ink, thinner.
DIM = "margin:2px 0;font-size:14px;opacity:.75"
TITLE, SECTION, PAPER = (
    "margin:0 0 4px;font-size:22px;line-height:1.3",
    "margin:28px 0 0;padding-bottom:4px;font-size:18px;line-height:1.3;border-bottom:2px solid #888",
    "margin:18px 0 2px;font-size:16px;line-height:1.35",
)
PLAIN, SHORT = "color:inherit;text-decoration:none", "margin:4px 0"
LONGEST = 400  # characters of an abstract that stands for a summary
AUTO = 'dir="auto"'  # each text in its own direction


def html(digest: Digest, whole: bool = False) -> str:
    """The page; with `whole`, abstracts too, all of them."""
    row = 0
    lines: list[str] = []
    for section in digest.sections:
        lines.append(_styled("h2", headed(section), SECTION))
        for entry in section.entries:
            row += 1
            lines += _paper(entry, row, whole)
        lines.append(_styled("p", left_out(section), DIM))
    end = [_styled("p", END, f"{DIM};margin-top:28px"), "</body>\n</html>\n"]
    return "\n".join(filter(None, [*_head(digest), *lines, *end]))


def _head(digest: Digest) -> list[str]:
    return [
        '<!DOCTYPE html>\n<html lang="en" style="color-scheme:light dark">\n<head>\n<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        f'{element("title", digest.title)}\n</head>\n<body style="{PAGE}">',
        _styled("h1", digest.title, TITLE),
        *(_styled("p", remark, DIM) for remark in digest.remarks),
    ]


def _paper(entry: Entry, row: int, whole: bool) -> list[str]:
    first, more = names(entry)
    home = entry.organization_name or entry.organization or ""
    day = entry.listed or entry.published
    facts = [*counts(entry), *([spoken(day)] if day else []), entry.id, *marks(entry)]
    short = entry.ai_summary or ""
    said = [short, entry.abstract] if whole else [short or beginning(entry.abstract)]
    where = [("Page", entry.url), *links(entry)]
    title = link(entry.title or entry.id, entry.url, PLAIN)
    return [
        f'<h3 {AUTO} style="{PAPER}">{row}. {title}</h3>',
        _styled("p", BETWEEN.join(filter(None, (" ".join(filter(None, (first, more))), home))), DIM),
        _styled("p", BETWEEN.join(facts), DIM),
        *(_styled("p", words, SHORT) for words in said),
        _styled("p", BETWEEN.join(entry.why), DIM),
        _styled("p", " ".join((entry.note or "").split()), f"{SHORT};padding-left:10px;border-left:3px solid #888"),
        f'<p style="margin:4px 0;font-size:14px">{BETWEEN.join(link(words, to) for words, to in where)}</p>',
    ]


def beginning(words: str) -> str:
    """The first few words of a long text, and an ellipsis where it goes on."""
    return "".join(wrap(words, LONGEST, 1))


def link(words: str, where: str, style: str = "") -> str:
    """A link to an `https` address; of any other only the words."""
    target = address(where)
    if not target.startswith("https://"):
        return escaped(words)
    styled = f' style="{style}"' if style else ""
    return f'<a href="{target}" rel="noopener noreferrer"{styled}>{escaped(words)}</a>'


def _styled(name: str, words: str, style: str) -> str:
    return element(name, words, f'{AUTO} style="{style}"')
