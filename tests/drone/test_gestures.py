"""Gestures and moves: each told to its end, whoever interrupts whom."""

from collections import Counter

import pytest
from drone.drone_rig import TICKS, Rig, gesture_number
from hypothesis import given, settings
from hypothesis import strategies as st
from kelex_drone import board
from kelex_drone.joint import TICK_MS
from kelex_wire import schema
from kelex_wire.gestures import GESTURES, HOME
from wire.joints import NAMES, targets

KEYFRAMES = dict(GESTURES)
every_gesture = pytest.mark.parametrize("name", KEYFRAMES)
GESTURE_ENDS = ("gesture_done", "gesture_interrupted")
MOVE_ENDS = ("move_done", "move_interrupted", "move_refused")


@pytest.fixture
def rig():
    return Rig()


def joints_of(name):
    return {joint for _, joints in KEYFRAMES[name] for joint, _ in joints}


def angles(rig):
    return {joint: rig.drone.motion.joints[i].position for i, joint in enumerate(NAMES)}


def finish(rig):
    """Let everything come to its end; how long that took (ms)."""
    began_ms = rig.now_ms
    while rig.drone.motion.moving or rig.drone.limbs.gesturing.gesture is not None:
        rig.run(1)
        assert rig.now_ms - began_ms < 300_000
    took_ms = rig.now_ms - began_ms
    rig.run(300)
    return took_ms


# The table


@every_gesture
def test_the_table_keeps_within_the_joints_ranges_and_begins_with_a_motion(name):
    ranges = {joint: (low, high) for joint, (_, low, high, *_) in zip(NAMES, board.SERVOS, strict=True)}
    keyframes = KEYFRAMES[name]
    assert keyframes[0][1]
    for ms, joints in keyframes:
        assert ms > 0
        assert len({joint for joint, _ in joints}) == len(joints)
        for joint, angle in joints:
            assert angle is HOME or ranges[joint][0] <= angle <= ranges[joint][1]


@every_gesture
def test_the_table_brings_every_joint_home(name):
    last = {joint: angle for _, joints in KEYFRAMES[name] for joint, angle in joints}
    assert set(last.values()) == {HOME}


# One gesture, undisturbed


@every_gesture
def test_a_gesture_is_granted_started_and_done_and_ends_where_it_began(name, rig):
    rig.order(head_pan=1500, head_tilt=600, right_shoulder=-8000, right_elbow=1000, left_elbow=2000)
    rig.run(20)
    finish(rig)
    before = angles(rig)
    told = len(rig.story())
    order = rig.gesture(name)
    rig.run(20)
    finish(rig)
    assert rig.story()[told:] == [("gesture_started", order), ("gesture_done", order)]
    for event in rig.events(schema.GESTURE_STARTED) + rig.events(schema.GESTURE_DONE):
        assert event.gesture == gesture_number(name)
    assert angles(rig) == before
    granted = rig.verdict(order)
    assert granted.number == schema.MOVE_GRANTED
    assert dict(zip(NAMES, granted.record[2:], strict=True)) == {
        joint: before[joint] if joint in joints_of(name) else None for joint in NAMES
    }


@every_gesture
def test_a_gesture_reaches_each_of_its_keyframes_and_drives_no_other_joint(name, rig):
    rig.gesture(name)
    rig.run(20)
    finish(rig)
    turned = {joint for _, joints in KEYFRAMES[name] for joint, angle in joints if angle}
    assert {joint for joint in NAMES if rig.pulses(joint)} == turned
    for _, joints in KEYFRAMES[name]:
        for joint, angle in joints:
            assert joint not in turned or (angle or 0) in rig.pulses(joint)


@every_gesture
@pytest.mark.parametrize("repeat", [1, 3])
@pytest.mark.parametrize("quiet", [0, 1])
@pytest.mark.parametrize("start_ms", [0, TICKS - 1500])
def test_a_gesture_takes_as_long_as_was_granted(name, repeat, quiet, start_ms):
    rig = Rig(start_ms)
    rig.quiet(quiet)
    rig.run(30)
    order = rig.gesture(name, repeat)
    took_ms = 20 + finish(rig.run(20))
    granted_ms = rig.verdict(order).record.duration_ms
    assert abs(took_ms - granted_ms) <= 100
    wished_ms = repeat * sum(ms for ms, _ in KEYFRAMES[name])
    assert granted_ms >= wished_ms - TICK_MS


@every_gesture
def test_repeated_it_is_told_once_and_turns_so_often(name, rig):
    order = rig.gesture(name, 4)
    rig.run(20)
    finish(rig)
    assert rig.story() == [("gesture_started", order), ("gesture_done", order)]
    joint, angle = max(
        (place for _, joints in KEYFRAMES[name] for place in joints), key=lambda place: abs(place[1] or 0)
    )
    in_one = sum((joint, angle) in joints for _, joints in KEYFRAMES[name])
    peaks = [pulse for pulse, before in zip(rig.pulses(joint)[1:], rig.pulses(joint), strict=False) if pulse != before]
    assert peaks.count(angle) == 4 * in_one


def test_in_a_pause_nothing_moves(rig):
    rig.gesture("bow")
    rig.run(1000)
    assert rig.drone.limbs.gesturing.wait_ms(rig.now_ms) is not None
    pulses = len(rig.pulses("head_tilt"))
    rig.run(200)
    assert len(rig.pulses("head_tilt")) == pulses
    assert rig.pulses("head_tilt")[-1] == -2800
    assert rig.telemetry(schema.BODY)[-1].gesture == gesture_number("bow")


@every_gesture
def test_from_keyframe_to_keyframe_no_joint_jumps(name, rig):
    """Speed changes from tick to tick by no more than an acceleration allows, also where keyframes meet."""
    path = []
    rig.gesture(name, 2)
    rig.run(2)
    step = rig.drone.limbs.step

    def watched(now_ms):
        step(now_ms)
        path.append([servo.angles[-1] if servo.angles else 0 for servo in rig.servos])

    rig.drone.limbs.step = watched
    finish(rig)
    for before, here, after in zip(path, path[1:], path[2:], strict=False):
        for a, b, c, (*_, acceleration, _) in zip(before, here, after, board.SERVOS, strict=True):
            assert abs(c - 2 * b + a) <= acceleration * (TICK_MS / 1000) ** 2 + 2


def test_on_a_board_with_a_narrower_range_a_gesture_goes_as_far_as_it_can():
    servos = list(board.SERVOS)
    servos[NAMES.index("head_pan")] = (6, -1000, 2000, *servos[0][3:])
    rig = Rig(servos=servos)
    order = rig.gesture("shake")
    rig.run(20)
    finish(rig)
    assert (min(rig.pulses("head_pan")), max(rig.pulses("head_pan"))) == (-1000, 2000)
    assert rig.story() == [("gesture_started", order), ("gesture_done", order)]


# Interrupted


@pytest.mark.parametrize("after_ms", [5, 100, 500, 1000, 1500])
def test_a_move_of_one_of_its_joints_interrupts_a_gesture_in_motion_and_in_its_pause(rig, after_ms):
    gesture = rig.gesture("bow", 3)
    rig.run(after_ms)
    move = rig.order(head_tilt=1000)
    rig.run(20)
    finish(rig)
    assert rig.story() == [("gesture_started", gesture), ("gesture_interrupted", gesture), ("move_done", move)]
    assert angles(rig)["head_tilt"] == 1000


def test_a_joint_that_the_gesture_uses_only_later_interrupts_it_as_well(rig):
    gesture = rig.gesture("alert")
    rig.run(100)
    assert not rig.pulses("head_pan")
    move = rig.order(head_pan=-3000)
    rig.run(20)
    finish(rig)
    assert rig.story() == [("gesture_started", gesture), ("gesture_interrupted", gesture), ("move_done", move)]
    assert angles(rig)["head_tilt"] == 3000  # it came to rest where it was going


def test_a_look_leaves_a_gesture_of_the_arms_alone(rig):
    gesture = rig.gesture("wave")
    rig.run(500)
    look = rig.order(head_pan=2000, head_tilt=500)
    rig.run(20)
    finish(rig)
    assert rig.story() == [("gesture_started", gesture), ("move_done", look), ("gesture_done", gesture)]
    assert (angles(rig)["head_pan"], angles(rig)["right_shoulder"]) == (2000, 0)


def test_a_refused_move_interrupts_nothing(rig):
    gesture = rig.gesture("nod")
    rig.run(100)
    move = rig.order()
    finish(rig)
    assert sorted(rig.story()) == sorted(
        [("gesture_started", gesture), ("move_refused", move), ("gesture_done", gesture)]
    )


@pytest.mark.parametrize("second", ["wave", "nod", "bow"])
def test_a_second_gesture_replaces_the_first_whatever_joints_it_uses(rig, second):
    first = rig.gesture("bow")
    rig.run(400)
    order = rig.gesture(second)
    rig.run(20)
    finish(rig)
    assert rig.story() == [
        ("gesture_started", first),
        ("gesture_interrupted", first),
        ("gesture_started", order),
        ("gesture_done", order),
    ]
    assert rig.events(schema.GESTURE_INTERRUPTED)[0].gesture == gesture_number("bow")


@pytest.mark.parametrize("after_ms", [100, 1000])
def test_a_stop_ends_a_gesture_where_it_is(rig, after_ms):
    gesture = rig.gesture("bow")
    rig.run(after_ms)
    stop = rig.stop()
    rig.run(20)
    stopped = angles(rig)
    rig.run(5000)
    assert rig.story() == [("gesture_started", gesture), ("gesture_interrupted", gesture), ("did", stop)]
    assert angles(rig) == stopped


def test_a_gesture_interrupts_a_move_of_a_joint_that_it_uses_at_once(rig):
    move = rig.order(5000, head_tilt=4000)
    rig.run(500)
    gesture = rig.gesture("nod")
    rig.run(20)
    finish(rig)
    assert rig.story() == [("move_interrupted", move), ("gesture_started", gesture), ("gesture_done", gesture)]


def test_a_gesture_interrupts_a_move_of_a_joint_that_it_uses_only_later_and_says_so(rig):
    move = rig.order(8000, head_pan=9000, left_elbow=2000)
    rig.run(500)
    before = angles(rig)["head_pan"]
    gesture = rig.gesture("alert")
    rig.run(20)
    finish(rig)
    assert rig.story() == [("move_interrupted", move), ("gesture_started", gesture), ("gesture_done", gesture)]
    assert abs(angles(rig)["head_pan"] - before) < 300
    assert angles(rig)["left_elbow"] == 2000  # goes on to where it goes, as nobody's


def test_a_gesture_leaves_a_move_of_other_joints_alone(rig):
    move = rig.order(1000, left_shoulder=9000)
    rig.run(200)
    gesture = rig.gesture("bow")
    rig.run(20)
    finish(rig)
    assert rig.story() == [("gesture_started", gesture), ("move_done", move), ("gesture_done", gesture)]


def test_quiet_mode_slows_a_gesture_down_and_it_is_done_all_the_same(rig):
    gesture = rig.gesture("shake", 2)
    rig.run(300)
    quiet = rig.quiet()
    rig.run(20)
    assert 20 + finish(rig) > 4000
    assert rig.story() == [("gesture_started", gesture), ("did", quiet), ("gesture_done", gesture)]
    assert angles(rig)["head_pan"] == 0


# Whatever comes

moves = st.tuples(
    st.just("move"),
    st.dictionaries(st.sampled_from(NAMES), st.integers(0, 100), max_size=3),
    st.sampled_from([0, 300, 4000]),
)
gestures = st.tuples(st.just("gesture"), st.sampled_from(schema.gestures.NAMES), st.integers(1, 3))
others = st.sampled_from([("stop",), ("quiet", 1), ("quiet", 0)])
plans = st.lists(st.tuples(moves | gestures | others, st.integers(1, 2500)), min_size=1, max_size=8)


def order_of(rig, deed):
    match deed:
        case ("move", shares, ms):
            ranges = {name: (low, high) for name, low, high in schema.JOINTS}
            wanted = {
                name: ranges[name][0] + (ranges[name][1] - ranges[name][0]) * share // 100
                for name, share in shares.items()
            }
            return "move", rig.send(schema.ORDER_MOVE, ms, *targets(**wanted))
        case ("gesture", name, repeat):
            return "gesture", rig.gesture(name, repeat)
        case ("stop",):
            return "stop", rig.stop()
        case ("quiet", on):
            return "quiet", rig.quiet(on)


@settings(deadline=None, max_examples=60)
@given(plans, st.sampled_from([0, TICKS - 3000]), st.sampled_from([0, 0, 30]))
def test_every_move_and_every_gesture_ends_exactly_once_whatever_comes(plan, start_ms, late_ms):
    rig = Rig(start_ms)
    rig.late_ms = late_ms
    given_orders = []
    for deed, ms in plan:
        given_orders.append(order_of(rig, deed))
        rig.run(ms)
    finish(rig)
    rig.run(2000)
    story = Counter(rig.story())
    assert max(story.values()) == 1
    for kind, order in given_orders:
        told = sorted(what for what, of in story if of == order)
        if kind == "move":
            assert len(told) == 1
            assert told[0] in MOVE_ENDS
        elif kind == "gesture":
            assert told[1:] == ["gesture_started"]
            assert told[0] in GESTURE_ENDS
        else:
            assert told == ["did"]
    assert {joint.owner for joint in rig.drone.motion.joints} == {-1}
    assert rig.drone.link.held.dropped == 0
