"""A scripted minute of moves that interrupt each other, and what the servos' pulses made of it.

The whole system runs under virtual time (`Life`); each pulse is read at its pin. Speed, acceleration and jerk are the
differences from one pulse to the next, so they carry what rounding a pulse to a hundredth of a degree adds.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

from kelex_wire.schema import JOINTS

from kelex_host.proof.life import DRONE, Life

TICK_S = 0.02  # kelex_drone.joint.TICK_MS
STEP = 0.01  # degrees; each pulse may be off by half of that
SETTLED_S = 6.0
SCRIPT_S = 60.0
# From one order to the next: most come while the joints still move.
APART_S = (0.08, 0.9)
# Orders that no joint can obey.
WILD: tuple[tuple[str, dict[str, object]], ...] = (
    ("move", {"joints": {"head_pan": 1e9}}),
    ("look", {"pan": -90.01, "tilt": 0}),
    ("move", {"joints": {"left_elbow": -0.01, "head_pan": 90}}),
    ("move", {"joints": {"right_shoulder": "90"}}),
    ("move", {"joints": {"left_gripper": 60}, "duration_ms": -1}),
)


@dataclass(frozen=True, slots=True)
class Limit:
    """What a joint may do at most, in degrees and seconds; in quiet mode `quiet` is its speed."""

    speed: float
    acceleration: float
    jerk: float
    quiet: float


@dataclass(slots=True)
class Way:
    """A joint's angle (degrees) at each tick from its first pulse on, and the largest of what came of it."""

    began_s: float
    angles: list[float] = field(default_factory=list)

    def speeds(self) -> list[float]:
        return _differences(self.angles)

    def accelerations(self) -> list[float]:
        return _differences(self.speeds())

    def jerks(self) -> list[float]:
        return _differences(self.accelerations())

    def broken(self, limit: Limit, *, quiet: bool) -> dict[str, int]:
        """How often each limit was broken, beyond what rounding adds."""
        speed = limit.quiet if quiet else limit.speed
        return {
            "speed": _beyond(self.speeds(), speed, STEP / TICK_S),
            "acceleration": _beyond(self.accelerations(), limit.acceleration, 2 * STEP / TICK_S**2),
            "jerk": _beyond(self.jerks(), limit.jerk, 4 * STEP / TICK_S**3),
        }


@dataclass(slots=True)
class Trace:
    """What a minute came to: each joint's way, the highest tone (Hz) that sounded, the orders given and granted.

    `refused` counts the others by the code of their answer; `broken` is all that the body saw go wrong.
    """

    quiet: bool
    ways: dict[str, Way] = field(default_factory=dict)
    loudest_hz: int = 0
    orders: int = 0
    granted: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)


def _differences(values: list[float]) -> list[float]:
    return [(after - before) / TICK_S for before, after in pairwise(values)]


def _beyond(values: list[float], limit: float, rounding: float) -> int:
    return sum(abs(value) > limit + rounding for value in values)


def trace(
    seed: int, *, quiet: bool, seconds: float = SCRIPT_S, apart_s: tuple[float, float] = APART_S, wild: bool = False
) -> Trace:
    """Live that minute. `wild`: every third order is one that no joint can obey."""
    life, found = Life(seed), Trace(quiet)
    life.start()
    life.run(SETTLED_S)
    _ask(life, "quiet", {"on": quiet})
    life.run(1.0)
    began_us = life.kernel.now_us
    _listen(life, found)
    random = Random(seed)
    while life.kernel.now_us - began_us < seconds * 1e6:
        found.orders += 1
        _ask(life, *(WILD[found.orders % len(WILD)] if wild and found.orders % 3 == 0 else _drawn(random)))
        life.run(random.uniform(*apart_s))
    life.run(3.0)
    responses = [m for m in life.broker.log if "/response/" in m.topic and m.topic.startswith(f"kelex/drone/{DRONE}")]
    answers = [json.loads(message.payload) for message in responses][1:]  # the first is the order to be quiet
    found.granted = sum(answer["status"] == "ok" for answer in answers)
    found.refused.update(answer["error"]["code"] for answer in answers if answer["status"] != "ok")
    found.broken = life.body.violations + life.body.pico.crashes
    return found


def _drawn(random: Random) -> tuple[str, dict[str, object]]:
    match random.randrange(10):
        case 0:
            return "look", {"pan": random.uniform(-90, 90), "tilt": random.uniform(-30, 45)}
        case 1:
            return "pose", {"name": random.choice(("rest", "attention", "offer", "present", "safe"))}
        case 2:
            return "gesture", {"name": random.choice(("wave", "nod", "bow", "beckon"))}
        case 3:
            return "tone", {"name": "chime"}
    joints = random.sample(JOINTS, random.randint(1, len(JOINTS)))
    angles = {name: random.choice((low, high, random.uniform(low, high))) / 100 for name, low, high in joints}
    return "move", {"joints": angles, "duration_ms": random.choice((0, 0, 0, 400, 1500))}


def _ask(life: Life, verb: str, fields: dict[str, object]) -> None:
    life.broker.send(f"kelex/drone/{DRONE}/request/{verb}", json.dumps(fields).encode())


def _listen(life: Life, found: Trace) -> None:
    """Note every pulse at the servos' pins, and every tone at the buzzer's."""
    for joint, servo in life.body.servos.items():
        _note_pulses(life, found, joint, servo)
    buzzer = life.body.parts.buzzer
    drive = buzzer.drive

    def sounding(pulse_us: float, hz: int) -> None:
        found.loudest_hz = max(found.loudest_hz, hz if pulse_us else 0)
        drive(pulse_us, hz)

    buzzer.drive = sounding  # type: ignore[method-assign]


def _note_pulses(life: Life, found: Trace, joint: str, servo: object) -> None:
    drive = servo.drive  # type: ignore[attr-defined]
    last_us = 0

    def driven(pulse_us: float, hz: int) -> None:
        nonlocal last_us
        drive(pulse_us, hz)
        if not pulse_us:
            return
        now_us = life.kernel.now_us
        way = found.ways.get(joint)
        if way is None:
            way = found.ways[joint] = Way(now_us / 1e6)
        else:
            rested = round((now_us - last_us) / (TICK_S * 1e6)) - 1
            way.angles += [way.angles[-1]] * max(rested, 0)
        last_us = now_us
        way.angles.append(round((pulse_us - 1500) * 0.09, 2))

    servo.drive = driven  # type: ignore[attr-defined]
