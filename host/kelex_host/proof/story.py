"""What happens in a life: what people ask for, and what goes wrong. It remembers what the checkers have to know."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from kelex_host.bridge.gateway import encode_json
from kelex_host.proof.accidents import ACCIDENTS, RING_S, mend
from kelex_host.proof.house_wishes import guarded_wish, house_wish
from kelex_host.proof.life import Life
from kelex_host.proof.life_drone import LifeDrone
from kelex_host.proof.life_trust import FORGERIES
from kelex_host.proof.plan import FAULTS, Happening, chances, draw
from kelex_host.proof.wishes import Asked, wish

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
# A house tells and shows something of its own accord, and may just do so then: it is judged once nothing has been said
# for so long, or, if it never is silent, after so long.
_SILENT_S, _SILENT_WITHIN_S = 0.5, 10.0
# Before a story begins, everything starts.
START_S = 2.0
# A ring this long after a start of the board is surely heard; this long before its end it is surely told, for an
# event waits in the board's memory while the cable is out (3 s at most) and until the link is up again (2 s).
_AWAKE_US = 500_000
_HEARD_US = 200_000
_TOLD_US = 5_500_000
# The ids that a house told of are looked for in so many of the latest messages.
_LATEST_MOST = 400
# What the house answers to a signed order whose counter it has not noted.
_UNTAKEN = {"busy", "offline", "stale"}


@dataclass(slots=True)
class HouseAsked:
    """A request to the household, or an order that has to be refused with `refusal`."""

    topic: str
    verb: str
    payload: bytes
    times: int = 1
    refusal: str = ""
    signed: bool = False


@dataclass(slots=True)
class Story:
    """Plays accidents and wishes into a life; remembers what was asked, for the checkers."""

    life: Life
    gentle: bool = False  # nothing breaks the bridge or its broker, so every answer can be counted
    asked: dict[str, Asked] = field(default_factory=dict)
    asked_house: dict[str, HouseAsked] = field(default_factory=dict)
    nonsense: int = 0
    did: Counter[str] = field(default_factory=Counter)
    # By drone: when (us) somebody rang there, and when its board's power went.
    rings: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    powerless_us: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def play(self, plan: Iterable[Happening], seconds: float) -> None:
        """Let things happen as planned, for so long, then mend every fault."""
        kernel = self.life.kernel
        began_us = kernel.now_us
        for happening in plan:
            kernel.run_until(began_us + happening.at_us)
            self._happen(happening.what, Random(happening.seed))
        kernel.run_until(began_us + round(seconds * 1e6))
        mend(self)

    def some_drone(self, random: Random) -> LifeDrone:
        """One of the drones."""
        return random.choice(list(self.life.drones.values()))

    def rings_told(self, drone: str) -> tuple[int, int]:
        """How many doorbell events there must be at least, and at most."""
        least = most = 0
        for rang_us in self.rings[drone]:
            # The board is away for 0.2 s, then it starts. A ring that goes on meanwhile may be heard twice.
            away = [rang_us - at_us for at_us in self.powerless_us[drone]]
            least += not any(-_TOLD_US < past_us < _AWAKE_US for past_us in away)
            again = any(-round(RING_S * 1e6) - _HEARD_US < past_us < _AWAKE_US for past_us in away)
            most += 2 if again else 1
        return least, most

    def ask_world(self, verb: str, fields: dict[str, Any]) -> None:
        """Have something happen in the house by its own verb, so that the household hears of it."""
        transaction = f"w{len(self.asked_house)}"
        payload = encode_json({**fields, "transaction": transaction})
        self._ask_house(transaction, HouseAsked(f"kelex/world/request/{verb}", verb, payload))

    def _is_answered(self, transaction: str) -> bool:
        """Whether anybody has seen an answer to it."""
        wanted = f'"transaction":"{transaction}"'.encode()
        return any("/response/" in message.topic and wanted in message.payload for message in self.life.broker.log)

    def _happen(self, what: str, random: Random) -> None:
        self.did[what] += 1
        match what:
            case "wish":
                self._wish(random)
            case "again" if self.asked:
                transaction = random.choice(list(self.asked))
                self.asked[transaction].times += 1
                self.asked[transaction].early += not self._is_answered(transaction)
                self._send(transaction)
            case "nonsense":
                self.nonsense += 1
                topic = f"kelex/drone/{self.some_drone(random).name}/request/{random.choice(_VERBS)}"
                self.life.broker.send(topic, random.choice(_NONSENSE))
            case "house_wish":
                verb, fields = house_wish(random, self._latest)
                transaction = f"h{len(self.asked_house)}"
                payload = encode_json({**fields, "transaction": transaction})
                self._ask_house(transaction, HouseAsked(f"kelex/house/request/{verb}", verb, payload))
            case "house_again" if self.asked_house:
                asked = random.choice(list(self.asked_house.values()))
                if not asked.refusal:
                    asked.times += 1
                    self.life.broker.send(asked.topic, asked.payload)
            case "signed":
                self._order_signed(random)
            case "forgery":
                self._forge(random)
            case _ if what in ACCIDENTS:
                ACCIDENTS[what](self, random)

    def _wish(self, random: Random) -> None:
        asked = wish(random, len(self.asked))
        self.did[asked.verb] += 1
        asked.drone = self.some_drone(random).name
        asked.since_us = self.life.kernel.now_us
        transaction = f"t{len(self.asked)}"
        self.asked[transaction] = asked
        self._send(transaction)

    def _send(self, transaction: str) -> None:
        asked = self.asked[transaction]
        payload = encode_json({**asked.fields, "transaction": transaction})
        self.life.broker.send(f"kelex/drone/{asked.drone}/request/{asked.verb}", payload)

    def _ask_house(self, transaction: str, asked: HouseAsked) -> None:
        self.asked_house[transaction] = asked
        self.life.broker.send(asked.topic, asked.payload)

    def _order_signed(self, random: Random) -> None:
        assert self.life.trust is not None
        verb, fields, member = guarded_wish(random)
        transaction = f"s{len(self.asked_house)}"
        topic = f"kelex/house/request/{verb}"
        payload = self.life.trust.sign(self.life.now(), topic, {**fields, "transaction": transaction}, member)
        self._ask_house(transaction, HouseAsked(topic, verb, payload, signed=True))

    def _forge(self, random: Random) -> None:
        assert self.life.trust is not None
        verb, fields, _ = guarded_wish(random)
        how, transaction = random.choice(list(FORGERIES)), f"f{len(self.asked_house)}"
        fields["transaction"] = transaction
        forged = self.life.trust.forge(
            self.life.now(), f"kelex/house/request/{verb}", fields, how, random, self._was_taken
        )
        if forged:
            self.did[f"forged_{how}"] += 1
            topic, payload = forged
            self._ask_house(transaction, HouseAsked(topic, topic.rpartition("/")[2], payload, refusal=FORGERIES[how]))

    def _was_taken(self, transaction: str) -> bool:
        """Whether the house has told that it took that signed order, so that the same once more is a replay.

        One that came while nothing could be noted, or while nobody was there, is as good as new until it is stale.
        """
        marked = f'"transaction":"{transaction}"'.encode()
        for message in self.life.broker.log:
            if message.topic.startswith("kelex/house/response/") and marked in message.payload:
                answer = json.loads(message.payload)
                if answer["status"] == "ok" or answer["error"]["code"] not in _UNTAKEN:
                    return True
        return False

    def _latest(self, name: str) -> str:
        """The latest id of that name that the house told of, in an event or in a response."""
        for message in reversed(self.life.broker.log[-_LATEST_MOST:]):
            if message.topic.startswith("kelex/house/event/") and f'"{name}"'.encode() in message.payload:
                return str(json.loads(message.payload)[name])
        return "none"


def live(seed: int, seconds: float = 90.0, life: Life | None = None, plan: Iterable[Happening] | None = None) -> Story:
    """One life from its seed: power-up, all that happens, and some time to settle. Every other one is gentle.

    A `plan` is what happens in it; without one it is drawn, busy throughout and with every kind of fault.
    """
    life = life or Life(seed)
    life.start()
    life.run(START_S)
    story = Story(life, gentle=is_gentle(seed))
    if plan is None:
        plan = draw(seed, seconds, chances(FAULTS, gentle=story.gentle, household=life.household is not None))
    story.play(plan, seconds)
    life.run(SETTLE_S)
    _run_until_silent(life)
    return story


def _run_until_silent(life: Life) -> None:
    end_us = life.kernel.now_us + round(_SILENT_WITHIN_S * 1e6)
    before = None
    while (said := _said(life)) != before and life.kernel.now_us < end_us:
        before = said
        life.run(_SILENT_S)


def _said(life: Life) -> tuple[int, ...]:
    """How many events each drone has made, and how many events anybody was told of."""
    made = [drone.body.pico.app.drone.link.held.next for drone in life.drones.values() if drone.body.pico.app]
    return (*made, sum("/event/" in message.topic for message in life.broker.log))


def is_gentle(seed: int) -> bool:
    """Whether nothing breaks the bridge or its broker in that life."""
    return seed % 2 == 1
