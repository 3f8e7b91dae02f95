"""What is handed on is what was looked at: two builds are the same, and the tests pass without the source."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from . import TESTS
from .trial import Trial

ROOT = TESTS.parent
BUILT_FROM = (
    "src", "tests", "docs", "completions", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "SECURITY.md",
)  # fmt: skip
QUICK = ("test_page.py", "test_library.py::test_a_file_that_may_not_be_written_is_read_and_then_left")


def suite(trial: Trial) -> None:
    """Build twice, from two copies of other ages and rights; then once more from the sdist, and test that."""
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        work.chmod(0o755)  # some tests go on as another user, who reads the installed package too
        first, second = (built(work / name, age, mask) for name, age, mask in (("a", 0, 0o022), ("b", 10**9, 0o077)))
        if not first or not second:
            trial.note("hatchling, which builds the package, is not installed here")
            return
        for kind in ("wheel", "sdist"):
            trial.count("builds", 2)
            trial.check(digest(first[kind]) == digest(second[kind]), kind, "two builds differ")
        with tarfile.open(first["sdist"]) as archive:
            archive.extractall(work, filter="data")
        unpacked = next(work.glob("papercli-*"))
        trial.count("builds")
        again = made(unpacked, "wheel", work / "c")
        trial.check(digest(again) == digest(first["wheel"]), "sdist", "the wheel made from the sdist is another")
        without_source(trial, unpacked, again)


def built(copy: Path, age: int, mask: int) -> dict[str, Path]:
    """The wheel and the sdist of a copy of the project whose files are of that age; {} where nothing can build."""
    old = os.umask(mask)
    try:
        copy.mkdir()
        for name in BUILT_FROM:
            leave = shutil.ignore_patterns("__pycache__", ".*")
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, copy / name, ignore=leave, copy_function=shutil.copyfile)
            else:
                shutil.copyfile(ROOT / name, copy / name)
        for path in copy.rglob("*"):
            os.utime(path, (age, age))
        if subprocess.run([sys.executable, "-c", "import hatchling"], capture_output=True).returncode:
            return {}
        return {kind: made(copy, kind, copy.with_suffix(f".{kind}")) for kind in ("wheel", "sdist")}
    finally:
        os.umask(old)


def made(source: Path, kind: str, folder: Path) -> Path:
    """The file that hatchling makes of `source`."""
    words = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(folder)]
    subprocess.run(words, cwd=source, check=True, capture_output=True)
    return next(folder.iterdir())


def digest(file: Path) -> str:
    """What tells one file from another."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def without_source(trial: Trial, unpacked: Path, wheel: Path) -> None:
    """Run the sdist's tests against the installed wheel, its own source deleted: a few of them, or in the long form
    all."""
    installed = unpacked.parent / "installed"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(installed), str(wheel)]
    subprocess.run(pip, check=True, capture_output=True)
    shutil.rmtree(unpacked / "src")
    environ = {**os.environ, "PYTHONPATH": str(installed), "PYTHONDONTWRITEBYTECODE": "1"}
    where = [sys.executable, "-c", "import papercli; print(papercli.__file__)"]
    told = subprocess.run(where, cwd=unpacked, env=environ, capture_output=True, text=True).stdout
    trial.check(told.startswith(str(installed)), "installed", f"the tests would look at {told.strip()}")
    chosen = [] if trial.long else [f"tests/{name}" for name in QUICK]
    pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *(chosen or ["-n", "2", "tests"])]
    done = subprocess.run(pytest, cwd=unpacked, env=environ, capture_output=True, text=True)
    last = done.stdout.strip().splitlines()[-3:]
    passed = re.search(r"(\d+) passed", done.stdout)
    trial.count("of the sdist's tests passed", int(passed[1]) if passed else 0)
    trial.check(done.returncode == 0, "tests", f"exit {done.returncode}: {' / '.join(last)}")
