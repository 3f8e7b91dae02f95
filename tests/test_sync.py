"""The history in the library: what is asked for and what is not, and that nothing is lost, whatever comes between."""

from __future__ import annotations

import io
import json
import re
import signal
import sqlite3
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import hub as hub_module
from conftest import Papers
from hub import Hub
from papercli.app import App
from papercli.argv import anywhere, given, sorted_words
from papercli.cache import Cache
from papercli.commands import Given, call
from papercli.errors import PapercliError

PAPERS = [sys.executable, "-m", "papercli"]
LATER = "2026-03-20 12:00"  # long after the last day of the past that is made up here


def row(day: str, number: int, votes: int) -> dict[str, Any]:
    return {
        "paper": {
            "id": f"{day[2:4]}{day[5:7]}.{day[8:]}{number:03}",
            "title": f"Paper {number} of {day}",
            "summary": f"What {day} has to say about number {number}.",
            "publishedAt": f"{day}T00:00:00.000Z",
            "submittedOnDailyAt": f"{day}T00:00:00.000Z",
            "upvotes": votes,
        },
        "numComments": number % 7,
    }


def made_up(months: dict[str, tuple[int, int]]) -> dict[str, list]:
    """Rows by day: for each month so many days with so many papers each; votes are spread, with many ties."""
    days = [(f"{month}-{day:02}", many) for month, (long, many) in months.items() for day in range(1, long + 1)]
    return {day: [row(day, n, (n * 37 + int(day[8:]) * 11) % 60) for n in range(many)] for day, many in days}


class Past(Hub):
    """A hub with a past. `broken` says which questions get an answer that is no data."""

    def __init__(self, days: dict[str, list], today: str | None = None) -> None:
        super().__init__(days, today)
        self.broken: Callable[[dict[str, str]], bool] = lambda query: False

    def listing(self, query: dict[str, str]) -> tuple[list, dict | None]:
        return ([None], None) if self.broken(query) else super().listing(query)

    def asked(self, text: str) -> list[str]:
        return [request for request in self.requests if text in request]


@pytest.fixture
def past() -> Iterator[Past]:
    """Three months: 350 papers on five days, 20 on two, 230 on ten; the last day is 5 January 2026."""
    hub = Past(made_up({"2025-11": (10, 23), "2025-12": (2, 10), "2026-01": (5, 70)}))
    yield hub
    hub.stop()


@pytest.fixture
def sync(environ: dict[str, str], past: Past) -> Papers:
    """Run `papers sync` as a process of its own against `past`, back to 1 October 2025."""
    environ["HF_ENDPOINT"] = past.url

    def sync(*words: str, **options: Any) -> subprocess.CompletedProcess[str]:
        line = [*PAPERS, "sync", *([] if "--since" in words else ["--since", "2025-10"]), *words]
        return subprocess.run(
            line, env=environ, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", timeout=60, **options
        )

    return sync


class Ran:
    def __init__(self, code: int, err: str) -> None:
        self.code, self.err = code, err


@pytest.fixture
def run(home: Path) -> Callable[..., Ran]:
    """`run("--refresh", at="2026-01-05 12:00", hub=past)`: `papers sync` in this process, at an instant."""

    def run(*words: str, at: str, hub: Hub, since: str = "2025-10", folder: Path = home) -> Ran:
        now = datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp()
        environ = {"HF_ENDPOINT": hub.url, "PAPERCLI_HOME": str(folder), "HOME": str(folder)}
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
        line = sorted_words(["sync", "--since", since, *words])
        app = App(Given(anywhere(line) or {}), environ, out, err, now=lambda: now)  # type: ignore[arg-type]
        code, failure = 0, ""
        try:
            call(app, "sync", given(line) or {})
        except PapercliError as error:
            code, failure = error.exit_code, f"{error}\n"
        app.finish()
        assert out.buffer.getvalue() == b""  # type: ignore[attr-defined]
        return Ran(code, err.buffer.getvalue().decode() + failure)  # type: ignore[attr-defined]

    return run


Run = Callable[..., Ran]


def kept(home: Path) -> dict[str, list[tuple]]:
    """All that the library holds of the feed, times aside, and only if its word indexes fit its papers."""
    with closing(sqlite3.connect(home / "data" / "library.db")) as db:
        for index in ("words", "spelt"):
            db.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)")
        db.create_function("unzipped", 1, lambda data: zlib.decompress(data).decode())
        rows = {
            "paper": "SELECT number, id, title, abstract, published, upvotes, comments, sources FROM paper",
            "listed": "SELECT day, p.id, rank, l.upvotes, l.comments, l.submitted FROM listed l"
            " JOIN paper p ON p.number = l.paper",
            "listing": "SELECT day, whole, skipped FROM listing",
            "answered": "SELECT paper, source, unzipped(row) FROM answered",
        }
        return {name: sorted(db.execute(sql).fetchall()) for name, sql in rows.items()}


def days_of(home: Path) -> dict[str, list[tuple[int, str, int]]]:
    """(rank, id, votes) by day, in order."""
    found: dict[str, list[tuple[int, str, int]]] = {}
    for day, id, rank, votes, *_ in sorted(kept(home)["listed"], key=lambda each: (each[0], each[2])):
        found.setdefault(day, []).append((rank, id, votes))
    return found


def expected(days: dict[str, list], since: str = "") -> dict[str, list[tuple[int, str, int]]]:
    """The same of what the hub has: by votes, of equal ones the newest identifier first."""
    found = {}
    for day, rows in ((day, rows) for day, rows in days.items() if day >= since):
        papers = sorted(((each["paper"]["upvotes"], each["paper"]["id"]) for each in rows), reverse=True)
        found[day] = [(rank, id, votes) for rank, (votes, id) in enumerate(papers, 1)]
    return found


# What is had, and what is said


def test_every_paper_is_in_the_library_with_its_rank(sync: Papers, past: Past, home: Path) -> None:
    done = sync()
    assert done.returncode == 0
    assert days_of(home) == expected(past.days)
    listings = {day: whole for day, whole, _ in kept(home)["listing"]}
    assert set(listings.values()) == {1}
    assert {"2025-10-01", "2025-10-31", "2025-12-25", "2026-01-05"} <= set(listings), "days without papers are known"
    assert not past.asked("date="), "by months"
    assert len(past.requests) == len(set(past.requests)), "nothing was asked twice"


def test_without_a_terminal_a_line_for_each_month_newest_first_and_one_at_the_end(sync: Papers) -> None:
    done = sync()
    assert done.stdout == ""
    *months, end = done.stderr.splitlines()
    assert months == [
        "papers: 2026-01 · 350 papers on 5 days",
        "papers: 2025-12 · 20 papers on 2 days",
        "papers: 2025-11 · 230 papers on 10 days",
        "papers: 2025-10 · no papers",
    ]
    assert end.startswith("papers: 600 papers on 17 days in ")
    assert end.endswith(" s")


def test_quiet_says_nothing(sync: Papers, home: Path, past: Past) -> None:
    done = sync("-q")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert days_of(home) == expected(past.days)
    again = sync("-q")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


def test_it_goes_back_to_the_month_that_holds_the_day(sync: Papers, past: Past, home: Path) -> None:
    assert sync("--since", "2025-12-02").returncode == 0
    assert not past.asked("month=2025-11")
    assert days_of(home) == expected(past.days, "2025-12")


@pytest.mark.parametrize(
    ("since", "oldest"), [("-1w", "2025-12"), ("2025-W50", "2025-12"), ("november", "2025-11"), ("2026-01", "2026-01")]
)
def test_since_is_any_when(sync: Papers, past: Past, since: str, oldest: str) -> None:
    assert sync("--since", since).returncode == 0
    assert min(request.split("month=")[1][:7] for request in past.asked("month=")) == oldest


def test_without_since_it_goes_back_to_the_first_listing_and_no_further(run: Run, home: Path) -> None:
    hub = Past(made_up({"2023-05": (6, 2)}))
    hub.days = {day: rows for day, rows in hub.days.items() if day >= "2023-05-04"}
    assert run(at="2023-07-01 12:00", hub=hub, since="2020-01-01").code == 0
    assert min(request.split("month=")[1][:7] for request in hub.asked("month=")) == "2023-05"
    assert min(day for day, *_ in kept(home)["listing"]) == "2023-05-04"
    hub.stop()


@pytest.mark.parametrize("since", ["2999-01-01", "firday", "2026-13"])
def test_a_day_that_makes_no_sense_is_exit_2(sync: Papers, past: Past, since: str) -> None:
    done = sync("--since", since)
    assert done.returncode == 2
    assert not past.asked("month=")


def test_skipped_rows_are_counted(sync: Papers, past: Past) -> None:
    past.days["2025-12-01"] = [{"paper": None}, *past.days["2025-12-01"], 7]
    done = sync()
    assert done.returncode == 0
    assert "papers: 2 rows could not be read and were left out" in done.stderr.splitlines()


def test_a_paper_that_stands_twice_in_an_answer_is_one_that_can_be_found(sync: Papers, past: Past, home: Path) -> None:
    past.days["2025-12-01"][3]["paper"] |= {"submittedOnDailyAt": "2025-12-01T01:00:00.000Z"}
    again = json.loads(json.dumps(past.days["2025-12-01"][3]))
    again["paper"] |= {"title": "A better title", "upvotes": 77, "submittedOnDailyAt": "2025-12-01T09:00:00.000Z"}
    past.days["2025-12-01"].append(again)
    assert sync().returncode == 0
    day = days_of(home)["2025-12-01"]
    assert len(day) == 10
    assert day[0] == (1, again["paper"]["id"], 77)
    with closing(sqlite3.connect(home / "data" / "library.db")) as db:
        assert db.execute("SELECT count(*) FROM words WHERE words MATCH 'better'").fetchone()[0] <= 1


def test_the_demo_has_a_past_too(papers: Papers, tmp_path: Path) -> None:
    done = papers("--demo", "sync", "--since", "2026-06", env={"TMPDIR": str(tmp_path)})
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith("papers: ")


# What is asked for day by day


def nameless(rows: list) -> list:
    """As rows were before March 2025."""
    return [{**each, "paper": {k: v for k, v in each["paper"].items() if k != "submittedOnDailyAt"}} for each in rows]


def test_a_month_whose_rows_name_no_day_is_asked_for_day_by_day(sync: Papers, past: Past, home: Path) -> None:
    past.days |= {day: nameless(rows) for day, rows in past.days.items() if day < "2025-12"}
    done = sync()
    assert "papers: 2025-11 · 230 papers on 10 days" in done.stderr.splitlines()
    assert days_of(home) == expected(past.days)
    assert len(past.asked("date=2025-11")) == 30 + 10, "days with papers have an empty page after them"
    assert len(past.asked("month=2025-11")) == 1, "its first page says enough"
    assert not past.asked("date=2026-01")


def test_a_hub_that_knows_no_months_is_asked_day_by_day(run: Run, past: Past, home: Path) -> None:
    """Or the whole history would be taken for each month, and what is not of it be thrown away."""
    plain = Hub.listing

    def listing(query: dict[str, str]) -> tuple[list, dict | None]:
        return plain(past, {name: said for name, said in query.items() if name != "month"})

    past.listing = listing  # type: ignore[method-assign]
    assert run(at=LATER, hub=past, since="2025-12-20").code == 0
    assert days_of(home) == expected(past.days, "2025-12-20")


# What is not asked again


def test_a_second_sync_asks_nothing(sync: Papers, past: Past, home: Path) -> None:
    sync()
    before, asked = kept(home), len(past.requests)
    began = time.monotonic()
    done = sync()
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "papers: all since 2025-10-01 is here already\n"
    assert len(past.requests) == asked
    assert time.monotonic() - began < 5
    assert kept(home) == before


def test_what_can_still_change_is_asked_for_again_and_nothing_else(run: Run, past: Past, home: Path) -> None:
    run(at="2026-01-05 12:00", hub=past)
    past.requests.clear()
    run(at="2026-01-05 12:05", hub=past)
    assert past.requests == [], "a listing is fresh for ten minutes"
    past.days["2026-01-05"].append(row("2026-01-05", 900, 3))
    done = run(at="2026-01-05 13:00", hub=past)
    assert "2026-01 · 351 papers on 5 days" in done.err
    assert {request.split("month=")[1][:7] for request in past.asked("month=")} == {"2026-01"}
    assert days_of(home) == expected(past.days)


def test_a_month_is_final_a_week_after_its_last_day(run: Run, past: Path, home: Path) -> None:
    run(at="2026-01-05 12:00", hub=past)  # December is five days old
    for at, wanted in (("2026-02-20 12:00", {"2025-12", "2026-01"}), ("2026-08-20 12:00", set())):
        past.requests.clear()
        run(at=at, hub=past)
        assert {request.split("month=")[1][:7] for request in past.asked("month=")} == wanted, at
    assert days_of(home) == expected(past.days)


def test_refresh_asks_for_everything(run: Run, past: Past, home: Path) -> None:
    run(at=LATER, hub=past)
    past.requests.clear()
    past.days["2025-11-03"][4]["paper"]["upvotes"] = 999
    assert run("--refresh", at="2026-03-20 12:01", hub=past).code == 0
    assert {request.split("month=")[1][:7] for request in past.asked("month=")} == {
        "2025-10", "2025-11", "2025-12", "2026-01",
    }  # fmt: skip
    assert days_of(home) == expected(past.days)
    assert days_of(home)["2025-11-03"][0] == (1, "2511.03004", 999)


# Stopped in the middle


def killed(environ: dict[str, str], ready: Callable[[], bool], *, how: int = signal.SIGKILL, wait: float = 0.0) -> int:
    """Start a sync, stop it when it is `ready`, and return how it ended."""
    line = [*PAPERS, "sync", "--since", "2025-10"]
    process = subprocess.Popen(line, env=environ, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None and not ready():
        time.sleep(0.001)
    time.sleep(wait)
    process.send_signal(how)
    return process.wait(30)


def answered(home: Path, hub: Hub) -> set[str]:
    """Of all that was asked so far, the addresses whose answer is kept."""
    cache = Cache(str(home / "cache"))
    found = {request for request in hub.requests if cache.get(hub.url + request)}
    cache.close()
    return found


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_killed_at_any_moment_it_goes_on_from_there(
    sync: Papers, environ: dict[str, str], past: Past, home: Path, tmp_path: Path
) -> None:
    past.days |= {day: nameless(rows) for day, rows in past.days.items() if day < "2025-11-06"}  # by days, too
    assert sync().returncode == 0
    whole = kept(home)
    home.rename(tmp_path / "uninterrupted")
    past.delay, every = 0.01, len(set(past.requests))
    past.requests.clear()
    have: set[str] = set()
    for step in range(1, 13, 2):
        before = len(past.requests)
        enough = before + every // 6
        killed(environ, lambda enough=enough: len(past.requests) >= enough, wait=(step % 4) * 0.012)
        assert have.isdisjoint(past.requests[before:]), f"kill {step}"
        have |= answered(home, past)
    before = len(past.requests)
    assert len(have) > every // 2
    assert sync().returncode == 0
    assert kept(home) == whole
    assert days_of(home) == expected(past.days)
    assert have.isdisjoint(past.requests[before:])


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_ctrl_c_is_exit_130_and_the_next_run_goes_on(
    sync: Papers, environ: dict[str, str], past: Past, home: Path
) -> None:
    past.delay = 0.05
    began = time.monotonic()
    assert killed(environ, lambda: len(past.asked("2025-11")) > 1, how=signal.SIGINT) == 130
    assert time.monotonic() - began < 10
    had = answered(home, past)
    assert len(had) >= 5
    assert sync().returncode == 0
    assert not [request for request in had if past.requests.count(request) > 1]
    assert days_of(home) == expected(past.days)


def test_one_429_in_the_middle_is_waited_for(sync: Papers, past: Past, home: Path) -> None:
    past.faults = ["", "", "", "_429"]
    done = sync()
    assert done.returncode == 0
    assert len([line for line in done.stderr.splitlines() if "waiting" in line]) <= 1
    assert days_of(home) == expected(past.days)
    assert len(past.requests) == len(set(past.requests)) + 1


def limited(monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    """What the hub's 429 asks for."""
    headers = {"RateLimit": f'"api";r=0;t={seconds}'}
    monkeypatch.setitem(hub_module._FAULTS, "_429", (429, headers, b'{"error":"We had to rate limit your IP."}'))


def test_a_429_that_goes_on_is_exit_5_and_the_next_run_goes_on(
    sync: Papers, past: Past, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(monkeypatch, 0)
    past.faults = [""] * 9 + ["_429"] * 100
    done = sync()
    assert done.returncode == 5
    assert "asks to come back in 1 s" in done.stderr
    assert re.search(r"papers: stopped; [345]\d0 papers on 1\d days are kept, and the next run goes on", done.stderr)
    assert len(past.requests) < 30, "it does not go on asking"
    assert len(days_of(home)["2026-01-05"]) == 70, "what it had is kept"
    had = answered(home, past)
    past.faults = []
    past.requests.clear()
    assert sync().returncode == 0
    assert had.isdisjoint(past.requests)
    assert days_of(home) == expected(past.days)


def test_a_429_among_single_days_ends_it_too(run: Run, past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch, 0)
    past.days |= {day: nameless(rows) for day, rows in past.days.items() if day < "2025-12"}
    past.faults = [""] * 14 + ["_429"] * 200
    assert run(at=LATER, hub=past).code == 5
    assert 5 < len(past.asked("date=2025-11")) < 25


def test_what_nobody_waits_for_is_tried_again_also_where_an_older_answer_is_kept(
    run: Run, past: Past, home: Path
) -> None:
    run(at="2026-01-05 12:00", hub=past)
    past.days["2026-01-05"].append(row("2026-01-05", 900, 3))
    past.faults = ["", "_500"]
    assert run(at="2026-01-05 13:00", hub=past).code == 0
    assert days_of(home) == expected(past.days)
    past.requests.clear()
    run(at="2026-01-05 13:05", hub=past)
    assert past.requests == [], "it was answered, all of it"


def test_a_limit_that_lasts_minutes_ends_it_at_once(sync: Papers, past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch, 299)
    past.faults = [""] * 9 + ["_429"] * 100
    began = time.monotonic()
    assert sync().returncode == 5
    asked = len(past.requests)
    again = sync()
    assert (again.returncode, len(past.requests)) == (5, asked), "nor does the next run ask before the time"
    assert re.search(r"asks to come back in (299|300) s", again.stderr)
    assert time.monotonic() - began < 10


def test_pages_that_moved_between_two_runs_lose_no_paper(run: Run, past: Past, home: Path) -> None:
    """An hour later the first pages are asked for again: what left them or came to them is on others now."""
    past.broken = lambda query: query.get("month") == "2025-11" and int(query.get("p", 0)) >= 2
    first = run(at=LATER, hub=past, since="2025-11")
    assert first.code == 8
    assert "page 3 of 2025-11" in first.err
    past.broken = lambda query: False
    del past.days["2025-11-02"][1]  # the first of all: those after it move up, and no row stands on two pages
    past.requests.clear()
    assert run(at="2026-03-20 13:00", hub=past, since="2025-11").code == 0
    assert days_of(home) == expected(past.days)
    november = past.asked("month=2025-11")
    assert len(november) == len(set(november)) == 5


def test_a_row_on_two_pages_means_that_another_is_on_none(run: Run, past: Past, home: Path) -> None:
    """A paper gains votes while the pages are asked for, and moves up to one that was read before."""
    plain = past.listing

    def listing(query: dict[str, str]) -> tuple[list, dict | None]:
        answer = plain(query)
        if query.get("month") == "2026-01" and "p" not in query:  # right after the first page
            past.days["2026-01-04"][40]["paper"]["upvotes"] = 500
        return answer

    past.listing = listing  # type: ignore[method-assign]
    assert run(at=LATER, hub=past, since="2026-01").code == 0
    assert days_of(home) == expected(past.days, "2026")
    assert not past.asked("date="), "to ask for its pages again was enough"


def test_pages_that_never_fit_together_are_done_without(run: Run, past: Past, home: Path) -> None:
    """Such as those of a service that orders equal votes anew for every answer."""
    plain, turns = past.listing, iter(range(10**6))

    def listing(query: dict[str, str]) -> tuple[list, dict | None]:
        if query.get("month") != "2026-01":
            return plain(query)
        rows, _ = plain({**query, "limit": "10000", "p": "0"})
        turn, start = next(turns) * 41 % len(rows), 100 * int(query.get("p", 0))
        rows = (rows[turn:] + rows[:turn])[start : start + 100]
        return rows, {**query, "p": 1} if rows else None

    past.listing = listing  # type: ignore[method-assign]
    assert run(at=LATER, hub=past, since="2026-01").code == 0
    assert days_of(home) == expected(past.days, "2026")
    assert len(past.asked("date=2026-01")) > 30


def test_a_month_that_is_shown_is_not_torn_either(papers: Papers, past: Past) -> None:
    plain = past.listing

    def listing(query: dict[str, str]) -> tuple[list, dict | None]:
        answer = plain(query)
        if "month" in query and "p" not in query:
            past.days["2026-01-04"][40]["paper"]["upvotes"] = 500
        return answer

    past.listing = listing  # type: ignore[method-assign]
    done = papers("month", "2026-01", "-o", "ids", env={"HF_ENDPOINT": past.url})
    assert (done.returncode, done.stderr) == (0, "")
    assert set(done.stdout.split()) == {
        row["paper"]["id"] for day in past.days if day > "2026" for row in past.days[day]
    }


# What cannot be had


def test_a_page_that_is_no_data_is_named_and_the_rest_is_had(run: Run, past: Past, home: Path) -> None:
    past.broken = lambda query: query.get("month") == "2026-01" and query.get("p") == "1"
    done = run(at=LATER, hub=past)
    assert done.code == 8
    assert "page 2 of 2026-01 could not be had" in done.err
    assert {day: len(rows) for day, rows in days_of(home).items() if day < "2026"} == {
        day: len(rows) for day, rows in past.days.items() if day < "2026"
    }
    past.broken = lambda query: False
    past.requests.clear()
    assert run(at="2026-03-20 12:05", hub=past).code == 0
    assert len(past.requests) == 1, "the page, and nothing else"
    assert days_of(home) == expected(past.days)


def test_months_that_are_no_data_end_it_after_the_second(run: Run, past: Past) -> None:
    past.broken = lambda query: "month" in query
    done = run(at=LATER, hub=past)
    assert done.code == 6
    assert len(past.asked("month=")) == 2
    assert "stopped; 0 papers on 0 days" in done.err


def test_a_hub_that_is_gone_is_exit_6(sync: Papers, past: Past, environ: dict[str, str]) -> None:
    environ["HF_ENDPOINT"] = "http://127.0.0.1:9"
    done = sync()
    assert (done.returncode, done.stdout) == (6, "")
    assert "127.0.0.1:9" in done.stderr


def test_offline_is_one_clear_line(sync: Papers, past: Past) -> None:
    done = sync("--offline")
    assert (done.returncode, done.stdout) == (6, "")
    assert (
        done.stderr == "papers: papers sync has to ask, and this run is offline\nhint: run it again without --offline\n"
    )
    assert past.requests == []


def test_a_library_that_cannot_be_written_is_exit_7(sync: Papers, past: Past, home: Path) -> None:
    (home / "data" / "library.db").mkdir(parents=True)
    done = sync()
    assert (done.returncode, done.stdout) == (7, "")
    assert "library.db cannot be used" in done.stderr
    assert past.requests == []


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")
def test_a_disk_that_fills_up_is_exit_7_and_what_was_written_stays(sync: Papers, past: Past, home: Path) -> None:
    import resource  # there is none on Windows

    past.days = made_up({"2026-01": (5, 70), "2025-12": (20, 60), "2025-11": (20, 60)})
    files = [home / "data" / "library.db", home / "cache" / "cache.db"]
    assert sync("--since", "2026-01").returncode == 0
    most = max(file.stat().st_size for file in files) + (400 << 10)
    done = sync(preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)))
    assert (done.returncode, done.stdout) == (7, "")
    assert "the library cannot be written" in done.stderr
    assert sync().returncode == 0
    assert days_of(home) == expected(past.days)


# With others


def test_a_second_one_says_so_and_leaves(sync: Papers, environ: dict[str, str], past: Past, home: Path) -> None:
    past.delay = 0.3
    first = subprocess.Popen([*PAPERS, "sync", "--since", "2025-10", "-q"], env=environ, stdin=subprocess.DEVNULL)
    while not past.requests:
        time.sleep(0.01)
    began = time.monotonic()
    done = sync()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "papers: another papers sync is at work\n")
    assert time.monotonic() - began < 3
    assert first.wait(60) == 0
    assert days_of(home) == expected(past.days)
    assert len(past.requests) == len(set(past.requests))


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_one_that_was_killed_is_in_nobodys_way(sync: Papers, environ: dict[str, str], past: Past, home: Path) -> None:
    past.delay = 5.0
    assert killed(environ, lambda: bool(past.requests)) == -signal.SIGKILL
    past.delay = 0.0
    done = sync()
    assert "another papers sync" not in done.stderr
    assert days_of(home) == expected(past.days)


def test_others_read_while_it_writes(sync: Papers, papers: Papers, environ: dict[str, str], past: Past) -> None:
    environ["HF_ENDPOINT"] = past.url
    past.days |= made_up({f"2025-{month:02}": (20, 30) for month in range(1, 10)})
    assert sync("--since", "2026-01").returncode == 0
    working = subprocess.Popen([*PAPERS, "sync", "--since", "2025-01", "-q"], env=environ, stdin=subprocess.DEVNULL)
    slowest, reads = 0.0, 0
    while working.poll() is None:
        began = time.monotonic()
        done = papers("--offline", "day", "2026-01-05", "-o", "ids")
        slowest, reads = max(slowest, time.monotonic() - began), reads + 1
        assert (done.returncode, done.stdout.count("\n"), done.stderr) == (0, 70, "")
    assert working.returncode == 0
    assert reads >= 2
    assert slowest < 5


def test_a_month_that_another_asks_for_is_asked_for_once(papers: Papers, environ: dict[str, str], past: Past) -> None:
    environ["HF_ENDPOINT"] = past.url
    papers("today", env={"HF_ENDPOINT": past.url})
    past.delay = 0.2
    both = [
        subprocess.Popen([*PAPERS, *line], env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        for line in (["sync", "--since", "2026-01", "-q"], ["month", "2026-01"])
    ]
    assert [process.wait(60) for process in both] == [0, 0]
    assert len(past.requests) == len(set(past.requests))


# Recorded days


@pytest.mark.parametrize("months", [("2024-05", "2024-06"), ("2025-02", "2025-03"), ("2026-03",)], ids="..".join)
def test_recorded_months_are_had_whole(run: Run, recordings: Path, home: Path, months: tuple[str, ...]) -> None:
    files = [file for month in months for file in sorted((recordings / "hf_daily").glob(f"{month}-*.json"))]
    days = {file.stem: json.loads(file.read_bytes()) for file in files}
    days |= {"2026-06-15": [row("2026-06-15", 1, 1)]}  # today, whose rows name their day whatever those of old do
    hub = Past(days)
    done = run(at="2026-06-20 12:00", hub=hub, since=months[0])
    assert (done.code, len(days) > 4) == (0, True), done.err
    assert days_of(home) == expected(days)
    hub.stop()
