"""A paper's text in Markdown of any size, made up with a seed: the shape of what Hugging Face answers."""

from __future__ import annotations

import random

_WORDS = """
    the of model attention we show that training loss gradient with respect to a large language data quality method
    results table baseline under sparse reward policy optimisation where each such token is kept or dropped
"""
WORDS = _WORDS.split()
FORMULAS = (
    r"$\alpha_{t}^{2}\leq\mathcal{O}(n)$",
    r"$x_i$",
    r"\theta_{\text{keep}}",
    r"$\mathbb{E}_{q\sim p}[f(q)]$",
    "$n$",
    "$10^{-3}$",
)


def made_up_text(size: int = 180_000, seed: int = 7) -> str:
    """About `size` characters of it: sections, lists, tables, figures, code, formulas, citations, references."""
    chance = random.Random(seed)
    parts = ["Title: A Made-up Paper\n\nURL Source: https://arxiv.org/html/2607.99099\n\nMarkdown Content:\n"]
    parts.append(f"###### Abstract\n\n{_prose(chance, 120)}\n\n")
    number = 0
    while sum(map(len, parts)) < size * 0.9:
        number += 1
        parts.append(_section(chance, number))
    parts.append("References\n----------\n\n")
    for place in range(1, 60):
        parts.append(
            f"*   [{place}] A. Example and B. Sample. {_words(chance, 8).title()}. _Made-up Letters_, {place}. \n"
        )
    return "".join(parts)


def _section(chance: random.Random, number: int) -> str:
    title = _words(chance, 3).title()
    head = f"{number} {title}\n{'-' * (len(title) + 3)}\n\n" if number % 2 else f"## {number} {title}\n\n"
    prose = "".join(f"{_prose(chance, 110)}\n\n" for _ in range(4))
    rows = "".join(
        f"| {_words(chance, 2)} | {chance.random():.2f} | $\\pm {chance.random():.1f}$ | \\$3 |\n" for _ in range(8)
    )
    return (
        f"{head}{prose}### {number}.1 {_words(chance, 2).title()}\n\n{_prose(chance, 90)}\n\n"
        f"$$\\mathcal{{L}}(\\theta)=\\sum_{{i=1}}^{{{number}}} \\ell(x_i)$$\n\n"
        f"| Method | Score | Error | Cost |\n| --- | --- | --- | --- |\n{rows}\n"
        f"Table {number}: {_words(chance, 9)}.\n\n"
        f"*   •{_prose(chance, 20)} \n*   •{_prose(chance, 25)} \n    1.   1.{_words(chance, 6)} \n\n"
        f"![Image {number}: Refer to caption](https://arxiv.org/html/2607.99099v1/x{number}.png)\n\n"
        f"Figure {number}: {_prose(chance, 30)}\n\n```python\ndef step_{number}(x):\n    return x_i * {number}\n```\n\n"
    )


def _words(chance: random.Random, many: int) -> str:
    return " ".join(chance.choice(WORDS) for _ in range(many))


def _prose(chance: random.Random, many: int) -> str:
    made = []
    for _ in range(many):
        kind = chance.random()
        if kind < 0.04:
            made.append(chance.choice(FORMULAS))
        elif kind < 0.07:
            place = chance.randint(1, 59)
            made.append(f"[{place}](https://arxiv.org/html/2607.99099v1#bib.bib{place})")
        elif kind < 0.08:
            made.append(chance.choice(("**bold words**", "_slanted_", "`code_of`", "[a page](https://example.org/x)")))
        else:
            made.append(chance.choice(WORDS))
    words = " ".join(made)
    return f"{words[0].upper()}{words[1:]}."
