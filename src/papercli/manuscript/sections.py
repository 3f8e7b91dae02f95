"""The sections of a text: their names, and one of them alone."""

from __future__ import annotations

from papercli.errors import BadRequest
from papercli.manuscript import Heading, Rest, said
from papercli.text import folded
from papercli.value import changed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from papercli.manuscript import Block

NAMED = 8  # names in a message


def numbered(blocks: Iterable[Block]) -> list[Block]:
    """The blocks; where the paper numbers nothing, its headings are counted."""
    found = list(blocks)
    listed = [block for block in found if isinstance(block, Heading) and block.listed and block.level > 1]
    if any(block.number for block in listed):
        return found
    counts: list[tuple[int, int]] = []  # (level, number), outermost first
    for place, block in enumerate(found):
        if isinstance(block, Heading) and block.listed and block.level > 1:
            last = 0
            while counts and counts[-1][0] >= block.level:
                last = counts.pop()[1]
            counts.append((block.level, last + 1))
            found[place] = changed(block, number=".".join(str(number) for _, number in counts))
    return found


def headings(blocks: Iterable[Block]) -> list[Heading]:
    """What a table of contents lists, in order."""
    return [block for block in blocks if isinstance(block, Heading) and block.listed and block.level > 1]


def depth(heading: Heading, least: int) -> int:
    """How deep it stands in the table of contents, from 0. `least` is the level of the highest in it."""
    if heading.number and heading.number[0].isdigit():
        return heading.number.count(".")
    return max(0, heading.level - least)


def section(blocks: Sequence[Block], wanted: str) -> list[Block]:
    """The section that is called so, with those in it: by its number, its name, or a part of the name.

    Raises BadRequest when there is none, or more than one.
    """
    at = _place(blocks, wanted)
    level = blocks[at].level  # type: ignore[union-attr]
    end = next(
        (
            place
            for place in range(at + 1, len(blocks))
            if isinstance(there := blocks[place], Heading) and there.listed and there.level <= level
        ),
        len(blocks),
    )
    return list(blocks[at:end])


def _place(blocks: Sequence[Block], wanted: str) -> int:
    known = [
        (place, folded(block.number), folded(said(block.runs)))
        for place, block in enumerate(blocks)
        if isinstance(block, Heading) and block.listed and block.level > 1
    ]
    sought = folded(wanted).strip()
    for found in (
        [place for place, number, _ in known if number and number == sought.removesuffix(".")],
        [place for place, number, name in known if sought in (name, f"{number} {name}")],
        [place for place, _, name in known if sought and sought in name],
    ):
        if len(found) == 1:
            return found[0]
        if found:
            raise BadRequest(f"“{wanted}” may be one of several sections", hint=_listed(blocks, found))
    hint = _listed(blocks, [place for place, _, _ in known]) if known else "the text has none"
    where = (
        " in what is read of the text, which is too long"
        if any(isinstance(block, Rest) for block in blocks[-1:])
        else ""
    )
    raise BadRequest(f"there is no section “{wanted}”{where}", hint=hint)


def _listed(blocks: Sequence[Block], places: Sequence[int]) -> str:
    found = [block for place in places if isinstance(block := blocks[place], Heading)]
    names = [f"{block.number} {said(block.runs)}".strip() for block in found]
    more = f", and {len(names) - NAMED} more: see --toc" if len(names) > NAMED else ""
    return f"there {'are' if len(names) > 1 else 'is'} {', '.join(names[:NAMED])}{more}"
