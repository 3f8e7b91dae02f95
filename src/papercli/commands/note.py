"""`papers note ID`: a note of the reader's own on a paper."""

from __future__ import annotations

import os
import sys

from papercli.commands.marking import change
from papercli.errors import BadRequest, OutputError, PapercliError
from papercli.selection import selected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from papercli.app import App
    from papercli.commands import options

MAX_BYTES = 1 << 20


def note(app: App, ids: options.Ids, writing: options.Writing) -> None:
    """Write a note on a paper; without -m on a terminal in your editor, elsewhere print it.

    Examples:
      papers note 2501.12948 -m "Figure 3 is what I was looking for"
      papers note 2501.12948                 opens VISUAL or EDITOR
      papers note 2501.12948 | cat           prints the note
      papers note 2501.12948 -m ""           removes it

    A note may have several lines. papers undo brings the one before it back.
    """
    from papercli.library.own import note_text

    wanted = selected(ids, app.last_list)
    if len(wanted) != 1:
        raise BadRequest(f"a note is on one paper, not on {len(wanted):,}", hint="papers note 2501.12948 -m TEXT")
    if writing.message is not None:
        _write(app, wanted[0], note_text(writing.message))
        return
    present = app.library.marks.note(wanted[0])
    if app.console.is_terminal and sys.stdin is not None and sys.stdin.isatty():
        _edit(app, wanted[0], present)
    elif present:
        app.console.show(f"{present}\n")
    else:
        app.console.note("note", f"there is no note on {wanted[0]}")


def _write(app: App, id: str, words: str) -> None:
    from papercli.library.own import LONGEST_NOTE

    if len(words) > LONGEST_NOTE:
        raise BadRequest(f"a note has at most {LONGEST_NOTE:,} characters, and this has more")
    done, already = ("noted on", "already noted on") if words else ("removed the note on", "there is no note on")
    change(app, [id], {"note": words or None}, done=done, already=already, ask=bool(words))


def _edit(app: App, id: str, present: str) -> None:
    """Have the person write in their editor. What was written stays in the file when it cannot be kept."""
    import tempfile

    from papercli.commands.editing import edit
    from papercli.library.own import note_text

    try:
        file, path = tempfile.mkstemp(prefix=f"papers-{id.replace('/', '-')}-", suffix=".md")
        with open(file, "w", encoding="utf-8") as opened:
            opened.write(f"{present}\n" if present else "")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise OutputError(
            f"there is no file to write the note in: {reason}", hint=f"papers note {id} -m TEXT"
        ) from error
    try:
        edit(path, app.environ)
        words = note_text(_read(path))
        if words == present:
            app.console.note("note", f"the note on {id} is as it was" if present else f"no note on {id} was written")
        else:
            _write(app, id, words)
    except PapercliError as error:
        if note_text(_read(path)) != present:
            error.hint = f"what you wrote is in {path}"
            raise
        os.remove(path)
        raise
    os.remove(path)


def _read(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return file.read(MAX_BYTES).decode("utf-8", "replace")
    except OSError as error:
        raise BadRequest(f"{path} cannot be read: {(error.strerror or str(error)).lower()}") from error
