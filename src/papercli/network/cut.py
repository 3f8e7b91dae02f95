"""Waking up a thread that waits for a server."""

from __future__ import annotations

import socket


def cut(connection: socket.socket | None) -> None:
    """End a connection, so that whoever reads or writes there goes on, with an error. None, and one that has ended
    already, are left as they are; of TLS nothing is said to the other side, which might not listen."""
    if connection is None:
        return
    try:
        # The plain socket's method: the one of a TLS socket would also take TLS away from its reader.
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
    except OSError:
        pass
