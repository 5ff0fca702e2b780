"""A supervised yes-or-no input: it tells high and low from a cut cable.

Whatever is wired to it drives its line both ways: the motion sensor (HC-SR501) and the touch pad (TTP223) have such
outputs; a contact closes to 3.3 V and has a 10 kOhm resistor to ground at its own end of the cable. So the line holds
its level against the RP2040's pull of 50 to 80 kOhm (datasheet, table "pin characteristics"), either way; a line that
follows the pull has nobody at its other end.
"""

from kelex_wire.dialect import micropython
from machine import Pin


class Contact:
    """The input on a GPIO."""

    def __init__(self, gpio):
        self._pin = Pin(gpio, Pin.IN, Pin.PULL_DOWN)
        self._pulled_up = False

    @micropython.native
    def read(self):
        """1 while high, 0 while low, None while nobody drives the line (or it changes at this moment)."""
        pin = self._pin
        level = pin.value()
        # The pull stays where it was flipped to until the next reading: to change it takes longer than all else here.
        pulled_up = self._pulled_up = not self._pulled_up
        pin.init(Pin.IN, Pin.PULL_UP if pulled_up else Pin.PULL_DOWN)
        return level if pin.value() == level else None
