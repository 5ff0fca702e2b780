"""The cable: exact without faults, and every fault that it is told to make happens and is counted."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kelex_sim.cable import CLEAN, Cable, CableFaults
from kelex_sim.kernel import Kernel

CHUNKS = [bytes([i]) * 5 for i in range(1, 41)]


class Bench:
    """`arrived` is (time_us, bytes) of what reached the host."""

    def __init__(self, seed=1, **faults):
        self.kernel = Kernel()
        self.arrived, self.on_board, self.plugs = [], [], []
        self.cable = Cable(
            self.kernel,
            Random(seed),
            to_board=self.on_board.append,
            to_host=lambda data: self.arrived.append((self.kernel.now_us, data)),
            plugged=self.plugs.append,
        )
        self.cable.set_faults(replace(CLEAN, **faults) if faults else CLEAN)

    def send(self, chunks=CHUNKS, gap_us=1000):
        for chunk in chunks:
            self.cable.up.send(chunk)
            self.kernel.run_until(self.kernel.now_us + gap_us)
        self.kernel.run_until(self.kernel.now_us + 10_000_000)
        return self

    @property
    def data(self):
        return [data for _, data in self.arrived]


@given(st.lists(st.binary(min_size=1)), st.integers(0, 1000))
def test_a_clean_cable_delivers_all_in_order_after_its_delay(chunks, gap_us):
    bench = Bench().send(chunks, gap_us)
    assert bench.arrived == [(i * gap_us + CLEAN.delay_us, chunk) for i, chunk in enumerate(chunks)]
    assert not bench.cable.seen


def test_the_two_lanes_do_not_meet():
    bench = Bench()
    bench.cable.down.send(b"order")
    bench.send([b"answer"])
    assert (bench.on_board, bench.data) == ([b"order"], [b"answer"])


def test_a_dropped_chunk_never_arrives():
    bench = Bench(drop=1).send()
    assert (bench.data, bench.cable.seen) == ([], {"drop": 40})


def test_a_corrupt_chunk_differs_from_what_was_sent():
    bench = Bench(corrupt=1).send()
    assert bench.cable.seen == {"corrupt": 40}
    assert not set(bench.data) & set(CHUNKS)


def test_a_doubled_chunk_arrives_twice():
    bench = Bench(duplicate=1).send()
    assert sorted(bench.data) == sorted(CHUNKS * 2)
    assert bench.cable.seen == {"duplicate": 40}


def test_reordered_chunks_all_arrive_but_not_in_order():
    bench = Bench(reorder=1).send()
    assert sorted(bench.data) == CHUNKS
    assert bench.data != CHUNKS
    assert bench.cable.seen == {"reorder": 40}


def test_garbage_comes_in_addition():
    bench = Bench(garbage=1).send()
    assert [data for data in bench.data if data in CHUNKS] == CHUNKS
    assert len(bench.data) == 80
    assert bench.cable.seen == {"garbage": 40}


def test_a_stall_delays_what_comes_behind_it_too():
    bench = Bench(stall=1, stall_us=50_000)
    bench.cable.up.send(b"a")
    bench.cable.set_faults(CLEAN)
    bench.send([b"b"])
    assert bench.arrived == [(50_300, b"a"), (50_300, b"b")]
    assert bench.cable.seen == {"stall": 1}


@pytest.mark.parametrize("fault", ["drop", "corrupt", "duplicate", "reorder", "garbage", "stall"])
def test_a_chance_of_a_half_strikes_about_half_the_time(fault):
    bench = Bench(**{fault: 0.5}).send(CHUNKS * 10)
    assert 150 < bench.cable.seen[fault] < 250


def test_the_same_seed_makes_the_same_accidents():
    hostile = {"drop": 0.2, "corrupt": 0.2, "duplicate": 0.2, "reorder": 0.2, "garbage": 0.2, "stall": 0.1}
    assert Bench(3, **hostile).send().arrived == Bench(3, **hostile).send().arrived
    assert Bench(3, **hostile).send().arrived != Bench(4, **hostile).send().arrived


def test_faults_are_off_by_default():
    assert CableFaults() == CLEAN


def test_an_unplugged_cable_loses_what_is_sent_and_what_is_on_its_way():
    bench = Bench()
    bench.cable.up.send(b"on its way")
    bench.cable.unplug(1_000_000)
    bench.cable.up.send(b"unplugged")
    bench.kernel.run_until(2_000_000)
    bench.send([b"plugged"])
    assert bench.data == [b"plugged"]
    assert bench.plugs == [False, True]
    assert bench.cable.seen == {"unplug": 1}


def test_what_was_on_its_way_is_lost_even_if_the_plug_is_back_before_it_is_due():
    bench = Bench(stall=1)
    bench.cable.up.send(b"stalled")
    bench.cable.unplug(1000)
    bench.kernel.run_until(1_000_000)
    assert bench.data == []


def test_pulling_a_pulled_plug_changes_nothing():
    bench = Bench()
    bench.cable.unplug(1000)
    bench.cable.unplug(9000)
    bench.kernel.run_until(1500)
    assert bench.plugs == [False, True]
