"""Houses that live faster than we do: the kernel's pace, and a cable within the process."""

from __future__ import annotations

import asyncio

import pytest
from kelex_sim.kernel import Kernel
from kelex_sim.ports import DirectPort
from kelex_sim.realtime import LiveKernel


def test_a_kernel_keeps_its_pace_where_the_computer_keeps_up() -> None:
    async def body() -> tuple[int, float]:
        loop = asyncio.get_running_loop()
        kernel, began_s = LiveKernel(50.0), loop.time()
        done = loop.create_future()
        kernel.at(10_000_000, done.set_result, None)
        kernel.catch_up()
        await done
        kernel.stop()
        return kernel.now_us, loop.time() - began_s

    now_us, took_s = asyncio.run(body())
    assert now_us >= 10_000_000
    assert took_s >= 0.2, "ten seconds at fifty times life's pace, never sooner"


@pytest.mark.parametrize(("before", "after"), [(1000.0, 1.0), (1.0, 1000.0)], ids=["slower", "faster"])
def test_a_change_of_pace_skips_no_time_and_holds_from_then_on(before: float, after: float) -> None:
    async def body() -> tuple[int, int, float]:
        loop = asyncio.get_running_loop()
        kernel = LiveKernel(before)
        kernel.catch_up()
        await asyncio.sleep(0.02)
        kernel.catch_up()
        at_us, began_s, done = kernel.now_us, loop.time(), loop.create_future()
        kernel.speed = after
        changed_us = kernel.now_us
        kernel.at(changed_us + round(after * 50_000), done.set_result, None)
        kernel.catch_up()
        await done
        kernel.stop()
        return changed_us - at_us, kernel.now_us - changed_us, loop.time() - began_s

    passed_us, later_us, took_s = asyncio.run(body())
    assert 0 <= passed_us < 10_000_000, "only what had passed meanwhile, at the pace before"
    assert later_us >= after * 50_000
    assert took_s >= 0.05, "the new pace, never sooner"


def test_where_it_does_not_time_goes_slower_and_others_get_their_turn() -> None:
    async def body() -> tuple[int, int]:
        kernel, turns, worked = LiveKernel(1e6), 0, 0

        def work() -> None:
            nonlocal worked
            worked += 1
            kernel.after(1_000, work)

        work()
        kernel.catch_up()
        while kernel.now_us < 200_000_000:
            turns += 1
            await asyncio.sleep(0)
        kernel.stop()
        return turns, worked

    turns, worked = asyncio.run(body())
    assert worked >= 200_000, "nothing is left out"
    assert turns > 1


def test_what_brings_something_about_does_not_run_time_within_time() -> None:
    async def body() -> list[int]:
        kernel, seen = LiveKernel(100.0), list[int]()
        done = asyncio.get_running_loop().create_future()

        def reaction() -> None:
            seen.append(kernel.now_us)
            kernel.catch_up()
            seen.append(kernel.now_us)
            done.set_result(None)

        kernel.at(1_000_000, reaction)
        kernel.catch_up()
        await done
        kernel.stop()
        return seen

    assert asyncio.run(body()) == [1_000_000, 1_000_000]


def test_bytes_pass_a_cable_within_both_ways_and_what_is_on_its_way_when_it_is_pulled_is_lost() -> None:
    kernel, at_drone, at_host = Kernel(), list[bytes](), list[bytes]()
    port = DirectPort(kernel, at_drone.append)
    port.received = at_host.append
    port.send(b"too early")
    port.open()
    port.send(b"order")
    port.write(b"event")
    kernel.run_until(10_000)
    assert (at_drone, at_host) == ([b"order"], [b"event"])
    port.send(b"lost")
    port.close()
    port.open()
    kernel.run_until(20_000)
    assert at_drone == [b"order"]
