"""One frame of 32 ms: how loud, the shape of its spectrum, how much of it is a voice and how high that is.

All logarithms are of a power, to the base 2, in sixteenths: 16 is 3 dB. The shape is a cepstrum, the cosine transform
of twenty bands that widen as the ear's do (Davis and Mermelstein, "Comparison of parametric representations", 1980).
The voice is a comb laid over the spectrum: how far the first four harmonics stand out of what is between them. A cry
has its fundamental between 250 and 750 Hz, grown-up speech mostly below.
"""

from kelex_wire.dialect import micropython, ptr8, ptr16

from kelex_drone.hearing.waves import COSINES

BANDS = 20
CEPSTRA = 12
# Where in a frame each stands.
LEVEL, FLUX, FLATNESS, CRY_COMB, CRY_PITCH, SPEECH_COMB, HIGH_COMB = range(7)
CEPSTRUM = 7
WORDS = CEPSTRUM + CEPSTRA
# A frame's words are above zero by this much, since the compiled code knows no sign.
ZERO = 16384

# The first band of the spectrum (31.25 Hz each) in each of the twenty, and the end of the last: 94 to 3437 Hz.
EDGES = bytes((3, 5, 7, 9, 11, 13, 16, 19, 22, 25, 29, 33, 38, 43, 49, 56, 64, 73, 83, 95, 110))


class Voice:
    """`take` makes a frame of a spectrum; `frame` holds it, WORDS words of 16 bits, each ZERO too high."""

    def __init__(self):
        self.frame = bytearray(2 * WORDS)
        self._bands = bytearray(2 * BANDS)
        self._before = bytearray(2 * BANDS)
        self._logs = bytearray(2 * 128)
        self.reset()

    def reset(self):
        """There was silence before: nothing to differ from."""
        for i in range(len(self._before)):
            self._before[i] = 0

    def take(self, spectrum):
        """The frame of what `spectrum` has just transformed."""
        logs(spectrum.low, spectrum.high, self._logs)
        gather(spectrum.low, spectrum.high, 32 * spectrum.shift, self._bands, EDGES, self.frame)
        shape(self._bands, self._before, COSINES, self.frame)
        comb(self._logs, self.frame)


@micropython.viper
def logs(low: ptr16, high: ptr16, logs: ptr16):
    """The logarithm of each band's power, 0 for no power."""
    low = ptr16(low)
    high = ptr16(high)
    logs = ptr16(logs)
    for k in range(128):
        power = (high[k] << 16) | low[k]
        exponent = 0
        if power >= 65536:
            exponent = 16
        if power >> exponent >= 256:
            exponent += 8
        if power >> exponent >= 16:
            exponent += 4
        if power >> exponent >= 4:
            exponent += 2
        if power >> exponent >= 2:
            exponent += 1
        logs[k] = (exponent << 4) + (((power << 4) >> exponent) & 15) if power < 134217728 else 447


@micropython.viper
def gather(low: ptr16, high: ptr16, shifted: int, bands: ptr16, edges: ptr8, frame: ptr16):
    """The twenty bands' logarithms, 512 too high, and of all together the level."""
    low = ptr16(low)
    high = ptr16(high)
    bands = ptr16(bands)
    edges = ptr8(edges)
    frame = ptr16(frame)
    total = 0
    for band in range(21):
        power = 0
        if band < 20:
            for k in range(edges[band], edges[band + 1]):
                power += (high[k] << 16) | low[k]
            total += power
        else:
            power = total
        exponent = 0
        while power >> exponent >= 2:
            exponent += 1
        if exponent > 4:
            log = (exponent << 4) + ((power >> (exponent - 4)) & 15) - shifted
        else:
            log = (exponent << 4) + (((power << 4) >> exponent) & 15) - shifted
        if band < 20:
            bands[band] = log + 512
        else:
            frame[0] = log + 16384


@micropython.viper
def shape(bands: ptr16, before: ptr16, cosines: ptr8, frame: ptr16):
    """Cepstrum, flux (how far the bands rose), flatness (the bands' mean below the level)."""
    bands = ptr16(bands)
    before = ptr16(before)
    cosines = ptr8(cosines)
    frame = ptr16(frame)
    rise = 0
    total = 0
    for k in range(20):
        band = bands[k]
        if band > before[k]:
            rise += band - before[k]
        before[k] = band
        total += band - 512
    frame[1] = (rise >> 3) + 16384
    frame[2] = frame[0] - ((total * 13) >> 8)
    at = 0
    for j in range(12):
        dot = 0
        for k in range(20):
            dot += (bands[k] - 512) * (cosines[at] - 128)
            at += 1
        frame[7 + j] = (dot >> 7) + 16384


@micropython.viper
def comb(logs: ptr16, frame: ptr16):
    """The best comb between 250 and 750 Hz and its pitch, the best below, and the best above."""
    logs = ptr16(logs)
    frame = ptr16(frame)
    best = 0 - 16384
    pitch = 0
    below = 0 - 16384
    above = 0 - 16384
    for f in range(20, 112):  # quarters of a band: 156 to 867 Hz
        score = 0
        at = f
        half = f >> 1
        for _ in range(4):
            score += 2 * logs[(at + 2) >> 2] - logs[(at - half + 2) >> 2] - logs[(at + half + 2) >> 2]
            at += f
        if f < 32:
            if score > below:
                below = score
        elif f >= 97:
            if score > above:
                above = score
        elif score > best:
            best = score
            pitch = f
    frame[3] = best + 16384
    frame[4] = pitch + 16384
    frame[5] = below + 16384
    frame[6] = above + 16384
