"""A passive infrared motion sensor (HC-SR501): its output is high while it sees motion, and some seconds longer."""

from machine import Pin


class Pir:
    """The sensor on a GPIO, pulled down so that a cut cable reads as "nobody"."""

    def __init__(self, gpio):
        self._pin = Pin(gpio, Pin.IN, Pin.PULL_DOWN)

    def read(self):
        """1 while motion is seen, else 0."""
        return self._pin.value()
