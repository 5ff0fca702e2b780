"""A passive buzzer: a square wave of the tone's frequency, by PWM."""

from machine import PWM, Pin

HALF = 32768


class Buzzer:
    """The buzzer on a GPIO; silent at first."""

    def __init__(self, gpio):
        self._pwm = PWM(Pin(gpio), freq=1000, duty_u16=0)

    def sound(self, hz):
        """Sound at a frequency (Hz) from now on; 0 for silence."""
        if hz:
            self._pwm.freq(hz)
            self._pwm.duty_u16(HALF)
        else:
            self._pwm.duty_u16(0)
