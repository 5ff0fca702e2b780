"""Asking a real HTTP server: its documents arrive, and however it misbehaves, it ends in a sentence."""

import asyncio
import gzip
import socket
import ssl

import pytest
from brokers import free_port
from host.shells.conftest import until
from host.shells.feed_server import FeedServer, feed_server, packed, response
from kelex_host.household.feeds.schedule import Answer
from kelex_host.shells.feeds import Limits, fetch

SMALL = Limits(time_s=5.0, bytes_most=100_000)
HEAD = b"HTTP/1.1 200 OK\r\n\r\n"


def ask(page, limits=SMALL, headers=None, look=None):
    """What comes of asking a server that has this page; `look(server)` sees it afterwards."""

    async def body() -> Answer:
        async with feed_server() as server:
            server.pages["/f"] = page(server) if callable(page) else page
            answer = await fetch(server.url("/f"), headers, limits)
            if look:
                await look(server)
            return answer

    return asyncio.run(body())


def test_a_document_arrives_with_its_headers():
    answer = ask(response(b"<rss/>", etag='"v1"', content_type="text/xml"))
    assert (answer.status, answer.body, answer.failure) == (200, b"<rss/>", "")
    assert (answer.headers["etag"], answer.headers["content-type"]) == ('"v1"', "text/xml")


@pytest.mark.parametrize(
    "page",
    [
        packed(b"<rss/>"),
        response(gzip.compress(b"<rss/>"), content_encoding="x-gzip"),
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\n<rs\r\n3\r\ns/>\r\n0\r\n\r\n",
        b"HTTP/1.0 200 OK\r\n\r\n<rss/>",
        b"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n" + response(b"<rss/>"),
    ],
    ids=["gzip", "x-gzip", "chunked", "until it closes", "after early hints"],
)
def test_it_arrives_however_it_is_sent(page):
    assert ask(page).body == b"<rss/>"


def test_what_we_know_is_said_and_304_is_an_answer():
    seen = []

    async def look(server: FeedServer) -> None:
        seen.extend(server.asked)

    answer = ask(response(status="304 Not Modified"), headers={"if-none-match": '"v1"'}, look=look)
    assert (answer.status, answer.failure) == (304, "")
    [(path, headers)] = seen
    assert (path, headers["if-none-match"], headers["accept-encoding"]) == ("/f", '"v1"', "gzip")
    assert headers["host"].startswith("127.0.0.1:")


def test_the_query_is_asked_too():
    async def body() -> None:
        async with feed_server() as server:
            server.pages["/f?a=b"] = response(b"x")
            assert (await fetch(server.url("/f?a=b#part"), limits=SMALL)).body == b"x"

    asyncio.run(body())


def test_a_redirect_is_followed_on_the_same_host():
    async def body() -> None:
        async with feed_server() as server:
            server.pages["/old"] = response(status="301 Moved", location="/new")
            server.pages["/new"] = response(b"x")
            assert (await fetch(server.url("/old"), limits=SMALL)).body == b"x"

    asyncio.run(body())


def test_no_redirect_leads_to_another_host_or_port():
    async def body() -> None:
        async with feed_server() as server, feed_server() as other:
            for target in (other.url("/x"), server.url("/x", "localhost"), "http://[::1", "file:///etc/passwd"):
                server.pages["/f"] = response(status="302 Found", location=target)
                answer = await fetch(server.url("/f"), limits=SMALL)
                assert answer.status == 0
                assert "; " in answer.failure
            assert other.asked == []
            assert server.count("/x") == 0

    asyncio.run(body())


def test_a_circle_of_redirects_ends():
    seen = []

    async def look(server: FeedServer) -> None:
        seen.append(server.count("/f"))

    answer = ask(response(status="307 Again", location="/f"), look=look)
    assert "redirects more than 3 times" in answer.failure
    assert seen == [4]


def test_gigabytes_are_cut_off_early():
    seen = []

    async def look(server: FeedServer) -> None:
        await until(lambda: server.still_open == 0, "the server sees that we left")
        seen.append(server.sent)

    def page(server):
        return server.endless(HEAD, b"x" * 65536)

    assert "is larger than 0.1 MB" in ask(page, look=look).failure
    assert seen[0] < 20_000_000  # what the sockets hold, and no more


@pytest.mark.parametrize("length", ["9999999999", "-1", "many"])
def test_a_length_that_lies_is_no_harm(length):
    answer = ask(response(b"x", content_length=length))
    assert answer.failure


def test_a_gzip_bomb_is_not_unpacked():
    bomb = gzip.compress(b"\0" * 50_000_000)
    assert len(bomb) < SMALL.bytes_most
    assert "is larger than 0.1 MB" in ask(response(bomb, content_encoding="gzip")).failure


IMPROPER = {
    "cut gzip": (response(gzip.compress(b"x" * 1000)[:-12], content_encoding="gzip"), "breaks off"),
    "no gzip": (response(b"no gzip", content_encoding="gzip"), "is packed wrongly"),
    "brotli": (response(b"x", content_encoding="br"), "which we did not ask for"),
    "too short": (response(b"x", content_length="100"), "does not speak proper HTTP"),
    "nothing": (b"", "does not speak proper HTTP"),
    "ssh": (b"SSH-2.0-OpenSSH_9.2\r\n", "does not speak proper HTTP"),
    "many headers": (b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 20_000 + b"\r\n", "does not speak proper HTTP"),
    "long header": (b"HTTP/1.1 200 OK\r\n" + b"a" * 200_000, "does not speak proper HTTP"),
    "early hints": (b"HTTP/1.1 103 Early\r\n\r\n" * 100_000, "is larger than"),
    "nowhere": (response(status="302 Found"), "without saying where to"),
    "bad chunk": (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", "does not speak proper HTTP"),
}


@pytest.mark.parametrize(("page", "says"), IMPROPER.values(), ids=IMPROPER)
def test_what_is_not_proper_ends_in_a_sentence_with_a_mend(page, says):
    failure = ask(page).failure
    assert says in failure
    assert "; " in failure


@pytest.mark.parametrize(
    ("head", "piece"),
    [(HEAD, b"x"), (b"HTTP/1.1 200 OK\r\n", b"a"), (b"", b"")],
    ids=["body", "header", "silence"],
)
def test_a_server_that_drips_or_hangs_is_left_in_time(head, piece):
    left = []

    async def look(server: FeedServer) -> None:
        await until(lambda: server.still_open == 0 or not piece, "the server sees that we left")
        left.append(True)

    failure = ask(lambda server: server.endless(head, piece, 0.02), Limits(time_s=0.3), look=look).failure
    assert failure == "does not answer within 0.3 s; nothing can be done but wait"
    assert left


def test_where_nobody_listens_is_told():
    assert "cannot be reached" in asyncio.run(fetch(f"http://127.0.0.1:{free_port()}/", limits=SMALL)).failure


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a" * 70 + ".example", "x..y"])
def test_a_host_that_there_is_not_is_told(host):
    failure = asyncio.run(fetch(f"http://{host}/", limits=SMALL)).failure
    assert "cannot be reached" in failure or "does not answer" in failure


@pytest.mark.parametrize("url", ["", "file:///etc/passwd", "http://u:p@h/", "gopher://h"])
def test_what_is_no_address_of_the_web_is_not_asked(url):
    assert asyncio.run(fetch(url, limits=SMALL)).failure


def test_a_server_that_cannot_prove_who_it_is_is_not_read(tmp_path):
    async def body() -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*_own_certificate(tmp_path))
        server = await asyncio.start_server(lambda r, w: w.write(response(b"x")), "127.0.0.1", 0, ssl=context)
        port = server.sockets[0].getsockname()[1]
        answer = await fetch(f"https://127.0.0.1:{port}/", limits=SMALL)
        server.close()
        assert "cannot prove who it is" in answer.failure
        assert answer.body == b""

    asyncio.run(body())


def test_a_cancelled_fetch_leaves_nothing_behind():
    async def body() -> None:
        async with feed_server() as server:
            server.pages["/f"] = server.endless(HEAD, b"x", 0.01)
            asking = asyncio.create_task(fetch(server.url("/f"), limits=SMALL))
            await until(lambda: server.still_open == 1, "it is asked")
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
            assert asking.cancelled()
            await until(lambda: server.still_open == 0, "the connection is closed")

    asyncio.run(body())


def _own_certificate(folder):
    """A certificate that nobody vouches for."""
    from datetime import datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, socket.gethostname()[:60])])
    start = datetime(2020, 1, 1)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, start, start + timedelta(days=36500))
    certificate = made.sign(key, hashes.SHA256())
    (folder / "c.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "k.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "c.pem", folder / "k.pem"
