"""From the drone's store through the link and the outbox to the broker: when the drone may forget an event."""

import pytest
from kelex_host.bridge.gateway import DroneGateway
from kelex_host.bridge.now import Now
from kelex_host.bridge.outbox import Outbox
from kelex_host.bridge.topics import Topics
from wire.link_pair import STEP_MS, Pair


class Bench:
    """A DroneLink behind a gateway; `pair` is the drone's side and its clock."""

    def __init__(self):
        self.pair = Pair()
        self.outbox = Outbox()
        self.outbox.connected()
        nonces = self.pair.nonces
        self.gateway = DroneGateway("kelex", Topics("kelex"), self.outbox, lambda: next(nonces), lambda text: None)
        self.gateway.opened(self.now())
        self.run(100)

    def now(self):
        return Now(self.pair.now_s, 1e9 + self.pair.now_s)

    def run(self, ms):
        """Let time pass over a clean cable. The drone takes orders but never answers them."""
        drone, link = self.pair.drone, self.gateway.link
        for _ in range(0, ms, STEP_MS):
            self.pair.now_ms += STEP_MS
            drone.receive(self.pair.ticks_ms, bytes(link.tx))
            link.tx.clear()
            drone.orders.clear()
            drone.step(self.pair.ticks_ms)
            self.gateway.receive(self.now(), bytes(drone.tx))
            drone.tx[:] = b""
            self.gateway.step(self.now())

    def published_events(self):
        return [publish for publish in self.outbox.take() if publish.message.settles]

    def acknowledge(self, publish):
        _, boot, number = self.outbox.acknowledged(publish.handle).settles
        self.gateway.settle(boot, number)
        self.run(50)


@pytest.fixture
def bench():
    return Bench()


def test_the_drone_forgets_an_event_once_the_broker_has_it_and_not_before(bench):
    bench.pair.presence()
    bench.run(1000)
    [publish] = bench.published_events()
    assert bench.pair.drone.events_waiting() == 1
    bench.acknowledge(publish)
    assert bench.pair.drone.events_waiting() == 0


def test_events_that_the_broker_acknowledges_out_of_order_are_forgotten_in_order(bench):
    bench.pair.presence(1)
    bench.pair.presence(0)
    bench.run(100)
    first, second = bench.published_events()
    bench.acknowledge(second)
    assert bench.pair.drone.events_waiting() == 2
    bench.acknowledge(first)
    assert bench.pair.drone.events_waiting() == 0


def test_a_new_session_of_the_same_boot_does_not_keep_an_event_from_being_settled(bench):
    bench.pair.presence()
    bench.run(100)
    [publish] = bench.published_events()
    session = bench.pair.drone.session
    bench.pair.host = bench.gateway.link
    bench.pair.order(wait_s=0.05)
    bench.run(500)
    assert bench.pair.drone.session != session
    bench.acknowledge(publish)
    assert bench.pair.drone.events_waiting() == 0
