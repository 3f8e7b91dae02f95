"""A file on its way: gone on with by whoever comes next, whole in the end, and nobody else's file."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from papercli import partial
from papercli.errors import Busy, OutputError
from papercli.partial import CannotWrite, Partial, check_place

posix = pytest.mark.skipif(os.name != "posix", reason="links and pipes of POSIX")
URL, NAMED = "https://arxiv.example/pdf/1", '"abc"'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "here"
    made.mkdir()
    return made


def begun(folder: Path, validator: str = NAMED, length: int | None = 9, piece: bytes = b"abcd") -> None:
    """Write the first bytes of a file, and leave it."""
    with Partial(str(folder), "k") as part:
        assert part.kept(URL) == (0, "")
        part.begin(URL, validator, length)
        part.write(piece)


def left(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


def test_what_is_there_is_gone_on_with_and_moved_when_whole(folder: Path) -> None:
    begun(folder)
    assert left(folder) == [".k.part", ".k.part.json"]
    (folder / "k.pdf").write_bytes(b"an older one")
    with Partial(str(folder), "k") as part:
        assert (part.kept(URL), part.length, part.goes_on) == ((4, NAMED), 9, True)
        part.write(b"efghi")
        assert (part.read(2, 4), part.read(7, 100), part.size) == (b"cdef", b"hi", 9)
        part.finish(str(folder / "k.pdf"))
    assert left(folder) == ["k.pdf"]
    assert (folder / "k.pdf").read_bytes() == b"abcdefghi"


def test_without_its_name_or_of_another_address_it_is_begun_anew(folder: Path) -> None:
    begun(folder, validator="")
    assert left(folder) == []
    begun(folder)
    with Partial(str(folder), "k") as part:
        assert part.kept(URL + "v2") == (0, "") and not part.goes_on
        part.begin(URL + "v2", '"other"', None)
        part.write(b"xy")
    with Partial(str(folder), "k") as part:
        assert (part.kept(URL + "v2"), part.length) == ((2, '"other"'), None)
        part.discard()
        assert left(folder) == []


NOTE = {"url": URL, "validator": NAMED, "length": 9}


@pytest.mark.parametrize(
    "note",
    [
        b"", b"{", b"[]", b"\xff" * 9000, b'{"url":1,"validator":[],"length":-5}',
        b"\xff", b"[" * 4000, json.dumps({**NOTE, "validator": ""}).encode(),
        json.dumps({**NOTE, "validator": 7}).encode(), json.dumps({**NOTE, "validator": "x" * 501}).encode(),
        json.dumps({**NOTE, "length": 3}).encode(), json.dumps({**NOTE, "length": True}).encode(),
        json.dumps({**NOTE, "length": "9"}).encode(), json.dumps({"url": URL, "length": 9}).encode(),
    ],
    ids=range(14),
)  # fmt: skip
def test_a_damaged_note_means_from_the_beginning(folder: Path, note: bytes) -> None:
    begun(folder)
    (folder / ".k.part.json").write_bytes(note)
    with Partial(str(folder), "k") as part:
        assert part.kept(URL) == (0, "")
    assert left(folder) == []


def test_who_comes_while_another_saves_it_waits_and_is_told(folder: Path) -> None:
    told = threading.Event()
    with Partial(str(folder), "k") as part:
        part.begin(URL, NAMED, None)
        with pytest.raises(Busy, match="another papers is still saving"), Partial(str(folder), "k", patience=0.05):
            pass
        sizes: list[int] = []

        def second() -> None:
            with Partial(str(folder), "k", told=told.set) as part:
                sizes.append(part.size)

        waiting = threading.Thread(target=second)
        waiting.start()
        assert told.wait(5) and sizes == []
        part.write(b"abcd")
        part.finish(str(folder / "k.pdf"))
    waiting.join(5)
    assert sizes == [0]  # of a new file: the other has become k.pdf
    assert left(folder) == ["k.pdf"]
    assert (folder / "k.pdf").read_bytes() == b"abcd"


@posix
def test_what_is_not_ours_is_left_as_it_is(folder: Path) -> None:
    mine = folder / "mine"
    mine.write_bytes(b"mine")
    part = folder / ".k.part"
    os.link(mine, part)
    with pytest.raises(OutputError, match="is not a file of ours"), Partial(str(folder), "k"):
        pass
    part.unlink()
    part.symlink_to(mine)
    with pytest.raises(CannotWrite) as caught, Partial(str(folder), "k"):
        pass
    assert not caught.value.for_all
    assert mine.read_bytes() == b"mine"


@posix
def test_a_pipe_under_the_name_keeps_nobody_waiting(folder: Path) -> None:
    os.mkfifo(folder / ".k.part")
    with pytest.raises(OutputError, match="is not a file of ours"), Partial(str(folder), "k"):
        pass


@posix
def test_only_a_file_is_replaced(folder: Path) -> None:
    (folder / "file").write_bytes(b"")
    (folder / "folder").mkdir()
    (folder / "link").symlink_to(folder / "nothing")
    check_place(str(folder / "file"))
    check_place(str(folder / "nothing"))
    with pytest.raises(OutputError, match="is no file, and stays as it is"):
        check_place(str(folder / "folder"))
    with pytest.raises(OutputError, match="is a link, and stays as it is"):
        check_place(str(folder / "link"))
    begun(folder)
    with pytest.raises(OutputError, match="is a link"), Partial(str(folder), "k") as part:
        part.kept(URL)
        part.finish(str(folder / "link"))
    assert left(folder) == [".k.part", ".k.part.json", "file", "folder", "link"]


def test_a_full_disk_goes_for_the_next_file_too(folder: Path) -> None:
    (folder / "file").write_bytes(b"")
    with pytest.raises(CannotWrite, match="cannot be written: not a directory") as caught:
        begun(folder / "file")
    assert not caught.value.for_all
    full = CannotWrite("x", OSError(28, "No space left on device"))
    assert full.for_all and str(full) == "x cannot be written: no space left on device"
    assert str(CannotWrite("x", OSError("odd"))) == "x cannot be written: odd"


@pytest.mark.skipif(os.name != "posix", reason="limits of POSIX")
def test_a_disk_that_takes_a_part_of_a_piece_is_asked_for_the_rest(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda file, view: write(file, view[:3]))
    begun(folder, piece=b"abcdefgh")
    assert (folder / ".k.part").read_bytes() == b"abcdefgh"


def test_where_open_files_stay_it_is_let_go_before_it_is_moved_or_removed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[bool] = []

    def noted(act: Callable[..., None]) -> Callable[..., None]:
        def noting(path: str, *more: str) -> None:
            held.append(part.file >= 0 or Path(path).name != ".k.part")
            act(path, *more)

        return noting

    monkeypatch.setattr(partial, "OPEN_FILES_STAY", True)
    begun(folder)
    with Partial(str(folder), "k") as part, monkeypatch.context() as patched:
        patched.setattr(os, "replace", noted(os.replace))
        part.finish(str(folder / "k.pdf"))
    assert left(folder) == ["k.pdf"]
    with Partial(str(folder), "k") as part, monkeypatch.context() as patched:
        patched.setattr(os, "remove", noted(os.remove))
        part.discard()
    assert left(folder) == ["k.pdf"] and held == [False, True, False]


def test_it_is_on_the_disk_before_it_has_its_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    begun(folder)
    with Partial(str(folder), "k") as part:
        fsync, replace = os.fsync, os.replace
        monkeypatch.setattr(
            os, "fsync", lambda file: (done.append("file" if file == part.file else "folder"), fsync(file))
        )
        monkeypatch.setattr(os, "replace", lambda *paths: (done.append("name"), replace(*paths)))
        part.finish(str(folder / "k.pdf"))
    assert done == ["file", "name", *(["folder"] if os.name == "posix" else [])]


def test_who_looks_only_leaves_it_and_a_draft_of_one_that_was_killed_is_in_nobodys_way(folder: Path) -> None:
    begun(folder)
    with Partial(str(folder), "k") as part:
        assert part.size == 4
    (folder / ".k.part.json.new").write_bytes(b"{")
    with Partial(str(folder), "k") as part:
        assert part.kept(URL) == (4, NAMED)
        part.begin(URL, '"newer"', None)
        part.write(b"x")
    with Partial(str(folder), "k") as part:
        assert part.kept(URL) == (1, '"newer"')
    assert left(folder) == [".k.part", ".k.part.json"]


@posix
def test_nothing_stays_open(folder: Path) -> None:
    before = len(os.listdir("/dev/fd"))
    for _ in range(3):
        begun(folder)
        with Partial(str(folder), "k") as part:
            part.finish(str(folder / "k.pdf"))
    (folder / ".k.part").symlink_to(folder / "k.pdf")
    with pytest.raises(CannotWrite), Partial(str(folder), "k"):
        pass
    (folder / ".k.part").unlink()
    os.link(folder / "k.pdf", folder / ".k.part")
    with pytest.raises(OutputError), Partial(str(folder), "k"):
        pass
    assert len(os.listdir("/dev/fd")) == before


@pytest.mark.parametrize("refused", ["open", "fsync"])
def test_a_folder_that_cannot_be_synced_is_no_failure(
    folder: Path, monkeypatch: pytest.MonkeyPatch, refused: str
) -> None:
    act, of_the_folder = getattr(os, refused), []

    def refuse(what: str | int, *more: int) -> int | None:
        if os.path.isdir(what):
            of_the_folder.append(what)
            raise PermissionError(13, "Permission denied")
        return act(what, *more)

    begun(folder)
    with Partial(str(folder), "k") as part:
        monkeypatch.setattr(os, refused, refuse)
        part.finish(str(folder / "k.pdf"))
    assert len(of_the_folder) == 1 and left(folder) == ["k.pdf"]
