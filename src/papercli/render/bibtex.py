"""References for BibTeX and for biblatex: the same fields under the names that each of them reads."""

from __future__ import annotations

import re

from papercli.accents import in_tex
from papercli.render.references import Name, day, key, names, primary, published_doi, tidy
from papercli.render.tex import in_pairs, is_harmless

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from papercli.paper import Entry
    from papercli.render import View

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

# Braces of text are \{ and \} only in pairs: BibTeX counts them all the same.
_ESCAPES = str.maketrans({
    "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\textbraceleft{}", "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "\\": r"\textbackslash{}", "<": r"\textless{}",
    ">": r"\textgreater{}",
})  # fmt: skip

# The same in names. BibTeX makes initials and labels of their first letters and puts labels in brackets: in braces a
# sign is one letter to it. Biber makes initials too, but of a word in such braces it would take a brace.
_IN_NAMES = {
    "misc": {sign: f"{{{written.removesuffix('{}')}}}" for sign, written in _ESCAPES.items()}
    | {ord(sign): f"{{{sign}}}" for sign in "@[]"},
    "online": _ESCAPES,
}

_BEFORE_WORDS = "\"'“”„‘’«»`$#&@*~+=<>"

# Currency is not mathematics: "$5 to $10" has a blank before, "$5-$10" a digit behind what would end it.
_MATHEMATICS = r"((?<!\\)\$(?!\s)(?:[^$\\]|\\.)+?(?<!\s)\$(?!\d))"


def bibtex(entries: Iterable[Entry], view: View) -> Iterator[str]:
    """`@misc` with arXiv's fields under the names of both dialects, since readers differ in which they know. Letters
    with accents are TeX's, by which BibTeX sorts and abbreviates them."""
    return _apart(map(_bibtex, entries))


def biblatex(entries: Iterable[Entry], view: View) -> Iterator[str]:
    """`@online`, as biblatex's manual has it for what is on arXiv (3.14.7); letters as they are, in UTF-8."""
    return _apart(map(_biblatex, entries))


def _apart(references: Iterable[str]) -> Iterator[str]:
    """With an empty line between them."""
    before = ""
    for reference in references:
        yield before + reference
        before = "\n"


def _bibtex(entry: Entry) -> str:
    year, _, rest = day(entry).partition("-")
    month = MONTHS[int(rest[:2]) - 1] if rest else ""
    return _written("misc", entry, in_tex, [
        ("year", f"{{{year}}}"), ("month", month), ("eprint", f"{{{entry.id}}}"), ("archivePrefix", "{arXiv}"),
        ("primaryClass", _braced(primary(entry))), ("eprinttype", "{arxiv}"),
        ("eprintclass", _braced(primary(entry))),
    ])  # fmt: skip


def _biblatex(entry: Entry) -> str:
    return _written("online", entry, str, [
        ("date", f"{{{day(entry)}}}"), ("eprint", f"{{{entry.id}}}"), ("eprinttype", "{arxiv}"),
        ("eprintclass", _braced(primary(entry))),
    ])  # fmt: skip


def _written(kind: str, entry: Entry, letters: Callable[[str], str], own: list[tuple[str, str]]) -> str:
    authors = " and ".join(_name(name, letters, _IN_NAMES[kind]) for name in names(entry))
    fields = [
        ("title", _braced(_title(entry.title, letters))), ("author", _braced(authors)), *own,
        ("doi", _braced(_doi(entry))), ("note", _braced(_text(tidy(entry.journal_ref or ""), letters))),
        ("url", f"{{https://arxiv.org/abs/{entry.id}}}"),
    ]  # fmt: skip
    lines = "".join(f"  {name} = {value},\n" for name, value in fields if value)
    return f"@{kind}{{{key(entry)},\n{lines}}}\n"


def _braced(value: str) -> str:
    return f"{{{value}}}" if value else ""


def _doi(entry: Entry) -> str:
    """The DOI, which is written as it is: "" for one with a sign that does something in TeX. Real ones have none."""
    doi = published_doi(entry)
    return "" if re.search(r"[#$%&^~]", doi) else doi


def _name(name: Name, letters: Callable[[str], str], signs: dict[int, str]) -> str:
    """`Last, First` only where that is certain; else as it stands, for the reader to split."""
    parts = (f"{name.particle} {name.family}".strip(), name.given, name.suffix)
    family, given, suffix = (letters(part.translate(signs)) for part in parts)
    if name.whole:
        return f"{{{family}}}"
    if not name.certain:
        return f"{given} {family}"
    return ", ".join(part for part in (family, suffix, given) if part)


def _title(title: str, letters: Callable[[str], str]) -> str:
    """The title with the words in braces whose capitals a style must not make small; formulas as they stand."""
    written = []
    for place, part in enumerate(re.split(_MATHEMATICS, tidy(title).replace("$$", "$"))):
        if place % 2 and is_harmless(part[1:-1]):
            written.append(f"{{{part}}}" if part != part.lower() else part)
        else:
            written += [_protected(word, letters) for word in re.split(r"([\s/:;,()\[\]–—-]+)", part)]
    return "".join(written)


def _protected(word: str, letters: Callable[[str], str]) -> str:
    """In braces when it has a capital behind its first letter, or beside digits, or is a single one but for "A"."""
    text = _text(word, letters)
    if word == word.lower() or word == "A":
        return text
    first, rest = (bare := word.lstrip(_BEFORE_WORDS))[:1], bare[1:]
    inner = rest != rest.lower()
    with_number, single = any(map(str.isdigit, rest)), not any(map(str.isalpha, rest))
    return f"{{{text}}}" if inner or (first != first.lower() and (with_number or single)) else text


def _text(text: str, letters: Callable[[str], str]) -> str:
    if "{" in text and in_pairs(text):
        return letters(text.translate({**_ESCAPES, ord("{"): r"\{", ord("}"): r"\}"}))
    return letters(text.translate(_ESCAPES))
