"""The supervised contact on a simulated board: high, low, and nobody there."""

from collections import Counter
from random import Random

import pytest
from drone.board_world import BoardWorld
from kelex_sim.board import FLOATING
from kelex_sim.chips.contact import ContactModel
from kelex_sim.chips.fault import KINDS, Fault

GPIO = 22


class Line:
    """A contact's model and the driver at the other end of its cable."""

    def __init__(self, stuck_level=1):
        self.world = BoardWorld()
        self.level = 0
        self.fault = Fault(lambda: self.world.now_us, Random(1))
        model = ContactModel(lambda: self.level, self.fault, Random(2), stuck_level=stuck_level)
        self.world.board.wire_input(GPIO, model.read)
        self.contact = self.world.load("kelex_drone.drivers.contact").Contact(GPIO)

    def read(self, times=100):
        return Counter(self.contact.read() for _ in range(times))


@pytest.fixture
def line():
    return Line()


@pytest.mark.parametrize("level", [0, 1])
def test_a_driven_line_reads_as_it_is(line, level):
    line.level = level
    assert line.read() == {level: 100}


def test_a_pin_to_which_nothing_is_wired_reads_as_nobody():
    assert BoardWorld().load("kelex_drone.drivers.contact").Contact(GPIO).read() is None


def test_a_line_that_changes_at_this_moment_reads_as_nobody(line):
    levels = iter([1, 0])
    line.world.board.wire_input(GPIO, lambda: next(levels))
    assert line.contact.read() is None


def test_a_floating_line_is_told_from_both_levels_in_turn(line):
    seen = []
    for level in (1, FLOATING, 0, FLOATING, 1):
        line.level = level
        seen.append(line.contact.read())
    assert seen == [1, None, 0, None, 1]


def test_every_fault_reads_as_it_shows_itself():
    read = {}
    for kind in KINDS:
        line = Line()
        line.fault.begin(kind, None)
        read[kind] = set(line.read())
    assert read == {"stuck": {1}, "absent": {None}, "nan": {0, 1, None}, "noisy": {0, 1, None}, "stall": {1}}


@pytest.mark.parametrize("kind", KINDS)
def test_after_a_fault_it_reads_the_line_again_at_once(line, kind):
    line.fault.begin(kind, None)
    line.read()
    line.fault.end()
    assert line.read(1) == {0: 1}


# What the watch makes of it, at 20 readings a second.


@pytest.mark.parametrize("kind", ["absent", "nan", "noisy"])
@pytest.mark.parametrize("seed", range(5))
def test_a_line_out_of_order_is_a_fault_within_a_second_and_no_change_before(line, kind, seed):
    watch = line.world.load("kelex_drone.plausibility").ContactWatch(1200)
    for _ in range(20 + seed):
        watch.take(line.contact.read())
    line.fault.begin(kind, None)
    said = [watch.take(line.contact.read()) for _ in range(400)]
    assert None in said[:20]
    assert set(said[20:]) == {None}


@pytest.mark.parametrize(("stuck_level", "inverted"), [(1, False), (0, True)])
def test_a_stuck_line_is_a_fault_once_it_was_active_for_too_long(stuck_level, inverted):
    line = Line(stuck_level)
    watch = line.world.load("kelex_drone.plausibility").ContactWatch(600, inverted)
    line.fault.begin("stuck", None)
    said = [watch.take(line.contact.read()) for _ in range(700)]
    assert said[590] == 1
    assert set(said[601:]) == {None}
