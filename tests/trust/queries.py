"""Random queries over random libraries, against a reference in plain Python; and whatever else a person may type: what
is found, or one mistake with its place, and never an error of SQLite."""

from __future__ import annotations

import random

from papercli.console import excerpt
from papercli.errors import BadRequest
from papercli.library import Library, find
from papercli.query import SHOWN, SORTS, Query
from test_oracle import WORDS, Difference, World, check, read

from .bounds import bounded
from .mutate import HOSTILE_TEXTS
from .oracle import leaks
from .trial import Trial

PARTS = GATE_PARTS = 2
QUERIES = 200  # of one library
COUNTED = 8  # of so many queries one is counted, too
_TOKENS = (
    "SELECT", "DROP TABLE paper", "--", ";", "'", "''", '"', '""', "NEAR(a b, 2)", "NEAR/2", "^", "*", "a*b",
    "{title}:", "title:", "rowid:1", "-", "+", "(", ")", "[", "]", "OR", "AND", "NOT", "or", "||", "MATCH", "%",
    "_", "\\", "/*",
    "GPT-4", "C++", ".", "..", "1e999", "0x10", "up:", "up:>", "up:>=20", "up:5..1", "up:1..9", "up:٣", "stars:-1",
    "on:", "on:2026-02-30", "since:friday", "until:last", "has:", "has:code", "is:unread", "is:x", "cat:cs", "id:1",
    "tag:\0", "author:", 'author:"', "author:(a b)", "title:(a OR b*)", "kw:-x", "NOT NOT x", "a:b:c", "::", "“a”",
    "«b»", "„c“", "\x00", "模", "ภาษา", "🚀", "e\u0301", "\u0301", "\ud800", "x" * 300, "a OR", "OR a", "(a",
    "a)", "()", "((((", "'; --", "x'y", "*/",
)  # fmt: skip


def suite(trial: Trial) -> None:
    """Each library is asked two hundred questions; one library in five ranks few papers at once."""
    for number in trial.numbers(100, 1_000, what="random libraries"):
        window, find.WINDOW = find.WINDOW, 2 if number % 5 == 4 else find.WINDOW
        try:
            with trial.case(number):
                _library(trial, number)
        finally:
            find.WINDOW = window
    world = World(random.Random("one library for all"))
    for number in trial.numbers(2_000, 200_000, what="texts that are no query", kind="text"):
        with trial.case(f"text:{number}"), bounded(trial, f"text:{number}", seconds=2.0):
            _text(trial, f"text:{number}", world.library, trial.random(f"text:{number}"))
    world.library.close()


def _library(trial: Trial, number: int) -> None:
    world = World(trial.random(number))
    for query in range(QUERIES):
        trial.count("queries against the reference")
        try:
            _, found = check(world, trial.random(f"{number} {query}"), counted=query % COUNTED == 0)
            trial.count("of them found something", found > 0)
        except Difference as error:
            trial.check(False, number, f"query {query}: {error}"[:900])
    world.library.close()


def _text(trial: Trial, case: str, library: Library, dice: random.Random) -> None:
    """Tokens of SQL, of FTS5 and of our own language in a row, or any characters at all."""
    text = typed(dice)
    try:
        query = Query(expression=read(text), sort=dice.choice(SORTS), shown=dice.choice(SHOWN), limit=5)
    except BadRequest as error:
        trial.count("of them mistakes")
        if error.place:
            clean, at = error.place
            shown, column = excerpt(clean, at)
            trial.check(
                0 <= at <= len(clean) and 0 <= column <= 2 * len(shown), case, f"{text!a}: a caret at {at}"[:300]
            )
            trial.check(not leaks(clean), case, f"{text!a}: {leaks(clean)} in the place"[:300])
        trial.check("sqlite" not in str(error).lower(), case, f"{text!a}: {error}"[:300])
        return
    library.find(query)
    if dice.random() < 0.1:
        library.count(query)


def typed(dice: random.Random) -> str:
    """What a person may type, or a cat."""
    if dice.random() < 0.2:
        return "".join(chr(dice.choice((dice.randrange(32, 127), dice.randrange(0x3000), dice.randrange(0x110000))))
                       for _ in range(dice.randrange(1, 30)))  # fmt: skip
    pieces = [
        dice.choice(dice.choice((_TOKENS, _TOKENS, WORDS, HOSTILE_TEXTS))) for _ in range(dice.choice((1, 2, 3, 6)))
    ]
    return dice.choice((" ", " ", "", " OR ")).join(pieces)
