"""What a page says, gathered into blocks: words in their style, and where one paragraph ends."""

from __future__ import annotations

import re
from collections import deque
from urllib.parse import urljoin

from papercli.manuscript import LONGEST_PARAGRAPH, Prose, Run, place_in
from papercli.mathematics import formula
from papercli.text import sheet, url
from papercli.value import changed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from papercli.manuscript import Block, Place, Runs

MOST_RUNS = 5_000  # of a paragraph; what is more goes on in another
MOST_INSIDE = 12  # headings, cells, captions, notes and code in one another; what is deeper is text of the last


class Gathering:
    """The blocks of a page at `address`, in the order in which they end."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._ready: deque[Block] = deque()
        self._runs: list[Run] = []
        self._outer: list[list[Run]] = []
        """What was being said when something inside it began: a heading, a cell, a caption, a note."""

        self._inside = 0  # characters in the outermost of them

        self._styles: list[str] = []
        self._links: list[str] = []
        self._lists: list[int] = []
        self._quoted, self._marker, self._code = 0, "", 0
        self._notes: list[Prose] = []
        self._begun = False
        """Whether the paper itself has begun; what the page says before is not of it."""

    def based(self, address: str) -> None:
        """Have further addresses be relative to this one."""
        self._address = self._absolute(address) or self._address

    def taken(self) -> Iterator[Block]:
        """The blocks that are whole, each once."""
        while self._ready:
            yield self._ready.popleft()

    def said(self, data: str) -> None:
        """Hear text. Line ends in it are blanks, except in code."""
        if self._code and data.isspace() and self._ended():
            return  # between two lines of a listing, which are elements
        if self._begun:
            words = sheet(data)
            self._add(words if self._code else words.replace("\n", " "), self._styles[-1] if self._styles else "")

    def formula(self, tex: str) -> None:
        """Hear a formula, by the TeX that it was made of."""
        tex = re.sub(r"^\\displaystyle\s*", "", " ".join(sheet(tex.replace("%\n", "")).split()))
        if self._code:  # an algorithm, whose lines stay as they are
            self._add(formula(tex) or tex, "")
        elif tex and self._begun:
            self._add(f"${tex}$", "formula")

    def broken(self) -> None:
        """Hear that a line ends."""
        self._add("\n" if self._begun else "", "")

    def flush(self) -> None:
        """End a paragraph, unless it is part of something; its footnotes come after it."""
        if self._outer:
            self._add(" " if not self._code else "" if self._ended() else "\n", "")
            return
        if any(run.words.strip() for run in self._runs):
            self._ready.append(Prose(tuple(self._runs), self._place()))
        self._runs = []
        self._ready.extend(self._notes)
        self._notes = []

    def settle(self) -> None:
        """End a paragraph that is longer than any."""
        many = len(self._runs)
        if not self._outer and (many > MOST_RUNS or sum(len(run.words) for run in self._runs) > LONGEST_PARAGRAPH):
            last = self._runs.pop()
            words, blank, begun = last.words.rpartition(" ")
            self._runs.append(changed(last, words=words + blank or begun))
            self.flush()
            self._runs = [changed(last, words=begun)] if blank and begun else []

    def held(self) -> int:
        """How much is held of what has not ended: runs, or tenths of characters."""
        return max(len(self._runs) + len(self._notes) + sum(map(len, self._outer)), self._inside // 10)

    def _ended(self) -> bool:
        return bool(self._runs) and self._runs[-1].words.endswith("\n")

    def _add(self, words: str, style: str) -> None:
        if words:
            self._inside += len(words) if self._outer else 0
            self._runs.append(Run(words, style, self._links[-1] if self._links else ""))

    def _place(self) -> Place:
        place, self._marker = place_in(len(self._lists), self._quoted, self._marker), ""
        return place

    def _begin(self) -> None:
        self._inside = self._inside if self._outer else 0
        self._outer.append(self._runs)
        self._runs = []

    def _end(self) -> Runs:
        found = tuple(self._runs)
        self._runs = self._outer.pop()
        return found

    def _absolute(self, address: str) -> str:
        """The `http(s)` address that a relative one means here; "" where it means none."""
        try:
            return url(urljoin(self._address, address))
        except ValueError:  # such as one with half an IPv6 host
            return ""
