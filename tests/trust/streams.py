"""Streams and signals: closed and full outputs of every command, Ctrl-C at any moment, locales that hold no title. The
exit code is the documented one, standard error at most a line and a hint."""

from __future__ import annotations

import os
import random
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

from papercli.commands import COMMANDS

from .nest import Nest, Ran, start
from .trial import Trial
from .world import copied, lived_in, world

PARTS = GATE_PARTS = 2
CODES = {0, 2, 3, 4, 5, 6, 7, 8, 74}
KNOWN = {"2501.12948": "2607.99013", "hep-th/9901001": "2607.99001"}
SHORTER = {"sync": "sync --since 2026-06-20"}  # not three years of months
BENT = re.compile(r"[|><$;&`]")


def lines_of(command: str) -> list[list[str]]:
    """The examples in the command's own help, as words, for papers that the hub knows. A new command is tried by its
    own examples."""
    module, name = COMMANDS[command].split(":")
    text = getattr(__import__(module, fromlist=[name]), name).__doc__ or ""
    found = []
    for line in re.findall(r"^ +papers ([^\n]+)$", text, re.MULTILINE):
        line = line.partition("  ")[0].strip()
        if not BENT.search(line):
            line = SHORTER.get(line, line)
            found.append([KNOWN.get(word, word) for word in shlex.split(line)])
    return [words for words in found if words[0] == command] or [[command]]


def every_line() -> list[tuple[str, list[str]]]:
    """(name of the case, words) for every example of every command."""
    return [(f"{command}-{number}", words) for command in COMMANDS for number, words in enumerate(lines_of(command))]


def suite(trial: Trial) -> None:
    """Outputs, signals, encodings."""
    with world() as (nest, _, folder):
        template, home = folder / "template", folder / "streams"
        lived_in(nest, template)
        nest.environ["HOME"] = str(folder)
        outputs(trial, nest, template, home)
        real_outputs(trial, nest, template, home)
        signals(trial, nest, template, home)
        encodings(trial, nest, template, home)


def fine(ran: Ran, codes: set[int] = CODES) -> bool:
    """A documented end, and no more than notes, one line of failure and one of advice."""
    said = ran.err.splitlines()
    failures = [line for line in said if line.startswith("hint: ")]
    calm = "Traceback" not in ran.err and "Exception ignored" not in ran.err and "a bug in" not in ran.err
    return ran.code in codes and calm and len(failures) <= 1


# Outputs


def outputs(trial: Trial, nest: Nest, template: Path, home: Path) -> None:
    """Every example of every command with its streams closed, or full: in the long form each in all ways, else the
    first example of a command in three of them, and the others in one."""
    ways: dict[str, dict[str, object]] = {
        "as it is": {}, ">&-": {"closed": (1,)}, "2>&-": {"closed": (2,)}, "<&-": {"closed": (0,)},
        "all closed": {"closed": (0, 1, 2)}, ">/dev/full": {"out": "/dev/full"}, "2>/dev/full": {"err": "/dev/full"},
    }  # fmt: skip
    for place, (name, words) in enumerate(every_line()):
        if not trial.long and "--source" in words:
            continue  # three seconds between two questions to arXiv
        turned = [*ways, *ways][place % len(ways) :]
        chosen = list(ways) if trial.long else turned[: 3 if name.endswith("-0") else 1]
        cases = [f"outputs {name} {way}" for way in chosen]
        usual: Ran | None = None
        for case in trial.named(cases, what="lines with a stream closed or full"):
            way = case.split(" ", 2)[2]
            copied(template, home)
            with trial.case(f"'{case}'"):
                if usual is None:
                    usual = nest.run(*words, home=home)
                    copied(template, home)
                ran = nest.run(*words, home=home, **ways[way])  # type: ignore[arg-type]
                judge(trial, f"'{case}'", words, way, usual, ran)


def judge(trial: Trial, case: str, words: list[str], way: str, usual: Ran, ran: Ran) -> None:
    """What a stream that is gone may change, and what it may not."""
    here = f"papers {' '.join(words)} {way}"
    if way in (">&-", "all closed"):
        closed = ran.code == 74 and (way == "all closed" or ran.err == "papers: standard output is closed\n")
        trial.check(closed, case, f"{here}: {ran}")
    elif way == ">/dev/full":
        wanted = {74} if usual.out else {usual.code}
        trial.check(fine(ran, wanted) and ran.err.count("\n") <= usual.err.count("\n") + 2, case, f"{here}: {ran}")
    elif way in ("2>&-", "2>/dev/full"):
        trial.check(ran.code == usual.code and same(ran.out, usual.out), case, f"{here}: {ran}, usually {usual}")
    elif way == "<&-":
        trial.check(fine(ran), case, f"{here}: {ran}")
    else:
        trial.check(fine(ran), case, f"{here}: {ran}")


def same(one: bytes, other: bytes) -> bool:
    """Alike but for times."""
    return re.sub(rb"[0-9:.]+", b"0", one) == re.sub(rb"[0-9:.]+", b"0", other)


def real_outputs(trial: Trial, nest: Nest, template: Path, home: Path) -> None:
    """The same by a shell, as processes: each command in one way (in the long form in all)."""
    ways = (">&-", "2>&-", "<&-", ">/dev/full", "2>/dev/full", "| true", "| head -n 1 >/dev/null")
    copied(template, home)
    for place, command in enumerate(COMMANDS):
        words = lines_of(command)[0]
        for way in ways if trial.long else (ways[place % len(ways)],):
            for case in trial.named([f"shell {command} {way}"], what="lines of shell"):
                quoted = " ".join(f"'{word}'" for word in words)
                piped = way.startswith("|")
                ran = shell(nest, home, f"python -m papercli {quoted} {'-q ' * piped}{way}")
                codes = {0, 141, 74} | CODES if piped else CODES
                trial.check(fine(ran, codes), f"'{case}'", f"papers {' '.join(words)} {way}: {ran}")
                quiet = not piped or ran.code != 141 or not ran.err
                trial.check(quiet, f"'{case}'", f"words after the reader has gone: {ran}")


def shell(nest: Nest, home: Path, line: str, **env: str) -> Ran:
    """A line of bash; its code is that of the first program."""
    environ = {**nest.environ, "PAPERCLI_HOME": str(home), **env}
    line = line.replace("python -m papercli", f"'{sys.executable}' -m papercli", 1) + "; exit ${PIPESTATUS[0]}"
    done = subprocess.run(["bash", "-c", line], env=environ, cwd=home, capture_output=True, timeout=60, check=False)
    return Ran(done.returncode, done.stdout, done.stderr, 0.0)


# Signals


def signals(trial: Trial, nest: Nest, template: Path, home: Path) -> None:
    """INT, TERM and HUP, once and twice, at random moments of what reads, asks and writes."""
    lines = (("today", "--refresh"), ("sync", "--refresh"), ("star", "2607.99009"), ("list", "agents"), ("doctor",))
    for number in trial.numbers(12, 300, what="signals", kind="signal"):
        case, dice = f"signal:{number}", trial.random(f"signal {number}")
        copied(template, home)
        signalled = dice.choice((signal.SIGINT, signal.SIGINT, signal.SIGTERM, signal.SIGHUP))
        words, twice = dice.choice(lines), dice.random() < 0.3
        ran, waited = interrupted(nest, home, words, signalled, twice, dice)
        here = f"papers {' '.join(words)}, {signalled.name}{' twice' * twice}"
        # Until `main` is imported, and after it has returned, Ctrl-C is the interpreter's to tell, with a traceback.
        wanted = {130, -signal.SIGINT} if signalled == signal.SIGINT else {-signalled}
        starting = ran.code == 1 and "/papercli/" not in ran.err and signalled == signal.SIGINT
        trial.check(ran.code in {0, *wanted} or starting, case, f"{here}: {ran}")
        trial.check("in _run" not in ran.err, case, f"{here}: {ran}")
        trial.check(waited < 0.5 * slowness(), case, f"{here}: ended only {waited:.2f} s later")
        after = nest.run("library", "check", home=home)
        trial.check(after.code == 0, case, f"{here}; then the library: {after}")


def slowness() -> float:
    """How much longer things may take, by how many processes wait for a processor."""
    return max(1.0, 3 * os.getloadavg()[0] / (os.cpu_count() or 1))


def interrupted(
    nest: Nest, home: Path, words: tuple[str, ...], signalled: signal.Signals, twice: bool, dice: random.Random
) -> tuple[Ran, float]:
    environ = {**nest.environ, "PAPERCLI_HOME": str(home)}
    process = start(*words, environ=environ, preexec_fn=_heard)  # whoever runs this may have been told to ignore them
    time.sleep(dice.uniform(0.06, 0.35))
    began = time.monotonic()
    process.send_signal(signalled)
    if twice:
        time.sleep(dice.uniform(0.0, 0.01))
        process.send_signal(signalled)
    out, err = process.communicate(timeout=60)
    return Ran(process.returncode, out, err, 0.0), time.monotonic() - began


def _heard() -> None:
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_DFL)


# Encodings


ENCODINGS: dict[str, dict[str, str]] = {
    "C": {"LC_ALL": "C"}, "C without UTF-8": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "C.UTF-8": {"LC_ALL": "C.UTF-8"}, "POSIX": {"LC_ALL": "POSIX", "PYTHONUTF8": "0"},
    "latin-1": {"LC_ALL": "en_US.ISO-8859-1", "PYTHONUTF8": "0"}, "eucJP": {"LC_ALL": "ja_JP.eucJP", "PYTHONUTF8": "0"},
    "no such": {"LC_ALL": "xx_YY.nonsense"}, "nothing": {"LANG": "", "LC_ALL": ""},
    "io ascii": {"PYTHONIOENCODING": "ascii"}, "io latin-1": {"PYTHONIOENCODING": "latin-1"},
    "io utf-16": {"PYTHONIOENCODING": "utf-16"}, "io utf-8:strict": {"PYTHONIOENCODING": "utf-8:strict"},
    "io cp1252": {"PYTHONIOENCODING": "cp1252"}, "io ascii:strict": {"PYTHONIOENCODING": "ascii:strict"},
}  # fmt: skip


def encodings(trial: Trial, nest: Nest, template: Path, home: Path) -> None:
    """What programs read is the same UTF-8 everywhere; what people read never fails."""
    copied(template, home)
    forms = ("json", "cards", "tsv", "html") if trial.long else ("cards",)
    usual = {form: shell(nest, home, f"python -m papercli --offline today -o {form}").out for form in forms}
    for case in trial.named([f"encoding {name}" for name in ENCODINGS], what="locales and encodings"):
        env = ENCODINGS[case.removeprefix("encoding ")]
        for form in forms:
            ran = shell(nest, home, f"python -m papercli --offline today -o {form}", **env)
            trial.check(fine(ran, {0}), f"'{case}'", f"-o {form}: {ran}")
            trial.check(form == "cards" or ran.out == usual[form], f"'{case}'", f"-o {form} is other than in UTF-8")
        ran = shell(nest, home, "python -m papercli day 架空", **env)
        trial.check(fine(ran, {2}) and not ran.out, f"'{case}'", f"a word that is no day: {ran}")
