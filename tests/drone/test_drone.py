"""The executive, with parts that do nothing but remember, and a real host's end on the other side."""

from itertools import count

import pytest
from kelex_drone import board
from kelex_drone.drone import BODY_MOVING_MS, DEAD_BANDS, SENSE_MS, Drone, Group
from kelex_drone.motion import TICK_MS, Motion
from kelex_drone.senses import Senses
from kelex_host.bridge.heard import DroneEvent, Telemetry, Verdict
from kelex_host.bridge.host_link import HostLink
from kelex_wire import codec, frame, schema
from kelex_wire.drone_link import DroneLink
from wire.joints import NAMES, targets

TICKS = 1 << 30


class FakeServo:
    def __init__(self):
        self.angles = []

    def turn(self, angle):
        self.angles.append(angle)


class FakePir:
    level = 0

    def read(self):
        return self.level


class FakeClimate:
    temperature, humidity = 2150, 4500

    def step(self):
        return True


class Rig:
    """A Drone stepped exactly when it asks for it, plus `late_ms` each time."""

    def __init__(self, start_ms=0, servos=board.SERVOS):
        self.now_ms = start_ms
        self.late_ms = 0
        self.servos = [FakeServo() for _ in servos]
        self.pir, self.climate = FakePir(), FakeClimate()
        motion = Motion([servo[1:] for servo in servos])
        link = DroneLink(1, 77, "kelex test")
        self.drone = Drone(
            start_ms, link, motion, Senses(DEAD_BANDS), self.servos, self.pir, self.climate, lambda: (900, 150_000, 1)
        )
        nonces = count(1)
        self.host = HostLink(lambda: next(nonces))
        self.host.opened(0.0)
        self.heard = []
        self.run(100)

    def run(self, ms):
        end_ms = self.now_ms + ms
        while self.now_ms < end_ms:
            self.drone.receive(self.now_ms % TICKS, bytes(self.host.tx))
            self.host.tx.clear()
            wait_ms = self.drone.step(self.now_ms % TICKS)
            self.heard += self.host.receive(self.now_ms / 1000, bytes(self.drone.link.tx))
            self.drone.link.tx[:] = b""
            self.heard += self.host.step(self.now_ms / 1000)
            for event in self.of(DroneEvent):
                self.host.settled(event.boot, event.record.number)
            self.now_ms += max(wait_ms, 1) + self.late_ms
        return self

    def order(self, duration_ms=0, **angles):
        return self.host.order(self.now_ms / 1000, schema.ORDER_MOVE, (duration_ms, *targets(**angles)), 2.0)

    def stop(self):
        return self.host.order(self.now_ms / 1000, schema.ORDER_STOP, (), 2.0)

    def pulses(self, joint):
        return self.servos[NAMES.index(joint)].angles

    def of(self, kind):
        return [item for item in self.heard if isinstance(item, kind)]

    def telemetry(self, number):
        return [item.record for item in self.of(Telemetry) if item.number == number]

    def events(self, number):
        return [item.record for item in self.of(DroneEvent) if item.message == number]


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
    began_ms = rig.telemetry(schema.BODY)[0].time_ms
    assert verdict.record.duration_ms - TICK_MS <= (done.time_ms - began_ms) % TICKS <= 1000
    assert {name: rig.pulses(name)[-1] for name in NAMES} == wanted


def test_a_moving_joint_gets_a_new_pulse_every_tick(rig):
    rig.order(head_pan=9000)
    rig.run(TICK_MS * 10)
    angles = rig.pulses("head_pan")
    assert 9 <= len(angles) <= 11
    assert angles == sorted(angles)
    assert len(set(angles)) == len(angles)


def test_a_joint_that_was_never_ordered_gets_no_pulse(rig):
    rig.order(left_elbow=1000)
    rig.run(1000)
    assert [name for name in NAMES if rig.pulses(name)] == ["left_elbow"]


def test_an_order_beyond_this_boards_range_is_refused_with_an_event_and_moves_nothing():
    rig = Rig(servos=((6, -100, 100, 18000, 90000), *board.SERVOS[1:]))
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


def test_a_stop_of_a_drone_at_rest_is_answered_and_makes_no_event(rig):
    rig.stop()
    rig.run(500)
    assert [verdict.number for verdict in rig.of(Verdict)] == [schema.STOPPED]
    assert rig.of(DroneEvent) == []


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
    for level in (1, 1, 0):
        rig.pir.level = level
        rig.run(500)
    assert [event.present for event in rig.events(schema.PRESENCE)] == [1, 0]


def test_a_dead_climate_sensor_is_told_as_none_within_two_of_its_turns(rig):
    rig.climate.temperature = rig.climate.humidity = None
    rig.run(2 * SENSE_MS * 11)
    senses = rig.telemetry(schema.SENSES)[-1]
    assert (senses.temperature, senses.humidity, senses.presence) == (None, None, 0)


def test_positions_are_told_often_while_moving_and_rarely_at_rest(rig):
    rig.run(6000)
    resting = len(rig.telemetry(schema.BODY))
    assert 2 <= resting <= 4
    rig.order(3000, head_pan=9000)
    rig.run(3000)
    moving = [record for record in rig.telemetry(schema.BODY) if record.moving]
    assert len(moving) >= 3000 // (BODY_MOVING_MS + SENSE_MS)


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
    assert (stats.frames_refused, stats.idle, stats.heap_free) == (1, 900, 150_000)
