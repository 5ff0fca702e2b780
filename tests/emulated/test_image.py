"""The UF2 with Kelex inside, on the real MicroPython: what it starts, what it gives up, and who gets its prompt."""

from collections.abc import Callable
from pathlib import Path

import pytest
from emulated.emulated_drone import EmulatedDrone, firmware_files
from emulated.versions import CRASH, HANG, broken, flash_of, version
from kelex_boot import record
from kelex_host.flashing.image import Image
from kelex_host.shells.firmware_compiler import build_firmware, find_mpy_cross, firmware_folder
from kelex_sim.emulated.emulated_pico import EmulatedPico
from kelex_sim.emulated.flash_image import flash_with
from kelex_sim.emulated.mpy import compiled

A, B = 0, 1
GOOD_A = record.well(record.activate(record.NEW, A), True)
TRIAL_B = record.activate(GOOD_A, B)
# Frozen, it has more; from files alone, half as much.
HEAP_LEAST = 120_000


def test_the_uf2_alone_makes_a_drone_of_a_blank_pico(
    micropython: Path, kelex: Path, tell: Callable[[str], None]
) -> None:
    drone = EmulatedDrone(micropython, flash_with(kelex))
    assert drone.run(3.0, until=lambda: drone.online)
    tell(f"emulated Pico: a blank one is a drone {drone.pico.seconds * 1000:.0f} ms after it got the UF2 and power")
    drone.ask("stats", {})
    assert drone.run(0.5, until=lambda: bool(drone.messages("response/stats")))
    data = drone.messages("response/stats")[0]["data"]
    assert (data["slot"], data["trial"], data["rolled_back"]) == ("frozen", False, None)
    assert data["firmware"] == build_firmware(find_mpy_cross(micropython)).version


def test_a_version_with_one_new_module_takes_the_others_from_the_uf2_and_no_heap_for_them(
    micropython: Path, kelex: Path, tell: Callable[[str], None]
) -> None:
    image = build_firmware(find_mpy_cross(micropython)).fast.files
    eye = "kelex_drone/eye.py"
    new = compiled(micropython, {eye: (firmware_folder() / eye).read_bytes() + b"\nNEW = 1\n"})
    drone = EmulatedDrone(micropython, flash_of(micropython, kelex, TRIAL_B, borrowed=image, slot_b=new))
    assert drone.run(3.0, until=lambda: drone.online)
    online_s = drone.pico.seconds
    drone.ask("stats", {})
    assert drone.run(0.5, until=lambda: bool(drone.messages("response/stats")))
    data = drone.messages("response/stats")[0]["data"]
    heap_free = data["heap_free"]
    tell(f"emulated Pico: with one new module online after {online_s * 1000:.0f} ms, heap free {heap_free} bytes")
    assert (data["slot"], data["firmware"]) == ("slot_b", Image({**image, **new}).version)
    assert heap_free > HEAP_LEAST


def test_a_board_with_files_gets_byte_code_as_flash_sends_it_to_a_stock_micropython(micropython: Path) -> None:
    lean = build_firmware(find_mpy_cross(micropython)).for_board({}).files
    sources = {path.removeprefix("lib/"): data for path, data in firmware_files().items()}
    files = compiled(micropython, {path: data for path, data in sources.items() if path[:-3] + ".mpy" in lean})
    assert [path for path in lean if lean[path] != files.get(path)] == []


def test_a_host_that_sends_byte_3_without_end_from_power_up_on_gets_no_prompt(kelex: Path) -> None:
    """Nor where MicroPython starts again while the port is there, as Ctrl-D in maintenance makes it do."""
    pico = EmulatedPico(flash=flash_with(kelex))
    ended_s = 0.8
    pico.run(ended_s, until=lambda: bool(pico.send(b"\x03" * 64)))
    assert b">>>" not in pico.received
    assert b"Traceback" not in pico.received
    beacons = bytes(pico.received).count(b"\0")
    pico.run(0.6)
    assert bytes(pico.received).count(b"\0") > beacons


def test_a_version_that_crashes_is_given_up_within_three_starts_and_the_host_says_so(
    micropython: Path, kelex: Path, tell: Callable[[str], None]
) -> None:
    flash = flash_of(micropython, kelex, TRIAL_B, slot_a=version("good"), slot_b=broken(CRASH))
    drone = EmulatedDrone(micropython, flash)
    assert drone.run(8.0, until=lambda: drone.online)
    tell(f"emulated Pico: a version that crashes is given up after {drone.pico.resets} starts, and the one before it "
         f"is online {drone.pico.seconds:.1f} s after power-up")  # fmt: skip
    assert drone.pico.resets == record.STARTS_MOST
    assert drone.bridge.drones["kelex"].identity == "kelex good"
    assert drone.run(1.0, until=lambda: bool(drone.messages("event/firmware")))
    event = drone.messages("event/firmware")[0]
    assert (event["event_type"], event["given_up"], event["slot"], event["why"]) == (
        "rolled_back", "slot_b", "slot_a", "bad_starts",
    )  # fmt: skip


def test_a_version_that_hangs_as_it_is_imported_is_given_up_by_the_watchdog(micropython: Path, kelex: Path) -> None:
    last = record.begin(record.begin(TRIAL_B, lambda slot: True), lambda slot: True)  # its third start is next
    drone = EmulatedDrone(micropython, flash_of(micropython, kelex, last, slot_a=version("good"), slot_b=broken(HANG)))
    drone.pico.run(0.4)
    drone.pico.go_astray()  # a loop without end, and without the emulator's time
    assert drone.run(10.0, until=lambda: drone.online)
    assert drone.bridge.drones["kelex"].identity == "kelex good"


def test_a_damaged_version_is_not_started_at_all(micropython: Path, kelex: Path) -> None:
    flash = flash_of(
        micropython,
        kelex,
        TRIAL_B,
        {"slot_b/kelex_drone/extra.py": b"1 / 0"},
        slot_a=version("good"),
        slot_b=version("new"),
    )
    drone = EmulatedDrone(micropython, flash)
    assert drone.run(3.0, until=lambda: drone.online)
    assert (drone.pico.resets, drone.bridge.drones["kelex"].identity) == (0, "kelex good")


def test_an_order_leads_to_the_prompt_and_a_reset_back(micropython: Path, kelex: Path) -> None:
    after_b = record.well(record.activate(record.well(record.activate(record.NEW, B), True), A), True)
    drone = EmulatedDrone(
        micropython, flash_of(micropython, kelex, after_b, slot_a=version("good"), slot_b=version("older"))
    )
    pico = drone.pico
    assert drone.run(3.0, until=lambda: drone.online)
    drone.order("maintenance")
    assert drone.run(4.0, until=lambda: pico.resets == 1)
    assert "maintenance" in [event["event_type"] for event in drone.messages("event/body")]
    drone.host_silent = True
    heard = len(pico.received)
    assert pico.run(3.0, until=lambda: b"Kelex: maintenance, because its host ordered it." in pico.received[heard:])
    assert pico.execute("from kelex_boot import slots; print(slots.status()['slot'], slots.verify('slot_a'))") == (
        "slot_a []\r\n"
    )
    assert pico.execute("print(slots.rollback('asked'), slots.status()['slot'])") == " slot_b\r\n"
    pico.run(9.0)  # no watchdog
    assert pico.resets == 1
    pico.send(b"import machine; machine.reset()\r")
    assert pico.run(1.0, until=lambda: pico.resets == 2)
    drone.host_silent = False
    assert drone.run(3.0, until=lambda: drone.online and drone.bridge.drones["kelex"].identity == "kelex older")


def test_ctrl_d_and_byte_3_without_end_at_the_prompt_lead_to_the_drone_and_no_further_prompt(kelex: Path) -> None:
    pico = EmulatedPico(flash=flash_with(kelex))
    pico.set_pin(15, True)
    assert pico.run(1.0, until=lambda: b"touch pad" in pico.received)
    pico.set_pin(15, False)
    assert pico.execute("print(1)") == "1\r\n"
    heard = len(pico.received)
    pico.send(b"\x04")
    assert pico.run(0.5, until=lambda: b"soft reboot" in pico.received[heard:])
    heard = len(pico.received)
    pico.run(0.8, until=lambda: bool(pico.send(b"\x03" * 64)))
    assert b">>>" not in pico.received[heard:]
    assert b"Traceback" not in pico.received[heard:]
    assert pico.received[heard:].count(0) >= 1


@pytest.mark.parametrize("name", ["boot.py", "main.py", "kelex_boot/start.py"])
def test_a_file_in_flash_takes_the_place_of_nothing_that_is_frozen(micropython: Path, kelex: Path, name: str) -> None:
    flash = flash_of(micropython, kelex, record.NEW, {name: b"print('mine')\nraise SystemExit\n"})
    drone = EmulatedDrone(micropython, flash)
    assert drone.run(3.0, until=lambda: drone.online)
    assert b"mine" not in drone.pico.received
