"""The program in processes that are cheap: one process imports everything once and forks for every run.

`Nest` starts it and asks it; what is below `serve` happens in it. A run begins as a new interpreter would: its own
environment, streams made anew, `sys.stdin` and the like None where the descriptor is closed. What only a real start can
show (locales, the interpreter's own last words) is run for real by the suites, through `start`.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

PAPERS = [sys.executable, "-m", "papercli"]
ROOM = "/dev/shm" if os.path.isdir("/dev/shm") else None  # what is killed here is no disk
LIMITS = ("AS", "FSIZE", "NOFILE")


class Ran:
    """What came of a run: `code` as subprocess says it, `events` calls of C functions if they were counted."""

    def __init__(self, code: int, out: bytes, err: bytes, seconds: float, events: int = 0) -> None:
        self.code, self.out, self.seconds, self.events = code, out, seconds, events
        self.err = err.decode("utf-8", "replace")

    @property
    def text(self) -> str:
        """Standard output."""
        return self.out.decode("utf-8", "replace")

    def __repr__(self) -> str:
        return f"exit {self.code}, {len(self.out)} bytes, said {self.err[-300:]!r}"


class Nest:
    """Runs `papers` with `environ`; `nest.run("today", home=..., kill_after=0.01)`."""

    def __init__(self, environ: dict[str, str]) -> None:
        self.environ = environ
        self.folder = Path(tempfile.mkdtemp(prefix="nest-", dir=ROOM))
        self.folder.chmod(0o711)  # runs may be another user's
        root = Path(__file__).parent.parent.parent
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.trust.nest", str(self.folder)], cwd=root, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def __enter__(self) -> Nest:
        return self

    def __exit__(self, *failure: object) -> None:
        self._process.communicate("")
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(
        self, *words: str, home: Path | None = None, env: dict[str, str | None] | None = None, stdin: str = os.devnull,
        out: str = "", err: str = "", closed: tuple[int, ...] = (), cwd: str = "/", kill_after: float = 0.0,
        kill_at: int = 0, kill_with: str = "", count: bool = False, limits: dict[str, int] | None = None,
        uid: int = 0, umask: int = 0o22, seconds: float = 60.0,
    ) -> Ran:  # fmt: skip
        """One run to its end, or until it is killed after so many seconds, or at its call number `kill_at`. With
        `kill_with` the seconds count from when that file is there. `out` and `err` are files to write to in place of
        pipes; `closed` are descriptors that are not there."""
        environ = {**self.environ, **({"PAPERCLI_HOME": str(home)} if home else {}), **(env or {})}
        asked = {
            "words": words, "env": {name: said for name, said in environ.items() if said is not None}, "stdin": stdin,
            "out": out, "err": err, "closed": closed, "cwd": cwd, "kill_after": kill_after,
            "kill_at": kill_at, "kill_with": kill_with, "count": count, "limits": limits or {}, "uid": uid,
            "umask": umask, "seconds": seconds,
        }  # fmt: skip
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        code, taken, events = json.loads(self._process.stdout.readline())
        said = [Path(given or self.folder / name) for given, name in ((out, "out"), (err, "err"))]
        streams = [path.read_bytes() if path.is_file() and path.parent == self.folder else b"" for path in said]
        return Ran(code, streams[0], streams[1], taken, events)


def start(*words: str, environ: dict[str, str], **options: Any) -> subprocess.Popen[bytes]:
    """A process of its own, as a shell would start it."""
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen([*PAPERS, *words], env=environ, **{**streams, **options})


# In the nest


def serve(folder: str) -> None:
    """Answer each line of standard input with what came of that run."""
    import time

    _import_all()
    for line in sys.stdin:
        asked = json.loads(line)
        asked["folder"] = folder
        for name in ("out", "err", "events"):
            if os.path.exists(f"{folder}/{name}"):
                os.remove(f"{folder}/{name}")
        began = time.perf_counter()
        child = os.fork()
        if not child:
            _child(asked)
        code = _watched(child, asked["kill_after"], asked["kill_with"], asked["seconds"])
        taken = time.perf_counter() - began
        counted = Path(folder, "events")
        events = int(counted.read_text()) if counted.exists() else 0
        sys.stdout.write(json.dumps([code, taken, events]) + "\n")
        sys.stdout.flush()


def _watched(child: int, kill_after: float, kill_with: str, patience: float) -> int:
    """Wait for the child, which is killed when its time comes; its exit code as subprocess gives it."""
    import select

    handle = os.pidfd_open(child)
    poll = select.poll()
    poll.register(handle, select.POLLIN)
    if kill_after:
        import time

        while kill_with and not poll.poll(0) and not os.path.exists(kill_with):
            pass
        time.sleep(kill_after)  # finer than the milliseconds of poll
        signal.pidfd_send_signal(handle, signal.SIGKILL)
    elif not poll.poll(patience * 1_000):
        signal.pidfd_send_signal(handle, signal.SIGABRT)  # it hangs: no code of the program's
    os.close(handle)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _import_all() -> None:
    import importlib
    import importlib.resources  # what is imported late could be out of reach for another user
    import pkgutil

    import papercli

    "example.org".encode("idna").decode("ascii").encode("latin-1")
    for module in pkgutil.walk_packages(papercli.__path__, "papercli."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def _child(asked: dict[str, Any]) -> None:
    """One run, which never returns."""
    code = 70
    try:
        _settle(asked)
        code = _main(asked)
    except SystemExit as stopped:
        code = stopped.code if isinstance(stopped.code, int) else 1
    except BaseException:
        import traceback

        traceback.print_exc()
        code = 71
    finally:
        os._exit(code & 0xFF)


def _settle(asked: dict[str, Any]) -> None:
    """As it is when an interpreter starts."""
    import resource
    import time

    os.environ.clear()
    os.environ.update(asked["env"])
    time.tzset()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(asked["cwd"])
    os.umask(asked["umask"])
    folder = asked["folder"]
    ways = (os.O_RDONLY, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    paths = (asked["stdin"], asked["out"] or f"{folder}/out", asked["err"] or f"{folder}/err")
    for descriptor, (path, way) in enumerate(zip(paths, ways, strict=True)):
        os.close(descriptor)
        if descriptor not in asked["closed"]:
            opened = os.open(path, way, 0o666)
            if opened != descriptor:
                os.dup2(opened, descriptor)
                os.close(opened)
    _streams(asked["closed"])
    for name, most in asked["limits"].items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most))
    if asked["uid"]:
        os.setgroups([])
        os.setgid(asked["uid"])
        os.setuid(asked["uid"])


def _streams(closed: list[int]) -> None:
    def stream(descriptor: int, mode: str, errors: str, **more: Any) -> Any:
        if descriptor in closed:
            return None
        return open(descriptor, mode, encoding="utf-8", errors=errors, closefd=False, **more)

    sys.stdin = sys.__stdin__ = stream(0, "r", "surrogateescape")  # type: ignore[misc]
    sys.stdout = sys.__stdout__ = stream(1, "w", "surrogateescape")  # type: ignore[misc]
    sys.stderr = sys.__stderr__ = stream(2, "w", "backslashreplace", buffering=1)  # type: ignore[misc]


def _main(asked: dict[str, Any]) -> int:
    import atexit

    from papercli.main import main

    sys.argv = ["papers", *asked["words"]]
    if asked["count"] or asked["kill_at"]:
        _counted(asked)
    code = main()
    atexit._run_exitfuncs()
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        return 120  # as the interpreter does
    return code


def _counted(asked: dict[str, Any]) -> None:
    """Count calls of C functions (each system call of ours is behind one), and be killed at one of them."""
    import atexit

    last, count = asked["kill_at"], 0

    def heard(frame: object, event: str, what: object) -> None:
        nonlocal count
        if event == "c_call":
            count += 1
            if count == last:
                os.kill(os.getpid(), signal.SIGKILL)

    def told() -> None:
        sys.setprofile(None)
        Path(asked["folder"], "events").write_text(str(count))

    atexit.register(told)
    sys.setprofile(heard)


if __name__ == "__main__":
    serve(sys.argv[1])
