"""What happens to a house and its drones, and what goes wrong: each a function of the story and of chance."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING

from kelex_sim.cable import CLEAN, HOSTILE
from kelex_sim.chips.fault import KINDS

if TYPE_CHECKING:
    from kelex_host.proof.story import Story

Accident = Callable[["Story", Random], None]

RING_S = 0.5
# Two rings closer than this may be one to the drone.
_RINGS_APART_US = 1_000_000
_YEAR_S = 365 * 86_400.0


# In the house


def _walk(story: Story, random: Random) -> None:
    member, room = random.choice(["jor-el", "lara"]), random.choice(["study", "nursery", "hall"])
    if story.life.household is None:
        story.life.house.enter(member, room)
    elif random.randrange(4):
        story.ask_world("enter", {"member": member, "room": room})
    else:
        story.ask_world("leave", {"member": member})


def _climate(story: Story, random: Random) -> None:
    room = random.choice([drone.body.room for drone in story.life.drones.values()])
    story.life.house.climate(room, round(random.uniform(15, 33), 1), None)


def _light(story: Story, random: Random) -> None:
    room = random.choice([drone.body.room for drone in story.life.drones.values()])
    story.life.house.light(room, round(random.uniform(0, 600)))


def _for_a_while(what: str) -> Accident:
    def happen(story: Story, random: Random) -> None:
        story.some_drone(random).body.around.begin(what, random.uniform(0.1, 6))

    return happen


def _tremor(story: Story, random: Random) -> None:
    magnitude, seconds = random.uniform(0.5, 6), random.uniform(0.5, 6)
    for drone in story.life.drones.values():
        drone.body.around.shake(magnitude, seconds)


def _intruder(story: Story, random: Random) -> None:
    story.some_drone(random).body.around.approach(random.uniform(100, 1900), random.uniform(0.5, 6))


def _ring(story: Story, random: Random) -> None:
    drone = story.some_drone(random)
    rings, now_us = story.rings[drone.name], story.life.kernel.now_us
    if not rings or now_us - rings[-1] > _RINGS_APART_US:
        rings.append(now_us)
        drone.body.around.begin("ring", RING_S)


def _hand(story: Story, random: Random) -> None:
    servo = random.choice(list(story.some_drone(random).body.servos.values()))
    servo.hold(random.uniform(0.5, 4))


# In a drone and on its cable


def _part(story: Story, random: Random) -> None:
    faults = story.some_drone(random).body.parts.faults
    # Not the doorbell's: a chattering button rings, and every ring is counted.
    part, kind = random.choice([name for name in faults if name != "doorbell"]), random.choice(KINDS)
    story.did[f"part_{kind}"] += 1
    faults[part].begin(kind, random.uniform(0.2, 8))


def _power(story: Story, random: Random) -> None:
    drone = story.some_drone(random)
    story.powerless_us[drone.name].append(story.life.kernel.now_us)
    drone.power_cycle()


# At the host


def _broker(story: Story, random: Random) -> None:
    story.life.broker.cut(random.randrange(10_000, 4_000_000), random.choice([0, 0, 500_000, 2_000_000]))


def _kill(story: Story, random: Random) -> None:
    story.life.kill_bridge()


def _host_away(story: Story, random: Random) -> None:
    story.life.kill_bridge(random.randrange(200_000, 5_000_000))


def _blackout(story: Story, random: Random) -> None:
    """Something happens while the broker is away, and the bridge dies before it is back."""
    life = story.life
    life.broker.cut(2_000_000)
    life.house.leave("lara")
    life.run(4.0)
    life.broker.cut(2_000_000)
    life.house.enter("lara", life.body.room)
    life.run(0.7)
    life.kill_bridge()


def _power_cut(story: Story, random: Random) -> None:
    if story.life.household:
        story.life.household.cut_power(random)


def _disk(kind: str) -> Accident:
    def happen(story: Story, random: Random) -> None:
        household = story.life.household
        if household and not household.is_stuck:
            household.fault(kind)
            story.life.kernel.after(random.randrange(200_000, 8_000_000), household.fault, "")

    return happen


def _clock(story: Story, random: Random) -> None:
    story.life.wall_off_s += random.choice([-_YEAR_S, _YEAR_S, -3600.0, 3600.0, -5.0, 5.0])


ACCIDENTS: dict[str, Accident] = {
    "walk": _walk,
    "climate": _climate,
    "light": _light,
    "touch": _for_a_while("touch"),
    "door": _for_a_while("door"),
    "cry": _for_a_while("cry"),
    "tremor": _tremor,
    "intruder": _intruder,
    "ring": _ring,
    "hand": _hand,
    "fault": _part,
    "power": _power,
    "hostile": lambda story, random: story.some_drone(random).cable.set_faults(HOSTILE),
    "clean": lambda story, random: story.some_drone(random).cable.set_faults(CLEAN),
    "unplug": lambda story, random: story.some_drone(random).cable.unplug(random.randrange(10_000, 3_000_000)),
    "broker": _broker,
    "kill": _kill,
    "host_away": _host_away,
    "blackout": _blackout,
    "power_cut": _power_cut,
    "disk_full": _disk("full"),
    "disk_read_only": _disk("read_only"),
    "clock": _clock,
}


def mend(story: Story) -> None:
    """End every fault that lasts."""
    for drone in story.life.drones.values():
        drone.cable.set_faults(CLEAN)
        for fault in drone.body.parts.faults.values():
            fault.end()
    if story.life.household:
        story.life.household.fault("")
