"""How papers are printed: the format that was asked for, the list with its caption, or a page for each paper."""

from __future__ import annotations

from papercli.errors import BadRequest
from papercli.value import changed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any

    from papercli.app import App
    from papercli.commands import options
    from papercli.expression import Expression
    from papercli.library.entries import Rows
    from papercli.paper import Entry


MOST_AT_ONCE = 10_000
"""Papers that are in memory together, for a format that needs all of them before the first is printed."""

EXPLAINED = ("cards",)
"""Formats with room for why a paper is shown."""


def choose_format(app: App, output: options.Output, usually: str | None = None) -> None:
    """Settle how papers are printed, before anything is said: `usually`, unless a format was asked for; without it as
    the settings say on a terminal, else as tab-separated lines. Raises BadRequest when two ways were asked for."""
    asked = {name for name in (output.output, output.json and "json", output.jsonl and "jsonl") if name}
    if len(asked) > 1:
        raise BadRequest(f"{' and '.join(sorted(asked))} cannot be printed at once", hint="choose one format")
    usual = app.setting("output.format")  # looked at in any case, so that no run passes over a file that is wrong
    app.format = usual if app.console.is_terminal else app.format
    app.format = next(iter(asked), usually or app.format)
    app.console.json = app.format in ("json", "jsonl")
    if not output.jq is output.template is output.obsidian is None:
        from papercli.commands.shaping import shape_of

        app.shape = shape_of(app, output, asked)
        app.console.json = bool(asked)
    if output.feed_url is not None:
        from papercli.commands.naming import address_of

        app.feed_url = address_of(output.feed_url, app.format)
    if output.null or output.fields is not None:
        from papercli.render.fields import named

        app.fields = named(output.fields, app.format, null=output.null)


def print_list(
    app: App,
    entries: Sequence[Entry] | Rows,
    output: options.Output,
    *,
    caption: Callable[[], tuple[str, str]],
    sought: Expression | None = None,
    **how: Any,
) -> None:
    """Print a list of papers, headed by its caption on cards, what was `sought` marked in them. Numbers its rows for
    `papers show 3`. `how` are further names of View."""
    from papercli.render import WHOLE

    if len(entries) > MOST_AT_ONCE and (app.format in WHOLE or output.jq is not None):
        what = "--jq" if output.jq is not None else app.format
        raise BadRequest(
            f"{what} takes {MOST_AT_ONCE:,} papers at once, and these are {len(entries):,}",
            hint=f"-n {MOST_AT_ONCE}, a filter, or -o jsonl, which takes them one by one",
        )
    ids: list[str] = []
    coming: Iterable[Entry] = _noted(entries, ids)
    if app.format in EXPLAINED:
        from papercli.reasons import explained

        coming = explained(app, list(coming), sought)
    elif app.format in WHOLE:
        coming = list(coming)
    _print(app, coming, output, caption=caption, **how)
    app.last_list.keep(ids, shown=app.console.is_terminal)


def _noted(entries: Iterable[Entry], ids: list[str]) -> Iterator[Entry]:
    """The entries as they come, while `ids` fills with as many of theirs as a list is remembered by."""
    from papercli.last_list import MOST

    for place, entry in enumerate(entries):
        if place < MOST:
            ids.append(entry.id)
        yield entry


def print_pages(app: App, entries: Sequence[Entry], output: options.Output, *, single: bool) -> None:
    """Print all about each paper: a page each on a terminal; with `single` JSON is one object, not an array."""
    _print(app, entries, output, pages=True, single=single)


def _print(
    app: App,
    entries: Iterable[Entry],
    output: options.Output,
    *,
    caption: Callable[[], tuple[str, str]] = lambda: ("", ""),
    **asked: Any,
) -> None:
    from papercli.render import DOCUMENTS, FEEDS, HUMAN, pieces, theme_for, view

    console, human = app.console, app.format in HUMAN
    how = view(
        app.format, console, caption=caption, abstract=output.abstract, fields=app.fields, null=output.null,
        theme=lambda: theme_for(app.setting("output.theme"), app.environ.get("COLORFGBG", "")),
        **asked,
    )  # fmt: skip
    if app.format in FEEDS:
        from papercli.commands.naming import identity_of

        how = changed(how, identity=identity_of(app, *app.asked), address=app.feed_url)
    made = app.shape(entries, how) if app.shape else pieces(entries, app.format, how)
    console.show(made, paged=human, whole=app.format in DOCUMENTS and not app.shape)
    if human and console.is_terminal and (new := [entry.id for entry in entries if not entry.seen]):
        app.library.saw(new, int(app.now()))
