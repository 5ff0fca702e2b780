"""The curves that motion follows, as tables of whole numbers: the same on every machine, and no heap per tick.

Time runs over a curve from 0 to ONE; its values are in units of 1/UNIT.

    SMOOTH  10u^3 - 15u^4 + 6u^5: from 0 to 1 with speed and acceleration zero at both ends, the least jerk of all
            such curves (Flash and Hogan, 1985)
    COAST   u - u^3 + u^4/2: the way made while a speed fades to zero, in units of speed x time
    SHED    u^2/2 - 2u^3/3 + u^4/4: the way made while an acceleration fades to zero, in units of acceleration x time^2
"""

from array import array

ONE = 65536
UNIT = 16384
_STEPS = 256
_N = _STEPS
_N2 = _STEPS * _STEPS
_N3 = _N2 * _STEPS
# Highest slopes of SMOOTH: 15/8 in speed, 10/sqrt(3) in acceleration; in thousandths, rounded up.
PEAK_SPEED = 1875
PEAK_ACCELERATION = 5774

# Sampled at _STEPS + 1 points, with one product beyond 2^30 in each: big numbers are slow, and this is done at each
# start. The divisors are 256^5, 2 x 256^4 and 12 x 256^4, over UNIT.
SMOOTH = array("h", [i * i * i * (10 * _N2 - 15 * i * _N + 6 * i * i) >> 26 for i in range(_STEPS + 1)])
COAST = array("h", [i * (2 * _N3 - 2 * i * i * _N + i * i * i) >> 19 for i in range(_STEPS + 1)])
SHED = array("h", [i * i * (6 * _N2 - 8 * i * _N + 3 * i * i) // (12 << 18) for i in range(_STEPS + 1)])


def at(table, moment):
    """Value (1/UNIT) of a curve at `moment` (0..ONE), straight between the table's points."""
    i = moment >> 8
    if i >= _STEPS:
        return table[_STEPS]
    low = table[i]
    return low + ((table[i + 1] - low) * (moment & 0xFF) >> 8)


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
