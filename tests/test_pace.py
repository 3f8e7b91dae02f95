"""When the next request may be sent, over all processes of one person."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import textwrap
import time
from email.utils import formatdate

import pytest

from papercli.errors import Busy
from papercli.pace import LONGEST, Pace, lane
from papercli.system.lock import Lock

NOON = 1_780_000_000.0


class Person:
    """A Pace in `folder` on a clock of its own, which runs only while someone sleeps."""

    def __init__(self, folder, at: float = NOON, **more) -> None:
        self.at = at
        self.slept: list[float] = []
        self.told: list[str] = []
        self.pace = Pace(str(folder), now=lambda: self.at, sleep=self._sleep, told=self.told.append, **more)

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds


def limited(left: int, reset: int) -> dict[str, str]:
    return {"ratelimit": f'"api";r={left};t={reset}', "ratelimit-policy": '"fixed window";"api";q=500;w=300'}


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "state"


@pytest.fixture
def one(folder):
    return Person(folder)


@pytest.fixture
def another(folder):
    return Person(folder)


def test_nothing_known_is_no_wait(one):
    one.pace.turn("hf")
    assert one.slept == [] and one.told == []


def test_an_empty_window_is_waited_out_with_a_second_more(one, another):
    assert one.pace.heard("hf", 200, limited(0, 11)) is None
    another.pace.turn("hf")
    assert another.slept == [12]
    assert another.told == ["waiting 12 s for hf, as it asked"]
    another.pace.turn("hf")
    assert another.slept == [12]


def test_a_wait_of_a_second_is_not_worth_a_word(one):
    one.pace.heard("hf", 200, limited(0, 0))
    one.pace.turn("hf")
    assert one.slept == [1] and one.told == []


def test_turns_count_down_what_is_left_over_all_processes(one, another):
    one.pace.heard("hf", 200, limited(3, 100))
    for person in (one, another, one):
        person.pace.turn("hf")
        assert person.slept == []
    another.pace.turn("hf")
    assert another.slept == [101]


def test_within_a_window_a_late_answer_does_not_give_turns_back(one, another):
    one.pace.heard("hf", 200, limited(2, 100))
    one.pace.turn("hf")
    another.pace.turn("hf")
    one.at += 1
    one.pace.heard("hf", 200, limited(1, 99))
    with pytest.raises(Busy):
        one.pace.turn("hf", patience=0)


def test_a_new_window_brings_its_own_count(one):
    one.pace.heard("hf", 200, limited(1, 10))
    one.pace.turn("hf")
    one.at += 9
    one.pace.heard("hf", 200, limited(499, 300))
    for _ in range(499):
        one.pace.turn("hf", patience=0)
    with pytest.raises(Busy):
        one.pace.turn("hf", patience=0)


def test_lanes_do_not_wait_for_each_other(one):
    one.pace.heard("hf/api", 200, limited(0, 100))
    one.pace.turn("hf/papers", patience=0)
    one.pace.turn("other", patience=0)
    with pytest.raises(Busy):
        one.pace.turn("hf/api", patience=0)


def test_a_wait_over_the_patience_says_how_long(one):
    one.pace.heard("huggingface.co/api", 200, limited(0, 292))
    with pytest.raises(Busy, match=r"^huggingface\.co asks to come back in 293 s$"):
        one.pace.turn("huggingface.co/api", patience=120)
    assert one.slept == []
    one.pace.turn("huggingface.co/api", patience=293)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, None),
        ({"retry-after": "55"}, 55),
        ({"retry-after": " 7 "}, 7),
        ({"retry-after": "0"}, 0),
        ({"retry-after": "999999"}, LONGEST),
        ({"retry-after": "9999999"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "1.5"}, None),
        ({"retry-after": "٣"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": "Wed, 99 Foo 2026 99:99:99 GMT"}, None),
        ({"retry-after": "Fri, 99 Jul 2026 10:00:00 GMT"}, None),
        ({"retry-after": "Fri, 03 Jul 2026 99:99:99 GMT"}, None),
        ({"retry-after": "Wed, 1e9"}, None),
        ({"retry-after": formatdate(NOON + 30, usegmt=True)}, 30),
        ({"retry-after": formatdate(NOON - 30, usegmt=True)}, 0),
        ({"retry-after": formatdate(NOON + 1e8, usegmt=True)}, LONGEST),
        ({"retry-after": time.strftime("%A, %d-%b-%y %H:%M:%S GMT", time.gmtime(NOON + 30))}, 30),
        ({"retry-after": time.strftime("%a %b %d %H:%M:%S %Y", time.gmtime(NOON + 30))}, 30),
        ({"retry-after": formatdate(NOON + 930, usegmt=True), "date": formatdate(NOON + 900, usegmt=True)}, 30),
        (limited(0, 55), 56),
        ({**limited(0, 55), "retry-after": "3"}, 56),
        ({**limited(7, 55), "retry-after": "3"}, 3),
        (limited(7, 55), None),
        ({"ratelimit": '"pages";r=9;t=9, "api";r=0;t=20'}, 21),
        ({"ratelimit": "r=;t=, r=x;t=y"}, None),
        ({"ratelimit": '"api";r=0;t=999999999'}, LONGEST + 1),
        ({"ratelimit": '"api";r=0;t=' + "9" * 5000}, None),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_a_server_may_ask_to_come_back_later(one, another, status, headers, wait):
    assert one.pace.heard("hf", status, headers) == wait
    if wait is None and "r=0" not in headers.get("ratelimit", ""):
        another.pace.turn("hf", patience=0)
    elif wait:
        with pytest.raises(Busy):
            another.pace.turn("hf", patience=wait - 1)
        another.pace.turn("hf", patience=wait)


def test_only_a_429_or_a_503_asks_to_come_back(one):
    assert one.pace.heard("hf", 200, {"retry-after": "55"}) is None
    assert one.pace.heard("hf", 500, {"retry-after": "55"}) is None
    one.pace.turn("hf", patience=0)


def saved(folder):
    (file,) = folder.glob("*.json")
    return file


@pytest.mark.parametrize(
    "damage",
    [
        *(b"", b"\x00" * 100, b"[]", b"7", b'{"left":', b"[" * 4000, b"\xff\xfe", b"9" * 5000, b'{"left":null}'),
        b'{"left":null,"reset":NaN,"closed":1e999,"last":0}',
        b'{"left":"0","reset":1,"closed":1,"last":1}',
    ],
)
def test_a_damaged_file_is_an_empty_one(one, another, folder, damage):
    one.pace.heard("hf", 429, {"retry-after": "100"})
    saved(folder).write_bytes(damage)
    another.pace.turn("hf", patience=0)
    one.pace.heard("hf", 429, {"retry-after": "100"})
    with pytest.raises(Busy):
        another.pace.turn("hf", patience=0)


@pytest.mark.parametrize("name", ["closed", "reset", "last"])
@pytest.mark.parametrize("ahead", [LONGEST + 60, 1e8])
def test_a_time_far_ahead_comes_from_a_broken_clock_and_is_forgotten(one, another, folder, name, ahead):
    one.pace.heard("hf", 429, limited(0, 100))
    clock = {"left": 0, "reset": 0, "closed": 0, "last": 0, name: NOON + ahead}
    saved(folder).write_text(json.dumps(clock))
    another.pace.turn("hf", patience=0)


def test_a_clock_set_back_does_not_keep_the_door_closed(folder):
    Person(folder, at=NOON + 86400).pace.heard("hf", 429, {"retry-after": "100"})
    Person(folder, at=NOON).pace.turn("hf", patience=0)


def test_a_half_written_file_is_not_read(one, another, folder):
    one.pace.heard("hf", 429, {"retry-after": "100"})
    saved(folder).with_name(saved(folder).name + ".new").write_text('{"left"')
    with pytest.raises(Busy):
        another.pace.turn("hf", patience=0)
    another.pace.turn("hf", patience=100)


def test_where_nothing_can_be_saved_the_process_keeps_its_own_clock(folder):
    folder.write_text("a file where the folder should be")
    one, another = Person(folder), Person(folder)
    one.pace.heard("hf", 429, {"retry-after": "100"})
    with pytest.raises(Busy):
        one.pace.turn("hf", patience=0)
    another.pace.turn("hf", patience=0)
    one.pace.turn("hf")
    assert one.slept == [100]


def test_a_process_that_was_stopped_over_a_clock_keeps_nobody_from_asking(one, folder):
    one.pace.heard("hf", 429, {"retry-after": "100"})
    one.pace.stuck = 0.05
    with Lock(str(saved(folder).with_suffix(".lock"))) as stopped:
        assert stopped.held
        began = time.monotonic()
        one.pace.turn("hf")
        assert one.slept == [100] and 0.1 <= time.monotonic() - began < 2


def test_odd_names_stay_inside_the_folder(one, tmp_path):
    for name in ("../../up", "a/b:c", "x" * 500, "é\n"):
        one.pace.heard(name, 429, {"retry-after": "1"})
    assert sorted(tmp_path.iterdir()) == [tmp_path / "state"]
    assert len(list((tmp_path / "state").glob("*.json"))) == 4


def test_requests_are_counted_as_the_servers_count_them():
    assert lane("https://huggingface.co/api/daily_papers?limit=100") == "huggingface.co/api"
    assert lane("https://huggingface.co/api/daily_papers", token="hf_x") == "huggingface.co/api/token"
    assert lane("https://HuggingFace.co/papers/2501.12948.md#x") == "huggingface.co/papers"
    assert (
        lane("https://export.arxiv.org/api/query?id_list=1") == lane("https://rss.arxiv.org/rss/cs.CL") == "arxiv.org"
    )
    assert lane("https://notarxiv.org/api") == "notarxiv.org/api"
    assert lane("http://me:word@127.0.0.1:8080/_429/api/x") == "127.0.0.1:8080/_429"
    assert lane("http://h?x=/y") == lane("http://h") == "h"


TURNS = """
import sys, time
from papercli.errors import Busy
from papercli.pace import Pace
pace = Pace(sys.argv[1], gaps={"slow": 0.1})
sys.stdin.readline()
for _ in range(int(sys.argv[3])):
    try:
        pace.turn(sys.argv[2], patience=float(sys.argv[4]))
    except Busy:
        continue
    began = time.time()
    time.sleep(0.02)
    print(began, time.time(), flush=True)
    pace.done(sys.argv[2])
"""


def together(folder, processes: int, lane: str, turns: int, patience: float) -> list[tuple[float, float]]:
    """(start, end) of every turn that so many processes got, all begun at the same time."""
    command = [sys.executable, "-c", textwrap.dedent(TURNS), str(folder), lane, str(turns), str(patience)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    children = [subprocess.Popen(command, **pipes) for _ in range(processes)]
    for child in children:
        child.stdin.write("go\n")
        child.stdin.flush()
    lines = [line for child in children for line in child.communicate(timeout=30)[0].splitlines()]
    return sorted(tuple(map(float, line.split())) for line in lines)


def test_processes_together_do_not_overrun_the_count(folder):
    Pace(str(folder)).heard("hf", 200, limited(7, 300))
    assert len(together(folder, processes=3, lane="hf", turns=5, patience=0)) == 7


def test_a_lane_with_a_gap_has_one_request_at_a_time_and_a_pause_after_each(folder):
    turns = together(folder, processes=3, lane="slow", turns=2, patience=20)
    assert len(turns) == 6
    gaps = [start - end for (_, end), (start, _) in itertools.pairwise(turns)]
    assert min(gaps) >= 0.095


def test_a_lane_with_a_gap_is_free_again_when_its_holder_failed(folder):
    one, another = Person(folder, gaps={"slow": 3.0}), Person(folder, gaps={"slow": 3.0})
    one.pace.turn("slow")
    with pytest.raises(Busy, match="still asking slow"):
        another.pace.turn("slow", patience=0.05)
    one.pace.done("slow")
    another.pace.turn("slow")
    another.pace.done("slow")
    assert another.slept == [3.0] and another.told == ["waiting 3 s for slow, as it asked"]
    one.pace.heard("slow", 429, {"retry-after": "50"})
    with pytest.raises(Busy, match="come back in"):
        another.pace.turn("slow", patience=0.05)
    one.pace.turn("slow", patience=60)


def test_arxiv_is_asked_once_in_three_seconds(folder):
    person = Person(folder)
    for _ in range(2):
        person.pace.turn(lane("https://export.arxiv.org/api/query"))
        person.pace.done("arxiv.org")
    assert person.slept == [3.0]
