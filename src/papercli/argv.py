"""The words of the command line, told apart: command, options, text. Data in, data out, nothing printed.

The table it reads is generated from the Typer program, so an option is written once. What this cannot make sense of,
wrong or merely rare, Typer answers; both see the same words, because options with one dash are told from text here:
a word with one leading `-` is an option only when it is exactly one (`-n`), or one with a number glued on (`-n5`).
"""

from __future__ import annotations

from papercli.table import GROUPS, TABLE
from papercli.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from papercli.table import Option


@value
class Words:
    """A command line, sorted. `options` and `anywhere` are (option, value) in the order typed; a flag's value is ""."""

    command: str
    anywhere: tuple[tuple[Option, str], ...]
    options: tuple[tuple[Option, str], ...]
    texts: tuple[str, ...]
    unknown: tuple[str, ...]
    """Words that look like options and are none: Typer says what is wrong."""

    early: tuple[str, ...] = ()
    """Those of them that stand before the command."""

    lacking: str = ""
    """The option at the end of the line that lacks its value, or ""."""


def sorted_words(argv: list[str]) -> Words:
    """Tell the words of `argv` (without the program's name) apart."""
    command = lacking = ""
    texts: list[str] = []
    unknown: list[str] = []
    early: list[str] = []
    anywhere: list[tuple[Option, str]] = []
    options: list[tuple[Option, str]] = []
    everywhere = GROUPS["anywhere"]
    known, rest = dict(everywhere), list(reversed(argv))
    while rest:
        word = rest.pop()
        if word == "--":
            texts += reversed(rest)
            break
        name, glued = _split(word, known)
        if name in known:
            option = known[name]
            if option["kind"] != "flag" and glued is None:
                if not rest:
                    lacking = word
                    break
                glued = rest.pop()
            (anywhere if name in everywhere else options).append((option, glued or ""))
            if option["kind"] == "flag" and glued is not None:
                unknown.append(word)
        elif word.startswith("--") or word in ("-h", "-V") or (not command and word.startswith("-")):
            (unknown if command else early).append(word)
        elif not command:
            command = word
            for group in TABLE.get(command, {}).get("groups", ()):
                known |= GROUPS[group]
        elif word[:1] == "-" and word[1:] and _split(word, short := _short())[0] in short:
            unknown.append(word)  # an option, if of other commands: it would do nothing as text
        else:
            texts.append(word)
    return Words(command, tuple(anywhere), tuple(options), tuple(texts), tuple(unknown), tuple(early), lacking)


def _short() -> dict[str, Option]:
    """The options with one dash of all commands together."""
    return {flag: option for group in GROUPS.values() for flag, option in group.items() if flag[1:2] != "-"}


def _split(word: str, known: dict[str, Option]) -> tuple[str, str | None]:
    """(flag, the value glued to it or None)."""
    if word.startswith("--"):
        flag, equals, glued = word.partition("=")
        return flag, glued if equals else None
    short, glued = word[:2], word[2:]
    if short in known and known[short]["kind"] == "number" and glued.isascii() and glued.isdigit():
        return short, glued
    return word, None


def given(words: Words) -> dict[str, Any] | None:
    """The arguments of the command's function: a value for each argument, a dict for each group of options.

    None when anything is wrong or rare; then it is Typer's to answer.
    """
    entry = TABLE.get(words.command)
    if entry is None or words.unknown or words.early or words.lacking:
        return None
    arguments: dict[str, Any] = {group: defaults(group) for group in entry["groups"]}
    if not _place(entry["arguments"], words.texts, arguments):
        return None
    return arguments if _set(words.options, arguments) else None


def anywhere(words: Words) -> dict[str, Any] | None:
    """The options of every command, by name; None when one is wrong."""
    arguments = {"anywhere": defaults("anywhere")}
    return arguments["anywhere"] if _set(words.anywhere, arguments) else None


def defaults(group: str) -> dict[str, Any]:
    """What the options of the group are when not given, by name."""
    return {option["name"]: option["default"] for option in GROUPS[group].values()}


def _set(options: tuple[tuple[Option, str], ...], arguments: dict[str, Any]) -> bool:
    for option, text in options:
        worth = _worth(option, text)
        if worth is None:
            return False
        group, name = arguments[option["group"]], option["name"]
        group[name] = [*(group[name] or ()), worth] if option["many"] else worth
    return True


def _worth(option: Option, text: str) -> Any:
    """The value that `text` stands for, or None when it stands for none."""
    kind = option["kind"]
    if kind == "flag":
        return True
    if kind == "number":
        right = text.isascii() and text.isdigit() and len(text) <= 9 and int(text) >= option["least"]
        return int(text) if right else None
    if kind == "choice":
        return text if text in option["choices"] else None
    if kind == "pattern":
        import re

        return text if re.fullmatch(option["pattern"], text) else None
    return text


def _place(names: list[dict[str, Any]], texts: tuple[str, ...], arguments: dict[str, Any]) -> bool:
    """Give the texts to the command's arguments; False when there are too few or too many."""
    left = list(texts)
    for argument in names:
        if argument["many"]:
            arguments[argument["name"]], left = left or None, []
        elif left and (not argument.get("choices") or left[0] in argument["choices"]):
            arguments[argument["name"]] = left.pop(0)
        elif not left and not argument["required"]:
            arguments[argument["name"]] = None
        else:
            return False
    return not left


def for_typer(words: Words) -> list[str]:
    """The same words in an order that Typer reads as we do: options first, then `--`, then text."""
    line = [part for option, text in words.anywhere for part in _spelt(option, text)] + list(words.early)
    line += [words.command] if words.command else []
    line += [part for option, text in words.options for part in _spelt(option, text)]
    return [*line, *words.unknown, *(["--", *words.texts] if words.texts else [])]


def _spelt(option: Option, text: str) -> list[str]:
    flag = option["flags"][-1]
    return [flag] if option["kind"] == "flag" else [f"{flag}={text}"]
