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
# Highest slopes of SMOOTH: 15/8 in speed, 10/sqrt(3) in acceleration; in thousandths, rounded up.
PEAK_SPEED = 1875
PEAK_ACCELERATION = 5774


def _table(c1, c2, c3, c4, c5, over):
    """(c1 u + c2 u^2 + ... + c5 u^5) / over, sampled at _STEPS + 1 points."""
    n = _STEPS
    return array("h", [
        (UNIT * (c1 * i * n**4 + c2 * i**2 * n**3 + c3 * i**3 * n**2 + c4 * i**4 * n + c5 * i**5) // (over * n**5))
        for i in range(n + 1)
    ])


SMOOTH = _table(0, 0, 10, -15, 6, 1)
COAST = _table(2, 0, -2, 1, 0, 2)
SHED = _table(0, 6, -8, 3, 0, 12)


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
