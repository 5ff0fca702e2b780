"""How the drone runs on a board: the clock, the port to the host, the watchdog. Everything else is in `drone.py`.

The port is MicroPython's own (USB CDC, shared with the REPL), so `main.py` has switched Ctrl-C off.
`stdin.read(n)` waits for all n bytes even after `poll`, therefore one byte at a time, each asked for first. A write to
a port that nobody empties blocks for 500 ms and loses its bytes, therefore none where there is no room at all.
"""

import gc
import os
import select
import sys
import time

import machine
from kelex_boot.start import WATCHDOG_MS, running
from kelex_wire.dialect import micropython
from kelex_wire.drone_link import DroneLink
from kelex_wire.poses import REST

from kelex_drone import board, store
from kelex_drone.assembly import make_outputs, make_sensors, make_servos
from kelex_drone.drone import Drone
from kelex_drone.motion import Motion

IDENTITY = "kelex 0.1.0"
READ_BYTES = 64
COLLECT_MS = 1000


class App:
    """One drone on this board. `turn` does what is due; `wait` rests until the next turn, or until bytes come."""

    def __init__(self):
        self._stdin = sys.stdin.buffer
        self._stdout = sys.stdout.buffer
        self._poll = select.poll()
        self._poll.register(sys.stdin, select.POLLIN)
        self._room = select.poll()
        self._room.register(sys.stdout, select.POLLOUT)
        self._byte = bytearray(1)
        self._input = bytearray(READ_BYTES)
        self._has_heard = False  # the host, in the turn before
        self._watchdog = machine.WDT(timeout=WATCHDOG_MS)
        self._since_us = time.ticks_us()
        self._busy_us = 0
        gc.threshold(-1)  # from here on in idle slots only
        gc.collect()
        self._heap_free = gc.mem_free()  # as of the last collection: asking walks the heap for 12 ms
        self._collected_ms = time.ticks_ms()
        self.drone = Drone(
            time.ticks_ms(),
            DroneLink(store.count_start(), random_word(), IDENTITY, store.pairing()),
            Motion([servo[1:] for servo in board.SERVOS], REST),
            make_servos(),
            make_sensors(),
            make_outputs(),
            self._health,
            machine.reset,
            store,
            running(),
        )

    @micropython.native
    def turn(self):
        """Take what has come or do what is due, send what there is to say; milliseconds until the next turn.

        Never both in one turn: so an order waits for one of them at most. Whoever talks all the time waits every other
        turn, too.
        """
        began_us = time.ticks_us()
        now_ms = time.ticks_ms()
        self._watchdog.feed()
        had_heard = self._has_heard
        count = 0 if had_heard else self._read()
        self._has_heard = count > 0
        if count:
            self.drone.receive(now_ms, bytes(self._input[:count]))
            wait_ms = 0
        else:
            wait_ms = self.drone.step(now_ms)
        tx = self.drone.link.tx
        if tx:
            if ready(self._room, 0):
                self._stdout.write(tx)
            tx[:] = b""
        self._busy_us += time.ticks_diff(time.ticks_us(), began_us)
        return 0 if had_heard else wait_ms  # there may be more to read

    @micropython.native
    def wait(self, wait_ms):
        """Rest. A collection, when one is due, comes here, where nothing waits for us."""
        if wait_ms > 5 and time.ticks_diff(time.ticks_ms(), self._collected_ms) >= COLLECT_MS:
            began_us = time.ticks_us()
            gc.collect()
            self._heap_free = gc.mem_free()
            self._collected_ms = time.ticks_ms()
            self._busy_us += time.ticks_diff(time.ticks_us(), began_us)
            return
        ready(self._poll, wait_ms)

    @micropython.native
    def _read(self):
        count = 0
        while count < READ_BYTES and ready(self._poll, 0):
            self._stdin.readinto(self._byte)
            self._input[count] = self._byte[0]
            count += 1
        return count

    def _health(self):
        """(idle permille since last asked, free heap bytes, reset cause)."""
        now_us = time.ticks_us()
        whole_us = max(time.ticks_diff(now_us, self._since_us), 1000)
        idle = max(1000 - self._busy_us // (whole_us // 1000), 0)
        self._since_us = now_us
        self._busy_us = 0
        return idle, self._heap_free, machine.reset_cause()


@micropython.native
def ready(poll, wait_ms):
    """Whether the stream of a `select.poll` is ready within `wait_ms`. Unlike `poll.poll`, without costing heap."""
    for _ in poll.ipoll(wait_ms):
        return True
    return False


def random_word():
    """Sixteen bits from the RP2040's ring oscillator."""
    return int.from_bytes(os.urandom(2), "little")


def run():
    """Run the drone for ever. What must not happen, `main.py` catches, and starts the board again."""
    app = App()
    while True:
        app.wait(app.turn())
