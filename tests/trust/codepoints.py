"""Every code point of Unicode through every way in and out: what is dangerous comes through none, what is visible
through all."""

from __future__ import annotations

import unicodedata
from functools import cache

from papercli.errors import Unreadable
from papercli.render import FORMATS, View, render

from .entries import Planted, views
from .oracle import CODE_POINTS, dangerous, leaks, leaks_on_terminal, visible
from .read_back import ENDS, READERS
from .trial import Trial
from .ways_in import WAYS, Way, in_pieces

PARTS = GATE_PARTS = 2
BLOCK = 2_048
GROUP, TITLE = 9_600, 480  # code points, with a blank behind each: an abstract and a title of full length
GROUP_ALIKE = 3_840  # as many as Rich remembers the widths of
WITHOUT_TEXT = ("ids", "urls")

ILLEGAL_IN_XML = frozenset(
    [
        *(chr(code) for code in range(32) if code not in (9, 10, 13)),
        "\ufffe",
        "\uffff",
        *map(chr, range(0xD800, 0xE000)),
    ]
)
"""What is no Char of XML 1.0 (section 2.2)."""


def suite(trial: Trial) -> None:
    """In by all ways, block by block, and out in all formats."""
    blocks = CODE_POINTS // BLOCK
    for number in trial.numbers(blocks, blocks, what=f"blocks of {BLOCK:,} code points in"):
        characters = [chr(code) for code in range(number * BLOCK, (number + 1) * BLOCK)]
        # A letter behind each keeps marks and letters from becoming one; what has no meaning does not.
        apart = any(unicodedata.category(each) not in ("Cn", "Co") for each in characters)
        for name, way in WAYS.items():
            with trial.case(number):
                _comes_in(trial, name, way, number, characters, "x" * apart)
    _goes_out(trial)


# In


def _comes_in(trial: Trial, name: str, way: Way, number: int, characters: list[str], between: str) -> None:
    """Each code point by this way; in the long form into every field, in the gate into one of them."""
    if way.xml:
        for illegal in ILLEGAL_IN_XML.intersection(characters):
            trial.check(_is_refused(way, illegal), number, f"{name}: {illegal!a} is taken")
        characters = [each for each in characters if each not in ILLEGAL_IN_XML]
    groups = in_pieces(way, characters, between)
    if trial.long:
        groups = [[text] * way.slots for group in groups for text in group]
    for group in groups:
        for text, found in zip(group, way.read(*group), strict=True):
            _is_clean(trial, name, way, number, text, found)


def _is_clean(trial: Trial, name: str, way: Way, number: int, text: str, found: str) -> None:
    trial.check("x" in found, number, f"{name}: nothing came in")
    if leaked := leaks(found):
        trial.check(False, number, f"{name}: {leaked} came through")
    if way.whole and found != text:
        lost = {ord(sign): None for sign in way.loses}
        wanted, there = visible(text).translate(lost), visible(found).translate(lost)
        trial.check(wanted == there, number, f"{name}: {there[:60]!a} where {wanted[:60]!a} was said")


def _is_refused(way: Way, character: str) -> bool:
    try:
        found = way.read(*[f"x{character}x"] * way.slots)
    except Unreadable:
        return True
    return found == [""]  # what was wrong with a question cannot be told then, and need not be


# Out


def _goes_out(trial: Trial) -> None:
    """Through every format, as text that somebody wrote right into the file of the library: alone, and in the gate
    those that are much alike in words of four, in titles, and in one view of each format."""
    apart, alike = _codes(trial.long)
    _groups_go_out(trial, "out", apart, GROUP, 1)
    _groups_go_out(trial, "alike", alike, GROUP_ALIKE, 4)


def _groups_go_out(trial: Trial, kind: str, codes: list[str], size: int, word: int) -> None:
    groups = range(0, len(codes), size)
    planted = Planted(size // TITLE)
    for number in trial.numbers(len(groups), len(groups), what=f"groups of {size:,} code points out", kind=kind):
        characters = codes[groups[number] : groups[number] + size]
        titles = [_words(characters[at : at + TITLE], word) for at in range(0, len(characters), TITLE)]
        case = f"{kind}:{number}"
        with trial.case(case):
            entries = planted.entries(titles, *((_words(characters, 1), titles) if word == 1 else ("x", ["x"])))
            there = {*entries[0].abstract, *(each for entry in entries for each in entry.title if word > 1)}
            letters = {each for each in characters if unicodedata.category(each) == "Lo"} & there
            for format in FORMATS:
                for name, view in _views(trial, format, word):
                    drawn = render(entries, format, view)
                    _is_harmless(trial, case, f"{format}, {name}", drawn, format)
                    whole = format not in WITHOUT_TEXT and (format != "cards" or view.abstract or view.pages)
                    lost = letters - set(drawn) if whole else set()
                    trial.check(not lost, case, f"{format}, {name}: {len(lost)} letters are lost")
    planted.close()


def _words(characters: list[str], size: int) -> str:
    return " ".join("".join(characters[at : at + size]) for at in range(0, len(characters), size))


def _views(trial: Trial, format: str, word: int) -> list[tuple[str, View]]:
    found = views(format, 0 if format in ("table", "compact") else 80)
    if trial.long:
        return found
    return [each for each in found if each[0] != "neither"] if word == 1 else found[:1]


def _is_harmless(trial: Trial, case: object, name: str, drawn: str, format: str) -> None:
    leaked = leaks(drawn, ENDS.get(format, "\n")) if format in READERS else leaks_on_terminal(drawn)
    trial.check(not leaked, case, f"{name}: {leaked} came out")
    if format in READERS:
        try:
            READERS[format](drawn)
        except Exception as error:
            trial.check(False, case, f"{name} cannot be read: {type(error).__name__} {str(error)[:200]!a}")


@cache
def _codes(long: bool) -> tuple[list[str], list[str]]:
    """All of them, in two lots: in the gate the second are the ideographs and what nobody has given a meaning, if
    harmless."""
    everything = list(map(chr, range(CODE_POINTS)))
    if long:
        return everything, []
    alike = {each for each in everything[0x3400:] if unicodedata.category(each) in ("Cn", "Co", "Cs", "Lo")}
    alike -= set(dangerous())
    return [each for each in everything if each not in alike], sorted(alike)
