"""What the MQTT client promises of messages must hold on mosquitto and on the embedded broker."""

import asyncio

import pytest
from brokers import Mosquitto
from host.shells.conftest import OnBroker, Recorder, client, until
from kelex_host.broker_url import BrokerUrl
from kelex_host.errors import BrokerError
from kelex_host.shells.mqtt_client import MqttClient
from kelex_host.shells.mqtt_link import UNACKNOWLEDGED_MAX


def test_publishes_delivers_and_acknowledges(on_broker: OnBroker) -> None:
    async def body(url: BrokerUrl) -> None:
        async with client(url, "one") as (one, events):
            assert await one.subscribe([("kelex/drone/+/request/+", 1)]) == []
            tokens = [one.publish("kelex/drone/k/request/look", b"%d" % n, qos=1, retain=False) for n in range(100)]
            one.publish("kelex/drone/k/request/stop/deeper", b"x", qos=1, retain=False)
            one.publish("kelex/drone/k/request/stop", b"", qos=0, retain=False)
            await until(lambda: len(events.tokens) == 101, "all acknowledged")
            await until(lambda: len(events.messages) == 101, "all delivered")
            assert events.tokens[:100] == tokens
            # QoS 0 may overtake QoS 1: mosquitto keeps at most 20 of those in flight to a reader.
            assert [payload for _, payload, _ in events.messages if payload] == [b"%d" % n for n in range(100)]
            assert not any(retained for _, _, retained in events.messages)
            assert events.losses == []

    on_broker(body)


def test_retained_flag_shows_at_subscription_only(on_broker: OnBroker) -> None:
    async def body(url: BrokerUrl) -> None:
        async with client(url, "writer") as (writer, written), client(url, "reader") as (reader, events):
            writer.publish("kelex/house/mode", b"1", qos=1, retain=True)
            await until(lambda: written.tokens, "first acknowledged")
            await reader.subscribe([("kelex/house/#", 1)])
            await until(lambda: events.messages, "retained arrives")
            writer.publish("kelex/house/mode", b"2", qos=1, retain=True)
            writer.publish("kelex/house/mode", b"", qos=1, retain=True)
            await until(lambda: len(events.messages) >= 3, "live ones arrive")
            mode = "kelex/house/mode"
            assert events.messages == [(mode, b"1", True), (mode, b"2", False), (mode, b"", False)]
        async with client(url, "late") as (late, events):
            await late.subscribe([("kelex/house/#", 1), ("probe", 1)])
            late.publish("probe", b"", qos=1, retain=False)
            await until(lambda: events.messages, "probe arrives")
            assert events.messages == [("probe", b"", False)]

    on_broker(body)


def test_large_payload_and_many_without_blocking(on_broker: OnBroker) -> None:
    async def body(url: BrokerUrl) -> None:
        async with client(url, "one") as (one, events):
            await one.subscribe([("big", 1), ("small", 0)])
            one.publish("big", b"x" * 1_000_000, qos=1, retain=False)
            for _ in range(500):
                one.publish("small", b"y" * 100, qos=0, retain=False)
            await until(lambda: len(events.messages) == 501, "all delivered")
            assert max(len(payload) for _, payload, _ in events.messages) == 1_000_000

    on_broker(body)


def test_what_waits_unacknowledged_is_bounded() -> None:
    # A server that accepts (CONNACK) and then never acknowledges anything.
    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"\x20\x02\x00\x00")
        await writer.drain()
        while await reader.read(65536):
            pass
        writer.close()

    async def body() -> None:
        server = await asyncio.start_server(accept, "127.0.0.1", 0)
        url = BrokerUrl("127.0.0.1", server.sockets[0].getsockname()[1])
        async with client(url, "one") as (one, events):
            for _ in range(UNACKNOWLEDGED_MAX):
                one.publish("t", b"x", qos=1, retain=False)
            with pytest.raises(BrokerError, match="too slow"):
                one.publish("t", b"x", qos=1, retain=False)
            assert events.tokens == []
        server.close()

    asyncio.run(body())


def test_an_event_handler_that_raises_loses_nothing(mosquitto: Mosquitto) -> None:
    class Clumsy(Recorder):
        def message(self, topic: str, payload: bytes, retained: bool) -> None:
            super().message(topic, payload, retained)
            raise RuntimeError("clumsy")

    async def body() -> None:
        raised: list[object] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: raised.append(context["exception"]))
        events = Clumsy()
        one = MqttClient(mosquitto.url, "one", None, events)
        running = asyncio.create_task(one.run())
        await until(lambda: events.connections, "connected")
        await one.subscribe([("t", 1)])
        for n in range(20):
            one.publish("t", b"%d" % n, qos=1, retain=False)
        await until(lambda: len(events.messages) >= 20 and len(events.tokens) == 20, "all told")
        assert [payload for _, payload, _ in events.messages] == [b"%d" % n for n in range(20)]
        assert len(raised) == 20
        await one.close()
        await running

    asyncio.run(body())
