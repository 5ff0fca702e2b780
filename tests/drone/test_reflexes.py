"""What the drone does by itself: each reflex raised, its reaction, told with its reading, and over again."""

from math import cos, radians

import pytest
from drone.drone_rig import HOMING_MS, Rig
from kelex_drone import reflexes
from kelex_drone.joint import TICK_MS
from kelex_wire import schema

REFLEXES = [name for name, _ in schema.REFLEXES]
# Of each: the channel, what it says while all is well, what raises the reflex, the reading that is told, and whether
# it lets go of the servos.
CASES = {
    "hand": ("range", 1500, 100, 100, False),
    "stall": ("servo_current", 140, 1400, 1400, True),
    "tilt": ("tremor", (0, 0, 9807), (9000, 0, 3900), 60, True),
    "low_battery": ("battery_voltage", 7600, 6000, 6000, True),
    "heat": ("temperature", 2150, 5800, 58, True),
}
every_reflex = pytest.mark.parametrize("name", REFLEXES)


@pytest.fixture
def rig():
    return Rig()


def says(rig, channel, value):
    """The sensor says so from now on, with its usual noise."""
    if isinstance(value, tuple):
        rig.senses.says[channel] = lambda n: value
    else:
        rig.senses.says[channel] = lambda n: value + n % 2


def told(rig):
    return [(REFLEXES[event.reflex], event.on) for event in rig.events(schema.REFLEX)]


def provoke(rig, name):
    """Raise it in the middle of a long move; the move's order."""
    channel, _, wrong, _, _ = CASES[name]
    order = rig.order(6000, head_pan=8000)
    rig.run(500)
    says(rig, channel, wrong)
    rig.run(2500)
    return order


def test_every_reflex_has_its_case():
    assert list(CASES) == REFLEXES


@every_reflex
def test_it_stops_what_moves_tells_the_reading_and_is_over_when_the_cause_is_gone(name, rig):
    channel, well, _, reading, limp = CASES[name]
    order = provoke(rig, name)
    assert told(rig) == [(name, 1)]
    [event] = rig.events(schema.REFLEX)
    assert abs(event.reading - reading) <= 1
    assert rig.story() == [("move_interrupted", order)]
    assert {servo.limp for servo in rig.servos} == {limp}
    assert rig.drone.motion.joints[0].position < 8000
    if name == "stall":
        rig.senses.says["servo_current"] = lambda n: 40 + 100 * rig.drone.limbs.moving
    else:
        says(rig, channel, well)
    rig.run(6000 + HOMING_MS)
    assert told(rig) == [(name, 1), (name, 0)]
    assert not any(servo.limp for servo in rig.servos)
    assert rig.servos[0].angles[-1] == rig.drone.motion.joints[0].position


@every_reflex
def test_while_it_lasts_moves_and_gestures_are_refused_and_a_stop_is_not(name, rig):
    provoke(rig, name)
    move, gesture, stop = rig.order(head_pan=0), rig.gesture("bow"), rig.stop()
    rig.run(100)
    refused = schema.REFUSALS.index("busy")
    assert [rig.verdict(order).record.reason for order in (move, gesture)] == [refused] * 2
    assert rig.verdict(stop).number == schema.STOPPED
    assert [order for what, order in rig.story() if what == "move_refused"] == [move, gesture]


def test_a_hand_near_a_moving_arm_stops_it_within_two_looks(rig):
    rig.order(6000, left_elbow=8000)
    rig.run(1000)
    says(rig, "range", 100)
    before = len(rig.pulses("left_elbow"))
    rig.run(1000)
    # The range is looked at each 100 ms, and twice.
    assert len(rig.pulses("left_elbow")) - before <= 300 // TICK_MS


def test_a_hand_near_an_arm_at_rest_is_nothing_until_it_moves(rig):
    says(rig, "range", 100)
    rig.run(3000)
    assert told(rig) == []
    rig.order(6000, left_elbow=8000)
    rig.run(500)
    assert told(rig) == [("hand", 1)]


def test_a_faulty_sensor_raises_none(rig):
    for channel in ("range", "servo_current", "tremor", "battery_voltage", "temperature"):
        rig.senses.says[channel] = lambda n: None
    rig.order(6000, head_pan=8000)
    rig.run(8000)
    assert told(rig) == []
    assert rig.story()[-1][0] == "move_done"


@pytest.mark.parametrize("channel", ["range", "battery_voltage", "temperature"])
def test_a_single_reading_is_none(rig, channel):
    name = next(name for name in REFLEXES if CASES[name][0] == channel)
    _, well, wrong, _, _ = CASES[name]
    rig.order(9000, head_pan=8000)
    rig.run(500)
    at = rig.senses.reads[channel] + 2
    rig.senses.says[channel] = lambda n: wrong if n == at else well + n % 2
    rig.run(2000)
    assert told(rig) == []


def test_two_reflexes_hold_it_until_both_are_over(rig):
    provoke(rig, "heat")
    says(rig, "tremor", (9000, 0, 3900))
    rig.run(1000)
    says(rig, "temperature", 2150)
    rig.run(8000)
    assert told(rig) == [("heat", 1), ("tilt", 1), ("heat", 0)]
    assert all(servo.limp for servo in rig.servos)
    says(rig, "tremor", (0, 0, 9807))
    rig.run(3000 + HOMING_MS)
    assert told(rig)[-1] == ("tilt", 0)
    assert not any(servo.limp for servo in rig.servos)


def test_a_strong_quake_is_no_fall(rig):
    rig.senses.says["tremor"] = lambda n: (6000 * (-1) ** n, 5000 * (-1) ** n, 9807)
    rig.run(5000)
    assert told(rig) == []


def test_a_gesture_that_a_reflex_ends_is_told_as_interrupted(rig):
    gesture = rig.gesture("wave", 3)
    rig.run(800)
    says(rig, "range", 100)
    rig.run(1000)
    assert rig.story() == [("gesture_started", gesture), ("gesture_interrupted", gesture)]
    assert told(rig) == [("hand", 1)]


def test_degrees_of_a_cosine():
    for angle in range(1, 180, 2):
        square = int(64 * cos(radians(angle)) ** 2)
        assert abs(reflexes.degrees(square, angle > 90) - angle) < 11


def test_what_stalls_again_and_again_is_left_alone_twice_as_long_each_time(rig):
    """Something holds a joint for good: limp it draws nothing, and at the next order it does again."""
    rig.senses.says["servo_current"] = lambda n: 1400 if rig.drone.limbs.moving else 40
    for turn in range(90):
        rig.order(900, head_pan=8000 * (turn % 2))
        rig.run(1000)
    raised = [event.time_ms for event in rig.events(schema.REFLEX) if event.on]
    cleared = [event.time_ms for event in rig.events(schema.REFLEX) if not event.on]
    rests = [b - a for a, b in zip(raised, cleared, strict=False)]
    assert rests[:4] == [pytest.approx(5000 * 2**i, abs=200) for i in range(4)]
