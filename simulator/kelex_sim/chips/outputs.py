"""What the drone shows and sounds: pixels, buzzer, relay, as their pins drive them."""

from __future__ import annotations


class PixelsModel:
    """A row of WS2812 pixels: each keeps the colour it was last sent."""

    def __init__(self) -> None:
        self._data = b""

    def take(self, data: bytes) -> None:
        """Bits from the pin: three bytes for each pixel, green, red, blue."""
        self._data = data

    @property
    def colors(self) -> list[str]:
        """What each pixel shows."""
        data = self._data
        return [f"#{data[i + 1]:02x}{data[i]:02x}{data[i + 2]:02x}" for i in range(0, len(data) - 2, 3)]

    @property
    def brightest(self) -> str:
        """The colour that one sees: that of the brightest pixel."""
        return max(self.colors, key=lambda color: sum(bytes.fromhex(color[1:])), default="#000000")


class BuzzerModel:
    """A passive buzzer: it sounds what pulses it gets."""

    def __init__(self) -> None:
        self.hz = 0

    def drive(self, pulse_us: float, hz: int) -> None:
        """Pulses from the pin."""
        self.hz = hz if pulse_us > 0 else 0


class RelayModel:
    """A relay and what it switches."""

    def __init__(self) -> None:
        self.on = False

    def drive(self, level: int) -> None:
        """The level of the pin."""
        self.on = bool(level)
