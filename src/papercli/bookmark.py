"""How far a file was read, so that the next run goes on there; and the lines of it that could not be read."""

from __future__ import annotations

import json
import os
import stat

from papercli.system import folders
from papercli.system.opening import NO_LINK, regular

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

MAX_BYTES = 1 << 16
MOST_REJECTED = 64 << 20
"""Bytes of lines that are put aside; further ones are only counted."""


class Bookmark:
    """In the state folder `folder`, for the file called `name`. `file` says which file that is, `asked` what of it is
    wanted: where either is another, so is the bookmark. With `file` None there is none."""

    def __init__(self, folder: str, name: str, file: dict[str, Any] | None, asked: Sequence[str]) -> None:
        self._path = f"{folder}/{plain(name)}.json"
        self._about = {"file": file, "asked": list(asked)}

    def read(self) -> dict[str, Any]:
        """What `move` was given last; {} when there is none for this file. Not checked to be as it was written."""
        try:
            with regular(self._path) as file:
                kept = json.loads(file.read(MAX_BYTES).decode())
        except (OSError, ValueError, RecursionError):
            return {}
        same = isinstance(kept, dict) and self._about["file"] and kept.get("about") == self._about
        return kept["place"] if same and isinstance(kept.get("place"), dict) else {}

    def move(self, place: dict[str, Any]) -> None:
        """Remember `place`. A state folder that cannot be written is no reason to fail: the next run begins anew."""
        if not self._about["file"]:
            return
        try:
            folders.write(self._path, json.dumps({"about": self._about, "place": place}).encode())
        except OSError:
            return


def identity(descriptor: int, head: bytes) -> dict[str, Any] | None:
    """What tells the open file, which begins with `head`, from others and from what it was; None for what is no file,
    such as a pipe."""
    from hashlib import sha256

    about = os.fstat(descriptor)
    if not stat.S_ISREG(about.st_mode):
        return None
    return {"size": about.st_size, "changed": about.st_mtime_ns, "begins": sha256(head).hexdigest()}


def plain(name: str) -> str:
    """`name` as the name of a file of ours."""
    kept = [letter if letter.isascii() and (letter.isalnum() or letter in "._-") else "_" for letter in name[-100:]]
    return "".join(kept).lstrip(".") or "_"


class Rejects:
    """Lines put aside as they stood in the file called `name`. `length` is the bytes of them that are kept."""

    def __init__(self, folder: str, name: str) -> None:
        self.path = f"{folder}/{plain(name)}.rejected"
        self.length = 0

    def begin(self, length: int) -> None:
        """Keep the first `length` bytes of what an earlier run put aside, and nothing else of it."""
        try:
            self.length = min(length, os.path.getsize(self.path))
            if self.length:
                os.truncate(self.path, self.length)
            else:
                os.remove(self.path)
        except OSError:
            self.length = 0

    def add(self, lines: Sequence[bytes]) -> None:
        """Put these aside as well, as far as there is room. That they cannot be written is no reason to fail."""
        fitting: list[bytes] = []
        room = MOST_REJECTED - self.length
        for line in lines:
            if len(line) < room:
                fitting.append(line + b"\n")
                room -= len(fitting[-1])
        if not fitting:
            return
        try:
            folders.make(os.path.dirname(self.path))
            with open(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | NO_LINK, 0o600), "ab") as file:
                self.length += file.write(b"".join(fitting))
        except OSError:
            self.begin(self.length)
