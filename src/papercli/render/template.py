r"""A line for each paper by a pattern of the reader's own: `{upvotes|pad:>4}  {title|truncate:60}`.

    {field}                a field of `papers schema`; nothing where it is not known, lists joined by "; "
    {field|filter:value}   changed by filters, from left to right
    {{  }}  \n  \t  \0  \\  braces, a newline, a tab, a NUL, a backslash

It is no format string of Python's: a name is a field or a mistake, and nothing is looked up in anything.
"""

from __future__ import annotations

from papercli.errors import BadRequest
from papercli.paper import FIELDS
from papercli.render.fields import LINKED
from papercli.render.lines import cell
from papercli.text import url
from papercli.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from papercli.paper import Entry

LONGEST, WIDEST = 10_000, 1_000
LISTS = ("authors", "keywords", "media", "categories", "sources", "tags")
TIMES = ("published", "updated", "listed", "first_seen", "fetched_at")
ADDRESSES = ("code", "project", "thumbnail", "url", "arxiv_url", "pdf_url")
FILTERS = ("truncate", "pad", "timeago", "link", "join")
ESCAPES = {"n": "\n", "t": "\t", "0": "\0", "\\": "\\", "{": "{", "}": "}"}
_BLANKS = {ord(blank): " " for blank in "\t\n\r"}


@value
class Place:
    """A field and what is done to it."""

    field: str
    filters: tuple[tuple[str, str], ...] = ()
    """(name, what it is given)."""


@value
class Template:
    """A pattern that was read: text, and places for fields."""

    parts: tuple[str | Place, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that it names."""
        return tuple(part.field for part in self.parts if isinstance(part, Place))


def expanded(entries: Iterable[Entry], template: Template, *, links: bool, now: float) -> Iterator[str]:
    """The pattern filled in for each paper, with a newline after it unless it ends in one, or in a NUL.

    `links` says that the reader is a terminal which can follow them; `now` is in seconds since 1970, UTC.
    """
    last = template.parts[-1]
    end = "" if isinstance(last, str) and last.endswith(("\n", "\0")) else "\n"
    for entry in entries:
        parts = (part if isinstance(part, str) else _filled(entry, part, links, now) for part in template.parts)
        yield "".join(parts) + end


def _filled(entry: Entry, place: Place, links: bool, now: float) -> str:
    words, target = cell(entry, place.field).translate(_BLANKS), ""
    for name, given in place.filters:
        if name == "join":
            words = given.join(getattr(entry, place.field))
        elif name == "timeago":
            from papercli.render.timeago import timeago

            words = timeago(getattr(entry, place.field), now)
        elif name == "truncate":
            words = _truncated(words, int(given))
        elif name == "pad":
            words = _padded(words, int(given.lstrip("<>")), right=given.startswith(">"))
        else:
            target = getattr(entry, given or (place.field if place.field in ADDRESSES else "url")) or ""
    return _linked(words, target) if links and target else words


def _truncated(words: str, room: int) -> str:
    if words.isascii():  # a letter a cell
        return words if len(words) <= room else words[: room - 1].rstrip() + "…"
    from papercli.render.layout import shorten

    return shorten(words, room)


def _padded(words: str, room: int, *, right: bool) -> str:
    if words.isascii():
        return words.rjust(room) if right else words.ljust(room)
    from papercli.render.layout import cells

    blanks = " " * (room - cells(words))
    return blanks + words if right else words + blanks


def _linked(words: str, target: str) -> str:
    """The words as a hyperlink of the terminal (OSC 8), blanks around them left outside."""
    inside = words.strip()
    if not inside or not (target := url(target)):
        return words
    before, _, behind = words.partition(inside)
    return f"{before}\x1b]8;;{target}\x1b\\{inside}\x1b]8;;\x1b\\{behind}"


def parsed(text: str) -> Template:
    """The pattern that `text` is. Raises BadRequest, with the place, where it is none."""
    if not text:
        raise BadRequest("an empty template prints nothing", hint="--template '{id}  {title}'")
    if len(text) > LONGEST:
        raise BadRequest(f"a template has at most {LONGEST:,} characters, and this has {len(text):,}")
    return Template(tuple(_Reader(text).parts()))


class _Reader:
    """Reads a pattern from left to right."""

    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0

    def parts(self) -> list[str | Place]:
        """Text and places in turn."""
        parts: list[str | Place] = []
        words = ""
        while self._at < len(self._text):
            sign = self._text[self._at]
            if self._text[self._at : self._at + 2] in ("{{", "}}"):
                words, self._at = words + sign, self._at + 2
            elif sign == "{":
                parts += [words] * bool(words) + [self._place()]
                words = ""
            elif sign == "}":
                raise self._wrong("a } that closes nothing", "}} is a brace as text")
            else:
                words += self._sign()
        return parts + [words] * bool(words)

    def _sign(self) -> str:
        """The next character of text, written as it is or with a backslash."""
        sign = self._text[self._at]
        if sign == "\\":
            escape = self._text[self._at + 1 : self._at + 2]
            if escape not in ESCAPES or not escape:
                raise self._wrong("no such escape", "there are \\n, \\t, \\0 and \\\\")
            self._at += 1
            sign = ESCAPES[escape]
        self._at += 1
        return sign

    def _place(self) -> Place:
        opened = self._at
        self._at += 1
        start, name = self._name()
        if name not in (*FIELDS, LINKED):
            raise self._wrong("no such field", _meant(name, FIELDS), start)
        filters: list[tuple[str, str]] = []
        while self._next() == "|":
            self._at += 1
            start, filter_ = self._name()
            if filter_ not in FILTERS:
                raise self._wrong("no such filter", _meant(filter_, FILTERS), start)
            given = self._given()
            self._check(filter_, given, name, first=not filters, start=start)
            filters.append((filter_, given or ", " * (filter_ == "join")))
        if self._next() != "}":
            closed = self._at >= len(self._text)
            raise self._wrong("a { that nothing closes" if closed else "what is this?",
                              "{{ is a brace as text" if closed else "{field|filter:value}",
                              opened if closed else self._at)  # fmt: skip
        self._at += 1
        return Place(name, tuple(filters))

    def _next(self) -> str:
        """The next character that is no blank, or ""."""
        while self._text[self._at : self._at + 1].isspace():
            self._at += 1
        return self._text[self._at : self._at + 1]

    def _name(self) -> tuple[int, str]:
        """(where it begins, the name), which ends at a sign of ours or a blank."""
        self._next()
        start = self._at
        while (
            self._at < len(self._text) and self._text[self._at] not in "|:{}\\" and not self._text[self._at].isspace()
        ):
            self._at += 1
        return start, self._text[start : self._at]

    def _given(self) -> str:
        """What stands behind a colon: to the next | or }, or between quotes; "" where there is no colon."""
        if self._next() != ":":
            return ""
        self._at += 1
        quoted = self._text[self._at : self._at + 1] == '"'
        start, self._at = self._at, self._at + quoted
        given = ""
        while self._at < len(self._text) and self._text[self._at] not in ('"' if quoted else "|}"):
            given += self._sign()
        if quoted and self._at >= len(self._text):
            raise self._wrong('a " that nothing closes', at=start)
        self._at += quoted
        return given

    def _check(self, name: str, given: str, field: str, *, first: bool, start: int) -> None:
        """Whether the filter can do that to the field."""
        wanted = given.strip()
        if name in ("truncate", "pad"):
            number = wanted.lstrip("<>") if name == "pad" else wanted
            right = number.isascii() and number.isdigit() and len(wanted) - len(number) < 2
            if not right or not 1 <= int(number[:9]) <= WIDEST:
                example = "truncate:60" if name == "truncate" else "pad:20, or pad:>4 to put blanks before"
                raise self._wrong(f"{name} wants a number of columns, 1 to {WIDEST:,}", f"as in {example}", start)
        elif name == "link" and wanted and wanted not in ADDRESSES:
            raise self._wrong("link leads to an address", f"one of {', '.join(ADDRESSES)}", start)
        elif name == "timeago" and (field not in TIMES or not first or wanted):
            raise self._wrong("timeago is the first filter of a time", f"of {', '.join(TIMES)}", start)
        elif name == "join" and (field not in LISTS or not first):
            raise self._wrong("join is the first filter of a list", f"of {', '.join(LISTS)}", start)

    def _wrong(self, message: str, hint: str = "", at: int | None = None) -> BadRequest:
        shown = "".join(sign if sign.isprintable() else " " for sign in self._text)
        return BadRequest(f"--template: {message}", hint=hint, place=(shown, self._at if at is None else at))


def _meant(name: str, names: Sequence[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name.lower().replace("-", "_"), names, 1, 0.6)
    return (f"did you mean {close[0]}? " if close else "") + f"there are {', '.join(names)}"
