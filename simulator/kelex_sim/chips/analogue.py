"""An analogue input: what the RP2040's converter makes of a voltage.

Facts: 12 bits, 0 to 3.3 V, about 8.7 effective bits (RP2040 datasheet, section 4.9.3): a noise of some counts.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from functools import lru_cache
from random import Random

from kelex_sim.chips.fault import Fault
from kelex_sim.chips.noise import COUNT, NORMAL

FULL_V = 3.3
NOISE_V = 0.0016
_MOST = 4095
_COUNTS_PER_V = _MOST / FULL_V
# So many samples of one voltage in a row, and the next ones are looked up.
_STEADY = 64


def _reading(volts: float, noise: float) -> int:
    """What `ADC.read_u16` gives, the noise being in counts: twelve bits, repeated below to fill sixteen."""
    count = int(volts * _COUNTS_PER_V + noise + 0.5)
    if count > _MOST:
        count = _MOST
    elif count < 0:
        count = 0
    return count << 4 | count >> 8


@lru_cache(maxsize=16)
def _readings(volts: float, noise: float) -> tuple[int, ...]:
    """The readings of one voltage with all of the noise."""
    return tuple([_reading(volts, noise * normal) for normal in NORMAL])


@lru_cache(maxsize=16)
def _counts(volts: float, noise: float) -> memoryview:
    """The samples, of 12 bits, of one voltage with all of the noise, twice."""
    return memoryview(array("H", [reading >> 4 for reading in _readings(volts, noise)] * 2))


@lru_cache(maxsize=16)
def _noises(noise: float) -> tuple[float, ...]:
    """All of the noise, in counts, twice."""
    return tuple([noise * normal for normal in NORMAL]) * 2


class AnalogueModel:
    """One pin. `volts()` is what its part puts on it; with the cable cut, a resistor pulls it to ground.

    `sounds(age_us, count)`, of a microphone, gives the voltages of many samples, the first of so long ago, or None
    while there is nothing but what `volts()` gives.
    """

    def __init__(
        self,
        volts: Callable[[], float],
        fault: Fault,
        random: Random,
        *,
        leap_v: float,
        noise_v: float = NOISE_V,
        sounds: Callable[[int, int], list[float] | None] = lambda age_us, count: None,
    ) -> None:
        self.fault = fault
        self._random = random
        self._leap_v = leap_v
        self._volts = volts
        self._sounds = sounds
        self._at = random.randrange(COUNT)
        self._noise = noise_v * _COUNTS_PER_V
        # A reading, as `ADC.read_u16` gives it. A generator, for it is taken some hundred times a second: its state is
        # in local variables, and to go on costs less than a call.
        self.sample: Callable[[], int] = self._samples(volts).__next__

    def samples(self, age_us: int, count: int) -> memoryview | array[int]:
        """Many samples of 12 bits, at most COUNT: the first of so long ago."""
        if self.fault.failing:
            return array("H", [self.sample() >> 4 for _ in range(count)])
        at = self._at
        self._at = (at + count) & (COUNT - 1)
        sounds = self._sounds(age_us, count)
        if sounds is None:
            return _counts(self._volts(), self._noise)[at : at + count]
        noises = _noises(self._noise)[at : at + count]
        counts = [int(volts * _COUNTS_PER_V + noise + 0.5) for volts, noise in zip(sounds, noises, strict=True)]
        if max(counts) > _MOST or min(counts) < 0:
            counts = [min(max(one, 0), _MOST) for one in counts]
        return array("H", counts)

    def _samples(self, read_volts: Callable[[], float]) -> Iterator[int]:
        fault, noise, at = self.fault, self._noise, self._random.randrange(COUNT)
        reading = steady = 0
        steady_v = -1.0
        table: tuple[int, ...] | None = None
        while True:
            volts = read_volts()
            at = (at + 1) & (COUNT - 1)
            if fault.failing:
                reading = self._failing(volts, noise * NORMAL[at], reading)
            elif volts == steady_v:
                reading = table[at] if table else _reading(volts, noise * NORMAL[at])
                steady += 1
                if steady == _STEADY:
                    table = _readings(volts, noise)
            else:
                steady_v = volts
                steady = 0
                table = None
                reading = _reading(volts, noise * NORMAL[at])
            yield reading

    def _failing(self, volts: float, noise: float, last: int) -> int:
        match self.fault.kind:
            case "stuck" | "stall":
                return last
            case "nan":
                return 0xFFFF  # shorted to the supply
            case "absent":
                volts = 0.0
            case "noisy":
                volts += self._random.uniform(-self._leap_v, self._leap_v)
        return _reading(volts, noise)
