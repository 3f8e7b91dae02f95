"""The cache, the schema, and the doctor: what is broken on purpose is named, with what to do about it."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from conftest import Papers
from hand import resummed
from hub import Hub, fixture_days
from papercli.library import Library
from papercli.library.health import examine
from papercli.paper import FIELDS
from papercli.schema import schema

jsonschema = pytest.importorskip("jsonschema")
pexpect = pytest.importorskip("pexpect")
posix = pytest.mark.skipif(os.name != "posix", reason="modes and links of POSIX")
TOKEN = "hf_notARealTokenButSecret"


# The cache


def test_the_cache_is_described(papers: Papers, home: Path) -> None:
    assert papers("cache", "path").stdout == f"{home / 'cache'}\n"
    assert "answers  0\n" in papers("cache", "info").stdout
    papers("today")
    told = dict(line.split(maxsplit=1) for line in papers("cache", "info").stdout.splitlines())
    assert told["folder"] == str(home / "cache")
    assert int(told["answers"]) >= 1
    assert int(told["size"].removesuffix(" bytes").replace(",", "")) > 1_000
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", told["oldest"])


def test_clearing_deletes_answers_and_nothing_else(papers: Papers, home: Path, hub: Hub) -> None:
    shown = papers("today", "--json", "--offline").stdout or papers("today", "--json").stdout
    (home / "cache" / "mine.txt").write_text("kept")
    library = (home / "data" / "library.db").read_bytes()
    done = papers("cache", "clear", "-y")
    assert (done.returncode, done.stdout) == (0, "")
    assert [path.name for path in (home / "cache").iterdir()] == ["mine.txt"]
    assert (home / "data" / "library.db").read_bytes() == library
    assert papers("today", "--json", "--offline").stdout == shown
    assert "is empty" in papers("cache", "clear", "--yes").stderr


def test_without_a_terminal_clearing_wants_a_yes(papers: Papers, home: Path) -> None:
    papers("today")
    done = papers("cache", "clear", input="y\n")
    assert (done.returncode, done.stdout) == (2, "")
    assert "-y" in done.stderr
    assert (home / "cache" / "cache.db").exists()


@posix
@pytest.mark.parametrize(("answer", "kept"), [("y", False), ("n", True), ("", True)])
def test_on_a_terminal_it_asks(papers: Papers, environ: dict[str, str], home: Path, answer: str, kept: bool) -> None:
    papers("today")
    child = pexpect.spawn(sys.executable, ["-m", "papercli", "cache", "clear"], env=environ, timeout=20)
    child.expect(r"\[y/N\] ")
    child.sendline(answer)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert (home / "cache" / "cache.db").exists() == kept


# The schema


def validator(name: str = "") -> Any:
    rules = schema() if not name else {**schema(), "anyOf": [{"$ref": f"#/$defs/{name}"}]}
    return jsonschema.Draft202012Validator(rules, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)


def test_the_schema_is_one_and_has_every_field_in_order(papers: Papers) -> None:
    printed = json.loads(papers("schema").stdout)
    jsonschema.Draft202012Validator.check_schema(printed)
    assert printed == schema()
    assert tuple(printed["$defs"]["paper"]["required"]) == FIELDS
    assert tuple(printed["$defs"]["paper"]["properties"]) == (*FIELDS, "linked")


@pytest.fixture
def odd(papers: Papers, odd_hub: Hub, environ: dict[str, str]) -> Papers:
    environ["HF_ENDPOINT"] = odd_hub.url
    return papers


@pytest.mark.parametrize("day", sorted(fixture_days())[::2])
def test_every_day_is_as_the_schema_says(odd: Papers, day: str) -> None:
    rows = json.loads(odd("day", day, "--json", "-q").stdout)
    validator().validate(rows)
    for row in map(json.loads, odd("day", day, "--jsonl", "-q").stdout.splitlines()):
        validator("paper").validate(row)
    assert len(rows) >= 3
    shown = json.loads(odd("show", *[row["id"] for row in rows], "--json", "-q").stdout)
    assert len(shown) == len(rows)
    for row in shown:
        validator("shown").validate(row)
    model = {"id": "example/model", "url": "https://huggingface.co/example/model", "likes": 3, "downloads": 12}
    linked = [row["linked"]["models"] for row in shown if row["linked"]]  # one id is known by its version only
    assert linked == [{"total": 7, "items": [model]}] * len(linked)
    assert len(linked) >= len(rows) - 1
    one = json.loads(odd("show", rows[0]["id"], "--json", "-q").stdout)
    validator().validate(one)
    validator("shown").validate(one)


def test_the_sample_and_the_empty_list_are_as_the_schema_says(papers: Papers) -> None:
    validator().validate(json.loads(papers("--demo", "today", "--json").stdout))
    validator().validate(json.loads(papers("day", "2026-07-04", "--json", "-q").stdout))


WRONG: list[tuple[str, Any]] = [
    ("id", None), ("title", None), ("authors", None), ("authors", "A. Uthor"), ("upvotes", "3"), ("upvotes", -1),
    ("listed", "1 July"), ("code", "javascript:alert(1)"), ("seen", None), ("tags", [""]), ("first_seen", "yesterday"),
    ("rank", 0), ("linked", {"models": {}}), ("linked", []),
]  # fmt: skip


def test_the_schema_says_no_to_what_is_wrong(papers: Papers) -> None:
    paper = json.loads(papers("show", "2607.99001", "--json").stdout)
    validator("shown").validate(paper)
    for field, wrong in WRONG:
        with pytest.raises(jsonschema.ValidationError):
            validator("shown").validate({**paper, field: wrong})
    with pytest.raises(jsonschema.ValidationError):
        validator().validate([{name: thing for name, thing in paper.items() if name != "note"}])


# The doctor


@pytest.fixture
def ours(environ: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """An environment in which `papers` on PATH is this one, in a terminal's settings."""
    program = Path(sys.executable).parent / "papers"
    if not program.exists():
        pytest.skip("papers is not installed beside this Python")
    environ["PATH"] = f"{program.parent}{os.pathsep}{environ['PATH']}"
    return environ


def findings(done: subprocess.CompletedProcess[str]) -> dict[str, tuple[str, str]]:
    """(state, words) by subject, the last of each."""
    rows = json.loads(done.stdout)
    assert all(list(row) == ["subject", "state", "message"] for row in rows)
    return {row["subject"]: (row["state"], row["message"]) for row in rows}


def one(done: subprocess.CompletedProcess[str], code: int, subject: str, state: str) -> str:
    """The words of the only finding that is not ok, which must be this one."""
    found = findings(done)
    assert done.returncode == code, done.stdout
    assert {name for name, (stood, _) in found.items() if stood != "ok"} == {subject}, done.stdout
    assert found[subject][0] == state
    if code:
        assert json.loads(done.stderr.splitlines()[-1])["error"]["code"] == code
    else:
        assert done.stderr == ""
    return found[subject][1]


def test_all_is_well(papers: Papers, ours: dict[str, str]) -> None:
    papers("today")
    done = papers("doctor")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    lines = [line.split(maxsplit=2) for line in done.stdout.splitlines()]
    assert {state for state, _, _ in lines} == {"ok"}, done.stdout
    subjects = [subject for _, subject, _ in lines]
    assert subjects == ["program", "versions", "packages", "settings", "config", "data", "cache", "state", "library",
                        "answers", "server", "token", "clock", "terminal"]  # fmt: skip
    assert re.search(r"papercli \d.*Python \d.*SQLite \d", done.stdout)
    assert all(name in done.stdout for name in ("httpx", "rich", "typer", "diskcache", "tomli-w", "platformdirs"))
    assert re.search(r"[1-9]\d* papers, 1 listings", done.stdout)


def test_a_home_that_is_empty_is_well_and_stays_so(papers: Papers, ours: dict[str, str], home: Path) -> None:
    done = papers("doctor", "--offline")
    assert done.returncode == 0, done.stdout
    assert not (home / "data").exists()
    assert not (home / "cache").exists()


def test_the_made_up_feed_needs_no_server(papers: Papers, ours: dict[str, str], hub: Hub) -> None:
    assert papers("--demo", "doctor", env={"HF_ENDPOINT": "http://127.0.0.1:9"}).returncode == 0
    assert hub.requests == []


@posix
def test_another_papers_on_the_path_is_named(papers: Papers, ours: dict[str, str], tmp_path: Path) -> None:
    stranger = tmp_path / "bin" / "papers"
    stranger.parent.mkdir()
    shutil.copy("/bin/sh", stranger)
    path = f"{stranger.parent}{os.pathsep}{ours['PATH']}"
    words = one(papers("doctor", "--json", env={"PATH": path}), 0, "program", "warning")
    assert f"another program, {stranger}" in words
    assert "papercli runs this one" in words
    stranger.write_text("#!/usr/bin/python3\nfrom papercli.main import main\n")
    assert "another installation" in one(papers("doctor", "--json", env={"PATH": path}), 0, "program", "warning")
    stranger.unlink()
    stranger.symlink_to(Path(sys.executable).parent / "papers")
    assert findings(papers("doctor", "--json", env={"PATH": path}))["program"] == ("ok", f"papers is {stranger}")
    bare = one(papers("doctor", "--json", env={"PATH": "/nowhere"}), 0, "program", "warning")
    assert "add " in bare and "python -m papercli" in bare


def test_a_wrong_setting_is_a_problem_and_the_other_checks_go_on(
    papers: Papers, ours: dict[str, str], home: Path
) -> None:
    (home / "config").mkdir(parents=True, mode=0o700)
    (home / "config" / "config.toml").write_text("[output]\nfromat = 1\n")
    words = one(papers("doctor", "--json"), 2, "settings", "problem")
    assert "config.toml:2" in words and "output.format" in words
    (home / "config" / "config.toml").unlink()
    wrong = papers("doctor", "--json", env={"PAPERCLI_LISTING_LIMIT": "x"})
    assert "PAPERCLI_LISTING_LIMIT" in one(wrong, 2, "settings", "problem")
    wrong = papers("doctor", "--json", env={"HF_ENDPOINT": "http://example.org"})
    assert "https" in one(wrong, 2, "settings", "problem")
    odd = papers("doctor", "--json", env={"PAPERCLI_OUTPUT_COLOUR": "never"})
    assert "PAPERCLI_OUTPUT_COLOUR" in one(odd, 0, "settings", "warning")


@posix
def test_folders_that_others_may_read_or_nobody_write_are_told(
    papers: Papers, ours: dict[str, str], home: Path
) -> None:
    papers("today")
    (home / "data" / "library.db").chmod(0o644)
    assert "chmod go=" in one(papers("doctor", "--json"), 0, "data", "warning")
    (home / "data" / "library.db").chmod(0o600)
    shutil.rmtree(home / "state")
    (home / "state").write_text("a file")
    assert "not a folder" in one(papers("doctor", "--json"), 0, "state", "warning")


def damaged_index(home: Path) -> None:
    db = sqlite3.connect(home / "data" / "library.db")
    db.execute("UPDATE paper SET title = 'zyzzyva ' || title")
    db.commit()
    db.close()
    resummed(home / "data" / "library.db")


def test_a_word_index_that_does_not_fit_is_built_anew(papers: Papers, ours: dict[str, str], home: Path) -> None:
    papers("today")
    damaged_index(home)
    assert papers("today", "-k", "zyzzyva", "-o", "ids").stdout == ""
    assert "--fix" in one(papers("doctor", "--json"), 7, "library", "problem")
    fixed = papers("doctor", "--json", "--fix")
    assert fixed.returncode == 0
    assert findings(fixed)["library"] == ("ok", "the word index was wrong and is built anew")
    assert papers("doctor").returncode == 0
    assert len(papers("today", "-k", "zyzzyva", "-o", "ids").stdout.split()) > 5


def test_marks_that_were_altered_are_named_and_never_changed(papers: Papers, ours: dict[str, str], home: Path) -> None:
    papers("today")
    path = home / "data" / "library.db"
    library = Library(str(path))
    library.saw(["2607.99001", "2607.99002"], at=1_750_000_000)
    library.close()
    db = sqlite3.connect(path)
    db.execute("UPDATE mark SET hidden = 5 WHERE id = '2607.99001'")
    db.execute("INSERT INTO note VALUES ('2607.99003', 'words', 5, 1)")
    db.commit()
    before = list(db.execute("SELECT * FROM mark"))
    words = one(papers("doctor", "--json", "--fix"), 7, "library", "problem")
    assert "2607.99001, 2607.99003" in words
    assert "2607.99002" not in words
    assert "backup" in words
    assert list(db.execute("SELECT * FROM mark")) == before
    db.close()


BROKEN: dict[str, Callable[[Path], object]] = {
    "garbage": lambda path: path.write_bytes(b"\x00\xff garbage \x1b]0;owned\x07" * 999),
    "cut short": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "pages lost": lambda path: path.write_bytes(path.read_bytes()[:4096] + b"\xaa" * (path.stat().st_size - 4096)),
    "a folder": lambda path: (path.unlink(), path.mkdir(mode=0o700)),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_damaged_library_is_a_problem_and_is_left_alone(
    papers: Papers, ours: dict[str, str], home: Path, how: str
) -> None:
    papers("today")
    path = home / "data" / "library.db"
    BROKEN[how](path)
    before = path.read_bytes() if path.is_file() else b""
    words = one(papers("doctor", "--json", "--fix"), 7, "library", "problem")
    assert "backup" in words and str(path) in words
    assert "\x1b" not in words
    assert (path.read_bytes() if path.is_file() else b"") == before
    assert papers("doctor").returncode == 7


def test_another_programs_database_is_told(papers: Papers, ours: dict[str, str], home: Path) -> None:
    (home / "data").mkdir(parents=True, mode=0o700)
    db = sqlite3.connect(home / "data" / "library.db")
    db.execute("CREATE TABLE theirs (x)")
    db.commit()
    db.close()
    (home / "data" / "library.db").chmod(0o600)
    assert "another program's" in one(papers("doctor", "--json"), 7, "library", "problem")


@pytest.mark.parametrize("how", ["garbage", "pages lost"])
def test_a_damaged_cache_is_moved_aside(papers: Papers, ours: dict[str, str], home: Path, how: str) -> None:
    papers("today")
    cache = home / "cache" / "cache.db"
    BROKEN[how](cache)
    assert "--fix" in one(papers("doctor", "--json"), 0, "answers", "warning")
    assert "damaged" in papers("cache", "info").stdout
    assert findings(papers("doctor", "--json", "--fix"))["answers"][0] == "ok"
    assert not cache.exists()
    assert cache.with_name("cache.db.broken").exists()
    assert papers("today", "--refresh").returncode == 0
    assert one_ok(papers("doctor", "--json"), "answers")


def one_ok(done: subprocess.CompletedProcess[str], subject: str) -> bool:
    return findings(done)[subject][0] == "ok"


@pytest.mark.parametrize(("endpoint", "words"), [
    ("http://127.0.0.1:9", "connection refused"), ("{hub}/_503", "503 Service Unavailable"),
    ("{hub}/_html200", "a web page"), ("{hub}/_403", "403 Forbidden"), ("{hub}/_drop", "closed the connection"),
    ("{hub}/_redirect_loop", "redirects"), ("{hub}/_empty200", "not JSON"),
])  # fmt: skip
def test_a_server_that_cannot_be_asked_is_a_problem_with_its_reason(
    papers: Papers, ours: dict[str, str], hub: Hub, endpoint: str, words: str
) -> None:
    done = papers("doctor", "--json", env={"HF_ENDPOINT": endpoint.format(hub=hub.url)})
    assert words in one(done, 6, "server", "problem")


def test_of_several_problems_the_settings_come_first_and_the_library_last(
    papers: Papers, ours: dict[str, str], home: Path
) -> None:
    papers("today")
    BROKEN["garbage"](home / "data" / "library.db")
    unreachable = {"HF_ENDPOINT": "http://127.0.0.1:9"}
    assert papers("doctor", env=unreachable).returncode == 6
    done = papers("doctor", env={**unreachable, "PAPERCLI_LISTING_SORT": "x"})
    assert (done.returncode, done.stderr) == (2, "papers: 3 problems found\n")


def test_a_token_is_told_of_and_never_shown(papers: Papers, ours: dict[str, str], hub: Hub) -> None:
    assert findings(papers("doctor", "--json"))["token"] == ("ok", "none, and none is needed")
    done = papers("doctor", "-v", env={"HF_TOKEN": TOKEN})
    assert hub.tokens[-1] == TOKEN
    assert "one is in HF_TOKEN" in done.stdout
    assert TOKEN not in done.stdout + done.stderr
    refused = papers("doctor", "--json", env={"HF_TOKEN": TOKEN, "HF_ENDPOINT": f"{hub.url}/_401"})
    assert "refuses the token" in one(refused, 0, "token", "warning")
    broken = papers("doctor", "--json", env={"HF_TOKEN": f"{TOKEN}\r\nX: y"})
    assert "the Hugging Face token holds what no token does" in one(broken, 2, "settings", "problem")
    assert TOKEN not in broken.stdout + broken.stderr


@pytest.fixture
def askew() -> Iterator[Callable[[float, str], str]]:
    """Start a server whose clock is so many seconds ahead, or says something else; its address."""
    running = []

    def start(seconds: float, said: str = "") -> str:
        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *args: object) -> None: ...

            def do_GET(self) -> None:
                body = json.dumps(fixture_days()["2025-03-12"][:1]).encode()
                self.send_response_only(200)
                self.send_header("Date", said or formatdate(__import__("time").time() + seconds, usegmt=True))
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        running.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(("seconds", "words"), [
    (-3 * 3600, "3 hours ahead of the server's: set"), (600, "10 minutes behind the server's: set"),
    (9 * 86_400, "9 days behind"),
])  # fmt: skip
def test_a_clock_that_is_wrong_is_told(
    papers: Papers, ours: dict[str, str], askew: Callable[..., str], seconds: float, words: str
) -> None:
    done = papers("doctor", "--json", env={"HF_ENDPOINT": askew(seconds)})
    assert words in one(done, 0, "clock", "warning")


@pytest.mark.parametrize("said", ["soon", "Thu, 32 Foo 99999 25:61:61 GMT", "\x7f", "0"])
def test_a_date_that_is_none_is_no_clock(
    papers: Papers, ours: dict[str, str], askew: Callable[..., str], said: str
) -> None:
    done = papers("doctor", "--json", env={"HF_ENDPOINT": askew(0, said)})
    assert findings(done)["clock"] == ("ok", "the server does not say what time it is")


@posix
def test_a_terminal_is_described(papers: Papers, ours: dict[str, str]) -> None:
    def seen(**env: str) -> str:
        child = pexpect.spawn(
            sys.executable, ["-m", "papercli", "doctor", "--offline"], env={**ours, **env}, dimensions=(33, 177),
            encoding="utf-8", timeout=20,
        )  # fmt: skip
        return str(child.read())

    assert re.search(r"ok +terminal +xterm-256color, 177 columns, 33 rows; colour, links, Unicode", seen())
    assert re.search(r"ok +pager +/\S*/cat|ok +pager +none", seen(PAGER="cat"))
    assert re.search(
        r"warning +pager +nosuchpager is not on PATH.*output\.pager", seen(PAPERCLI_PAGER="nosuchpager -R")
    )
    assert re.search(r"warning +terminal .*set LANG", seen(LANG="C", PYTHONUTF8="0", PYTHONIOENCODING="ascii"))


# What the library says of itself


def test_a_library_is_examined_without_being_made(tmp_path: Path) -> None:
    assert examine(str(tmp_path / "none.db")) is None
    assert not (tmp_path / "none.db").exists()


def test_a_locked_or_read_only_library_is_examined_all_the_same(papers: Papers, home: Path) -> None:
    papers("today")
    path = home / "data" / "library.db"
    path.chmod(0o400)
    health = examine(str(path))
    assert health is not None
    assert (health.trouble, health.damage, health.indexes, health.altered) == ("", "", (), ())
    assert health.counts["paper"] > 5
