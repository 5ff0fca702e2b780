"""The real ends of a simulated cable: what a pseudo-terminal's link may replace, and what it may not."""

import asyncio
import os

import pytest
from kelex_sim.ports import PtyPort


def opened(link):
    async def run():
        port = PtyPort(lambda data: None, link)
        try:
            port.open()
            return os.readlink(link)
        finally:
            port.close()

    return asyncio.run(run())


def test_the_link_leads_to_a_terminal_and_is_gone_afterwards(tmp_path):
    link = tmp_path / "tty"
    assert opened(link).startswith("/dev/")
    assert not link.is_symlink()


def test_a_link_that_a_killed_simulator_left_is_replaced(tmp_path):
    link = tmp_path / "tty"
    link.symlink_to("/dev/pts/nowhere")
    assert opened(link) != "/dev/pts/nowhere"


def test_somebodys_file_is_never_touched(tmp_path):
    link = tmp_path / "precious"
    link.write_text("precious")
    with pytest.raises(FileExistsError):
        opened(link)
    assert link.read_text() == "precious"


def test_somebodys_folder_is_never_touched(tmp_path):
    with pytest.raises(FileExistsError):
        opened(tmp_path)
    assert tmp_path.is_dir()
