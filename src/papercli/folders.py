"""Folders of ours, which nobody else need look into."""

from __future__ import annotations

import os


def make(folder: str) -> None:
    """Make the folder and those above it that are missing, for their owner only. Raises OSError."""
    if not os.path.isdir(folder):
        above = os.path.dirname(folder)
        if above and above != folder:
            make(above)
        try:
            os.mkdir(folder, 0o700)
        except FileExistsError:
            if not os.path.isdir(folder):
                raise
