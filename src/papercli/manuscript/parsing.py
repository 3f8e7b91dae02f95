"""Markdown as the tokens of markdown-it-py, one block of the text after the other, within bounds.

The library would keep half a kilobyte for every heading, item and cell of a text, and takes a text of any length at
once. Here it keeps only what is read of its tokens, for about as much of a text as real ones have; a longer one is
read on while the blocks before are drawn, and ends where it is longer than the text of any paper.
"""

from __future__ import annotations

from collections import deque

from markdown_it import MarkdownIt
from markdown_it.parser_block import ParserBlock
from markdown_it.rules_block import StateBlock, reference, table

from papercli.manuscript import MOST_CELLS, MOST_LETTERS, MOST_ROWS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

MOST_TOKENS = 400_000
"""Begins, ends and contents of blocks, and pieces of paragraphs: a real text of 4 MB has a fifth of that."""

MOST_AHEAD, MOST_OF_ONE = 20_000, 60_000
"""Tokens that are read ahead, for links to what is defined later; and those of one list, quotation or table."""

MOST_REFERENCES, LONGEST_REFERENCE = 10_000, 50
"""Definitions of links, and lines of one; what is more stays text."""

LONGEST_ROW = 20_000  # characters; what is longer is no row of a table
NESTED = 20  # of quotations, lists and emphasis; what is deeper is text
_READ = frozenset(
    ("inline", "heading_open", "table_open", "tr_open", "table_close", "fence", "code_block", "blockquote_open",
     "blockquote_close", "bullet_list_open", "bullet_list_close", "ordered_list_open", "ordered_list_close",
     "list_item_open")
)  # fmt: skip


class Markdown(MarkdownIt):
    """The library, within bounds."""

    def __init__(self) -> None:
        super().__init__()
        self.block = _Blocks()
        self.configure("commonmark", {"html": False, "maxNesting": NESTED}).enable("table")
        self.environ: dict[str, object] = {"references": {}}

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - the library's name
        """Take the address as it is written: `text.url` says what it is worth, and the library would encode in it
        what that refuses."""
        return url

    def validateLink(self, url: str) -> bool:  # noqa: N802
        """Take any, as `text.url` has not spoken yet."""
        return True

    def within(self, content: str) -> list[Token]:
        """The tokens of a paragraph, a heading or a cell."""
        found: list[Token] = []
        self.inline.parse(content, self, self.environ, found)
        return found


class Tokens:
    """The tokens of a text that are read, in order: iterate. `ahead` are the first of them, all of an ordinary text."""

    def __init__(self, markdown: Markdown, text: str) -> None:
        self.spent = 0
        self.broken_off = False
        """Whether one block was too large, and all after its beginning was left out."""

        self._kept = _Kept()
        self._state = StateBlock(text, markdown, markdown.environ, self._kept)
        self._steps = markdown.block.steps(self._state)  # type: ignore[attr-defined]
        self._length, self._line = len(text), 0
        while len(self._kept) < MOST_AHEAD and self._step():
            pass
        self.ahead = deque(self._kept)
        self._kept.clear()

    def __iter__(self) -> Iterator[Token]:
        while True:
            while self.ahead:
                token = self.ahead.popleft()
                self._line = token.map[0] if token.map else self._line
                yield token
            if not self._step():
                return
            self.ahead.extend(self._kept)
            self._kept.clear()

    def _step(self) -> bool:
        """Read one block more; whether there was one."""
        if self.broken_off:
            return False
        try:
            return next(self._steps, None) is not None
        except _TooManyError:
            self.broken_off = True
            return bool(self._kept)
        finally:
            self.spent, self._kept.pushed = self.spent + self._kept.pushed, 0

    def over(self) -> float:
        """How much of the text comes after the last token that was given, of 1."""
        return max(1e-9, 1 - self._state.bMarks[self._line] / max(1, self._length))


class _TooManyError(Exception):
    """One block has more tokens than any."""


class _Kept(list["Token"]):
    """Keeps the tokens that are read, and counts all."""

    pushed = 0

    def append(self, token: Token, /) -> None:
        self.pushed += 1
        many = len(self) > MOST_AHEAD + MOST_OF_ONE or self.pushed > 3 * MOST_OF_ONE
        if many and token.type != "inline":  # which belongs to what began before it
            raise _TooManyError
        if token.type in _READ:
            super().append(token)


class _Blocks(ParserBlock):
    def __init__(self) -> None:
        super().__init__()
        self.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
        self.ruler.at("reference", _reference)

    def steps(self, state: StateBlock) -> Iterator[int]:
        """Read the blocks of a text; the lines at which one ends."""
        rules, line = self.ruler.getRules(""), 0
        while (line := state.skipEmptyLines(line)) < state.lineMax:
            state.line = line
            any(rule(state, line, state.lineMax, False) for rule in rules)
            line = state.line
            yield line

    def tokenize(self, state: StateBlock, startLine: int, endLine: int) -> None:  # noqa: N803 - the library's names
        if state.level < NESTED:
            super().tokenize(state, startLine, endLine)
        else:
            _as_text(state, startLine, endLine)


def _as_text(state: StateBlock, line: int, end: int) -> None:
    """What is too deep in lists and quotations, as one paragraph; the library would leave out all to the end."""
    after = line + 1
    while after < end and (state.isEmpty(after) or state.sCount[after] >= state.blkIndent):
        after += 1
    content = state.getLines(line, after, state.blkIndent, False).strip()
    state.line = after
    token = state.push("inline", "", 0)
    token.content, token.map = content, [line, after]


def _reference(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """The definition of a link: of not too many, and looked for in a few lines."""
    if len(state.env["references"]) >= MOST_REFERENCES:
        return False
    most = state.lineMax
    state.lineMax = min(most, start + LONGEST_REFERENCE)
    try:
        return reference(state, start, end, silent)
    finally:
        state.lineMax = most
        state.env.pop("duplicate_refs", None)


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A table, of which so many rows are read; how many are left out is the `left` of its last token."""
    if not table(state, start, end, True):
        return False
    if silent:
        return True
    columns = len([name for name in _row(state, start + 1).split("|") if name.strip()])
    rows = min(MOST_ROWS, max(1, MOST_CELLS // columns))  # with that of the names
    last = most = min(end, start + 1 + rows)
    for line in range(start, most):
        if state.eMarks[line] - state.bMarks[line] > LONGEST_ROW:  # this and what comes after it is text
            last, most = line, end
            break
        if line > start + 1 and state.eMarks[line] - state.bMarks[start] > MOST_LETTERS:
            last = most = line
            break
    if last - start < 2 or not table(state, start, last, False):
        return False
    while most <= state.line < end and _goes_on(state, state.line, end):
        state.line += 1
    state.tokens[-1].meta["left"] = max(0, state.line - most)
    return True


def _row(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _goes_on(state: StateBlock, line: int, end: int) -> bool:
    """Whether the line is a row of the table before it, by the rule of the library."""
    if state.sCount[line] < state.blkIndent or state.isEmpty(line) or state.is_code_block(line):
        return False
    return not any(rule(state, line, end, True) for rule in state.md.block.ruler.getRules("blockquote"))
