"""Tables, equations and figures of a page, by their elements."""

from __future__ import annotations

from papercli.manuscript import MOST_CELLS, MOST_LETTERS, MOST_ROWS, Figure, Formula, Prose, Run, Table
from papercli.manuscript import said as words_of
from papercli.manuscript.formulas import inner
from papercli.manuscript.gathering import Gathering
from papercli.text import sheet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from papercli.manuscript import Runs

MOST_COLUMNS = 1_000


class Cells:
    """The cells of a table that is being read: those over several columns or rows leave empty ones beside them."""

    def __init__(self) -> None:
        self.rows: list[list[Runs]] = []
        self.head = 0
        self.left = 0
        """Rows that are left out, or not whole."""

        self._heading = False
        self._below: dict[int, int] = {}  # rows to come in which a column is taken, by column
        self._many = self._letters = 0
        self._full = self._lost = False

    def heads(self, begun: bool) -> None:
        """The rows that name the columns begin, or end."""
        self._heading = begun

    def row(self) -> None:
        """Begin a row."""
        self._full, self._lost = len(self.rows) == MOST_ROWS or self._many > MOST_CELLS, False
        if not self._full:
            self.rows.append([])
            self.head += self._heading and self.head == len(self.rows) - 1

    def add(self, runs: Runs, across: int, down: int) -> None:
        """The next cell of the row, over so many columns and rows; without a row, it begins one."""
        if not self.rows:
            self.row()
        row = self.rows[-1]
        self._letters += sum(len(run.words) for run in runs)
        beyond = self._many > MOST_CELLS or self._letters > MOST_LETTERS or len(row) == MOST_COLUMNS
        if self._full or beyond:
            self.left += not self._lost
            self._lost = True
            return
        self._skip(row)
        for place in range(min(across, MOST_COLUMNS - len(row))):
            if down > 1:
                self._below[len(row)] = down - 1
            row.append(() if place else runs)
            self._many += 1
        self._skip(row)

    def _skip(self, row: list[Runs]) -> None:
        while self._below.get(len(row), 0) and len(row) < MOST_COLUMNS:
            self._below[len(row)] -= 1
            row.append(())

    def table(self) -> tuple[tuple[Runs, ...], ...]:
        """The rows in which something stands."""
        return tuple(tuple(row) for row in self.rows if any(words_of(cell) for cell in row))


class Tabular(Gathering):
    """What tables, equations and figures mean for what is gathered."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self._tables: list[Cells] = []
        self._spans: list[tuple[int, int]] = []
        self._equations, self._number = 0, ""
        self._figures: list[tuple[list[str], list[Run]]] = []  # images and captions

    def held(self) -> int:
        """How much is held of what has not ended, images and captions too."""
        return super().held() + sum(len(images) + len(caption) for images, caption in self._figures)

    def settle(self) -> None:
        """End a paragraph that is longer than any; equations are none."""
        if not self._equations:
            super().settle()

    def image(self, address: str, words: str) -> None:
        """Hear of an image, with what is said in its place."""
        address = self._absolute(address)
        if self._figures:
            self._figures[-1][0].extend([address] if address else [])
        elif self._begun:
            self._runs.append(Run(sheet(words).replace("\n", " ") or "image", "image", address))

    def _begin_table(self, tag: str, given: Mapping[str, str]) -> None:
        self._tables.append(Cells())

    def _end_table(self, tag: str, classes: str) -> None:
        cells = self._tables.pop()
        if (rows := cells.table()) or cells.left:
            if self._outer:  # a table in a cell
                for row in rows:
                    self._runs += [run for cell in row for run in (*cell, Run(" "))] + [Run("\n")]
                self._runs += [Run(f"… {cells.left:,} more rows")] if cells.left else []
            else:
                self._ready.append(Table(rows, max(0, min(cells.head, len(rows) - 1)), self._place(), cells.left))

    def _begin_head(self, tag: str, given: Mapping[str, str]) -> None:
        self._tables[-1].heads(True)

    def _end_head(self, tag: str, classes: str) -> None:
        self._tables[-1].heads(False)

    def _begin_row(self, tag: str, given: Mapping[str, str]) -> None:
        self._tables[-1].row()

    def _begin_cell(self, tag: str, given: Mapping[str, str]) -> None:
        self._spans.append((_count(given.get("colspan")), _count(given.get("rowspan"))))

    def _end_cell(self, tag: str, classes: str) -> None:
        across, down = self._spans.pop()
        self._tables[-1].add(self._end(), across, down)

    def _end_number(self, tag: str, classes: str) -> None:
        self._number = words_of(self._end())

    def _begin_equations(self, tag: str, given: Mapping[str, str]) -> None:
        self._equations += 1

    def _end_equation(self, tag: str, classes: str) -> None:
        """A row of equations is a formula, whatever cells it is in."""
        parts = [inner(run.words)[0] if run.style == "formula" else run.words.strip() for run in self._runs]
        number, self._number = self._number, ""
        self._runs = []
        if tex := " ".join(filter(None, parts)):
            self._ready.append(Formula(tex, number, self._place()))

    def _end_equations(self, tag: str, classes: str) -> None:
        self._end_equation(tag, classes)
        self._equations -= 1

    def _begin_figure(self, tag: str, given: Mapping[str, str]) -> None:
        self._figures.append(([], []))

    def _end_figure(self, tag: str, classes: str) -> None:
        self.flush()
        images, caption = self._figures.pop()
        if self._figures:
            self._figures[-1][0].extend(images)
            self._figures[-1][1].extend([*caption, Run(" ")] if caption else [])
        elif images or (caption and "ltx_figure" in classes):
            self._ready.append(Figure(tuple(images), tuple(caption) or (Run("Figure"),), self._place()))
        elif caption:
            self._ready.append(Prose(tuple(caption), self._place()))

    def _end_caption(self, tag: str, classes: str) -> None:
        found = self._end()
        if self._figures:
            self._figures[-1][1].extend(found)
        else:
            self._runs += found
            self.flush()


def _count(given: str | None) -> int:
    """How many columns or rows a cell is over."""
    return min(int(given), MOST_COLUMNS) if given and given.isascii() and given.isdigit() and len(given) < 5 else 1
