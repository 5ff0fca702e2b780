"""The I2C bus, at power-up and in use: what a part in the middle of a byte holds, is freed."""

from random import Random

import pytest
from drone.board_world import BoardWorld
from kelex_drone import board
from kelex_sim.chips.bus import BusLines
from kelex_sim.chips.fault import Fault
from kelex_sim.chips.ina219 import Ina219Chip
from kelex_sim.chips.lockup import LockedUpPart


class Bench:
    """A part on the two wires that holds SDA for `clocks` clocks; `edges` is what the master did to SCL."""

    def __init__(self, clocks):
        self.world = BoardWorld()
        self.part, self.edges = LockedUpPart(clocks), []
        self.world.board.wire_input(board.I2C_SDA, self.part.sda)
        self.world.board.wire_output(board.I2C_SDA, self.part.drive_sda)
        self.world.board.wire_output(board.I2C_SCL, self.drive_scl)
        self.bus = self.world.load("kelex_drone.drivers.bus")

    def drive_scl(self, level):
        self.edges.append(level)
        self.part.drive_scl(level)


@pytest.mark.parametrize("clocks", range(1, 10))
def test_a_part_anywhere_in_its_byte_is_clocked_out_of_it_and_told_to_stop(clocks):
    bench = Bench(clocks)
    assert bench.bus.free_bus() == clocks
    assert bench.part.sda() == 1
    assert bench.part.stopped


def test_a_free_bus_is_not_touched():
    bench = Bench(0)
    assert bench.bus.free_bus() == 0
    assert bench.edges == []


def test_a_line_that_stays_low_is_given_up_after_nine_clocks():
    bench = Bench(1000)
    assert bench.bus.free_bus() == 9
    assert not bench.part.stopped
    assert bench.edges[-1] == 1


def test_the_bus_is_freed_before_it_is_opened():
    bench = Bench(4)
    bench.bus.Bus()
    assert bench.part.stopped


class Running:
    """A bus in use, with one chip; `fault` is that of its wires."""

    ADDRESS = 0x40

    def __init__(self):
        self.world = BoardWorld()
        now_us, random = lambda: self.world.now_us, Random(1)
        self.fault = Fault(now_us, random)
        self.clock = Fault(now_us, random)
        self.lines = BusLines(self.fault, self.clock, random)
        chip = Ina219Chip(self.ADDRESS, now_us, lambda: (1.0, 5.0), Fault(now_us, random), random)
        self.world.board.wire_i2c(board.I2C_BUS, [chip], self.lines)
        self.world.board.wire_input(board.I2C_SDA, self.lines.sda)
        self.world.board.wire_input(board.I2C_SCL, self.lines.scl)
        self.world.board.wire_output(board.I2C_SDA, self.lines.drive_sda, at_reset=1)
        self.world.board.wire_output(board.I2C_SCL, self.lines.drive_scl, at_reset=1)
        self.bus = self.world.load("kelex_drone.drivers.bus").Bus()

    def reads(self):
        """Whether a transfer gets through."""
        try:
            self.bus.readfrom_mem_into(self.ADDRESS, 0, bytearray(2))
        except OSError:
            return False
        return True


@pytest.mark.parametrize("seed", range(9))
def test_a_part_that_hangs_while_the_bus_is_in_use_costs_a_transfer_and_is_freed_at_the_next_look(seed):
    running = Running()
    running.lines._random = Random(seed)
    assert running.reads()
    running.fault.begin("stuck", None)
    assert not running.reads()
    running.bus.look()
    assert running.reads()
    assert not running.fault.failing
    assert running.bus.recoveries == 1
    running.bus.look()
    assert running.bus.recoveries == 1


def test_that_a_part_had_to_be_clocked_free_at_power_up_is_counted_too():
    bench = Bench(4)
    bus = bench.bus.Bus()
    bus.look()
    assert bus.recoveries == 1


@pytest.mark.parametrize("line", ["fault", "clock"])
def test_while_a_line_is_held_for_good_each_transfer_fails_at_once_and_it_is_back_with_the_line(line):
    """SDA at ground, or SCL in the hands of a part that stretches the clock for ever."""
    running = Running()
    fault = getattr(running, line)
    fault.begin("stall", None)
    running.bus.look()
    running.bus.look()
    assert running.bus.recoveries == 0
    assert running.bus.readfrom_mem_into is running.world.load("kelex_drone.drivers.bus").fail
    assert not running.reads()
    fault.end()
    running.bus.look()
    assert running.reads()
    assert running.bus.recoveries == 1


def test_a_clock_that_is_stretched_while_a_part_is_clocked_free_is_not_waited_for():
    bench = Bench(1000)
    held = BusLines(Fault(lambda: 0, Random(1)), Fault(lambda: 0, Random(1)), Random(1))
    held.clock.begin("stuck", None)
    bench.world.board.wire_input(board.I2C_SCL, held.scl)
    assert bench.bus.free_bus() == 0


@pytest.mark.parametrize(("kind", "answered"), [("absent", 0), ("nan", 0), ("noisy", 5)])
def test_a_look_at_a_bus_that_nobody_holds_does_nothing(kind, answered):
    running = Running()
    running.fault.begin(kind, None)
    edges = []
    running.world.board.wire_output(board.I2C_SCL, edges.append)
    running.bus.look()
    assert edges == []
    assert [running.reads() for _ in range(10)].count(True) == answered


def test_a_reset_lets_go_of_the_lines():
    running = Running()
    running.world.board.reset(1)
    assert running.lines.sda() == 1
