"""The firmware's ear on an emulated Pico: samples in at its converter, what it thinks out.

The drone itself does not run. The board is held at its prompt by the touch pad, as a person would do it, and there
listens with the modules inside the UF2: converter, DMA and ear are those of the product.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from pathlib import Path

from kelex_sim import wiring
from kelex_sim.ear import FRAME, FRAME_S, Heard
from kelex_sim.emulated.builds import KELEX_COMMAND
from kelex_sim.emulated.emulated_pico import EmulatedPico
from kelex_sim.emulated.flash_image import flash_with
from kelex_sim.emulated.soldered import FIRST_ADC_GPIO
from kelex_sim.errors import EmulatorError

_REST = 2048
_PROMPT_WITHIN_S = 4.0
# Of the emulated clock, longer than the recording: the converter's start, and what is printed.
_SPARE_S = 5.0
# Prints a line for each judgement, `opinion FRAME VALUE`, for each change, `crying FRAME 0|1`, and `lost COUNT`.
_LISTEN = """
import time
from kelex_drone.board import MICROPHONE_PIN
from kelex_drone.drivers.converter import Converter
from kelex_drone.hearing.ear import Ear
ear = Ear()
told = []
converter = Converter(MICROPHONE_PIN)
for frame in range({frames}):
    while not converter.waiting():
        time.sleep_ms(4)
    changed = ear.hear(converter.frame())
    converter.next()
    if ear.judged is not None:
        told.append(("opinion", frame, ear.opinion))
    if changed:
        told.append(("crying", frame, int(ear.crying)))
for line in told:
    print(*line)
print("lost", converter.lost, 0)
"""


def listen(uf2: Path, samples: Iterable[int]) -> Heard:
    """Play samples of 12 bits at 8 kHz into the microphone's input of a board that is made of `uf2`.

    As `kelex_sim.ear.listen`. Raises EmulatorError where `uf2` has no drone inside.
    """
    pico = EmulatedPico(flash=flash_with(uf2))
    pico.set_pin(wiring.TOUCH_PIN, True)
    if not pico.run(_PROMPT_WITHIN_S, until=lambda: b"maintenance" in pico.received):
        raise EmulatorError(f"{uf2.name} has no drone inside; {KELEX_COMMAND} makes one that has.")
    words = array("H", samples)
    played = iter(words)
    pico.feed_adc(wiring.MICROPHONE_PIN - FIRST_ADC_GPIO, lambda: next(played, _REST))
    count = len(words) // FRAME
    return _heard(pico.execute(_LISTEN.format(frames=count), count * FRAME_S + _SPARE_S), count)


def _heard(told: str, count: int) -> Heard:
    heard = Heard()
    start_s = -1.0
    for line in told.splitlines():
        what, first, second = line.split()
        end_s = (int(first) + 1) * FRAME_S
        if what == "opinion":
            heard.opinions.append((int(first), int(second)))
        elif what == "lost":
            assert first == "0", f"the board lost {first} frames"
        elif second == "1":
            start_s = end_s
        else:
            heard.alarms.append((start_s, end_s))
            start_s = -1.0
    if start_s >= 0:
        heard.alarms.append((start_s, count * FRAME_S))
    return heard
