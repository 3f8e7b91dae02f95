"""Mathematics in words and signs of ASCII: for a screen reader, which spells out or skips most of its characters, and
for a terminal that has none of them."""

from __future__ import annotations

from papercli.mathematics.symbols import LOWERED, NOT, RAISED, SYMBOLS

# What people type for these. Every other sign is the word that TeX has for it.
_TYPED = {
    "≤": "<=", "≥": ">=", "⩽": "<=", "⩾": ">=", "≠": "!=", "≈": "~", "∼": "~", "±": "+-", "×": "x", "⋅": "*", "∗": "*",
    "÷": "/", "→": "->", "⟶": "->", "←": "<-", "↔": "<->", "⇒": "=>", "⟹": "=>", "⇔": "<=>", "⟺": "<=>", "≪": "<<",
    "≫": ">>", "∣": "|", "‖": "||", "∥": "||", "…": "...", "⋯": "...", "′": "'", "∘": "o", "ℓ": "l", "∖": "\\",
    "⟨": "<", "⟩": ">", "≡": "==", "−": "-", "ı": "i", "ȷ": "j", "√": "sqrt ", "∛": "cbrt ", "∜": "4th root ",
    "°": " degrees", "µ": "u", "✓": "yes", "✗": "no", "∞": "infinity",
}  # fmt: skip
_MARKS = {"\u0302": "hat", "\u0304": "bar", "\u0303": "tilde", "\u20d7": "vec", "\u0307": "dot", "\u0308": "ddot"}
_SPACED = frozenset("≤≥⩽⩾≠≈±→⟶←↔⇒⟹⇔⟺≪≫≡")


def spoken(words: str) -> str:
    """Drawn mathematics in ASCII as far as its characters are known: `α_t² ≤ 𝒪(n)` is `alpha_t^2 <= O(n)`.

    Letters keep their accents as words: x̂ is `x hat`. What is no mathematics stays.
    """
    from unicodedata import normalize

    out, moved = "", ""
    raised = {chr(new): chr(old) for old, new in RAISED.items() if chr(old) != "−"}
    lowered = {chr(new): chr(old) for old, new in LOWERED.items() if chr(old) != "−"}
    names = _names()
    for each in normalize("NFD", words):
        sign = "^" if each in raised else "_" if each in lowered else ""
        if sign:
            out += (sign if moved != sign else "") + (raised.get(each) or lowered[each])
        else:
            out += _said(each, out, names)
        moved = sign
    return normalize("NFC", out).rstrip()


def _said(each: str, out: str, names: dict[str, str]) -> str:
    if each.isascii() or each == NOT:
        return " not" if each == NOT else each
    blank = " " if out and not out[-1].isspace() and out[-1] not in "([{^_" else ""
    if each in _MARKS:
        return f" {_MARKS[each]}"
    if each in _TYPED:
        typed = _TYPED[each]
        return f"{blank}{typed} " if each in _SPACED else typed
    if each in names:
        return f"{blank if out and out[-1].isalnum() else ''}{names[each]}"
    from unicodedata import normalize

    return normalize("NFKC", each)


def _names() -> dict[str, str]:
    """The shortest word that TeX has for a character."""
    found: dict[str, str] = {}
    for name, sign in SYMBOLS.items():
        if sign not in found or len(name) < len(found[sign]):
            found[sign] = name
    return found
