"""`papers digest --send`: to a real mail server over TLS, once, or not at all; the password stays where it is."""

from __future__ import annotations

import email
import sys
import time
from collections.abc import Callable, Iterator
from email.policy import default
from pathlib import Path

import pytest

from conftest import Papers
from mail_server import PASSWORD, Certificates, MailServer, Scripted, drip, drop, flood
from papercli.errors import BadRequest, NotAllowed, PapercliError, Unreachable
from papercli.network.smtp import Server, hand_in

MAIL = b"Subject: x\r\n\r\n.\r\nFrom here\r\n"
ME, YOU = "me@example.org", "you@example.org"


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def server(certificates: Certificates) -> Iterator[MailServer]:
    """One that asks for STARTTLS and a password."""
    running = MailServer(starttls=certificates.of("localhost"))
    yield running
    running.stop()


@pytest.fixture
def settled(environ: dict[str, str], certificates: Certificates, server: MailServer) -> dict[str, str]:
    """The environment of somebody who has settled how mail is sent."""
    environ |= {
        "PAPERCLI_MAIL_TO": YOU, "PAPERCLI_MAIL_FROM": f"Papers <{ME}>", "PAPERCLI_MAIL_HOST": "localhost",
        "PAPERCLI_MAIL_PORT": str(server.port), "PAPERCLI_MAIL_USER": "reader", "PAPERCLI_MAIL_PASSWORD": PASSWORD,
        "SSL_CERT_FILE": certificates.file,
    }  # fmt: skip
    return environ


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


# The program


def test_it_is_sent_once_over_starttls(papers: Papers, settled: dict[str, str], server: MailServer) -> None:
    run = papers("digest", "--send")
    assert (run.returncode, run.stdout) == (0, ""), run.stderr
    assert run.stderr == f"papers: sent to {YOU}: papers: 10 new on Fri 3 Jul 2026\n"
    (envelope,) = server.mails
    assert (envelope.mail_from, envelope.rcpt_tos, server.logins) == (ME, [YOU], [("reader", PASSWORD)])
    mail = email.message_from_bytes(envelope.content, policy=default)
    assert (mail["From"], mail["To"]) == (f"Papers <{ME}>", YOU)
    assert b"\n" not in envelope.content.replace(b"\r\n", b"")
    again = papers("digest", "--send")
    assert (again.returncode, len(server.mails)) == (0, 1) and "was sent before" in again.stderr
    assert papers("digest", "--send", "--refresh").returncode == 0 and len(server.mails) == 2


def test_the_password_may_come_from_a_command_and_is_never_said(
    papers: Papers, settled: dict[str, str], server: MailServer, home: Path, tmp_path: Path
) -> None:
    del settled["PAPERCLI_MAIL_PASSWORD"]
    command = tmp_path / "my password.py"
    command.write_text(f"import sys; print({PASSWORD!r}); print('second line'); sys.stderr.write('canary stderr')")
    settled["PAPERCLI_MAIL_PASSWORD_COMMAND"] = f"{sys.executable} '{command}' '; touch {tmp_path}/owned'"
    server.answers["DATA"] = f"554 we do not like {PASSWORD}"
    run = papers("digest", "--send", "-v")
    assert run.returncode == 6 and "canary" not in run.stdout + run.stderr, run.stderr
    assert server.logins == [("reader", PASSWORD)] and not (tmp_path / "owned").exists()
    server.answers.clear()
    assert papers("digest", "--send").returncode == 0  # what was not taken is still to come
    assert not [path for path in home.rglob("*") if path.is_file() and b"canary" in path.read_bytes()]


@pytest.mark.parametrize(
    ("changes", "code", "said"),
    [
        ({"PAPERCLI_MAIL_PASSWORD": "wrong"}, 4, "refused the password of reader (535)"),
        ({"PAPERCLI_MAIL_HOST": ""}, 2, "mail.host is not set"),
        ({"PAPERCLI_MAIL_HOST": "smtp.example.org:25"}, 2, "mail.host is not the name of a server"),
        ({"PAPERCLI_MAIL_USER": ""}, 2, "there is a password, but no mail.user"),
        ({"PAPERCLI_MAIL_PASSWORD": ""}, 2, "neither mail.password_command nor PAPERCLI_MAIL_PASSWORD"),
        ({"PAPERCLI_MAIL_PASSWORD": "", "PAPERCLI_MAIL_PASSWORD_COMMAND": "false"}, 2, "ended with 1"),
        (
            {"PAPERCLI_MAIL_PASSWORD": "", "PAPERCLI_MAIL_PASSWORD_COMMAND": "/no/such"},
            2,
            "cannot be run: no such file",
        ),
        ({"PAPERCLI_MAIL_PASSWORD": "a\tb"}, 2, "holds what SMTP cannot carry"),
        ({"SSL_CERT_FILE": "/no/such"}, 2, "SSL_CERT_FILE"),
        ({"SSL_CERT_FILE": ""}, 6, "its certificate is not trusted"),
    ],
)
def test_what_is_wrong_is_one_line_and_the_right_code(
    papers: Papers, settled: dict[str, str], server: MailServer, changes: dict[str, str], code: int, said: str
) -> None:
    run = papers("digest", "--send", env=changes)
    assert (run.returncode, run.stdout, server.mails) == (code, "", []), run.stderr
    assert said in run.stderr and "Traceback" not in run.stderr and PASSWORD not in run.stderr
    assert len(run.stderr.splitlines()) <= 2


def test_who_is_refused_is_named_and_the_others_get_it(
    papers: Papers, settled: dict[str, str], server: MailServer
) -> None:
    server.answers["b@example.org"] = "550 no such \x1b[31muser"
    run = papers("digest", "--send", env={"PAPERCLI_MAIL_TO": f"{YOU}, b@example.org"})
    assert (
        run.returncode == 8 and "the server refused b@example.org: no such" in run.stderr and "\x1b" not in run.stderr
    )
    assert [mail.rcpt_tos for mail in server.mails] == [[YOU]]
    assert "was sent before" in papers("digest", "--send").stderr


# The conversation


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
    running, began = scripted(*before, drip), time.monotonic()
    words = failed(certificates, given(running.port, "none", password=""), Unreachable, seconds=0.6)
    assert "in 1 s" in words and time.monotonic() - began < 3


def test_a_server_without_passwords_is_told_as_a_setting(
    certificates: Certificates, scripted: Callable[..., Scripted]
) -> None:
    running = scripted(*HELLO)
    assert "takes no passwords" in failed(certificates, given(running.port, "none"), BadRequest)


def test_nobody_there(certificates: Certificates, scripted: Callable[..., Scripted]) -> None:
    closed = scripted()
    closed.stop()
    assert "connection refused" in failed(certificates, given(closed.port), Unreachable)
