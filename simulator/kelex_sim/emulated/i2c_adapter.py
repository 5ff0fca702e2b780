"""Puts the simulator's I2C chip models on the emulated RP2040's I2C controllers, in real bus time.

Stock, rp2040py's controller moves every byte in no time, and after a NACK it never raises TX_EMPTY, on which
the Pico SDK waits before it looks for the abort: a driver would hang for its whole timeout and report the
wrong error. Both are mended in one place, `_set_interrupts`: TX_EMPTY holds back while a byte is on the wire,
as it does on silicon with TX_EMPTY_CTRL set, and comes with every abort.

`I2C.scan()` and empty writes bypass the controller (the port bit-bangs them), so they find nothing here.
"""

from collections.abc import Callable, Iterable
from typing import Protocol

from rp2040py.peripherals.i2c import R_TX_ABRT, R_TX_EMPTY, RPI2C, I2CMode

from kelex_sim.chips.bus import BusLines

BITS_PER_BYTE = 9  # eight of data and the acknowledgement
NANOS_PER_CYCLE = 8  # the controller counts SCL periods in clk_sys cycles, 125 MHz


class Chip(Protocol):
    """A part on the bus, at its registers."""

    address: int  # 7 bit

    def begin(self, reading: bool) -> bool:
        """Addressed after a start or repeated start; False is a NACK."""

    def write(self, byte: int) -> bool:
        """Take a byte from the master; True acknowledges."""

    def read(self) -> int:
        """Give the master a byte."""

    def end(self) -> None:
        """The master gave a stop."""


class I2CAdapter:
    """One emulated I2C controller with the chips on its two wires."""

    def __init__(self, controller: RPI2C, chips: Iterable[Chip] = ()) -> None:
        self._controller = controller
        self._chips: dict[int, Chip] = {}
        self._selected: Chip | None = None
        self._lines: BusLines | None = None
        self._arrived: Callable[[], None] | None = None  # what follows the byte now on the wire
        self._alarm = controller.rp2040.clock.create_alarm(self._on_arrived)
        self._raise_interrupts = controller._set_interrupts
        controller._set_interrupts = self._set_interrupts
        controller.on_connect = self._on_connect
        controller.on_write_byte = lambda byte: self._shift(lambda: self._finish_write(byte))
        controller.on_read_byte = lambda _ack: self._shift(self._finish_read)
        controller.on_stop = self._on_stop
        self.attach(chips)

    def attach(self, chips: Iterable[Chip], lines: BusLines | None = None) -> None:
        """Add chips to the bus, and its wires. Two chips at one address are a wiring fault."""
        self._lines = lines or self._lines
        for chip in chips:
            assert chip.address not in self._chips, f"two chips at I2C address 0x{chip.address:02x}"
            self._chips[chip.address] = chip

    def _set_interrupts(self, mask: int) -> None:
        if mask & R_TX_ABRT:
            mask |= R_TX_EMPTY
        elif self._arrived is not None:
            mask &= ~R_TX_EMPTY
        self._raise_interrupts(mask)

    def _shift(self, then: Callable[[], None]) -> None:
        """Put one byte on the wire, and go on with `then` when it has arrived."""
        self._arrived = then
        period_cycles = self._controller.scl_low_period + self._controller.scl_high_period
        self._alarm.schedule(BITS_PER_BYTE * period_cycles * NANOS_PER_CYCLE)

    def _on_arrived(self) -> None:
        then, self._arrived = self._arrived, None
        assert then is not None, "a byte arrived that nobody had sent"
        if not self._controller._busy:  # the chip was reset while the byte was under way
            self._release()
            return
        then()
        if self._arrived is None and self._controller._tx_fifo.item_count <= self._controller.tx_threshold:
            self._set_interrupts(R_TX_EMPTY)

    def _on_connect(self, address: int, mode: I2CMode) -> None:
        lines = self._lines
        if lines is not None and (lines.fault.failing or lines.clock.failing) and not lines.carries():
            if lines.sda() and lines.scl():
                self._shift(lambda: self._controller.complete_connect(False))
            return  # else there is no START while a line is low: the controller waits until it is reset
        self._shift(lambda: self._finish_connect(address, mode == I2CMode.READ))

    def _finish_connect(self, address: int, reading: bool) -> None:
        chip = self._chips.get(address)
        if chip is not self._selected:  # a repeated start to another address releases the first chip
            self._release()
        acknowledged = chip is not None and chip.begin(reading)
        self._selected = chip if acknowledged else None
        self._controller.complete_connect(acknowledged)

    def _finish_write(self, byte: int) -> None:
        self._controller.complete_write(self._selected is not None and self._selected.write(byte))

    def _finish_read(self) -> None:
        # An idle bus is pulled up, hence ones.
        self._controller.complete_read(self._selected.read() & 0xFF if self._selected is not None else 0xFF)

    def _on_stop(self) -> None:
        self._release()
        self._controller.complete_stop()

    def _release(self) -> None:
        chip, self._selected = self._selected, None
        if chip is not None:
            chip.end()
