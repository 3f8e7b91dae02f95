"""What people and pipes write for papers, days and counts, spoiled: an identifier, a day or a number that is strictly
one, or one clean sentence."""

from __future__ import annotations

import json
import random
import re
import string
import unicodedata
from datetime import date, timedelta

from papercli.dates import when
from papercli.errors import BadRequest
from papercli.identify import ids_in, looks_like_row, paper_id
from papercli.sources.huggingface import HuggingFace

from .bounds import bounded
from .mutate import HOSTILE_TEXTS, json_bytes
from .oracle import CODE_POINTS, leaks
from .trial import Trial

PARTS = 2
NEWEST = date(2026, 7, 3)
HF = HuggingFace("https://huggingface.co")
_BARE = re.compile(r"(?:[0-9]{4}\.[0-9]{4,5}|[a-z-]+/[0-9]{7})", re.ASCII)
_IDS = ("2501.12948", "2501.12948v2", "hep-th/9901001", "math.GT/0309136", "0704.0001", "2406.105")
_FRAMES = (
    "{}", "arXiv:{}", "https://arxiv.org/abs/{}", "https://arxiv.org/pdf/{}.pdf", "https://huggingface.co/papers/{}",
    "hf.co/papers/{}", "10.48550/arXiv.{}", "https://www.alphaxiv.org/abs/{}", "http://export.arxiv.org/abs/{}?x=1#y",
)  # fmt: skip
_DAYS = ("2026-07-01", "2026-W27", "2026-07", "-3d", "-2w", "today", "friday", "july", "last", "2026-07-01..2026-07-03")
_PIPES = (
    b'[{"id": "2501.12948"}, "hep-th/9901001"]\n', b'{"id":"2501.12948"}\n{"id":"2501.12949"}\n',
    b"@misc{x,\n  eprint = {2501.12948},\n  archivePrefix = {arXiv}\n}\n", b"2501.12948\t2026-07-03\tA title\n",
    b"See https://arxiv.org/abs/2501.12948v3 and (arXiv:hep-th/9901001), 10.48550/arXiv.2501.12949.\n",
)  # fmt: skip


def suite(trial: Trial) -> None:
    """Identifiers, pipes and days by the thousand; every code point that may pass for a digit in each of them."""
    for number in trial.numbers(10_000, 200_000, what="spoiled identifiers, pipes and days"):
        dice = trial.random(number)
        with trial.case(number), bounded(trial, number, seconds=2.0):
            (_identifier, _pipe, _day)[number % 3](trial, number, dice)
    signs = _signs(trial.long)
    for number in trial.numbers(len(signs), len(signs), what="signs in the place of a digit", kind="digit"):
        with trial.case(f"digit:{number}"):
            _digit(trial, f"digit:{number}", signs[number])
    for number in trial.numbers(1_000, 20_000, what="real days", kind="day"):
        with trial.case(f"day:{number}"):
            _real(trial, f"day:{number}", date(2022, 1, 1) + timedelta(number))


def spoiled(text: str, dice: random.Random) -> str:
    """The text with a few characters others."""
    for _ in range(dice.choice((0, 1, 1, 2, 3))):
        at = dice.randrange(len(text) + 1)
        piece = dice.choice(
            (dice.choice(string.printable), dice.choice(HOSTILE_TEXTS), chr(dice.randrange(CODE_POINTS)))
        )
        text = text[:at] + piece + text[at + dice.randrange(2) :]
    return text


def _identifier(trial: Trial, number: int, dice: random.Random) -> None:
    text = spoiled(dice.choice(_FRAMES).format(dice.choice(_IDS)), dice)
    try:
        found = paper_id(text)
    except BadRequest as error:
        trial.check(not leaks(f"{error}{error.hint}"), number, f"{text!a}: {str(error)!a}"[:300])
        return
    trial.count("identifiers taken")
    trial.check(bool(_BARE.fullmatch(found)), number, f"{text!a} is {found!a}"[:300])
    trial.check(paper_id(found) == found, number, f"{found} is another the second time")
    parts = [part.lstrip("0") for part in re.findall("[0-9]+", found)]
    trial.check(all(part in text for part in parts), number, f"{text!a} is {found!a}"[:300])


def _pipe(trial: Trial, number: int, dice: random.Random) -> None:
    data = json_bytes(b"".join(dice.choices(_PIPES, k=dice.choice((1, 1, 3)))), dice)
    found = ids_in(data)
    trial.count("identifiers in pipes", len(found))
    trial.check(len(found) == len(set(found)), number, f"{data!a}: twice"[:300])
    trial.check(all(map(_BARE.fullmatch, found)), number, f"{data!a}: {found!a}"[:400])


def _day(trial: Trial, number: int, dice: random.Random) -> None:
    text = spoiled(dice.choice(_DAYS), dice)
    try:
        span = when(text, newest=NEWEST)
    except BadRequest as error:
        trial.check(not leaks(f"{error}{error.hint}"), number, f"{text!a}: {str(error)!a}"[:300])
        return
    trial.count("days taken")
    trial.check(span.first <= span.last, number, f"{text!a} ends before it begins")
    folded = text.strip().lower()
    trial.check(folded.isascii(), number, f"{text!a} is {span.first}"[:300])
    if whole := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", folded):
        trial.check(span.first == span.last == date(*map(int, whole.groups())), number, f"{text!a} is {span.first}")


def _signs(everything: bool) -> list[str]:
    """All that Python takes for digits, numbers or blanks, or that folds to such; in the long form any character."""
    if everything:
        return list(map(chr, range(CODE_POINTS)))
    signs = map(chr, range(0x80, CODE_POINTS))
    odd = [each for each in signs if each.isnumeric() or (each.isspace() and each not in "\\x85\\xa0")]
    return [*map(chr, range(0x80)), *odd, *map(chr, range(0xFF00, 0xFFF0))]


def _digit(trial: Trial, case: str, sign: str) -> None:
    """In the place of the last digit: only the ten of ASCII are one. A blank there is none of the text."""
    is_digit, is_blank = sign in string.digits, sign.isspace()
    trial.check(
        (_is(paper_id, f"2501.1294{sign}") == f"2501.1294{sign}") == is_digit, case, f"an identifier takes {sign!a}"
    )
    trial.check((looks_like_row(f"1{sign}") is not None) == is_digit, case, f"a row takes {sign!a}")
    day = f"2026-07-0{sign}"
    fits = is_digit and sign != "0"
    taken = _is(lambda text: when(text, newest=NEWEST), day) is not None
    trial.check(taken == fits, case, f"a day takes {sign!a}")
    if not is_blank and not "\ud800" <= sign <= "\udfff":
        row = {"paper": {"id": "2501.12948", "title": "x", "publishedAt": day}}
        (paper,) = HF.read(json.dumps([row]).encode()).papers
        trial.check((paper.published is not None) == fits, case, f"a source's day takes {sign!a}")
    category = unicodedata.category(sign)
    trial.check(is_digit or category != "Nd" or not _is(ids_in, f"2501.1294{sign}"), case, f"a pipe takes {sign!a}")


def _is(read: object, text: str) -> object:
    try:
        return read(text) or None  # type: ignore[operator]
    except BadRequest:
        return None


def _real(trial: Trial, case: str, day: date) -> None:
    """A day, its week and its month by Python's own calendar."""
    year, week, _ = day.isocalendar()
    read = [when(text, newest=NEWEST) for text in (day.isoformat(), f"{year}-W{week:02}", f"{day:%Y-%m}")]
    monday = day - timedelta(day.weekday())
    first = day.replace(day=1)
    last = (first + timedelta(31)).replace(day=1) - timedelta(1)
    wanted = [(day, day), (monday, monday + timedelta(6)), (first, last)]
    trial.check([(span.first, span.last) for span in read] == wanted, case, f"{day} is {read}")
