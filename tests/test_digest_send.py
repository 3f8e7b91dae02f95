"""`papers digest --send`: to a real mail server over TLS, once, or not at all; the password stays where it is."""

from __future__ import annotations

import email
import sys
from collections.abc import Iterator
from email.policy import default
from pathlib import Path

import pytest

from conftest import Papers
from mail_server import PASSWORD, Certificates, MailServer

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
