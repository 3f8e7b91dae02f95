"""One run of one suite: which cases, with which dice, and what came of them."""

from __future__ import annotations

import random
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SHOWN = 20  # failures that are told; the rest are counted


class Trial:
    """What a suite is given. `long` is the long form; `part` of `parts` says which share of the numbers is its own."""

    def __init__(self, suite: str, *, seed: int, long: bool = False, only: str = "", part: int = 0, parts: int = 1):
        self.suite = suite
        self.long = long
        self.part, self.parts = part, parts
        self.counts: Counter[str] = Counter()
        self.notes: list[str] = []
        self.told: list[str] = []
        self.failures: list[str] = []
        self.failed = 0
        self._seed = seed
        self._only = only

    def numbers(self, gate: int, long: int, *, what: str = "cases", kind: str = "") -> Iterator[int]:
        """The numbers of the cases that are this process's: of `gate` in all, or of `long` in the long form. `what`
        is the name under which they are counted in the figures; `kind` tells several rows of cases in one suite
        apart."""
        if self._only:
            asked, _, number = self._only.rpartition(":")
            numbers = [int(number)] if asked == kind and number.isdigit() else []
        else:
            numbers = range(self.part, long if self.long else gate, self.parts)  # type: ignore[assignment]
        for number in numbers:
            self.counts[what] += 1
            yield number

    def named(self, names: list[str], *, what: str = "cases") -> Iterator[str]:
        """The names of the cases that are this process's, counted as `what`."""
        for place, name in enumerate(names):
            if name == self._only or (not self._only and place % self.parts == self.part):
                self.counts[what] += 1
                yield name

    def random(self, case: object) -> random.Random:
        """Dice for a case: the same each time for the same seed, suite and case."""
        return random.Random(f"{self._seed} {self.suite} {case}")

    def count(self, what: str, many: int = 1) -> None:
        """Add to a figure of the report."""
        self.counts[what] += many

    def note(self, words: str) -> None:
        """Something for the report: what could not be run here, and why; or the worst that was seen."""
        if words:
            self.notes.append(words)

    def tell(self, words: str) -> None:
        """Something for whoever runs the suite, too small for the report."""
        self.told.append(words)

    def check(self, right: bool, case: object, said: str) -> bool:
        """Note a failure of `case` unless it is `right`; `said` is what is wrong, in one line."""
        if not right:
            self.failed += 1
            if len(self.failures) < SHOWN:
                again = f"python -m tests.trust --suite {self.suite} --seed {self._seed} --case {case}"
                self.failures.append(f"{self.suite} {case}: {said}\n    again: {again}{' --long' * self.long}")
        return right

    @contextmanager
    def case(self, case: object, *, may: tuple[type[BaseException], ...] = ()) -> Iterator[None]:
        """Run a case: an error other than those it `may` raise is a failure of it."""
        try:
            yield
        except may:
            pass
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            self.check(False, case, f"{type(error).__name__}: {error} ({place.filename}:{place.lineno})")


Suite = Callable[[Trial], None]
