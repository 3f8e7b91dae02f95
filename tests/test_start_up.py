"""What a run imports. Start-up is mostly imports, so a list of modules is the budget: exact on every machine.

Every run is a real process without `site`, which on some machines imports things on its own account.
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

import papercli
from hub import Hub

SOURCE = Path(papercli.__file__).parent.parent
PLACES = [str(SOURCE), sysconfig.get_paths()["purelib"], sysconfig.get_paths()["platlib"]]

RUN = """
import sys
before = set(sys.modules)
sys.path[:0] = {places!r}
from papercli.main import main
code = main({words!r})
sys.stdout.flush()
print(code, *sorted(set(sys.modules) - before), file=sys.stderr)
"""

NEIGHBOURS = {
    "httpx",
    "httpcore",
    "rich",
    "typer",
    "click",
    "diskcache",
    "platformdirs",
    "tomli_w",
    "pydantic",
    "markdown_it",
}
HEAVY = {"asyncio", "argparse", "concurrent", "contextlib", "ctypes", "dataclasses", "difflib", "email", "hashlib",
         "http", "inspect", "ipaddress", "logging", "multiprocessing", "pathlib", "pprint", "random", "selectors",
         "shlex", "shutil", "socket", "ssl", "subprocess", "tempfile", "textwrap", "threading", "tomllib", "traceback",
         "typing", "unittest", "urllib", "uuid", "zipfile"}  # fmt: skip

ASKING = {f"papercli.{name}" for name in ("ask", "cache", "cli", "endpoints", "fetch", "lock", "network", "pace",
                                          "sources", "turn", "verbose")}  # fmt: skip


def imported(environ: dict[str, str], *words: str) -> set[str]:
    """The modules that a run imports, those of rich and papercli by their full names, all others by their package."""
    command = [sys.executable, "-S", "-c", RUN.format(places=PLACES, words=list(words))]
    done = subprocess.run(command, env=environ, capture_output=True, encoding="utf-8", timeout=60)
    code, *modules = done.stderr.splitlines()[-1].split()
    assert code == "0", done.stderr
    assert done.stdout
    full = {name for name in modules if name.startswith(("rich", "papercli"))}
    return full | {name.split(".")[0] for name in modules}


@pytest.fixture
def warm(environ: dict[str, str], hub: Hub) -> dict[str, str]:
    """An environment whose library holds a fresh newest listing."""
    environ["HF_ENDPOINT"] = hub.url
    assert "httpx" in imported(environ, "today")
    assert len(hub.requests) == 1
    return environ


def test_a_warm_listing_as_json_imports_no_neighbour_and_nothing_heavy(warm: dict[str, str], hub: Hub) -> None:
    modules = imported(warm, "today", "--json")
    assert not modules & NEIGHBOURS
    assert not modules & HEAVY
    assert {"papercli.library", "papercli.render.json"} <= modules
    assert not modules & ASKING
    assert len(hub.requests) == 1


def test_a_query_brings_in_the_few_modules_that_read_it(warm: dict[str, str]) -> None:
    usual, line = imported(warm, "today", "--json"), ("today", "--json", "-k", 'paper -"no such" OR up:>2 title:a*')
    more = {f"papercli.{name}" for name in ("calendar", "dates", "expression", "facts", "filters", "grammar")}
    assert imported(warm, *line) - usual <= more | {"papercli.library.match"}


@pytest.mark.parametrize("format", ["tsv", "ids", "jsonl"])
def test_so_does_every_format_for_machines(warm: dict[str, str], format: str) -> None:
    modules = imported(warm, "today", "-o", format)
    assert not modules & (NEIGHBOURS | HEAVY)


def test_a_warm_day_imports_no_neighbour(warm: dict[str, str], hub: Hub) -> None:
    assert not imported(warm, "day", "2026-07-03", "--json") & (NEIGHBOURS | HEAVY)
    assert len(hub.requests) == 1


def test_warm_cards_import_only_the_parts_of_rich_that_draw_a_line(warm: dict[str, str]) -> None:
    modules = imported(warm, "today", "-o", "cards")
    assert {"rich.cells", "rich.style"} <= modules
    assert not modules & {"rich.console", "rich.text", "rich.table", "rich.markup", "rich.panel"}
    assert not modules & (NEIGHBOURS - {"rich"})
    assert not modules & {"asyncio", "email", "http", "logging", "socket", "ssl", "subprocess", "urllib"}


def test_filters_are_still_read_without_typer(warm: dict[str, str]) -> None:
    modules = imported(warm, "today", "-k", "diffusion", "--min-upvotes=3", "-n5", "--sort", "comments", "--json", "-q")
    assert not modules & NEIGHBOURS


def test_a_kept_text_is_read_without_the_network_and_without_typer(warm: dict[str, str]) -> None:
    imported(warm, "read", "2607.99013")
    modules = imported(warm, "read", "2607.99013")
    assert {"markdown_it", "rich.cells", "diskcache"} <= modules
    assert not modules & {"httpx", "typer", "pydantic", "rich.console", "asyncio", "ssl", "html.parser"}


@pytest.mark.parametrize("words", [("--help",), ("today", "-h"), ("help", "show"), ()], ids=" ".join)
def test_help_opens_nothing(environ: dict[str, str], words: tuple[str, ...]) -> None:
    modules = imported(environ, *words)
    assert "typer" in modules
    assert not modules & {"httpx", "diskcache", "sqlite3", "platformdirs", "pydantic", "asyncio", "ssl"}
    assert "rich.console" not in modules


def test_the_version_is_told_without_opening_anything(environ: dict[str, str]) -> None:
    assert not imported(environ, "--version") & (NEIGHBOURS | HEAVY | {"sqlite3"})
