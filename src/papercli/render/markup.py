"""Text from outside as the text of HTML and of XML: never a tag, never a character that the document may not hold."""

from __future__ import annotations

import re

from papercli.text import url

# All that is not a Char of XML 1.0 (section 2.2), and the separators that browsers and readers take for controls.
_ILLEGAL = "[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
_ESCAPED = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;", ord("'"): "&#39;"}


def legal(text: str) -> str:
    """The text with U+FFFD for each character that XML 1.0 forbids: controls, surrogates, U+FFFE and U+FFFF."""
    return text if text.isascii() and text.isprintable() else re.sub(_ILLEGAL, "\ufffd", text)


def escaped(text: str) -> str:
    """The text as character data, or as an attribute's value between quotes of either kind."""
    return legal(text).translate(_ESCAPED)


def element(name: str, text: str, attributes: str = "") -> str:
    """`<name attributes>text</name>`, the text escaped; "" without a text."""
    return f"<{name}{' ' * bool(attributes)}{attributes}>{escaped(text)}</{name}>" if text else ""


def address(link: str | None) -> str:
    """The link as an attribute's value; "" for anything but an `http` or `https` URL."""
    return escaped(url(link))
