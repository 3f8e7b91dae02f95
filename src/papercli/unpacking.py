"""The lines of a file that may be packed with gzip or xz, however large: each bounded, and where each ends."""

from __future__ import annotations

import os

from papercli.errors import Unreadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, Protocol

    class Unpacker(Protocol):
        """One packed stream; a file may hold several, one behind the other."""

        @property
        def ended(self) -> bool:
            """Whether all of its text was given."""
            ...

        @property
        def rest(self) -> bytes:
            """What stands behind the end."""
            ...

        def unpack(self, data: bytes) -> bytes:
            """At most BLOCK bytes of text. It is to be given b"" until it gives b"" back, then more of the file."""
            ...


BLOCK = 1 << 20
LONGEST = 4 << 20
"""Bytes of a line. Those of arXiv's papers with more than three thousand authors have a tenth of this."""

ENDLESS = 1 << 30
"""Bytes behind which no end of a line is waited for."""

MOST_MEMORY = 128 << 20
"""Bytes that unpacking xz may take: what `xz -9` has packed asks for 65 MiB."""

_BEGINNINGS = {b"\x1f\x8b": "gzip", b"\xfd7zXZ\0": "xz", b"PK\x03\x04": "zip", b"BZh": "bzip2", b"(\xb5/\xfd": "zstd"}
_LONGEST_BEGINNING = max(map(len, _BEGINNINGS))


class Lines:
    """Iterates over the lines of the open file `descriptor`, without their ends; of one that is longer than LONGEST
    bytes it gives so many, and `is_cut` is set.

    Raises Unreadable, after the last whole line, where what is packed is damaged or ends too early, or where the file
    cannot be read.
    """

    def __init__(self, descriptor: int) -> None:
        self._file, self._begin = descriptor, 0
        self.taken = 0
        """Bytes of the file that were read."""

        self.offset = 0
        """Where the line that was given last ends: in bytes of the text, unpacked."""

        self.is_cut = False
        self.head = self._read()
        while 0 < len(self.head) < _LONGEST_BEGINNING and (more := self._read()):
            self.head += more
        self.kind = next((kind for magic, kind in _BEGINNINGS.items() if self.head.startswith(magic)), "")
        """How it is packed: "gzip", "xz", or "zip", "bzip2", "zstd", whose lines cannot be read; "" when it is not."""

    def begin(self, offset: int) -> None:
        """Begin with the line behind the one that ends at `offset`, instead of the first."""
        self._begin = offset

    def __iter__(self) -> Iterator[bytes]:
        held, length = b"", 0  # of the line that has begun: what will be given of it, and its bytes so far
        self.offset = self._begin
        for block in self._text():
            *ended, begun = block.split(b"\n")
            for piece in ended:
                line = held + piece if length <= LONGEST else held
                length += len(piece)
                self.offset, self.is_cut = self.offset + length + 1, length > LONGEST
                held, length = b"", 0
                yield line[:LONGEST]
            held = held + begun if length <= LONGEST else held
            length += len(begun)
            if length > ENDLESS:
                break
        if length:
            self.offset, self.is_cut = self.offset + length, length > LONGEST
            yield held[:LONGEST]
        if length > ENDLESS:
            raise Unreadable("a line of it does not end")

    def _text(self) -> Iterator[bytes]:
        """The text from where it is to begin."""
        if not self.kind and self._begin:
            self.taken = os.lseek(self._file, self._begin, os.SEEK_SET)
            self.head = b""
        left = self._begin if self.kind else 0
        for block in self._unpacked() if self.kind else self._blocks():
            if len(block) > left:
                yield block[left:]
            left = max(0, left - len(block))

    def _blocks(self) -> Iterator[bytes]:
        """The bytes of the file."""
        block = self.head or self._read()
        while block:
            yield block
            block = self._read()

    def _read(self) -> bytes:
        try:
            block = os.read(self._file, BLOCK)
        except OSError as error:
            raise Unreadable(f"it cannot be read: {(error.strerror or str(error)).lower()}") from error
        self.taken += len(block)
        return block

    def _unpacked(self) -> Iterator[bytes]:
        import zlib
        from lzma import LZMAError

        unpacker: Unpacker | None = None
        for block in self._blocks():
            while block := block if unpacker else block.lstrip(b"\0"):  # streams may stand apart, by zeros
                unpacker = unpacker or (_Gzip() if self.kind == "gzip" else _Xz())
                try:
                    text = unpacker.unpack(block)
                    while text:
                        yield text
                        text = b"" if unpacker.ended else unpacker.unpack(b"")
                except (LZMAError, zlib.error) as error:
                    raise Unreadable(f"what {self.kind} packed is damaged: {error}") from error
                block, unpacker = (unpacker.rest, None) if unpacker.ended else (b"", unpacker)
        if unpacker:
            raise Unreadable(f"it ends in the middle of what {self.kind} packed")


class _Stream:
    """A packed stream, of which some bytes may be given at a time."""

    _inner: Any

    @property
    def ended(self) -> bool:
        """Whether its end was reached."""
        return bool(self._inner.eof)

    @property
    def rest(self) -> bytes:
        """What stands behind its end."""
        return bytes(self._inner.unused_data)


class _Gzip(_Stream):
    def __init__(self) -> None:
        from zlib import decompressobj

        self._inner = decompressobj(wbits=31)  # 16 + 15: with the head and the checksum of gzip (zlib.h)

    def unpack(self, data: bytes) -> bytes:
        return bytes(self._inner.decompress(self._inner.unconsumed_tail + data, BLOCK))


class _Xz(_Stream):
    def __init__(self) -> None:
        from lzma import FORMAT_XZ, LZMADecompressor

        self._inner = LZMADecompressor(FORMAT_XZ, memlimit=MOST_MEMORY)

    def unpack(self, data: bytes) -> bytes:
        return bytes(self._inner.decompress(data, BLOCK))
