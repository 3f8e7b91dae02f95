"""`papers read ID`: the text of a paper."""

from __future__ import annotations

from papercli.errors import PRECEDENCE, BadRequest, CutShort, LibraryError, NoSuchPaper, Partial, Unreadable
from papercli.query import Query

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from papercli.app import App
    from papercli.commands import options
    from papercli.errors import PapercliError
    from papercli.manuscript import Block
    from papercli.paper import Entry
    from papercli.render import View
    from papercli.texts import Found

NAMES = {"hf": "Hugging Face", "arxiv": "arXiv"}


def read(app: App, id: options.Id, extract: options.Extract) -> None:
    """The text of a paper, as Hugging Face or arXiv has it, else its abstract.

    Examples:
      papers read 2501.12948
      papers read 3                          row 3 of the last list on this terminal
      papers read 3 --toc                    its sections
      papers read 3 --section 4.2            or a part of the name: --section results
      papers read 3 --raw | llm "explain the method"

    Formulas are drawn in Unicode. What was read is kept, for --offline too. Standard error says where the text is from,
    and why not from a better place. In a pipe it is plain text, as wide as COLUMNS says, else 80 columns; --raw is
    Markdown. The setting reading.marks_read marks what is read as read.
    """
    _check(extract)
    wanted = _one(app, id)
    found = app.outside.text(wanted)
    entry = _known(app, wanted)
    if found.text is None and (entry is None or not entry.abstract):
        entry = _asked(app, wanted, found)
    _say(app, found, wanted)
    left: list[Block] = []
    _show(app, found, entry, extract, wanted, left)
    if not extract.toc:
        _mark(app, wanted, entry)
    silent = [NAMES[name] for name, failure in found.passed if _says_nothing(failure)]
    if found.text is None and silent:
        raise Partial(f"only the abstract: {' and '.join(dict.fromkeys(silent))} could not be asked for the text")
    if left:
        raise _partial(found, left)


def _check(extract: options.Extract) -> None:
    if extract.toc and (extract.raw or extract.section is not None):
        other = "--raw" if extract.raw else "--section"
        raise BadRequest(f"--toc and {other} cannot be both")


def _one(app: App, id: str | None) -> str:
    wanted = app.ids(None if id is None else [id])
    if len(wanted) > 1:
        raise BadRequest(f"read takes one paper, not {len(wanted)}")
    return wanted[0]


def _known(app: App, id: str) -> Entry | None:
    """The paper, as the library knows it."""
    refs = app.library.find(Query(ids=(id,))).refs
    return next(iter(app.library.rows(refs)), None)  # none where its row is damaged


def _asked(app: App, id: str, found: Found) -> Entry:
    """The paper, asked for. Raises why it cannot be shown: NoSuchPaper, or the worst of what failed."""
    from papercli.commands.show import entries_of

    entries, failures = entries_of(app, [id])
    if entries and entries[0].abstract:
        return entries[0]
    failures += [failure for _, failure in found.passed if failure is not None and _says_nothing(failure)]
    for failure in sorted(failures, key=lambda failure: PRECEDENCE.index(failure.exit_code)):
        raise failure
    raise NoSuchPaper(f"there is neither a text nor an abstract of {id}")


def _says_nothing(failure: PapercliError | None) -> bool:
    """Whether it leaves open that there is a text. What is none, a web page say, came where a text would be."""
    return failure is not None and (not isinstance(failure, Unreadable) or isinstance(failure, CutShort))


def _say(app: App, found: Found, id: str) -> None:
    """Where the text is from, and why not from a better place."""
    reasons = [f"{NAMES[name]}: {failure or f'it has no text of {id}'}" for name, failure in found.passed]
    why = "; ".join(dict.fromkeys(reasons))
    if found.text is None:
        app.console.note("source", f"this is the abstract only ({why})")
        return
    what = "text, made of arXiv’s HTML" if found.source == "hf" else "HTML"
    app.console.note("source", f"this is {NAMES[found.source]}’s {what}" + (f" ({why})" if why else ""))
    if found.failure:
        from papercli.caption import ago

        app.console.note("kept", f"{found.failure}; this text was kept {ago(app.now() - found.at)}")


def _show(app: App, found: Found, entry: Entry | None, extract: options.Extract, id: str, left: list[Block]) -> None:
    """Print what was asked for of the text; `left` hears of what was left out of it."""
    if extract.toc:
        app.console.show(_contents(app, found, entry, left), paged=True)
    elif extract.raw:
        app.console.show(_raw(found, entry, extract.section, left), paged=True)
    else:
        from papercli.render.manuscript import pieces

        wanted = _wanted(found, entry, extract.section, id)
        app.console.show(pieces(_heard(wanted, left), _view(app)), paged=True)


def _heard(blocks: Iterable[Block], left: list[Block]) -> Iterator[Block]:
    """The blocks; those that say that something is left out are put into `left` as they come."""
    from papercli.manuscript import left_out

    for block in blocks:
        if left_out(block):
            left.append(block)
        yield block


def _contents(app: App, found: Found, entry: Entry | None, left: list[Block]) -> str:
    from papercli.manuscript import Rest
    from papercli.manuscript.sections import headings, numbered
    from papercli.render.manuscript import contents
    from papercli.value import changed

    blocks = numbered(_blocks(found, entry))
    left += [block for block in blocks if isinstance(block, Rest)]
    listed = headings(blocks)
    if not listed:
        app.console.note("empty", "the text has no sections")
    return contents(listed, _view(app) if app.console.is_terminal else changed(_view(app), width=0))


def _raw(found: Found, entry: Entry | None, section: str | None, left: list[Block]) -> str:
    if section is None and found.text is not None and found.text.form == "markdown":
        from papercli.text import sheet

        return sheet(found.text.words).rstrip("\n") + "\n"
    from papercli.manuscript.written import markdown

    wanted = _blocks(found, entry) if section is None else _section(found, entry, section)
    return markdown(_heard(wanted, left))


def _partial(found: Found, left: Sequence[Block]) -> Partial:
    """What was left out, in one line."""
    from papercli.manuscript import Rest, Table, left_out

    rows = sum(block.left for block in left if isinstance(block, Table))
    told = [f"{rows:,} row{'s' if rows > 1 else ''} of tables"] if rows else []
    told += [left_out(block) for block in left if isinstance(block, Rest)]
    whole = "; --raw has all" if found.text and found.text.form == "markdown" else ""
    return Partial(f"left out, because it is too much: {' and '.join(told)}{whole}")


def _wanted(found: Found, entry: Entry | None, section: str | None, id: str) -> Iterable[Block]:
    """The section, or all blocks, with what the library knows of the paper at their head."""
    if section is not None:
        return _section(found, entry, section)
    if entry is None:
        return _blocks(found, entry)
    from papercli.manuscript.front import headed

    return headed(_blocks(found, entry), entry.title, entry.authors, id, entry.url)


def _section(found: Found, entry: Entry | None, wanted: str) -> list[Block]:
    from papercli.manuscript.sections import numbered, section

    return section(numbered(_blocks(found, entry)), wanted)


def _blocks(found: Found, entry: Entry | None) -> Iterable[Block]:
    """The text; where there is none, the abstract."""
    if found.text is not None:
        from papercli.manuscript import blocks

        return blocks(found.text)
    from papercli.manuscript.front import abstract

    return abstract(entry.title, entry.abstract) if entry else []


def _view(app: App) -> View:
    from papercli.render import theme_for, view

    return view(
        "cards", app.console, caption=lambda: ("", ""), fields=(),
        theme=lambda: theme_for(app.setting("output.theme"), app.environ.get("COLORFGBG", "")),
    )  # fmt: skip


def _mark(app: App, id: str, entry: Entry | None) -> None:
    """A paper that was on a terminal was seen; whether it was read, the settings say."""
    now = int(app.now())
    if entry is not None and not entry.seen and app.console.is_terminal:
        app.library.saw([id], now)
    if app.setting("reading.marks_read"):
        from papercli.commands.marking import change

        try:
            change(app, [id], {"read": now}, done="marked as read", already="already read", by="read")
        except (LibraryError, NoSuchPaper) as error:
            app.console.note("marks", f"not marked as read: {error}")
