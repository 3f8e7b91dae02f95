"""Every command that the documents show is run here, in a shell, against the made-up hub."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from arxiv_hub import ArxivHub
from hub import Hub
from papercli.commands import COMMANDS
from papercli.render import FORMATS
from papercli.table import GROUPS
from papercli.topics import ENVIRONMENT

ROOT = Path(__file__).parent.parent
PAGES = (
    "README.md", "docs/reading.md", "docs/filters.md", "docs/machine-use.md", "docs/configuration.md",
    "docs/topics.md", "docs/trends.md", "docs/digest.md",
)  # fmt: skip
TOOLS = {"jq", "fzf", "xargs", "cut", "head"}


FINE = (
    r" is fine$| · [0-9.]+ [kM]B$| is here already|"
    r"^papers: (following|muting|starred|removed|renamed|edited|nothing new|no paper matches"
    r"|this is Hugging Face’s text|[a-z]+ is [a-z]+ now|[0-9]+ notes? in "
    r"|[0-9]+ of [0-9]+, -n 0|[0-9]+ weeks have no listing)"
)
"""What a command that did what it should may say."""


def shown(page: str) -> list[str]:
    """The lines of the page's shell blocks that run papers."""
    blocks = re.findall(r"^```sh\n(.*?)^```", (ROOT / page).read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.startswith("papers")]


@pytest.mark.skipif(sys.platform == "win32" or not shutil.which("bash"), reason="no bash here")
@pytest.mark.parametrize("page", PAGES)
def test_every_command_shown_works(
    page: str, hub: Hub, empty_arxiv: ArxivHub, environ: dict[str, str], tmp_path: Path
) -> None:
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    program = bin_folder / "papers"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m papercli "$@"\n')
    program.chmod(0o755)
    environ |= {"HF_ENDPOINT": hub.url, "PAPERCLI_ARXIV_ENDPOINT": empty_arxiv.url}
    environ |= {"PATH": f"{bin_folder}{os.pathsep}{environ['PATH']}"}
    environ |= {"VISUAL": "true", "EDITOR": "true"}
    environ["FZF_DEFAULT_OPTS"] = "--filter=lab"  # picks without a person
    for number, row in enumerate(hub.days["2026-07-01"]):  # last month has papers too
        there = {"id": f"2606.980{number:02}", "submittedOnDailyAt": "2026-06-26T00:00:00.000Z"}
        hub.days.setdefault("2026-06-26", []).append({**row, "paper": {**row["paper"], **there}})
    subprocess.run([program, "week"], env=environ, capture_output=True, timeout=60, check=True)
    commands, left_out = shown(page), []
    assert len(commands) >= 6
    for command in commands:
        if missing := [tool for tool in TOOLS & set(re.findall(r"\w+", command)) if not shutil.which(tool)]:
            left_out.append(f"{missing[0]}: {command}")
            continue
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", command], env=environ, cwd=tmp_path, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert done.returncode in (0, 141), (command, done.stderr)
        said = [line for line in done.stderr.splitlines() if not re.search(FINE, line)]
        assert not said, (command, done.stderr)
    if left_out:
        pytest.skip(f"not installed here, {'; '.join(left_out)}")


def test_the_picture_shows_what_the_demo_prints() -> None:
    drawn = (ROOT / "docs" / "today.svg").read_text("utf-8").replace("&#160;", " ")
    words = [sys.executable, "-m", "papercli", "--demo", "today", "-n", "5", "-o", "cards"]
    cards = subprocess.run(words, env={**os.environ, "COLUMNS": "100"}, capture_output=True, text=True, check=True)
    for title in re.findall(r"^▲ *\d+  (.*)$", cards.stdout, re.MULTILINE):
        assert title in drawn.replace("&#x27;", "'"), "draw it again: python docs/picture.py > docs/today.svg"


def test_the_reference_names_every_command_format_order_and_variable() -> None:
    text = (ROOT / "docs" / "reference.md").read_text("utf-8")
    for name in COMMANDS:
        assert f"### `papers {name}`" in text, name
    orders = GROUPS["filters"]["--sort"]["choices"]
    for name in (*FORMATS, *orders, *(each for names, _ in ENVIRONMENT for each in names.split(", "))):
        assert f"`{name}`" in text, name
