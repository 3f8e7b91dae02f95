"""Redirects and secrets: two servers with TLS, one without, a proxy, and a canary that nobody else may hear of."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

from server import CLOSE, Server, Step, answer

from .made_up import WAYS
from .reader import Reader, Run, scaled
from .trial import Trial
from .tunnel import Tunnel

CANARY = "hf_cAnArYcAnArYcAnArY"
LISTING, PATH = WAYS["listing"].new, "/api/daily_papers"
KINDS = ("token", "cookie", "token file", "proxy login")


class House:
    """Server `first` is asked; `other` has TLS, too, `plain` has none. All certificates are of one authority."""

    def __init__(self, folder: Path) -> None:
        import trustme

        self.authority = trustme.CA()
        self.trusted = folder / "authority.pem"
        self.authority.cert_pem.write_to_path(str(self.trusted))
        self.first, self.other = (
            Server(tls=self.context("localhost", "127.0.0.1", "papers.example")) for _ in range(2)
        )
        self.plain = Server()

    def context(self, *names: str, **more: object) -> ssl.SSLContext:
        """What a server of these names says it is."""
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.authority.issue_cert(*names, **more).configure_cert(made)  # type: ignore[arg-type]
        return made

    def place(self, kind: str) -> str:
        """The address of the first server, as it is asked for with that kind of secret."""
        return "https://papers.example" if kind == "proxy login" else f"https://localhost:{self.first.port}"

    def reader(self, kind: str, proxy: str) -> Reader:
        """A person who holds the canary so."""
        reader = Reader(HF_ENDPOINT=self.place(kind), SSL_CERT_FILE=str(self.trusted))
        if kind == "token":
            reader.environ["HF_TOKEN"] = CANARY
        if kind == "proxy login":
            reader.environ["HTTPS_PROXY"] = f"http://me:{CANARY}@{proxy}"
        if kind == "token file":
            reader.environ["HF_HOME"] = str(reader.home.parent / f"{reader.home.name}-hf")
            (folder := Path(reader.environ["HF_HOME"])).mkdir()
            (folder / "token").write_text(CANARY)
        return reader


def targets(house: House, kind: str) -> dict[str, tuple[list[str], int]]:
    """By name: where the first server and those after it send a request on to, and the exit code."""
    here, other = house.place(kind), f"https://localhost:{house.other.port}"
    plain = f"http://localhost:{house.plain.port}"
    hops = [f"{(here, other)[n % 2]}/{n}" for n in range(1, 7)]
    return {
        "the same place": ([f"{PATH}/more"], 0),
        "another port": ([f"{other}/1"], 0),
        "another name": ([f"https://127.0.0.1:{house.first.port}/1"], 0),
        "without TLS": ([f"{plain}/1"], 0 if kind != "proxy login" else 6),
        "without a scheme": ([f"//localhost:{house.other.port}/1"], 0),
        "with a login": ([f"https://me:word@localhost:{house.other.port}/1"], 6),
        "there and back": ([f"{other}/1", f"{here}/2"], 0),
        "five times": (hops[:5], 0),
        "six times": (hops, 6),
        "without TLS elsewhere": (["http://papers.example/1"], 6),
        "a file": (["file:///etc/passwd"], 6),
        "a script": ([f"javascript:fetch('{other}')"], 6),
        "no address": (["https://[::1"], 6),
        "a line more": ([f"{PATH}/more\r\nX-Token: 1"], 0),
        "a port that is none": (["https://localhost:99999/"], 6),
    }


def suite(trial: Trial) -> None:
    """Each target with each kind of secret; then the places where what a program holds could come to light."""
    folder = Reader().home
    with scaled(), serving(House(folder)) as house, Tunnel({"papers.example": house.first.port}) as tunnel:
        names = [f"{target}, {kind}" for kind in KINDS for target in targets(house, kind)]
        for name in trial.named(names, what="redirects with a secret"):
            target, _, kind = name.rpartition(", ")
            with trial.case(name):
                redirected(trial, house, tunnel, name, target, kind)
        for name in trial.named(list(SHOWN), what="places where a secret could show"):
            with trial.case(name):
                shown(trial, house, tunnel, name)
        for name in trial.named(list(FALSE), what="servers that are not who they say"):
            with trial.case(name), scaled(1.0, 1.0):
                false(trial, house, name)


@contextmanager
def serving(house: House) -> Iterator[House]:
    """All three servers running."""
    with house.first, house.other, house.plain:
        yield house


def redirected(trial: Trial, house: House, tunnel: Tunnel, name: str, target: str, kind: str) -> None:
    """One target, one kind of secret."""
    hops, meant = targets(house, kind)[target]
    cookie = {"Set-Cookie": f"session={CANARY}; Path=/"} if kind == "cookie" else {}

    def onward(number: int) -> Step:
        if number < len(hops):
            return answer(b"", (301, 302, 303, 307, 308)[number % 5], {"Location": hops[number], **cookie})
        return answer(LISTING, headers=cookie)

    for server in (house.first, house.other, house.plain):
        server.seen.clear()
        for number in range(1, len(hops) + 1):
            server.on(f"/{number}", onward(number))
    tunnel.heads.clear()
    house.first.on(PATH, onward(0))
    house.first.on(f"{PATH}/more", onward(1))
    reader = house.reader(kind, tunnel.host)
    done = reader.run("-v", "today", "--json")
    trial.check(done.code == meant, name, f"exit {done.code}, not {meant}: {done.err[-300:]!r}")
    trial.check(bool(done.out) == (not meant), name, f"printed {done.out[:80]!r}")
    leaks(trial, house, tunnel, name, kind, reader, done)
    again = reader.run("today", "--json", "--refresh")  # with what was kept, and any cookie that it kept
    leaks(trial, house, tunnel, name, kind, reader, again)
    reader.leave()


def leaks(trial: Trial, house: House, tunnel: Tunnel, name: str, kind: str, reader: Reader, done: Run) -> None:
    """The canary may stand in the Authorization of the requests before the first redirect away, and nowhere else."""
    heard = {
        "the other server": [*house.other.seen, *house.plain.seen],
        "the first server, after a redirect": [seen for seen in house.first.seen if seen.path[1].isdigit()],
        "the first server": house.first.seen if kind != "token" else [],
    }
    for who, requests in heard.items():
        told = [seen.target for seen in requests if CANARY in f"{seen.target}{seen.headers}"]
        trial.check(not told, name, f"{who} heard of it: {told}")
    inside = [head for head in tunnel.heads if CANARY.encode() in head]
    trial.check(not inside, name, "the proxy heard of the token")
    trial.check(CANARY not in done.out + done.err, name, "it was printed")
    trial.check(not (files := reader.files_with(CANARY)), name, f"it is kept in {files}")
    trial.count("looks for the canary", 5)


def _broken(*given: object, **more: object) -> None:
    raise ZeroDivisionError("a planted failure")


def _token_of(reader: Reader, token: str) -> None:
    reader.environ["HF_TOKEN"] = token


SHOWN: dict[str, tuple[list[str], dict[str, str], Callable[[], object] | None, int]] = {
    "config show": (["config", "show"], {}, None, 0),
    "config show as JSON": (["config", "show", "--json"], {}, None, -1),
    "doctor": (["doctor"], {}, None, -1),
    "help": (["help", "environment"], {}, None, 0),
    "a bug": (["today"], {}, lambda: mock.patch("papercli.sources.huggingface.HuggingFace.read", _broken), 1),
    "a bug, told in full": (
        ["-v", "today"], {"PAPERCLI_DEBUG": "1"},
        lambda: mock.patch("papercli.sources.huggingface.HuggingFace.read", _broken), 1,
    ),
    "a bug while asking": (
        ["-v", "today", "--json"], {}, lambda: mock.patch("papercli.network.exchange.Exchange._get", _broken), 1,
    ),
    "a failure, told in full": (["-v", "today"], {"PAPERCLI_DEBUG": "1", "HF_ENDPOINT": "http://127.0.0.1:9"}, None, 6),
    "a search at arXiv": (["search", "x", "--source", "arxiv"], {"PAPERCLI_ARXIV_ENDPOINT": "OTHER"}, None, -1),
    "a PDF of arXiv": (["-v", "pdf", "2607.10001", "-d", "/dev/null"], {"PAPERCLI_ARXIV_ENDPOINT": "OTHER"}, None, -1),
    "a text of arXiv": (["-v", "read", "2607.10001"], {"PAPERCLI_ARXIV_ENDPOINT": "OTHER"}, None, -1),
    "an announcement": (["today", "--source", "arxiv:cs.CL"], {"PAPERCLI_ARXIV_RSS": "OTHER"}, None, -1),
    "a token with a blank": (["today"], {"HF_TOKEN": f"{CANARY} x"}, None, 2),
    "a token with a line": (["-v", "today"], {"HF_TOKEN": f"{CANARY}\nX-More: y"}, None, 2),
    "a token beyond ASCII": (["today", "--json"], {"HF_TOKEN": f"{CANARY}é"}, None, 2),
    "an endpoint with a login": (["today"], {"HF_ENDPOINT": f"https://me:{CANARY}@localhost/"}, None, 2),
    "an endpoint with a token": (["today"], {"HF_ENDPOINT": f"https://{CANARY}@localhost/"}, None, 2),
    "arXiv with a login": (
        ["search", "x", "--source", "arxiv"], {"PAPERCLI_ARXIV_ENDPOINT": f"https://me:{CANARY}@localhost/"}, None, 2,
    ),
    "a proxy that is none": (
        ["-v", "today"],
        {"HF_ENDPOINT": "https://papers.example", "HTTPS_PROXY": f"http://me:{CANARY}@[::1", "HF_TOKEN": ""}, None, 2,
    ),
    "a proxy of another kind": (
        ["today"],
        {
            "HF_ENDPOINT": "https://papers.example", "HTTPS_PROXY": "", "HF_TOKEN": "",
            "ALL_PROXY": f"socks5://me:{CANARY}@localhost:1",
        }, None, 2,
    ),
    "a proxy that is gone": (
        ["-v", "today"],
        {"HF_ENDPOINT": "https://papers.example", "https_proxy": f"http://me:{CANARY}@127.0.0.1:9", "HF_TOKEN": ""},
        None, 6,
    ),
}  # fmt: skip


def shown(trial: Trial, house: House, tunnel: Tunnel, name: str) -> None:
    """What is printed and written when a person who holds the canary does this."""
    words, environ, planted, meant = SHOWN[name]
    house.first.on(PATH, answer(LISTING))
    for server in (house.first, house.other, house.plain):
        server.seen.clear()
    tunnel.heads.clear()
    reader = house.reader("token", tunnel.host)
    other = f"https://localhost:{house.other.port}"
    given = {variable: said.replace("OTHER", other) for variable, said in environ.items()}
    reader.environ |= {"HTTPS_PROXY": f"http://me:{CANARY}@127.0.0.1:9", **given}
    if planted is None:
        done = reader.run(*words)
    else:
        with planted():  # type: ignore[attr-defined]
            done = reader.run(*words)
    trial.check(meant < 0 or done.code == meant, name, f"exit {done.code}, not {meant}: {done.err[-300:]!r}")
    if done.code == 1:
        trial.check((reader.home / "state" / "crash.log").exists(), name, "there is no crash log to look into")
    if "OTHER" in environ.values():
        trial.check(bool(house.other.seen), name, f"it was not asked: {done.err!r}")
    leaks(trial, house, tunnel, name, "token", reader, done)
    reader.leave()


FALSE: dict[str, Callable[[House], ssl.SSLContext | None]] = {
    "expired": lambda house: house.context("localhost", not_after=datetime.now(UTC) - timedelta(days=1)),
    "another's certificate": lambda house: house.context("papers.example"),
    "of an authority that nobody knows": lambda house: _unknown(),
    "without TLS": lambda house: None,
}


def _unknown() -> ssl.SSLContext:
    import trustme

    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(made)
    return made


def false(trial: Trial, house: House, name: str) -> None:
    """A server that cannot show that it is the one that was asked for hears nothing."""
    with Server(tls=FALSE[name](house)) as server:
        server.on(PATH, [answer(LISTING), CLOSE])
        reader = house.reader("token", "")
        reader.environ["HF_ENDPOINT"] = f"https://localhost:{server.port}"
        done = reader.run("-v", "today", "--json")
        trial.check(done.code == 6 and not done.out, name, f"exit {done.code}: {done.err!r}")
        trial.check(not server.seen, name, "it was asked all the same")
        trial.check(CANARY not in done.err and not reader.files_with(CANARY), name, "the canary was told")
        reader.leave()
