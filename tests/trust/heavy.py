"""Answers made to fill the memory or to take for ever, by name, and the exit code that each must have."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

from server import Seen, Step, answer

from .made_up import DAY, DAY_BEFORE, ENTRIES, OLD, WAYS, dump, row
from .wire import head, packed

Bomb = tuple[str, Callable[[], list[Step]], int]
"""What is asked, what is answered, and the exit code."""


def zipped(block: bytes, times: int, before: bytes = b"", after: bytes = b"") -> bytes:
    """A gzip stream of `before`, `times` times the block, and `after`, made without packing all of it."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    start = packer.compress(before + block) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    if not after:
        return start + again * (times - 1) + packer.flush()
    raw = zlib.compressobj(9, zlib.DEFLATED, -15)
    summed = zlib.crc32(before)
    for _ in range(times):
        summed = zlib.crc32(block, summed)
    end = raw.compress(after) + raw.flush()
    size = len(before) + len(block) * times + len(after)
    tail = zlib.crc32(after, summed).to_bytes(4, "little") + (size & 0xFFFFFFFF).to_bytes(4, "little")
    return start + again * (times - 1) + end + tail


def gzip_of(block: bytes, size: int, before: bytes = b"", after: bytes = b"") -> Callable[[], list[Step]]:
    """`size` MiB of a block, between `before` and `after`, packed."""
    times = (size << 20) // len(block) or 8
    return lambda: [packed(zipped(block, times, before, after), "gzip")]


def filled(block: bytes, mebibytes: int, before: bytes = b"[", after: bytes = b"0]") -> Callable[[], list[Step]]:
    """A body of JSON as large as may be, of one small thing over and over."""
    wide = block * (65_536 // len(block))
    return gzip_of(wide, mebibytes, before, after)


def deep(depth: int) -> list[Step]:
    """A good listing, with a field so deep in one of its rows."""
    nest = "[" * depth + "]" * depth
    first = dump(row(1)).decode().replace('"numComments":1', f'"numComments":1,"deep":{nest}')
    return [answer(f"[{first},{dump(row(9, DAY_BEFORE)).decode()}]".encode())]


def one(more: Callable[[], dict[str, object]]) -> Callable[[], list[Step]]:
    """A listing in which a row has these fields."""
    return lambda: [answer(dump([{**row(1, **more()), "title": ""}, row(9, DAY_BEFORE)]), zipped=True)]


def digits(number: str) -> list[Step]:
    """A listing in which a paper's votes are such a number."""
    return [answer(dump(OLD).replace(b'"upvotes":3', b'"upvotes":' + number.encode(), 1))]


def entries(inside: str | Callable[[], str], times: int = 1) -> Callable[[], list[Step]]:
    """A page of arXiv's in whose first entry something stands."""

    def made() -> list[Step]:
        body = (inside if isinstance(inside, str) else inside()) * times
        return [answer(WAYS["atom"].new.replace(b"<entry>", b"<entry>" + body.encode(), 1), zipped=True)]

    return made


def _attributes() -> str:
    return f"<a {' '.join(f'a{n}=' + chr(34) * 2 for n in range(2_000_000))}/>"


def typed(subset: str, body: str = "") -> Callable[[], list[Step]]:
    """A page of arXiv's with a document type."""
    new = WAYS["atom"].new.decode()
    return lambda: [
        answer(new.replace("?>\n", f"?>\n<!DOCTYPE feed [{subset}]>\n", 1).replace("Kangaroo 1", body).encode())
    ]


def endless(unit: bytes, start: bytes = b"") -> Callable[[], list[Step]]:
    """Something sent again and again, far beyond any limit."""
    return lambda: [start, *[unit * max(1, (1 << 20) // len(unit))] * 64]


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
CHUNK = b"100000\r\n" + b" " * (1 << 20) + b"\r\n"
GIGABYTE = bytes(1 << 20)

BOMBS: dict[str, Bomb] = {
    "1 GiB of zeros in gzip": ("listing", gzip_of(GIGABYTE, 1_024), 6),
    "1 GiB of brackets in gzip": ("listing", gzip_of(b"[" * (1 << 20), 1_024), 6),
    "3 MiB of blanks before a listing": ("listing", gzip_of(b" " * (1 << 20), 3, b"", dump(OLD)), 0),
    "31 MiB of blanks before a listing": ("listing", gzip_of(b" " * (1 << 20), 31, b"", dump(OLD)), 6),
    "3 MiB of numbers": ("listing", filled(b"1234,", 3), 6),
    "pages of 3 MiB of empty lists": ("month", lambda: [_page(b"[" + b"[]," * 1_200_000 + b"0]")], 8),
    "3 MiB of empty lists": ("listing", filled(b"[],", 3), 6),
    "half a MiB of empty objects": ("listing", filled(b"{},", 0), 6),
    "31 MiB of empty lists": ("listing", filled(b"[],", 31), 6),
    "31 MiB of empty objects": ("listing", filled(b"{},", 31), 6),
    "31 MiB of numbers": ("listing", filled(b"1234,", 31), 6),
    "31 MiB of words": ("listing", filled(b'"ab",', 31), 6),
    "31 MiB of fields of one row": ("listing", filled(b'"a":0,', 31, b'[{"paper":{', b'"b":0}}]'), 6),
    "31 MiB of one text": ("listing", filled(b"x" * 64, 31, b'[{"paper":{"id":"2607.10001","title":"', b'"}}]'), 6),
    "31 MiB of text beyond Latin": (
        "listing",
        filled("𝔘".encode() * 16, 31, b'[{"paper":{"id":"2607.10001","title":"', b'"}}]'),
        6,
    ),
    "gzip in gzip": ("listing", lambda: [packed(zipped(zipped(GIGABYTE, 1_024), 1), "gzip, gzip")], 6),
    "brotli": ("listing", lambda: [packed(bytes(2_048), "br")], 6),
    "zstd": ("listing", lambda: [packed(bytes(2_048), "zstd")], 6),
    "an endless body": ("listing", endless(b" ", head()), 6),
    "an endless body in chunks": ("listing", endless(CHUNK, head("Transfer-Encoding: chunked")), 6),
    "an endless gzip header": (
        "listing",
        endless(b"x", head("Content-Encoding: gzip") + b"\x1f\x8b\x08\x08" + bytes(6)),
        6,
    ),
    "an endless head": ("listing", endless(b"X-More: y\r\n", b"HTTP/1.1 200 OK\r\n"), 6),
    "an endless first line": ("listing", endless(b"x", b"HTTP/1.1 200 "), 6),
    "an endless body of a 404": ("listing", endless(b" ", head(status="404 None")), 6),
    "an endless body of a 400": ("listing", endless(b" ", head(status="400 Bad")), 6),
    **{f"a field {10**n:,} deep": ("listing", lambda n=n: deep(10**n), 0 if n < 3 else 6) for n in range(1, 7)},
    **{f"a field {n:,} deep": ("listing", lambda n=n: deep(n), -1) for n in range(450, 1_000, 50)},
    "votes of 4,000 digits": ("listing", lambda: digits("9" * 4_000), 0),
    "votes of 5,000 digits": ("listing", lambda: digits("9" * 5_000), 6),
    "votes of a million digits": ("listing", lambda: digits("9" * 1_000_000), 6),
    "votes of 1e999": ("listing", lambda: digits("1e999"), 0),
    "a title of 3 MB": ("listing", one(lambda: {"title": "kangaroo " * 340_000}), 0),
    "a title of 10 MB": ("listing", one(lambda: {"title": "kangaroo " * 1_100_000}), 6),
    "a title of 3 MB of marks": ("listing", one(lambda: {"title": "e" + "\u0301" * 1_700_000}), 0),
    "a title of 3 MB of brackets": ("listing", one(lambda: {"title": "[/" * 1_700_000}), 6),
    "a title of 3 MB, one sign of it beyond Latin": ("listing", one(lambda: {"title": "𝔘" + "x " * 1_700_000}), 0),
    "an abstract of 3 MB of blanks": ("listing", one(lambda: {"summary": " \n" * 1_000_000}), 0),
    "100,000 authors": ("listing", one(lambda: {"authors": [{"name": f"Ann {n}"} for n in range(100_000)]}), 0),
    "100,000 keywords": ("listing", one(lambda: {"ai_keywords": [f"word {n}" for n in range(100_000)]}), 0),
    "2,000 rows": ("listing", lambda: [answer(dump(_many(2_000)), zipped=True)], 0),
    "100,000 rows": ("listing", lambda: [answer(dump(_many(100_000)), zipped=True)], 6),
    "50 pages of 4 MB": ("listing", lambda: [_page()], 8),
    "50 pages of 4 MB, four at a time": ("month", lambda: [_page()], 8),
    "100,000 links in a header": ("listing", lambda: [answer(dump(OLD), headers={"Link": "</a>; rel=x, " * 5_000})], 0),
    "a billion laughs": ("atom", typed(f'<!ENTITY l0 "lol">{LAUGHS}', "&l9;"), 6),
    "a quadratic blow-up": ("atom", typed(f'<!ENTITY a "{"a" * 50_000}">', "&a;" * 50_000), 6),
    "an entity from a file": ("atom", typed('<!ENTITY a SYSTEM "file:///etc/passwd">', "&a;"), 6),
    "an entity of parameters": ("atom", typed('<!ENTITY % a SYSTEM "http://127.0.0.1:9/"> %a;'), 6),
    "an entry a million deep": ("atom", entries("<a>", 1_000_000), 6),
    "an entry of 5 million elements": ("atom", entries("<a/>", 5_000_000), 6),
    "an entry of 2 million attributes": ("atom", entries(_attributes), 6),
    "an entry of 2 million comments": ("atom", entries("a<!---->", 2_000_000), 0),
    "an entry with a text of 30 MB": ("atom", entries(lambda: f"<summary>{'x' * 30_000_000}</summary>"), 6),
    "20,000 authors of an entry": ("atom", entries("<author><name>Ann</name></author>", 20_000), 0),
    "100,000 authors of an entry": ("atom", entries("<author><name>Ann</name></author>", 100_000), 6),
    "20,000 entries": ("atom", lambda: [answer(_entries(20_000), zipped=True)], 0),
    "an open tag of 15 MB": ("atom", lambda: [answer(b"<feed " + b"x" * 15_000_000)], 6),
    "XML with 10,000 namespaces": ("atom", entries("".join(f'<a xmlns:a{n}="u:{n}"/>' for n in range(10_000))), 0),
}


def _many(times: int) -> list[object]:
    return [
        {"paper": {"id": f"2607.{n % 90_000 + 10_000}", "title": "Kangaroo", "submittedOnDailyAt": DAY}}
        for n in range(times)
    ]


def _page(later: bytes = b"") -> Callable[[Seen], bytes]:
    """Pages of 4 MB, or a good one and then those."""
    rows = dump([row(n, summary="We hop. " * (5 if later else 5_000)) for n in range(100)])
    first, packed_rows = gzip.compress(rows, 1), gzip.compress(later or rows, 1)

    def one(seen: Seen) -> bytes:
        here, _, number = seen.target.partition("&p=")
        link = f'<{here}&p={int(number or 0) + 1}>; rel="next"'
        body = packed_rows if int(number or 0) else first
        return answer(body, headers={"Content-Encoding": "gzip", "Link": link})

    return one


def _entries(times: int) -> bytes:
    more = "".join(ENTRIES[0].replace("2607.20001", f"2607.{30_000 + n:05}") for n in range(times)).encode()
    return WAYS["atom"].new.replace(b"</feed>", more + b"</feed>")
