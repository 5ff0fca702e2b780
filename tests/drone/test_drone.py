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

    def order(self, *values):
        return self.host.order(self.now_ms / 1000, schema.ORDER_MOVE, values, 2.0)

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
    order = rig.order(0, 3000, -1500)
    rig.run(2000)
    [verdict] = rig.of(Verdict)
    assert (verdict.order, verdict.number) == (order, schema.MOVE_GRANTED)
    assert verdict.record[2:] == (3000, -1500)
    [done] = rig.events(schema.MOVE_DONE)
    assert done.order == order
    began_ms = rig.telemetry(schema.BODY)[0].time_ms
    assert verdict.record.duration_ms - TICK_MS <= (done.time_ms - began_ms) % TICKS <= 1000
    assert [servo.angles[-1] for servo in rig.servos] == [3000, -1500]


def test_a_moving_joint_gets_a_new_pulse_every_tick(rig):
    rig.order(0, 9000, 0)
    rig.run(TICK_MS * 10)
    angles = rig.servos[0].angles
    assert 9 <= len(angles) <= 11
    assert angles == sorted(angles)
    assert len(set(angles)) == len(angles)


def test_a_joint_that_was_never_ordered_gets_no_pulse(rig):
    rig.order(0, 1000, None)
    rig.run(1000)
    assert rig.servos[0].angles
    assert rig.servos[1].angles == []


def test_an_order_beyond_this_boards_range_is_refused_with_an_event_and_moves_nothing():
    narrow = ((6, -100, 100, 18000, 90000), board.SERVOS[1])
    rig = Rig(servos=narrow)
    order = rig.order(0, 101, 0)
    rig.run(500)
    [verdict] = rig.of(Verdict)
    assert (verdict.number, verdict.order) == (schema.REFUSED, order)
    assert schema.REFUSALS[verdict.record.reason] == "out_of_range"
    [event] = rig.events(schema.MOVE_REFUSED)
    assert (event.order, schema.REFUSALS[event.reason]) == (order, "out_of_range")
    assert [servo.angles for servo in rig.servos] == [[], []]


def test_an_interrupted_move_is_reported_so_and_never_as_done(rig):
    first = rig.order(0, 9000, 0)
    rig.run(100)
    second = rig.order(0, -9000, 0)
    rig.run(3000)
    assert [event.order for event in rig.events(schema.MOVE_INTERRUPTED)] == [first]
    assert [event.order for event in rig.events(schema.MOVE_DONE)] == [second]


def test_an_order_that_leaves_every_joint_as_it_is_is_refused(rig):
    order = rig.order(0, None, None)
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
    rig.order(3000, 9000, 0)
    rig.run(3000)
    moving = [record for record in rig.telemetry(schema.BODY) if record.moving]
    assert len(moving) >= 3000 // (BODY_MOVING_MS + SENSE_MS)


def test_turns_in_time_count_no_overruns_and_late_ones_do(rig):
    rig.order(5000, 9000, 0)
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
