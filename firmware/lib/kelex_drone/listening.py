"""The watch over the infant's sleep: the microphone's frames go to the ear, what it hears becomes an event.

Pure but for the converter, which is handed in. While it is quiet a frame is looked at with the senses and costs next to
nothing; once something is to be heard each frame gets a step of its own, or two. While the drone's own buzzer sounds it
hears itself: those frames say nothing of the infant.
"""

from kelex_wire import schema
from kelex_wire.dialect import micropython

from kelex_drone.hearing.ear import Ear


class Listening:
    """`crying` is what the ear says now, 0 or 1; `awake` that there is something to be heard."""

    def __init__(self, link, converter, melody):
        self.crying = 0
        self.awake = False
        self._link = link
        self._converter = converter
        self._melody = melody
        self._ear = Ear()
        self._thinks = False  # there is more to do about the last frame

    @micropython.native
    def watch(self, now_ms):
        """While it is quiet: see whether it still is."""
        ear, converter = self._ear, self._converter
        while not self.awake and converter.waiting():
            if ear.is_roused(converter.frame()):
                self.awake = True
            else:
                converter.next()
                self._told(now_ms, ear.let_pass())

    @micropython.native
    def step(self, now_ms):
        """Hear one frame, or think about the one before. Whether there is more to do at once."""
        ear, converter = self._ear, self._converter
        if self._thinks:
            self._thinks = False
            self._conclude(now_ms)
        elif converter.waiting():
            if self._melody.playing:
                converter.next()
            else:
                self._thinks = ear.take(converter.frame())
                converter.next()
                if not self._thinks:
                    self._conclude(now_ms)
        return self._thinks or (self.awake and converter.waiting() > 0)

    @micropython.native
    def _conclude(self, now_ms):
        self._told(now_ms, self._ear.think())
        self.awake = self._ear.listening

    def _told(self, now_ms, has_changed):
        if has_changed:
            self.crying = 1 if self._ear.crying else 0
            self._link.notice(now_ms, schema.CRY, self.crying)
