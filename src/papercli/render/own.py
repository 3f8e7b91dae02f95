"""What is the reader's own about a paper: marks, tags and notes, and the topics that it belongs to."""

from __future__ import annotations

import re

from papercli.render.layout import Line, Span, joined

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from papercli.paper import Entry

SIGNS = (("starred", "★"), ("later", "»"), ("read", "✓"), ("hidden", "−"))


def signs(entry: Entry) -> str:
    """A sign for each mark, tags and notes among them; "" for none."""
    own = [sign for name, sign in SIGNS if getattr(entry, name)]
    return "".join([*own, *["#"] * bool(entry.tags), *["✎"] * bool(entry.note)])


def own(entry: Entry) -> Line:
    """Marks, tags, the beginning of the note, and why it is shown, in words; () when there is nothing to say."""
    parts: list[Line] = [(Span(f"{sign} {name}", "star"),) for name, sign in SIGNS if getattr(entry, name)]
    parts += [(Span(f"#{tag}", "star"),) for tag in entry.tags]
    parts += [(Span(reason, "remark"),) for reason in entry.why]
    if entry.note:
        parts.append((Span(f"✎ {' '.join(entry.note.split())}"),))
    return joined(parts)


def emphasised(line: str, style: str, matched: Sequence[str]) -> Line:
    """The line in `style`, with the words that were looked for in a style of their own."""
    if not matched:
        return (Span(line, style),)
    pieces = re.split(rf"\b({'|'.join(map(re.escape, sorted(matched, key=len, reverse=True)))})\b", line)
    return tuple(Span(piece, "match" if place % 2 else style) for place, piece in enumerate(pieces) if piece)
