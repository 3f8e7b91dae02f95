"""A made-up history of the size of a real one, served in a process of its own.

Prints the hub's address and serves until standard input ends.

    python tests/bench/past.py MONTHS PAPERS_A_DAY
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from day import Row, feed

from hub import Hub


def past(newest: date, months: int, a_day: int) -> dict[str, list[Row]]:
    """ISO day -> rows: so many papers on every weekday of so many months, the last of which is that of `newest`."""
    models = [
        (row["paper"]["id"], row["paper"]["submittedOnDailyAt"][:10], json.dumps(row))
        for rows in feed(newest).values()
        for row in rows
    ]
    days: dict[str, list[Row]] = {}
    day = newest
    while (newest.year - day.year) * 12 + newest.month - day.month < months:
        if day.weekday() < 5:
            days[day.isoformat()] = [_row(models[n % len(models)], day, n) for n in range(a_day)]
        day -= timedelta(days=1)
    return days


def _row(model: tuple[str, str, str], day: date, number: int) -> Row:
    id, was, text = model
    row: Row = json.loads(text.replace(id, f"{day:%y%m}.{day:%d}{number:03}").replace(was, day.isoformat()))
    row["paper"]["upvotes"] = number * 37 % 101
    return row


def main() -> None:
    """Serve."""
    months, a_day = map(int, sys.argv[1:])
    hub = Hub(past(datetime.now(UTC).date(), months, a_day))
    print(hub.url, flush=True)
    sys.stdin.read()
    hub.stop()


if __name__ == "__main__":
    main()
