"""Addresses that a browser may be given: pages built of a paper's identifier, and other people's links once checked."""

from __future__ import annotations

import re

from papercli import text

FLAGS = ("hf", "abs", "pdf", "code", "project")
"""What of a paper can be opened, in the order in which it is."""

_ID = r"[0-9]{4}\.[0-9]{4,5}|[a-z-]{2,12}/[0-9]{7}"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = rf"(?:{_LABEL}\.)+(?=[a-z]){_LABEL}"
_AT_HOME = r".*\.(?:localhost|local|localdomain|internal|intranet|lan|home|corp|arpa|onion|test|invalid|example)"
"""Names that lead nowhere, or into the reader's own network (RFC 6761, RFC 6762, RFC 8375, RFC 7686, ICANN)."""

_FOR_A_SHELL = "'();$"


def abs_page(id: str, version: int | None = None) -> str:
    """arXiv's page of a paper, or of one version of it. Raises ValueError when `id` is no bare identifier."""
    return f"https://arxiv.org/abs/{_checked(id)}{_suffix(version)}"


def pdf_page(id: str, version: int | None = None) -> str:
    """arXiv's PDF of a paper, or of one version of it. Raises ValueError as `abs_page`."""
    return f"https://arxiv.org/pdf/{_checked(id)}{_suffix(version)}"


def hf_page(id: str) -> str:
    """Hugging Face's page of a paper, which knows no versions. Raises ValueError as `abs_page`."""
    return f"https://huggingface.co/papers/{_checked(id)}"


def outside(address: object) -> str:
    """A link that someone wrote, as it may be opened: an ASCII `https` URL; "" when it may not.

    `http` becomes `https`, of the same host. Refused: other schemes, logins, ports, addresses of digits, names without
    a dot and those of one's own network. What a shell could take for its own in the path is written as %XX, should
    whatever BROWSER names forget its quotes.
    """
    parts = re.fullmatch(r"https?://([^/?#]*)(.*)", text.url(address), re.DOTALL)
    if not parts:
        return ""
    host = parts[1].removesuffix(":443" if str(address).lstrip()[:5].lower() == "https" else ":80")
    if len(host) > 253 or not re.fullmatch(_HOST, host) or re.fullmatch(_AT_HOME, host):
        return ""
    rest = "".join(f"%{ord(sign):02X}" if sign in _FOR_A_SHELL else sign for sign in parts[2])
    return f"https://{host}{rest or '/'}"


def _checked(id: str) -> str:
    if not re.fullmatch(_ID, id):
        raise ValueError(f"not an identifier: {id!r}")
    return id


def _suffix(version: int | None) -> str:
    return f"v{version}" if version else ""
