"""What the shell hears, and the one line that a person reads, when something goes wrong."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from conftest import Papers
from hub import Hub
from server import Server, answer

TOKEN = "hf_canaryCANARYcanary"
NOBODY = "http://127.0.0.1:9"

# What a shell hears when nothing is kept. An answer without one readable row is no answer; bad rows beside good are.
CODES = {
    "_429": 5, "_401": 0, "_401all": 4, "_403": 4, "_500": 6, "_503": 6, "_html200": 6, "_obj200": 6, "_null200": 6,
    "_empty200": 6, "_deep": 6, "_latin1": 6, "_cut": 6, "_drop": 6, "_badrow": 0, "_redirect_file": 6,
    "_redirect_loop": 6, "refused": 6,
}  # fmt: skip

Done = subprocess.CompletedProcess[str]


def at_fault(papers: Papers, hub: Hub, folder: Path, *words: str) -> dict[str, Done]:
    """The command against every fault at the same time, each with a home of its own in `folder`."""

    def run(fault: str) -> Done:
        endpoint = NOBODY if fault == "refused" else f"{hub.url}/{fault}"
        home = str(folder / fault)
        return papers(*words, env={"HF_ENDPOINT": endpoint, "PAPERCLI_HOME": home, "HF_TOKEN": TOKEN})

    with ThreadPoolExecutor(len(CODES)) as pool:
        return dict(zip(CODES, pool.map(run, CODES), strict=True))


def said(done: Done) -> tuple[list[str], str, str]:
    """(notes, what went wrong, hint) from standard error, once its form is found right."""
    assert re.fullmatch(r"[^\x00-\x09\x0b-\x1f\x7f-\x9f]*", done.stderr), done.stderr
    assert "Traceback" not in done.stderr
    lines = done.stderr.splitlines()
    hint = lines.pop().removeprefix("hint: ") if lines and lines[-1].startswith("hint: ") else ""
    assert all(line.startswith("papers: ") for line in lines), done.stderr
    lines = [line.removeprefix("papers: ") for line in lines]
    failure = lines.pop() if done.returncode else ""
    assert bool(failure) == bool(done.returncode), done.stderr
    return lines, failure, hint


def failure(done: Done) -> dict[str, object]:
    """The error of a run with --json: the last line; all before it are notes."""
    *notes, last = [json.loads(line) for line in done.stderr.splitlines()]
    assert all(list(note) == ["note"] and list(note["note"]) == ["kind", "message"] for note in notes)
    assert list(last) == ["error"]
    assert list(last["error"]) == ["code", "kind", "message", "hint"]
    assert last["error"]["code"] == done.returncode
    return last["error"]


def two_hours_older(home: Path) -> None:
    """As if the listing had been asked for two hours ago, and the answers been cleared away since."""
    with sqlite3.connect(home / "data" / "library.db") as db:
        db.execute("UPDATE newest SET at = at - 7500")
        db.execute("UPDATE listing SET at = at - 7500")
    db.close()
    shutil.rmtree(home / "cache")


def holds(folder: Path, secret: str) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]


def test_every_fault_of_a_server_has_its_code_and_one_line(papers: Papers, hub: Hub, tmp_path: Path) -> None:
    good = papers("today").stdout
    done = at_fault(papers, hub, tmp_path / "empty", "today")
    assert {fault: each.returncode for fault, each in done.items()} == CODES
    for fault, each in done.items():
        notes, sentence, _ = said(each)
        assert each.stdout == ("" if each.returncode else good), fault
        assert not each.returncode or "127.0.0.1" in sentence, "who failed is named"
        assert TOKEN not in each.stdout + each.stderr
        told = {"_badrow": "4 rows", "_401": "token", "_401all": "token"}.get(fault, "")
        assert any(told in note for note in notes) if told else not [n for n in notes if "waiting" not in n], fault
    assert not holds(tmp_path, TOKEN)


def test_a_kept_listing_survives_every_fault(papers: Papers, hub: Hub, home: Path, tmp_path: Path) -> None:
    before = papers("today", "--json").stdout
    two_hours_older(home)
    library = (home / "data" / "library.db").read_bytes()
    for fault in CODES:
        shutil.copytree(home, tmp_path / "kept" / fault)
    asked = len(hub.requests)
    done = at_fault(papers, hub, tmp_path / "kept", "today", "--json")
    for fault, each in done.items():
        assert each.returncode == 0, fault
        notes = [json.loads(line)["note"] for line in each.stderr.splitlines()]
        if CODES[fault] == 0:
            assert [row["id"] for row in json.loads(each.stdout)] == [row["id"] for row in json.loads(before)]
            assert "kept" not in {note["kind"] for note in notes}
            continue
        assert each.stdout == before, fault
        assert [note["kind"] for note in notes][-1] == "kept", fault
        assert re.search(r"\b2 h ago\b", notes[-1]["message"]), fault
        assert (tmp_path / "kept" / fault / "data" / "library.db").read_bytes() == library, fault
    # One try each; another without the token after a 401, and as many redirects as are followed.
    tries = {fault: sum(path.startswith(f"/{fault}/") for path in hub.requests[asked:]) for fault in CODES}
    assert tries == dict.fromkeys(CODES, 1) | {"_401": 2, "_401all": 2, "_redirect_loop": 6, "refused": 0}


def test_no_word_of_a_server_reaches_the_terminal_as_a_control(papers: Papers) -> None:
    words = json.dumps({"error": "\x1b]0;owned\x07 \x9b31m \u202e gone\nhint: run this"}).encode()
    hostile = {
        "object": answer(words),
        "refusal": answer(words, 400),
        "reason": b"HTTP/1.1 501 \x1b]0;owned\x07\r\nRetry-After: \x1b[2J\r\nContent-Length: 0\r\n\r\n",
        "redirect": answer(b"", 302, {"Location": "http://\x1b]0;owned\x07.example.com/"}),
    }
    with Server() as server:
        for name, bytes_ in hostile.items():
            server.on(f"/{name}/*", bytes_)
        for name in hostile:
            for form in ([], ["--json"]):
                done = papers("today", *form, env={"HF_ENDPOINT": f"{server.url}/{name}"})
                assert (done.returncode, done.stdout) == (6, ""), name
                text = str(failure(done)["message"]) if form else said(done)[1]
                assert "\x1b" not in done.stderr
                assert "\x07" not in text
                assert ("gone" in text) == (name in ("object", "refusal"))
    typed = "\x1b]0;owned\x07\x9b2J"
    for line in (["day", typed], ["show", typed], [typed], ["today", "-o", typed], ["today", f"--{typed}"]):
        done = papers(*line)
        assert (done.returncode, done.stdout) == (2, ""), line
        said(done)


def test_the_token_goes_to_one_server_and_into_no_file(papers: Papers, hub: Hub, home: Path, tmp_path: Path) -> None:
    loud = {"HF_TOKEN": TOKEN, "PAPERCLI_DEBUG": "1"}
    done = papers("-v", "today", "--json", env=loud)
    assert done.returncode == 0
    assert set(hub.tokens) == {TOKEN}
    with Server() as first, Server() as other:
        first.on("/api/*", answer(b"", 302, {"Location": f"{other.url}/elsewhere"}))
        other.on("/elsewhere", answer(b"[]", 403))
        told = papers("-v", "today", env={**loud, "HF_ENDPOINT": first.url, "PAPERCLI_HOME": str(tmp_path / "two")})
        assert [seen.headers.get("authorization") for seen in first.seen] == [f"Bearer {TOKEN}"]
        assert len(other.seen) == 1
        assert "authorization" not in other.seen[0].headers
    assert told.returncode == 4
    secret = papers(
        "today", env={"HF_ENDPOINT": f"https://me:{TOKEN}@example.com", "PAPERCLI_HOME": str(tmp_path / "new")}
    )
    assert (secret.returncode, secret.stdout) == (2, "")
    for each in (done, told, secret):
        assert TOKEN not in each.stdout + each.stderr
    assert not holds(tmp_path, TOKEN)
    assert home.is_relative_to(tmp_path)


def test_a_bug_is_one_line_and_a_log_that_only_its_owner_reads(papers: Papers, home: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "httpx.py").write_text("import os\nsecret = os.environ['HF_TOKEN']\n1 / 0\n")
    done = papers("today", env={"PYTHONPATH": str(broken), "HF_TOKEN": TOKEN})
    _, sentence, hint = said(done)
    log = home / "state" / "crash.log"
    assert (done.returncode, done.stdout) == (1, "")
    assert "ZeroDivisionError" in sentence
    assert str(log) in hint
    assert "httpx.py" in log.read_text()
    assert log.stat().st_mode & 0o777 == 0o600
    assert not holds(home, TOKEN)


USAGE = [
    # the line, and what its error or hint must hold
    (["day", "2026-13-40"], "2026-13-40"),
    (["day", "2026-02-30"], "2026-02-30"),
    (["day", "2999-01-01"], "later than tomorrow"),
    (["day", "2026-W54"], "2026-W01 to 2026-W53"),
    (["day", "-video"], "-video"),
    (["day", "firday"], "friday"),
    (["day"], ""),
    (["day", "today", "yesterday"], "yesterday"),
    (["show", "nonsense"], "nonsense"),
    (["show", "../../etc/passwd"], "passwd"),
    (["show", "2607.99013x"], "2607.99013x"),
    (["show", "3"], "today"),
    (["today", "--jsno"], "--json"),
    (["today", "--sort", "votes"], "upvotes"),
    (["today", "-o", "yaml"], "jsonl"),
    (["today", "-n", "-1"], "-1"),
    (["today", "-n", "1.5"], "1.5"),
    (["today", "--min-upvotes", "١٢"], "١٢"),
    (["today", "-n"], "-n"),
    (["today", "-video"], "-video"),
    (["today", "-k", ""], "word"),
    (["today", "--json", "-o", "tsv"], "tsv"),
    (["--colour=never", "today"], "--color"),
    (["today", "--demos"], "--demo"),
    (["tody"], "today"),
    (["serve"], "serve"),
]


def test_what_cannot_be_meant_is_refused_in_a_line_that_helps(papers: Papers, hub: Hub) -> None:
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda case: papers(*case[0]), USAGE))
    for (line, helps), each in zip(USAGE, done, strict=True):
        assert (each.returncode, each.stdout) == (2, ""), line
        _, sentence, hint = said(each) if "--json" not in line else ([], each.stderr, "")
        assert sentence, line
        assert helps in f"{sentence} {hint}", line
    # The newest listing may be asked for, to know which Friday; nothing else was.
    assert set(hub.requests) <= {"/api/daily_papers?limit=100"}


def test_an_option_of_every_command_is_called_by_its_name(papers: Papers) -> None:
    assert "--colour" in said(papers("--colour", "never", "today"))[1], "and not a command never that does not exist"
    for line in (["today", "--color"], ["--color"]):
        assert re.search(r"'?--color'? (requires|needs)", said(papers(*line))[1]), line


@pytest.mark.parametrize("form", ["--json", "--jsonl", "--output=json"])
def test_with_json_every_failure_is_json(papers: Papers, hub: Hub, form: str) -> None:
    lines = {
        ("today", "--sort", "votes"): "usage",
        ("today", "--nope"): "usage",
        ("today", "extra"): "usage",
        ("day", "2026-02-30"): "usage",
        ("show", "nonsense"): "usage",
        ("show", "2501.00001"): "not_found",
    }
    for line, kind in lines.items():
        done = papers(*line, form)
        assert done.stdout == "", line
        assert failure(done)["kind"] == kind, line
    hub.faults = ["_403"]
    assert failure(papers("today", form))["kind"] == "not_allowed"
    unreachable = failure(papers("today", form, env={"HF_ENDPOINT": NOBODY}))
    assert unreachable["kind"] == "unreachable"
    assert "\n" not in str(unreachable["message"])


def test_a_listing_with_a_page_missing_is_printed_and_said_to_be_partial(papers: Papers, hub: Hub) -> None:
    row = hub.days["2026-07-03"][0]
    hub.days = {"2026-07-03": [{**row, "paper": {**row["paper"], "id": f"2607.{n}"}} for n in range(98000, 98150)]}
    hub.faults = ["", "_html200"]
    done = papers("today", "--json")
    assert len(json.loads(done.stdout)) == 100
    error = failure(done)
    assert (error["code"], error["kind"]) == (8, "partial")
    assert "page 2" in str(error["message"])
    again = papers("today", "--json")
    assert (again.returncode, len(json.loads(again.stdout))) == (0, 150), "what is not whole is asked for again"


def test_quiet_keeps_notes_to_itself_and_never_failures(papers: Papers, hub: Hub) -> None:
    hub.faults = ["_badrow"]
    assert papers("-q", "today").stderr == ""
    assert said(papers("-q", "show", "nonsense"))[1]
    assert said(papers("--offline", "-q", "day", "2026-07-01"))[1], "nothing kept of that day"


def test_help_and_version_are_no_failures(papers: Papers, hub: Hub) -> None:
    for line in ([], ["--help"], ["-h"], ["help"], ["help", "day"], ["today", "--help"], ["show", "-h"]):
        done = papers(*line)
        assert (done.returncode, done.stderr) == (0, ""), line
        assert "papers" in done.stdout
    for line in (["--version"], ["-V"]):
        assert re.fullmatch(r"papers [0-9]+\.[0-9]+\.[0-9]+\S*\n", papers(*line).stdout)
    assert (
        papers("--version").stdout
        == subprocess.run(
            [str(Path(sys.executable).parent / "papercli"), "-V"], capture_output=True, text=True, check=True
        ).stdout
    )
    assert hub.requests == []


def test_a_mistake_in_the_words_is_answered_with_the_help_that_explains_them(papers: Papers) -> None:
    asked = {
        ("cite", "2607.99001", "--rsi"): "papers cite --help lists what there is",
        ("config",): "papers config --help lists what there is",
        ("cite", "2607.99001", "-o", "ris"): "papers cite --help lists what there is",
        ("cite", "2607.99001", "-x"): "and no option of this command; an id looks like 2501.12948",
        ("trends", "-n", "5"): "papers trends --help lists what there is",
        ("today", "--csv"): "did you mean -o csv?",
        ("--json", "today"): "it belongs to the command: papers today --json",
        ("cit", "2607.99001"): "did you mean cite",
        ("xyzzy",): "papers --help lists what there is",
    }
    for words, wanted in asked.items():
        done = papers(*words)
        assert (done.returncode, done.stdout) == (2, ""), words
        assert said(done)[2].startswith(wanted), done.stderr
