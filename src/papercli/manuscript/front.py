"""What stands at the head of a text, and an abstract as a text."""

from __future__ import annotations

from papercli.manuscript import Heading, Prose, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from papercli.manuscript import Block

MOST_AUTHORS = 12


def headed(blocks: Iterable[Block], title: str, authors: Sequence[str], id: str, url: str) -> Iterator[Block]:
    """The blocks, with title, authors and address of the paper before them instead of their own title."""
    yield Heading(1, "", (Run(title),))
    names = ", ".join(authors[:MOST_AUTHORS])
    more = f" and {len(authors) - MOST_AUTHORS} more" if len(authors) > MOST_AUTHORS else ""
    yield Prose((Run(f"{names}{more}\n" if names else "", "dim"), Run(f"{id} · ", "dim"), Run(url, "", url)))
    for block in blocks:
        if not isinstance(block, Heading) or block.level > 1:
            yield block


def abstract(title: str, words: str) -> list[Block]:
    """The abstract as a text with one section; paragraphs in it are apart by an empty line."""
    return [
        Heading(1, "", (Run(title),)), Heading(2, "", (Run("Abstract"),)),
        *(Prose((Run(paragraph, "tex"),)) for paragraph in words.split("\n\n")),
    ]  # fmt: skip
