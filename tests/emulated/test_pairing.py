"""Pairing on the real MicroPython: what a tag costs, and a second host at the cable of a paired drone."""

from collections.abc import Callable
from itertools import count
from pathlib import Path

from emulated.emulated_drone import DRONE, FIRMWARE, EmulatedDrone
from kelex_host.bridge.heard import Verdict
from kelex_host.bridge.host_link import HostLink
from kelex_sim.emulated.emulated_pico import EmulatedPico
from kelex_sim.emulated.mpy import compiled
from kelex_wire import schema

TAG_MOST_US = 1000
# A move's payload, the longest of the frequent ones; the session's key is made once, then ten orders are checked.
MEASURE = """
import gc, time
from kelex_wire import tags
words, payload = (1, 2, 3, 4), bytes(24)
began = time.ticks_us()
session = tags.SessionTags(bytes(32), *words)
made = time.ticks_diff(time.ticks_us(), began)
tag = session.tag(0x30, 0, payload)
gc.collect()
before = gc.mem_alloc()
session.fits(0x30, 0, payload, tag)
heap = gc.mem_alloc() - before
began = time.ticks_us()
for i in range(10): session.fits(0x30, i, payload, tag)
print(made, time.ticks_diff(time.ticks_us(), began) // 10, heap)
"""


def test_a_tag_is_checked_within_a_millisecond(micropython: Path, tell: Callable[[str], None]) -> None:
    wire = (FIRMWARE / "lib" / "kelex_wire").glob("*.py")
    files = {path.relative_to(FIRMWARE).as_posix(): path.read_bytes() for path in wire}
    pico = EmulatedPico(micropython, compiled(micropython, files))
    made_us, check_us, heap = map(int, pico.execute(MEASURE).split())
    tell(f"emulated Pico: a tag is checked in {check_us} us and {heap} bytes of heap; a session's key takes {made_us}")
    assert check_us < TAG_MOST_US


def test_a_second_host_has_nothing_obeyed_and_does_not_get_the_repl(
    micropython: Path, tell: Callable[[str], None]
) -> None:
    drone = EmulatedDrone(micropython)
    assert drone.run(4.0, until=lambda: drone.online)
    began_s = drone.pico.seconds
    drone.order("pair")
    assert drone.run(1.0, until=lambda: "paired" in [event["event_type"] for event in drone.messages("event/body")])
    tell(f"emulated Pico: paired {(drone.pico.seconds - began_s) * 1000:.0f} ms after it was asked")
    assert drone.run(1.0, until=lambda: drone.online)

    # The second host opens a session of its own, gives an order, and then tries for the prompt.
    drone.host_silent = True
    nonces, resets, heard_from = count(9_000_001), drone.pico.resets, len(drone.pico.received)
    second = HostLink(lambda: next(nonces))
    second.opened(drone.pico.seconds)
    verdicts: list[Verdict] = []

    def refused() -> bool:
        nonlocal heard_from
        data, heard_from = bytes(drone.pico.received[heard_from:]), len(drone.pico.received)
        heard = second.receive(drone.pico.seconds, data) + second.step(drone.pico.seconds)
        verdicts.extend(item for item in heard if isinstance(item, Verdict))
        drone.pico.send(bytes(second.tx))
        second.tx.clear()
        return bool(verdicts)

    for number, values in ((schema.ORDER_HOLODISK, (1,)), (schema.ORDER_MAINTENANCE, ())):
        verdicts.clear()
        second.order(drone.pico.seconds, number, values, 2.0)
        assert drone.run(1.0, until=refused)
        assert verdicts[0].number == schema.REFUSED
        assert schema.REFUSALS[verdicts[0].record.reason] == "not_allowed"
    said_from = len(drone.pico.received)
    drone.pico.send(b"\r\x03\x03\x01\x02\x04import machine; machine.reset()\r\n\x04" * 3)
    drone.run(0.3)
    said = bytes(drone.pico.received[said_from:])
    assert b">>>" not in said
    assert b"REPL" not in said
    assert (drone.pico.resets, drone.parts.holodisk.on) == (resets, False)

    # The real one takes over again, and is obeyed.
    drone.host_silent = False
    link = drone.bridge.drones[DRONE].link
    assert drone.run(3.0, until=lambda: link.online and link.session.number > second.session.number)
    drone.ask("holodisk", {"on": True})
    assert drone.run(0.5, until=lambda: drone.parts.holodisk.on)
