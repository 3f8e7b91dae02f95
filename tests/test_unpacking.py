"""The lines of a file, packed or not: each as it stands there, from any place on, and what is damaged is said."""

from __future__ import annotations

import gzip
import lzma
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from papercli import unpacking
from papercli.errors import Unreadable
from papercli.unpacking import Lines


def packed(how: str, data: bytes) -> bytes:
    return {"": bytes, "gzip": gzip.compress, "xz": lzma.compress}[how](data)


def lines(path: Path, begin: int = 0) -> Iterator[tuple[bytes, int, bool]]:
    """(line, where it ends, whether it is cut) of the file."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        read = Lines(descriptor)
        read.begin(begin)
        for each in read:
            yield each, read.offset, read.is_cut
    finally:
        os.close(descriptor)


@pytest.mark.parametrize("how", ["", "gzip", "xz"])
@given(
    data=st.lists(st.binary(max_size=40), max_size=8).map(b"\n".join), block=st.integers(1, 30), several=st.booleans()
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_lines_are_those_of_the_text_from_every_place_on(
    tmp_path_factory: pytest.TempPathFactory, how: str, data: bytes, block: int, several: bool
) -> None:
    path = tmp_path_factory.getbasetemp() / f"lines-{how}"
    half = len(data) // 2
    path.write_bytes(packed(how, data[:half]) + packed(how, data[half:]) if several else packed(how, data))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(unpacking, "BLOCK", block)
        patch.setattr(unpacking, "LONGEST", 25)
        if not how and any(data.startswith(magic) for magic in unpacking._BEGINNINGS):
            return
        found = list(lines(path))
        wanted = data.removesuffix(b"\n").split(b"\n") if data else []
        assert [each for each, _, _ in found] == [each[:25] for each in wanted]
        assert [is_cut for _, _, is_cut in found] == [len(each) > 25 for each in wanted]
        assert not found or found[-1][1] == len(data)
        for place, (_, offset, _) in enumerate(found, start=1):
            assert list(lines(path, offset)) == found[place:]


@pytest.mark.parametrize("how", ["gzip", "xz"])
def test_of_a_file_cut_anywhere_the_whole_lines_are_given_and_then_it_is_said(tmp_path: Path, how: str) -> None:
    rows = [os.urandom(20).hex().encode() for _ in range(12)]
    data = packed(how, b"\n".join(rows))
    path, most = tmp_path / "cut", 0
    for length in range(6, len(data)):
        path.write_bytes(data[:length])
        found = []
        with pytest.raises(Unreadable, match="ends in the middle"):
            for each, _, _ in lines(path):
                found.append(each)
        assert found == rows[: len(found)]
        most = max(most, len(found))
    assert most >= len(rows) - 1


@pytest.mark.parametrize("how", ["gzip", "xz"])
def test_damage_is_told_and_is_no_traceback(tmp_path: Path, how: str) -> None:
    data = packed(how, b"".join(b'{"id":"2403.%05d"}\n' % number for number in range(2_000)))
    path = tmp_path / "damaged"
    for place in range(10, len(data), len(data) // 60):
        path.write_bytes(data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :])
        with pytest.raises(Unreadable, match=r"is damaged|ends in the middle"):
            list(lines(path))


def test_zeros_behind_a_packed_file_are_none_of_it(tmp_path: Path) -> None:
    path = tmp_path / "padded"
    path.write_bytes(gzip.compress(b"one\n") + bytes(512) + gzip.compress(b"two\n") + bytes(1024))
    assert [each for each, _, _ in lines(path)] == [b"one", b"two"]


def test_a_file_that_asks_for_too_much_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "greedy.xz"
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 1 << 30}]
    path.write_bytes(lzma.compress(b"one\n", filters=filters))
    with pytest.raises(Unreadable, match="Memory usage limit"):
        list(lines(path))


def test_a_line_that_does_not_end_is_given_up_and_the_file_is_not_read_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "BLOCK", 10)
    monkeypatch.setattr(unpacking, "LONGEST", 25)
    monkeypatch.setattr(unpacking, "ENDLESS", 100)
    path = tmp_path / "endless"
    path.write_bytes(b"one\n" + b"x" * 1_000 + b"\ntwo\n")
    found = lines(path)
    assert next(found) == (b"one", 4, False)
    assert next(found) == (b"x" * 25, 110, True)
    with pytest.raises(Unreadable, match="a line of it does not end"):
        next(found)


@pytest.mark.skipif(os.name != "posix", reason="elsewhere a folder cannot be opened at all")
def test_what_cannot_be_read_is_said_in_the_systems_words(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="it cannot be read: is a directory"):
        list(lines(tmp_path))


def test_a_file_that_comes_byte_by_byte_is_known_by_its_beginning_all_the_same() -> None:
    """As a pipe may give it, whose reader gets what is there."""
    get, put = os.pipe()
    data = packed("gzip", b"one\ntwo\n")

    def write() -> None:
        for at in range(len(data)):
            os.write(put, data[at : at + 1])
            time.sleep(0.001)
        os.close(put)

    writer = threading.Thread(target=write)
    writer.start()
    read = Lines(get)
    assert (read.kind, list(read)) == ("gzip", [b"one", b"two"])
    assert read.taken == len(data)
    writer.join()
    os.close(get)
