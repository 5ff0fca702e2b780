"""A story: what happens to a drone, and when. One is written by hand, any number are made from seeds."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

from kelex_wire import gestures, schema, tones

ROOM = "hall"  # where the drone stands and at first nobody is
LEFT_AS_IT_IS = (None,) * len(schema.JOINTS)
# From one input of a made story to the next, so that which came first does not hang on a few milliseconds.
APART_S = (0.25, 0.9)


@dataclass(frozen=True, slots=True)
class Input:
    """At `at_s` after the story's begin: an `order` by its message and values, a `world` verb with its fields, the
    cable out (`unplug`), or a host that neither reads nor writes (`hang`), for `seconds`.
    """

    at_s: float
    kind: str
    name: str = ""
    values: tuple[Any, ...] = ()
    fields: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0


def order(at_s: float, name: str, *values: Any) -> Input:
    """An order by its name in the schema, without `order_`."""
    return Input(at_s, "order", "order_" + name, values)


def move(at_s: float, duration_ms: int = 0, **degrees: float) -> Input:
    """An order to move some joints; the others stay."""
    return order(at_s, "move", duration_ms, *[_cdeg(degrees.get(name)) for name, _, _ in schema.JOINTS])


def _cdeg(degrees: float | None) -> int | None:
    return None if degrees is None else round(degrees * 100)


def world(at_s: float, verb: str, **fields: Any) -> Input:
    """A verb of the simulated world."""
    return Input(at_s, "world", verb, fields=fields)


# Everything that the drone can be told, can sense and can suffer at its cable, once.
REFERENCE: tuple[Input, ...] = (
    order(0.2, "stats"),
    move(0.4, head_pan=30, head_tilt=-10),
    move(0.7, head_pan=-40),  # in motion, which takes 0.4 s: the first is interrupted
    order(1.2, "stop"),
    move(1.4, head_pan=10),
    order(1.7, "eye", 0x4080FF, 1),
    order(1.8, "tone", None, 440, 150),
    order(1.9, "holodisk", 1),
    order(2.3, "gesture", gestures.NAMES.index("nod"), 1),
    world(3.6, "enter", member="lara", room=ROOM),
    world(3.9, "climate", room=ROOM, celsius=31.0, humidity=80.0),
    world(4.2, "ring"),
    world(4.5, "touch", seconds=0.4),
    world(5.2, "door", open=True, seconds=0.6),
    order(5.5, "quiet", 1),
    order(5.8, "tone", tones.NAMES.index("chime"), 0, 0),  # muted
    move(6.0, 900, left_shoulder=20, left_elbow=30, left_gripper=20, right_shoulder=-15),
    order(6.4, "gesture", gestures.NAMES.index("wave"), 1),  # takes over
    order(7.0, "stop"),
    order(7.4, "quiet", 0),
    world(7.6, "tremor", magnitude=3.0, seconds=1.0),
    world(7.7, "fault", part="range", kind="absent", seconds=1.0),
    world(7.9, "fault", part="climate", kind="absent", seconds=1.0),
    world(8.3, "light", room=ROOM, lux=40.0),
    world(9.8, "hand", joint="head_pan", seconds=1.0),
    move(10.0, 4000, head_pan=40),  # slowly: where it stalls hangs on when that is felt
    Input(11.3, "unplug", seconds=0.8),
    world(11.7, "door", open=True),
    Input(13.0, "hang", seconds=1.0),
    world(13.4, "ring"),
    world(14.6, "door", open=False),
    order(14.9, "identify"),
    world(15.2, "battery", level=30.0),
    order(15.8, "holodisk", 0),
    order(16.1, "stats"),
    order(16.4, "settings", *[None] * len(schema.SETTINGS)),  # asked, not changed
)


def made_from(seed: int, count: int = 20) -> tuple[Input, ...]:
    """A story of `count` inputs drawn by chance."""
    random, at_s = Random(seed), 0.0
    story = []
    for _ in range(count):
        at_s = round(at_s + random.uniform(*APART_S), 3)
        one = _drawn(random, at_s)
        story.append(one)
        at_s += one.seconds + (0.5 if one.seconds else 0.0)
    return tuple(story)


def _drawn(random: Random, at_s: float) -> Input:
    match random.randrange(12):
        case 0 | 1 | 2:
            joints = random.sample(schema.JOINTS, random.randint(1, 4))
            degrees = {name: random.randint(low, high) / 100 for name, low, high in joints}
            return move(at_s, random.choice((0, 0, 600, 1500)), **degrees)
        case 3:
            return order(at_s, "gesture", random.randrange(len(gestures.NAMES)), random.randint(1, 2))
        case 4:
            return order(at_s, "stop")
        case 5:
            return order(at_s, "quiet", random.getrandbits(1))
        case 6:
            return order(at_s, "eye", random.randrange(1 << 24), random.randrange(len(schema.EYE_EFFECTS)))
        case 7:
            return order(at_s, "tone", random.randrange(len(tones.NAMES)), 0, 0)
        case 8:
            return random.choice((order(at_s, "stats"), order(at_s, "identify"), order(at_s, "holodisk", 1)))
        case 9:
            return world(at_s, "touch", seconds=0.4)
        case 10:
            return world(at_s, "door", open=bool(random.getrandbits(1)))
        case _:
            cable = Input(at_s, random.choice(("unplug", "hang")), seconds=round(random.uniform(0.3, 1.2), 2))
            return random.choice((cable, world(at_s, "ring"), world(at_s, "climate", room=ROOM, celsius=25.0)))
