"""What was measured of libraries of several sizes: as tables in Markdown, as lines of a plot, and what is over its
limit."""

from __future__ import annotations

from typing import NamedTuple

from commands import LIMITS, LISTED, LISTED_LIMIT, SPOKEN, TODAY
from growth import Line
from questions import QUESTIONS, Took
from writes import ADD, STAR, WAITED

JUDGED = 1_000_000
"""Milliseconds are limited for a library of so many papers, ratios for all."""

DRAWN = {
    "no words, by upvotes": "all, by upvotes", "papers like another": "", ADD: "",
    "2 very common words": "", "`author:`": "an author", "counting 2 very common words": "", "2 or 3 words": "",
    "2 or 3 words, newest first": "", STAR: "",
}  # fmt: skip
"""What the plot shows, with shorter names."""


class Size(NamedTuple):
    """A library of so many papers. `built` is how many of them were written in a second of CPU time; `ratios` are
    those of `commands`."""

    papers: int
    bytes: int
    built: float
    took: dict[str, Took]
    ratios: dict[str, float]


def tables(sizes: list[Size], listed: tuple[int, float]) -> str:
    """All of them. `listed` is how large the library of listed papers is, and the ratio there."""
    heads = [f"{size.papers:,}" for size in sizes]
    rows = [
        (question.what, _took(sizes, question.what), _limits(question.limits.median, question.limits.p99))
        for question in QUESTIONS
    ]
    rows += [(what, _took(sizes, what), "") for each in (STAR, ADD) for what in (each, WAITED.format(each))]
    ratios = [
        (what, [f"{size.ratios[name]:.2f}" for size in sizes], f"{LIMITS[name]:g}" if name in LIMITS else "")
        for name, what in SPOKEN.items()
    ]
    ratios.append((f"{TODAY} itself", [f"{size.ratios[TODAY]:.0f} ms" for size in sizes], ""))
    files = [
        ("its file", [f"{size.bytes / 1e6:,.0f} MB" for size in sizes], ""),
        ("papers written in a second of CPU time", [f"{size.built:,.0f}" for size in sizes], ""),
    ]
    papers, ratio = listed
    parts = [
        _table("CPU time in ms, median / p99", heads, rows, f"at most, at {JUDGED:,}"),
        _table(f"CPU time of a process, × {TODAY}", heads, ratios, "at most"),
        _table(f"the same, of {LISTED.split(', ')[1]}", [f"{papers:,}"],
               [(LISTED.split(", ")[0], [f"{ratio:.2f}"], f"{LISTED_LIMIT:g}")], "at most"),
        _table("the library", heads, files, ""),
    ]  # fmt: skip
    return "\n".join(parts)


def _table(what: str, heads: list[str], rows: list[tuple[str, list[str], str]], last: str) -> str:
    lines = [
        [what, *heads, last],
        ["---", *["---:"] * len(heads), "---:"],
        *([name, *cells, end] for name, cells, end in rows),
    ]
    return "".join(f"| {' | '.join(line if last else line[:-1])} |\n" for line in lines)


def _took(sizes: list[Size], what: str) -> list[str]:
    return [f"{_shown(size.took[what].median)} / {_shown(size.took[what].p99)}" for size in sizes]


def _shown(milliseconds: float) -> str:
    return f"{milliseconds:,.0f}" if milliseconds >= 10 else f"{milliseconds:.1f}"


def _limits(median: float, p99: float) -> str:
    return f"{median:g} / {p99:g}" if p99 else f"{median:g} / -" if median else ""


def lines(sizes: list[Size]) -> list[Line]:
    """The medians that the plot shows."""
    limits = {question.what: question.limits.median for question in QUESTIONS}
    return [
        Line(name or what, {size.papers: size.took[what].median for size in sizes}, limits.get(what, 0.0))
        for what, name in DRAWN.items()
    ]


def over(sizes: list[Size], listed: float) -> list[str]:
    """A clause for every figure that is over its limit."""
    found = [_over(LISTED, listed, LISTED_LIMIT, " times")]
    for size in sizes:
        where = f", {size.papers:,} papers"
        found += [_over(SPOKEN[name] + where, size.ratios[name], most, " times") for name, most in LIMITS.items()]
        for question in QUESTIONS if size.papers == JUDGED else ():
            took, most = size.took[question.what], question.limits
            found.append(_over(f"{question.what}{where}", took.median, most.median, " ms, the median"))
            found.append(_over(f"{question.what}{where}", took.p99, most.p99, " ms, the p99"))
    return [clause for clause in found if clause]


def _over(what: str, figure: float, most: float, unit: str) -> str:
    return f"{what}: {figure:.2f} is over {most:g}{unit}" if most and figure > most else ""
