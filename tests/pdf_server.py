"""The PDFs of the tests' own arXiv (`arxiv_hub`), with the faults of a download.

A fault is named as `_cut5000`: a name, and for some a number of bytes. Ranges are answered by RFC 9110, 14 and 13.1.5.
"""

from __future__ import annotations

import hashlib
import random
import re
import time
from http.server import BaseHTTPRequestHandler

PIECE = 16_384


def made_up(name: str, size: int = 300_000) -> bytes:
    """A PDF to look at from outside: it begins and ends as one, and every name has another."""
    inside = random.Random(name).randbytes(size - 15)
    return b"%PDF-1.5\n" + inside.replace(b"%%EOF", b"%%eof") + b"%%EOF\n"


class Pdfs:
    """`bodies` by identifier, with `vN` where a version is meant; others are made up. `edition` is part of each ETag,
    `pause` the seconds after each piece, `ranges` the Range of every request."""

    def __init__(self) -> None:
        self.bodies: dict[str, bytes] = {}
        self.edition, self.pause, self.etags = "1", 0.0, True
        self.ranges: list[str] = []
        self.over = False

    def body(self, name: str) -> bytes:
        return self.bodies.setdefault(name, made_up(name))

    def answer(self, handler: BaseHTTPRequestHandler, fault: str, name: str) -> None:
        """Answer a GET of `/pdf/NAME`."""
        asked = handler.headers.get("Range") or ""
        self.ranges.append(asked)
        kind, _, number = re.sub(r"(\d+)$", r" \1", fault).partition(" ")
        body = self.body(name)
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}-{self.edition}"' if self.etags else ""
        if kind == "_moved":
            return _head(handler, 302, {"Location": f"/pdf/{name}", "Content-Length": "0"})
        if kind == "_tohttp":
            return _head(handler, 302, {"Location": "http://arxiv.example.com/x.pdf", "Content-Length": "0"})
        if kind == "_tofile":
            return _head(handler, 302, {"Location": "file:///etc/passwd", "Content-Length": "0"})
        if kind == "_missing":
            return _head(handler, 404, {"Content-Length": "0"})
        if kind == "_beyond":
            return _head(handler, 416, {"Content-Range": f"bytes */{len(body)}", "Content-Length": "0"})
        headers = {"Content-Type": "application/pdf", "Accept-Ranges": "bytes"}
        headers |= {"ETag": etag} if etag else {}
        begin, status = 0, 200
        found = re.fullmatch(r"bytes=(\d+)-", asked)
        if found and kind != "_norange" and handler.headers.get("If-Range", etag) == etag:
            begin, status = int(found[1]), 206
            if begin >= len(body):
                return _head(handler, 416, {"Content-Range": f"bytes */{len(body)}", "Content-Length": "0"})
            told = begin + 7 if kind == "_wrongrange" else begin
            headers["Content-Range"] = f"bytes {told}-{len(body) - 1}/{len(body)}"
        if kind == "_otheretag":
            headers["ETag"], body = '"other"', made_up("other", len(body))
        if kind == "_aspdf":
            body, begin = b"<!DOCTYPE html><title>are you a robot?</title>" * 30, 0
        if kind == "_noend":
            body = body[:-7]
        if kind == "_gzip":
            headers["Content-Encoding"] = "gzip"
        sent = body[begin:]
        length = {"_longer": len(sent) + 1000, "_shorter": len(sent) - 1000, "_huge": 10**12}.get(kind, len(sent))
        if kind in ("_nolength", "_nolengthcut", "_endless"):
            headers["Connection"] = "close"
        else:
            headers["Content-Length"] = str(length)
        handler.close_connection = kind != ""
        _head(handler, status, headers)
        if kind == "_endless":
            while not self.over:
                handler.wfile.write(body)
        stop = int(number) if kind in ("_cut", "_nolengthcut", "_stall") else length
        for at in range(0, min(len(sent), stop), PIECE):
            handler.wfile.write(sent[at : min(at + PIECE, stop)])
            time.sleep(self.pause)
        if kind == "_stall":
            while not self.over:
                time.sleep(0.02)
        if kind == "_cut":
            handler.close_connection = True
        return None


def _head(handler: BaseHTTPRequestHandler, status: int, headers: dict[str, str]) -> None:
    handler.send_response(status)
    for name, said in headers.items():
        handler.send_header(name, said)
    handler.end_headers()
