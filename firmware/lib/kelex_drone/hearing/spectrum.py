"""The power in 128 bands of 31.25 Hz, of 256 samples at 8 kHz.

A Hann window; then the 256 real samples as 128 complex ones through a radix-2 transform, halved at each of its seven
stages, so that nothing leaves 16 bits; then the two halves are parted again (Sorensen and others, "Real-valued fast
Fourier transform algorithms", 1987). The samples are first shifted up as far as they go: a soft sound has all its
bits too.
"""

from kelex_wire.dialect import micropython, ptr8, ptr16

from kelex_drone.hearing.waves import SINES, WINDOW

SAMPLES = 256
HALF = 128
# Where each of 128 samples goes: the bits of its number the other way round.
_ORDER = bytes([sum((i >> bit & 1) << 6 - bit for bit in range(7)) for i in range(HALF)])


class Spectrum:
    """`take` transforms; afterwards band k has the power `high[k] * 65536 + low[k]`, shifted up by twice `shift`."""

    def __init__(self):
        self._re = bytearray(2 * HALF)
        self._im = bytearray(2 * HALF)
        self.low = bytearray(2 * HALF)
        self.high = bytearray(2 * HALF)
        self.shift = 0

    def take(self, samples):
        """Transform 256 samples of 12 bits, as 16-bit words; their mean is no part of the sound."""
        self.shift = load(samples, self._re, self._im, WINDOW, _ORDER)
        transform(self._re, self._im, SINES)
        part(self._re, self._im, SINES, self.low, self.high)


@micropython.viper
def load(samples: ptr16, re: ptr16, im: ptr16, window: ptr8, order: ptr8) -> int:
    """Even samples into `re`, odd ones into `im`, windowed, in the transform's order; by how many bits shifted up."""
    samples = ptr16(samples)
    re = ptr16(re)
    im = ptr16(im)
    window = ptr8(window)
    order = ptr8(order)
    total = 0
    for i in range(256):
        total += samples[i]
    mean = (total + 128) >> 8
    peak = 1
    for i in range(256):
        x = samples[i] - mean
        if x < 0:
            x = 0 - x
        if x > peak:
            peak = x
    shift = 0
    while (peak << shift) < 4096:
        shift += 1
    for i in range(128):
        to = order[i]
        re[to] = ((((samples[2 * i] - mean) << shift) * window[2 * i]) >> 8) & 65535
        im[to] = ((((samples[2 * i + 1] - mean) << shift) * window[2 * i + 1]) >> 8) & 65535
    return shift


@micropython.viper
def transform(re: ptr16, im: ptr16, sines: ptr16):
    """128 complex numbers in bit-reversed order -> their transform / 128."""
    re = ptr16(re)
    im = ptr16(im)
    sines = ptr16(sines)
    size = 1
    step = 128
    while size < 128:
        k = 0
        for j in range(size):
            c = sines[k + 64] - 16384
            s = sines[k] - 16384
            i = j
            while i < 128:
                o = i + size
                br = (re[o] ^ 32768) - 32768
                bi = (im[o] ^ 32768) - 32768
                tr = (br * c + bi * s) >> 15
                ti = (bi * c - br * s) >> 15
                ar = ((re[i] ^ 32768) - 32768) >> 1
                ai = ((im[i] ^ 32768) - 32768) >> 1
                re[i] = (ar + tr) & 65535
                im[i] = (ai + ti) & 65535
                re[o] = (ar - tr) & 65535
                im[o] = (ai - ti) & 65535
                i = o + size
            k += step
        size <<= 1
        step >>= 1


@micropython.viper
def part(re: ptr16, im: ptr16, sines: ptr16, low: ptr16, high: ptr16):
    """The transform of even and odd samples -> the power of bands 0 to 127 of all of them."""
    re = ptr16(re)
    im = ptr16(im)
    sines = ptr16(sines)
    low = ptr16(low)
    high = ptr16(high)
    for k in range(128):
        m = (128 - k) & 127
        ar = (re[k] ^ 32768) - 32768
        ai = (im[k] ^ 32768) - 32768
        br = (re[m] ^ 32768) - 32768
        bi = (im[m] ^ 32768) - 32768
        c = sines[k + 64] - 16384
        s = sines[k] - 16384
        # Of the even samples, and of the odd ones, turned by their half step.
        even_r = ar + br
        even_i = ai - bi
        odd_r = ai + bi
        odd_i = br - ar
        x = (even_r + ((odd_r * c + odd_i * s) >> 14)) >> 1
        y = (even_i + ((odd_i * c - odd_r * s) >> 14)) >> 1
        power = x * x + y * y
        low[k] = power & 65535
        high[k] = (power >> 16) & 65535
