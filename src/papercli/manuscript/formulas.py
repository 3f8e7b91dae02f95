"""Formulas, put out of the way while Markdown is read: what Markdown calls emphasis, escapes and columns is TeX there.

They are found between dollars by pandoc's rule (no blank inside them, no digit after: “$5 and $10” is money), between
`\\[` and `\\]`, and bare, as a run of commands, scripts and braces: converters of web pages leave them so.
"""

from __future__ import annotations

import re

from papercli.manuscript import Run
from papercli.text import sheet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST = 100_000  # formulas of a text; what is more stays text
_OPEN, _CLOSE = "\ufdd0", "\ufdd1"  # noncharacters, of which a cleaned text has none
_DOLLARS = (
    r"\$\$(?!\$)[^$]{1,5000}\$\$|(?<![\\$\w])\$(?![\s$])(?:[^$\\\n`]|\\.|\n(?!\s*\n)){1,2000}+(?<![\s\\])\$(?![\d$])"
)
_BRACKETS = r"\\\[(?:[^\\\n]|\\[^\[\]\n]|\n(?!\s*\n)){1,5000}+\\\]|\\\((?:[^\\\n]|\\[^()\n]){1,2000}+\\\)"
_LEAF = r"\{[^{}\n]{0,300}+\}"
_TWIG = rf"\{{(?:[^{{}}\n]|{_LEAF}){{0,300}}+\}}"
_BRANCH = rf"\{{(?:[^{{}}\n]|{_TWIG}){{0,300}}+\}}"
_BRACES = rf"\{{(?:[^{{}}\n]|{_BRANCH}){{0,300}}+\}}"
_COMMAND = r"(?:\\(?:right|left)(?:\\[{}|]|[()\[\]|./<>])|\\[A-Za-z]++\*?)"
_SCRIPT = rf"[_^](?:{_BRACES}|{_COMMAND}|[A-Za-z0-9*+](?![A-Za-z0-9]))"
_ATOM = rf"(?:{_COMMAND}|\\[{{}}|,;:! ]|{_SCRIPT}|{_BRACES})"
_BETWEEN = r"(?:[ =+\-*/|<>(),:'\[\].0-9]|(?<![A-Za-z])[A-Za-z](?![A-Za-z])){0,40}+"
_BARE = (
    rf"(?:(?<![\w\\$`])[A-Za-z0-9]{{1,8}}(?=[_^](?:\{{|{_COMMAND}))"
    rf"|(?<![\\$`])(?={_COMMAND}[\s{{_^\\()=<>+\-|,.:;]|{_COMMAND}$))"
    rf"(?:{_ATOM}++(?:{_BETWEEN}(?={_ATOM}))?){{1,200}}+"
)
_TALE = r"(?<![\\\w])[A-Za-z]{2,} [A-Za-z]{2,} [A-Za-z]{2,}"
_FOUND = rf"(?m){_DOLLARS}|{_BRACKETS}|{_BARE}"


def hidden(text: str) -> tuple[str, list[str]]:
    """The text with a short sign for each formula, and the formulas."""
    if "$" not in text and "\\" not in text and "_{" not in text and "^{" not in text:
        return text, []
    formulas: list[str] = []

    def hide(found: re.Match[str]) -> str:
        if not _is_formula(found[0]):
            return found[0]
        formulas.append(found[0])
        return f"{_OPEN}{len(formulas) - 1}{_CLOSE}"

    return re.sub(_FOUND, hide, text, count=MOST), formulas


def _is_formula(tex: str) -> bool:
    """Whether it is one: brackets with backslashes are brackets to Markdown, and between two dollars may be a tale."""
    if tex.startswith(("\\[", "\\(")):
        return re.search(r"\\[A-Za-z]|[_^]\{", tex) is not None
    return not tex.startswith("$") or re.search(_TALE, re.sub(r"\{[^{}]*\}", "", tex)) is None


def restored(text: str, formulas: Sequence[str]) -> str:
    """The text as it was before they were hidden."""
    if _OPEN not in text:
        return text
    return re.sub(f"{_OPEN}([0-9]+){_CLOSE}", lambda found: formulas[int(found[1])], text)


def parts(text: str, longest: int) -> Iterator[str]:
    """The text in parts of at most so many characters, cut at blanks where it has some, and never in a formula."""
    while len(text) > longest:
        cut = max(text.rfind(sign, 1, longest) for sign in (" ", "\n", _OPEN))
        cut = cut if cut > 0 else longest
        yield text[:cut]
        text = text[cut:]
    yield text


def runs(words: str, style: str, link: str, formulas: Sequence[str]) -> list[Run]:
    """The words as runs, cleaned once more (a `&#8238;` became a character only now), each formula one of its own."""
    if _OPEN not in words:
        return [Run(_broken(words), style, link)] if words else []
    parts = re.split(f"{_OPEN}([0-9]+){_CLOSE}", words)
    made = [
        Run(formulas[int(part)], "formula", link) if place % 2 else Run(_broken(part), style, link)
        for place, part in enumerate(parts)
    ]
    return [run for run in made if run.words]


def _broken(words: str) -> str:
    """The words, cleaned, with a line end for each `<br>`."""
    return re.sub(r"(?i)<br ?/?>", "\n", sheet(words)) if "<" in words else sheet(words)


def inner(tex: str) -> tuple[str, bool]:
    """(TeX without what marks it as such, whether it stands on a line of its own)."""
    for open_, close, alone in (("$$", "$$", True), ("\\[", "\\]", True), ("\\(", "\\)", False), ("$", "$", False)):
        if len(tex) > 2 and tex.startswith(open_) and tex.endswith(close):
            return tex[len(open_) : -len(close)].strip(), alone
    return tex, False
