"""The embedded broker as a process: ports, restarts, and that it outlives its parent just long enough."""

import asyncio
import os
import signal
import socket
import subprocess
import sys

import pytest
from brokers import free_port
from host.shells.conftest import client, until
from kelex_host.broker_url import BrokerUrl
from kelex_host.errors import BrokerError
from kelex_host.shells.embedded_broker import EXIT_PORT_TAKEN, EmbeddedBroker

# A bridge with its embedded broker: prints the child's process id once it is connected with its will.
BRIDGE = """
import asyncio, sys
from kelex_host.broker_url import BrokerUrl
from kelex_host.shells.embedded_broker import EmbeddedBroker
from kelex_host.shells.mqtt_client import MqttClient
broker = EmbeddedBroker()
class Events:
    def connected(self): print(broker.pid, broker.port, flush=True)
    def lost(self, why): pass
    def message(self, topic, payload, retained): pass
    def published(self, token): pass
async def main():
    url = BrokerUrl("127.0.0.1", await broker.start(int(sys.argv[1])))
    await MqttClient(url, "bridge", ("kelex/house/availability", b"offline"), Events()).run()
asyncio.run(main())
"""


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        with open(f"/proc/{pid}/stat") as stat:  # a zombie that nobody in this container reaps has ended too
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_takes_the_next_port_when_one_is_taken() -> None:
    async def body() -> None:
        with socket.socket() as occupied:
            occupied.bind(("127.0.0.1", 0))
            occupied.listen()
            taken = occupied.getsockname()[1]
            broker = EmbeddedBroker()
            port = await broker.start(taken)
            try:
                assert taken < port < taken + 20
                async with client(BrokerUrl("127.0.0.1", port), "one"):
                    pass
            finally:
                await broker.stop()
            assert broker.pid is None
            with pytest.raises(BrokerError, match=f"ports {taken} to {taken} are all taken"):
                await EmbeddedBroker().start(taken, tries=1)

    asyncio.run(body())


def test_the_child_says_that_its_port_is_taken_without_noise() -> None:
    with socket.socket() as occupied:
        occupied.bind(("127.0.0.1", 0))
        occupied.listen()
        command = [
            sys.executable,
            "-m",
            "kelex_host.shells.embedded_broker_child",
            "--port",
            str(occupied.getsockname()[1]),
        ]
        ended = subprocess.run(command, stdin=subprocess.PIPE, capture_output=True, timeout=15, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (EXIT_PORT_TAKEN, b"", b"")


def test_restarts_a_child_that_died_and_clients_return() -> None:
    async def body() -> None:
        told: list[str] = []
        broker = EmbeddedBroker(told.append)
        url = BrokerUrl("127.0.0.1", await broker.start(free_port()))
        try:
            async with client(url, "one") as (one, events):
                before = broker.pid
                assert before is not None
                os.kill(before, signal.SIGKILL)
                await until(lambda: events.connections == 2, "client is back on a new child")
                assert broker.pid not in (None, before)
                await one.subscribe([("t", 1)])
                one.publish("t", b"", qos=1, retain=False)
                await until(lambda: events.messages, "works again")
            assert told == [f"The embedded broker died (exit code -9): it is restarted on port {url.port}."]
        finally:
            await broker.stop()

    asyncio.run(body())


def test_the_will_of_a_killed_parent_is_delivered_before_the_child_goes() -> None:
    async def body() -> None:
        command = [sys.executable, "-c", BRIDGE, str(free_port())]
        bridge = subprocess.Popen(command, stdout=subprocess.PIPE)
        try:
            assert bridge.stdout is not None
            pid, port = map(int, (await asyncio.to_thread(bridge.stdout.readline)).split())
            async with client(BrokerUrl("127.0.0.1", port), "witness") as (witness, events):
                await witness.subscribe([("kelex/#", 1)])
                bridge.send_signal(signal.SIGKILL)
                await until(lambda: events.losses, "the child has gone")
                assert events.messages == [("kelex/house/availability", b"offline", False)]
                await until(lambda: not is_running(pid), "the child's process has ended", 3)
        finally:
            bridge.kill()
            bridge.communicate()

    asyncio.run(body())


def test_a_connecting_client_is_not_sent_what_others_asked_for() -> None:
    async def body() -> None:
        broker = EmbeddedBroker()
        url = BrokerUrl("127.0.0.1", await broker.start(free_port()))
        try:
            async with client(url, "one") as (one, events):
                await one.subscribe([("kelex/#", 1)])
                one.publish("kelex/house/mode", b"1", qos=1, retain=True)
                await until(lambda: events.messages, "own message arrives")
                async with client(url, "two") as (two, others):
                    await two.subscribe([("probe", 1)])
                    two.publish("probe", b"", qos=1, retain=False)
                    await until(lambda: ("probe", b"", False) in others.messages, "probe arrives")
                    assert others.messages == [("probe", b"", False)]
        finally:
            await broker.stop()

    asyncio.run(body())
