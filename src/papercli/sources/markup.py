"""XML from outside, read into lists: each element is `[name, {attributes}, *children]`, the second only where there are
any, a child being an element or text. This is JsonML (jsonml.org): as JSON it holds all that the XML said.

The parser is expat itself, with handlers: of what the standard library has, the quickest for pages of thousands of
entries, and the one that can stop at a document type. Entities that a document brings along are never seen, so
none can grow or reach for a file; the five of XML and numbers are read as what they are.
"""

from __future__ import annotations

import re
from xml.parsers import expat

from papercli.errors import Unreadable
from papercli.text import line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    Element = list[Any]

DEEPEST = 16
MOST = 2_000_000  # elements of one answer; a page of 2,000 entries has about 50,000
MOST_ATTRIBUTES = 300_000  # the same page has about 20,000

# Of one of the elements that are given on; the largest, with 3,000 authors, have 10,000 elements, and half a million
# characters at most.
MOST_INSIDE = 50_000
LONGEST_INSIDE = 2 << 20
_LONGEST_TEXT = 1 << 20  # characters that come in one piece; what we keep of any text is far less

_TOO_LARGE = "answered XML that is too deep or too large"
_CUT = frozenset(
    expat.errors.codes[getattr(expat.errors, f"XML_ERROR_{name}")]
    for name in ("NO_ELEMENTS", "UNCLOSED_TOKEN", "PARTIAL_CHAR", "UNCLOSED_CDATA_SECTION")
)


def read(body: bytes, path: tuple[str, ...], spaces: Mapping[str, str], found: Callable[[Element], None]) -> None:
    """Give `found` each element that stands right inside `path` (names from the root down), in order.

    `spaces` are the name spaces to know, and what their names begin with here; a name of another is "SPACE NAME".
    Raises Unreadable, with words that say what it was, when `body` is not such a document in Unicode, brings a document
    type along, or is not whole: until `read` comes back, nothing that was found may be believed.
    """
    if body.count(b"=") > MOST_ATTRIBUTES:
        raise Unreadable(_TOO_LARGE)
    parser = expat.ParserCreate("utf-8", " ")
    parser.buffer_text = True
    parser.buffer_size = _LONGEST_TEXT
    names: dict[str, str] = {}
    inside: list[Element] = []
    top: Element = []
    level, count, within, length = len(path), 0, 0, 0

    def start(written: str, attributes: dict[str, str]) -> None:
        nonlocal top, count, within, length
        name = names.get(written) or names.setdefault(written, _short(written, spaces))
        depth, count, within = len(inside), count + 1, within + 1
        if depth <= level:
            within = length = 0
        if not depth and name != path[0]:
            raise Unreadable(_not_it(name, path[0]))
        if depth > DEEPEST or count > MOST or within > MOST_INSIDE:
            raise Unreadable(_TOO_LARGE)
        element: Element = [name, attributes] if attributes else [name]
        if depth > level:
            top.append(element)
        inside.append(element)
        top = element

    def end(name: str) -> None:
        nonlocal top
        element = inside.pop()
        top = inside[-1] if inside else []
        if len(inside) == level and top[0] == path[-1]:
            found(element)

    def characters(text: str) -> None:
        nonlocal length
        length += len(text)
        if length > LONGEST_INSIDE:
            raise Unreadable(_TOO_LARGE)
        if not text.isspace():
            top.append(text)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        raise Unreadable(_what(body, error.code)) from None


def text_of(element: Element) -> str:
    """All text in the element, that of the elements inside it too."""
    if len(element) == 2 and element[1].__class__ is str:
        return str(element[1])
    return "".join(
        text_of(child) if child.__class__ is list else child for child in element[1:] if child.__class__ is not dict
    )


def attribute(element: Element, name: str) -> str:
    """The value of the attribute, "" when there is none."""
    given = element[1] if len(element) > 1 else None
    return given.get(name, "") if given.__class__ is dict else ""


def _short(written: str, spaces: Mapping[str, str]) -> str:
    space, _, name = written.rpartition(" ")
    return f"{spaces[space]}{name}" if space in spaces else written


def _refuse(name: str, *place: object) -> None:
    raise Unreadable(_page_or(name, "answered XML with a document type, which is not read"))


def _not_it(name: str, wanted: str) -> str:
    return _page_or(name, f"answered XML that is no {wanted}: it begins with <{line(name, 60)}>")


def _page_or(name: str, other: str) -> str:
    return "answered a web page" if name.rpartition(" ")[2].lower() == "html" else other


def _what(body: bytes, code: int) -> str:
    """What a body is that expat cannot read."""
    if not body.strip():
        return "answered nothing"
    if code in _CUT and body.lstrip().startswith((b"<", b"\xef\xbb\xbf")):
        return "answered XML that is cut off"
    if re.search(rb"(?i)<html[\s>]", body[:4_000]):
        return "answered a web page"
    words = line(body[:200].decode("utf-8", "replace"), 100)
    return "answered something that is not XML" + (f": “{words}”" if "<" not in words and "\ufffd" not in words else "")
