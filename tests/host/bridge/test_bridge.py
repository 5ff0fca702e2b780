"""The bridge over several drones: it looks only at those that something happened to, and forgets none."""

from random import Random

import pytest
from kelex_host.bridge.bridge import Bridge
from kelex_host.bridge.effects import Write
from kelex_host.bridge.now import Now
from kelex_host.bridge.outbox import Publish
from kelex_wire import schema
from kelex_wire.drone_link import DroneLink
from wire.readings import senses

DRONES = ("ada", "bob", "cyd")


class Fleet:
    """A bridge with drones at clean cables, and a broker that acknowledges when told to."""

    def __init__(self):
        self.seconds = 100.0
        nonces = iter(range(1, 1 << 20))
        self.bridge = Bridge(base="kelex", version="test", drones=DRONES, nonce=lambda: next(nonces))
        self.links = {name: DroneLink(1, 77, name) for name in DRONES}
        self.open = set()
        self.unacknowledged = []
        self.published = []
        self.bridge.start(self.now())
        self.bridge.broker_connected(self.now())
        self.pump()

    def now(self):
        return Now(self.seconds, 1e9 + self.seconds)

    def ms(self):
        return round(self.seconds * 1000)

    def pump(self):
        while effects := self.bridge.take():
            for effect in effects:
                match effect:
                    case Write(drone, data):
                        self.links[drone].receive(self.ms(), data)
                        self.links[drone].orders.clear()
                    case Publish(handle, message):
                        self.published.append(message)
                        if message.qos:
                            self.unacknowledged.append(handle)

    def hear(self, name):
        """Let the bridge read what the drone has sent."""
        link = self.links[name]
        data = bytes(link.tx)
        link.tx[:] = b""
        if name in self.open:
            self.bridge.drones[name].receive(self.now(), data)
            self.pump()

    def plug(self, name):
        self.open.add(name)
        self.bridge.drones[name].opened(self.now())
        self.pump()

    def act(self, random):
        """One thing that may happen."""
        name = random.choice(DRONES)
        match random.randrange(8):
            case 0:
                self.plug(name)
            case 1:
                if random.random() < 0.1:
                    self.open.discard(name)
                    self.bridge.drones[name].closed(self.now())
            case 2:
                payload = b'{"pan":1,"tilt":2}'
                self.bridge.message(self.now(), f"kelex/drone/{name}/request/look", payload, False)
            case 3:
                if self.unacknowledged:
                    self.bridge.acknowledged(self.now(), self.unacknowledged.pop(0))
            case 4:
                if self.links[name].host_heard and self.links[name].has_room_for_events():
                    self.links[name].event(self.ms(), schema.PRESENCE, 1)
            case 5:
                self.seconds += random.choice((0.001, 0.01, 0.1, 0.5))
                for link in self.links.values():
                    link.step(self.ms())
            case _:
                self.hear(name)
                return
        self.pump()

    def due_s(self):
        """When the drones themselves say that they are due."""
        return min(drone.due_s() for drone in self.bridge.drones.values())


@pytest.mark.parametrize("seed", range(10))
def test_it_knows_when_each_of_its_drones_is_due_whatever_happens_to_them(seed):
    random, fleet = Random(seed), Fleet()
    online = 0
    for _ in range(1000):
        fleet.act(random)
        due_s = fleet.bridge.due_s()
        assert due_s <= fleet.due_s()
        assert not any(drone.link.tx for drone in fleet.bridge.drones.values())
        if due_s <= fleet.seconds:
            fleet.seconds += 1e-6  # what floats round away
            fleet.bridge.step(fleet.now())
            fleet.pump()
            assert fleet.bridge.due_s() > fleet.seconds
        online += sum(drone.link.online for drone in fleet.bridge.drones.values())
    assert online > 300


def test_a_drone_that_nothing_is_due_at_is_not_stepped():
    fleet = Fleet()
    for name in DRONES:
        fleet.plug(name)
        fleet.hear(name)
    fleet.bridge.step(fleet.now())  # they are asked for their clocks
    fleet.pump()
    stepped = []
    for name, drone in fleet.bridge.drones.items():
        drone.step = lambda now, name=name: stepped.append(name)
    fleet.bridge.message(fleet.now(), "kelex/drone/bob/request/stop", b"{}", False)
    fleet.pump()
    fleet.seconds = fleet.bridge.due_s()
    fleet.bridge.step(fleet.now())
    assert stepped == ["bob"]


def test_many_reports_in_one_read_are_one_document_the_latest():
    fleet = Fleet()
    fleet.plug("ada")
    fleet.hear("ada")
    fleet.published.clear()
    for celsius in range(5):
        fleet.links["ada"].telemetry(schema.SENSES, *senses(fleet.ms(), temperature=celsius * 100))
    fleet.hear("ada")
    [document] = [message for message in fleet.published if message.topic == "kelex/drone/ada/senses"]
    assert b'"temperature":4.0' in document.payload
