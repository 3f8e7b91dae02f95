"""A program in jq's language over what `--json` would print, as `gh --jq` runs it.

It runs in a process of its own: nothing else can stop one that goes on for ever or eats all memory, and there it finds
no environment, so that `env` tells no token.
"""

from __future__ import annotations

import os
import re
import sys

from papercli.errors import BadRequest, OutputError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from subprocess import Popen
    from typing import IO, Any

SECONDS = 30.0
MEMORY = 1 << 30
"""Bytes of memory, besides what the papers themselves take."""

LARGEST = 256 << 20
"""Bytes of output."""

LONGEST = 10_000
"""Characters of a program."""

GREED = 30  # bytes that jq takes for a byte of JSON, and more than that

INSTALL = "pip install 'papercli[jq]' brings it; or pipe --json into jq"

# The other process is started without `site`, which it does not need, on the path of this one.
_START = "import sys; sys.path[:] = sys.argv[1:]; from papercli.render.jq import child; child()"
_LOADER = ("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH")

# A message, and where that is: of a program that was not understood, the lines behind it show the place.
_WHERE = (
    r"(?s)(?:jq: )?(?:error: )?(.*?)(?: at <top-level>, line ([0-9]+)(?:, column ([0-9]+))?:?(?:\n.*)?)?"
    r"(?:\s*jq: [0-9]+ compile errors?)?$"
)


class Jq:
    """A program that was understood and waits for its papers.

    Making one raises BadRequest, with the place, when jq cannot read the program or is not installed.
    """

    def __init__(self, program: str, seconds: float = SECONDS) -> None:
        self._program, self._seconds = program, seconds
        if len(program) > LONGEST:
            raise BadRequest(f"a program for --jq has at most {LONGEST:,} characters, and this has {len(program):,}")
        if "\0" in program or not _is_utf_8(program):
            raise BadRequest("the program for --jq is not text")
        self._process = _started()
        try:
            self._tell(program)
            self._understood()
        except BaseException:
            self.close()
            raise

    def over(self, text: str) -> str:
        """What the program makes of the JSON `text`: every result on a line, text as it is, nothing for null, the rest
        as JSON. Raises BadRequest when it fails, or takes too long or too much."""
        from subprocess import TimeoutExpired

        try:
            told, _ = self._process.communicate(text.encode("utf-8", "replace"), timeout=self._seconds)
        except TimeoutExpired:
            self.close()
            raise BadRequest(f"jq: the program was still running after {self._seconds:.0f} s") from None
        verdict, _, rest = told.partition(b"\n")
        if verdict != b"done":
            raise self._wrong(verdict.decode("utf-8", "replace"), rest.decode("utf-8", "replace"))
        return rest.decode("utf-8", "replace")

    def close(self) -> None:
        """End the process, if it still runs."""
        with self._process:
            self._process.kill()

    def _tell(self, program: str) -> None:
        words = program.encode()
        try:
            self._process.stdin.write(b"%d\n" % len(words) + words)  # type: ignore[union-attr]  # a pipe
        except OSError as error:
            raise OutputError(f"jq cannot be started: {(error.strerror or str(error)).lower()}") from error

    def _understood(self) -> None:
        said: IO[bytes] = self._process.stdout  # type: ignore[assignment]  # a pipe
        verdict = said.readline().decode("utf-8", "replace").strip()
        if verdict == "ready":
            return
        if verdict == "absent":
            raise BadRequest("--jq needs the package jq, which is not installed", hint=INSTALL)
        raise self._wrong(verdict, said.read(100_000).decode("utf-8", "replace"))

    def _wrong(self, verdict: str, said: str) -> BadRequest:
        """What jq says, in a line, with the place where it names one."""
        if verdict == "much":
            return BadRequest(f"jq: the program prints more than {LARGEST >> 20} MiB")
        if verdict != "wrong":  # it has ended without a word: for want of memory or time
            return BadRequest("jq: the program took too much memory or time")
        words, line, column = re.match(_WHERE, said).groups()  # type: ignore[union-attr]  # it matches anything
        words = "there is no further input" if words == "break" else " ".join(words.split()) or "it failed"
        return BadRequest(f"jq: {words}", place=self._place(line, column))

    def _place(self, line: str | None, column: str | None) -> tuple[str, int] | None:
        if not line or not column:
            return None
        lines = self._program.split("\n")[: int(line)]
        lines[-1] = lines[-1].encode()[: int(column) - 1].decode("utf-8", "ignore")  # jq counts bytes
        at = len("\n".join(lines))
        shown = "".join(sign if sign.isprintable() else " " for sign in self._program)
        return shown, min(at, len(shown))


def _is_utf_8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _started() -> Popen[bytes]:
    from subprocess import DEVNULL, PIPE, Popen

    environ = {name: os.environ[name] for name in _LOADER if name in os.environ}
    command = [sys.executable, "-I", "-S", "-c", _START, *(os.path.abspath(place) for place in sys.path)]
    try:
        return Popen(command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=environ, bufsize=0)  # noqa: S603  # no shell
    except OSError as error:
        raise OutputError(f"jq cannot be started: {(error.strerror or str(error)).lower()}") from error


# In the other process


def child() -> None:
    """Read a program and tell whether it makes sense; then read JSON and tell what the program makes of it."""
    os.environ.clear()
    stdin, stdout = sys.stdin.buffer, sys.stdout.buffer

    def tell(verdict: str, words: str = "") -> None:
        stdout.write(f"{verdict}\n{words}".encode("utf-8", "replace"))
        stdout.flush()

    program = stdin.read(int(stdin.readline() or 0)).decode()
    try:
        import jq
    except ImportError:
        return tell("absent")
    try:
        _bound(NOFILE=0)  # no module of jq's is opened, and no file as data
        compiled = jq.compile(program)
        tell("ready")
        text = stdin.read().decode()
        _bound(AS=MEMORY + GREED * len(text), CPU=int(SECONDS) + 1)
        results: list[str] = []
        size = 0
        for result in compiled.input_text(text) if text else ():
            results.append(line(result))
            size += len(results[-1]) + 1
            if size > LARGEST:
                return tell("much")
        tell("done", "".join(result + "\n" for result in results))
    except MemoryError:
        tell("large")
    except (ValueError, RecursionError) as error:
        tell("wrong", str(error))


def line(result: Any) -> str:
    """A result as `gh --jq` prints it."""
    from json import dumps

    if isinstance(result, str):
        return result
    if result is None:
        return ""
    try:
        return dumps(result, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except ValueError:  # JSON has no word for what is not a number
        return dumps(_without_nan(result), ensure_ascii=False, separators=(",", ":"))


def _without_nan(thing: Any) -> Any:
    if isinstance(thing, dict):
        return {name: _without_nan(each) for name, each in thing.items()}
    if isinstance(thing, list):
        return [_without_nan(each) for each in thing]
    return None if thing != thing or thing in (float("inf"), -float("inf")) else thing


def _bound(**most: int) -> None:
    """Never more than so much of each kind, where the system can see to that."""
    try:
        import resource
    except ImportError:  # Windows: the other side still counts the seconds
        return
    for name, bound in most.items():
        try:
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (bound, bound))
        except (ValueError, OSError, AttributeError):
            continue
