"""Which board `kelex flash` means, before anything is sent to one."""

from pathlib import Path

import pytest
from kelex_host.cli import flashing
from kelex_host.errors import FlashError
from kelex_host.shells.pico_finder import BootselDrive
from serial.tools.list_ports_common import ListPortInfo


def plug_in(monkeypatch, ports=(), drives=()):
    monkeypatch.setattr(flashing, "serial_picos", lambda: [ListPortInfo(port) for port in ports])
    monkeypatch.setattr(flashing, "bootsel_drives", lambda: [BootselDrive(Path(path)) for path in drives])
    monkeypatch.setattr(flashing, "usb_ids", list)


@pytest.mark.parametrize("port", ["/dev/ttyACM7", "socket://127.0.0.1:5333"])
def test_a_port_with_a_name_is_taken_whatever_is_plugged_in(monkeypatch, port):
    plug_in(monkeypatch, ports=["/dev/ttyACM0", "/dev/ttyACM1"])
    assert flashing.find_board(port) == port


def test_the_only_pico_is_found_by_itself_with_a_port_or_as_a_drive(monkeypatch):
    plug_in(monkeypatch, ports=["/dev/ttyACM3"])
    assert flashing.find_board("auto") == "/dev/ttyACM3"
    plug_in(monkeypatch, drives=["/media/RPI-RP2"])
    assert flashing.find_board("auto") == BootselDrive(Path("/media/RPI-RP2"))


@pytest.mark.parametrize(
    ("ports", "drives", "mend"),
    [
        (["/dev/ttyACM0", "/dev/ttyACM1"], [], r"\(/dev/ttyACM0, /dev/ttyACM1\); name one: kelex flash /dev/ttyACM0$"),
        (["/dev/ttyACM0"], ["/media/RPI-RP2"], r"\(/dev/ttyACM0, /media/RPI-RP2\); name one: kelex flash /dev/ttyACM0"),
    ],
)
def test_of_several_picos_none_is_guessed(monkeypatch, ports, drives, mend):
    plug_in(monkeypatch, ports, drives)
    with pytest.raises(FlashError, match=f"There are several Picos {mend}"):
        flashing.find_board("auto")


def test_a_uf2_for_a_board_that_is_not_in_bootsel_mode_names_the_button(tmp_path, monkeypatch):
    monkeypatch.setenv("KELEX_HOME", str(tmp_path))
    with pytest.raises(
        FlashError, match=r"at /dev/ttyACM0 is not in BOOTSEL mode.* plug it in with its BOOTSEL button"
    ):
        flashing.run(
            "/dev/ttyACM0", "a.uf2", dry_run=False, rollback=False, drone=None, member=None, watcher=None
        )  # fmt: skip
