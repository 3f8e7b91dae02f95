"""The bar that a long job shows on a terminal: how far it is, how fast, and what remains."""

from __future__ import annotations

import threading
import time
from abc import abstractmethod

from rich.console import Console, RenderableType
from rich.constrain import Constrain
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn
from rich.table import Column
from rich.text import Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self, TextIO

NARROW = 72  # columns below which less is said
A_SECOND_LOOK = 2.0  # seconds before it is said how long the rest will take


class Drawn:
    """What all bars have: `with` one it is drawn on the terminal `stream` to the end, and then nothing is left there.

    `aside` may be called from any thread.
    """

    def __init__(self, stream: TextIO, words: type[_Words], total: int | None, *, color: bool) -> None:
        console = _Console(
            file=stream, color_system="auto" if color else None, markup=False, emoji=False, highlight=False
        )
        name = TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True))
        bar = BarColumn(None, complete_style="cyan", finished_style="cyan", table_column=Column(ratio=1, min_width=4))
        self._progress = _Progress(console, name, bar, words(console))
        self._lock = threading.RLock()
        self._task = self._progress.add_task("", total=total, papers=0, rate=0, left=None)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self._progress.stop()

    def aside(self, tell: Callable[[], None]) -> None:
        """Take the bar away, `tell` something on the same terminal, and draw it again below that."""
        with self._lock:
            drawn = self._progress.live.is_started
            self._progress.stop()
            try:
                tell()
            finally:
                if drawn:
                    self._progress.start()


class Bar(Drawn):
    """`with Bar(stream, months) as bar:`; `bar.heard` may be called from any thread."""

    def __init__(self, stream: TextIO, months: int, *, color: bool) -> None:
        super().__init__(stream, _Months, months, color=color)
        self._under_way: dict[str, int] = {}
        self._kept, self._began = 0, time.monotonic()

    def heard(self, month: str, papers: int) -> None:
        """So many papers of `month`, which is being asked for, have come."""
        with self._lock:
            self._under_way[month] = papers
            self._progress.update(self._task, description=month)
            self._say()

    def kept(self, month: str, papers: int) -> None:
        """A month is done; it had so many."""
        with self._lock:
            self._under_way.pop(month, None)
            self._kept += papers
            self._progress.advance(self._task)
            self._say()

    def _say(self) -> None:
        papers = self._kept + sum(self._under_way.values())
        rate = papers / max(time.monotonic() - self._began, 0.1)
        self._progress.update(self._task, papers=papers, rate=rate)


class FileBar(Drawn):
    """`with FileBar(stream, size) as bar:` for a file of `size` bytes, or of unknown size with None."""

    def __init__(self, stream: TextIO, size: int | None, *, color: bool) -> None:
        super().__init__(stream, _Records, size, color=color)
        self._size = size
        self._first: tuple[float, int, int] | None = None

    def heard(self, taken: int, records: int, papers: int) -> None:
        """So many bytes of the file are read, which held so many records, of which so many papers are kept. What was
        heard first is where it began."""
        now = time.monotonic()
        began, bytes_before, records_before = self._first = self._first or (now, taken, records)
        elapsed, done = now - began, taken - bytes_before
        left = elapsed / done * (self._size - taken) if self._size and done and elapsed > A_SECOND_LOOK else None
        rate = (records - records_before) / max(elapsed, 0.1)
        self._progress.update(self._task, completed=taken, records=records, papers=papers, rate=rate, left=left)


class SavingBar(Drawn):
    """`with SavingBar(stream, files) as bar:` for so many files, one after the other."""

    def __init__(self, stream: TextIO, files: int, *, color: bool) -> None:
        super().__init__(stream, _Bytes, None, color=color)
        self._files, self._at = files, 0
        self._began, self._before = 0.0, 0

    def next(self, name: str) -> None:
        """The next file is asked for, or waited for."""
        self._at += 1
        place = f"{self._at} of {self._files} · " if self._files > 1 else ""
        self._began = 0.0
        self._progress.reset(self._task, total=None, description=place + name, rate=0, left=None)

    def heard(self, there: int, size: int | None) -> None:
        """So many bytes of the file are there, of so many. What was heard first is where it began."""
        now = time.monotonic()
        if not self._began:
            self._began, self._before = now, there
        elapsed, came = now - self._began, there - self._before
        left = elapsed / came * (size - there) if size and came and elapsed > A_SECOND_LOOK else None
        rate = came / max(elapsed, 0.1)
        self._progress.update(self._task, completed=there, total=size, rate=rate, left=left)


class _Progress(Progress):
    def __init__(self, console: Console, *columns: ProgressColumn) -> None:
        self._terminal = console
        super().__init__(
            *columns, console=console, expand=True, transient=True, refresh_per_second=8,
            redirect_stdout=False, redirect_stderr=False,
        )  # fmt: skip

    def get_renderable(self) -> RenderableType:
        """Narrower than the terminal, which itself writes `^C` behind the bar: that must not begin a new line."""
        return Constrain(super().get_renderable(), max(self._terminal.width - 3, 1))


class _Console(Console):
    def show_cursor(self, show: bool = True) -> bool:
        """Leave the cursor as it is: were this process killed, nobody would bring it back."""
        return False


class _Words(ProgressColumn):
    """What stands behind the bar."""

    def __init__(self, console: Console) -> None:
        super().__init__(Column(no_wrap=True, overflow="ellipsis"))
        self._console = console

    def render(self, task: Task) -> Text:
        """The words at this moment."""
        few, more, left = self.words(task)
        left_words = [] if left is None else [f"{_spoken(left)} left"]
        return Text(" · ".join([*(few if self._console.width < NARROW else more), *left_words]))

    @abstractmethod
    def words(self, task: Task) -> tuple[list[str], list[str], float | None]:
        """On a narrow terminal; else; and the seconds that are left, None while that cannot be said."""


class _Months(_Words):
    """`12 of 35 months · 3,401 papers · 1,520/s · 12 s left`."""

    def words(self, task: Task) -> tuple[list[str], list[str], float | None]:
        """See `_Words`."""
        done, months = int(task.completed), int(task.total or 0)
        count, rate = f"{done} of {months}", f"{task.fields['rate']:,.0f}/s"
        elapsed = task.elapsed or 0.0
        left = elapsed / done * (months - done) if done and elapsed > A_SECOND_LOOK else None
        return [count, rate], [f"{count} months", f"{task.fields['papers']:,} papers", rate], left


class _Records(_Words):
    """`12,000 records · 3,401 papers · 2,520/s · 12 s left`."""

    def words(self, task: Task) -> tuple[list[str], list[str], float | None]:
        """See `_Words`."""
        count, rate = f"{task.fields.get('records', 0):,}", f"{task.fields['rate']:,.0f}/s"
        papers = f"{task.fields['papers']:,} papers"
        return [count, rate], [f"{count} records", papers, rate], task.fields["left"]


class _Bytes(_Words):
    """`1.2 of 3.4 MB · 800 kB/s · 3 s left`."""

    def words(self, task: Task) -> tuple[list[str], list[str], float | None]:
        """See `_Words`."""
        there, size = task.completed / 1e6, (task.total or 0) / 1e6
        count = f"{there:.1f} of {size:.1f} MB" if size else f"{there:.1f} MB"
        rate = f"{task.fields['rate'] / 1e3:,.0f} kB/s"
        return [count], [count, rate], task.fields["left"]


def _spoken(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
