"""The I2C bus that the sensors share, and how it is freed of a part that hangs in the middle of a byte.

A part that was sending when the Pico was reset, or that took a spark for a clock, waits for clocks that never come, and
holds SDA low as long as its bit is 0; until then nobody is heard. The remedy is that of the I2C specification (NXP
UM10204, 3.1.16): up to nine clocks, after which any part has let go, and a STOP. A call of MicroPython takes longer
than the 1.3 us that a part of 400 kHz needs for half a clock, so nothing waits here.

A part may also hold SCL low, to stretch the clock (3.1.9): for ever, where it has hung. No remedy is on these two wires
then; nobody waits for it either.
"""

from kelex_wire.dialect import micropython
from machine import I2C, Pin

from kelex_drone import board

CLOCKS = 9
# A transfer that takes longer than this failed: the longest, 16 bytes, takes 0.4 ms.
TIMEOUT_US = 1000
EIO = 5


class Bus:
    """The bus as `board.py` wires it, with the transfers of a `machine.I2C`, for the drivers.

    While a part holds it, each transfer fails at once: nobody waits for a bus that is not there.
    `recoveries` counts how often it was held and works again.
    """

    def __init__(self):
        self._sda = Pin(board.I2C_SDA, Pin.IN, Pin.PULL_UP)
        self._scl = Pin(board.I2C_SCL, Pin.IN, Pin.PULL_UP)
        self.recoveries = 0
        self._is_held = bool(free_bus())  # the first look finds out whether that helped
        self._open()

    def _open(self):
        i2c = I2C(board.I2C_BUS, sda=Pin(board.I2C_SDA), scl=Pin(board.I2C_SCL), freq=board.I2C_HZ, timeout=TIMEOUT_US)
        # Not methods of ours that call those: a call costs the board 20 us.
        self.writeto = i2c.writeto
        self.writeto_mem = i2c.writeto_mem
        self.readfrom_into = i2c.readfrom_into
        self.readfrom_mem_into = i2c.readfrom_mem_into

    @micropython.native
    def look(self):
        """Between two transfers: if a part holds the bus, free it."""
        is_free = self._sda.value() and self._scl.value()
        if is_free and not self._is_held:
            return
        if not is_free:
            free_bus()
            is_free = self._sda.value() and self._scl.value()
        self._is_held = not is_free
        if is_free:
            self.recoveries = (self.recoveries + 1) & 0xFFFF
        # The transfer that was under way is forgotten, and the lines are the controller's again.
        self._open()
        if self._is_held:
            self.writeto = self.writeto_mem = self.readfrom_into = self.readfrom_mem_into = fail


def fail(*_, **__):
    """A transfer on a bus that is held."""
    raise OSError(EIO)


def free_bus():
    """Clock until no part holds SDA low, at most nine times, then end with a STOP. The clocks given: 0 on a free bus.

    A line that stays low, as one short-circuited does, or SCL that a part holds, is left so: each driver then tells
    that its part is absent.
    """
    sda = Pin(board.I2C_SDA, Pin.IN, Pin.PULL_UP)
    if sda.value():
        return 0
    scl = Pin(board.I2C_SCL, Pin.OPEN_DRAIN, Pin.PULL_UP, value=1)
    clocks = 0
    while clocks < CLOCKS and not sda.value() and scl.value():
        scl.value(0)
        scl.value(1)
        clocks += 1
    scl.value(0)
    sda = Pin(board.I2C_SDA, Pin.OPEN_DRAIN, Pin.PULL_UP, value=0)
    scl.value(1)
    sda.value(1)
    return clocks
