"""What a request is answered with: kept, new, or kept because there is no new one."""

from __future__ import annotations

import concurrent.futures
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable

import pytest

from papercli.cache import Cache, Kept
from papercli.errors import Busy, NotAllowed, PapercliError, Unreachable, Unreadable
from papercli.fetch import Fetch
from papercli.link import next_link
from papercli.network import Network
from papercli.pace import Pace
from papercli.request import Answer, Request
from papercli.tries import Tries
from papercli.turn import turn_for
from server import CLOSE, Server, answer, chunked

NOON = 1_780_000_000.0
NEW, OLD = b'["new"]', b'["old"]'


@pytest.fixture
def server():
    with Server() as server:
        yield server


class House:
    """A Fetch with a cache, a pace, a clock and a listener, all real but for the clock; its waits are scaled down."""

    def __init__(self, folder, **more) -> None:
        self.at = NOON
        self.notes: list[tuple[str, str]] = []
        self.waits: list[str] = []
        self.cache = Cache(str(folder / "cache"))
        self.network = Network({})
        pace = Pace(str(folder / "state"), told=self.waits.append)
        more = {"send": self.network.send, "now": lambda: self.at, **more}
        self.fetch = Fetch(
            cache=lambda: self.cache, pace=lambda: pace, note=lambda *said: self.notes.append(said), **more
        )
        self.fetch.tries.deadline, self.fetch.tries.hurried = 2.0, 0.5
        self.fetch.tries.pauses, self.fetch.tries.short_pause = (0.02, 0.04), 0.02

    def close(self) -> None:
        self.fetch.close()
        self.cache.close()
        self.network.close()


@pytest.fixture
def shared(home, tmp_path):
    """Makes houses of one person, where one at a time asks for a thing."""
    folder = str(tmp_path / "state")

    def made(**more) -> House:
        return home(alone=lambda what, patience: turn_for(what, folder, lambda: None, patience), **more)

    return made


@pytest.fixture
def home(tmp_path):
    houses = []

    def made(**more) -> House:
        houses.append(House(tmp_path, **more))
        return houses[-1]

    yield made
    for house in houses:
        house.close()


def ask(url: str, **more) -> Request:
    return Request(url=url, fresh=600, **more)


def test_a_new_answer_is_kept_and_a_fresh_one_is_not_asked_for_again(server, home):
    url = server.on("/a", answer(NEW, headers={"Link": f'<{server.url}/a?p=1>; rel="next"'}, zipped=True))
    expected = Answer(body=NEW, at=NOON, next=f"{server.url}/a?p=1")
    for after in (0, 1, 599.5):
        house = home()
        house.at = NOON + after
        assert house.fetch(ask(url)) == expected
    assert len(server.seen) == 1


@pytest.mark.parametrize("age", [600, 1e9, -0.5, -1e9], ids=["old", "ancient", "just ahead", "far ahead"])
def test_an_answer_that_is_old_or_from_the_future_is_asked_for_again(server, home, age):
    house = home()
    url = server.on("/a", answer(NEW))
    house.cache.put(url, Kept(body=OLD, at=NOON - age))
    assert house.fetch(ask(url)) == Answer(body=NEW, at=NOON)


def test_a_fresh_answer_needs_no_network_code(tmp_path):
    cache = Cache(str(tmp_path))
    cache.put("https://a.example/", Kept(body=OLD, at=NOON))
    cache.close()
    code = """
    import sys
    from papercli.cache import Cache
    from papercli.fetch import Fetch
    from papercli.request import Request
    fetch = Fetch(cache=lambda: Cache(sys.argv[1]), pace=None, now=lambda: float(sys.argv[2]))
    assert fetch(Request(url="https://a.example/", fresh=9)).body == b'["old"]'
    print([name for name in ("httpx", "socket", "ssl", "papercli.network") if name in sys.modules])
    """
    command = [sys.executable, "-c", textwrap.dedent(code), str(tmp_path), str(NOON)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "[]\n"


def test_refresh_asks_although_the_answer_is_fresh(server, home):
    url = server.on("/a", answer(OLD), answer(NEW))
    home().fetch(ask(url))
    assert home(refresh=True).fetch(ask(url)).body == NEW


def test_offline_gives_what_is_kept_of_any_age_and_asks_nobody(server, home):
    url = server.on("/a", answer(NEW))
    house = home(offline=True, refresh=True)
    with pytest.raises(Unreachable, match="nothing is kept of") as caught:
        house.fetch(ask(url))
    assert caught.value.hint == "run again without --offline"
    assert not house.fetch.keeps(ask(url))
    house.cache.put(url, Kept(body=OLD, at=5.0, next="/b"))
    assert house.fetch.keeps(ask(url))
    assert house.fetch(ask(url)) == Answer(body=OLD, at=5.0, next="/b")
    assert server.seen == []


def test_an_answer_that_is_still_true_is_kept_for_another_while(server, home):
    headers = {"ETag": 'W/"1"', "Last-Modified": "Fri, 03 Jul 2026 00:00:00 GMT", "Link": '</a?p=1>; rel="next"'}
    url = server.on("/a", answer(OLD, headers=headers), answer(b"", 304))
    house = home()
    house.fetch(ask(url))
    house.at += 700
    expected = Answer(body=OLD, at=NOON + 700, next="/a?p=1")
    assert house.fetch(ask(url)) == expected
    later = home()
    later.at = NOON + 1200
    assert later.fetch(ask(url)) == expected
    assert len(server.seen) == 2
    assert server.seen[1].headers["if-none-match"] == 'W/"1"'
    assert server.seen[1].headers["if-modified-since"] == headers["Last-Modified"]


def test_an_answer_that_says_unchanged_to_nothing_is_no_answer(server, home):
    with pytest.raises(Unreadable, match="answered 304"):
        home().fetch(ask(server.on("/a", answer(b"", 304))))


def test_an_unasked_word_that_nothing_changed_confirms_nothing(server, home):
    url = server.on("/a", answer(OLD), answer(b"", 304))
    house = home()
    house.fetch(ask(url))
    house.at += 700
    answered = house.fetch(ask(url))
    assert (answered.at, str(answered.failure)) == (NOON, f"{server.host} answered 304")
    assert house.cache.get(url) == Kept(body=OLD, at=NOON)


def no_data(body: bytes) -> None:
    if body != OLD:
        raise Unreadable("the answer is not data")


def test_an_answer_that_is_no_data_is_never_kept(server, home):
    house = home()
    url = server.on("/a", answer(NEW))
    with pytest.raises(Unreadable, match="not data"):
        house.fetch(ask(url), check=no_data)
    assert house.cache.get(url) is None and len(server.seen) == 1
    house.cache.put(url, Kept(body=OLD, at=NOON - 700))
    answered = house.fetch(ask(url), check=no_data)
    assert (answered.body, str(answered.failure)) == (OLD, "the answer is not data")
    assert house.cache.get(url) == Kept(body=OLD, at=NOON - 700)
    server.on("/a", answer(OLD))
    assert house.fetch(ask(url), check=no_data) == Answer(body=OLD, at=NOON)


FAILURES = {
    "429": answer(b"", 429),
    "503": answer(b"<html>", 503),
    "418": answer(b"", 418),
    "403": answer(b"", 403),
    "401": answer(b"", 401),
    "204": answer(b"", 204),
    "silence": [60.0],
    "nothing": [CLOSE],
    "cut": [answer(NEW, length=100), CLOSE],
    "damaged": answer(NEW, headers={"Content-Encoding": "gzip"}),
    "elsewhere": answer(b"", 302, {"Location": "file:///etc/passwd"}),
}


@pytest.mark.parametrize("steps", FAILURES.values(), ids=FAILURES)
def test_a_kept_answer_stands_in_after_one_try_with_the_reason(server, home, steps):
    house = home()
    url = server.on("/a", steps)
    house.cache.put(url, Kept(body=OLD, at=NOON - 7000, next="/b"))
    began = time.monotonic()
    answered = house.fetch(ask(url))
    assert time.monotonic() - began < 1
    assert isinstance(answered.failure, PapercliError) and server.host in str(answered.failure)
    assert answered == Answer(body=OLD, at=NOON - 7000, next="/b", failure=answered.failure)
    assert len(server.seen) == 1


@pytest.mark.parametrize("steps", FAILURES.values(), ids=FAILURES)
def test_in_a_hurry_a_failure_is_told_after_one_try(server, home, steps):
    began = time.monotonic()
    with pytest.raises(PapercliError):
        home().fetch(ask(server.on("/a", steps)), hurry=True)
    assert time.monotonic() - began < 1
    assert len(server.seen) == 1


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_passing_failure_is_asked_again_twice(server, home, status):
    bad = answer(b"", status)
    url = server.on("/a", bad, bad, answer(NEW))
    assert home().fetch(ask(url)).body == NEW
    url = server.on("/b", bad)
    with pytest.raises(Unreachable):
        home().fetch(ask(url))
    assert server.paths() == ["/a"] * 3 + ["/b"] * 3


@pytest.mark.parametrize("cut", [[CLOSE], [answer(NEW, length=100), CLOSE], [chunked(NEW)[:-1], CLOSE]])
def test_a_connection_that_breaks_is_asked_again(server, home, cut):
    url = server.on("/a", cut, cut, answer(NEW))
    assert home().fetch(ask(url)).body == NEW


@pytest.mark.parametrize("name", ["418", "403", "204", "damaged", "elsewhere"])
def test_what_asking_again_does_not_help_is_not_asked_again(server, home, name):
    with pytest.raises(PapercliError):
        home().fetch(ask(server.on("/a", FAILURES[name])))
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (500, Unreachable, "answered 500 Internal Server Error"),
        (503, Unreachable, "answered 503 Service Unavailable"),
        (599, Unreachable, "answered 599"),
        (418, Unreachable, "answered 418"),
        (403, NotAllowed, "answered 403 Forbidden"),
        (401, NotAllowed, "answered 401 Unauthorized"),
        (429, Busy, "asks for fewer requests"),
        (204, Unreadable, "answered 204"),
    ],
)
def test_a_status_is_told_in_our_own_words(server, home, status, kind, words):
    with pytest.raises(PapercliError) as caught:
        home().fetch(ask(server.on("/a", answer(b"", status))))
    assert isinstance(caught.value, kind)
    assert str(caught.value) == f"{server.host} {words}"
    assert caught.value.exit_code == kind.exit_code


def test_with_refresh_a_kept_answer_stands_in_only_after_all_tries(server, home):
    house = home(refresh=True)
    url = server.on("/a", answer(b"", 503))
    house.cache.put(url, Kept(body=OLD, at=NOON))
    answered = house.fetch(ask(url))
    assert (answered.body, str(answered.failure)) == (OLD, f"{server.host} answered 503 Service Unavailable")
    assert len(server.seen) == 3


def test_all_tries_together_keep_the_deadline(server, home):
    house = home()
    house.fetch.tries.deadline = 0.6
    url = server.on("/a", [0.25, answer(b"", 503)])
    began = time.monotonic()
    with pytest.raises(Unreachable, match=r"did not answer within 0|answered 503"):
        house.fetch(ask(url))
    assert 0.5 < time.monotonic() - began < 0.9


def test_nobody_there_is_tried_twice_and_soon_told(home):
    with Server() as gone:
        url = gone.url + "/a"
    began = time.monotonic()
    house = home()
    house.fetch.tries.short_pause = Tries.short_pause
    with pytest.raises(Unreachable, match="connection refused"):
        house.fetch(ask(url))
    assert 0.45 < time.monotonic() - began < 1.5


def test_a_server_that_asks_for_time_gets_it_outside_the_deadline(server, home):
    house = home()
    house.fetch.tries.deadline = 0.8
    url = server.on("/a", answer(b"", 429, {"Retry-After": "1"}), answer(NEW))
    began = time.monotonic()
    assert house.fetch(ask(url)).body == NEW
    assert 1 <= time.monotonic() - began < 1.6


def test_a_server_that_was_silent_is_not_waited_for_as_long_again(server, home):
    house = home()
    house.fetch.tries.deadline, house.fetch.tries.hurried = 1.0, 0.2
    for path, seconds in (("/a", "1"), ("/b", "0.2"), ("/c", "0.2")):
        with pytest.raises(Unreachable, match=rf"did not answer within {seconds} s$"):
            house.fetch(ask(server.on(path, [60.0])))
    house.fetch(ask(server.on("/d", answer(NEW))))
    with pytest.raises(Unreachable, match=r"within 1 s$"):  # it has answered, so it gets all the time again
        house.fetch(ask(server.on("/e", [60.0])))


def test_a_run_waits_no_longer_than_its_patience_in_all_because_servers_ask(server, home):
    house = home()
    house.fetch.tries.patience = 2.5
    busy = answer(b"", 503, {"Retry-After": "1"})
    began = time.monotonic()
    for path in ("/a", "/b", "/c", "/d", "/e"):
        with pytest.raises(Unreachable, match=r"answered 503|asks to come back in 1 s"):
            house.fetch(ask(server.on(path, busy)))
    assert 1.9 < time.monotonic() - began < 6
    time.sleep(1.1)
    with pytest.raises(Busy):
        house.fetch(ask(server.on("/f", busy, answer(NEW))))
    assert house.fetch(ask(server.on("/g", busy, answer(NEW))), hurry=None).body == NEW, "nobody waits for this"


def test_a_server_that_answers_slowly_has_a_second_a_question_in_the_end(server, home):
    house = home()
    asked = [ask(server.on(f"/slow{number}", [1.0, answer(NEW)])) for number in range(4)]
    assert [house.fetch(each).body for each in asked[:2]] == [NEW] * 2
    house.fetch.tries.in_all, house.fetch.tries.last = 1.5, 0.5
    for each in asked[2:]:
        with pytest.raises(Unreachable, match=r"within 0.5 s$"):
            house.fetch(each)
    assert house.fetch(ask(server.on("/quick", answer(NEW)))).body == NEW, "one that is quick again is heard"
    assert house.fetch(ask(server.on("/patient", [1.0, answer(NEW)])), hurry=None).body == NEW, "nobody waits for this"


def test_servers_that_are_asked_in_vain_at_once_are_so_for_no_longer(server, home):
    house = home()
    house.fetch.tries.deadline, house.fetch.tries.hurried, house.fetch.tries.last = 1.0, 0.5, 0.1
    urls = [server.on(path, [60.0]) for path in ("/a", "/b", "/c", "/d")]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        failures = [asked.exception() for asked in [pool.submit(house.fetch, ask(url)) for url in urls]]
    assert {str(failure).split(" ", 1)[1] for failure in failures} == {"did not answer within 1 s"}
    for path, seconds in (("/e", "0.5"), ("/f", "0.5"), ("/g", "0.1"), ("/h", "0.1")):
        with pytest.raises(Unreachable, match=rf"did not answer within {seconds} s$"):
            house.fetch(ask(server.on(path, [60.0])))


def test_a_wait_is_told(server, home):
    house = home()
    url = server.on("/a", answer(b"", 503, {"RateLimit": '"api";r=0;t=1'}), answer(NEW))
    assert house.fetch(ask(url)).body == NEW
    assert house.waits == [f"waiting 2 s for {server.host}, as it asked"]


def test_a_wait_that_is_too_long_is_an_error_that_says_how_long(server, home):
    url = server.on("/a", answer(b"", 429, {"RateLimit": '"api";r=0;t=289'}))
    for _ in range(2):
        with pytest.raises(Busy, match=f"^{server.host} asks to come back in 290 s$"):
            home().fetch(ask(url))
    assert len(server.seen) == 1, "the second run does not even ask"


def test_a_kept_answer_stands_in_at_once_while_the_server_wants_rest(server, home):
    url = server.on("/a", answer(b"", 429, {"Retry-After": "60"}))
    house = home()
    house.cache.put(url, Kept(body=OLD, at=NOON - 7000))
    for _ in range(2):
        began = time.monotonic()
        answered = house.fetch(ask(url))
        assert time.monotonic() - began < 0.4
        assert answered.body == OLD and isinstance(answered.failure, Busy)
    assert len(server.seen) == 1


def test_a_refused_token_is_left_out_and_told_once(server, home):
    def guarded(seen):
        return answer(b"", 401) if "authorization" in seen.headers else answer(NEW)

    house = home()
    for path in ("/a", "/b"):
        assert house.fetch(ask(server.on(path, guarded), token="hf_old")).body == NEW
    assert house.notes == [("token", f"{server.host} refused the token; asked again without it")]
    assert ["authorization" in seen.headers for seen in server.seen] == [True, False, False]


def test_threads_that_are_refused_together_say_it_once(server, home):
    def guarded(seen):
        if "authorization" not in seen.headers:
            return answer(NEW)
        both.wait(5)
        return answer(b"", 401)

    house, both = home(), threading.Barrier(2)
    urls = [server.on(path, guarded) for path in ("/a", "/b")]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        answers = pool.map(lambda url: house.fetch(ask(url, token="hf_old")).body, urls)
        assert list(answers) == [NEW, NEW]
    assert len(house.notes) == 1
    assert ["authorization" in seen.headers for seen in server.seen] == [True, True, False, False]


def test_a_request_refused_also_without_the_token_is_not_allowed(server, home):
    house = home()
    url = server.on("/a", answer(b"", 401))
    with pytest.raises(NotAllowed, match="answered 401") as caught:
        house.fetch(ask(url, token="hf_old"))
    assert "HF_TOKEN" in caught.value.hint and len(server.seen) == 2
    house.cache.put(url, Kept(body=OLD, at=1.0))
    answered = house.fetch(ask(url, token="hf_old"))
    assert answered.body == OLD and isinstance(answered.failure, NotAllowed)


def test_what_does_not_exist_is_an_answer_and_is_not_kept(server, home):
    house = home()
    url = server.url + "/none"
    house.cache.put(url, Kept(body=OLD, at=1.0))
    assert house.fetch(ask(url)) == Answer(body=b"", at=NOON, missing=True)
    assert house.cache.get(url) == Kept(body=OLD, at=1.0)


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        (
            '{"error":"✖ Too big: expected number to be <=100\\n  → at limit"}',
            "✖ Too big: expected number to be <=100 → at limit",
        ),
        ('{"error":"a\\u001b[31mb\\u202ec\\u0000"}', "a[31mbc"),
        ('{"error":"' + "x" * 5000 + '"}', "x" * 300),
        ('{"error":7}', "400 Bad Request"),
        ('["error"]', "400 Bad Request"),
        ("{}", "400 Bad Request"),
        ("", "400 Bad Request"),
        ("[" * 60_000, "400 Bad Request"),
        ("<html>", "400 Bad Request"),
    ],
)
def test_a_refusal_is_an_answer_with_the_words_of_the_server_cleaned(server, home, body, refused):
    house = home()
    url = server.on("/a", answer(body.encode(), 400))
    assert house.fetch(ask(url)) == Answer(body=body.encode(), at=NOON, refused=refused)
    assert house.cache.get(url) is None


def test_a_cache_that_does_not_work_is_told_once_and_nothing_else(server, home, tmp_path):
    (tmp_path / "cache").write_text("a file where the folder should be")
    house = home()
    url = server.on("/a", answer(NEW))
    assert [house.fetch(ask(url)).body for _ in range(3)] == [NEW] * 3
    assert [kind for kind, _ in house.notes] == ["cache"]
    assert "answers are not kept" in house.notes[0][1]


def test_threads_share_a_fetch(server, home):
    house = home()
    urls = [server.on(f"/{n}", [0.02, answer(b"%d" % n)]) for n in range(8)]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for _ in range(2):
            bodies = [answered.body for answered in pool.map(lambda url: house.fetch(ask(url)), urls)]
            assert bodies == [b"%d" % n for n in range(8)]
    assert len(server.seen) == 8


def together(server: Server, first: Callable[[], object], second: Callable[[], object]) -> list[object]:
    """What both come to, or fail with; the second begins when the server has heard of the first."""

    def outcome(call: Callable[[], object]) -> object:
        try:
            return call()
        except PapercliError as failure:
            return failure

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        outcomes = [pool.submit(outcome, first)]
        while not server.seen:
            time.sleep(0.005)
        outcomes.append(pool.submit(outcome, second))
        return [each.result() for each in outcomes]


def test_of_two_at_once_one_asks_and_the_other_has_its_answer(server, shared):
    url = server.on("/a", [0.2, answer(OLD)], answer(NEW))
    first, second = (shared(now=time.time) for _ in range(2))
    answers = together(server, lambda: first.fetch(ask(url)), lambda: second.fetch(ask(url)))
    assert answers[0] == answers[1] and answers[0].body == OLD
    assert shared(now=time.time, refresh=True).fetch(ask(url)).body == NEW
    assert len(server.seen) == 2


@pytest.mark.parametrize(("status", "kind"), [(403, NotAllowed), (418, Unreachable)])
def test_of_two_at_once_both_hear_how_it_failed(server, shared, status, kind):
    url = server.on("/a", [0.2, answer(b"", status)], answer(NEW))
    first, second = (shared(now=time.time) for _ in range(2))
    failures = together(server, lambda: first.fetch(ask(url)), lambda: second.fetch(ask(url)))
    assert [type(each) for each in failures] == [kind, kind] and len({str(each) for each in failures}) == 1
    assert len(server.seen) == 1
    assert second.fetch(ask(url)).body == NEW


def test_what_is_kept_stands_in_when_another_is_still_asking(server, shared, tmp_path):
    house = shared()
    url = server.on("/a", answer(NEW))
    house.cache.put(url, Kept(body=OLD, at=NOON - 700))
    house.fetch.tries.hurried = house.fetch.tries.patience = 0.1
    with turn_for(f" {url}", str(tmp_path / "state"), lambda: None, 1.0):
        answered = house.fetch(ask(url))
        assert (answered.body, str(answered.failure)) == (OLD, "another papers is still asking for it")
        assert server.seen == []
        other = server.on("/other", answer(NEW))
        assert house.fetch(ask(other)).body == NEW
    assert house.fetch(ask(url)).body == NEW


def test_who_has_nothing_asks_too_when_another_takes_too_long(server, shared, tmp_path):
    house = shared()
    url = server.on("/a", answer(NEW))
    house.fetch.tries.patience = 0.1
    with turn_for(f" {url}", str(tmp_path / "state"), lambda: None, 1.0):
        assert house.fetch(ask(url)).body == NEW


def test_what_was_never_opened_can_be_closed(home, server):
    house = home()
    house.fetch.close()
    assert house.fetch(ask(server.on("/a", answer(NEW)))).body == NEW


def test_the_network_is_made_when_it_is_first_needed(server, tmp_path):
    fetch = Fetch(cache=lambda: Cache(str(tmp_path)), pace=lambda: Pace(str(tmp_path)))
    url = server.on("/a", answer(NEW))
    assert fetch(ask(url)).body == NEW
    fetch.close()
    assert fetch(ask(url)).body == NEW
    fetch.close()
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ("", ""),
        (
            '<https://huggingface.co/api/daily_papers?limit=100&p=1>; rel="next"',
            "https://huggingface.co/api/daily_papers?limit=100&p=1",
        ),
        ("</a?b=c,d;e>; rel=next", "/a?b=c,d;e"),
        ('</1>; rel="prev", </2>; rel="next"', "/2"),
        ('</1>; title="a, b; rel=next"; rel=prev,</2>;REL=NEXT', "/2"),
        ('</1>; title="say \\"hi\\", you"; rel="first next last"', "/1"),
        ("</1>; rel=prev; rel=next", ""),
        ("</1>; anchor; rel=next", "/1"),
        ("</1> ; rel = next ;;", "/1"),
        ("</1>; rel=nextish, </2>", ""),
        ("</1; rel=next", ""),
        ('</1>; rel="next', ""),
        ("<>; rel=next", ""),
        ("rel=next; </1>", ""),
        ("nonsense, </1>; rel=next", ""),
        ("</1> nonsense, </2>; rel=next", "/2"),
        (";" * 1000, ""),
        ("</1>" + "; " * 500 + "rel=next", "/1"),
        ('</1>; x="' + "\\" * 990, ""),
    ],
)
def test_the_next_page_is_the_link_that_says_next(header, target):
    assert next_link(header) == target


def test_a_machine_that_lacks_what_asking_takes_is_told_so(home):
    def without_threads(*_, **__):
        raise RuntimeError("can't start new thread")

    with pytest.raises(Unreachable, match=r"^example.org cannot be asked: no thread can be started$"):
        home(send=without_threads).fetch(ask("https://example.org/a"))
