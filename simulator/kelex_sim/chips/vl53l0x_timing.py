"""How long a VL53L0X measures, by its registers on page 0, as ST's API (UM2039) reckons it."""

from __future__ import annotations

SEQUENCE = 0x01
MSRC_TIMEOUT = 0x46
PRE_RANGE_PERIOD = 0x50
_PRE_RANGE_TIMEOUT = 0x51  # 16 bits
FINAL_RANGE_PERIOD = 0x70
_FINAL_RANGE_TIMEOUT = 0x71  # 16 bits


def measurement_us(page: bytearray) -> int:
    """How long a measurement takes: the steps that are on, and what ST's API adds to them as overheads (us)."""
    steps = page[SEQUENCE]
    pre_us, final_us = _macro_us(page[PRE_RANGE_PERIOD]), _macro_us(page[FINAL_RANGE_PERIOD])
    msrc_us = (page[MSRC_TIMEOUT] + 1) * pre_us
    pre, final = _timeout(page, _PRE_RANGE_TIMEOUT), _timeout(page, _FINAL_RANGE_TIMEOUT)
    budget_us = 1320.0 + 960.0
    if steps & 0x10:  # target centre check
        budget_us += msrc_us + 590
    if steps & 0x08:  # dynamic SPAD selection
        budget_us += 2 * (msrc_us + 690)
    elif steps & 0x04:  # minimum signal rate check
        budget_us += msrc_us + 660
    if steps & 0x40:  # pre-range
        budget_us += pre * pre_us + 660
    if steps & 0x80:  # final range, whose timeout holds that of the pre-range too
        budget_us += max(final - (pre if steps & 0x40 else 0), 0) * final_us + 550
    return round(budget_us)


def _macro_us(period: int) -> float:
    """A macro period: 2304 pulses of the laser, one each 2 (period + 1) clocks of 1.655 ns (us)."""
    return 2304 * 2 * (period + 1) * 1.655e-3


def _timeout(page: bytearray, register: int) -> int:
    """A timeout's macro periods, of a byte to shift by and a byte to shift."""
    return (page[register + 1] << min(page[register], 16)) + 1
