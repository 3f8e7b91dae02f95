"""How what a formula consists of is set in one line: scripts, signs with their blanks, fractions, roots, accents."""

from __future__ import annotations

from papercli.mathematics.symbols import LOWERED, RAISED

# Kinds of what a formula consists of. A WORD is a function's name; a TAIL ends in a script that was not moved.
ORDINARY, SIGN, OPEN, CLOSE = "ordinary", "sign", "open", "close"
SPACE, WORD, TAIL, FRACTION = "space", "word", "tail", "fraction"
_ALONE = (SPACE, OPEN, SIGN)  # behind these a sign has nothing to its left
_RAISED_ALREADY = frozenset("°′″‴*†‡®™")
_ORDINALS = ("st", "nd", "rd", "th")
_SIGNS_TYPED = frozenset("+-*/=<>:")
_NO_SIGNS = frozenset("∞∂∇∅∀∃∑∏∫")


class Unsure(Exception):
    """Something in the formula is not understood."""


def linked(where: str, what: str) -> str:
    """A link's words, and in parentheses where it leads unless they say so themselves."""
    short = where.removeprefix("https://").removeprefix("http://").rstrip("/")
    return what if short and short in what else f"{what} ({where})" if what else where


def script(sign: str, words: str) -> str:
    """What stands above or below: raised or lowered if it is of digits and signs, else with its `sign`."""
    return set_script(sign, words)[0]


def set_script(sign: str, words: str) -> tuple[str, str]:
    """The script, and whether it is a TAIL."""
    words = words.strip()
    moved = words.translate(RAISED if sign == "^" else LOWERED)
    if not words or all(old != new for old, new in zip(words, moved, strict=True)):
        return moved, ORDINARY
    if sign == "^" and words == "∘":
        return "°", ORDINARY
    if sign == "^" and (words in _ORDINALS or all(each in _RAISED_ALREADY for each in words)):
        return words, ORDINARY
    words = _close(words)
    bare = len(words) == 1 or words.replace(".", "").isalnum() or _is_held(words)
    return sign + (words if bare else f"({words})"), TAIL


def _close(words: str) -> str:
    """The words of a script, small as they are without the blanks around their signs."""
    first, *others = words.split(" ")
    before = first
    for each in others:
        first += each if not (each[-1:].isalnum() and before[-1:].isalnum()) else f" {each}"
        before = each
    return first


def plain(one: str) -> tuple[str, str]:
    """A character that is no command, and its kind."""
    if one.isspace() or one == "~":
        return " ", SPACE
    if one in "([":
        return one, OPEN
    if one in ")]":
        return one, CLOSE
    if one in "&\\":
        raise Unsure("a cell of a table")
    is_sign = one in _SIGNS_TYPED or ("←" <= one <= "⋿" and one not in _NO_SIGNS)
    return one, SIGN if is_sign else ORDINARY


def joined(atoms: list[tuple[str, str]]) -> str:
    """The row as one text. TeX takes no heed of blanks: a sign that has one on a side has one on both, if something
    stands there; words are apart from what stands beside them."""
    out, before = "", SPACE
    for place, (atom, kind) in enumerate(atoms):
        if not atom:
            continue
        if kind == SPACE:
            follows = atoms[place + 1][1] if place + 1 < len(atoms) else SPACE
            if out and out[-1] != " " and follows not in (SPACE, CLOSE) and before not in (OPEN,):
                out += " "
            continue
        if kind == SIGN:
            out, kind = _signed(out, before, atom, atoms, place)
        else:
            out += " " * _apart(out, before, atom, kind) + atom
        before = kind
    return out.strip()


def _signed(out: str, before: str, sign: str, atoms: list[tuple[str, str]], place: int) -> tuple[str, str]:
    """`out` with the sign behind it, spaced on both sides or on none; and the kind of what stands there now."""
    last = all(kind == SPACE for _, kind in atoms[place + 1 :])
    blank = out[-1:] == " " or (place + 1 < len(atoms) and atoms[place + 1][1] == SPACE)
    left = out.rstrip(" ")
    if not left or last or before in _ALONE:
        spaced = " " * (bool(left) and before == SIGN and out[-1:] == " ")
        return f"{left}{spaced}{sign}", OPEN if not last else SIGN
    return (f"{left} {sign} ", SIGN) if blank and sign not in "/:" else (left + sign, SIGN)


def _apart(out: str, before: str, atom: str, kind: str) -> bool:
    """Whether a blank stands between what is written and the next."""
    if not out or out[-1] == " ":
        return False
    is_word = atom[0].isalnum() or atom[0] in "√∑∏∫∇∂"
    if before in (WORD, TAIL):
        return is_word
    if FRACTION in (before, kind):
        return is_word and (out[-1].isalnum() or out[-1] in ")]")
    return kind == WORD and (out[-1].isalnum() or out[-1] in ")]")


def _is_held(words: str) -> bool:
    """Whether parentheses stand around all of it."""
    if not (words.startswith("(") and words.endswith(")")):
        return False
    depth = 0
    for place, each in enumerate(words):
        depth += (each == "(") - (each == ")")
        if not depth:
            return place == len(words) - 1
    return False


def held(words: str, *, product: bool = False) -> str:
    """The words in parentheses, unless they are one thing; a `product` such as 2n may also stand without."""
    if not words:
        raise Unsure("nothing")
    one = len(words) == 1 or words.replace(".", "").isdigit() or (product and words.isalnum())
    one = one or _is_held(words) or _is_scripted(words)
    return words if one else f"({words})"


def _is_scripted(words: str) -> bool:
    """Whether it is one letter with raised or lowered characters or marks."""
    from unicodedata import category

    return all(category(each) in ("No", "Mn") or each in "⁺⁻₊₋′" for each in words[1:])


def root(degree: str) -> str:
    """The sign of a root of that degree, "" for the square root."""
    return {"": "√", "2": "√", "3": "∛", "4": "∜"}.get(degree) or script("^", degree) + "√"


def accented(words: str, mark: str) -> str:
    """The mark on the one letter, whatever scripts stand behind it."""
    if not words:
        raise Unsure("an accent on nothing")
    rest = words[1:]
    if rest and rest[0] not in "_^" and not _is_scripted(words):
        raise Unsure("an accent on many letters")
    return {"ı": "i", "ȷ": "j"}.get(words[0], words[0]) + mark + rest


def numbered(words: str) -> str:
    """The character of `x1D54F` or `120143`."""
    try:
        found = chr(int(words[1:], 16) if words[:1] == "x" else int(words))
    except (ValueError, OverflowError):
        raise Unsure("a number of a character") from None
    if not found.isprintable():
        raise Unsure("a character that cannot be shown")
    return found
