"""The senses as a whole: every channel with every fault shape, events once each, every part at its rate."""

from itertools import pairwise

import pytest
from drone.drone_rig import CONTACTS, STILL, FakeLimbs, FakeLink, Senses
from kelex_drone.sensing import CALM_STEPS, PARTS, RANGE_REACH, SENSE_MS, SETTLE_STEPS, Sensing
from kelex_wire import schema

SECOND = 1000 // SENSE_MS
NAMES = [channel[0] for channel in schema.CHANNELS]
MEASURED = ("temperature", "humidity", "light", "sound", "range", "tremor", "battery_voltage", "servo_current")
# Both come of one reading.
FOLLOWS = {"battery_voltage": ["battery_voltage", "battery_level"]}


class Bench:
    """Sensing over fakes, lived into for a second."""

    def __init__(self, seconds=1):
        self.senses = Senses()
        self.link = FakeLink()
        self.sensing = Sensing(self.link, self.senses.drivers(), FakeLimbs())
        self.now_ms = 0
        presence = self.sensing.presence
        presence.near_mm, presence.again_steps, presence.hold_steps = 1200, 30 * SECOND, 2 * SECOND
        self.run(seconds)

    def run(self, seconds):
        for _ in range(round(seconds * SECOND)):
            self.sensing.step(self.now_ms)
            self.now_ms += SENSE_MS
        return self

    def say(self, channel, what):
        """Let a channel say this from now on: a value, or a function of the reading's number."""
        self.senses.says[channel] = what if callable(what) else lambda n: what
        return self

    def value(self, channel):
        return self.sensing.senses.values[NAMES.index(channel)]

    def faults(self):
        """(channel, 1 or 0) of every fault told."""
        return [(schema.FAULTS[of], on) for _, number, of, on in self.of(schema.FAULT)]

    def of(self, number):
        return [event for event in self.link.events if event[1] == number]

    def told(self, number):
        """What was told of a contact, in turn."""
        return [event[2:] for event in self.of(number)]


@pytest.fixture
def bench():
    return Bench()


def raised(channel):
    return [(name, 1) for name in FOLLOWS.get(channel, [channel])]


def cleared(channel):
    return [(name, 0) for name in FOLLOWS.get(channel, [channel])]


def test_all_that_is_sound_is_told_after_a_second_and_nothing_of_it_is_an_event(bench):
    assert None not in bench.sensing.senses.values
    assert (bench.value("light"), bench.value("sound"), bench.value("tremor")) == (200, -5000, 0)
    assert (bench.value("battery_voltage"), bench.value("battery_level"), bench.value("servo_current")) == (
        7600,
        60,
        40,
    )
    assert [bench.value(name) for name in CONTACTS] == [0, 0, 0, 0]
    assert bench.sensing.senses.values[PARTS] == 0
    assert bench.run(600).link.events == []


# Fault shapes. A noisy one says each of three values in turn, an absurd one what can not be.
NOISY = {
    "temperature": (1000, 3500, 6000),
    "humidity": (1000, 9000, 5000),
    "light": (None, 640, None),
    "range": (100, 1900, 1000),
    "tremor": ((-39_000, 0, 9000), (39_000, 20_000, 0), (0, -39_000, 39_000)),
    "battery_voltage": (6000, 8400, 7200),
    "servo_current": (0, 3000, 1500),
}
ABSURD = {
    "temperature": -4001,
    "humidity": 10_001,
    "light": 1001,
    "sound": -299,
    "range": 19,
    "battery_voltage": 4499,
    "servo_current": 3301,
}


def break_it(bench, channel, shape):
    if shape == "absent":
        bench.say(channel, None)
    elif shape == "stuck":
        bench.say(channel, bench.senses[channel])
        bench.senses.raws[channel] = lambda n: 1234
    elif shape == "noisy":
        bench.say(channel, lambda n: NOISY[channel][n % 3])
        bench.senses.raws[channel] = lambda n: 15_000 * (n % 3)
    else:
        bench.say(channel, ABSURD[channel])


SHAPES = [(channel, shape) for channel in MEASURED for shape in ("absent", "stuck")]
SHAPES += [(channel, "noisy") for channel in NOISY] + [(channel, "absurd") for channel in ABSURD]


@pytest.mark.parametrize(("channel", "shape"), SHAPES)
def test_a_fault_is_told_as_none_with_one_event_and_another_one_when_it_is_over(channel, shape):
    bench = Bench()
    sound = dict(bench.senses.says), dict(bench.senses.raws)
    break_it(bench, channel, shape)
    bench.run(60)
    assert [name for name in NAMES if bench.value(name) is None] == FOLLOWS.get(channel, [channel])
    assert bench.faults() == raised(channel)
    bench.senses.says, bench.senses.raws = sound
    bench.run(20)
    assert bench.value(channel) is not None
    assert bench.faults() == raised(channel) + cleared(channel)
    assert len(bench.link.events) == 2 * len(FOLLOWS.get(channel, [channel]))


@pytest.mark.parametrize("channel", [name for name in MEASURED if name not in ("temperature", "humidity")])
def test_the_silence_of_a_sensor_is_told_within_a_fifth_of_a_second(channel):
    bench = Bench().say(channel, None).run(0.2)
    assert bench.value(channel) is None
    assert bench.faults() == raised(channel)


@pytest.mark.parametrize("channel", CONTACTS)
@pytest.mark.parametrize("rest", [0, 1])
def test_a_contact_whose_cable_is_cut_is_told_as_none_with_one_event_and_another_one_when_it_is_mended(channel, rest):
    bench = Bench().say(channel, rest).run(1)
    events = len(bench.link.events) - len(bench.told(schema.PRESENCE))
    bench.say(channel, None).run(5)
    assert bench.value(channel) is None
    assert bench.faults() == [(channel, 1)]
    bench.say(channel, rest).run(10)
    assert bench.value(channel) == (rest ^ (channel == "door"))
    assert bench.faults() == [(channel, 1), (channel, 0)]
    # Somebody's presence is judged anew: see test_presence.py.
    assert len(bench.link.events) - len(bench.told(schema.PRESENCE)) == events + 2


@pytest.mark.parametrize("channel", ["touch", "doorbell"])
def test_a_contact_that_is_pressed_for_ever_is_a_fault(channel):
    bench = Bench().say(channel, 1).run(120)
    assert bench.value(channel) is None
    assert bench.faults() == [(channel, 1)]


def test_with_nothing_in_reach_the_range_may_say_the_same_for_ever():
    bench = Bench().say("range", RANGE_REACH).run(120)
    assert bench.value("range") == RANGE_REACH
    assert bench.faults() == []


def test_a_scream_is_heard_and_a_microphone_that_screams_for_seconds_is_broken():
    bench = Bench().say("sound", -100).run(1.5)
    assert bench.value("sound") == -100
    assert bench.run(2).value("sound") is None


def test_a_shaken_drone_is_believed():
    bench = Bench().say("tremor", lambda n: (3000 * (n % 2), 0, 9807)).run(20)
    assert bench.value("tremor") > 1000
    assert bench.faults() == []


# Settling


@pytest.mark.parametrize("channel", MEASURED)
def test_after_the_start_a_sensor_has_its_time_before_its_silence_is_a_fault(channel):
    bench = Bench(0).say(channel, None).run((SETTLE_STEPS - 1) / SECOND)
    assert bench.link.events == []
    assert bench.run(0.2).faults() == raised(channel)


def test_a_sensor_that_comes_late_but_in_time_is_no_fault():
    bench = Bench(0).say("range", None).run(2.5).say("range", lambda n: 1000 + n % 2).run(5)
    assert bench.link.events == []


def test_what_has_settled_once_has_no_time_any_more():
    bench = Bench(0.5).say("range", None).run(0.2)
    assert bench.faults() == raised("range")


# Flapping


FLAPS = [(channel, 2) for channel in MEASURED]
# The air is measured too seldom for that: three of its turns are two seconds.
FLAPS += [(channel, period) for channel in MEASURED[2:] for period in (3, 7)]


@pytest.mark.parametrize(("channel", "period"), FLAPS)
def test_a_channel_that_comes_and_goes_makes_one_event_and_no_flood(channel, period):
    bench = Bench()
    sound = bench.senses.says[channel]
    bench.say(channel, lambda n: sound(n) if n % period else None)
    bench.run(60)
    assert bench.faults() == raised(channel)


def test_a_fault_is_over_when_the_channel_was_sound_for_a_second(bench):
    sound = bench.senses.says["range"]
    bench.say("range", None).run(1).say("range", sound).run(CALM_STEPS / SECOND - 0.1)
    assert bench.faults() == raised("range")
    assert bench.run(0.2).faults() == raised("range") + cleared("range")


def test_a_chattering_contact_makes_few_events(bench):
    bench.say("presence", lambda n: n * 2654435761 >> 7 & 1).run(60)
    assert bench.faults() == [("presence", 1)]
    assert len(bench.told(schema.PRESENCE)) <= 6


# Events of contacts

EVENTS = {"touch": schema.TOUCH, "door": schema.DOOR}


@pytest.mark.parametrize("channel", EVENTS)
def test_each_change_of_a_contact_is_one_event(channel):
    bench, inverted = Bench(), channel == "door"
    for level in (1, 1, 0, 1, 0):
        bench.say(channel, level ^ inverted).run(1)
    assert bench.told(EVENTS[channel]) == [(1,), (0,), (1,), (0,)]
    assert len(bench.link.events) == 4


def test_what_is_so_at_the_start_is_told_if_it_is_not_the_usual():
    bench = Bench(0).say("touch", 1).say("door", 0).run(1)
    assert (bench.told(schema.TOUCH), bench.told(schema.DOOR)) == ([(1,)], [(1,)])
    assert len(bench.link.events) == 2


CLEARED, DETECTED, MOTION = [(seen,) for seen in range(len(schema.SEEN))]


def test_a_movement_is_told_and_somebody_when_the_range_finder_sees_him_come(bench):
    bench.run(10).say("presence", 1).run(1)
    assert (bench.told(schema.PRESENCE), bench.value("presence")) == ([MOTION], 0)
    bench.say("range", lambda n: 900 + n % 2).run(1)
    assert (bench.told(schema.PRESENCE), bench.value("presence")) == ([MOTION, DETECTED], 1)
    bench.say("presence", 0).say("range", lambda n: 1500 + n % 2).run(3)
    assert (bench.told(schema.PRESENCE), bench.value("presence")) == ([MOTION, DETECTED, CLEARED], 0)


def test_where_the_range_is_faulty_a_movement_is_somebody_and_the_fault_is_told(bench):
    bench.say("range", None).run(1).say("presence", 1).run(1)
    assert (bench.told(schema.PRESENCE), bench.faults()) == ([DETECTED], raised("range"))


def test_the_doorbell_is_told_when_it_is_pressed_and_not_when_it_is_let_go(bench):
    for level in (1, 0, 1, 0):
        bench.say("doorbell", level).run(0.5)
    assert bench.told(schema.DOORBELL) == [(), ()]
    assert len(bench.link.events) == 2


def test_a_change_that_a_fault_has_hidden_is_told_when_the_fault_is_over(bench):
    """Else the host would take the door for open for ever."""
    bench.say("door", 0).run(1).say("door", None).run(2).say("door", 1).run(5)
    assert bench.told(schema.DOOR) == [(1,), (0,)]


def test_what_is_the_same_after_a_fault_is_not_told_again(bench):
    bench.say("door", 0).run(1).say("door", None).run(2).say("door", 0).run(5)
    assert bench.told(schema.DOOR) == [(1,)]


# The rota


def test_every_part_is_read_at_its_rate():
    bench = Bench(0).run(70)
    steps = 70 * SECOND
    reads = bench.senses.reads
    assert {reads[name] for name in (*CONTACTS, "sound", "tremor")} == {steps}
    assert {reads[name] for name in ("range", "servo_current", "light", "battery_voltage")} == {steps // 2}
    # Asked, fetched 100 ms later, and then ten steps of rest.
    assert reads["temperature"] == reads["humidity"] == steps // 14


def test_no_step_reads_all():
    bench, most = Bench(0), 0
    for _ in range(100):
        before = bench.senses.reads.total()
        bench.run(1 / SECOND)
        most = max(most, bench.senses.reads.total() - before)
    assert most <= len(CONTACTS) + 2 + 4


def test_the_servos_are_a_fault_like_a_sensor(bench):
    bench.say("servo_current", 900).run(1)
    assert bench.faults() == [("servos", 1)]
    bench.say("servo_current", 40).run(5)
    assert bench.faults() == [("servos", 1), ("servos", 0)]
    assert bench.value("servo_current") == 40


def test_all_that_is_told_fits_the_schema_from_the_first_step_on():
    bench = Bench(0).say("tremor", lambda n: STILL if n % 3 else None)
    for _ in range(40):
        bench.run(1 / SECOND)
        schema_says = (*schema.CHANNELS, ("parts", "B", "", 0, 1))
        for (_, code, _, low, high), value in zip(schema_says, bench.sensing.senses.values, strict=True):
            assert code.endswith("?") if value is None else low <= value <= high


def test_events_carry_the_time_of_their_step(bench):
    bench.say("touch", 1).run(1).say("touch", 0).run(1)
    times = [event[0] for event in bench.link.events]
    assert [b - a for a, b in pairwise(times)] == [1000]
