"""A PDF from the tests' own arXiv: gone on with where it may be, whole or not there at all."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path

import httpx
import pytest

from arxiv_hub import ArxivHub
from papercli import download
from papercli.download import Download, is_whole
from papercli.errors import Busy, NoSuchPaper, OutputError, PapercliError, Unreachable, Unreadable
from papercli.network import Network
from papercli.network import download as over_the_network
from papercli.request import Request
from pdf_server import made_up
from server import CLOSE, Server, answer

ID = "2607.99013"
PDF = b"%PDF-1.5\n" + bytes(200) + b"%%EOF\n"


@pytest.fixture
def arxiv() -> Iterator[ArxivHub]:
    running = ArxivHub([])
    yield running
    running.stop()


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


class Saver:
    """A Download into a folder of its own, whose waits are scaled down; `notes` and `heard` are what it told."""

    def __init__(self, folder: Path, **more: bool) -> None:
        self.folder = folder / "here"
        self.folder.mkdir()
        self.path = self.folder / "paper.pdf"
        self.notes: list[tuple[str, str]] = []
        self.heard: list[tuple[int, int | None]] = []
        self.download = Download(str(folder / "state"), lambda *said: self.notes.append(said), **more)
        self.download.pauses = (0.0, 0.0)

    def __call__(self, url: str, *, again: bool = False) -> int:
        request = Request(url=url, fresh=0)
        return self.download.save(
            request, str(self.path), heard=lambda *said: self.heard.append(said), told=lambda: None, again=again
        )

    def failure(self, url: str) -> PapercliError:
        with pytest.raises(PapercliError) as caught:
            self(url)
        return caught.value

    @property
    def left(self) -> list[str]:
        return sorted(os.listdir(self.folder))


@pytest.fixture
def saver(tmp_path: Path) -> Iterator[Saver]:
    made = Saver(tmp_path)
    yield made
    made.download.close()


def test_a_pdf_is_saved_once_and_again_when_that_is_asked(saver: Saver, arxiv: ArxivHub) -> None:
    url = f"{arxiv.url}/pdf/{ID}"
    body = arxiv.pdfs.body(ID)
    assert saver(url) == len(body) and saver.path.read_bytes() == body
    assert saver.heard[0] == (0, len(body)) and saver.heard[-1] == (len(body), len(body))
    assert saver.heard == sorted(saver.heard)
    assert saver(url) == 0 and len(arxiv.requests) == 1
    arxiv.pdfs.bodies[ID] = arxiv.pdfs.body("a newer one")
    assert saver(url, again=True) > 0 and saver.path.read_bytes() == arxiv.pdfs.body("a newer one")
    assert saver.left == ["paper.pdf"] and saver.notes == []


@pytest.mark.parametrize(
    ("faults", "ranges"),
    [
        (["_cut100000", "_cut70000"], ["", "bytes=100000-", "bytes=170000-"]),
        (["_cut3"], ["", "bytes=3-"]),
        (["_503"], [""]),
        (["_503after"], [""]),
        (["_longer"], ["", "bytes=300000-", ""]),
        (["_cut100000", "_norange"], ["", "bytes=100000-"]),
        (["_cut100000", "_beyond"], ["", "bytes=100000-", ""]),
        (["_cut100000", "_wrongrange"], ["", "bytes=100000-", ""]),
        (["_cut100000", "_otheretag"], ["", "bytes=100000-", ""]),
        (["_cut3", "_cut9"], ["", "bytes=3-", "bytes=12-"]),
        (["_drop"], [""]),
        (["_moved"], ["", ""]),
        (["_nolength"], [""]),
    ],
)
def test_what_a_next_try_can_mend_is_mended(
    saver: Saver, arxiv: ArxivHub, faults: list[str], ranges: list[str]
) -> None:
    arxiv.faults = list(faults)
    saver(f"{arxiv.url}/pdf/{ID}")
    assert saver.path.read_bytes() == arxiv.pdfs.body(ID) and saver.left == ["paper.pdf"]
    assert (arxiv.faults, arxiv.pdfs.ranges) == ([], ranges)


def test_tries_are_a_while_apart(saver: Saver, arxiv: ArxivHub) -> None:
    saver.download.pauses = (0.1, 0.2)
    arxiv.faults = ["_503", "_503"]
    saver(f"{arxiv.url}/pdf/{ID}")
    first, second, third = arxiv.at
    assert second - first >= 0.1 and third - second >= 0.2


def test_a_server_that_wants_rest_is_not_asked_again(saver: Saver, server: Server) -> None:
    url = server.on("/pdf/1", answer(b"", 429, {"Retry-After": "500"}), answer(PDF))
    for _ in range(2):
        failure = saver.failure(url)
        assert isinstance(failure, Busy) and "asks to come back in" in str(failure)
    assert len(server.seen) == 1 and saver.left == []


@pytest.mark.skipif(os.name != "posix", reason="links of POSIX")
def test_where_a_link_has_the_name_nobody_is_asked(saver: Saver, arxiv: ArxivHub) -> None:
    saver.path.symlink_to(saver.folder / "elsewhere")
    assert "is a link, and stays as it is" in str(saver.failure(f"{arxiv.url}/pdf/{ID}"))
    assert (arxiv.requests, saver.left) == ([], ["paper.pdf"])


@pytest.mark.parametrize(
    ("fault", "tries", "kind", "words"),
    [
        ("_html200", 1, Unreadable, "a web page instead of a PDF"),
        ("_aspdf", 1, Unreadable, "something that is no PDF"),
        ("_text200", 1, Unreadable, "a web page instead of a PDF"),
        ("_shorter", 1, Unreadable, "no whole PDF"),
        ("_tohttp", 1, Unreachable, "redirects to an address that does not start with https"),
        ("_empty200", 1, Unreadable, "no whole PDF"),
        ("_noend", 1, Unreadable, "no whole PDF"),
        ("_nolengthcut90000", 1, Unreadable, "no whole PDF"),
        ("_huge", 1, Unreadable, "larger than 200 MiB"),
        ("_gzip", 1, Unreadable, "packed in a way"),
        ("_403", 1, Unreachable, "403 Forbidden"),
        ("_missing", 1, NoSuchPaper, f"arXiv has no PDF of {ID}"),
        ("_429", 3, Busy, "fewer requests"),
        ("_503", 3, Unreachable, "503"),
        ("_drop", 3, Unreachable, "closed the connection"),
    ],
)
def test_what_nothing_can_mend_leaves_nothing(
    saver: Saver, arxiv: ArxivHub, fault: str, tries: int, kind: type[PapercliError], words: str
) -> None:
    arxiv.faults = [fault] * 3
    failure = saver.failure(f"{arxiv.url}/pdf/{ID}")
    assert isinstance(failure, kind) and words in str(failure)
    assert saver.left == [] and len(arxiv.requests) == tries


def test_a_body_without_end_is_ended(saver: Saver, arxiv: ArxivHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "MOST", 1 << 20)
    arxiv.faults = ["_endless"]
    assert "larger than 1 MiB" in str(saver.failure(f"{arxiv.url}/pdf/{ID}"))
    assert saver.left == []


def test_silence_ends_a_try_and_what_came_is_kept_for_the_next_run(saver: Saver, arxiv: ArxivHub) -> None:
    saver.download.silence = 0.2
    arxiv.faults = ["_stall50000"] * 3
    failure = saver.failure(f"{arxiv.url}/pdf/{ID}")
    assert str(failure) == f"{arxiv.url[7:]} sent nothing for 0.2 s"
    assert failure.hint == "150,000 bytes are here, and the same command goes on from there"
    assert saver.left == [f".{ID}.pdf.part", f".{ID}.pdf.part.json"]
    assert saver(f"{arxiv.url}/pdf/{ID}") == 300_000
    assert arxiv.pdfs.ranges[-1] == "bytes=150000-" and saver.path.read_bytes() == arxiv.pdfs.body(ID)


def test_what_comes_slowly_but_steadily_is_waited_for(saver: Saver, arxiv: ArxivHub) -> None:
    saver.download.silence = 0.5
    arxiv.pdfs.bodies[ID], arxiv.pdfs.pause = made_up(ID, 120_000), 0.1
    began = time.monotonic()
    assert saver(f"{arxiv.url}/pdf/{ID}") == 120_000
    assert time.monotonic() - began > saver.download.silence + 0.1 and len(arxiv.requests) == 1


def test_a_trickle_is_given_up(saver: Saver, arxiv: ArxivHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(over_the_network.Download, "grace", 0.1)
    monkeypatch.setattr(over_the_network.Download, "slowest", 1_000_000)
    arxiv.pdfs.pause = 0.25
    failure = saver.failure(f"{arxiv.url}/pdf/{ID}")
    assert "sends too slowly: " in str(failure) and "goes on from there" in failure.hint


def test_a_machine_that_does_not_take_the_connection_is_left(saver: Saver, monkeypatch: pytest.MonkeyPatch) -> None:
    let_go = threading.Event()
    monkeypatch.setattr(over_the_network, "CONNECT", 0.1)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *asked, **more: let_go.wait(10) and [])
    try:
        assert str(saver.failure(f"https://arxiv.example/pdf/{ID}")) == "could not reach arxiv.example within 0.1 s"
    finally:
        let_go.set()


def test_nothing_is_written_any_more_once_it_was_left(saver: Saver, arxiv: ArxivHub) -> None:
    """The thread of a try that was given up may still get a piece, and must not put it into the next one's file."""
    written: list[bytes] = []
    arrived, let_go = threading.Event(), threading.Event()

    class Slow(over_the_network.Download):
        def _pieces(self, response: object) -> Iterator[bytes]:
            yield b"first"
            arrived.set()
            let_go.wait(10)
            yield b"late"

    class Sink:
        begin = staticmethod(lambda reply: None)
        write = staticmethod(written.append)

    url = httpx.URL(f"{arxiv.url}/pdf/{ID}")
    with pytest.raises(Unreachable, match="sent nothing for"):
        Slow(Network({}), url, {}, 0.1, sink=Sink(), most=1 << 20).reply()
    assert arrived.is_set()
    let_go.set()
    ends = time.monotonic() + 2
    while any(thread.name == "papercli-request" for thread in threading.enumerate()) and time.monotonic() < ends:
        time.sleep(0.01)
    assert written == [b"first"]


def test_a_part_without_a_name_is_not_gone_on_with(saver: Saver, arxiv: ArxivHub) -> None:
    arxiv.pdfs.etags = False
    arxiv.faults = ["_cut50000"] * 3
    assert saver.failure(f"{arxiv.url}/pdf/{ID}").hint == ""
    assert saver.left == [] and arxiv.pdfs.ranges == ["", "", ""]


@pytest.mark.parametrize(("older", "named"), [(60, True), (59, False)])
def test_a_date_names_a_part_when_it_is_a_minute_old(saver: Saver, server: Server, older: int, named: bool) -> None:
    now = time.time()
    then = formatdate(now - older, usegmt=True)
    headers = {"Last-Modified": then, "Date": formatdate(now, usegmt=True), "ETag": 'W/"weak"'}
    rest = {"Content-Range": f"bytes 100-{len(PDF) - 1}/{len(PDF)}", **headers}
    cut = [answer(PDF[:100], headers=headers, length=len(PDF)), CLOSE]
    saver(server.on("/pdf/1", cut, answer(PDF[100:], 206, rest) if named else answer(PDF, headers=headers)))
    assert saver.path.read_bytes() == PDF
    assert server.seen[1].headers.get("range", "") == ("bytes=100-" if named else "")
    assert server.seen[1].headers.get("if-range", "") == (then if named else "")


def test_a_part_that_turns_out_to_be_whole_is_not_asked_for(saver: Saver, server: Server) -> None:
    headers = {"ETag": '"1"'}
    url = server.on("/pdf/1", [answer(PDF, headers=headers), 0.0])
    part = saver.folder / ".1.pdf.part"
    part.write_bytes(PDF)
    part.with_name(".1.pdf.part.json").write_text(f'{{"url": "{url}", "validator": "1", "length": {len(PDF)}}}')
    assert saver(url) == len(PDF)
    assert (server.seen, saver.path.read_bytes(), saver.left) == ([], PDF, ["paper.pdf"])


def test_a_disk_without_room_leaves_nothing(saver: Saver, arxiv: ArxivHub, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write

    def full(file: int, piece: bytes) -> int:
        if len(piece) > 1000:
            raise OSError(28, "No space left on device")
        return write(file, piece)

    monkeypatch.setattr(os, "write", full)
    failure = saver.failure(f"{arxiv.url}/pdf/{ID}")
    assert isinstance(failure, OutputError) and "no space left on device" in str(failure)
    assert saver.left == []


def test_what_is_asked_and_answered_is_told_to_who_wants_to_know(tmp_path: Path, arxiv: ArxivHub) -> None:
    saver = Saver(tmp_path, verbose=True)
    url = f"{arxiv.url}/pdf/{ID}"
    arxiv.faults = ["_cut100000"]
    saver(url)
    saver.download.close()
    assert saver.notes == [
        ("asked", f"GET {url}"),
        ("asked", f"GET {url} from byte 100,000 on"),
        ("answered", f"206 of {url}, 300,000 bytes are here"),
    ]


def test_the_made_up_ones_are_printed_here(tmp_path: Path) -> None:
    saver = Saver(tmp_path, demo=True)
    assert saver(f"https://arxiv.org/pdf/{ID}") == saver.path.stat().st_size
    assert is_whole(str(saver.path))
    assert isinstance(
        saver.failure("https://arxiv.org/pdf/1234.56789") if saver.path.unlink() is None else None, NoSuchPaper
    )
    saver.download.close()
    saver.download.close()


@pytest.mark.parametrize(
    ("content", "whole"),
    [
        (PDF, True),
        (PDF + bytes(8_000), True),
        (PDF + bytes(9_000), False),
        (PDF[:-6], False),
        (PDF[1:], False),
        (b"", False),
    ],
)
def test_a_whole_one_begins_and_ends_as_a_pdf(tmp_path: Path, content: bytes, whole: int) -> None:
    (tmp_path / "a.pdf").write_bytes(content)
    assert is_whole(str(tmp_path / "a.pdf")) == whole


@pytest.mark.skipif(os.name != "posix", reason="links and pipes of POSIX")
def test_only_a_file_is_a_whole_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.pdf").write_bytes(PDF)
    (tmp_path / "link").symlink_to(tmp_path / "a.pdf")
    os.mkfifo(tmp_path / "pipe")
    assert not any(is_whole(str(tmp_path / name)) for name in ("link", "pipe", "none", "."))

    def damaged(file: int, count: int) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "read", damaged)
    before = len(os.listdir("/dev/fd"))
    assert not is_whole(str(tmp_path / "a.pdf"))
    assert len(os.listdir("/dev/fd")) == before
