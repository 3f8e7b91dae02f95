"""Ids from standard input: what every command that takes some does with whatever a pipe, a file or nobody sends."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from conftest import Papers
from hub import Hub
from papercli.render import FORMATS
from papercli.table import TABLE

ONE, TWO = "2607.99013", "2607.99014"
WORDS = {
    "show": ("-o", "ids"), "cite": (), "related": ("-q",), "star": (), "unstar": (), "later": (), "unlater": (),
    "hide": (), "unhide": (), "mark": ("--read",), "tag": ("--add", "x"), "note": ("-m", "x"),
}  # fmt: skip
SINGLE = ("related", "note")
TAKING = [name for name, entry in TABLE.items() if {"id", "ids"} & {each["name"] for each in entry["arguments"]}]


@pytest.mark.parametrize("command", [name for name in TAKING if name in WORDS])
def test_every_command_that_takes_ids_reads_them_from_a_pipe(papers: Papers, hub: Hub, command: str) -> None:
    papers("today")
    piped = f"{ONE}\n" if command in SINGLE else f"{ONE}\n{TWO}\n"
    bare = papers(command, *WORDS[command], input=piped)
    assert bare.returncode == 0, bare.stderr
    assert papers(command, "-", *WORDS[command], input=json.dumps([{"id": ONE}])).returncode == 0
    asked = list(hub.requests)
    for nothing in ("", "\n\n", "1\n2\n3\n", "no paper\x00\xff 3.14159", "[]", "{}"):
        done = papers(command, *WORDS[command], input=nothing)
        assert (done.returncode, done.stdout) == (2, ""), nothing
        assert done.stderr.startswith("papers: standard input names no paper\n")
    assert hub.requests == asked


def test_all_that_take_ids_are_looked_at() -> None:
    assert set(WORDS) <= set(TAKING)


def test_one_paper_is_not_two(papers: Papers) -> None:
    papers("today")
    for command in SINGLE:
        done = papers(command, *WORDS[command], input=f"{ONE}\n{TWO}\n")
        assert (done.returncode, done.stdout) == (2, "")


@pytest.mark.skipif(os.name != "posix", reason="terminals of POSIX")
@pytest.mark.parametrize("command", ["show", "star", "related"])
def test_a_terminal_is_not_waited_for(environ: dict[str, str], command: str) -> None:
    ours, theirs = os.openpty()
    try:
        words = [sys.executable, "-m", "papercli", command]
        done = subprocess.run(words, env=environ, stdin=theirs, capture_output=True, text=True, timeout=30)
    finally:
        os.close(ours)
        os.close(theirs)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("papers: no paper was named\nhint: name one by its id")


@pytest.mark.skipif(os.name != "posix", reason="descriptors of POSIX")
def test_a_closed_standard_input_is_none(environ: dict[str, str]) -> None:
    for words in ("show <&-", "star - <&-"):
        shell = ["sh", "-c", f'"$0" -m papercli {words}', sys.executable]
        done = subprocess.run(shell, env=environ, capture_output=True, text=True, timeout=30)
        assert (done.returncode, done.stdout) == (2, "")
        assert "Traceback" not in done.stderr


def test_whatever_a_listing_prints_names_its_papers_again(papers: Papers) -> None:
    ids = papers("today", "-o", "ids").stdout
    for format in FORMATS:
        printed = papers("today", "-o", format, env={"COLUMNS": "200"}).stdout
        assert papers("show", "-", "-o", "ids", input=printed).stdout == ids, format


LINES = f"{ONE}\n{TWO}\n"
ENCODED = {
    "crlf": LINES.replace("\n", "\r\n").encode(),
    "bom": b"\xef\xbb\xbf" + LINES.encode(),
    "utf-16": LINES.replace("\n", "\r\n").encode("utf-16"),
    "utf-16-be": b"\xfe\xff" + LINES.encode("utf-16-be"),
    "nul": LINES.replace("\n", "\0").encode(),
    "binary": b"\x00\x80 \n" + LINES.replace("\n", "\n\xff\n").encode(),
    "no end": LINES.strip().encode(),
    "json lines": b"\xef\xbb\xbf" + f'{{"id":"{ONE}"}}\r\n{{"id":"{TWO}"}}\r\n'.encode(),
    "api": json.dumps([{"paper": {"id": ONE}, "title": "x"}, {"paper": {"id": TWO}}]).encode(),
}


@pytest.mark.parametrize("data", ENCODED.values(), ids=ENCODED)
def test_however_it_is_encoded(environ: dict[str, str], hub: Hub, data: bytes) -> None:
    environ["HF_ENDPOINT"] = hub.url
    words = [sys.executable, "-m", "papercli", "show", "-o", "ids"]
    done = subprocess.run(words, env=environ, input=data, capture_output=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, f"{ONE}\n{TWO}\n".encode())


def test_too_much_is_refused(environ: dict[str, str]) -> None:
    words = [sys.executable, "-m", "papercli", "show"]
    done = subprocess.run(words, env=environ, input=b" " * (17 << 20), capture_output=True, timeout=60)
    assert (done.returncode, done.stderr) == (2, b"papers: standard input is larger than 16 MiB\n")
