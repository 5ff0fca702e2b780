"""How loud: the mean square of a sound as hundredths of a decibel below full scale, in whole numbers."""

from kelex_wire.dialect import micropython, ptr16

# 100 * 10 * log10(2): a doubling of the mean square.
_DOUBLING = 301
# Of a full swing of 12 bits: 2048 either way.
_FULL = 22 * _DOUBLING
SILENCE = -9000
# 301 * log2(1 + i / 16), rounded.
_BETWEEN = (0, 26, 51, 75, 97, 118, 138, 158, 176, 194, 211, 227, 243, 258, 273, 287, 301)


@micropython.native
def decibels(mean_square):
    """Hundredths of dB of a mean square in counts of 12 bits; a square wave of full swing is 0. SILENCE at least."""
    if mean_square <= 0:
        return SILENCE
    exponent = 0
    whole = mean_square
    while whole > 1:
        whole >>= 1
        exponent += 1
    # Where it lies between two powers of two, in 128 parts; straight between the table's points.
    part = (mean_square << 7 >> exponent) & 127
    low = _BETWEEN[part >> 3]
    between = low + ((_BETWEEN[(part >> 3) + 1] - low) * (part & 7) >> 3)
    return min(exponent * _DOUBLING + between - _FULL, 0)


# Both go back through a ring of 1024 samples from one on, by 5 and by 11 in turn: no tone has that period.


@micropython.viper
def sum_of(ring: ptr16, at: int) -> int:
    """The sum of 32 samples."""
    ring = ptr16(ring)
    total = 0
    for _ in range(16):
        total += ring[at & 1023] + ring[(at - 5) & 1023]
        at -= 16
    return total


@micropython.viper
def squares_of(ring: ptr16, at: int) -> int:
    """The sum of their squares, below 2^30."""
    ring = ptr16(ring)
    total = 0
    for _ in range(16):
        one = ring[at & 1023]
        other = ring[(at - 5) & 1023]
        total += one * one + other * other
        at -= 16
    return total
