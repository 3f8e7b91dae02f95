"""Text in columns of a terminal: measured in cells, cut and wrapped, and styled at the very end.

Text from outside reaches the terminal only through here, as text: no markup, no emoji codes, no highlighting.
"""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size
from rich.color import ColorSystem
from rich.style import Style

from papercli.text import url as safe_url
from papercli.value import value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from papercli.render import View

# What each ground carries. Dark: no blue, no black. Light: no yellow, white, cyan or green, and nothing bright. Basic,
# where the ground is not known: weight, and the few of the first eight colours that are drawn legibly on either.
THEMES = {
    "basic": {
        "title": "bold", "votes": "bold green", "dim": "dim", "link": "cyan", "star": "magenta", "head": "bold",
        "remark": "magenta", "match": "bold underline", "strong": "bold", "emphasis": "italic", "code": "cyan",
    },
    "dark": {
        "title": "bold", "votes": "bold bright_green", "dim": "dim", "link": "bright_cyan", "star": "bright_yellow",
        "head": "bold", "remark": "bright_yellow", "match": "bold underline", "strong": "bold", "emphasis": "italic",
        "code": "bright_cyan",
    },
    "light": {
        "title": "bold", "votes": "bold blue", "dim": "dim", "link": "blue", "star": "magenta", "head": "bold",
        "remark": "magenta", "match": "bold underline", "strong": "bold", "emphasis": "italic", "code": "blue",
    },
}  # fmt: skip


@value
class Span:
    """A piece of one line: words, the name of a style, and where it leads ("" for nowhere)."""

    words: str
    style: str = ""
    link: str = ""


Line = tuple[Span, ...]
BETWEEN = " · "


_JOINER = "\u200d"


def drawn(words: str) -> str:
    """The words as they are drawn: terminals disagree on what a zero-width joiner joins, so none is sent."""
    return words.replace(_JOINER, "") if _JOINER in words else words


def cells(words: str) -> int:
    """Columns that the words take in a terminal."""
    return cell_len(drawn(words))


def width(line: Iterable[Span]) -> int:
    """Cells that the line takes."""
    return sum(cells(span.words) for span in line)


def shorten(words: str, room: int) -> str:
    """The words in at most `room` cells, the last of them an ellipsis where something was cut."""
    if cells(words) <= room:
        return words
    return (set_cell_size(drawn(words), room - 1).rstrip() + "…") if room > 0 else ""


def wrap(words: str, room: int, most: int = 0) -> list[str]:
    """The words in lines of at most `room` cells, broken between words; `most` lines, 0 for all, the last cut."""
    lines: list[str] = []
    line: list[str] = []
    used = 0
    for word in _pieces(words, room):
        taken = cells(word)
        if line and used + 1 + taken > room:
            lines.append(" ".join(line))
            line, used = [], 0
        line.append(word)
        used += taken + (used > 0)
    if line:
        lines.append(" ".join(line))
    if most and len(lines) > most:
        lines[most - 1 :] = [_ended(lines[most - 1], room)]
    return lines


def _ended(line: str, room: int) -> str:
    """The last line of a text that goes on, with an ellipsis; no word is cut unless it is alone."""
    if cells(line) < room:
        return f"{line}…"
    head, blank, _ = line.rpartition(" ")
    return f"{head}…" if blank else shorten(f"{line}…", room)


def _pieces(words: str, room: int) -> Iterable[str]:
    """The words, those wider than a line in parts. A line has room for one cell at least."""
    room = max(room, 1)
    for word in drawn(words).split(" "):
        yield from parts(word, room)


def parts(word: str, room: int) -> Iterable[str]:
    """A word without blanks in pieces of at most `room` cells; one letter, where that is wider."""
    word, at = drawn(word), 0
    while at < len(word):
        rest = word[at : at + 6 * room]  # enough even if each letter has marks: of a megabyte no more is looked at
        part = rest if cell_len(rest) <= room else set_cell_size(rest, room).rstrip() or rest[0]
        yield part
        at += len(part)


def joined(parts: Sequence[Line], between: str = BETWEEN) -> Line:
    """The parts in one line, with a dim sign between them."""
    spans: list[Span] = []
    for part in parts:
        spans += [Span(between, "dim"), *part] if spans else part
    return tuple(spans)


def fitting(parts: Sequence[Line], room: int, between: str = BETWEEN) -> Line:
    """As many of the parts, from the first, as fit into `room` cells; the first one always, cut if need be."""
    if not parts:
        return ()
    line = parts[0] if width(parts[0]) <= room else cut(parts[0], room)
    for part in parts[1:]:
        longer = joined((line, part), between)
        if width(longer) > room:
            break
        line = longer
    return line


def flowing(parts: Sequence[Line], room: int, between: str = BETWEEN) -> list[Line]:
    """All of the parts, in as many lines of at most `room` cells as they take."""
    lines: list[Line] = []
    for part in parts:
        longer = joined((lines[-1], part), between) if lines else part
        if lines and width(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(cut(part, room))
    return lines


def cut(line: Line, room: int) -> Line:
    """The line in at most `room` cells, ending in an ellipsis where something was cut."""
    if width(line) <= room:
        return line
    kept: list[Span] = []
    for span in line:
        left = room - width(kept)
        if cells(span.words) >= left:
            kept.append(Span(shorten(span.words + "…", left), span.style, span.link))
            break
        kept.append(span)
    return tuple(kept)


def padded(line: Line, room: int) -> Line:
    """The line with blanks after it, `room` cells in all."""
    return (*line, Span(" " * (room - width(line))))


def heading(view: View) -> list[Line]:
    """The caption and the remark on it, in one line if they fit, and an empty line; nothing where there is none."""
    title, remark = view.caption
    if not title:
        return []
    return [*_caption(title, remark, view), *_preface(view)]


def _preface(view: View) -> list[Line]:
    """A line and a bar for each count."""
    if not view.preface:
        return []
    most, room = max(count for _, count in view.preface), max(10, min(40, view.width - 30))
    lines: list[Line] = []
    for words, count in view.preface:
        bar = "▪" * max(1, round(count * room / most))
        line = (Span(f"  {words:>16}", "dim"), Span(f"  {count:>4} "), Span(bar, "votes"))
        lines.append(cut(line, view.width))
    return [*lines, ()]


def _caption(title: str, remark: str, view: View) -> list[Line]:
    parts: list[Line] = [(Span(title, "head"),)]
    if remark:
        parts.append((Span(remark, "remark"),))
    if width(joined(parts)) <= view.width:
        return [joined(parts), ()]
    lines: list[Line] = [(Span(words, "head"),) for words in wrap(title, view.width)]
    return [*lines, *((Span(words, "remark"),) for words in wrap(remark, view.width)), ()]


def written(lines: Iterable[Line], view: View) -> str:
    """The lines as a terminal takes them, each ended by a newline."""
    styles = {name: Style.parse(words) for name, words in THEMES[view.theme].items()} if view.color else {}
    return "".join(_written(line, view, styles) + "\n" for line in lines)


_ASCII = str.maketrans(
    {"·": "|", "…": "~", "▲": "^", "★": "*", "—": "-", "●": "*", "»": ">", "✓": "+", "−": "-", "✎": "~", "▪": "#"}
)


def _written(line: Line, view: View, styles: dict[str, Style]) -> str:
    text = ""
    for span in line:
        words = drawn(span.words) if view.unicode else drawn(span.words).translate(_ASCII)
        if span.style in styles:
            words = styles[span.style].render(words, color_system=ColorSystem.STANDARD)
        if view.links and span.link and (link := safe_url(span.link)):
            words = f"\x1b]8;;{link}\x1b\\{words}\x1b]8;;\x1b\\"
        text += words
    return text if view.color or view.links else text.rstrip()
