"""The shell around the bridge: what it tells, and what it survives."""

import asyncio
import math
from unittest import mock

from host.shells.conftest import until
from kelex_host.bridge.outbox import Message, Outbox, Publish
from kelex_host.broker_url import BrokerUrl
from kelex_host.shells.mqtt_client import MqttClient
from kelex_host.shells.runtime import Runtime, Teller


def test_once_nobody_listens_it_is_silent_and_never_raises():
    heard = []

    def tell(text):
        heard.append(text)
        raise BrokenPipeError

    teller = Teller(tell)
    teller("first")
    teller("second")
    assert heard == ["first"]


class Core:
    """A bridge that wants nothing but to be woken at `due`."""

    will = None

    def __init__(self):
        self.outbox = Outbox()
        self.drones = {}
        self.due = math.inf
        self.steps = []

    def start(self, now):
        pass

    def stop(self):
        self.due = 0.0  # as a house has it whose time runs fast

    def close(self):
        pass

    def message(self, now, topic, payload, retained, reply_to="", correlation=b""):
        """Something that changes when the core is due."""
        self.due = now.mono_s + float(payload)

    def step(self, now):
        self.steps.append(now.mono_s)
        self.due = math.inf

    def due_s(self):
        return self.due

    def take(self):
        return []


def on_core(body):
    async def run():
        core = Core()
        runtime = Runtime(core, BrokerUrl("127.0.0.1", 9), {}, lambda text: None)
        runtime.start()
        await body(core, runtime)
        await runtime.stop()

    asyncio.run(run())


def test_a_due_time_that_becomes_earlier_is_met():
    async def body(core, runtime):
        runtime.message("t", b"3600", False)
        runtime.message("t", b"0.02", False)
        due_s = core.due
        await until(lambda: core.steps, "woken")
        assert core.steps[0] >= due_s - 0.001

    on_core(body)


def test_a_due_time_that_moves_on_is_still_met():
    async def body(core, runtime):
        runtime.message("t", b"0.02", False)
        runtime.message("t", b"0.06", False)  # woken for the first time, it finds nothing to do
        due_s = core.due
        core.step = lambda now: core.steps.append(now.mono_s)
        await until(lambda: core.steps and core.steps[-1] >= due_s - 0.001, "woken for the second")
        core.due = math.inf

    on_core(body)


def test_what_comes_in_before_it_is_due_sets_no_new_timer():
    async def body(core, runtime):
        runtime.message("t", b"3600", False)
        with mock.patch.object(asyncio.get_running_loop(), "call_at") as call_at:
            for _ in range(100):
                runtime.message("t", b"3601", False)
        assert not call_at.called

    on_core(body)


def test_while_it_stops_only_acknowledgements_are_heard_and_the_journal_is_let_go_last():
    happened = []

    async def body(core, runtime):
        core.acknowledged = lambda now, handle: happened.append("acknowledged")
        core.message = lambda *_: happened.append("message")
        core.close = lambda: happened.append("close")
        core.step = lambda now: happened.append("step")
        runtime._handles[7] = 1

        async def close(client):
            await asyncio.sleep(0)
            runtime.message("t", b"1", False)
            runtime.happened(lambda now: happened.append("happened"))
            runtime.published(7)
            await asyncio.sleep(0.02)  # time for a timer that should not be there

        with mock.patch.object(MqttClient, "close", close):
            await runtime.stop()
        assert happened == ["acknowledged", "close"]

    on_core(body)


def test_what_cannot_be_published_is_dropped_and_what_waited_for_its_place_goes_next():
    async def body(core, runtime):
        waiting = [Publish(1, Message("bad", b"")), Publish(2, Message("good", b""))]
        published = []

        def publish(client, topic, payload, *, qos, retain, correlation=b""):
            if topic == "bad":
                raise ValueError("Invalid topic.")
            published.append(topic)
            return 7

        core.acknowledged = lambda now, handle: None
        core.take = lambda: [waiting.pop(0)] if waiting else []
        with mock.patch.object(MqttClient, "publish", publish):
            runtime.message("t", b"3600", False)
            await until(lambda: published == ["good"], "the next one is published")

    on_core(body)
