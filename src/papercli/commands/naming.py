"""What tells one list from every other, whenever it is printed: the name by which a feed reader knows it again."""

from __future__ import annotations

from papercli.errors import BadRequest
from papercli.render import FEEDS
from papercli.table import GROUPS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from papercli.app import App


def identity_of(app: App, command: str, arguments: dict[str, Any]) -> str:
    """The command, what was typed of texts and filters, and whose listings they are; not how they are printed.

    Today's list and tomorrow's are the same feed, and so is `day yesterday`; `today` and `week` are two, and
    `today --author X` is a third. The settings' order and number of papers make no other.
    """
    said = ["demo"] * bool(app.given.demo) + [command]
    for name, given in sorted(arguments.items()):
        if isinstance(given, dict):
            said += _options(name, given) if name != "output" else []
        elif given is not None:
            said += [f"{name}={each}" for each in (given if isinstance(given, list) else [given])]
    sources = app.setting("sources")
    if sources != ("hf",) and not any(part.startswith("source=") for part in said):
        said += [f"source={source}" for source in sources]
    return "\n".join(said)


def _options(group: str, given: dict[str, Any]) -> list[str]:
    usual = {option["name"]: option["default"] for option in GROUPS[group].values()}
    typed = sorted((name, value) for name, value in given.items() if value != usual[name])
    return [f"{name}={each}" for name, value in typed for each in (value if isinstance(value, list) else [value])]


def address_of(given: str, format: str) -> str:
    """The address that --feed-url gives. Raises BadRequest when it is none, or the format is no feed."""
    from papercli.text import url

    if format not in FEEDS:
        raise BadRequest(f"--feed-url is for {', '.join(FEEDS)}, not for {format}", hint="add -o atom")
    if not (address := url(given)):
        raise BadRequest(
            f"“{given}” is no address for a feed", hint="for example --feed-url https://example.org/papers.xml"
        )
    return address
