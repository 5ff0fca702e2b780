"""What happens in a life, drawn from its seed: what people ask for, and what goes wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from kelex_sim.cable import CLEAN, HOSTILE
from kelex_wire.poses import POSES
from kelex_wire.schema import JOINTS

from kelex_host.bridge.gateway import encode_json
from kelex_host.proof.life import DRONE, Life, Move

_REQUEST = f"kelex/drone/{DRONE}/request/"
_VERBS = ("look", "move", "pose", "stop")
_NONSENSE = (
    b"",
    b"{",
    b"[]",
    b"null",
    b'"look"',
    b"\xff\xfe",
    b'{"pan":1}',
    b'{"pan":"x","tilt":0}',
    b'{"pan":1e999,"tilt":0}',
    b'{"pan":NaN,"tilt":0}',
    b'{"pan":500,"tilt":0}',
    b'{"pan":0,"tilt":0,"spin":1}',
    b'{"joints":{}}',
    b'{"joints":{"tail":1}}',
    b'{"joints":{"left_elbow":-1}}',
    b'{"name":"sulk"}',
    b"[" * 5000,
    b"x" * 9000,
)
# What happens next, and how often compared with the others.
_CHANCES = {
    "look": 18,
    "move": 14,
    "pose": 6,
    "stop": 8,
    "again": 6,
    "walk": 12,
    "climate": 6,
    "nonsense": 8,
    "hostile": 8,
    "clean": 5,
    "unplug": 4,
    "broker": 4,
    "kill": 2,
    "blackout": 2,
    "power": 2,
}
# How long everything may take to be right again after the last fault.
SETTLE_S = 20.0
_HARSH = ("broker", "kill", "blackout")


@dataclass(slots=True)
class Asked:
    """A valid request that was sent: how often, and the move that it wants, None for a stop."""

    verb: str
    fields: dict[str, Any]
    move: Move | None
    times: int = 1


@dataclass(slots=True)
class Story:
    """Plays accidents and wishes into a life; remembers what was asked, for the checkers."""

    life: Life
    gentle: bool = False  # nothing breaks the bridge or its broker, so every answer can be counted
    asked: dict[str, Asked] = field(default_factory=dict)
    nonsense: int = 0
    did: Counter[str] = field(default_factory=Counter)

    def play(self, seconds: float) -> None:
        """Let things happen for so long, then mend every fault."""
        random = self.life.random
        end_us = self.life.kernel.now_us + round(seconds * 1e6)
        while self.life.kernel.now_us < end_us:
            self._happen(random)
            self.life.run(random.uniform(0.02, 1.5))
        self.life.cable.set_faults(CLEAN)

    def _happen(self, random: Random) -> None:
        chances = {what: often for what, often in _CHANCES.items() if not (self.gentle and what in _HARSH)}
        what = random.choices(list(chances), list(chances.values()))[0]
        self.did[what] += 1
        life = self.life
        match what:
            case "look" | "move" | "pose" | "stop":
                self._ask(what, random)
            case "again" if self.asked:
                transaction = random.choice(list(self.asked))
                self.asked[transaction].times += 1
                self._send(transaction)
            case "walk":
                member, room = random.choice(["jor-el", "lara"]), random.choice(["study", "nursery", "hall"])
                life.house.enter(member, room)
            case "climate":
                life.house.climate("nursery", round(random.uniform(15, 33), 1), None)
            case "nonsense":
                self.nonsense += 1
                life.broker.send(_REQUEST + random.choice(_VERBS), random.choice(_NONSENSE))
            case "hostile":
                life.cable.set_faults(HOSTILE)
            case "clean":
                life.cable.set_faults(CLEAN)
            case "unplug":
                life.cable.unplug(random.randrange(10_000, 3_000_000))
            case "broker":
                life.broker.cut(random.randrange(10_000, 4_000_000), random.choice([0, 0, 500_000, 2_000_000]))
            case "kill":
                life.kill_bridge()
            case "blackout":
                self._blackout()
            case "power":
                life.power_cycle()

    def _blackout(self) -> None:
        """Something happens while the broker is away, and the bridge dies before it is back."""
        life = self.life
        life.broker.cut(2_000_000)
        life.house.leave("lara")
        life.run(4.0)
        life.broker.cut(2_000_000)
        life.house.enter("lara", life.body.room)
        life.run(0.7)
        life.kill_bridge()

    def _ask(self, verb: str, random: Random) -> None:
        """Every move lasts a time of its own, so that what the drone did can be told from outside."""
        transaction = f"t{len(self.asked)}"
        duration_ms = random.choice([0, 4000]) + len(self.asked)
        fields: dict[str, Any] = {}
        angles: dict[str, int] = {}
        match verb:
            case "look":
                angles = _somewhere(random, JOINTS[:2])
                fields = {"pan": angles["head_pan"] / 100, "tilt": angles["head_tilt"] / 100}
            case "move":
                angles = _somewhere(random, random.sample(JOINTS, random.randint(1, len(JOINTS))))
                fields = {"joints": {joint: angle / 100 for joint, angle in angles.items()}}
            case "pose":
                name, pose = random.choice(POSES)
                angles = {joint: angle for (joint, _, _), angle in zip(JOINTS, pose, strict=True)}
                fields = {"name": name}
        move = None
        if angles:
            fields["duration_ms"] = duration_ms
            move = (duration_ms, *(angles.get(joint) for joint, _, _ in JOINTS))
        self.asked[transaction] = Asked(verb, fields, move)
        self._send(transaction)

    def _send(self, transaction: str) -> None:
        asked = self.asked[transaction]
        self.life.broker.send(_REQUEST + asked.verb, encode_json({**asked.fields, "transaction": transaction}))


def _somewhere(random: Random, joints: Sequence[tuple[str, int, int]]) -> dict[str, int]:
    """An angle (cdeg) within each joint's range."""
    return {joint: random.randint(low, high) for joint, low, high in joints}


def live(seed: int, seconds: float = 90.0, life: Life | None = None) -> Story:
    """One life from its seed: power-up, all that happens, and some time to settle. Every other one is gentle."""
    life = life or Life(seed)
    life.start()
    life.run(2.0)
    story = Story(life, gentle=seed % 2 == 1)
    story.play(seconds)
    life.run(SETTLE_S)
    return story
