"""A mail as bytes (RFC 5322): two readings of the same words, and headers of our own making.

Nothing from outside ever stands in a header: Python before 3.12.5 folds `=?utf-8?q?a=0ABcc:...?=` into a header of its
own (CVE-2024-6923), so what goes in is checked letter by letter.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime

from papercli.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

HOME = "papercli.localhost"
"""Where lists live that no domain is behind (RFC 2919, 2)."""

MOST = 50  # addresses
# An address without comments, quotes or a literal (RFC 5321's usual form), alone or behind a name.
_SPEC = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?"
_ADDRESS = rf"(?:(?P<name>[\w][\w .'-]{{0,63}})\s*<(?P<spec>{_SPEC})>|(?P<bare>{_SPEC}))"
_BODY = EmailPolicy(utf8=False, cte_type="7bit", max_line_length=76, raise_on_defect=True)


@value
class Letter:
    """What a mail says, besides whose it is."""

    subject: str
    """Printable ASCII."""

    text: str
    html: str
    name: str
    """What makes it this mail, in letters and digits: the same again is the same mail to whoever gets both."""

    series: str
    """Which of our mails it is one of, as a list's label: "digest", "digest.kv-cache"."""

    at: float
    """When it was written: seconds since 1970, UTC."""


def addresses(text: str) -> tuple[Address, ...]:
    """The addresses in `text`, which commas part. Raises ValueError, with what is none, when one cannot be used."""
    found = []
    for each in text.split(",")[: MOST + 1]:
        given = re.fullmatch(_ADDRESS, each.strip())
        spec = (given["spec"] or given["bare"]) if given else ""
        user = spec.partition("@")[0]
        if given is None or ".." in spec or user.startswith(".") or user.endswith(".") or "=?" in spec:
            raise ValueError(each.strip())
        found.append(Address((given["name"] or "").strip(), addr_spec=spec))
    if len(found) > MOST:
        raise ValueError(f"more than {MOST} addresses")
    return tuple(found)


def written(letter: Letter, sender: Address, to: Sequence[Address]) -> EmailMessage:
    """The mail, in letters of 7 bits and lines of at most 76. Raises ValueError when a header would not be ours."""
    mail = EmailMessage(policy=_BODY)
    for name, words in _headers(letter, sender).items():
        mail[name] = _ours(words)
    mail["From"], mail["To"] = sender, tuple(to)
    mail.set_content(letter.text, charset="utf-8", cte="quoted-printable")
    mail.add_alternative(letter.html, subtype="html", charset="utf-8", cte="quoted-printable")
    mail.set_boundary(f"=_{letter.name}")  # `=_` stands in no quoted-printable text (RFC 2045, 6.7)
    return mail


def as_bytes(mail: EmailMessage, line_end: str) -> bytes:
    """The mail as it is handed on: with "\\n" to a program, with "\\r\\n" to a server."""
    return mail.as_bytes(policy=_BODY.clone(linesep=line_end))


def _headers(letter: Letter, sender: Address) -> dict[str, str]:
    return {
        "Date": format_datetime(datetime.fromtimestamp(letter.at, UTC)),
        "Message-ID": f"<{letter.name}@{sender.domain}>",
        "Subject": letter.subject,
        "List-Id": f"<{letter.series}.{HOME}>",
        "Auto-Submitted": "auto-generated",  # RFC 3834: no answering machine answers
    }


def _ours(words: str) -> str:
    if not words.isascii() or not words.isprintable() or "=?" in words or len(words) > 900:
        raise ValueError("a header of the mail would hold what is not ours")
    return words
