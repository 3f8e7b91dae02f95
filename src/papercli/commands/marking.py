"""`papers star`, `later`, `hide`, `mark` and their opposites, `papers tag`: the reader's own marks.

All of them end in `change`, which other commands may call too.
"""

from __future__ import annotations

from papercli.errors import BadRequest, NoSuchPaper
from papercli.selection import MOST as MOST_ASKED
from papercli.selection import selected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from papercli.app import App
    from papercli.commands import options

MOST = 100_000
TITLE = 80
"""Characters of a title that are said."""


def star(app: App, ids: options.Ids) -> None:
    """Star papers: those you want to find again.

    Examples:
      papers star 2501.12948
      papers star 1 2 5                      rows of the last list on this terminal
      papers today -k diffusion -o ids | papers star -

    papers list --starred shows them. papers undo takes it back.
    """
    _set(app, ids, "starred", "starred", "already starred")


def unstar(app: App, ids: options.Ids) -> None:
    """Take the star away.

    Examples:
      papers unstar 2501.12948
    """
    _clear(app, ids, "starred", "unstarred", "not starred:")


def later(app: App, ids: options.Ids) -> None:
    """Keep papers to read later.

    Examples:
      papers later 3
      papers list --later
    """
    _set(app, ids, "later", "kept for later", "already kept for later")


def unlater(app: App, ids: options.Ids) -> None:
    """Keep papers no longer to read later.

    Examples:
      papers unlater 2501.12948
      papers list --later -o ids | papers unlater -
    """
    _clear(app, ids, "later", "no longer kept for later", "not kept for later:")


def hide(app: App, ids: options.Ids) -> None:
    """Leave papers out of every listing.

    Examples:
      papers hide 4
      papers today --hidden                  those hidden today

    Asked for by id a hidden paper is shown.
    """
    _set(app, ids, "hidden", "hidden", "already hidden")


def unhide(app: App, ids: options.Ids) -> None:
    """Show hidden papers again.

    Examples:
      papers unhide 2501.12948
    """
    _clear(app, ids, "hidden", "no longer hidden", "not hidden:")


def mark(app: App, ids: options.Ids, reading: options.Reading) -> None:
    """Mark papers as read or unread.

    Examples:
      papers mark 2501.12948 --read
      papers today -o ids | papers mark - --read

    Showing or opening a paper is not reading it: it is read when you say so. For papers open the setting
    reading.open_marks_read says otherwise.
    """
    if reading.as_read is reading.as_unread:
        both = reading.as_read
        raise BadRequest(
            "--read and --unread cannot both be" if both else "neither --read nor --unread was given",
            hint="papers mark 2501.12948 --read",
        )
    if reading.as_read:
        _set(app, ids, "read", "marked as read", "already read")
    else:
        _clear(app, ids, "read", "marked as unread", "not marked as read:")


def tag(app: App, ids: options.Ids, tags: options.Tags) -> None:
    """Add and remove tags of your own, or print those of papers.

    Examples:
      papers tag 2501.12948 --add thesis --add "to teach"
      papers tag 2501.12948 --remove thesis
      papers tag 2501.12948                  prints the id, a tab, and its tags
      papers list --tag thesis

    A tag keeps its capitals, but Thesis and thesis are the same tag.
    """
    add, remove = (_names(names) for names in (tags.added, tags.removed))
    wanted = selected(ids, app.last_list, most=MOST)
    if not add and not remove:
        _print_tags(app, wanted)
        return
    from papercli.text import folded

    if twice := {folded(name): name for name in add}.keys() & {folded(name) for name in remove}:
        raise BadRequest(f"a tag cannot be added and removed at once: {', '.join(sorted(twice))}")
    now = int(app.now())
    changes = {f"tag:{name}": None for name in remove} | {f"tag:{name}": now for name in add}
    done = [f"tagged {', '.join(add)}"] if add else []
    done += [f"untagged {', '.join(remove)}"] if remove else []
    change(app, wanted, changes, done=f"{', '.join(done)}:", already="already so:", ask=bool(add))


def _names(given: Sequence[str] | None) -> list[str]:
    from papercli.library.own import LONGEST_TAG
    from papercli.text import line

    names = [line(name) for name in given or ()]
    if any(not 1 <= len(name) <= LONGEST_TAG for name in names):
        raise BadRequest(f"a tag has 1 to {LONGEST_TAG} characters", hint='papers tag 2501.12948 --add "to teach"')
    return names


def _print_tags(app: App, ids: list[str]) -> None:
    tags = app.library.marks.tags(ids)
    app.console.show("".join(f"{id}\t{'; '.join(tags[id])}\n" for id in ids))


def _set(app: App, words: Sequence[str] | None, name: str, done: str, already: str) -> None:
    wanted = selected(words, app.last_list, most=MOST)
    change(app, wanted, {name: int(app.now())}, done=done, already=already)


def _clear(app: App, words: Sequence[str] | None, name: str, done: str, already: str) -> None:
    wanted = selected(words, app.last_list, most=MOST)
    change(app, wanted, {name: None}, done=done, already=already, ask=False)


# What other commands may use


def stamp(app: App) -> dict[str, Any]:
    """When and where a change is made, as `Marks` wants it: clock (milliseconds since 1970) and machine."""
    from papercli.system.machine import machine

    return {"clock": int(app.now() * 1_000), "machine": machine(app.folder("state"))}


def change(
    app: App,
    ids: Sequence[str],
    changes: Mapping[str, Any],
    *,
    done: str,
    already: str,
    ask: bool = True,
    by: str = "cli",
) -> None:
    """Change the marks of papers (see `Marks`), durably, and say so: what was `done`, or that it is `already` so.

    With `ask` the source is asked for papers that the library does not know; what it does not know either is not
    marked, and NoSuchPaper is raised when the others are. Raises LibraryError where nothing lasts.
    """
    titles = app.library.marks.titles(ids)
    missing = _ask(app, [id for id in ids if id not in titles]) if ask else ()
    wanted = [id for id in ids if id not in missing] if missing else ids
    if wanted:
        marks = app.library.marks
        titles |= marks.titles([id for id in wanted if id not in titles])
        number = marks.change(wanted, changes, by=by, **stamp(app))
        changed = len(wanted) if len(wanted) == 1 else len(marks.entry(number).ids) if number else 0
        app.console.note("marked", _said(wanted, titles, changed if number else 0, done, already))
    if missing:
        raise NoSuchPaper(f"no such paper: {', '.join(missing)}")


def named(id: str, titles: Mapping[str, str]) -> str:
    """The paper as it is spoken of: its id, and its title if that is known."""
    title = titles.get(id, "")
    return f"{id} {title if len(title) <= TITLE else title[: TITLE - 1].rstrip() + '…'}".rstrip()


def _said(ids: Sequence[str], titles: Mapping[str, str], changed: int, done: str, already: str) -> str:
    if len(ids) == 1:
        return f"{done if changed else already} {named(ids[0], titles)}"
    papers = f"{changed:,} paper{'' if changed == 1 else 's'}"
    if not changed:
        return f"{already} {len(ids):,} papers"
    return f"{done} {papers}" + (f"; {already} {len(ids) - changed:,}" if changed < len(ids) else "")


def _ask(app: App, unknown: list[str]) -> tuple[str, ...]:
    """Have the library know these papers. Returns those that do not exist; where that cannot be told, says so."""
    if not unknown:
        return ()
    if len(unknown) > MOST_ASKED:
        app.console.note("unknown", f"{len(unknown):,} papers are too many to ask for; marked without being known")
        return ()
    from papercli.commands.asking import asked

    outcome = asked(app, unknown)
    known = app.library.marks.titles(unknown)
    if failures := [(id, failure) for id, failure in outcome.failures if id not in known]:
        whom = failures[0][0] if len(failures) == 1 else f"{len(failures):,} of them"
        app.console.note("unknown", f"{failures[0][1]}; the library does not know {whom} yet, and it is marked so")
    return tuple(id for id in outcome.missing if id not in known)
