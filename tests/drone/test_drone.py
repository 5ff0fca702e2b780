"""The executive: whole orders, from the cable to the parts and back, and what he tells without being asked."""

from itertools import pairwise

import pytest
from drone.drone_rig import HEALTH, TICKS, Rig
from kelex_drone import board
from kelex_drone.drone import REBOOT_MOST_MS, REBOOT_MS
from kelex_drone.group import Group
from kelex_drone.motion import TICK_MS
from kelex_drone.reports import BODY_MOVING_MS
from kelex_drone.sensing import SENSE_MS
from kelex_host.bridge.heard import DroneEvent, Verdict
from kelex_wire import codec, frame, schema
from kelex_wire.held_events import EVENTS_HELD, EVENTS_RESERVED
from wire.joints import NAMES, targets


@pytest.fixture
def rig():
    return Rig()


@pytest.mark.parametrize("start_ms", [0, TICKS - 500])
def test_a_move_is_granted_carried_out_and_reported_done_with_its_order(start_ms):
    rig = Rig(start_ms)
    wanted = {name: low + (high - low) // 3 for name, low, high in schema.JOINTS}
    order = rig.order(**wanted)
    rig.run(2000)
    [verdict] = rig.of(Verdict)
    assert (verdict.order, verdict.number) == (order, schema.MOVE_GRANTED)
    assert verdict.record[2:] == targets(**wanted)
    [done] = rig.events(schema.MOVE_DONE)
    assert done.order == order
    took_ms = (done.time_ms - start_ms) % TICKS
    assert verdict.record.duration_ms - TICK_MS <= took_ms <= verdict.record.duration_ms + 2 * TICK_MS
    assert {name: rig.pulses(name)[-1] for name in NAMES} == wanted


def test_a_moving_joint_gets_a_new_pulse_every_tick(rig):
    rig.order(head_pan=9000)
    rig.run(TICK_MS * 10)
    angles = rig.pulses("head_pan")
    assert 9 <= len(angles) <= 11
    assert angles == sorted(angles)
    assert len(set(angles)) == len(angles)


def test_a_joint_that_is_not_ordered_stays_where_it_is(rig):
    rig.order(left_elbow=1000)
    rig.run(1000)
    assert [name for name in NAMES if rig.pulses(name)] == ["left_elbow"]


def test_an_order_beyond_this_boards_range_is_refused_with_an_event_and_moves_nothing():
    rig = Rig(servos=((6, -100, 100, *board.SERVOS[0][3:]), *board.SERVOS[1:]))
    order = rig.order(head_pan=101, right_elbow=1)
    rig.run(500)
    [verdict] = rig.of(Verdict)
    assert (verdict.number, verdict.order) == (schema.REFUSED, order)
    assert schema.REFUSALS[verdict.record.reason] == "out_of_range"
    [event] = rig.events(schema.MOVE_REFUSED)
    assert (event.order, schema.REFUSALS[event.reason]) == (order, "out_of_range")
    assert not any(servo.angles for servo in rig.servos)


def test_an_interrupted_move_is_reported_so_and_never_as_done(rig):
    first = rig.order(head_pan=9000)
    rig.run(100)
    second = rig.order(head_pan=-9000)
    rig.run(3000)
    assert [event.order for event in rig.events(schema.MOVE_INTERRUPTED)] == [first]
    assert [event.order for event in rig.events(schema.MOVE_DONE)] == [second]


def test_a_stop_freezes_every_joint_where_its_last_pulse_put_it(rig):
    rig.order(left_shoulder=9000, right_gripper=6000)
    rig.order(5000, head_pan=-9000)
    rig.run(300)
    pulses = [list(servo.angles) for servo in rig.servos]
    order = rig.stop()
    rig.run(3000)
    assert [servo.angles for servo in rig.servos] == pulses
    verdict = rig.of(Verdict)[-1]
    assert (verdict.order, verdict.number) == (order, schema.STOPPED)
    assert list(verdict.record[1:]) == [angles[-1] if angles else 0 for angles in pulses]


def test_a_stop_names_each_order_that_it_interrupts_once_and_none_is_ever_done(rig):
    arms = rig.order(left_shoulder=9000, right_gripper=6000)
    head = rig.order(5000, head_pan=-9000)
    rig.run(300)
    rig.stop()
    rig.run(3000)
    rig.stop()
    rig.run(3000)
    assert [event.order for event in rig.events(schema.MOVE_INTERRUPTED)] == [head, arms]
    assert rig.events(schema.MOVE_DONE) == []


def test_the_body_is_told_at_once_that_it_stopped(rig):
    rig.order(5000, head_pan=9000)
    rig.run(1000)
    told = len(rig.telemetry(schema.BODY))
    rig.stop()
    rig.run(30)
    body = rig.telemetry(schema.BODY)[told]
    assert (body.moving, body.head_pan) == (0, rig.pulses("head_pan")[-1])


def test_a_stop_of_a_drone_at_rest_is_answered_and_told_and_interrupts_nothing(rig):
    order = rig.stop()
    rig.run(500)
    assert [verdict.number for verdict in rig.of(Verdict)] == [schema.STOPPED]
    assert rig.deeds() == [("stopped", order)]
    assert rig.story() == [("did", order)]


def test_a_move_that_is_stopped_before_its_first_tick_drives_nothing(rig):
    order = rig.order(head_pan=9000)
    rig.stop()
    rig.run(500)
    assert [event.order for event in rig.events(schema.MOVE_INTERRUPTED)] == [order]
    rig.order(head_tilt=1000)
    rig.run(1000)
    assert [name for name in NAMES if rig.pulses(name)] == ["head_tilt"]


def test_after_a_stop_a_move_goes_on_from_there(rig):
    rig.order(head_pan=9000)
    rig.run(500)
    rig.stop()
    rig.run(100)
    stopped = rig.pulses("head_pan")[-1]
    order = rig.order(head_pan=-9000)
    rig.run(3000)
    after = rig.pulses("head_pan")[rig.pulses("head_pan").index(stopped) + 1 :]
    assert stopped - 50 < after[0] <= stopped
    assert after[-1] == -9000
    assert [event.order for event in rig.events(schema.MOVE_DONE)] == [order]


def test_an_order_that_leaves_every_joint_as_it_is_is_refused(rig):
    order = rig.order()
    rig.run(1000)
    assert [event.order for event in rig.events(schema.MOVE_REFUSED)] == [order]


def test_coming_and_going_is_an_event_each_once(rig):
    rig.run(1000)
    for level in (1, 1, 0):
        rig.senses.says["presence"] = lambda n, level=level: level
        rig.senses.says["range"] = lambda n, level=level: (900 if level else 1500) + n % 2
        rig.run(1000)
    rig.run(2000)
    seen = [schema.SEEN[event.seen] for event in rig.events(schema.PRESENCE)]
    assert seen == ["motion", "detected", "cleared"]


def test_a_dead_climate_sensor_is_told_as_none_within_two_of_its_turns(rig):
    rig.run(2000)
    assert rig.telemetry(schema.SENSES)[-1].temperature in (2150, 2151)
    rig.senses.says |= {"temperature": lambda n: None, "humidity": lambda n: None}
    rig.run(2 * SENSE_MS * 14)
    senses = rig.telemetry(schema.SENSES)[-1]
    assert (senses.temperature, senses.humidity, senses.presence) == (None, None, 0)
    [temperature, humidity] = rig.events(schema.FAULT)
    assert [schema.FAULTS[fault.of] for fault in (temperature, humidity)] == ["temperature", "humidity"]


def test_positions_are_told_often_while_moving_and_rarely_at_rest(rig):
    before = len(rig.telemetry(schema.BODY))
    rig.run(6000)
    resting = len(rig.telemetry(schema.BODY)) - before
    assert 2 <= resting <= 4
    rig.order(3000, head_pan=9000)
    rig.run(3000)
    moving = [record for record in rig.telemetry(schema.BODY) if record.moving]
    assert len(moving) >= 3000 // (BODY_MOVING_MS + SENSE_MS)


def test_a_host_that_greets_hears_at_once_how_he_stands_and_what_he_senses(rig):
    rig.kill_host()
    rig.senses.says["door"] = lambda n: 0
    rig.run(500)  # he has not missed the host yet, and tells the open door to nobody
    rig.revive_host()
    bodies, senses = len(rig.telemetry(schema.BODY)), len(rig.telemetry(schema.SENSES))
    rig.run(3 * SENSE_MS)
    assert len(rig.telemetry(schema.BODY)) > bodies
    assert [record.door for record in rig.telemetry(schema.SENSES)[senses:]] == [1]


def test_turns_in_time_count_no_overruns_and_late_ones_do(rig):
    rig.order(5000, head_pan=9000)
    rig.run(10_000)
    assert rig.telemetry(schema.STATS)[-1].overruns == 0
    rig.late_ms = SENSE_MS
    rig.run(10_000)
    assert rig.telemetry(schema.STATS)[-1].overruns > 50


@pytest.mark.parametrize("start_ms", [0, TICKS - 30])
def test_a_group_that_comes_a_period_late_runs_once_and_goes_on_from_there(start_ms):
    group = Group(20)
    group.start(start_ms)
    due = [ms for ms in (0, 19, 20, 95, 96, 114, 115) if group.is_due((start_ms + ms) % TICKS)]
    assert (due, group.overruns) == ([0, 20, 95, 115], 1)


def test_the_statistics_name_the_frames_that_the_drone_refused(rig):
    bad = bytearray(frame.encode(schema.PING, 0, codec.encode(schema.PING, 1, 1)))
    bad[1] ^= 1
    rig.drone.receive(rig.now_ms, b"\0" + bytes(bad))
    rig.run(6000)
    stats = rig.telemetry(schema.STATS)[-1]
    assert (stats.frames_refused, stats.idle, stats.heap_free, stats.reset_cause) == (1, *HEALTH)


def test_the_verdict_on_an_order_for_statistics_has_the_figures_of_the_telemetry(rig):
    rig.run(6000)
    order = rig.send(schema.ORDER_STATS)
    rig.run(100)
    verdict = rig.verdict(order)
    assert verdict.number == schema.STATS_TOLD
    assert verdict.record[1:] == rig.telemetry(schema.STATS)[-1][1:]
    assert rig.story() == []


ORDERS = {
    schema.ORDER_SETTINGS: (None,) * len(schema.SETTINGS),
    schema.ORDER_MOVE: (0, *targets(head_pan=1000)),
    schema.ORDER_GESTURE: (0, 1),
    schema.ORDER_EYE: (0xFF8000, 1),
    schema.ORDER_TONE: (0, 0, 0),
    schema.ORDER_HOLODISK: (1,),
    schema.ORDER_QUIET: (1,),
    schema.ORDER_IDENTIFY: (),
    schema.ORDER_REBOOT: (),
    schema.ORDER_MAINTENANCE: (),
    schema.ORDER_STOP: (),
    schema.ORDER_STATS: (),
    schema.ORDER_PAIR: tuple(range(8)),
    schema.ORDER_UNPAIR: (),
}
ALWAYS_OBEYED = (schema.ORDER_STOP, schema.ORDER_STATS)


def with_events_waiting(rig, number):
    """Events that the host heard, but has not put into safe hands."""
    rig.listening = False
    for _ in range(number):
        rig.drone.link.event(rig.now_ms, schema.DOORBELL)
    return rig.run(200)


def test_every_order_of_the_schema_is_tried_here():
    assert set(ORDERS) == {row[0] for row in schema.MESSAGES if schema.kind_of(row[0]) == schema.ORDER}


@pytest.mark.parametrize("number", [number for number in ORDERS if number not in ALWAYS_OBEYED])
def test_an_order_whose_end_could_not_be_told_is_refused_as_busy_and_changes_nothing(rig, number):
    with_events_waiting(rig.run(2000), EVENTS_HELD - EVENTS_RESERVED)
    before, waiting = rig.telemetry(schema.BODY)[-1], rig.drone.link.events_waiting()
    order = rig.send(number, *ORDERS[number])
    rig.run(3000)
    verdict = rig.verdict(order)
    assert (verdict.number, schema.REFUSALS[verdict.record.reason]) == (schema.REFUSED, "busy")
    assert rig.drone.link.events_waiting() == waiting
    assert rig.telemetry(schema.BODY)[-1][1:] == before[1:]
    assert not any(servo.angles for servo in rig.servos)
    assert (rig.outputs.sounded, rig.outputs.switched, rig.resets) == ([], [], [])


@pytest.mark.parametrize("number", ORDERS)
def test_with_room_for_one_event_more_every_order_is_obeyed(rig, number):
    with_events_waiting(rig, EVENTS_HELD - EVENTS_RESERVED - 1)
    order = rig.send(number, *ORDERS[number])
    rig.run(200)
    assert rig.verdict(order).number != schema.REFUSED


@pytest.mark.parametrize("number", ALWAYS_OBEYED)
def test_a_stop_and_a_question_are_never_refused(rig, number):
    rig.order(5000, head_pan=9000)
    rig.run(200)
    with_events_waiting(rig, EVENTS_HELD)
    order = rig.send(number)
    rig.run(200)
    assert rig.verdict(order).number in (schema.STOPPED, schema.STATS_TOLD)
    assert rig.drone.motion.moving == (number == schema.ORDER_STATS)


def test_a_stop_takes_the_room_of_no_event_that_ends_an_order(rig):
    with_events_waiting(rig, EVENTS_HELD - EVENTS_RESERVED)
    for _ in range(40):
        rig.stop()
        rig.run(50)
    assert rig.drone.link.events_waiting() == EVENTS_HELD - EVENTS_RESERVED


def test_an_order_of_a_number_that_he_does_not_know_is_refused_and_told(rig):
    record = codec.message(schema.ORDER_STOP).record(rig.drone.link.session, 5)
    rig.drone.link.orders.append((0x3F, record))
    rig.run(300)
    [refused] = rig.events(schema.MOVE_REFUSED)
    assert (refused.order, schema.REFUSALS[refused.reason]) == (5, "unknown_verb")
    assert rig.story() == [("move_refused", 5)]


def test_the_body_is_told_with_all_that_he_shows(rig):
    rig.send(schema.ORDER_EYE, 0x123456, schema.EYE_EFFECTS.index("scan"))
    rig.send(schema.ORDER_HOLODISK, 1)
    rig.quiet()
    rig.gesture("nod")
    rig.run(200)
    body = rig.telemetry(schema.BODY)[-1]
    assert (body.moving, body.quiet, body.failsafe, body.holodisk) == (1, 1, 0, 1)
    assert (body.eye_color, schema.EYE_EFFECTS[body.eye_effect]) == (0x123456, "scan")
    assert schema.gestures.NAMES[body.gesture] == "nod"
    rig.quiet(0)
    rig.send(schema.ORDER_HOLODISK, 0)
    rig.run(6000)
    body = rig.telemetry(schema.BODY)[-1]
    assert (body.moving, body.quiet, body.holodisk, body.gesture) == (0, 0, 0, None)


@pytest.mark.parametrize(
    ("number", "values"),
    [(schema.ORDER_EYE, (255, 0)), (schema.ORDER_HOLODISK, (1,)), (schema.ORDER_QUIET, (1,))],
)
def test_a_switch_is_told_with_the_body_at_once(rig, number, values):
    rig.run(1000)
    told = len(rig.telemetry(schema.BODY))
    rig.send(number, *values)
    rig.run(20)
    assert len(rig.telemetry(schema.BODY)) == told + 1


@pytest.mark.parametrize("start_ms", [0, TICKS - 250])
def test_a_reboot_is_answered_and_told_and_then_done_once(start_ms):
    rig = Rig(start_ms)
    ordered_ms = rig.now_ms
    order = rig.send(schema.ORDER_REBOOT)
    rig.run(REBOOT_MS - 20)
    assert (rig.verdict(order).number, rig.verdict(order).record.duration_ms) == (schema.ACCEPTED, REBOOT_MS)
    assert rig.deeds() == [("rebooting", order)]
    assert rig.resets == []
    rig.run(3000)
    [reset_ms] = rig.resets
    assert REBOOT_MS <= reset_ms - ordered_ms <= REBOOT_MS + SENSE_MS


def test_an_order_for_maintenance_is_told_and_has_the_next_start_lead_there(rig):
    order = rig.send(schema.ORDER_MAINTENANCE)
    rig.run(REBOOT_MS + 300)
    assert rig.verdict(order).record.duration_ms == REBOOT_MS
    assert rig.deeds() == [("maintenance", order)]
    assert (rig.firmware.maintenance, len(rig.resets)) == (1, 1)


def test_nothing_resets_without_an_order(rig):
    rig.now_ms = TICKS - 1000
    rig.run(3000)
    assert rig.resets == []


def test_pulses_go_on_evenly_when_a_pause_of_a_gesture_ends_while_an_arm_moves(rig):
    rig.order(6000, left_shoulder=9000)
    rig.gesture("bow")
    turned_ms = []
    rig.servos[NAMES.index("left_shoulder")].turn = lambda angle: turned_ms.append(rig.now_ms)
    rig.run(3000)
    assert len(rig.events(schema.GESTURE_DONE)) == 1
    assert {b - a for a, b in pairwise(turned_ms)} == {TICK_MS}


def test_a_long_life_at_rest_makes_no_event(rig):
    rig.run(120_000)
    assert rig.of(DroneEvent) == []


def test_a_reboot_waits_for_the_host_to_have_the_drones_events_but_not_for_ever(rig):
    rig.run(100)
    rig.send(schema.ORDER_REBOOT)
    rig.drone.receive(rig.now_ms % TICKS, bytes(rig.host.tx))
    rig.host.tx.clear()
    rig.drone.receive = lambda now_ms, data: None  # from now on nothing is acknowledged
    rig.run(REBOOT_MOST_MS - 100)
    assert rig.resets == []
    rig.run(300)
    assert len(rig.resets) == 1
