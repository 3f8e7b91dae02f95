"""What tests share: a home of their own, a hub on loopback, and the program as a real process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # tests share `hub` and `server` by name

from arxiv_hub import ArxivHub
from hub import Hub, fixture_days, sample_days

RECORDINGS = Path(__file__).parent.parent.parent / "shared" / "recordings"
# Where coverage is measured, it is of this process and of `papers`, and of no other process that a test starts: those
# may be another user, or look at what is imported.
MEASURED = {name: os.environ.pop(name) for name in ("COVERAGE_PROCESS_CONFIG",) if name in os.environ}
Papers = Callable[..., "subprocess.CompletedProcess[str]"]


def pytest_xdist_auto_num_workers() -> int:
    """One more process than processors: many tests wait."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture
def hub() -> Iterator[Hub]:
    """The made-up feed of three days; its present is the newest."""
    running = Hub(sample_days())
    yield running
    running.stop()


@pytest.fixture
def odd_hub() -> Iterator[Hub]:
    """Made-up days of every era with every anomaly."""
    running = Hub(fixture_days())
    yield running
    running.stop()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture(scope="session")
def temporary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where `--demo` keeps its library, for the tests of this process alone."""
    return tmp_path_factory.mktemp("temporary")


@pytest.fixture
def environ(home: Path, temporary: Path) -> dict[str, str]:
    """An environment in which nothing of this machine's user shows, and no server but a loopback one is asked."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
    kept |= MEASURED
    names = ("HF_ENDPOINT", "PAPERCLI_ARXIV_ENDPOINT", "PAPERCLI_ARXIV_RSS")
    nowhere = {**dict.fromkeys(names, "http://127.0.0.1:9"), "HOME": str(home.parent)}
    return {
        **kept,
        **nowhere,
        "PAPERCLI_HOME": str(home),
        "TMPDIR": str(temporary),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
    }


@pytest.fixture
def empty_arxiv() -> Iterator[ArxivHub]:
    """An arXiv that knows no paper."""
    running = ArxivHub([])
    yield running
    running.stop()


@pytest.fixture
def papers(environ: dict[str, str], hub: Hub, empty_arxiv: ArxivHub) -> Papers:
    """Run the program as its own process against `hub`: `papers("today", "--json", input=..., env={...})`."""
    environ |= {"HF_ENDPOINT": hub.url, "PAPERCLI_ARXIV_ENDPOINT": empty_arxiv.url}

    def run(*words: str, env: dict[str, str] | None = None, **options: object) -> subprocess.CompletedProcess[str]:
        options.setdefault("stdin", subprocess.DEVNULL) if "input" not in options else None
        return subprocess.run(
            [sys.executable, "-m", "papercli", *words],
            env={**environ, **(env or {})},
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            **options,  # type: ignore[call-overload]
        )

    return run


@pytest.fixture(scope="session")
def recordings() -> Path:
    """Recorded answers of the real services, where this machine has them beside the project."""
    if not RECORDINGS.is_dir():
        pytest.skip("no recorded answers beside the project")
    return RECORDINGS
