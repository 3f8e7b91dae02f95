"""What a server can do wrong, by name: the steps that `server.Server` plays, and what must come of them.

An outcome is "new" (the answer is good all the same), or the exit code of a run that has nothing kept. Where it differs
by what was asked, it is a dict with "json", "xml", or the name of a way, and "" for the rest.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

from server import CLOSE, RESET, Step, answer, chunked, trickled

Steps = list[Step]
Outcome = str | int | dict[str, "str | int"]
Fault = tuple[Callable[[bytes], Steps], Outcome]

CHARSETS = (
    "base64_codec", "rot_13", "undefined", "utf_16", "hex_codec", "zlib_codec", "bz2_codec", "idna", "punycode",
    "unicode_escape", "uu_codec", "no-such-charset",
)  # fmt: skip

RETRY_AFTER: dict[str, float | None] = {
    "0": 0, "1": 1, "119": 119, "121": 121, "999999": 600, "1000000": None, "-1": None, "1.5": None, "+5": None,
    "١٢": None, "12abc": None, "": None, "soon": None, "NaN": None,
    "Fri, 03 Jul 2026 12:00:30 GMT": 30, "Friday, 03-Jul-26 11:00:00 GMT": 0, "Fri, 99 Jul 2026 99:99:99 GMT": None,
}  # fmt: skip
"""Seconds that each asks for; None where it says nothing that makes sense."""

RATE_LIMITS = (
    '"api";r=0;t=1', '"api";r=0;t=99999', '"api";r=499;t=293', '"api";r=-1;t=-1', "r=;t=", "r=1e9;t=1e9", ",,,;;;",
    '"a";r=0;t=5, "b";r=9;t=1', "9" * 900, "r=99999999999;t=99999999999", '"\x1b[2J";r=0;t=0', "limit=10, remaining=0",
)  # fmt: skip


def head(*lines: str, status: str = "200 OK", version: str = "HTTP/1.1") -> bytes:
    """A head of an answer, its lines as given."""
    return "\r\n".join([f"{version} {status}", *lines]).encode("latin-1") + b"\r\n\r\n"


def sized(body: bytes, *lines: str, **more: str) -> bytes:
    """An answer with the right length and these further lines."""
    return head(f"Content-Length: {len(body)}", *lines, **more) + body


def packed(body: bytes, encoding: str) -> bytes:
    """An answer that says to be packed so, and is what it is."""
    return answer(body, headers={"Content-Encoding": encoding})


def _pieces(body: bytes, extension: bytes = b"", trailers: bytes = b"") -> bytes:
    """A 200 in two chunks."""
    start = head("Transfer-Encoding: chunked")
    cut = len(body) // 2
    chunks = b"".join(b"%x%s\r\n%s\r\n" % (len(part), extension, part) for part in (body[:cut], body[cut:]))
    return start + chunks + b"0\r\n" + trailers + b"\r\n"


BREAKS: dict[str, Fault] = {
    "silence": (lambda b: [60.0], 6),
    "slow headers": (lambda b: trickled(head("Content-Length: 9") * 9, every=0.05), 6),
    "slow body": (lambda b: [head(f"Content-Length: {len(b)}"), *trickled(b, every=0.02)], 6),
    "closed at once": (lambda b: [CLOSE], 6),
    "reset at once": (lambda b: [RESET], 6),
    "reset in the head": (lambda b: [answer(b)[:20], 0.01, RESET], 6),
    "reset after the head": (lambda b: [head(f"Content-Length: {len(b)}"), 0.01, RESET], 6),
    "reset in the body": (lambda b: [answer(b)[: -len(b) // 2], 0.01, RESET], 6),
    "reset after the body": (lambda b: [answer(b), 0.02, RESET], "new"),
    "closed in the body": (lambda b: [answer(b)[: -len(b) // 2], CLOSE], 6),
    "closed in the head": (lambda b: [answer(b)[:30], CLOSE], 6),
    "closed before the end, without a length": (lambda b: [head() + b[: len(b) // 2], CLOSE], 6),
}

SPEECH: dict[str, Fault] = {
    "HTTP 0.9": (lambda b: [b, CLOSE], 6),
    "HTTP 1.0": (lambda b: [head(version="HTTP/1.0") + b, CLOSE], "new"),
    "HTTP 1.0 with a length": (lambda b: [sized(b, version="HTTP/1.0"), CLOSE], "new"),
    "HTTP 2 preface": (lambda b: [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", CLOSE], 6),
    "HTTP 2 frames": (lambda b: [b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" + bytes(18), CLOSE], 6),
    "HTTP 3.0": (lambda b: [sized(b, version="HTTP/3.0"), CLOSE], "new"),
    "TLS alert": (lambda b: [b"\x15\x03\x01\x00\x02\x02\x46", CLOSE], 6),
    "another protocol": (lambda b: [b"SSH-2.0-OpenSSH_9.2\r\n\r\n", CLOSE], 6),
    "a status of two digits": (lambda b: [sized(b, status="20 OK"), CLOSE], 6),
    "a status of four digits": (lambda b: [sized(b, status="2000 OK"), CLOSE], 6),
    "a header of 200 KB": (lambda b: [sized(b, "X-Long: " + "y" * 200_000), CLOSE], 6),
    "10,000 headers": (lambda b: [sized(b, *(f"X-{n}: {n:09}" for n in range(10_000))), CLOSE], 6),
    "1,000 headers": (lambda b: [sized(b, *(f"X-{n}: {n}" for n in range(1_000)))], "new"),
    "headers without an end": (lambda b: [b"HTTP/1.1 200 OK\r\n", *[b"X-More: y\r\n" * 2_000] * 12, CLOSE], 6),
    "ESC in the reason": (lambda b: [sized(b, status="200 \x1b]0;owned\x07"), CLOSE], "new"),
    "C1 in the reason": (lambda b: [sized(b, status="200 \x9b31m"), CLOSE], "new"),
    "ESC in a header": (lambda b: [sized(b, "X-Odd: \x1b[2J\x9b", "Link: \x1b]0;x\x07"), CLOSE], "new"),
    "NUL in a header": (lambda b: [sized(b, "X-Odd: a\0b"), CLOSE], 6),
    "NUL in a name": (lambda b: [sized(b, "X\0Odd: ab"), CLOSE], 6),
    "a lone CR": (lambda b: [sized(b, "X-Odd: a\rX-More: b"), CLOSE], 6),
    "lone LFs": (lambda b: [sized(b, "X-Odd: y").replace(b"\r\n", b"\n", 3), CLOSE], "new"),
    "a blank before the colon": (lambda b: [sized(b, "X-Odd : y"), CLOSE], 6),
    "a folded header": (lambda b: [sized(b, "X-Odd: y\r\n more"), CLOSE], "new"),
    "a line without a colon": (lambda b: [sized(b, "no colon"), CLOSE], 6),
}

LENGTHS: dict[str, Fault] = {
    "length too short": (lambda b: [answer(b, length=len(b) - 5), CLOSE], 6),
    "length too long": (lambda b: [answer(b, length=len(b) + 5), CLOSE], 6),
    "length negative": (lambda b: [head("Content-Length: -5") + b, CLOSE], 6),
    "length with a plus": (lambda b: [head(f"Content-Length: +{len(b)}") + b, CLOSE], 6),
    "length huge": (lambda b: [answer(b, length=1 << 40), CLOSE], 6),
    "length of 400 digits": (lambda b: [head("Content-Length: " + "9" * 400) + b, CLOSE], 6),
    "two lengths": (lambda b: [head(f"Content-Length: {len(b)}", "Content-Length: 5") + b, CLOSE], 6),
    "two equal lengths": (lambda b: [sized(b, f"Content-Length: {len(b)}")], "new"),
    "no length": (lambda b: [head() + b, CLOSE], "new"),
    "length and chunks": (lambda b: [_pieces(b).replace(b"\r\n", b"\r\nContent-Length: 5\r\n", 1), CLOSE], 6),
    "chunks": (lambda b: [chunked(b)], "new"),
    "chunks with extensions": (lambda b: [_pieces(b, extension=b';a="b";\x9b')], "new"),
    "chunks with trailers": (lambda b: [_pieces(b, trailers=b"X-Sum: 1\r\nContent-Length: 1\r\n")], "new"),
    "chunks without an end": (lambda b: [_pieces(b)[:-5], CLOSE], 6),
    "chunks, the last line break missing": (lambda b: [_pieces(b)[:-2], CLOSE], 6),
    "a chunk size that is no number": (lambda b: [head("Transfer-Encoding: chunked") + b"zz\r\n" + b, CLOSE], 6),
    "a chunk size below 0": (lambda b: [head("Transfer-Encoding: chunked") + b"-1\r\n" + b, CLOSE], 6),
    "a chunk size of 20 digits": (lambda b: [head("Transfer-Encoding: chunked") + b"f" * 20 + b"\r\n" + b, CLOSE], 6),
    "a chunk longer than its size": (lambda b: [_pieces(b).replace(b"\r\n0\r\n", b"!!\r\n0\r\n"), CLOSE], 6),
    "garbage after the chunks": (lambda b: [_pieces(b) + b"garbage", CLOSE], "new"),
    "an unknown transfer coding": (lambda b: [head("Transfer-Encoding: gzip") + b, CLOSE], 6),
}

PACKINGS: dict[str, Fault] = {
    "gzip": (lambda b: [answer(b, zipped=True)], "new"),
    "gzip in chunks": (
        lambda b: [_pieces(gzip.compress(b)).replace(b"\r\n", b"\r\nContent-Encoding: gzip\r\n", 1)],
        "new",
    ),
    "GZIP": (lambda b: [packed(gzip.compress(b), "GZIP")], "new"),
    "identity": (lambda b: [packed(b, "identity")], "new"),
    "gzip cut, with the right length": (lambda b: [packed(gzip.compress(b)[:-9], "gzip")], 6),
    "gzip cut in its sum": (lambda b: [packed(gzip.compress(b)[:-1], "gzip")], 6),
    "gzip with a wrong sum": (lambda b: [packed(gzip.compress(b)[:-8] + bytes(8), "gzip")], 6),
    "garbage after gzip": (lambda b: [packed(gzip.compress(b) + b"garbage", "gzip")], 6),
    "two gzips": (lambda b: [packed(gzip.compress(b[:99]) + gzip.compress(b[99:]), "gzip")], 6),
    "gzip twice, said once": (lambda b: [packed(gzip.compress(gzip.compress(b)), "gzip")], 6),
    "gzip twice": (lambda b: [packed(gzip.compress(gzip.compress(b)), "gzip, gzip")], 6),
    "200 codings": (lambda b: [packed(b, ", ".join(["gzip"] * 200))], 6),
    "two coding headers": (lambda b: [sized(gzip.compress(b), "Content-Encoding: gzip", "Content-Encoding: br")], 6),
    "said to be gzip": (lambda b: [packed(b, "gzip")], 6),
    "gzip that is not said": (lambda b: [answer(gzip.compress(b))], 6),
    "deflate": (lambda b: [packed(zlib.compress(b), "deflate")], 6),
    **{coding: (lambda b, coding=coding: [packed(b, coding)], 6) for coding in ("br", "zstd", "x-rot13", "\x9b", "*")},
    "nothing, said to be gzip": (lambda b: [packed(b"", "gzip")], 6),
}


def _status(code: int, words: bytes = b'{"error":"made-up words"}') -> Callable[[bytes], Steps]:
    return lambda b: [answer(words, code)]


STATUSES: dict[str, Fault] = {
    "100, 102, 103, then 200": (
        lambda b: [
            head(status="100 Continue"), head(status="102 P"), head("Link: <a>; rel=preload", status="103 E"), answer(b)
        ],
        "new",
    ),
    "a thousand times 100": (lambda b: [head(status="100 Continue") * 1_000, CLOSE], 6),
    "101": (lambda b: [head("Upgrade: h2c", "Connection: upgrade", status="101 Switching") + b, CLOSE], 6),
    "204": (lambda b: [head(status="204 No Content")], 6),
    "206": (lambda b: [sized(b, "Content-Range: bytes 0-9/10", status="206 Partial Content")], 6),
    "304 unasked": (lambda b: [head(status="304 Not Modified")], 6),
    "302 to nowhere": (lambda b: [answer(b"", 302)], 6),
    "302 to itself": (lambda b: [lambda seen: answer(b"", 302, {"Location": seen.target})], 6),
    "302 to a file": (lambda b: [answer(b"", 302, {"Location": "file:///etc/passwd"})], 6),
    "400": (_status(400), {"paper": 3}),
    "401": (_status(401), 4),
    "403": (_status(403, b"<html>Access Denied</html>"), 4),
    "404": (_status(404, b"<html>Not Found</html>"), {"paper": 3, "": 6}),
    "429": (_status(429), 5),
    **{str(code): (_status(code), 6) for code in (201, 203, 205, 226, 300, 305, 402, 408, 410, 418, 431, 451)},
    **{str(code): (_status(code, b"<html>no</html>"), 6) for code in (500, 501, 502, 503, 504, 511, 599, 699, 999)},
}  # fmt: skip

_PAGE = b"<!doctype html><html><head><title>Access Denied</title></head><body>captive portal</body></html>"
_DEEP = b'[{"paper":' + b"[" * 200_000
BODIES: dict[str, Fault] = {
    "a web page": (lambda b: [answer(_PAGE, headers={"Content-Type": "text/html"})], 6),
    "an error object": (lambda b: [answer(b'{"error":"We had to \\u001b]0;owned\\u0007 rate limit your IP."}')], 6),
    "null": (lambda b: [answer(b"null")], 6),
    "nothing": (lambda b: [answer(b"")], 6),
    "blanks": (lambda b: [answer(b" \r\n\t ")], 6),
    "Rate exceeded.": (lambda b: [answer(b"Rate exceeded.")], 6),
    "rows that cannot be read": (lambda b: [answer(b'[{"paper":null},{},null,3,{"paper":{"id":"2511.00001"}}]')], 6),
    "deep": (lambda b: [answer(_DEEP)], 6),
    "5,000 digits": (lambda b: [answer(b'[{"paper":' + b"9" * 5_000 + b"}]")], 6),
    "NaN": (lambda b: [answer(b'[{"paper":NaN}]')], 6),
    "cut, with the right length": (lambda b: [answer(b[: len(b) // 2])], 6),
    "one byte less": (lambda b: [answer(b.rstrip()[:-1])], 6),
    "twice in one": (lambda b: [answer(b + b)], 6),
    "UTF-16": (lambda b: [answer(b.decode().encode("utf-16"))], {"atom": "new"}),
    "Latin-1": (lambda b: [answer(b.decode().encode("latin-1"))], 6),
    "zeros": (lambda b: [answer(bytes(len(b)))], 6),
    "said to be a picture": (lambda b: [answer(b, headers={"Content-Type": "image/png"})], "new"),
    "said to be a web page": (lambda b: [answer(b, headers={"Content-Type": "text/html; charset=latin-1"})], "new"),
    "a document type": (lambda b: [answer(b'<!DOCTYPE feed [<!ENTITY l "l">]>' + b)], 6),
    "an atom error": (lambda b: [answer(ERROR.encode())], 6),
    "an atom error of 400": (lambda b: [answer(ERROR.encode(), 400)], {"paper": 3}),
    "a false empty page": (lambda b: [answer(HOLLOW.encode())], 6),
    **{
        f"charset {name}": (lambda b, name=name: [answer(b, headers={"Content-Type": f"a/b; charset={name}"})], "new")
        for name in CHARSETS
    },
}


def _error() -> tuple[str, str]:
    from arxiv_hub import error_feed, feed

    return error_feed("made-up refusal"), feed("", total=214_881)


ERROR, HOLLOW = _error()

FAULTS: dict[str, Fault] = BREAKS | SPEECH | LENGTHS | PACKINGS | STATUSES | BODIES


def outcome(name: str, way: str, is_json: bool) -> str | int:
    """What must come of the fault for a question of that kind."""
    meant = FAULTS[name][1]
    if not isinstance(meant, dict):
        return meant
    return meant.get(way, meant.get("json" if is_json else "xml", meant.get("", 6)))
