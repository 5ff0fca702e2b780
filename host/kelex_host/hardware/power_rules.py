"""Rules about currents: what each rail has to give, from the last one to the battery."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kelex_host.hardware.board import Board, Part, Pico, Rail
from kelex_host.hardware.pico import PIN_MOST_MA, PINS_MOST_MA


@dataclass(frozen=True, slots=True)
class Load:
    """What a rail gives, in mA: usually, and at worst (all at once, every servo stalled); and to whom the most."""

    rail: str
    typical_ma: float
    peak_ma: float
    most_ma: int
    fused: bool
    greatest: str

    def __str__(self) -> str:
        worst = f"{self.peak_ma:.0f} with all stalled"
        ends = f"{worst}, when its fuse of {self.most_ma} opens" if self.fused else f"{worst}; it gives {self.most_ma}"
        return f"{self.rail:<8} {self.typical_ma:.0f} mA with all servos moving, {ends}"


def loads(board: Board) -> list[Load]:
    """Every rail's load, with that of the rails it feeds. No rail may feed itself (`rails_begin_somewhere`)."""
    found = []
    for name, rail in board.rails.items():
        typical_ma, peak_ma = (round(sum_ma, 1) for sum_ma in _sums(board, name))
        found.append(Load(name, typical_ma, peak_ma, rail.most_ma, rail.fused, _greatest(board, name)))
    return found


def rails_begin_somewhere(board: Board) -> Iterator[str]:
    """No rail is fed by itself, on whatever way."""
    for name, rail in board.rails.items():
        if name in _before(board, name):
            yield f"The rail {name} feeds itself by {rail.fed_by}, from {board.called(rail.source)}; mend fed_by."


def rails_give_enough(board: Board) -> Iterator[str]:
    """Everything at its worst, even all servos stalled, fits what the rail's source gives. A fuse carries the usual."""
    if any(rails_begin_somewhere(board)):
        return
    for load in loads(board):
        rail = board.rails[load.rail]
        need = load.typical_ma if rail.fused else load.peak_ma
        if need > rail.most_ma:
            yield (
                f"{_source(board, rail)} gives {rail.most_ma} mA to {load.rail}, which can draw "
                f"{need:.0f} mA, most of it "
                f"for {load.greatest}; use a source that delivers {_rounded(need)} mA, or fewer parts."
            )


def sources_are_rated(board: Board) -> Iterator[str]:
    """A fuse, a switch or a regulator carries what its rail promises."""
    for name, rail in board.rails.items():
        source = board.parts.get(rail.source)
        if source and source.rated_ma < rail.most_ma:
            yield (
                f"{board.called(rail.source)} is rated at {source.rated_ma:g} mA, and rail {name}, which feeds "
                f"{_greatest(board, name)}, promises {rail.most_ma}; use a stronger one, or lower most_ma."
            )


def shunts_survive(board: Board) -> Iterator[str]:
    """A shunt sees all that its rail's fuse lets through: within its power, and within what it can measure."""
    for name, part in board.parts.items():
        rail = board.rails.get(board.servo.rail)
        if not part.shunt_ohm or rail is None:
            continue
        fuse = _source(board, rail)
        if part.shunt_most_mw and (rail.most_ma / 1000) ** 2 * part.shunt_ohm * 1000 > part.shunt_most_mw:
            yield f"{fuse} lets more through than the shunt of {board.called(name)} can bear; use a smaller fuse."
        if part.measures_most_ma and rail.most_ma > part.measures_most_ma:
            yield (
                f"{fuse} lets {rail.most_ma} mA through, and {board.called(name)} measures "
                f"{part.measures_most_ma:g} at most; use a smaller fuse."
            )


def pins_give_enough(board: Board) -> Iterator[str]:
    """RP2040 Datasheet, "Pin Specifications": 12 mA from a pin, 50 mA from all."""
    fed = {name: part.peak_ma for name, part in board.parts.items() if part.rail == "pin"}
    for name, peak_ma in fed.items():
        if peak_ma > PIN_MOST_MA:
            yield (
                f"{board.called(name)} draws {peak_ma:g} mA from a pin of {board.called('')}, which "
                f"gives {PIN_MOST_MA}; "
                "use a greater resistor, or a transistor."
            )
    if sum(fed.values()) > PINS_MOST_MA:
        who = " and ".join(board.called(name) for name in fed)
        yield f"{who} draw more from the pins of {board.called('')} than {PINS_MOST_MA} mA; use a transistor."


def _sums(board: Board, name: str) -> tuple[float, float]:
    drawing: list[Part | Pico] = [board.pico, *board.parts.values()]
    users = [part for part in drawing if part.rail == name]
    typical = sum((part.typical_ma for part in users), 0.0)
    peak = sum((part.peak_ma for part in users), 0.0)
    for other, rail in board.rails.items():
        if rail.fed_by == name:
            other_typical, other_peak = _sums(board, other)
            share = _share(board, rail)
            typical, peak = typical + other_typical * share, peak + other_peak * share
    return typical, peak


def _share(board: Board, rail: Rail) -> float:
    """mA before a source for each behind it, its input at the lowest; one without losses is a fuse, or linear."""
    before = board.rails[rail.fed_by]
    return rail.mv / ((before.lowest_mv or before.mv) * rail.efficiency) if rail.efficiency < 1 else 1.0


def _before(board: Board, name: str) -> list[str]:
    """The rails that feed this one, the nearest first."""
    way: list[str] = []
    at = board.rails[name].fed_by
    while at in board.rails and at not in way:
        way.append(at)
        at = board.rails[at].fed_by
    return way


def _greatest(board: Board, name: str) -> str:
    """Who draws the most from a rail, or from what it feeds."""
    fed = [name, *(other for other in board.rails if name in _before(board, other))]
    users = {one: part.peak_ma for one, part in board.parts.items() if part.rail in fed}
    return board.called(max(users, key=lambda one: users[one])) if users else board.called("")


def _source(board: Board, rail: Rail) -> str:
    return board.called(rail.source)


def _rounded(ma: float) -> int:
    """Up to the next half ampere, as such things are sold."""
    return -int(-ma // 500) * 500
