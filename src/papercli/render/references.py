"""What all styles of references share: the key of a paper, its names in parts, its day, its published DOI."""

from __future__ import annotations

import re

from papercli.accents import lettered
from papercli.text import folded
from papercli.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from papercli.paper import Entry

# Patterns are kept as strings: `re` compiles and remembers one when it is first wanted.

_PARTICLE = (
    "af|al|av|bin|bint|d'|da|dal|de|del|della|den|der|des|di|do|dos|du|e|el|la|las|le|los|'t|ten|ter|und|van|von"
    "|y|zu|zum|zur"
)
_SUFFIXES = {
    "jr": "Jr.", "jr.": "Jr.", "sr": "Sr.", "sr.": "Sr.", "ii": "II", "iii": "III", "iv": "IV",
}  # fmt: skip
_GROUP = (
    r"(?i)(?<!\S)(alliance|association|center|centre|collaboration|committee|community|company|consortium|contributors"
    r"|corporation|department|foundation|group|inc\.?|initiative|institute|lab|laboratory|labs|network|organization"
    r"|project|research|school|society|teams?|university|workshop|and)(?!\S)"
)
_NO_PERSON = r"[0-9@()/:&]|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]"
_INITIALS = r"(?:[^\W\d_]\.?-?)+"
_ARTICLES = ("a", "an", "the")
_MATHEMATICS = r"\\[A-Za-z]+|[$'’{}]"
# Letters that are no letter and a mark to Unicode, and what they are filed under.
_FILED = str.maketrans({
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ŋ": "n",
})  # fmt: skip
_LONGEST_WORD = 30
_FIRST_CENTURY = 91  # arXiv began in 1991


@value
class Name:
    """An author's name in parts. Of what is no person's name, or cannot be told apart, all is `family`."""

    family: str
    given: str = ""
    particle: str = ""
    """As "van der", which stands before the family name and is not sorted by."""

    suffix: str = ""
    """As "Jr."."""

    whole: bool = False
    """A group, or a name with one part: never to be split by a reader."""

    certain: bool = True
    """Whether the family name could be nothing else: of "Gabriel García Márquez" it could."""


def names(entry: Entry) -> list[Name]:
    """All authors, in the paper's own order."""
    return [name(written) for written in entry.authors if _says_something(written)]


def _says_something(written: str) -> bool:
    return any(map(str.isalnum, written))


def name(written: str) -> Name:
    """A name as it stands on a paper, in parts: "Laurens van der Maaten", "Maaten, Laurens", "Gemini Team"."""
    written = tidy(written).removeprefix("and ")  # what is left of a list that was split at its commas
    before, comma, behind = (part.strip() for part in written.partition(","))
    words = written.split()
    if comma and behind.lower() in _SUFFIXES:
        words = [*before.split(), behind]
    elif comma:
        return _turned(written, before, behind)
    suffix = _SUFFIXES.get(words[-1].lower(), "") if len(words) > 2 else ""
    words = words[:-1] if suffix else words
    if len(words) < 2 or _is_no_person(written):
        return Name(written, whole=True)
    return _parted(words, suffix)


def _turned(written: str, family: str, given: str) -> Name:
    if not family or not given or "," in given or _is_no_person(written):
        return Name(written, whole=True)
    return Name(family, given)


def _is_no_person(written: str) -> bool:
    words = written.split()
    return "AI" in words or bool(re.search(f"{_GROUP}|{_NO_PERSON}", written))


def _parted(words: list[str], suffix: str) -> Name:
    """The family name is the last word, or what stands behind particles."""
    small = [place for place in range(1, len(words) - 1) if re.fullmatch(_PARTICLE, words[place])]
    if small:
        first, last = small[0], small[-1] + 1
        return Name(" ".join(words[last:]), " ".join(words[:first]), " ".join(words[first:last]), suffix)
    middle = words[1:-1]
    certain = bool(suffix) or all(re.fullmatch(_INITIALS, word) and len(word) < 6 for word in middle)
    return Name(words[-1], " ".join(words[:-1]), suffix=suffix, certain=certain or not all(map(_is_capital, words)))


def _is_capital(word: str) -> bool:
    return word[:1] != word[:1].lower()


def key(entry: Entry) -> str:
    """What a text cites the paper by: `vaswani2017attention-1706.03762`.

    ASCII; the first author's family name, the year of version 1, the first word of the title that is no article, and
    the arXiv id. Nothing of it depends on the other papers of the list, so that a paper has the same key in every file
    and no two papers ever have one.
    """
    first = next(filter(_says_something, entry.authors), "")
    author = name(first) if first else Name("", whole=True)
    family = author.family if author.whole else author.family.split()[-1]
    words = re.findall(r"[a-z0-9]+", _ascii(re.sub(_MATHEMATICS, "", entry.title)))
    word = next((word for word in words if word not in _ARTICLES), "")
    filed = re.sub(r"[^a-z0-9]", "", _ascii(family))[:_LONGEST_WORD] or "arxiv"
    return f"{filed}{day(entry)[:4]}{word[:_LONGEST_WORD]}-{entry.id.replace('/', '-')}"


def _ascii(text: str) -> str:
    return folded(text).translate(_FILED).encode("ascii", "ignore").decode()


def day(entry: Entry) -> str:
    """ISO day of version 1; only the year, by the id, where no source told the day."""
    if entry.published:
        return entry.published.isoformat()
    year = int(entry.id.rpartition("/")[2][:2])
    return str((1900 if "/" in entry.id and year >= _FIRST_CENTURY else 2000) + year)


def published_doi(entry: Entry) -> str:
    """The DOI of what a journal or conference made of it; "" when none is known. arXiv's own is none."""
    first = (entry.doi or "").split()[:1]
    doi = re.sub(r"(?i)^(https?://(dx\.)?doi\.org/|doi:)", "", first[0]) if first else ""
    if not re.fullmatch(r'(?a)10\.[0-9]{4,9}/[^\s{}\\"\x7f-\U0010ffff]+', doi) or doi.lower().startswith("10.48550/"):
        return ""
    return doi


def primary(entry: Entry) -> str:
    """arXiv's main category, such as "cs.CL"; "" when it is not known."""
    first = entry.categories[0] if entry.categories else ""
    return first if re.fullmatch(r"(?a)[A-Za-z.-]+", first) else ""


def tidy(text: str) -> str:
    """The text on one line, accents written in TeX as letters. Cleaned text is one line; a library written by another
    hand might hold anything."""
    text = " ".join(text.split())
    return lettered(text).replace(r"\$", "$") if "\\" in text else text  # a tilde alone is none of TeX's: "~2x faster"
