"""The I2C bus at power-up: what a part that a reset left in the middle of a byte holds, is freed."""

import pytest
from drone.board_world import BoardWorld
from kelex_drone import board
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
    bench.bus.make_bus()
    assert bench.part.stopped
