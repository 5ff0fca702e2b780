"""What must hold of every life, whatever went wrong in it. Each checker returns sentences; none means it holds."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from kelex_host.bridge.records import order_values
from kelex_host.proof.house_checkers import check_household
from kelex_host.proof.life import Life
from kelex_host.proof.life_drone import NAMES, Deed, LifeDrone
from kelex_host.proof.settling import settled
from kelex_host.proof.story import Story
from kelex_host.proof.wishes import ENDS, Asked

Answers = dict[str | None, list[dict[str, Any]]]


def check(story: Story) -> list[str]:
    """All checkers over a life whose faults have stopped and that has had time to settle."""
    wrong: list[str] = []
    for drone in story.life.drones.values():
        asked = {name: one for name, one in story.asked.items() if one.drone == drone.name}
        answers = _answers(story.life, drone)
        wrong += never_out_of_limits(drone)
        wrong += orders_at_most_once(story, drone, asked, answers)
        wrong += stopped_means_stopped(story, drone, asked, answers)
        wrong += every_ring_is_told_once(story, drone)
        wrong += every_event_made_has_arrived(story.life, drone)
        wrong += settled(story.life, drone)
    wrong += answers_exactly_once(story)
    wrong += events_once_and_in_order(story.life)
    if story.life.household:
        wrong += check_household(story)
    return wrong


def never_out_of_limits(drone: LifeDrone) -> list[str]:
    """No servo left its range or its speed, nothing sounded in quiet mode, the firmware never crashed."""
    return [*drone.body.violations, *drone.body.pico.crashes]


def orders_at_most_once(story: Story, drone: LifeDrone, asked: Mapping[str, Asked], answers: Answers) -> list[str]:
    """No order was obeyed twice; what was answered `ok` was obeyed; what was refused was not.

    Orders that want the very same (two stops) can only be counted together.
    """
    wrong = []
    obeyed = Counter(drone.deeds)
    granted: Counter[Deed | None] = Counter()
    allowed: Counter[Deed | None] = Counter()
    for one in asked.values():
        # A bridge that was killed has forgotten its answers: the sender's repetition is a new order then.
        allowed[one.deed] += one.times if story.life.restarts else 1
    for name, verb, fields in story.life.ordered:
        if name == drone.name:
            number, values = order_values(verb, fields)
            allowed[NAMES[number], *values] += 1
    for transaction, told in answers.items():
        if transaction is None:
            continue
        granted[asked[transaction].deed] += any(answer["status"] == "ok" for answer in told)
        codes = {answer["error"]["code"] for answer in told if answer["status"] == "error"}
        if codes and codes != {"offline"} and codes != {"busy"}:
            wrong.append(f"{transaction} was refused with {codes}, though it was a valid request")
    for deed in {*obeyed, *granted}:
        if deed is not None and not granted[deed] <= obeyed[deed] <= allowed[deed]:
            wrong.append(
                f"{deed} was obeyed {obeyed[deed]} times, at most {allowed[deed]} are right, "
                f"and {granted[deed]} were answered ok"
            )
    return wrong


def stopped_means_stopped(story: Story, drone: LifeDrone, asked: Mapping[str, Asked], answers: Answers) -> list[str]:
    """After a stop no pulse changed before something else was begun. Whatever was obeyed ends just once: a move and
    a gesture done or interrupted, all else at once.
    """
    drone.look_at_stopped()
    wrong = list(drone.stirred)
    if not story.gentle:  # a second beginning has the same transaction, and a killed bridge forgets it
        return wrong
    said: dict[str | None, Counter[str]] = {}
    for message in story.life.broker.log:
        if message.topic == f"kelex/drone/{drone.name}/event/body":
            event = json.loads(message.payload)
            said.setdefault(event.get("transaction"), Counter())[event["event_type"]] += 1
    obeyed = set(drone.deeds)
    for transaction, one in asked.items():
        if one.deed is None:
            continue
        granted = any(answer["status"] == "ok" for answer in answers.get(transaction, []))
        # A board that lost its power forgot what it was at; a stop is obeyed even where there is no room to say so.
        forgotten = any(at_us >= one.since_us for at_us in story.powerless_us[drone.name])
        least = 1 if granted and not forgotten and one.verb != "stop" else 0
        most = 1 if one.deed in obeyed else 0
        types = said.get(transaction, Counter())
        ends = sum(types[end] for end in ENDS[str(one.deed[0])])
        if not least <= ends <= most:
            wrong.append(f"{transaction} ({one.verb}) ended {ends} times, at least {least}, at most {most} are right")
        if one.verb == "gesture" and not least <= types["gesture_started"] <= most:
            wrong.append(f"{transaction} (gesture) started {types['gesture_started']} times")
    return wrong


def answers_exactly_once(story: Story) -> list[str]:
    """Where nothing broke the bridge or its broker: one answer to each request, and every event of a move says whose
    it is. A request that comes again before it is answered may have its answer with the first.
    """
    if not story.gentle:
        return []
    wrong, senseless = [], 0
    for drone in story.life.drones.values():
        answers = _answers(story.life, drone)
        senseless += len(answers.get(None, []))
        wrong += [
            f"{transaction} was asked {one.times} times and answered {len(answers.get(transaction, []))} times"
            for transaction, one in story.asked.items()
            if one.drone == drone.name and not one.times - one.early <= len(answers.get(transaction, [])) <= one.times
        ]
    if senseless != story.nonsense:
        wrong.append(f"{story.nonsense} senseless requests got {senseless} answers")
    for message in story.life.broker.log:
        # What the household orders has no transaction.
        if message.topic.endswith("/event/body") and not story.life.household:
            event = json.loads(message.payload)
            if "transaction" not in event:
                wrong.append(f"{event['event_id']} does not say whose it is")
    return wrong


def events_once_and_in_order(life: Life) -> list[str]:
    """Each boot's events arrived as 1, 2, 3 …

    A repeat is allowed only where the bridge's connection broke in between, or the drone kept an event for its next
    boot without hearing that it had arrived; it carries the same id.
    """
    wrong: list[str] = []
    arrived: dict[str, list[int]] = {}
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
        boot, _, number = event_id.rpartition("-")
        if event_id in content:
            if content[event_id] != said:
                wrong.append(f"{event_id} came as {content[event_id]} and as {said}")
            continue
        content[event_id] = said
        if message.topic.startswith("kelex/drone/") and "earlier_boot" not in event:
            arrived.setdefault(boot, []).append(int(number))
    for boot, numbers in arrived.items():
        # A boot's first numbers are of what an earlier one kept for it; the house drops those that it knows already.
        name, _, count = boot.rpartition("-")
        kept = life.drones[name].kept.get(int(count), 0)
        if numbers != list(range(numbers[0], numbers[0] + len(numbers))) or numbers[0] > 1 + kept:
            wrong.append(f"boot {boot}: events arrived as {numbers}, and {kept} of earlier boots")
    return wrong


def every_event_made_has_arrived(life: Life, drone: LifeDrone) -> list[str]:
    """Of the last boot, all of them: up to the last one, after what an earlier boot had kept for it."""
    link, wrong = drone.body.pico.app.drone.link, []
    prefix, last, earlier = f"{drone.name}-{link.boot}-", 0, 0
    for message in life.broker.log:
        if message.topic.startswith(f"kelex/drone/{drone.name}/event/"):
            event = json.loads(message.payload)
            earlier += "earlier_boot" in event
            if event["event_id"].startswith(prefix) and "earlier_boot" not in event:
                last = max(last, int(event["event_id"].rpartition("-")[2]))
    made = link.held.next - 1
    if made != last and made > earlier:
        wrong.append(f"{drone.name}, boot {link.boot} made {made} events, the last that arrived is {last}")
    if link.held.dropped:
        wrong.append(f"{link.held.dropped} events were dropped")
    return wrong


def every_ring_is_told_once(story: Story, drone: LifeDrone) -> list[str]:
    """Each time that somebody rang is one event, as far as the board had power."""
    told = {
        json.loads(message.payload)["event_id"]
        for message in story.life.broker.log
        if message.topic == f"kelex/drone/{drone.name}/event/doorbell"
    }
    least, most = story.rings_told(drone.name)
    if least <= len(told) <= most:
        return []
    return [f"the doorbell was told {len(told)} times, {least} to {most} are right"]


def _answers(life: Life, drone: LifeDrone) -> Answers:
    """Every response of the drone, by transaction."""
    answers: Answers = {}
    for message in life.broker.log:
        if message.topic.startswith(f"kelex/drone/{drone.name}/response/"):
            answer = json.loads(message.payload)
            answers.setdefault(answer.get("transaction"), []).append(answer)
    return answers
