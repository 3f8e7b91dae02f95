"""The same instant gives the same answer in every time zone, whatever the year; a time ahead is never fresh.

The days are those of the source, in UTC: what is `today`, `yesterday`, `-3d` or `friday` is counted here from the
newest listing once more, by calendar alone.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from hub import Hub

from .reader import Reader, rows, scaled
from .trial import Trial

PARTS = 2
ZONES = (
    "UTC", "America/New_York", "America/Los_Angeles", "Europe/Berlin", "Asia/Kolkata", "Asia/Tokyo",
    "Pacific/Kiritimati", "Etc/GMT+12",
)  # fmt: skip
INSTANTS = (
    "1970-01-01 00:00:00", "1999-12-31 23:59:59", "2000-02-29 12:00:00", "2016-12-31 23:59:59", "2024-02-29 23:30:00",
    "2026-03-08 06:59:59", "2026-03-08 07:00:00", "2026-03-29 00:59:59", "2026-03-29 01:00:00", "2026-06-29 01:29:59",
    "2026-06-29 01:30:00", "2026-07-03 12:00:00", "2026-07-04 12:00:00", "2026-07-05 23:59:59", "2026-10-25 00:30:00",
    "2026-11-01 05:30:00", "2026-12-31 23:59:59", "2027-01-01 00:00:00", "2027-01-03 23:59:59", "2028-02-29 00:00:00",
    "2032-12-27 00:00:00", "2038-01-19 03:14:07", "2038-01-19 03:14:08", "2100-02-28 23:59:59", "9999-12-31 23:59:59",
)  # fmt: skip
LINES = (
    "today -o cards",
    "day today",
    "day yesterday",
    "day -3d",
    "day friday",
    "week",
    "list --since -3d",
)


def suite(trial: Trial) -> None:
    """Every instant in every zone, by what was kept at that instant; then clocks that go wrong."""
    with scaled():
        zones = [zone for zone in ZONES if zone == "UTC" or Path("/usr/share/zoneinfo", zone).exists()]
        if not hasattr(time, "tzset") or len(zones) < len(ZONES):
            trial.note("time zones are those that this system knows")
        for name in trial.named(list(INSTANTS), what="instants"):
            with trial.case(name):
                everywhere(trial, name, zones if hasattr(time, "tzset") else ["UTC"])
        for name in trial.named([f"{kept} / {now}" for kept in LEAPS for now in LEAPS], what="clocks that leap"):
            with trial.case(name):
                leap(trial, name)


def seconds(instant: str) -> float:
    """Seconds since 1970 of a UTC instant."""
    return datetime.fromisoformat(instant).replace(tzinfo=UTC).timestamp()


def hub_at(at: float) -> Hub:
    """Two papers on each weekday of the fortnight up to the UTC day of `at`; that is the hub's present."""
    today = datetime.fromtimestamp(at, UTC).date()
    days = [today - timedelta(back) for back in range(14) if today - date.min > timedelta(back)]
    return Hub({str(day): [_row(day, n) for n in range(2)] for day in days if day.weekday() < 5}, today=str(today))


def _row(day: date, number: int) -> dict[str, object]:
    id = f"2601.{day.toordinal() % 9_000 * 10 + number + 10_000:05}"
    paper = {"id": id, "title": f"Paper {number} of {day}", "publishedAt": f"{day}T00:00:00.000Z", "upvotes": number}
    return {"paper": {**paper, "submittedOnDailyAt": f"{day}T00:00:00.000Z"}}


@contextmanager
def in_zone(zone: str) -> Iterator[None]:
    """This process in a time zone."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = zone
    time.tzset()
    try:
        yield
    finally:
        os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
        time.tzset()


def everywhere(trial: Trial, name: str, zones: list[str]) -> None:
    """One instant: what is said in UTC is right, and the same everywhere else."""
    at, hub = seconds(name), hub_at(seconds(name))
    reader = Reader(HF_ENDPOINT=hub.url, COLUMNS="200")
    reader.at = at
    said: dict[str, tuple[int, str, str]] = {}
    for zone in zones:
        reader.environ["TZ"] = zone
        with in_zone(zone):
            for line in LINES if trial.long or zone == "UTC" else LINES[:3]:
                done = reader.run(*line.split(), *([] if " -o " in line else ["--json"]))
                trial.count("answers")
                trial.check(not done.wrong(), f"{name}", f"{zone}: {line}: {done.wrong()}")
                first = said.setdefault(line, (done.code, done.out, done.err))
                same = first == (done.code, done.out, done.err)
                trial.check(same, name, f"{zone}: {line}: not what is said in UTC: {done.err!r} {done.out[:200]!r}")
    hub.stop()
    right(trial, name, hub, said)
    reader.leave()


def right(trial: Trial, name: str, hub: Hub, said: dict[str, tuple[int, str, str]]) -> None:
    """What was said in UTC, held against the calendar."""
    newest = date.fromisoformat(max(hub.days))
    caption = said["today -o cards"][1].split("\n")[0]
    trial.check(f"{newest:%a} {newest.day} {newest:%b} {newest.year:04}" in caption, name, f"the caption: {caption!r}")
    first = date(2023, 5, 4)  # of the first listing; nothing before it is asked for
    friday = newest - timedelta((newest.weekday() - 4) % 7)
    meant = {
        "day today": newest, "day yesterday": newest - timedelta(1), "day -3d": newest - timedelta(3),
        "day friday": friday,
    }  # fmt: skip
    for line, day in meant.items():
        code, out, err = said[line]
        there = {row["listed"] for row in json.loads(out)} if not code else set()
        due = {str(day)} if str(day) in hub.days and (day >= first or day == newest) else set()
        trial.check(code == 0 and there == due, name, f"{line}: exit {code}, days {there}, not {due}: {err!r}")
    code, out, err = said["list --since -3d"]
    kept = {row["listed"] for row in json.loads(out)} if not code else set()
    early = {day for day in kept if day < str(newest - timedelta(3))}
    trial.check(code == 0 and not early and bool(kept), name, f"list --since -3d: {kept}: {err!r}")
    trial.check(not re.search(r"in the future|-\d+ (h|min)", caption), name, f"the caption: {caption!r}")


LEAPS = {"then": 0.0, "a year before": -3.2e7, "ten years after": 3.2e8, "a second after": 1.0, "1970": -1.7830e9}
"""Clocks, in seconds from noon of 3 July 2026: of the run that keeps a listing, and of the next."""


def leap(trial: Trial, name: str) -> None:
    """A listing kept by one clock and looked at by another: it is fresh for ten minutes after, and never before."""
    kept, _, now = name.partition(" / ")
    hub = hub_at(seconds("2026-07-03 12:00:00"))
    reader = Reader(HF_ENDPOINT=hub.url)
    reader.at += LEAPS[kept]
    once = reader.run("today", "--json")
    asked = len(hub.requests)
    reader.at += LEAPS[now] - LEAPS[kept]
    again = reader.run("today", "--json")
    fresh = 0 <= LEAPS[now] - LEAPS[kept] < 600 or (kept, now) == ("a second after", "then")
    trial.check((len(hub.requests) == asked) == fresh, name, f"{len(hub.requests) - asked} requests the second time")
    trial.check(once.code == again.code == 0, name, f"exit {once.code}, {again.code}: {once.err!r} {again.err!r}")
    trial.check(rows(once.out) == rows(again.out), name, "another listing")
    hub.stop()
    reader.leave()
