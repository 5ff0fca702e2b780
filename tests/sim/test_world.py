"""The world's verbs, on a house with real simulated drones."""

from random import Random

import pytest
from kelex_sim.body import Body
from kelex_sim.errors import WorldError
from kelex_sim.house import example_house
from kelex_sim.kernel import Kernel
from kelex_sim.world import UNPLUG_S, World


class Bench:
    def __init__(self, *drones):
        self.kernel, self.house, self.unplugged = Kernel(), example_house(), []
        self.bodies = {name: self._body() for name in drones}
        self.world = World(self.house, self.bodies, lambda *what: self.unplugged.append(what))

    def _body(self):
        return Body(self.kernel, self.house, "nursery", random=Random(1), output=lambda data: None)


@pytest.fixture
def bench():
    return Bench("kelex")


def test_entering_and_leaving_move_people_and_say_where_they_are(bench):
    assert bench.world.act("enter", {"member": "lara", "room": "hall"})["people"]["lara"] == "hall"
    assert bench.world.act("leave", {"member": "lara"})["people"]["lara"] is None


def test_who_enters_a_drones_room_is_seen_by_its_sensor(bench):
    assert bench.bodies["kelex"].pir.level() == 0
    bench.world.act("enter", {"member": "lara", "room": "nursery"})
    assert bench.bodies["kelex"].pir.level() == 1


def test_the_climate_is_what_the_drones_sensor_measures(bench):
    rooms = bench.world.act("climate", {"room": "nursery", "celsius": 33.0, "humidity": None})["rooms"]
    assert rooms["nursery"] == {"celsius": 33.0, "humidity": 45.0}
    celsius, humidity = bench.bodies["kelex"]._air()
    assert celsius == pytest.approx(33.0, abs=0.1)
    assert humidity == pytest.approx(45.0, abs=0.2)


@pytest.mark.parametrize(("seconds", "pulled_for"), [(None, UNPLUG_S), (0, 0), (7.5, 7.5)])
def test_a_pulled_plug_comes_back_after_the_time_named(bench, seconds, pulled_for):
    assert bench.world.act("unplug", {"drone": "kelex", "seconds": seconds}) == {"seconds": pulled_for}
    assert bench.unplugged == [("kelex", pulled_for)]


def test_the_truth_is_read_at_pins_and_shafts(bench):
    servo = bench.bodies["kelex"].servos["head_pan"]
    servo.drive(2000.0)
    bench.kernel.run_until(1_000_000)
    truth = bench.world.act("truth", {})
    assert truth["drones"]["kelex"]["servos"]["head_pan"] == {"pulse_us": 2000.0, "angle": 45.0, "attached": True}
    assert truth["servos"] == truth["drones"]["kelex"]["servos"]


def test_of_two_drones_neither_stands_at_the_top():
    truth = Bench("kelex", "kryo").world.truth()
    assert "servos" not in truth
    assert set(truth["drones"]) == {"kelex", "kryo"}


@pytest.mark.parametrize(
    ("verb", "fields", "code"),
    [
        ("unplug", {"drone": "kryo", "seconds": 1}, "unknown_id"),
        ("explode", {}, "unknown_verb"),
        ("enter", {"member": "zod", "room": "hall"}, "unknown_member"),
    ],
)
def test_what_is_not_there_is_refused(bench, verb, fields, code):
    with pytest.raises(WorldError) as refused:
        bench.world.act(verb, fields)
    assert refused.value.code == code
    assert bench.unplugged == []
