"""Which day `papers today` shows: the newest listing that the feed has, whatever the clock on the wall of the reader.

The feed's day turns at 21:30 in New York (01:30 UTC in summer, 02:30 in winter); nothing is listed at weekends. Here
the feed is a hub on loopback that knows only that rule, and what must be shown is worked out by the rule again.
"""

from __future__ import annotations

import io
import os
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hub import Hub
from papercli.app import App
from papercli.argv import defaults
from papercli.commands import Given, call

ZONES = ["UTC", "Pacific/Kiritimati"]  # the suite of trust called clocks has eight
HOLIDAYS = {date(2026, 7, 3), date(2027, 1, 1)}
SUMMER, WINTER = timedelta(hours=4), timedelta(hours=5)

# UTC instants, rising. Around the turn of the day, month, year and week, at weekends and holidays.
INSTANTS = [
    "2026-06-26 12:00", "2026-06-26 23:59", "2026-06-27 00:00", "2026-06-27 01:31", "2026-06-28 15:00",
    "2026-06-29 00:05", "2026-06-29 01:29", "2026-06-29 01:30", "2026-06-29 04:00", "2026-06-30 00:00",
    "2026-06-30 01:29", "2026-06-30 01:31", "2026-06-30 23:59", "2026-07-01 01:00", "2026-07-01 02:00",
    "2026-07-02 10:00", "2026-07-03 12:00", "2026-07-04 12:00", "2026-07-06 00:30", "2026-07-06 20:00",
    "2026-12-30 02:00", "2026-12-30 02:29", "2026-12-30 02:30", "2026-12-31 23:59", "2027-01-01 00:00",
    "2027-01-01 10:00", "2027-01-02 09:00", "2027-01-04 02:29", "2027-01-04 02:31", "2027-01-04 11:00",
]  # fmt: skip


def seconds(instant: str) -> float:
    return datetime.fromisoformat(instant).replace(tzinfo=UTC).timestamp()


def feed_day(at: float) -> date:
    """The day that the feed calls today: New York's, from 21:30 on the next one."""
    utc = datetime.fromtimestamp(at, UTC)
    new_york = utc - (SUMMER if 3 < utc.month < 11 else WINTER)
    return (new_york + timedelta(hours=2, minutes=30)).date()


def has_papers(day: date) -> bool:
    return day.weekday() < 5 and day not in HOLIDAYS


def newest(at: float) -> date:
    """The newest day with papers at that instant."""
    day = feed_day(at)
    while not has_papers(day):
        day -= timedelta(days=1)
    return day


def row(day: date, number: int) -> dict[str, Any]:
    return {
        "paper": {
            "id": f"{day:%y%m}.99{day.day:02}{number}",
            "title": f"Paper {number} of {day}",
            "publishedAt": f"{day - timedelta(days=1)}T00:00:00.000Z",
            "submittedOnDailyAt": f"{day}T00:00:00.000Z",
            "upvotes": number,
        }
    }


@pytest.fixture
def feed() -> Iterator[Hub]:
    """Three papers on every day of two fortnights that has a listing."""
    days = [first + timedelta(days=n) for first in (date(2026, 6, 22), date(2026, 12, 24)) for n in range(16)]
    hub = Hub({str(day): [row(day, number) for number in range(3)] for day in days if has_papers(day)})
    yield hub
    hub.stop()


class Screen:
    """What one run printed."""

    def __init__(self, out: str, err: str) -> None:
        self.caption = out.split("\n\n")[0].replace("\n", " · ")
        self.titles = [line for line in out.splitlines() if " Paper " in line]
        self.err = err

    @property
    def day(self) -> str:
        """The day named in the caption, as YYYY-MM-DD."""
        return str(datetime.strptime(self.caption.split(" · ")[1], "%a %d %b %Y").date())


def look(
    home: Path, hub: Hub, at: float, command: str = "today", hubs_day: date | None = None, **arguments: Any
) -> Screen:
    """Run a command at an instant, and draw cards. The hub's day is that instant's, unless `hubs_day` says another."""
    hub.today = hubs_day or feed_day(at)
    environ = {"HF_ENDPOINT": hub.url, "PAPERCLI_HOME": str(home), "COLUMNS": "200", "HOME": str(home)}
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
    app = App(Given(defaults("anywhere")), environ, out, err, now=lambda: at)  # type: ignore[arg-type]
    chosen = {"filters": defaults("filters"), "output": {**defaults("output"), "output": "cards"}}
    call(app, command, {**chosen, **arguments})
    app.library.close()
    app.outside.fetch.close()
    texts = [stream.buffer.getvalue().decode() for stream in (out, err)]  # type: ignore[attr-defined]
    return Screen(*texts)


@pytest.fixture
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


@pytest.mark.skipif(os.name != "posix", reason="a process's zone is set so on POSIX only")
@pytest.mark.parametrize("zone", ZONES, indirect=True)
def test_today_is_the_newest_listing_wherever_the_reader_is(zone: str, feed: Hub, tmp_path: Path) -> None:
    for instant in INSTANTS:
        at = seconds(instant)
        screen = look(tmp_path / str(at), feed, at)
        assert (screen.day, screen.err) == (str(newest(at)), ""), instant
        assert len(screen.titles) == 3
        assert all(f"of {newest(at)}" in title for title in screen.titles)
    assert [query for query in feed.requests if "date=" in query] == []


def test_the_instants_are_worth_their_names() -> None:
    shown = [newest(seconds(instant)) for instant in INSTANTS]
    assert len(INSTANTS) == 30
    assert shown == sorted(shown)
    assert len(set(shown)) >= 10
    assert sum(str(day) != instant[:10] for day, instant in zip(shown, INSTANTS, strict=True)) >= 10


@pytest.mark.parametrize(
    ("instant", "caption"),
    [
        ("2026-07-01 12:00", "Wed 1 Jul 2026 · 3 papers · still filling"),
        ("2026-07-01 01:31", "Wed 1 Jul 2026 · 3 papers · still filling"),  # 21:31 the evening before, in New York
        ("2026-07-01 01:29", "Tue 30 Jun 2026 · 3 papers · the newest; nothing is listed for Wed 1 Jul 2026 yet"),
        ("2026-06-27 12:00", "Fri 26 Jun 2026 · 3 papers · the newest; nothing is listed on Saturdays and Sundays"),
        ("2026-06-28 23:00", "Fri 26 Jun 2026 · 3 papers · the newest; nothing is listed on Saturdays and Sundays"),
        ("2026-06-29 01:00", "Fri 26 Jun 2026 · 3 papers · the newest; nothing is listed for Mon 29 Jun 2026 yet"),
        ("2026-07-03 12:00", "Thu 2 Jul 2026 · 3 papers · the newest; nothing is listed for Fri 3 Jul 2026 yet"),
        ("2026-07-04 12:00", "Thu 2 Jul 2026 · 3 papers · the newest; nothing has been listed since"),
        ("2027-01-01 02:00", "Thu 31 Dec 2026 · 3 papers · the newest; nothing is listed for Fri 1 Jan 2027 yet"),
    ],
)
def test_the_caption_names_the_day_and_says_why_it_is_not_todays(
    feed: Hub, tmp_path: Path, instant: str, caption: str
) -> None:
    assert look(tmp_path, feed, seconds(instant)).caption == f"Daily Papers · {caption}"


def test_day_of_the_newest_prints_the_same_as_today(feed: Hub, tmp_path: Path) -> None:
    for instant in ("2026-07-01 12:00", "2026-07-01 01:29", "2026-06-27 12:00"):
        at = seconds(instant)
        today = look(tmp_path / "one", feed, at)
        day = look(tmp_path / "one", feed, at, "day", when=str(newest(at)))
        assert (day.titles, day.caption, day.err) == (today.titles, today.caption, "")


def test_a_clock_that_is_slow_still_shows_the_feeds_newest(feed: Hub, tmp_path: Path) -> None:
    at = seconds("2026-06-30 23:00")
    assert feed_day(at) == date(2026, 6, 30)
    screen = look(tmp_path, feed, at, hubs_day=date(2026, 7, 1))
    assert (screen.day, screen.err) == ("2026-07-01", "")
    assert screen.caption.endswith("still filling")


def test_a_clock_that_is_days_ahead_says_that_nothing_was_listed_since(feed: Hub, tmp_path: Path) -> None:
    screen = look(tmp_path, feed, seconds("2026-07-09 12:00"), hubs_day=date(2026, 7, 1))
    assert screen.caption.endswith("the newest; nothing has been listed since")
    assert screen.day == "2026-07-01"


def test_a_row_from_a_day_that_cannot_be_yet_is_not_believed(feed: Hub, tmp_path: Path) -> None:
    feed.days["2026-07-01"].append(row(date(2199, 1, 7), 7))
    screen = look(tmp_path, feed, seconds("2026-07-01 12:00"))
    assert (screen.day, len(screen.titles)) == ("2026-07-01", 3)


def test_an_age_is_told_when_the_hub_is_gone(feed: Hub, tmp_path: Path) -> None:
    look(tmp_path, feed, seconds("2026-07-01 12:00"))
    feed.stop()
    screen = look(tmp_path, feed, seconds("2026-07-01 15:10"))
    assert screen.caption == "Daily Papers · Wed 1 Jul 2026 · 3 papers · still filling; kept 3 h ago"
    assert "this is what was kept 3 h ago" in screen.err
    monday = look(tmp_path, feed, seconds("2026-07-06 12:00"))
    assert monday.caption == "Daily Papers · Wed 1 Jul 2026 · 3 papers · the newest known 5 days ago"


@pytest.mark.parametrize(
    ("when", "reason"),
    [
        ("2026-07-04", "nothing is listed on Sat 4 Jul 2026, a Saturday; the nearest listing is Thu 2 Jul 2026"),
        ("2026-06-28", "nothing is listed on Sun 28 Jun 2026, a Sunday; the nearest listing is "),
        (
            "2026-07-03",
            "nothing was listed on Fri 3 Jul 2026, perhaps a holiday; the nearest listing is Thu 2 Jul 2026",
        ),
        ("2026-07-07", "Tue 7 Jul 2026 has not begun on Hugging Face yet; the nearest listing is Mon 6 Jul 2026"),
        ("2020-01-01", "there were no listings before Thu 4 May 2023; the nearest listing is Thu 4 May 2023"),
    ],
)
def test_a_day_without_papers_says_why_and_names_the_nearest(feed: Hub, tmp_path: Path, when: str, reason: str) -> None:
    screen = look(tmp_path, feed, seconds("2026-07-06 20:00"), "day", when=when)
    assert screen.err.startswith(f"papers: {reason}")
    assert (screen.titles, "no papers" in screen.caption) == ([], True)
