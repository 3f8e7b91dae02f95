"""Which paper is meant: every way people and programs write an arXiv identifier, and what a pipe sends."""

from __future__ import annotations

import json
import re

from papercli import text as words
from papercli.errors import BadRequest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

MAX_INPUT = 16 * 1024 * 1024
"""Of a longer standard input (bytes or characters) only the beginning is read."""

HINT = (
    "an id looks like 2501.12948, hep-th/9901001, arXiv:2501.12948, https://arxiv.org/abs/2501.12948"
    " or https://huggingface.co/papers/2501.12948; a number is a row of the last list"
)

# Patterns are kept as strings: `re` compiles and remembers one when it is first wanted. `(?ai)`: any case, but of
# ASCII letters only, for to Unicode the long s is an s.

# The archives of identifiers older than April 2007 (arXiv, https://info.arxiv.org/help/arxiv_identifier.html).
_ARCHIVES = (
    "acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas|cond-mat|cs|dg-ga"
    "|econ|eess|funct-an|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math|math-ph|mtrl-th|nlin|nucl-ex|nucl-th|patt-sol|physics"
    "|plasm-ph|q-alg|q-bio|q-fin|quant-ph|solv-int|stat|supr-con"
)
_OLD = rf"(?:{_ARCHIVES})(?:\.[a-z-]{{2,10}})?/[0-9]{{7}}"
_VERSION = r"(?:v[1-9][0-9]{0,3})?"
_FILE = r"(?:\.(?:pdf|md|html|ps|tar\.gz))?"
_PLAIN = r"[0-9]{4}\.[0-9]{5}"

_PREFIX = r"arxiv:\s?|(?:(?:https?://)?(?:dx\.|www\.)?doi\.org/|doi:\s?)?10\.48550/arxiv\."
_PAGE = (
    r"(?:https?://)?(?:"
    r"(?:[a-z0-9-]{1,40}\.){0,3}arxiv\.org/(?:abs|pdf|html|format|e-print|src|ps)/"
    r"|(?:www\.)?(?:huggingface\.co|hf\.co)/(?:api/)?papers/"
    r"|(?:www\.)?alphaxiv\.org/(?:[a-z-]{1,20}/){0,3}"
    r")"
)
_WRITTEN = (
    rf"(?ai)(?:(?:{_PREFIX})?|(?P<page>{_PAGE}))"
    rf"(?:(?P<month>[0-9]{{4}})\.(?P<serial>[0-9]{{3,5}})"
    rf"|(?P<archive>{_ARCHIVES})(?:\.[a-z-]{{2,10}})?/(?P<number>[0-9]{{7}}))"
    rf"(?:v(?P<version>[1-9][0-9]{{0,3}}))?{_FILE}(?P<tail>[/?#&].*)?"
)

# In running text a decimal number must not look like a paper: months are 01 to 12, and the serial number has four
# digits to 2014 and five since. URLs and DOIs are taken as a whole, so that no number inside a foreign one counts.
_CERTAIN = (
    r"(?:0[7-9]|1[0-4])(?:0[1-9]|1[0-2])\.[0-9]{4}|(?:1[5-9]|[2-9][0-9])(?:0[1-9]|1[0-2])\.[0-9]{5}"
    rf"|(?:{_ARCHIVES})(?:\.[a-z-]{{2,10}})?/[0-9]{{2}}(?:0[1-9]|1[0-2])[0-9]{{3}}"
)
_END = r"(?![0-9a-z]|\.[0-9])"
_URL_REST = r"[!#-&*-+./:=?@~\w%-]+"
_ELSEWHERE = ("archive_location", "number", "eprint", "DOI", "doi", "URL", "url")  # of an object without an id
_MENTION = (
    rf"(?ai)(?<![0-9a-z.])(?:https?://{_URL_REST}|10\.[0-9]{{4,9}}/{_URL_REST}"
    rf"|(?:www\.|export\.)?(?:arxiv\.org|alphaxiv\.org|huggingface\.co|hf\.co)/{_URL_REST}"
    rf"|arxiv:\s?(?:[0-9]{{4}}\.[0-9]{{3,5}}|{_OLD}){_VERSION}{_END}"
    rf"|(?:{_CERTAIN}){_VERSION}{_END})"
)
# At the beginning of a line any five digits do: such lines are lists of ids, ours among them.
_BEGINS = (
    rf"(?ai)[\s\"']*((?:arxiv:\s?)?(?:{_PLAIN}|{_CERTAIN}){_VERSION}{_FILE})"
    r"(?![0-9a-z/]|\.[0-9a-z])"
)

# Comments may stand before the first entry; possessive, so that a megabyte of them is read once.
_BIBTEX = r"(?:\s++|%[^\n]*+)*+@[A-Za-z]++\s*+\{"
_FIELD = (
    r"(?i)(?<![\w:-])(eprint|eprinttype|archiveprefix|url|doi|journal|howpublished|note)"
    r"\s*=((?:[\s\"{]|\\url)*)([^\"{}\n]{0,400})"
)


def paper_id(text: str) -> str:
    """The bare arXiv identifier, without version, of any written form: `2501.12948` or `hep-th/9901001`.

    Takes identifiers, `arXiv:...`, DOIs `10.48550/arXiv....`, and the pages of a paper on arxiv.org, huggingface.co,
    hf.co and alphaxiv.org. As arXiv itself does, missing zeros are filled in (`2406.105` is `2406.00105`, which the
    Hub's search answers), and the subject class of an old one is dropped (`math.GT/0309136` is `math/0309136`).
    Whether there is such a paper is for a source to say. Raises BadRequest for anything else.
    """
    if re.fullmatch(_PLAIN, text):
        return text
    found = _read(text)
    if not found:
        also = "and no option of this command; " if text.startswith("-") else ""
        raise BadRequest(f"“{words.line(text, 60)}” is not a paper id", hint=also + HINT)
    return found[0]


def version(text: str) -> int | None:
    """The version written in `text` (2 of `2501.12948v2`); None where there is none, or no paper."""
    found = _read(text)
    return found[1] if found else None


def looks_like_row(text: str) -> int | None:
    """1 to 9999 when `text` is such a number in ASCII digits (a row of the last list); else None."""
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        return None
    return int(text) or None


def ids_in(data: bytes | str, limit: int = 100_000) -> list[str]:
    """The papers named in what a pipe sends: bare identifiers in order, each once. As `named_in`, versions aside."""
    return list(dict.fromkeys(id for id, _ in named_in(data, limit)))


def named_in(data: bytes | str, limit: int = 100_000) -> list[tuple[str, int | None]]:
    """(bare identifier, version if one is written) of the papers named in what a pipe sends, in order, each once, at
    most `limit`; never an error.

    JSON, JSON lines and JSON values in a row: the `id` of objects, or strings; of an object without one its `paper`,
    its `items` (JSON Feed), or its number, DOI or address (CSL-JSON). BibTeX: `eprint`, or else the arXiv
    link or number in `url`, `doi`, `journal`, `howpublished` or `note`. In other text a line that begins with an
    identifier gives that one (a line of nothing but identifiers, all of them), any other line every full identifier
    or URL in it. A NUL ends a line too. Text is UTF-8, or UTF-16 where its mark says so, as PowerShell
    pipes it; bytes that are neither are skipped over. List positions are not taken.
    """
    text = data[:MAX_INPUT]
    if isinstance(text, bytes):
        wide = text.startswith((b"\xff\xfe", b"\xfe\xff")) and b"\0" in text[:100]
        text = text.decode("utf-16" if wide else "utf-8", "replace")
    text = text.replace("\ufeff", "")  # each file of a `cat` may begin with a byte order mark
    if re.match(_BIBTEX, text):
        source = _in_bibtex(text)
    else:
        values = _in_json(text)
        source = iter(values) if values is not None else _in_lines(text)
    found: dict[tuple[str, int | None], None] = {}
    for one in source:
        found[one] = None
        if len(found) >= limit:
            break
    return list(found)


def _read(text: str) -> tuple[str, int | None] | None:
    """The bare identifier and the version, or None."""
    text = text.strip()
    parts = re.fullmatch(_WRITTEN, text) if len(text) <= 2_000 else None
    if not parts or (parts["tail"] and not parts["page"]):
        return None
    written = int(parts["version"]) if parts["version"] else None
    if parts["archive"]:
        return f"{parts['archive'].lower()}/{parts['number']}", written
    # Five digits since January 2015, four before: arXiv's own reading of short ones (arxiv-base, arxiv.identifier).
    digits = 5 if parts["month"] >= "1501" else 4
    return f"{parts['month']}.{parts['serial'].zfill(digits)}", written


def _named(text: str) -> list[tuple[str, int | None]]:
    found = _read(text)
    return [found] if found else []


def _in_json(text: str) -> list[tuple[str, int | None]] | None:
    """Identifiers of JSON values in a row; None when `text` is something else."""
    # A float would lose the last zero of 2606.12340. Where the digits are all there, they are what they look like.
    decoder = json.JSONDecoder(parse_int=_no_id, parse_constant=_no_id, parse_float=_number_as_written)
    space = re.compile(r"\s*")
    found: list[tuple[str, int | None]] = []
    at = len(text) - len(text.lstrip())
    if at == len(text):
        return None
    while at < len(text):
        if text[at] not in '[{"':
            return None
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return None
        for item in value if isinstance(value, list) else [value]:
            found += _in_value(item)
        at = space.match(text, at).end()  # type: ignore[union-attr]  # it matches the empty string too
    return found


def _in_value(item: Any, *, deeper: bool = True) -> list[tuple[str, int | None]]:
    """Identifiers of one JSON value."""
    if isinstance(item, str):
        return _named(item)
    if not isinstance(item, dict):
        return []
    if isinstance(item.get("id"), str) and (found := _named(item["id"])):
        return found
    items = item.get("items")
    inside = items if isinstance(items, list) else [item.get("paper")]
    if deeper and (found := [one for each in inside for one in _in_value(each, deeper=False)]):
        return found
    others = (_named(item[name]) for name in _ELSEWHERE if isinstance(item.get(name), str))
    return next(filter(None, others), [])


def _no_id(digits: str) -> None:
    return None


def _number_as_written(digits: str) -> str | None:
    return digits if re.fullmatch(_PLAIN, digits) else None


def _in_bibtex(text: str) -> Iterator[tuple[str, int | None]]:
    for entry in re.split(r"@[A-Za-z]+\s*\{", text):
        fields = {name.lower(): content for name, _, content in re.findall(_FIELD, entry)}
        archive = fields.get("archiveprefix") or fields.get("eprinttype") or "arxiv"
        if "arxiv" not in archive.lower():
            fields.pop("eprint", None)
        for name in ("eprint", "url", "doi", "journal", "howpublished", "note"):
            found = _in_line(fields[name]) if name in fields else []
            if found:
                yield found[0]
                break


def _in_lines(text: str) -> Iterator[tuple[str, int | None]]:
    for line in re.finditer(r"[^\r\n\0]+", text):
        inside = line[0].strip()
        if not re.search("[0-9]{4}", inside):
            continue
        whole = inside[:1] + inside[-1:] in ("{}", "[]", '""')
        values = _in_json(inside) if whole else None
        yield from _in_line(inside) if values is None else values


def _in_line(line: str) -> list[tuple[str, int | None]]:
    """Identifiers in one line of text, in order."""
    begins = re.match(_BEGINS, line)
    # A tab makes it a row of a table, whose other cells may name other papers.
    if begins and re.sub(_MENTION, "", line).strip(" ,;"):
        return _named(begins[1])
    mentions = (mention[0].rstrip(".:!*_~") for mention in re.finditer(_MENTION, line))
    return [one for mention in mentions for one in _named(mention)]
