"""What a person makes of the papers beyond the formats: a program in jq's language, a pattern of their own, notes in a
folder."""

from __future__ import annotations

from papercli.errors import BadRequest, OutputError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from papercli.app import App
    from papercli.commands import options
    from papercli.paper import Entry
    from papercli.render import View
    from papercli.vault import Vault

    Shape = Callable[[Iterable[Entry], View], str | Iterable[str]]

WAYS = ("jq", "template", "obsidian")


def shape_of(app: App, output: options.Output, formats: set[str]) -> Shape | None:
    """What makes text of the papers; None where a format does. `formats` are those that were typed.

    Raises BadRequest when two ways were asked for, or what was typed makes no sense.
    """
    asked = [way for way in WAYS if getattr(output, way) is not None]
    others = sorted(formats - {"json"} if asked == ["jq"] else formats)
    if len(asked) + len(others) > 1 and asked:
        names = [f"--{way}" for way in asked] + others
        raise BadRequest(f"{' and '.join(names)} cannot be printed at once", hint="choose one of them")
    if not asked:
        return None
    return {"jq": _by_jq, "template": _by_template, "obsidian": _as_notes}[asked[0]](app, output)


def _by_jq(app: App, output: options.Output) -> Shape:
    from papercli.render import render
    from papercli.text import harmless

    app.format = "json"
    jq = app.jq(output.jq or "")

    def shape(entries: Iterable[Entry], view: View) -> str:
        made = jq.over(render(entries, "json", view))
        return harmless(made) if app.console.is_terminal else made

    return shape


def _by_template(app: App, output: options.Output) -> Shape:
    from papercli.render import together
    from papercli.render.template import expanded, parsed

    if output.fields is not None:
        raise BadRequest("--fields is not for --template, which names its fields itself", hint="leave --fields out")
    app.format = "tsv"
    template = parsed(output.template or "")
    app.fields = template.fields
    return lambda entries, view: together(expanded(entries, template, links=app.console.links, now=app.now()))


def _as_notes(app: App, output: options.Output) -> Shape:
    from papercli.vault import Vault

    if output.fields is not None:
        raise BadRequest("--fields is not for --obsidian, whose notes have all of them", hint="leave --fields out")
    app.format = "ids"  # which -0 may end, too
    vault = Vault(output.obsidian or "")
    # All papers are read before the first note is written: a library that fails leaves no half of a vault.
    return lambda entries, view: _notes(app, vault, list(entries), "\0" if output.null else "\n")


def _notes(app: App, vault: Vault, entries: Sequence[Entry], end: str) -> str:
    """Write a note for each paper; the paths, each with an `end`. Raises OutputError, when the others are written, for
    those that cannot be."""
    from papercli.render.note import ONCE, body, fields, file_name

    paths: list[str] = []
    counts = {"new": 0, "updated": 0, "same": 0}
    failures: list[OutputError] = []
    for entry in entries:
        try:
            path, became = vault.keep(entry.id, file_name(entry), fields(entry), body(entry), ONCE)
        except OutputError as failure:
            failures.append(failure)
            continue
        paths.append(path + end)
        counts[became] += 1
    vault.settle()
    count = "1 note" if len(paths) == 1 else f"{len(paths):,} notes"
    said = [f"{many:,} {words}" for words, many in zip(("new", "updated", "as before"), counts.values(), strict=True)]
    app.console.note("notes", f"{count} in {vault.folder}: {', '.join(said)}")
    if failures:
        app.console.show("".join(paths))
        more = f", and {len(failures) - 1:,} more" if len(failures) > 1 else ""
        raise OutputError(f"{failures[0]}{more}")
    return "".join(paths)
