"""Finding a Pico: by its drive's own file, and by the number that its port keeps when the system renames it."""

import pytest
from kelex_host.shells import pico_finder
from kelex_host.shells.pico_finder import BoardPort, bootsel_drives, mounted
from serial.tools.list_ports_common import ListPortInfo

INFO = "UF2 Bootloader v3.0\r\nModel: Raspberry Pi RP2\r\nBoard-ID: {}\r\n"


def volume(path, board):
    path.mkdir()
    if board is not None:
        (path / "INFO_UF2.TXT").write_text(INFO.format(board))
    return path


def test_only_the_drive_of_an_rp2040_is_one(tmp_path):
    pico = volume(tmp_path / "RPI-RP2", "RPI-RP2")
    others = [volume(tmp_path / "PICO2", "RP2350"), volume(tmp_path / "CAMERA", None), tmp_path / "gone"]
    assert [drive.path for drive in bootsel_drives([*others, pico])] == [pico]


def test_mounted_volumes_are_read_from_the_systems_table_with_its_escapes(tmp_path):
    table = tmp_path / "mounts"
    table.write_text(
        "proc /proc proc rw 0 0\n/dev/sda1 /media/me/RPI-RP2 vfat rw 0 0\n/dev/sdb /media/a\\040b vfat rw 0 0\nx\n"
    )
    assert [str(path) for path in mounted(table, tmp_path / "none")] == ["/media/me/RPI-RP2", "/media/a b"]
    (tmp_path / "volumes" / "RPI-RP2").mkdir(parents=True)
    assert mounted(tmp_path / "none", tmp_path / "volumes") == [tmp_path / "volumes" / "RPI-RP2"]


def port(device, number):
    info = ListPortInfo(device)
    info.vid, info.pid, info.serial_number = 0x2E8A, 5, number
    return info


@pytest.fixture
def plugged(monkeypatch):
    ports = []
    monkeypatch.setattr(pico_finder.list_ports, "comports", lambda: list(ports))
    return ports


def test_a_board_that_comes_back_under_another_name_is_found_by_its_number(plugged):
    plugged[:] = [port("/dev/ttyACM0", "E661"), port("/dev/ttyACM1", "E662")]
    board = BoardPort("/dev/ttyACM1")
    plugged[:] = [port("/dev/ttyACM0", "E661")]
    assert board.now() == "/dev/ttyACM1"
    plugged[:] = [port("/dev/ttyACM0", "E661"), port("/dev/ttyACM2", "E662")]
    assert board.now() == "/dev/ttyACM2"
    assert BoardPort("socket://127.0.0.1:5333").now() == "socket://127.0.0.1:5333"
