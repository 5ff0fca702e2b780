"""What happens in a life, drawn from its seed: what people ask for, and what goes wrong."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from random import Random

from kelex_sim.cable import CLEAN, HOSTILE

from kelex_host.bridge.gateway import encode_json
from kelex_host.proof.life import DRONE, Life

LOOK = f"kelex/drone/{DRONE}/request/look"
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
    b"[" * 5000,
    b"x" * 9000,
)
# What happens next, and how often compared with the others.
_CHANCES = {
    "look": 30,
    "look_again": 6,
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
    """A request that was sent: how often, and where it wanted the head (cdeg), if it was a valid one."""

    targets: tuple[int, int] | None
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
            case "look":
                self._look(random)
            case "look_again" if self.asked:
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
                life.broker.send(LOOK, random.choice(_NONSENSE))
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

    def _look(self, random: Random) -> None:
        # Every request has targets of its own, so that what the drone did can be told from outside.
        targets = (random.randrange(-9000, 9001), random.randrange(-3000, 4501))
        transaction = f"t{len(self.asked)}"
        self.asked[transaction] = Asked(targets)
        self._send(transaction)

    def _send(self, transaction: str) -> None:
        targets = self.asked[transaction].targets
        assert targets is not None
        fields = {"pan": targets[0] / 100, "tilt": targets[1] / 100, "transaction": transaction}
        self.life.broker.send(LOOK, encode_json(fields))


def live(seed: int, seconds: float = 90.0, life: Life | None = None) -> Story:
    """One life from its seed: power-up, all that happens, and some time to settle. Every other one is gentle."""
    life = life or Life(seed)
    life.start()
    life.run(2.0)
    story = Story(life, gentle=seed % 2 == 1)
    story.play(seconds)
    life.run(SETTLE_S)
    return story
