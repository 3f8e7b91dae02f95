"""Every way in which a server can fail: what is kept is the old or the whole new, the exit code is the right one."""

from __future__ import annotations

from contextlib import closing

from server import CLOSE, Server, answer

from .made_up import WAYS
from .place import Place
from .reader import Reader, places, rows, scaled, slept
from .trial import Trial
from .wire import BREAKS, FAULTS, RATE_LIMITS, RETRY_AFTER

PARTS = 2
SLOW = ("silence", "slow headers", "slow body")
GATE = ("listing", "atom")
AS_PROCESSES = (
    "closed in the body", "reset in the head", "a header of 200 KB", "ESC in a header", "gzip cut in its sum", "429",
    "a web page", "charset undefined",
)  # fmt: skip


def suite(trial: Trial) -> None:
    """Each fault, for each question, with nothing at home and with all of it; in the long form with the library alone,
    too, and as text."""
    with scaled(), Server() as server:
        for way in (way for name, way in WAYS.items() if name in GATE or (trial.long and name != "text")):
            for form in ("--json", "-o=tsv") if trial.long else ("--json",):
                with closing(Place(server, way, form)) as place:
                    named_faults(trial, place, form)
                    if way.name == "listing" and form == "--json":
                        processes(trial, place)
        rests(trial, server)
        rate_limits(trial, server)
        flapping(trial, server)


def named_faults(trial: Trial, place: Place, form: str) -> None:
    """Those of `wire.FAULTS`."""
    homes = ("empty", "filled", "bare") if trial.long else ("empty", "filled")
    names = [f"{place.way.name} {form}: {fault}" for fault in FAULTS]
    for name in trial.named(names, what="faults"):
        fault = name.partition(": ")[2]
        with trial.case(name), scaled(*((0.4, 0.25) if fault in SLOW else (20, 20))):
            for kind in homes if trial.long or place.way.name == "listing" else homes[:1]:
                trial.count("runs in this process")
                wrong = place.wrong(fault, kind, lambda reader: reader.run(*place.words))
                trial.check(not wrong, name, f"{kind} home: {wrong}")


def processes(trial: Trial, place: Place) -> None:
    """The same for real, where something is kept: one try, and at most five seconds."""
    faults = tuple(FAULTS) if trial.long else AS_PROCESSES
    for name in trial.named([f"process: {fault}" for fault in faults], what="processes"):
        with trial.case(name):
            wrong = place.wrong(name.partition(": ")[2], "filled", lambda r: r.process(*place.words), now=True)
            trial.check(not wrong, name, wrong)


def rests(trial: Trial, server: Server) -> None:
    """A server that asks for a rest gets it: the wait is as long as it says, and the next run waits, too."""
    names = [f"{status} {said!a}" for status in (429, 503) for said in RETRY_AFTER]
    for name in trial.named(names, what="kinds of Retry-After"):
        status, said = (
            int(name[:3]),
            next(said for said in RETRY_AFTER if repr(said) == name[4:] or ascii(said) == name[4:]),
        )
        headers = {"Retry-After": said.encode().decode("latin-1"), "Date": "Fri, 03 Jul 2026 12:00:00 GMT"}
        server.on("/api/daily_papers*", answer(b"{}", status, headers), answer(WAYS["listing"].new))
        server.seen.clear()
        reader, before = Reader(**places(server.url)), slept()
        with trial.case(name):
            done, meant = reader.run("today", "--json"), RETRY_AFTER[said]
            waited, asked = slept() - before, len(server.seen)
            trial.check(not done.wrong(), name, done.wrong())
            if meant is not None and meant > 120:
                again = reader.run("today", "--json")
                trial.check(
                    (done.code, done.out, asked) == (5, "", 1), name, f"exit {done.code} after {asked} requests"
                )
                trial.check(again.code == 5 and len(server.seen) == 1, name, "the next run does not wait, too")
            else:
                trial.check(done.code == 0 and len(rows(done.out)) == 3, name, f"exit {done.code}: {done.err}")
                trial.check((meant or 0) <= waited < (meant or 0) + 0.1, name, f"waited {waited:.1f} s, not {meant} s")
        reader.leave()


def rate_limits(trial: Trial, server: Server) -> None:
    """Whatever the RateLimit header of a good answer says, the answer is good, and what is kept is shown after it."""
    for name in trial.named([f"limit {said[:40]!a}" for said in RATE_LIMITS], what="kinds of RateLimit"):
        said = next(said for said in RATE_LIMITS if f"limit {said[:40]!a}" == name)
        server.on("/api/daily_papers*", answer(WAYS["listing"].new, headers={"RateLimit": said}))
        reader = Reader(**places(server.url))
        with trial.case(name):
            for _ in range(2):
                done = reader.run("today", "--json")
                reader.at += 700
                trial.check(not done.wrong() and done.code == 0, name, f"exit {done.code}: {done.err!r} {done.wrong()}")
                trial.check(len(rows(done.out)) == 3, name, "not all of it was printed")
        reader.leave()


def flapping(trial: Trial, server: Server) -> None:
    """k failures, then a good answer: three tries and no more."""
    bad = {str(status): [answer(b"{}", status)] for status in (500, 502, 503, 504)}
    bad |= {
        "drop": [CLOSE],
        "cut": [answer(b"[]", length=9), CLOSE],
        **{b: BREAKS[b][0](b"x" * 99) for b in ("reset at once",)},
    }
    for name in trial.named([f"{kind} × {k}" for kind in bad for k in range(6)], what="failures before a good answer"):
        kind, _, k = name.partition(" × ")
        server.on("/api/daily_papers*", *[bad[kind]] * int(k), [answer(WAYS["listing"].new)])
        server.seen.clear()
        reader = Reader(**places(server.url))
        with trial.case(name):
            done = reader.run("today", "--json")
            meant = 0 if int(k) < 3 else 6
            trial.check(done.code == meant and not done.wrong(), name, f"exit {done.code}, not {meant}: {done.err!r}")
            trial.check(len(server.seen) == min(int(k) + 1, 3), name, f"{len(server.seen)} requests")
            trial.check(bool(done.out) == (not meant), name, "something was printed that must not be")
        reader.leave()
