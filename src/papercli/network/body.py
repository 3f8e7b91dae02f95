"""The body of an answer, read in pieces: decoded, bounded, and either whole or an error."""

from __future__ import annotations

import zlib

from papercli.errors import CutShort, Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_STEP = 1 << 20


def whole(pieces: Iterable[bytes], *, encoding: str, length: str, max_wire: int, max_body: int, place: str) -> bytes:
    """The decoded body. `encoding` and `length` are the values of the headers, empty where there was none.

    Raises CutShort when the length or the end of the gzip stream is missing, Unreadable for an encoding that was not
    asked for, for more than `max_wire` bytes as sent, and for more than `max_body` bytes as decoded: never a part.
    """
    encoding = encoding.strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip"):
        raise Unreadable(f"the answer of {place} is packed in a way that was not asked for")
    if length.isdecimal() and int(length) > max_wire:
        raise _too_large(max_wire, place)
    unzip = _Unzip(max_body, place) if "gzip" in encoding else None
    body = bytearray()
    wire = 0
    for piece in pieces:
        wire += len(piece)
        if wire > max_wire:
            raise _too_large(max_wire, place)
        if unzip is None:
            body += piece
        else:
            unzip.add(piece, body)
        if len(body) > max_body:
            raise _too_large(max_body, place)
    if (length.isdecimal() and wire != int(length)) or (unzip is not None and not unzip.ended):
        raise CutShort(f"the answer of {place} was cut short")
    return bytes(body)


class _Unzip:
    """One gzip stream (RFC 1952), a bounded step at a time: a thousandth of a bomb is enough to fill the memory."""

    def __init__(self, max_body: int, place: str) -> None:
        self._stream = zlib.decompressobj(wbits=31)
        self._max_body = max_body
        self._place = place

    @property
    def ended(self) -> bool:
        """The end of the stream came, and its checksum held."""
        return self._stream.eof

    def add(self, piece: bytes, body: bytearray) -> None:
        while piece:
            if self._stream.eof:
                raise Unreadable(f"the answer of {self._place} goes on after its end")
            try:
                body += self._stream.decompress(piece, _STEP)
            except zlib.error as error:
                raise Unreadable(f"the answer of {self._place} is damaged") from error
            if len(body) > self._max_body:
                return
            piece = self._stream.unconsumed_tail or self._stream.unused_data


def _too_large(limit: int, place: str) -> Unreadable:
    return Unreadable(f"the answer of {place} is larger than {limit >> 20} MiB")
