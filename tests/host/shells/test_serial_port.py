"""A drone's port: bytes both ways, ports that come and go, and one sentence for each that does not open."""

import asyncio
import errno
import os
import pty
import tty
from pathlib import Path

import pytest
import serial
from kelex_host.shells.serial_port import SerialPort, why_not_open


class Recorder:
    """PortEvents that remembers."""

    def __init__(self):
        self.opened = 0
        self.closed = []
        self.received = b""

    def port_opened(self, drone):
        self.opened += 1

    def port_closed(self, drone, why):
        self.closed.append(why)

    def port_received(self, drone, data):
        self.received += data


async def until(condition, what):
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.005)


class Terminal:
    """A pseudo-terminal at a path that stays, as udev's links do."""

    def __init__(self, path: Path):
        self.path = path
        self.master, self.slave = pty.openpty()
        tty.setraw(self.slave)
        path.symlink_to(os.ttyname(self.slave))

    def unplug(self):
        self.path.unlink()
        os.close(self.slave)
        os.close(self.master)


def attended(name, body):
    """Run `body(port, events)` beside a running port."""

    async def run():
        events = Recorder()
        port = SerialPort("kelex", str(name), events)
        running = asyncio.create_task(port.run())
        try:
            await body(port, events)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    asyncio.run(run())


def test_bytes_go_both_ways(tmp_path):
    terminal = Terminal(tmp_path / "tty")

    async def body(port, events):
        await until(lambda: events.opened, "open")
        os.write(terminal.master, b"\x00\x03\x11\xff")
        await until(lambda: len(events.received) == 4, "bytes")
        assert events.received == b"\x00\x03\x11\xff"
        port.write(b"\x00\x03\x13")
        assert await asyncio.to_thread(os.read, terminal.master, 10) == b"\x00\x03\x13"

    attended(terminal.path, body)


def test_an_unplugged_port_is_told_and_opened_again_when_it_is_back(tmp_path):
    terminal = Terminal(tmp_path / "tty")

    async def body(port, events):
        await until(lambda: events.opened == 1, "open")
        terminal.unplug()
        await until(lambda: events.closed, "closed")
        port.write(b"lost")
        Terminal(tmp_path / "tty")
        await until(lambda: events.opened == 2, "open again")

    attended(terminal.path, body)


def test_each_time_that_it_is_unplugged_its_owner_hears_of_it_and_why_only_once(tmp_path):
    async def body(port, events):
        for count in (1, 2, 3):
            terminal = Terminal(tmp_path / "tty")
            await until(lambda count=count: events.opened == count, "open")
            closed = len(events.closed)
            terminal.unplug()
            await until(lambda closed=closed: len(events.closed) > closed, "closed")
        # At once after it came back, so that it is one story.
        assert len([why for why in events.closed if "is gone" in why]) >= 1
        assert "" in events.closed

    attended(tmp_path / "tty", body)


def test_a_second_reader_of_a_port_is_refused_with_its_mend(tmp_path):
    terminal = Terminal(tmp_path / "tty")
    holder = serial.Serial(str(terminal.path), exclusive=True)

    async def body(port, events):
        await until(lambda: events.closed, "refused")
        assert events.closed == [
            f"Another program has {terminal.path} open; close it (a terminal, Thonny, another bridge?). Trying on."
        ]

    attended(terminal.path, body)
    holder.close()


@pytest.mark.parametrize(
    ("name", "error", "mend"),
    [
        ("/dev/ttyACM0", PermissionError(errno.EACCES, "denied"), "dialout"),
        ("/dev/ttyACM0", FileNotFoundError(errno.ENOENT, "none"), "plug the board in"),
        ("/dev/ttyACM0", OSError(errno.EBUSY, "busy"), "close it"),
        ("auto", FileNotFoundError(errno.ENOENT, "none"), "No Pico is plugged in"),
        ("socket://h:1", serial.SerialException("Could not open port socket://h:1: refused"), "Nothing answers"),
        ("quux://", ValueError("invalid URL"), "name another with --port"),
    ],
)
def test_each_failure_to_open_has_its_own_mend(name, error, mend):
    sentence = why_not_open(name, error)
    assert mend in sentence
    assert sentence.endswith(".")
    assert "Trying on" not in sentence  # that is for the port that does


def test_a_lent_port_is_let_go_of_and_taken_back_when_it_is_wanted_and_not_before(tmp_path):
    terminal = Terminal(tmp_path / "tty")

    async def body(port, events):
        await until(lambda: events.opened, "open")
        port.lend(60)
        await until(lambda: events.closed, "closed")
        assert "is lent to another program" in events.closed[0]
        other = serial.Serial(str(terminal.path), exclusive=True)  # which would be refused while we have it
        other.close()
        await asyncio.sleep(0)
        assert events.opened == 1
        port.lend(0)
        await until(lambda: events.opened == 2, "open again")

    attended(terminal.path, body)


def test_a_port_that_nobody_asks_back_is_taken_back_in_time(tmp_path):
    terminal = Terminal(tmp_path / "tty")

    async def body(port, events):
        await until(lambda: events.opened, "open")
        port.lend(1)
        await until(lambda: events.opened == 2, "open again")
        assert len(events.closed) == 1

    attended(terminal.path, body)


def test_a_port_without_a_descriptor_is_lent_as_well():
    async def body(port, events):
        await until(lambda: events.opened, "open")
        port.lend(60)
        await until(lambda: events.closed, "closed")
        port.lend(0)
        await until(lambda: events.opened == 2, "open again")

    attended("loop://", body)
