"""Each of the world's verbs moves just the channels that it should, and what it did ends with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from kelex_drone.sensing import DEAD_BANDS
from kelex_host.bridge.verbs import PLAYED, VERBS
from kelex_wire import schema
from proof.watched_life import WatchedLife

_SCALES = {"cdeg": 100, "cC": 100, "c%": 100, "cdB": 100, "mV": 1000, "mA": 1000, "mm/s2": 1000}
# What a channel may change by on its own, in the document's units. Noise is not a normal drawing only: twice that.
BANDS = {
    name: 2 * band / _SCALES.get(unit, 1) if unit else 0
    for (name, _, unit, _, _), band in zip(schema.CHANNELS, DEAD_BANDS, strict=False)
}
# After the end, how long a channel may take to be as before: the motion sensor holds for 3 s, presence for 2 s more.
RETURN_S = 7.0


@dataclass
class Deed:
    """A verb with its fields: what the channels are `after_s` later, and how it is undone where it does not end."""

    verb: str
    fields: dict[str, Any]
    moved: dict[str, Callable[[Any], bool]] = field(default_factory=dict)
    after_s: float = 2.0
    undo: tuple[str, dict[str, Any]] | None = None
    events: tuple[tuple[str, str], ...] = ()


def near(value: float, off: float) -> Callable[[Any], bool]:
    return lambda told: abs(told - value) <= off


def yes(told: Any) -> bool:
    return told is True


# Something moves, is confirmed by what comes near, and is gone.
SEEN = (("presence", "motion"), ("presence", "detected"), ("presence", "cleared"))
DEEDS = [
    Deed(
        "enter",
        {"member": "lara", "room": "nursery"},
        {"presence": yes, "range": near(1300, 60)},
        after_s=1.0,  # while she passes by
        undo=("leave", {"member": "lara"}),
        events=SEEN,
    ),
    Deed("leave", {"member": "lara"}, undo=("enter", {"member": "lara", "room": "study"})),
    Deed(
        "climate",
        {"room": "nursery", "celsius": 31},
        {"temperature": near(31, 0.15)},
        undo=("climate", {"room": "nursery", "celsius": 21.5}),
        events=(("alarm", "raised"), ("alarm", "cleared")),
    ),
    Deed(
        "climate",
        {"room": "nursery", "humidity": 70},
        {"humidity": near(70, 1)},
        undo=("climate", {"room": "nursery", "humidity": 45}),
    ),
    Deed("climate", {"room": "study", "celsius": 31, "humidity": 70}),
    Deed(
        "light",
        {"room": "nursery", "lux": 20},
        {"light": near(20, 2)},
        after_s=8,
        undo=("light", {"room": "nursery", "lux": 180}),
    ),
    Deed("light", {"room": "study", "lux": 20}),
    Deed(
        "cry",
        {"seconds": 4},
        {"sound": lambda told: told > -35},
        after_s=1.5,
        events=(("cry", "cry_started"), ("cry", "cry_ended")),
    ),
    Deed("ring", {}, {"doorbell": yes}, after_s=0.3, events=(("doorbell", "pressed"),)),
    Deed("touch", {"seconds": 2}, {"touch": yes}, after_s=1.0, events=(("touch", "touched"), ("touch", "released"))),
    Deed("door", {"open": True, "seconds": 3}, {"door": yes}, events=(("door", "opened"), ("door", "closed"))),
    Deed(
        "door",
        {"open": True},
        {"door": yes},
        undo=("door", {"open": False}),
        events=(("door", "opened"), ("door", "closed")),
    ),
    Deed(
        "tremor",
        {"magnitude": 20, "seconds": 4},
        {"tremor": lambda told: 13 < told < 22},
        events=(("alarm", "raised"), ("alarm", "cleared")),
    ),
    Deed(
        "tremor",
        {"magnitude": 3, "seconds": 4},
        {"tremor": lambda told: 2 < told < 3.3},
        events=(("alarm", "raised"), ("alarm", "cleared")),
    ),
    Deed(
        "intruder",
        {"range_mm": 500, "seconds": 4},
        {"range": near(500, 40), "presence": yes},
        events=SEEN,
    ),
    Deed("hand", {"joint": "right_elbow", "seconds": 4}, {"range": near(120, 10)}),
    Deed(
        "servo_load",
        {"joint": "left_elbow", "seconds": 4},
        {"servo_current": lambda told: told > 0.6},
        events=(("fault", "raised"), ("fault", "cleared")),
    ),
    Deed(
        "battery",
        {"level": 15},
        {"battery_voltage": near(7.067, 0.02), "battery_level": near(15, 1)},
        undo=("battery", {"level": 90}),
    ),
    Deed(
        "fault",
        {"part": "light", "kind": "absent", "seconds": 4},
        {"light": lambda told: told is None},
        events=(("fault", "raised"), ("fault", "cleared")),
    ),
    Deed("unplug", {"drone": "kelex", "seconds": 2}),
    Deed("contact", {"contact": "dru-zod", "behaviour": "refuse"}),
    Deed("truth", {}),
]


def test_every_verb_of_the_world_is_here() -> None:
    assert {deed.verb for deed in DEEDS} == {verb.name for verb in VERBS if verb.scope == "world"} - PLAYED


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: f"{deed.verb}-{'-'.join(map(str, deed.fields.values()))}")
def test_a_verb_moves_its_channels_and_no_other_and_then_they_return(deed: Deed) -> None:
    life = WatchedLife()
    before = life.senses
    life.ask("world", deed.verb, **deed.fields)
    life.run(deed.after_s)
    for channel, holds in deed.moved.items():
        assert holds(life.senses[channel]), f"{channel} is {life.senses[channel]}, it was {before[channel]}"
    if deed.undo:
        life.ask("world", deed.undo[0], **deed.undo[1])
    life.run(RETURN_S + deed.fields.get("seconds", 0))
    documents = life.seen("senses")
    assert len(documents) >= 5
    for channel in BANDS.keys() - deed.moved.keys():
        assert all(alike(channel, document, before) for document in documents), channel
    assert [channel for channel in BANDS if not alike(channel, life.senses, before)] == []
    assert life.senses["faults"] == []
    assert tuple(life.events()) == deed.events


def alike(channel: str, document: dict[str, Any], before: dict[str, Any]) -> bool:
    """Whether the channel is told as before, within what it may change by on its own."""
    value = document[channel]
    return value is not None and abs(value - before[channel]) <= BANDS[channel]


def test_a_load_on_a_joint_that_moves_makes_the_drone_let_go_and_say_so() -> None:
    life = WatchedLife()
    life.ask("drone", "move", joints={"left_elbow": 20})
    life.run(2)
    life.watch()
    life.ask("world", "servo_load", joint="left_elbow", seconds=4)
    life.ask("drone", "move", joints={"left_elbow": 80})
    life.run(2)
    [raised] = life.seen("event/reflex")
    assert (raised["event_type"], raised["reflex"]) == ("raised", "stall")
    assert raised["reading"] > 600
    assert life.senses["servo_current"] < 0.1  # it lets go rather than press on
    life.run(8)
    assert life.senses["faults"] == []
    assert life.events("body") == [("reflex", "raised"), ("reflex", "cleared")]
    life.ask("drone", "move", joints={"left_elbow": 80})
    life.run(2)
    assert life.ask("world", "truth")["servos"]["left_elbow"]["angle"] == pytest.approx(80, abs=0.5)


def test_a_load_on_a_joint_at_rest_is_felt_in_the_current_for_as_long_as_it_pulls() -> None:
    life = WatchedLife()
    life.ask("drone", "move", joints={"left_elbow": 20})
    life.run(2)
    life.ask("world", "servo_load", joint="left_elbow", seconds=4)
    life.run(2)
    assert life.senses["servo_current"] > 0.6
    assert life.senses["faults"] == ["servos"]
    assert life.ask("world", "truth")["servos"]["left_elbow"]["angle"] == pytest.approx(20, abs=0.5)
    life.run(6)
    assert life.senses["servo_current"] < 0.1
    assert life.senses["faults"] == []


def test_sound_servos_that_move_all_at_once_to_and_fro_are_no_fault() -> None:
    life = WatchedLife()
    low = {name: low / 100 for name, low, _ in schema.JOINTS}
    high = {name: high / 100 for name, _, high in schema.JOINTS}
    for pause_s in (2.0, 0.4, 0.3, 0.2, 0.6, 0.1, 0.1, 0.3, 0.15, 0.25) * 2:
        life.ask("drone", "move", joints=low)
        life.run(pause_s)
        life.ask("drone", "move", joints=high)
        life.run(pause_s)
        life.ask("drone", "stop")
    life.run(3)
    assert life.events("body") == []
    assert all(document["faults"] == [] for document in life.seen("senses"))
