"""What a row of WS2812 pixels reads from the edges on its line, in their own time."""

from collections.abc import Callable

from kelex_sim.emulated.emulated_pico import EmulatedPico

# Nanoseconds high of a 0 and of a 1, and low that ends a frame (datasheet WS2812B, version 5; each +- 150).
ZERO_NANOS, ONE_NANOS = (250, 550), (650, 950)
LATCH_NANOS = 50_000
BITS_PER_BYTE = 8


class PixelLine:
    """Listens to a pin. `take(data)` gets each frame's whole bytes once the line has been low long enough.

    A pulse that is neither a 0 nor a 1 goes to `strange`, which should stay empty.
    """

    def __init__(self, pico: EmulatedPico, gpio: int, take: Callable[[bytes], None]) -> None:
        self.strange: list[float] = []
        self._take = take
        self._bits: list[bool] = []
        self._rose_nanos = 0.0
        self._latch = pico.clock.create_alarm(self._end)
        pico.on_edge(gpio, self._edge)

    def _edge(self, level: bool, nanos: float) -> None:
        if level:
            self._rose_nanos = nanos
            self._latch.cancel()
            return
        if not self._rose_nanos:
            return  # the pin becomes an output
        high_nanos, self._rose_nanos = nanos - self._rose_nanos, 0.0
        is_one = ONE_NANOS[0] <= high_nanos <= ONE_NANOS[1]
        if not is_one and not ZERO_NANOS[0] <= high_nanos <= ZERO_NANOS[1]:
            self.strange.append(high_nanos)
        self._bits.append(is_one)
        self._latch.schedule(LATCH_NANOS)

    def _end(self) -> None:
        bits, self._bits = self._bits, []
        whole = len(bits) // BITS_PER_BYTE
        number = sum(bit << i for i, bit in enumerate(reversed(bits[: whole * BITS_PER_BYTE])))
        self._take(number.to_bytes(whole, "big"))
