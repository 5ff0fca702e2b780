"""A host that is silent: the safe pose, the drone's own alarms at the eye and the buzzer, and the host's return."""

from itertools import pairwise

import pytest
from drone.drone_rig import TICKS, Rig
from kelex_drone import failsafe
from kelex_drone.alarms import FAR_CC
from kelex_drone.failsafe import RED, SILENT_MS, TIMES_OWED
from kelex_drone.sensing import SENSE_MS
from kelex_drone.settings import TOO_HOT
from kelex_wire import body, schema
from kelex_wire.poses import SAFE
from kelex_wire.tones import TONES

HOT_CC = body.DEFAULTS[TOO_HOT]
TONES = dict(TONES)
ALARMS = [name for name, _ in schema.ALARMS]
# What DESIGN 8 allows from the limit to the safe pose's beginning.
LATEST_MS = 250
ALARM_HZ = {hz for hz, _ in TONES["alarm"]}
ALERT_HZ = {hz for hz, _ in TONES["alert"]} - {0}


@pytest.fixture
def rig():
    return Rig()


def targets(rig):
    return tuple(joint.target for joint in rig.drone.motion.joints)


def silence(rig, ms=0):
    """Kill the host, and go on until its silence counts, and `ms` more."""
    rig.kill_host()
    return rig.run(SILENT_MS + LATEST_MS + ms)


def sounded(rig):
    return {hz for _, hz in rig.outputs.sounded if hz}


def eye(rig):
    return rig.drone.signals.eye.color


def alarms(rig):
    return [(ALARMS[event.alarm], event.on) for event in rig.events(schema.ALARM)]


def is_hot(rig, celsius_cc):
    rig.senses.says["temperature"] = lambda n: celsius_cc + n % 2


@pytest.mark.parametrize("moment_ms", range(0, 1000, 50))
def test_the_safe_pose_begins_within_250_ms_of_the_limit_whenever_the_host_dies(rig, moment_ms):
    rig.run(moment_ms)
    rig.kill_host()
    last_word_ms = rig.drone.link._heard_ms
    rig.run(SILENT_MS - (rig.now_ms - last_word_ms) % TICKS - 1)
    assert not rig.drone.failsafe.active
    assert targets(rig) != SAFE
    rig.run(LATEST_MS)
    assert rig.drone.failsafe.active
    assert targets(rig) == SAFE
    rig.run(failsafe.RETREAT_MS + 1000)
    assert tuple(servo.angles[-1] for servo in rig.servos if servo.angles) == tuple(
        angle for angle, servo in zip(SAFE, rig.servos, strict=True) if servo.angles
    )
    assert tuple(joint.position for joint in rig.drone.motion.joints) == SAFE


def test_at_power_up_without_a_host_it_goes_to_its_safe_pose_too():
    rig = Rig(homed=False)
    rig.kill_host()
    rig.run(SILENT_MS + LATEST_MS)
    assert rig.drone.failsafe.active
    assert targets(rig) == SAFE


def test_a_host_that_talks_keeps_it_from_its_failsafe(rig):
    rig.run(60_000)
    assert not rig.drone.failsafe.active
    assert alarms(rig) == []


def test_what_moves_is_interrupted_and_told_so_when_the_host_is_back(rig):
    move = rig.order(10_000, head_pan=8000)
    rig.run(200)
    silence(rig, 4000)
    rig.revive_host()
    rig.run(500)
    assert ("move_interrupted", move) in rig.story()
    assert alarms(rig) == [("host_silent", 1), ("host_silent", 0)]


def test_a_gesture_ends_too(rig):
    gesture = rig.gesture("wave", 8)
    rig.run(200)
    silence(rig, 4000)
    assert rig.drone.limbs.gesturing.gesture is None
    rig.revive_host()
    rig.run(500)
    assert ("gesture_interrupted", gesture) in rig.story()


def test_the_host_hears_that_it_was_in_failsafe_and_is_no_more(rig):
    silence(rig)
    rig.heard.clear()
    rig.revive_host()
    rig.run(500)
    assert [body.failsafe for body in rig.telemetry(schema.BODY)][:2] == [1, 0]


def test_while_a_reflex_holds_the_joints_the_safe_pose_waits(rig):
    rig.senses.says["tremor"] = lambda n: (9000, 0, 3900)
    rig.run(1000)
    silence(rig, 1000)
    assert rig.drone.failsafe.active
    assert targets(rig) != SAFE
    rig.senses.says["tremor"] = lambda n: (0, 0, 9807)
    rig.run(4000)
    assert targets(rig) == SAFE


def test_in_quiet_mode_no_joint_is_faster_than_its_quiet_speed_on_its_way(rig):
    rig.quiet()
    rig.order(0, left_shoulder=8000)
    rig.run(6000)
    silence(rig)
    positions = []
    for _ in range(500):
        rig.run(20)
        positions.append(rig.drone.motion.joints[2].position)
    speeds = [abs(b - a) * 50 for a, b in pairwise(positions)]
    assert max(speeds) <= 2 * 18000 // 3  # a step of the rig may take two ticks
    assert tuple(joint.position for joint in rig.drone.motion.joints) == SAFE


# Alarms


def test_a_cry_sounds_the_alarm_again_and_again_and_shows_red(rig):
    silence(rig, 1000)
    assert sounded(rig) == set()
    before = eye(rig)
    rig.drone.listening.crying = 1
    rig.run(SENSE_MS + 50)
    assert sounded(rig) == {TONES["alarm"][0][0]}
    assert eye(rig) == RED
    rig.run(60_000)
    began = [ms for ms, hz in rig.outputs.sounded if hz == TONES["alarm"][0][0]]
    assert len(began) >= 4 * 60_000 // failsafe._EVERY_MS[failsafe.EMERGENCY] - 4
    rig.drone.listening.crying = 0
    rig.run(20_000)
    rig.outputs.sounded.clear()
    rig.run(30_000)
    assert sounded(rig) == set()
    assert eye(rig) == before


def test_a_cry_is_an_emergency_so_it_is_loud_in_quiet_mode(rig):
    rig.quiet()
    rig.run(200)
    rig.drone.listening.crying = 1
    rig.run(2000)
    assert sounded(rig) == set()  # the host is there to see to it
    silence(rig, 1000)
    assert sounded(rig) == ALARM_HZ


def test_a_cry_that_ended_before_the_silence_counted_is_still_sounded_where_nobody_took_note_of_it(rig):
    rig.kill_host()
    rig.run(500)
    rig.drone.listening.crying = 1
    rig.drone.link.notice(rig.now_ms % TICKS, schema.TOUCH, 1)  # any event that the host should acknowledge
    rig.run(1000)
    rig.drone.listening.crying = 0
    rig.run(SILENT_MS + 20_000)
    assert sounded(rig) == ALARM_HZ
    began = [ms for ms, hz in rig.outputs.sounded if hz == TONES["alarm"][0][0]]
    assert len(began) == 4 * TIMES_OWED


def test_a_room_too_hot_is_heard_and_in_quiet_mode_only_seen_until_it_is_an_emergency(rig):
    is_hot(rig, HOT_CC + 50)
    silence(rig, 4000)
    assert sounded(rig) == ALERT_HZ
    rig.revive_host()
    rig.quiet()
    rig.run(2000)
    rig.outputs.sounded.clear()
    silence(rig, 60_000)
    assert sounded(rig) == set()
    assert eye(rig) == RED
    is_hot(rig, HOT_CC + FAR_CC + 50)
    rig.run(5000)
    assert sounded(rig) == ALARM_HZ


@pytest.mark.parametrize(
    ("channel", "says", "loud"),
    [("temperature", 5800, ALARM_HZ), ("battery_voltage", 6000, ALERT_HZ), ("tremor", (9000, 0, 3900), ALERT_HZ)],
)
def test_what_the_reflexes_hold_is_an_alarm(rig, channel, says, loud):
    silence(rig)
    rig.senses.says[channel] = lambda n: says if isinstance(says, tuple) else says + n % 2
    rig.run(5000)
    assert loud <= sounded(rig)


def test_a_hand_on_the_pad_silences_it_until_something_worse_comes(rig):
    is_hot(rig, HOT_CC + 50)
    silence(rig, 5000)
    rig.senses.says["touch"] = lambda n: 1
    rig.run(200)
    rig.senses.says["touch"] = lambda n: 0
    rig.run(3000)
    rig.outputs.sounded.clear()
    rig.run(60_000)
    assert sounded(rig) == set()
    assert eye(rig) != RED
    rig.drone.listening.crying = 1
    rig.run(1000)
    assert sounded(rig) <= ALARM_HZ
    assert eye(rig) == RED


def test_the_hosts_return_ends_tone_and_eye_before_its_first_order(rig):
    rig.send(schema.ORDER_EYE, 0x0000FF, 0)
    rig.run(100)
    rig.drone.listening.crying = 1
    silence(rig, 500)
    assert eye(rig) == RED
    rig.revive_host()
    rig.run(300)
    assert eye(rig) == 0x0000FF
    assert rig.outputs.sounded[-1][1] == 0
    rig.outputs.sounded.clear()
    rig.run(20_000)
    assert sounded(rig) == set()


def test_what_the_host_has_taken_note_of_is_not_owed_to_anybody(rig):
    is_hot(rig, HOT_CC + 50)
    rig.run(5000)
    is_hot(rig, HOT_CC - 200)
    rig.run(5000)
    assert alarms(rig) == [("too_hot", 1), ("too_hot", 0)]
    silence(rig, 20_000)
    assert sounded(rig) == set()
