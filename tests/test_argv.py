"""The two readers of the command line, the fast one and Typer, agree: on command, arguments, and what is wrong."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import papercli
from papercli import cli
from papercli.argv import anywhere, defaults, for_typer, given, sorted_words
from papercli.commands import COMMANDS, options
from papercli.errors import BadRequest
from papercli.table import GROUPS, TABLE

TABLE_FILE = Path(papercli.__file__).parent / "table.py"
Heard = tuple[str, dict[str, Any], dict[str, Any]]
"""The command, its arguments, and the options of every command."""


@pytest.fixture
def typer_reads(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[str]], Heard]:
    """Typer's own reading of a command line; raises what Typer raises."""
    heard: dict[str, Any] = {}
    spread_out = cli._spread_out

    def spread(command: Any, act: Any) -> Any:
        return spread_out(
            command, lambda said: heard.update(everywhere=said) if command is cli._anywhere else act(said)
        )

    monkeypatch.setattr(cli, "_spread_out", spread)
    monkeypatch.setattr(cli, "call", lambda app, name, said: heard.update(name=name, given=said))
    program: Any = cli.typer.main.get_command(cli.build())

    def read(line: list[str]) -> Heard:
        heard.clear()
        program.main(line, prog_name="papers", standalone_mode=False)
        return heard["name"], heard["given"], heard["everywhere"]["anywhere"]

    return read


def fast_reads(line: list[str]) -> Heard | None:
    words = sorted_words(line)
    arguments, everywhere = given(words), anywhere(words)
    return None if arguments is None or everywhere is None else (words.command, arguments, everywhere)


def is_usage_error(error: Exception) -> bool:
    return hasattr(error, "format_message")


# The table


def test_the_table_is_what_the_typer_program_says() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "papercli.tabulate"], capture_output=True, encoding="utf-8", timeout=60, check=True
    )
    assert done.stdout == TABLE_FILE.read_text("utf-8")


def test_the_table_holds_every_command_and_every_option() -> None:
    assert list(TABLE) == list(COMMANDS)
    assert set(GROUPS) == {group.__name__.lower() for group in options.Group.__subclasses__()}
    for group in options.Group.__subclasses__():
        kept = {name: vars(group)[name] for name in group.__annotations__}
        assert defaults(group.__name__.lower()) == kept


# Both ways, option by option


RIGHT = {"number": "7", "text": "-video", "pattern": "arxiv:cs.CL", "announce": "new,replace"}


def spellings(command: str) -> Iterator[tuple[dict[str, Any], list[str]]]:
    """(option, the words of one right way to write it), for every option of the command."""
    for group in ["anywhere", *TABLE[command]["groups"]]:
        for flag, option in GROUPS[group].items():
            if option["kind"] == "flag":
                yield option, [flag]
                continue
            value = RIGHT.get(option["name"]) or RIGHT.get(option["kind"]) or option["choices"][0]
            yield option, [flag, value]
            if flag.startswith("--"):
                yield option, [f"{flag}={value}"]
            elif option["kind"] == "number":
                yield option, [f"{flag}{value}"]


def texts_for(command: str) -> list[str]:
    first = next(iter(TABLE[command]["arguments"]), None)
    return [] if first is None else [(first.get("choices") or ["2026-07-01"])[0]]


@pytest.mark.parametrize("command", TABLE)
def test_every_option_of_every_command_is_read_alike_wherever_it_stands(typer_reads: Any, command: str) -> None:
    texts = texts_for(command)
    for option, words in spellings(command):
        for line in ([command, *words, *texts], [command, *texts, *words]):
            heard = fast_reads(line)
            assert heard is not None, line
            assert heard == typer_reads(for_typer(sorted_words(line))), line
            place = heard[2] if option["group"] == "anywhere" else heard[1][option["group"]]
            assert place[option["name"]] != option["default"] or option["default"] in words[-1].split("="), line
        if option["group"] == "anywhere":
            assert fast_reads([*words, command, *texts]) == heard, words


@pytest.mark.parametrize("command", COMMANDS)
def test_a_bare_command_has_every_default(typer_reads: Any, command: str) -> None:
    heard = fast_reads([command, *texts_for(command)])
    assert heard is not None
    assert heard == typer_reads([command, *texts_for(command)])
    assert heard[2] == defaults("anywhere")


@pytest.mark.parametrize("flag", sorted({flag for group in GROUPS.values() for flag in group if len(flag) > 4}))
def test_a_long_option_cannot_be_abbreviated(typer_reads: Any, flag: str) -> None:
    flags = {each for group in GROUPS.values() for each in group}
    for length in range(3, len(flag)):
        short = flag[:length]
        if short in flags:
            continue
        for line in ([short, "today"], ["today", short], ["today", f"{short}=json"], ["today", short, "7"]):
            assert fast_reads(line) is None
            assert isinstance(outcome(typer_reads, for_typer(sorted_words(line))), str)


# Both ways, at random

VALUES = {
    "number": ["0", "1", "7", "999999999", "1000000000", "-1", "+1", "1.5", "٣", "0x1", "", " 1", "many", "1_000"],
    "text": ["diffusion", "-video", "a b", "", "-n", "--json", "--", "é", "x=y", "\x1b[31m"],
    "pattern": ["hf", "arxiv", "arxiv:cs.CL", "arxiv:", "arxiv:cs.CL\n", "HF", "", "-video", "arxiv:cs.Ł"],
    "choice": ["json", "cards", "rank", "stars", "auto", "never", "JSON", "", "js", "xml"],
    "flag": [""],
}
TEXTS = [
    "2026-07-01",
    "-3d",
    "friday",
    "-video",
    "-",
    "",
    "today",
    "help",
    "2607.99001",
    "-title:x",
    "-5",
    "-qv",
    "~",
    "é",
]
ODD = [
    "-h",
    "--help",
    "-V",
    "--version",
    "--jso",
    "--json=1",
    "--no-json",
    "--=",
    "---",
    "-n",
    "-n5",
    "-n=5",
    "-nvidia",
    "-kx",
    "-ojson",
    "--limit",
    "--limit=",
    "-k",
    "--demo=yes",
    "--color",
    "-é",
    "-",
    "--",
    "help",
    "browse",
    "-q",
    "-v",
    "--output",
    "-o",
    "json",
    "7",
    "today",
    "show",
    "day",
    "--install-completion",
    "--show-completion",
]


def some_option(dice: random.Random, group: str) -> tuple[list[str], list[str]]:
    """One option with a right or a wrong value, as a person may write it, and as `--name=value`."""
    flag, option = dice.choice(list(GROUPS[group].items()))
    long = option["flags"][-1]
    if option["kind"] == "flag":
        return [flag], [long]
    value = dice.choice(VALUES[option["kind"]])
    forms = [[flag, value], [f"{long}={value}"]]
    if option["kind"] == "number" and flag != long and value.isascii() and value.isdigit():
        forms.append([f"{flag}{value}"])
    return dice.choice(forms), [f"{long}={value}"]


def merged(dice: random.Random, *queues: list[list[str]]) -> list[str]:
    """The queues' pieces in one line, mixed, each queue's own order kept."""
    left, line = [list(queue) for queue in queues], []
    while any(left):
        line += dice.choice([queue for queue in left if queue]).pop(0)
    return line


def some_line(dice: random.Random) -> tuple[list[str], list[str]]:
    """A command line with its words in any order, and the same in the order in which Typer needs no help."""
    command = dice.choice(list(TABLE))
    everywhere = [some_option(dice, "anywhere") for _ in range(dice.choice((0, 0, 1, 2)))]
    own = [some_option(dice, dice.choice(TABLE[command]["groups"])) for _ in range(dice.choice((0, 0, 1, 2, 3)))
           if TABLE[command]["groups"]]  # fmt: skip
    known = [choice for argument in TABLE[command]["arguments"] for choice in argument.get("choices") or ()]
    texts = [dice.choice(TEXTS + 2 * known) for _ in range(dice.choice((0, 1, 1, 2)))]
    early, behind = dice.randint(0, len(everywhere)), dice.randint(0, len(texts))
    mixed = merged(
        dice,
        [words for words, _ in everywhere[early:]],
        [words for words, _ in own],
        [[text] for text in texts[:behind]],
    )
    line = [word for words, _ in everywhere[:early] for word in words] + [command, *mixed]
    line += ["--", *texts[behind:]] if behind < len(texts) or dice.random() < 0.2 else []
    plain = [word for _, words in everywhere for word in words] + [command]
    return line, [*plain, *(word for _, words in own for word in words), "--", *texts]


def outcome(read: Callable[[list[str]], Heard], line: list[str]) -> Heard | str:
    """What was read, or what Typer finds wrong."""
    try:
        return read(line)
    except Exception as error:
        if not is_usage_error(error):
            raise
        return str(error.format_message())  # type: ignore[attr-defined]


@pytest.mark.parametrize("seed", range(4))
def test_of_five_hundred_lines_both_readers_make_the_same(typer_reads: Any, seed: int) -> None:
    dice, counts = random.Random(seed), {"read": 0, "refused": 0}
    for _ in range(500):
        line, plain = some_line(dice)
        fast, slow = fast_reads(line), outcome(typer_reads, plain)
        if fast is None:
            handed_on = outcome(typer_reads, for_typer(sorted_words(line)))
            assert handed_on == slow or (isinstance(handed_on, str) and isinstance(slow, str)), line
            counts["refused"] += isinstance(slow, str)
        else:
            assert fast == slow, line
            counts["read"] += 1
    assert min(counts.values()) > 100


@pytest.mark.parametrize("seed", range(2))
def test_of_odd_lines_each_is_a_command_help_or_a_usage_error(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    heard: list[Any] = []
    monkeypatch.setattr(cli, "call", lambda app, name, said: heard.append((name, said)))
    dice, counts = random.Random(seed), {"read": 0, "command": 0, "help": 0, "refused": 0}
    for _ in range(50):
        line = [dice.choice(ODD) for _ in range(dice.randint(0, 4))]
        words = sorted_words(line)
        if fast_reads(line) is not None:
            counts["read"] += 1
            continue
        heard.clear()
        try:
            printed = cli.run_typer(None, words)
        except BadRequest as error:
            assert str(error) and "\n" not in str(error)
            counts["refused"] += 1
        else:
            assert bool(heard) != printed.startswith("Usage: papers"), line
            counts["help" if printed else "command"] += 1
            assert printed or anywhere(words) is not None, f"{line} runs without its global options"
    assert counts["refused"] > 10
    assert counts["help"] > 2


# Dashes


def read(*line: str) -> Heard:
    heard = fast_reads(list(line))
    assert heard is not None
    return heard


def test_a_number_may_be_glued_to_its_short_option() -> None:
    assert read("today", "-n5")[1]["filters"]["limit"] == 5
    assert (
        read("today", "-n", "5") == read("today", "-n5") == read("today", "--limit=5") == read("today", "--limit", "5")
    )


@pytest.mark.parametrize(
    "text", ["-video", '-"exact words"', "-title:x", "-3d", "-5", "-qv", "-nvidia", "-n5x", "-n=5", "-"]
)
def test_any_other_word_with_one_dash_is_text(text: str) -> None:
    assert read("day", text)[1]["when"] == text
    assert read("day", text, "-n5")[1]["when"] == text
    assert read("day", "-n5", text)[1]["when"] == text


@pytest.mark.parametrize("text", ["-video", "-3d", "-qv", "-nvidia", "-n=5", "more"])
def test_text_where_none_is_taken_is_a_usage_error(text: str) -> None:
    for line in (["today", text], ["today", "--", text], ["day", "friday", text]):
        assert fast_reads(line) is None
        with pytest.raises(BadRequest):
            cli.run_typer(None, sorted_words(line))


def test_after_two_dashes_all_is_text() -> None:
    assert read("day", "--", "-n5")[1]["when"] == "-n5"
    assert read("day", "--", "--json")[1]["when"] == "--json"
    assert read("show", "--json", "--", "-n", "--", "-q")[1]["ids"] == ["-n", "--", "-q"]


def test_an_option_takes_the_next_word_whatever_it_looks_like() -> None:
    assert read("today", "-k", "-video")[1]["filters"]["keyword"] == ["-video"]
    assert read("today", "-k", "a", "--keyword=b", "--keyword", "c")[1]["filters"]["keyword"] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        (["today", "--limt", "5"], "--limit"),
        (["today", "--jsn"], "--json"),
        (["--ofline", "today"], "--offline"),
        (["tody"], "today"),
    ],
)
def test_a_word_mistyped_gets_a_suggestion(line: list[str], meant: str) -> None:
    with pytest.raises(BadRequest) as failure:
        cli.run_typer(None, sorted_words(line))
    assert meant in failure.value.hint


@pytest.mark.parametrize("name", ["browse", "serve", "mcp", "TODAY", "tod", "-today", "--today", " today"])
def test_what_is_no_command_is_a_usage_error(name: str) -> None:
    assert fast_reads([name]) is None
    with pytest.raises(BadRequest):
        cli.run_typer(None, sorted_words([name]))
