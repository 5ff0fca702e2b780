"""The wires of the diagram: each net is a trunk in each channel that it has ends in, and a straight branch to each end.

A trunk has a lane to itself, and no two ends in a channel are at the same height, so no wires run on top of each other,
whatever the order of the lanes. The order decides only how often wires cross: each net is tried in every lane of its
channel and kept in the best (sifting, as in the drawing of layered graphs), until nothing gets better.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from kelex_host.hardware.layout import BOTTOM_LANE_PITCH, LANE_PITCH, Layout, Port
from kelex_host.hardware.plan import Channel, Plan

_PASSES_MOST = 20


@dataclass(frozen=True, slots=True)
class Segment:
    """A straight piece of a net's wire, level or upright; its first end is the left or the upper one."""

    net: str
    x1: float
    y1: float
    x2: float
    y2: float

    @property
    def is_level(self) -> bool:
        return self.y1 == self.y2


@dataclass(slots=True)
class Router:
    """`lanes`: the nets of each channel, from the left or from the top."""

    layout: Layout
    plan: Plan
    lanes: dict[Channel, list[str]] = field(init=False)
    _ports: dict[tuple[Channel, str], list[Port]] = field(init=False)

    def __post_init__(self) -> None:
        self.lanes = {channel: list(nets) for channel, nets in self.plan.nets.items()}
        self._ports = {(channel, net): [] for channel, nets in self.lanes.items() for net in nets}
        for channel in self.lanes:
            for port in self.layout.ports(channel):
                self._ports[channel, port.net].append(port)

    def route(self) -> list[Segment]:
        """All wires, after the lanes were put in order."""
        for _ in range(_PASSES_MOST):
            if not sum(self._sift(channel, net) for channel in self.lanes for net in list(self.lanes[channel])):
                break
        return [
            segment
            for net in sorted({net for nets in self.lanes.values() for net in nets})
            for segment in self.wire(net)
        ]

    def wire(self, net: str) -> Iterator[Segment]:
        """The pieces of one net's wire."""
        below_y = self._lane("bottom", net) if net in self.lanes["bottom"] else None
        below_xs = []
        for channel in ("left", "right"):
            if net not in self.lanes[channel]:
                continue
            lane_x, ports = self._lane(channel, net), self._ports[channel, net]
            ys = [port.y for port in ports]
            if below_y is not None:
                below_xs.append(lane_x)
                ys.append(below_y)
            yield Segment(net, lane_x, min(ys), lane_x, max(ys))
            for port in ports:
                yield Segment(net, min(port.x, lane_x), port.y, max(port.x, lane_x), port.y)
        if below_y is not None:
            ports = self._ports["bottom", net]
            below_xs += [port.x for port in ports]
            yield Segment(net, min(below_xs), below_y, max(below_xs), below_y)
            for port in ports:
                yield Segment(net, port.x, below_y, port.x, port.y)

    def _lane(self, channel: Channel, net: str) -> float:
        pitch = BOTTOM_LANE_PITCH if channel == "bottom" else LANE_PITCH
        return self.layout.lanes[channel] + self.lanes[channel].index(net) * pitch

    def _sift(self, channel: Channel, net: str) -> bool:
        """Put a net into the lane in which it crosses the fewest others; whether that was another one."""
        lanes = self.lanes[channel]
        start = lanes.index(net)
        best, best_gain = start, 0
        for step in (-1, 1):
            gain = 0
            while 0 <= lanes.index(net) + step < len(lanes):
                at = lanes.index(net)
                other = lanes[at + step]
                before = self._crossings(net, other)
                lanes[at], lanes[at + step] = other, net
                gain += before - self._crossings(net, other)
                if gain > best_gain:
                    best, best_gain = at + step, gain
            lanes.remove(net)
            lanes.insert(start, net)
        lanes.remove(net)
        lanes.insert(best, net)
        return best != start

    def _crossings(self, one: str, other: str) -> int:
        ours, theirs = list(self.wire(one)), list(self.wire(other))
        return sum(cross(a, b) for a in ours for b in theirs)


def cross(one: Segment, other: Segment) -> bool:
    """Whether a level and an upright piece meet."""
    if one.is_level == other.is_level:
        return False
    level, upright = (one, other) if one.is_level else (other, one)
    return level.x1 <= upright.x1 <= level.x2 and upright.y1 <= level.y1 <= upright.y2


def joints_of(segments: list[Segment]) -> list[tuple[str, float, float]]:
    """Where pieces of one net meet otherwise than at a corner: there stands a dot."""
    dots = set()
    for one in segments:
        for other in segments:
            if one.net == other.net and one.is_level and not other.is_level and cross(one, other):
                x, y = other.x1, one.y1
                meeting = [piece for piece in segments if piece.net == one.net and _ends_or_passes(piece, x, y)]
                if sum(_arms(piece, x, y) for piece in meeting) > 2:
                    dots.add((one.net, x, y))
    return sorted(dots)


def _ends_or_passes(piece: Segment, x: float, y: float) -> bool:
    return piece.x1 <= x <= piece.x2 and piece.y1 <= y <= piece.y2


def _arms(piece: Segment, x: float, y: float) -> int:
    """How many ways lead from a point along a piece that it lies on."""
    return ((piece.x1, piece.y1) != (x, y)) + ((piece.x2, piece.y2) != (x, y))
