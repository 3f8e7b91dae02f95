"""Draws the README's picture from the made-up feed: `python docs/picture.py > docs/today.svg`."""

from __future__ import annotations

import os
import subprocess
import sys

from rich.console import Console
from rich.text import Text

COLUMNS = 100


def cards() -> str:
    """What `papers --demo today` prints on a terminal of 100 columns, with colours."""
    words = ["--demo", "today", "-o", "cards", "-n", "5", "--color", "always"]
    environ = {**os.environ, "COLUMNS": str(COLUMNS), "LANG": "C.UTF-8"}
    command = [sys.executable, "-m", "papercli", *words]
    return subprocess.run(command, env=environ, stdout=subprocess.PIPE, check=True, encoding="utf-8").stdout


def main() -> None:
    """Print the SVG."""
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        console = Console(record=True, width=COLUMNS, file=nowhere, force_terminal=True)
        console.print(Text.from_ansi(cards().rstrip("\n"), no_wrap=True, overflow="ignore"))
        sys.stdout.write(console.export_svg(title="papers --demo today"))


if __name__ == "__main__":
    main()
