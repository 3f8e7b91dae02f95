"""The manual page papers(1), made from the table of commands and options and the topics of `papers help`.

    python -m papercli.manual           write docs/papers.1
    python -m papercli.manual --check   say whether it is in step with them (exit 1 when not)

It is written in mdoc(7), which mandoc and groff both read.
"""

from __future__ import annotations

import inspect
import os
import re
import sys
from importlib import import_module

from papercli import facts, topics
from papercli.commands import COMMANDS
from papercli.render import FORMATS, about
from papercli.table import GROUPS, TABLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

PLACE = os.path.join("docs", "papers.1")
DATE = "July 3, 2026"  # of the page's last change in words; not the day it was made, so that it is the same every day

ABOUT = (
    "asks Hugging Face for its Daily Papers, keeps what it says of them in a library on this machine,"
    " and prints listings as cards on a terminal, as tab-separated lines in a pipe, or in any format that is asked for."
    " What was fetched once can be read again offline."
)
EXAMPLES = (
    ("The newest listing:", "papers today"),
    ("One day's papers about diffusion with at least ten votes:", "papers day friday -k diffusion --min-upvotes 10"),
    ("All about the third paper of the list before:", "papers show 3"),
    ("Titles, for another program:", "papers today --json | jq -r '.[].title'"),
    ("Three ids into all that is known of them:", "papers today -o ids | head -3 | papers show -"),
    ("What is kept, without asking a server:", "papers today --offline"),
    ("Made-up papers, without a network:", "papers --demo today"),
)


def manual() -> str:
    """The page, as mdoc source."""
    parts = [
        f'.\\" Made by python -m papercli.manual; do not edit.\n.Dd {DATE}\n.Dt PAPERS 1\n.Os\n',
        ".Sh NAME\n.Nm papers , papercli\n.Nd follow research papers from a terminal\n",
        ".Sh SYNOPSIS\n.Nm\n.Op Ar options\n.Ar command\n.Op Ar arguments\n.Nm\n.Cm help\n.Op Ar command | topic\n",
        f".Sh DESCRIPTION\n.Nm\n{_text(ABOUT)}",
        ".Pp\nOptions stand before or after arguments.\nA word with one leading\n.Sq -\nis an option only when it is"
        " exactly one, or one with a number glued on\n.Pq Fl n5 ;\nany other is text.\nAfter\n.Fl -\nall is text.\n",
        # Not "EXAMPLES", for which mandoc knows a later place; examples come first here. It reads the same.
        ".Sh EXAMPLES\\&\n" + "".join(_example(*pair) for pair in EXAMPLES),
        ".Sh COMMANDS\n.Bl -tag -width Ds\n" + "".join(_command(name) for name in TABLE) + ".El\n",
        ".Sh OPTIONS\n" + "".join(_group(name) for name in ("anywhere", *sorted(_shared() - {"anywhere"}))),
        _listed("WHEN", "Days, weeks and months are written so.", topics.WHEN_WORDS, "when"),
        _listed("IDS", "A paper is named by any of these.", topics.ID_WORDS, "ids"),
        _listed("QUERIES", "A query says which papers are meant.", (*topics.QUERY_WORDS, *facts.EXAMPLES), "query"),
        _listed("OUTPUT", "Papers go to standard output, everything else to standard error.", _formats(), "formats"),
        _listed("ENVIRONMENT", "", topics.ENVIRONMENT, "environment", "Ev"),
        _files(),
        _listed("EXIT STATUS", "", topics.EXIT_CODES, "exit-codes"),
        ".Sh SEE ALSO\n.Xr jq 1 ,\n.Xr less 1\n",
    ]
    return "".join(parts)


def _formats() -> list[tuple[str, str]]:
    return [(name, topics.FORMAT_WORDS.get(name) or about(name)) for name in FORMATS]


def _text(words: str) -> str:
    """Words as running text: a sentence a line, nothing in them taken for a request."""
    sentences = re.sub(r"(?<=[a-z)'][.:]) (?=[A-Z])", "\n", words.strip())
    return "".join(_safe(line) + "\n" for line in sentences.splitlines())


def _safe(text: str) -> str:
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("`", "\\(ga").replace("'", "\\(aq")
    escaped = escaped.replace('"', "\\(dq").replace("~", "\\(ti").replace("^", "\\(ha").replace("…", "...")
    return "\\&" + escaped if escaped[:1] in (".", "\\") else escaped


def _word(text: str) -> str:
    """One word of a macro's line: quoted, and never taken for a macro itself."""
    return f'"\\&{_safe(text)}"'


def _example(words: str, line: str) -> str:
    return f"{_safe(words)}\n.Bd -literal -offset indent -compact\n{_safe('$ ' + line)}\n.Ed\n"


def _command(name: str) -> str:
    entry = TABLE[name]
    head = f".It Cm {name}" + "".join(f" Ar {_word(argument['metavar'])}" for argument in entry["arguments"])
    own = [group for group in entry["groups"] if group not in _shared()]
    options = "".join(_options(group) for group in own)
    words = "".join(f".Pp\n{_text(paragraph)}" for paragraph in _paragraphs(name)).removeprefix(".Pp\n")
    return f"{head}\n{words}{_taken(entry['groups'])}{options}"


def _paragraphs(name: str) -> list[str]:
    """What the command's help says, without its examples."""
    module, function = COMMANDS[name].split(":")
    said = inspect.getdoc(getattr(import_module(module), function)) or ""
    blocks = [block for block in said.split("\n\n") if not block.startswith("Examples:")]
    return [block.replace("\n", " ") for block in blocks]


def _taken(groups: Iterable[str]) -> str:
    taken = [f"options {TITLES.get(group, f'({group})')}" for group in groups if group in _shared()]
    return f"Takes {' and '.join(taken)}.\n" if taken else ""


TITLES = {
    "anywhere": "of every command",
    "filters": "that filter",
    "output": "for output",
    "sure": "where something is deleted",
    "report": "for findings",
}
"""What groups of options are called, behind "Options" """


def _shared() -> set[str]:
    """Groups of options that more than one command takes: they are described once."""
    uses = [group for entry in TABLE.values() for group in entry["groups"]]
    return {group for group in GROUPS if uses.count(group) > 1 or group == "anywhere"}


def _group(name: str) -> str:
    return f".Ss Options {TITLES.get(name, f'({name})')}\n{_options(name)}"


def _options(group: str) -> str:
    """Each option once, with all its spellings."""
    named = {option["name"]: option for option in GROUPS[group].values()}
    return ".Bl -tag -width Ds\n" + "".join(_option(option) for option in named.values()) + ".El\n"


def _option(option: dict[str, Any]) -> str:
    flags = " , ".join(f"Fl {flag[1:].replace('-', chr(92) + '-')}" for flag in option["flags"])
    value = f" Ar {_word(option['metavar'] or option['kind'])}" if option["kind"] != "flag" else ""
    return f".It {flags}{value}\n{_text(option['help'])}"


def _listed(title: str, words: str, rows: Iterable[tuple[str, str]], topic: str, macro: str = "Sy") -> str:
    items = "".join(f".It {_named(macro, name)}\n{_text(text)}" for name, text in rows)
    remark = f".Pp\n{_text(topics.REMARKS[topic])}" if topic in topics.REMARKS else ""
    return f".Sh {title}\n{_text(words)}.Bl -tag -width Ds\n{items}.El\n{remark}"


def _named(macro: str, name: str) -> str:
    if macro == "Ev":
        return " , ".join(f"Ev {each}" for each in name.split(", "))
    return f"Sy {_word(name)}"


def _files() -> str:
    items = "".join(f".It Pa {_word(place)}\n{_text(f'{kind}: {words}')}" for kind, place, words in topics.FILES)
    return f".Sh FILES\n.Bl -tag -width Ds\n{items}.El\n.Pp\n{_text(topics.REMARKS['files'])}"


def main(words: list[str]) -> int:
    """Write the page below the working directory, or compare it; 1 when they differ."""
    try:
        with open(PLACE, encoding="utf-8", newline="") as file:
            written = file.read()
    except OSError:
        written = ""
    if "--check" in words:
        if written != manual():
            sys.stderr.write(f"{PLACE} is out of step: python -m papercli.manual\n")
        return int(written != manual())
    with open(PLACE, "w", encoding="utf-8", newline="\n") as file:
        file.write(manual())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
