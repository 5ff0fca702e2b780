"""What rp2040py leaves out of the chip and Kelex needs: the ring oscillator's noise, the flash's slowness."""

import random
from collections.abc import Callable

from rp2040py.peripherals.peripheral import BasePeripheral
from rp2040py.peripherals.ssi import CMD_BLOCK_ERASE, CMD_PAGE_PROGRAM, CMD_SECTOR_ERASE
from rp2040py.rp2040 import RP2040

ROSC_BASE_KEY = 0x40060000 >> 12  # how RP2040.peripherals names a block's address
ROSC_STATUS, ROSC_RANDOMBIT = 0x18, 0x1C
ROSC_STABLE_AND_ENABLED = 1 << 31 | 1 << 12

# Typical figures of the Pico's W25Q16JV; a worn part takes up to 400 ms for a sector.
FLASH_MS = {CMD_SECTOR_ERASE: 45.0, CMD_BLOCK_ERASE: 150.0, CMD_PAGE_PROGRAM: 0.4}
FLASH_BYTES = {CMD_SECTOR_ERASE: 4096, CMD_BLOCK_ERASE: 65536, CMD_PAGE_PROGRAM: 256}


class RingOscillator(BasePeripheral):
    """The oscillator whose random bit seeds `os.urandom` and `random`; stock, that bit is a constant one."""

    def __init__(self, mcu: RP2040, seed: int) -> None:
        super().__init__(mcu, "ROSC")
        self._bits = random.Random(seed)
        self._registers: dict[int, int] = {}

    def read_uint32(self, offset: int) -> int:
        """The register at `offset` bytes."""
        if offset == ROSC_RANDOMBIT:
            return self._bits.getrandbits(1)
        if offset == ROSC_STATUS:
            return ROSC_STABLE_AND_ENABLED
        return self._registers.get(offset, 0)

    def write_uint32(self, offset: int, value: int) -> None:
        """Keep what was written: nothing here runs from this oscillator."""
        self._registers[offset] = value


def seed_ring_oscillator(mcu: RP2040, seed: int) -> None:
    """Give the chip noise that is the same for the same seed, and goes on over resets."""
    mcu.peripherals[ROSC_BASE_KEY] = RingOscillator(mcu, seed)


def slow_flash(mcu: RP2040, changed: Callable[[int, int], None] = lambda at, size: None) -> None:
    """Let erases and writes take their time, with interrupts off as the firmware has them.

    `changed(at, size)` is told of each, when it is done: which bytes of the flash it was about.

    The chip only polls the flash meanwhile, so the clock jumps: the stall costs emulated time, no real time.
    Timers and USB go on during the jump. PIO stands still for it.
    """
    ssi = mcu.ssi
    apply_command = ssi._apply_command

    def apply_slowly() -> None:
        opcode = ssi._tx_buffer[0] if ssi._tx_buffer and ssi._write_enabled else None
        at = int.from_bytes(ssi._tx_buffer[1:4], "big")
        apply_command()
        if opcode in FLASH_MS:
            size = FLASH_BYTES[opcode]
            changed(at & ~(size - 1), size)
            mcu.clock.tick(FLASH_MS[opcode] * 1e6)

    ssi._apply_command = apply_slowly
