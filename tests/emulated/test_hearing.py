"""The ear on the emulated board: what comes in at its converter is heard as the simulator's ear hears it."""

from pathlib import Path
from random import Random

import pytest
from kelex_sim import ear
from kelex_sim.emulated.hearing import listen
from kelex_sim.sounds import RATE_HZ, cry_samples

REST = 2048


def clip(loud: float, seconds: float, noise: float) -> list[int]:
    """Somebody cries, so loud (counts of 12 bits), in a room with noise."""
    random = Random(loud)
    cry = cry_samples()[: round(seconds * RATE_HZ)]
    return [min(max(REST + round(loud * value + random.gauss(0, noise)), 0), 4095) for value in cry]


@pytest.mark.parametrize(
    ("loud", "seconds", "noise", "alarms"), [(1400, 2.4, 4, 1), (250, 2.4, 30, 1), (0, 1.0, 300, 0)]
)
def test_it_thinks_the_same_of_every_frame_as_the_simulators(
    kelex: Path, loud: float, seconds: float, noise: float, alarms: int
) -> None:
    samples = clip(loud, seconds, noise)
    expected = ear.listen(ear.hearing(), samples)
    assert len(expected.opinions) >= seconds / ear.FRAME_S / 8 - 3
    assert len(expected.alarms) == alarms
    assert listen(kelex, samples) == expected
