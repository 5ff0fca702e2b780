"""Rules about the I2C bus: addresses, pull-ups, speed. Source: NXP UM10204, "I2C-bus specification and user manual"."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from math import log

from kelex_host.hardware.board import Board, Part
from kelex_host.hardware.pico import PIN_MOST_MV

# 3.1.12: 0000xxx and 1111xxx are reserved.
ADDRESS_LEAST, ADDRESS_MOST = 0x08, 0x77
# Table 10, for fast mode: 400 kHz, 300 ns to rise from 30 to 70 % of the supply, 3 mA at 0.4 V to pull a line low.
FAST_HZ = 400_000
RISE_NS = 300
SINK_MA = 3
LOW_MV = 400
_RISE_SHARE = log(0.7 / 0.3)  # 7.1


def addresses_differ(board: Board) -> Iterator[str]:
    """No two answer to one address; where a part can have another, that is the mend."""
    parts = _on_bus(board)
    taken = {part.address for part in parts.values()}
    for (one, part), (other, other_part) in combinations(parts.items(), 2):
        if part.address is None or part.address != other_part.address:
            continue
        both = f"{board.called(one)} and {board.called(other)} both have address {part.address:#04x}"
        mends = [(name, free) for name, has in ((one, part), (other, other_part)) for free in has.addresses]
        free = next(((name, address) for name, address in mends if address not in taken), None)
        yield f"{both}; {f'set {free[0]} to {free[1]:#04x}' if free else 'leave one of them out'}."


def addresses_are_possible(board: Board) -> Iterator[str]:
    """An address that the specification leaves to parts, and that this part can have."""
    for name, part in _on_bus(board).items():
        who = f"{board.called(name)}, on the bus of {board.called('')},"
        able = ", ".join(f"{address:#04x}" for address in part.addresses)
        if part.address is None:
            yield f"{who} has no address; give it one{f' of {able}' if able else ''}."
        elif not ADDRESS_LEAST <= part.address <= ADDRESS_MOST:
            yield f"{who} has address {part.address:#04x}, which I2C reserves; use {able or '0x08 to 0x77'}."
        elif part.addresses and part.address not in part.addresses:
            yield f"{who} cannot have address {part.address:#04x}; use {able}."


def lines_rise_in_time(board: Board) -> Iterator[str]:
    """7.1: all pull-ups in parallel, not too strong to be pulled low and not too weak to rise in time."""
    on_bus = _on_bus(board)
    if not on_bus:
        return
    first = board.called(next(iter(on_bus)))
    if board.i2c.hz > FAST_HZ:
        yield f"{board.called('')} runs I2C at {board.i2c.hz} Hz, {first} and its like at {FAST_HZ} at most; lower hz."
    pulls = {name: part.pull_up_ohm for name, part in on_bus.items() if part.pull_up_ohm}
    if not pulls:
        yield f"Nothing pulls the lines from {board.called('')} to {first} up; put 4.7 kΩ from SDA and SCL to 3.3 V."
        return
    together = 1 / sum(1 / ohm for ohm in pulls.values())
    least = (PIN_MOST_MV - LOW_MV) / SINK_MA
    most = RISE_NS * 1000 / (_RISE_SHARE * board.limits.bus_pf)
    strongest, weakest = (board.called(pick(pulls, key=lambda name: pulls[name])) for pick in (min, max))
    where = f"between {board.called('')} and {', '.join(pulls)}"
    if together < least:
        yield (
            f"The pull-ups {where} are {together:.0f} Ω together, the least is {least:.0f} Ω; "
            f"take those off {strongest}."
        )
    elif together > most:
        yield (
            f"The pull-ups {where} are {together:.0f} Ω together, with {board.limits.bus_pf:g} pF the "
            f"most is {most:.0f} Ω; "
            f"use stronger ones at {weakest}, or shorter wires."
        )


def _on_bus(board: Board) -> dict[str, Part]:
    return {name: part for name, part in board.parts.items() if part.bus == "i2c"}
