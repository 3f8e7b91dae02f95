"""Whose a file is, where systems know of owners and rights; elsewhere it is taken to be this person's."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

OTHERS = 0o077  # rights of the group and of everybody


def person(environ: Mapping[str, str]) -> str:
    """What tells this person from others on this machine: a number, or on Windows a name."""
    return str(os.getuid()) if hasattr(os, "getuid") else environ.get("USERNAME", "")


def is_own(found: os.stat_result) -> bool:
    """Whether the file is this person's."""
    return not hasattr(os, "geteuid") or found.st_uid == os.geteuid()


def open_to_others(found: os.stat_result) -> int:
    """The file's rights, such as 0o755, where somebody else has some; else 0."""
    mode = found.st_mode & 0o777
    return mode if os.name == "posix" and mode & OTHERS else 0
