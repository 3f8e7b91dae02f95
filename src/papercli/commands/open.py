"""`papers open ID...`: a paper's pages in the reader's browser."""

from __future__ import annotations

import sys

from papercli import links
from papercli.commands.asking import fail
from papercli.errors import BadRequest, LibraryError, NoSuchPaper
from papercli.query import Query
from papercli.selection import selected_versions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from papercli.app import App
    from papercli.commands import options
    from papercli.errors import PapercliError
    from papercli.paper import Entry

    Named = tuple[str, int | None]

MANY = 10
"""Pages that are opened without asking."""


def open_(app: App, ids: options.Ids, pages: options.Pages, sure: options.Sure) -> None:
    """Open papers in the browser.

    Examples:
      papers open 3                          row 3 of the last list on this terminal
      papers open 2501.12948 --pdf
      papers open 3 --code --project         both
      papers open 2501.12948v1               arXiv's page of version 1
      papers today -o ids | head -3 | papers open -
      papers open 3 --print | xclip          the address, and no browser

    The page is Hugging Face's where it is known to have one, else arXiv's. Of several flags each opens its page; what a
    paper does not have is named, and the exit code is 3. Only --code and --project of a paper that is not known yet ask
    a server. Addresses of others open as https only, never inside your own network. BROWSER names the program, as in
    BROWSER='firefox %s:w3m'; where there is none, the address is printed. More than ten pages at once want --yes.
    """
    named = selected_versions(ids, app.last_list)
    wanted = [flag for flag in links.FLAGS if getattr(pages, flag)]
    failures = _ask(app, named) if {"code", "project"} & set(wanted) else []
    entries = _known(app, named)
    lacking: list[str] = []
    found: dict[str, str] = {}  # by address, the paper's id: the code of two versions is one page
    for each in named:
        found |= dict.fromkeys(_urls(each, entries.get(each[0]), wanted, lacking), each[0])
    if pages.printed:
        app.console.show("".join(f"{url}\n" for url in found))
    elif found and (len(found) <= MANY or sure.yes or _agreed(len(found))):
        _open(app, list(found))
        _mark_read(app, list(dict.fromkeys(found.values())))
    if lacking:
        failures.append(NoSuchPaper("; ".join(lacking), hint="papers show says what a paper has"))
    fail(app, failures)


def _ask(app: App, named: Sequence[Named]) -> list[PapercliError]:
    """Have the library know the papers that it does not, or with --refresh all; what failed."""
    from papercli.commands.asking import unknown_asked

    return unknown_asked(app, list(dict.fromkeys(id for id, _ in named)))


def _known(app: App, named: Sequence[Named]) -> Mapping[str, Entry]:
    ids = tuple(dict.fromkeys(id for id, _ in named))
    return {entry.id: entry for entry in app.library.rows(app.library.find(Query(ids=ids)).refs)}


def _urls(named: Named, entry: Entry | None, wanted: Sequence[str], lacking: list[str]) -> list[str]:
    """The addresses that are wanted of a paper; what it lacks is added to `lacking`, in words."""
    id, version = named
    if not wanted:
        return [links.hf_page(id) if entry and "hf" in entry.sources and not version else links.abs_page(id, version)]
    urls, without = [], []
    for flag in wanted:
        if flag in ("code", "project"):
            written = getattr(entry, flag) if entry else None
            if url := links.outside(written):
                urls.append(url)
            elif entry:
                without.append(f"{flag} (what is named is no https address)" if written else flag)
        else:
            urls.append(links.hf_page(id) if flag == "hf" else getattr(links, f"{flag}_page")(id, version))
    if without:
        lacking.append(f"{id} has no {' and no '.join(without)}")
    return urls


def _agreed(count: int) -> bool:
    """Whether the person at the terminal says yes. Raises BadRequest where there is nobody to ask."""
    if sys.stdin is None or not sys.stdin.isatty() or sys.stderr is None or not sys.stderr.isatty():
        raise BadRequest(f"{count} pages are many at once", hint="--yes opens them, --print prints the addresses")
    sys.stderr.write(f"Open {count} pages in the browser? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _open(app: App, urls: Sequence[str]) -> None:
    """Open each page. From the first that no browser takes on, the addresses are printed instead."""
    if app.given.demo:
        app.console.note("demo", "made-up papers have no pages; these are the addresses that they would have")
        app.console.show("".join(f"{url}\n" for url in urls))
        return
    from papercli.system.browser import Browser

    browser = Browser(app.environ)
    for at, url in enumerate(urls):
        if why := browser.open(url):
            app.console.note("browser", f"{why}; the address is printed instead")
            app.console.show("".join(f"{each}\n" for each in urls[at:]))
            return


def _mark_read(app: App, ids: Sequence[str]) -> None:
    """Mark as read, where the settings say so. Pages are open by then, so that it cannot be done is no failure."""
    if not app.setting("reading.open_marks_read"):
        return
    from papercli.commands.marking import change

    try:
        change(app, ids, {"read": int(app.now())}, done="marked as read", already="already read:", ask=False)
    except LibraryError as error:
        app.console.note("library", f"not marked as read: {error}")
