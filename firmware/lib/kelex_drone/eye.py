"""What the eye shows: one colour over a row of pixels, in one of `schema.EYE_EFFECTS`.

Pure: time comes in, the bytes for the pixels come out in `data`.
"""

from kelex_wire.dialect import micropython
from kelex_wire.drone_link import elapsed_ms

STEADY, BREATHE, BLINK, SCAN = 0, 1, 2, 3
BREATH_MS = 4000
BLINK_MS = 500  # on, and as long off
SCAN_MS = 80  # from one pixel to the next
WHITE = 0xFFFFFF
IDENTIFY_MS = 3000


class Eye:
    """`data` is for the pixels: three bytes each, green, red, blue. Dark at first."""

    def __init__(self, pixels):
        self.color = 0  # 0xRRGGBB
        self.effect = STEADY
        self.data = bytearray(3 * pixels)
        self._pixels = pixels
        self._since_ms = 0
        self._shown = -1  # a digest of what `data` holds
        self._identify_ms = 0
        self._identifying = False

    def set(self, now_ms, color, effect):
        """Show a colour (0xRRGGBB) in an effect from now on."""
        self.color = color
        self.effect = effect
        self._since_ms = now_ms
        self._shown = -1

    def identify(self, now_ms):
        """Blink white for a while, then show again what was shown."""
        self._identifying = True
        self._identify_ms = now_ms
        self._shown = -1

    @micropython.native
    def step(self, now_ms):
        """Bring `data` up to now; whether it has changed."""
        if self._identifying:
            t = elapsed_ms(now_ms, self._identify_ms)
            if t < IDENTIFY_MS:
                return self._fill(WHITE, 0 if t // 250 & 1 else 255)
            self._identifying = False
            self._shown = -1  # as bright, but not in his colour
        t = elapsed_ms(now_ms, self._since_ms)
        if self.effect == BREATHE:
            phase = t % BREATH_MS * 510 // BREATH_MS
            return self._fill(self.color, 255 - abs(255 - phase))
        if self.effect == BLINK:
            return self._fill(self.color, 0 if t // BLINK_MS & 1 else 255)
        if self.effect == SCAN:
            return self._scan(t)
        return self._fill(self.color, 255)

    @micropython.native
    def _fill(self, color, level):
        digest = level
        if digest == self._shown:
            return False
        self._shown = digest
        self._put(0, color, level)
        data = self.data
        for i in range(3, 3 * self._pixels):
            data[i] = data[i - 3]
        return True

    @micropython.native
    def _scan(self, t):
        turn = 2 * (self._pixels - 1)
        at = t // SCAN_MS % turn
        at = min(at, turn - at)
        digest = 256 + at
        if digest == self._shown:
            return False
        self._shown = digest
        for i in range(self._pixels):
            self._put(i, self.color, 255 >> 3 * min(abs(i - at), 2))
        return True

    @micropython.native
    def _put(self, i, color, level):
        data = self.data
        data[3 * i] = (color >> 8 & 0xFF) * level // 255
        data[3 * i + 1] = (color >> 16) * level // 255
        data[3 * i + 2] = (color & 0xFF) * level // 255
