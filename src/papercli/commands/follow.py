"""`papers follow`: topics, which are queries with a name, kept in topics.toml; and those jobs that `mute` has too."""

from __future__ import annotations

import sys

from papercli.config import topics
from papercli.errors import BadRequest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from papercli.app import App
    from papercli.commands import options
    from papercli.dates import Span

LONGEST = 20_000  # characters of a query


def follow(app: App, job: options.FollowJob, topic: options.TopicWords, rows: options.Rows) -> None:
    """Topics that you follow: queries with a name.

    Examples:
      papers follow add video video -game
      papers follow add kv-cache '"kv cache" OR quantization'
      papers follow list
      papers follow edit video video -game -driving
      papers follow rename video films
      papers follow remove films
      papers follow edit                        open topics.toml in your editor

    Papers that match a topic carry its name, and papers new shows what came into it. A name is made of letters,
    digits, - and _; papers help query tells how a QUERY is written. All of it is in topics.toml, which you may
    change by hand; edit with a NAME alone opens it there.
    """
    app.console.json = rows.array
    words = tuple(topic or ())
    jobs: dict[str, Callable[[App, tuple[str, ...]], None]] = {
        "add": lambda app, words: add(app, "follow", words),
        "list": lambda app, words: show(app, "follow", words, rows.array),
        "edit": _edit,
        "rename": _rename,
        "remove": lambda app, words: remove(app, "follow", words),
    }
    jobs[job](app, words)


def add(app: App, table: str, words: tuple[str, ...]) -> None:
    """A new topic of the table, once its query is known to make sense."""
    if len(words) < 2:
        raise _takes(table, "add", "NAME and QUERY", "kv-cache quantization")
    name, query = words[0], _checked(app, words[0], words[1:])
    topics.add(app.topics.path, app.folder("state"), table, name, query)
    app.console.note(table, f"{table.rstrip('e')}ing {name}: {query}")


def show(app: App, table: str, words: tuple[str, ...], as_json: bool) -> None:
    """Every topic of the table: a line of name, tab and query, for a terminal aligned, or JSON."""
    if words:
        raise _takes(table, "list", "nothing more", "")
    kept = topics.read(app.topics.path, app.folder("state"))
    queries = kept.follow if table == "follow" else kept.mute
    if not queries:
        app.console.note(table, f"nothing is {table.rstrip('e')}ed yet: papers {table} add NAME QUERY")
    if as_json:
        import json

        found = [{"name": name, "query": query} for name, query in queries.items()]
        app.console.show(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
        return
    wide = max(map(len, queries), default=0)
    between = "  " if app.console.is_terminal else "\t"
    width = wide if app.console.is_terminal else 0
    app.console.show("".join(f"{name:{width}}{between}{query}\n" for name, query in queries.items()), paged=True)


def remove(app: App, table: str, words: tuple[str, ...]) -> None:
    """A topic out of the table, and what it was said, so that it can be added again."""
    if len(words) != 1:
        raise _takes(table, "remove", "one NAME", "kv-cache")
    was = topics.remove(app.topics.path, app.folder("state"), table, words[0])
    app.console.note(table, f"removed {words[0]}: {was}")


def _edit(app: App, words: tuple[str, ...]) -> None:
    if len(words) < 2:
        _in_editor(app, *words)
        return
    name, query = words[0], _checked(app, words[0], words[1:])
    was = topics.replace(app.topics.path, app.folder("state"), "follow", name, query)
    app.console.note("follow", f"following {name}: {query}; it was: {was}")


def _in_editor(app: App, name: str = "") -> None:
    """Open topics.toml, at the topic when one is named, and check afterwards what was written."""
    from papercli.commands.editing import edit

    path, state, line = app.topics.path, app.folder("state"), 0
    if name:
        topics.known(topics.read(path, state).follow, "follow", name)
        line = topics.line_of(path, "follow", name)
    if sys.stdin is None or not sys.stdin.isatty() or not app.console.is_terminal:
        raise BadRequest("there is no terminal to edit on", hint=f"papers follow edit {name or 'NAME'} QUERY")
    topics.make(path, state)
    edit(path, app.environ, line)
    _check_all(app)


def _check_all(app: App) -> None:
    """Look whether every query in the file can be read. Raises BadRequest, with the line, for the first that cannot."""
    from papercli.following import Following

    following = Following(app.folder, _days(app))
    _ = following.followed, following.muted
    app.console.note("follow", f"{following.path} is fine")


def _rename(app: App, words: tuple[str, ...]) -> None:
    if len(words) != 2:
        raise _takes("follow", "rename", "the old NAME and the new one", "kv-cache cache")
    topics.rename(app.topics.path, app.folder("state"), "follow", *words)
    app.console.note("follow", f"{words[0]} is {words[1]} now")


def _checked(app: App, name: str, words: tuple[str, ...]) -> str:
    """The query that the words are, on one clean line. Raises BadRequest, with the place, when it cannot be read."""
    from papercli.grammar import parse
    from papercli.text import line

    query = " ".join(words)
    if not topics.is_name(name):
        raise BadRequest(topics.wrong_name(name), hint="for example: papers follow add kv-cache quantization")
    parse(query, _days(app))
    return line(query, LONGEST)


def _days(app: App) -> Callable[[str], Span]:
    """The days of a WHEN, from today: whether a day makes sense is no reason to ask a server for its newest."""
    from papercli.dates import when

    return lambda text: when(text, newest=app.calendar.today)


def _takes(table: str, job: str, what: str, example: str) -> BadRequest:
    return BadRequest(f"{table} {job} takes {what}", hint=f"for example: papers {table} {job} {example}".rstrip())
