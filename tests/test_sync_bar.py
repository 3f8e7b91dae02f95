"""What `papers sync` draws on a real terminal, and that nothing of it is left there."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator

import pytest

from hub import Hub
from test_sync import Past, limited, made_up

pexpect = pytest.importorskip("pexpect")
pyte = pytest.importorskip("pyte")
pytestmark = pytest.mark.skipif(os.name != "posix", reason="terminals of POSIX")

ROWS = 12
BEGUN = re.compile(r"(20\d\d-\d\d)? ?━*[╸╺]?━* \d+ of \d+ months")  # what is read may end in the middle of a line
BAR = re.compile(BEGUN.pattern + r" · [\d,]+ papers · [\d,]+/s( · \d+ s left)?")
END = re.compile(r"papers: 650 papers on 14 days in [\d.]+ s")
# What may be sent to the terminal besides text: colours, the start of the line, erasing a line, going up one.
OURS = re.compile(r"\x1b\[[0-9;]*m|\x1b\[2K|\x1b\[1A|[\r\n]")


class Watched:
    """A sync on a terminal: every screen that stood there, with the lines that are not empty."""

    def __init__(self, environ: dict[str, str], columns: int, *words: str) -> None:
        self.text, self.screens = "", []  # type: ignore[var-annotated]
        self.terminal = pyte.Screen(columns, ROWS)
        self._stream = pyte.Stream(self.terminal)
        line = ["-m", "papercli", "sync", "--since", "2025-10", *words]
        self.child = pexpect.spawn(
            sys.executable, line, env=environ, dimensions=(ROWS, columns), timeout=20, encoding="utf-8"
        )

    def until(self, words: str) -> None:
        """Watch until a screen shows these words."""
        while not any(words in line for screen in self.screens[-1:] for line in screen):
            assert self.look(), self.screens[-5:]

    def look(self) -> bool:
        """Take in some of what it writes; False when that was all."""
        try:
            piece = self.child.read_nonblocking(65536, timeout=20)
        except pexpect.EOF:
            self.child.close()
            return False
        self.text += piece
        self._stream.feed(piece)
        self.screens.append(self.lines)
        return True

    def to_the_end(self) -> int:
        while self.look():
            pass
        return int(self.child.exitstatus)

    @property
    def lines(self) -> list[str]:
        return [line.rstrip() for line in self.terminal.display if line.strip()]


@pytest.fixture
def past() -> Iterator[Past]:
    hub = Past(made_up({"2025-11": (4, 100), "2025-12": (5, 10), "2026-01": (5, 40)}))
    hub.delay = 0.1
    yield hub
    hub.stop()


@pytest.fixture
def terminal(environ: dict[str, str], past: Hub) -> dict[str, str]:
    return {**environ, "HF_ENDPOINT": past.url}


def test_a_bar_of_one_line_that_is_gone_at_the_end(terminal: dict[str, str]) -> None:
    seen = Watched(terminal, 80)
    assert seen.to_the_end() == 0
    drawn = [screen for screen in seen.screens if any("months" in line for line in screen)]
    assert len(drawn) > 5
    for screen in drawn:
        assert len(screen) == 1, screen
        assert BEGUN.match(screen[0]), screen
    assert sum(bool(BAR.fullmatch(screen[0].strip())) for screen in drawn) > len(drawn) / 2
    months = {match[1] for screen in drawn if (match := BAR.match(screen[0]))}
    assert {"2026-01", "2025-12", "2025-11"} <= months
    counts = [int(said[1].replace(",", "")) for screen in drawn if (said := re.search(r"([\d,]+) papers ·", screen[0]))]
    assert counts == sorted(counts)
    assert len(set(counts)) > 2
    (end,) = seen.lines
    assert END.fullmatch(end)
    assert (seen.terminal.cursor.x, seen.terminal.cursor.y) == (0, 1)
    assert "\x1b" not in OURS.sub("", seen.text), "the cursor, the title and the rest are let alone"


@pytest.mark.parametrize("columns", [40, 60, 200])
def test_it_fits_any_width(terminal: dict[str, str], columns: int) -> None:
    seen = Watched(terminal, columns)
    assert seen.to_the_end() == 0
    drawn = [screen for screen in seen.screens if any(" of 4" in line for line in screen)]
    assert drawn
    assert max(len(screen) for screen in drawn) == 1
    assert {len(screen[0]) <= columns for screen in drawn} == {True}
    assert "papers: 650 papers on 14 days" in " ".join(seen.lines)


def test_ctrl_c_leaves_a_line_and_no_bar(terminal: dict[str, str]) -> None:
    seen = Watched(terminal, 80)
    seen.until("1 of 4 months")
    seen.child.sendintr()
    assert seen.to_the_end() == 130
    (line,) = seen.lines
    assert line.removeprefix("^C") == "papers: stopped; 200 papers on 5 days are kept, and the next run goes on"
    assert seen.terminal.cursor.x == 0
    assert Watched(terminal, 80).to_the_end() == 0


def test_what_a_server_asks_for_is_said_once_above_the_bar(
    terminal: dict[str, str], past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(monkeypatch, 3)
    past.faults = ["", "", "_429", "_429", "_429", "_429"]
    seen = Watched(terminal, 80)
    assert seen.to_the_end() == 0
    assert [screen for screen in seen.screens if len(screen) == 2 and "waiting" in screen[0] and "━" in screen[1]]
    waiting, end = seen.lines
    assert re.fullmatch(r"papers: waiting [234] s for 127\.0\.0\.1:\d+, as it asked", waiting)
    assert END.fullmatch(end)


def test_without_colours_there_are_none(terminal: dict[str, str]) -> None:
    seen = Watched({**terminal, "NO_COLOR": "1"}, 80)
    assert seen.to_the_end() == 0
    assert "━" in seen.text
    assert not re.search(r"\x1b\[[0-9;]*m", seen.text)


@pytest.mark.parametrize("words", [("--plain",), ("-q",)], ids=" ".join)
def test_no_bar_for_those_who_asked_for_none(terminal: dict[str, str], words: tuple[str, ...]) -> None:
    seen = Watched(terminal, 80, *words)
    assert seen.to_the_end() == 0
    assert "━" not in seen.text
    assert "\x1b" not in seen.text
    assert len(seen.lines) == (0 if words == ("-q",) else 5)


def test_a_terminal_that_can_do_nothing_gets_lines(terminal: dict[str, str]) -> None:
    seen = Watched({**terminal, "TERM": "dumb"}, 80)
    assert seen.to_the_end() == 0
    assert "\x1b" not in seen.text
    assert seen.lines[0] == "papers: 2026-01 · 200 papers on 5 days"
