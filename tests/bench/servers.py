"""The servers that the benchmark asks, in a process of their own, so that the one that measures stays small.

Prints their addresses as a line of JSON and serves until standard input ends. `hub` is an ordinary one. With the word
"hostile" there are two more: `bomb` answers with a small gzip body that unpacks to 1 GiB, `trickle` sends its headers
at once and then a byte every quarter of a second.
"""

from __future__ import annotations

import json
import sys
import zlib
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from day import feed

from hub import Hub
from server import Server, trickled

MIB = 1 << 20
JSON = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def bomb() -> bytes:
    """An answer whose body is a JSON array with 1 GiB of spaces in it, gzipped."""
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    spaces = b" " * MIB
    body = b"".join([packer.compress(b"["), *(packer.compress(spaces) for _ in range(1024)), packer.compress(b"]")])
    body += packer.flush()
    return JSON + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body) + body


def main() -> None:
    """Serve."""
    hub = Hub(feed(datetime.now(UTC).date()))
    addresses = {"hub": hub.url}
    with Server() as hostile:
        if "hostile" in sys.argv[1:]:
            hostile.on("/bomb*", bomb())
            hostile.on("/trickle*", [JSON + b"Content-Length: 100000\r\n\r\n[", *trickled(b" " * 400, every=0.25)])
            addresses |= {"bomb": f"{hostile.url}/bomb", "trickle": f"{hostile.url}/trickle"}
        print(json.dumps(addresses), flush=True)
        sys.stdin.read()
    hub.stop()


if __name__ == "__main__":
    main()
