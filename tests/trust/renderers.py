"""Papers with hostile texts in every format, width and encoding: no error, nothing dangerous, no line wider than the
terminal, and what machines read is what was written."""

from __future__ import annotations

import io
import random
import re

from wcwidth import wcswidth

from papercli.console import NARROWEST, Console
from papercli.library.own import note_text
from papercli.paper import Entry
from papercli.render import FORMATS, HUMAN, View, render
from papercli.text import line, prose
from papercli.value import changed

from .bounds import bounded
from .entries import usual, views
from .mutate import HOSTILE_TEXTS
from .oracle import leaks, leaks_on_terminal
from .read_back import ENDS, READERS
from .trial import Trial

PARTS = 2
WIDTHS = (1, 20, 80, 120, 500, 0)
ENCODINGS = ("utf-8", "ascii", "latin-1", "cp1252", "utf-16")
GATE, LONG = 160, 1_000
_TEXTS = (
    "title",
    "abstract",
    "ai_summary",
    "organization_name",
    "submitter_name",
    "journal_ref",
    "arxiv_comment",
    "doi",
)
_LISTS = ("authors", "keywords", "categories", "tags", "why", "matched")
_SIGNS = (
    "=cmd|' /C calc'!A0", "+1", "-1", "@x", "＝1", "\\write18{touch x}", "{", "}", "}}", "%", "$x$", "$\\input{x}$",
    "$\\ExplSyntaxOn\\iow_open:Nn\\x{x}$", "$\\InputIfFileExists{x}{}{}$", "$^^5cinput x$", "$\\text{\\def}$",
    "@misc{x,", "<b>", "<img src=x onerror=alert(1)>", "&lt;", "]]>", "--", "```", "# x", "![x](http://x)", "[[x]]",
    "x\\", "TY  - JOUR", "a" * 300, "漢" * 300, "👩\u200d👩\u200d👧" * 9, "e\u0301" * 5, "\u0e33" * 9, "x y " * 99,
    "Team and and", ", Jr.", "·", "نص من اليمين", "https://example.org/x", "www.example.org", "a@b.org", ":smile:",
    "*x*", "_x_", "~~x~~", "==x==",
)  # fmt: skip


def suite(trial: Trial) -> None:
    """Each case is a few papers, spoiled, in every format, each in two of its views and widths."""
    base = usual()
    for number in trial.numbers(GATE, LONG, what="lists of spoiled papers"):
        dice = trial.random(number)
        entries = [_spoiled(dice.choice(base), dice, place) for place in range(dice.choice((0, 1, 2, 5)))]
        for format in FORMATS:
            with trial.case(number), bounded(trial, number, seconds=3.0):
                _drawn(trial, number, entries, format, dice)


def _spoiled(entry: Entry, dice: random.Random, place: int) -> Entry:
    """The paper with some of its texts others, cleaned as the library cleans what it tells."""
    new: dict[str, object] = {"id": f"2607.{20_000 + place}"}
    for name in dice.sample(_TEXTS, 4):
        text = _text(dice, getattr(entry, name) or "")
        new[name] = prose(text) if name == "abstract" else line(text) or ("x" if name == "title" else None)
    for name in dice.sample(_LISTS, 3):
        texts = [_text(dice, "Ada Example") for _ in range(dice.choice((0, 1, 3, 40)))]
        new[name] = tuple(filter(None, map(line, texts)))
    for name in dice.sample(("upvotes", "comments", "stars", "rank", "published", "listed", "note", "url"), 2):
        if name in ("published", "listed", "upvotes", "stars"):
            new[name] = None
        elif name != "url":
            new[name] = dice.choice((0, 10**12)) if name != "note" else note_text(_text(dice, "note"))
    id = new["id"]
    links = {"url": f"https://huggingface.co/papers/{id}", "arxiv_url": f"https://arxiv.org/abs/{id}",
             "pdf_url": f"https://arxiv.org/pdf/{id}"}  # fmt: skip
    return changed(entry, **new, **links)


def _text(dice: random.Random, text: str) -> str:
    piece = dice.choice(_SIGNS) if dice.random() < 0.6 else dice.choice(HOSTILE_TEXTS)
    at = dice.choice((0, len(text), dice.randrange(len(text) + 1)))
    return text[:at] + piece + text[at:] if dice.random() < 0.6 else piece


def _drawn(trial: Trial, number: int, entries: list[Entry], format: str, dice: random.Random) -> None:
    if format not in HUMAN:
        _read_back(trial, number, entries, format)
        return
    for width in dice.sample(WIDTHS, 2) if not trial.long else WIDTHS:
        for name, view in views(format, width) if trial.long else [dice.choice(views(format, width))]:
            text = render(entries, format, view)
            trial.count("drawings")
            leaked = leaks_on_terminal(text)
            trial.check(not leaked, number, f"{format}, {name}, {width} columns: {leaked}")
            if width >= NARROWEST and not view.plain:
                _fits(trial, number, f"{format}, {name}", text, width)
            _written(trial, number, text, dice.choice(ENCODINGS), width)


def _fits(trial: Trial, number: int, name: str, text: str, width: int) -> None:
    for row in re.sub(r"\x1b\[[0-9;]*m|\x1b\]8;;[!-~]*\x1b\\", "", text).split("\n"):
        cells = len(row) if row.isascii() else wcswidth(row.replace("\u200d", ""))
        trial.check(cells <= width, number, f"{name}: {cells} cells at {width} columns: {row[:60]!a}")


def _written(trial: Trial, number: int, text: str, encoding: str, width: int) -> None:
    """A terminal of another encoding gets all lines, with a question mark for what it cannot draw."""
    out = _Terminal(io.BytesIO(), encoding, newline="")
    Console(out, None, {"COLUMNS": str(width)}, pager=False).show(text)
    there = out.buffer.getvalue().decode(encoding)  # type: ignore[attr-defined]
    wanted = text.encode(encoding, "replace").decode(encoding)
    trial.check(there == wanted and there.count("\n") == text.count("\n"), number, f"{encoding}: {there[:60]!a}")


class _Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


def _read_back(trial: Trial, number: int, entries: list[Entry], format: str) -> None:
    for view in (View(caption=(_caption(entries), "")), View(pages=True, single=len(entries) == 1, abstract=True)):
        text = render(entries, format, view)
        trial.count("texts for machines")
        leaked = leaks(text, ENDS.get(format, "\n"))
        trial.check(not leaked, number, f"{format}: {leaked}")
        if format in READERS and not view.single:
            wanted = [entry.id for entry in entries]
            try:
                found = READERS[format](text)
            except Exception as error:
                trial.check(False, number, f"{format} cannot be read: {type(error).__name__} {str(error)[:200]!a}")
                continue
            trial.check(found == wanted, number, f"{format}: read {found} for {wanted}")


def _caption(entries: list[Entry]) -> str:
    """A list may be called by what was looked for, which is cleaned."""
    return f"“{line(entries[0].title, 60) if entries else ''}” · {len(entries)} papers"
