"""Runs on the board, beside the firmware: what a turn of it costs. The test reads what `measure` prints.

    cost, phase, label, how often, longest microseconds, mean microseconds
    bytes, phase, bytes allocated in all its turns, turns

The label of a turn is what was due in it, joined by `+`, or `nothing`; that of a turn which sent is `sends` and the
message's number. Collection is off, so every allocation is seen. Asking `gc.mem_alloc` takes 12 ms here, half a second
on the wall: it is asked before and after a phase in which nothing is to be sent.
"""

import gc
import time
from array import array

import micropython
from kelex_drone import app
from kelex_drone.drone import JUDGE, SENSE
from kelex_wire import codec, frame, schema

ACK_BYTES = 96
TURNS_MOST = 200
MOTION, RANGE, CURRENT, CLIMATE, JUDGES, HEARS, SENT = 1, 2, 4, 8, 16, 32, 0x100  # SENT and above: the message's number
NAMES = (
    (MOTION, "motion"),
    (RANGE, "range"),
    (CURRENT, "current"),
    (CLIMATE, "climate"),
    (JUDGES, "judges"),
    (HEARS, "hears"),
)
BREATHE = 1


class Silence:
    """A port that sends nothing, so that only `print` is heard, and remembers the last frame's number."""

    def __init__(self):
        self.number = 0

    def write(self, data):
        self.number = data[1]


class Workbench:
    """The app with its port taken away, and a host who is friendly to it."""

    def __init__(self):
        self.app = app.App()
        self.port = self.app._stdout
        self.silence = self.app._stdout = Silence()
        self.drone = self.app.drone
        self.link = self.drone.link
        self.count = 0
        self.order = 0
        self.dead_bands = [0x7FFF] * len(self.drone.sensing.senses.values)  # nothing is worth telling
        self.rows = array("i", bytes(2 * 4 * TURNS_MOST))  # kind and microseconds of each turn

    def turn(self):
        """One turn, measured, without an allocation of our own; milliseconds until the next."""
        drone, link = self.drone, self.link
        sensing = drone.sensing
        seq, moves, sense = link._seq, drone._moves._due_ms, drone._sense._due_ms
        climate = sensing._sensors.climate
        asked = climate._next
        step, frames = drone._next, drone.listening._converter._heard
        thinks = drone.listening._thinks
        began_us = time.ticks_us()
        wait_ms = self.app.turn()
        us = time.ticks_diff(time.ticks_us(), began_us)
        kind = SENT + self.silence.number
        if link._seq == seq:
            kind = MOTION if drone._moves._due_ms != moves else 0
            if drone._sense._due_ms != sense:
                kind += RANGE if sensing._turn else CURRENT
            kind += CLIMATE if climate._next != asked else 0
            kind += JUDGES if step == JUDGE and drone._next != JUDGE else 0
            if kind == 0 and (thinks or drone.listening._converter._heard != frames):
                kind = HEARS
        if self.count < TURNS_MOST:
            self.rows[2 * self.count] = kind
            self.rows[2 * self.count + 1] = us
            self.count += 1
        return wait_ms

    def live(self, phase, ms):
        """Take turns for a while, and tell what they cost. The host listens as far as it did."""
        self.count = 0
        end_ms = time.ticks_add(time.ticks_ms(), ms)
        while time.ticks_diff(end_ms, time.ticks_ms()) > 0:
            self.acknowledge()
            time.sleep_ms(self.turn())
        self.print_costs(phase)

    def keep_quiet(self, phase, ms):
        """The same while there is nothing to send, and how many bytes of the heap that took."""
        self.hear_acknowledgement()
        while self.drone.reports.told is None or self.drone._next != SENSE:  # at first he tells how he stands
            self.turn()
        self.count = 0
        self.turn()
        gc.collect()
        end_ms = time.ticks_add(time.ticks_ms(), ms)
        before = gc.mem_alloc()
        self.take_quiet_turns(end_ms)
        print("bytes", phase, gc.mem_alloc() - before, self.count)
        self.print_costs(phase)

    def take_quiet_turns(self, end_ms):
        drone, link = self.drone, self.link
        dead_bands, drone.sensing.senses.dead_bands = drone.sensing.senses.dead_bands, self.dead_bands
        while time.ticks_diff(end_ms, time.ticks_ms()) > 0:
            now_ms = time.ticks_ms()
            link._sent_ms = now_ms  # no beacon
            link._heard_ms = now_ms
            drone.sensing.senses.told(now_ms)
            drone.reports.body_told_ms = now_ms
            drone._stats.start(now_ms + 1000)
            time.sleep_ms(self.turn())
        drone.sensing.senses.dead_bands = dead_bands

    def print_costs(self, phase):
        costs = {}
        for i in range(0, 2 * self.count, 2):
            count, longest, total = costs.get(self.rows[i], (0, 0, 0))
            us = self.rows[i + 1]
            costs[self.rows[i]] = count + 1, max(longest, us), total + us
        for kind, (count, longest, total) in sorted(costs.items()):
            print("cost", phase, label_of(kind), count, longest, total // count)

    def hear(self, number, *values):
        """A frame from the host, straight into the drone; the microseconds of that turn."""
        coded = frame.encode(number, 0, codec.encode(number, *values))
        began_us = time.ticks_us()
        self.drone.receive(time.ticks_ms(), coded)
        us = time.ticks_diff(time.ticks_us(), began_us)
        self.link.tx[:] = b""
        self.app._has_heard = True  # a turn that hears does no more: so the next one comes at once
        return us

    def acknowledge(self):
        if self.link._in_flight_bytes > ACK_BYTES:
            self.hear_acknowledgement()

    def hear_acknowledgement(self):
        self.app._busy_us += self.hear(schema.ACK, self.link.session, self.link._seq, 1000)

    def idle(self, title, ms):
        """Idle permille over a time, as the app itself counts it; of a second, its one collection counts too."""
        self.drone._stats.start(time.ticks_ms() + ms)  # they ask for the same figure, and begin it anew
        self.app._health()
        self.count = 0
        end_ms = time.ticks_add(time.ticks_ms(), ms)
        while time.ticks_diff(end_ms, time.ticks_ms()) > 0:
            self.acknowledge()
            self.app.wait(self.turn())
        print("idle", title, self.app._health()[0])
        self.print_costs("idle-" + title)

    def ask(self, number, *values):
        """An order, and what it took until it was obeyed."""
        us = self.hear(number, self.link.session, self.order, *values)
        self.order += 1
        print("cost order", f"hears:0x{number:02x}", 1, us, us)

    def move(self, third, duration_ms=0):
        """Every joint to this third of its range, 0 to 3."""
        self.ask(schema.ORDER_MOVE, duration_ms, *[low + (high - low) * third // 3 for _, low, high in schema.JOINTS])


def label_of(kind):
    if kind >= SENT:
        return f"sends:0x{kind - SENT:02x}"
    return "+".join([name for bit, name in NAMES if kind & bit]) or "nothing"


bench = None


def measure():
    """Print the costs while all parts start, at rest, with the eye and a tone, and while moving."""
    global bench
    bench = Workbench()
    gc.collect()
    print("heap", gc.mem_free())
    gc.disable()
    bench.live("start", 2000)
    bench.hear(schema.HELLO, schema.SCHEMA_CRC, 7, 0, 0)
    bench.keep_quiet("rest", 700)
    gc.enable()
    bench.idle("rest", 700)
    bench.ask(schema.ORDER_EYE, 0x4080FF, BREATHE)
    bench.ask(schema.ORDER_TONE, 0, 0, 0)
    bench.acknowledge()
    bench.keep_quiet("signals", 600)
    bench.move(2)
    bench.acknowledge()
    bench.keep_quiet("moving", 250)
    bench.move(1, 2000)
    bench.idle("moving", 1000)
    bench.ask(schema.ORDER_STOP)


def measure_hearing():
    """The same while he hears somebody cry and moves: all that he can do at once."""
    bench.live("hearing", 500)
    bench.move(3, 3000)
    bench.acknowledge()
    bench.keep_quiet("hearing", 500)
    bench.idle("hearing", 1000)
    bench.ask(schema.ORDER_STOP)
    bench.app.turn()


def live():
    """Be the drone from now on, at its own port."""
    micropython.kbd_intr(-1)  # the prompt has switched Ctrl-C on again
    bench.link.host_heard = False
    bench.app._stdout = bench.port
    while True:
        bench.app.wait(bench.app.turn())
