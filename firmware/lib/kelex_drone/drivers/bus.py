"""The I2C bus that the sensors share."""

from machine import I2C, Pin

from kelex_drone import board


def make_bus():
    """The bus as `board.py` wires it."""
    return I2C(board.I2C_BUS, sda=Pin(board.I2C_SDA), scl=Pin(board.I2C_SCL), freq=board.I2C_HZ)
