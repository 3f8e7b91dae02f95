"""What the suites found, so that it stays found."""

from __future__ import annotations

import re
import signal
import subprocess
import sys

import pytest

from papercli.render import HUMAN, View, render
from papercli.render.layout import wrap


def test_a_line_with_no_room_at_all_is_wrapped_in_the_end() -> None:
    for room in (1, 0, -6):
        assert wrap("no  room", room) == ["n", "o", "r", "o", "o", "m"]


@pytest.mark.parametrize("format", HUMAN)
def test_an_empty_list_on_a_terminal_is_its_caption(format: str) -> None:
    assert render([], format, View(caption=("Papers · no papers", ""))).startswith("Papers · no papers\n")


@pytest.mark.parametrize("format", HUMAN)
@pytest.mark.parametrize("width", [20, 30, 35, 80])
def test_the_counts_before_a_list_are_no_wider_than_the_terminal(format: str, width: int) -> None:
    preface = (("Mon 29 Jun 2026", 36), ("Tue 30 Jun 2026", 4_000))
    drawn = render([], format, View(width=width, caption=("Papers", ""), preface=preface))
    assert max(map(len, drawn.splitlines())) <= width


ENDS = """
import atexit, ctypes, sys
import papercli.main
if {ssl}:
    import ssl
libc = ctypes.CDLL(None)
libc.__cxa_atexit(libc.abort, None, None)  # in the place of OpenSSL's, which may crash while a thread is on its way out
atexit.register(print, "goodbye")
sys.argv = ["papers", "--version"]
sys.exit(papercli.main.main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a libc")
@pytest.mark.parametrize("ssl", [True, False])
def test_a_run_that_asked_a_server_ends_without_taking_openssl_apart(ssl: bool) -> None:
    done = subprocess.run([sys.executable, "-c", ENDS.format(ssl=ssl)], capture_output=True, text=True)
    assert re.fullmatch(r"papers [0-9.]+\ngoodbye\n", done.stdout)
    assert done.returncode == (0 if ssl else -signal.SIGABRT)
