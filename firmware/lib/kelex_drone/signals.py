"""What he shows and sounds: the eye, tones, the holo-disk; and quiet mode, which mutes tones.

Pure but for the parts, which are handed in.
"""

from kelex_wire import schema
from kelex_wire.dialect import micropython
from kelex_wire.tones import HZ_LEAST, TONES

from kelex_drone import board
from kelex_drone.eye import IDENTIFY_MS, Eye
from kelex_drone.melody import Melody


class Signals:
    """`pixels`, `buzzer` and `relay` are the drivers."""

    def __init__(self, link, pixels, buzzer, relay):
        self.eye = Eye(board.EYE_PIXELS)
        self.melody = Melody()
        self.holodisk = 0
        self.quiet = 0
        self._link = link
        self._pixels = pixels
        self._buzzer = buzzer
        self._relay = relay

    def order_eye(self, now_ms, order):
        """Show a colour."""
        self.eye.set(now_ms, order.color, order.effect)
        self._accept(now_ms, order, "eye_changed")

    def order_tone(self, now_ms, order):
        """Sound a tone, unless quiet mode mutes it."""
        if order.name is None and order.frequency_hz < HZ_LEAST:
            # `machine.PWM` has no such slow pulses: it would raise, and end the program.
            self._link.answer(schema.REFUSED, order.order, schema.REFUSALS.index("out_of_range"))
            return
        notes = TONES[order.name][1] if order.name is not None else ((order.frequency_hz, order.duration_ms),)
        if self.quiet:
            self._accept(now_ms, order, "tone_muted")
        else:
            self._accept(now_ms, order, "tone_started", self.melody.begin(now_ms, notes))

    def order_holodisk(self, now_ms, order):
        """Switch the holo-disk."""
        self.holodisk = order.on
        self._relay.switch(order.on)
        self._accept(now_ms, order, "holodisk_on" if order.on else "holodisk_off")

    def order_quiet(self, now_ms, order):
        """Switch quiet mode: from now on no tone sounds, and motion begins no faster than the quiet speed."""
        self.set_quiet(order.on)
        self._accept(now_ms, order, "quiet_on" if order.on else "quiet_off")

    def set_quiet(self, on):
        """Be quiet, or no more; nobody is told."""
        self.quiet = on
        if on:
            self.hush()

    def order_identify(self, now_ms, order):
        """Show which one he is: the eye blinks white, and a chime sounds unless it is quiet."""
        self.eye.identify(now_ms)
        if not self.quiet:
            self.melody.begin(now_ms, TONES[0][1])
        self._link.answer(schema.IDENTIFIED, order.order, IDENTIFY_MS)
        self._link.event(now_ms, schema.DID, order.order, schema.DEEDS.index("identified"))

    def alarm(self, now_ms, notes):
        """Sound a tone that nobody ordered, in quiet mode too: whether that may be, the caller knows."""
        self.melody.begin(now_ms, notes)

    def hush(self):
        """Silence."""
        if self.melody.playing:
            self.melody.stop()
            self._buzzer.sound(0)

    def step_melody(self, now_ms):
        """Sound the note that is due."""
        if self.melody.step(now_ms):
            self._buzzer.sound(self.melody.hz)

    @micropython.native
    def step_eye(self, now_ms):
        """Show what the eye is to show now."""
        if self.eye.step(now_ms):
            self._pixels.show(self.eye.data)

    def _accept(self, now_ms, order, deed, duration_ms=0):
        self._link.answer(schema.ACCEPTED, order.order, duration_ms)
        self._link.event(now_ms, schema.DID, order.order, schema.DEEDS.index(deed))
