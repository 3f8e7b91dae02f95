"""The manual page and the topics of `papers help`: in step with the program, and readable by those who read them."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import papercli
from papercli import errors
from papercli.commands import COMMANDS
from papercli.commands.help import topic
from papercli.manual import main, manual
from papercli.menu import options
from papercli.render import FORMATS
from papercli.system.paths import folder
from papercli.topics import ENVIRONMENT, EXIT_CODES, FILES, FORMAT_WORDS, SUMMARIES

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "papers.1"


def test_the_page_is_in_step_with_the_table(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(ROOT)
    assert main(["--check"]) == 0
    (tmp_path / "docs").mkdir()
    monkeypatch.chdir(tmp_path)
    assert main(["--check"]) == 1
    assert main([]) == 0
    assert main(["--check"]) == 0


def mandoc(*words: str) -> str:
    if shutil.which("mandoc") is None:
        pytest.skip("mandoc is not installed here")
    done = subprocess.run(["mandoc", *words], capture_output=True, encoding="utf-8", timeout=60)
    return done.stdout + done.stderr


def test_mandoc_finds_nothing_to_warn_of(tmp_path: Path) -> None:
    assert mandoc("-Tlint", "-W", "warning", str(PAGE)) == ""
    broken = tmp_path / "broken.1"
    broken.write_text(PAGE.read_text("utf-8").replace(".Sh NAME\n", ".Sh NAME\n.Xx\n", 1))
    assert "WARNING" in mandoc("-Tlint", "-W", "warning", str(broken)) or "ERROR" in mandoc("-Tlint", str(broken))


def test_a_sentence_is_a_line() -> None:
    """What mandoc warns of, for machines without it."""
    text = PAGE.read_text("utf-8")
    assert re.findall(r".*(?:[a-z)\]]|\\\((?:aq|dq))[.!?] +[A-Z].*", text) == []
    assert ".\nFilters are" in text


def test_a_reader_sees_every_command_option_format_variable_and_code() -> None:
    text = re.sub(r".\x08", "", mandoc("-Tascii", "-O", "width=200", str(PAGE)))
    for name in COMMANDS:
        assert re.search(rf"^ {{5}}{name}\b", text, re.MULTILINE), name
        for flag in options(name):
            assert re.search(rf"(^| ){re.escape(flag)}[ ,\n]", text, re.MULTILINE), flag
    for name in (*FORMATS, *(each for names, _ in ENVIRONMENT for each in names.split(", "))):
        assert re.search(rf"^ +{name}\b|, {name}\b", text, re.MULTILINE), name
    for code, _ in EXIT_CODES:
        assert re.search(rf"^ +{code} ", text, re.MULTILINE), code
    assert "papers today --json | jq -r '.[].title'" in text


def test_examples_come_first_among_the_details() -> None:
    heads = re.findall(r"^\.Sh (.+?)(?:\\&)?$", manual(), re.MULTILINE)
    assert heads[:5] == ["NAME", "SYNOPSIS", "DESCRIPTION", "EXAMPLES", "COMMANDS"]
    assert heads[-4:] == ["ENVIRONMENT", "FILES", "EXIT STATUS", "SEE ALSO"]


def test_the_page_and_the_scripts_are_in_the_wheel_and_there() -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]
    places = build["wheel"]["shared-data"]
    assert places["docs/papers.1"] == "share/man/man1/papers.1"
    assert all((ROOT / place).is_file() for place in places)


# Topics


@pytest.mark.parametrize("name", SUMMARIES)
def test_help_tells_of_every_topic_within_a_terminal(papers: Callable[..., Any], name: str) -> None:
    done = papers("help", name)
    assert (done.returncode, done.stderr, done.stdout) == (0, "", topic(name))
    assert done.stdout.startswith(SUMMARIES[name])
    assert max(map(len, done.stdout.splitlines())) < 80


def test_help_of_a_command_is_its_help(papers: Callable[..., Any]) -> None:
    assert papers("help", "show").stdout == papers("show", "--help").stdout
    assert all(name in papers("help").stdout for name in SUMMARIES)


@pytest.mark.parametrize(("word", "meant"), [("formts", "formats"), ("tody", "today"), ("xyzzy", "topics are query")])
def test_help_for_what_there_is_not_is_a_usage_error(papers: Callable[..., Any], word: str, meant: str) -> None:
    done = papers("help", word)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"papers: no such command or topic: {word}\nhint: ")
    assert meant in done.stderr


def test_every_format_is_explained() -> None:
    assert set(FORMATS) <= set(FORMAT_WORDS)
    assert all(f"\n  {name} " in topic("formats") for name in FORMATS)


def test_every_exit_code_of_the_program_is_told() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and hasattr(kind, "exit_code")]
    assert len(kinds) > 5
    assert {str(kind.exit_code) for kind in kinds} <= {code for code, _ in EXIT_CODES}


def test_the_folders_told_are_the_folders_used() -> None:
    for kind, place, _ in FILES:
        where = folder(kind, {"HOME": "/home/reader"})
        assert where == place.replace("~", "/home/reader") or not where.startswith("/home/reader/.")


# Those of the system, which are no business of a reader of this page.
SYSTEM = {"HOME", "PATH", "SHELL", "USERNAME", "ZDOTDIR", "BASH_COMPLETION_USER_DIR"}


def test_every_variable_that_the_program_reads_is_told_and_no_other() -> None:
    sources = [file for file in Path(papercli.__file__).parent.rglob("*.py") if file.name != "topics.py"]
    source = "\n".join(file.read_text("utf-8") for file in sources)
    told = {each for names, _ in ENVIRONMENT for each in names.split(", ")} - {"PAPERCLI_SOURCES"}  # a setting's
    read = set(re.findall(r"""environ(?:\.get\(|\[)"([A-Z_]+)""", source)) - {""}
    assert len(read) > 10
    assert read - SYSTEM <= told
    unread = {name for name in told - {"PAPERCLI_SECTION_KEY"} if name not in source and name.lower() not in source}
    assert not unread
