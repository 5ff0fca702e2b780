"""QoS 0 past paho: the packets are MQTT's, what a socket takes in pieces arrives whole, and order is kept."""

import asyncio
import ssl

import pytest
from host.shells.conftest import client, until
from kelex_host.broker_url import BrokerUrl
from kelex_host.shells.mqtt_express import SEND_BYTES, Express

CONNACK = b"\x20\x02\x00\x00"


class Socket:
    """Takes at most `room` bytes at a time; before each, it raises the next of `hindrances`, if there is one."""

    def __init__(self, room=1 << 30, hindrances=()):
        self.room = room
        self.hindrances = list(hindrances)
        self.offered = []
        self.taken = b""

    def send(self, data):
        self.offered.append(data)
        if self.hindrances:
            raise self.hindrances.pop(0)
        self.taken += data[: self.room]
        return len(data[: self.room])


def packets_of(*messages):
    sock = Socket()
    express = Express(sock)
    for message in messages:
        express.put(*message)
    assert express.flush()
    return sock.taken


def test_a_packet_is_as_mqtt_has_it():
    assert packets_of(("a/b", b"xyz", False)) == b"\x30\x08\x00\x03a/bxyz"
    assert packets_of(("a/b", b"", True)) == b"\x31\x05\x00\x03a/b"
    assert packets_of(("ä", b"x", False)) == b"\x30\x05\x00\x02\xc3\xa4x"


@pytest.mark.parametrize(
    ("rest", "length"),
    [
        (127, b"\x7f"),
        (128, b"\x80\x01"),
        (16_383, b"\xff\x7f"),
        (16_384, b"\x80\x80\x01"),
        (2_097_152, b"\x80\x80\x80\x01"),
    ],
)
def test_the_length_of_a_packet_is_in_sevens_of_bits(rest, length):
    packet = packets_of(("t", b"x" * (rest - 3), False))
    assert packet[: len(length) + 4] == b"\x30" + length + b"\x00\x01t"
    assert len(packet) == 1 + len(length) + rest


@pytest.mark.parametrize("topic", ["", "a/+", "#", "a/#", "x" * 65_536])
def test_a_topic_that_no_broker_takes_is_refused_and_leaves_nothing_behind(topic):
    express = Express(Socket())
    with pytest.raises(ValueError, match="Invalid topic"):
        express.put(topic, b"x", False)
    assert not express


def test_many_messages_leave_in_one_send():
    sock = Socket()
    express = Express(sock)
    for number in range(100):
        express.put("t", b"%d" % number, False)
    assert express.flush()
    assert len(sock.offered) == 1


def test_what_the_socket_takes_in_pieces_arrives_whole_and_in_order():
    messages = [("t", b"%d" % number * 100, False) for number in range(2000)]
    sock = Socket(room=1000)
    express = Express(sock)
    for message in messages:
        express.put(*message)
    assert express.flush()
    assert not express
    assert sock.taken == packets_of(*messages)


@pytest.mark.parametrize("hindrance", [BlockingIOError(), ssl.SSLWantWriteError(), ssl.SSLWantReadError()])
def test_a_socket_that_is_full_is_offered_the_very_same_bytes_later(hindrance):
    sock = Socket(hindrances=[hindrance])
    express = Express(sock)
    express.put("t", b"1", False)
    assert not express.flush()
    express.put("t", b"2", False)
    assert express
    assert express.flush()
    assert sock.offered[0] == sock.offered[1]
    assert sock.taken == packets_of(("t", b"1", False), ("t", b"2", False))


def test_a_broken_connection_is_not_kept_quiet():
    express = Express(Socket(hindrances=[ConnectionResetError()]))
    express.put("t", b"1", False)
    with pytest.raises(ConnectionResetError):
        express.flush()


def test_order_on_the_wire_is_that_of_publishing_through_both_qualities_and_a_server_that_does_not_read():
    received = bytearray()
    reading = asyncio.Event()

    async def slow(reader, writer):
        writer.write(CONNACK)
        await writer.drain()
        await reading.wait()
        while data := await reader.read(SEND_BYTES):
            received.extend(data)
        writer.close()

    async def body():
        server = await asyncio.start_server(slow, "127.0.0.1", 0)
        async with client(BrokerUrl("127.0.0.1", server.sockets[0].getsockname()[1]), "one") as (one, _):
            filler = b"." * 40_000
            for number in range(150):
                one.publish("t", b"<%d>" % number + filler, qos=number % 7 == 0, retain=False)
                if number % 10 == 0:
                    await asyncio.sleep(0)
            reading.set()
            await until(lambda: b"<149>" in received, "all has come")
            await until(lambda: received.count(b".") == 150 * len(filler), "to its last byte")
        server.close()
        places = [received.index(b"<%d>" % number) for number in range(150)]
        assert places == sorted(places)

    asyncio.run(body())
