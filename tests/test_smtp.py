"""Handing a mail to a server over TLS: what it may say, refuse, and leave unsaid."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mail_server import PASSWORD, Certificates, MailServer, Scripted, drip, drop, flood
from papercli.errors import BadRequest, NotAllowed, PapercliError, Unreachable
from papercli.network.smtp import Server, hand_in

MAIL = b"Subject: x\r\n\r\n.\r\nFrom here\r\n"
ME, YOU = "me@example.org", "you@example.org"


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def scripted() -> Iterator[Callable[..., Scripted]]:
    """Makes servers that say what they are told to."""
    running: list[Scripted] = []

    def start(*replies: object) -> Scripted:
        running.append(Scripted(*replies))  # type: ignore[arg-type]
        return running[-1]

    yield start
    for each in running:
        each.stop()


def given(port: int, security: str = "starttls", password: str = PASSWORD, host: str = "localhost") -> Server:
    return Server(host, port, security, "reader" if password else "", password)


def failed(
    certificates: Certificates, server: Server, kind: type[PapercliError], *, seconds: float = 10.0, to: str = YOU
) -> str:
    """How handing in fails, as a sentence."""
    with pytest.raises(kind) as caught:
        hand_in(server, MAIL, ME, [to], {"SSL_CERT_FILE": certificates.file}, seconds)
    assert PASSWORD not in str(caught.value) + caught.value.hint
    assert type(caught.value).exit_code == kind.exit_code
    return str(caught.value)


def test_tls_from_the_first_byte(certificates: Certificates, scripted: Callable[..., Scripted]) -> None:
    running = MailServer(tls=certificates.of("localhost"))
    try:
        assert hand_in(given(running.port, "tls"), MAIL, ME, [YOU], {"SSL_CERT_FILE": certificates.file}) == {}
        assert running.mails[0].content == MAIL
        assert "no secure connection" in failed(
            certificates, given(scripted(b"220 hello\r\n").port, "tls"), Unreachable
        )
    finally:
        running.stop()


def test_a_certificate_for_another_name_is_refused(certificates: Certificates) -> None:
    for security in ("tls", "starttls"):
        context = certificates.of("elsewhere.test")
        running = MailServer(**{security: context})
        try:
            assert "not trusted" in failed(certificates, given(running.port, security), Unreachable)
            assert not running.logins and not running.mails
        finally:
            running.stop()


def test_without_tls_only_to_this_machine(certificates: Certificates) -> None:
    running = MailServer()
    try:
        assert hand_in(given(running.port, "none", password=""), MAIL, ME, [YOU], {}) == {}
        assert len(running.mails) == 1
    finally:
        running.stop()
    server = given(25, "none", host="smtp.example.org")
    assert "is not this machine" in failed(certificates, server, BadRequest)


def test_when_starttls_is_taken_away_nothing_is_said_in_the_clear(
    certificates: Certificates, scripted: Callable[..., Scripted]
) -> None:
    stripped = scripted(b"220 hello\r\n", b"250-mail.test\r\n250 AUTH PLAIN LOGIN\r\n")
    assert "offers no STARTTLS" in failed(certificates, given(stripped.port), Unreachable)
    refusing = scripted(b"220 hello\r\n", b"250-mail.test\r\n250 STARTTLS\r\n", b"454 not now\r\n")
    assert "did not take the mail: 454 not now" in failed(certificates, given(refusing.port), Unreachable)
    injected = scripted(b"220 hello\r\n", b"250-mail.test\r\n250 STARTTLS\r\n", b"220 go\r\n250 AUTH PLAIN\r\n" * 9)
    failed(certificates, given(injected.port), Unreachable)
    for server in (stripped, refusing, injected):
        time.sleep(0.05)
        words = b"".join(server.said)
        assert b"AUTH" not in words and b"MAIL" not in words and b"canary" not in words


HELLO = (b"220 hello\r\n", b"250 mail.test\r\n")


@pytest.mark.parametrize(
    ("replies", "kind", "said"),
    [
        ((b"554 go away\r\n",), Unreachable, "554 go away"),
        ((b"421 busy\r\n",), Unreachable, "421 busy"),
        ((drop,), Unreachable, "broke off"),
        ((b"\x00\xff\r\n",), Unreachable, "did not take the mail"),
        ((*HELLO, b"530 a password first\r\n"), NotAllowed, "wants a password: 530"),
        ((*HELLO, b"550 not you\r\n"), BadRequest, "refuses mail.from: 550 not you"),
        ((*HELLO, b"451 later\r\n"), Unreachable, "does not take mail.from now: 451 later"),
        ((*HELLO, b"250 ok\r\n", b"550 nobody\r\n"), BadRequest, "refuses mail.to: 550 nobody"),
        ((*HELLO, b"250 ok\r\n", b"450 greylisted\r\n"), Unreachable, "does not take mail.to now: 450 greylisted"),
        ((*HELLO, b"250 ok\r\n", b"250 ok\r\n", b"554 no\r\n"), Unreachable, "554 no"),
        ((*HELLO, b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n", drop), Unreachable, "broke off"),
        ((*HELLO, flood), Unreachable, "broke off"),
    ],
)
def test_what_a_server_may_say_instead(
    certificates: Certificates,
    scripted: Callable[..., Scripted],
    replies: tuple[object, ...],
    kind: type[PapercliError],
    said: str,
) -> None:
    running = scripted(*replies)
    words = failed(certificates, given(running.port, "none", password=""), kind)
    assert said in words and words.startswith(f"localhost:{running.port}")


@pytest.mark.parametrize("before", [(), HELLO, (*HELLO, b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n")], ids=len)
def test_a_server_that_drips_is_left_in_time(
    certificates: Certificates, scripted: Callable[..., Scripted], before: tuple[bytes, ...]
) -> None:
    threads = threading.active_count()
    running, began = scripted(*before, drip), time.monotonic()
    words = failed(certificates, given(running.port, "none", password=""), Unreachable, seconds=0.6)
    assert "in 1 s" in words and time.monotonic() - began < 3
    while threading.active_count() > threads and time.monotonic() - began < 3:
        time.sleep(0.01)
    assert threading.active_count() == threads  # nobody is left who waits


def test_a_server_without_passwords_is_told_as_a_setting(
    certificates: Certificates, scripted: Callable[..., Scripted]
) -> None:
    running = scripted(*HELLO)
    assert "takes no passwords" in failed(certificates, given(running.port, "none"), BadRequest)


def test_nobody_there(certificates: Certificates, scripted: Callable[..., Scripted]) -> None:
    closed = scripted()
    closed.stop()
    assert "connection refused" in failed(certificates, given(closed.port), Unreachable)


def test_a_password_is_given_over_tls_alone_and_a_wrong_one_is_refused(certificates: Certificates) -> None:
    running = MailServer(starttls=certificates.of("localhost"))
    try:
        assert hand_in(given(running.port), MAIL, ME, [YOU], {"SSL_CERT_FILE": certificates.file}) == {}
        assert running.logins == [("reader", PASSWORD)] and running.mails[0].rcpt_tos == [YOU]
        wrong = given(running.port, password="not it")
        assert "refused the password of reader (535)" in failed(certificates, wrong, NotAllowed)
        assert len(running.mails) == 1
    finally:
        running.stop()


def test_who_is_refused_comes_back_with_the_words_and_the_others_get_it(scripted: Callable[..., Scripted]) -> None:
    running = scripted(*HELLO, b"250 ok\r\n", b"550 no such \x1b[31muser\r\n", b"250 ok\r\n", b"354 go\r\n")
    refused = hand_in(given(running.port, "none", password=""), MAIL, ME, ["b@example.org", YOU], {})
    assert refused == {"b@example.org": "no such \ufffd[31muser"}
    assert b"From here\r\n" in running.said


def test_what_a_server_says_is_left_out_where_the_password_is_in_it(scripted: Callable[..., Scripted]) -> None:
    hello = (b"220 hello\r\n", b"250-mail.test\r\n250 AUTH PLAIN\r\n", b"235 ok\r\n")
    for words in (PASSWORD, base64.b64encode(f"\0reader\0{PASSWORD}".encode()).decode()):
        running = scripted(*hello, f"550 not {words}\r\n".encode())
        with pytest.raises(BadRequest, match=r"refuses mail\.from: 550 $"):
            hand_in(given(running.port, "none"), MAIL, ME, [YOU], {})


def test_the_mail_is_handed_in_though_the_goodbye_fails(scripted: Callable[..., Scripted]) -> None:
    taken = (*HELLO, b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n")
    for goodbye in (drop, b"\xff\r\n"):
        body = [b"", *MAIL.splitlines(), b"."]
        running = scripted(*taken, *[b""] * (len(body) - 2), b"250 taken\r\n", goodbye)
        assert hand_in(given(running.port, "none", password=""), MAIL, ME, [YOU], {}) == {}
        assert running.said[-1] == b"quit\r\n"


def test_a_server_that_wants_to_hear_the_password_otherwise_is_told_so(scripted: Callable[..., Scripted]) -> None:
    running = scripted(b"220 hello\r\n", b"250-mail.test\r\n250 AUTH GSSAPI\r\n")
    with pytest.raises(Unreachable, match="did not take the mail: No suitable authentication method found"):
        hand_in(given(running.port, "none"), MAIL, ME, [YOU], {})
    assert not [line for line in running.said if line.startswith(b"AUTH")]


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_certificates_that_cannot_be_read_are_a_bad_setting(
    security: str, scripted: Callable[..., Scripted], tmp_path: Path
) -> None:
    (tmp_path / "no.pem").write_text("no certificate")
    running = scripted(b"220 hello\r\n", b"250-mail.test\r\n250 STARTTLS\r\n")
    with pytest.raises(BadRequest, match="SSL_CERT_FILE is not a file of certificates"):
        hand_in(given(running.port, security), MAIL, ME, [YOU], {"SSL_CERT_FILE": str(tmp_path / "no.pem")})


def test_a_name_that_nobody_can_have_is_said(certificates: Certificates) -> None:
    assert "no name can look like this" in failed(certificates, given(25, host="a" * 64 + ".example"), Unreachable)
