"""The command line's short-lived client: requests with their responses, and streams of messages."""

import asyncio
import json

import pytest
from brokers import Mosquitto, free_port
from host.shells.conftest import OnBroker, Recorder, client, until
from kelex_host.broker_url import BrokerUrl
from kelex_host.errors import BrokerError
from kelex_host.shells.mqtt_client import MqttClient
from kelex_host.shells.mqtt_session import MqttSession


def test_session_matches_the_transaction(on_broker: OnBroker) -> None:
    async def body(url: BrokerUrl) -> None:
        class House(Recorder):
            def message(self, topic: str, payload: bytes, retained: bool) -> None:
                order = json.loads(payload)
                if order["transaction"] == "unanswered":
                    return
                for answer in (
                    b"not json",
                    b"[1]",
                    b'{"transaction": "other"}',
                    b'{"transaction": 7}',
                    payload,
                ):
                    house.publish("kelex/house/response/ack", answer, qos=1, retain=False)

        events = House()
        house = MqttClient(url, "house", None, events)
        running = asyncio.create_task(house.run())
        await until(lambda: events.connections, "house connected")
        await house.subscribe([("kelex/house/request/+", 1)])
        topics = ("kelex/house/request/ack", "kelex/house/response/ack")
        async with MqttSession(url, timeout_s=5) as session:
            answers = await asyncio.gather(
                *(session.request(*topics, b'{"transaction": "t%d", "n": %d}' % (n, n), f"t{n}") for n in range(5))
            )
            assert [answer["n"] for answer in answers] == [0, 1, 2, 3, 4]
        async with MqttSession(url, timeout_s=0.5) as session:
            with pytest.raises(BrokerError, match=r"Nothing answered kelex/house/request/ack within 0\.5 s"):
                await session.request(*topics, b'{"transaction": "unanswered"}', "unanswered")
        await house.close()
        await running

    on_broker(body)


def test_session_streams_messages_through_a_restart(mosquitto: Mosquitto) -> None:
    async def body() -> None:
        async with MqttSession(mosquitto.url) as session:
            stream = session.messages([("kelex/#", 1)])
            first = asyncio.create_task(anext(stream))
            async with client(mosquitto.url, "writer") as (writer, events):
                # Retained, so that it arrives whichever of the two is first.
                writer.publish("kelex/a", b"1", qos=1, retain=True)
                topic, payload, _ = await asyncio.wait_for(first, 15)
                assert (topic, payload) == ("kelex/a", b"1")
                mosquitto.stop()
                await until(lambda: events.losses, "loss told")
                mosquitto.start()
                await until(lambda: events.connections == 2, "writer is back")
                writer.publish("kelex/a", b"2", qos=1, retain=True)
                topic, payload, _ = await asyncio.wait_for(anext(stream), 15)
                assert (topic, payload) == ("kelex/a", b"2")
            await stream.aclose()

    asyncio.run(body())


def test_session_without_a_broker_says_how_to_start_one() -> None:
    async def body() -> None:
        url = BrokerUrl("127.0.0.1", free_port())
        with pytest.raises(BrokerError) as caught:
            async with MqttSession(url, timeout_s=2):
                pass
        assert str(caught.value) == (
            f"No MQTT broker answers at {url.address}: start one with `kelex up`, or name another with --broker."
        )

    asyncio.run(body())
