r"""Mathematics that titles and abstracts write in TeX, as Unicode: `$\alpha_t^2 \leq \mathcal{O}(n)$` is α_t² ≤ 𝒪(n).

What is not understood whole stays as it was written. A sum of money is no mathematics.
"""

from __future__ import annotations


def drawn(text: str, *, plainly: bool = False) -> str:
    """`text`, cleaned before, with its TeX as Unicode, and as clean as it was; what is unsure stays as it is.

    Formulas between dollars and in `\\( \\)`, commands of TeX in running text, its quotes and dashes, and what Hugging
    Face leaves of a formula (`X^{2}`). With `plainly` formulas are in words and signs of ASCII: `alpha_t^2 <= O(n)`.
    """
    if not ("\\" in text or "$" in text or "^" in text or "{" in text or "`" in text):
        return text
    from papercli.mathematics.prose import drawn

    return drawn(text, plainly=plainly)


def formula(tex: str, *, plainly: bool = False) -> str | None:
    """One formula, without its dollars, as a line of Unicode; None where any of it is not understood."""
    from papercli.mathematics.reading import formula

    return formula(tex, plainly=plainly)
