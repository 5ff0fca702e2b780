"""What differs between two traces of one story, record by record, beyond what has to differ. All tolerances are here.

Time stamps: the drone does what is due at a tick, and a tick of the real MicroPython comes up to TICK_S late; what a
sensor finds waits for the next look at it, and the two worlds' looks need not fall together. So TICK_S for what an
order does, and a look more for what is sensed.

Analogue channels: each part's noise is of another place in the sequence. The firmware's own dead band says what of a
channel is a change; and as a report shows a channel at its own moment only, each is compared with what the other world
reported around that moment. Joints on the way likewise: as far as a joint gets, at its full speed, while an order waits
for its turn and its tick.

Everything else, and the order of all of it, is equal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from kelex_sim.limits import SERVOS
from kelex_wire import schema
from kelex_wire.gestures import GESTURES

from kelex_host.proof.worlds.trace import Line, Trace

TICK_S = 0.020  # kelex_drone.motion.TICK_MS
LOOK_S = 0.050  # kelex_drone.sensing.SENSE_MS
# An order waits for the turn that is under way, and then takes its own: tests/benchmarks/board_figures.py tells both.
WIRE_S = 0.026
# kelex_drone.sensing.DEAD_BANDS. A servo's motor starts and rests at a tick, and a reading falls before it or behind:
# that makes kelex_sim.chips.servo's TURNING_A - HOLDING_A of difference.
DEAD_BANDS = {
    "temperature": 8, "humidity": 50, "light": 5, "sound": 600, "range": 100, "tremor": 150,
    "battery_voltage": 50, "battery_level": 2, "servo_current": 60 + 172,
}  # fmt: skip
# Of a quake of 4 Hz, looked at each 50 ms, the highest look is cos 36 = 81 to 100 % of the peak.
TREMOR_SHARE = 0.19
# A look at a quiet room: 32 samples of noise of about one step of the converter, or all the same. A cry has -25.
QUIET_ROOM = -4500
WAY_CDEG = {servo.joint: servo.speed * 100 * (TICK_S + WIRE_S) for servo in SERVOS}
# How far around a report the other world's reports count. Climate is measured each half second, light told as a mean;
# in a quiet room a look at the sound is noise alone.
AROUND_S = {"temperature": 0.6, "humidity": 0.6, "light": 0.5, "servo_current": 0.25, "tremor": 0.3, "sound": 1.0}
NEAR_S = 0.12  # of the others: two looks and a tick
# What says how busy the board was, or which version it runs (the image's, none in the simulator), not what it did.
FIGURES = ("firmware", "idle", "overruns", "heap_free", "telemetry_skipped", "reset_cause")
# The drone stops by itself at what it reads every other look, and believes when it has read it again.
REFLEX_S = 3 * LOOK_S
READING = 60 + 172  # what a reflex says that it read, in that channel's unit: the servos' current is the widest
# The rest of what may differ a little from one world to the other.
NEARLY = ("reading", "lasted_s")
TREMOR = [name for name, _ in schema.ALARMS].index("tremor")
# After a reflex has let joints go, they creep by a pulse in each 100 ms, for so long at most, and the current is looked
# at each 100 ms: one world's looks meet each pulse, the other's none. (kelex_drone.attachment.UNKNOWN_TICKS.)
CREEP_S = 80 * TICK_S
# What comes on top of a tick: a look of the senses, and in telemetry the report after it. A board whose cable is put
# back first has to be enumerated by its host.
LATER_S = {"sensed": LOOK_S, "senses": LOOK_S, "body": LOOK_S, "link": 0.5}


@dataclass(frozen=True, slots=True)
class Report:
    """How many records were compared, and each difference as a sentence for people."""

    compared: int
    differences: list[str]

    def __str__(self) -> str:
        return "\n".join([*self.differences, f"{self.compared} records compared, {len(self.differences)} differences"])


def compare(left: Trace, right: Trace, names: tuple[str, str] = ("simulator", "emulated board")) -> Report:
    """What differs, by stream and in its order."""
    differences: list[str] = []
    asked_s = [line.at_s for line in _of(left, "verdict")]
    freed_s = [line.at_s for line in left.lines + right.lines if line.name == "reflex" and not line.fields["on"]]
    for stream in ("link", "verdict", "done", "sensed"):
        ours, theirs = _of(left, stream), _of(right, stream)
        differences += [f"{stream}: {found}" for found in _in_turn(ours, theirs, names, _tolerant(stream, asked_s))]
    for stream in ("body", "senses"):
        ours, theirs = _of(left, stream), _of(right, stream)
        bands = WAY_CDEG if stream == "body" else DEAD_BANDS
        changes = _changes(ours, tuple(bands)), _changes(theirs, tuple(bands))
        differences += [f"{stream}: {found}" for found in _in_turn(*changes, names, _tolerant(stream, asked_s))]
        for name, band in bands.items():
            left_told, right_told = _steady(name, ours, freed_s), _steady(name, theirs, freed_s)
            differences += _apart(stream, name, band, left_told, right_told, names)
            differences += _apart(stream, name, band, right_told, left_told, names[::-1])
    return Report(min(len(left.lines), len(right.lines)), differences)


def _of(trace: Trace, stream: str) -> list[Line]:
    return sorted([line for line in trace.lines if line.stream == stream], key=lambda line: line.at_s)


def _tolerant(stream: str, asked_s: list[float]) -> Callable[[Line], float]:
    """How far apart in time a record of this stream may be, orders having been answered at these times."""

    def seconds(line: Line) -> float:
        by_order = any(0 <= line.at_s - at_s + WIRE_S <= TICK_S + 2 * WIRE_S for at_s in asked_s)
        if line.name == "alarm":
            return TICK_S + WIRE_S + AROUND_S["temperature"]
        if line.name == "reflex" or (stream in ("done", "body") and not by_order and not line.name.endswith("_done")):
            return TICK_S + WIRE_S + REFLEX_S
        if line.name in ("gesture_done", "move_done"):
            return WIRE_S + TICK_S * _steps(line)
        return TICK_S + WIRE_S + LATER_S.get(stream, 0.0)

    return seconds


def _steps(line: Line) -> int:
    """Each step of a gesture begins at the tick that ended the one before, each may be late; stories ask for two."""
    if line.name == "move_done":
        return 1
    return 2 * (1 + len(GESTURES[line.fields["gesture"]][1]))


# Records in their order


def _in_turn(
    ours: list[Line], theirs: list[Line], names: tuple[str, str], may_differ_s: Callable[[Line], float]
) -> Iterator[str]:
    matcher = SequenceMatcher(None, [_key(line) for line in ours], [_key(line) for line in theirs], autojunk=False)
    for same, i, j, k, m in matcher.get_opcodes():
        if same == "equal":
            for one, other in zip(ours[i:j], theirs[k:m], strict=True):
                yield from _fields(one, other, names, may_differ_s(one))
        else:
            yield from (f"only the {names[0]} says {line}" for line in ours[i:j])
            yield from (f"only the {names[1]} says {line}" for line in theirs[k:m])


def _key(line: Line) -> tuple[Any, ...]:
    """What makes two records the same one: all that may not differ at all."""
    exact = [(name, value) for name, value in line.fields.items() if name not in (*WAY_CDEG, *FIGURES, *NEARLY)]
    if line.name == "move_granted":
        exact = [pair for pair in exact if pair[0] != "duration_ms"]  # from where the joints just were
    return line.name, *exact


def _fields(one: Line, other: Line, names: tuple[str, str], may_differ_s: float) -> Iterator[str]:
    if abs(one.at_s - other.at_s) > may_differ_s:
        yield f"{one} in the {names[0]}, {other.at_s - one.at_s:+.3f} s in the {names[1]} (allowed {may_differ_s:.3f})"
    for name, value in one.fields.items():
        answer = other.fields[name]
        if name in WAY_CDEG and (value is None) == (answer is None):
            band = WAY_CDEG[name] if value is not None else 0
        elif name == "duration_ms" and one.name == "move_granted":
            band = 1000 * 2 * TICK_S  # of the way left, and rounded to ticks
        elif name == "reading":
            band = READING + (TREMOR_SHARE * abs(value) if one.fields.get("alarm") == TREMOR else 0)
        elif name == "lasted_s":
            band = 1  # whole seconds of what may begin and end a look later
        elif name in FIGURES:
            continue
        else:
            band = 0
        if value != answer and (not band or abs(value - answer) > band):
            yield f"{one}: {name} is {value} in the {names[0]}, {answer} in the {names[1]} (allowed {band:g})"


# Telemetry: the latest wins, so what counts is what it says at each moment


def _changes(lines: list[Line], measured: tuple[str, ...]) -> list[Line]:
    """What of telemetry is no measure, as a record for each change; of a measure, whether there is one."""
    changes, before = [], dict[str, Any]()
    for line in lines:
        for name, value in line.fields.items():
            if name in measured:
                value = "faulty" if value is None else "sound"
            if before.get(name, value) != value:
                changes.append(Line(line.at_s, line.stream, line.name, {name: value}))
            before[name] = value
    # Of what changes in one report, the order means nothing.
    return sorted(changes, key=lambda change: next(iter(change.fields)))


def _apart(
    stream: str, name: str, band: float, ours: list[Line], theirs: list[Line], names: tuple[str, str]
) -> Iterator[str]:
    """Whether a measure lies beyond all that the other world reported around that moment: where first, how often."""
    around_s = AROUND_S.get(name, NEAR_S)
    first, often, last_s = "", 0, 0.0
    for line in ours:
        value = _heard(name, line.fields[name])
        there = _around(theirs, line.at_s, around_s, name)
        if value is None or not there:
            continue
        if name == "tremor":
            band = DEAD_BANDS[name] + TREMOR_SHARE * max(value, *there)
        if not min(there) - band <= value <= max(there) + band:
            often, last_s = often + 1, line.at_s
            first = first or (
                f"{stream}: {line.at_s:8.3f} s  {name} is {value} in the {names[0]}, "
                f"{min(there)} to {max(there)} in the {names[1]} (allowed {band:g} beyond)"
            )
    if often:
        yield first + (f"; {often} such reports until {last_s:.3f} s" if often > 1 else "")


def _steady(name: str, lines: list[Line], freed_s: list[float]) -> list[Line]:
    """The reports whose `name` is worth comparing: of the servos' current, those with no joint that creeps."""
    if name != "servo_current":
        return lines
    return [line for line in lines if not any(0 <= line.at_s - at_s <= CREEP_S + LOOK_S for at_s in freed_s)]


def _around(lines: list[Line], at_s: float, around_s: float, name: str) -> list[Any]:
    """The values told within that time, and those that stood before and came after."""
    near = [i for i, line in enumerate(lines) if abs(line.at_s - at_s) <= around_s]
    before = [i for i, line in enumerate(lines) if line.at_s < at_s - around_s][-1:]
    after = [i for i, line in enumerate(lines) if line.at_s > at_s + around_s][:1]
    found = [_heard(name, lines[i].fields[name]) for i in before + near + after]
    return [value for value in found if value is not None]


def _heard(name: str, value: Any) -> Any:
    """A measure as it is compared: below a quiet room's level, all sounds are one."""
    return max(value, QUIET_ROOM) if name == "sound" and value is not None else value
