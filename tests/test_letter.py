"""A mail as bytes: letters of 7 bits, short lines, both readings, and headers that only we write."""

from __future__ import annotations

import email
from email.policy import default

import pytest

from papercli.letter import Letter, addresses, as_bytes, written

YOU = addresses("you@example.org")


def letter(subject: str = "papers: 3 new", text: str = "x\n", html: str = "<p>x</p>\n") -> Letter:
    return Letter(subject=subject, text=text, html=html, name="20260703.abc", series="digest", at=0.0)


def test_whatever_is_in_it_the_lines_are_short_and_the_words_the_same() -> None:
    text = "a\n.\nFrom x\n=?utf-8?q?a=0ABcc:_evil@x.example?=\n--=_20260703.abc\n" + "é架 " * 900 + "\n"
    mail = as_bytes(written(letter(text=text, html=f"<p>{'架' * 3000}</p>\n"), YOU[0], YOU), "\n")
    assert mail.isascii() and b"\r" not in mail and max(map(len, mail.splitlines())) <= 78
    read = email.message_from_bytes(mail, policy=default)
    plain, html = read.get_body(("plain",)), read.get_body(("html",))  # type: ignore[attr-defined]
    assert plain.get_content() == text and "架" * 3000 in html.get_content()
    assert as_bytes(written(letter(), YOU[0], YOU), "\r\n").replace(b"\r\n", b"").find(b"\n") < 0


@pytest.mark.parametrize(
    "words", ["a\nBcc: x", "a\rb", "=?utf-8?q?a=0ABcc:_evil@x?=", "é", "\x85", "\u2028", "a" * 901]
)
def test_a_header_that_is_not_ours_is_no_header(words: str) -> None:
    with pytest.raises(ValueError, match="not ours"):
        written(letter(subject=words), YOU[0], YOU)


@pytest.mark.parametrize(
    "text",
    [
        "", "you", "you@", "@example.org", "a@b.org,", "a b@c.org", "a..b@c.org", ".a@b.org", "a@-b.org", "<a@b.org>",
        "=?utf-8?q?x?= <a@b.org>", "=?utf-8?q?x?=@b.org", '"a b"@c.org', "a@[127.0.0.1]", "a@b.org\nBcc: c@d.org",
        "a\u2028b <a@b.org>", "zoë@example.org", "a@exämple.org", "-oQ/tmp", ", ".join(["a@b.org"] * 51),
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        addresses(text)


def test_names_and_several_addresses_are_read() -> None:
    found = addresses("Zoë O'Neil-Müller <zoe@example.org>,b+papers@example.org")
    assert [str(each) for each in found] == ["Zoë O'Neil-Müller <zoe@example.org>", "b+papers@example.org"]
