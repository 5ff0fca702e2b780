"""How loud: the mean square of a sound as hundredths of a decibel below full scale, in whole numbers."""

from kelex_wire.dialect import micropython

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
