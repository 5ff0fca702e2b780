"""A whole Drone on the bench: parts that do as they are told and remember, and a real host's end on the other side."""

from collections import Counter
from itertools import count

from kelex_drone import board
from kelex_drone.attachment import UNKNOWN_TICKS
from kelex_drone.drone import Drone
from kelex_drone.joint import TICK_MS
from kelex_drone.motion import Motion
from kelex_drone.sensing import Sensors
from kelex_host.bridge.heard import DroneEvent, Telemetry, Verdict
from kelex_host.bridge.host_link import HostLink
from kelex_wire import schema
from kelex_wire.drone_link import DroneLink
from wire.joints import NAMES, targets

TICKS = 1 << 30
CONTACTS = ("presence", "touch", "door", "doorbell")
STILL = (0, 0, 9807)
HEALTH = (900, 150_000, 1)


class Senses:
    """What the fake drivers read: `says[channel](n)` is the nth reading, `raws[channel](n)` the raw one behind it.

    Sound by default: no channel moves, but none is quite still. `reads` counts the readings of each part.
    """

    def __init__(self):
        self.reads = Counter()
        self.says = {
            "temperature": lambda n: 2150 + n % 2,
            "humidity": lambda n: 4500 + n % 2,
            "light": lambda n: 200,
            "sound": lambda n: -5000,
            "range": lambda n: 1500 + n % 2,
            "tremor": lambda n: STILL,
            "battery_voltage": lambda n: 7600,
            "servo_current": lambda n: 40,
            "presence": lambda n: 0,
            "touch": lambda n: 0,
            "door": lambda n: 1,  # the contact is closed while the door is
            "doorbell": lambda n: 0,
        }
        self.raws = dict.fromkeys(self.says, lambda n: 1000 + n % 8)

    def __getitem__(self, channel):
        return self.says[channel](self.reads[channel])

    def raw(self, channel):
        return self.raws[channel](self.reads[channel])

    def drivers(self):
        contacts = {name: FakeContact(self, name) for name in CONTACTS}
        return Sensors(
            FakeBus(),
            FakeClimate(self),
            FakeRange(self),
            FakeMotion(self),
            FakeCurrent(self),
            FakeAnalogue(self),
            **contacts,
        )


class FakeBus:
    recoveries = 0

    def look(self):
        pass


class FakePart:
    def __init__(self, senses):
        self.senses = senses


class FakeClimate(FakePart):
    temperature = humidity = None
    asked = False

    def step(self):
        self.asked = not self.asked
        if self.asked:
            return False
        self.senses.reads.update(("temperature", "humidity"))
        self.temperature, self.humidity = self.senses["temperature"], self.senses["humidity"]
        return True


class FakeRange(FakePart):
    range_mm = None

    def step(self):
        self.senses.reads["range"] += 1
        self.range_mm = self.senses["range"]


class FakeMotion(FakePart):
    ok = False
    x = y = z = reading = 0

    def step(self):
        self.senses.reads["tremor"] += 1
        said = self.senses["tremor"]
        self.ok = said is not None
        self.x, self.y, self.z = said or (0, 0, 0)
        self.reading = self.senses.raw("tremor")


class FakeCurrent(FakePart):
    current_ma = raw = None

    def step(self):
        self.senses.reads["servo_current"] += 1
        self.current_ma, self.raw = self.senses["servo_current"], self.senses.raw("servo_current")


class FakeConverter:
    """A microphone whose `frames` wait to be heard."""

    def __init__(self):
        self.frames = []

    def waiting(self):
        return len(self.frames)

    def frame(self):
        return self.frames[0]

    def next(self):
        del self.frames[0]


class FakeAnalogue(FakePart):
    light_lux = battery_mv = sound_cdb = None
    light_raw = battery_raw = sound_raw = 0

    def __init__(self, senses):
        super().__init__(senses)
        self.converter = FakeConverter()

    def listen(self):
        self.senses.reads["sound"] += 1
        self.sound_cdb, self.sound_raw = self.senses["sound"], self.senses.raw("sound")

    def read_light(self):
        self.senses.reads["light"] += 1
        self.light_lux, self.light_raw = self.senses["light"], self.senses.raw("light")

    def read_battery(self):
        self.senses.reads["battery_voltage"] += 1
        self.battery_mv, self.battery_raw = self.senses["battery_voltage"], self.senses.raw("battery_voltage")


class FakeContact(FakePart):
    def __init__(self, senses, name):
        super().__init__(senses)
        self.name = name

    def read(self):
        self.senses.reads[self.name] += 1
        return self.senses[self.name]


class FakeServo:
    """`angles` are those it was turned to, `limp` whether it gets no pulses now."""

    def __init__(self):
        self.angles = []
        self.limp = True
        self._angle = None

    def turn(self, angle):
        if angle != self._angle:
            self.angles.append(angle)
        self._angle = angle
        self.limp = False

    def rest(self):
        self._angle = None
        self.limp = True


class FakeOutputs:
    """Pixels, buzzer and relay in one: what was shown, sounded and switched, each with its time."""

    def __init__(self, now_ms):
        self.now_ms = now_ms
        self.shown = []
        self.sounded = []
        self.switched = []

    def show(self, data):
        self.shown.append((self.now_ms(), bytes(data)))

    def sound(self, hz):
        self.sounded.append((self.now_ms(), hz))

    def switch(self, on):
        self.switched.append((self.now_ms(), on))


class FakeLimbs:
    """Arms and head that never move, for what needs no more of them."""

    moving = turning = 0
    busy = False

    def attached(self):
        return 0


class FakeLink:
    """Keeps the events that it is told."""

    def __init__(self):
        self.events = []

    def event(self, now_ms, number, *values):
        self.events.append((now_ms, number, *values))

    notice = event


# How long a write to flash holds everything up.
FLASH_MS = 45


class Flash:
    """What outlives a reboot. `writes` are the times (ms) of what was written but pairing keys."""

    def __init__(self):
        self.starts = 1
        self.spool = b""
        self.settings = b""
        self.writes = []


# A new drone creeps to its rest pose for so long.
HOMING_MS = UNKNOWN_TICKS * TICK_MS + 100


class FakeFirmware:
    """The version that runs, as kelex_boot tells it; remembers what it was told."""

    def __init__(self, slot=2, version=0, trial=0, why=0, given_up=2, told=1):
        self.slot, self.version, self.trial, self.why, self.given_up, self.told = (
            slot, version, trial, why, given_up, told,
        )  # fmt: skip
        self.was_well = []  # whether its host knew of what was given up, each time
        self.maintenance = 0

    def well(self, told):
        self.was_well.append(told)

    def order_maintenance(self):
        self.maintenance += 1


class Rig:
    """A Drone stepped exactly when it asks for it, plus `late_ms` each time. `heard` is what the host was told.

    At `start_ms` it is at rest, unless it is not `homed`.
    """

    def __init__(self, start_ms=0, servos=board.SERVOS, homed=True, flash=None, hosted=True, firmware=None):
        start_ms += TICKS - (HOMING_MS if homed else 0)
        self.now_ms = start_ms
        self.late_ms = 0
        self.listening = True  # whether the host takes events into safe hands
        self.host_runs = True
        self.resets = []
        self.firmware = firmware or FakeFirmware()
        self.kept = []  # every pairing key that was put into flash
        self.flash = flash or Flash()
        self.servos = [FakeServo() for _ in servos]
        self.senses = Senses()
        self.outputs = FakeOutputs(lambda: self.now_ms)
        self.drone = Drone(
            start_ms % TICKS,
            DroneLink(self.flash.starts, 77, "kelex test"),
            Motion([servo[1:] for servo in servos]),
            self.servos,
            self.senses.drivers(),
            (self.outputs,) * 3,
            lambda: HEALTH,
            lambda: self.resets.append(self.now_ms),
            self,
            self.firmware,
        )
        # They draw what turning servos draw.
        self.senses.says["servo_current"] = lambda n: 40 + 100 * self.drone.limbs.moving
        self._nonces = count(1)
        self.revive_host()
        self.host_runs = hosted
        self.heard = []
        self.run(100)
        if homed:
            self.run(HOMING_MS - 100)
            for servo in self.servos:
                servo.angles.clear()

    def keep_pairing(self, key):
        self.kept.append(key)

    def settings(self):
        return self.flash.settings

    def keep_settings(self, data):
        self.flash.writes.append(self.now_ms)
        self.flash.settings = data
        self.now_ms += FLASH_MS

    def spooled(self):
        return self.flash.spool

    def keep_spool(self, data):
        self.flash.writes.append(self.now_ms)
        self.flash.spool = data
        self.now_ms += FLASH_MS

    def reboot(self):
        """The same board's next start, on the cable that this one is on: a Rig of its own."""
        self.flash.starts += 1
        return Rig(self.now_ms, flash=self.flash)

    def kill_host(self):
        """From now on nobody is at the other end."""
        self.host_runs = False

    def revive_host(self):
        """Another process of the host: it knows nothing of what was before."""
        self.host_runs = True
        self.host = HostLink(lambda: next(self._nonces))
        self.host.opened(self.now_ms / 1000)

    def run(self, ms):
        end_ms = self.now_ms + ms
        while self.now_ms < end_ms:
            if self.host_runs:
                self.drone.receive(self.now_ms % TICKS, bytes(self.host.tx))
                self.host.tx.clear()
            wait_ms = self.drone.step(self.now_ms % TICKS)
            if self.host_runs:
                self._hear(bytes(self.drone.link.tx))
            self.drone.link.tx[:] = b""
            self.now_ms += max(wait_ms, 1) + self.late_ms
        return self

    def _hear(self, data):
        self.heard += self.host.receive(self.now_ms / 1000, data)
        self.heard += self.host.step(self.now_ms / 1000)
        if self.listening:
            for event in self.of(DroneEvent):
                self.host.settled(event.boot, event.record.number)

    # Orders

    def send(self, number, *fields):
        return self.host.order(self.now_ms / 1000, number, fields, 2.0)

    def order(self, duration_ms=0, **angles):
        return self.send(schema.ORDER_MOVE, duration_ms, *targets(**angles))

    def stop(self):
        return self.send(schema.ORDER_STOP)

    def gesture(self, name, repeat=1):
        return self.send(schema.ORDER_GESTURE, gesture_number(name), repeat)

    def quiet(self, on=1):
        return self.send(schema.ORDER_QUIET, on)

    # What came of them

    def pulses(self, joint):
        return self.servos[NAMES.index(joint)].angles

    def of(self, kind):
        return [item for item in self.heard if isinstance(item, kind)]

    def telemetry(self, number):
        return [item.record for item in self.of(Telemetry) if item.number == number]

    def events(self, number):
        return [item.record for item in self.of(DroneEvent) if item.message == number]

    def story(self):
        """(event, order) of all events that name an order, as they came."""
        records = [item.record for item in self.of(DroneEvent)]
        return [(type(record).__name__, record.order) for record in records if hasattr(record, "order")]

    def deeds(self):
        return [(schema.DEEDS[event.deed], event.order) for event in self.events(schema.DID)]

    def verdict(self, order):
        """The one verdict on an order."""
        [verdict] = [verdict for verdict in self.of(Verdict) if verdict.order == order]
        return verdict


def gesture_number(name):
    return schema.gestures.NAMES.index(name)
