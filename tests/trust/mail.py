"""A mail server that breaks off at every byte of what it says, or says something else.

A digest counts as sent when the server said that it has it, and at no time else; the next run sends what was not.
"""

from __future__ import annotations

import socket
import threading

from server import Server, answer

from .made_up import WAYS
from .reader import Reader, places, scaled
from .trial import Trial

CANARY = "cAnArYcAnArYcAnArY"
SAID = {
    "": b"220 mail.example ready\r\n", "EHLO": b"250-mail.example\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN\r\n",
    "AUTH": b"235 welcome\r\n", "MAIL": b"250 go on\r\n", "RCPT": b"250 go on\r\n", "DATA": b"354 go on\r\n",
    ".": b"250 taken\r\n", "QUIT": b"221 bye\r\n",
}  # fmt: skip
ORDER = b"".join(SAID.values())
TAKEN = len(ORDER) - len(SAID["QUIT"]) - len(SAID["."]) + len("250")
INSTEAD = {
    "421 at once": {"": b"421 later\r\n"}, "not SMTP": {"": b"HTTP/1.1 400 Bad Request\r\n\r\n"},
    "ESC": {"MAIL": b"451 \x1b]0;owned\x07\x9b2J no\r\n"},
    "535": {"AUTH": b"535 " + CANARY.encode() + b" is wrong\r\n"},
    "no such user": {"RCPT": b"550 nobody\r\n"}, "full": {".": b"452 full\r\n"}, "spam": {".": b"554 spam\r\n"},
    "no DATA": {"DATA": b"503 no\r\n"}, "a flood": {"EHLO": b"250-x\r\n" * 100_000},
    "a long line": {"": b"2" * 100_000}, "NUL": {"": b"\0" * 9 + b"\r\n"}, "another code": {".": b"999 what\r\n"},
    "nothing at the end": {"QUIT": b""},
}  # fmt: skip
SENT_ALL_THE_SAME = ("nothing at the end",)


class Post:
    """A mail server without TLS on loopback. It breaks off after `cut` bytes; `taken` says that it has a mail."""

    def __init__(self) -> None:
        self.cut, self.said, self.taken = 1 << 30, dict(SAID), 0
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=16)
        self.port: int = self._socket.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            connection, _ = self._socket.accept()
            try:
                with connection:
                    self._talk(connection)
            except OSError:
                pass

    def _talk(self, connection: socket.socket) -> None:
        left, word, inside, buffer = self.cut, "", False, b""
        while True:
            words = self.said[word][:left] if not inside else b""
            left -= len(words)
            connection.sendall(words)
            if word == "." and words[:3] == b"250":  # a code is a word, also where its line breaks off
                self.taken += 1
            if left <= 0 or word == "QUIT":
                return
            ends = b"\r\n.\r\n" if word == "DATA" else b"\r\n"
            while ends not in buffer:
                if not (piece := connection.recv(65_536)):
                    return
                buffer += piece
            line, _, buffer = buffer.partition(ends)
            word = "." if ends != b"\r\n" else line[:4].decode("latin-1").strip().upper()
            word = word if word in self.said else "MAIL"


def suite(trial: Trial) -> None:
    """Every byte of a conversation; then servers that say something else."""
    post = Post()
    with scaled(), Server() as server:
        server.on(WAYS["listing"].path, answer(WAYS["listing"].old))
        mail = {"TO": "me@example.org", "HOST": "127.0.0.1", "PORT": str(post.port), "SECURITY": "none", "USER": "me"}
        given = {f"PAPERCLI_MAIL_{name}": said for name, said in mail.items()}
        reader = Reader(**places(server.url), **given, PAPERCLI_MAIL_PASSWORD=CANARY)
        reader.run("today", "--json")
        cuts = range(0, len(ORDER), 1 if trial.long else 3)
        for name in trial.named([f"cut {at}" for at in cuts], what="cuts of a conversation"):
            with trial.case(name):
                post.cut, post.said = int(name.split()[1]), dict(SAID)
                sent(trial, post, reader, name, due=post.cut >= TAKEN)
        post.cut = 1 << 30
        for name in trial.named(list(INSTEAD), what="words instead"):
            with trial.case(name):
                post.said = SAID | INSTEAD[name]
                sent(trial, post, reader, name, due=name in SENT_ALL_THE_SAME)
        reader.leave()


def sent(trial: Trial, post: Post, reader: Reader, name: str, *, due: bool) -> None:
    """A run against that server, and one against a good one."""
    person, post.taken = reader.copy(), 0
    done = person.run("digest", "--send")
    good = done.code == 0
    trial.check(not done.wrong() and (good or done.code in (2, 4, 6)), name, f"exit {done.code}: {done.err!r}")
    trial.check(good == due or (due and not post.taken), name, f"exit {done.code}, and the server took {post.taken}")
    trial.check(CANARY not in done.out + done.err and not person.files_with(CANARY), name, "the password was told")
    cut, said, post.cut, post.said, took = post.cut, post.said, 1 << 30, dict(SAID), post.taken
    again = person.run("digest", "--send")
    trial.check(again.code == 0, name, f"then: exit {again.code}: {again.err!r}")
    trial.check((post.taken - took) == (0 if good else 1), name, f"then it was sent {post.taken - took} times")
    post.cut, post.said = cut, said
    person.leave()
