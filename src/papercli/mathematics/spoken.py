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
    "°": "deg", "µ": "u", "✓": "yes", "✗": "no", "∞": "infinity",
}  # fmt: skip
_RAISED = frozenset(map(chr, RAISED.values()))
_LOWERED = frozenset(map(chr, LOWERED.values()))
_MOVED = {chr(new): chr(old) for table in (RAISED, LOWERED) for old, new in table.items() if chr(old) != "−"}
_MARKS = {
    "\u0302": "hat", "\u0304": "bar", "\u0303": "tilde", "\u20d7": "vec", "\u0307": "dot", "\u0308": "ddot",
    NOT: "not",
}  # fmt: skip
_SPACED = frozenset("≤≥⩽⩾≠≈±→⟶←↔⇒⟹⇔⟺≪≫≡")

# The shortest word that TeX has for a character.
_NAMES = {
    sign: name for name, sign in sorted(SYMBOLS.items(), key=lambda pair: -len(pair[0])) if not sign.isascii()
}  # fmt: skip


def spoken(words: str) -> str:
    """Drawn mathematics in ASCII as far as its characters are known: `α_t² ≤ 𝒪(n)` is `alpha_t^2 <= O(n)`.

    Letters have their accents as words: x̂ is `x hat`. What is no mathematics stays.
    """
    from unicodedata import normalize

    out: list[str] = []
    last = ""
    for each in "".join(each if each in _TYPED else normalize("NFD", each) for each in words):
        sign = "^" if each in _RAISED else "_" if each in _LOWERED else ""
        said = (sign if last != sign else "") + _MOVED[each] if sign else _said(each)
        kind = sign or ("name" if each in _NAMES and each not in _TYPED and said.isalpha() else "")
        if out and "name" in (kind, last) and out[-1][-1:].isalnum() and said[:1].isalnum():
            out.append(" ")
        out.append(said)
        last = kind
    return normalize("NFC", "".join(out))


def _said(each: str) -> str:
    if each.isascii():
        return each
    if each in _MARKS:  # behind its letter
        return f" {_MARKS[each]}"
    if each in _TYPED:
        return f" {_TYPED[each]} " if each in _SPACED else _TYPED[each]
    if each in _NAMES:
        return _NAMES[each]
    from unicodedata import normalize

    return normalize("NFKC", each)
