"""How full the battery is, by its voltage: two lithium-ion cells in series, as `hardware/board.toml` has them."""

from kelex_wire.dialect import micropython

from kelex_drone import board


@micropython.native
def level(millivolts):
    """Percent left (0 to 100), straight between the points of the discharge curve."""
    curve = board.BATTERY_CURVE
    if millivolts <= curve[0][0]:
        return 0
    for i in range(1, len(curve)):
        high_mv, high = curve[i]
        if millivolts < high_mv:
            low_mv, low = curve[i - 1]
            return low + (millivolts - low_mv) * (high - low) // (high_mv - low_mv)
    return 100
