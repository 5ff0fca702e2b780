"""Runs on the board, beside the firmware: what a turn of it costs. The test reads what `measure` prints.

    phase, label, how often, most bytes allocated, mean microseconds

The label of a turn is what was due in it: `motion`, `senses`, `climate`, joined by `+`, or `nothing`; that of
a turn which sent is `sends` and the message's number. Collection is off, so every allocation is seen. Asking
`gc.mem_alloc` takes 12 ms here, half a second on the wall: it is asked once a turn, and few turns are measured.
"""

import gc
import time
from array import array

import micropython
from kelex_drone import app
from kelex_wire import codec, frame, schema

ACK_BYTES = 96
TURNS_MOST = 16
MOTION, SENSES, CLIMATE, SENT = 1, 2, 4, 0x100  # SENT and above: the message's number


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
        self.costs = {}
        self.allocated = 0
        self.count = 0
        self.rows = array("i", bytes(3 * 4 * TURNS_MOST))  # kind, bytes, microseconds of each turn

    def turn(self):
        """One turn, measured, without an allocation of our own; milliseconds until the next."""
        drone, link = self.drone, self.link
        seq, moves, sense = link._seq, drone._moves._due_ms, drone._sense._due_ms
        climate, asked = drone._climate_turn, drone._climate._asked
        began_us = time.ticks_us()
        wait_ms = self.app.turn()
        us = time.ticks_diff(time.ticks_us(), began_us)
        allocated = gc.mem_alloc()
        kind = SENT + self.silence.number
        if link._seq == seq:
            kind = MOTION if drone._moves._due_ms != moves else 0
            kind += SENSES if drone._sense._due_ms != sense else 0
            kind += CLIMATE if drone._climate_turn > climate or drone._climate._asked != asked else 0
        at = 3 * self.count
        self.rows[at], self.rows[at + 1], self.rows[at + 2] = kind, allocated - self.allocated, us
        self.allocated = allocated
        self.count += 1
        return wait_ms

    def turns(self, count):
        """So many turns as they come due, the climate's first; in the end one with nothing to do."""
        self.drone._climate_turn = 0
        self.count = 0
        time.sleep_ms(self.turn())
        self.count = 0  # the first sets `allocated`, from within `turn`, whose own frame is on the heap
        for _ in range(count):
            time.sleep_ms(self.turn())
        self.turn()
        self.turn()
        for i in range(0, 3 * self.count, 3):
            self.note(label_of(self.rows[i]), self.rows[i + 1], self.rows[i + 2])

    def note(self, label, allocated, us):
        count, most, total_us = self.costs.get(label, (0, 0, 0))
        self.costs[label] = count + 1, max(most, allocated), total_us + us

    def print_costs(self, phase):
        for label, (count, most, total_us) in sorted(self.costs.items()):
            print(phase, label, count, most, total_us // count)
        self.costs = {}

    def hear(self, name, number, *values):
        """A frame from the host, straight into the drone."""
        coded = frame.encode(number, 0, codec.encode(number, *values))
        now_ms = time.ticks_ms()
        allocated, began_us = gc.mem_alloc(), time.ticks_us()
        self.drone.receive(now_ms, coded)
        us, allocated = time.ticks_diff(time.ticks_us(), began_us), gc.mem_alloc() - allocated
        self.link.tx[:] = b""
        self.note("hears:" + name, allocated, us)
        return us

    def acknowledge(self):
        if self.link._in_flight_bytes > ACK_BYTES:
            self.app._busy_us += self.hear("ack", schema.ACK, self.link.session, self.link._seq, 1000)

    def idle(self, title, ms):
        """Idle permille over a time, as the app itself counts it."""
        self.app._health()
        end_ms = time.ticks_add(time.ticks_ms(), ms)
        while time.ticks_diff(end_ms, time.ticks_ms()) > 0:
            self.acknowledge()
            self.app.wait(self.app.turn())
        print("idle", title, self.app._health()[0])

    def move(self, order, third):
        """Every joint to this third of its range, 0 to 3."""
        targets = [low + (high - low) * third // 3 for _, low, high in schema.JOINTS]
        self.hear("order", schema.ORDER_MOVE, self.link.session, order, 0, *targets)

    def stop(self, order):
        self.hear("stop", schema.ORDER_STOP, self.link.session, order)


def label_of(kind):
    if kind >= SENT:
        return f"sends:0x{kind - SENT:02x}"
    names = ((MOTION, "motion"), (SENSES, "senses"), (CLIMATE, "climate"))
    return "+".join([name for bit, name in names if kind & bit]) or "nothing"


bench = None


def measure():
    """Print the costs without a session, at rest in one, and while moving."""
    global bench
    bench = Workbench()
    gc.collect()
    print("heap", gc.mem_free())
    gc.disable()
    bench.turns(3)
    bench.print_costs("alone")
    bench.hear("hello", schema.HELLO, schema.SCHEMA_CRC, 7, 0, 0)
    bench.turns(3)
    bench.hear("ping", schema.PING, bench.link.session, 1)
    bench.print_costs("rest")
    bench.idle("rest", 400)
    bench.move(0, 2)
    bench.turns(4)
    bench.print_costs("moving")
    bench.move(1, 1)
    bench.idle("moving", 400)
    bench.move(2, 3)
    bench.app.turn()
    bench.stop(3)
    bench.print_costs("stopped")
    gc.enable()


def hang():
    """Run the drone at its own port until a host has listened for half a second, then hang in a step."""
    micropython.kbd_intr(-1)  # the prompt has switched Ctrl-C on again
    bench.link.host_heard = False
    bench.app._stdout = bench.port
    step = bench.drone.step
    heard_ms = []

    def hanging_step(now_ms):
        if bench.link.host_heard:
            heard_ms.append(now_ms)
            if now_ms - heard_ms[0] > 500:
                time.sleep(3600)
        return step(now_ms)

    bench.drone.step = hanging_step
    while True:
        bench.app.wait(bench.app.turn())
