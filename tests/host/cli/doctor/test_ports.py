"""The checks of ports, with a simulated drone, a stranger or nobody at a pseudo-terminal."""

import asyncio
import os
import pty
import subprocess
import sys
from contextlib import contextmanager

import pytest
from kelex_host.cli.doctor import ports
from kelex_host.cli.household import simulated_house
from kelex_host.config import DroneSettings, Settings
from kelex_host.running import RunningHouse
from kelex_host.shells.pico_finder import usb_ids
from kelex_sim.ports import PtyPort
from kelex_sim.realtime import LiveHouse
from kelex_wire import codec, frame, schema
from serial.tools.list_ports_common import ListPortInfo


def examined(*names, house=None):
    """What is found of drones at these ports."""
    return ports.answers([DroneSettings(f"d{i}", "nursery", str(name)) for i, name in enumerate(names)], house)


@contextmanager
def simulated_drone(path):
    drones = {"kelex": ("nursery", lambda receive: PtyPort(receive, path))}
    live = LiveHouse(simulated_house(Settings()), drones, boots_before=0)
    live.start()
    try:
        yield live
    finally:
        live.stop()


def test_a_kelex_is_asked_for_its_name_as_often_as_one_likes(tmp_path):
    async def body():
        with simulated_drone(tmp_path / "tty"):
            return [(await examined(tmp_path / "tty"))[0] for _ in range(2)]

    for finding in asyncio.run(body()):
        assert finding.level == "ok"
        assert finding.text.startswith("kelex ")
        assert "speaks our wire schema" in finding.text


async def asked(path, schema_crc):
    """What is found of a drone that answers by hand, with an event at once; and the messages that it got."""
    splitter, heard = frame.Splitter(), []

    def answer(data):
        for coded in splitter.feed(data):
            number, _, payload = frame.decode(coded)
            heard.append(number)
            hello = codec.decode(number, payload)
            welcome = codec.encode(schema.WELCOME, schema_crc, hello.nonce, 1, 1, 1, 1, 0, "kelex 9.0")
            event = codec.encode(schema.PRESENCE, 1, 0, 1)
            port.write(frame.encode(schema.WELCOME, 0, welcome) + frame.encode(schema.PRESENCE, 1, event))

    port = PtyPort(answer, path)
    port.open()
    try:
        return (await examined(port.name))[0], heard
    finally:
        port.close()


def test_a_kelex_is_only_greeted_so_that_it_keeps_its_events(tmp_path):
    finding, heard = asyncio.run(asked(tmp_path / "tty", schema.SCHEMA_CRC))
    assert finding.text.startswith("kelex 9.0 answers")
    assert heard == [schema.HELLO]


def test_a_kelex_of_another_schema_is_told_apart(tmp_path):
    finding, _ = asyncio.run(asked(tmp_path / "tty", schema.SCHEMA_CRC ^ 1))
    assert finding.level == "wrong"
    assert finding.text.startswith("kelex 9.0 at")
    assert "another wire schema" in finding.text


def test_several_ports_are_asked_at_once_and_each_has_its_own_answer(tmp_path):
    async def body():
        silent = PtyPort(lambda data: None, tmp_path / "silent")
        silent.open()
        try:
            return await examined(silent.name, tmp_path / "none", "quux://")
        finally:
            silent.close()

    findings = asyncio.run(body())
    assert [finding.level for finding in findings] == ["wrong"] * 3
    assert [finding.about for finding in findings] == ["drone d0", "drone d1", "drone d2"]
    for finding, mend in zip(findings, ("no Kelex answers", "plug the board in", "name another"), strict=True):
        assert mend in finding.text
        assert "Trying on" not in finding.text


HOLDER = "import serial, sys; port = serial.Serial(sys.argv[1], exclusive=True); print('has it', flush=True); input()"


def test_who_has_a_port_open_is_named():
    master, slave = pty.openpty()
    name = os.ttyname(slave)
    command = [sys.executable, "-c", HOLDER, name]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"has it\n"
        (finding,) = asyncio.run(examined(name))
        holder.communicate(b"\n")
    os.close(master)
    os.close(slave)
    assert finding.level == "wrong"
    assert finding.text.startswith(f"Another program has {name} open; close it")
    assert f"(process {holder.pid})" in finding.text


@pytest.mark.parametrize("used", ["{path}", "auto", "{link}"])
def test_a_port_of_the_running_house_is_left_alone(tmp_path, used):
    async def body():
        heard = []
        port = PtyPort(heard.append, tmp_path / "tty")
        port.open()
        (tmp_path / "link").symlink_to(tmp_path / "tty")
        names = {"path": port.name, "link": tmp_path / "link"}
        house = RunningHouse(1, "mqtt://h", "kelex", ["d0"], [used.format(**names)])
        try:
            (finding,) = await examined(port.name, house=house)
        finally:
            port.close()
        return finding, heard

    finding, heard = asyncio.run(body())
    assert finding.level == "ok"
    assert "left alone" in finding.text
    assert heard == []


def test_a_drone_without_a_port_is_not_asked():
    assert asyncio.run(examined("")) == []


def pico(device, product=ports.MICROPYTHON, vendor=0x2E8A):
    port = ListPortInfo(device)
    port.vid, port.pid = vendor, product
    return port


@pytest.mark.parametrize(
    ("found", "usb", "configured", "expected"),
    [
        ([], [], "", [("ok", "No Pico is plugged in")]),
        ([pico("/dev/ttyS0", vendor=None)], [], "", [("ok", "No Pico is plugged in")]),
        ([pico("/dev/x")], [], "", [("note", "use it with --port /dev/x")]),
        ([pico("/dev/x")], [], "/dev/x", [("ok", "at /dev/x")]),
        ([pico("/dev/x")], [], "auto", [("ok", "at /dev/x")]),
        ([pico("/dev/x", 0x000A)], [], "", [("note", "something else than MicroPython")]),
        ([], [(0x2E8A, 3)], "", [("note", "1 Pico is in BOOTSEL mode; `kelex flash`")]),
        ([], [(0x2E8A, 3), (1, 3), (0x2E8A, 3)], "", [("note", "2 Picos are in BOOTSEL mode")]),
    ],
)
def test_every_pico_that_is_plugged_in_is_told(found, usb, configured, expected):
    findings = list(ports.plugged_in(found, usb, [DroneSettings("kelex", "nursery", configured)]))
    assert [finding.level for finding in findings] == [level for level, _ in expected]
    assert all(text in finding.text for finding, (_, text) in zip(findings, expected, strict=True))


def test_what_is_plugged_in_is_read_from_the_systems_files(tmp_path):
    for name, files in {"1-1": {"idVendor": "2e8a\n", "idProduct": "0003\n"}, "1-1:1.0": {}, "usb1": {}}.items():
        (tmp_path / name).mkdir()
        for file, text in files.items():
            (tmp_path / name / file).write_text(text)
    assert usb_ids(tmp_path) == [(0x2E8A, ports.BOOTSEL)]
    assert usb_ids(tmp_path / "none") == []
