"""The RP2040's converter and the DMA behind it, as far as the firmware uses them: registers, and a ring that fills.

Facts: RP2040 datasheet, sections 2.5 (DMA) and 4.9 (ADC). Nothing happens between two looks at the ring: what has been
converted since the last one is made up for then, in one piece. So a quiet room costs next to nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kelex_sim.board import Board

ADC = 0x4004C000
# Its registers, by their number from there on.
CS, RESULT, FCS, _, DIV = range(5)
FIFO = ADC + 4 * 3
FIRST_GPIO = 26
_ADC_HZ = 48_000_000
_START_ONE, _START_MANY, _READY = 4, 8, 0x100
_FIFO_EMPTY = 0x100
_DREQ = 36


class Converter:
    """The converter's registers, as a row of words. It is looked at some hundred times a second: a call costs."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self._words = [0] * 5

    def __getitem__(self, word: int) -> int:
        value = self._words[word]
        return value | _READY if word == CS else value | _FIFO_EMPTY if word == FCS else value

    def __setitem__(self, word: int, value: int) -> None:
        self._words[word] = value
        if word == CS and value & _START_ONE:
            self._words[RESULT] = self.board.analogue(self.gpio)() >> 4

    @property
    def gpio(self) -> int:
        """The input that is chosen."""
        return FIRST_GPIO + (self._words[CS] >> 12 & 7)

    @property
    def period_us(self) -> int:
        """From one sample that goes into the FIFO to the next; 0 while there are none."""
        if not self._words[CS] & _START_MANY or not self._words[FCS] & 1:
            return 0
        return ((self._words[DIV] >> 8) + 1) * 1_000_000 // _ADC_HZ


class Registers:
    """`machine.mem32`: what outlives a reset; the converter's registers are reached as a row."""

    def __init__(self, board: Board) -> None:
        self.converter = Converter(board)
        self._scratch = board.scratch

    def row(self, address: int) -> Converter:
        """The words from an address on."""
        assert address == ADC, "only the converter's"
        return self.converter

    def __getitem__(self, address: int) -> int:
        return self._scratch[address]

    def __setitem__(self, address: int, value: int) -> None:
        self._scratch[address] = value


class Dma:
    """A channel that carries samples from the converter into a ring. `converter` and `now_us` are filled in."""

    converter: Converter
    now_us: Callable[[], int]

    def __init__(self) -> None:
        self._ring = memoryview(bytearray(2)).cast("H")
        self._total = self._done = self._since_us = 0
        self._looked_us = -1

    def pack_ctrl(self, **fields: Any) -> dict[str, Any]:
        """The fields of the control register."""
        return fields

    def config(self, *, read: int, write: Any, count: int, ctrl: dict[str, Any], trigger: bool) -> None:
        """Begin to carry `count` samples."""
        assert (read, ctrl["treq_sel"], ctrl["size"], trigger) == (FIFO, _DREQ, 1, True), "only from the converter"
        assert 1 << ctrl["ring_size"] == 2 * len(write), "the ring is as long as what it is put into"
        self._ring = write
        self._total = count
        self._done = 0
        self._since_us = type(self).now_us()
        self._looked_us = -1

    @property
    def count(self) -> int:
        """How many samples are still to be carried."""
        now_us = type(self).now_us()
        if now_us == self._looked_us:  # as each look that comes behind the first one in a turn
            return self._total - self._done
        self._looked_us = now_us
        period_us = self.converter.period_us
        due = min((now_us - self._since_us) // period_us, self._total) if period_us else self._done
        if due > self._done:
            ring, size = self._ring, len(self._ring)
            count = min(due - self._done, size)
            first = due - count
            age_us = now_us - self._since_us - (first + 1) * period_us
            samples = self.converter.board.samples(self.converter.gpio)(age_us, count)
            at = first % size
            behind = min(count, size - at)
            ring[at : at + behind] = samples[:behind]
            if behind < count:
                ring[: count - behind] = samples[behind:]
            self._done = due
        return self._total - self._done
