"""What was said to be done is on the disk then: a power cut right after it takes nothing of a person's own back."""

from __future__ import annotations

import errno
import os
import re
import shutil
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from conftest import Papers
from papercli.system import folders

posix = pytest.mark.skipif(os.name != "posix", reason="strace and rights of POSIX")
WRITERS = {
    "papers follow add moe all:mixture": "home/config/topics.toml",
    "papers config set listing.limit 5": "home/config/config.toml",
    "papers config init": "home/config/config.toml",
    "papers library export {}/marks.jsonl": "marks.jsonl",
    "papers today -n 1 --obsidian {}/vault/notes": "vault/notes/2607.99013",
    "papers completion install": ".local/share/bash-completion/completions/papers",
}


@posix
@pytest.mark.parametrize("words", WRITERS)
def test_what_was_written_is_on_the_disk_with_its_name(
    papers: Papers, environ: dict[str, str], tmp_path: Path, words: str
) -> None:
    if not shutil.which("strace"):
        pytest.skip("no strace here")
    papers("star", "2607.99013")
    environ["SHELL"] = "/bin/bash"
    trace = tmp_path / "trace"
    calls = "trace=fsync,fdatasync,openat,rename,renameat,renameat2,link,linkat,mkdir,mkdirat,write"
    line = ["strace", "-f", "-y", "-s", "300", "-e", calls, "-o", str(trace), sys.executable, "-m", "papercli"]
    done = subprocess.run([*line, *words.format(tmp_path).split()[1:]], env=environ, capture_output=True, text=True)
    if "ptrace" in done.stderr or not trace.exists():
        pytest.skip("strace may not look here")
    assert done.returncode == 0, done.stderr
    told = trace.read_text(errors="replace").splitlines()
    there = re.escape(str(tmp_path / WRITERS[words]))
    named = [number for number, call in enumerate(told) if re.search(rf'(rename|link)\w*\(.*, "{there}[^"]*"', call)]
    assert named, "it is put there whole"
    after = told[named[-1] :]
    folder = os.path.dirname(tmp_path / WRITERS[words])
    synced = [number for number, call in enumerate(after) if re.search(rf"fsync\(\d+<{re.escape(folder)}>\)", call)]
    said = [number for number, call in enumerate(after) if re.search(r" write\([12]<", call)]
    assert synced, "the folder is not synced"
    assert not said or said[0] > synced[0], "it is said before"
    draft = re.search(r'(?:rename|link)\w*\((?:AT_FDCWD<[^>]*>, )?"([^"]+)"', told[named[-1]])
    assert draft
    assert any(f"<{draft[1]}>" in call and "fsync" in call for call in told[: named[-1]]), "the text is not synced"
    for made in (re.search(r'mkdir\w*\((?:AT_FDCWD<[^>]*>, )?"([^"]+)".* = 0', call) for call in told):
        if made and folder.startswith(made[1]):
            above = re.escape(os.path.dirname(made[1]))
            assert any(re.search(rf"fsync\(\d+<{above}>\)", call) for call in told), made[1]


def test_a_file_is_replaced_whole_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "file"
    assert folders.replace(str(path), b"one")
    assert path.read_bytes() == b"one"
    path.chmod(0o640)
    mode = stat.S_IMODE(path.stat().st_mode)
    assert folders.replace(str(path), b"two")
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"two", mode)
    assert not folders.replace(str(path), b"three", still=lambda: False)
    assert path.read_bytes() == b"two"
    assert os.listdir(tmp_path) == ["file"]


def test_a_name_as_long_as_a_name_may_be_is_replaced(tmp_path: Path) -> None:
    for name in ("n" * 255, "论" * 85):
        assert folders.replace(str(tmp_path / name), b"one")
        assert folders.replace(str(tmp_path / name), b"two")
        assert (tmp_path / name).read_bytes() == b"two"
    assert len(os.listdir(tmp_path)) == 2


@posix
def test_a_folder_is_made_however_deep(tmp_path: Path) -> None:
    deep = os.path.join(tmp_path, *"d" * 1500)
    try:
        folders.make(deep)
        assert os.path.isdir(deep)
    finally:
        subprocess.run(["rm", "-rf", str(tmp_path / "d")], check=True)
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match=r"file|director"):
        folders.make(str(tmp_path / "file" / "below"))


def test_a_file_is_made_where_there_is_none_and_no_other_is_touched(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file"
    assert folders.create(str(path), b"one")
    assert not folders.create(str(path), b"two")
    assert path.read_bytes() == b"one"
    assert os.listdir(path.parent) == ["file"]


@posix
@pytest.mark.parametrize("name", ["EINVAL", "ENOTSUP", "EACCES"])
def test_where_folders_cannot_be_synced_that_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    _no_folder(monkeypatch, getattr(errno, name))
    assert folders.replace(str(tmp_path / "file"), b"one")


@posix
def test_a_disk_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _no_folder(monkeypatch, errno.EIO)
    with pytest.raises(OSError, match="error"):
        folders.replace(str(tmp_path / "file"), b"one")


def _no_folder(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """A system on which to sync a folder fails."""
    real = os.fsync

    def fsync(file: int) -> None:
        if stat.S_ISDIR(os.fstat(file).st_mode):
            raise OSError(number, os.strerror(number))
        real(file)

    monkeypatch.setattr(os, "fsync", fsync)


def test_no_draft_stays_of_a_thread_that_writes_while_the_process_ends(environ: dict[str, str], tmp_path: Path) -> None:
    script = """
        import os, ssl, sys, threading, time
        from papercli import main
        from papercli.system import folders
        replace, begun = os.replace, threading.Event()
        os.replace = lambda *names: (begun.set(), time.sleep(0.3), replace(*names))
        threading.Thread(target=folders.write, args=(sys.argv[1], b"whole"), daemon=True).start()
        begun.wait(10)
        main._end(7)
    """
    line = [sys.executable, "-c", textwrap.dedent(script), str(tmp_path / "clock")]
    assert subprocess.run(line, env=environ, timeout=60).returncode == 7
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir() if path.is_file()] == [("clock", b"whole")]
