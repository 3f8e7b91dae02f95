"""Papers as one page for a browser: light and dark, for a phone too, without a script and without anything remote."""

from __future__ import annotations

from papercli.dates import spoken
from papercli.render.document import counts, links, marks, names, newest, prose, stamp, title
from papercli.render.markup import address, element, escaped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from papercli.paper import Entry
    from papercli.render import View

STYLE = """\
:root { color-scheme: light dark; --ink: #1c1e21; --dim: #5c636b; --line: #dcdfe3; --ground: #fff; --link: #0a58b5;
  --mark: #8a3ffc }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e6e9; --dim: #9aa2ab; --line: #33383e; --ground: #15181b; --link: #7db4ff; --mark: #c9a6ff }
}
* { box-sizing: border-box }
body { margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 46rem; color: var(--ink); background: var(--ground);
  font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: anywhere; -webkit-text-size-adjust: 100% }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 }
h2 { font-size: 1.15rem; line-height: 1.35; margin: 0 0 .25rem }
p { margin: .4rem 0 }
a { color: var(--link) }
h2 a { color: inherit; text-decoration: none }
h2 a:hover, h2 a:focus { text-decoration: underline }
article { border-top: 1px solid var(--line); padding: 1.25rem 0 }
header { margin-bottom: 1.25rem }
.dim, footer { color: var(--dim); font-size: .9rem }
.votes { color: var(--ink); font-weight: 600 }
.mark { color: var(--mark); font-weight: 600 }
.dim span { display: inline-block }
.dim span:not(:last-child)::after { content: "·"; color: var(--dim); font-weight: 400; padding: 0 .4em }
nav a { display: inline-block; padding: .3rem 1rem .3rem 0; font-size: .9rem }
summary { color: var(--dim); font-size: .9rem; padding: .3rem 0; cursor: pointer }
blockquote { margin: .5rem 0; padding-left: .8rem; border-left: 3px solid var(--mark); white-space: pre-line }
@media print { article { break-inside: avoid } }
"""

AUTO = 'dir="auto"'  # each text in its own direction

# The page asks for nothing and runs nothing; should anything of it ever try, the browser refuses.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def html(entries: Sequence[Entry], view: View) -> str:
    """The page, also when there are no papers on it."""
    when = newest(entries)
    as_of = f'<p class="dim">As of <time datetime="{stamp(when)}">{when:%Y-%m-%d %H:%M} UTC</time></p>' if when else ""
    lines = [
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        element("title", title(view)),
        f"<style>\n{STYLE}</style>\n</head>\n<body>",
        f"<header>\n{element('h1', title(view), AUTO)}\n{as_of}</header>\n<main>",
        *(_paper(entry, view) for entry in entries),
        *["<p>No papers.</p>"] * (not entries),
        "</main>\n</body>\n</html>",
    ]
    return "\n".join(lines) + "\n"


def link(words: str, where: str | None) -> str:
    """A link that tells the other side nothing, or only the words where there is no `http` or `https` address."""
    if not (target := address(where or "")):
        return escaped(words)
    return f'<a href="{target}" rel="noopener noreferrer">{escaped(words)}</a>'


def _paper(entry: Entry, view: View) -> str:
    short, abstract = prose(entry, whole=True)
    lines = [
        f'<article id="{escaped(entry.id)}">',
        f'<h2 dir="auto">{link(entry.title or entry.id, entry.url)}</h2>',
        _authors(entry),
        _facts(entry),
        element("p", short, AUTO),
        _abstract(abstract, folded=bool(short), opened=view.abstract or view.pages),
        element("p", ", ".join(entry.keywords), 'class="dim"'),
        element("blockquote", entry.note or "", AUTO),
        element("p", entry.journal_ref or "", 'class="dim" dir="auto"'),
        f"<nav>{''.join(link(words, where) for words, where in links(entry))}</nav>",
        "</article>",
    ]
    return "\n".join(filter(None, lines))


def _authors(entry: Entry) -> str:
    """Some names, and behind them the others for whoever wants to see them."""
    first, more = names(entry)
    if not more:
        return element("p", first, 'class="dim" dir="auto"')
    return (
        f'<details class="dim"><summary>{escaped(first)} {escaped(more)}</summary>'
        f"{element('p', ', '.join(entry.authors))}</details>"
    )


def _facts(entry: Entry) -> str:
    day = entry.listed or entry.published
    spans = [element("span", words, 'class="votes"' * (not place)) for place, words in enumerate(counts(entry))]
    if day:
        spans.append(f'<span><time datetime="{day.isoformat()}">{spoken(day)}</time></span>')
    spans.append(element("span", entry.id))
    spans += [element("span", words, 'class="mark"') for words in marks(entry)]
    return f'<p class="dim">{"".join(spans)}</p>'


def _abstract(text: str, *, folded: bool, opened: bool) -> str:
    """The abstract; behind its name where something shorter stands before it."""
    if not text or not folded:
        return element("p", text, AUTO)
    return f"<details{' open' * opened}><summary>Abstract</summary>{element('p', text, AUTO)}</details>"
