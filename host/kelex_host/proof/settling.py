"""What must be so when the faults are gone and all has settled: what is retained on MQTT is what is true."""

from __future__ import annotations

import json
from typing import Any

from kelex_host.proof.life import Life
from kelex_host.proof.life_drone import LifeDrone

# How far off the truth a channel may be told: its sensor's noise, and what one reading leaves open.
_CELSIUS_OFF = 0.15
_LUX_OFF = 5
_VOLTS_OFF = 0.1
_LEVEL_OFF = 2
_RANGE_OFF_MM = 120
# A quiet room: hundredths of a g of tremor, no sound near full scale.
_TREMOR_MOST = 0.2
_SOUND_MOST_DB = -35
_DEGREES_OFF = 1


def settled(life: Life, drone: LifeDrone) -> list[str]:
    """What is wrong with what is retained of a drone at the end."""
    wrong: list[str] = []
    retained = life.broker.retained
    for topic in ("kelex/house/availability", f"kelex/drone/{drone.name}/availability"):
        if retained.get(topic) != b"online":
            wrong.append(f"{topic} is {retained.get(topic)!r} at the end")
    wrong += _senses(life, drone, json.loads(retained[f"kelex/drone/{drone.name}/senses"]))
    if not life.household:  # it may just be telling something
        wrong += _stands_still(drone, json.loads(retained[f"kelex/drone/{drone.name}/body"]))
    wrong += _body(drone, json.loads(retained[f"kelex/drone/{drone.name}/body"]))
    if len(life.bridge.outbox):
        wrong.append(f"{len(life.bridge.outbox)} messages still wait for the broker")
    return wrong + _faults_told(life, drone)


def _senses(life: Life, drone: LifeDrone, senses: dict[str, Any]) -> list[str]:
    if senses["faults"]:
        return [f"faults at the end: {senses['faults']}"]
    room, around = life.house.rooms[drone.body.room], drone.body.around
    near = {
        "temperature": (room.celsius, _CELSIUS_OFF),
        "light": (room.lux, _LUX_OFF),
        "battery_voltage": (drone.body.parts.battery_v, _VOLTS_OFF),
        "battery_level": (drone.body.parts.battery_level, _LEVEL_OFF),
        "range": (around.distance_mm(), _RANGE_OFF_MM),
        "tremor": (0, _TREMOR_MOST),
    }
    wrong = [
        f"{channel} is told as {senses[channel]} at the end, it is {truth}"
        for channel, (truth, off) in near.items()
        if truth is not None and abs(senses[channel] - truth) > off
    ]
    if senses["sound"] > _SOUND_MOST_DB:
        wrong.append(f"sound is told as {senses['sound']} at the end, the room is quiet")
    exact = {
        "presence": around.somebody_moves(),
        "touch": bool(around.touched()),
        "door": not around.door_closed(),
        "doorbell": bool(around.rung()),
    }
    wrong += [f"{channel} is told as {senses[channel]}" for channel, truth in exact.items() if senses[channel] != truth]
    return wrong


def _body(drone: LifeDrone, body: dict[str, Any]) -> list[str]:
    truth = drone.body.truth()
    expected = {"holodisk": truth["holodisk"], "quiet": drone.quiet}
    wrong = [f"{name} is told as {body[name]}, it is {so}" for name, so in expected.items() if body[name] != so]
    if not _may_show(body["eye"]["color"], body["eye"]["effect"], truth["eye_pixels"]):
        wrong.append(f"the eye is told as {body['eye']}, its pixels are {truth['eye_pixels']}")
    return wrong


def _stands_still(drone: LifeDrone, body: dict[str, Any]) -> list[str]:
    truth = drone.body.truth()
    wrong = [
        f"{joint} is told at {body['joints'][joint]}, it is at {servo['angle']}"
        for joint, servo in truth["servos"].items()
        if servo["attached"] and abs(body["joints"][joint] - servo["angle"]) > _DEGREES_OFF
    ]
    expected = {"moving": False, "gesture": None}
    wrong += [f"{name} is told as {body[name]}, it is {so}" for name, so in expected.items() if body[name] != so]
    if truth["tone_hz"]:
        wrong.append(f"the buzzer sounds at {truth['tone_hz']} Hz at the end")
    return wrong


def _may_show(color: str, effect: str, pixels: list[str]) -> bool:
    """Whether the effect, at some moment, makes these pixels of the colour."""
    told, seen = bytes.fromhex(color[1:]), [bytes.fromhex(pixel[1:]) for pixel in pixels]
    match effect:
        case "steady":
            return set(seen) == {told}
        case "blink":
            return set(seen) in ({told}, {bytes(3)})
        case "scan":
            return seen.count(told) == (1 if any(told) else len(seen))
    # Breathing: the same share of the colour everywhere.
    return len(set(seen)) == 1 and all(level <= full for level, full in zip(seen[0], told, strict=True))


def _faults_told(life: Life, drone: LifeDrone) -> list[str]:
    """Of each boot's fault events, every `raised` has its `cleared`; the last boot's all are cleared by now."""
    wrong: list[str] = []
    raised: dict[tuple[str, str], str] = {}
    seen: set[str] = set()
    boot = str(drone.body.pico.app.drone.link.boot)
    for message in life.broker.log:
        if message.topic != f"kelex/drone/{drone.name}/event/fault":
            continue
        event = json.loads(message.payload)
        if event["event_id"] in seen:
            continue
        seen.add(event["event_id"])
        key = (event["event_id"].rsplit("-", 2)[1], event["part"])
        if raised.get(key, "cleared") == event["event_type"]:
            wrong.append(f"{event['event_id']}: {event['part']} was {event['event_type']} twice")
        raised[key] = event["event_type"]
    wrong += [
        f"the fault of {part} was never cleared"
        for (of, part), last in raised.items()
        if (of, last) == (boot, "raised")
    ]
    return wrong
