"""What MQTT 5 adds where a broker offers it, and what holds where none does."""

from __future__ import annotations

import asyncio
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from brokers import Mosquitto, free_port
from host.shells.conftest import Recorder, until
from kelex_host.broker_url import BrokerUrl
from kelex_host.shells import mqtt_link
from kelex_host.shells.embedded_broker import EmbeddedBroker
from kelex_host.shells.mqtt_client import MqttClient
from kelex_host.shells.mqtt_versions import Delivery
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

ORDERS = "kelex/drone/kelex/request/look"


class Five(Recorder):
    """A recorder that takes what MQTT 5 delivers."""

    def message(self, topic: str, payload: bytes, retained: bool, delivery: Delivery | None = None) -> None:
        self.messages.append((topic, payload, retained))


class Running:
    """A client that wants MQTT 5."""

    def __init__(self, url: BrokerUrl, name: str) -> None:
        self.events = Five()
        self.client = MqttClient(url, name, None, self.events, wanted=mqtt.MQTTv5)
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Running:
        self._task = asyncio.create_task(self.client.run())
        await until(lambda: self.events.connections, "connected", 60)
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.client.close()
        assert self._task is not None
        await self._task


def order(port: int, *payloads: bytes, expires_s: int | None = None) -> None:
    """Send orders as another client does."""
    sender = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
    sender.connect("127.0.0.1", port)
    sender.loop_start()
    properties = Properties(PacketTypes.PUBLISH)
    if expires_s is not None:
        properties.MessageExpiryInterval = expires_s
    for payload in payloads:
        sender.publish(ORDERS, payload, 1, False, properties).wait_for_publish(30)
    sender.disconnect()
    sender.loop_stop()


def test_it_is_spoken_where_it_is_offered_and_messages_of_both_qualities_arrive(mosquitto: Mosquitto) -> None:
    async def body() -> None:
        async with Running(mosquitto.url, "five") as five:
            assert five.client.version == mqtt.MQTTv5
            await five.client.subscribe([("kelex/#", 1)])
            for qos in (0, 1):
                five.client.publish("kelex/x", b"%d" % qos, qos=qos, retain=False)
            await until(lambda: len(five.events.messages) == 2, "both")

    asyncio.run(body())


def test_a_broker_that_speaks_only_3_1_1_is_spoken_to_in_that() -> None:
    async def body() -> None:
        broker = EmbeddedBroker()
        url = BrokerUrl("127.0.0.1", await broker.start(free_port()))
        try:
            async with Running(url, "five") as five:
                assert five.client.version == mqtt.MQTTv311
                assert five.events.losses == []
        finally:
            await broker.stop()

    asyncio.run(body())


def test_a_connection_of_long_standing_that_breaks_is_told_and_5_is_spoken_again(
    mosquitto: Mosquitto, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It was taken for a broker of old that hangs up: nobody was told, and what was on its way waited for ever.
    monkeypatch.setattr(mqtt_link, "CONNECT_TIMEOUT_S", 1.5)

    async def body() -> None:
        async with Running(mosquitto.url, "five") as five:
            await asyncio.sleep(1.6)  # what is tested is that time has passed
            mosquitto.stop()
            await until(lambda: five.events.losses, "the loss")
            mosquitto.start()
            await until(lambda: five.events.connections == 2, "connected again", 60)
            assert (five.client.version, len(five.events.losses)) == (mqtt.MQTTv5, 1)

    asyncio.run(body())


def test_a_retained_order_shows_that_it_is_one_though_we_were_subscribed_before(mosquitto: Mosquitto) -> None:
    async def body() -> None:
        async with Running(mosquitto.url, "five") as five, Running(mosquitto.url, "sender") as sender:
            await five.client.subscribe([("kelex/orders", 1)], as_published=True)
            await five.client.subscribe([("kelex/others", 1)])
            for topic in ("kelex/orders", "kelex/others"):
                sender.client.publish(topic, b"ghost", qos=1, retain=True)
            await until(lambda: len(five.events.messages) == 2, "both")
            assert {topic: retained for topic, _, retained in five.events.messages} == {
                "kelex/orders": True, "kelex/others": False,
            }  # fmt: skip

    asyncio.run(body())


def test_an_order_waits_for_a_broken_connection_unless_it_has_expired(mosquitto: Mosquitto) -> None:
    async def body() -> None:
        async with Running(mosquitto.url, "bridge") as bridge:
            await bridge.client.subscribe([(ORDERS, 1)])
            link: Any = bridge.client._link
            link._socket.close()  # the network is gone, and nobody said goodbye
            link._end("gone")
            await asyncio.to_thread(order, mosquitto.url.port, b"stays")
            await until(lambda: b"stays" in [payload for _, payload, _ in bridge.events.messages], "the order")

    asyncio.run(body())


def test_an_expired_order_is_not_delivered(mosquitto: Mosquitto) -> None:
    async def body() -> None:
        events = Five()
        first = MqttClient(mosquitto.url, "bridge", None, events, wanted=mqtt.MQTTv5)
        running = asyncio.create_task(first.run())
        await until(lambda: events.connections, "connected")
        await first.subscribe([(ORDERS, 1)])
        link: Any = first._link
        first._lost_s = asyncio.get_running_loop().time()
        # Nobody of ours is connected for two seconds.
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert link
        await asyncio.to_thread(order, mosquitto.url.port, b"stale", expires_s=1)
        await asyncio.to_thread(order, mosquitto.url.port, b"fresh", expires_s=60)
        await asyncio.sleep(2.2)  # what is tested is that time has passed
        running = asyncio.create_task(first._keep_connected())
        await until(lambda: b"fresh" in [payload for _, payload, _ in events.messages], "the fresh one")
        assert b"stale" not in [payload for _, payload, _ in events.messages]
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(body())


def test_two_with_the_same_client_id_are_counted_and_said_once(mosquitto: Mosquitto) -> None:
    async def body() -> None:
        async with Running(mosquitto.url, "same") as one, Running(mosquitto.url, "same") as other:
            await until(lambda: one.events.connections + other.events.connections > 5, "several changes of place", 60)
            for running in (one, other):
                assert running.client.failures >= running.events.connections - 1 > 0
                assert len([why for why in running.events.losses if why]) == 1
                assert len(running.events.losses) > 1 or running.events.connections < 3

    asyncio.run(body())


@pytest.mark.parametrize("wanted", [mqtt.MQTTv5, mqtt.MQTTv311])
def test_a_broker_that_refuses_us_is_said_once(mosquitto_binary: str, tmp_path: Any, wanted: int) -> None:
    broker = Mosquitto(mosquitto_binary, tmp_path, "allow_anonymous false")
    broker.start()

    async def body() -> Five:
        events = Five()
        client = MqttClient(broker.url, "stranger", None, events, wanted=wanted)
        running = asyncio.create_task(client.run())
        await until(lambda: client.failures >= 3, "three attempts", 60)
        assert client.version == wanted
        await client.close()
        await running
        return events

    events = asyncio.run(body())
    broker.stop()
    assert len(events.losses) == 1
    assert "wants a user name" in events.losses[0]
    assert events.connections == 0
