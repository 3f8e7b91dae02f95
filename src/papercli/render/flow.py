"""Runs of words in lines of a terminal: broken between words, each piece in its own style and with its own link."""

from __future__ import annotations

from papercli.render.layout import Line, Span, cells, parts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Piece = tuple[str, str, str]  # words, style, link: there are as many as words, and a Span costs ten times as much


def flow(spans: Iterable[Span], room: int) -> list[Line]:
    """The spans in lines of at most `room` cells. A newline in one ends a line; runs of blanks are one blank."""
    room = max(room, 1)
    lines: list[Line] = []
    line: list[Piece] = []
    used = 0
    for word in _words(spans):
        if not word:
            lines.append(_line(line))
            line, used = [], 0
            continue
        for pieces, taken in _fitting(word, room):
            if used and used + 1 + taken > room:
                lines.append(_line(line))
                line, used = [], 0
            if used:
                line.append((" ", line[-1][1], line[-1][2]) if line[-1][1:] == pieces[0][1:] else (" ", "", ""))
                used += 1
            line += pieces
            used += taken
    if line:
        lines.append(_line(line))
    return lines


def widest_word(spans: Iterable[Span]) -> int:
    """Cells of the widest word."""
    return max((_cells(word) for word in _words(spans)), default=0)


def _words(spans: Iterable[Span]) -> Iterator[list[Piece]]:
    """The words, each of pieces in one style; an empty one where a line ends."""
    word: list[Piece] = []
    for span in spans:
        style, link = span.style, span.link
        for row, text in enumerate(span.words.split("\n")):
            if row:
                if word:
                    yield word
                yield []
                word = []
            for place, part in enumerate(text.split(" ")):
                if place and word:
                    yield word
                    word = []
                if part:
                    word.append((part, style, link))
    if word:
        yield word


def _fitting(word: list[Piece], room: int) -> Iterator[tuple[list[Piece], int]]:
    """The word and the cells that it takes; one that is wider than a line in parts."""
    taken = _cells(word)
    if taken <= room:
        yield word, taken
        return
    for words, style, link in word:
        for part in parts(words, room):
            yield [(part, style, link)], cells(part)


def _cells(word: list[Piece]) -> int:
    return sum(len(words) if words.isascii() else cells(words) for words, _, _ in word)


def _line(pieces: list[Piece]) -> Line:
    """The pieces as spans, neighbours of one style as one."""
    spans: list[Span] = []
    words, kind = "", ("", "")
    for piece in pieces:
        if piece[1:] == kind:
            words += piece[0]
            continue
        if words:
            spans.append(Span(words, *kind))
        words, kind = piece[0], piece[1:]
    if words:
        spans.append(Span(words, *kind))
    return tuple(spans)
