"""A name for this machine, so that the marks of several can be told apart when they are brought together."""

from __future__ import annotations

import os

from papercli.system import folders
from papercli.system.opening import regular

LENGTH = 16


def machine(folder: str) -> str:
    """Sixteen hexadecimal digits, drawn at random when first asked for and kept in the file "machine" of `folder`, the
    state folder. They say nothing about the machine. Where they cannot be kept, others are drawn each time."""
    path = os.path.join(folder, "machine")
    if not (name := _kept(path)):
        name = os.urandom(LENGTH // 2).hex()
        try:
            name = _keep(path, name)
        except OSError:
            pass
    return name


def _kept(path: str) -> str:
    try:
        with regular(path) as file:
            text = file.read(LENGTH + 1).strip().decode("ascii", "replace")
    except OSError:
        return ""
    return text if len(text) == LENGTH and set(text) <= set("0123456789abcdef") else ""


def _keep(path: str, name: str) -> str:
    """Keep the name, unless another process was faster: of several, all use the one that is kept."""
    folders.make(os.path.dirname(path))
    draft = folders.draft(path)
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
            file.write(name)
        try:
            os.link(draft, path)
        except FileExistsError:
            if not _kept(path):  # and it holds something else
                os.replace(draft, path)
        except OSError:  # a file system without links
            os.replace(draft, path)
    finally:
        if os.path.exists(draft):
            os.remove(draft)
    return _kept(path) or name
