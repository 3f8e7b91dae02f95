"""Completion: what is offered, in the real shells too, and that nothing a stranger wrote ever reaches them."""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pexpect
import pytest

from hand import resummed
from papercli.commands import COMMANDS
from papercli.completion import offers
from papercli.menu import option_names
from papercli.scripts import MARK, PLACES, main, script

ROOT = Path(__file__).parent.parent
HONEST, OLD = "2607.99001", "hep-th/9901001"


def hostile(sentinel: Path) -> list[str]:
    """What a title or an id may hold of what some shell would run."""
    touch = f"touch {sentinel}"
    return [
        f"$({touch})",
        f"`{touch}`",
        f"\\$({touch})",
        f"\\`{touch}\\`",
        f";{touch};",
        f"'; {touch}; '",
        f'"; {touch}; "',
        f"2607.99002$({touch})",
        f"2607.99003\n{touch}\n",
        f"2607.99004\t$({touch})",
        f"({touch})",
        f"<({touch})",
        f"${{(e):-`{touch}`}}",
        f"2607.99005:$({touch})",
        f"| {touch}",
        f"& {touch} &",
        "*",
        "~",
        "--offline",
        "-rf",
        "$HOME",
        "%F{red}",
        "\x1b]0;owned\x07",
        "2607.99006\x00",
        "2607.9900６",
        "a" * 65,
        "",
    ]


@pytest.fixture
def sentinel(tmp_path: Path) -> Path:
    return tmp_path / "ran"


@pytest.fixture
def planted(environ: dict[str, str], papers: Callable[..., Any], home: Path, sentinel: Path) -> dict[str, str]:
    """A home that holds two days of papers, with every title, day and row that could be made to do harm."""
    assert papers("today", "-q").returncode == papers("day", "2026-07-02", "-q").returncode == 0
    (home / "state" / "last-lists" / "any").write_text(json.dumps([HONEST, *hostile(sentinel), OLD, 7, None, ["x"]]))
    with sqlite3.connect(home / "data" / "library.db") as db:
        for number, text in enumerate(hostile(sentinel)):
            db.execute("UPDATE paper SET title = ?, id = id WHERE number = ?", [text, number + 1])
            for day in (text, f"2026-{text}"[:10], "2026-07-99"):
                db.execute("INSERT OR IGNORE INTO listing VALUES (?, 'hf', 1, 1, 0)", [day])
                db.execute("INSERT OR IGNORE INTO listed (day, source, paper) VALUES (?, 'hf', 1)", [day])
    db.close()
    resummed(home / "data" / "library.db")
    return environ


def values(words: list[str], environ: dict[str, str]) -> list[str]:
    return [value for value, _ in offers(words, environ)]


# What is offered


def test_the_first_word_is_a_command(environ: dict[str, str]) -> None:
    assert values([""], environ) == [*COMMANDS, "help"]
    assert values(["tod"], environ) == ["today"]
    assert "_complete" not in values([""], environ)


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_a_dash_offers_every_option_of_the_command(environ: dict[str, str], command: str) -> None:
    before = [command] if command else []
    files = [":files"] if command == "import" else []  # it reads one, or -
    assert values([*before, "-"], environ) == [*option_names(command), *files]
    assert all(name.startswith(("--co", ":")) for name in values([*before, "--co"], environ))
    assert values(["--color"], environ) == ["--color"]


def test_an_option_offers_its_choices_in_both_spellings(environ: dict[str, str]) -> None:
    assert values(["today", "--sort", "st"], environ) == ["stars"]
    assert values(["today", "--sort=st"], environ) == ["--sort=stars"]
    assert {"json", "jsonl", "jsonfeed"} == set(values(["today", "-k", "x", "-o", "js"], environ))
    assert values(["--color", "a"], environ) == ["auto", "always"]
    assert values(["today", "-k", ""], environ) == []
    assert values(["today", "-n", ""], environ) == []


def test_fields_are_completed_behind_the_comma_and_each_is_offered_once(environ: dict[str, str]) -> None:
    assert values(["today", "--fields", "tit"], environ) == ["title"]
    assert values(["today", "--fields", "id,submitter_"], environ) == ["id,submitter_name"]
    assert values(["today", "--fields=id,title,ti"], environ) == []


def test_when_is_words_and_known_days(planted: dict[str, str]) -> None:
    assert values(["day", "2026-07"], planted) == ["2026-07-03", "2026-07-02"]
    assert values(["day", "fri"], planted) == ["friday"]
    assert values(["day", "2026-07-01..f"], planted) == ["2026-07-01..friday", "2026-07-01..february"]
    assert "2026-07-01..2026-07-03" in values(["day", "2026-07-01..2026"], planted)
    assert values(["week", "2026-W"], planted) == ["2026-W27"]
    assert values(["month", "2026-07"], planted)[0] == "2026-07"
    assert values(["today", "--since", "2026-07-03"], planted) == ["2026-07-03"]
    assert values(["day", "2026-07-03", ""], planted) == []


def test_only_ids_of_plain_characters_are_offered(planted: dict[str, str]) -> None:
    assert values(["show", ""], planted) == [HONEST, OLD]
    assert values(["show", "26"], planted) == [HONEST]
    assert values(["show", HONEST, ""], planted) == [OLD]
    assert values(["show", "--json", "--", "hep"], planted) == [OLD]


def test_topics_shells_and_settings_are_offered(environ: dict[str, str]) -> None:
    assert {"query", "exit-codes", "today"} <= set(values(["help", ""], environ))
    assert values(["completion", "z"], environ) == ["zsh"]
    assert values(["config", "get", "listing.s"], environ) == ["listing.sort"]
    assert values(["config", "show", ""], environ) == []


def test_nothing_is_offered_where_nothing_is_known_and_nothing_is_made(environ: dict[str, str], home: Path) -> None:
    assert values(["show", ""], environ) == []
    assert values(["day", "2026"], environ) == []
    assert not home.exists()


@pytest.mark.parametrize(
    "words",
    [[], ["bash"], ["bash", "--"], ["tcsh", "--", "day", ""], ["--"], ["bash", "day"], ["bash", "--", "no", "no", ""]],
    ids=str,
)
def test_odd_questions_get_no_answer_and_no_complaint(environ: dict[str, str], words: list[str]) -> None:
    done = ask(environ, *words)
    assert (done.returncode, done.stderr) == (0, "")


def ask(environ: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "papercli", "_complete", *words]
    return subprocess.run(
        command, env=environ, capture_output=True, encoding="utf-8", timeout=60, stdin=subprocess.DEVNULL
    )


@pytest.mark.parametrize("damage", [b"", b"no database at all", b"SQLite format 3\x00" + b"\xff" * 4096])
def test_a_damaged_library_has_no_days(environ: dict[str, str], home: Path, damage: bytes) -> None:
    (home / "data").mkdir(parents=True)
    (home / "data" / "library.db").write_bytes(damage)
    done = ask(environ, "bash", "--", "day", "t")
    assert (done.stdout.split(), done.stderr) == (["today", "tuesday", "thursday"], "")


def test_a_library_that_is_being_written_is_not_waited_for(planted: dict[str, str], home: Path) -> None:
    db = sqlite3.connect(home / "data" / "library.db", isolation_level=None)
    db.execute("BEGIN EXCLUSIVE")
    try:
        assert values(["day", "y"], planted) == ["yesterday"]
    finally:
        db.close()


def test_an_answer_costs_at_most_four_bare_starts_of_python(planted: dict[str, str]) -> None:
    bare = min(cpu([sys.executable, "-c", "pass"], planted) for _ in range(7))
    for words in (["day", "2026-"], ["show", ""], ["today", "--sort", ""]):
        command = [sys.executable, "-m", "papercli", "_complete", "zsh", "--", *words]
        assert min(cpu(command, planted) for _ in range(7)) < 4 * bare, words


def cpu(command: list[str], environ: dict[str, str]) -> float:
    """Seconds of processor time, of the process and the system on its behalf."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=environ, stdout=subprocess.DEVNULL, check=True, timeout=60)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


# The scripts


def test_the_scripts_are_in_step_with_the_table(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(ROOT)
    assert main(["--check"]) == 0
    monkeypatch.chdir(tmp_path)
    assert main(["--check"]) == 1
    assert main([]) == 0
    assert main(["--check"]) == 0


@pytest.mark.parametrize("shell", PLACES)
def test_a_script_holds_every_command_and_option_and_asks_for_the_rest(shell: str) -> None:
    text = script(shell)
    assert all(name in text for command in COMMANDS for name in (command, *option_names(command)))
    assert "_complete" in text
    assert "eval" not in text.replace("never evaluated", "")
    assert not re.search("@[A-Z]+@", text)


@pytest.mark.parametrize("shell", PLACES)
def test_completion_prints_the_script(papers: Callable[..., Any], shell: str) -> None:
    assert papers("completion", shell).stdout == script(shell)


INSTALLED = {
    "bash": [".local/share/bash-completion/completions/papers", ".local/share/bash-completion/completions/papercli"],
    "zsh": [".zfunc/_papers"],
    "fish": [".config/fish/completions/papers.fish", ".config/fish/completions/papercli.fish"],
    "pwsh": [".config/powershell/papers.completion.ps1"],
}


@pytest.mark.parametrize("shell", INSTALLED)
def test_install_puts_the_script_where_the_shell_in_use_looks(
    papers: Callable[..., Any], environ: dict[str, str], shell: str
) -> None:
    env = {"SHELL": f"/usr/bin/{shell}"}
    for _ in range(2):  # the second time over its own
        done = papers("completion", "install", env=env)
        assert (done.returncode, done.stderr) == (0, "")
    for place in INSTALLED[shell]:
        path = Path(environ["HOME"], place)
        assert f"wrote {path}\n" in done.stdout
        assert path.read_text() == script({"pwsh": "powershell"}.get(shell, shell))
    assert len([*path.parent.iterdir()]) == len(INSTALLED[shell])


def test_install_replaces_no_file_of_anyone_else(papers: Callable[..., Any], environ: dict[str, str]) -> None:
    path = Path(environ["HOME"], ".zfunc", "_papers")
    path.parent.mkdir()
    path.write_text("#compdef papers\n# mine\n")
    done = papers("completion", "install", env={"SHELL": "/bin/zsh"})
    assert done.returncode == 2
    assert path.read_text() == "#compdef papers\n# mine\n"
    assert MARK not in path.read_text()


@pytest.mark.parametrize("shell", ["", "/bin/tcsh"])
def test_install_for_an_unknown_shell_says_what_to_do(papers: Callable[..., Any], shell: str) -> None:
    done = papers("completion", "install", env={"SHELL": shell})
    assert done.returncode == 2
    assert "hint: print the script" in done.stderr


# In the shells themselves


START = {
    "bash": ["bash", "--noprofile", "--norc", "-i"],
    "zsh": ["zsh", "-f", "-i"],
    "fish": ["fish", "--no-config", "-i"],
}
SETTINGS = {
    "bash": "PS1='ready> '; bind 'set bell-style none'; bind 'set enable-bracketed-paste off';"
    " bind 'set completion-query-items 0'; bind 'set show-all-if-ambiguous on';"
    " bind 'set page-completions off'; source {script}",
    "zsh": "PS1='ready> '; unsetopt zle_bracketed_paste; autoload -Uz compinit; compinit -D -u; source {script}",
    "fish": "function fish_prompt; echo -n 'ready> '; end; source {script}",
}


class Shell:
    """A shell in a terminal of its own, with `papers` on its path and its completion loaded."""

    def __init__(self, name: str, environ: dict[str, str], programs: Path) -> None:
        if shutil.which(name) is None:
            pytest.skip(f"{name} is not installed here")
        environ = {**environ, "PATH": f"{programs}{os.pathsep}{environ['PATH']}", "SHELL": name}
        self._shell = pexpect.spawn(
            START[name][0], START[name][1:], env=environ, encoding="utf-8", timeout=20, dimensions=(60, 160),
            codec_errors="replace",
        )  # fmt: skip
        self._shell.delaybeforesend = 0.05
        loaded = SETTINGS[name].format(script=ROOT / "completions" / PLACES[name])
        # The words are not in the typed line, only in what it prints.
        self._shell.sendline(f"{loaded}; echo all''set")
        self._shell.expect("allset")
        self._shell.expect("ready> ")

    def menu(self, line: str, *expected: str) -> str:
        """Type the line and two tabs; what the terminal showed, once it shows what is expected."""
        self._shell.send(line)
        seen = ""
        self._shell.send("\t\t")
        for text in expected:
            self._shell.expect_exact(text)
            seen += str(self._shell.before) + text
        seen += self._rest()
        self._leave()
        return seen

    def _leave(self) -> None:
        """Give the line up: the first Ctrl-C may end no more than a menu, or a completion that still runs."""
        for _ in range(10):
            self._shell.send("\x03")
            if self._shell.expect(["ready> ", pexpect.TIMEOUT], timeout=3) == 0:
                return
        raise AssertionError(f"the shell shows no prompt: {self._shell.before}")

    def run(self, line: str) -> None:
        """Run the line and wait for its end."""
        self._shell.sendline(f"{line}; echo e''nd")
        self._shell.expect("end")
        self._shell.expect("ready> ")

    def _rest(self) -> str:
        try:
            self._shell.expect("never to be seen", timeout=0.2)
        except pexpect.TIMEOUT:
            return str(self._shell.before)
        return ""

    def close(self) -> None:
        self._shell.close(force=True)


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    folder = tmp_path / "programs"
    folder.mkdir()
    for name in ("papers", "papercli"):
        (folder / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" -m papercli "$@"\n')
        (folder / name).chmod(0o755)
    return folder


@pytest.fixture(params=["bash", "zsh", "fish"])
def shell(request: pytest.FixtureRequest, planted: dict[str, str], programs: Path) -> Iterator[Shell]:
    running = Shell(request.param, planted, programs)
    yield running
    running.close()


def test_days_ids_commands_and_options_appear_and_nothing_planted_runs(shell: Shell, sentinel: Path) -> None:
    seen = shell.menu("papers day 2026-", "2026-07-0")
    seen += shell.menu("papers show hep", OLD)
    seen += shell.menu("papers show ", HONEST)
    seen += shell.menu("papers tod", "today")
    seen += shell.menu("papercli mon", "month")
    seen += shell.menu("papers today --sort=comm", "--sort=comments")
    seen += shell.menu("papers today --sort ", "relevance")
    seen += shell.menu("papers today --refr", "--refresh")
    seen += shell.menu("papers show -- 26", HONEST)
    assert "touch" not in seen
    assert "owned" not in seen
    assert not sentinel.exists()


@pytest.mark.parametrize("shell", ["zsh", "fish"], indirect=True)  # bash: tests/trust/completions.py
def test_a_program_that_answers_with_commands_runs_nothing(shell: Shell, programs: Path, sentinel: Path) -> None:
    (programs / "papers").write_text(f'#!/bin/sh\ncat "{programs}/answer"\n')
    payloads = hostile(sentinel)
    # All at once might fail to run for one that no shell can parse; so the likely ones come by themselves first.
    for texts in (payloads[:2], payloads[2:4], payloads[4:5], payloads[7:8], payloads):
        lines = [f"{HONEST}\trow 1", *texts, *(f"2607.99009\t{text}" for text in texts)]
        (programs / "answer").write_text("\n".join(lines) + "\n")
        shell.menu("papers show 2607.99", HONEST)
        shell.menu("papers show ", HONEST)
        assert not sentinel.exists()


def test_words_on_the_line_are_given_on_as_text(shell: Shell, sentinel: Path) -> None:
    shell.menu(f"papers day -k '$(touch {sentinel})' 2026-", "2026-07-0")
    shell.menu(f"papers today -k '`touch {sentinel}`' --sort ", "relevance")
    assert not sentinel.exists()


def test_ids_are_those_of_the_list_on_this_terminal(shell: Shell, home: Path) -> None:
    shell.run("papers day 2026-07-03 --no-pager --plain -n3")
    shown = json.loads((home / "state" / "last-lists" / "any").read_text())
    (home / "state" / "last-lists" / "any").write_text('["9999.99999"]')
    seen = shell.menu("papers show ", shown[0])
    assert "9999.99999" not in seen
