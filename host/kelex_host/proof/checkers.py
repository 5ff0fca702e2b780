"""What must hold of every life, whatever went wrong in it. Each checker returns sentences; none means it holds."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from kelex_host.proof.life import DRONE, Deed, Life
from kelex_host.proof.settling import settled
from kelex_host.proof.story import Story
from kelex_host.proof.wishes import ENDS


def check(story: Story) -> list[str]:
    """All checkers over a life whose faults have stopped and that has had time to settle."""
    life = story.life
    return [
        *never_out_of_limits(life),
        *orders_at_most_once(story),
        *stopped_means_stopped(story),
        *answers_exactly_once(story),
        *events_once_and_in_order(life),
        *every_ring_is_told_once(story),
        *settled(life),
    ]


def never_out_of_limits(life: Life) -> list[str]:
    """No servo left its range or its speed, nothing sounded in quiet mode, the firmware never crashed."""
    return [*life.body.violations, *life.body.pico.crashes]


def orders_at_most_once(story: Story) -> list[str]:
    """No order was obeyed twice; what was answered `ok` was obeyed; what was refused was not.

    Orders that want the very same (two stops) can only be counted together.
    """
    life, wrong = story.life, []
    obeyed = Counter(life.deeds)
    granted: Counter[Deed | None] = Counter()
    allowed: Counter[Deed | None] = Counter()
    for asked in story.asked.values():
        # A bridge that was killed has forgotten its answers: the sender's repetition is a new order then.
        allowed[asked.deed] += asked.times if life.restarts else 1
    for transaction, answers in _answers(life).items():
        if transaction is None:
            continue
        granted[story.asked[transaction].deed] += any(answer["status"] == "ok" for answer in answers)
        codes = {answer["error"]["code"] for answer in answers if answer["status"] == "error"}
        if codes and codes != {"offline"} and codes != {"busy"}:
            wrong.append(f"{transaction} was refused with {codes}, though it was a valid request")
    for deed in {*obeyed, *granted}:
        if deed is not None and not granted[deed] <= obeyed[deed] <= allowed[deed]:
            wrong.append(
                f"{deed} was obeyed {obeyed[deed]} times, at most {allowed[deed]} are right, "
                f"and {granted[deed]} were answered ok"
            )
    return wrong


def stopped_means_stopped(story: Story) -> list[str]:
    """After a stop no pulse changed before something else was begun. Whatever was obeyed ends just once: a move and
    a gesture done or interrupted, all else at once.
    """
    life = story.life
    life.look_at_stopped()
    wrong = list(life.stirred)
    if not story.gentle:  # a second beginning has the same transaction, and a killed bridge forgets it
        return wrong
    said: dict[str | None, Counter[str]] = {}
    for message in life.broker.log:
        if message.topic.endswith("/event/body"):
            event = json.loads(message.payload)
            said.setdefault(event.get("transaction"), Counter())[event["event_type"]] += 1
    obeyed = set(life.deeds)
    answers = _answers(life)
    for transaction, asked in story.asked.items():
        if asked.deed is None:
            continue
        granted = any(answer["status"] == "ok" for answer in answers.get(transaction, []))
        # A board that lost its power forgot what it was at; a stop is obeyed even where there is no room to say so.
        forgotten = any(at_us >= asked.since_us for at_us in story.powerless_us)
        least = 1 if granted and not forgotten and asked.verb != "stop" else 0
        most = 1 if asked.deed in obeyed else 0
        types = said.get(transaction, Counter())
        ends = sum(types[end] for end in ENDS[str(asked.deed[0])])
        if not least <= ends <= most:
            wrong.append(f"{transaction} ({asked.verb}) ended {ends} times, at least {least}, at most {most} are right")
        if asked.verb == "gesture" and not least <= types["gesture_started"] <= most:
            wrong.append(f"{transaction} (gesture) started {types['gesture_started']} times")
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

    A repeat is allowed only where the bridge's connection broke in between, or the drone kept an event for its next
    boot without hearing that it had arrived; it carries the same id.
    """
    wrong: list[str] = []
    arrived: dict[int, list[int]] = {}
    earlier = 0
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
        if event_id in unbroken and "earlier_boot" not in event:
            wrong.append(f"{event_id} arrived twice over the same connection")
        unbroken.add(event_id)
        if event_id in content:
            if content[event_id] != said:
                wrong.append(f"{event_id} came as {content[event_id]} and as {said}")
            continue
        content[event_id] = said
        _, boot, number = event_id.rsplit("-", 2)
        if "earlier_boot" in event:
            earlier += 1
        else:
            arrived.setdefault(int(boot), []).append(int(number))
    for boot, numbers in arrived.items():
        # A boot's first numbers may be of what an earlier one kept for it.
        if numbers != list(range(numbers[0], numbers[0] + len(numbers))) or numbers[0] > 1 + earlier:
            wrong.append(f"boot {boot}: events arrived as {numbers}, and {earlier} of earlier boots")
    link = life.body.pico.app.drone.link
    made, last = link.held.next - 1, arrived.get(link.boot, [0])[-1]
    if made != last and made > earlier:
        wrong.append(f"boot {link.boot} made {made} events, the last to arrive was {last}")
    if link.held.dropped:
        wrong.append(f"{link.held.dropped} events were dropped")
    return wrong


def every_ring_is_told_once(story: Story) -> list[str]:
    """Each time that somebody rang is one event, as far as the board had power."""
    told = {
        json.loads(message.payload)["event_id"]
        for message in story.life.broker.log
        if message.topic.endswith("/event/doorbell")
    }
    least, most = story.rings_told()
    if least <= len(told) <= most:
        return []
    return [f"the doorbell was told {len(told)} times, {least} to {most} are right"]


def _answers(life: Life) -> dict[str | None, list[dict[str, Any]]]:
    """Every response of the drone, by transaction."""
    answers: dict[str | None, list[dict[str, Any]]] = {}
    for message in life.broker.log:
        if f"/{DRONE}/response/" in message.topic:
            answer = json.loads(message.payload)
            answers.setdefault(answer.get("transaction"), []).append(answer)
    return answers
