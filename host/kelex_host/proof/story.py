"""What happens in a life, drawn from its seed: what people ask for, and what goes wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random

from kelex_sim.cable import CLEAN, HOSTILE
from kelex_sim.chips.fault import KINDS

from kelex_host.bridge.gateway import encode_json
from kelex_host.proof.life import DRONE, Life
from kelex_host.proof.plan import FAULTS, Happening, chances, draw
from kelex_host.proof.wishes import Asked, wish

_REQUEST = f"kelex/drone/{DRONE}/request/"
_VERBS = ("look", "move", "pose", "stop", "gesture", "eye", "tone")
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
    b'{"color":"ultraviolet"}',
    b'{"frequency_hz":440}',
    b"[" * 5000,
    b"x" * 9000,
)
# How long everything may take to be right again after the last fault.
SETTLE_S = 25.0
# A ring this long after a start of the board is surely heard; this long before its end it is surely told, for an
# event waits in the board's memory while the cable is out (3 s at most) and until the link is up again (2 s).
_AWAKE_US = 500_000
_HEARD_US = 200_000
_TOLD_US = 5_500_000
_RING_S = 0.5
# Two rings closer than this may be one to the drone.
_RINGS_APART_US = 1_000_000


@dataclass(slots=True)
class Story:
    """Plays accidents and wishes into a life; remembers what was asked, for the checkers."""

    life: Life
    gentle: bool = False  # nothing breaks the bridge or its broker, so every answer can be counted
    asked: dict[str, Asked] = field(default_factory=dict)
    nonsense: int = 0
    did: Counter[str] = field(default_factory=Counter)
    rings: list[int] = field(default_factory=list)  # when (us) somebody rang
    powerless_us: list[int] = field(default_factory=list)  # when the board's power went

    def play(self, plan: Iterable[Happening], seconds: float) -> None:
        """Let things happen as planned, for so long, then mend every fault."""
        kernel = self.life.kernel
        began_us = kernel.now_us
        for happening in plan:
            kernel.run_until(began_us + happening.at_us)
            self._happen(happening.what, Random(happening.seed))
        kernel.run_until(began_us + round(seconds * 1e6))
        self.life.cable.set_faults(CLEAN)
        for fault in self.life.body.parts.faults.values():
            fault.end()

    def rings_told(self) -> tuple[int, int]:
        """How many doorbell events there must be at least, and at most."""
        least = most = 0
        for rang_us in self.rings:
            # The board is away for 0.2 s, then it starts. A ring that goes on meanwhile may be heard twice.
            away = [rang_us - at_us for at_us in self.powerless_us]
            least += not any(-_TOLD_US < past_us < _AWAKE_US for past_us in away)
            again = any(-round(_RING_S * 1e6) - _HEARD_US < past_us < _AWAKE_US for past_us in away)
            most += 2 if again else 1
        return least, most

    def _happen(self, what: str, random: Random) -> None:
        self.did[what] += 1
        life = self.life
        match what:
            case "wish":
                asked = wish(random, len(self.asked))
                self.did[asked.verb] += 1
                transaction = f"t{len(self.asked)}"
                asked.since_us = life.kernel.now_us
                self.asked[transaction] = asked
                self._send(transaction)
            case "again" if self.asked:
                transaction = random.choice(list(self.asked))
                self.asked[transaction].times += 1
                self._send(transaction)
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
                self.powerless_us.append(life.kernel.now_us)
                life.power_cycle()
            case _:
                self._around(what, random)

    def _around(self, what: str, random: Random) -> None:
        """Something happens in the house, or in the drone itself."""
        life, around = self.life, self.life.body.around
        match what:
            case "walk":
                member, room = random.choice(["jor-el", "lara"]), random.choice(["study", "nursery", "hall"])
                life.house.enter(member, room)
            case "climate":
                life.house.climate("nursery", round(random.uniform(15, 33), 1), None)
            case "light":
                life.house.light("nursery", round(random.uniform(0, 600)))
            case "touch" | "door" | "cry":
                around.begin(what, random.uniform(0.1, 6))
            case "tremor":
                around.shake(random.uniform(0.5, 6), random.uniform(0.5, 6))
            case "intruder":
                around.approach(random.uniform(100, 1900), random.uniform(0.5, 6))
            case "ring" if not self.rings or life.kernel.now_us - self.rings[-1] > _RINGS_APART_US:
                self.rings.append(life.kernel.now_us)
                around.begin("ring", _RING_S)
            case "hand":
                servo = random.choice(list(life.body.servos.values()))
                servo.hold(random.uniform(0.5, 4))
            case "fault":
                # Not the doorbell's: a chattering button rings, and every ring is counted.
                part = random.choice([name for name in life.body.parts.faults if name != "doorbell"])
                kind = random.choice(KINDS)
                self.did[f"part_{kind}"] += 1
                life.body.parts.faults[part].begin(kind, random.uniform(0.2, 8))

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

    def _send(self, transaction: str) -> None:
        asked = self.asked[transaction]
        self.life.broker.send(_REQUEST + asked.verb, encode_json({**asked.fields, "transaction": transaction}))


def live(seed: int, seconds: float = 90.0, life: Life | None = None, plan: Iterable[Happening] | None = None) -> Story:
    """One life from its seed: power-up, all that happens, and some time to settle. Every other one is gentle.

    A `plan` is what happens in it; without one it is drawn, busy throughout and with every kind of fault.
    """
    life = life or Life(seed)
    life.start()
    life.run(2.0)
    story = Story(life, gentle=is_gentle(seed))
    if plan is None:
        plan = draw(seed, seconds, chances(FAULTS, gentle=story.gentle))
    story.play(plan, seconds)
    life.run(SETTLE_S)
    return story


def is_gentle(seed: int) -> bool:
    """Whether nothing breaks the bridge or its broker in that life."""
    return seed % 2 == 1
