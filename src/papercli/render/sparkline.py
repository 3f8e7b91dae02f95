"""Numbers as a line of small columns, and as a bar; in letters where there is nothing better."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

COLUMNS = "▁▂▃▄▅▆▇█"
LETTERS = "_.-~=+*#"
WIDEST = 16


def sparkline(numbers: Sequence[float], *, unicode: bool, least: float = 0) -> str:
    """A column for each number, in as many cells; `least` and what is below it is the lowest column, the greatest of
    them the highest."""
    signs, most = COLUMNS if unicode else LETTERS, max(numbers, default=0)
    if most <= least:
        return signs[0] * len(numbers)
    steps = (round((number - least) / (most - least) * (len(signs) - 1)) for number in numbers)
    return "".join(signs[max(0, step)] for step in steps)


def gathered(numbers: Sequence[int], most: int) -> list[int]:
    """The numbers added up in equal groups, so that at most `most` are left; the oldest may be of fewer."""
    size = max(1, -(-len(numbers) // most))
    short = len(numbers) % size
    groups = [numbers[:short]] if short else []
    groups += [numbers[place : place + size] for place in range(short, len(numbers), size)]
    return [sum(group) for group in groups]


def bar(number: float, most: float, room: int, *, unicode: bool) -> str:
    """A bar of at most `room` cells, which is as long as `most` is; exact to an eighth of a cell where there are signs
    for it. What is more than nothing is never nothing."""
    from rich.bar import END_BLOCK_ELEMENTS, FULL_BLOCK

    if number <= 0 or most <= 0:
        return ""
    eighths = max(1, round(number / most * room * 8))
    if not unicode:
        return "#" * max(1, round(eighths / 8))
    return FULL_BLOCK * (eighths // 8) + END_BLOCK_ELEMENTS[eighths % 8].strip()


def over_time(history: Sequence[tuple[datetime, int]], most: int = WIDEST) -> list[int]:
    """What was counted at equal distances in time, from the first look to the last, in at most `most` numbers: each is
    the last that was known then."""
    if len(history) <= 2:
        return [count for _, count in history]
    first, last = history[0][0], history[-1][0]
    columns = min(most, len(history))
    found, place = [], 0
    for column in range(columns):
        moment = first + (last - first) * column / (columns - 1)
        while place + 1 < len(history) and history[place + 1][0] <= moment:
            place += 1
        found.append(history[place][1])
    return [*found[:-1], history[-1][1]]


def rise(history: Sequence[tuple[datetime, int]]) -> tuple[int, int, str] | None:
    """(votes at the first look, at the last, how long between them in words); None where they were ever the same."""
    if len({count for _, count in history}) < 2:
        return None
    minutes = (history[-1][0] - history[0][0]).total_seconds() / 60
    many, name = next(
        ((minutes / size, name) for size, name in ((1_440, "day"), (60, "hour")) if minutes >= 2 * size),
        (minutes, "minute"),
    )
    return history[0][1], history[-1][1], f"{max(1, round(many))} {name}{'s' * (round(many) > 1)}"
