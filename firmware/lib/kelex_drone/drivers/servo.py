"""A hobby servo: a pulse of 1.5 ms +- 1 ms for a quarter turn either way, 50 times a second, by PWM."""

from kelex_wire.dialect import micropython
from machine import PWM, Pin

from kelex_drone import board


class Servo:
    """The servo on a GPIO. No pulse is sent before the first `turn`, so it starts limp."""

    def __init__(self, gpio):
        self._gpio = gpio
        self._pwm = None
        self._angle = None

    @micropython.native
    def turn(self, angle):
        """Command an angle (cdeg), at once; the caller keeps it within the joint's range."""
        if angle == self._angle:
            return
        self._angle = angle
        pulse_ns = board.SERVO_CENTRE_NS + angle * (board.SERVO_QUARTER_NS // 1000) // 9
        if self._pwm is None:
            self._pwm = PWM(Pin(self._gpio), freq=board.SERVO_HZ, duty_ns=pulse_ns)
        else:
            self._pwm.duty_ns(pulse_ns)

    def rest(self):
        """No more pulses: it goes limp, and stays where nothing moves it."""
        if self._pwm is not None and self._angle is not None:
            self._angle = None
            self._pwm.duty_u16(0)
