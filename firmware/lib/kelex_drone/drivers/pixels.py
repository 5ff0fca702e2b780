"""A row of WS2812 pixels ("NeoPixels") on one pin: 24 bits each, green first, at 800 kHz."""

from machine import Pin, bitstream

# Nanoseconds high and low of a 0, high and low of a 1 (datasheet WS2812B).
_TIMING = (400, 850, 800, 450)


class Pixels:
    """The row on a GPIO. A pixel keeps its colour through a reset of the board, so it starts by making all dark."""

    def __init__(self, gpio, count):
        self._pin = Pin(gpio, Pin.OUT, value=0)
        self.show(bytearray(3 * count))

    def show(self, data):
        """Send the colours: three bytes for each pixel, green, red, blue. Interrupts wait for 30 us a pixel."""
        bitstream(self._pin, 0, _TIMING, data)
