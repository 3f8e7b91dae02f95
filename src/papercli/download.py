"""A PDF saved from arXiv: at its pace, gone on with where it was cut short, and whole or not there at all."""

from __future__ import annotations

import os
import re
import stat
import time

from papercli.errors import NoSuchPaper, OutputError, Unreachable, Unreadable
from papercli.limits import http_date
from papercli.pace import GAPS, Pace, lane_of
from papercli.partial import Partial, check_place
from papercli.status import Failing, TooMany, said

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from papercli.network import Network
    from papercli.request import Reply, Request
    from papercli.sample_pdf import Printer

    Heard = Callable[[int, int | None], None]
    """Told of bytes that are there, and of how many it will be, where that is known."""

HEAD, TAIL = b"%PDF-", b"%%EOF"
NEAR = 8_192
"""Bytes before the end in which the mark of the end stands. Readers look through the last 1,024; some files have more
behind it."""

MOST = 200 << 20
"""Bytes of a PDF. Of the largest at arXiv few come near."""


USUAL = 3.5
"""Seconds of waiting that are no news among several files."""


class Download:
    """Saves PDFs, one after the other, at arXiv's pace, which is kept in `folder`; the made-up ones with `demo`.

    `note(kind, words)` hears of waits, though not of the three seconds between two of them, and with `verbose` of what
    is asked and answered.
    """

    silence = 30.0
    """Seconds for which a server may send nothing."""

    patience = 120.0
    """Seconds for which the pace is waited for."""

    pauses = (1.5, 3.0)
    """Seconds before the second and the third try, where the server names no time."""

    def __init__(
        self, folder: str, note: Callable[[str, str], None], *, demo: bool = False, verbose: bool = False
    ) -> None:
        self._note, self._demo, self._verbose = note, demo, verbose
        told = lambda words: note("waiting", words)  # noqa: E731
        self._pace = Pace(folder, told=told, told_after=USUAL, gaps={} if demo else GAPS)
        self._opened: Network | Printer | None = None

    def save(self, request: Request, path: str, *, heard: Heard, told: Callable[[], None], again: bool = False) -> int:
        """Save what `request` asks for as `path`. Bytes of the file; 0 when another process has saved it meanwhile.

        With `again` one that is there already is replaced. Raises Unreachable (Busy, Unreadable), NoSuchPaper when the
        server has none, and OutputError. What came before a connection broke stays beside `path` under a hidden name
        for the next run; of what is no PDF, too large, or finds no room, nothing does.
        """
        check_place(path)
        folder, name = os.path.split(path)
        key = re.sub(r"[^a-z0-9.-]", "_", request.url.rpartition("/pdf/")[2].lower())[:40] + ".pdf"
        with Partial(folder or ".", key, told=told) as part:
            if not again and is_whole(path):
                return 0
            try:
                self._fill(request, part, heard)
            except (Unreachable, OutputError) as failure:
                hopeless = isinstance(failure, Unreadable) and not getattr(failure, "more_tries", 0)
                if hopeless or isinstance(failure, OutputError):
                    part.discard()
                elif part.goes_on:
                    failure.hint = f"{part.size:,} bytes are here, and the same command goes on from there"
                raise
            size = part.size
            part.finish(os.path.join(folder, name))
            return size

    def close(self) -> None:
        """Close the connection that is kept open."""
        network, self._opened = self._opened, None
        if network is not None:
            network.close()

    def _fill(self, request: Request, part: Partial, heard: Heard) -> None:
        """Have all of it in `part`, after up to three tries; each goes on where the last one ended, if it may."""
        tries = 0
        while True:
            begin, validator = part.kept(request.url)
            if begin and begin == part.length and _is_pdf(part):
                return
            try:
                return self._once(request, part, begin, validator, heard)
            except Unreachable as failure:
                tries += 1
                if tries > getattr(failure, "more_tries", 0):
                    raise
                pause = 0.0 if getattr(failure, "asked", None) is not None else self.pauses[min(tries, 2) - 1]
            time.sleep(pause)

    def _once(self, request: Request, part: Partial, begin: int, validator: str, heard: Heard) -> None:
        lane, sink = lane_of(request), _Sink(request, part, begin, validator, heard)
        self._pace.turn(lane, patience=self.patience)
        if self._verbose:
            self._note("asked", f"GET {request.url}" + (f" from byte {begin:,} on" if begin else ""))
        try:
            reply = self._network().download(
                request, sink, seconds=self.silence, most=MOST - begin, begin=begin, validator=validator
            )
        finally:
            self._pace.done(lane)
        if self._verbose:
            self._note("answered", f"{reply.status} of {reply.url}, {part.size:,} bytes are here")
        asked = self._pace.heard(lane, reply.status, reply.headers)
        host = re.sub(r"^[a-z]+://([^/]*).*", r"\1", request.url)
        if reply.status == 416 and begin:
            part.begin(request.url, "", None)
            raise Again(f"{host} has no more of it than is here")
        if reply.status in (404, 410):
            raise NoSuchPaper(f"arXiv has no PDF of {request.url.rpartition('/pdf/')[2]}")
        if reply.status == 429:
            raise TooMany(host, asked)
        if reply.status >= 500:
            raise Failing(host, reply.status, asked)
        if reply.status not in (200, 206):
            raise Unreachable(said(host, reply.status))
        if part.length not in (None, part.size) or not _is_pdf(part):
            raise Unreadable(f"what {host} sent is no whole PDF", hint="try again later")

    def _network(self) -> Network | Printer:
        if self._opened is None:
            if self._demo:
                from papercli.sample_pdf import Printer

                self._opened = Printer()
            else:
                from papercli.network import Network

                self._opened = Network()
        return self._opened


class Again(Unreachable):
    """What is here does not fit what is there: begin anew."""

    more_tries = 2


class _Sink:
    """Puts a body into a partial file, if it is the PDF that was asked for. See `network.download.Sink`."""

    def __init__(self, request: Request, part: Partial, begin: int, validator: str, heard: Heard) -> None:
        self._url, self._part, self._heard = request.url, part, heard
        self._begin, self._validator = begin, validator
        self._host = re.sub(r"^[a-z]+://([^/]*).*", r"\1", request.url)
        self._checked = begin >= len(HEAD)

    def begin(self, reply: Reply) -> None:
        """Raises Again when a part comes that does not fit, Unreadable for what cannot be the PDF."""
        if reply.status == 206:
            self._go_on(reply)
        else:
            if reply.headers.get("content-type", "").lower().startswith("text/"):
                raise Unreadable(f"{self._host} sent a web page instead of a PDF", hint="try again later")
            length = reply.headers.get("content-length", "")
            self._part.begin(self._url, _validator(reply), int(length) if _is_number(length) else None)
            self._checked = False
        if (self._part.length or 0) > MOST:
            raise Unreadable(f"the PDF is larger than {MOST >> 20} MiB", hint="papers open --pdf opens it")
        self._heard(self._part.size, self._part.length)

    def _go_on(self, reply: Reply) -> None:
        found = re.fullmatch(r"bytes ([0-9]{1,12})-[0-9]{1,12}/([0-9]{1,12})", reply.headers.get("content-range", ""))
        etag = reply.headers.get("etag", "")
        other = self._validator.startswith('"') and etag not in ("", self._validator)
        if not found or other or int(found[1]) != self._begin or self._part.length not in (None, int(found[2])):
            self._part.begin(self._url, "", None)
            raise Again(f"{self._host} sent another part than was asked for")
        self._part.length = int(found[2])

    def write(self, piece: bytes) -> None:
        """Raises Unreadable when it turns out that it is no PDF."""
        self._part.write(piece)
        if not self._checked and self._part.size >= len(HEAD):
            if self._part.read(0, len(HEAD)) != HEAD:
                raise Unreadable(f"{self._host} sent something that is no PDF", hint="try again later")
            self._checked = True
        self._heard(self._part.size, self._part.length)


def is_whole(path: str) -> bool:
    """Whether a file, not a link to one, is there that begins and ends as a PDF."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        file = os.open(path, flags)
    except OSError:
        return False
    try:
        size = os.fstat(file).st_size
        if not stat.S_ISREG(os.fstat(file).st_mode) or os.read(file, len(HEAD)) != HEAD:
            return False
        os.lseek(file, max(size - NEAR, 0), os.SEEK_SET)
        return TAIL in os.read(file, NEAR)
    except OSError:
        return False
    finally:
        os.close(file)


def _is_pdf(part: Partial) -> bool:
    return part.read(0, len(HEAD)) == HEAD and TAIL in part.read(max(part.size - NEAR, 0), NEAR)


def _validator(reply: Reply) -> str:
    """What names exactly these bytes: a strong ETag, else a Last-Modified that is old enough (RFC 9110, 8.8.2.2)."""
    etag, modified = reply.headers.get("etag", ""), reply.headers.get("last-modified", "")
    if re.fullmatch(r'"[!#-~]{1,400}"', etag):
        return etag
    then, now = http_date(modified), http_date(reply.headers.get("date", ""))
    return modified if then is not None and now is not None and now - then >= 60 else ""


def _is_number(text: str) -> bool:
    return re.fullmatch("[0-9]{1,15}", text) is not None
