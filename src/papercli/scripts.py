"""The completion scripts for bash, zsh, fish and PowerShell, made from the table of commands and options.

    python -m papercli.scripts           write completions/
    python -m papercli.scripts --check   say which are not in step with the table (exit 1 then)

A script knows the commands and their options by heart, and asks the program (`papers _complete`) for what depends on
this machine: days, ids, and values.
"""

from __future__ import annotations

import os
import sys

from papercli.menu import command_names, option_names
from papercli.table import TABLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Names = dict[str, str]
    """Words of the command line, and what each is for."""

PLACES = {"bash": "papers.bash", "zsh": "_papers", "fish": "papers.fish", "powershell": "papers.ps1"}
"""Each shell's file in the folder `completions`."""

MARK = "Tab completion of papers"
"""Stands near the top of every script; a file without it is not ours to replace."""


def script(shell: str) -> str:
    """The script for a shell of PLACES."""
    with open(os.path.join(os.path.dirname(__file__), "shells", f"{shell}.in"), encoding="utf-8") as file:
        text = file.read()
    write, case = SPELLINGS[shell]
    names = {command: write(option_names(command)) for command in (*TABLE, "")}
    cases = "".join(case.format(name=command or OTHERWISE[shell], names=some) for command, some in names.items())
    head = f"{MARK}, made from its table of commands: python -m papercli.scripts"
    return text.replace("@HEAD@", head).replace("@COMMANDS@", write(command_names())).replace("@CASES@\n", cases)


def _bash(names: Names) -> str:
    return " ".join(names)


def _zsh(names: Names) -> str:
    return " ".join("'{}'".format(f"{name}:{help}".replace("'", "'\\''")) for name, help in names.items())


def _fish(names: Names) -> str:
    # In fish's single quotes a backslash guards the quote and itself.
    texts = (text.replace("\\", "\\\\").replace("'", "\\'") for pair in names.items() for text in pair)
    return " ".join(f"'{text}'" for text in texts)


def _powershell(names: Names) -> str:
    return "[ordered]@{{ {} }}".format("; ".join(f"'{name}' = '{_doubled(help)}'" for name, help in names.items()))


def _doubled(text: str) -> str:
    for quote in "'‘’‚‛":  # PowerShell takes each of these for the end
        text = text.replace(quote, quote * 2)
    return text


SPELLINGS: dict[str, tuple[Callable[[Names], str], str]] = {
    "bash": (_bash, "            {name}) offered='{names}' ;;\n"),
    "zsh": (_zsh, "            ({name}) found=({names}) ;;\n"),
    "fish": (_fish, "            case {name}\n                set found {names}\n"),
    "powershell": (_powershell, "            {name} {{ {names} }}\n"),
}
OTHERWISE = {"bash": "*", "zsh": "*", "fish": "'*'", "powershell": "default"}


def main(words: list[str]) -> int:
    """Write the scripts into ./completions, or compare them; 1 when they differ."""
    stale = [place for shell, place in PLACES.items() if _written(place) != script(shell)]
    if "--check" in words:
        sys.stderr.write(
            "".join(f"completions/{place} is out of step: python -m papercli.scripts\n" for place in stale)
        )
        return 1 if stale else 0
    os.makedirs("completions", exist_ok=True)
    for shell, place in PLACES.items():
        with open(os.path.join("completions", place), "w", encoding="utf-8", newline="\n") as file:
            file.write(script(shell))
    return 0


def _written(place: str) -> str:
    try:
        with open(os.path.join("completions", place), encoding="utf-8", newline="") as file:
            return file.read()
    except OSError:
        return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
