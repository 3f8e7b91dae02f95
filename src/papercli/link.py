"""The Link header, by which a server names the next page (RFC 8288)."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_TARGET = re.compile(r"[\s,]*<([^<>]*)>")
_PARAMETER = re.compile(r'\s*;\s*([^\s=;,"<>]*)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?')


def next_link(header: str) -> str:
    """Target of the first link of a Link header with the relation `next` (RFC 8288, 3), as sent; empty if none."""
    for target, parameters in _links(header):
        if "next" in parameters.get("rel", "").lower().split():
            return target
    return ""


def _links(header: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Target and parameters of each link; of a parameter that is repeated the first counts (RFC 8288, 3.3)."""
    at = 0
    while link := _TARGET.match(header, at):
        at = link.end()
        parameters: dict[str, str] = {}
        while found := _PARAMETER.match(header, at):
            at = found.end()
            name, quoted, bare = found.groups()
            parameters.setdefault(name.lower(), re.sub(r"\\(.)", r"\1", quoted) if quoted else bare or "")
        yield link[1], parameters
        comma = header.find(",", at)
        if comma < 0:
            return
        at = comma
