"""Checks of the broker: that it lets us in, keeps and returns a message, and who is online on it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

from kelex_host.bridge.topics import Topics
from kelex_host.broker_url import BrokerUrl
from kelex_host.cli.doctor.finding import Finding, note, ok, wrong
from kelex_host.cli.house_process import BROKER_PORT
from kelex_host.config import Settings
from kelex_host.errors import BrokerError
from kelex_host.running import RunningHouse
from kelex_host.shells.embedded_broker import is_free
from kelex_host.shells.mqtt_session import MqttSession

CONNECT_S = 3.0
ROUND_TRIP_S = 3.0


async def examine(settings: Settings | None, house: RunningHouse | None) -> AsyncIterator[Finding]:
    """The configured broker, and the running house's where that is another; without either, the embedded one's port.

    Without settings, only the running house's.
    """
    configured = settings.broker.address() if settings else None
    houses = BrokerUrl.parse(house.broker) if house else None
    if settings and configured:
        beside = house if houses and houses.address == configured.address else None
        async for finding in look_at(configured, Topics(settings.house.base), beside):
            yield finding
    if house and houses and (not configured or houses.address != configured.address):
        async for finding in look_at(houses, Topics(house.base), house):
            yield finding
    if settings and not configured and not houses:
        yield free_port(BROKER_PORT)


def free_port(port: int) -> Finding:
    """Whether the embedded broker gets the port that every client tries first."""
    if is_free(port):
        return ok("broker", f"Port {port} is free for the embedded broker.")
    return note(
        "broker",
        f"Port {port} is taken, so the embedded broker takes the next one; if a broker listens there, use it: "
        f"--broker mqtt://127.0.0.1:{port}.",
    )


async def look_at(url: BrokerUrl, topics: Topics, house: RunningHouse | None) -> AsyncIterator[Finding]:
    """One broker; `house` is the running house, if it uses this broker."""
    about = "broker"
    try:
        async with MqttSession(url, timeout_s=CONNECT_S) as session:
            yield ok(about, f"{url} answers and lets us in.")
            said = await round_trip(session, topics)
    except BrokerError as error:
        yield wrong(about, str(error))
        return
    if said is None:
        yield wrong(
            about,
            f"A retained message on {topics.base}/doctor did not come back within {ROUND_TRIP_S:g} s; let "
            f"us write there in the broker's access list, and retain messages.",
        )
        return
    yield ok(about, "A retained message was kept, came back and was cleared.")
    for finding in who_is_online(said, topics, house):
        yield finding


async def round_trip(session: MqttSession, topics: Topics) -> dict[str, bytes] | None:
    """Leave a message, read it, clear it; every availability that was read with it, None if it did not come back.

    Raises BrokerError.
    """
    scratch = f"{topics.base}/doctor"  # always the same: what one run could not clear, the next one does
    said: dict[str, bytes] = {}
    # What is wanted last is asked for last: when it comes, what the broker had kept of the others has come before.
    filters = [(topics.house_availability, 1), (topics.drone("+", "availability"), 1), (scratch, 1)]
    session.publish(scratch, b"here", retain=True)
    try:
        async with asyncio.timeout(ROUND_TRIP_S), aclosing(session.messages(filters)) as messages:
            async for topic, payload, _ in messages:
                if topic == scratch:
                    return said
                said[topic] = payload
    except TimeoutError:
        pass
    finally:
        session.publish(scratch, b"", retain=True)
    return None


def who_is_online(said: dict[str, bytes], topics: Topics, house: RunningHouse | None) -> list[Finding]:
    """What the availabilities say, beside what is known of the running house."""
    if said.get(topics.house_availability) != b"online":
        if house is None:
            return [note("house", f"No house is online under {topics.base}/; start one with `kelex up`.")]
        return [wrong("house", f"Process {house.pid} runs the house, but it is not online; restart `kelex up`.")]
    findings = [ok("house", f"A house is online under {topics.base}/.")]
    for drone in house.drones if house else []:
        if said.get(topics.drone(drone, "availability")) == b"online":
            findings.append(ok(f"drone {drone}", "It is online in the house."))
        else:
            findings.append(wrong(f"drone {drone}", "It is not online; see what `kelex up` says of its port."))
    return findings
