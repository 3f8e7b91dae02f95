"""Where Hugging Face and arXiv are, and who we are there, by the environment."""

from __future__ import annotations

import os

from papercli.errors import BadRequest
from papercli.system.opening import regular
from papercli.text import line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

HUGGING_FACE = "https://huggingface.co"
ARXIV, ARXIV_RSS = "https://export.arxiv.org", "https://rss.arxiv.org"
LOOPBACK = ("localhost", "127.0.0.1", "::1")
MAX_TOKEN = 500  # bytes; a token has about forty


def hugging_face(environ: Mapping[str, str]) -> tuple[str, str]:
    """(base URL without a trailing slash, bearer token or "").

    `HF_TOKEN` goes to any endpoint; the token file that Hugging Face's own tools write goes to huggingface.co only.
    Raises BadRequest when HF_ENDPOINT is no address that we may ask.
    """
    endpoint = environ.get("HF_ENDPOINT", "").strip() or HUGGING_FACE
    endpoint = _checked("HF_ENDPOINT", endpoint).rstrip("/")
    token = environ.get("HF_TOKEN", "").strip()
    if not token and endpoint == HUGGING_FACE:
        token = _token_file(environ)
    # A line break in a header would end the request, or start another.
    if not token.isascii() or not token.isprintable() or " " in token:
        raise BadRequest("the Hugging Face token holds what no token does", hint="look at HF_TOKEN and the token file")
    return endpoint, token


def arxiv(environ: Mapping[str, str]) -> tuple[str, str]:
    """Base URLs, without a trailing slash, of arXiv's query API and of its announcements.

    Raises BadRequest when PAPERCLI_ARXIV_ENDPOINT or PAPERCLI_ARXIV_RSS is no address that we may ask.
    """
    query = environ.get("PAPERCLI_ARXIV_ENDPOINT", "").strip() or ARXIV
    rss = environ.get("PAPERCLI_ARXIV_RSS", "").strip() or ARXIV_RSS
    return _checked("PAPERCLI_ARXIV_ENDPOINT", query).rstrip("/"), _checked("PAPERCLI_ARXIV_RSS", rss).rstrip("/")


def scope(environ: Mapping[str, str]) -> str:
    """A short name for whom we ask and as whom, that gives neither away. Raises as `hugging_face` does."""
    from zlib import crc32

    return f"{crc32(' '.join(hugging_face(environ)).encode()):08x}"


def _checked(variable: str, url: str) -> str:
    from urllib.parse import urlsplit

    hint = "an https address, such as https://huggingface.co"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise BadRequest(f"{variable} is not an address: {line(url, 100)}", hint=hint) from None
    if not url.isascii() or not url.isprintable() or " " in url or not host or parts.query or parts.fragment:
        raise BadRequest(f"{variable} is not an address: {line(url, 100)}", hint=hint)
    if "@" in parts.netloc:
        raise BadRequest(f"{variable} must not hold a name or password", hint=hint)
    if parts.scheme != "https" and not (parts.scheme == "http" and host in LOOPBACK):
        raise BadRequest(f"{variable} must be https: {line(url, 100)}", hint="http only for this machine itself")
    return url


def _token_file(environ: Mapping[str, str]) -> str:
    home = environ.get("HF_HOME") or os.path.join(environ.get("HOME", ""), ".cache", "huggingface")
    if not os.path.isabs(home):  # without a home it would be a file of whatever folder this runs in
        return ""
    try:
        with regular(os.path.join(home, "token")) as file:
            return file.read(MAX_TOKEN).decode("ascii").strip()
    except (OSError, ValueError):
        return ""
