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
:root { color-scheme: light dark; --ink: #1c1e21; --dim: #59616a; --line: #e3e6ea; --ground: #fff; --soft: #f1f3f6;
  --link: #0a58b5; --mark: #7a2ff0 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e8eb; --dim: #9ba4ae; --line: #2c3137; --ground: #14171a; --soft: #22272d; --link: #86b9ff;
    --mark: #c9a6ff }
}
* { box-sizing: border-box }
body { margin: 0 auto; padding: 2rem 1rem 4rem; max-width: 46rem; color: var(--ink); background: var(--ground);
  font: 1.0625rem/1.6 system-ui, sans-serif; overflow-wrap: anywhere; -webkit-text-size-adjust: 100% }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0; text-wrap: balance }
h2 { font-size: 1.2rem; line-height: 1.35; margin: 0 0 .3rem; text-wrap: pretty; hyphens: auto }
p { margin: .45rem 0 }
a { color: var(--link) }
h2 a { color: inherit; text-decoration: none }
h2 a:hover, h2 a:focus { text-decoration: underline }
article { border-top: 1px solid var(--line); padding: 1.4rem 0; position: relative }
header { margin-bottom: 1.4rem }
.dim { color: var(--dim); font-size: .9rem; line-height: 1.5 }
.votes { color: var(--ink); font-weight: 600 }
.mark { color: var(--mark); font-weight: 600 }
.dim span { display: inline-block }
.dim span:not(:last-child)::after { content: "·"; color: var(--dim); font-weight: 400; padding: 0 .4em }
.words { margin: .6rem 0; font-size: .8rem; line-height: 1.4 }
.words span { display: inline-block; padding: .1rem .55rem; margin: 0 .15rem .3rem 0; border-radius: 1rem;
  background: var(--soft); color: var(--dim) }
nav a { display: inline-block; padding: .3rem 1.1rem .3rem 0; font-size: .9rem; text-decoration: none }
nav a:hover, nav a:focus { text-decoration: underline }
summary { color: var(--dim); font-size: .9rem; line-height: 1.5; padding: .25rem 0; cursor: pointer }
blockquote { margin: .6rem 0; padding: .1rem 0 .1rem .8rem; border-left: 3px solid var(--mark); white-space: pre-line }
@media (min-width: 60rem) {
  .dim .votes { position: absolute; inset-inline-start: -6.5rem; top: 1.3rem; width: 5rem; text-align: end;
    word-spacing: 5rem; color: var(--dim); font-size: .75rem; font-weight: 400; line-height: 1.2 }
  .dim .votes::first-line { color: var(--ink); font-size: 1.5rem; font-weight: 650 }
  .dim .votes::after { content: none !important }
}
@media print { body { max-width: none } article { break-inside: avoid } }
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
        _keywords(entry),
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
    if organization := entry.organization_name or entry.organization:
        spans.append(element("span", organization, AUTO))
    if day:
        spans.append(f'<span><time datetime="{day.isoformat()}">{spoken(day)}</time></span>')
    spans.append(element("span", entry.id))
    spans += [element("span", words, 'class="mark"') for words in marks(entry)]
    return f'<p class="dim">{"".join(spans)}</p>'


def _keywords(entry: Entry) -> str:
    spans = " ".join(element("span", keyword) for keyword in entry.keywords)
    return spans and f'<p class="words">{spans}</p>'


def _abstract(text: str, *, folded: bool, opened: bool) -> str:
    """The abstract; behind its name where something shorter stands before it."""
    if not text or not folded:
        return element("p", text, AUTO)
    return f"<details{' open' * opened}><summary>Abstract</summary>{element('p', text, AUTO)}</details>"
