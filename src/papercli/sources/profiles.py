"""Authors who have a profile on Hugging Face, as its answer holds them."""

from __future__ import annotations

import re

from papercli import text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAX_AUTHORS = 5_000
LOGIN = r"(?a)\w(?:[\w.-]{0,94}\w)?"

# Who says that the profile is the author's. "extracted_pending" is a guess that nobody has looked at, and
# "extracted_infirmed" one that was wrong.
CONFIRMED = ("claimed_verified", "claimed", "admin_assigned", "extracted_confirmed")


def profiles(row: dict[str, Any]) -> dict[str, str]:
    """Login by the author's name, for every visible author whose profile was confirmed."""
    authors = (row.get("paper") if isinstance(row.get("paper"), dict) else row).get("authors")  # type: ignore[union-attr]
    found = {}
    for author in authors[:MAX_AUTHORS] if isinstance(authors, list) else []:
        if not isinstance(author, dict) or author.get("hidden") is True or author.get("status") not in CONFIRMED:
            continue
        user = author.get("user")
        login = text.line(user.get("user") or user.get("name"), 100) if isinstance(user, dict) else ""
        if (name := text.line(author.get("name"), 300)) and re.fullmatch(LOGIN, login):
            found[name] = login
    return found
