"""Something that is due every so often: a rate group of the cyclic executive. Pure."""

from kelex_wire.dialect import micropython
from kelex_wire.drone_link import elapsed_ms

_TICKS = 0x3FFFFFFF


class Group:
    """Something that is due every `period_ms`; counts the times it came a whole period late."""

    def __init__(self, period_ms):
        self.period_ms = period_ms
        self.overruns = 0
        self.excused = False  # what held it up was no fault of the program's
        self._due_ms = 0

    def start(self, now_ms):
        self._due_ms = now_ms

    @micropython.native
    def is_due(self, now_ms):
        """Whether it is due; if so, it is next due a period later."""
        late = elapsed_ms(now_ms, self._due_ms)
        if late > _TICKS >> 1:
            return False
        if late >= self.period_ms:
            if not self.excused:
                self.overruns = (self.overruns + 1) & 0xFFFF
            self._due_ms = now_ms
        self.excused = False
        self._due_ms = (self._due_ms + self.period_ms) & _TICKS
        return True

    @micropython.native
    def wait_ms(self, now_ms):
        """Milliseconds until it is due."""
        wait = elapsed_ms(self._due_ms, now_ms)
        return 0 if wait > _TICKS >> 1 else wait
