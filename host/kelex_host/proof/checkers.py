"""What must hold of every life, whatever went wrong in it. Each checker returns sentences; none means it holds."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from kelex_host.proof.life import DRONE, Life
from kelex_host.proof.story import Story


def check(story: Story) -> list[str]:
    """All checkers over a life whose faults have stopped and that has had time to settle."""
    life = story.life
    return [
        *never_out_of_limits(life),
        *orders_at_most_once(story),
        *stopped_means_stopped(story),
        *answers_exactly_once(story),
        *events_once_and_in_order(life),
        *settled(life),
    ]


def never_out_of_limits(life: Life) -> list[str]:
    """No servo left its range or its speed; the firmware never crashed."""
    return [*life.body.violations, *life.body.pico.crashes]


def orders_at_most_once(story: Story) -> list[str]:
    """No order was begun twice; what was answered `ok` was begun; what was refused was not."""
    life, wrong = story.life, []
    began = Counter(life.moves)
    by_move = {asked.move: transaction for transaction, asked in story.asked.items() if asked.move}
    for move, times in began.items():
        transaction = by_move.get(move)
        if transaction is None:
            wrong.append(f"the joints were sent to {move}, which nobody asked for")
            continue
        allowed = _allowed(story, transaction)
        if times > allowed:
            wrong.append(f"{transaction} was obeyed {times} times, at most {allowed} are right")
    stops_granted = 0
    for transaction, answers in _answers(life).items():
        if transaction is None:
            continue
        asked = story.asked[transaction]
        granted = any(answer["status"] == "ok" for answer in answers)
        stops_granted += granted and asked.move is None
        if granted and asked.move and not began[asked.move]:
            wrong.append(f"{transaction} was answered ok and never obeyed")
        codes = {answer["error"]["code"] for answer in answers if answer["status"] == "error"}
        if codes and codes != {"offline"} and codes != {"busy"}:
            wrong.append(f"{transaction} was refused with {codes}, though it was a valid request")
    # One stop looks like another, so they can only be counted.
    stops_allowed = sum(_allowed(story, transaction) for transaction, asked in story.asked.items() if not asked.move)
    if not stops_granted <= life.stops <= stops_allowed:
        wrong.append(f"{life.stops} stops, of {stops_granted} answered ok and at most {stops_allowed} asked for")
    return wrong


def stopped_means_stopped(story: Story) -> list[str]:
    """After a stop no pulse changed before something else was begun. A move ends once: done or interrupted."""
    life = story.life
    life.look_at_stopped()
    wrong = list(life.stirred)
    if not story.gentle:  # a move's second beginning has the same transaction, and a killed bridge forgets it
        return wrong
    ends: Counter[str | None] = Counter()
    for message in life.broker.log:
        if message.topic.endswith("/event/body"):
            ends[json.loads(message.payload).get("transaction")] += 1
    began = set(life.moves)
    for transaction, asked in story.asked.items():
        # A board that lost its power forgot what it was at.
        least = 1 if asked.move in began and not story.did["power"] else 0
        most = 1 if asked.move in began else 0
        if not least <= ends[transaction] <= most:
            wrong.append(f"{transaction} ended {ends[transaction]} times, at least {least}, at most {most} are right")
    return wrong


def answers_exactly_once(story: Story) -> list[str]:
    """Where nothing broke the bridge or its broker: one answer to each request, and every event of a move says whose
    it is.
    """
    if not story.gentle:
        return []
    answers = _answers(story.life)
    wrong = [
        f"{transaction} was asked {asked.times} times and answered {len(answers.get(transaction, []))} times"
        for transaction, asked in story.asked.items()
        if len(answers.get(transaction, [])) != asked.times
    ]
    if len(answers.get(None, [])) != story.nonsense:
        wrong.append(f"{story.nonsense} senseless requests got {len(answers.get(None, []))} answers")
    for message in story.life.broker.log:
        if message.topic.endswith("/event/body") and "transaction" not in json.loads(message.payload):
            wrong.append(f"{json.loads(message.payload)['event_id']} does not say whose it is")
    return wrong


def events_once_and_in_order(life: Life) -> list[str]:
    """Each boot's events arrived as 1, 2, 3 …; of the last boot, all of them.

    A repeat is allowed only where the bridge's connection broke in between, and then carries the same id.
    """
    wrong: list[str] = []
    arrived: dict[int, list[int]] = {}
    content: dict[str, Any] = {}
    unbroken: set[str] = set()  # what arrived since the bridge's connection last broke
    for message in life.broker.log:
        if (message.topic, message.payload) == life.bridge.will:
            unbroken.clear()
        if "/event/" not in message.topic:
            continue
        event = json.loads(message.payload)
        event_id = event["event_id"]
        said = (message.topic, event["event_type"])
        if event_id in unbroken:
            wrong.append(f"{event_id} arrived twice over the same connection")
        unbroken.add(event_id)
        if event_id in content:
            if content[event_id] != said:
                wrong.append(f"{event_id} came as {content[event_id]} and as {said}")
            continue
        content[event_id] = said
        _, boot, number = event_id.rsplit("-", 2)
        arrived.setdefault(int(boot), []).append(int(number))
    for boot, numbers in arrived.items():
        if numbers != list(range(1, len(numbers) + 1)):
            wrong.append(f"boot {boot}: events arrived as {numbers}")
    link = life.body.pico.app.drone.link
    made = link._next_event - 1
    if made != len(arrived.get(link.boot, [])):
        wrong.append(f"boot {link.boot} made {made} events, {len(arrived.get(link.boot, []))} arrived")
    if link.events_dropped:
        wrong.append(f"{link.events_dropped} events were dropped")
    return wrong


def settled(life: Life) -> list[str]:
    """With the faults gone, what is retained on MQTT is what is true."""
    wrong: list[str] = []
    retained = life.broker.retained
    for topic in ("kelex/house/availability", f"kelex/drone/{DRONE}/availability"):
        if retained.get(topic) != b"online":
            wrong.append(f"{topic} is {retained.get(topic)!r} at the end")
    senses = json.loads(retained[f"kelex/drone/{DRONE}/senses"])
    if senses["faults"]:
        wrong.append(f"faults at the end: {senses['faults']}")
    elif abs(senses["temperature"] - life.house.rooms["nursery"].celsius) > 0.15:
        wrong.append(f"temperature is told as {senses['temperature']}, it is {life.house.rooms['nursery'].celsius}")
    if senses["presence"] != life.house.somebody_moves("nursery"):
        wrong.append(f"presence is told as {senses['presence']}")
    body = json.loads(retained[f"kelex/drone/{DRONE}/body"])
    for joint, truth in life.body.truth().items():
        if truth["attached"] and abs(body["joints"][joint] - truth["angle"]) > 1:
            wrong.append(f"{joint} is told at {body['joints'][joint]}, it is at {truth['angle']}")
    if len(life.bridge.outbox):
        wrong.append(f"{len(life.bridge.outbox)} messages still wait for the broker")
    return wrong


def _allowed(story: Story, transaction: str) -> int:
    """How often a request may be obeyed."""
    # A bridge that was killed has forgotten its answers: the sender's repetition is a new order then.
    return story.asked[transaction].times if story.life.restarts else 1


def _answers(life: Life) -> dict[str | None, list[dict[str, Any]]]:
    """Every response of the drone, by transaction."""
    answers: dict[str | None, list[dict[str, Any]]] = {}
    for message in life.broker.log:
        if f"/{DRONE}/response/" in message.topic:
            answer = json.loads(message.payload)
            answers.setdefault(answer.get("transaction"), []).append(answer)
    return answers
