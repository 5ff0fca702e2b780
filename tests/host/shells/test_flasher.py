"""`kelex flash` at a port where no board can be reached."""

import os
import pty

import pytest
import serial
from kelex_host.errors import FlashError
from kelex_host.flashing.image import Firmware, Image
from kelex_host.shells.flasher import Flasher

IMAGE = Image({"kelex_drone/app.mpy": b"app"})
FIRMWARE = Firmware(IMAGE, IMAGE)


def refusal(port):
    with pytest.raises(FlashError) as refused:
        Flasher(str(port), (), None).update(FIRMWARE)
    return str(refused.value)


def test_a_port_that_another_program_has_is_told_with_the_mend():
    _, terminal = pty.openpty()
    name = os.ttyname(terminal)
    with serial.Serial(name, exclusive=True):
        assert refusal(name) == f"Another program has {name} open; close it (a terminal, Thonny, another bridge?)."


def test_a_port_that_is_not_there_or_is_no_port_is_told_with_the_mend(tmp_path):
    assert refusal("/dev/ttyNONE") == ("There is no port /dev/ttyNONE; plug the board in, or name another with --port.")
    (tmp_path / "file").write_bytes(b"")
    assert "does not open" in refusal(tmp_path / "file")
    assert "name another" in refusal(tmp_path / "file")
