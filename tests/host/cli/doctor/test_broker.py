"""The checks of brokers, on real ones: nothing is left on them, and each refusal has its mend."""

import asyncio
import socket

import pytest
from brokers import Mosquitto, free_port, password_file
from host.shells.conftest import client, on_broker, until
from kelex_host.bridge.topics import Topics
from kelex_host.broker_url import BrokerUrl
from kelex_host.cli.doctor import broker
from kelex_host.config import parse
from kelex_host.running import RunningHouse

__all__ = ["on_broker"]
TOPICS = Topics("kelex/el")
RETAINED = {"kelex/el/house/availability": b"online", "kelex/el/drone/kelex/availability": b"online"}


async def findings(url, house=None):
    return [(finding.level, finding.text) async for finding in broker.look_at(url, TOPICS, house)]


def test_a_broker_is_used_and_left_as_it_was(on_broker):
    async def body(url):
        async with client(url, "onlooker") as (onlooker, events):
            await onlooker.subscribe([("#", 1)])
            found = await findings(url)
            await until(lambda: len(events.messages) == 2, "the message and its end")
        assert [level for level, _ in found] == ["ok", "ok", "note"]
        assert "start one with `kelex up`" in found[-1][1]
        (topic, first, _), (same, last, _) = events.messages
        assert topic == same
        assert topic == "kelex/el/doctor"
        assert (first, last) == (b"here", b"")
        async with client(url, "later") as (later, events):
            later.publish("marker", b"", qos=1, retain=False)
            await later.subscribe([("#", 1)])
            later.publish("marker", b"", qos=1, retain=False)
            await until(lambda: events.messages, "the marker")
            assert events.messages[-1][0] == "marker"

    on_broker(body)


def test_a_house_that_is_online_is_found(on_broker):
    async def body(url):
        async with client(url, "house") as (house, events):
            for topic, payload in RETAINED.items():
                house.publish(topic, payload, qos=1, retain=True)
            await until(lambda: len(events.tokens) == len(RETAINED), "it is kept")
            running = RunningHouse(1, str(url), "kelex/el", ["kelex", "other"])
            assert (await findings(url))[2:] == [("ok", "A house is online under kelex/el/.")]
            assert [level for level, _ in (await findings(url, running))[2:]] == ["ok", "ok", "wrong"]

    on_broker(body)


def test_a_house_that_runs_but_is_not_online_is_wrong(mosquitto):
    house = RunningHouse(1234, str(mosquitto.url), "kelex/el", ["kelex"])
    level, text = asyncio.run(findings(mosquitto.url, house))[-1]
    assert level == "wrong"
    assert "Process 1234 runs the house, but it is not online" in text


def test_a_broker_that_is_not_there_is_told_with_its_mend():
    ((level, text),) = asyncio.run(findings(BrokerUrl("127.0.0.1", free_port())))
    assert level == "wrong"
    assert "start one with `kelex up`" in text


@pytest.fixture
def guarded(mosquitto_binary, tmp_path):
    """A mosquitto that knows lara and her password, and lets her read all but write only of the house."""
    passwords = password_file(tmp_path, "lara", "s3cr3t")
    access = tmp_path / "access"
    access.write_text("user lara\ntopic read #\ntopic write kelex/el/house/#\n")
    made = Mosquitto(mosquitto_binary, tmp_path, f"password_file {passwords}", f"acl_file {access}")
    made.start()
    yield made
    made.stop()


def test_credentials_and_access_are_tried(guarded, monkeypatch):
    monkeypatch.setattr(broker, "ROUND_TRIP_S", 0.5)
    wrong = guarded.url.with_credentials("lara", "n0ne")
    ((level, text),) = asyncio.run(findings(wrong))
    assert (level, "refuses user 'lara'" in text, "n0ne" in text) == ("wrong", True, False)
    right = guarded.url.with_credentials("lara", "s3cr3t")
    found = asyncio.run(findings(right))
    assert [level for level, _ in found] == ["ok", "wrong"]
    assert "access list" in found[-1][1]
    assert "s3cr3t" not in str(found)


def test_the_embedded_brokers_port_is_looked_at():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        finding = broker.free_port(taken.getsockname()[1])
        assert finding.level == "note"
        assert "the embedded broker takes the next one" in finding.text
    assert broker.free_port(free_port()).level == "ok"


def test_the_configured_broker_and_the_houses_are_both_looked_at(mosquitto):
    dead = free_port()
    settings = parse({"broker": {"url": f"mqtt://127.0.0.1:{dead}"}})
    house = RunningHouse(1, str(mosquitto.url), "kelex", ["kelex"])

    async def body(settings, house):
        return [finding.level async for finding in broker.examine(settings, house)]

    assert asyncio.run(body(settings, house)) == ["wrong", "ok", "ok", "wrong"]
    assert asyncio.run(body(settings, None)) == ["wrong"]
    assert asyncio.run(body(None, house)) == ["ok", "ok", "wrong"]
    assert asyncio.run(body(None, None)) == []
