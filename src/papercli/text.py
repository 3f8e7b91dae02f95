"""The one cleaner: text, links and counts from outside, made safe to keep, to print and to hand on.

A title is written by anybody who can post a paper, so no character of it may move a cursor, set a window title, turn
the reading direction or hide words. Characters are judged one by one and never as escape sequences: a matcher of
sequences can be fooled by an unfinished one, as `less` was (CVE-2022-46663).
"""

from __future__ import annotations

import re

# Patterns are kept as strings: `re` compiles and remembers one when it is first wanted, and most runs want none.

# Zero-width characters without a use in a title: soft hyphen, grapheme joiner, Arabic and Mongolian marks, zero-width
# space, left-to-right and right-to-left marks, word joiner and invisible operators, deprecated format characters, byte
# order mark, shorthand and music format controls. The two joiners stay: emoji and Persian need them.
_VANISHING = (
    "[\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u2060-\u2065\u206a-\u206f\ufeff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a]"
)

# Controls (C0, DEL, C1), line and paragraph separators, bidi embeddings, overrides and isolates (Trojan Source,
# CVE-2021-42574), invisible fillers, interlinear and unassigned specials, surrogates, non-characters, tag characters.
_REFUSED = (
    "[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\u115f\u1160\u17b4\u17b5\u3164\uffa0\ufff0-\ufffb"
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
    + "".join(chr(plane << 16 | 0xFFFE) + chr(plane << 16 | 0xFFFF) for plane in range(1, 17))
    + "]"
)

# Invisible, though Python calls them printable.
_FILLERS = "[\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0]"

# `re` knows no categories, but no combining mark is a letter, digit or white space: this finds every run that could
# hold five, and `_first_four` looks at it closely.
_MAY_BE_MARKS = r"[^\x00-\x7f\w\s]{5,}"
_JOINERS = "\u200c\u200d"

# arXiv breaks lines with a newline and begins a paragraph with a newline and two spaces.
_PARAGRAPH = r"\n(?:[ \t]{2,}|\s*\n)\s*"


_NEVER_IN_A_URL = rf"{_REFUSED}|{_VANISHING}|\s"
_ESCAPED_IN_A_URL = r"""[^!-~]|["<>\\^`{|}]"""


def line(s: object, limit: int = 1_000) -> str:
    """`s` as one clean line of at most `limit` characters (not cells), in NFC; "" for what is not a string.

    Every run of white space is one space, none stands at the ends. Controls, bidi controls, surrogates, tag and
    non-characters become U+FFFD; other zero-width characters are dropped, but the joiners that emoji and Persian
    need. At most four combining marks (variation selectors and joiners counted) follow one another. A longer text is
    cut without an ellipsis, and of an endless one only the first `4 * limit + 4_000` characters are looked at.
    Cleaning a cleaned line changes nothing.
    """
    if not isinstance(s, str):
        return ""
    if s.isascii() and s.isprintable() and "  " not in s:
        return s.strip()[:limit].rstrip()
    return _clean(s[: 4 * limit + 4_000])[:limit].rstrip()


def prose(s: object, limit: int = 20_000, *, keep_paragraphs: bool = False) -> str:
    r"""An abstract, cleaned like a `line`; with `keep_paragraphs` its paragraphs are joined by "\n\n".

    A paragraph ends at a blank line, or where arXiv begins one: a newline and two or more spaces.
    """
    if not keep_paragraphs or not isinstance(s, str):
        return line(s, limit)
    paragraphs = map(_clean, re.split(_PARAGRAPH, s[: 4 * limit + 4_000]))
    return "\n\n".join(filter(None, paragraphs))[:limit].rstrip()


def sheet(s: str) -> str:
    """Text of many lines, each cleaned as a `line` is; but blanks stay as they are, and a tab is four of them.

    Of line ends only newlines are left. Nothing is cut: whoever asks knows how long `s` is.
    """
    if "\r" in s or "\t" in s:
        s = s.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")
    if s.isascii() and s.replace("\n", "").isprintable():
        return s
    return "\n".join(row if _is_clean(row) else _swept(row) for row in s.split("\n"))


def _swept(row: str) -> str:
    return _without(re.sub(r"(?![\x00-\x1f\x85\u2028\u2029])\s", " ", row))


def url(s: object) -> str:
    """An absolute `http` or `https` URL of at most 2,000 ASCII characters; "" for anything else.

    Refused: other schemes, no host, a user name or password, white space, control or invisible characters inside.
    Scheme and host come back in lower case, a host beyond ASCII in punycode (never a look-alike on the screen), and
    whatever RFC 3986 does not allow in the rest as %XX, so that the URL cannot end a terminal's hyperlink.
    """
    if not isinstance(s, str) or len(s := s.strip()) > 2_000:
        return ""
    if "\n" in s or "\t" in s or "\r" in s:  # dropped, as browsers do (WHATWG URL Standard, 4.4)
        s = s.replace("\n", "").replace("\t", "").replace("\r", "")
    if _is_plain(s):
        return s
    if re.search(_NEVER_IN_A_URL, s):
        return ""
    parts = re.fullmatch(r"(?ai)(https?)://([^/?#@:\\]+)(?::([0-9]{1,5}))?([/?#].*)?", s)
    host = _host(parts[2]) if parts else ""
    if not parts or not host or int(parts[3] or 0) > 65_535:
        return ""
    port = f":{parts[3]}" if parts[3] else ""
    whole = f"{parts[1].lower()}://{host}{port}{re.sub(_ESCAPED_IN_A_URL, _percent, parts[4] or '')}"
    return whole if len(whole) <= 2_000 else ""


def harmless(s: str) -> str:
    """`s` with U+FFFD for whatever could move a cursor, hide words or turn the reading direction. Line ends and tabs
    stay, and so does everything else: for text that a program of the reader's own has made."""
    return re.sub(_REFUSED, lambda sign: sign[0] if sign[0] in "\n\t" else "\ufffd", s)


def folded(s: object) -> str:
    """`s` with case and accents folded, for comparing names: "Müller" and "MULLER" are the same. "" for no string."""
    if not isinstance(s, str):
        return ""
    if s.isascii():
        return s.lower()
    from unicodedata import combining, normalize

    return "".join(c for c in normalize("NFKD", s.casefold()) if not combining(c))


def number(x: object) -> int | None:
    """A count from JSON, 0 to 10**12 (`12` and `12.0`); None for anything else, `true` and text included."""
    if isinstance(x, float) and x.is_integer():
        x = int(x)
    if isinstance(x, bool) or not isinstance(x, int):
        return None
    return x if 0 <= x <= 10**12 else None


def _clean(s: str) -> str:
    s = " ".join(s.split())
    if _is_clean(s):
        return s
    return " ".join(_without(s).split())


def _without(s: str) -> str:
    """The text without what no terminal may get, in NFC."""
    from unicodedata import normalize

    s = re.sub(_REFUSED, "\ufffd", re.sub(_VANISHING, "", s))
    # Before: normalising takes the square of the length of a run of marks. After: it can make two marks of one.
    return _few_marks(normalize("NFC", _few_marks(s)))


def _is_clean(s: str) -> bool:
    """Whether there is nothing to change in `s`; of a Latin text this is known without compiling a pattern."""
    if not s.isprintable():
        return False
    if s.isascii() or max(s) < "\u0300":
        return True
    from unicodedata import is_normalized

    return not re.search(_FILLERS, s) and not re.search(_MAY_BE_MARKS, s) and is_normalized("NFC", s)


def _few_marks(s: str) -> str:
    return re.sub(_MAY_BE_MARKS, _first_four, s)


def _first_four(run: re.Match[str]) -> str:
    from unicodedata import category

    if not any(joiner in run[0] for joiner in _JOINERS) and "M" not in "".join(map(category, run[0])):
        return run[0]  # ideographs' punctuation, emoji, private characters
    kept, marks = [], 0
    for character in run[0]:
        marks = marks + 1 if category(character)[0] == "M" or character in _JOINERS else 0
        if marks <= 4:
            kept.append(character)
    return "".join(kept)


def _is_plain(s: str) -> bool:
    """Whether it is an address as nearly all are, in which there is nothing to change: no pattern need be compiled."""
    scheme, _, rest = s.partition("://")
    host = rest.partition("/")[0]
    letters = host.replace(".", "").replace("-", "")
    usual = letters.isalnum() and host == host.lower() and ".." not in host and len(host) < 64
    clean = s.isascii() and s.isprintable() and not any(sign in s for sign in ' "<>\\^`{|}')
    return scheme in ("https", "http") and clean and usual and not host.startswith((".", "-"))


def _percent(character: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in character[0].encode())


def _host(name: str) -> str:
    """The host in lower-case ASCII, or "" when it cannot be one (RFC 1123, underscores allowed; RFC 3492)."""
    if not name.isascii():
        name = ".".join(_punycode(label) for label in name[:254].split("."))
    right = len(name) <= 253 and re.fullmatch(r"(?ai)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.?", name)
    return name.lower() if right else ""


def _punycode(label: str) -> str:
    from unicodedata import category, normalize

    if label.isascii():
        return label
    if not all(category(character)[0] in "LMN" or character == "-" for character in label):
        return ""
    return "xn--" + normalize("NFC", label.lower()).encode("punycode").decode("ascii")
