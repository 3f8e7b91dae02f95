"""What one GET does on a network where everything goes wrong."""

from __future__ import annotations

import concurrent.futures
import contextlib
import errno
import gzip
import os
import random
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import textwrap
import threading
import time
import zlib

import pytest

from papercli.errors import BadRequest, CutShort, PapercliError, Unreachable, Unreadable
from papercli.network import Network, send
from papercli.network.body import whole
from papercli.network.cut import cut
from papercli.network.exchange import Line
from papercli.network.proxies import proxy_for
from papercli.request import Reply, Request
from server import CLOSE, RESET, Server, answer, chunked, trickled

CANARY = "hf_canaryCanaryCanary"
BODY = b'["' + random.Random(1).randbytes(500).hex().encode() + b'"]'


@pytest.fixture
def server():
    with Server() as server:
        yield server


@pytest.fixture
def network():
    network = Network({})
    yield network
    network.close()


def get(network: Network, url: str, *, seconds: float = 5.0, token: str = "", **validators: str) -> Reply:
    return network.send(Request(url=url, fresh=0, token=token), seconds=seconds, **validators)


def failure(network: Network, url: str, *, seconds: float = 5.0, token: str = "") -> PapercliError:
    with pytest.raises(PapercliError) as caught:
        get(network, url, seconds=seconds, token=token)
    said = str(caught.value)
    assert said.isprintable() and said.isascii() and len(said) < 300
    return caught.value


def in_child(code: str, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", textwrap.dedent(code), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


@pytest.mark.parametrize(
    "sent",
    [answer(BODY), answer(BODY, zipped=True), chunked(BODY), [answer(BODY, length=-1), CLOSE]],
    ids=["length", "gzip", "chunked", "until the end of the connection"],
)
def test_the_body_comes_whole(server, network, sent):
    assert get(network, server.on("/a", sent)).body == BODY


def test_the_request_names_itself_and_asks_for_gzip_only(server, network):
    url = server.on("/a", answer(b"[]", headers={"Set-Cookie": "id=1; Path=/"}))
    get(network, url, token=CANARY, etag='W/"1"', last_modified="Wed, 21 Oct 2015 07:28:00 GMT")
    get(network, url)
    first, second = (seen.headers for seen in server.seen)
    assert first["user-agent"].startswith("papercli/") and "(+https://" in first["user-agent"]
    assert first["accept"] == "application/json"
    assert first["accept-encoding"] == "gzip"
    assert first["authorization"] == f"Bearer {CANARY}"
    assert first["if-none-match"] == 'W/"1"'
    assert first["if-modified-since"] == "Wed, 21 Oct 2015 07:28:00 GMT"
    assert second.keys() & {"cookie", "authorization", "if-none-match", "if-modified-since"} == set()


def test_header_values_are_printable_and_short(server, network):
    long = {"X-Long": "y" * 5000, "X-Odd": "a\x1b[31mb\x9bc\xe9", "Link": "<a>; rel=x"}
    sent = answer(b"[]", headers=long).replace(b"Link", b"Link: <b>; rel=y\r\nLINK")
    headers = get(network, server.on("/a", sent)).headers
    assert headers["x-long"] == "y" * 1000
    assert headers["x-odd"] == "a[31mbc"
    assert headers["link"] == "<b>; rel=y, <a>; rel=x"


def test_one_connection_serves_many_requests(server, network):
    url = server.on("/a", answer(BODY, zipped=True))
    server.on("/same", answer(b"", 304))
    for path in ("/a", "/same", "/a"):
        get(network, server.url + path)
    assert url and {seen.connection for seen in server.seen} == {1}


def test_a_connection_that_ended_meanwhile_is_replaced(server, network):
    url = server.on("/a", [answer(b"1"), CLOSE], answer(b"2"))
    assert get(network, url).body == b"1"
    time.sleep(0.05)
    assert get(network, url).body == b"2"


def test_the_connection_that_waited_longest_is_closed_when_there_are_many(network):
    with contextlib.ExitStack() as all_of_them:
        servers = [all_of_them.enter_context(Server()) for _ in range(9)]
        urls = [server.on("/a", answer(BODY)) for server in servers]
        for url in (*urls, *reversed(urls)):
            assert get(network, url).body == BODY
        assert [server.seen[-1].connection for server in servers] == [2, *[1] * 8]


def test_threads_share_a_network(server, network):
    urls = [server.on(f"/{n}", [0.01, answer(b"%d" % n)]) for n in range(8)]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for _ in range(3):
            bodies = list(pool.map(lambda url: get(network, url).body, urls))
            assert bodies == [b"%d" % n for n in range(8)]
    assert max(seen.connection for seen in server.seen) <= 8


@pytest.mark.parametrize("form", ["length", "chunked", "gzip", "gzip without a length"])
def test_a_body_cut_anywhere_is_an_error_and_never_a_short_body(server, form):
    whole = {
        "length": answer(BODY),
        "chunked": chunked(BODY),
        "gzip": answer(BODY, zipped=True),
        "gzip without a length": answer(BODY, zipped=True, length=-1),
    }[form]
    for at in range(0, len(whole), 16):
        with pytest.raises(Unreachable) as caught:
            send(Request(url=server.on(f"/{at}", [whole[:at], CLOSE]), fresh=0), seconds=5)
        head = whole.index(b"\r\n\r\n") + 4
        assert type(caught.value).__name__ == ("CutShort" if at >= head else "Dropped"), at
        assert caught.value.more_tries == 2
    assert send(Request(url=server.on("/whole", [whole, CLOSE]), fresh=0), seconds=5).body == BODY


GZIPPED = gzip.compress(BODY)


@pytest.mark.parametrize(
    ("sent", "kind", "words"),
    [
        ([answer(BODY, length=len(BODY) + 1), CLOSE], "CutShort", "cut short"),
        (answer(GZIPPED[:300], headers={"Content-Encoding": "gzip"}), "CutShort", "cut short"),
        (answer(GZIPPED[:-4] + b"abcd", headers={"Content-Encoding": "gzip"}), "Unreadable", "damaged"),
        (answer(GZIPPED + GZIPPED, headers={"Content-Encoding": "gzip"}), "Unreadable", "after its end"),
        (answer(BODY, headers={"Content-Encoding": "gzip"}), "Unreadable", "damaged"),
        (answer(BODY, headers={"Content-Encoding": "br"}), "Unreadable", "not asked for"),
        (answer(gzip.compress(GZIPPED), headers={"Content-Encoding": "gzip, gzip"}), "Unreadable", "not asked for"),
        ([answer(b"", length=1 << 40)], "Unreadable", "larger than 16 MiB"),
        ([b"hello\r\n\r\n", CLOSE], "Unreadable", "not HTTP"),
        ([b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000 + b"\r\n\r\n", CLOSE], "Unreadable", "not HTTP"),
        ([b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", CLOSE], "Unreadable", "not HTTP"),
        ([CLOSE], "Dropped", "without an answer"),
        ([RESET], "Dropped", "without an answer"),
        ([answer(BODY)[:300], 0.05, RESET], "CutShort", "cut short"),
    ],
)
def test_what_is_no_answer_is_told_in_one_sentence(server, network, sent, kind, words):
    error = failure(network, server.on("/a", sent))
    assert type(error).__name__ == kind
    assert words in str(error) and server.host in str(error)
    assert get(network, server.on("/b", answer(b"[]"))).body == b"[]"


@pytest.mark.parametrize("pieces", [[], [b"abc"], [b"abc", b"de"]])
def test_a_length_that_is_not_met_is_an_error_whoever_reads_the_wire(pieces):
    with pytest.raises(CutShort):
        whole(pieces, encoding="", length="4", max_wire=10, max_body=10, place="here")
    assert whole([b"abc", b"d"], encoding="identity", length="4", max_wire=10, max_body=10, place="here") == b"abcd"


def test_an_endless_body_ends_at_the_limit(server, network):
    megabyte = b"100000\r\n" + b"x" * (1 << 20) + b"\r\n"
    url = server.on("/a", [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", *[megabyte] * 20, 60.0])
    assert "larger than 16 MiB" in str(failure(network, url))


def bomb(size: int) -> bytes:
    """A gzip stream of `size` zero bytes, made by repeating one block, so that making it is quick."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return block + again * ((size >> 20) - 1) + packer.flush()


def test_a_request_may_want_less_than_the_limit(server, network):
    url = server.on("/a", answer(bytes(1 << 20), zipped=True), answer(bytes((1 << 20) + 1), zipped=True))
    small = Request(url=url, fresh=0, largest=1 << 20)
    assert network.send(small, seconds=5).body == bytes(1 << 20)
    with pytest.raises(Unreadable, match="larger than 1 MiB"):
        network.send(small, seconds=5)


def test_a_bomb_of_a_gigabyte_fails_in_little_memory(server):
    packed = bomb(1 << 30)
    assert len(packed) < 2 << 20
    url = server.on("/a", answer(packed, headers={"Content-Encoding": "gzip"}))
    child = in_child(
        """
        import resource, sys
        from papercli.network import send
        from papercli.request import Reply, Request
        try:
            send(Request(url=sys.argv[1], fresh=0), seconds=20)
        except Exception as error:
            print(error)
        try:  # on Linux ru_maxrss counts the memory of whoever started this, too
            print(int(open("/proc/self/status").read().partition("VmHWM:")[2].split()[0]) >> 10)
        except (OSError, IndexError):
            print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> (20 if sys.platform == "darwin" else 10))
        """,
        url,
    )
    said, memory = child.communicate(timeout=30)[0].splitlines()
    assert said == f"the answer of {server.host} is larger than 32 MiB"
    assert int(memory) < 150


@pytest.mark.parametrize("status", [404, 429, 503])
def test_the_body_of_a_failure_does_not_matter(server, network, status):
    reply = get(network, server.on("/a", [answer(bomb(1 << 26), status, {"Content-Encoding": "gzip"}), 60.0]))
    assert (reply.status, reply.body) == (status, b"")


def test_the_body_of_a_400_is_read_as_far_as_it_can_be(server, network):
    assert get(network, server.on("/a", answer(b'{"error":"no"}', 400, zipped=True))).body == b'{"error":"no"}'
    assert get(network, server.on("/b", answer(b"x" * 100_000, 400))).body == b""
    assert get(network, server.on("/c", [answer(b"x", 400, length=2), CLOSE])).body == b""


def requests_on_their_way() -> int:
    return sum(thread.name == "papercli-request" for thread in threading.enumerate())


def wait_until_none_is_on_its_way() -> None:
    ends = time.monotonic() + 2
    while requests_on_their_way() and time.monotonic() < ends:
        time.sleep(0.01)
    assert requests_on_their_way() == 0


@pytest.mark.parametrize(
    "steps",
    [
        [60.0],
        trickled(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100, every=0.05),
        [answer(b"", length=1000), *trickled(b"x" * 1000, every=0.05)],
        [b"HTTP/1.1 100 Continue\r\n\r\n", 0.05] * 1000,
    ],
    ids=["silence", "slow headers", "slow body", "promises"],
)
def test_the_deadline_holds_and_leaves_nothing_running(server, network, steps):
    url = server.on("/a", steps)
    began = time.monotonic()
    error = failure(network, url, seconds=0.4)
    assert 0.35 < time.monotonic() - began < 0.9
    assert str(error) == f"{server.host} did not answer within 0.4 s"
    assert error.more_tries == 2
    wait_until_none_is_on_its_way()


@pytest.fixture
def deaf():
    """host:port of a socket that takes no more connections, and does not say so."""
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for filler in (first, second):
            filler.setblocking(False)
            filler.connect_ex(full.getsockname())
        yield f"127.0.0.1:{full.getsockname()[1]}"


def test_a_machine_that_does_not_take_the_connection_is_left_at_the_deadline(network, deaf):
    assert str(failure(network, f"http://{deaf}/", seconds=0.3)) == f"could not reach {deaf} within 0.3 s"


def test_connecting_has_a_shorter_time_than_the_answer(network, deaf, monkeypatch):
    monkeypatch.setattr("papercli.network.exchange.CONNECT", 0.3)
    assert str(failure(network, f"http://{deaf}/", seconds=9)) == f"could not reach {deaf} within 0.3 s"


def test_a_slow_look_up_of_a_name_is_left_at_the_deadline(network, monkeypatch):
    let_go = threading.Event()

    def slow(*asked, **more):
        let_go.wait(10)
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    began = time.monotonic()
    error = failure(network, "https://papers.example/", seconds=0.3)
    assert time.monotonic() - began < 0.8
    assert str(error) == "could not reach papers.example within 0.3 s"
    let_go.set()


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (socket.EAI_NONAME, "papers.example: the name was not found"),
        (socket.EAI_AGAIN, "papers.example: the name could not be looked up"),
    ],
)
def test_an_unknown_name_is_worth_one_more_try_at_most(network, monkeypatch, code, words):
    def unknown(*asked, **more):
        raise socket.gaierror(code, "\x1b[31mwords of the system")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    error = failure(network, "https://papers.example/")
    assert (str(error), error.more_tries) == (words, 1)


def test_a_name_that_is_found_too_late_is_not_asked_any_more(server, network, monkeypatch):
    looked_up, let_go = socket.getaddrinfo, threading.Event()

    def slow(*asked, **more):
        let_go.wait(10)
        return looked_up(*asked, **more)

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    url = server.on("/a", answer(BODY))
    assert "could not reach" in str(failure(network, url, seconds=0.1))
    let_go.set()
    wait_until_none_is_on_its_way()
    assert server.seen == []


def test_nobody_is_redirected_who_has_left(server):
    let_go = threading.Event()

    class Slow(Network):
        def give_back(self, line: Line) -> None:
            let_go.wait(10)
            super().give_back(line)

    network = Slow({})
    server.on("/b", answer(BODY))
    assert "did not answer" in str(failure(network, server.on("/a", moved("/b")), seconds=0.2))
    let_go.set()
    wait_until_none_is_on_its_way()
    assert server.paths() == ["/a"]
    assert get(network, server.url + "/b").body == BODY
    network.close()


def test_cutting_a_connection_wakes_its_reader_and_never_fails():
    near, far = socket.socketpair()
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(near.recv(9)))
    with near, far, socket.socket() as nowhere:
        reader.start()
        cut(near)
        reader.join(5)
        assert read == [b""]
        for ended in (near, nowhere, None):
            cut(ended)
    cut(near)


@pytest.mark.parametrize(
    ("number", "words", "tries"),
    [
        (errno.ENETUNREACH, "there is no network to it", 1),
        (errno.EHOSTUNREACH, "there is no network to it", 1),
        (errno.ENETDOWN, "there is no network to it", 1),
        (errno.ETIMEDOUT, "could not reach papers.example in time", 2),
        (errno.EMFILE, "[31mwords of the system", 2),
    ],
)
def test_a_connection_that_the_system_refuses_is_told_as_what_it_means(network, monkeypatch, number, words, tries):
    def refused(*asked, **more):
        raise OSError(number, "\x1b[31mwords of the system")

    monkeypatch.setattr(socket, "create_connection", refused)
    error = failure(network, "https://papers.example/")
    assert words in str(error) and "papers.example" in str(error)
    assert error.more_tries == tries


def test_a_name_that_nobody_can_have_is_not_tried_again(network):
    error = failure(network, f"https://{'a' * 64}.example/")
    assert str(error) == f"{'a' * 64}.example: no name can look like this"
    assert getattr(error, "more_tries", 0) == 0


def test_nobody_at_the_port_is_worth_one_more_try_at_most(network):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{free.getsockname()[1]}"
        error = failure(network, f"http://{place}/")
    assert (str(error), error.more_tries) == (f"could not reach {place}: connection refused", 1)


@pytest.mark.skipif(os.name != "posix", reason="sends SIGINT")
def test_ctrl_c_ends_the_wait_at_once(server):
    url = server.on("/a", [60.0])
    child = in_child(
        """
        import sys, time
        from papercli.network import send
        from papercli.request import Reply, Request
        try:
            send(Request(url=sys.argv[1], fresh=0), seconds=30)
        except KeyboardInterrupt:
            print("interrupted")
        """,
        url,
    )
    while not server.seen:
        time.sleep(0.01)
    began = time.monotonic()
    child.send_signal(signal.SIGINT)
    assert child.communicate(timeout=10)[0] == "interrupted\n"
    assert time.monotonic() - began < 1


def moved(location: str, status: int = 302) -> bytes:
    return answer(b"", status, {"Location": location})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_on_the_same_origin_keeps_the_token(server, network, status):
    server.on("/b/c", answer(BODY))
    reply = get(network, server.on("/b/a", moved("c#part", status)), token=CANARY)
    assert reply == Reply(status=200, headers=reply.headers, body=BODY, url=server.url + "/b/c")
    assert [seen.headers.get("authorization") for seen in server.seen] == [f"Bearer {CANARY}"] * 2


def test_another_origin_never_sees_the_token_and_neither_does_the_way_back(server, network):
    with Server() as other:
        server.on("/a", moved(other.url + "/b"))
        other.on("/b", moved(server.url + "/c"))
        server.on("/c", answer(BODY))
        assert get(network, server.url + "/a", token=CANARY).body == BODY
        assert [seen.headers.get("authorization") for seen in server.seen] == [f"Bearer {CANARY}", None]
        assert CANARY not in str([(seen.target, seen.headers) for seen in other.seen])


def test_another_name_of_this_machine_is_another_origin(server, network):
    server.on("/a", moved(f"http://localhost:{server.port}/b"))
    server.on("/b", answer(BODY))
    assert get(network, server.url + "/a", token=CANARY).status == 200
    assert "authorization" not in server.seen[1].headers


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("file:///etc/passwd", "redirects to an address that does not start with https://"),
        ("ftp://127.0.0.1/", "redirects to an address that does not start with https://"),
        ("javascript:alert(1)", "redirects to an address that does not start with https://"),
        ("http://papers.example/", "redirects to an address that does not start with https://"),
        ("https://login:secret@papers.example/", "redirects to an address that holds a login"),
        ("https:///nowhere", "redirects to an address that names no host"),
        ("http://[::1/", "redirects to something that is no address"),
        ("https://127.0.0.1:99999/", "redirects to an address that has a port that does not exist"),
    ],
)
def test_a_redirect_to_anything_but_https_is_refused(server, network, location, words):
    error = failure(network, server.on("/a", moved(location)))
    assert str(error).startswith(f"{server.host} {words}") and "secret" not in str(error)
    assert len(server.seen) == 1


def test_five_redirects_are_followed_and_six_are_not(server, network):
    for hop in range(1, 7):
        server.on(f"/{hop}", moved(f"/{hop - 1}"))
    server.on("/0", answer(BODY))
    assert get(network, server.url + "/5").body == BODY
    assert str(failure(network, server.url + "/6")) == f"{server.host} redirects more than 5 times"
    assert "more than 5 times" in str(failure(network, server.on("/loop", moved("/loop"))))


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://papers.example/", "does not start with https://"),
        ("file:///etc/passwd", "does not start with https://"),
        ("https://name:secret@papers.example/", "holds a login"),
        ("https://[::1/", "is not a URL"),
        ("https://papers.example:99999/", "a port that does not exist"),
        ("https://papers.example/\x00", "is not a URL"),
        ("https:///path", "names no host"),
        ("", "does not start with https://"),
    ],
)
def test_an_address_that_makes_no_sense_is_refused_before_anything_is_asked(network, url, words):
    error = failure(network, url)
    assert isinstance(error, BadRequest)
    assert words in str(error) and "secret" not in str(error)


@pytest.mark.parametrize("token", ["hf_a b", "hf_a\r\nX: y", "hf_é", "hf_\x00"])
def test_a_token_that_cannot_be_sent_is_refused_without_showing_it(server, network, token):
    error = failure(network, server.on("/a", answer(b"[]")), token=token)
    assert isinstance(error, BadRequest) and "hf_" not in str(error) and server.seen == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """(certificate and key, certificate alone) of papers.example and 127.0.0.1, signed by itself."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the certificate of these tests, and is not here")
    folder = tmp_path_factory.mktemp("certificate")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    names = "subjectAltName=DNS:papers.example,IP:127.0.0.1"
    command = (
        f"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -keyout {key} -out {certificate}"
    )
    subprocess.run([*command.split(), "-subj", "/CN=papers.example", "-addext", names], check=True, capture_output=True)
    return str(key), str(certificate)


@pytest.fixture
def secure(certificate):
    key, chain = certificate
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    with Server(tls=context) as server:
        yield server


def test_a_certificate_that_nobody_trusts_is_said_and_not_tried_again(secure, network):
    error = failure(network, secure.on("/a", answer(b"[]")), token=CANARY)
    assert "its certificate is not trusted (self-signed certificate" in str(error).replace("self signed", "self-signed")
    assert "SSL_CERT_FILE" in error.hint and getattr(error, "more_tries", 0) == 0
    assert secure.seen == []


def test_ssl_cert_file_names_who_is_trusted(secure, certificate):
    network = Network({"SSL_CERT_FILE": certificate[1]})
    url = secure.on("/a", answer(BODY, zipped=True))
    assert [get(network, url).body, get(network, url).body] == [BODY, BODY]
    assert {seen.connection for seen in secure.seen} == {1}
    url = secure.on("/slow", [60.0])
    assert "did not answer within 0.3 s" in str(failure(network, url, seconds=0.3))
    network.close()


def test_certificates_are_read_once_for_all_servers(secure, certificate, tmp_path):
    key, chain = certificate
    trusted = tmp_path / "trusted.pem"
    shutil.copy(chain, trusted)
    network = Network({"SSL_CERT_FILE": str(trusted)})
    assert get(network, secure.on("/a", answer(BODY))).body == BODY
    trusted.unlink()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    with Server(tls=context) as another:
        assert get(network, another.on("/a", answer(BODY))).body == BODY
    network.close()


def test_a_server_that_leaves_in_the_middle_of_tls_may_be_asked_again(network):
    def leave():
        connection, _ = listening.accept()
        with connection:
            connection.recv(65536)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=leave)
        thread.start()
        error = failure(network, f"https://127.0.0.1:{listening.getsockname()[1]}/")
        thread.join()
    assert "closed the connection without an answer" in str(error) and error.more_tries == 2


def test_plain_http_behind_https_is_said(certificate):
    def greet():
        connection, _ = listening.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            connection.recv(65536)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=greet)
        thread.start()
        url = f"https://127.0.0.1:{listening.getsockname()[1]}/"
        assert ": no secure connection (" in str(failure(Network({"SSL_CERT_FILE": certificate[1]}), url))
        thread.join()


@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_an_ssl_cert_file_without_certificates_is_a_bad_setting(tmp_path, content):
    file = tmp_path / "certificates.pem"
    if content is not None:
        file.write_text(content)
    error = failure(Network({"SSL_CERT_FILE": str(file)}), "https://127.0.0.1:1/")
    assert isinstance(error, BadRequest) and "SSL_CERT_FILE" in str(error)


class Tunnel:
    """An HTTP proxy that connects every CONNECT to one port of this machine."""

    def __init__(self, port: int, reply: bytes = b"HTTP/1.1 200 OK\r\n\r\n") -> None:
        self.heads: list[bytes] = []
        self._port, self._reply = port, reply
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.host = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Tunnel:
        self._thread.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self._thread.join(5)
        self._socket.close()

    def _serve(self) -> None:
        near, _ = self._socket.accept()
        with near, socket.create_connection(("127.0.0.1", self._port)) as far:
            self.heads.append(near.recv(65536))
            near.sendall(self._reply)
            if b" 200 " not in self._reply:
                return
            back = threading.Thread(target=self._pump, args=(far, near), daemon=True)
            back.start()
            self._pump(near, far)
            back.join(5)

    @staticmethod
    def _pump(source: socket.socket, target: socket.socket) -> None:
        try:
            while piece := source.recv(65536):
                target.sendall(piece)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass


def test_a_proxy_carries_the_request_and_sees_no_token(secure, certificate):
    secure.on("/a", [answer(BODY), CLOSE])
    with Tunnel(secure.port) as tunnel:
        environ = {"SSL_CERT_FILE": certificate[1], "HTTPS_PROXY": f"http://me:word@{tunnel.host}"}
        network = Network(environ)
        assert get(network, "https://papers.example/a", token=CANARY).body == BODY
        network.close()
    head = tunnel.heads[0].lower()
    assert head.startswith(b"connect papers.example:443 http/1.1\r\n")
    assert b"proxy-authorization: basic bwu6d29yza==" in head and CANARY.lower().encode() not in head
    assert secure.seen[0].headers["authorization"] == f"Bearer {CANARY}"


def test_a_server_elsewhere_cannot_redirect_to_plain_http_on_this_machine(secure, certificate, server):
    secure.on("/a", moved(server.on("/private", answer(BODY))))
    with Tunnel(secure.port) as tunnel:
        network = Network({"SSL_CERT_FILE": certificate[1], "HTTPS_PROXY": tunnel.host})
        error = failure(network, "https://papers.example/a")
    assert "redirects to an address that does not start with https://" in str(error)
    assert server.seen == []


def test_a_proxy_that_refuses_is_named_without_its_login(server):
    with Tunnel(server.port, b"HTTP/1.1 407 \x1b[31mWho\r\nContent-Length: 0\r\n\r\n") as tunnel:
        error = failure(Network({"all_proxy": f"http://me:word@{tunnel.host}"}), "https://papers.example/a")
    where = "could not reach papers.example (through the proxy of all_proxy)"
    assert str(error) == f"{where}: the proxy answered 407"
    gone = failure(Network({"all_proxy": f"http://me:word@{tunnel.host}"}), "https://papers.example/a")
    assert str(gone) == f"{where}: connection refused"


def test_this_machine_is_never_asked_through_a_proxy(server):
    network = Network(dict.fromkeys(("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"), "http://127.0.0.1:1"))
    assert get(network, server.on("/a", answer(BODY))).body == BODY
    network.close()


@pytest.mark.parametrize(
    ("environ", "found"),
    [
        ({}, None),
        ({"HTTPS_PROXY": ""}, None),
        ({"HTTPS_PROXY": "http://proxy:3128/"}, ("HTTPS_PROXY", "http://proxy:3128/")),
        ({"HTTPS_PROXY": "proxy.example:3128"}, ("HTTPS_PROXY", "http://proxy.example:3128")),
        ({"HTTPS_PROXY": "HTTPS://me:w%40rd@[::1]:3128"}, ("HTTPS_PROXY", "https://me:w%40rd@[::1]:3128")),
        ({"https_proxy": "http://a", "HTTPS_PROXY": "http://b"}, ("https_proxy", "http://a")),
        ({"ALL_PROXY": "http://a", "HTTPS_PROXY": "http://b"}, ("HTTPS_PROXY", "http://b")),
        ({"ALL_PROXY": "http://a", "HTTP_PROXY": "http://b"}, ("ALL_PROXY", "http://a")),
        ({"HTTP_PROXY": "http://b"}, None),
    ],
)
def test_the_environment_names_the_proxy(environ, found):
    proxy = proxy_for("huggingface.co", 443, environ)
    assert (proxy and (proxy.variable, proxy.url)) == found


@pytest.mark.parametrize(
    ("no_proxy", "direct"),
    [
        ("*", True),
        ("huggingface.co", True),
        (".huggingface.co", True),
        ("*.huggingface.co", True),
        ("co", True),
        ("HuggingFace.CO:443", True),
        ("huggingface.co:80", False),
        ("gingface.co", False),
        ("a.huggingface.co", False),
        ("localhost, 10.0.0.0/8,,huggingface.co", True),
        ("localhost huggingface.co", True),
        ("[::1]", False),
        ("::1/128,[::1]:443", False),
        ("[,]:,:,/,\x1b,*.,.", False),
        ("<local>", False),
    ],
)
def test_no_proxy_lists_who_is_asked_directly(no_proxy, direct):
    environ = {"HTTPS_PROXY": "http://proxy:3128", "NO_PROXY": no_proxy}
    assert (proxy_for("huggingface.co", 443, environ) is None) == direct


@pytest.mark.parametrize(
    ("no_proxy", "host", "direct"),
    [
        ("10.0.0.0/8", "10.1.2.3", True),
        ("10.0.0.0/8", "11.1.2.3", False),
        ("[fd00::1]", "fd00::1", True),
        ("[fd00::1]:443", "fd00::1", True),
        ("fd00::/8", "fd12::1", True),
        ("", "::1", True),
        ("", "localhost", True),
        ("", "127.8.8.8", True),
    ],
)
def test_no_proxy_knows_addresses_and_networks(no_proxy, host, direct):
    assert (proxy_for(host, 443, {"ALL_PROXY": "http://proxy", "no_proxy": no_proxy}) is None) == direct


@pytest.mark.parametrize(
    "value",
    [
        *("://", "http://", "http://me:secret@", "http://a:99999", "http://a:0", "http://a/path", "http://x@y/@z"),
        *("http://[::1", "[:::]", "http://999.1.1.1", "http://é", "http://a b", "http://\x1b[31m", "http://secret\n@a"),
        "socks5://a:1",
    ],
)
def test_a_proxy_that_makes_no_sense_is_a_bad_setting_that_hides_its_login(value):
    error = failure(Network({"HTTPS_PROXY": value}), "https://huggingface.co/")
    assert isinstance(error, BadRequest)
    assert str(error).startswith("HTTPS_PROXY ") and "secret" not in str(error) + error.hint


def test_the_environment_plays_no_part_on_this_machine(server, monkeypatch):
    for name in ("HTTPS_PROXY", "ALL_PROXY", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, "://nonsense")
    assert send(Request(url=server.on("/a", answer(BODY)), fresh=0), seconds=5).body == BODY
