"""A switched output: the relay of the holo-disk, on while its pin is high."""

from machine import Pin


class Relay:
    """The relay on a GPIO; off at first."""

    def __init__(self, gpio):
        self._pin = Pin(gpio, Pin.OUT, value=0)

    def switch(self, on):
        """Switch it, 1 or 0."""
        self._pin.value(on)
