"""The I2C bus that the sensors share, and how it is freed of a part that a reset left in the middle of a byte.

A part that was sending when the Pico was reset waits for clocks that never come, and holds SDA low as long as its bit
is 0; until then nobody is heard. The remedy is that of the I2C specification (NXP UM10204, 3.1.16): up to nine clocks,
after which any part has let go, and a STOP. A call of MicroPython takes longer than the 1.3 us that a part of 400 kHz
needs for half a clock, so nothing waits here.
"""

from machine import I2C, Pin

from kelex_drone import board

CLOCKS = 9


def make_bus():
    """The bus as `board.py` wires it, freed if a part held it."""
    free_bus()
    return I2C(board.I2C_BUS, sda=Pin(board.I2C_SDA), scl=Pin(board.I2C_SCL), freq=board.I2C_HZ)


def free_bus():
    """Clock until no part holds SDA low, at most nine times, then end with a STOP. The clocks given: 0 on a free bus.

    A line that stays low, as one short-circuited does, is left so: each driver then tells that its part is absent.
    """
    sda = Pin(board.I2C_SDA, Pin.IN, Pin.PULL_UP)
    if sda.value():
        return 0
    scl = Pin(board.I2C_SCL, Pin.OPEN_DRAIN, Pin.PULL_UP, value=1)
    clocks = 0
    while clocks < CLOCKS and not sda.value():
        scl.value(0)
        scl.value(1)
        clocks += 1
    scl.value(0)
    sda = Pin(board.I2C_SDA, Pin.OPEN_DRAIN, Pin.PULL_UP, value=0)
    scl.value(1)
    sda.value(1)
    return clocks
