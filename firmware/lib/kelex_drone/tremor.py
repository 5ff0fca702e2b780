"""How hard the drone is shaken, from its acceleration: the way it leaves its own slow mean, which is gravity.

All in whole numbers below 2^30, up to 4 g on each axis: larger ones would take heap on the board.
"""

from kelex_wire.dialect import micropython

# Fraction bits of the means. Each reading moves them by 3/128 of the way: a time constant of 2.1 s at one each 50 ms.
_FRACTION = 8
# Of the level 29/32 is left after 50 ms: a time constant of 0.51 s.
_LEFT = 29
# Three squares up to this one's stay within 2^28, which `isqrt` takes without going beyond 2^30.
_SQUARED = 9459
_COARSE = 4


class Tremor:
    """`put` each reading, 50 ms apart; `level` is the peak of the distance from the mean, fading."""

    def __init__(self):
        self.reset()

    def reset(self):
        """Start over: the next reading becomes the mean."""
        self.level = 0  # mm/s2
        self._begun = False
        self._x = 0  # the means, in mm/s2 / 2^_FRACTION
        self._y = 0
        self._z = 0

    @micropython.native
    def put(self, x, y, z):
        """A reading (mm/s2, each up to 4 g)."""
        if not self._begun:
            self._begun = True
            self._x = x << _FRACTION
            self._y = y << _FRACTION
            self._z = z << _FRACTION
            return
        distance = length(x - (self._x >> _FRACTION), y - (self._y >> _FRACTION), z - (self._z >> _FRACTION))
        self.level = max(distance, self.level * _LEFT >> 5)
        self._x += 3 * ((x << _FRACTION) - self._x) >> 7
        self._y += 3 * ((y << _FRACTION) - self._y) >> 7
        self._z += 3 * ((z << _FRACTION) - self._z) >> 7


@micropython.native
def length(x, y, z):
    """The length of a vector, up to 8 g on each axis; beyond 9459 on one it is coarse by up to 28."""
    coarse = _COARSE if max(abs(x), abs(y), abs(z)) > _SQUARED else 0
    x >>= coarse
    y >>= coarse
    z >>= coarse
    return isqrt(x * x + y * y + z * z) << coarse


@micropython.native
def isqrt(n):
    """The whole square root of n, rounded up: the same on every machine, unlike `math.sqrt`."""
    if n <= 0:
        return 0
    root = 1
    while root * root < n:
        root *= 2
    low = root // 2
    while low < root:
        middle = (low + root) // 2
        if middle * middle < n:
            low = middle + 1
        else:
            root = middle
    return root
