"""A DroneLink and a HostLink in one virtual time, and a cable between them that does as it is told."""

from itertools import count

from kelex_host.bridge.heard import DroneEvent, Offline, Online, OrderLost, Telemetry, Verdict
from kelex_host.bridge.host_link import HostLink
from kelex_wire import codec, frame, schema
from kelex_wire.drone_link import DroneLink
from wire.joints import targets

TICKS = 1 << 30
STEP_MS = 10
MOVE = (500, *targets(head_pan=1000, head_tilt=-1000))  # duration_ms and one target for each joint


class Pair:
    """`run` lets time pass. `heard` is all that the host's end reported, `obeyed` the orders that were carried out.

    `fate(direction, number)` may say what becomes of a frame: "pass", "drop", "twice" or "late".
    """

    def __init__(self, start_ms=0):
        self.now_ms = start_ms
        self.nonces = count(100)
        self.drone = DroneLink(1, 77, "kelex test")
        self.host = HostLink(lambda: next(self.nonces))
        self.heard = []
        self.obeyed = []
        self.crossed = []  # (direction, message number) of each frame put on the cable
        self.plugged = False
        self.fate = lambda direction, number: "pass"
        self._late = {"up": b"", "down": b""}

    @property
    def now_s(self):
        return self.now_ms / 1000

    @property
    def ticks_ms(self):
        """The drone's clock."""
        return self.now_ms % TICKS

    def plug(self):
        self.plugged = True
        self.host.opened(self.now_s)
        return self

    def unplug(self):
        self.plugged = False
        self._late = {"up": b"", "down": b""}
        self.heard += self.host.closed(self.now_s)

    def reboot(self):
        self._late = {"up": b"", "down": b""}
        self.drone = DroneLink(self.drone.boot + 1, 78, "kelex test")

    def new_host(self):
        """The host's process ends, another one starts."""
        self.host = HostLink(lambda: next(self.nonces))
        self.host.opened(self.now_s)

    def run(self, ms):
        end_ms = self.now_ms + ms
        while self.now_ms < end_ms:
            self.now_ms += STEP_MS
            self.step()
        return self

    def step(self):
        self.drone.receive(self.ticks_ms, self._cross("down", self.host.tx))
        while self.drone.orders:
            number, order = self.drone.orders.pop(0)
            assert number == schema.ORDER_MOVE
            self.obeyed.append(order.order)
            self.drone.answer(schema.MOVE_GRANTED, order.order, order.duration_ms, *order[3:])
        self.drone.step(self.ticks_ms)
        self.heard += self.host.receive(self.now_s, self._cross("up", self.drone.tx))
        self.heard += self.host.step(self.now_s)

    def _cross(self, direction, tx):
        arrived = self._late[direction]
        self._late[direction] = b""
        for run in filter(None, bytes(tx).split(b"\0")):
            number = frame.decode(run)[0]
            self.crossed.append((direction, number))
            fate = self.fate(direction, number) if self.plugged else "drop"
            if fate == "late":
                self._late[direction] += run + b"\0"
            else:
                arrived += (run + b"\0") * {"drop": 0, "pass": 1, "twice": 2}[fate]
        tx[:] = b""
        return arrived if self.plugged else b""

    def say(self, number, *values, seq=0):
        """Bytes that some host might send."""
        self.drone.receive(self.ticks_ms, frame.encode(number, seq, codec.encode(number, *values)))

    def order(self, wait_s=2.0):
        return self.host.order(self.now_s, schema.ORDER_MOVE, MOVE, wait_s)

    def presence(self, present=1):
        self.drone.event(self.ticks_ms, schema.PRESENCE, present)

    def settle_all(self):
        for event in self.events:
            self.host.settled(event.boot, event.record.number)

    def of(self, kind):
        return [item for item in self.heard if isinstance(item, kind)]

    @property
    def events(self):
        return self.of(DroneEvent)

    @property
    def event_numbers(self):
        return [(event.boot, event.record.number) for event in self.events]

    @property
    def verdicts(self):
        return [verdict.order for verdict in self.of(Verdict)]

    @property
    def lost(self):
        return [lost.order for lost in self.of(OrderLost)]

    @property
    def telemetry(self):
        return [item.record for item in self.of(Telemetry)]

    @property
    def resumed(self):
        return [online.resumed for online in self.of(Online)]

    @property
    def offline(self):
        return len(self.of(Offline))
