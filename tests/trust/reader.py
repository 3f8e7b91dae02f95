"""A person with a home of their own who types `papers ...`: in this process, with scaled times, or in another."""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from papercli import pace
from papercli.app import App
from papercli.cache import _unpacked
from papercli.main import main
from papercli.tries import Tries

NOON = 1_783_080_000.0  # Friday 3 July 2026, 12:00 UTC
NOWHERE = "http://127.0.0.1:9"
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
"""Where homes are: these suites spoil no disks, and need not wait for one."""

KEPT = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "COVERAGE_PROCESS_START")


class Run:
    """What one run did."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    def wrong(self) -> str:
        """What no run may do, in words; "" when it did none of it."""
        if "Traceback" in self.err or self.code == 1:
            return f"a bug: exit {self.code}, {self.err[-300:]!r}"
        if len(lines := self.err.splitlines()) > 2:
            return f"{len(lines)} lines on standard error: {self.err[:300]!r}"
        if odd := [line for line in lines if not line.isprintable()]:
            return f"what is no text on standard error: {odd[0][:200]!r}"
        return ""


class Reader:
    """`home` is empty at first. `environ` is all of the environment that the program sees."""

    def __init__(self, home: Path | None = None, **environ: str) -> None:
        self.home = home or Path(tempfile.mkdtemp(prefix="trust-", dir=MEMORY))
        self.at = NOON
        self._files: list[tuple[int, int] | None] = []
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        places = dict.fromkeys(("HF_ENDPOINT", "PAPERCLI_ARXIV_ENDPOINT", "PAPERCLI_ARXIV_RSS"), NOWHERE)
        own = {"HOME": str(self.home), "PAPERCLI_HOME": str(self.home), "LANG": "C.UTF-8", "TERM": "dumb"}
        self.environ = {**kept, **places, **own, **environ}

    def run(self, *words: str, **environ: str) -> Run:
        """Run the program here, at `self.at` (seconds since 1970); it must be in `scaled`."""
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
        streams, surroundings = (sys.stdout, sys.stderr), dict(os.environ)
        _clock.now = self.at
        os.environ.clear()
        os.environ.update(self.environ, **environ)
        sys.stdout, sys.stderr = out, err
        try:
            code = main(list(words))
        finally:
            sys.stdout, sys.stderr = streams
            os.environ.clear()
            os.environ.update(surroundings)
        said = [stream.buffer.getvalue().decode("utf-8", "surrogateescape") for stream in (out, err)]  # type: ignore[attr-defined]
        return Run(code, *said)

    def process(self, *words: str, seconds: float = 60, **environ: str) -> Run:
        """Run the program as a process of its own, by the clock of this machine."""
        done = subprocess.run(
            [sys.executable, "-m", "papercli", *words], env={**self.environ, **environ}, stdin=subprocess.DEVNULL,
            capture_output=True, encoding="utf-8", errors="surrogateescape", timeout=seconds,
        )  # fmt: skip
        return Run(done.returncode, done.stdout, done.stderr)

    # What is stored

    def library(self) -> dict[str, list[tuple[object, ...]]]:
        """Every row of every table of the library that holds one."""
        path = self.home / "data" / "library.db"
        if not path.exists():
            return {}
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as db:
            names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            tables = [name for name in names if not name.startswith(("words", "spelt", "stem", "sqlite_"))]
            found = {name: sorted(db.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr) for name in tables}
        return {name: rows for name, rows in found.items() if rows}

    def answers(self) -> dict[str, bytes]:
        """The body that the cache keeps for each address."""
        path = self.home / "cache" / "cache.db"
        if not path.exists():
            return {}
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as db:
            rows = db.execute("SELECT key, value FROM Cache").fetchall()
        kept = {url: _unpacked(url, value) for url, value in rows}
        return {url: each.body if each else b"DAMAGED" for url, each in kept.items()}

    def stored(self) -> tuple[dict[str, list[tuple[object, ...]]], dict[str, bytes]]:
        """Both."""
        return self.library(), self.answers()

    def touched(self) -> bool:
        """Whether the files that hold it changed since this was asked last."""
        files = [self.home / name for name in ("data/library.db", "cache/cache.db", "cache/cache.db-wal")]
        now = [(found.st_mtime_ns, found.st_size) if (found := _stat(file)) else None for file in files]
        before, self._files = self._files, now
        return now != before

    def files_with(self, secret: str) -> list[str]:
        """The files of the home, by name, that hold it as it is, in UTF-16, or in base64."""
        import base64

        plain = secret.encode()
        forms = [plain, secret.encode("utf-16-le"), *(base64.b64encode(b" " * n + plain)[4:-4] for n in range(3))]
        return [
            str(path.relative_to(self.home))
            for path in self.home.rglob("*")
            if path.is_file() and any(form in path.read_bytes() for form in forms)
        ]

    def copy(self) -> Reader:
        """Another person with the same things at home."""
        other = Reader()
        shutil.copytree(self.home, other.home, dirs_exist_ok=True)
        other.at, other.environ = self.at, {**self.environ, "HOME": str(other.home), "PAPERCLI_HOME": str(other.home)}
        return other

    def back_to(self, before: Reader) -> None:
        """The home as it is in `before`."""
        shutil.rmtree(self.home)
        shutil.copytree(before.home, self.home)

    def leave(self) -> None:
        """Throw the home away."""
        shutil.rmtree(self.home, ignore_errors=True)


def _stat(file: Path) -> os.stat_result | None:
    return file.stat() if file.exists() else None


class _Clock:
    """The time of day that runs in this process see, and what they slept at the pace of servers."""

    now = NOON
    slept = 0.0

    def time(self) -> float:
        return self.now + self.slept

    def sleep(self, seconds: float) -> None:
        self.slept += seconds


_clock = _Clock()


@contextmanager
def scaled(deadline: float = 20.0, hurried: float = 20.0) -> Iterator[None]:
    """Runs in this process have these deadlines, in seconds, and no pauses between tries; waits that a server asks for
    go by at once, and each run's clock stands still."""
    kept = {name: getattr(Tries, name) for name in ("deadline", "hurried", "pauses", "short_pause")}
    Tries.deadline, Tries.hurried, Tries.pauses, Tries.short_pause = deadline, hurried, (0.0, 0.0), 0.0
    defaults, asked, gaps = App.__init__.__defaults__, dict(pace.Pace.__init__.__kwdefaults__), dict(pace.GAPS)
    App.__init__.__defaults__ = (lambda: _clock.now, *(defaults or ())[1:])
    pace.Pace.__init__.__kwdefaults__.update(now=_clock.time, sleep=_clock.sleep)
    pace.GAPS.update(dict.fromkeys(gaps, 0.0))
    try:
        yield
    finally:
        for name, was in kept.items():
            setattr(Tries, name, was)
        App.__init__.__defaults__ = defaults
        pace.Pace.__init__.__kwdefaults__.update(asked)
        pace.GAPS.update(gaps)


def rows(out: str) -> list[str]:
    """The ids that a run printed as JSON."""
    return [row["id"] for row in json.loads(out)]


def places(url: str) -> Mapping[str, str]:
    """The environment in which one server stands for all."""
    return dict.fromkeys(("HF_ENDPOINT", "PAPERCLI_ARXIV_ENDPOINT", "PAPERCLI_ARXIV_RSS"), url)


def slept() -> float:
    """Seconds that all runs in this process waited because a server asked for it, and that went by at once."""
    return _clock.slept
