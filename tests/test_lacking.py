"""A machine that has too little: of open files, threads, temporary folders, or even the folder one stands in. A line
says so, what is kept is shown, and nothing waits for a pipe in the place of a file."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conftest import Papers
from papercli import threads
from papercli.system.lacking import lacking
from test_exit_codes import two_hours_older

posix = pytest.mark.skipif(os.name != "posix", reason="limits and pipes of POSIX")
pytestmark = posix
ID = "2607.99013"


@pytest.fixture
def kept(papers: Papers) -> str:
    """What `papers today` prints of a listing that is kept."""
    return papers("today", "-o", "ids").stdout


def limited(environ: dict[str, str], limits: str, *words: str) -> subprocess.CompletedProcess[str]:
    """The program under these limits of the shell's, with no server there."""
    line = ["bash", "-c", f'{limits} && exec "$@"', "papers", sys.executable, "-m", "papercli", *words]
    env = {**environ, "HF_ENDPOINT": "http://127.0.0.1:9"}
    return subprocess.run(line, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("files", range(5, 17))
def test_with_few_files_open_at_once_it_ends_in_a_line(kept: str, environ: dict[str, str], files: int) -> None:
    done = limited(environ, f"ulimit -n {files}", "today", "-o", "ids", "--refresh")
    assert "Traceback" not in done.stderr and "a bug" not in done.stderr, done.stderr
    assert (done.returncode, done.stdout) in ((0, kept), (74, "")), done
    assert done.stderr.count("\n") <= 2, done.stderr
    if files >= 10:
        assert done.returncode == 0


def test_without_another_thread_what_is_kept_is_shown(kept: str, environ: dict[str, str]) -> None:
    done = limited(environ, "ulimit -s 4000000 && ulimit -v 2000000", "today", "-o", "ids", "--refresh")
    assert (done.returncode, done.stdout) == (0, kept), done
    assert "no thread can be started" in done.stderr and done.stderr.count("\n") == 1


def test_work_for_threads_is_done_without_them(monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    def refuse(self: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    assert threads.at_once(lambda number: number * 2, [1, 2, 3], most=2) == [2, 4, 6]
    assert threads.begun(lambda: 5)() == 5
    with pytest.raises(ZeroDivisionError):
        threads.begun(lambda: 1 // 0)(2.0)


def test_what_is_lacking_is_told_and_what_is_a_bug_is_none() -> None:
    assert "files" in lacking(OSError(24, "Too many open files"))
    assert "files" in lacking(ImportError("x.so: cannot open shared object file: Too many open files"))
    assert "memory" in lacking(MemoryError())
    wrapped = ValueError("x")
    wrapped.__cause__ = RuntimeError("can't start new thread")
    assert "thread" in lacking(wrapped)
    for bug in (ValueError("x"), OSError(2, "No such file"), ImportError("No module named x"), RuntimeError("x")):
        assert lacking(bug) == ""


def test_in_a_folder_that_is_gone_what_is_written_there_is_refused(
    kept: str, environ: dict[str, str], tmp_path: Path
) -> None:
    gone = tmp_path / "gone"
    for words, code in (("today -n 1 --obsidian vv", 2), ("library export f", 74), ("library import f", 2)):
        gone.mkdir()
        line = ["sh", "-c", f"rmdir '{gone}' && exec \"$@\"", "papers", sys.executable, "-m", "papercli"]
        done = subprocess.run([*line, *words.split()], env=environ, cwd=gone, capture_output=True, text=True)
        assert done.returncode == code, done
        assert done.stderr.startswith("papers: ") and "no such file" in done.stderr, done


def test_a_note_without_a_temporary_folder_is_refused_in_a_line(kept: str, environ: dict[str, str]) -> None:
    pexpect = pytest.importorskip("pexpect")
    line = f"bash -c 'ulimit -f 0; exec {sys.executable} -m papercli note {ID}'"
    said, code = pexpect.run(line, env={**environ, "EDITOR": "true"}, withexitstatus=True, encoding="utf-8")
    assert code == 74 and "to write the note in" in said and "Traceback" not in said, said


# Pipes in the place of files


STATE = ("machine", "last-lists/any", "config.json", "asking-newest.failed", "crash.log")


@pytest.mark.parametrize("name", STATE)
def test_a_pipe_in_the_place_of_a_file_of_ours_is_not_waited_for(
    papers: Papers, kept: str, home: Path, name: str
) -> None:
    path = home / "state" / name
    (home / "config").mkdir(exist_ok=True)
    (home / "config" / "config.toml").write_text("[listing]\nlimit = 3\n")
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    for pace in (home / "state").glob("pace-*.json"):
        pace.unlink()
        os.mkfifo(pace)
    for words in (["star", ID], ["show", "1"], ["today", "--refresh", "-o", "ids"], ["show", ID, "--refresh"]):
        began = time.monotonic()
        done = papers(*words)
        assert time.monotonic() - began < 20, words
        assert done.returncode in ({2} if words == ["show", "1"] and "any" in name else {0}), done


def test_a_pipe_for_a_token_is_none(papers: Papers, kept: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "token")
    assert papers("today", "--refresh", "-o", "ids", env={"HF_HOME": str(tmp_path)}).stdout == kept


def test_a_pipe_for_certificates_does_not_keep_the_program(
    papers: Papers, kept: str, home: Path, tmp_path: Path
) -> None:
    two_hours_older(home)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    env = {"SSL_CERT_FILE": str(pipe), "HF_ENDPOINT": "https://127.0.0.1:9"}
    began = time.monotonic()
    done = papers("today", "-o", "ids", env=env)
    assert (done.returncode, done.stdout) == (0, kept), done
    assert "could not reach" in done.stderr
    assert time.monotonic() - began < 15
