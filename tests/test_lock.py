"""One process at a time, also when the one before was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from papercli.system.lock import Lock

HOLD = """
import sys, time
from papercli.system.lock import Lock
with Lock(sys.argv[1]) as lock:
    print(lock.held, flush=True)
    time.sleep(float(sys.argv[2]))
"""


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "new" / "folder" / "a.lock")


def holder(path: str, seconds: float) -> subprocess.Popen[str]:
    """A process that holds the lock already."""
    child = subprocess.Popen([sys.executable, "-c", HOLD, path, str(seconds)], stdout=subprocess.PIPE, text=True)
    assert child.stdout.readline() == "True\n"
    return child


def test_another_process_is_waited_for(path):
    began = time.monotonic()
    with holder(path, 0.3) as child, Lock(path) as lock:
        assert lock.held and time.monotonic() - began >= 0.3
        assert child.wait(5) == 0
    assert not lock.held


def test_the_lock_can_be_taken_again_and_again(path):
    for _ in range(3):
        with Lock(path, timeout=0) as lock:
            assert lock.held


def test_an_error_inside_lets_the_lock_go(path):
    with pytest.raises(ValueError, match="inside"), Lock(path):
        raise ValueError("inside")
    with Lock(path, timeout=0) as lock:
        assert lock.held


def test_the_timeout_ends_the_wait(path):
    with Lock(path):
        began = time.monotonic()
        with pytest.raises(TimeoutError), Lock(path, timeout=0.1):
            pass
        assert 0.1 <= time.monotonic() - began < 0.5


def test_a_wait_is_told_once_and_a_short_one_never(path):
    told = []
    with holder(path, 0.4), Lock(path, told=lambda: told.append(1), told_after=0.1):
        assert told == [1]
    with Lock(path, told=lambda: told.append(2), told_after=0.1):
        assert told == [1]


@pytest.mark.skipif(os.name != "posix", reason="kill -9")
def test_a_killed_holder_leaves_no_lock_behind(path):
    with holder(path, 60) as child:
        child.send_signal(signal.SIGKILL)
        with Lock(path, timeout=5) as lock:
            assert lock.held


@pytest.mark.skipif(os.name != "posix", reason="sends SIGINT")
def test_ctrl_c_ends_the_wait(path):
    wait = HOLD.replace("argv[1])", "argv[1], told=lambda: print('waits', flush=True), told_after=0)", 1)
    with Lock(path):
        command = [sys.executable, "-c", wait, path, "0"]
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert child.stdout.readline() == "waits\n"
        child.send_signal(signal.SIGINT)
        assert "KeyboardInterrupt" in child.communicate(timeout=5)[1]


def test_threads_exclude_each_other(path):
    inside, most = [], []

    def enter():
        with Lock(path):
            inside.append(1)
            most.append(len(inside))
            time.sleep(0.005)
            inside.pop()

    threads = [threading.Thread(target=enter) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 8


def test_where_no_file_can_be_made_nobody_waits(tmp_path):
    (tmp_path / "file").write_text("")
    path = str(tmp_path / "file" / "a.lock")
    with Lock(path, timeout=0) as first, Lock(path, timeout=0) as second:
        assert (first.held, second.held) == (False, False)
