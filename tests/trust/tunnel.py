"""An HTTP proxy on loopback that takes CONNECT for the hosts that it knows, and writes down what it hears of them."""

from __future__ import annotations

import re
import socket
import threading


class Tunnel:
    """`hosts` are ports of this machine by the name they are asked for. `heads` are the CONNECT requests, without the
    login for the proxy itself."""

    def __init__(self, hosts: dict[str, int]) -> None:
        self.heads: list[bytes] = []
        self._hosts = hosts
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.host = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self._closing = False

    def __enter__(self) -> Tunnel:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *failure: object) -> None:
        self._closing = True
        socket.create_connection(self._socket.getsockname()).close()  # wakes the thread that waits for connections

    def _accept(self) -> None:
        while True:
            near, _ = self._socket.accept()
            if self._closing:
                near.close()
                self._socket.close()
                return
            threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        with near:
            head = near.recv(65_536)
            self.heads.append(re.sub(rb"(?im)^proxy-authorization:.*$", b"", head))
            port = self._hosts.get(head.split(b" ")[1].partition(b":")[0].decode())
            if port is None:
                near.sendall(b"HTTP/1.1 403 Unknown\r\nContent-Length: 0\r\n\r\n")
                return
            near.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            with socket.create_connection(("127.0.0.1", port)) as far:
                back = threading.Thread(target=_pump, args=(far, near), daemon=True)
                back.start()
                _pump(near, far)
                back.join()


def _pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while piece := source.recv(65_536):
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # one of the two has gone
