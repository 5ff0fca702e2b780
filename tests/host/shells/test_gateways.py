"""A phone gateway and a speaker of other makes, each a client of its own on a real broker."""

import json
from time import monotonic

from host.shells.conftest import client, until
from kelex_host.bridge.topics import Topics
from kelex_host.household.phone_gateway import PhoneGateway
from kelex_host.household.speech_topics import TopicSpeaker

TOPICS = Topics("kelex/el")


async def publish_all(connection, adapter):
    for message in adapter.take():
        connection.publish(message.topic, message.payload, qos=message.qos, retain=message.retain)


def test_a_phone_gateway_on_a_broker(on_broker):
    async def body(url) -> None:
        phone, told = PhoneGateway(TOPICS), []
        state, available = TOPICS.house("phone/state"), TOPICS.house("phone/available")
        async with client(url, "house") as (house, heard):
            await house.subscribe(phone.filters())

            async def listen():
                await until(lambda: heard.messages, "the gateway speaks")
                while heard.messages:
                    told.extend((one.state, one.by) for one in phone.message(monotonic(), *heard.messages.pop(0)))

            async with client(url, "gateway", will=(available, b"offline")) as (gateway, asked):
                await gateway.subscribe([(TOPICS.house("phone/command"), 1)])
                gateway.publish(available, b"online", qos=1, retain=True)
                await listen()
                phone.dial(monotonic(), "c1", "dru-zod", "+1 555")
                await publish_all(house, phone)
                await until(lambda: asked.messages, "the gateway is asked")
                command = json.loads(asked.messages[0][1])
                assert (command["action"], command["number"]) == ("dial", "+1 555")
                for now in ("ringing", "active"):
                    said = {"call_id": command["call_id"], "state": now, "by": "contact"}
                    gateway.publish(state, json.dumps(said).encode(), qos=1, retain=False)
                while ("active", "contact") not in told:
                    await listen()
                gateway.publish(available, b"offline", qos=1, retain=True)
                await listen()
            assert told == [("ringing", "contact"), ("active", "contact"), ("failed", "")]

    on_broker(body)


def test_a_speaker_on_a_broker(on_broker):
    async def body(url) -> None:
        voice, told = TopicSpeaker(TOPICS, "en", 40), []
        async with client(url, "house") as (house, heard), client(url, "speaker") as (speaker, asked):
            await house.subscribe(voice.filters())
            await speaker.subscribe([(TOPICS.house("speech/say"), 1), (TOPICS.house("speech/hush"), 1)])
            voice.speaker.say(monotonic(), "a", "Sir, ma'am")
            await publish_all(house, voice)
            await until(lambda: asked.messages, "the speaker is asked")
            assert json.loads(asked.messages[0][1])["text"] == "Sir, ma'am"
            for now in ("started", "finished"):
                text = json.dumps({"id": "a", "state": now}).encode()
                speaker.publish(TOPICS.house("speech/state"), text, qos=1, retain=False)
            await until(lambda: len(heard.messages) == 2, "the speaker tells")
            for message in heard.messages:
                told += [one.state for one in voice.message(monotonic(), *message)]
            assert told == ["started", "finished"]

    on_broker(body)
