"""What a person sees: real terminals, drawn by pyte and by tmux, and a real pager."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from conftest import Papers
from hand import resummed
from hub import Hub, fixture_days, sample_days

pexpect = pytest.importorskip("pexpect")
pyte = pytest.importorskip("pyte")
pytestmark = pytest.mark.skipif(os.name != "posix", reason="terminals of POSIX")

PAPERS = [sys.executable, "-m", "papercli"]
LINK = re.compile(r"\x1b\]8;;([^\x1b]*)\x1b\\")
OURS = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;;[!-~]*\x1b\\|\r?\n")


class Screen(pyte.Screen):
    """A terminal that writes down whatever a program makes it do besides drawing."""

    def __init__(self, columns: int, lines: int) -> None:
        super().__init__(columns, lines)
        self.answered: list[str] = []
        self.titles: list[str] = []

    def write_process_input(self, data: str) -> None:
        self.answered.append(data)

    def set_title(self, title: str) -> None:
        self.titles.append(title)

    set_icon_name = set_title


class Seen:
    """A run on a terminal: what it wrote, what stood on the screen, and its exit code."""

    def __init__(self, text: str, code: int, columns: int) -> None:
        self.text, self.code = text, code
        self.screen = Screen(columns, text.count("\n") + 50)
        # pyte gives up on the rest of a piece of text that holds a joiner.
        pyte.Stream(self.screen).feed(text.replace("\u200d", "").replace("\u200c", ""))
        self.lines = [line.rstrip() for line in self.screen.display]

    @property
    def wrapped(self) -> int:
        """Lines that the terminal had to break, because they were wider than it."""
        return int(self.screen.cursor.y) - self.text.count("\n")


Run = Callable[..., Seen]
Served = dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Two homes that hold a fresh listing: "sample", with a dozen papers as they are, and "odd", with every anomaly."""
    hubs = {"sample": Hub(sample_days()), "odd": Hub(fixture_days())}
    environs = {}
    for name, hub in hubs.items():
        home = tmp_path_factory.mktemp(name)
        environs[name] = {
            "PATH": os.environ["PATH"], "HOME": str(home), "PAPERCLI_HOME": str(home), "HF_ENDPOINT": hub.url,
            "LANG": "C.UTF-8", "TERM": "xterm-256color",
        }  # fmt: skip
        subprocess.run(
            [*PAPERS, "today"], env=environs[name], stdin=subprocess.DEVNULL, capture_output=True, check=True
        )
    yield environs
    for hub in hubs.values():
        hub.stop()


@pytest.fixture
def run(served: Served) -> Run:
    """Run the program on a terminal: `run("odd", 80, 40, "today", NO_COLOR="1")`."""

    def run(name: str, columns: int, rows: int, *words: str, **env: str) -> Seen:
        size = {"dimensions": (rows, columns), "timeout": 20, "encoding": "utf-8"}
        child = pexpect.spawn(PAPERS[0], [*PAPERS[1:], *words], env={**served[name], **env}, **size)
        text = child.read()
        child.close()
        return Seen(text, child.exitstatus, columns)

    return run


def piped(environ: dict[str, str], *words: str, **env: str) -> str:
    done = subprocess.run(
        [*PAPERS, *words], env={**environ, **env}, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0
    return done.stdout


# Cards


@pytest.mark.parametrize(("columns", "rows", "fewest"), [(80, 40, 5), (120, 40, 5), (300, 50, 8), (40, 24, 2)])
def test_a_screen_holds_so_many_papers_and_breaks_no_line(run: Run, columns: int, rows: int, fewest: int) -> None:
    seen = run("sample", columns, rows, "today", "--no-pager")
    assert seen.code == 0
    assert seen.wrapped == 0
    assert seen.lines[0].startswith("Daily Papers · Fri 3 Jul 2026 · 12"[:columns])
    first = "\n".join(seen.lines[:rows])
    assert len(re.findall(r"\b26\d\d\.99\d\d\d\b", first)) >= fewest
    odd = run("odd", columns, rows, "today", "--no-pager", "-q")
    assert (odd.code, odd.wrapped) == (0, 0)
    page = run("odd", columns, rows, "show", "2607.99560", "2607.99532", "2607.99551", "--no-pager")
    assert (page.code, page.wrapped) == (0, 0)


EVERY_WIDTH = """
import os, sys
from papercli.main import main
for columns in (*range(40, 161, 2), *range(161, 301, 9)):
    os.environ["COLUMNS"] = str(columns)
    print(f"\\x1e{columns}", flush=True)
    for words in (["today"], ["today", "--abstract", "-n", "12"], ["show", *sys.argv[1:]]):
        if main([*words, "-q", "-o", "cards"]):
            sys.exit(1)
"""


def test_no_line_is_wider_than_the_terminal_whatever_the_width(served: Served) -> None:
    from wcwidth import wcswidth

    ids = ["2607.99550", "2607.99551", "2607.99552", "2607.99553", "2607.99558", "2607.99560"]
    done = subprocess.run(
        [sys.executable, "-c", EVERY_WIDTH, *ids], env=served["odd"], capture_output=True, encoding="utf-8", check=True
    )
    widths = done.stdout.split("\x1e")[1:]
    assert len(widths) == 77
    for width in widths:
        first, *lines = width.split("\n")
        assert len(lines) > 200
        for line in lines:
            # Many terminals draw joined emoji one beside the other, so that is what there must be room for.
            assert wcswidth(line.replace("\u200d", "")) <= int(first), (first, line)


# Colour, links, signs


@pytest.mark.parametrize(
    ("line", "env", "colour", "links"),
    [
        ("", {}, True, True),
        ("--color never", {"FORCE_COLOR": "1"}, False, False),
        ("--color always", {"NO_COLOR": "1"}, True, True),
        ("", {"NO_COLOR": "1"}, False, False),
        ("", {"NO_COLOR": ""}, True, True),
        ("", {"TERM": "dumb"}, False, False),
        ("", {"ACCESSIBLE": "1"}, False, False),
        ("--plain", {}, False, False),
        ("--json", {"FORCE_COLOR": "1"}, False, False),
        ("-o tsv", {"CLICOLOR_FORCE": "1"}, False, False),
    ],
)
def test_a_terminal_gets_colour_unless_told_otherwise(
    run: Run, line: str, env: dict[str, str], colour: bool, links: bool
) -> None:
    seen = run("sample", 80, 40, "today", "--no-pager", "-n", "3", *line.split(), **env)
    assert seen.code == 0
    assert ("\x1b[" in seen.text, "\x1b]8;;" in seen.text) == (colour, links)
    if "dumb" in env.values() or "ACCESSIBLE" in env or "--plain" in line:
        assert not re.search("[▲★…·●]", seen.text), "signs that a screen reader spells out"


@pytest.mark.parametrize(
    ("line", "env", "colour"),
    [
        ("-o cards", {}, False),
        ("-o cards --color always", {}, True),
        ("-o cards", {"CLICOLOR_FORCE": "1"}, True),
        ("-o cards", {"FORCE_COLOR": "1"}, True),
        ("-o cards", {"FORCE_COLOR": "0"}, False),
        ("-o cards --color never", {"FORCE_COLOR": "1"}, False),
        ("--color always", {}, False),
        ("--json --color always", {"FORCE_COLOR": "1"}, False),
    ],
)
def test_a_pipe_gets_colour_on_cards_alone_when_asked(
    served: Served, line: str, env: dict[str, str], colour: bool
) -> None:
    text = piped(served["sample"], "today", *line.split(), **env)
    assert ("\x1b[" in text, "\x1b]" in text) == (colour, False)


def test_every_link_leads_to_the_web(run: Run, served: Served) -> None:
    ids = piped(served["odd"], "today", "-o", "ids").split()
    for seen in (run("odd", 100, 40, "today", "--no-pager"), run("odd", 100, 40, "show", *ids, "--no-pager")):
        opened, closed = [target for target in LINK.findall(seen.text) if target], LINK.findall(seen.text).count("")
        assert len(opened) == closed >= len(ids)
        assert all(re.fullmatch(r"https?://[a-z0-9.-]+(:[0-9]+)?(/[!-~]*)?", target) for target in opened)


def test_a_library_written_by_another_hand_makes_no_links(run: Run, served: Served, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(served["sample"]["PAPERCLI_HOME"], home)
    with closing(sqlite3.connect(home / "data" / "library.db")) as db, db:
        db.execute("UPDATE paper SET code = 'javascript:alert(1)', project = 'https://x' || char(27) || ']0;owned'")
    resummed(home / "data" / "library.db")
    for words in (["today"], ["show", "2607.99013"]):
        seen = run("sample", 80, 40, *words, "--no-pager", PAPERCLI_HOME=str(home), HF_ENDPOINT="http://127.0.0.1:9")
        assert "2607.99013" in seen.text
        assert all(target.startswith(("https://", "http://")) for target in LINK.findall(seen.text) if target)
        assert "]0;owned" not in "".join(LINK.findall(seen.text))
        assert (seen.screen.titles, "\x1b]0" in seen.text) == ([], False)


def test_a_hostile_title_is_only_drawn(run: Run) -> None:
    for words in (["today"], ["today", "--abstract"], ["show", "2607.99555", "2607.99556", "2607.99557", "2607.99562"]):
        seen = run("odd", 80, 40, *words, "--no-pager")
        rest = OURS.sub("", seen.text)
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]", rest)
        assert "owned" in rest
        assert (seen.screen.titles, seen.screen.answered) == ([], [])


@pytest.mark.skipif(not shutil.which("tmux"), reason="no tmux here")
def test_a_real_terminal_keeps_its_title_its_clipboard_and_its_prompt(served: Served, tmp_path: Path) -> None:
    socket = str(tmp_path / "tmux")

    def tmux(*words: str) -> str:
        done = subprocess.run(
            ["tmux", "-S", socket, "-f", "/dev/null", *words], env=served["odd"], capture_output=True, encoding="utf-8"
        )
        return done.stdout.strip()

    def typed(line: str) -> None:
        tmux("send-keys", f"{line}; touch '{tmp_path}/done'", "Enter")
        until = time.monotonic() + 20
        while not (tmp_path / "done").exists():
            assert time.monotonic() < until, tmux("capture-pane", "-p")
            time.sleep(0.02)
        (tmp_path / "done").unlink()

    program = " ".join(PAPERS)
    tmux("new-session", "-d", "-x", "100", "-y", "40", "sh")
    try:
        tmux("set", "-s", "set-clipboard", "on")
        typed("PS1='ready>'; printf '\\033]2;mine\\007'")
        typed(f"{program} today --no-pager; {program} show 2607.99555 2607.99556 --no-pager")
        typed(f"{program} day 2607 ; {program} show '\x1b]2;x' 2607.99555 -o tsv")
        assert (tmux("display-message", "-p", "#{pane_title}"), tmux("list-buffers")) == ("mine", "")
        typed("clear")
        assert tmux("capture-pane", "-p").strip() == "ready>", "nothing was typed in answer to a question"
        typed("printf '\\033]2;owned\\007\\033]52;c;b3duZWQ=\\007'")  # this terminal would have shown it
        assert (tmux("display-message", "-p", "#{pane_title}"), tmux("show-buffer")) == ("owned", "owned")
    finally:
        tmux("kill-server")


# The pager


@pytest.fixture
def pager(tmp_path: Path) -> tuple[str, Path]:
    """A pager that writes down what it is given, and where."""
    script, log = tmp_path / "my pager", tmp_path / "paged"
    script.write_text(f"#!/bin/sh\necho \"args:$*\" >>'{log}'\nexec cat >>'{log}'\n")
    script.chmod(0o755)
    return f"'{script}' -x", log


def test_the_pager_gets_what_does_not_fit_and_nothing_else(run: Run, pager: tuple[str, Path], tmp_path: Path) -> None:
    command, log = pager
    (tmp_path / "cat").symlink_to(tmp_path / "my pager")  # so that it shows when `cat` is run
    seen = run("sample", 80, 24, "today", PAPERCLI_PAGER=command, PAGER="false")
    assert (seen.code, seen.text) == (0, "")
    paged = log.read_text()
    assert paged.startswith("args:-x\n")
    assert "\x1b[" in paged, "colours go through"
    assert run("sample", 80, 24, "today", "--no-pager").text.replace("\r\n", "\n") == paged.removeprefix("args:-x\n")
    log.unlink()
    for words, env in (
        (["today", "-n", "2"], {}),
        (["today", "--no-pager"], {}),
        (["today", "--json"], {}),
        (["today", "-o", "tsv"], {}),
        (["today"], {"PAPERCLI_PAGER": ""}),
        (["today"], {"PAPERCLI_PAGER": "cat", "PATH": f"{tmp_path}:{os.environ['PATH']}"}),
        (["today"], {"PAPERCLI_PAGER": "no-such-program-anywhere"}),
        (["today"], {"PAPERCLI_PAGER": "'unbalanced"}),
    ):
        seen = run("sample", 80, 24, *words, **{"PAPERCLI_PAGER": command, "PAGER": command, **env})
        assert seen.code == 0
        assert "Notebooks" in seen.text, (words, env)
        assert not log.exists(), (words, env)
    run("sample", 80, 24, "show", *(f"2607.990{n:02}" for n in range(1, 15)), PAGER=command)
    assert "Notebooks" in log.read_text(), "PAGER is the second choice; pages are paged like cards"


def test_a_pipe_is_never_paged(served: Served, pager: tuple[str, Path]) -> None:
    command, log = pager
    assert "Notebooks" in piped(served["sample"], "today", "-o", "cards", PAPERCLI_PAGER=command, LINES="5")
    assert not log.exists()


def test_leaving_the_pager_early_is_no_failure(run: Run) -> None:
    for command in ("head -n 1", "true", "sh -c 'exit 3'", "sh -c 'kill -9 $$'"):
        assert run("odd", 80, 24, "today", PAPERCLI_PAGER=command).code == 0, command


@pytest.mark.skipif(not shutil.which("less"), reason="no less here")
def test_less_shows_cards_and_is_left_with_q(served: Served) -> None:
    environ = {**served["odd"], "LESSHISTFILE": "-"}
    for env in ({}, {"PAGER": "less -R", "LESS": ""}):
        child = pexpect.spawn(
            PAPERS[0], [*PAPERS[1:], "today"], env={**environ, **env}, dimensions=(24, 80), timeout=20, encoding="utf-8"
        )
        child.expect("Nothing Unusual")
        child.send("G")
        child.expect("Nobody Knows the Votes")
        child.sendintr()  # belongs to the pager
        child.send("q")
        child.expect(pexpect.EOF)
        child.close()
        assert (child.exitstatus, child.signalstatus) == (0, None)


# What a terminal is remembered for


def test_papers_shown_on_a_terminal_are_seen_and_those_in_a_pipe_are_not(
    run: Run, served: Served, tmp_path: Path
) -> None:
    new = {**served["sample"], "PAPERCLI_HOME": str(tmp_path)}

    def seen() -> list[bool]:
        return [row["seen"] for row in json.loads(piped(new, "today", "--json"))]

    piped(new, "today", "-o", "cards")
    assert seen() == [False] * 12
    run("sample", 80, 40, "today", "-n", "2", "--json", PAPERCLI_HOME=str(tmp_path))
    assert seen() == [False] * 12
    run("sample", 80, 40, "today", "-n", "2", PAPERCLI_HOME=str(tmp_path))
    assert seen() == [True] * 2 + [False] * 10
    run("sample", 80, 24, "today", PAPERCLI_HOME=str(tmp_path), PAPERCLI_PAGER="true")
    assert seen() == [True] * 12


def test_rows_are_counted_on_each_terminal_for_itself(served: Served, tmp_path: Path) -> None:
    environ = {**served["sample"], "PAPERCLI_HOME": str(tmp_path), "PS1": "", "PAPERCLI_PAGER": ""}
    ids = piped(environ, "today", "-o", "ids").split()
    program = " ".join(PAPERS)

    def terminal() -> Callable[[str], str]:
        child = pexpect.spawn("sh", env=environ, dimensions=(40, 80), timeout=20, encoding="utf-8", echo=False)

        def typed(line: str) -> str:
            child.sendline(f"{line}; echo code=$?.")
            child.expect(r"code=\d+\.")
            return str(child.before + child.after)

        return typed

    one, other = terminal(), terminal()
    assert "code=2." in one(f"{program} show 1"), "a pipe's list numbers no terminal"
    one(f"{program} today -o ids")
    other(f"{program} today --reverse")
    one(f"{program} today --sort title -o ids | cat; {program} today --sort title -o ids >{tmp_path}/file")
    assert ids[2] in one(f"{program} show 3 -o ids")
    assert ids[2] in one(f"{program} show 3 -o ids | cat"), "a pipe on this terminal counts its rows"
    assert ids[-3] in other(f"{program} show 3 -o ids")
    assert "code=2." in one(f"{program} show 13")
    by_title = (tmp_path / "file").read_text().split()
    assert piped(environ, "show", "3", "-o", "ids").split() == [by_title[2]], "without one, the last list of any kind"
    assert (one(f"{program} today -n 0 -k nonsuch-word"), ids[0] in one(f"{program} show 1 -o ids"))[1]


def test_papers_gives_a_fast_answer_to_a_terminal_of_no_size(run: Run, papers: Papers) -> None:
    seen = run("sample", 0, 0, "today", "-n", "1")
    assert seen.code == 0
