"""Rules about voltages: what a part is supplied with, what comes into a pin, and what a pin's level means to a part."""

from __future__ import annotations

from collections.abc import Iterator

from kelex_host.hardware.board import Board, Part, Pico
from kelex_host.hardware.pico import PIN_MOST_MV

PULL_UP_LEAST_OHM = 50_000
LOW_MOST_MV = 800
END_OF_LINE_LEAST_OHM = 1000
_DIVIDER_OFF = 0.02


def supplies_fit(board: Board) -> Iterator[str]:
    """Servos on 5 V, logic on 3.3 V: each part's rail gives what the part may have."""
    suppliable: list[tuple[str, Part | Pico]] = [("", board.pico), *board.parts.items()]
    for name, part in suppliable:
        if not part.rail or part.rail == "pin":
            continue
        rail = board.rails.get(part.rail)
        if rail is None:
            yield f"{board.called(name)} is on a rail '{part.rail}' that nothing feeds; use {', '.join(board.rails)}."
        elif part.supply_mv:
            yield from _supply(board, name, part.rail, part.supply_mv)


def regulators_get_what_they_need(board: Board) -> Iterator[str]:
    """What makes a rail out of another is within its own input range."""
    for name, rail in board.rails.items():
        part = board.parts.get(rail.source)
        before = board.rails.get(rail.fed_by)
        if rail.source != "pico" and part is None:
            yield f"The rail {name} of {board.called('')} comes from '{rail.source}', which is no part; name one."
        if rail.fed_by and before is None:
            yield f"The rail {name} is fed by '{rail.fed_by}', which is no rail; use {', '.join(board.rails)}."
        elif before and part and part.supply_mv:
            yield from _supply(board, rail.source, rail.fed_by, part.supply_mv)


def inputs_are_within_the_picos(board: Board) -> Iterator[str]:
    """RP2040 Datasheet, "Pin Specifications": a pin is not 5 V tolerant, neither digital nor analogue."""
    for name, part in board.parts.items():
        if not part.senses or part.rail not in board.rails:
            continue
        rail = board.rails[part.rail]
        rail_mv = max(rail.mv, rail.highest_mv)
        if part.bus:
            where, mv = "the I2C bus", float(rail_mv if part.pull_up_ohm else 0)
        elif part.gpio is not None:
            where, mv = f"GPIO {part.gpio}", _signal_mv(part, rail_mv)
        else:
            continue
        if mv > PIN_MOST_MV:
            mend = "raise its divider's upper resistor" if part.divider else "supply it from 3v3, or give it a divider"
            yield (
                f"{board.called(name)} puts {_volts(mv)} onto {where} of {board.called('')}, which takes "
                f"{_volts(PIN_MOST_MV)} at most; {mend}."
            )


def dividers_divide_as_stated(board: Board) -> Iterator[str]:
    """The resistors make the ratio that the firmware reckons with."""
    for name, part in board.parts.items():
        if part.divider and part.upper_ohm and part.lower_ohm:
            ratio = (part.upper_ohm + part.lower_ohm) / part.lower_ohm
            if abs(ratio / part.divider - 1) > _DIVIDER_OFF:
                fit = part.lower_ohm * (part.divider - 1)
                yield (
                    f"{board.called(name)} divides what {board.called('')} measures by {ratio:.3g}, "
                    f"and says {part.divider:g}; "
                    f"make upper_ohm {fit:.0f}."
                )


def levels_are_understood(board: Board) -> Iterator[str]:
    """What is driven by the Pico takes 3.3 V for high, or has something between that does."""
    for name, part in board.parts.items():
        if part.through and part.through not in board.parts:
            yield (
                f"{board.called(name)} gets the signal of {board.called('')} by '{part.through}', which "
                "is no part; name one."
            )
        elif part.input_least_mv and part.input_least_mv > PIN_MOST_MV and not part.through:
            yield (
                f"{board.called(name)} takes {_volts(part.input_least_mv)} and more for high, and "
                f"{board.called('')} gives "
                f'{_volts(PIN_MOST_MV)}; put a level shifter between (through = "shifter").'
            )


def ends_of_lines_are_felt(board: Board) -> Iterator[str]:
    """An end-of-line resistor holds its line low against the pin's pull-up, and takes 3.3 mA at most when closed.

    RP2040 Datasheet, "Pin Specifications": pull-ups have 50 to 80 kOhm, and low is 0.8 V at most.
    """
    most = PULL_UP_LEAST_OHM * LOW_MOST_MV / (PIN_MOST_MV - LOW_MOST_MV)
    for name, part in board.parts.items():
        ohm = part.end_of_line_ohm
        if ohm is not None and not END_OF_LINE_LEAST_OHM <= ohm <= most:
            yield (
                f"{board.called(name)} has {ohm:g} Ω at the end of its line to {board.called('')}, which can tell "
                f"a cut cable with {END_OF_LINE_LEAST_OHM} to {most:.0f}; use 10 kΩ."
            )


def _supply(board: Board, name: str, rail_name: str, supply_mv: list[int]) -> Iterator[str]:
    rail = board.rails[rail_name]
    low, high = supply_mv
    lowest, highest = rail.lowest_mv or rail.mv, max(rail.mv, rail.highest_mv)
    if low <= lowest and highest <= high:
        return
    gives = _volts(rail.mv) if lowest == highest else f"{_volts(lowest)} to {_volts(highest)}"
    source = board.called("") if rail.source == "pico" else board.called(rail.source)
    fit = [
        other
        for other, has in board.rails.items()
        if low <= (has.lowest_mv or has.mv) and max(has.mv, has.highest_mv) <= high
    ]
    mend = (
        f"use rail {' or '.join(fit)}" if fit else f"use another {name or board.pico.model}, or another {rail.source}"
    )
    yield (
        f"{board.called(name)} needs {_volts(low)} to {_volts(high)}, and {source} gives {gives} on "
        f"{rail_name}; {mend}."
    )


def _signal_mv(part: Part, rail_mv: int) -> float:
    if part.upper_ohm and part.lower_ohm:
        return rail_mv * part.lower_ohm / (part.upper_ohm + part.lower_ohm)
    return rail_mv if part.signal_most_mv is None else part.signal_most_mv


def _volts(mv: float) -> str:
    return f"{mv / 1000:.3g} V"
