"""The RP2040's one analogue-to-digital converter: the microphone 8000 times a second by itself, others in between.

It converts the microphone freely, and DMA carries each sample from its FIFO into a ring in memory; nobody waits for
it. A reading of another input in the midst of that would turn every later sample into one of that input: so the
converter is stopped for it, with its FIFO shut, and set back to the microphone. That takes some ten microseconds of the
125 between two samples (RP2040 datasheet, sections 2.5 and 4.9).
"""

from array import array

import machine
import rp2
from uctypes import addressof

from kelex_drone.drivers.registers import micropython, ptr32

RATE_HZ = 8000
FRAME = 256
FRAMES = 4  # in the ring: 128 ms, longer than the flash or a collection keeps us from looking
_FIRST_GPIO = 26
_ADC = 0x4004C000
_FIFO = _ADC + 0x0C
_ADC_HZ = 48_000_000
_DREQ_ADC = 36
_HALF_WORD = 1
_RING_BITS = 11  # of its 2048 bytes' address
# So many samples, and it starts anew: 37 hours, and the count needs no heap.
_COUNT = 0x3FFFFF00


class Converter:
    """`frame` and `next` give the frames of the microphone, `ring` its last samples; `read` converts another input."""

    def __init__(self, microphone_gpio):
        make_input(microphone_gpio)
        self._channel = microphone_gpio - _FIRST_GPIO
        ring_bytes = 1 << _RING_BITS
        # As if it had been quiet before: looks go back by 32 ms, and zeros are far from where a microphone rests.
        words = memoryview(array("H", b"\x00\x08" * ring_bytes))
        start = (-addressof(words) & ring_bytes - 1) >> 1
        self.ring = words[start : start + FRAME * FRAMES]
        # Cut once: a slice costs heap.
        self._frames = [self.ring[FRAME * i : FRAME * (i + 1)] for i in range(FRAMES)]
        self._dma = rp2.DMA()
        self._control = self._dma.pack_ctrl(
            size=_HALF_WORD,
            inc_read=False,
            ring_size=_RING_BITS,
            ring_sel=True,
            treq_sel=_DREQ_ADC,
            irq_quiet=True,
        )
        self.lost = 0  # frames that nobody took in time
        self._start()

    def _start(self):
        pause(_ADC)
        self._heard = 0
        self._dma.config(read=_FIFO, write=self.ring, count=_COUNT, ctrl=self._control, trigger=True)
        run(_ADC, self._channel, _ADC_HZ // RATE_HZ - 1)

    @micropython.native
    def waiting(self):
        """How many frames of the microphone are there to be taken."""
        left = self._dma.count  # type: ignore[attr-defined] # the stubs lack it
        if left == 0:
            self._start()
            return 0
        waiting = (_COUNT - left >> 8) - self._heard
        if waiting >= FRAMES:  # the oldest is being written over
            self.lost = self.lost + waiting - 1 & 0xFFFF
            self._heard += waiting - 1
            return 1
        return waiting

    @micropython.native
    def frame(self):
        """The oldest frame that waits: 256 samples of 12 bits. It stays whole for 32 ms at least."""
        return self._frames[self._heard & FRAMES - 1]

    @micropython.native
    def next(self):
        """That frame is done with."""
        self._heard += 1

    @micropython.native
    def newest(self):
        """Where in `ring` the newest sample stands."""
        left = self._dma.count  # type: ignore[attr-defined]
        return _COUNT - left - 1 & FRAME * FRAMES - 1

    @micropython.native
    def read(self, gpio, count):
        """The sum of `count` conversions of another input, in counts of 12 bits."""
        return convert(_ADC, gpio - _FIRST_GPIO, count, self._channel)


def make_input(gpio):
    """Make a pin an input of the converter."""
    machine.ADC(machine.Pin(gpio))


# The converter's registers, in words: 0 CS, 1 RESULT, 2 FCS, 4 DIV. Of CS: 1 enable, 4 convert once, 8 convert for
# ever, 0x100 ready, the channel from bit 12 on. Of FCS: 1 FIFO, 8 DMA, at one sample from bit 24 on.


@micropython.viper
def pause(adc: ptr32):
    """Convert no more, and fill the FIFO no more."""
    adc = ptr32(adc)
    adc[0] = 1
    while adc[0] & 0x100 == 0:
        pass
    adc[2] = 0
    while adc[2] & 0x100 == 0:
        adc[3]  # which is taken out of the FIFO by that


@micropython.viper
def run(adc: ptr32, channel: int, divider: int):
    """Convert a channel for ever, each result through the FIFO to the DMA."""
    adc = ptr32(adc)
    adc[4] = divider << 8
    adc[2] = 1 | 8 | (1 << 24)
    adc[0] = 1 | 8 | (channel << 12)


@micropython.viper
def convert(adc: ptr32, channel: int, count: int, back: int) -> int:
    """The sum of `count` conversions of a channel; then go on with `back`."""
    adc = ptr32(adc)
    adc[0] = 1
    while adc[0] & 0x100 == 0:
        pass
    fifo = adc[2] & 0x0F00000F
    adc[2] = 0
    total = 0
    for _ in range(count):
        adc[0] = 1 | 4 | (channel << 12)
        while adc[0] & 0x100 == 0:
            pass
        total += adc[1]
    adc[2] = fifo
    adc[0] = 1 | 8 | (back << 12)
    return total
