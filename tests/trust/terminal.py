"""Hostile text in a real terminal, tmux, and through `less -R`: its title, its clipboard and what is typed into it stay
as they were, whichever command prints it. The gate looks at two commands, the long form at all that print papers."""

from __future__ import annotations

import inspect
import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from importlib import import_module
from pathlib import Path

from hub import Hub
from papercli.commands import COMMANDS
from papercli.render import FORMATS

from .completions import payloads
from .entries import summed
from .reader import Reader
from .trial import Trial

DAY = "2026-07-03"
SEQUENCES = (
    "\x1b]0;owned\x07", "\x1b]2;owned\x1b\\", "\x1b]52;c;b3duZWQ=\x07", "\x1b]52;c;b3duZWQ=\x1b\\", "\x1b[6n",
    "\x1b[c", "\x1b[>c", "\x1b[5n", "\x1b[21t", "\x1bP$qm\x1b\\", "\x1bP+q544e\x1b\\", "\x1b[2J\x1b[H", "\x1b[?1049h",
    "\x1b]4;1;?\x07", "\x1b]10;?\x07", "\x1b]11;?\x07", "\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "\x1b]8;;http://evil.example", "\x9b6n", "\x9d2;owned\x9c", "\x90$qm\x9c", "\x1b_Gq\x1b\\", "\x1b^x\x1b\\",
    "\x1bX\x1b\\", "\x1bc", "\x1b(0", "\x0e", "\x05", "\x1bZ", "\x1b[?2004h", "\x1b[?1000h", "\x1b[3J", "\x1b[20t",
    "\x1bk owned\x1b\\", "\x1b[14t", "\x1b#8", "\x1b]1337;File=inline=1:AAAA\x07", "\x08" * 40, "\r" + "x" * 30,
    "\x1b[31",
)  # fmt: skip
ARGUMENTS = {"day": [DAY], "week": [DAY], "month": [DAY], "related": ["2607.99001"], "show": [], "digest": [DAY],
             "search": ["--local", "owned"]}  # fmt: skip
"""What a command wants to be told."""

MAY_BE_EMPTY = ("new", "updates", "related", "digest")


def suite(trial: Trial) -> None:
    """A terminal for each command, with the listing as a hub sent it and as another hand wrote it into the library."""
    if missing := [name for name in ("tmux", "less") if not shutil.which(name)]:
        trial.note(f"{' and '.join(missing)} not installed here")
        return
    reader = Reader()
    ids = _fill(reader)
    chosen = _lines(ids) if trial.long else _lines(ids)[:2]
    trial.count("hostile texts in each", len(ids))
    for number in trial.numbers(len(chosen), len(chosen), what="lines typed into tmux"):
        with trial.case(number), Terminal(reader) as terminal:
            _typed(trial, number, terminal, chosen[number])
    with Terminal(reader) as terminal:  # this terminal would have shown it
        terminal.type("printf '\\033]2;owned\\007\\033]52;c;b3duZWQ=\\007'")
        trial.check(
            (terminal.title, terminal.buffer) == ("owned", "owned"), "control", "this terminal hides everything"
        )
    reader.leave()


def _fill(reader: Reader) -> list[str]:
    """A home with a listing in which every text is hostile: half as sent by a hub, half past all cleaning."""
    texts = [*SEQUENCES, *payloads(Path("/nowhere"))]
    rows = [
        {"paper": {
            "id": f"2607.{99_000 + n}", "title": f"owned {text} {n}", "summary": f"owned {text}", "upvotes": n,
            "authors": [{"name": f"A {text}"}], "ai_keywords": [text], "githubRepo": f"https://example.org/{text}",
            "submittedOnDailyAt": f"{DAY}T03:00:00.000Z", "githubStars": n,
            "organization": {"name": text, "fullname": text},
        }}
        for n, text in enumerate(texts, 1)
    ]  # fmt: skip
    hub = Hub({DAY: json.loads(json.dumps(rows))})
    reader.environ |= {"HF_ENDPOINT": hub.url, "TERM": "tmux-256color", "LESSHISTFILE": "-"}
    for name in ("today", "trending"):
        reader.process(name, "-q")
    hub.stop()
    with closing(sqlite3.connect(reader.home / "data" / "library.db")) as db, db:
        for n, text in enumerate(texts, 1):
            if n % 2:
                db.execute("UPDATE paper SET title = ?, abstract = ?, code = ?, organization_name = ? WHERE id = ?",
                           [f"owned {text}", text, f"https://x/{text}", text, f"2607.{99_000 + n}"])  # fmt: skip
        summed(db)
    reader.environ["HF_ENDPOINT"] = "http://127.0.0.1:9"
    return [f"2607.{99_000 + n}" for n in range(1, len(texts) + 1)]


def _lines(ids: list[str]) -> list[str]:
    """Every command that prints papers, in every format for people and a few for machines, with and without a pager."""
    with_papers = [
        "today",
        "show",
        *(name for name in COMMANDS if _prints_papers(name) and name not in ("today", "show")),
    ]
    lines = []
    for name in with_papers:
        words = " ".join([name, *(ids if name == "show" else ARGUMENTS.get(name, []))])
        lines.append(f"papers {words} --offline --no-pager")
        lines.append(f"PAPERCLI_PAGER='less -R' papers {words} --offline")
    more = [f"papers today --offline --no-pager -o {format}" for format in FORMATS]
    return [lines[0], lines[3], *lines[1:3], *lines[4:], *more, "papers today --offline --abstract | less -R"]


def _prints_papers(name: str) -> bool:
    module, function = COMMANDS[name].split(":")
    return "output" in inspect.signature(getattr(import_module(module), function)).parameters


def _typed(trial: Trial, number: int, terminal: Terminal, line: str) -> None:
    shown = terminal.type(line.replace("papers ", f"{sys.executable} -m papercli ", 1), quit="less" in line)
    told = (terminal.title, terminal.buffer)
    trial.check(told == ("mine", ""), number, f"{line[:80]}: title and clipboard are {told!a}")
    may_be_silent = any(f"papers {name} " in line for name in MAY_BE_EMPTY) or line.endswith(("ids", "urls"))
    trial.check(may_be_silent or "owned" in shown, number, f"{line[:80]}: shows {shown[-200:]!a}")
    terminal.type("clear")
    until = time.monotonic() + 5
    while (left := terminal.screen()) == "" and time.monotonic() < until:  # the prompt comes a moment later
        time.sleep(0.05)
    trial.check(left == "ready>", number, f"{line[:80]}: typed in answer to it: {left!a}")


class Terminal:
    """A shell in tmux, of 100 columns; its title is "mine", and its clipboard is open to programs."""

    def __init__(self, reader: Reader) -> None:
        self._folder = Path(tempfile.mkdtemp())
        self._environ = reader.environ

    def __enter__(self) -> Terminal:
        self._tmux("new-session", "-d", "-x", "100", "-y", "40", "-c", str(self._folder), "sh")
        self._tmux("set", "-s", "set-clipboard", "on")
        self.type("PS1='ready>'; printf '\\033]2;mine\\007'")
        return self

    def __exit__(self, *error: object) -> None:
        self._tmux("kill-server")
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def title(self) -> str:
        """What programs made it."""
        return self._tmux("display-message", "-p", "#{pane_title}")

    @property
    def buffer(self) -> str:
        """What programs put into the clipboard."""
        return self._tmux("show-buffer") if self._tmux("list-buffers") else ""

    def screen(self) -> str:
        """What stands on it."""
        return self._tmux("capture-pane", "-p").strip()

    def type(self, line: str, *, quit: bool = False) -> str:
        """Type the line and wait for its end, pressing q until then with `quit`; what stood on the screen before."""
        done = self._folder / "done"
        done.unlink(missing_ok=True)
        self._tmux("send-keys", "-l", f"{line}; touch '{done}'")
        self._tmux("send-keys", "Enter")
        until, shown = time.monotonic() + 60, ""
        while not done.exists():
            if time.monotonic() > until:
                raise TimeoutError(f"{line[:60]}: {self.screen()[-300:]}")
            time.sleep(0.05)
            shown = self.screen() if quit else ""
            if quit and shown.split("\n")[-1] in (":", "(END)"):  # less waits for a key
                self._tmux("send-keys", "q")
                break
        while not done.exists() and time.monotonic() < until:
            time.sleep(0.05)
        return shown or self.screen()

    def _tmux(self, *words: str) -> str:
        socket = str(self._folder / "tmux")
        done = subprocess.run(
            ["tmux", "-S", socket, "-f", "/dev/null", *words], env=self._environ, capture_output=True, encoding="utf-8",
            errors="replace",
        )  # fmt: skip
        return done.stdout.strip()
