"""What `--verbose` tells: every request as it is sent, and how it was answered."""

from __future__ import annotations

import time

from papercli.errors import PapercliError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from papercli.request import Reply, Request
    from papercli.tries import Send


def aloud(send: Send | None, note: Callable[[str, str], None]) -> Send:
    """`send` (None for the network itself), told of through `note(kind, text)`. Tokens are never told."""

    def told(request: Request, *, seconds: float, etag: str, last_modified: str) -> Reply:
        nonlocal send
        if send is None:
            from papercli.network import send as over_the_network

            send = over_the_network
        note("asked", f"GET {request.url}{', unless it is unchanged' if etag or last_modified else ''}")
        began = time.monotonic()
        try:
            reply = send(request, seconds=seconds, etag=etag, last_modified=last_modified)
        except PapercliError as failure:
            note("failed", f"after {(time.monotonic() - began) * 1_000:.0f} ms: {failure}")
            raise
        took = (time.monotonic() - began) * 1_000
        note("answered", f"{reply.status}, {len(reply.body):,} bytes, {took:.0f} ms")
        return reply

    return told
