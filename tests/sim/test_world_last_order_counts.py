"""What comes of world verbs that follow one another, or find nobody to act on."""

from random import Random

import pytest
from kelex_sim import wiring
from kelex_sim.body import Body
from kelex_sim.errors import WorldError
from kelex_sim.house import example_house
from kelex_sim.kernel import Kernel
from kelex_sim.world import World


class Bench:
    """A drone in the nursery; `pass_s` lets time pass."""

    def __init__(self):
        self.kernel = Kernel()
        house = example_house()
        self.body = Body(self.kernel, house, "nursery", random=Random(1), output=lambda data: None)
        self.world = World(house, {"kelex": self.body}, lambda *what: None)

    def pass_s(self, seconds):
        self.kernel.run_until(self.kernel.now_us + round(seconds * 1e6))

    def door(self, is_open, seconds=None):
        """An order to the door; whether its contact then says that it is open."""
        fields = {"open": is_open, "seconds": seconds, "drone": None}
        assert self.world.act("door", fields) == {"open": is_open}
        return self.is_open()

    def is_open(self):
        return self.body.parts.contacts[wiring.DOOR_PIN].read() == 0


@pytest.fixture
def bench():
    return Bench()


def test_a_door_opened_for_a_while_closes_by_itself(bench):
    assert bench.door(True, 5)
    bench.pass_s(4.9)
    assert bench.is_open()
    bench.pass_s(0.2)
    assert not bench.is_open()


def test_a_door_opened_for_good_stays_open_until_it_is_closed(bench):
    assert bench.door(True)
    bench.pass_s(4000)
    assert bench.is_open()
    assert not bench.door(False)


@pytest.mark.parametrize("seconds", [None, 0, 5])
def test_a_door_that_was_opened_for_a_while_can_be_closed_before(bench, seconds):
    bench.door(True, 60)
    assert not bench.door(False, seconds)
    bench.pass_s(6)
    assert not bench.is_open()


def test_a_door_that_stands_open_closes_after_the_while_that_it_is_given(bench):
    bench.door(True)
    assert bench.door(True, 5)
    bench.pass_s(5.1)
    assert not bench.is_open()


def test_a_door_open_for_a_while_can_be_told_to_stay_open(bench):
    bench.door(True, 5)
    assert bench.door(True)
    bench.pass_s(6)
    assert bench.is_open()


def test_nobody_cries_where_no_infant_is_at_home(bench):
    bench.world.act("leave", {"member": "kal-el"})
    with pytest.raises(WorldError, match="No infant is at home") as refused:
        bench.world.act("cry", {"seconds": None})
    assert refused.value.code == "unknown_member"
    bench.world.act("enter", {"member": "kal-el", "room": "hall"})
    assert bench.world.act("cry", {"seconds": None})["seconds"] == 10
    assert not bench.body.around.goes_on("cry")
    bench.world.act("enter", {"member": "kal-el", "room": "nursery"})
    bench.world.act("cry", {"seconds": None})
    assert bench.body.around.goes_on("cry")
