"""Which note sounds now: plays one tone at a time, note by note. Pure: time comes in, a frequency comes out."""

from kelex_wire.drone_link import elapsed_ms

_TICKS = 0x3FFFFFFF


class Melody:
    """`hz` is what sounds now, 0 for silence."""

    def __init__(self):
        self.playing = False
        self.hz = 0
        self._notes = ((0, 0),)  # hertz, milliseconds
        self._at = 0
        self._due_ms = 0

    def begin(self, now_ms, notes):
        """Play these notes, (hertz, milliseconds) each, in place of what sounds; how long they take (ms)."""
        self._notes = notes
        self._at = -1
        self._due_ms = now_ms
        self.playing = True
        return sum([ms for _, ms in notes])

    def stop(self):
        """Silence."""
        self.playing = False
        self.hz = 0

    def wait_ms(self, now_ms):
        """Milliseconds until the next note is due, while it plays."""
        wait = elapsed_ms(self._due_ms, now_ms)
        return 0 if wait > _TICKS >> 1 else wait

    def step(self, now_ms):
        """Set `hz` for now; whether there is something new to sound. What is over already is left out."""
        if not self.playing or self.wait_ms(now_ms):
            return False
        while not self.wait_ms(now_ms):
            self._at += 1
            if self._at >= len(self._notes):
                self.stop()
                return True
            note = self._notes[self._at]
            self.hz = note[0]
            self._due_ms = (self._due_ms + note[1]) & _TICKS
        return True
