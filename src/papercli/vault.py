"""A folder of notes, one for each paper. Only the head of a note is ours: its text is the person's, byte for byte.

A note is known by the `eprint` at its head, so that it may be renamed and moved about in the folder. Nothing is read or
written outside of that: links are not followed.
"""

from __future__ import annotations

import os
import stat

from papercli.errors import BadRequest, OutputError
from papercli.front_matter import NotEditable, changed, key_of, parts, whole
from papercli.identify import paper_id
from papercli.system import folders
from papercli.system.opening import NO_LINK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from papercli.front_matter import Value

HEAD, LARGEST = 64 << 10, 16 << 20  # bytes: what is looked at to find a note, and of one that is changed
MOST = 200_000  # files
TRIES = 3


class Vault:
    """The notes below `folder`, which is made when there is none. Raises BadRequest when it cannot be a folder."""

    def __init__(self, folder: str) -> None:
        if not folder:
            raise BadRequest("--obsidian wants a folder", hint="for example --obsidian ~/vault/papers")
        try:
            self.folder = os.path.abspath(os.path.expanduser(folder))
            folders.make(self.folder, 0o777)
        except OSError as error:
            raise BadRequest(f"{folder} is no folder for notes: {_why(error)}") from error
        self._there: dict[str, str] | None = None
        self._written: set[str] = set()

    def keep(
        self, id: str, name: str, fields: Mapping[str, Value], body: str, once: Collection[str]
    ) -> tuple[str, str]:
        """(path of the paper's note, "new", "updated" or "same"). A new one is called `name` and says `body`; of one
        that is there the fields are changed, but for those of `once`. Raises OutputError when that cannot be done."""
        path = os.path.join(self.folder, name)
        if self._id_at(path) != id:
            path = self._notes().get(id, path)
        try:
            if self._id_at(path) not in ("", id):
                raise NotEditable("it is about another paper")
            for _ in range(TRIES):
                before, stamp = _read(path)
                after = _made(before, fields, body, once)
                if after == before:
                    return path, "same"
                if _replaced(path, after, stamp):
                    self._notes()[id] = path
                    self._written.add(os.path.dirname(path))
                    return path, "new" if before is None else "updated"
        except (NotEditable, OSError) as error:
            raise OutputError(f"{path} is left as it is: {_why(error)}") from error
        raise OutputError(f"{path} is left as it is: somebody else is writing it")

    def settle(self) -> None:
        """Have the names of what was written on the disk: a power cut takes none back then. Raises OutputError."""
        for folder in sorted(self._written):
            try:
                folders.sync(folder)
            except OSError as error:
                raise OutputError(f"the notes in {folder} may not last: {_why(error)}") from error
        self._written.clear()

    def _notes(self) -> dict[str, str]:
        """The path of every paper's note, by its id."""
        if self._there is None:
            self._there = {}
            for number, path in enumerate(_files(self.folder)):
                if number >= MOST:
                    raise BadRequest(f"{self.folder} holds more than {MOST:,} notes")
                if id := self._id_at(path):
                    self._there.setdefault(id, path)
        return self._there

    def _id_at(self, path: str) -> str:
        """The id of the paper that the note is about, or ""."""
        try:
            file = os.open(path, os.O_RDONLY | NO_LINK)
            try:
                head = parts(os.read(file, HEAD))[1] if stat.S_ISREG(os.fstat(file).st_mode) else None
            finally:
                os.close(file)
            return paper_id(key_of(head, "eprint")) if head else ""
        except (OSError, NotEditable, BadRequest):
            return ""


def _why(error: Exception) -> str:
    return (getattr(error, "strerror", None) or "").lower() or str(error)


def _files(folder: str) -> Iterator[str]:
    """The notes in the folder and those below it, in order, however deep; nothing hidden, nothing through a link."""
    left = [_entries(folder)]
    while left:
        entry = next(left[-1], None)
        if entry is None:
            left.pop()
        elif entry.name.startswith("."):
            continue
        elif entry.is_dir(follow_symlinks=False):
            left.append(_entries(entry.path))
        elif entry.name.lower().endswith(".md") and entry.is_file(follow_symlinks=False):
            yield entry.path


def _entries(folder: str) -> Iterator[os.DirEntry[str]]:
    """What is in the folder, in order; nothing where that cannot be seen."""
    try:
        with os.scandir(folder) as found:
            return iter(sorted(found, key=lambda entry: entry.name))
    except OSError:
        return iter(())


def _made(before: bytes | None, fields: Mapping[str, Value], body: str, once: Collection[str]) -> bytes:
    if before is None:
        return whole(b"", changed("", fields), body.encode())
    bom, head, text = parts(before)
    if head is None:  # a note of the person's own by that name
        head = "\r\n" if b"\r\n" in text[:HEAD] else ""
        return whole(bom, changed(head, fields, once).lstrip("\r\n"), text)
    return whole(bom, changed(head, fields, once), text)


def _read(path: str) -> tuple[bytes | None, tuple[int, int] | None]:
    """(what the note says, when it was changed and its size); None for none. Raises OSError and NotEditable."""
    try:
        file = os.open(path, os.O_RDONLY | NO_LINK)
    except FileNotFoundError:
        return None, None
    except OSError as error:
        if os.path.islink(path):
            raise NotEditable("it is a link to elsewhere") from error
        raise
    with open(file, "rb") as opened:
        there = os.fstat(file)
        if not stat.S_ISREG(there.st_mode):
            raise NotEditable("it is not a file")
        data = opened.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise NotEditable(f"it is larger than {LARGEST >> 20} MiB")
    return data, (there.st_mtime_ns, there.st_size)


def _replaced(path: str, data: bytes, stamp: tuple[int, int] | None) -> bool:
    """Whether the note now says `data`; False when somebody has changed it since `stamp`. At every moment it is whole:
    as it was, or as it is to be. Raises OSError."""

    def unchanged() -> bool:
        present = os.stat(path, follow_symlinks=False) if os.path.lexists(path) else None
        return (present and (present.st_mtime_ns, present.st_size)) == stamp

    # A name of its own: to look for old drafts of each of many notes would take long.
    draft = os.path.join(os.path.dirname(path), f".papers-{os.getpid()}.draft")
    return folders.replace(path, data, mode=0o666, made=draft, still=unchanged, settled=False)
