"""What the doctor says of a drone's firmware, and of what compiles it."""

import asyncio
from pathlib import Path

import pytest
from kelex_host.cli.doctor import firmware
from kelex_host.cli.household import simulated_house
from kelex_host.config import DroneSettings, Settings
from kelex_host.flashing.image import Firmware, Image
from kelex_host.flashing.outcome import Standing
from kelex_host.shells.pico_finder import BootselDrive
from kelex_sim.ports import PtyPort
from kelex_sim.realtime import LiveHouse

DRONE = DroneSettings("kelex", "nursery", "/dev/x")
FAST, LEAN = (Image({"kelex_drone/app.mpy": form}, frozen_version="0f0f0f0f") for form in (b"fast", b"lean"))
OURS = Firmware(FAST, LEAN)


@pytest.mark.parametrize(
    ("told", "level", "text"),
    [
        (Standing(FAST.version, "slot_a", False), "ok", "slot_a, good, which is this Kelex's"),
        (Standing(LEAN.version, "slot_a", False), "ok", "slot_a, good, which is this Kelex's"),
        (Standing("0f0f0f0f", "frozen", False), "ok", "frozen, good, which is this Kelex's"),
        (Standing("22222222", "slot_a", True), "note", "on trial, and this Kelex's is 0f0f0f0f: kelex flash /dev/x"),
        (Standing(FAST.version, "slot_b", False, "bad_starts"), "wrong", "given up (bad starts)"),
    ],
)
def test_a_version_is_ours_or_another_or_what_is_left_of_an_update(told, level, text):
    finding = firmware.judged(DRONE, told, OURS)
    assert finding.level == level
    assert text in finding.text


def test_a_drone_at_a_port_is_asked_which_version_it_runs(tmp_path):
    async def body():
        path = tmp_path / "tty"
        live = LiveHouse(simulated_house(Settings()), {"kelex": ("nursery", lambda receive: PtyPort(receive, path))}, 0)
        live.start()
        try:
            return await firmware.versions([DroneSettings("kelex", "nursery", str(path))], None, tmp_path)
        finally:
            live.stop()

    (finding,) = asyncio.run(body())
    assert finding.text.startswith("It runs version 00000000 in frozen, good, and this Kelex's is ")


def test_the_compiler_and_the_drives_that_are_there_are_told(tmp_path):
    assert firmware.compiler(None).level == "ok"
    (finding,) = firmware.drives([BootselDrive(Path("/media/RPI-RP2"))])
    assert finding.text == "A Pico waits for firmware on its drive /media/RPI-RP2: kelex flash"
