"""PDFs at every fault of a server, and cut at every place: the file is whole, or there is none by that name.

What is left beside it never spoils the next run.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from server import CLOSE, Seen, Server, answer

from .cuts import in_chunks
from .made_up import WAYS
from .reader import Reader, places, scaled
from .trial import Trial
from .wire import BODIES, FAULTS, Steps, head

BODY = b"%PDF-1.5\n" + random.Random(1).randbytes(1_900).replace(b"%%EOF", b"") + b"\n%%EOF"
PATIENT = ("slow headers", "slow body")  # a large file may come slowly
PATH, WORDS = "/pdf/2607.10001", ["pdf", "2607.10001"]
STEP = 128
ETAG = {"ETag": '"one"'}
FORMS: dict[str, bytes] = {
    "length": answer(BODY, headers=ETAG),
    "length, no name": answer(BODY),
    "chunks": in_chunks(BODY, 'ETag: "one"'),
    "until the end": head('ETag: "one"') + BODY,
}
LATER: dict[str, Callable[[Seen], bytes]] = {
    "goes on": lambda seen: _part(seen),
    "begins anew": lambda seen: answer(BODY, headers=ETAG),
    "another edition": lambda seen: answer(BODY, headers={"ETag": '"two"'}),
    "another part": lambda seen: _part(seen, off=7),
    "nothing more": lambda seen: answer(b"", 416) if "range" in seen.headers else answer(BODY, headers=ETAG),
}
"""What a server does when it is asked again, maybe for the rest."""


def _part(seen: Seen, off: int = 0) -> bytes:
    """The rest that is asked for; `off` is by how much it is another."""
    begin = int(seen.headers.get("range", "bytes=0-").removeprefix("bytes=").rstrip("-"))
    if not begin:
        return answer(BODY, headers=ETAG)
    begin = (begin + off) % len(BODY)
    return answer(BODY[begin:], 206, {"Content-Range": f"bytes {begin}-{len(BODY) - 1}/{len(BODY)}", **ETAG})


def suite(trial: Trial) -> None:
    """Each fault, then each cut with each way to go on."""
    with scaled(), quick(), Server() as server:
        reader = Reader(**places(server.url))
        server.on(WAYS["paper"].path, answer(WAYS["paper"].old))
        if reader.run(*WAYS["paper"].words).code:
            raise AssertionError("the paper cannot be shown")
        for name in trial.named(
            [f"pdf: {fault}" for fault in FAULTS if fault not in {*BODIES, *PATIENT}], what="faults of a download"
        ):
            with trial.case(name):
                met(trial, server, reader, name, FAULTS[name.partition(": ")[2]][0](BODY), "goes on")
        step = 8 if trial.long else STEP
        for form, whole in FORMS.items():
            cuts = [(at, later) for at in range(0, len(whole), step) for later in LATER]
            names = [f"{form}, {later} {at}" for at, later in (cuts if trial.long else cuts[::3])]
            for name in trial.named(names, what="cuts of a download"):
                later, at = name.removeprefix(f"{form}, ").rsplit(" ", 1)
                with trial.case(name):
                    met(trial, server, reader, name, [whole[: int(at)], CLOSE], later)
        reader.leave()


@contextmanager
def quick() -> Iterator[None]:
    """Downloads that give up soon and do not rest between tries."""
    with (
        mock.patch("papercli.download.Download.silence", 0.4),
        mock.patch("papercli.download.Download.pauses", (0.0, 0.0)),
    ):
        yield


def met(trial: Trial, server: Server, reader: Reader, name: str, steps: Steps, later: str) -> None:
    """All three tries end so; then the server does as `later` says."""
    folder = Path(Reader().home)
    server.on(PATH, steps)
    done = reader.run(*WORDS, "-d", str(folder))
    whole = [file.read_bytes() == BODY for file in folder.glob("*.pdf")]
    trial.check(done.code in (0, 3, 4, 5, 6) and "Traceback" not in done.err, name, f"exit {done.code}: {done.err!r}")
    trial.check(whole == ([True] if done.code == 0 else []), name, f"exit {done.code}, and files: {whole}")
    trial.check(bool(done.out) == (not done.code), name, f"printed {done.out!r}")
    trial.check(done.err.isprintable() or done.err.replace("\n", "").isprintable(), name, f"said {done.err!r}")
    server.on(PATH, [LATER[later], CLOSE])
    again = reader.run(*WORDS, "-d", str(folder))
    files = sorted(file.name for file in folder.iterdir())
    right = again.code == 0 and len(files) == 1 and (folder / files[0]).read_bytes() == BODY
    trial.check(right, name, f"then: exit {again.code}, {files}: {again.err!r}")
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
