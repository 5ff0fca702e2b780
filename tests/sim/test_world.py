"""The world's verbs, on a house with real simulated drones.

What each of them does to the channels of a drone is in tests/proof/test_world_channels.py.
"""

from random import Random

import pytest
from kelex_host.bridge.verbs import PLAYED, VERBS
from kelex_sim import wiring, world
from kelex_sim.body import Body
from kelex_sim.errors import WorldError
from kelex_sim.house import example_house
from kelex_sim.kernel import Kernel
from kelex_sim.world import UNPLUG_S, World

DECLARED = {verb.name: verb for verb in VERBS if verb.scope == "world" and verb.name not in PLAYED}


class Bench:
    """`act` fills in what a request leaves out, as the bridge does."""

    def __init__(self, *drones):
        self.kernel, self.house, self.unplugged = Kernel(), example_house(), []
        self.bodies = {name: self._body() for name in drones}
        self.world = World(self.house, self.bodies, lambda *what: self.unplugged.append(what))

    def _body(self):
        return Body(self.kernel, self.house, "nursery", random=Random(1), output=lambda data: None)

    def act(self, verb, **fields):
        declared = {field.name: None for field in DECLARED[verb].fields}
        assert set(fields) <= set(declared)
        return self.world.act(verb, {**declared, **fields})

    def after(self, seconds):
        self.kernel.run_until(self.kernel.now_us + round(seconds * 1e6))

    @property
    def parts(self):
        return self.bodies["kelex"].parts

    @property
    def around(self):
        return self.bodies["kelex"].around


@pytest.fixture
def bench():
    return Bench("kelex")


def test_every_declared_verb_is_there_and_no_other(bench):
    assert set(bench.world._verbs) == set(DECLARED)


def test_entering_and_leaving_move_people_and_say_where_they_are(bench):
    assert bench.act("enter", member="lara", room="hall")["people"]["lara"] == "hall"
    assert bench.act("leave", member="lara")["people"]["lara"] is None


def test_who_enters_a_drones_room_is_seen_by_its_sensor(bench):
    pir = bench.parts.contacts[wiring.PIR_PIN]
    assert pir.read() == 0
    bench.act("enter", member="lara", room="nursery")
    assert pir.read() == 1


def test_the_climate_is_what_the_drones_sensor_measures(bench):
    rooms = bench.act("climate", room="nursery", celsius=33.0)["rooms"]
    assert rooms["nursery"] == {"celsius": 33.0, "humidity": 45.0, "lux": 180.0}
    celsius, humidity = bench.around.air()
    assert celsius == pytest.approx(33.0, abs=0.1)
    assert humidity == pytest.approx(45.0, abs=0.2)


def test_the_light_is_that_of_one_room(bench):
    rooms = bench.act("light", room="nursery", lux=20.0)["rooms"]
    assert [rooms[name]["lux"] for name in ("nursery", "study")] == [20.0, 180.0]


@pytest.mark.parametrize(("seconds", "pulled_for"), [(None, UNPLUG_S), (0, 0), (7.5, 7.5)])
def test_a_pulled_plug_comes_back_after_the_time_named(bench, seconds, pulled_for):
    assert bench.act("unplug", drone="kelex", seconds=seconds) == {"seconds": pulled_for}
    assert bench.unplugged == [("kelex", pulled_for)]


@pytest.mark.parametrize(("seconds", "expected"), [(None, world.TOUCH_S), (3.0, 3.0)])
def test_a_touch_lasts_as_long_as_its_answer_says(bench, seconds, expected):
    touch = bench.parts.contacts[wiring.TOUCH_PIN]
    assert bench.act("touch", seconds=seconds) == {"seconds": expected}
    bench.after(expected - 0.001)
    assert touch.read() == 1
    bench.after(0.001)
    assert touch.read() == 0


def test_a_ring_is_short_whoever_it_is(bench):
    bell = bench.parts.contacts[wiring.DOORBELL_PIN]
    assert bench.act("ring", who="dru-zod") == {"seconds": world.RING_S}
    assert bell.read() == 1
    bench.after(world.RING_S)
    assert bell.read() == 0


def test_a_door_opens_for_good_or_for_a_while(bench):
    door = bench.parts.contacts[wiring.DOOR_PIN]
    for fields, seen in [({"open": True}, 0), ({"open": False}, 1), ({"open": True, "seconds": 2.0}, 0)]:
        assert bench.act("door", **fields) == {"open": fields["open"]}
        assert door.read() == seen
    bench.after(2)
    assert door.read() == 1


def test_closing_the_door_ends_an_opening_for_a_while(bench):
    bench.act("door", open=True, seconds=100.0)
    bench.act("door", open=False)
    assert bench.parts.contacts[wiring.DOOR_PIN].read() == 1


def test_only_a_drone_in_the_infants_room_hears_it_cry(bench):
    bench.house.enter("kal-el", "hall")
    assert bench.act("cry", seconds=4.0) == {"seconds": 4.0}
    assert not bench.around.goes_on("cry")
    bench.house.enter("kal-el", "nursery")
    bench.act("cry", seconds=4.0)
    assert bench.around.goes_on("cry")


def test_the_ground_trembles_under_every_drone():
    bench = Bench("kelex", "kryo")
    assert bench.act("tremor") == {"magnitude": world.TREMOR_MS2, "seconds": world.TREMOR_S}
    assert all(body.around.goes_on("tremor") for body in bench.bodies.values())


def test_a_drone_that_is_not_named_is_the_first_and_the_other_notices_nothing():
    bench = Bench("kelex", "kryo")
    bench.act("intruder", range_mm=500.0)
    bench.act("touch", drone="kryo")
    assert [body.around.distance_mm() for body in bench.bodies.values()] == [500.0, 1600.0]
    assert [body.around.touched() for body in bench.bodies.values()] == [0, 1]


@pytest.mark.parametrize(("verb", "seconds"), [("hand", world.HAND_S), ("servo_load", world.LOAD_S)])
def test_a_held_joint_stays_where_it_is_until_it_is_let_go(bench, verb, seconds):
    servo = bench.parts.servos["left_elbow"]
    assert bench.act(verb, joint="left_elbow") == {"joint": "left_elbow", "seconds": seconds}
    servo.drive(2000.0)
    bench.after(seconds)
    assert servo.angle() == 0
    bench.after(1)
    assert servo.angle() == pytest.approx(45)


def test_the_battery_gives_the_voltage_of_its_level(bench):
    for level, volts in [(0.0, 6.0), (20.0, 7.2), (50.0, 7.5), (100.0, 8.4)]:
        assert bench.act("battery", level=level) == {"level": level, "supply_v": volts}


def test_a_part_is_known_by_its_name_its_model_or_a_channel(bench):
    for name in ("climate", "SHT31", "sht31", "temperature", "humidity"):
        bench.parts.faults["climate"].end()
        assert bench.act("fault", part=name, kind="absent", seconds=1.0)["part"] == "climate"
        assert bench.parts.faults["climate"].kind == "absent"


def test_every_part_and_every_joint_can_fail_and_only_that_one_does(bench):
    for name, fault in bench.parts.faults.items():
        bench.act("fault", part=name, kind="stall", seconds=1.0)
        assert [other for other, each in bench.parts.faults.items() if each.kind] == [name]
        fault.end()


def test_who_is_called_behaves_as_he_was_told(bench):
    told = bench.act("contact", contact="dru-zod", behaviour="refuse", after_s=1.0)
    assert told == {"contact": "dru-zod", "behaviour": "refuse", "after_s": 1.0}
    assert bench.world.truth()["contacts"]["dru-zod"] == {"behaviour": "refuse", "after_s": 1.0}


def test_the_truth_is_read_at_pins_and_shafts(bench):
    bench.parts.servos["head_pan"].drive(2000.0)
    bench.parts.eye.take(b"\0\x10\0" * 8)
    bench.parts.buzzer.drive(500.0, 880)
    bench.parts.holodisk.drive(1)
    bench.after(1)
    truth = bench.act("truth")
    assert truth["drones"]["kelex"]["servos"]["head_pan"] == {"pulse_us": 2000.0, "angle": 45.0, "attached": True}
    assert truth["servos"] == truth["drones"]["kelex"]["servos"]
    assert (truth["eye"], truth["tone_hz"], truth["holodisk"], truth["supply_v"]) == ("#100000", 880, True, 8.15)
    assert truth["eye_pixels"] == ["#100000"] * 8


def test_of_two_drones_neither_stands_at_the_top():
    truth = Bench("kelex", "kryo").world.truth()
    assert "servos" not in truth
    assert set(truth["drones"]) == {"kelex", "kryo"}


@pytest.mark.parametrize(
    ("verb", "fields", "code"),
    [
        ("unplug", {"drone": "kryo", "seconds": 1}, "unknown_id"),
        ("touch", {"drone": "kryo", "seconds": 1}, "unknown_id"),
        ("explode", {}, "unknown_verb"),
        ("enter", {"member": "zod", "room": "hall"}, "unknown_member"),
        ("light", {"room": "attic", "lux": 1}, "unknown_room"),
        ("fault", {"drone": None, "part": "flux capacitor", "kind": "absent", "seconds": 1}, "unknown_id"),
        ("hand", {"drone": None, "joint": "tail", "seconds": 1}, "unknown_joint"),
        ("contact", {"contact": "jor-el", "behaviour": "answer", "after_s": 1}, "unknown_id"),
    ],
)
def test_what_is_not_there_is_refused(bench, verb, fields, code):
    before = bench.world.truth()
    with pytest.raises(WorldError) as refused:
        bench.world.act(verb, fields)
    assert refused.value.code == code
    assert bench.unplugged == []
    assert bench.world.truth() == before
