"""A whole life with a paired drone, and a second host on its cable who records, forges and greets all the while."""

from __future__ import annotations

import json
from random import Random

import pytest
from kelex_host.bridge.now import Now
from kelex_host.bridge.reply import Reply
from kelex_host.proof.life import DRONE, Life
from kelex_sim.cable import CLEAN, HOSTILE
from kelex_wire import codec, frame, schema

ROUNDS = 400


class Intruder:
    """He hears both lanes of the cable, and writes to the board. He has everything but the key."""

    def __init__(self, life: Life, seed: int) -> None:
        self.forged = 0
        self._life = life
        self._random = Random(seed)
        self._orders: list[tuple[int, bytes]] = []
        self._hellos: list[bytes] = []
        self._session = 0
        send = life.cable.down.send

        def overheard(data: bytes) -> None:
            self._record(data)
            send(data)

        life.cable.down.send = overheard  # type: ignore[method-assign]
        self._send = send

    def act(self) -> None:
        """One of the things that he can do."""
        random, link = self._random, self._life.body.pico.app.drone.link
        match random.randrange(7):
            case 0 if self._orders:
                self._order(*random.choice(self._orders))
            case 1 | 2 if self._orders:
                number, payload = random.choice(self._orders)
                current = link.session.to_bytes(4, "little") + link.gate._expected.to_bytes(2, "little")
                self._order(number, current + payload[6:])
            case 3 if self._orders:
                number, payload = random.choice(self._orders)
                broken = bytearray(payload)
                broken[random.randrange(len(broken))] ^= 1 << random.randrange(8)
                self._order(number, bytes(broken))
            case 4:
                self._order(
                    schema.ORDER_HOLODISK, codec.encode(schema.ORDER_HOLODISK, link.session, link.gate._expected, 1)
                )
            case 5:
                self._order(schema.ORDER_UNPAIR, codec.encode(schema.ORDER_UNPAIR, link.session, link.gate._expected))
            case 6 if random.random() < 0.1:
                nonce = random.getrandbits(32)
                self._send(frame.encode(schema.HELLO, 0, codec.encode(schema.HELLO, schema.SCHEMA_CRC, nonce, 0, 0)))
            case 6 if self._hellos and random.random() < 0.1:
                self._send(frame.encode(schema.HELLO, 0, random.choice(self._hellos)))

    def _order(self, number: int, payload: bytes) -> None:
        self.forged += 1
        self._send(b"\0" + frame.encode(number, 0, payload))

    def _record(self, data: bytes) -> None:
        for run in filter(None, data.split(b"\0")):
            number, _, payload = frame.decode(run)
            if schema.kind_of(number) == schema.ORDER:
                self._orders.append((number, payload))
            elif number == schema.HELLO:
                self._hellos.append(payload)


def ask(life: Life, verb: str, fields: dict[str, object], seconds: float = 0.2) -> str:
    """What a request past the broker and its guard is answered: `ok`, or the code of the error."""
    answers: list[str] = []

    def failed(now: Now, error: Exception) -> None:
        answers.append(getattr(error, "code", "?"))

    reply = Reply(None, lambda now, data: answers.append("ok"), failed)
    life.bridge.drones[DRONE].request(life.now(), verb, fields, reply)
    life.pump()
    life.run(seconds)
    return answers[0] if answers else "none"


@pytest.mark.parametrize("seed", range(6))
def test_a_second_host_on_the_cable_has_nothing_obeyed_and_the_link_recovers(seed: int) -> None:
    life = Life(seed)
    life.start()
    life.run(2)
    assert ask(life, "pair", {}) == "ok"
    life.run(1)
    intruder, asked = Intruder(life, seed), []
    life.deeds.clear()
    if seed % 2:
        life.cable.set_faults(HOSTILE)
    for turn in range(ROUNDS):
        if turn % 5 == 0 and life.bridge.drones[DRONE].link.online:
            fields = {"pan": float(turn % 60), "tilt": 0.0, "duration_ms": None}
            # The angle says which one it was: each is asked for once in sixty rounds.
            asked.append(turn % 60)
            ask(life, "look", fields, 0.0)
        if turn == ROUNDS // 2:
            life.power_cycle()
            life.run(1.5)
        intruder.act()
        life.run(0.02)
    life.cable.set_faults(CLEAN)
    life.run(5)
    assert intruder.forged > ROUNDS // 2
    moves = [deed for deed in life.deeds if deed[0] == "order_move"]
    assert life.deeds == moves, "somebody had something obeyed that the house never asks for"
    turns = [int(str(deed[2])) // 100 for deed in moves]
    rest = iter(asked)
    assert all(turn in rest for turn in turns), "an order was obeyed twice, or one that the house did not give"
    assert ask(life, "holodisk", {"on": True}) == "ok"
    assert life.body.parts.holodisk.on
    assert life.body.violations == []
    refused = json.loads(json.dumps(life.body.pico.app.drone.link.gate.forged))
    assert refused > 0


def test_the_pairing_outlives_the_board_and_the_bridge() -> None:
    life = Life(3)
    life.start()
    life.run(2)
    assert ask(life, "pair", {}) == "ok"
    life.power_cycle()
    life.run(3)
    life.kill_bridge()
    life.run(2)
    assert ask(life, "holodisk", {"on": True}) == "ok"
    assert life.body.pico.app.drone.link.gate.forged == 0
    life.pairings.kept.clear()
    life.kill_bridge()
    life.run(2)
    assert ask(life, "holodisk", {"on": False}) == "not_allowed"
    assert life.body.parts.holodisk.on
